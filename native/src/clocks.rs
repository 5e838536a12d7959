//! What acts do to a due time: the clock stops, starts again, or runs on; the time is extended. As
//! `policy/decide/clocks.py` reckons it, which says the readings.

use crate::acts::{Acts, Owed, Pause, another_unit, merged, names, pauses_of};
use crate::dues::Counting;
use crate::facts::{M, event};
use crate::plans::{ClockPlan, Running};
use crate::program::Rule;
use crate::time::clock::Stop;
use crate::time::deadline::{Arg, Due, Fault, bounded, due_at, mark, with_step};
use crate::view::{View, below, joined};

/// Why an act extends nothing: not by who may, once too often, after the due time, no longer than it was.
pub const STRANGER: &str = "stranger";
const OFTEN: &str = "often";
const LATE: &str = "late";
const NOTHING: &str = "nothing";

/// A due time and how acts moved it.
#[derive(Clone, Default)]
pub struct Reckoned<'a> {
    pub due: Option<Due<'a>>,
    /// Facts without which nobody knows it.
    pub missing: Vec<&'a str>,
    /// The same, and errors.
    pub doubts: Vec<&'a str>,
    /// Before what moment it cannot be due, where facts are missing.
    pub earliest: Option<i64>,
    /// What holds its clock.
    pub stopped: Option<Pause<'a>>,
    /// The due time that had passed when the court extended it, and that decision.
    pub restored: Option<(i64, i64, &'a str)>,
    /// Acts that extended nothing, and why.
    pub uncounted: Vec<(&'a str, &'static str)>,
    /// The acts that moved it.
    pub moved_by: Vec<&'a str>,
}

impl Reckoned<'_> {
    /// When it is due; or, where facts are missing, the earliest that it can be.
    pub fn at(&self) -> Option<i64> {
        match &self.due {
            Some(due) => due.at,
            None => self.earliest,
        }
    }
}

/// Whether acts may move the due times of a rule.
pub fn moves(acts: &Acts<'_, '_>, rule: &Rule) -> bool {
    rule.clock.is_some() || !acts.effect("extend_one").is_empty()
}

/// The due time of an obligation whose deadline misses no facts.
pub fn reckoned<'a>(
    acts: &mut Acts<'a, '_>,
    owed: &Owed<'a>,
    counting: &Counting<'a>,
) -> Result<Reckoned<'a>, Fault> {
    let mut reckoning = Reckoning {
        owed,
        counting,
        plan: owed.hit.rule.clock.as_ref(),
        doubts: Vec::new(),
        start: counting.begins(),
        stops: Vec::new(),
        due: None,
        times: 0,
        found: Reckoned::default(),
    };
    let (pauses, mut moving) = reckoning.gathered(acts);
    reckoning.stops = pauses.iter().map(|(begin, end, _)| Stop { begin: *begin, end: *end }).collect();
    reckoning.due = counting.due(&acts.program.calendar, &reckoning.stops, None)?;
    moving.sort_by_key(|act| (act.at, act.kind, act.path));
    for act in &moving {
        if reckoning.due.is_some() {
            match act.kind {
                Kind::Restart => reckoning.restart(acts, act)?,
                _ => reckoning.extend(acts, act)?,
            }
        }
    }
    reckoning.result(acts, &pauses)
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Restart,
    Grant,
    Law,
}

/// An act that moves a due time: when, how, and who alone may do it.
struct Moving<'a> {
    at: i64,
    kind: Kind,
    path: &'a str,
    view: Option<&'a View<'a>>,
    only: Vec<&'a str>,
}

fn restarting<'a>(at: i64, path: &'a str) -> Moving<'a> {
    Moving { at, kind: Kind::Restart, path, view: None, only: Vec::new() }
}

/// One due time being reckoned, act by act in the order of time.
struct Reckoning<'a, 'o> {
    owed: &'o Owed<'a>,
    counting: &'o Counting<'a>,
    plan: Option<&'a ClockPlan>,
    doubts: Vec<&'a str>,
    start: Option<i64>,
    stops: Vec<Stop>,
    due: Option<Due<'a>>,
    times: usize,
    found: Reckoned<'a>,
}

