//! Facts to decision: the rounds of rules, their obligations, breaches and what follows from them.
//!
//! As `policy/decide/run.py` has it, for districts that deem nothing.

use blake2::digest::{Update, VariableOutput};
use bumpalo::Bump;
use rustc_hash::FxHashSet;

use crate::acts::{Acts, Owed, State};
use crate::arising::{Arisen, Arising, Round};
use crate::budget::{Budget, Refused};
use crate::canon::{Derivation, bring};
use crate::dues::{Counting, Others, Share};
use crate::engine::{Doubt, Effects, Engine, Hit};
use crate::facts::{M, breach};
use crate::lifecycle::{Standing, standing};
use crate::periods;
use crate::program::{Bearing, EffectName, Line, Modality, Program, Rule, Version};
use crate::three::Names;
use crate::time::deadline::{Arg, Due, with_step};
use crate::timeline::Timeline;
use crate::view::{Val, View, joined, key_of};
use crate::warnings::{Notice, warnings_of};
use crate::wire::{Hand, R, read};

const MAX_ROUNDS: usize = 16;
const MAX_OBLIGATIONS: usize = 10_000;

/// One duty, prohibition or permission of specific bodies.
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
    pub missing: Vec<&'a str>,
    pub standing: Standing<'a>,
    pub basis: Vec<&'a str>,
    /// Of a duty that a breach triggers: the obligation that was breached, its rule and who bore it.
    pub breach: Option<(&'a str, &'a str, &'a str)>,
    /// Of a violated duty: from when to when (none: it lasts) it was suspended.
    pub held: Vec<(i64, Option<i64>)>,
}

/// A rule that missing facts keep undecided.
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

struct Run<'a, 'n> {
    arena: &'a Bump,
    program: &'a Program,
    timeline: &'n Timeline<'a>,
    engine: Engine<'a, 'n>,
    acts: Acts<'a, 'n>,
    budget: Budget<'a>,
    obligations: Vec<Obligation<'a>>,
    known: FxHashSet<&'a str>,
    open: Vec<Open<'a>>,
    errors: Vec<Failure<'a>>,
}

/// Decides the bytes of a case for a moment, or hands it over.
pub fn decide<'a>(arena: &'a Bump, program: &'a Program, data: &'a [u8], as_of: i64) -> R<Decision<'a>> {
    let mut sent = read(arena, program, data, as_of)?;
    let findings = bring(arena, program, &mut sent, as_of);
    let attributes = arena.alloc_slice_copy(&sent.attributes);
    let timeline = Timeline::new(arena, program, sent.case, attributes, as_of);
    let names = Names::new(arena);
    let engine = Engine { names: &names };
    let mut run = Run {
        arena,
        program,
        timeline: &timeline,
        engine,
        acts: Acts::new(engine, program, timeline.now()),
        budget: Budget::new(program, &timeline),
        obligations: Vec::new(),
        known: FxHashSet::default(),
        open: Vec::new(),
        errors: Vec::new(),
    };
    if !run.acts.effect("extend_one").is_empty() {
        return Err(Hand("an extension by the court"));
    }
    let mut outside = run.rounds()?;
    if !program.in_force(as_of) && !outside.contains(&"as_of") {
        outside.push("as_of");
    }
    let Run { mut obligations, mut open, mut errors, acts, .. } = run;
    for (hit, reason) in &acts.errors {
        errors.push(failure(arena, hit, reason.word()));
    }
    for path in outside {
        let bound = arena.alloc_slice_copy(&[path]);
        errors.push(Failure { code: "LNK820", reason: "no_version_in_force", rule: None, bound });
    }
    open.sort_by_key(|one| (&one.rule.id, one.bound));
    errors.sort_by_key(|one| (one.code, one.rule.map_or("", |rule| &*rule.id), one.bound, one.reason));
    let past =
        |o: &Obligation<'a>| ended(o) && periods::past(arena, program, o.trigger, timeline.now().view, as_of);
    let silent = obligations.iter().all(past) && open.is_empty() && errors.is_empty();
    let warnings = warnings_of(arena, program, &sent, &findings, timeline.now(), &obligations, silent)?;
    obligations.sort_by(|a, b| place_of(a).cmp(&place_of(b)));
    obligations.retain(|o| !past(o));
    if let Some(why) = names.hand.get() {
        return Err(Hand(why));
    }
    Ok(Decision {
        program,
        case: sent.case.id(),
        as_of,
        facts: data,
        conflicts: conflicts(&obligations),
        obligations,
        open,
        errors,
        derived: findings.derived,
        warnings,
    })
}

