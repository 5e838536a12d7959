//! Deemed facts of a case: what counts as told because a duty was breached, or a time passed without the act; as
//! `policy/decide/presumed.py` finds them.

use bumpalo::Bump;

use crate::acts::{FAILED, Owed, State};
use crate::arising::Arisen;
use crate::breaches::breachable;
use crate::canon::{Deeming, Derivation};
use crate::decide::Obligation;
use crate::engine::{Doubt, Effects, Hit};
use crate::facts::{M, case, document, event, party, service, status};
use crate::plans::{Deemed, FactKind};
use crate::program::{Bearing, EffectName, Rule, Version};
use crate::run::{Run, paths};
use crate::time::deadline::Due;
use crate::view::{Val, View, below, element, joined, key_of};

const VALUES: [EffectName; 11] = [
    EffectName::Bearer,
    EffectName::BearerUnit,
    EffectName::Counterparty,
    EffectName::About,
    EffectName::Concerns,
    EffectName::ConcernsUnit,
    EffectName::FactAt,
    EffectName::FactParty,
    EffectName::FactProperty,
    EffectName::FactDocument,
    EffectName::FactToUnit,
];

/// Fields of an element, and what they hold; in order of spelling.
type Values<'a> = Vec<(&'static str, &'a str)>;

/// Something that counts as a fact, or would if `missing` facts were known; without `at` nobody knows when.
#[derive(Clone)]
pub struct Presumed<'a> {
    pub version: &'a Version,
    pub rule: &'a Rule,
    pub bound: &'a [&'a str],
    pub key: &'a str,
    pub at: Option<i64>,
    /// The document or the party that holds it.
    pub owner: &'a str,
    values: Values<'a>,
    due: Option<Due<'a>>,
    /// Whether `at` is the end of a day.
    closing: bool,
    pub missing: Vec<&'a str>,
}

impl<'a> Presumed<'a> {
    /// Whether they are the same fact.
    pub fn same(&self, other: &Presumed<'a>) -> bool {
        self.version.name == other.version.name
            && (self.key, self.at, self.owner) == (other.key, other.at, other.owner)
            && self.values == other.values
    }

    /// The path of an act that only may be there; empty for a state, which is left out until it is certain.
    pub fn element(&self, arena: &'a Bump) -> &'a str {
        match self.rule.deemed.as_ref().map(|deemed| deemed.kind) {
            Some(FactKind::Event) => element(arena, "events", self.key),
            Some(FactKind::Service) => {
                let (holder, own) =
                    (element(arena, "documents", self.owner), element(arena, "services", self.key));
                below(arena, holder, own)
            }
            _ => "",
        }
    }
}

/// A duty that something may rest on, and how it arose; without a duty, what keeps its rule undecided.
pub struct Base<'a> {
    pub arisen: Arisen<'a>,
    pub duty: Option<Obligation<'a>>,
    pub missing: Doubt<'a>,
}

