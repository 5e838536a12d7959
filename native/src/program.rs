//! A district's program as the core runs it: loaded from its message once, immutable afterwards.

use std::sync::Arc;

use prost::Message;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::M;
use crate::message as pb;
use crate::money::{Quantity, Terms, quantity_of, terms_of};
use crate::ops::{Op, op_named};
use crate::placing::Place;
use crate::plans::{ClockPlan, Deemed, clock_of, deemed_of};
use crate::time::calendar::Calendar;
use crate::time::deadline::{Deadline, deadline_of};

pub type S = Arc<str>;
pub type Names = Vec<S>;
pub type Groups = FxHashMap<S, Names>;

/// The version of the form of the message that this core reads.
pub const FORMAT: u32 = 3;

/// The meaning that the core has: `policy.decide.decision.ENGINE_VERSION`, without which it is not used.
pub const ENGINE_VERSION: &str = "5";

/// Why a message cannot be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadError(pub String);

type R<T> = Result<T, LoadError>;

fn wrong<T>(what: impl Into<String>) -> R<T> {
    Err(LoadError(what.into()))
}

pub struct Program {
    pub engine_version: String,
    pub district: String,
    pub vocabulary_digest: String,
    pub calendar_digest: String,
    pub sections: FxHashMap<S, FxHashSet<S>>,
    pub organs: FxHashMap<S, FxHashSet<S>>,
    pub implied: Groups,
    pub told: Groups,
    pub effects: FxHashMap<S, S>,
    pub only: FxHashMap<S, FxHashSet<S>>,
    pub table: Table,
    pub calendar: Calendar,
    pub attributes: Vec<Attribute>,
    pub rules: FxHashSet<S>,
    pub results: FxHashMap<S, Outcome>,
    pub standing: Standing,
    pub reads: Reads,
    pub versions: Vec<Version>,
    /// Whether any version lists the units of a body.
    pub units: bool,
    pub codes: CodeFields,
    /// How many strata its deemed facts have.
    pub strata: u32,
}

/// The allowed codes of each coded field, by message and slot.
pub type CodeFields = FxHashMap<(M, usize), FxHashSet<S>>;

pub struct Attribute {
    pub name: S,
    pub kind: S,
    pub excludes: Names,
    pub implies: Names,
}

pub struct Outcome {
    pub grades: FxHashSet<S>,
    pub figures: FxHashSet<S>,
    pub asked: Names,
}

pub struct Standing {
    pub first: Option<i64>,
    pub instrument: S,
    pub periods: Vec<(S, S)>,
}

pub struct StateSource {
    pub kind: S,
    pub field: Option<usize>,
    pub field_name: S,
    pub flag: Option<usize>,
    pub flag_name: S,
    pub roles: Names,
    pub everyone: bool,
    pub begins: Names,
    pub ends: Names,
}

pub struct ServiceEvent {
    pub documents: Names,
    pub result: S,
    pub results: FxHashMap<S, S>,
}

/// Several ways of telling one fact.
pub struct Table {
    pub same_events: FxHashMap<S, S>,
    pub filing: S,
    pub body_concerns: FxHashSet<S>,
    pub states: Vec<StateSource>,
    pub flags: Vec<(usize, usize)>,
    pub requests: FxHashMap<S, (S, S)>,
    pub services: FxHashMap<S, ServiceEvent>,
    pub received: S,
    pub documents: FxHashMap<S, S>,
    pub papers: S,
    pub lasting: Groups,
    pub instrument: S,
    pub periods: FxHashMap<S, S>,
    /// Event types that begin or end a state.
    pub stateful: FxHashSet<S>,
}

/// What the rules of the district read.
pub struct Reads {
    pub fields: FxHashSet<(M, usize)>,
    pub codes: FxHashMap<S, FxHashSet<S>>,
    pub attributes: FxHashSet<S>,
    pub bodies: FxHashSet<S>,
    pub acts: FxHashSet<S>,
    pub triggers: FxHashSet<S>,
    pub awaited: FxHashMap<S, Vec<(S, S)>>,
}

pub struct Version {
    pub number: usize,
    pub name: S,
    pub digest: S,
    pub since: i64,
    pub until: Option<i64>,
    pub sizes: Vec<Size>,
    pub costs: Vec<Cost>,
    /// What the dearest rule, and all rules together, may cost where no list is longer than 0, 1, 2 … elements.
    pub steps: Vec<(i128, i128)>,
    pub units: FxHashMap<S, Names>,
    pub terms: Vec<Term>,
    pub rules: Vec<Rule>,
    pub by_id: FxHashMap<S, usize>,
    pub triggered: Index,
    pub gathered: Index,
    pub clocked: Index,
    pub on_breach: Index,
    pub gathered_on_breach: Index,
    pub clocked_on_breach: Index,
    /// Whether any rule displaces another.
    pub overriding: bool,
    /// By a rule's id, the deemed facts that rest on its duties.
    pub resting: FxHashMap<S, Vec<usize>>,
}

/// How many elements a list holds: those of these codes, or all; of a nested one in the owner that has most.
pub struct Size {
    /// The list of the case, or the breaches.
    pub list: Option<M>,
    /// Slot of the case, where it holds the list.
    pub own: Option<usize>,
    /// The messages that hold a nested list, and its slot.
    pub owners: Vec<(M, usize)>,
    pub codes: Option<Names>,
}

/// A sum of products of sizes, by their places, each with its factor.
pub struct Cost(pub Vec<(i128, Vec<usize>)>);

impl Cost {
    /// The steps for these sizes.
    pub fn at(&self, size: impl Fn(usize) -> i128) -> i128 {
        let product = |factor: i128, sizes: &[usize]| {
            sizes.iter().fold(factor, |product, place| product.saturating_mul(size(*place)))
        };
        self.0.iter().fold(0, |total: i128, (factor, sizes)| total.saturating_add(product(*factor, sizes)))
    }
}

