//! Facts to decision: what a decision is, and how one is made of a run, or of runs with deemed facts; as
//! `policy/decide/decision.py` and `run.py` have it.

use std::cell::OnceCell;

use bumpalo::Bump;

use crate::breaches::ended;
use crate::canon::Derivation;
use crate::engine::Doubt;
use crate::lifecycle::Standing;
use crate::money::Sums;
use crate::periods;
use crate::precedence::conflicts;
use crate::presumed::Presumed;
use crate::presuming::{merged, settled_facts};
use crate::program::{Program, Rule, Version};
use crate::run::{Room, Run, attempt, failure};
use crate::time::deadline::Due;
use crate::warnings::{Notice, warnings_of};
use crate::wire::{Hand, R};

/// One duty, prohibition or permission of specific bodies.
#[derive(Clone)]
pub struct Obligation<'a> {
    pub id: &'a str,
    pub version: &'a Version,
    pub rule: &'a Rule,
    pub bearers: Vec<&'a str>,
    pub bearer_party: &'a str,
    pub bearer_unit: &'a str,
    pub counterparties: Vec<&'a str>,
    pub counterparty_party: &'a str,
    pub about: &'a str,
    pub concerns: &'a str,
    pub concerns_unit: &'a str,
    pub bound: &'a [&'a str],
    pub trigger: &'a str,
    pub triggered_at: Option<i64>,
    pub arose_at: Option<i64>,
    pub due: Option<Due<'a>>,
    pub due_missing: Vec<&'a str>,
    pub sums: Sums<'a>,
    pub missing: Vec<&'a str>,
    pub standing: Standing<'a>,
    pub basis: Vec<&'a str>,
    /// Of a duty that a breach triggers: the obligation that was breached, its rule and who bore it.
    pub breach: Option<(&'a str, &'a str, &'a str)>,
    /// Of a lapse that the court excused: when it was breached, when that was excused, and by which act.
    pub excused: Option<(i64, i64, &'a str)>,
    /// Acts that were to extend its time and did not, and why.
    pub uncounted: Vec<(&'a str, &'static str)>,
    /// Acts that moved its due time.
    pub moved_by: Vec<&'a str>,
    /// Of a violated duty: from when to when (none: it lasts) it was suspended.
    pub held: Vec<(i64, Option<i64>)>,
}

/// A rule that missing facts keep undecided.
#[derive(Clone, Copy)]
pub struct Open<'a> {
    pub version: &'a Version,
    pub rule: &'a Rule,
    pub bound: &'a [&'a str],
    pub missing: Doubt<'a>,
}

/// A rule whose evaluation failed, or (without a rule) a trigger that no version governs.
pub struct Failure<'a> {
    pub code: &'static str,
    pub reason: &'static str,
    pub rule: Option<&'a Rule>,
    pub bound: &'a [&'a str],
}

impl<'a> Failure<'a> {
    /// The order of errors in a decision.
    pub fn order(&self) -> (&'static str, &'a str, &'a [&'a str], &'static str) {
        (self.code, self.rule.map_or("", |rule| &*rule.id), self.bound, self.reason)
    }
}

/// The answer for one case; lists are in canonical order.
pub struct Decision<'a> {
    pub program: &'a Program,
    pub case: &'a str,
    pub as_of: i64,
    pub facts: &'a [u8],
    pub obligations: Vec<Obligation<'a>>,
    pub open: Vec<Open<'a>>,
    pub errors: Vec<Failure<'a>>,
    /// Places of the obligations that contradict each other.
    pub conflicts: Vec<(usize, usize)>,
    pub derived: Vec<Derivation<'a>>,
    pub warnings: Vec<Notice<'a>>,
}

/// Decides the bytes of a case for a moment, or hands it over.
pub fn decide<'a>(arena: &'a Bump, program: &'a Program, data: &'a [u8], as_of: i64) -> R<Decision<'a>> {
    // Each stratum of deemed facts is decided with what certainly counts, and with all that may.
    let rooms: Vec<OnceCell<Room<'a>>> = (0..=2 * program.strata).map(|_| OnceCell::new()).collect();
    let mut left = rooms.iter();
    let mut with = |facts: &[Presumed<'a>]| match left.next() {
        Some(room) => attempt(arena, program, data, as_of, room, facts),
        None => Err(Hand("too many strata")),
    };
    let first = with(&[])?;
    let (mut run, high, counting) = settled_facts(first, &mut with, program.strata)?;
    if program.strata > 0 {
        let failed = run.failed.iter().map(|(hit, reason)| failure(arena, hit, reason.word()));
        run.errors.extend(failed.collect::<Vec<_>>());
        run.errors.sort_by_key(Failure::order);
        run.errors.dedup_by_key(|error| error.order());
    }
    let merged = match &high {
        Some(high) => {
            Some(merged(arena, [(&shown(&run)?, &run.open), (&shown(high)?, &high.open)], &counting))
        }
        None => None,
    };
    let said = match &merged {
        Some((obligations, open)) => !obligations.is_empty() || !open.is_empty(),
        None => !run.open.is_empty() || run.obligations.iter().any(|o| !past(&run, o)),
    };
    let warnings = warnings_of(&run, !said && run.errors.is_empty())?;
    let (obligations, open) = match merged {
        Some(found) => found,
        None => {
            let mut own = std::mem::take(&mut run.obligations);
            in_order(&run, &mut own)?;
            (own, std::mem::take(&mut run.open))
        }
    };
    if let Some(why) = rooms.iter().filter_map(|room| room.get()).find_map(|room| room.names.hand.get()) {
        return Err(Hand(why));
    }
    Ok(Decision {
        program,
        case: run.sent.case.id(),
        as_of,
        facts: data,
        conflicts: conflicts(&obligations),
        obligations,
        open,
        errors: run.errors,
        derived: run.findings.derived,
        warnings,
    })
}

/// Whether it belongs to an earlier period that nobody sent, and nothing is owed of it any more.
fn past<'a>(run: &Run<'a, '_>, o: &Obligation<'a>) -> bool {
    let now = run.timeline.now();
    ended(o) && periods::past(run.arena, run.program, o.trigger, now.view, now.as_of)
}

/// What a run says, in canonical order.
fn shown<'a>(run: &Run<'a, '_>) -> R<Vec<Obligation<'a>>> {
    let mut own = run.obligations.clone();
    in_order(run, &mut own)?;
    Ok(own)
}

/// Puts obligations in canonical order, and leaves out those of the past.
fn in_order<'a>(run: &Run<'a, '_>, own: &mut Vec<Obligation<'a>>) -> R<()> {
    own.sort_by(|a, b| place_of(a).cmp(&place_of(b)));
    let gone: Vec<bool> = own.iter().map(|o| past(run, o)).collect();
    if gone.contains(&true) {
        if conflicts(own).iter().any(|(one, other)| gone[*one] || gone[*other]) {
            return Err(Hand("a contradiction of the past"));
        }
        let mut place = 0_usize..;
        own.retain(|_| !place.next().is_some_and(|place| gone[place]));
    }
    Ok(())
}

/// The canonical order of obligations.
pub fn place_of<'o>(o: &'o Obligation<'_>) -> (&'o str, &'o [&'o str], &'o [&'o str], &'o str) {
    (&o.rule.id, o.bound, &o.bearers, o.bearer_unit)
}
