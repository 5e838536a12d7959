//! Acts that end an obligation, and what suspends it; as `policy/decide/acts.py` and `suspensions.py` have it.

use std::cell::Cell;

use rustc_hash::FxHashMap;

use crate::clocks::Reckoned;
use crate::engine::{Engine, Hit};
use crate::facts::{M, case, document, event, party, request, service, status};
use crate::ops::Reason;
use crate::periods::ends_at;
use crate::program::{Acts as List, Bearing, Matcher, Program};
use crate::three::Verdict;
use crate::timeline::Moment;
use crate::view::{View, below, element};

/// Where an obligation stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    Pending,
    Overdue,
    Fulfilled,
    FulfilledLate,
    Discharged,
    Suspended,
    Terminated,
    Undetermined,
}

impl State {
    pub fn word(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Overdue => "overdue",
            State::Fulfilled => "fulfilled",
            State::FulfilledLate => "fulfilled_late",
            State::Discharged => "discharged",
            State::Suspended => "suspended",
            State::Terminated => "terminated",
            State::Undetermined => "undetermined",
        }
    }
}

/// What ended an obligation, when, and the path of the act.
#[derive(Clone, Copy)]
pub struct Ending<'a> {
    pub at: i64,
    pub state: State,
    pub event: &'a str,
}

/// An obligation whose state is asked for.
pub struct Owed<'a> {
    pub hit: Hit<'a>,
    pub identity: &'a str,
    pub bearers: Vec<&'a str>,
    pub bearer_party: &'a str,
    pub bearer_unit: &'a str,
    pub since: Option<i64>,
    pub carried: Option<i64>,
    pub due: Option<i64>,
    /// How its due time came about, where acts may have moved it.
    pub clock: Option<Reckoned<'a>>,
}

impl Owed<'_> {
    /// From when acts count.
    pub fn from(&self) -> Option<i64> {
        self.carried.or(self.since)
    }
}

/// Stands among the doubts for an evaluation error, which no fact settles.
pub const FAILED: &str = "";

/// From, to (none: it lasts), and the event that began it.
pub type Pause<'a> = (i64, Option<i64>, &'a str);

pub struct Acts<'a, 'n> {
    pub engine: Engine<'a, 'n>,
    pub program: &'a Program,
    pub now: &'a Moment<'a>,
    pub errors: Vec<(Hit<'a>, Reason)>,
    /// Acts that count as done when they were posted: then, and when they arrived.
    pub posted: FxHashMap<&'a str, (i64, Option<i64>)>,
    /// Acts that ended a period's duty, by rule and bearer: one act is of one period.
    taken: FxHashMap<(usize, Vec<&'a str>, &'a str), Vec<&'a str>>,
    /// Of the facts that keep the state in question open: how many are of acts that were not before a known
    /// moment, and the first such moment.
    pub dated: Cell<(usize, Option<i64>)>,
    /// What the events of the case do to obligations, each with its events.
    pub effects: Vec<(&'a str, Vec<&'a View<'a>>)>,
    /// Breaches that were excused afterwards, by id: when, and by which act. What followed from them ends.
    pub excused: FxHashMap<&'a str, (i64, &'a str)>,
}

/// An act that satisfies a matcher: when it was, where it stands, and the element itself.
#[derive(Clone, Copy)]
pub struct Done<'a> {
    pub at: i64,
    pub path: &'a str,
    pub view: &'a View<'a>,
}

struct Judged<'a> {
    act: &'a View<'a>,
    at: Option<i64>,
    path: &'a str,
    verdict: Verdict<'a>,
}

/// Before which moment an act without a day was not: before it was posted, or what it serves was issued.
fn not_before(act: &View<'_>) -> Option<i64> {
    let document = act.parent.get().filter(|parent| parent.m == M::Document);
    document.and_then(|document| document.int(document::ISSUED_AT)).max(posted(act))
}

/// When it was posted.
fn posted(act: &View<'_>) -> Option<i64> {
    match act.m {
        M::Event => act.int(event::POSTED_AT),
        M::Request => act.int(request::POSTED_AT),
        M::Service => act.int(service::POSTED_AT),
        _ => None,
    }
}

