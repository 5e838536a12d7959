//! What Python sees of the core. No panic crosses: it becomes an error with a stable word.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::sync::Arc;

use bumpalo::Bump;
use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};

use crate::answer::{Answered, Words, argument};
use crate::canonical::canonical;
use crate::decide::{Failure, Obligation, decide};
use crate::facts;
use crate::time::deadline::Mark;
use crate::warnings::Notice;

thread_local! {
    /// Where the last panic of the thread was. What it says is told to nobody: it may quote facts.
    static PLACE: Cell<String> = const { Cell::new(String::new()) };
}

create_exception!(
    linkage_native,
    Panicked,
    PyException,
    "A fault of the core; its text is the place, and no fact."
);

/// What a panic becomes at the border.
fn panicked() -> PyErr {
    Panicked::new_err(PLACE.take())
}

/// A district's program, loaded; immutable and shared by threads.
#[pyclass(frozen, module = "linkage_native")]
struct Program {
    inner: Arc<crate::program::Program>,
}

#[pymethods]
impl Program {
    /// Loads the bytes of a `linkage.program.v1.Program`. Raises `ValueError` for what is none.
    #[new]
    fn new(data: &[u8]) -> PyResult<Program> {
        let loaded = catch_unwind(AssertUnwindSafe(|| crate::program::Program::load(data)));
        match loaded {
            Ok(Ok(inner)) => Ok(Program { inner: Arc::new(inner) }),
            Ok(Err(error)) => Err(PyValueError::new_err(error.0)),
            Err(_) => Err(panicked()),
        }
    }

    /// The decision on the bytes of a case in its canonical form; or a text: why Python has to decide it.
    ///
    /// The bytes are the deterministic serialisation of a `linkage.v1.Case`, `as_of` nanoseconds since 1970 UTC.
    fn decide<'py>(&self, py: Python<'py>, case: &[u8], as_of: i64) -> PyResult<Bound<'py, PyAny>> {
        let made = catch_unwind(AssertUnwindSafe(|| {
            let arena = Bump::with_capacity(64 * 1024);
            decide(&arena, &self.inner, case, as_of).map(|decision| canonical(&decision))
        }));
        match made {
            Ok(Ok(bytes)) => Ok(PyBytes::new(py, &bytes).into_any()),
            Ok(Err(hand)) => Ok(hand.0.into_pyobject(py)?.into_any()),
            Err(_) => Err(panicked()),
        }
    }
}

/// The answers of a program in one language; `words` is asked for what a case says in words.
#[pyclass(frozen, module = "linkage_native")]
struct Answers {
    program: Arc<crate::program::Program>,
    inner: crate::answer::Answers,
    words: Py<PyAny>,
}

#[pymethods]
impl Answers {
    /// Loads the bytes of a `linkage.program.v1.Answers`. Raises `ValueError` for what is none.
    #[new]
    fn new(program: &Program, data: &[u8], words: Py<PyAny>) -> PyResult<Answers> {
        let loaded = crate::answer::Answers::load(&program.inner, data);
        let inner = loaded.map_err(|error| PyValueError::new_err(error.0))?;
        Ok(Answers { program: program.inner.clone(), inner, words })
    }

    /// The decision on a case and its answer; or a text: why Python has to decide it.
    ///
    /// Gives the id of the case, the canonical form, its digest, that of the facts, the ids of the rules and the bodies of the
    /// obligations, their number, that of what is open, the codes of the errors, and the serialized
    /// `linkage.v1.Decision`. `notices` are serialized warnings on the request itself; `brief` asks for
    /// `DECISION_VIEW_BASIC`.
    fn answer<'py>(
        &self,
        py: Python<'py>,
        case: &[u8],
        as_of: i64,
        log_id: &str,
        notices: Vec<Vec<u8>>,
        brief: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let asked = Asked { py, words: self.words.bind(py) };
        let made = catch_unwind(AssertUnwindSafe(|| {
            let arena = Bump::with_capacity(64 * 1024);
            let decision = match decide(&arena, &self.program, case, as_of) {
                Ok(decision) => decision,
                Err(hand) => return hand.0.into_pyobject(py).map(Bound::into_any).map_err(PyErr::from),
            };
            let Answered { canonical, digest, facts_digest, answer } =
                self.inner.answer(&decision, &asked, log_id, &notices, brief)?;
            let mut rules: Vec<&str> = decision.obligations.iter().map(|o| &*o.rule.id).collect();
            let mut bodies: Vec<&str> =
                decision.obligations.iter().flat_map(|o| o.bearers.iter().copied()).collect();
            for names in [&mut rules, &mut bodies] {
                names.sort_unstable();
                names.dedup();
            }
            let errors: Vec<&str> = decision.errors.iter().map(|error| error.code).collect();
            let found = (
                decision.case,
                PyBytes::new(py, &canonical),
                digest,
                facts_digest,
                rules.join(" "),
                bodies.join(" "),
                decision.obligations.len(),
                decision.open.len(),
                PyTuple::new(py, errors)?,
                PyBytes::new(py, &answer),
            );
            Ok(found.into_pyobject(py)?.into_any())
        }));
        made.unwrap_or_else(|_| Err(panicked()))
    }
}