fn cost_of(found: &pb::Cost, sizes: usize) -> R<Cost> {
    let mut products = Vec::new();
    for one in &found.products {
        let places: Vec<usize> = one.sizes.iter().map(|place| *place as usize).collect();
        if places.iter().any(|place| *place >= sizes) {
            return wrong("there is no such size");
        }
        products.push((i128::from(one.factor), places));
    }
    Ok(Cost(products))
}

/// Sizes up to which a case of short lists is not counted.
pub const MANY: usize = 32;

fn steps_of(costs: &[Cost], rules: &[Rule]) -> Vec<(i128, i128)> {
    (0..=MANY)
        .map(|size| {
            let each: Vec<i128> = costs.iter().map(|cost| cost.at(|_| size as i128)).collect();
            let of = rules.iter().flat_map(|rule| [each[rule.cost], each[rule.ending_cost]]);
            of.fold((0, 0), |(dearest, total), steps| (steps.max(dearest), steps.saturating_add(total)))
        })
        .collect()
}

/// Of one list: the rules that wait for a code, and those that take any.
type Entry = (M, FxHashMap<S, Vec<usize>>, Vec<usize>);

/// Rules that are tried together, by what they wait for.
pub struct Index {
    pub numbers: Vec<usize>,
    /// By list, in order of spelling.
    pub entries: Vec<Entry>,
}

impl Index {
    fn of(places: &[u32], rules: &[Rule]) -> R<Index> {
        let numbers: Vec<usize> = places.iter().map(|place| *place as usize).collect();
        let mut entries: Vec<Entry> = Vec::new();
        for number in &numbers {
            let Some(rule) = rules.get(*number) else { return wrong("there is no such rule") };
            if !entries.iter().any(|(m, _, _)| *m == rule.collection) {
                entries.push((rule.collection, FxHashMap::default(), Vec::new()));
            }
            let Some((_, by_code, always)) = entries.iter_mut().find(|(m, _, _)| *m == rule.collection)
            else {
                continue;
            };
            if rule.codes.is_empty() {
                always.push(*number);
            }
            for code in &rule.codes {
                by_code.entry(code.clone()).or_default().push(*number);
            }
        }
        entries.sort_by_key(|(m, _, _)| m.collection());
        Ok(Index { numbers, entries })
    }
}

impl Version {
    pub fn governs(&self, moment: i64) -> bool {
        self.since <= moment && self.until.is_none_or(|until| moment < until)
    }
}

pub struct Term {
    pub name: S,
    pub arity: usize,
    pub lines: Vec<Expr>,
}

/// What an expression gives, as far as the evaluators ask.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Type {
    Bool,
    Scalar,
    Message,
    Messages,
    List,
}

