//! One canonical form for each fact, as `policy/facts/canonical.py` brings a case into it.
//!
//! Nothing that was stated is taken away: elements are added, fields filled in, and the traits and optional
//! booleans of a party are replaced by its dated states (`states`).

use bumpalo::Bump;
use rustc_hash::FxHashSet;

use crate::answers::link_answers;
use crate::facts::{M, case, document, event, figure, request, service};
use crate::periods;
use crate::program::{Program, Rule, ServiceEvent, Version};
use crate::states;
use crate::time::deadline::Due;
use crate::view::{Val, View, below, joined};
use crate::wire::Sent;

/// A fact that was derived, and what it was derived from.
pub struct Derivation<'a> {
    pub path: &'a str,
    pub sources: Vec<&'a str>,
    /// Where it was not told otherwise, but counts as a fact by a rule.
    pub deemed: Option<Deeming<'a>>,
}

/// By which rule of which version it counts as a fact, from when, and the time that passed.
pub struct Deeming<'a> {
    pub version: &'a Version,
    pub rule: &'a Rule,
    pub at: i64,
    pub due: Option<Due<'a>>,
}

/// Spellings of one fact that do not agree.
pub struct Contradiction<'a> {
    pub code: &'static str,
    pub path: &'a str,
    pub others: Vec<&'a str>,
}

#[derive(Default)]
pub struct Findings<'a> {
    pub derived: Vec<Derivation<'a>>,
    pub contradictions: Vec<Contradiction<'a>>,
}

impl<'a> Findings<'a> {
    pub fn derive(&mut self, path: &'a str, sources: &[&'a str]) {
        self.derived.push(Derivation { path, sources: sources.to_vec(), deemed: None });
    }

    pub fn contradict(&mut self, code: &'static str, path: &'a str, others: &[&'a str]) {
        self.contradictions.push(Contradiction { code, path, others: others.to_vec() });
    }
}

/// A case being brought into canonical form.
pub struct Canon<'a> {
    pub arena: &'a Bump,
    pub program: &'a Program,
    pub case: &'a View<'a>,
    pub as_of: i64,
    pub found: Findings<'a>,
}

/// Brings a case, as it was sent, into canonical form.
pub fn bring<'a>(arena: &'a Bump, program: &'a Program, sent: &mut Sent<'a>, as_of: i64) -> Findings<'a> {
    let mut canon = Canon { arena, program, case: sent.case, as_of, found: Findings::default() };
    canon.order();
    canon.rename();
    canon.raise_flags();
    canon.settle_attributes(&mut sent.attributes);
    canon.part_bodies();
    canon.fold_requests();
    canon.file(&mut sent.to_come);
    canon.ask();
    canon.serve();
    canon.receive();
    canon.issue();
    canon.show();
    for event in periods::events(arena, program, sent.case, as_of) {
        sent.case.push(arena, case::EVENTS, event);
        canon.found.derive(event.path(arena), &[]);
    }
    canon.name_nobody();
    canon.tell_figures();
    states::spells_of(&mut canon);
    for party in sent.case.each(case::PARTIES) {
        canon.known_not(party);
        states::settle(arena, program, party, as_of, party.list(crate::facts::party::STATUSES));
    }
    link_answers(arena, sent.case);
    canon.in_time(sent.case, case::EVENTS);
    canon.in_time(sent.case, case::REQUESTS);
    canon.found
}

