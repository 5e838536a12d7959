//! The life of an obligation: its state at `as_of`, from the events of the case; as
//! `policy/decide/lifecycle.py` derives it.

use crate::acts::{Acts, Ending, FAILED, Owed, Pause, State, merged, names};
use crate::facts::M;
use crate::plans::Running;
use crate::view::View;

/// A state, since when and by which event; the violation, if there was one; the facts it waits for.
#[derive(Clone, PartialEq, Debug)]
pub struct Standing<'a> {
    pub state: State,
    pub at: Option<i64>,
    pub event: &'a str,
    pub violated_at: Option<i64>,
    pub missing: Vec<&'a str>,
    /// Of a violated duty: from when on nobody knows whether it is still owed.
    pub unclear: Option<i64>,
}

impl<'a> Standing<'a> {
    pub fn of(state: State) -> Standing<'a> {
        Standing { state, at: None, event: "", violated_at: None, missing: Vec::new(), unclear: None }
    }
}

fn ending_state(effect: &str) -> Option<State> {
    Some(match effect {
        "fulfil_one" => State::Fulfilled,
        "withdraw_one" | "discharge" => State::Discharged,
        "terminate" => State::Terminated,
        _ => return None,
    })
}

/// The state of an obligation; none where it was over before it could arise.
pub fn standing<'a>(
    acts: &mut Acts<'a, '_>,
    owed: &Owed<'a>,
    due_missing: &[&'a str],
) -> Option<Standing<'a>> {
    let as_of = acts.now.as_of;
    let mut due = owed.due;
    if let (Some(at), Some(since)) = (due, owed.since) {
        due = Some(at.max(since));
    }
    let ending = acts.effects.iter().any(|(effect, _)| ending_state(effect).is_some());
    let touched = ending || !acts.excused.is_empty() || acts.may_end(&owed.hit);
    if !touched && !acts.suspending() && owed.clock.is_none() {
        return Some(open(as_of, due, due_missing));
    }
    let mut doubts: Vec<&'a str> = owed.clock.as_ref().map_or_else(Vec::new, |clock| clock.doubts.clone());
    acts.dated.set((0, None));
    let pauses = pauses(acts, owed, &mut doubts);
    // A rule that says what a suspension does to its clock has had that counted.
    let counted = running(owed).is_some();
    let overdue_at = if pauses.is_empty() || counted { due } else { held(due, &pauses, owed.since) };
    if touched {
        let endings = endings(acts, owed, &mut doubts);
        let first_day = owed.carried.and(owed.since);
        if first_day.is_some_and(|day| endings.iter().any(|ending| ending.at < day)) {
            return None;
        }
        if let Some(found) = closed(acts, owed, &endings, overdue_at, &mut doubts) {
            return Some(found);
        }
    }
    if !doubts.is_empty() {
        return Some(in_doubt(acts, &mut doubts, overdue_at));
    }
    if let Some((at, None, event)) = pauses.last() {
        let violated_at = overdue_at.filter(|due| due < at);
        return Some(Standing { at: Some(*at), event, violated_at, ..Standing::of(State::Suspended) });
    }
    Some(open(as_of, overdue_at, due_missing))
}

/// What the rule says of its clock when something is suspended.
fn running(owed: &Owed<'_>) -> Option<Running> {
    owed.hit.rule.clock.as_ref().and_then(|clock| clock.suspended)
}

/// What suspends it: the case, it itself, or what stopped its clock.
fn pauses<'a>(acts: &Acts<'a, '_>, owed: &Owed<'a>, doubts: &mut Vec<&'a str>) -> Vec<Pause<'a>> {
    let mut found = Vec::new();
    if acts.suspending() && running(owed) != Some(Running::RunsOn) {
        found = acts.suspensions(owed, doubts);
    }
    found.extend(owed.clock.as_ref().and_then(|clock| clock.stopped));
    found
}

/// From when to when an obligation was suspended (none: it lasts), in order of time.
pub fn held_of<'a>(acts: &Acts<'a, '_>, owed: &Owed<'a>) -> Vec<(i64, Option<i64>)> {
    let found = merged(pauses(acts, owed, &mut Vec::new()));
    found.into_iter().map(|(start, end, _)| (start, end)).collect()
}

/// The state where an act ended or violated it, or may have; none where none did.
fn closed<'a>(
    acts: &mut Acts<'a, '_>,
    owed: &Owed<'a>,
    endings: &[Ending<'a>],
    overdue_at: Option<i64>,
    doubts: &mut Vec<&'a str>,
) -> Option<Standing<'a>> {
    let violated_by = &owed.hit.rule.violated_by;
    let violation =
        if violated_by.is_empty() { None } else { acts.first(violated_by, owed, State::Overdue, doubts) };
    let first = endings.iter().min_by_key(|ending| (ending.at, rank(ending.state), ending.event));
    if let Some(first) = first {
        let late = overdue_at.is_some_and(|due| first.at > due);
        let ended = ended(first, overdue_at, violation.as_ref());
        if !doubts.is_empty() && (late || !violated_by.is_empty()) {
            return Some(in_doubt(acts, doubts, ended.violated_at));
        }
        return Some(ended);
    }
    if !doubts.is_empty() {
        let broken = [overdue_at, violation.as_ref().map(|violation| violation.at)];
        return Some(in_doubt(acts, doubts, broken.into_iter().flatten().min()));
    }
    violation.map(|violation| Standing {
        at: Some(violation.at),
        event: violation.event,
        violated_at: Some(violation.at),
        ..Standing::of(State::Overdue)
    })
}