/// Python, which words what a case says.
struct Asked<'py, 'w> {
    py: Python<'py>,
    words: &'w Bound<'py, PyAny>,
}

impl Asked<'_, '_> {
    fn bytes<'py>(made: Bound<'py, PyAny>) -> PyResult<Vec<u8>> {
        made.extract()
    }
}

impl Words for Asked<'_, '_> {
    type Error = PyErr;

    fn step(&self, mark: &Mark<'_>) -> PyResult<Vec<u8>> {
        let args: Vec<(&str, i64, i64, String)> = mark.args.iter().map(argument).collect();
        Self::bytes(self.words.call_method1("step", (mark.code, args))?)
    }

    fn label(&self, path: &str) -> PyResult<String> {
        self.words.call_method1("label", (path,))?.extract()
    }

    fn derivation(&self, path: &str, sources: &[&str]) -> PyResult<Vec<u8>> {
        Self::bytes(self.words.call_method1("derivation", (path, PyTuple::new(self.py, sources)?))?)
    }

    fn warning(&self, notice: &Notice<'_>) -> PyResult<Vec<u8>> {
        let args: Vec<(&str, Vec<&str>)> =
            notice.args.iter().map(|(name, values)| (*name, values.clone())).collect();
        Self::bytes(self.words.call_method1("warning", (notice.code, notice.path, args))?)
    }

    fn error(&self, failure: &Failure<'_>) -> PyResult<Vec<u8>> {
        let rule = failure.rule.map_or("", |rule| &*rule.id);
        let variables: Vec<&str> =
            failure.rule.map_or_else(Vec::new, |rule| rule.each.iter().map(|one| &*one.name).collect());
        let args = (failure.code, failure.reason, rule, variables, failure.bound.to_vec());
        Self::bytes(self.words.call_method1("error", args)?)
    }

    fn conflict(&self, sides: [&Obligation<'_>; 2]) -> PyResult<Vec<u8>> {
        let told: Vec<(&str, &str, &str, Vec<&str>)> =
            sides.iter().map(|o| (o.id, &*o.rule.id, &*o.version.name, o.basis.clone())).collect();
        Self::bytes(self.words.call_method1("conflict", (told,))?)
    }

    fn breached(&self, duty: &Obligation<'_>, own: Option<&Obligation<'_>>) -> PyResult<Vec<u8>> {
        let (identity, rule, bearer) = duty.breach.unwrap_or(("", "", ""));
        let own = own.map(|own| (&*own.version.name, own.basis.clone()));
        let args = (identity, rule, bearer, &*duty.version.name, own);
        Self::bytes(self.words.call_method1("breached", args)?)
    }
}

/// The fields of the facts as the core has them: message, field, number.
#[pyfunction]
fn fields() -> Vec<(&'static str, &'static str, u32)> {
    let all = facts::ALL.iter();
    all.flat_map(|m| m.fields().iter().map(|field| (m.name(), field.name, field.number))).collect()
}

#[pymodule]
fn linkage_native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    set_hook(Box::new(|told| PLACE.set(told.location().map(ToString::to_string).unwrap_or_default())));
    module.add("FORMAT", crate::program::FORMAT)?;
    module.add("ENGINE_VERSION", crate::program::ENGINE_VERSION)?;
    module.add("Panicked", module.py().get_type::<Panicked>())?;
    module.add_class::<Program>()?;
    module.add_class::<Answers>()?;
    module.add_function(wrap_pyfunction!(fields, module)?)
}
