//! What Python sees of the core. No panic crosses: it becomes an error with a stable word.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::sync::Arc;

use bumpalo::Bump;
use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyList, PyTuple};

use crate::answer::Answered;
use crate::bulk::{Bulk, read_line};
use crate::canonical::canonical;
use crate::decide::{Decision, decide};
use crate::facts;
use crate::many::{Stop, spread};
use crate::wire::Hand;
use crate::words::{Asked, Gathered};

/// Cases that one thread takes at a time; their words are asked of Python together.
const PIECE: usize = 16;
/// What is said of a case that was not begun.
const STOPPED: Hand = Hand("stopped");

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

/// What is made of a case; where it panicked, where.
pub fn guarded<T>(made: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(made)).map_err(|_| PLACE.take())
}

/// Why Python has to decide a case.
fn left(py: Python<'_>, hand: Hand) -> PyResult<Bound<'_, PyAny>> {
    Ok(hand.0.into_pyobject(py)?.into_any())
}

/// An error in the place of an answer.
fn raised(py: Python<'_>, error: PyErr) -> Bound<'_, PyAny> {
    error.into_value(py).into_bound(py).into_any()
}

/// A district's program, loaded; immutable and shared by threads.
#[pyclass(frozen, module = "linkage_native")]
pub struct Program {
    pub inner: Arc<crate::program::Program>,
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
            Ok(Err(hand)) => left(py, hand),
            Err(_) => Err(panicked()),
        }
    }

    /// The same of many, each with its moment, on up to `threads` threads, without Python's lock.
    ///
    /// What `decide` would raise for a case stands in its place. Where `stop` is told, or its time is over, cases that
    /// have not been begun are left with a text.
    #[pyo3(signature = (cases, threads, stop = None))]
    fn decide_many<'py>(
        &self,
        py: Python<'py>,
        cases: Vec<(PyBackedBytes, i64)>,
        threads: usize,
        stop: Option<&Stopped>,
    ) -> PyResult<Bound<'py, PyList>> {
        let made = py.detach(|| {
            spread(&cases, threads, PIECE, |piece| {
                let mut arena = Bump::with_capacity(64 * 1024);
                let of_one = |(case, as_of): &(PyBackedBytes, i64)| {
                    arena.reset();
                    guarded(|| {
                        over(stop)?;
                        decide(&arena, &self.inner, case, *as_of).map(|decision| canonical(&decision))
                    })
                };
                piece.iter().map(of_one).collect()
            })
        });
        let told = made.into_iter().map(|one| match one {
            Ok(Ok(bytes)) => Ok(PyBytes::new(py, &bytes).into_any()),
            Ok(Err(hand)) => left(py, hand),
            Err(place) => Ok(raised(py, Panicked::new_err(place))),
        });
        PyList::new(py, told.collect::<PyResult<Vec<_>>>()?)
    }
}

/// Says when the rest of many cases is left.
#[pyclass(frozen, name = "Stop", module = "linkage_native")]
struct Stopped(Stop);

#[pymethods]
impl Stopped {
    /// After so many seconds from now, where they are given.
    #[new]
    #[pyo3(signature = (seconds = None))]
    fn new(seconds: Option<f64>) -> Stopped {
        Stopped(Stop::after(seconds))
    }

    /// Now.
    fn tell(&self) {
        self.0.tell();
    }
}

fn over(stop: Option<&Stopped>) -> Result<(), Hand> {
    if stop.is_some_and(|stop| stop.0.over()) { Err(STOPPED) } else { Ok(()) }
}

/// What is told of a decision beside its answer.
struct Told {
    case: String,
    answered: Answered,
    rules: String,
    bodies: String,
    obligations: usize,
    open: usize,
    errors: Vec<&'static str>,
}

impl Told {
    fn of(decision: &Decision<'_>, answered: Answered) -> Told {
        let each = || decision.obligations.iter();
        Told {
            case: decision.case.to_owned(),
            answered,
            rules: listed(each().map(|o| &*o.rule.id).collect()),
            bodies: listed(each().flat_map(|o| o.bearers.iter().copied()).collect()),
            obligations: decision.obligations.len(),
            open: decision.open.len(),
            errors: decision.errors.iter().map(|error| error.code).collect(),
        }
    }

