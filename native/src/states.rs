//! States of parties in time: spells, and what holds at a moment; as `policy/facts/states.py` has it.

use bumpalo::Bump;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::canon::Canon;
use crate::facts::{M, case, event, party, status};
use crate::program::{Program, StateSource};
use crate::view::{Val, View, below, element};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Mark<'a> {
    at: i64,
    begins: bool,
    event: &'a str,
}

/// What a party's state is told by, beside its traits and events.
#[derive(Clone, Copy)]
struct Told<'a> {
    kind: &'a str,
    value: bool,
    source: &'a str,
}

struct Sources<'a> {
    events: FxHashMap<(&'a str, &'a str), Vec<&'a View<'a>>>,
    said: Vec<Told<'a>>,
}

/// Gives every party its states as spells, in the order of their codes and of time.
pub fn spells_of(canon: &mut Canon<'_>) {
    let flagged = flagged(canon);
    date(canon);
    let parties: Vec<_> = canon.case.each(case::PARTIES).collect();
    let mut debtors = parties.iter().filter(|one| one.said(party::ROLE) == "debtor");
    let debtor = debtors.next().filter(|_| debtors.next().is_none());
    let mut events: FxHashMap<(&str, &str), Vec<&View<'_>>> = FxHashMap::default();
    for event in canon.case.each(case::EVENTS) {
        let kind = event.said(event::TYPE);
        if !canon.program.table.stateful.contains(kind) {
            continue;
        }
        let mut whose = event.text(event::PARTY);
        if let (None, Some(debtor)) = (whose, debtor) {
            whose = Some(debtor.id());
            event.set(event::PARTY, Val::Text(debtor.id()));
            let path = below(canon.arena, event.path(canon.arena), "party");
            canon.found.derive(path, &[debtor.path(canon.arena)]);
        }
        match whose {
            None => {
                let others: Vec<&str> = parties.iter().map(|one| one.path(canon.arena)).collect();
                canon.found.contradict("LNK851", event.path(canon.arena), &others);
            }
            // What is in the post begins nothing yet.
            Some(_) if event.time().is_none() && event.int(event::POSTED_AT).is_some() => {}
            Some(whose) => events.entry((whose, kind)).or_default().push(event),
        }
    }
    let mut sources = Sources { events, said: Vec::new() };
    for one in parties {
        sources.said =
            flagged.iter().filter(|(whose, _)| *whose == one.id()).map(|(_, told)| *told).collect();
        for state in &canon.program.table.states {
            if let Some(value) = state.field.and_then(|slot| one.get(slot).bool()) {
                let source = below(canon.arena, one.path(canon.arena), &state.field_name);
                sources.said.push(Told { kind: &state.kind, value, source });
            }
        }
        give(canon, one, &sources);
    }
}

/// What the flags of the case tell of its parties: nothing where they may mean one of several.
fn flagged<'a>(canon: &mut Canon<'a>) -> Vec<(&'a str, Told<'a>)> {
    let mut found = Vec::new();
    let Some(flags) = canon.case.get(case::FLAGS).msg() else { return found };
    for state in &canon.program.table.states {
        let Some(value) = state.flag.and_then(|slot| flags.get(slot).bool()) else { continue };
        let meant: Vec<&'a View<'a>> = canon
            .case
            .each(case::PARTIES)
            .filter(|one| state.roles.iter().any(|role| &**role == one.said(party::ROLE)))
            .collect();
        if state.everyone && !value {
            continue;
        }
        let source = below(canon.arena, "flags", &state.flag_name);
        if value && meant.len() > 1 && !state.everyone {
            if !meant.iter().any(|one| says(one, state)) {
                let others: Vec<&'a str> = meant.iter().map(|one| one.path(canon.arena)).collect();
                canon.found.contradict("LNK851", source, &others);
            }
            continue;
        }
        for one in meant {
            found.push((one.id(), Told { kind: &state.kind, value, source }));
        }
    }
    found
}