/// Undetermined; violated all the same where all that is in doubt came after that.
fn in_doubt<'a>(acts: &Acts<'a, '_>, doubts: &mut Vec<&'a str>, violated_at: Option<i64>) -> Standing<'a> {
    let (count, first) = acts.dated.get();
    let first = first.filter(|first| count == doubts.len() && *first <= acts.now.as_of);
    let violated_at = violated_at.filter(|at| first.is_some_and(|first| *at < first));
    let unclear = violated_at.and(first);
    Standing { violated_at, unclear, ..doubtful(std::mem::take(doubts)) }
}

fn rank(state: State) -> u8 {
    match state {
        State::Fulfilled => 0,
        State::Discharged => 1,
        _ => 2,
    }
}

fn open<'a>(as_of: i64, due: Option<i64>, due_missing: &[&'a str]) -> Standing<'a> {
    if !due_missing.is_empty() {
        return Standing { missing: due_missing.to_vec(), ..Standing::of(State::Undetermined) };
    }
    match due {
        Some(due) if as_of > due => {
            Standing { at: Some(due), violated_at: Some(due), ..Standing::of(State::Overdue) }
        }
        _ => Standing::of(State::Pending),
    }
}

fn endings<'a>(acts: &mut Acts<'a, '_>, owed: &Owed<'a>, doubts: &mut Vec<&'a str>) -> Vec<Ending<'a>> {
    let rule = owed.hit.rule;
    let mut found = Vec::new();
    for (matchers, state) in
        [(&rule.fulfilled_by, State::Fulfilled), (&rule.discharged_by, State::Discharged)]
    {
        if !matchers.is_empty() {
            found.extend(acts.first(matchers, owed, state, doubts));
        }
    }
    if !acts.excused.is_empty() {
        let bound = owed.hit.binding.iter().filter(|one| one.m == M::Breach);
        let excused = bound.filter_map(|one| acts.excused.get(one.id()));
        found.extend(excused.map(|(at, event)| Ending { at: *at, state: State::Discharged, event: *event }));
    }
    for place in 0..acts.effects.len() {
        let (effect, events) = &acts.effects[place];
        let Some(state) = ending_state(effect) else { continue };
        let events: Vec<&'a View<'a>> = if effect.ends_with("_one") {
            events.iter().copied().filter(|event| names(event, owed)).collect()
        } else if rule.of_case {
            events.clone()
        } else {
            continue;
        };
        dated(acts, &events, state, owed, doubts, &mut found);
    }
    found
}

/// Endings by these events; an undated one leaves the state open until its time is known.
fn dated<'a>(
    acts: &mut Acts<'a, '_>,
    events: &[&'a View<'a>],
    state: State,
    owed: &Owed<'a>,
    doubts: &mut Vec<&'a str>,
    found: &mut Vec<Ending<'a>>,
) {
    let (arena, since) = (acts.engine.names.arena, owed.from());
    for event in events {
        if owed.hit.binding.iter().any(|one| std::ptr::eq(*one, *event)) {
            continue;
        }
        let path = event.path(arena);
        let mut at = event.time();
        if state == State::Fulfilled {
            at = acts.posted_at(event, at, path, since);
        }
        match at {
            None => acts.of_time(event, doubts),
            Some(at) if since.is_none_or(|since| at >= since) => {
                found.push(Ending { at, state, event: path })
            }
            Some(_) => {}
        }
    }
}

/// Undetermined, with the facts that would settle it.
fn doubtful(mut doubts: Vec<&str>) -> Standing<'_> {
    doubts.retain(|path| *path != FAILED);
    doubts.sort_unstable();
    doubts.dedup();
    Standing { missing: doubts, ..Standing::of(State::Undetermined) }
}

/// When it becomes overdue: the due time, or the end of the suspension that holds it (none: it lasts).
fn held(due: Option<i64>, pauses: &[Pause<'_>], since: Option<i64>) -> Option<i64> {
    let due = due?;
    for (start, end, _) in pauses {
        let holds = end.is_none_or(|end| due < end && since.is_none_or(|since| end > since));
        if *start <= due && holds {
            return *end;
        }
    }
    Some(due)
}

fn ended<'a>(first: &Ending<'a>, overdue_at: Option<i64>, violation: Option<&Ending<'a>>) -> Standing<'a> {
    let mut violated = overdue_at.filter(|due| first.at > *due);
    if let Some(violation) = violation.filter(|violation| violation.at <= first.at) {
        violated = Some(violated.map_or(violation.at, |at| at.min(violation.at)));
    }
    let late = first.state == State::Fulfilled && overdue_at.is_some_and(|due| first.at > due);
    let state = if late { State::FulfilledLate } else { first.state };
    Standing { at: Some(first.at), event: first.event, violated_at: violated, ..Standing::of(state) }
}