    fn tuple<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let answered = &self.answered;
        let found = (
            &self.case,
            PyBytes::new(py, &answered.canonical),
            &answered.digest,
            &answered.facts_digest,
            &self.rules,
            &self.bodies,
            self.obligations,
            self.open,
            PyTuple::new(py, &self.errors)?,
            PyBytes::new(py, &answered.answer),
        );
        Ok(found.into_pyobject(py)?.into_any())
    }
}

/// Names in their order, each once.
fn listed(mut names: Vec<&str>) -> String {
    names.sort_unstable();
    names.dedup();
    names.join(" ")
}

/// A case to be answered: its bytes, the moment, the id in the log, notices on the request, whether brief.
type Given = (PyBackedBytes, i64, String, Vec<Vec<u8>>, bool);

/// What becomes of one of many: its answer or why Python decides it; what Python raised for its words; a panic.
type Outcome = Result<Result<Result<Told, Hand>, Arc<PyErr>>, String>;

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
        let asked = Asked { words: self.words.bind(py) };
        let made = catch_unwind(AssertUnwindSafe(|| {
            let arena = Bump::with_capacity(64 * 1024);
            let decision = match decide(&arena, &self.program, case, as_of) {
                Ok(decision) => decision,
                Err(hand) => return left(py, hand),
            };
            let answered = self.inner.answer(&decision, &asked, log_id, &notices, brief)?;
            Told::of(&decision, answered).tuple(py)
        }));
        made.unwrap_or_else(|_| Err(panicked()))
    }

    /// The same of many, as `Program.decide_many`; Python is asked for the words of a few cases at once.
    #[pyo3(signature = (cases, threads, stop = None))]
    fn answer_many<'py>(
        &self,
        py: Python<'py>,
        cases: Vec<Given>,
        threads: usize,
        stop: Option<&Stopped>,
    ) -> PyResult<Bound<'py, PyList>> {
        let made = py.detach(|| spread(&cases, threads, PIECE, |piece| self.piece(piece, stop)));
        let told = made.into_iter().map(|one| match one {
            Ok(Ok(Ok(told))) => told.tuple(py),
            Ok(Ok(Err(hand))) => left(py, hand),
            Ok(Err(error)) => Ok(raised(py, error.clone_ref(py))),
            Err(place) => Ok(raised(py, Panicked::new_err(place))),
        });
        PyList::new(py, told.collect::<PyResult<Vec<_>>>()?)
    }
}

impl Answers {
    /// A few cases: decided, their words gathered and asked for, and then answered.
    fn piece(&self, piece: &[Given], stop: Option<&Stopped>) -> Vec<Outcome> {
        let arena = Bump::with_capacity(256 * 1024);
        let decided: Vec<Result<Result<Decision<'_>, Hand>, String>> = piece
            .iter()
            .map(|(case, as_of, ..)| {
                guarded(|| {
                    over(stop)?;
                    decide(&arena, &self.program, case, *as_of)
                })
            })
            .collect();
        let words = Gathered::default();
        let answered = |place: usize| -> Outcome {
            let decision = match &decided[place] {
                Ok(Ok(decision)) => decision,
                Ok(Err(hand)) => return Ok(Ok(Err(*hand))),
                Err(panic) => return Err(panic.clone()),
            };
            let (_, _, log_id, notices, brief) = &piece[place];
            guarded(|| {
                let answered = self.inner.answer(decision, &words, log_id, notices, *brief)?;
                Ok(Ok(Told::of(decision, answered)))
            })
        };
        let first = |place: usize| (answered(place), words.missed());
        let mut made: Vec<(Outcome, bool)> = (0..piece.len()).map(first).collect();
        if made.iter().any(|(_, missed)| *missed) {
            Python::attach(|py| words.ask(self.words.bind(py)));
            for (place, one) in made.iter_mut().enumerate().filter(|(_, one)| one.1) {
                one.0 = answered(place);
            }
        }
        made.into_iter().map(|(outcome, _)| outcome).collect()
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
    module.add_class::<Stopped>()?;
    module.add_class::<Bulk>()?;
    module.add_function(wrap_pyfunction!(read_line, module)?)?;
    module.add_function(wrap_pyfunction!(fields, module)?)
}
