//! What a case says in words, which Python has: asked for one at a time, or gathered for many cases.

use std::cell::{Cell, RefCell};
use std::collections::hash_map::Entry;
use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyTuple;
use rustc_hash::FxHashMap;

use crate::canon::Derivation;
use crate::decide::{Failure, Obligation};
use crate::money::{Amount, Sums, Value};
use crate::time::deadline::{Arg, Due, Mark};
use crate::warnings::Notice;

/// Something to be worded.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Ask<'d> {
    Step(&'d Mark<'d>),
    Label(&'d str),
    Derivation(&'d str, &'d [&'d str]),
    /// What counts as a fact by a rule; `known` are duties whose breach is among its sources.
    Deemed {
        path: &'d str,
        sources: &'d [&'d str],
        version: &'d str,
        rule: &'d str,
        clauses: Vec<&'d str>,
        at: i64,
        due: Option<&'d Due<'d>>,
        known: Vec<Side<'d>>,
    },
    /// The fields of an obligation that hold its amount and (not `brief`) its numbers of things.
    Sums {
        version: &'d str,
        rule: &'d str,
        sums: &'d Sums<'d>,
        brief: bool,
    },
    Warning(&'d Notice<'d>),
    Error {
        code: &'static str,
        reason: &'static str,
        rule: &'d str,
        variables: Vec<&'d str>,
        bound: &'d [&'d str],
    },
    Conflict([Side<'d>; 2]),
    /// `own` is the duty that was breached, where it is among the obligations.
    Breached {
        breach: (&'d str, &'d str, &'d str),
        version: &'d str,
        own: Option<Side<'d>>,
    },
}

/// An obligation, its rule, its version and what it rests on.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Side<'d> {
    id: &'d str,
    rule: &'d str,
    version: &'d str,
    basis: &'d [&'d str],
}

impl<'d> Side<'d> {
    pub fn of(o: &'d Obligation<'_>) -> Side<'d> {
        Side { id: o.id, rule: &o.rule.id, version: &o.version.name, basis: &o.basis }
    }
}

impl<'d> Ask<'d> {
    pub fn of_derivation(found: &'d Derivation<'_>, duties: &'d [Obligation<'_>]) -> Ask<'d> {
        let Some(deemed) = &found.deemed else { return Ask::Derivation(found.path, &found.sources) };
        let clauses = deemed.rule.deemed.iter().flat_map(|deemed| &deemed.clauses);
        let breached = |o: &&Obligation<'_>| found.sources.iter().any(|path| path.contains(o.id));
        Ask::Deemed {
            path: found.path,
            sources: &found.sources,
            version: &deemed.version.name,
            rule: &deemed.rule.id,
            clauses: clauses.map(|clause| &**clause).collect(),
            at: deemed.at,
            due: deemed.due.as_ref(),
            known: duties.iter().filter(breached).map(Side::of).collect(),
        }
    }

    pub fn of_sums(o: &'d Obligation<'_>, brief: bool) -> Ask<'d> {
        Ask::Sums { version: &o.version.name, rule: &o.rule.id, sums: &o.sums, brief }
    }

    pub fn of_failure(failure: &'d Failure<'_>) -> Ask<'d> {
        Ask::Error {
            code: failure.code,
            reason: failure.reason,
            rule: failure.rule.map_or("", |rule| &*rule.id),
            variables: failure
                .rule
                .map_or_else(Vec::new, |rule| rule.each.iter().map(|one| &*one.name).collect()),
            bound: failure.bound,
        }
    }
}

/// Who words what a case says: each a serialized message, or (a label) a text. None: it is not known yet.
pub trait Words<'d> {
    type Error;
    fn say(&self, ask: Ask<'d>) -> Result<Option<Vec<u8>>, Self::Error>;
}

/// The words; nothing where they are not known yet.
pub fn said<'d, W: Words<'d>>(words: &W, ask: Ask<'d>) -> Result<Vec<u8>, W::Error> {
    Ok(words.say(ask)?.unwrap_or_default())
}

/// Python, asked for each.
pub struct Asked<'py, 'w> {
    pub words: &'w Bound<'py, PyAny>,
}

impl<'d> Words<'d> for Asked<'_, '_> {
    type Error = PyErr;

    fn say(&self, ask: Ask<'d>) -> PyResult<Option<Vec<u8>>> {
        asked(self.words, &ask).map(Some)
    }
}

