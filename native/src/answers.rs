//! What an event answers, directly or through what that is about; as `policy/facts/answers.py` links it.

use bumpalo::Bump;
use rustc_hash::FxHashMap;

use crate::facts::{case, document, event, request};
use crate::view::{Val, View};

type Ids<'a> = Vec<&'a str>;

/// Fills `answers` of every event; ids in order of spelling.
pub fn link_answers<'a>(arena: &'a Bump, case: &'a View<'a>) {
    let events: Vec<&'a View<'a>> = case.each(case::EVENTS).collect();
    if events.iter().all(|one| !one.has(event::ABOUT)) {
        return; // the lists are empty as they are
    }
    let mut linking = Linking {
        links: links(case),
        targets: events.iter().map(|one| (one.id(), *one)).collect(),
        above: FxHashMap::default(),
    };
    let above: Vec<Ids<'a>> = events.iter().map(|one| linking.above(one)).collect();
    let mut answered: FxHashMap<(&'a str, &'a str), Ids<'a>> = FxHashMap::default();
    let mut dated: FxHashMap<(&'a str, &'a str), Vec<(i64, &'a View<'a>)>> = FxHashMap::default();
    for (one, ids) in events.iter().zip(&above) {
        for id in ids {
            answered.entry((id, one.said(event::TYPE))).or_default().push(one.id());
            if let Some(at) = one.time() {
                dated.entry((id, one.said(event::TYPE))).or_default().push((at, one));
            }
        }
    }
    let mut sole: FxHashMap<&'a str, Vec<(&'a View<'a>, Option<i64>)>> = FxHashMap::default();
    for ((id, _), found) in &mut dated {
        found.sort_by_key(|(at, one)| (*at, one.id()));
        sole.entry(id).or_default().push((found[0].1, found.get(1).map(|(at, _)| *at)));
    }
    for (one, ids) in events.iter().zip(above) {
        let mut answers = ids;
        if let (Some(named), Some(at)) = (one.text(event::ABOUT), one.time()) {
            for (other, second) in sole.get(named).into_iter().flatten() {
                let alone =
                    other.time().is_some_and(|own| own <= at) && second.is_none_or(|second| second > at);
                if alone && other.said(event::TYPE) != one.said(event::TYPE) {
                    answers.push(other.id());
                }
            }
        }
        answers.sort_unstable();
        answers.dedup();
        answers.retain(|id| *id != one.id());
        let items = arena.alloc_slice_fill_iter(answers.into_iter().map(Val::Text));
        one.set(event::ANSWERS, Val::List(items));
    }
}

struct Linking<'a> {
    links: FxHashMap<&'a str, Ids<'a>>,
    targets: FxHashMap<&'a str, &'a View<'a>>,
    above: FxHashMap<&'a str, Ids<'a>>,
}

impl<'a> Linking<'a> {
    /// Every id that the event is about, up the chain.
    fn above(&mut self, one: &'a View<'a>) -> Ids<'a> {
        let id = one.id();
        if let Some(found) = self.above.get(id) {
            return found.clone();
        }
        self.above.insert(id, Vec::new()); // events that are about each other end here
        let Some(about) = one.text(event::ABOUT) else { return Vec::new() };
        let mut ids = vec![about];
        ids.extend(self.links.get(about).into_iter().flatten());
        ids.sort_unstable();
        ids.dedup();
        for named in ids.clone() {
            if let Some(target) = self.targets.get(named).copied().filter(|_| named != id) {
                ids.extend(self.above(target));
            }
        }
        ids.sort_unstable();
        ids.dedup();
        ids.retain(|named| *named != id);
        self.above.insert(id, ids.clone());
        ids
    }
}

/// What names the same as an id: a request and its documents, a document and its services, twins.
fn links<'a>(case: &'a View<'a>) -> FxHashMap<&'a str, Ids<'a>> {
    let mut found: FxHashMap<&'a str, Ids<'a>> = FxHashMap::default();
    let mut tie = |one: &'a str, other: &'a str| found.entry(one).or_default().push(other);
    for document in case.each(case::DOCUMENTS) {
        for request in document.texts(document::REQUESTS) {
            tie(document.id(), request);
            tie(request, document.id());
        }
        for service in document.each(document::SERVICES) {
            tie(service.id(), document.id());
            for request in document.texts(document::REQUESTS) {
                tie(service.id(), request);
            }
        }
    }
    for request in case.each(case::REQUESTS) {
        if let Some(document) = request.text(request::DOCUMENT) {
            tie(request.id(), document);
            tie(document, request.id());
        }
    }
    for event in case.each(case::EVENTS) {
        if let Some(twin) = event.twin.get().filter(|twin| *twin != event.id()) {
            tie(event.id(), twin);
            tie(twin, event.id());
        }
    }
    found
}