impl<'a> Canon<'a> {
    fn path(&self, view: &'a View<'a>) -> &'a str {
        view.path(self.arena)
    }

    fn below(&self, view: &'a View<'a>, field: &str) -> &'a str {
        below(self.arena, self.path(view), field)
    }

    fn events(&self) -> impl Iterator<Item = &'a View<'a>> + Clone + use<'a> {
        self.case.each(case::EVENTS)
    }

    fn documents(&self) -> impl Iterator<Item = &'a View<'a>> + Clone + use<'a> {
        self.case.each(case::DOCUMENTS)
    }

    /// In order of time, undated ones last.
    fn in_time(&self, holder: &'a View<'a>, slot: usize) {
        let mut items: Vec<&'a View<'a>> = holder.each(slot).collect();
        let key = |view: &&'a View<'a>| (view.time().is_none(), view.time(), view.id());
        if !items.is_sorted_by_key(key) {
            items.sort_by_key(key);
            holder.put(self.arena, slot, &items);
        }
    }

    fn order(&self) {
        self.in_time(self.case, case::EVENTS);
        self.in_time(self.case, case::REQUESTS);
        let mut documents: Vec<&'a View<'a>> = self.documents().collect();
        documents.sort_by_key(|document| document.id());
        self.case.put(self.arena, case::DOCUMENTS, &documents);
        for document in documents {
            self.in_time(document, document::SERVICES);
        }
    }

    /// Two codes of one kind of event become one.
    fn rename(&mut self) {
        if self.program.table.same_events.is_empty() {
            return;
        }
        for event in self.events() {
            if let Some(canonical) = self.program.table.same_events.get(event.said(event::TYPE)) {
                event.set(event::TYPE, Val::Text(canonical));
                let path = self.below(event, "type");
                self.found.derive(path, &[path]);
            }
        }
    }

    /// A flag that says another all the more sets it where nobody has decided it.
    fn raise_flags(&mut self) {
        let Some(flags) = self.case.get(case::FLAGS).msg() else { return };
        for (one, other) in &self.program.table.flags {
            if flags.get(*one).bool() == Some(true) && !flags.has(*other) {
                flags.set(*other, Val::Bool(true));
                let path = |slot: usize| below(self.arena, "flags", M::Flags.fields()[slot].name);
                self.found.derive(path(*other), &[path(*one)]);
            }
        }
    }

    /// What true attributes imply and exclude, and false ones rule out, where nobody has stated it.
    fn settle_attributes(&mut self, attrs: &mut Vec<(&'a str, Val<'a>)>) {
        let mut rules: Vec<(&'a str, bool, &'a str, bool)> = Vec::new();
        for declared in &self.program.attributes {
            for other in &declared.excludes {
                rules.push((&declared.name, true, other, false));
                rules.push((other, true, &declared.name, false));
            }
            for other in &declared.implies {
                rules.push((&declared.name, true, other, true));
                rules.push((other, false, &declared.name, false));
            }
        }
        let of = |attrs: &[(&'a str, Val<'a>)], name: &str| {
            attrs.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
        };
        let path = |name: &str| joined(self.arena, &["attributes[", name, "]"]);
        let mut grown = true;
        while grown {
            grown = false;
            for (name, value, other, becomes) in &rules {
                let holds = of(attrs, name).and_then(Val::bool) == Some(*value);
                if holds && of(attrs, other).is_none() {
                    attrs.push((other, Val::Bool(*becomes)));
                    self.found.derive(path(other), &[path(name)]);
                    grown = true;
                }
            }
        }
        for (name, value, other, becomes) in &rules {
            let holds = of(attrs, name).and_then(Val::bool) == Some(*value);
            if holds && of(attrs, other).and_then(Val::bool) != Some(*becomes) {
                self.found.contradict("LNK850", path(other), &[path(name)]);
            }
        }
    }

    /// `body` becomes `to` or `concerning`; an act of several bodies, or to several, one of each.
    fn part_bodies(&mut self) {
        let sent: Vec<&'a View<'a>> = self.events().collect();
        let mut events: Vec<&'a View<'a>> = Vec::with_capacity(sent.len());
        let mut several = false;
        for event in &sent {
            let event = *event;
            if let Some(body) = event.text(event::BODY) {
                let concerns = self.program.table.body_concerns.contains(event.said(event::TYPE));
                let (slot, name) =
                    if concerns { (event::CONCERNING, "concerning") } else { (event::TO, "to") };
                match event.text(slot) {
                    None => {
                        event.set(slot, Val::Text(body));
                        let (path, from) = (self.below(event, name), self.below(event, "body"));
                        self.found.derive(path, &[from]);
                    }
                    Some(stated) if stated != body => {
                        let (path, other) = (self.below(event, "body"), self.below(event, name));
                        self.found.contradict("LNK850", path, &[other]);
                    }
                    Some(_) => {}
                }
            }
            events.push(event);
            if !event.list(event::ALSO_BY).is_empty() || !event.list(event::ALSO_TO).is_empty() {
                several = true;
                let taken = sent.iter().chain(&events).map(|one| one.id()).collect();
                self.shared(event, taken, &mut events);
            }
        }
        if several {
            self.case.put(self.arena, case::EVENTS, &events);
        }
    }

    fn shared(&mut self, event: &'a View<'a>, mut taken: FxHashSet<&'a str>, into: &mut Vec<&'a View<'a>>) {
        let distinct = |first: Option<&'a str>, also: usize| {
            let mut found = vec![first];
            for one in event.texts(also) {
                if !found.contains(&Some(one)) {
                    found.push(Some(one));
                }
            }
            found
        };
        let actors = distinct(event.text(event::ACTOR), event::ALSO_BY);
        let recipients = distinct(event.text(event::TO), event::ALSO_TO);
        for actor in &actors {
            for recipient in &recipients {
                if *actor == actors[0] && *recipient == recipients[0] {
                    continue;
                }
                let act = event.copy(self.arena);
                let mut id = event.id().to_owned();
                for part in [actor, recipient].into_iter().flatten() {
                    id.push('~');
                    id.push_str(part);
                }
                while taken.contains(id.as_str()) {
                    id.push('~');
                }
                let id: &'a str = self.arena.alloc_str(&id);
                taken.insert(id);
                act.set(event::ID, Val::Text(id));
                act.set(event::ALSO_BY, Val::List(&[]));
                act.set(event::ALSO_TO, Val::List(&[]));
                if let Some(actor) = actor {
                    act.set(event::ACTOR, Val::Text(actor));
                }
                if let Some(recipient) = recipient {
                    act.set(event::TO, Val::Text(recipient));
                }
                act.twin.set(Some(event.id()));
                into.push(act);
                let (path, from) = (self.path(act), self.path(event));
                self.found.derive(path, &[from]);
            }
        }
    }

    /// The request that a document names stands among its `requests`.
    fn fold_requests(&self) {
        for document in self.documents() {
            let Some(request) = document.text(document::REQUEST) else { continue };
            let listed = document.list(document::REQUESTS);
            if !document.texts(document::REQUESTS).any(|one| one == request) {
                let items = self.arena.alloc_slice_fill_with(listed.len() + 1, |n| {
                    if n == 0 { Val::Text(request) } else { listed[n - 1] }
                });
                document.set(document::REQUESTS, Val::List(items));
            }
        }
    }

    /// `filed_at` and the event of filing fill each other in.
    fn file(&mut self, to_come: &mut Vec<&'a str>) {
        let table = &self.program.table;
        if table.filing.is_empty() || self.case.said(case::KIND) != "enforcement" {
            return;
        }
        let filings: Vec<&'a View<'a>> =
            self.events().filter(|event| event.said(event::TYPE) == &*table.filing).collect();
        let mut stated = self.case.int(case::FILED_AT);
        if stated.is_some_and(|at| at > self.as_of) {
            self.case.clear(case::FILED_AT);
            to_come.push("filed_at");
            stated = None;
        }
        let dated: Vec<&'a View<'a>> = filings.iter().copied().filter(|event| event.has(event::AT)).collect();
        match stated {
            Some(at) if filings.is_empty() => {
                let event = self.added(case::EVENTS, M::Event, "filed_at");
                event.set(event::TYPE, Val::Text(&table.filing));
                event.set(event::AT, Val::Int(at));
                let path = self.path(event);
                self.found.derive(path, &["filed_at"]);
            }
            None => {
                if let Some(first) = dated.iter().min_by_key(|event| (event.time(), event.id())) {
                    self.case.set(case::FILED_AT, first.get(event::AT));
                    let from = self.below(first, "at");
                    self.found.derive("filed_at", &[from]);
                }
            }
            Some(at) if !dated.is_empty() => {
                if dated.iter().all(|event| event.time() != Some(at)) {
                    let others: Vec<&'a str> = dated.iter().map(|event| self.below(event, "at")).collect();
                    self.found.contradict("LNK850", "filed_at", &others);
                }
            }
            Some(at) => {
                for event in filings {
                    event.set(event::AT, Val::Int(at));
                    let path = self.below(event, "at");
                    self.found.derive(path, &["filed_at"]);
                }
            }
        }
    }

    /// An event that is a request becomes one, unless the request is there already.
    fn ask(&mut self) {
        for event in self.events() {
            let Some((matter, asked)) = self.program.table.requests.get(event.said(event::TYPE)) else {
                continue;
            };
            if let Some(same) = self.same_request(event, matter) {
                self.agree_with(event, same);
                continue;
            }
            let made = self.added(case::REQUESTS, M::Request, event.id());
            made.set(request::MATTER, Val::Text(matter));
            for (from, into) in [
                (event::AT, request::AT),
                (event::ACTOR, request::REQUESTER),
                (event::TO, request::TO),
                (event::TO_UNIT, request::UNIT),
                (event::PARTY, request::PARTY),
                (event::PROPERTY, request::PROPERTY),
                (event::DOCUMENT, request::DOCUMENT),
            ] {
                if event.has(from) {
                    made.set(into, event.get(from));
                }
            }
            if !asked.is_empty() && !made.has(request::TO) {
                made.set(request::TO, Val::Text(asked));
            }
            event.twin.set(Some(made.id()));
            let (path, from) = (self.path(made), self.path(event));
            self.found.derive(path, &[from]);
        }
    }

    fn agree_with(&mut self, event: &'a View<'a>, same: &'a View<'a>) {
        event.twin.set(Some(same.id()));
        for (mine, theirs) in
            [(event::TO, request::TO), (event::TO_UNIT, request::UNIT), (event::ACTOR, request::REQUESTER)]
        {
            if let (Some(one), Some(other)) = (event.text(mine), same.text(theirs)) {
                if one != other {
                    let path = self.below(event, M::Event.fields()[mine].name);
                    let from = self.below(same, M::Request.fields()[theirs].name);
                    self.found.contradict("LNK850", path, &[from]);
                }
            }
        }
        match (event.int(event::AT), same.int(request::AT)) {
            (Some(one), Some(other)) if one != other => {
                let (path, from) = (self.below(event, "at"), self.below(same, "at"));
                self.found.contradict("LNK850", path, &[from]);
            }
            (Some(at), None) => {
                same.set(request::AT, Val::Int(at));
                let (path, from) = (self.below(same, "at"), self.below(event, "at"));
                self.found.derive(path, &[from]);
            }
            _ => {}
        }
    }

    /// The request that the event tells, too: the one it names, else the only one that agrees with it.
    fn same_request(&self, event: &'a View<'a>, matter: &str) -> Option<&'a View<'a>> {
        let named = event.text(event::ABOUT);
        let fitting = || self.case.each(case::REQUESTS).filter(|one| one.said(request::MATTER) == matter);
        if let Some(found) = fitting().find(|one| named == Some(one.id())) {
            return Some(found);
        }
        if named.is_some() {
            return None;
        }
        let mut agreeing = fitting().filter(|one| {
            let party = (one.text(request::PARTY), event.text(event::PARTY));
            let at = (one.int(request::AT), event.int(event::AT));
            agrees(party.0, party.1) && agrees(at.0, at.1)
        });
        let first = agreeing.next();
        if agreeing.next().is_some() { None } else { first }
    }

    /// An event that is a service becomes one, of the document it names or of one of the declared type.
    fn serve(&mut self) {
        if self.program.table.services.is_empty() {
            return;
        }
        for event in self.events() {
            let Some(told) = self.program.table.services.get(event.said(event::TYPE)) else { continue };
            let about = event.text(event::ABOUT);
            let asked = self.case.each(case::REQUESTS).find(|one| about == Some(one.id()));
            for document in self.documents_served(event, told) {
                self.service_of(document, event, asked, told);
            }
        }
    }

    fn documents_served(&mut self, event: &'a View<'a>, told: &'a ServiceEvent) -> Vec<&'a View<'a>> {
        for name in [event::DOCUMENT, event::ABOUT] {
            let named = event.said(name);
            // Of two documents of one id, which there cannot be, the last would be meant.
            let found = self.documents().filter(|one| one.id() == named).last();
            if let (Some(found), 1) = (found, told.documents.len()) {
                return vec![found];
            }
        }
        let request = event.text(event::ABOUT);
        let asked = request.filter(|id| self.case.each(case::REQUESTS).any(|one| one.id() == *id));
        let mut served = Vec::new();
        for kind in &told.documents {
            let fitting: Vec<&'a View<'a>> = self
                .documents()
                .filter(|one| one.said(document::TYPE) == &**kind)
                .filter(|one| asked.is_none_or(|id| one.texts(document::REQUESTS).any(|other| other == id)))
                .collect();
            if let [only] = fitting[..] {
                served.push(only);
                continue;
            }
            let key = if told.documents.len() == 1 {
                event.id()
            } else {
                joined(self.arena, &[event.id(), ".", kind])
            };
            let made = self.added(case::DOCUMENTS, M::Document, key);
            made.set(document::TYPE, Val::Text(kind));
            if let Some(id) = asked {
                made.set(document::REQUESTS, Val::List(self.arena.alloc([Val::Text(id)])));
            }
            if event.has(event::ACTOR) {
                made.set(document::ISSUER, event.get(event::ACTOR));
            }
            let (path, from) = (self.path(made), self.path(event));
            self.found.derive(path, &[from]);
            served.push(made);
        }
        served
    }

    fn service_of(
        &mut self,
        document: &'a View<'a>,
        event: &'a View<'a>,
        asked: Option<&'a View<'a>>,
        told: &'a ServiceEvent,
    ) {
        let party = event.text(event::PARTY);
        let mut body = event.text(event::TO);
        if party.is_none() && body.is_none() {
            body = asked.and_then(|one| one.text(request::TO));
        }
        let at = event.int(event::AT);
        let result: Option<&'a str> = match event.text(event::RESULT) {
            Some(stated) if !told.results.is_empty() => {
                Some(told.results.get(stated).map_or("", |result| &**result))
            }
            _ if told.result.is_empty() => None,
            _ => Some(&told.result),
        };
        for service in document.each(document::SERVICES) {
            let same = |mine: Option<&str>, theirs: &str| {
                mine.is_none_or(|mine| theirs.is_empty() || theirs == mine)
            };
            let agrees = same(party, service.said(service::PARTY))
                && same(body, service.said(service::BODY))
                && result.is_none_or(|mine| service.text(service::RESULT).is_none_or(|other| other == mine))
                && at.is_none_or(|mine| service.int(service::AT).is_none_or(|other| other == mine));
            if agrees {
                event.twin.set(Some(service.id()));
                if let (Some(at), None) = (at, service.int(service::AT)) {
                    service.set(service::AT, Val::Int(at));
                }
                return;
            }
        }
        let made = View::blank(self.arena, M::Service);
        made.parent.set(Some(document));
        let id = if document.id() == event.id() {
            event.id()
        } else {
            joined(self.arena, &[document.id(), "~", event.id()])
        };
        made.set(service::ID, Val::Text(id));
        if let Some(at) = at {
            made.set(service::AT, Val::Int(at));
        }
        if let Some(result) = result {
            made.set(service::RESULT, Val::Text(result));
        }
        made.set(service::PARTY, Val::Text(party.unwrap_or("")));
        made.set(service::BODY, Val::Text(body.unwrap_or("")));
        document.push(self.arena, document::SERVICES, made);
        event.twin.set(Some(made.id()));
        let (path, from) = (self.path(made), self.path(event));
        self.found.derive(path, &[from]);
    }

    /// A service on a unit that says no result was received; none was before its document was issued.
    fn receive(&mut self) {
        for document in self.documents() {
            let issued = document.int(document::ISSUED_AT);
            for service in document.each(document::SERVICES) {
                if let (Some(issued), Some(at)) = (issued, service.int(service::AT)) {
                    if at < issued {
                        let (path, other) = (self.below(document, "issued_at"), self.below(service, "at"));
                        self.found.contradict("LNK850", path, &[other]);
                    }
                }
                let received = &self.program.table.received;
                let on_unit = !service.said(service::BODY).is_empty();
                if !received.is_empty() && on_unit && !service.has(service::RESULT) {
                    service.set(service::RESULT, Val::Text(received));
                    let (path, from) = (self.below(service, "result"), self.path(service));
                    self.found.derive(path, &[from]);
                }
            }
        }
    }

    /// A document whose service is an event of its own becomes that event.
    fn issue(&mut self) {
        for document in self.documents() {
            let Some(kind) = self.program.table.documents.get(document.said(document::TYPE)) else {
                continue;
            };
            let told: Vec<&'a View<'a>> =
                self.events().filter(|event| event.said(event::TYPE) == &**kind).collect();
            for service in document.each(document::SERVICES) {
                if let Some(same) = telling(&told, document, service) {
                    self.agree(same, service);
                    continue;
                }
                let made = self.added(case::EVENTS, M::Event, service.id());
                made.parent.set(Some(document));
                made.set(event::TYPE, Val::Text(kind));
                made.set(event::AT, service.get(service::AT));
                made.set(event::ACTOR, document.get(document::ISSUER));
                if let Some(body) = service.text(service::BODY).filter(|body| !body.is_empty()) {
                    made.set(event::TO, Val::Text(body));
                }
                made.set(event::PARTY, document.get(document::PARTY));
                made.set(event::DOCUMENT, Val::Text(document.id()));
                made.set(event::ABOUT, Val::Text(document.id()));
                let (path, from) = (self.path(made), self.path(service));
                self.found.derive(path, &[from]);
            }
        }
    }

    /// An event and a service that are one happened at one time.
    fn agree(&mut self, event: &'a View<'a>, service: &'a View<'a>) {
        match (event.int(event::AT), service.int(service::AT)) {
            (None, Some(at)) => {
                event.set(event::AT, Val::Int(at));
                let (path, from) = (self.below(event, "at"), self.below(service, "at"));
                self.found.derive(path, &[from]);
            }
            (Some(at), None) => {
                service.set(service::AT, Val::Int(at));
                let (path, from) = (self.below(service, "at"), self.below(event, "at"));
                self.found.derive(path, &[from]);
            }
            (mine, theirs) if mine != theirs => {
                let (path, other) = (self.below(event, "at"), self.below(service, "at"));
                self.found.contradict("LNK850", path, &[other]);
            }
            _ => {}
        }
    }

    /// Papers shown with a request were provided when it was made.
    fn show(&mut self) {
        let papers = &self.program.table.papers;
        if papers.is_empty() {
            return;
        }
        let provided: Vec<Option<&'a str>> = self
            .events()
            .filter(|event| event.said(event::TYPE) == &**papers)
            .map(|event| event.text(event::ABOUT))
            .collect();
        for request in self.case.each(case::REQUESTS) {
            if request.list(request::DOCUMENTS_SHOWN).is_empty() || provided.contains(&Some(request.id())) {
                continue;
            }
            let key = joined(self.arena, &[request.id(), ".shown"]);
            let made = self.added(case::EVENTS, M::Event, key);
            made.set(event::TYPE, Val::Text(papers));
            made.set(event::ABOUT, Val::Text(request.id()));
            for (from, into) in [
                (request::AT, event::AT),
                (request::REQUESTER, event::ACTOR),
                (request::TO, event::TO),
                (request::UNIT, event::TO_UNIT),
                (request::PARTY, event::PARTY),
            ] {
                if request.has(from) {
                    made.set(into, request.get(from));
                }
            }
            let (path, from) = (self.path(made), self.below(request, "documents_shown"));
            self.found.derive(path, &[from]);
        }
    }

    /// Whom an event, sent or derived, does not name: nobody, and no unit in particular.
    fn name_nobody(&self) {
        for event in self.events() {
            for slot in [event::PERSON, event::ACTOR_UNIT, event::TO_UNIT, event::CONCERNING_UNIT] {
                if !event.has(slot) {
                    event.set(slot, Val::Text(""));
                }
            }
        }
    }

    /// Adds the figures that conditions read and that a result does not list: their values are unknown.
    fn tell_figures(&self) {
        for event in self.events() {
            let Some(names) = self.program.results.get(event.said(event::ASSESSMENT)) else { continue };
            let mut figures: Vec<&'a View<'a>> = event.each(event::FIGURES).collect();
            for name in &names.asked {
                if figures.iter().all(|one| one.said(figure::NAME) != &**name) {
                    let blank = View::blank(self.arena, M::Figure);
                    blank.set(figure::NAME, Val::Text(name));
                    blank.parent.set(Some(event));
                    figures.push(blank);
                }
            }
            for one in &figures {
                if !one.has(figure::UNMEASURED) {
                    one.set(figure::UNMEASURED, Val::Bool(false));
                }
            }
            event.put(self.arena, event::FIGURES, &figures);
        }
    }

    /// A flag that is false of the case is false of every party that it could mean.
    fn known_not(&self, party: &'a View<'a>) {
        let Some(flags) = self.case.get(case::FLAGS).msg() else { return };
        for state in &self.program.table.states {
            let (Some(field), Some(flag)) = (state.field, state.flag) else { continue };
            let role = party.said(crate::facts::party::ROLE);
            let meant = state.roles.iter().any(|one| &**one == role);
            if flags.get(flag).bool() == Some(false) && meant && !party.has(field) {
                party.set(field, Val::Bool(false));
            }
        }
    }

    /// A new element at the end of a list, under a key that the list does not have yet.
    fn added(&self, slot: usize, m: M, key: &'a str) -> &'a View<'a> {
        let mut id = key;
        while self.case.each(slot).any(|one| one.id() == id) {
            id = joined(self.arena, &[id, "~"]);
        }
        let made = View::blank(self.arena, m);
        made.set(0, Val::Text(id));
        self.case.push(self.arena, slot, made);
        made
    }
}