/// Whether the party itself says that it is in this state: then that is who the flag means.
fn says(one: &View<'_>, state: &StateSource) -> bool {
    one.texts(party::TRAITS).any(|kind| kind == &*state.kind)
        || one.each(party::STATUSES).any(|spell| spell.said(status::KIND) == &*state.kind)
        || state.field.is_some_and(|slot| one.get(slot).bool() == Some(true))
}

/// The party's spells of every state that anything tells of.
fn give<'a>(canon: &mut Canon<'a>, one: &'a View<'a>, sources: &Sources<'a>) {
    let mut stated: FxHashMap<&'a str, Vec<&'a View<'a>>> = FxHashMap::default();
    for spell in one.each(party::STATUSES) {
        // What ends when it begins never was.
        if spell.int(status::SINCE).is_none_or(|since| spell.int(status::UNTIL) != Some(since)) {
            stated.entry(spell.said(status::KIND)).or_default().push(spell);
        }
    }
    let states = &canon.program.table.states;
    let mut kinds: Vec<&'a str> = one.texts(party::TRAITS).collect();
    kinds.extend(stated.keys());
    kinds.extend(sources.said.iter().filter(|told| told.value).map(|told| told.kind));
    for state in states {
        let told = state.begins.iter().chain(&state.ends);
        if told.into_iter().any(|kind| sources.events.contains_key(&(one.id(), &**kind))) {
            kinds.push(&state.kind);
        }
    }
    kinds.sort_unstable();
    kinds.dedup();
    let mut all = Vec::new();
    for kind in kinds {
        // Of two sources of one state the last would count; the reader refuses them.
        let state = states.iter().rev().find(|state| &*state.kind == kind);
        let own = stated.get(kind).map_or(&[][..], |found| &found[..]);
        all.extend(spells(canon, one, kind, state, own, sources));
    }
    for spell in &all {
        spell.settle_state();
    }
    one.put(canon.arena, party::STATUSES, &all);
}

fn spells<'a>(
    canon: &mut Canon<'a>,
    one: &'a View<'a>,
    kind: &'a str,
    state: Option<&'a StateSource>,
    stated: &[&'a View<'a>],
    sources: &Sources<'a>,
) -> Vec<&'a View<'a>> {
    let of = |kinds: Option<&'a Vec<crate::program::S>>| -> Vec<&'a View<'a>> {
        let kinds = kinds.into_iter().flatten();
        kinds.filter_map(|kind| sources.events.get(&(one.id(), &**kind))).flatten().copied().collect()
    };
    let (begins, ends) = (of(state.map(|state| &state.begins)), of(state.map(|state| &state.ends)));
    let mut marks: FxHashSet<Mark<'a>> = FxHashSet::default();
    for (events, begins) in [(&begins, true), (&ends, false)] {
        marks.extend(events.iter().filter_map(|e| e.time().map(|at| Mark { at, begins, event: e.id() })));
    }
    stated_marks(canon, stated, &mut marks);
    let said: Vec<Told<'a>> = sources.said.iter().copied().filter(|told| told.kind == kind).collect();
    let undated: Vec<&'a View<'a>> = begins.iter().copied().filter(|e| e.time().is_none()).collect();
    let earliest = marks.iter().map(|mark| mark.at).min();
    let begun_first = marks.iter().any(|mark| mark.begins && Some(mark.at) == earliest);
    let has_trait = one.texts(party::TRAITS).any(|own| own == kind);
    let field = state.and_then(|state| state.field);
    let told = field.is_none() || has_trait || said.iter().any(|told| told.value);
    let open_at_first = stated.iter().any(|spell| !spell.has(status::SINCE))
        || (!begun_first && (!undated.is_empty() || told));
    let arena = canon.arena;
    let mut found = runs(arena, one, kind, open_at_first, &undated, marks);
    let closed = found.last().is_some_and(|spell| spell.has(status::UNTIL));
    if !undated.is_empty() && begun_first && !open_at_first && closed {
        found.push(begun_by(arena, one, kind, &undated));
    }
    if found.is_empty() && has_trait {
        found.push(spell(arena, one, kind));
    }
    let over = ends.iter().filter_map(|e| e.time()).min();
    if let (Some(slot), Some(over)) = (field, over) {
        if found.is_empty() && said.is_empty() {
            let mut cleared = one.cleared.get().to_vec();
            cleared.push((slot, over));
            one.cleared.set(arena.alloc_slice_copy(&cleared));
        }
    }
    if !stated.is_empty() {
        agreeing(canon, &begins, &found);
    }
    for event in &ends {
        if let Some(last) = found.last().filter(|last| !last.has(status::UNTIL) && event.time().is_none()) {
            last.set(status::ENDED_BY, Val::Text(event.id()));
        }
    }
    note(canon, one, has_trait, &found, &said);
    found
}

