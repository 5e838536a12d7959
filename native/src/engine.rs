//! Conditions, effects and matchers decided: which rules apply for which elements.
//!
//! What `policy/engines/compiled.py` and `conditions.py` do: plainly where known facts settle a condition, else
//! three-valued.

use crate::eval::Eval;
use crate::facts::M;
use crate::ops::Reason;
use crate::program::{EffectName, Index, Matcher, Rule, S, Version};
use crate::settling::settled;
use crate::three::{Names, T, Three, Verdict};
use crate::timeline::Moment;
use crate::view::{Val, View};
use crate::wire::{Hand, R};

/// Most obligations of one decision.
const MAX_HITS: usize = 10_000;

pub type Binding<'a> = &'a [&'a View<'a>];
pub type Doubt<'a> = &'a [&'a str];

/// A rule tried for elements.
#[derive(Clone, Copy)]
pub struct Hit<'a> {
    pub version: &'a Version,
    pub rule: &'a Rule,
    pub binding: Binding<'a>,
}

#[derive(Default)]
pub struct Matches<'a> {
    pub hits: Vec<Hit<'a>>,
    pub undetermined: Vec<(Hit<'a>, Doubt<'a>)>,
    pub errors: Vec<(Hit<'a>, Reason)>,
}

/// Rules of an index: all of them, or those whose numbers are marked.
#[derive(Clone)]
pub struct Selection<'a> {
    pub index: &'a Index,
    chosen: Option<Vec<bool>>,
}

impl<'a> Selection<'a> {
    pub fn all(index: &'a Index) -> Selection<'a> {
        Selection { index, chosen: None }
    }

    /// Those for which `keep` holds.
    pub fn only(&self, version: &'a Version, keep: impl Fn(&Rule) -> bool) -> Selection<'a> {
        let mut chosen = vec![false; version.rules.len()];
        for number in self.numbers() {
            chosen[number] = keep(&version.rules[number]);
        }
        Selection { index: self.index, chosen: Some(chosen) }
    }

    pub fn has(&self, number: usize) -> bool {
        self.chosen.as_ref().is_none_or(|chosen| chosen[number])
    }

    pub fn numbers(&self) -> impl Iterator<Item = usize> + '_ {
        self.index.numbers.iter().copied().filter(|number| self.has(*number))
    }

    pub fn is_empty(&self) -> bool {
        self.numbers().next().is_none()
    }
}

/// Elements by the list of the case that holds them.
pub type Focus<'a> = Vec<(M, Vec<&'a View<'a>>)>;

/// The computed values of a rule.
pub struct Effects<'a> {
    pub bearers: Vec<&'a str>,
    pub bearer_party: &'a str,
    pub bearer_unit: &'a str,
    pub counterparties: Vec<&'a str>,
    pub counterparty_party: &'a str,
    pub about: &'a str,
    pub concerns: &'a str,
    pub concerns_unit: &'a str,
    pub fact_party: &'a str,
    pub fact_property: &'a str,
    pub fact_document: &'a str,
    pub fact_to_unit: &'a str,
    moments: [Option<i64>; 10],
    pub missing: Vec<(EffectName, Doubt<'a>)>,
}

/// Effects that are moments or whole numbers.
const MOMENTS: [EffectName; 10] = [
    EffectName::Start,
    EffectName::Moment,
    EffectName::LatestStart,
    EffectName::LatestMoment,
    EffectName::EarliestStart,
    EffectName::EarliestMoment,
    EffectName::FactAt,
    EffectName::AmountOf,
    EffectName::AmountTimes,
    EffectName::Quantity,
];

impl<'a> Effects<'a> {
    pub fn moment(&self, name: EffectName) -> Option<i64> {
        MOMENTS.iter().position(|one| *one == name).and_then(|place| self.moments[place])
    }

