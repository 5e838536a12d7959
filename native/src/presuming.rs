//! A case with its deemed facts: found stratum by stratum, certain ones and those that facts keep open; as
//! `policy/decide/presuming.py` settles them.

use bumpalo::Bump;

use crate::acts::State;
use crate::canonical::obligation_bytes;
use crate::decide::{Obligation, Open, place_of};
use crate::lifecycle::Standing;
use crate::presumed::Presumed;
use crate::run::Run;
use crate::wire::R;

type Facts<'a> = Vec<Presumed<'a>>;

/// The case with what certainly counts, with what may too (none: the same), and what that is.
pub fn settled_facts<'a, 'n>(
    first: Run<'a, 'n>,
    attempt: &mut dyn FnMut(&[Presumed<'a>]) -> R<Run<'a, 'n>>,
    strata: u32,
) -> R<(Run<'a, 'n>, Option<Run<'a, 'n>>, Facts<'a>)> {
    let (mut low, mut high): (_, Option<Run<'a, 'n>>) = (first, None);
    let (mut sure, mut open): (Facts<'a>, Facts<'a>) = (Vec::new(), Vec::new());
    let mut looked = true;
    for stratum in 1..=strata {
        let below = low.presumed(stratum);
        looked = true;
        let above = match &mut high {
            Some(high) => high.presumed(stratum),
            None => below.clone(),
        };
        let (certain, doubtful) = parted(&below, &above);
        if alike(&certain, &sure) && alike(&doubtful, &open) {
            continue;
        }
        if !alike(&certain, &sure) {
            low = attempt(&certain)?;
            looked = false;
        }
        (sure, open) = (certain, doubtful);
        high = if open.is_empty() {
            None
        } else {
            Some(attempt(&sure.iter().chain(&open).cloned().collect::<Vec<_>>())?)
        };
    }
    if !looked {
        // What speaks against what counts, and what could not be worked out, is found by looking.
        low.presumed(strata);
    }
    Ok((low, high, open))
}

/// Puts a fact where the same one stands, or at the end.
fn put<'a>(into: &mut Facts<'a>, fact: &Presumed<'a>) {
    match into.iter_mut().find(|known| known.same(fact)) {
        Some(known) => *known = fact.clone(),
        None => into.push(fact.clone()),
    }
}

/// What is certain with fewer and with more facts alike, and everything else, with what it waits for.
fn parted<'a>(below: &[Presumed<'a>], above: &[Presumed<'a>]) -> (Facts<'a>, Facts<'a>) {
    let everywhere: Vec<&Presumed<'a>> = below.iter().filter(|fact| fact.missing.is_empty()).collect();
    let mut certain = Vec::new();
    above.iter().for_each(|fact| put(&mut certain, fact));
    certain.retain(|fact| fact.missing.is_empty() && everywhere.iter().any(|known| known.same(fact)));
    let all = || below.iter().chain(above);
    let mut missing: Vec<&'a str> = all().flat_map(|fact| fact.missing.iter().copied()).collect();
    missing.sort_unstable();
    missing.dedup();
    let mut rest = Vec::new();
    for fact in all().filter(|fact| !certain.iter().any(|known| known.same(fact))) {
        put(&mut rest, fact);
    }
    for fact in rest.iter_mut().filter(|fact| fact.missing.is_empty()) {
        fact.missing.clone_from(&missing);
    }
    (certain, rest)
}

fn alike<'a>(one: &[Presumed<'a>], other: &[Presumed<'a>]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one.same(other))
}

/// What a run says: its obligations in canonical order, and what is open.
type Told<'t, 'a> = (&'t Vec<Obligation<'a>>, &'t Vec<Open<'a>>);

/// What both say; where they differ, undetermined, waiting for the facts that leave open what counts.
pub fn merged<'t, 'a>(
    arena: &'a Bump,
    [low, high]: [Told<'t, 'a>; 2],
    counting: &[Presumed<'a>],
) -> (Vec<Obligation<'a>>, Vec<Open<'a>>) {
    let mut named: Vec<(String, &[&'a str])> = Vec::new();
    for fact in counting {
        let path = fact.element(arena);
        if path.is_empty() {
            continue;
        }
        let below = format!("{path}.");
        match named.iter_mut().find(|(known, _)| *known == below) {
            Some((_, missing)) => *missing = &fact.missing,
            None => named.push((below, &fact.missing)),
        }
    }
    // The facts that people can tell in place of those of an element that only may be there.
    let known = |missing: &[&'a str]| -> &'a [&'a str] {
        let mut found: Vec<&'a str> = Vec::new();
        for path in missing {
            match named.iter().find(|(below, _)| path.starts_with(below.as_str())) {
                Some((_, missing)) => found.extend_from_slice(missing),
                None => found.push(path),
            }
        }
        found.sort_unstable();
        found.dedup();
        arena.alloc_slice_copy(&found)
    };
    let all: Vec<&'a str> = counting.iter().flat_map(|fact| fact.missing.iter().copied()).collect();
    let waiting = known(&all);
    let mut open: Vec<Open<'a>> = low.1.clone();
    let mut add = |entry: Open<'a>| {
        let same = |one: &Open<'a>| {
            one.rule.id == entry.rule.id && one.version.name == entry.version.name && one.bound == entry.bound
        };
        if !open.iter().any(same) {
            open.push(entry);
        }
    };
    for fact in counting {
        let missing = known(&fact.missing);
        add(Open { version: fact.version, rule: fact.rule, bound: fact.bound, missing });
    }
    for one in high.1 {
        add(Open { missing: known(one.missing), ..*one });
    }
    let mut duties: Vec<(Option<&'t Obligation<'a>>, Option<&'t Obligation<'a>>)> = Vec::new();
    for theirs in high.0 {
        duties.push((low.0.iter().find(|mine| mine.id == theirs.id), Some(theirs)));
    }
    for mine in low.0 {
        if !high.0.iter().any(|theirs| theirs.id == mine.id) {
            duties.push((Some(mine), None));
        }
    }
    let first =
        |duty: &(Option<&'t Obligation<'a>>, Option<&'t Obligation<'a>>)| duty.0.or(duty.1).map(place_of);
    duties.sort_by(|one, other| first(one).cmp(&first(other)));
    let mut obligations = Vec::new();
    for duty in duties {
        match duty {
            (Some(mine), Some(theirs)) => obligations.push(agreed(mine, theirs, waiting)),
            (Some(one), None) | (None, Some(one)) => {
                add(Open { version: one.version, rule: one.rule, bound: one.bound, missing: waiting });
            }
            (None, None) => {}
        }
    }
    open.sort_by_key(|one| (&one.rule.id, one.bound));
    (obligations, open)
}

/// The duty where both have it alike; else open in what differs.
fn agreed<'a>(mine: &Obligation<'a>, theirs: &Obligation<'a>, missing: &[&'a str]) -> Obligation<'a> {
    let mut found = mine.clone();
    if obligation_bytes(mine) == obligation_bytes(theirs) {
        return found;
    }
    found.standing = Standing { missing: missing.to_vec(), ..Standing::of(State::Undetermined) };
    if mine.due != theirs.due {
        found.due = None;
        found.due_missing = missing.to_vec();
    }
    found
}
