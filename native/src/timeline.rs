//! The case as it was: what had happened by a moment, and the states of that moment; as
//! `policy/facts/timeline.py` has it.

use std::cell::{Cell, RefCell};

use bumpalo::Bump;
use rustc_hash::FxHashMap;

use crate::facts::{M, case, document, party, status};
use crate::program::{Program, Rule};
use crate::states::{certain_party, party_at};
use crate::view::{Val, View};

type Types<'a> = &'a [(&'a str, &'a [&'a View<'a>])];

/// A case as it was at a moment.
pub struct Moment<'a> {
    pub view: &'a View<'a>,
    pub as_of: i64,
    pub attributes: &'a [(&'a str, Val<'a>)],
    pub breaches: &'a [Val<'a>],
    types: Cell<Option<Types<'a>>>,
}

impl<'a> Moment<'a> {
    /// Events by type, in the order of the first of each.
    pub fn types(&self, arena: &'a Bump) -> Types<'a> {
        if let Some(types) = self.types.get() {
            return types;
        }
        let mut found: Vec<(&'a str, Vec<&'a View<'a>>)> = Vec::new();
        for event in self.view.each(case::EVENTS) {
            let kind = event.said(crate::facts::event::TYPE);
            match found.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, events)) => events.push(event),
                None => found.push((kind, vec![event])),
            }
        }
        let types = arena.alloc_slice_fill_iter(
            found.iter().map(|(kind, events)| (*kind, &*arena.alloc_slice_copy(events))),
        );
        self.types.set(Some(types));
        types
    }

    pub fn of_type(&self, arena: &'a Bump, kind: &str) -> &'a [&'a View<'a>] {
        self.types(arena).iter().find(|(known, _)| *known == kind).map_or(&[], |(_, events)| events)
    }

    /// The elements of a list of the case, or the breaches.
    pub fn elements(&self, m: M) -> &'a [Val<'a>] {
        match m {
            M::Party => self.view.list(case::PARTIES),
            M::Document => self.view.list(case::DOCUMENTS),
            M::Request => self.view.list(case::REQUESTS),
            M::Property => self.view.list(case::PROPERTIES),
            M::Event => self.view.list(case::EVENTS),
            M::Breach => self.breaches,
            _ => &[],
        }
    }
}

/// What happened at a moment: (list, code) of each element, a state with all that it implies.
#[derive(Default)]
pub struct Happened<'a> {
    keys: Vec<(M, &'a str)>,
    services: bool,
    filing: bool,
}

impl Happened<'_> {
    /// Whether any of it moves the rule's conditions.
    pub fn moves(&self, rule: &Rule) -> bool {
        if self.keys.iter().any(|(m, _)| rule.moved_by.contains(m)) {
            return true;
        }
        if (self.services && rule.services_move) || (self.filing && rule.filing_moves) {
            return true;
        }
        rule.moves
            .iter()
            .any(|(m, codes)| self.keys.iter().any(|(own, code)| own == m && codes.contains(*code)))
    }

    fn holds(&self, list: M) -> bool {
        (self.services && list == M::Service) || self.keys.iter().any(|(m, _)| *m == list)
    }

    /// Whether a gathered rule may arise, with what is there at every moment (`timeless`).
    pub fn gathers(&self, rule: &Rule, timeless: &[M]) -> bool {
        let lists = rule.accrues
            || rule.lists.is_empty()
            || rule.lists.iter().any(|list| timeless.contains(list) || self.holds(*list));
        lists && (rule.clocked || self.moves(rule))
    }
}

/// Elements that happened at a moment: in which list, or, of a state that ended, in none.
type Here<'a> = Vec<(Option<M>, &'a View<'a>)>;