    /// The facts missing for these effects, sorted.
    pub fn missing_for(&self, names: &[EffectName]) -> Vec<&'a str> {
        let mut found: Vec<&'a str> = self
            .missing
            .iter()
            .filter(|(name, _)| names.contains(name))
            .flat_map(|(_, paths)| paths.iter().copied())
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

#[derive(Clone, Copy)]
pub struct Engine<'a, 'n> {
    pub names: &'n Names<'a>,
}

impl<'a> Engine<'a, '_> {
    fn eval(&self, version: &'a Version, moment: &'a Moment<'a>) -> Eval<'a> {
        Eval { arena: self.names.arena, version, moment }
    }

    /// Every rule of the selection tried on the case of a moment.
    pub fn matches(
        &self,
        version: &'a Version,
        moment: &'a Moment<'a>,
        selection: &Selection<'a>,
        only: Option<&Focus<'a>>,
    ) -> R<Matches<'a>> {
        let mut trying = Trying {
            three: Three { eval: self.eval(version, moment), names: self.names },
            moment,
            found: Matches::default(),
            odd: Vec::new(),
        };
        for (m, by_code, always) in &selection.index.entries {
            let field = m.discriminator().unwrap_or(0);
            let mut element = |view: &'a View<'a>| {
                for rules in [by_code.get(view.said(field)), Some(always)].into_iter().flatten() {
                    for number in rules.iter().filter(|number| selection.has(**number)) {
                        trying.rule(version, &version.rules[*number], view);
                    }
                }
            };
            match only {
                None => moment.elements(*m).iter().filter_map(|one| one.msg()).for_each(&mut element),
                Some(only) => {
                    let listed = only.iter().filter(|(list, _)| list == m);
                    listed.flat_map(|(_, views)| views.iter().copied()).for_each(&mut element);
                }
            }
        }
        if trying.found.hits.len() > MAX_HITS {
            return Err(Hand("too many hits"));
        }
        trying.settle(version);
        Ok(trying.found)
    }

    /// What the rule puts on whom for these elements, or its evaluation error.
    pub fn effects(&self, hit: &Hit<'a>, moment: &'a Moment<'a>) -> Result<Effects<'a>, Reason> {
        let (rule, arena) = (hit.rule, self.names.arena);
        let eval = self.eval(hit.version, moment);
        let three = Three { eval, names: self.names };
        let bound: Vec<Val<'a>> = hit.binding.iter().map(|one| Val::Msg(one)).collect();
        let mut found = Effects {
            bearers: rule.bearers.iter().map(|code| &**code).collect(),
            bearer_party: "",
            bearer_unit: "",
            counterparties: rule.counterparties.iter().map(|code| &**code).collect(),
            counterparty_party: "",
            about: "",
            concerns: "",
            concerns_unit: "",
            fact_party: "",
            fact_property: "",
            fact_document: "",
            fact_to_unit: "",
            moments: [None; 10],
            missing: Vec::new(),
        };
        for (name, expr) in &rule.effects {
            let mut value = eval.value(expr, &bound);
            if value.absent() {
                value = match three.value(expr, &bound) {
                    T::Failed(reason) => return Err(reason),
                    T::Unknown(unknown) => {
                        let paths = self.names.paths(unknown.missing);
                        found.missing.push((*name, arena.alloc_slice_copy(&paths)));
                        continue;
                    }
                    T::Known(value) => value,
                    _ => {
                        self.names.hand.set(Some("effect"));
                        return Err(Reason::Hand);
                    }
                };
            }
            let text = value.text().unwrap_or("");
            match name {
                EffectName::Bearer => found.bearers = vec![text],
                EffectName::BearerParty => found.bearer_party = text,
                EffectName::BearerUnit => found.bearer_unit = text,
                EffectName::Counterparty => found.counterparties = vec![text],
                EffectName::CounterpartyParty => found.counterparty_party = text,
                EffectName::About => found.about = text,
                EffectName::Concerns => found.concerns = text,
                EffectName::ConcernsUnit => found.concerns_unit = text,
                EffectName::FactParty => found.fact_party = text,
                EffectName::FactProperty => found.fact_property = text,
                EffectName::FactDocument => found.fact_document = text,
                EffectName::FactToUnit => found.fact_to_unit = text,
                moment => {
                    if let Some(place) = MOMENTS.iter().position(|one| one == moment) {
                        found.moments[place] = value.int();
                    }
                }
            }
        }
        Ok(found)
    }

    /// Whether the act satisfies the matcher of the rule, or the facts it waits for, or its error.
    pub fn ends(
        &self,
        matcher: &'a Matcher,
        hit: &Hit<'a>,
        moment: &'a Moment<'a>,
        act: &'a View<'a>,
    ) -> Verdict<'a> {
        let Some(predicate) = &matcher.predicate else { return Verdict::Truth(true) };
        let eval = self.eval(hit.version, moment);
        let mut bound: Vec<Val<'a>> = hit.binding.iter().map(|one| Val::Msg(one)).collect();
        bound.push(Val::Msg(act));
        match eval.value(predicate, &bound) {
            Val::Bool(truth) => Verdict::Truth(truth),
            _ => settled(self.names, Three { eval, names: self.names }.value(predicate, &bound)),
        }
    }