/// The event that tells this service of the document; of its only service, whenever that was.
fn telling<'a>(told: &[&'a View<'a>], document: &'a View<'a>, service: &'a View<'a>) -> Option<&'a View<'a>> {
    let (party, at) = (document.text(document::PARTY), service.int(service::AT));
    let named: Vec<&'a View<'a>> = told
        .iter()
        .copied()
        .filter(|one| [one.text(event::DOCUMENT), one.text(event::ABOUT)].contains(&Some(document.id())))
        .collect();
    let unnamed: Vec<&'a View<'a>> = told
        .iter()
        .copied()
        .filter(|one| !one.has(event::DOCUMENT) && !one.has(event::ABOUT))
        .filter(|one| one.text(event::PARTY).is_none_or(|own| party == Some(own)))
        .collect();
    for fitting in [&named, &unnamed] {
        let mut fitting = fitting.clone();
        fitting.sort_by_key(|one| !one.has(event::AT));
        for one in fitting {
            if at.is_none_or(|at| one.int(event::AT).is_none_or(|own| own == at)) {
                return Some(one);
            }
        }
    }
    if document.list(document::SERVICES).len() == 1 { named.first().copied() } else { None }
}

fn agrees<T: PartialEq>(one: Option<T>, other: Option<T>) -> bool {
    one.is_none() || other.is_none() || one == other
}