pub struct Timeline<'a> {
    pub arena: &'a Bump,
    pub program: &'a Program,
    now: Cell<&'a Moment<'a>>,
    views: RefCell<FxHashMap<i64, &'a Moment<'a>>>,
    certain: RefCell<FxHashMap<(i64, &'a str), &'a Moment<'a>>>,
    breaches: RefCell<Vec<&'a View<'a>>>,
    /// In the order in which they were found.
    pub elements: Vec<(i64, Here<'a>)>,
    places: FxHashMap<i64, usize>,
    times: Vec<i64>,
    /// Acts that lack a time, by path.
    pub doubts: Vec<&'a str>,
    of_the_undated: Happened<'a>,
}

impl<'a> Timeline<'a> {
    pub fn new(
        arena: &'a Bump,
        program: &'a Program,
        view: &'a View<'a>,
        attributes: &'a [(&'a str, Val<'a>)],
        as_of: i64,
    ) -> Timeline<'a> {
        let now = &*arena.alloc(Moment { view, as_of, attributes, breaches: &[], types: Cell::new(None) });
        let mut made = Timeline {
            arena,
            program,
            now: Cell::new(now),
            views: RefCell::new(FxHashMap::from_iter([(as_of, now)])),
            certain: RefCell::default(),
            breaches: RefCell::default(),
            elements: Vec::new(),
            places: FxHashMap::default(),
            times: Vec::new(),
            doubts: Vec::new(),
            of_the_undated: Happened::default(),
        };
        made.collect(view, as_of);
        made
    }

    pub fn now(&self) -> &'a Moment<'a> {
        self.now.get()
    }

    fn collect(&mut self, view: &'a View<'a>, as_of: i64) {
        let mut acts: Vec<&'a View<'a>> = Vec::new();
        let mut all: Vec<(Option<i64>, Option<M>, &'a View<'a>)> = Vec::new();
        for slot in [case::EVENTS, case::REQUESTS] {
            for element in view.each(slot) {
                all.push((element.time(), Some(element.m), element));
                acts.push(element);
            }
        }
        for document in view.each(case::DOCUMENTS) {
            all.push((document.time(), Some(M::Document), document));
            for service in document.each(document::SERVICES) {
                all.push((service.time(), Some(M::Service), service));
                acts.push(service);
            }
        }
        for party in view.each(case::PARTIES) {
            for spell in party.each(party::STATUSES) {
                all.push((spell.int(status::SINCE), Some(M::Status), spell));
                all.push((spell.int(status::UNTIL), None, spell));
            }
        }
        for (at, list, element) in all {
            let Some(at) = at.filter(|at| *at <= as_of) else { continue };
            let place = *self.places.entry(at).or_insert_with(|| {
                self.elements.push((at, Vec::new()));
                self.elements.len() - 1
            });
            self.elements[place].1.push((list, element));
        }
        let undated: Vec<&'a View<'a>> = acts.into_iter().filter(|act| act.undated()).collect();
        self.doubts = undated.iter().map(|act| act.path(self.arena)).collect();
        self.doubts.sort_unstable();
        let mut found = Happened::default();
        undated.iter().for_each(|act| self.keys(act, &mut found));
        self.of_the_undated = found;
        self.times = self.elements.iter().map(|(at, _)| *at).collect();
        self.times.sort_unstable();
    }

    /// The case as it was at a moment not after `as_of`.
    pub fn at(&self, moment: i64) -> &'a Moment<'a> {
        if let Some(found) = self.views.borrow().get(&moment) {
            return found;
        }
        let last = self.times.partition_point(|at| *at <= moment);
        let happened = last.checked_sub(1).map(|place| self.times[place]);
        let made = match happened {
            Some(at) if at != moment => {
                let before = self.at(at);
                &*self.arena.alloc(Moment {
                    view: before.view,
                    as_of: moment,
                    attributes: before.attributes,
                    breaches: self.breaches_at(moment),
                    types: Cell::new(before.types.get()),
                })
            }
            _ => self.then(moment),
        };
        self.views.borrow_mut().insert(moment, made);
        made
    }

    /// The breaches that there were by a moment, each as it was then.
    fn breaches_at(&self, moment: i64) -> &'a [Val<'a>] {
        let all = self.breaches.borrow();
        let by = all.iter().filter(|breach| breach.time().is_some_and(|at| at <= moment));
        let found: Vec<Val<'a>> = by.map(|breach| Val::Msg(breach.breach_at(self.arena, moment))).collect();
        self.arena.alloc_slice_copy(&found)
    }

    fn then(&self, moment: i64) -> &'a Moment<'a> {
        let (arena, now) = (self.arena, self.now());
        let then = now.view.copy(arena);
        for slot in [case::EVENTS, case::REQUESTS] {
            let all = now.view.list(slot);
            let dated = all.partition_point(|one| one.msg().is_some_and(|view| view.time().is_some()));
            let by = all[..dated]
                .partition_point(|one| one.msg().and_then(|view| view.time()).is_some_and(|at| at <= moment));
            let kept: &'a [Val<'a>] = if dated == all.len() {
                &all[..by]
            } else {
                let both: Vec<Val<'a>> = all[..by].iter().chain(&all[dated..]).copied().collect();
                arena.alloc_slice_copy(&both)
            };
            then.set(slot, Val::List(kept));
        }
        let documents: Vec<&'a View<'a>> = now
            .view
            .each(case::DOCUMENTS)
            .filter(|one| one.time().is_none_or(|at| at <= moment))
            .map(|one| self.kept_services(one, |service| service.time().is_none_or(|at| at <= moment)))
            .collect();
        then.put(arena, case::DOCUMENTS, &documents);
        let parties: Vec<&'a View<'a>> =
            now.view.each(case::PARTIES).map(|one| party_at(arena, self.program, one, moment)).collect();
        then.put(arena, case::PARTIES, &parties);
        if now.view.int(case::FILED_AT).is_some_and(|at| at > moment) {
            then.clear(case::FILED_AT);
        }
        arena.alloc(Moment {
            view: then,
            as_of: moment,
            attributes: now.attributes,
            breaches: self.breaches_at(moment),
            types: Cell::new(None),
        })
    }

    fn kept_services(&self, document: &'a View<'a>, keep: impl Fn(&View<'a>) -> bool) -> &'a View<'a> {
        let kept: Vec<&'a View<'a>> = document.each(document::SERVICES).filter(|one| keep(one)).collect();
        if kept.len() == document.list(document::SERVICES).len() {
            return document;
        }
        let then = document.copy(self.arena);
        then.put(self.arena, document::SERVICES, &kept);
        then
    }

    /// The case as it was at an earlier moment, without the acts of which nobody knows when they were.
    ///
    /// `act`: without this one of them alone, by its path.
    pub fn certain(&self, moment: i64, act: &'a str) -> &'a Moment<'a> {
        if let Some(found) = self.certain.borrow().get(&(moment, act)) {
            return found;
        }
        let (arena, before) = (self.arena, self.at(moment));
        let left_out = |view: &View<'a>| view.undated() && (act.is_empty() || view.path(arena) == act);
        let then = before.view.copy(arena);
        for slot in [case::EVENTS, case::REQUESTS] {
            let kept: Vec<&'a View<'a>> = then.each(slot).filter(|one| !left_out(one)).collect();
            then.put(arena, slot, &kept);
        }
        let documents: Vec<&'a View<'a>> = then
            .each(case::DOCUMENTS)
            .map(|one| self.kept_services(one, |service| !left_out(service)))
            .collect();
        then.put(arena, case::DOCUMENTS, &documents);
        let event = act.strip_prefix("events[").unwrap_or(act);
        let event = event.strip_suffix(']').unwrap_or(event);
        let parties: Vec<&'a View<'a>> = then
            .each(case::PARTIES)
            .map(|one| certain_party(arena, self.program, one, moment, event))
            .collect();
        then.put(arena, case::PARTIES, &parties);
        let made = &*arena.alloc(Moment {
            view: then,
            as_of: moment,
            attributes: before.attributes,
            breaches: before.breaches,
            types: Cell::new(None),
        });
        self.certain.borrow_mut().insert((moment, act), made);
        made
    }

    /// What happened at a moment.
    pub fn here(&self, moment: i64) -> &[(Option<M>, &'a View<'a>)] {
        self.places.get(&moment).map_or(&[], |place| &self.elements[*place].1)
    }

    pub fn happened(&self, moment: i64) -> Happened<'a> {
        let mut found = Happened::default();
        for (_, element) in self.here(moment) {
            self.keys(element, &mut found);
        }
        found.filing = self.now().view.int(case::FILED_AT) == Some(moment);
        found
    }

    /// What the acts without a time are.
    pub fn of_the_undated(&self) -> &Happened<'a> {
        &self.of_the_undated
    }

    fn keys(&self, element: &'a View<'a>, into: &mut Happened<'a>) {
        let all = |codes: Option<&'a Vec<crate::program::S>>, into: &mut Happened<'a>| {
            into.keys.extend(codes.into_iter().flatten().map(|code| (M::Status, &**code)));
        };
        match element.m {
            M::Status => {
                let kind = element.said(status::KIND);
                match self.program.implied.get(kind) {
                    Some(implied) => all(Some(implied), into),
                    None => into.keys.push((M::Status, kind)),
                }
            }
            M::Service => into.services = true,
            m => {
                let code = m.discriminator().map_or("", |slot| element.said(slot));
                into.keys.push((m, code));
                if m == M::Event {
                    all(self.program.told.get(code), into);
                }
            }
        }
    }

    /// The lists with elements that are there at every moment: states and documents without a time.
    pub fn undated_lists(&self) -> Vec<M> {
        let view = self.now().view;
        let mut found = Vec::new();
        if view.each(case::PARTIES).any(|one| one.each(party::STATUSES).any(|spell| spell.time().is_none())) {
            found.push(M::Status);
        }
        if view.each(case::DOCUMENTS).any(|one| one.time().is_none()) {
            found.push(M::Document);
        }
        found
    }

    /// The same elements as the view of a moment holds them; those of later stay as they are.
    pub fn bound_at(&self, binding: &'a [&'a View<'a>], moment: i64) -> &'a [&'a View<'a>] {
        let then = self.at(moment);
        if binding.iter().all(|one| !matches!(one.m, M::Party | M::Document | M::Status | M::Breach)) {
            return binding;
        }
        self.arena.alloc_slice_fill_iter(binding.iter().map(|one| held(self.arena, one, then)))
    }

    /// The case of a moment, looked at from today.
    pub fn seen_today(&self, moment: &'a Moment<'a>) -> &'a Moment<'a> {
        self.arena.alloc(Moment {
            view: moment.view,
            as_of: self.now().as_of,
            attributes: moment.attributes,
            breaches: moment.breaches,
            types: Cell::new(moment.types.get()),
        })
    }

    /// Forgets the views: what they say of breaches has changed.
    pub fn refresh(&self, breaches: &[&'a View<'a>]) {
        let now = self.now();
        *self.breaches.borrow_mut() = breaches.to_vec();
        let breaches = self.breaches_at(now.as_of);
        let made = &*self.arena.alloc(Moment {
            view: now.view,
            as_of: now.as_of,
            attributes: now.attributes,
            breaches,
            types: Cell::new(now.types.get()),
        });
        self.now.set(made);
        self.views.borrow_mut().clear();
        self.views.borrow_mut().insert(now.as_of, made);
        self.certain.borrow_mut().clear();
    }
}