impl<'a, 'n> Acts<'a, 'n> {
    pub fn new(engine: Engine<'a, 'n>, program: &'a Program, now: &'a Moment<'a>) -> Acts<'a, 'n> {
        let mut effects: Vec<(&'a str, Vec<&'a View<'a>>)> = Vec::new();
        for (kind, events) in now.types(engine.names.arena) {
            let Some(effect) = program.effects.get(*kind) else { continue };
            match effects.iter_mut().find(|(known, _)| *known == &**effect) {
                Some((_, all)) => all.extend_from_slice(events),
                None => effects.push((effect, events.to_vec())),
            }
        }
        Acts {
            engine,
            program,
            now,
            errors: Vec::new(),
            posted: FxHashMap::default(),
            taken: FxHashMap::default(),
            dated: Cell::default(),
            effects,
            excused: FxHashMap::default(),
        }
    }

    pub fn effect(&self, name: &str) -> &[&'a View<'a>] {
        self.effects.iter().find(|(known, _)| *known == name).map_or(&[], |(_, events)| events)
    }

    pub fn path(&self, view: &'a View<'a>) -> &'a str {
        view.path(self.engine.names.arena)
    }

    fn at_of(&self, view: &'a View<'a>) -> &'a str {
        below(self.engine.names.arena, self.path(view), "at")
    }

    /// Whether the case holds anything that might end an obligation of this rule.
    pub fn may_end(&self, hit: &Hit<'a>) -> bool {
        let types = self.now.types(self.engine.names.arena);
        hit.rule.ends_otherwise || types.iter().any(|(kind, _)| hit.rule.ending_events.contains(*kind))
    }

    /// The earliest act of these matchers; facts that keep one undecided, and errors, go to `doubts`.
    pub fn first(
        &mut self,
        matchers: &'a [Matcher],
        owed: &Owed<'a>,
        state: State,
        doubts: &mut Vec<&'a str>,
    ) -> Option<Ending<'a>> {
        let since = if state == State::Overdue { owed.since } else { owed.from() };
        let period = self.period(owed);
        let mut found: Option<Ending<'a>> = None;
        let mut accepted: Vec<&'a str> = Vec::new();
        let mut open: Vec<(Judged<'a>, Option<i64>, Vec<&'a str>)> = Vec::new();
        let fits = |act: &'a View<'a>, at: Option<i64>, path: &'a str| {
            let ahead = at.zip(since).is_some_and(|(at, since)| at < since);
            let for_it = || period.is_some_and(|own| self.for_period(act, owed, own));
            if ahead && !(state == State::Fulfilled && for_it()) {
                return false;
            }
            period.is_none_or(|own| self.of_this(act, at, path, owed, own))
        };
        for judged in self.judged(matchers, owed, &fits, state == State::Overdue) {
            let (path, mut at) = (judged.path, judged.at);
            if state != State::Overdue {
                at = self.posted_at(judged.act, at, path, since);
            }
            if let (Verdict::Truth(true), Some(at)) = (judged.verdict, at) {
                accepted.push(path);
                if found.is_none_or(|found| (at, path) < (found.at, found.event)) {
                    found = Some(Ending { at, state, event: path });
                }
                continue;
            }
            let missing = self.open(owed, at, path, judged.verdict);
            if !missing.is_empty() {
                open.push((judged, at, missing));
            }
        }
        for (judged, at, missing) in open {
            let earlier = match (at, found) {
                (Some(at), Some(found)) => at < found.at,
                _ => true,
            };
            if !accepted.contains(&judged.path) && earlier {
                self.of_act(missing.len(), at.or_else(|| not_before(judged.act)));
                doubts.extend(missing);
            }
        }
        if let (Some(found), State::Fulfilled, Some(_)) = (found, state, period) {
            self.taken.entry(whose(owed)).or_default().push(found.event);
        }
        found
    }

    /// All acts of these matchers from a moment on, in the order of time; what is in doubt goes to `doubts`.
    pub fn every(
        &mut self,
        matchers: &'a [Matcher],
        owed: &Owed<'a>,
        since: Option<i64>,
        doubts: &mut Vec<&'a str>,
    ) -> Vec<Done<'a>> {
        let fits = |_: &'a View<'a>, at: Option<i64>, _: &'a str| {
            at.zip(since).is_none_or(|(at, since)| at >= since)
        };
        let mut found: Vec<Done<'a>> = Vec::new();
        let mut open: Vec<(&'a str, Vec<&'a str>)> = Vec::new();
        for Judged { act: view, at, path, verdict } in self.judged(matchers, owed, &fits, false) {
            if let (Verdict::Truth(true), Some(at)) = (verdict, at) {
                if found.iter().all(|done| done.path != path) {
                    found.push(Done { at, path, view });
                }
                continue;
            }
            let missing = self.open(owed, at, path, verdict);
            if !missing.is_empty() {
                open.push((path, missing));
            }
        }
        for (path, missing) in open {
            if found.iter().all(|done| done.path != path) {
                doubts.extend(missing);
            }
        }
        found.sort_by_key(|done| (done.at, done.path));
        found
    }

    /// Every act that fits: the element, when, its path, and whether it satisfies a matcher.
    fn judged(
        &self,
        matchers: &'a [Matcher],
        owed: &Owed<'a>,
        fits: &dyn Fn(&'a View<'a>, Option<i64>, &'a str) -> bool,
        strict: bool,
    ) -> Vec<Judged<'a>> {
        let mut found = Vec::new();
        for matcher in matchers {
            for act in self.candidates(matcher, &owed.hit) {
                if matcher.acts != List::Statuses
                    && owed.hit.binding.iter().any(|one| std::ptr::eq(*one, act))
                {
                    continue;
                }
                if act.deemed.get().contains(&&*owed.hit.rule.id) {
                    continue; // it only counts as done because this was not
                }
                let (path, at) = match matcher.acts {
                    List::Statuses if matcher.begins => self.change(act, status::BEGUN_BY, status::SINCE),
                    List::Statuses => self.change(act, status::ENDED_BY, status::UNTIL),
                    _ => (self.path(act), act.time()),
                };
                if fits(act, at, path) {
                    let verdict = self.verdict(matcher, owed, act, strict);
                    found.push(Judged { act, at, path, verdict });
                }
            }
        }
        found
    }

    /// The event that began or ended a state, or the state where no event did, and when.
    fn change(&self, spell: &'a View<'a>, by: usize, slot: usize) -> (&'a str, Option<i64>) {
        let event = spell.said(by);
        let arena = self.engine.names.arena;
        let path = if event.is_empty() { self.path(spell) } else { element(arena, "events", event) };
        (path, spell.int(slot))
    }

    /// What keeps an act from being decided: facts, its time, or an error, which is noted.
    fn open(
        &mut self,
        owed: &Owed<'a>,
        at: Option<i64>,
        path: &'a str,
        verdict: Verdict<'a>,
    ) -> Vec<&'a str> {
        match verdict {
            Verdict::Failed(reason) => {
                let known = self.errors.iter().any(|(hit, other)| {
                    *other == reason
                        && std::ptr::eq(hit.rule, owed.hit.rule)
                        && hit.binding.len() == owed.hit.binding.len()
                        && hit.binding.iter().zip(owed.hit.binding).all(|(a, b)| std::ptr::eq(*a, *b))
                });
                if !known {
                    self.errors.push((owed.hit, reason));
                }
                vec![FAILED]
            }
            Verdict::Truth(true) if at.is_none() => vec![below(self.engine.names.arena, path, "at")],
            Verdict::Truth(_) => vec![],
            Verdict::Doubt(missing) => missing.to_vec(),
        }
    }

    /// Notes that so many facts are missing of an act that was not before `earliest`.
    fn of_act(&self, facts: usize, earliest: Option<i64>) {
        if let Some(at) = earliest {
            let (count, first) = self.dated.get();
            self.dated.set((count + facts, Some(first.map_or(at, |first| first.min(at)))));
        }
    }

    /// Notes that an act does not say when it was.
    pub fn of_time(&self, act: &'a View<'a>, doubts: &mut Vec<&'a str>) {
        self.of_act(1, not_before(act));
        doubts.push(self.at_of(act));
    }

    /// When the act counts as done: what went by post, when it was posted.
    pub fn posted_at(
        &mut self,
        act: &'a View<'a>,
        at: Option<i64>,
        path: &'a str,
        since: Option<i64>,
    ) -> Option<i64> {
        let Some(posted) = posted(act) else { return at };
        if at.is_some_and(|at| at <= posted) || since.is_some_and(|since| posted < since) {
            return at;
        }
        self.posted.insert(path, (posted, at));
        Some(posted)
    }

    /// What may satisfy the matcher, by its list and its codes.
    fn candidates(&self, matcher: &'a Matcher, hit: &Hit<'a>) -> Vec<&'a View<'a>> {
        let view = self.now.view;
        let coded = |code: &str| matcher.codes.iter().any(|one| &**one == code);
        match matcher.acts {
            List::Events => {
                let arena = self.engine.names.arena;
                matcher.codes.iter().flat_map(|kind| self.now.of_type(arena, kind)).copied().collect()
            }
            List::Requests => {
                view.each(case::REQUESTS).filter(|one| coded(one.said(request::MATTER))).collect()
            }
            List::Services => view
                .each(case::DOCUMENTS)
                .filter(|one| coded(one.said(document::TYPE)))
                .flat_map(|one| one.each(document::SERVICES))
                .collect(),
            List::Statuses => self.states(matcher, hit),
        }
    }

    fn states(&self, matcher: &'a Matcher, hit: &Hit<'a>) -> Vec<&'a View<'a>> {
        let view = self.now.view;
        let ended = |spell: &View<'a>| spell.get(status::ENDED).bool() == Some(true);
        if let Some(held) = matcher.end_of {
            let path = self.path(hit.binding[held]);
            return view
                .each(case::PARTIES)
                .flat_map(|one| one.each(party::STATUSES))
                .filter(|spell| self.path(spell) == path && ended(spell))
                .collect();
        }
        let Some(owner) = matcher.party.map(|place| hit.binding[place].id()) else { return vec![] };
        view.each(case::PARTIES)
            .filter(|one| one.id() == owner)
            .flat_map(|one| one.each(party::STATUSES))
            .filter(|spell| matcher.codes.iter().any(|kind| &**kind == spell.said(status::KIND)))
            .filter(|spell| if matcher.begins { !spell.undated_state() } else { ended(spell) })
            .collect()
    }

    fn verdict(&self, matcher: &'a Matcher, owed: &Owed<'a>, act: &'a View<'a>, strict: bool) -> Verdict<'a> {
        let own = if matcher.by_bearer { self.by_bearer(act, owed, strict) } else { Verdict::Truth(true) };
        if let Verdict::Truth(false) = own {
            return own;
        }
        if matcher.acts == List::Statuses {
            return own;
        }
        match self.engine.ends(matcher, &owed.hit, self.now, act) {
            Verdict::Truth(true) => own,
            other => other,
        }
    }

    /// Whether the bearer, or an organ of it, did it.
    fn by_bearer(&self, act: &'a View<'a>, owed: &Owed<'a>, strict: bool) -> Verdict<'a> {
        let unit = if act.m == M::Event { act.said(event::ACTOR_UNIT) } else { "" };
        let is_body =
            self.program.sections.get("bodies").is_some_and(|codes| codes.contains(owed.bearer_unit));
        let named = if is_body { "" } else { owed.bearer_unit };
        if (!named.is_empty() && !unit.is_empty() && unit != named) || another_unit(act, owed) {
            return Verdict::Truth(false);
        }
        let (actor, said) = self.actor_of(act);
        if let Some(actor) = actor {
            let own = |bearer: &&str| match self.program.organs.get(*bearer) {
                Some(organs) => organs.contains(actor),
                None => *bearer == actor,
            };
            return Verdict::Truth(owed.bearers.iter().any(own));
        }
        let party = match act.m {
            M::Event => act.text(event::PARTY),
            M::Request => act.text(request::PARTY),
            M::Service => act.text(service::PARTY),
            _ => None,
        };
        if !owed.bearer_party.is_empty() && party == Some(owed.bearer_party) {
            return Verdict::Truth(true);
        }
        if !strict && (!matches!(act.m, M::Event | M::Request) || is_named(act, owed)) {
            return Verdict::Truth(true);
        }
        Verdict::Doubt(self.engine.names.arena.alloc_slice_copy(&[said]))
    }

    /// Whose act it was, where it says so, and the path of what says it; of a service the issuer's.
    pub fn actor_of(&self, act: &'a View<'a>) -> (Option<&'a str>, &'a str) {
        let arena = self.engine.names.arena;
        let (from, slot, name) = match act.m {
            M::Event => (act, event::ACTOR, "actor"),
            M::Request => (act, request::REQUESTER, "requester"),
            _ => match act.parent.get() {
                Some(parent) => (parent, document::ISSUER, "issuer"),
                None => return (None, ""),
            },
        };
        (from.text(slot), below(arena, self.path(from), name))
    }

    /// Of a duty that a calendar period brings: the period's first moment, and the first after it.
    fn period(&self, owed: &Owed<'a>) -> Option<(i64, i64)> {
        let trigger = owed.hit.binding[owed.hit.rule.trigger];
        if trigger.m != M::Event {
            return None;
        }
        let period = self.program.table.periods.get(trigger.said(event::TYPE))?;
        Some((trigger.time()?, ends_at(trigger, period)))
    }

    /// Whether the act is of this period: the one it names, else the one in which it was done.
    fn of_this(
        &self,
        act: &'a View<'a>,
        at: Option<i64>,
        path: &'a str,
        owed: &Owed<'a>,
        period: (i64, i64),
    ) -> bool {
        let stated = act.m == M::Event && act.has(event::PERIOD_FROM);
        if stated || is_named(act, owed) {
            return self.for_period(act, owed, period);
        }
        let trigger = owed.hit.binding[owed.hit.rule.trigger];
        let others = self.now.of_type(self.engine.names.arena, trigger.said(event::TYPE));
        if act.m == M::Event
            && act.texts(event::ANSWERS).any(|id| others.iter().any(|other| other.id() == id))
        {
            return false;
        }
        if self.taken.get(&whose(owed)).is_some_and(|taken| taken.contains(&path)) {
            return false;
        }
        let told = !trigger.standing.get();
        told || at.is_none_or(|at| at < period.1.max(owed.due.filter(|due| *due != 0).unwrap_or(period.1)))
    }

    /// Whether the act names this period as its own: then it may be done ahead of it, too.
    fn for_period(&self, act: &'a View<'a>, owed: &Owed<'a>, period: (i64, i64)) -> bool {
        match (act.m == M::Event).then(|| act.int(event::PERIOD_FROM)).flatten() {
            None => is_named(act, owed),
            Some(named) => period.0 <= named && named < period.1,
        }
    }

    /// Suspensions of an obligation in time order; times that are missing go to `doubts`.
    pub fn suspensions(&self, owed: &Owed<'a>, doubts: &mut Vec<&'a str>) -> Vec<Pause<'a>> {
        let mut pauses = Vec::new();
        let bound = |event: &View<'a>| owed.hit.binding.iter().any(|one| std::ptr::eq(*one, event));
        let mut of = |starts: &[&'a View<'a>], ends: &[&'a View<'a>], pauses: &mut Vec<Pause<'a>>| {
            for event in starts.iter().chain(ends) {
                if !bound(event) && event.time().is_none() {
                    self.of_time(event, doubts);
                }
            }
            let dated = |events: &[&'a View<'a>]| -> Vec<(i64, &'a str)> {
                let events = events.iter().filter(|event| !bound(event));
                events.filter_map(|event| event.time().map(|at| (at, self.path(event)))).collect()
            };
            pauses.extend(pauses_of(dated(starts), dated(ends)));
        };
        if owed.hit.rule.of_case {
            of(self.effect("suspend"), self.effect("resume"), &mut pauses);
            pauses = merged(pauses);
        }
        let named = |effect: &str| -> Vec<&'a View<'a>> {
            self.effect(effect).iter().copied().filter(|event| names(event, owed)).collect()
        };
        let (starts, ends) = (named("suspend_one"), named("resume_one"));
        if !starts.is_empty() || !ends.is_empty() {
            of(&starts, &ends, &mut pauses);
            pauses = merged(pauses);
        }
        pauses
    }

    /// Whether anything may be suspended at all.
    pub fn suspending(&self) -> bool {
        self.effects.iter().any(|(effect, _)| matches!(*effect, "suspend" | "suspend_one"))
    }
}