    /// Whether an alternative held; one that missing facts leave open did not.
    pub fn holds(&self, hit: &Hit<'a>, moment: &'a Moment<'a>, expr: &'a crate::program::Expr) -> bool {
        let eval = self.eval(hit.version, moment);
        let bound: Vec<Val<'a>> = hit.binding.iter().map(|one| Val::Msg(one)).collect();
        match eval.value(expr, &bound) {
            Val::Bool(truth) => truth,
            _ => {
                let value = Three { eval, names: self.names }.value(expr, &bound);
                matches!(value, T::Known(Val::Bool(true)))
            }
        }
    }
}

/// Rules being tried on the case of one moment.
struct Trying<'a, 'n> {
    three: Three<'a, 'n>,
    moment: &'a Moment<'a>,
    found: Matches<'a>,
    /// Rules with elements, in the order of the loops, that known facts leave open.
    odd: Vec<(&'a Rule, Vec<Val<'a>>, usize)>,
}

impl<'a> Trying<'a, '_> {
    fn rule(&mut self, version: &'a Version, rule: &'a Rule, first: &'a View<'a>) {
        let mut bound = Vec::with_capacity(rule.each.len() + 8);
        bound.resize(rule.each.len(), Val::Absent);
        bound[rule.order[0]] = Val::Msg(first);
        self.level(version, rule, &mut bound, 0);
    }

    /// The conditions that hang on the elements chosen so far, and then the next one.
    fn level(&mut self, version: &'a Version, rule: &'a Rule, bound: &mut Vec<Val<'a>>, level: usize) {
        let mut open = false;
        for (place, exception) in &rule.levels[level] {
            match self.three.eval.of(&rule.line(*place, *exception).expr, bound, 0) {
                Val::Bool(truth) if truth == *exception => return,
                Val::Bool(_) => {}
                _ => open = true,
            }
        }
        if open {
            self.odd.push((rule, bound.clone(), level));
        } else if level + 1 == rule.order.len() {
            let binding = self.binding(bound);
            self.found.hits.push(Hit { version, rule, binding });
        } else {
            let next = rule.order[level + 1];
            for view in elements(self.moment, rule, next, bound) {
                bound[next] = Val::Msg(view);
                self.level(version, rule, bound, level + 1);
            }
            bound[next] = Val::Absent;
        }
    }

    fn binding(&self, bound: &[Val<'a>]) -> Binding<'a> {
        let views: Vec<&'a View<'a>> = bound.iter().filter_map(|one| one.msg()).collect();
        self.three.names.arena.alloc_slice_copy(&views)
    }

    /// What known facts leave open, decided three-valued.
    fn settle(&mut self, version: &'a Version) {
        for (rule, mut bound, level) in std::mem::take(&mut self.odd) {
            self.each(version, rule, &mut bound, level);
        }
    }

    fn each(&mut self, version: &'a Version, rule: &'a Rule, bound: &mut Vec<Val<'a>>, level: usize) {
        if level + 1 < rule.order.len() {
            let next = rule.order[level + 1];
            for view in elements(self.moment, rule, next, bound) {
                bound[next] = Val::Msg(view);
                self.each(version, rule, bound, level + 1);
            }
            bound[next] = Val::Absent;
            return;
        }
        let hit = Hit { version, rule, binding: self.binding(bound) };
        match settled(self.three.names, self.condition(rule, bound)) {
            Verdict::Truth(true) => self.found.hits.push(hit),
            Verdict::Truth(false) => {}
            Verdict::Doubt(missing) => self.found.undetermined.push((hit, missing)),
            Verdict::Failed(reason) => self.found.errors.push((hit, reason)),
        }
    }

    /// The rule's whole condition: every `when` and no `unless`.
    fn condition(&self, rule: &'a Rule, bound: &mut Vec<Val<'a>>) -> T<'a> {
        let mut values = Vec::new();
        let lines =
            rule.when.iter().map(|line| (line, false)).chain(rule.unless.iter().map(|line| (line, true)));
        for (line, exception) in lines {
            let mut value = match self.three.eval.of(&line.expr, bound, 0) {
                Val::Absent => self.three.value(&line.expr, bound),
                known => T::Known(known),
            };
            if exception {
                value = self.three.negation(value);
            }
            if matches!(value, T::Known(Val::Bool(false))) {
                return value;
            }
            values.push(value);
        }
        self.three.junction(false, &values)
    }
}

/// The elements that a variable runs over, for those chosen before it.
fn elements<'a>(
    moment: &'a Moment<'a>,
    rule: &'a Rule,
    variable: usize,
    bound: &[Val<'a>],
) -> Vec<&'a View<'a>> {
    let binding = &rule.each[variable];
    let items = match binding.owner {
        None => moment.elements(binding.m),
        Some(owner) => bound[owner].msg().map_or(&[][..], |view| view.list(binding.list)),
    };
    items.iter().filter_map(|one| one.msg()).collect()
}

/// Whether texts of the program hold a text.
pub fn listed(texts: &[S], text: &str) -> bool {
    texts.iter().any(|one| &**one == text)
}