impl<'a> Reckoning<'a, '_> {
    /// What stops the clock, and what moves the due time.
    fn gathered(&mut self, acts: &mut Acts<'a, '_>) -> (Vec<Pause<'a>>, Vec<Moving<'a>>) {
        let mut moving = self.extending(acts);
        let Some(plan) = self.plan else { return (Vec::new(), moving) };
        let owed = self.owed;
        let since = owed.from().into_iter().chain(self.start).min();
        let mut paused: Vec<(Vec<Pause<'a>>, bool)> = Vec::new();
        for pause in &plan.pauses {
            let begun = acts.every(&pause.begins, owed, since, &mut self.doubts);
            let over = acts.every(&pause.ends, owed, since, &mut self.doubts);
            self.found.moved_by.extend(begun.iter().chain(&over).map(|done| done.path));
            let dated = |done: &crate::acts::Done<'a>| (done.at, done.path);
            let pauses = pauses_of(begun.iter().map(dated).collect(), over.iter().map(dated).collect());
            paused.push((pauses, pause.again));
        }
        if let (Some(Running::GoesOn | Running::StartsAgain), true) = (plan.suspended, acts.suspending()) {
            let own = acts.suspensions(owed, &mut self.doubts);
            paused.push((own, plan.suspended == Some(Running::StartsAgain)));
        }
        for (pauses, _) in paused.iter().filter(|(_, again)| *again) {
            moving.extend(pauses.iter().filter_map(|(_, end, path)| end.map(|end| restarting(end, path))));
        }
        let restarts = acts.every(&plan.restarts, owed, since, &mut self.doubts);
        moving.extend(restarts.iter().map(|done| restarting(done.at, done.path)));
        moving.extend(self.grants(acts, plan, since));
        (merged(paused.into_iter().flat_map(|(pauses, _)| pauses).collect()), moving)
    }

    /// The acts that grant an extension, with who alone may.
    fn grants(
        &mut self,
        acts: &mut Acts<'a, '_>,
        plan: &'a ClockPlan,
        since: Option<i64>,
    ) -> Vec<Moving<'a>> {
        let owed = self.owed;
        let mut found: Vec<Moving<'a>> = Vec::new();
        for grant in &plan.grants {
            let mut only: Vec<&'a str> = Vec::new();
            let bearers = if grant.bearer { &owed.bearers[..] } else { &[] };
            for body in grant.by.iter().map(|body| &**body).chain(bearers.iter().copied()) {
                match acts.program.organs.get(body) {
                    Some(organs) => only.extend(organs.iter().map(|organ| &**organ)),
                    None => only.push(body),
                }
            }
            for act in acts.every(std::slice::from_ref(&grant.matcher), owed, since, &mut self.doubts) {
                if grant.bearer && another_unit(act.view, owed) {
                    continue;
                }
                match found.iter_mut().find(|known| known.path == act.path) {
                    Some(known) => known.only.extend(&only),
                    None => found.push(Moving {
                        at: act.at,
                        kind: Kind::Grant,
                        path: act.path,
                        view: Some(act.view),
                        only: only.clone(),
                    }),
                }
            }
        }
        found
    }

    /// The court's extensions of this very obligation.
    fn extending(&mut self, acts: &Acts<'a, '_>) -> Vec<Moving<'a>> {
        let (owed, since) = (self.owed, self.owed.from());
        let mut found = Vec::new();
        for act in acts.effect("extend_one").iter().copied() {
            if owed.hit.binding.iter().any(|one| std::ptr::eq(*one, act)) || !names(act, owed) {
                continue;
            }
            let path = acts.path(act);
            let Some(at) = act.time() else {
                self.doubts.push(below(acts.engine.names.arena, path, "at"));
                continue;
            };
            if since.is_none_or(|since| at >= since) {
                let only = acts.program.only.get(act.said(event::TYPE));
                let only = only.into_iter().flatten().map(|body| &**body).collect();
                found.push(Moving { at, kind: Kind::Law, path, view: Some(act), only });
            }
        }
        found
    }

    fn restart(&mut self, acts: &Acts<'a, '_>, act: &Moving<'a>) -> Result<(), Fault> {
        let past = self.due.as_ref().and_then(|due| due.at).is_some_and(|due| due < act.at);
        if past || self.start.is_none_or(|start| act.at <= start) {
            return Ok(());
        }
        if let Some(mut started) = self.counting.due(&acts.program.calendar, &self.stops, Some(act.at))? {
            started.marks.insert(0, mark("started_again", vec![Arg::Moment(act.at)]));
            (self.start, self.due) = (Some(act.at), Some(started));
            self.found.moved_by.push(act.path);
        }
        Ok(())
    }

    /// One extension, or why it is none.
    fn extend(&mut self, acts: &Acts<'a, '_>, act: &Moving<'a>) -> Result<(), Fault> {
        let why = self.refused(acts, act);
        if !why.is_empty() {
            self.found.uncounted.push((act.path, why));
            return Ok(());
        }
        self.times += usize::from(act.kind == Kind::Grant);
        // Where its clock stands still, what it is extended from is to come.
        let Some((due, at)) = self.due.clone().and_then(|due| due.at.map(|at| (due, at))) else {
            return Ok(());
        };
        let Some(extended) = self.longer(acts, act, &due, at)? else { return Ok(()) };
        match extended.at {
            Some(longer) if longer <= at => {
                self.found.uncounted.push((act.path, NOTHING));
                return Ok(());
            }
            Some(_) => {
                if act.at > at {
                    self.found.restored = Some((at, act.at, act.path));
                }
                self.found.moved_by.push(act.path);
            }
            None => {}
        }
        self.due = Some(joined_due(due, at, extended, act));
        Ok(())
    }

    /// Why the act extends nothing; empty where it may.
    fn refused(&mut self, acts: &Acts<'a, '_>, act: &Moving<'a>) -> &'static str {
        let Some(view) = act.view else { return NOTHING };
        let (actor, said) = acts.actor_of(view);
        if actor.is_some_and(|actor| !act.only.is_empty() && !act.only.contains(&actor)) {
            return STRANGER;
        }
        let lost = self.due.as_ref().is_none_or(|due| due.at.is_none() && !due.stands_still());
        if act.kind == Kind::Law {
            return if lost { NOTHING } else { "" };
        }
        if actor.is_none() {
            self.doubts.push(said);
            return "";
        }
        let times = self.plan.and_then(|plan| plan.extension.as_ref()).map(|extension| extension.times);
        if times.is_some_and(|times| self.times >= times) {
            return OFTEN;
        }
        if lost {
            return NOTHING;
        }
        let late = self.due.as_ref().and_then(|due| due.at).is_some_and(|due| due < act.at);
        if late { LATE } else { "" }
    }

    /// What it is extended to; none where a fact is missing to say so.
    fn longer(
        &mut self,
        acts: &Acts<'a, '_>,
        act: &Moving<'a>,
        due: &Due<'a>,
        at: i64,
    ) -> Result<Option<Due<'a>>, Fault> {
        let (arena, calendar) = (acts.engine.names.arena, &acts.program.calendar);
        let (deadline, ends) = (self.counting.plan, due.ends_a_day());
        let own = self.plan.and_then(|plan| plan.extension.as_ref());
        let extension = own.filter(|extension| act.kind == Kind::Grant && !extension.given);
        let mut extended = match extension {
            None => {
                let limit = act.view.filter(|view| view.m == M::Event);
                match limit.and_then(|view| view.int(event::LIMIT_AT)) {
                    Some(limit) => due_at(limit)?,
                    None => {
                        self.doubts.push(below(arena, act.path, "limit_at"));
                        return Ok(None);
                    }
                }
            }
            Some(extension) => match extension.length {
                None => {
                    self.doubts.push(joined(arena, &["param.", &extension.param]));
                    return Ok(None);
                }
                Some(length) => {
                    let mut made = deadline.running(at, length, calendar, ends, &self.stops)?;
                    if extension.local {
                        with_step(&mut made, "local_length", vec![]);
                    }
                    made
                }
            },
        };
        let at_most = own.and_then(|extension| extension.at_most).filter(|_| act.kind == Kind::Grant);
        if let Some(at_most) = at_most {
            let cap = deadline.running(at, at_most, calendar, ends, &self.stops)?;
            if cap.at.zip(extended.at).is_some_and(|(cap, longer)| cap < longer) {
                extended = bounded(extended, Some(cap), None);
            }
        }
        Ok(Some(extended))
    }

    /// What came of it.
    fn result(mut self, acts: &Acts<'a, '_>, pauses: &[Pause<'a>]) -> Result<Reckoned<'a>, Fault> {
        let mut found = std::mem::take(&mut self.found);
        if !self.doubts.is_empty() {
            found.earliest = self.counting.due(&acts.program.calendar, &[], None)?.and_then(|due| due.at);
            found.restored = None;
            found.missing = self.doubts.clone();
            found.missing.retain(|path| *path != crate::acts::FAILED);
            found.missing.sort_unstable();
            found.missing.dedup();
            found.doubts = self.doubts;
            return Ok(found);
        }
        if let Some(due) = &mut self.due {
            if self.plan.is_some_and(|plan| plan.suspended == Some(Running::RunsOn))
                && acts.suspending()
                && !acts.suspensions(self.owed, &mut Vec::new()).is_empty()
            {
                with_step(due, "runs_on", vec![]);
            }
            if due.stands_still() {
                found.stopped = pauses.last().copied();
            }
        }
        found.due = self.due;
        Ok(found)
    }
}

/// The extended due time, with the steps of both.
fn joined_due<'a>(due: Due<'a>, at: i64, extended: Due<'a>, act: &Moving<'a>) -> Due<'a> {
    let code = if act.kind == Kind::Law { "extended_by_law" } else { "extended" };
    let mut marks = due.marks;
    marks.push(mark(code, vec![Arg::Moment(act.at)]));
    marks.extend(extended.marks);
    Due {
        kind: due.kind,
        at: extended.at,
        provisional: due.provisional || extended.provisional,
        marks,
        original: due.original.or(Some(at)),
    }
}