fn place_of<'o>(o: &'o Obligation<'_>) -> (&'o str, &'o [&'o str], &'o [&'o str], &'o str) {
    (&o.rule.id, o.bound, &o.bearers, o.bearer_unit)
}

impl<'a> Run<'a, '_> {
    /// All rounds; gives the paths of triggers at whose time no version is in force.
    fn rounds(&mut self) -> R<Vec<&'a str>> {
        let mut arising = Arising::new(self.timeline, self.engine);
        let refused = self.budget.first(self.timeline);
        self.refuse(&refused);
        let found = arising.first(refused)?;
        let mut fresh = self.round(found)?;
        let mut breaches: Vec<&'a View<'a>> = Vec::new();
        let mut rounds = 0;
        loop {
            let new = self.breaches_of(&fresh);
            if new.is_empty() {
                break;
            }
            rounds += 1;
            if rounds > MAX_ROUNDS {
                return Err(Hand("a long chain of breaches"));
            }
            breaches.extend(&new);
            let on_breach = self.program.versions.iter().any(|version| {
                !version.on_breach.numbers.is_empty() || !version.gathered_on_breach.numbers.is_empty()
            });
            if !on_breach {
                break; // nobody waits for them
            }
            self.timeline.refresh(&breaches);
            self.acts.now = self.timeline.now();
            let refused = self.budget.after(self.timeline);
            self.refuse(&refused);
            let found = arising.after(&new, refused)?;
            fresh = self.round(found)?;
        }
        Ok(arising.outside)
    }

    /// Reports the rules that may not be tried.
    fn refuse(&mut self, refused: &Refused) {
        for (version, numbers) in self.program.versions.iter().zip(refused) {
            for rule in version.rules.iter().filter(|rule| numbers.contains(&rule.number)) {
                let (code, reason) = ("LNK823", "too_many_steps");
                self.errors.push(Failure { code, reason, rule: Some(rule), bound: &[] });
            }
        }
    }

    /// Turns one round of matches into obligations and entries; gives the places of the new obligations.
    fn round(&mut self, found: Round<'a>) -> R<Vec<usize>> {
        for (one, reason) in &found.errors {
            self.errors.push(failure(self.arena, &one.hit, reason.word()));
        }
        let (mut hits, unsettled) = self.settled(found.hits, found.undetermined);
        for (one, missing) in unsettled {
            let bound = paths(self.arena, &one.hit);
            self.open.push(Open { version: one.hit.version, rule: one.hit.rule, bound, missing });
        }
        self.budget.endings(self.timeline, hits.iter().map(|one| &one.hit))?;
        hits.sort_by_key(|one| (one.hit.rule.waits, &one.hit.rule.id, one.at.unwrap_or(-1)));
        let mut fresh = Vec::new();
        for one in hits {
            for made in self.made(&one)? {
                // The same duty under a later version, which its first day would carry over, is no second one.
                if self.known.insert(made.id) {
                    fresh.push(self.obligations.len());
                    self.obligations.push(made);
                }
            }
            if self.obligations.len() > MAX_OBLIGATIONS {
                return Err(Hand("too many obligations"));
            }
        }
        Ok(fresh)
    }

    /// Takes away what a rule that applies displaces; what an undetermined one would displace waits.
    fn settled(
        &self,
        hits: Vec<Arisen<'a>>,
        unsettled: Vec<(Arisen<'a>, Doubt<'a>)>,
    ) -> (Vec<Arisen<'a>>, Vec<(Arisen<'a>, Doubt<'a>)>) {
        if !self.program.versions.iter().any(|version| version.overriding) {
            return (hits, unsettled);
        }
        let all: Vec<Arisen<'a>> = hits.iter().chain(unsettled.iter().map(|(one, _)| one)).copied().collect();
        let displaced = |winner: &Arisen<'a>| -> Vec<usize> {
            let places = 0..all.len();
            places.filter(|place| displaces(self.arena, winner, &all[*place])).collect()
        };
        let gone: FxHashSet<usize> = hits.iter().flat_map(&displaced).collect();
        let mut still: Vec<(Arisen<'a>, Doubt<'a>)> = Vec::new();
        let mut waiting: Vec<(usize, Vec<&'a str>)> = Vec::new();
        for (place, (one, missing)) in (hits.len()..).zip(unsettled) {
            if gone.contains(&place) {
                continue;
            }
            for other in displaced(&one) {
                match waiting.iter_mut().find(|(known, _)| *known == other) {
                    Some((_, facts)) => facts.extend_from_slice(missing),
                    None => waiting.push((other, missing.to_vec())),
                }
            }
            still.push((one, missing));
        }
        let mut kept = Vec::new();
        for (place, one) in hits.into_iter().enumerate() {
            if gone.contains(&place) {
                continue;
            }
            match waiting.iter_mut().find(|(known, _)| *known == place) {
                Some((_, facts)) => {
                    facts.sort_unstable();
                    facts.dedup();
                    still.push((one, self.arena.alloc_slice_copy(facts)));
                }
                None => kept.push(one),
            }
        }
        (kept, still)
    }

    /// The obligations of a hit: one, or one for each of several bearers; none after an error.
    fn made(&mut self, one: &Arisen<'a>) -> R<Vec<Obligation<'a>>> {
        let (hit, now) = (&one.hit, self.timeline.now());
        // What nobody can date counts from today.
        let seen = if one.at.is_some() || one.moment.as_of == now.as_of {
            one.moment
        } else {
            self.timeline.seen_today(one.moment)
        };
        let effects = match self.engine.effects(hit, seen) {
            Ok(effects) => effects,
            Err(reason) => {
                self.errors.push(failure(self.arena, hit, reason.word()));
                return Ok(Vec::new());
            }
        };
        let who = effects.missing_for(&[EffectName::Bearer, EffectName::BearerParty]);
        let nobody = effects.bearers.is_empty() && effects.bearer_party.is_empty() && who.is_empty();
        if nobody || effects.bearers.contains(&"") {
            self.errors.push(failure(self.arena, hit, "no_bearer"));
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        for share in shares_of(hit, &effects) {
            match self.share(one, &effects, share) {
                Ok(made) => found.extend(made),
                Err(fault) => {
                    self.errors.push(failure(self.arena, hit, fault.word()));
                    return Ok(Vec::new());
                }
            }
        }
        Ok(found)
    }

    fn share(
        &mut self,
        one: &Arisen<'a>,
        effects: &Effects<'a>,
        share: Share<'a>,
    ) -> Result<Option<Obligation<'a>>, crate::time::deadline::Fault> {
        let (hit, arena) = (&one.hit, self.arena);
        let (mut due, mut due_missing) = (None, Vec::new());
        if let Some(plan) = &hit.rule.deadline {
            let first = one.carried.and(one.at);
            let closing: Vec<i64> =
                hit.binding.iter().filter(|view| view.closing.get()).filter_map(|view| view.time()).collect();
            let asked = (hit.rule.waits > 0).then_some(&share);
            let others = Others { arena, obligations: &self.obligations, open: &self.open, share: asked };
            let counting = Counting::of(plan, effects, hit, &others, first, &closing)?;
            due_missing = counting.missing();
            if due_missing.is_empty() {
                due = counting.due(&self.program.calendar)?;
            }
        }
        let identity = self.identity(hit, &share.own);
        let owed = Owed {
            hit: *hit,
            identity,
            bearers: share.bearers,
            bearer_party: effects.bearer_party,
            bearer_unit: share.unit,
            since: one.at,
            carried: one.carried,
            due: due.as_ref().and_then(|due| due.at),
        };
        let Some(standing) = standing(&mut self.acts, &owed, &due_missing) else { return Ok(None) };
        if let (Some(due), Some(posted)) = (&mut due, self.acts.posted.get(standing.event)) {
            let (when, arrived) = *posted;
            let in_time = due.at.is_some_and(|at| when <= at && arrived.is_none_or(|arrived| arrived > at));
            if standing.state == State::Fulfilled && in_time {
                with_step(due, "posted", vec![Arg::Moment(when)]);
            }
        }
        let mut held = Vec::new();
        if standing.violated_at.is_some() && self.acts.suspending() {
            let pauses = self.acts.suspensions(&owed, &mut Vec::new());
            held.extend(pauses.iter().map(|(start, end, _)| (*start, *end)));
        }
        let breach = hit.binding.iter().find(|view| view.m == M::Breach);
        let trigger = hit.binding[hit.rule.trigger];
        Ok(Some(Obligation {
            id: identity,
            version: hit.version,
            rule: hit.rule,
            bearers: owed.bearers,
            bearer_party: effects.bearer_party,
            bearer_unit: owed.bearer_unit,
            counterparties: effects.counterparties.clone(),
            counterparty_party: effects.counterparty_party,
            about: effects.about,
            concerns: effects.concerns,
            concerns_unit: effects.concerns_unit,
            bound: paths(arena, hit),
            trigger: trigger.path(arena),
            triggered_at: trigger.time(),
            arose_at: one.at,
            due,
            due_missing,
            missing: if effects.missing.is_empty() { Vec::new() } else { effects.missing_for(&WHO) },
            standing,
            basis: self.basis(one),
            breach: breach.map(|view| {
                (view.said(breach::OBLIGATION), view.said(breach::RULE), view.said(breach::BEARER))
            }),
            held,
        }))
    }

    /// The clauses of the rule and of the grounds that held when it arose, each once.
    fn basis(&self, one: &Arisen<'a>) -> Vec<&'a str> {
        let rule = one.hit.rule;
        let mut found: Vec<&'a str> = rule.basis.iter().map(|clause| &**clause).collect();
        if rule.grounds {
            for line in &rule.when {
                self.grounds(one, &line.alternatives, &mut found);
            }
        }
        found
    }

    fn grounds(&self, one: &Arisen<'a>, alternatives: &'a [Line], into: &mut Vec<&'a str>) {
        for ground in alternatives {
            if self.engine.holds(&one.hit, one.moment, &ground.expr) {
                for clause in &ground.basis {
                    if !into.contains(&&**clause) {
                        into.push(clause);
                    }
                }
                self.grounds(one, &ground.alternatives, into);
            }
        }
    }

    /// The id of an obligation: of its rule, its case, what it is bound to, and its own bearer and unit.
    fn identity(&self, hit: &Hit<'a>, own: &[&'a str]) -> &'a str {
        let mut text = hit.rule.prefix.clone();
        text.push_str(self.timeline.now().view.id());
        let mut add = |name: &str| {
            text.push('\0');
            text.push_str(name);
        };
        for element in hit.binding {
            let name = element.identity(self.arena);
            if !name.is_empty() {
                add(name);
            }
        }
        for place in &hit.rule.kinds {
            let element = hit.binding[*place];
            if element.identity(self.arena).is_empty() {
                add(element.said(crate::facts::status::KIND));
            }
        }
        own.iter().for_each(|name| add(name));
        self.arena.alloc_str(&identified(text.as_bytes()))
    }

    /// A breach for each bearer of each violated obligation.
    fn breaches_of(&self, fresh: &[usize]) -> Vec<&'a View<'a>> {
        let mut found = Vec::new();
        for duty in fresh.iter().map(|place| &self.obligations[*place]) {
            let Some(at) = duty.standing.violated_at else { continue };
            if duty.rule.modality == Modality::Permission || duty.rule.reported {
                continue;
            }
            let nobody = [""];
            let bearers = if duty.bearers.is_empty() { &nobody[..] } else { &duty.bearers };
            found.extend(bearers.iter().map(|bearer| self.breach(duty, bearer, at)));
        }
        found
    }

    fn breach(&self, duty: &Obligation<'a>, bearer: &'a str, at: i64) -> &'a View<'a> {
        let arena = self.arena;
        let made = View::blank(arena, M::Breach);
        let id = if bearer.is_empty() { duty.id } else { joined(arena, &[duty.id, ":", bearer]) };
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
}

