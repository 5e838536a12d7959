//! The smallest set of facts that settles an unknown condition; as `policy/engines/settling.py` finds it.

use std::cmp::Ordering;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::ops::{Op, Reason};
use crate::three::{Atom, Comparison, Formula, Joint, Names, T, Unknown, Verdict};
use crate::view::Val;

/// Beyond this many combinations every missing fact is named.
const MAX_ROWS: usize = 1024;

/// A truth, or an evaluation error.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Truth {
    False,
    True,
    Error,
}

struct Choice<'a> {
    facts: &'a [u32],
    keys: Vec<u32>,
    rows: Vec<Vec<Truth>>,
}

/// What a condition comes to.
pub fn settled<'a>(names: &Names<'a>, value: T<'a>) -> Verdict<'a> {
    match value {
        T::Unknown(unknown) => settling_facts(names, unknown),
        T::Failed(reason) => Verdict::Failed(reason),
        T::Known(Val::Bool(true)) => Verdict::Truth(true),
        _ => Verdict::Truth(false),
    }
}

fn doubt<'a>(names: &Names<'a>, facts: &[u32]) -> Verdict<'a> {
    Verdict::Doubt(names.arena.alloc_slice_copy(&names.paths(facts)))
}

fn settling_facts<'a>(names: &Names<'a>, value: &'a Unknown<'a>) -> Verdict<'a> {
    let whole;
    let formula = match value.formula {
        Some(formula) => formula,
        None => {
            let atom =
                Atom { key: value.key, missing: value.missing, fallible: value.fallible, comparison: None };
            whole = Formula::Atom(atom);
            &whole
        }
    };
    let mut atoms: FxHashMap<u32, &Atom<'a>> = FxHashMap::default();
    let mut failures: Vec<Reason> = Vec::new();
    if collect(formula, &mut atoms, &mut failures) && independent(atoms.values().copied()) {
        let mut facts: Vec<u32> = atoms.values().flat_map(|atom| atom.missing).copied().collect();
        facts.sort_unstable();
        facts.dedup();
        return doubt(names, &facts);
    }
    let choices = choices(&atoms);
    let mut count = 1usize;
    for choice in &choices {
        count = count.saturating_mul(choice.rows.len());
    }
    if count > MAX_ROWS {
        return doubt(names, value.missing);
    }
    let mut truths: FxHashMap<u32, Truth> = FxHashMap::default();
    let mut outcomes = Vec::with_capacity(count);
    for number in 0..count {
        let mut rest = number;
        for choice in &choices {
            let row = &choice.rows[rest % choice.rows.len()];
            rest /= choice.rows.len();
            truths.extend(choice.keys.iter().copied().zip(row.iter().copied()));
        }
        outcomes.push(outcome(formula, &truths));
    }
    if outcomes.iter().all(|found| *found == Truth::Error) {
        let first = failures.into_iter().min_by_key(|reason| reason.word());
        return first.map_or_else(|| doubt(names, value.missing), Verdict::Failed);
    }
    if outcomes.iter().all(|found| *found == outcomes[0]) {
        return Verdict::Truth(outcomes[0] == Truth::True);
    }
    let mut facts: FxHashSet<u32> = FxHashSet::default();
    let mut stride = 1;
    for choice in &choices {
        let size = choice.rows.len();
        let differs = (0..count)
            .filter(|number| number / stride % size + 1 < size)
            .any(|number| outcomes[number] != outcomes[number + stride]);
        if differs {
            facts.extend(choice.facts);
        }
        stride *= size;
    }
    doubt(names, &facts.into_iter().collect::<Vec<_>>())
}

/// Adds the formula's atoms and errors; false where an atom stands twice or a part is constant.
fn collect<'f, 'a>(
    formula: &'f Formula<'a>,
    atoms: &mut FxHashMap<u32, &'f Atom<'a>>,
    failures: &mut Vec<Reason>,
) -> bool {
    match formula {
        Formula::Atom(atom) => atoms.insert(atom.key, atom).is_none(),
        Formula::Joint(_, parts) => {
            let mut once = true;
            for part in *parts {
                once &= collect(part, atoms, failures);
            }
            once
        }
        Formula::Failed(reason) => {
            failures.push(*reason);
            false
        }
        Formula::Truth(_) => false,
    }
}