#[derive(Clone, Debug)]
pub enum Lit {
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(S),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Quant {
    Exists,
    All,
    ExistsOne,
    Filter,
    Map,
}

/// An expression over slots: the elements of a rule, a term's parameters, the variables of quantifiers.
#[derive(Debug)]
pub enum Expr {
    Const(Lit),
    Local(usize),
    Case,
    AsOf,
    Breaches,
    Attribute {
        name: S,
        boolean: bool,
    },
    Parameter {
        name: S,
        value: Option<Lit>,
        boolean: bool,
    },
    Field {
        of: Box<Expr>,
        slot: usize,
        name: &'static str,
        kind: Type,
    },
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    If(Box<[Expr; 3]>, bool),
    Call {
        op: Op,
        args: Vec<Expr>,
        boolean: bool,
        codes: Option<Vec<S>>,
    },
    Lookup {
        list: usize,
        op: Op,
        arg: Box<Expr>,
    },
    Term {
        number: usize,
        args: Vec<Expr>,
    },
    List(Vec<Expr>),
    Quant(Box<Quantified>),
    Place(Box<Place>),
    Years(Box<[Expr; 2]>),
    /// A value that 64 bits cannot hold.
    Beyond,
}

#[derive(Debug)]
pub struct Quantified {
    pub what: Quant,
    pub slot: usize,
    pub range: Expr,
    pub body: Option<Expr>,
    pub mapped: Option<Expr>,
    pub boolean: bool,
    /// Tells the predicate and the mapped value from all others.
    pub identity: (u32, u32),
    /// Slots of the variables outside it that it reads.
    pub reads: Vec<usize>,
    /// Of a range over the events of the case: the types that the predicate asks for, and no others.
    pub types: Option<Vec<S>>,
}

pub struct Line {
    pub expr: Expr,
    pub implied: bool,
    /// The last of the loops (by level) on which its variables hang.
    pub level: usize,
    pub basis: Names,
    pub alternatives: Vec<Line>,
}

pub struct Binding {
    pub name: S,
    /// The list that it runs over.
    pub m: M,
    /// None: of the case, or of the breaches.
    pub owner: Option<usize>,
    /// Slot of the list in its owner.
    pub list: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Modality {
    Obligation,
    Prohibition,
    Permission,
    /// Of a deemed fact, which nobody owes.
    Deemed,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bearing {
    Sole,
    Joint,
    Several,
    EachUnit,
}

impl Bearing {
    pub fn word(self) -> &'static str {
        match self {
            Bearing::Sole => "sole",
            Bearing::Joint => "joint",
            Bearing::Several => "several",
            Bearing::EachUnit => "each_unit",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Hash)]
pub enum EffectName {
    About,
    AmountOf,
    AmountTimes,
    Bearer,
    BearerParty,
    BearerUnit,
    Concerns,
    ConcernsUnit,
    Counterparty,
    CounterpartyParty,
    EarliestMoment,
    EarliestStart,
    FactAt,
    FactDocument,
    FactParty,
    FactProperty,
    FactToUnit,
    LatestMoment,
    LatestStart,
    Moment,
    Quantity,
    Start,
}

const EFFECTS: [(&str, EffectName); 22] = [
    ("about", EffectName::About),
    ("amount_of", EffectName::AmountOf),
    ("amount_times", EffectName::AmountTimes),
    ("bearer", EffectName::Bearer),
    ("bearer_party", EffectName::BearerParty),
    ("bearer_unit", EffectName::BearerUnit),
    ("concerns", EffectName::Concerns),
    ("concerns_unit", EffectName::ConcernsUnit),
    ("counterparty", EffectName::Counterparty),
    ("counterparty_party", EffectName::CounterpartyParty),
    ("earliest_moment", EffectName::EarliestMoment),
    ("earliest_start", EffectName::EarliestStart),
    ("fact_at", EffectName::FactAt),
    ("fact_document", EffectName::FactDocument),
    ("fact_party", EffectName::FactParty),
    ("fact_property", EffectName::FactProperty),
    ("fact_to_unit", EffectName::FactToUnit),
    ("latest_moment", EffectName::LatestMoment),
    ("latest_start", EffectName::LatestStart),
    ("moment", EffectName::Moment),
    ("quantity", EffectName::Quantity),
    ("start", EffectName::Start),
];

pub struct Rule {
    pub number: usize,
    pub id: S,
    pub each: Vec<Binding>,
    pub trigger: usize,
    pub collection: M,
    pub codes: Names,
    pub order: Vec<usize>,
    pub when: Vec<Line>,
    pub unless: Vec<Line>,
    pub grounds: bool,
    pub effects: Vec<(EffectName, Expr)>,
    pub fulfilled_by: Vec<Matcher>,
    pub discharged_by: Vec<Matcher>,
    pub violated_by: Vec<Matcher>,
    /// Event types that may fulfil, discharge or violate it.
    pub ending_events: FxHashSet<S>,
    /// Whether something other than an event may.
    pub ends_otherwise: bool,
    pub deadline: Option<Deadline>,
    pub waits: u32,
    pub timed: Vec<usize>,
    pub lists: Vec<M>,
    pub moves: Vec<(M, FxHashSet<S>)>,
    pub filing_moves: bool,
    pub services_move: bool,
    pub moved_by: Vec<M>,
    pub clocked: bool,
    pub kinds: Vec<usize>,
    pub modality: Modality,
    pub modality_name: S,
    pub force: S,
    pub reported: bool,
    pub bearing: Bearing,
    pub of_case: bool,
    pub accrues: bool,
    pub bearers: Names,
    pub counterparties: Names,
    pub action: S,
    pub basis: Names,
    pub overrides: Names,
    pub cost: usize,
    pub ending_cost: usize,
    /// What the hash of an obligation's id begins with.
    pub prefix: String,
    /// Lines by the level of the loops at which they are tried, without those that the index settles.
    pub levels: Vec<Vec<(usize, bool)>>,
    pub amount: Option<Terms>,
    pub quantities: Vec<Quantity>,
    pub clock: Option<ClockPlan>,
    pub deemed: Option<Deemed>,
    /// Of a deemed fact, its rule as a duty that only the acts end which keep it from counting.
    pub bare: Option<Box<Rule>>,
}

impl Rule {
    /// The deemed fact's rule as a duty, or the rule itself.
    pub fn as_duty(&self) -> &Rule {
        self.bare.as_deref().unwrap_or(self)
    }

    pub fn line(&self, place: usize, exception: bool) -> &Line {
        if exception { &self.unless[place] } else { &self.when[place] }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Acts {
    Events,
    Requests,
    Services,
    Statuses,
}

pub struct Matcher {
    pub acts: Acts,
    pub codes: Names,
    pub predicate: Option<Expr>,
    pub by_bearer: bool,
    pub end_of: Option<usize>,
    pub party: Option<usize>,
    pub begins: bool,
    pub about: Option<usize>,
    pub by: Names,
}

impl Program {
    /// Loads a message.
    pub fn load(data: &[u8]) -> R<Program> {
        let message = pb::Program::decode(data).map_err(|error| LoadError(error.to_string()))?;
        if message.format != FORMAT {
            return wrong(format!("the form {} is not {FORMAT}", message.format));
        }
        let texts = Texts(message.strings.iter().map(|text| S::from(text.as_str())).collect());
        let sections: FxHashMap<S, FxHashSet<S>> = texts.sets(&message.sections)?;
        let mut codes = CodeFields::default();
        for m in crate::facts::ALL {
            for (slot, field) in m.fields().iter().enumerate() {
                if !field.section.is_empty() {
                    let known = sections.get(field.section).cloned().unwrap_or_default();
                    codes.insert((*m, slot), known);
                }
            }
        }
        let table = texts.table(message.equivalences.as_ref().unwrap_or(&pb::Equivalences::default()))?;
        let mut versions = Vec::new();
        for (number, version) in message.versions.iter().enumerate() {
            versions.push(texts.version(number, version, &message.district)?);
        }
        let effects = message.effects.iter().map(|one| Ok((texts.at(one.name)?, texts.first(one)?)));
        Ok(Program {
            sections,
            codes,
            organs: texts.sets(&message.organs)?,
            implied: texts.groups(&message.implied)?,
            told: texts.groups(&message.told)?,
            effects: effects.collect::<R<_>>()?,
            only: texts.sets(&message.only)?,
            table,
            calendar: Calendar::load(message.calendar.as_ref().unwrap_or(&pb::Calendar::default())),
            attributes: texts.attributes(&message.attributes)?,
            rules: texts.all(&message.rules)?.into_iter().collect(),
            results: texts.results(&message.results)?,
            standing: texts.standing(message.standing.as_ref().unwrap_or(&pb::Standing::default()))?,
            reads: texts.reads(message.reads.as_ref().unwrap_or(&pb::Reads::default()))?,
            units: versions.iter().any(|version| !version.units.is_empty()),
            strata: versions
                .iter()
                .flat_map(|version| &version.rules)
                .filter_map(|rule| rule.deemed.as_ref())
                .map(|deemed| deemed.stratum)
                .max()
                .unwrap_or(0),
            versions,
            engine_version: message.engine_version,
            district: message.district,
            vocabulary_digest: message.vocabulary_digest,
            calendar_digest: message.calendar_digest,
        })
    }

    pub fn in_force(&self, moment: i64) -> bool {
        self.versions.iter().any(|version| version.governs(moment))
    }
}

/// The texts of the message.
pub struct Texts(Vec<S>);

impl Texts {
    pub fn at(&self, place: u32) -> R<S> {
        match self.0.get(place as usize) {
            Some(text) => Ok(text.clone()),
            None => wrong(format!("there is no text {place}")),
        }
    }

    pub fn all(&self, places: &[u32]) -> R<Names> {
        places.iter().map(|place| self.at(*place)).collect()
    }

    fn first(&self, one: &pb::Named) -> R<S> {
        self.at(one.members.first().copied().unwrap_or(0))
    }

    fn groups(&self, named: &[pb::Named]) -> R<Groups> {
        named.iter().map(|one| Ok((self.at(one.name)?, self.all(&one.members)?))).collect()
    }

    fn sets(&self, named: &[pb::Named]) -> R<FxHashMap<S, FxHashSet<S>>> {
        named
            .iter()
            .map(|one| Ok((self.at(one.name)?, self.all(&one.members)?.into_iter().collect())))
            .collect()
    }

    fn pairs(&self, named: &[pb::Named]) -> R<Vec<(S, S)>> {
        named.iter().map(|one| Ok((self.at(one.name)?, self.first(one)?))).collect()
    }

    fn table(&self, found: &pb::Equivalences) -> R<Table> {
        let mut states = Vec::new();
        for one in &found.states {
            let (field, flag) = (self.at(one.field)?, self.at(one.flag)?);
            states.push(StateSource {
                kind: self.at(one.kind)?,
                field: slot_or_none(M::Party, &field)?,
                field_name: field,
                flag: slot_or_none(M::Flags, &flag)?,
                flag_name: flag,
                roles: self.all(&one.roles)?,
                everyone: one.everyone,
                begins: self.all(&one.begins)?,
                ends: self.all(&one.ends)?,
            });
        }
        let mut flags = Vec::new();
        for (one, other) in self.pairs(&found.flags)? {
            flags.push((slot_of(M::Flags, &one)?, slot_of(M::Flags, &other)?));
        }
        let mut requests = FxHashMap::default();
        for one in &found.requests {
            let told = self.all(&one.members)?;
            let [matter, asked] = &told[..] else { return wrong("a request is a matter and a body") };
            requests.insert(self.at(one.name)?, (matter.clone(), asked.clone()));
        }
        let mut services = FxHashMap::default();
        for one in &found.services {
            let told = ServiceEvent {
                documents: self.all(&one.documents)?,
                result: self.at(one.result)?,
                results: self.pairs(&one.results)?.into_iter().collect(),
            };
            services.insert(self.at(one.event)?, told);
        }
        let stateful = states.iter().flat_map(|state| state.begins.iter().chain(&state.ends)).cloned();
        Ok(Table {
            same_events: self.pairs(&found.same_events)?.into_iter().collect(),
            filing: self.at(found.filing)?,
            body_concerns: self.all(&found.body_concerns)?.into_iter().collect(),
            flags,
            requests,
            services,
            received: self.at(found.received)?,
            documents: self.pairs(&found.documents)?.into_iter().collect(),
            papers: self.at(found.papers)?,
            lasting: self.groups(&found.lasting)?,
            instrument: self.at(found.instrument)?,
            periods: self.pairs(&found.periods)?.into_iter().collect(),
            stateful: stateful.collect(),
            states,
        })
    }

    fn attributes(&self, found: &[pb::Attribute]) -> R<Vec<Attribute>> {
        found
            .iter()
            .map(|one| {
                Ok(Attribute {
                    name: self.at(one.name)?,
                    kind: self.at(one.r#type)?,
                    excludes: self.all(&one.excludes)?,
                    implies: self.all(&one.implies)?,
                })
            })
            .collect()
    }

    fn results(&self, found: &[pb::Result]) -> R<FxHashMap<S, Outcome>> {
        found
            .iter()
            .map(|one| {
                let outcome = Outcome {
                    grades: self.all(&one.grades)?.into_iter().collect(),
                    figures: self.all(&one.figures)?.into_iter().collect(),
                    asked: self.all(&one.asked)?,
                };
                Ok((self.at(one.assessment)?, outcome))
            })
            .collect()
    }

    fn standing(&self, found: &pb::Standing) -> R<Standing> {
        Ok(Standing {
            first: found.first,
            instrument: self.at(found.instrument)?,
            periods: self.pairs(&found.periods)?,
        })
    }

    fn reads(&self, found: &pb::Reads) -> R<Reads> {
        let mut fields = FxHashSet::default();
        for one in &found.fields {
            // Messages that no case holds are read elsewhere.
            let Some(m) = M::of_name(&self.at(one.name)?) else { continue };
            for name in self.all(&one.members)? {
                if let Some(slot) = m.slot(&name) {
                    fields.insert((m, slot));
                }
            }
        }
        let mut awaited = FxHashMap::default();
        for one in &found.awaited {
            let told = self.all(&one.members)?;
            let pairs = told.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect();
            awaited.insert(self.at(one.name)?, pairs);
        }
        Ok(Reads {
            fields,
            codes: self.sets(&found.codes)?,
            attributes: self.all(&found.attributes)?.into_iter().collect(),
            bodies: self.all(&found.bodies)?.into_iter().collect(),
            acts: self.all(&found.acts)?.into_iter().collect(),
            triggers: self.all(&found.triggers)?.into_iter().collect(),
            awaited,
        })
    }

    fn version(&self, number: usize, found: &pb::Version, district: &str) -> R<Version> {
        let nodes = Nodes { texts: self, nodes: &found.nodes, terms: self.term_numbers(found)? };
        let mut terms = Vec::new();
        for one in &found.terms {
            let mut scope = self.all(&one.parameters)?;
            let lines = one.lines.iter().map(|place| nodes.expr(*place, &mut scope)).collect::<R<_>>()?;
            terms.push(Term { name: self.at(one.name)?, arity: one.parameters.len(), lines });
        }
        let mut rules = Vec::new();
        let mut resting: FxHashMap<S, Vec<usize>> = FxHashMap::default();
        for (place, one) in found.rules.iter().enumerate() {
            let mut rule = nodes.rule(place, one, district)?;
            if let Some(deemed) = &rule.deemed {
                if !deemed.base.is_empty() {
                    resting.entry(deemed.base.clone()).or_default().push(place);
                }
                let mut bare = one.clone();
                bare.discharged_by.clear();
                bare.violated_by.clear();
                rule.bare = Some(Box::new(nodes.rule(place, &bare, district)?));
            }
            rules.push(rule);
        }
        let sizes = found.sizes.iter().map(|one| self.size(one)).collect::<R<Vec<_>>>()?;
        let costs = found.costs.iter().map(|one| cost_of(one, sizes.len())).collect::<R<Vec<_>>>()?;
        if rules.iter().any(|rule| rule.cost >= costs.len() || rule.ending_cost >= costs.len()) {
            return wrong("there is no such cost");
        }
        let listed = |places: &[u32]| Index::of(places, &rules);
        let (triggered, gathered) = (listed(&found.triggered)?, listed(&found.gathered)?);
        let (clocked, on_breach) = (listed(&found.clocked)?, listed(&found.on_breach)?);
        let gathered_on_breach = listed(&found.gathered_on_breach)?;
        let clocked_on_breach = listed(&found.clocked_on_breach)?;
        Ok(Version {
            number,
            name: self.at(found.name)?,
            digest: self.at(found.digest)?,
            since: found.since,
            until: found.until,
            steps: steps_of(&costs, &rules),
            sizes,
            costs,
            units: self.groups(&found.units)?,
            terms,
            by_id: rules.iter().map(|rule: &Rule| (rule.id.clone(), rule.number)).collect(),
            overriding: rules.iter().any(|rule| !rule.overrides.is_empty()),
            resting,
            rules,
            triggered,
            gathered,
            clocked,
            on_breach,
            gathered_on_breach,
            clocked_on_breach,
        })
    }

    fn size(&self, found: &pb::Size) -> R<Size> {
        let name = self.at(found.list)?;
        let owner = |m: M| m.slot(&name).map(|slot| (m, slot));
        let owners: &[M] = &[M::Party, M::Document, M::Request, M::Property, M::Event, M::Breach];
        let of_case = name.as_ref() == "breaches" || M::Case.slot(&name).is_some();
        Ok(Size {
            list: M::of_collection(&name).filter(|m| !m.nested()),
            own: M::Case.slot(&name),
            owners: if of_case { Vec::new() } else { owners.iter().filter_map(|m| owner(*m)).collect() },
            codes: if found.any { None } else { Some(self.all(&found.codes)?) },
        })
    }

    fn term_numbers(&self, found: &pb::Version) -> R<FxHashMap<S, usize>> {
        let numbered = found.terms.iter().enumerate();
        numbered.map(|(number, one)| Ok((self.at(one.name)?, number))).collect()
    }
}

fn slot_of(m: M, name: &str) -> R<usize> {
    match m.slot(name) {
        Some(slot) => Ok(slot),
        None => wrong(format!("{} has no field {name}", m.name())),
    }
}

fn slot_or_none(m: M, name: &str) -> R<Option<usize>> {
    if name.is_empty() { Ok(None) } else { slot_of(m, name).map(Some) }
}

/// The expressions of a version.
struct Nodes<'m> {
    texts: &'m Texts,
    nodes: &'m [pb::Node],
    terms: FxHashMap<S, usize>,
}

impl Nodes<'_> {
    /// The expression at a place; `scope` are the variables, by slot.
    fn expr(&self, place: u32, scope: &mut Names) -> R<Expr> {
        let Some(node) = self.nodes.get(place as usize) else { return wrong("there is no such expression") };
        if node.parts.iter().any(|part| *part > place) {
            return wrong("an expression stands before its parts");
        }
        let name = self.texts.at(node.name)?;
        let boolean = type_of(node) == Type::Bool;
        match pb_form(node.form) {
            Some(Form::Constant | Form::Parameter) if node.beyond => Ok(Expr::Beyond),
            Some(Form::Constant) => match self.value(node)? {
                Some(value) => Ok(Expr::Const(value)),
                None => wrong("a literal without a value"),
            },
            Some(Form::Variable) => Ok(match scope.iter().rposition(|one| *one == name) {
                Some(slot) => Expr::Local(slot),
                None => match &*name {
                    "case" => Expr::Case,
                    "as_of" => Expr::AsOf,
                    "breaches" => Expr::Breaches,
                    other => return wrong(format!("nothing is called {other}")),
                },
            }),
            Some(Form::Attribute) => Ok(Expr::Attribute { name, boolean }),
            Some(Form::Parameter) => Ok(Expr::Parameter { name, value: self.value(node)?, boolean }),
            Some(Form::Field) => self.field(node, &name, scope),
            Some(Form::Call) => self.call(node, &name, boolean, scope),
            Some(Form::Term) => {
                let Some(number) = self.terms.get(&name) else { return wrong("there is no such term") };
                Ok(Expr::Term { number: *number, args: self.parts(node, scope)? })
            }
            Some(Form::List) => Ok(Expr::List(self.parts(node, scope)?)),
            Some(Form::Quantifier) => self.quantifier(node, &name, boolean, scope),
            None => wrong(format!("an expression of the form {}", node.form)),
        }
    }

    fn parts(&self, node: &pb::Node, scope: &mut Names) -> R<Vec<Expr>> {
        node.parts.iter().map(|part| self.expr(*part, scope)).collect()
    }

    fn value(&self, node: &pb::Node) -> R<Option<Lit>> {
        let Some(value) = node.value.as_ref().and_then(|value| value.value.as_ref()) else { return Ok(None) };
        Ok(Some(match value {
            pb::ValueKind::Bool(truth) => Lit::Bool(*truth),
            pb::ValueKind::Int(number) => Lit::Int(*number),
            pb::ValueKind::Double(number) => Lit::Double(*number),
            pb::ValueKind::String(place) => Lit::Text(self.texts.at(*place)?),
        }))
    }

    fn field(&self, node: &pb::Node, name: &str, scope: &mut Names) -> R<Expr> {
        let [of] = node.parts[..] else { return wrong("a field is of one message") };
        let Some(m) = M::of_name(&self.texts.at(node.variable)?) else { return wrong("no such message") };
        let slot = slot_of(m, name)?;
        let of = Box::new(self.expr(of, scope)?);
        Ok(Expr::Field { of, slot, name: m.fields()[slot].name, kind: type_of(node) })
    }

    fn call(&self, node: &pb::Node, name: &str, boolean: bool, scope: &mut Names) -> R<Expr> {
        let args = self.parts(node, scope)?;
        match name {
            "and" => return Ok(Expr::And(args)),
            "or" => return Ok(Expr::Or(args)),
            "not" => return Ok(Expr::Not(Box::new(one_of(args)?))),
            "if" => {
                let Ok(three) = <[Expr; 3]>::try_from(args) else { return wrong("an if has three parts") };
                return Ok(Expr::If(Box::new(three), boolean));
            }
            _ => {}
        }
        if let Some(message) = name.strip_prefix("nth_") {
            return self.place(name, message, args);
        }
        if name == "years_running" {
            let Ok(two) = <[Expr; 2]>::try_from(args) else {
                return wrong("years_running has two arguments");
            };
            return Ok(Expr::Years(Box::new(two)));
        }
        let Some(op) = op_named(name) else { return wrong(format!("the operator {name} is not known")) };
        if let Some(list) = op.lookup() {
            let slot = slot_of(M::Case, list)?;
            return Ok(Expr::Lookup { list: slot, op, arg: Box::new(one_of(args)?) });
        }
        if args.len() != op.arity() {
            return wrong(format!("{name} has {} arguments", op.arity()));
        }
        let codes = match (&op, args.get(1)) {
            (Op::In, Some(Expr::List(items))) => items
                .iter()
                .map(|item| if let Expr::Const(Lit::Text(text)) = item { Some(text.clone()) } else { None })
                .collect(),
            _ => None,
        };
        Ok(Expr::Call { op, args, boolean, codes })
    }

    fn place(&self, name: &str, message: &str, args: Vec<Expr>) -> R<Expr> {
        let distinct = message.strip_prefix("distinct_");
        let m = match distinct.unwrap_or(message) {
            "Event" => M::Event,
            "Request" => M::Request,
            other => return wrong(format!("{other} are not counted")),
        };
        let Some(at) = m.time() else { return wrong("what has no time is not counted") };
        let mut args = args.into_iter();
        let (Some(of), Some(list)) = (args.next(), args.next()) else {
            return wrong(format!("{name} has two arguments or three"));
        };
        let field = match (distinct, args.next()) {
            (None, None) => None,
            (Some(_), Some(Expr::Const(Lit::Text(field)))) => Some((slot_of(m, &field)?, field)),
            _ => return wrong(format!("{name} has two arguments, or a field beside them")),
        };
        Ok(Expr::Place(Box::new(Place { name: S::from(name), of, list, at, field })))
    }

    fn quantifier(&self, node: &pb::Node, name: &str, boolean: bool, scope: &mut Names) -> R<Expr> {
        let [range_at, body_at, mapped_at] = node.parts[..] else {
            return wrong("a quantifier has three parts");
        };
        let what = match name {
            "exists" => Quant::Exists,
            "all" => Quant::All,
            "exists_one" => Quant::ExistsOne,
            "filter" => Quant::Filter,
            "map" => Quant::Map,
            other => return wrong(format!("the quantifier {other} is not known")),
        };
        let range = self.expr(range_at, scope)?;
        let slot = scope.len();
        scope.push(self.texts.at(node.variable)?);
        let part = |at: u32, scope: &mut Names| at.checked_sub(1).map(|at| self.expr(at, scope)).transpose();
        let body = part(body_at, scope)?;
        let mapped = part(mapped_at, scope)?;
        scope.pop();
        let mut reads = Vec::new();
        let parts = body.iter().chain(&mapped);
        for expr in std::iter::once(&range).chain(parts) {
            read_slots(expr, &mut reads);
        }
        reads.retain(|read| *read < slot);
        reads.sort_unstable();
        reads.dedup();
        let types = match (&range, &body) {
            (Expr::Field { of, name: "events", .. }, Some(body))
                if matches!(**of, Expr::Case) && what == Quant::Exists =>
            {
                types_asked(body, slot)
            }
            _ => None,
        };
        let identity = (body_at, mapped_at);
        Ok(Expr::Quant(Box::new(Quantified {
            what,
            slot,
            range,
            body,
            mapped,
            boolean,
            identity,
            reads,
            types,
        })))
    }

    fn line(&self, found: &pb::Line, scope: &mut Names) -> R<Line> {
        let expr = self.expr(found.node, scope)?;
        Ok(Line {
            expr,
            implied: found.implied,
            level: 0,
            basis: self.texts.all(&found.basis)?,
            alternatives: found.alternatives.iter().map(|one| self.line(one, scope)).collect::<R<_>>()?,
        })
    }

    fn rule(&self, number: usize, found: &pb::Rule, district: &str) -> R<Rule> {
        let texts = self.texts;
        let mut each: Vec<Binding> = Vec::new();
        for one in &found.each {
            let list = texts.at(one.list)?;
            let Some(m) = M::of_collection(&list) else { return wrong("there is no such list") };
            let owner = one.owner.checked_sub(1).map(|place| place as usize);
            let holder = match owner {
                Some(place) if place >= found.each.len() => return wrong("there is no such variable"),
                Some(place) => {
                    let of = texts.at(found.each[place].list)?;
                    M::of_collection(&of).unwrap_or(M::Case)
                }
                None => M::Case,
            };
            let slot = if m == M::Breach { 0 } else { slot_of(holder, &list)? };
            each.push(Binding { name: texts.at(one.name)?, m, owner, list: slot });
        }
        let count = each.len();
        let places = |found: &[u32]| -> R<Vec<usize>> {
            let found: Vec<usize> = found.iter().map(|place| *place as usize).collect();
            if found.iter().any(|place| *place >= count) {
                wrong("there is no such variable")
            } else {
                Ok(found)
            }
        };
        let order = places(&found.order)?;
        let Some(collection) = M::of_collection(&texts.at(found.collection)?) else {
            return wrong("no list");
        };
        if order.len() != count || count == 0 || found.trigger as usize >= count {
            return wrong("the loops of a rule are not its variables");
        }
        let names: Names = each.iter().map(|binding| binding.name.clone()).collect();
        let mut when =
            found.when.iter().map(|one| self.line(one, &mut names.clone())).collect::<R<Vec<_>>>()?;
        let mut unless =
            found.unless.iter().map(|one| self.line(one, &mut names.clone())).collect::<R<Vec<_>>>()?;
        let mut levels: Vec<Vec<(usize, bool)>> = (0..order.len()).map(|_| Vec::new()).collect();
        for (lines, exception) in [(&mut when, false), (&mut unless, true)] {
            for (place, line) in lines.iter_mut().enumerate() {
                let mut reads = Vec::new();
                read_slots(&line.expr, &mut reads);
                line.level = (0..order.len()).rev().find(|level| reads.contains(&order[*level])).unwrap_or(0);
                if !line.implied {
                    levels[line.level].push((place, exception));
                }
            }
        }
        let mut effects = Vec::new();
        for one in &found.effects {
            let name = texts.at(one.name)?;
            let Some((_, effect)) = EFFECTS.iter().find(|(word, _)| *word == &*name) else {
                return wrong(format!("the effect {name} is not known"));
            };
            effects.push((*effect, self.expr(one.node, &mut names.clone())?));
        }
        let group = |matchers: &[pb::Matcher]| -> R<Vec<Matcher>> {
            matchers.iter().map(|one| self.matcher(one, &names)).collect()
        };
        let (fulfilled_by, discharged_by) = (group(&found.fulfilled_by)?, group(&found.discharged_by)?);
        let violated_by = group(&found.violated_by)?;
        let clock = found.clock.as_ref().map(|one| clock_of(one, texts, group)).transpose()?;
        let all = || fulfilled_by.iter().chain(&discharged_by).chain(&violated_by);
        let ending_events =
            all().filter(|one| one.acts == Acts::Events).flat_map(|one| one.codes.iter().cloned()).collect();
        let ends_otherwise = all().any(|one| one.acts != Acts::Events);
        let (mut moves, mut filing_moves, mut services_move) = (Vec::new(), false, false);
        for one in &found.moves {
            match &*texts.at(one.name)? {
                "filed_at" => filing_moves = true,
                "services" => services_move = true,
                list => {
                    let Some(m) = M::of_collection(list) else { return wrong("no such list") };
                    moves.push((m, texts.all(&one.members)?.into_iter().collect()));
                }
            }
        }
        let lists = |found: &[u32]| -> R<Vec<M>> {
            Ok(texts.all(found)?.iter().filter_map(|name| M::of_collection(name)).collect())
        };
        let id = texts.at(found.id)?;
        let modality_name = texts.at(found.modality)?;
        let force = texts.at(found.force)?;
        Ok(Rule {
            number,
            prefix: format!("{district}\0{id}\0"),
            id,
            trigger: found.trigger as usize,
            collection,
            codes: texts.all(&found.codes)?,
            order,
            grounds: when.iter().any(|line| !line.alternatives.is_empty()),
            when,
            unless,
            levels,
            effects,
            fulfilled_by,
            discharged_by,
            violated_by,
            ending_events,
            ends_otherwise,
            deadline: found.deadline.as_ref().map(|one| deadline_of(one, texts)).transpose()?,
            waits: found.waits,
            timed: places(&found.timed)?,
            lists: lists(&found.lists)?,
            moves,
            filing_moves,
            services_move,
            moved_by: lists(&found.moved_by)?,
            clocked: found.clocked,
            kinds: places(&found.kinds)?,
            modality: match &*modality_name {
                "obligation" => Modality::Obligation,
                "prohibition" => Modality::Prohibition,
                "permission" => Modality::Permission,
                "deemed" => Modality::Deemed,
                other => return wrong(format!("the modality {other} is not known")),
            },
            modality_name,
            reported: &*force == "reported",
            force,
            bearing: match &*texts.at(found.bearing)? {
                "sole" => Bearing::Sole,
                "joint" => Bearing::Joint,
                "several" => Bearing::Several,
                "each_unit" => Bearing::EachUnit,
                other => return wrong(format!("the bearing {other} is not known")),
            },
            of_case: found.of_case,
            accrues: found.accrues,
            bearers: texts.all(&found.bearers)?,
            counterparties: texts.all(&found.counterparties)?,
            action: texts.at(found.action)?,
            basis: texts.all(&found.basis)?,
            overrides: texts.all(&found.overrides)?,
            cost: found.cost as usize,
            ending_cost: found.ending_cost as usize,
            amount: found.amount.as_ref().map(|one| terms_of(one, texts)).transpose()?,
            quantities: found.quantities.iter().map(|one| quantity_of(one, texts)).collect::<R<_>>()?,
            clock,
            deemed: found.deemed.as_ref().map(|one| deemed_of(one, texts, count)).transpose()?,
            bare: None,
            each,
        })
    }

    fn matcher(&self, found: &pb::Matcher, names: &Names) -> R<Matcher> {
        let texts = self.texts;
        let mut scope = names.clone();
        scope.push(S::from("done"));
        let variable = |place: u32| -> R<Option<usize>> {
            match place.checked_sub(1).map(|place| place as usize) {
                Some(place) if place >= names.len() => wrong("there is no such variable"),
                found => Ok(found),
            }
        };
        let predicate =
            found.predicate.checked_sub(1).map(|place| self.expr(place, &mut scope)).transpose()?;
        Ok(Matcher {
            acts: match &*texts.at(found.collection)? {
                "events" => Acts::Events,
                "requests" => Acts::Requests,
                "services" => Acts::Services,
                "statuses" => Acts::Statuses,
                other => return wrong(format!("acts of the list {other}")),
            },
            codes: texts.all(&found.codes)?,
            predicate,
            by_bearer: found.by_bearer,
            end_of: variable(found.end_of)?,
            party: variable(found.party)?,
            begins: found.begins,
            about: variable(found.about)?,
            by: texts.all(&found.by)?,
        })
    }
}

fn one_of(args: Vec<Expr>) -> R<Expr> {
    let Ok([one]) = <[Expr; 1]>::try_from(args) else { return wrong("it has one argument") };
    Ok(one)
}

fn type_of(node: &pb::Node) -> Type {
    match node.r#type {
        1 => Type::Bool,
        7 => Type::Message,
        8 => Type::Messages,
        9 => Type::List,
        _ => Type::Scalar,
    }
}

#[derive(Clone, Copy)]
enum Form {
    Constant,
    Variable,
    Attribute,
    Parameter,
    Field,
    Call,
    Term,
    List,
    Quantifier,
}

fn pb_form(form: i32) -> Option<Form> {
    const FORMS: [Form; 9] = [
        Form::Constant,
        Form::Variable,
        Form::Attribute,
        Form::Parameter,
        Form::Field,
        Form::Call,
        Form::Term,
        Form::List,
        Form::Quantifier,
    ];
    usize::try_from(form - 1).ok().and_then(|place| FORMS.get(place).copied())
}

/// The slots that an expression reads.
pub fn read_slots(expr: &Expr, into: &mut Vec<usize>) {
    match expr {
        Expr::Local(slot) => into.push(*slot),
        Expr::Const(_) | Expr::Case | Expr::AsOf | Expr::Breaches | Expr::Beyond => {}
        Expr::Place(place) => {
            read_slots(&place.of, into);
            read_slots(&place.list, into);
        }
        Expr::Years(two) => two.iter().for_each(|part| read_slots(part, into)),
        Expr::Attribute { .. } | Expr::Parameter { .. } => {}
        Expr::Field { of, .. } => read_slots(of, into),
        Expr::Lookup { arg, .. } => read_slots(arg, into),
        Expr::Not(inner) => read_slots(inner, into),
        Expr::If(three, _) => three.iter().for_each(|part| read_slots(part, into)),
        Expr::And(parts) | Expr::Or(parts) | Expr::List(parts) => {
            parts.iter().for_each(|part| read_slots(part, into));
        }
        Expr::Call { args, .. } | Expr::Term { args, .. } => {
            args.iter().for_each(|part| read_slots(part, into));
        }
        Expr::Quant(quantified) => {
            read_slots(&quantified.range, into);
            let mut inner = Vec::new();
            for part in quantified.body.iter().chain(&quantified.mapped) {
                read_slots(part, &mut inner);
            }
            into.extend(inner.into_iter().filter(|slot| *slot != quantified.slot));
        }
    }
}

/// The types of events that a predicate over the event in `slot` asks for; none where it takes any.
fn types_asked(body: &Expr, slot: usize) -> Option<Vec<S>> {
    match body {
        Expr::And(parts) => parts.iter().find_map(|part| types_asked(part, slot)),
        Expr::Call { op: Op::Equals, args, .. } => match (&args[0], &args[1]) {
            (field, Expr::Const(Lit::Text(code))) | (Expr::Const(Lit::Text(code)), field)
                if is_type(field, slot) =>
            {
                Some(vec![code.clone()])
            }
            _ => None,
        },
        Expr::Call { op: Op::In, args, codes: Some(codes), .. } if is_type(&args[0], slot) => {
            Some(codes.clone())
        }
        _ => None,
    }
}

fn is_type(expr: &Expr, slot: usize) -> bool {
    matches!(expr, Expr::Field { of, name: "type", .. } if matches!(**of, Expr::Local(found) if found == slot))
}