const WHO: [EffectName; 8] = [
    EffectName::Bearer,
    EffectName::BearerParty,
    EffectName::BearerUnit,
    EffectName::Counterparty,
    EffectName::CounterpartyParty,
    EffectName::About,
    EffectName::Concerns,
    EffectName::ConcernsUnit,
];

/// From when to when it was violated and owed: not once it ended, nor while suspended.
fn spells_of(duty: &Obligation<'_>, at: i64) -> Vec<(i64, Option<i64>)> {
    let over = duty.standing.at.filter(|_| ended(duty));
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
fn ended(duty: &Obligation<'_>) -> bool {
    matches!(
        duty.standing.state,
        State::Fulfilled | State::FulfilledLate | State::Discharged | State::Terminated
    )
}

fn identified(text: &[u8]) -> String {
    use std::fmt::Write;
    let mut out = String::from("ob-");
    let mut hash = [0u8; 16];
    if let Ok(mut hasher) = blake2::Blake2bVar::new(hash.len()) {
        hasher.update(text);
        let _ = hasher.finalize_variable(&mut hash);
    }
    for byte in hash {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

fn paths<'a>(arena: &'a Bump, hit: &Hit<'a>) -> &'a [&'a str] {
    arena.alloc_slice_fill_iter(hit.binding.iter().map(|one| one.path(arena)))
}

fn failure<'a>(arena: &'a Bump, hit: &Hit<'a>, reason: &'static str) -> Failure<'a> {
    Failure { code: "LNK418", reason, rule: Some(hit.rule), bound: paths(arena, hit) }
}

/// Whether one displaces the other: for the same trigger, and equal elements under shared names.
fn displaces<'a>(arena: &'a Bump, winner: &Arisen<'a>, loser: &Arisen<'a>) -> bool {
    let (mine, theirs) = (&winner.hit, &loser.hit);
    if !crate::engine::listed(&mine.rule.overrides, &theirs.rule.id) {
        return false;
    }
    if mine.binding[mine.rule.trigger].path(arena) != theirs.binding[theirs.rule.trigger].path(arena) {
        return false;
    }
    theirs.rule.each.iter().zip(theirs.binding).all(|(binding, element)| {
        let own = mine.rule.each.iter().position(|one| one.name == binding.name);
        own.is_none_or(|place| mine.binding[place].path(arena) == element.path(arena))
    })
}

