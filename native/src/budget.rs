//! How much work one decision may take, counted before any rule is tried; as `policy/decide/budget.py` counts.

use std::cell::RefCell;

use crate::arising::MAX_ALONE;
use crate::engine::Hit;
use crate::facts::M;
use crate::program::{Bearing, MANY, Program, Rule, Size, Version};
use crate::timeline::Timeline;
use crate::wire::{Hand, R};

/// Most steps of one rule, tried once on a case.
const RULE_STEPS: i128 = 200_000;
/// Most steps of all rules of a decision together.
const DECISION_STEPS: i128 = 20_000_000;
/// Obligations that a case of short lists may have before what they cost is counted.
const FEW: usize = 200;

/// Numbers of the rules that are not tried, by version.
pub type Refused = Vec<Vec<usize>>;

pub struct Budget<'a> {
    program: &'a Program,
    light: bool,
    ending: i128,
    /// What each cost of each version comes to, as far as it has been asked for.
    known: RefCell<Vec<Vec<Option<i128>>>>,
}

impl<'a> Budget<'a> {
    pub fn new(program: &'a Program, timeline: &Timeline<'a>) -> Budget<'a> {
        let known = program.versions.iter().map(|version| vec![None; version.costs.len()]).collect();
        let light = all_short(program, timeline);
        Budget { program, light, ending: 0, known: RefCell::new(known) }
    }

    /// The refused rules among those that need no breach.
    pub fn first(&self, timeline: &Timeline<'a>) -> Refused {
        if self.light { Vec::new() } else { self.over(timeline, false) }
    }

    /// The refused rules among those over breaches, with the breaches there are by now.
    pub fn after(&self, timeline: &Timeline<'a>) -> Refused {
        self.known.borrow_mut().iter_mut().for_each(|costs| costs.fill(None));
        self.over(timeline, true)
    }

    /// Counts what these hits' obligations may cost.
    pub fn endings<'h>(
        &mut self,
        timeline: &Timeline<'a>,
        hits: impl Iterator<Item = &'h Hit<'a>> + Clone,
    ) -> R<()>
    where
        'a: 'h,
    {
        let shares: usize = hits.clone().map(most_shares).sum();
        if self.light && shares <= FEW {
            return Ok(());
        }
        for hit in hits {
            let cost = self.cost(timeline, hit.version, hit.rule.ending_cost);
            self.ending = self.ending.saturating_add(cost.saturating_mul(most_shares(hit) as i128));
        }
        if self.ending > DECISION_STEPS { Err(Hand("too many steps")) } else { Ok(()) }
    }

    /// Rules that are too dear, and the dearest of the others while all together are.
    fn over(&self, timeline: &Timeline<'a>, on_breach: bool) -> Refused {
        let mut refused: Refused = self.program.versions.iter().map(|_| Vec::new()).collect();
        let mut spent: Vec<(i128, &str, usize, usize)> = Vec::new();
        for version in &self.program.versions {
            for rule in &version.rules {
                if (rule.collection == M::Breach) != on_breach {
                    continue;
                }
                let steps = self.cost(timeline, version, rule.cost);
                if steps > RULE_STEPS {
                    refused[version.number].push(rule.number);
                } else if steps > 0 {
                    let tries = tries(timeline, version, rule);
                    spent.push((steps.saturating_mul(tries), &rule.id, version.number, rule.number));
                }
            }
        }
        let mut total: i128 = spent.iter().map(|(steps, ..)| steps).sum();
        if total > DECISION_STEPS {
            spent.sort_by_key(|(steps, id, ..)| (-steps, *id));
            for (steps, _, version, number) in spent {
                if total <= DECISION_STEPS {
                    break;
                }
                refused[version].push(number);
                total -= steps;
            }
        }
        refused
    }

    fn cost(&self, timeline: &Timeline<'a>, version: &Version, place: usize) -> i128 {
        if let Some(found) = self.known.borrow()[version.number][place] {
            return found;
        }
        let found = version.costs[place].at(|size| counted(timeline, &version.sizes[size]) as i128);
        self.known.borrow_mut()[version.number][place] = Some(found);
        found
    }
}

/// How many elements a list of the case has; a nested one in the owner that has most.
fn counted(timeline: &Timeline<'_>, size: &Size) -> usize {
    let now = timeline.now();
    if !size.owners.is_empty() {
        let most = |(m, slot): &(M, usize)| {
            now.elements(*m).iter().filter_map(|one| one.msg()).map(|one| one.list(*slot).len()).max()
        };
        return size.owners.iter().filter_map(most).max().unwrap_or(0);
    }
    let Some(list) = size.list else { return size.own.map_or(0, |slot| now.view.list(slot).len()) };
    let elements = now.elements(list);
    let (Some(codes), Some(field)) = (&size.codes, list.discriminator()) else { return elements.len() };
    let coded = |code: &str| codes.iter().any(|one| &**one == code);
    elements.iter().filter_map(|one| one.msg()).filter(|one| coded(one.said(field))).count()
}

/// How often a rule is tried at a moment: once, without any act that lacks a time, without each.
fn without(timeline: &Timeline<'_>) -> i128 {
    match timeline.doubts.len() {
        0 => 1,
        doubts if doubts <= MAX_ALONE => 2 + doubts as i128,
        _ => 2,
    }
}

/// How often a rule is tried: when something moves it, and again without acts that lack a time.
fn tries(timeline: &Timeline<'_>, version: &Version, rule: &Rule) -> i128 {
    let mut tries = 1;
    let at_once = [&version.triggered, &version.on_breach];
    if !at_once.iter().any(|index| index.numbers.binary_search(&rule.number).is_ok()) {
        tries += if rule.clocked {
            2 * timeline.elements.len() as i128
        } else {
            timeline.elements.iter().filter(|(at, _)| timeline.happened(*at).moves(rule)).count() as i128
        };
    }
    if !timeline.doubts.is_empty() && timeline.of_the_undated().moves(rule) {
        tries *= without(timeline);
    }
    tries
}

/// Whether the lists of the case are so short that nothing need be counted.
fn all_short(program: &Program, timeline: &Timeline<'_>) -> bool {
    let now = timeline.now();
    let mut largest = 0;
    for m in [M::Party, M::Document, M::Request, M::Property, M::Event] {
        let elements = now.elements(m);
        largest = largest.max(elements.len());
        for element in elements.iter().filter_map(|one| one.msg()) {
            for (slot, field) in m.fields().iter().enumerate() {
                if field.name != "requests" {
                    largest = largest.max(element.list(slot).len());
                }
            }
        }
    }
    if largest > MANY {
        return false;
    }
    let tries = 2 * (timeline.elements.len() as i128 + 1) * without(timeline);
    program.versions.iter().all(|version| {
        let (dearest, total) = version.steps[largest];
        dearest <= RULE_STEPS && total.saturating_mul(tries) <= DECISION_STEPS
    })
}

/// How many duties one hit of a rule may give.
fn most_shares(hit: &Hit<'_>) -> usize {
    if hit.rule.bearing != Bearing::EachUnit {
        return 1;
    }
    hit.rule.bearers.iter().map(|body| hit.version.units.get(body).map_or(1, Vec::len)).sum()
}
