//! What Python sees of the core. No panic crosses: it becomes an error with a stable word.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bumpalo::Bump;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::canonical::canonical;
use crate::decide::decide;
use crate::facts;

/// What a panic is called at the border.
const PANICKED: &str = "panicked";

/// A district's program, loaded; immutable and shared by threads.
#[pyclass(frozen, module = "linkage_native")]
struct Program {
    inner: crate::program::Program,
}

#[pymethods]
impl Program {
    /// Loads the bytes of a `linkage.program.v1.Program`. Raises `ValueError` for what is none.
    #[new]
    fn new(data: &[u8]) -> PyResult<Program> {
        let loaded = catch_unwind(AssertUnwindSafe(|| crate::program::Program::load(data)));
        match loaded {
            Ok(Ok(inner)) => Ok(Program { inner }),
            Ok(Err(error)) => Err(PyValueError::new_err(error.0)),
            Err(_) => Err(PyRuntimeError::new_err(PANICKED)),
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
            Err(_) => Err(PyRuntimeError::new_err(PANICKED)),
        }
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
    module.add("FORMAT", crate::program::FORMAT)?;
    module.add_class::<Program>()?;
    module.add_function(wrap_pyfunction!(fields, module)?)
}
