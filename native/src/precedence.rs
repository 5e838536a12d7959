//! Which rule displaces which, and which obligations contradict each other; as `policy/decide/precedence.py` has it.

use bumpalo::Bump;
use rustc_hash::FxHashSet;

use crate::arising::Arisen;
use crate::decide::Obligation;
use crate::engine::Doubt;
use crate::program::{Modality, Program};

/// Takes away what a rule that applies displaces; what an undetermined one would displace waits.
pub fn settled<'a>(
    arena: &'a Bump,
    program: &Program,
    hits: Vec<Arisen<'a>>,
    unsettled: Vec<(Arisen<'a>, Doubt<'a>)>,
) -> (Vec<Arisen<'a>>, Vec<(Arisen<'a>, Doubt<'a>)>) {
    if !program.versions.iter().any(|version| version.overriding) {
        return (hits, unsettled);
    }
    let all: Vec<Arisen<'a>> = hits.iter().chain(unsettled.iter().map(|(one, _)| one)).copied().collect();
    let displaced = |winner: &Arisen<'a>| -> Vec<usize> {
        let places = 0..all.len();
        places.filter(|place| displaces(arena, winner, &all[*place])).collect()
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
                still.push((one, arena.alloc_slice_copy(facts)));
            }
            None => kept.push(one),
        }
    }
    (kept, still)
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

/// Pairs that say opposite things of one bearer and action for one trigger and subject.
pub fn conflicts(obligations: &[Obligation<'_>]) -> Vec<(usize, usize)> {
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