/// An event that would begin a stated state which had begun already contradicts what is stated.
fn agreeing<'a>(canon: &mut Canon<'a>, begins: &[&'a View<'a>], spells: &[&'a View<'a>]) {
    for event in begins {
        let Some(at) = event.time() else { continue };
        let Some(held) = spells.iter().find(|spell| spell.holds_at(at)) else { continue };
        let since = spells.iter().any(|spell| spell.int(status::SINCE) == Some(at));
        if !since && !held.has(status::BEGUN_BY) {
            let path = below(canon.arena, event.path(canon.arena), "at");
            canon.found.contradict("LNK850", path, &[held.path(canon.arena)]);
        }
    }
}

/// A state that names the event which began or ended it began or ended when that happened.
fn date(canon: &Canon<'_>) {
    let all: Vec<_> = canon.case.each(case::PARTIES).collect();
    if all.iter().all(|one| one.list(party::STATUSES).is_empty()) {
        return;
    }
    let at: FxHashMap<&str, Option<i64>> =
        canon.case.each(case::EVENTS).map(|event| (event.id(), event.time())).collect();
    for one in all {
        let mut begun = Vec::new();
        for spell in one.each(party::STATUSES) {
            let mut later = [false, false];
            for (n, (slot, by)) in
                [(status::SINCE, status::BEGUN_BY), (status::UNTIL, status::ENDED_BY)].into_iter().enumerate()
            {
                let told = spell.said(by);
                if let (None, Some(Some(at))) = (spell.int(slot), at.get(told)) {
                    spell.set(slot, Val::Int(*at));
                }
                let moment = spell.int(slot);
                let unknown = moment.is_none() && !told.is_empty() && !at.contains_key(told);
                later[n] = unknown || moment.is_some_and(|moment| moment > canon.as_of);
            }
            if later[0] {
                continue;
            }
            if later[1] {
                spell.clear(status::UNTIL);
                spell.clear(status::ENDED_BY);
            }
            begun.push(spell);
        }
        one.put(canon.arena, party::STATUSES, &begun);
    }
}

/// The beginnings and ends of stated spells: of two that overlap, the end of both together.
fn stated_marks<'a>(canon: &mut Canon<'a>, stated: &[&'a View<'a>], marks: &mut FxHashSet<Mark<'a>>) {
    for spell in stated {
        let (since, until) = (spell.int(status::SINCE), spell.int(status::UNTIL));
        if let Some(at) = since {
            marks.insert(Mark { at, begins: true, event: spell.said(status::BEGUN_BY) });
        }
        let Some(at) = until else { continue };
        if since.is_some_and(|since| at < since) {
            let path = spell.path(canon.arena);
            let (path, other) = (below(canon.arena, path, "until"), below(canon.arena, path, "since"));
            canon.found.contradict("LNK850", path, &[other]);
        } else if !stated.iter().any(|other| goes_on(other, at)) {
            marks.insert(Mark { at, begins: false, event: spell.said(status::ENDED_BY) });
        }
    }
}

