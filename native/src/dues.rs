//! When an obligation is due: its deadline counted from what was computed, or from another duty; as
//! `policy/decide/dues.py` and `others.py` have it.

use crate::acts::State;
use crate::decide::{Obligation, Open};
use crate::engine::{Effects, Hit};
use crate::program::{Bearing, EffectName};
use crate::time::calendar::Calendar;
use crate::time::clock::Stop;
use crate::time::deadline::{Deadline, Due, DutyMoment, Fault, at_latest, bounded, due_at, with_duty};

/// What a deadline is counted from; none: nothing yet.
#[derive(Clone, Debug, PartialEq, Default)]
struct Start<'a> {
    at: Option<i64>,
    missing: Vec<&'a str>,
    day_ends: bool,
    rule: &'a str,
    waits: bool,
}

/// For whom of several bearers a duty is asked about.
pub struct Share<'a> {
    pub bearers: Vec<&'a str>,
    pub unit: &'a str,
    pub own: Vec<&'a str>,
}

/// A deadline and its bounds with what each is counted from.
pub struct Counting<'a> {
    pub plan: &'a Deadline,
    parts: [Option<(&'a Deadline, Start<'a>)>; 3],
    first: Option<i64>,
}

/// The other duties that there are by now, and the rules that are open.
pub struct Others<'a, 'o> {
    pub arena: &'a bumpalo::Bump,
    pub obligations: &'o [Obligation<'a>],
    pub open: &'o [Open<'a>],
    pub share: Option<&'o Share<'a>>,
}

impl<'a> Counting<'a> {
    /// A deadline with what it is counted from; `closing`: moments that are the end of a day.
    pub fn of(
        plan: &'a Deadline,
        effects: &Effects<'a>,
        hit: &Hit<'a>,
        others: &Others<'a, '_>,
        first: Option<i64>,
        closing: &[i64],
    ) -> Result<Counting<'a>, Fault> {
        let names = [
            (Some(plan), EffectName::Start, EffectName::Moment),
            (plan.no_later_than.as_deref(), EffectName::LatestStart, EffectName::LatestMoment),
            (plan.no_earlier_than.as_deref(), EffectName::EarliestStart, EffectName::EarliestMoment),
        ];
        let mut parts = [None, None, None];
        for (place, (part, start, moment)) in names.into_iter().enumerate() {
            let Some(part) = part else { continue };
            let name = if part.needs_moment() {
                Some(moment)
            } else if part.needs_start() {
                Some(start)
            } else {
                None
            };
            let from = match name {
                None => Start::default(),
                Some(_) if !part.duties.is_empty() => moment_of(part, hit, others)?,
                Some(name) => {
                    let at = effects.moment(name);
                    let day_ends = at.is_some_and(|at| closing.contains(&at));
                    Start { at, missing: effects.missing_for(&[name]), day_ends, ..Start::default() }
                }
            };
            parts[place] = Some((part, from));
        }
        Ok(Counting { plan, parts, first })
    }

    /// The facts without which nobody knows from when it is counted; sorted.
    pub fn missing(&self) -> Vec<&'a str> {
        let mut found: Vec<&'a str> =
            self.parts.iter().flatten().flat_map(|(_, start)| start.missing.iter().copied()).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The earliest moment from which a period of it runs.
    pub fn begins(&self) -> Option<i64> {
        let running = self.parts.iter().flatten().filter(|(part, _)| part.runs());
        running.filter_map(|(part, start)| self.from(part, start)).min()
    }

    /// What a part is counted from, no earlier than the first day that brought the duty.
    fn from(&self, part: &Deadline, start: &Start<'a>) -> Option<i64> {
        let on = part.counts_on() && part.duties.is_empty();
        let first = self.first.filter(|_| on);
        start.at.map(|at| first.map_or(at, |first| at.max(first)))
    }

    /// When it is due, the stops of its clock not counted; `again`: when its periods start anew. None where
    /// what it is counted from has not happened.
    pub fn due(
        &self,
        calendar: &Calendar,
        stops: &[Stop],
        again: Option<i64>,
    ) -> Result<Option<Due<'a>>, Fault> {
        let counted = |place: usize| match &self.parts[place] {
            None => Ok(None),
            Some((part, start)) => self.counted(part, start, calendar, stops, again),
        };
        let (mut due, mut latest, earliest) = (counted(0)?, counted(1)?, counted(2)?);
        let waits = self.parts[2].as_ref().is_some_and(|(_, start)| start.waits);
        if earliest.is_none() && waits {
            return Ok(None);
        }
        if due.is_none() {
            due = latest.take().map(at_latest);
        }
        Ok(match due {
            Some(due) if latest.is_some() || earliest.is_some() => Some(bounded(due, latest, earliest)),
            due => due,
        })
    }

    fn counted(
        &self,
        part: &'a Deadline,
        start: &Start<'a>,
        calendar: &Calendar,
        stops: &[Stop],
        again: Option<i64>,
    ) -> Result<Option<Due<'a>>, Fault> {
        if !part.needs_moment() && !part.needs_start() {
            return part.count(None, calendar, false, &[]).map(Some);
        }
        let Some(at) = self.from(part, start) else { return Ok(None) };
        if part.needs_moment() {
            return start.at.map(due_at).transpose();
        }
        if again.is_some() && part.runs() {
            return part.count(again, calendar, false, stops).map(Some);
        }
        let mut due = part.count(Some(at), calendar, start.day_ends, stops)?;
        if !part.duties.is_empty() {
            with_duty(&mut due, part.duty_moment, start.rule);
        }
        Ok(Some(due))
    }
}

