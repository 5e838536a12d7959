//! What the sender should know of a decision, as coded notices in canonical order; as
//! `policy/decide/warnings.py`, `unread.py` and `idle.py` say it.

use bumpalo::Bump;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::clocks::STRANGER;
use crate::decide::Obligation;
use crate::facts::{M, case, document, event, party, property, request};
use crate::program::{Acts, Bearing, Matcher, Program};
use crate::run::Run;
use crate::timeline::Moment;
use crate::view::{View, below, joined, key_of, parts};
use crate::wire::{Hand, R, Sent};

/// Most notices of one decision; one more says how many others there are.
const MAX_WARNINGS: usize = 50;
/// Most kinds of facts that a case with nothing to say for itself is told of.
const MAX_AWAITED: usize = 8;
/// Most pairs of an act and a duty that are compared.
const MAX_LOOKS: usize = 20_000;

/// Something that the sender should know: a code, where in the case, and of what.
#[derive(PartialEq, Eq, Hash, Debug)]
pub struct Notice<'a> {
    pub code: &'static str,
    pub path: &'a str,
    pub args: Vec<(&'static str, Vec<&'a str>)>,
}

/// The notices of one decision; `silent`: whether it says nothing else.
pub fn warnings_of<'a>(run: &Run<'a, '_>, silent: bool) -> R<Vec<Notice<'a>>> {
    let (arena, sent) = (run.arena, &run.sent);
    let mut noting = Noting {
        arena,
        program: run.program,
        sent,
        now: run.timeline.now(),
        obligations: &run.obligations,
        used: &run.used,
        found: Vec::new(),
    };
    for one in &run.findings.contradictions {
        let mut others: Vec<&'a str> =
            one.others.iter().map(|path| joined(arena, &["path:", path])).collect();
        if others.is_empty() {
            others.push("nobody:");
        }
        noting.note(one.code, noting.place(one.path), vec![("others", others)]);
    }
    for one in &sent.unread {
        let count = &*arena.alloc_str(&one.count.to_string());
        noting.note(one.code, one.place, vec![("count", vec![count]), ("fact", vec![one.fact])]);
    }
    noting.idle();
    for &(path, rule) in &run.contradicted {
        noting.note("LNK012", noting.place(path), vec![("rule", vec![rule])]);
    }
    noting.foreign_units()?;
    noting.not_extended();
    for path in &sent.to_come {
        noting.note("LNK857", path, vec![]);
    }
    noting.resumed();
    if silent {
        let wanted = noting.wanted();
        if !wanted.is_empty() {
            noting.note("LNK860", "", vec![("awaited", wanted)]);
        }
    }
    let mut found = noting.found;
    found.sort_by(|a, b| (a.code, in_order(a.path), &a.args).cmp(&(b.code, in_order(b.path), &b.args)));
    if found.len() > MAX_WARNINGS {
        let more = &*arena.alloc_str(&(found.len() - MAX_WARNINGS).to_string());
        found.truncate(MAX_WARNINGS);
        found.push(Notice { code: "LNK861", path: "", args: vec![("count", vec![more])] });
    }
    Ok(found)
}

/// Paths in the order of the case: the second element before the tenth.
fn in_order(path: &str) -> Vec<(&str, i64)> {
    let mut found = Vec::new();
    let mut rest = path;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let digits = &rest[start..];
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        found.push((&rest[..start], digits[..end].parse().unwrap_or(i64::MAX)));
        rest = &digits[end..];
    }
    found.push((rest, -1));
    found
}

struct Noting<'a, 's> {
    arena: &'a Bump,
    program: &'a Program,
    sent: &'s Sent<'a>,
    now: &'a Moment<'a>,
    obligations: &'s [Obligation<'a>],
    /// Acts that did something else than end a duty.
    used: &'s FxHashSet<&'a str>,
    found: Vec<Notice<'a>>,
}

impl<'a, 's> Noting<'a, 's> {
    fn note(&mut self, code: &'static str, path: &'a str, args: Vec<(&'static str, Vec<&'a str>)>) {
        self.found.push(Notice { code, path, args });
    }