/// The element as the view has it: of an earlier moment, a party, document or breach may be another.
fn held<'a>(arena: &'a Bump, element: &'a View<'a>, then: &'a Moment<'a>) -> &'a View<'a> {
    let view = then.view;
    match element.m {
        M::Breach => element.breach_at(arena, then.as_of),
        M::Party => view.each(case::PARTIES).find(|one| one.id() == element.id()).unwrap_or(element),
        M::Document => view.each(case::DOCUMENTS).find(|one| one.id() == element.id()).unwrap_or(element),
        M::Status => {
            let owner = element.parent.get().map_or("", |parent| parent.id());
            let path = element.path(arena);
            view.each(case::PARTIES)
                .filter(|one| one.id() == owner)
                .flat_map(|one| one.each(party::STATUSES))
                .find(|spell| spell.path(arena) == path)
                .unwrap_or(element)
        }
        _ => element,
    }
}

/// The latest time of the bound elements; none where none has one.
pub fn latest_of(binding: &[&View<'_>]) -> Option<i64> {
    binding.iter().filter_map(|element| element.time()).max()
}

/// The times that bound acts lack: documents and states may just be there.
pub fn times_missing<'a>(arena: &'a Bump, binding: &[&'a View<'a>]) -> Vec<&'a str> {
    let mut found: Vec<&'a str> = binding
        .iter()
        .filter(|element| element.undated())
        .map(|element| crate::view::below(arena, element.path(arena), "at"))
        .collect();
    found.sort_unstable();
    found
}