fn whose<'a>(owed: &Owed<'a>) -> (usize, Vec<&'a str>, &'a str) {
    // Of two versions of a rule an act is taken once: they are known by one id.
    (hashed(&owed.hit.rule.id), owed.bearers.clone(), owed.bearer_unit)
}

/// A number that stands for an id within one decision.
fn hashed(id: &str) -> usize {
    use std::hash::{Hash, Hasher};
    let mut hasher = rustc_hash::FxHasher::default();
    id.hash(&mut hasher);
    hasher.finish() as usize
}

/// Whether each unit bears a duty of its own, and the act is not this one's.
pub fn another_unit(act: &View<'_>, owed: &Owed<'_>) -> bool {
    let own = owed.hit.rule.bearing == Bearing::EachUnit && !owed.bearer_unit.is_empty();
    let unit = if act.m == M::Event { act.said(event::ACTOR_UNIT) } else { "" };
    own && unit != owed.bearer_unit
}

/// Whether the act is about something that the obligation is bound to.
fn is_named(act: &View<'_>, owed: &Owed<'_>) -> bool {
    if act.m != M::Event {
        return false;
    }
    let about = act.text(event::ABOUT);
    owed.hit
        .binding
        .iter()
        .filter(|one| one.identified() && one.m != M::Party)
        .any(|one| about == Some(one.id()) || act.texts(event::ANSWERS).any(|id| id == one.id()))
}