fn asked(words: &Bound<'_, PyAny>, ask: &Ask<'_>) -> PyResult<Vec<u8>> {
    let py = words.py();
    let made = match ask {
        Ask::Label(path) => {
            let label: String = words.call_method1("label", (path,))?.extract()?;
            return Ok(label.into_bytes());
        }
        Ask::Step(mark) => {
            let args: Vec<(&str, i64, i64, String)> = mark.args.iter().map(argument).collect();
            words.call_method1("step", (mark.code, args))
        }
        Ask::Derivation(path, sources) => {
            words.call_method1("derivation", (path, PyTuple::new(py, sources.iter())?))
        }
        Ask::Deemed { path, sources, version, rule, clauses, at, due, known } => {
            let known: Vec<(&str, &str, &str, Vec<&str>)> =
                known.iter().map(|one| (one.id, one.version, one.rule, one.basis.to_vec())).collect();
            let by = (*version, *rule, clauses.clone(), *at);
            let sources = PyTuple::new(py, sources.iter())?;
            words.call_method1("deemed", (*path, sources, by, (*due).map(counted), known))
        }
        Ask::Sums { version, rule, sums, brief } => {
            let numbers: Vec<(Option<i64>, Option<i64>, Option<i64>, Vec<&str>)> = sums
                .numbers
                .iter()
                .map(|one| (one.exactly, one.at_least, one.at_most, one.missing.clone()))
                .collect();
            let amount = sums.amount.as_ref().map(worked_out);
            words.call_method1("sums", (*version, *rule, amount, numbers, *brief))
        }
        Ask::Warning(notice) => {
            let args: Vec<(&str, Vec<&str>)> =
                notice.args.iter().map(|(name, values)| (*name, values.clone())).collect();
            words.call_method1("warning", (notice.code, notice.path, args))
        }
        Ask::Error { code, reason, rule, variables, bound } => {
            words.call_method1("error", (code, reason, rule, variables, bound.to_vec()))
        }
        Ask::Conflict(sides) => {
            let told: Vec<(&str, &str, &str, Vec<&str>)> =
                sides.iter().map(|one| (one.id, one.rule, one.version, one.basis.to_vec())).collect();
            words.call_method1("conflict", (told,))
        }
        Ask::Breached { breach: (duty, rule, bearer), version, own } => {
            let own = own.as_ref().map(|own| (own.version, own.basis.to_vec()));
            words.call_method1("breached", (duty, rule, bearer, version, own))
        }
    };
    made?.extract()
}

/// A value of a step as Python takes it: what it is, and one or two numbers or a text.
fn argument(arg: &Arg<'_>) -> (&'static str, i64, i64, String) {
    match arg {
        Arg::Moment(at) => ("moment", *at, 0, String::new()),
        Arg::Day(day) => ("day", i64::from(*day), 0, String::new()),
        Arg::Period(period) => ("period", i64::from(period.amount), 0, period.unit.word().to_owned()),
        Arg::Span(first, last) => ("span", i64::from(*first), i64::from(*last), String::new()),
        Arg::Number(number) => ("number", i64::from(*number), 0, String::new()),
        Arg::Word(word) => ("word", 0, 0, (*word).to_owned()),
    }
}

type Args = Vec<(&'static str, i64, i64, String)>;

/// A due time as Python takes it: its kind, when, whether that is provisional, its steps, when it was due before.
fn counted(due: &Due<'_>) -> (&'static str, Option<i64>, bool, Vec<(&'static str, Args)>, Option<i64>) {
    let steps = due.marks.iter().map(|mark| (mark.code, mark.args.iter().map(argument).collect()));
    (due.kind.word(), due.at, due.provisional, steps.collect(), due.original)
}

/// The values of a step of an amount: what each is, and as a text.
type Worked = Vec<(&'static str, String)>;

/// An amount as Python takes it: the sums, the steps, what is missing.
type Sum<'m> = ([Option<i64>; 3], Vec<(&'static str, Worked)>, Vec<&'m str>);

fn worked_out<'m>(amount: &'m Amount<'_>) -> Sum<'m> {
    let value = |value: &Value<'_>| match value {
        Value::Whole(number) => ("whole", number.to_string()),
        Value::Exact(exact) => ("exact", exact.text()),
        Value::Share(text) => ("share", (*text).to_owned()),
        Value::Word(word) => ("word", (*word).to_owned()),
        Value::None => ("none", String::new()),
    };
    let steps = amount.steps.iter().map(|step| (step.code, step.values.iter().map(value).collect()));
    ([amount.fen, amount.at_least, amount.at_most], steps.collect(), amount.missing.clone())
}

type Reply = Result<Vec<u8>, Arc<PyErr>>;

/// The words of several cases: what they want is noted, Python is asked for all of it at once, and then known.
///
/// Python has one lock for all threads. Whoever waits for it word by word waits long while others work.
#[derive(Default)]
pub struct Gathered<'d> {
    known: RefCell<FxHashMap<Ask<'d>, Reply>>,
    wanted: RefCell<Vec<Ask<'d>>>,
    missed: Cell<bool>,
}

impl<'d> Gathered<'d> {
    /// Whether something was wanted that is not known, since this was last asked.
    pub fn missed(&self) -> bool {
        self.missed.replace(false)
    }

    /// Asks Python for what is wanted.
    pub fn ask(&self, words: &Bound<'_, PyAny>) {
        let mut known = self.known.borrow_mut();
        for ask in self.wanted.take() {
            if let Entry::Vacant(place) = known.entry(ask) {
                let reply = asked(words, place.key()).map_err(Arc::new);
                place.insert(reply);
            }
        }
    }
}

impl<'d> Words<'d> for Gathered<'d> {
    type Error = Arc<PyErr>;

    fn say(&self, ask: Ask<'d>) -> Result<Option<Vec<u8>>, Arc<PyErr>> {
        if let Some(reply) = self.known.borrow().get(&ask) {
            return reply.clone().map(Some);
        }
        self.missed.set(true);
        self.wanted.borrow_mut().push(ask);
        Ok(None)
    }
}
