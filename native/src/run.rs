//! One decision being made: the rounds of rules, their obligations, breaches and what follows from them; as
//! `policy/decide/run.py` has it.

use std::cell::OnceCell;

use blake2::digest::{Update, VariableOutput};
use bumpalo::Bump;
use rustc_hash::FxHashSet;

use crate::acts::{Acts, Owed, State};
use crate::arising::{Arisen, Arising, Round};
use crate::breaches::{breach_id, breaches_of};
use crate::budget::{Budget, Refused};
use crate::canon::{Findings, bring};
use crate::clocks::{Reckoned, moves, reckoned};
use crate::decide::{Failure, Obligation, Open};
use crate::dues::{Counting, Others, Share};
use crate::engine::{Effects, Engine, Hit};
use crate::facts::{M, breach};
use crate::lifecycle::{held_of, standing};
use crate::money::{Sums, sums};
use crate::ops::Reason;
use crate::precedence::settled;
use crate::presumed::{Base, Presumed, mark_states, put_in};
use crate::program::{Bearing, EffectName, Line, Program};
use crate::three::Names;
use crate::time::deadline::{Arg, Fault, with_step};
use crate::timeline::{Moment, Timeline};
use crate::view::View;
use crate::wire::{Hand, R, Sent, read};

const MAX_ROUNDS: usize = 16;
const MAX_OBLIGATIONS: usize = 10_000;

/// What the run of one attempt lives in.
pub struct Room<'a> {
    pub names: Names<'a>,
    pub timeline: Timeline<'a>,
}

pub struct Run<'a, 'n> {
    pub arena: &'a Bump,
    pub program: &'a Program,
    pub timeline: &'n Timeline<'a>,
    pub engine: Engine<'a, 'n>,
    pub acts: Acts<'a, 'n>,
    budget: Budget<'a>,
    pub sent: Sent<'a>,
    pub findings: Findings<'a>,
    pub obligations: Vec<Obligation<'a>>,
    /// Ids of the duties, and of the periods by which something counts as a fact, found so far.
    known: FxHashSet<&'a str>,
    pub open: Vec<Open<'a>>,
    pub errors: Vec<Failure<'a>>,
    /// What deemed facts may rest on.
    pub bases: Vec<Base<'a>>,
    /// Deemed facts that could not be worked out.
    pub failed: Vec<(Hit<'a>, Reason)>,
    /// Acts that kept something from counting as a fact, or speak against it.
    pub used: FxHashSet<&'a str>,
    /// Told facts that say otherwise than deemed ones, and the rules of these.
    pub contradicted: Vec<(&'a str, &'a str)>,
}

/// Decides the bytes of a case for a moment, with facts that count beside those that were told.
pub fn attempt<'a, 'n>(
    arena: &'a Bump,
    program: &'a Program,
    data: &'a [u8],
    as_of: i64,
    room: &'n OnceCell<Room<'a>>,
    facts: &[Presumed<'a>],
) -> R<Run<'a, 'n>> {
    let mut sent = read(arena, program, data, as_of)?;
    let deemed = put_in(arena, sent.case, facts);
    let mut findings = bring(arena, program, &mut sent, as_of);
    findings.derived.extend(deemed);
    mark_states(sent.case, facts);
    let attributes = arena.alloc_slice_copy(&sent.attributes);
    let timeline = Timeline::new(arena, program, sent.case, attributes, as_of);
    let room = room.get_or_init(|| Room { names: Names::new(arena), timeline });
    let (timeline, engine) = (&room.timeline, Engine { names: &room.names });
    let mut run = Run {
        arena,
        program,
        timeline,
        engine,
        acts: Acts::new(engine, program, timeline.now()),
        budget: Budget::new(program, timeline),
        sent,
        findings,
        obligations: Vec::new(),
        known: FxHashSet::default(),
        open: Vec::new(),
        errors: Vec::new(),
        bases: Vec::new(),
        failed: Vec::new(),
        used: FxHashSet::default(),
        contradicted: Vec::new(),
    };
    run.decided(as_of)?;
    Ok(run)
}

impl<'a> Run<'a, '_> {
    fn decided(&mut self, as_of: i64) -> R<()> {
        let mut outside = self.rounds()?;
        if !self.program.in_force(as_of) && !outside.contains(&"as_of") {
            outside.push("as_of");
        }
        for (hit, reason) in &self.acts.errors {
            self.errors.push(failure(self.arena, hit, reason.word()));
        }
        for path in outside {
            let bound = self.arena.alloc_slice_copy(&[path]);
            self.errors.push(Failure { code: "LNK820", reason: "no_version_in_force", rule: None, bound });
        }
        self.open.sort_by_key(|one| (&one.rule.id, one.bound));
        self.errors.sort_by_key(Failure::order);
        Ok(())
    }

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
            let duties: Vec<&Obligation<'a>> = fresh.iter().map(|place| &self.obligations[*place]).collect();
            let new = breaches_of(self.arena, &duties);
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
        let (mut hits, unsettled) = settled(self.arena, self.program, found.hits, found.undetermined);
        for (one, missing) in unsettled {
            let bound = paths(self.arena, &one.hit);
            self.open.push(Open { version: one.hit.version, rule: one.hit.rule, bound, missing });
            if carries(&one.hit) {
                self.bases.push(Base { arisen: one, duty: None, missing });
            }
        }
        self.budget.endings(self.timeline, hits.iter().map(|one| &one.hit))?;
        hits.sort_by_key(|one| (one.hit.rule.waits, &one.hit.rule.id, one.at.unwrap_or(-1)));
        let mut fresh = Vec::new();
        for one in hits {
            for made in self.made(&one)? {
                // The same duty under a later version, which its first day would carry over, is no second one.
                if !self.known.insert(made.id) {
                    continue;
                }
                if carries(&one.hit) {
                    self.bases.push(Base { arisen: one, duty: Some(made.clone()), missing: &[] });
                }
                if one.hit.rule.deemed.is_some() {
                    continue; // nobody owes it
                }
                fresh.push(self.obligations.len());
                self.obligations.push(made);
            }
            if self.obligations.len() > MAX_OBLIGATIONS {
                return Err(Hand("too many obligations"));
            }
        }
        Ok(fresh)
    }