impl<'a> Run<'a, '_> {
    /// What counts as a fact of the case, up to a stratum, in the order of its keys.
    pub fn presumed(&mut self, stratum: u32) -> Vec<Presumed<'a>> {
        let bases = std::mem::take(&mut self.bases);
        let mut found = Vec::new();
        for base in &bases {
            let hit = &base.arisen.hit;
            let resting: Vec<&'a Rule> = if hit.rule.deemed.is_some() {
                vec![hit.rule]
            } else {
                let numbers = hit.version.resting.get(&hit.rule.id);
                numbers.into_iter().flatten().map(|number| &hit.version.rules[*number]).collect()
            };
            for rule in resting {
                if let Some(deemed) = rule.deemed.as_ref().filter(|deemed| deemed.stratum <= stratum) {
                    found.extend(self.fact(base, rule, deemed));
                }
            }
        }
        self.bases = bases;
        found.sort_by_key(|fact| (fact.key, &fact.version.name, fact.bound));
        found
    }

    /// What counts as a fact by this rule; none where nothing does.
    fn fact(&mut self, base: &Base<'a>, rule: &'a Rule, deemed: &'a Deemed) -> Option<Presumed<'a>> {
        let (passed, missing) = self.passing(base, deemed);
        if passed.is_none() && missing.is_empty() {
            return None;
        }
        let hit = Hit { rule, ..base.arisen.hit };
        let owed = base.duty.as_ref().map(|duty| owed_of(&hit, base, duty));
        let mut doubts = missing;
        if let Some(owed) = &owed {
            if let Some(told) = self.acts.first(&rule.discharged_by, owed, State::Discharged, &mut doubts) {
                self.used.insert(told.event);
                return None;
            }
        }
        let effects = match self.engine.effects(&hit, self.timeline.now()) {
            Ok(effects) => effects,
            Err(reason) => {
                self.failed.push((hit, reason));
                return None;
            }
        };
        doubts.extend(effects.missing_for(&VALUES));
        let own = rule.effects.iter().any(|(name, _)| *name == EffectName::FactAt);
        let at = if own { effects.moment(EffectName::FactAt) } else { passed };
        if at.is_some_and(|at| at > self.timeline.now().as_of) {
            return None;
        }
        let (owner, values) = values_of(deemed, &effects, &hit, base.duty.as_ref());
        if deemed.kind == FactKind::Event && self.told(&values, at, &mut doubts) {
            return None;
        }
        if let Some(owed) = owed.filter(|_| doubts.is_empty()) {
            self.contradict(rule, &owed);
        }
        doubts.retain(|path| *path != FAILED);
        doubts.sort_unstable();
        doubts.dedup();
        let bound = paths(self.arena, &hit);
        Some(Presumed {
            version: hit.version,
            rule,
            bound,
            key: self.key(rule, bound, base.duty.as_ref()),
            at,
            owner,
            values,
            due: base.duty.as_ref().and_then(|duty| duty.due.clone()),
            closing: !own && base.duty.as_ref().is_some_and(|duty| ends_day(duty, at)),
            missing: doubts,
        })
    }

    /// When it was breached, or its time had passed; and the facts without which nobody knows.
    fn passing(&mut self, base: &Base<'a>, deemed: &Deemed) -> (Option<i64>, Vec<&'a str>) {
        let as_of = self.timeline.now().as_of;
        let Some(duty) = &base.duty else {
            let due = self.due_at(&base.arisen);
            let open = due.is_none_or(|due| due < as_of);
            return if open { (due, base.missing.to_vec()) } else { (None, Vec::new()) };
        };
        let standing = &duty.standing;
        if !standing.event.is_empty() {
            self.used.insert(standing.event);
        }
        let due = duty.due.as_ref().and_then(|due| due.at);
        if standing.state == State::Undetermined {
            if due.is_some_and(|due| due >= as_of) && duty.rule.violated_by.is_empty() {
                return (None, Vec::new()); // whatever is missing, its time has not passed
            }
            return (due.filter(|due| *due <= as_of), standing.missing.clone());
        }
        let at = standing.violated_at;
        if !deemed.base.is_empty() && !deemed.passing {
            return (at.filter(|_| breachable(duty.rule)), Vec::new());
        }
        match (at, due) {
            (Some(broken), Some(due)) if broken < due => (self.over(duty, due), Vec::new()),
            _ => (at, Vec::new()),
        }
    }

    /// The due time, where it has passed and nothing was done by then.
    fn over(&self, duty: &Obligation<'a>, due: i64) -> Option<i64> {
        let standing = &duty.standing;
        let done = standing.at.is_some_and(|at| at <= due) && standing.state != State::Overdue;
        Some(due).filter(|due| !done && *due < self.timeline.now().as_of)
    }

    /// Whether the same was told to have happened by then; times that leave it open go to `doubts`.
    fn told(&self, values: &Values<'a>, at: Option<i64>, doubts: &mut Vec<&'a str>) -> bool {
        let of = |name: &str| values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| *value);
        let kind = self.program.table.same_events.get(of("type")).map_or(of("type"), |kind| &**kind);
        let now = self.timeline.now();
        for act in now.of_type(self.arena, kind) {
            let says = |name: &str| {
                let value = of(name);
                let slot = M::Event.slot(name).unwrap_or(0);
                value.is_empty()
                    || act.text(slot) == Some(value)
                    || (name == "about" && act.texts(event::ANSWERS).any(|id| id == value))
            };
            let subject = ["about", "party", "property", "document", "matter", "result"];
            if !act.deemed.get().is_empty() || !subject.iter().all(|name| says(name)) {
                continue;
            }
            match act.time() {
                None => doubts.push(below(self.arena, act.path(self.arena), "at")),
                Some(told) if at.is_none_or(|at| told <= at) => return true,
                Some(_) => {}
            }
        }
        false
    }

    /// Notes a told fact that says otherwise.
    fn contradict(&mut self, rule: &'a Rule, owed: &Owed<'a>) {
        let found = self.acts.first(&rule.violated_by, owed, State::Discharged, &mut Vec::new());
        if let Some(act) = found {
            self.used.insert(act.event);
            let named = joined(self.arena, &["rule:", &owed.hit.version.name, ":", &rule.id]);
            if !self.contradicted.contains(&(act.event, named)) {
                self.contradicted.push((act.event, named));
            }
        }
    }

    /// The id of the fact: its rule, and what tells it from others of that rule.
    fn key(&self, rule: &'a Rule, bound: &'a [&'a str], duty: Option<&Obligation<'a>>) -> &'a str {
        let mut text = rule.id.to_string();
        let own = duty.filter(|duty| matches!(duty.rule.bearing, Bearing::Several | Bearing::EachUnit));
        let own = own.into_iter().flat_map(|duty| duty.bearers.iter().copied().chain([duty.bearer_unit]));
        let keys = bound.iter().map(|path| key_of(self.arena, path));
        for part in keys.chain(own.filter(|part| !part.is_empty())) {
            text.push(':');
            text.push_str(part);
        }
        self.arena.alloc_str(&text)
    }
}