fn independent<'f, 'a: 'f>(atoms: impl Iterator<Item = &'f Atom<'a>>) -> bool {
    let mut seen: FxHashSet<u32> = FxHashSet::default();
    for atom in atoms {
        if !atom.missing.iter().all(|fact| seen.insert(*fact)) {
            return false;
        }
        if atom.comparison.is_some_and(|comparison| !varies(comparison)) {
            return false;
        }
    }
    true
}

/// Whether it can be true and can be false.
fn varies(comparison: &Comparison<'_>) -> bool {
    if comparison.op.equates() {
        if let Val::Bool(_) | Val::Text(_) | Val::Int(_) = comparison.known {
            return true;
        }
    } else if comparison.op == Op::In {
        if let Some(Val::Text(_) | Val::Int(_)) = comparison.known.list().first() {
            return true;
        }
    }
    rows(&[comparison]).len() == 2
}

fn choices<'a>(atoms: &FxHashMap<u32, &Atom<'a>>) -> Vec<Choice<'a>> {
    let mut keys: Vec<u32> = atoms.keys().copied().collect();
    keys.sort_unstable();
    let mut by_fact: Vec<(u32, Vec<u32>)> = Vec::new();
    for key in &keys {
        for fact in atoms[key].missing {
            match by_fact.iter_mut().find(|(known, _)| known == fact) {
                Some((_, own)) => own.push(*key),
                None => by_fact.push((*fact, vec![*key])),
            }
        }
    }
    let mut found = Vec::new();
    let mut settled: FxHashSet<u32> = FxHashSet::default();
    for (_, own) in by_fact {
        let compared: Vec<&Comparison<'a>> = own.iter().filter_map(|key| atoms[key].comparison).collect();
        if compared.len() == own.len() {
            // An atom that is compared misses that one fact.
            settled.extend(&own);
            let rows = rows(&compared).into_iter().map(|row| row.into_iter().map(truth).collect()).collect();
            found.push(Choice { facts: atoms[&own[0]].missing, keys: own, rows });
        }
    }
    for key in keys.into_iter().filter(|key| !settled.contains(key)) {
        let mut rows = vec![vec![Truth::False], vec![Truth::True]];
        if atoms[&key].fallible {
            rows.push(vec![Truth::Error]);
        }
        found.push(Choice { facts: atoms[&key].missing, keys: vec![key], rows });
    }
    found
}

fn truth(holds: bool) -> Truth {
    if holds { Truth::True } else { Truth::False }
}