    /// The case that the effects are computed on: what nobody can date counts from today.
    fn seen(&self, one: &Arisen<'a>) -> &'a Moment<'a> {
        if one.at.is_some() || one.moment.as_of == self.timeline.now().as_of {
            one.moment
        } else {
            self.timeline.seen_today(one.moment)
        }
    }

    /// The obligations of a hit: one, or one for each of several bearers; none after an error.
    fn made(&mut self, one: &Arisen<'a>) -> R<Vec<Obligation<'a>>> {
        let hit = &one.hit;
        let effects = match self.engine.effects(hit, self.seen(one)) {
            Ok(effects) => effects,
            Err(reason) => {
                self.errors.push(failure(self.arena, hit, reason.word()));
                return Ok(Vec::new());
            }
        };
        let who = effects.missing_for(&[EffectName::Bearer, EffectName::BearerParty]);
        let nobody = effects.bearers.is_empty() && effects.bearer_party.is_empty() && who.is_empty();
        if hit.rule.deemed.is_none() && (nobody || effects.bearers.contains(&"")) {
            self.errors.push(failure(self.arena, hit, "no_bearer"));
            return Ok(Vec::new());
        }
        match self.shares(one, &effects) {
            Ok(made) => Ok(made),
            Err(Fault::Hand) => Err(Hand("an amount beyond 64 bits")),
            Err(fault) => {
                self.errors.push(failure(self.arena, hit, fault.word()));
                Ok(Vec::new())
            }
        }
    }

    fn shares(&mut self, one: &Arisen<'a>, effects: &Effects<'a>) -> Result<Vec<Obligation<'a>>, Fault> {
        let sums = sums(one.hit.rule.amount.as_ref(), &one.hit.rule.quantities, effects)?;
        let mut found = Vec::new();
        for share in shares_of(&one.hit, effects) {
            found.extend(self.share(one, effects, share, &sums)?);
        }
        Ok(found)
    }