    fn format(&self, text: &str) -> &'a str {
        self.arena.alloc_str(text)
    }

    /// The place of a path in the case as it was sent; of what was not sent, the place of what holds it.
    fn place(&self, path: &'a str) -> &'a str {
        let (mut written, mut m, mut owner) = (String::from("case"), M::Case, "");
        let steps = parts(self.arena, path);
        for (place, (name, key)) in steps.iter().enumerate() {
            if key.is_empty() {
                for (field, _) in &steps[place..] {
                    written.push('.');
                    written.push_str(field);
                }
                break;
            }
            let Some(inner) = M::of_collection(name).filter(|_| m.slot(name).is_some()) else { break };
            let holder = if inner.nested() { owner } else { "" };
            let index =
                self.sent.places.get(&(inner, holder)).and_then(|ids| ids.iter().position(|id| id == key));
            let Some(index) = index else { break };
            written.push_str(&format!(".{name}[{index}]"));
            (m, owner) = (inner, key);
        }
        self.arena.alloc_str(&written)
    }

    /// Units that facts name and the pack does not list; which may be meant, Python says.
    fn foreign_units(&self) -> R<()> {
        if !self.program.units {
            return Ok(());
        }
        let listed = |body: &str, unit: &str| {
            let all = self.program.versions.iter().filter_map(|version| version.units.get(body));
            let (mut any, mut known) = (false, false);
            for units in all {
                any = true;
                known |= units.iter().any(|one| &**one == unit);
            }
            !any || known
        };
        let named = self.sent.units.iter().map(|(body, unit, _)| (*body, *unit));
        let borne = self
            .obligations
            .iter()
            .filter(|o| !o.bearer_unit.is_empty() && o.bearers.len() == 1)
            .map(|o| (o.bearers[0], o.bearer_unit));
        if named.chain(borne).all(|(body, unit)| listed(body, unit)) {
            return Ok(());
        }
        Err(Hand("a unit that is not listed"))
    }

    /// Acts that were to extend the times of duties and did not: one notice for each act and reason.
    fn not_extended(&mut self) {
        let obligations = self.obligations;
        let moved = |path: &str| obligations.iter().any(|o| o.moved_by.contains(&path));
        let mut found: Vec<((&'a str, &'static str), Vec<&'a str>)> = Vec::new();
        for o in obligations {
            for act in &o.uncounted {
                // Whoever may extend one duty and did so, was not to extend the other that somebody else may.
                if act.1 == STRANGER && moved(act.0) {
                    continue;
                }
                let rule = self.format(&format!("rule:{}:{}", o.version.name, o.rule.id));
                match found.iter_mut().find(|(known, _)| known == act) {
                    Some((_, rules)) => rules.push(rule),
                    None => found.push((*act, vec![rule])),
                }
            }
        }
        for ((path, why), mut rules) in found {
            rules.sort_unstable();
            rules.dedup();
            let (place, why) = (self.place(path), self.format(&format!("why:{why}")));
            self.note("LNK060", place, vec![("rule", rules), ("why", vec![why])]);
        }
    }

    /// Resumptions of what was not suspended: of the case, and of single duties by what they name.
    fn resumed(&mut self) {
        type Told<'a> = ((&'a str, &'a str), Vec<(i64, bool, &'a str)>);
        let mut acts: Vec<Told<'a>> = Vec::new();
        for (kind, events) in self.now.types(self.arena) {
            let Some(effect) = self.program.effects.get(*kind) else { continue };
            let resumes = effect.starts_with("resume");
            if !matches!(&**effect, "suspend" | "resume" | "suspend_one" | "resume_one") {
                continue;
            }
            for event in *events {
                let Some(at) = event.time() else { continue };
                let key = (event.said(event::OBLIGATION), event.said(event::RULE));
                let told = (at, resumes, event.path(self.arena));
                match acts.iter_mut().find(|(known, _)| *known == key) {
                    Some((_, all)) => all.push(told),
                    None => acts.push((key, vec![told])),
                }
            }
        }
        for (_, mut told) in acts {
            told.sort_unstable();
            let mut held = false;
            for (_, resumes, path) in told {
                if resumes && !held {
                    let place = self.place(path);
                    self.note("LNK858", place, vec![]);
                }
                held = !resumes;
            }
        }
    }

    /// What most rules for this kind of case wait for, and the case does not hold.
    fn wanted(&self) -> Vec<&'a str> {
        let view = self.now.view;
        let Some(awaited) = self.program.reads.awaited.get(view.said(case::KIND)) else { return vec![] };
        let mut held: FxHashSet<(&str, &str)> = FxHashSet::default();
        for one in view.each(case::PARTIES) {
            held.insert(("roles", one.said(party::ROLE)));
            held.extend(one.texts(party::TRAITS).map(|kind| ("traits", kind)));
        }
        held.extend(view.each(case::EVENTS).map(|one| ("events", one.said(event::TYPE))));
        held.extend(view.each(case::REQUESTS).map(|one| ("matters", one.said(request::MATTER))));
        held.extend(view.each(case::DOCUMENTS).map(|one| ("documents", one.said(document::TYPE))));
        held.extend(view.each(case::PROPERTIES).map(|one| ("property_types", one.said(property::TYPE))));
        awaited
            .iter()
            .filter(|(section, code)| !held.contains(&(&**section, &**code)))
            .take(MAX_AWAITED)
            .map(|(section, code)| self.format(&format!("{section}:{code}")))
            .collect()
    }

    /// Acts that were meant to end a duty and end none.
    fn idle(&mut self) {
        let looked = self.now.view.each(case::EVENTS).any(|one| self.looks(one));
        if !looked {
            return;
        }
        let mut looking = Looking::new(self);
        let events: Vec<&'a View<'a>> = self.now.view.each(case::EVENTS).collect();
        for one in events {
            let own_twin = one.twin.get() == Some(one.id());
            let deemed = !one.deemed.get().is_empty();
            if one.standing.get() || deemed || own_twin || !self.looks(one) {
                continue;
            }
            if self.used.contains(one.path(self.arena)) {
                continue;
            }
            let effect = self.effect(one);
            if effect.ends_with("_one") {
                self.generic(one, &looking);
            } else {
                let brings = self.program.reads.triggers.contains(one.said(event::TYPE));
                self.act(one, brings, &mut looking);
            }
        }
    }

    fn effect(&self, one: &View<'a>) -> &'a str {
        self.program.effects.get(one.said(event::TYPE)).map_or("", |effect| &**effect)
    }

    /// Whether an event may be idle: what acts on the whole case never is.
    fn looks(&self, one: &View<'a>) -> bool {
        let effect = self.effect(one);
        effect.ends_with("_one")
            || (effect.is_empty() && self.program.reads.acts.contains(one.said(event::TYPE)))
    }

    fn fact(&self, one: &View<'a>) -> (&'static str, Vec<&'a str>) {
        ("fact", vec![self.format(&format!("events:{}", one.said(event::TYPE)))])
    }

    fn at(&self, one: &'a View<'a>, field: &str) -> &'a str {
        self.place(below(self.arena, one.path(self.arena), field))
    }

    /// When the first of these duties arose, and what it is called.
    fn arose(&self, duties: &[&Obligation<'a>]) -> Vec<(&'static str, Vec<&'a str>)> {
        let first = duties.iter().min_by_key(|o| (o.arose_at.unwrap_or(0), o.id));
        let Some(first) = first else { return vec![] };
        let named = self.format(&format!("rule:{}:{}", first.version.name, first.rule.id));
        let moment = match first.arose_at {
            Some(at) => self.format(&at.to_string()),
            None => "None",
        };
        vec![("moment", vec![moment]), ("rule", vec![named])]
    }

    /// An event that names its duty, or its rule.
    fn generic(&mut self, one: &'a View<'a>, looking: &Looking<'a, '_>) {
        let named = one.said(event::OBLIGATION);
        let duties: Vec<&Obligation<'a>> = if named.is_empty() {
            let about = one.text(event::ABOUT);
            let of_rule = self.obligations.iter().filter(|o| &*o.rule.id == one.said(event::RULE));
            of_rule
                .filter(|o| {
                    about.is_none_or(|about| o.bound.iter().any(|path| key_of(self.arena, path) == about))
                })
                .collect()
        } else {
            self.obligations.iter().filter(|o| o.id == named).collect()
        };
        if duties.is_empty() {
            let field = if named.is_empty() { "rule" } else { "obligation" };
            self.note("LNK854", self.at(one, field), vec![self.fact(one)]);
        } else if !looking.ended.contains(one.path(self.arena)) && duties.iter().all(|o| early(one, o)) {
            let mut args = vec![self.fact(one)];
            args.extend(self.arose(&duties));
            self.note("LNK855", self.at(one, "at"), args);
        }
    }

    /// An event that a matcher may take; `brings`: some rule waits for it as its trigger.
    fn act(&mut self, one: &'a View<'a>, mut brings: bool, looking: &mut Looking<'a, 's>) {
        let path = one.path(self.arena);
        if looking.ended.contains(path) {
            return;
        }
        let mut ids: Vec<&'a str> = one.texts(event::ANSWERS).collect();
        ids.extend([one.said(event::ABOUT), ""]);
        ids.sort_unstable();
        ids.dedup();
        if looking.bound.contains(path) {
            brings = true;
            ids.remove(0);
        }
        let kind = one.said(event::TYPE);
        let mut waiting: Vec<(&'s Obligation<'a>, &'a Matcher)> = Vec::new();
        for id in ids {
            if let Some(found) = looking.waiting.get(&(kind, id)) {
                waiting.extend_from_slice(found);
            }
        }
        waiting.truncate(looking.left);
        looking.left -= waiting.len();
        if waiting.is_empty() {
            if !brings && looking.left > 0 {
                let place = self.place(path);
                self.note("LNK854", place, vec![self.fact(one)]);
            }
            return;
        }
        let late: Vec<&(&'s Obligation<'a>, &'a Matcher)> =
            waiting.iter().filter(|(o, _)| !early(one, o)).collect();
        if late.is_empty() {
            let duties: Vec<&Obligation<'a>> = waiting.iter().map(|(o, _)| *o).collect();
            let mut args = vec![self.fact(one)];
            args.extend(self.arose(&duties));
            self.note("LNK855", self.at(one, "at"), args);
        } else if late.iter().all(|(o, matcher)| unit_open(one, o, matcher)) {
            self.note("LNK011", self.at(one, "actor_unit"), vec![self.fact(one)]);
        } else if late.iter().all(|(o, matcher)| self.stranger(one, o, matcher)) {
            let mut wanted: Vec<&'a str> =
                late.iter().flat_map(|(o, matcher)| wanted_by(o, matcher)).collect();
            wanted.sort_unstable();
            wanted.dedup();
            let listed = wanted.iter().map(|body| self.format(&format!("bodies:{body}"))).collect();
            self.note("LNK856", self.at(one, "actor"), vec![self.fact(one), ("wanted", listed)]);
        }
    }

    fn stranger(&self, one: &View<'a>, o: &Obligation<'a>, matcher: &'a Matcher) -> bool {
        let wanted = wanted_by(o, matcher);
        let Some(actor) = one.text(event::ACTOR).filter(|_| !wanted.is_empty()) else { return false };
        wanted.iter().all(|body| match self.program.organs.get(*body) {
            Some(organs) => !organs.contains(actor),
            None => *body != actor,
        })
    }
}

struct Looking<'a, 's> {
    left: usize,
    /// What an act of a type, about an element ("" where no element is asked for), may end.
    waiting: FxHashMap<(&'a str, &'a str), Vec<(&'s Obligation<'a>, &'a Matcher)>>,
    ended: FxHashSet<&'a str>,
    bound: FxHashSet<&'a str>,
}

impl<'a, 's> Looking<'a, 's> {
    fn new(noting: &Noting<'a, 's>) -> Looking<'a, 's> {
        let types = noting.now.types(noting.arena);
        let mut made = Looking {
            left: MAX_LOOKS,
            waiting: FxHashMap::default(),
            ended: noting
                .obligations
                .iter()
                .flat_map(|o| std::iter::once(o.standing.event).chain(o.moved_by.iter().copied()))
                .collect(),
            bound: noting.obligations.iter().flat_map(|o| o.bound.iter().copied()).collect(),
        };
        for o in noting.obligations {
            for matcher in o.rule.fulfilled_by.iter().chain(&o.rule.discharged_by) {
                if matcher.acts != Acts::Events {
                    continue;
                }
                let about = matcher.about.map_or("", |place| key_of(noting.arena, o.bound[place]));
                for (kind, _) in types {
                    if matcher.codes.iter().any(|code| &**code == *kind) {
                        made.waiting.entry((kind, about)).or_default().push((o, matcher));
                    }
                }
            }
        }
        made
    }
}

fn wanted_by<'a>(o: &Obligation<'a>, matcher: &'a Matcher) -> Vec<&'a str> {
    if matcher.by_bearer { o.bearers.clone() } else { matcher.by.iter().map(|body| &**body).collect() }
}

/// Whether each unit has a duty of its own, and the act is nobody's in particular.
fn unit_open(one: &View<'_>, o: &Obligation<'_>, matcher: &Matcher) -> bool {
    let own = matcher.by_bearer && o.rule.bearing == Bearing::EachUnit && !o.bearer_unit.is_empty();
    own && one.said(event::ACTOR_UNIT).is_empty()
}

fn early(one: &View<'_>, o: &Obligation<'_>) -> bool {
    one.time().zip(o.arose_at).is_some_and(|(at, arose)| at < arose)
}