/// Whether a generic event names this duty: its id, or its rule, and the unit where each has its own.
pub fn names(event: &View<'_>, owed: &Owed<'_>) -> bool {
    if let Some(named) = event.text(event::OBLIGATION) {
        return named == owed.identity;
    }
    if event.text(event::RULE) != Some(&*owed.hit.rule.id) {
        return false;
    }
    let unit = event.said(event::ACTOR_UNIT);
    if !unit.is_empty() && owed.hit.rule.bearing == Bearing::EachUnit && unit != owed.bearer_unit {
        return false;
    }
    let Some(about) = event.text(event::ABOUT) else { return true };
    owed.hit.binding.iter().any(|one| one.identified() && one.id() == about)
}

/// Suspensions begun and ended by these acts, in time order, not overlapping.
pub fn pauses_of<'a>(mut starts: Vec<(i64, &'a str)>, ends: Vec<(i64, &'a str)>) -> Vec<Pause<'a>> {
    starts.sort_unstable();
    let begun_at = |at: i64| starts.iter().find(|(start, _)| *start == at).map(|(_, path)| *path);
    let mut moments: Vec<i64> = starts.iter().chain(&ends).map(|(at, _)| *at).collect();
    moments.sort_unstable();
    moments.dedup();
    let mut found = Vec::new();
    let mut begun: Option<(i64, &'a str)> = None;
    for at in moments {
        let over = ends.iter().any(|(end, _)| *end == at);
        match begun {
            None if !over => begun = begun_at(at).map(|path| (at, path)),
            Some((since, path)) if over => {
                found.push((since, Some(at), path));
                begun = begun_at(at).map(|path| (at, path));
            }
            _ => {}
        }
    }
    found.extend(begun.map(|(at, path)| (at, None, path)));
    found
}

/// The union of suspensions, each under the event that began it first.
pub fn merged(mut pauses: Vec<Pause<'_>>) -> Vec<Pause<'_>> {
    pauses.sort_by_key(|(start, _, path)| (*start, *path));
    let mut found: Vec<Pause<'_>> = Vec::new();
    for (start, end, path) in pauses {
        match found.last_mut() {
            Some((_, until, _)) if until.is_none_or(|until| start <= until) => {
                *until = until.zip(end).map(|(until, end)| until.max(end));
            }
            _ => found.push((start, end, path)),
        }
    }
    found
}