/// The duties of a hit: one; one for each of several bearers; or one for each unit that the pack lists.
fn shares_of<'a>(hit: &Hit<'a>, effects: &Effects<'a>) -> Vec<Share<'a>> {
    let bearers = &effects.bearers;
    match hit.rule.bearing {
        Bearing::EachUnit => bearers
            .iter()
            .flat_map(|body| {
                let units: Vec<&'a str> = match hit.version.units.get(*body) {
                    Some(units) => units.iter().map(|unit| &**unit).collect(),
                    None => vec![""],
                };
                units.into_iter().map(|unit| Share { bearers: vec![*body], unit, own: vec![*body, unit] })
            })
            .collect(),
        Bearing::Several if bearers.len() > 1 => bearers
            .iter()
            .map(|body| Share { bearers: vec![*body], unit: effects.bearer_unit, own: vec![*body] })
            .collect(),
        _ => vec![Share { bearers: bearers.clone(), unit: effects.bearer_unit, own: Vec::new() }],
    }
}

/// Pairs that say opposite things of one bearer and action for one trigger and subject.
fn conflicts(obligations: &[Obligation<'_>]) -> Vec<(usize, usize)> {
    let mut found: Vec<(&str, &str, usize, usize)> = Vec::new();
    for (place, one) in obligations.iter().enumerate() {
        if one.rule.modality != Modality::Prohibition {
            continue;
        }
        for (other_place, other) in obligations.iter().enumerate() {
            if other.rule.modality == Modality::Prohibition || other.rule.action != one.rule.action {
                continue;
            }
            if other.trigger != one.trigger || other.about != one.about {
                continue;
            }
            let bearers = |o: &Obligation<'_>, bearer: &str| {
                o.bearers.contains(&bearer) || (!o.bearer_party.is_empty() && o.bearer_party == bearer)
            };
            let party = Some(one.bearer_party).filter(|party| !party.is_empty());
            if !one.bearers.iter().copied().chain(party).any(|bearer| bearers(other, bearer)) {
                continue;
            }
            let ordered = (&one.rule.id, one.bound) <= (&other.rule.id, other.bound);
            let (first, second) = if ordered { (place, other_place) } else { (other_place, place) };
            found.push((obligations[first].id, obligations[second].id, first, second));
        }
    }
    found.sort_unstable();
    found.dedup();
    found.into_iter().map(|(_, _, first, second)| (first, second)).collect()
}