fn ends_day(duty: &Obligation<'_>, at: Option<i64>) -> bool {
    duty.due.as_ref().is_some_and(|due| due.at == at && due.ends_a_day())
}

fn owed_of<'a>(hit: &Hit<'a>, base: &Base<'a>, duty: &Obligation<'a>) -> Owed<'a> {
    Owed {
        hit: *hit,
        identity: duty.id,
        bearers: duty.bearers.clone(),
        bearer_party: duty.bearer_party,
        bearer_unit: duty.bearer_unit,
        since: base.arisen.at,
        carried: base.arisen.carried,
        due: duty.due.as_ref().and_then(|due| due.at),
        clock: None,
    }
}

/// What holds the element (empty for the case), and the element's fields.
fn values_of<'a>(
    deemed: &'a Deemed,
    effects: &Effects<'a>,
    hit: &Hit<'a>,
    duty: Option<&Obligation<'a>>,
) -> (&'a str, Values<'a>) {
    if deemed.kind == FactKind::State {
        return (effects.fact_party, vec![("kind", &*deemed.code)]);
    }
    let first = |bodies: &[&'a str]| bodies.first().copied().unwrap_or("");
    let to = first(&effects.counterparties);
    let is_service = deemed.kind == FactKind::Service;
    let mut owner = "";
    let mut said: Values<'a> = vec![("party", effects.fact_party), ("result", &*deemed.result)];
    if is_service {
        said.push(("body", to));
        owner = hit.binding[deemed.document].id();
    } else {
        said.extend([
            ("type", &*deemed.code),
            ("matter", &*deemed.matter),
            ("to", to),
            ("to_unit", effects.fact_to_unit),
            ("actor", first(&effects.bearers)),
            ("actor_unit", effects.bearer_unit),
            ("concerning", effects.concerns),
            ("concerning_unit", effects.concerns_unit),
            ("about", effects.about),
            ("property", effects.fact_property),
            ("document", effects.fact_document),
        ]);
    }
    if let Some(duty) = duty.filter(|duty| duty.bearers.len() == 1) {
        let mut put = |name: &'static str, value: &'a str| {
            said.retain(|(known, _)| *known != name);
            said.push((name, value));
        };
        for name in &deemed.of_bearer {
            let (field, unit) = match &**name {
                _ if is_service => ("body", None),
                "actor" => ("actor", Some("actor_unit")),
                "to" => ("to", Some("to_unit")),
                _ => ("concerning", Some("concerning_unit")),
            };
            put(field, duty.bearers[0]);
            if let Some(unit) = unit {
                put(unit, duty.bearer_unit);
            }
        }
    }
    said.retain(|(_, value)| !value.is_empty());
    said.sort_unstable();
    (owner, said)
}

/// Adds the facts to a case as it was read; gives what is to be told of them.
pub fn put_in<'a>(arena: &'a Bump, view: &'a View<'a>, facts: &[Presumed<'a>]) -> Vec<Derivation<'a>> {
    facts.iter().filter_map(|fact| put(arena, view, fact)).collect()
}

fn put<'a>(arena: &'a Bump, view: &'a View<'a>, fact: &Presumed<'a>) -> Option<Derivation<'a>> {
    let deemed = fact.rule.deemed.as_ref()?;
    let (made, at) = match deemed.kind {
        FactKind::State => {
            // Since when, or of whom, nobody may know: then its rule is undetermined.
            let holder = view.each(case::PARTIES).find(|one| one.id() == fact.owner)?;
            fact.at?;
            let made = View::blank(arena, M::Status);
            made.parent.set(Some(holder));
            holder.push(arena, party::STATUSES, made);
            (made, status::SINCE)
        }
        FactKind::Service => {
            let holder = view.each(case::DOCUMENTS).find(|one| one.id() == fact.owner)?;
            let made = View::blank(arena, M::Service);
            made.set(service::ID, Val::Text(free(arena, fact.key, holder, document::SERVICES)));
            made.parent.set(Some(holder));
            holder.push(arena, document::SERVICES, made);
            (made, service::AT)
        }
        FactKind::Event => {
            let made = View::blank(arena, M::Event);
            made.set(event::ID, Val::Text(free(arena, fact.key, view, case::EVENTS)));
            view.push(arena, case::EVENTS, made);
            (made, event::AT)
        }
    };
    for (name, value) in &fact.values {
        if let Some(slot) = made.m.slot(name) {
            made.set(slot, Val::Text(value));
        }
    }
    if let Some(moment) = fact.at {
        made.set(at, Val::Int(moment));
    }
    made.closing.set(fact.closing);
    let base = Some(&*deemed.base).filter(|base| !base.is_empty());
    made.deemed
        .set(arena.alloc_slice_fill_iter(std::iter::once(&*fact.rule.id).chain(base).collect::<Vec<_>>()));
    let at = fact.at.filter(|_| fact.missing.is_empty())?;
    let deemed = Deeming { version: fact.version, rule: fact.rule, at, due: fact.due.clone() };
    Some(Derivation { path: made.path(arena), sources: fact.bound.to_vec(), deemed: Some(deemed) })
}

/// Marks states that begin with a deemed fact at the end of a day; canonical form has made them anew.
pub fn mark_states<'a>(view: &'a View<'a>, facts: &[Presumed<'a>]) {
    let closing: Vec<&Presumed<'a>> = facts.iter().filter(|fact| fact.closing).collect();
    if closing.is_empty() {
        return;
    }
    for one in view.each(case::PARTIES) {
        for spell in one.each(party::STATUSES) {
            let kind = spell.text(status::KIND);
            let marked = closing.iter().any(|fact| {
                let own = fact.values.iter().find(|(name, _)| *name == "kind").map(|(_, kind)| *kind);
                let told = (fact.owner, own, fact.at) == (one.id(), kind, spell.int(status::SINCE));
                told || spell.text(status::BEGUN_BY) == Some(fact.key)
            });
            if marked {
                spell.closing.set(true);
            }
        }
    }
}

fn free<'a>(arena: &'a Bump, key: &'a str, holder: &'a View<'a>, list: usize) -> &'a str {
    let mut key = key;
    while holder.each(list).any(|one| one.id() == key) {
        key = joined(arena, &[key, "~"]);
    }
    key
}