/// The moment asked for, of the duty that goes with `hit`; none where there is no such duty, or not yet.
fn moment_of<'a>(part: &'a Deadline, hit: &Hit<'a>, others: &Others<'a, '_>) -> Result<Start<'a>, Fault> {
    let meant = |rule: &str| part.duties.iter().any(|one| &**one == rule);
    let bound: Vec<&'a str> = hit.binding.iter().map(|one| one.path(others.arena)).collect();
    let trigger = bound[hit.rule.trigger];
    let of_rule: Vec<&Obligation<'a>> = others.obligations.iter().filter(|o| meant(&o.rule.id)).collect();
    let mut chosen: Vec<&Obligation<'a>> = of_rule.iter().copied().filter(|o| o.trigger == trigger).collect();
    if chosen.is_empty() {
        chosen = of_rule.into_iter().filter(|o| bound.contains(&o.trigger)).collect();
    }
    if let Some(share) = others.share {
        let own: Vec<&Obligation<'a>> = chosen.iter().copied().filter(|o| borne_by(o, share)).collect();
        if !own.is_empty() {
            chosen = own;
        }
    }
    let mut found: Vec<(Start<'a>, &'a str)> = Vec::new();
    for duty in chosen {
        let start = moment(duty, part.duty_moment);
        match found.iter_mut().find(|(known, _)| *known == start) {
            Some((_, rule)) => *rule = &duty.rule.id,
            None => found.push((start, &duty.rule.id)),
        }
    }
    if found.len() > 1 {
        return Err(Fault::WhoseDuty);
    }
    let Some((start, rule)) = found.pop() else {
        let mut missing: Vec<&'a str> = others
            .open
            .iter()
            .filter(|open| meant(&open.rule.id))
            .filter(|open| open.bound.get(open.rule.trigger).is_some_and(|path| bound.contains(path)))
            .flat_map(|open| open.missing.iter().copied())
            .collect();
        missing.sort_unstable();
        missing.dedup();
        return Ok(Start { missing, ..Start::default() });
    };
    Ok(Start { rule, ..start })
}

fn borne_by(duty: &Obligation<'_>, share: &Share<'_>) -> bool {
    let own = matches!(duty.rule.bearing, Bearing::EachUnit | Bearing::Several);
    own && duty.bearers == share.bearers && duty.bearer_unit == share.unit
}

fn moment<'a>(duty: &Obligation<'a>, at: DutyMoment) -> Start<'a> {
    let standing = &duty.standing;
    let waits = matches!(standing.state, State::Pending | State::Overdue | State::Suspended);
    let due = duty.due.as_ref().and_then(|due| due.at);
    let ends = duty.due.as_ref().is_some_and(|due| due.ends_a_day());
    if at == DutyMoment::Due {
        return Start { at: due, missing: duty.due_missing.clone(), day_ends: ends, rule: "", waits };
    }
    if standing.state == State::Undetermined {
        return Start { missing: standing.missing.clone(), ..Start::default() };
    }
    if at == DutyMoment::Fulfilled {
        let done = matches!(standing.state, State::Fulfilled | State::FulfilledLate);
        return Start { at: standing.at.filter(|_| done), waits, ..Start::default() };
    }
    let violated = standing.violated_at;
    Start { at: violated, day_ends: ends && violated == due, waits, ..Start::default() }
}