    /// The deadline with what it is counted from; none where there is none.
    fn counting(
        &self,
        one: &Arisen<'a>,
        effects: &Effects<'a>,
        share: Option<&Share<'a>>,
    ) -> Result<Option<Counting<'a>>, Fault> {
        let hit = one.hit;
        let Some(plan) = &hit.rule.deadline else { return Ok(None) };
        let first = one.carried.and(one.at);
        let closing: Vec<i64> =
            hit.binding.iter().filter(|view| view.closing.get()).filter_map(|view| view.time()).collect();
        let others = Others { arena: self.arena, obligations: &self.obligations, open: &self.open, share };
        Counting::of(plan, effects, &hit, &others, first, &closing).map(Some)
    }

    /// When a duty of a rule that is undecided would be due; none where nobody can say.
    pub fn due_at(&self, one: &Arisen<'a>) -> Option<i64> {
        let effects = self.engine.effects(&one.hit, self.seen(one)).ok()?;
        let counting = self.counting(one, &effects, None).ok()??;
        if !counting.missing().is_empty() {
            return None;
        }
        counting.due(&self.program.calendar, &[], None).ok()??.at
    }

    /// The due time of an obligation, as far as it is known, and whether acts may have moved it.
    fn reckoned(
        &mut self,
        owed: &Owed<'a>,
        counting: Option<Counting<'a>>,
    ) -> Result<(Reckoned<'a>, bool), Fault> {
        let Some(counting) = counting else { return Ok((Reckoned::default(), false)) };
        let missing = counting.missing();
        if !missing.is_empty() {
            return Ok((Reckoned { missing, ..Reckoned::default() }, false));
        }
        if moves(&self.acts, owed.hit.rule) {
            return Ok((reckoned(&mut self.acts, owed, &counting)?, true));
        }
        let due = counting.due(&self.program.calendar, &[], None)?;
        Ok((Reckoned { due, ..Reckoned::default() }, false))
    }

    fn share(
        &mut self,
        one: &Arisen<'a>,
        effects: &Effects<'a>,
        share: Share<'a>,
        sums: &Sums<'a>,
    ) -> Result<Option<Obligation<'a>>, Fault> {
        let (hit, arena) = (one.hit, self.arena);
        let asked = (hit.rule.waits > 0).then_some(&share);
        let counting = self.counting(one, effects, asked)?;
        let mut owed = Owed {
            hit: Hit { rule: hit.rule.as_duty(), ..hit },
            identity: self.identity(&hit, &share.own),
            bearers: share.bearers,
            bearer_party: effects.bearer_party,
            bearer_unit: share.unit,
            since: one.at,
            carried: one.carried,
            due: None,
            clock: None,
        };
        let (mut found, moved) = self.reckoned(&owed, counting)?;
        owed.due = found.at();
        let (mut due, due_missing) = (found.due.take(), std::mem::take(&mut found.missing));
        let (uncounted, moved_by) =
            (std::mem::take(&mut found.uncounted), std::mem::take(&mut found.moved_by));
        let restored = found.restored;
        owed.clock = moved.then_some(found);
        let Some(standing) = standing(&mut self.acts, &owed, &due_missing) else { return Ok(None) };
        if let (Some(due), Some(posted)) = (&mut due, self.acts.posted.get(standing.event)) {
            let (when, arrived) = *posted;
            let in_time = due.at.is_some_and(|at| when <= at && arrived.is_none_or(|arrived| arrived > at));
            if standing.state == State::Fulfilled && in_time {
                with_step(due, "posted", vec![Arg::Moment(when)]);
            }
        }
        let excused = match restored {
            Some(restored) if standing.violated_at.is_none() => self.excused(&mut owed, restored),
            _ => None,
        };
        let lapsed = standing.violated_at.is_some() || excused.is_some();
        let held = if lapsed { held_of(&self.acts, &owed) } else { Vec::new() };
        let breach = hit.binding.iter().find(|view| view.m == M::Breach);
        let trigger = hit.binding[hit.rule.trigger];
        Ok(Some(Obligation {
            id: owed.identity,
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
            bound: paths(arena, &hit),
            trigger: trigger.path(arena),
            triggered_at: trigger.time(),
            arose_at: one.at,
            due,
            due_missing,
            sums: sums.clone(),
            missing: if effects.missing.is_empty() { Vec::new() } else { effects.missing_for(&WHO) },
            standing,
            basis: self.basis(one),
            breach: breach.map(|view| {
                (view.said(breach::OBLIGATION), view.said(breach::RULE), view.said(breach::BEARER))
            }),
            excused,
            uncounted,
            moved_by,
            held,
        }))
    }

    /// Of a lapse that the court excused: when it was breached, when that was excused, and by which act.
    fn excused(
        &mut self,
        owed: &mut Owed<'a>,
        (lapsed, at, path): (i64, i64, &'a str),
    ) -> Option<(i64, i64, &'a str)> {
        let (due, clock) = (owed.due.replace(lapsed), owed.clock.take());
        let before = standing(&mut self.acts, owed, &[]);
        (owed.due, owed.clock) = (due, clock);
        let violated = before.and_then(|before| before.violated_at).filter(|violated| *violated < at)?;
        let nobody = [""];
        let bearers = if owed.bearers.is_empty() { &nobody[..] } else { &owed.bearers };
        for bearer in bearers {
            self.acts.excused.insert(breach_id(self.arena, owed.identity, bearer), (at, path));
        }
        Some((violated, at, path))
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

/// Whether something counts as a fact by it, or by what becomes of its duty.
fn carries(hit: &Hit<'_>) -> bool {
    hit.rule.deemed.is_some() || hit.version.resting.contains_key(&hit.rule.id)
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

pub fn paths<'a>(arena: &'a Bump, hit: &Hit<'a>) -> &'a [&'a str] {
    arena.alloc_slice_fill_iter(hit.binding.iter().map(|one| one.path(arena)))
}

pub fn failure<'a>(arena: &'a Bump, hit: &Hit<'a>, reason: &'static str) -> Failure<'a> {
    Failure { code: "LNK418", reason, rule: Some(hit.rule), bound: paths(arena, hit) }
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
