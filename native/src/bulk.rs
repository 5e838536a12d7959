//! Many cases at once as Python's bulk commands see it: rows in, findings as Arrow's buffers out.

use std::borrow::Cow;
use std::sync::Arc;

use bumpalo::Bump;
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyBytes, PyDict, PyList};
use rustc_hash::FxHashMap;

use crate::case_json::{self, Asked};
use crate::decide::decide;
use crate::facts::{M, case};
use crate::findings::Findings;
use crate::python::{Program, guarded};
use crate::wire::{Hand, text_of};

/// A row: its number, what stands there, and the moment that its table states for it.
type Row = (i64, PyBackedBytes, Option<i64>);

/// Decides rows of cases under the programs of some districts, each on the thread that asks.
///
/// `district` is in place of the cases' own, where it is not empty; with `own`, a case that names another one is
/// left to Python. `as_of` is in place of the rows' own moments; `now` is for rows that state none.
#[pyclass(frozen, module = "linkage_native")]
pub struct Bulk {
    programs: FxHashMap<String, Arc<crate::program::Program>>,
    district: PyBackedStr,
    own: bool,
    as_of: Option<i64>,
    now: i64,
    ids: bool,
}

#[pymethods]
impl Bulk {
    #[new]
    fn new(
        programs: Vec<Py<Program>>,
        district: PyBackedStr,
        own: bool,
        as_of: Option<i64>,
        now: i64,
        ids: bool,
    ) -> Bulk {
        let loaded = programs.iter().map(|one| one.get().inner.clone());
        let programs = loaded.map(|one| (one.district.clone(), one)).collect();
        Bulk { programs, district, own, as_of, now, ids }
    }

    /// Rows of JSON: their findings, and the places of the rows that Python has to decide.
    fn lines<'py>(&self, py: Python<'py>, rows: Vec<Row>) -> PyResult<Found<'py>> {
        let asked = Asked { district: &self.district, own: self.own };
        self.decided(py, &rows, |(_, data, _)| {
            let line = case_json::read(data, asked).ok_or(Hand("a line for the parser"))?;
            Ok((Cow::Owned(line.case), line.district, line.as_of))
        })
    }

    /// The same of serialized messages, each in its deterministic form.
    fn messages<'py>(&self, py: Python<'py>, rows: Vec<Row>) -> PyResult<Found<'py>> {
        let asked = Asked { district: &self.district, own: self.own };
        self.decided(py, &rows, |(_, data, _)| {
            let stated = text_of(data, M::Case.fields()[case::DISTRICT].number).unwrap_or_default();
            // A message that has to be changed first is changed by Python.
            let district = asked.of(stated).filter(|district| *district == stated).ok_or(Hand("district"))?;
            Ok((Cow::Borrowed(&**data), district, None))
        })
    }
}

/// A line of JSON as the core reads it: the bytes of the case, its district and its moment; None is for Python's parser.
#[pyfunction]
pub fn read_line<'py>(py: Python<'py>, line: &[u8]) -> Option<(Bound<'py, PyBytes>, String, Option<i64>)> {
    let read = case_json::read(line, Asked { district: "", own: false })?;
    Some((PyBytes::new(py, &read.case), read.district.to_owned(), read.as_of))
}

/// How many findings there are, the buffers and nulls of each column by its name, the places of rows that are left.
type Found<'py> = (usize, Bound<'py, PyDict>, Vec<usize>);

/// A case as it is decided: its bytes, its district, the moment that it states itself.
type Read<'r> = (Cow<'r, [u8]>, &'r str, Option<i64>);

impl Bulk {
    fn decided<'r, 'py>(
        &'r self,
        py: Python<'py>,
        rows: &'r [Row],
        read: impl Fn(&'r Row) -> Result<Read<'r>, Hand> + Sync + Send,
    ) -> PyResult<Found<'py>> {
        let made = py.detach(|| {
            let mut arena = Bump::with_capacity(256 * 1024);
            let mut findings = Findings::new(self.ids);
            let mut left = Vec::new();
            for (place, row) in rows.iter().enumerate() {
                arena.reset();
                // A panic leaves the case to Python, too.
                if !matches!(guarded(|| self.add(&arena, &mut findings, row, &read)), Ok(Ok(()))) {
                    left.push(place);
                }
            }
            (findings.rows(), findings.columns(), left)
        });
        let (length, columns, left) = made;
        let told = PyDict::new(py);
        for (name, (buffers, nulls)) in columns {
            let each = buffers.iter().map(|one| one.as_deref().map(|bytes| PyBytes::new(py, bytes)));
            told.set_item(name, (PyList::new(py, each)?, nulls))?;
        }
        Ok((length, told, left))
    }

    fn add<'r>(
        &self,
        arena: &Bump,
        findings: &mut Findings,
        row: &'r Row,
        read: &impl Fn(&'r Row) -> Result<Read<'r>, Hand>,
    ) -> Result<(), Hand> {
        let (case, district, own) = read(row)?;
        let program = self.programs.get(district).ok_or(Hand("district"))?;
        let moment = self.as_of.or(row.2).or(own).unwrap_or(self.now);
        let decision = decide(arena, program, &case, moment)?;
        findings.add(row.0, &decision);
        Ok(())
    }
}