/// The truths that the comparisons of one fact can have together.
fn rows(comparisons: &[&Comparison<'_>]) -> Vec<Vec<bool>> {
    let mut found: Vec<Vec<bool>> = representatives(comparisons)
        .iter()
        .map(|value| comparisons.iter().map(|comparison| compared(comparison, value)).collect())
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// A value that a fact may have.
#[derive(Clone, PartialEq, Debug)]
enum Sample {
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(String),
}

impl Sample {
    fn of(value: Val<'_>) -> Option<Sample> {
        Some(match value {
            Val::Bool(truth) => Sample::Bool(truth),
            Val::Int(number) => Sample::Int(number),
            Val::Double(number) => Sample::Double(number),
            Val::Text(text) => Sample::Text(text.to_owned()),
            _ => return None,
        })
    }

    fn order(&self, other: &Sample) -> Option<Ordering> {
        match (self, other) {
            (Sample::Bool(a), Sample::Bool(b)) => Some(a.cmp(b)),
            (Sample::Int(a), Sample::Int(b)) => Some(a.cmp(b)),
            (Sample::Double(a), Sample::Double(b)) => a.partial_cmp(b),
            (Sample::Text(a), Sample::Text(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }
}

fn compared(comparison: &Comparison<'_>, sample: &Sample) -> bool {
    if comparison.op == Op::In {
        let items = comparison.known.list().iter();
        return items.filter_map(|item| Sample::of(*item)).any(|item| item == *sample);
    }
    let Some(known) = Sample::of(comparison.known) else { return false };
    let found = if comparison.first { sample.order(&known) } else { known.order(sample) };
    match comparison.op {
        Op::Equals => found == Some(Ordering::Equal),
        Op::NotEquals => found != Some(Ordering::Equal),
        Op::Less => found == Some(Ordering::Less),
        Op::LessEquals => matches!(found, Some(Ordering::Less | Ordering::Equal)),
        Op::Greater => found == Some(Ordering::Greater),
        _ => matches!(found, Some(Ordering::Greater | Ordering::Equal)),
    }
}

/// Values that stand for all: those compared with, and one in each gap before, between and after them.
fn representatives(comparisons: &[&Comparison<'_>]) -> Vec<Sample> {
    let mut known: Vec<Sample> = Vec::new();
    let mut with_order = false;
    for comparison in comparisons {
        with_order |= comparison.op.orders();
        match comparison.known {
            Val::List(items) => known.extend(items.iter().filter_map(|item| Sample::of(*item))),
            value => known.extend(Sample::of(value)),
        }
    }
    let texts: Option<Vec<&String>> =
        known.iter().map(|one| if let Sample::Text(text) = one { Some(text) } else { None }).collect();
    if let (false, Some(largest)) = (with_order, texts.and_then(|texts| texts.into_iter().max())) {
        let beside = Sample::Text(format!("{largest}\0"));
        known.push(beside);
        return known;
    }
    known.into_iter().flat_map(around).collect()
}

/// The value and its neighbours in the order of its type.
fn around(value: Sample) -> Vec<Sample> {
    match value {
        Sample::Bool(_) => vec![Sample::Bool(false), Sample::Bool(true)],
        Sample::Text(text) => {
            let after = format!("{text}\0");
            vec![Sample::Text(String::new()), Sample::Text(text), Sample::Text(after)]
        }
        Sample::Double(number) => {
            let near: Vec<Sample> = [number, number.next_down(), number.next_up()]
                .into_iter()
                .filter(|one| one.is_finite())
                .map(Sample::Double)
                .collect();
            if near.is_empty() { vec![Sample::Double(0.0)] } else { near }
        }
        Sample::Int(number) => [number.checked_sub(1), Some(number), number.checked_add(1)]
            .into_iter()
            .flatten()
            .map(Sample::Int)
            .collect(),
    }
}

/// As CEL has it: `and` and `or` absorb an error beside a value that decides, nothing else does.
fn outcome(formula: &Formula<'_>, truths: &FxHashMap<u32, Truth>) -> Truth {
    let (joint, parts) = match formula {
        Formula::Atom(atom) => return truths.get(&atom.key).copied().unwrap_or(Truth::Error),
        Formula::Failed(_) => return Truth::Error,
        Formula::Truth(holds) => return truth(*holds),
        Formula::Joint(joint, parts) => (*joint, *parts),
    };
    match joint {
        Joint::And | Joint::Or => {
            let deciding = truth(joint == Joint::Or);
            let mut found = truth(joint == Joint::And);
            for part in parts {
                match outcome(part, truths) {
                    decided if decided == deciding => return deciding,
                    Truth::Error => found = Truth::Error,
                    _ => {}
                }
            }
            found
        }
        Joint::If => match outcome(parts[0], truths) {
            Truth::Error => Truth::Error,
            Truth::True => outcome(parts[1], truths),
            Truth::False => outcome(parts[2], truths),
        },
        Joint::Not => match outcome(parts[0], truths) {
            Truth::Error => Truth::Error,
            found => truth(found == Truth::False),
        },
        Joint::Equals | Joint::NotEquals => {
            let (one, other) = (outcome(parts[0], truths), outcome(parts[1], truths));
            if one == Truth::Error || other == Truth::Error {
                return Truth::Error;
            }
            truth((one == other) == (joint == Joint::Equals))
        }
    }
}