/// Whether a stated spell, begun before a moment, lasts beyond it.
fn goes_on(spell: &View<'_>, moment: i64) -> bool {
    spell.int(status::SINCE).is_none_or(|since| since < moment)
        && spell.int(status::UNTIL).is_none_or(|until| until > moment)
}

/// Spells between the marks. At one moment an open spell ends before another begins.
fn runs<'a>(
    arena: &'a Bump,
    one: &'a View<'a>,
    kind: &'a str,
    begun: bool,
    undated: &[&'a View<'a>],
    marks: FxHashSet<Mark<'a>>,
) -> Vec<&'a View<'a>> {
    let mut all: Vec<Mark<'a>> = marks.into_iter().collect();
    all.sort_unstable();
    let mut found = Vec::new();
    let mut current = match (begun, undated.is_empty()) {
        (false, _) => None,
        (true, true) => Some(spell(arena, one, kind)),
        (true, false) => Some(begun_by(arena, one, kind, undated)),
    };
    for group in all.chunk_by(|a, b| a.at == b.at) {
        let at = group[0].at;
        let first_end = group.iter().filter(|mark| !mark.begins).map(|mark| mark.event).min();
        let first_begin = group.iter().filter(|mark| mark.begins).map(|mark| mark.event).max();
        match (current, first_end, first_begin) {
            (Some(open), Some(end), _) => {
                open.set(status::UNTIL, Val::Int(at));
                if !end.is_empty() {
                    open.set(status::ENDED_BY, Val::Text(end));
                }
                found.push(open);
                current = first_begin.map(|event| begun_at(arena, one, kind, at, event));
            }
            (None, None, Some(event)) => current = Some(begun_at(arena, one, kind, at, event)),
            _ => {}
        }
    }
    found.extend(current);
    found
}

fn spell<'a>(arena: &'a Bump, one: &'a View<'a>, kind: &'a str) -> &'a View<'a> {
    let made = View::blank(arena, M::Status);
    made.parent.set(Some(one));
    made.set(status::KIND, Val::Text(kind));
    made
}

/// A spell begun by an event that does not say when.
fn begun_by<'a>(arena: &'a Bump, one: &'a View<'a>, kind: &'a str, undated: &[&'a View<'a>]) -> &'a View<'a> {
    let made = spell(arena, one, kind);
    let first = undated.iter().map(|event| event.id()).min().unwrap_or("");
    made.set(status::BEGUN_BY, Val::Text(first));
    made
}

fn begun_at<'a>(arena: &'a Bump, one: &'a View<'a>, kind: &'a str, at: i64, event: &'a str) -> &'a View<'a> {
    let made = spell(arena, one, kind);
    made.set(status::SINCE, Val::Int(at));
    if !event.is_empty() {
        made.set(status::BEGUN_BY, Val::Text(event));
    }
    made
}

/// Says what the spells were derived from, and what contradicts them.
fn note<'a>(
    canon: &mut Canon<'a>,
    one: &'a View<'a>,
    has_trait: bool,
    spells: &[&'a View<'a>],
    said: &[Told<'a>],
) {
    let arena = canon.arena;
    let own = below(arena, one.path(arena), "traits");
    let mut sources: Vec<&'a str> = said.iter().filter(|told| told.value).map(|told| told.source).collect();
    if has_trait {
        sources.push(own);
    }
    for spell in spells {
        let mut told = Vec::new();
        if !spell.has(status::SINCE) && !spell.has(status::BEGUN_BY) {
            told.extend(&sources);
        }
        for by in [status::BEGUN_BY, status::ENDED_BY] {
            let event = spell.said(by);
            if !event.is_empty() {
                told.push(element(arena, "events", event));
            }
        }
        if !told.is_empty() && told != [own] {
            canon.found.derive(spell.path(arena), &told);
        }
    }
    let Some(last) = spells.last() else { return };
    let lasting = !last.has(status::UNTIL) && !last.has(status::ENDED_BY);
    for told in said {
        if lasting != told.value {
            canon.found.contradict("LNK850", told.source, &[last.path(arena)]);
        }
    }
}

