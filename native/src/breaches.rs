//! What violated obligations add to the facts, for reparation rules to be tried on; as
//! `policy/decide/breaches.py` has it.

use bumpalo::Bump;

use crate::acts::State;
use crate::decide::Obligation;
use crate::facts::{M, breach};
use crate::program::Modality;
use crate::view::{Val, View, joined, key_of};

/// When it was violated, were it excused later; none where it never was.
fn violated_at(duty: &Obligation<'_>) -> Option<i64> {
    duty.standing.violated_at.or(duty.excused.map(|(at, ..)| at))
}

/// Whether it can be violated: no permission can, and what a report describes binds no one.
pub fn breachable(rule: &crate::program::Rule) -> bool {
    rule.modality != Modality::Permission && !rule.reported
}

/// A breach for each bearer of each violated obligation of these.
pub fn breaches_of<'a>(arena: &'a Bump, duties: &[&Obligation<'a>]) -> Vec<&'a View<'a>> {
    let mut found = Vec::new();
    for duty in duties {
        let Some(at) = violated_at(duty).filter(|_| breachable(duty.rule)) else { continue };
        let nobody = [""];
        let bearers = if duty.bearers.is_empty() { &nobody[..] } else { &duty.bearers };
        found.extend(bearers.iter().map(|bearer| made(arena, duty, bearer, at)));
    }
    found
}

/// The id of the breach of an obligation by one of its bearers.
pub fn breach_id<'a>(arena: &'a Bump, obligation: &'a str, bearer: &str) -> &'a str {
    if bearer.is_empty() { obligation } else { joined(arena, &[obligation, ":", bearer]) }
}

fn made<'a>(arena: &'a Bump, duty: &Obligation<'a>, bearer: &'a str, at: i64) -> &'a View<'a> {
    let made = View::blank(arena, M::Breach);
    let id = breach_id(arena, duty.id, bearer);
    for (slot, text) in [
        (breach::ID, id),
        (breach::OBLIGATION, duty.id),
        (breach::RULE, &*duty.rule.id),
        (breach::ACTION, &*duty.rule.action),
        (breach::ABOUT, duty.about),
        (breach::TRIGGER, key_of(arena, duty.trigger)),
        (breach::CONCERNS, duty.concerns),
        (breach::UNIT, duty.bearer_unit),
    ] {
        made.set(slot, Val::Text(text));
    }
    if !bearer.is_empty() {
        made.set(breach::BEARER, Val::Text(bearer));
    }
    made.set(breach::AT, Val::Int(at));
    made.spells.set(arena.alloc_slice_copy(&spells_of(duty, at)));
    made.unclear.set(duty.standing.unclear);
    made.begin_breach(arena, at);
    let ends = duty.due.as_ref().is_some_and(|due| due.ends_a_day() && due.at == Some(at));
    made.closing.set(ends);
    made
}

/// From when to when it was violated and owed: not once it ended or was excused, nor while suspended.
fn spells_of(duty: &Obligation<'_>, at: i64) -> Vec<(i64, Option<i64>)> {
    let mut over = duty.standing.at.filter(|_| ended(duty));
    if let (Some((_, excused, _)), None) = (duty.excused, duty.standing.violated_at) {
        over = Some(excused);
    }
    let mut found = Vec::new();
    let mut since = Some(at);
    for (start, end) in &duty.held {
        let Some(from) = since.filter(|_| over.is_none_or(|over| *start < over)) else { break };
        if from < *start {
            found.push((from, Some(*start)));
        }
        since = end.map(|end| end.max(from));
    }
    if let Some(from) = since.filter(|from| over.is_none_or(|over| *from < over)) {
        found.push((from, over));
    }
    found
}

/// Whether nothing is owed of it any more.
pub fn ended(duty: &Obligation<'_>) -> bool {
    matches!(
        duty.standing.state,
        State::Fulfilled | State::FulfilledLate | State::Discharged | State::Terminated
    )
}