/// The codes of the states that hold at a moment, with all that they imply, sorted.
fn traits_at<'a>(program: &'a Program, one: &View<'a>, moment: i64) -> Vec<&'a str> {
    let mut found: Vec<&'a str> = Vec::new();
    for spell in one.each(party::STATUSES).filter(|spell| spell.holds_at(moment)) {
        let kind = spell.said(status::KIND);
        match program.implied.get(kind).filter(|implied| !implied.is_empty()) {
            Some(implied) => found.extend(implied.iter().map(|code| &**code)),
            None => found.push(kind),
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Makes traits and optional booleans of the party say what holds at a moment.
pub fn settle<'a>(arena: &'a Bump, program: &'a Program, one: &'a View<'a>, moment: i64, spells: &[Val<'a>]) {
    let holding = traits_at(program, one, moment);
    for state in &program.table.states {
        let Some(slot) = state.field else { continue };
        let known =
            spells.iter().filter_map(|spell| spell.msg()).any(|s| s.said(status::KIND) == &*state.kind);
        if known {
            one.set(slot, Val::Bool(holding.contains(&&*state.kind)));
        }
    }
    let items = arena.alloc_slice_fill_iter(holding.into_iter().map(Val::Text));
    one.set(party::TRAITS, Val::List(items));
    for (slot, at) in one.cleared.get() {
        if *at <= moment {
            one.set(*slot, Val::Bool(false));
        } else {
            one.clear(*slot);
        }
    }
}

/// The party as it was at a moment: the party itself where nothing of it has changed since.
pub fn party_at<'a>(arena: &'a Bump, program: &'a Program, one: &'a View<'a>, moment: i64) -> &'a View<'a> {
    let after = |at: Option<i64>| at.is_some_and(|at| at > moment);
    let changed = one
        .each(party::STATUSES)
        .any(|spell| after(spell.int(status::SINCE)) || after(spell.int(status::UNTIL)))
        || one.cleared.get().iter().any(|(_, at)| *at > moment);
    if !changed {
        return one;
    }
    let then = one.copy(arena);
    let mut kept = Vec::new();
    for spell in one.each(party::STATUSES) {
        if after(spell.int(status::SINCE)) {
            continue;
        }
        let mut seen = spell;
        if after(spell.int(status::UNTIL)) {
            seen = spell.copy(arena);
            seen.clear(status::UNTIL);
            seen.clear(status::ENDED_BY);
            seen.settle_state();
        }
        kept.push(seen);
    }
    then.put(arena, party::STATUSES, &kept);
    settle(arena, program, then, moment, one.list(party::STATUSES));
    then
}

/// The party without what undated events tell; `event`: without what this one of them tells, by its id.
pub fn certain_party<'a>(
    arena: &'a Bump,
    program: &'a Program,
    one: &'a View<'a>,
    moment: i64,
    event: &str,
) -> &'a View<'a> {
    let told = |spell: &View<'a>, by: usize, slot: usize| {
        spell.has(by) && !spell.has(slot) && (event.is_empty() || spell.said(by) == event)
    };
    let begun = |spell: &View<'a>| told(spell, status::BEGUN_BY, status::SINCE);
    let ended = |spell: &View<'a>| told(spell, status::ENDED_BY, status::UNTIL);
    if !one.each(party::STATUSES).any(|spell| begun(spell) || ended(spell)) {
        return one;
    }
    let then = one.copy(arena);
    let mut kept = Vec::new();
    for spell in one.each(party::STATUSES).filter(|spell| !begun(spell)) {
        let mut seen = spell;
        if ended(spell) {
            seen = spell.copy(arena);
            seen.clear(status::ENDED_BY);
            seen.settle_state();
        }
        kept.push(seen);
    }
    then.put(arena, party::STATUSES, &kept);
    settle(arena, program, then, moment, one.list(party::STATUSES));
    then
}
