//! A case's bytes to views, checked as `policy/facts/reading.py` checks them.
//!
//! What is wrong with a case, Python says: anything that is not plainly right is handed over, and so are bytes
//! that are not the deterministic serialisation of their message, whose digest the receipt would need.

use bumpalo::Bump;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::{Kind, M, case, event, party, service};
use crate::program::Program;
use crate::view::{Val, View, joined};

/// Why the core leaves a case to Python.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hand(pub &'static str);

pub type R<T> = Result<T, Hand>;

const NANO: i64 = 1_000_000_000;
const TIME_MIN: i64 = 946_684_800 * NANO;
const TIME_MAX: i64 = 4_102_444_800 * NANO;
const MAX_ELEMENTS: usize = 1000;
const MAX_TEXT: usize = 256;
const MAX_TEXTS: usize = 1000;

/// A notice on facts that no rule reads: its code, the fact, the first place and how often.
pub struct Unread<'a> {
    pub code: &'static str,
    pub fact: &'a str,
    pub place: &'a str,
    pub count: usize,
}

/// A case as it was sent.
pub struct Sent<'a> {
    pub case: &'a View<'a>,
    pub attributes: Vec<(&'a str, Val<'a>)>,
    /// Where elements stand that are dated after `as_of`.
    pub to_come: Vec<&'a str>,
    pub unread: Vec<Unread<'a>>,
    /// Ids of the elements of each list, in the order in which they were sent: (list, owner's id).
    pub places: FxHashMap<(M, &'a str), Vec<&'a str>>,
    /// Units that it names: body, unit, place.
    pub units: Vec<(&'a str, &'a str, &'a str)>,
}

struct Fields<'a> {
    data: &'a [u8],
    at: usize,
}

enum Raw<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    Double(f64),
}

/// Whether all characters are known to be printable: of those beyond ASCII the core knows the Chinese ones.
pub fn plain(text: &str) -> bool {
    text.chars().all(|c| {
        matches!(c, ' '..='~' | '\u{4E00}'..='\u{9FA5}' | '\u{3001}'..='\u{3011}' | '\u{FF01}'..='\u{FF5E}'
            | '“' | '”' | '·')
    })
}

/// The text of a field of a message, where it has it once; None too for what is no message.
pub fn text_of(data: &[u8], field: u32) -> Option<&str> {
    let mut fields = Fields { data, at: 0 };
    while let Some((number, raw)) = fields.next().ok()? {
        if number == field {
            let Raw::Bytes(bytes) = raw else { return None };
            return std::str::from_utf8(bytes).ok();
        }
        if number > field {
            break; // a deterministic message has its fields in order
        }
    }
    None
}

impl<'a> Fields<'a> {
    fn varint(&mut self) -> R<u64> {
        let mut value = 0u64;
        for place in 0..10 {
            let Some(byte) = self.data.get(self.at) else { return Err(Hand("truncated")) };
            self.at += 1;
            if place == 9 && *byte > 1 {
                return Err(Hand("varint"));
            }
            value |= u64::from(byte & 0x7F) << (7 * place);
            if *byte < 0x80 {
                // A longer form of the same number is not deterministic.
                return if *byte == 0 && place > 0 { Err(Hand("varint")) } else { Ok(value) };
            }
        }
        Err(Hand("varint"))
    }

    fn next(&mut self) -> R<Option<(u32, Raw<'a>)>> {
        if self.at == self.data.len() {
            return Ok(None);
        }
        let tag = self.varint()?;
        let number = u32::try_from(tag >> 3).map_err(|_| Hand("tag"))?;
        let raw = match tag & 7 {
            0 => Raw::Number(self.varint()?),
            1 => {
                let Some(bytes) = self.data.get(self.at..self.at + 8) else { return Err(Hand("truncated")) };
                self.at += 8;
                let mut eight = [0; 8];
                eight.copy_from_slice(bytes);
                Raw::Double(f64::from_le_bytes(eight))
            }
            2 => {
                let size = usize::try_from(self.varint()?).map_err(|_| Hand("truncated"))?;
                let end = self.at.checked_add(size).ok_or(Hand("truncated"))?;
                let Some(bytes) = self.data.get(self.at..end) else { return Err(Hand("truncated")) };
                self.at = end;
                Raw::Bytes(bytes)
            }
            _ => return Err(Hand("wire type")),
        };
        Ok(Some((number, raw)))
    }
}

/// Where a message stands, written out when somebody asks.
struct Place<'p> {
    above: Option<&'p Place<'p>>,
    label: Label,
}

#[derive(Clone, Copy)]
enum Label {
    Case,
    Part(&'static str),
    Item(&'static str, usize),
}

impl Place<'_> {
    fn write(&self, out: &mut String) {
        if let Some(above) = self.above {
            above.write(out);
        }
        match self.label {
            Label::Case => out.push_str("case"),
            Label::Part(name) => {
                out.push('.');
                out.push_str(name);
            }
            Label::Item(name, index) => {
                use std::fmt::Write;
                let _ = write!(out, ".{name}[{index}]");
            }
        }
    }

    fn text(&self, below: &str) -> String {
        let mut out = String::new();
        self.write(&mut out);
        if !below.is_empty() {
            out.push('.');
            out.push_str(below);
        }
        out
    }
}

struct Reading<'a> {
    arena: &'a Bump,
    program: &'a Program,
    as_of: i64,
    elements: usize,
    ids: FxHashSet<(M, &'a str)>,
    references: Vec<(&'static [&'static str], &'a str)>,
    sent: Sent<'a>,
    generic: Vec<&'a View<'a>>,
}

/// Reads a case at a moment.
pub fn read<'a>(arena: &'a Bump, program: &'a Program, data: &'a [u8], as_of: i64) -> R<Sent<'a>> {
    if !(TIME_MIN..TIME_MAX).contains(&as_of) {
        return Err(Hand("as_of"));
    }
    let view = View::blank(arena, M::Case);
    let mut reading = Reading {
        arena,
        program,
        as_of,
        elements: 0,
        ids: FxHashSet::default(),
        references: Vec::new(),
        sent: Sent {
            case: view,
            attributes: Vec::new(),
            to_come: Vec::new(),
            unread: Vec::new(),
            places: FxHashMap::default(),
            units: Vec::new(),
        },
        generic: Vec::new(),
    };
    reading.fill(view, data, &Place { above: None, label: Label::Case }, "")?;
    reading.check()?;
    Ok(reading.sent)
}

impl<'a> Reading<'a> {
    fn text(&self, bytes: &'a [u8]) -> R<&'a str> {
        let text = std::str::from_utf8(bytes).map_err(|_| Hand("utf-8"))?;
        if text.is_empty() {
            return Err(Hand("text"));
        }
        if text.is_ascii() {
            let printable = text.bytes().all(|byte| (0x20..0x7F).contains(&byte));
            return if printable && text.len() <= MAX_TEXT { Ok(text) } else { Err(Hand("text")) };
        }
        if plain(text) && text.chars().count() <= MAX_TEXT { Ok(text) } else { Err(Hand("text")) }
    }

    fn moment(bytes: &[u8]) -> R<i64> {
        let (mut seconds, mut nanos, mut last) = (0i64, 0i64, 0);
        let mut fields = Fields { data: bytes, at: 0 };
        while let Some((number, raw)) = fields.next()? {
            let Raw::Number(value) = raw else { return Err(Hand("timestamp")) };
            if number <= last || value == 0 {
                return Err(Hand("not deterministic"));
            }
            last = number;
            match number {
                1 => seconds = value as i64,
                2 => nanos = i64::try_from(value).map_err(|_| Hand("timestamp"))?,
                _ => return Err(Hand("unknown field")),
            }
        }
        let at = seconds.checked_mul(NANO).and_then(|at| at.checked_add(nanos)).ok_or(Hand("timestamp"))?;
        if !(TIME_MIN..TIME_MAX).contains(&at) || !(0..NANO).contains(&nanos) {
            return Err(Hand("timestamp"));
        }
        Ok(at)
    }

    /// Reads a message into a view; `owner` is the id of the element that holds it.
    fn fill(&mut self, view: &'a View<'a>, data: &'a [u8], place: &Place<'_>, owner: &'a str) -> R<()> {
        let m = view.m;
        let specs = m.fields();
        let mut fields = Fields { data, at: 0 };
        let (mut slot, mut last, mut stated) = (0, 0, 0usize);
        let mut pending = fields.next()?;
        while let Some((number, raw)) = pending {
            if number <= last {
                return Err(Hand("not deterministic"));
            }
            last = number;
            while slot < specs.len() && specs[slot].number < number {
                slot += 1;
            }
            let Some(spec) = specs.get(slot).filter(|spec| spec.number == number) else {
                return Err(Hand("unknown field"));
            };
            if slot < m.required() {
                stated += 1;
            }
            let repeated = matches!(spec.kind, Kind::Texts | Kind::Parts(_) | Kind::Attributes);
            let mut values = bumpalo::collections::Vec::new_in(self.arena);
            values.push(raw);
            pending = fields.next()?;
            while let Some((again, raw)) = pending.take_if(|(again, _)| repeated && *again == number) {
                debug_assert_eq!(again, number);
                values.push(raw);
                pending = fields.next()?;
            }
            self.field(view, slot, &values, place, owner)?;
        }
        if stated < m.required() {
            return Err(Hand("incomplete"));
        }
        if m == M::Service && (view.has(service::BODY) || view.has(service::PARTY)) {
            for slot in [service::BODY, service::PARTY] {
                if !view.has(slot) {
                    view.set(slot, Val::Text(""));
                }
            }
        }
        Ok(())
    }

    fn field(
        &mut self,
        view: &'a View<'a>,
        slot: usize,
        values: &[Raw<'a>],
        place: &Place<'_>,
        owner: &'a str,
    ) -> R<()> {
        let (m, spec) = (view.m, &view.m.fields()[slot]);
        let read =
            m == M::Case && spec.kind == Kind::Attributes || self.program.reads.fields.contains(&(m, slot));
        if !read {
            let fact = joined(self.arena, &["field:", m.name(), ".", spec.name]);
            self.unread("LNK852", fact, place, spec.name);
        }
        let value = match (spec.kind, &values[0]) {
            (Kind::Text, Raw::Bytes(bytes)) => {
                let text = self.text(bytes)?;
                if !spec.section.is_empty() && !self.declared(m, slot, text) {
                    return Err(Hand("code"));
                }
                if !spec.refers.is_empty() {
                    self.references.push((spec.refers, text));
                }
                Val::Text(text)
            }
            (Kind::Texts, _) => self.texts(m, slot, values)?,
            (Kind::Bool, Raw::Number(number @ (0 | 1))) => Val::Bool(*number == 1),
            (Kind::Int, Raw::Number(number)) => Val::Int(*number as i64),
            (Kind::Double, Raw::Double(number)) if number.is_finite() => Val::Double(*number),
            (Kind::Time, Raw::Bytes(bytes)) => Val::Int(Self::moment(bytes)?),
            (Kind::Part(part), Raw::Bytes(bytes)) => {
                let inner = View::blank(self.arena, part);
                view.set(slot, Val::Msg(inner));
                let below = Place { above: Some(place), label: Label::Part(spec.name) };
                if read {
                    self.fill(inner, bytes, &below, owner)?;
                } else {
                    self.quietly(|reading| reading.fill(inner, bytes, &below, owner))?;
                }
                return Ok(());
            }
            (Kind::Parts(part), _) => {
                let found = if read {
                    self.elements(view, part, spec.name, values, place)?
                } else {
                    self.quietly(|reading| reading.elements(view, part, spec.name, values, place))?
                };
                view.set(slot, found);
                return Ok(());
            }
            (Kind::Attributes, _) => return self.attributes(values),
            _ => return Err(Hand("wire type")),
        };
        if m == M::Event && (slot == event::ANSWERS) || m == M::Status && spec.name == "ended" {
            return Err(Hand("derived field"));
        }
        view.set(slot, value);
        if read {
            self.look(m, slot, value, place);
        }
        Ok(())
    }

    /// Reads what lies below a field that no rule reads: of that no more is said.
    fn quietly<T>(&mut self, read: impl FnOnce(&mut Self) -> R<T>) -> R<T> {
        let before = std::mem::take(&mut self.sent.unread);
        let found = read(self);
        self.sent.unread = before;
        found
    }

    fn declared(&self, m: M, slot: usize, text: &str) -> bool {
        self.program.codes.get(&(m, slot)).is_some_and(|codes| codes.contains(text))
    }

    fn texts(&mut self, m: M, slot: usize, values: &[Raw<'a>]) -> R<Val<'a>> {
        let spec = &m.fields()[slot];
        if values.len() > MAX_TEXTS {
            return Err(Hand("limit"));
        }
        let mut found = bumpalo::collections::Vec::with_capacity_in(values.len(), self.arena);
        for raw in values {
            let Raw::Bytes(bytes) = raw else { return Err(Hand("wire type")) };
            let text = self.text(bytes)?;
            if !spec.section.is_empty() && !self.declared(m, slot, text) {
                return Err(Hand("code"));
            }
            if !spec.refers.is_empty() {
                self.references.push((spec.refers, text));
            }
            found.push(Val::Text(text));
        }
        Ok(Val::List(found.into_bump_slice()))
    }

    fn elements(
        &mut self,
        owner: &'a View<'a>,
        m: M,
        name: &'static str,
        values: &[Raw<'a>],
        place: &Place<'_>,
    ) -> R<Val<'a>> {
        self.elements += values.len();
        if self.elements > MAX_ELEMENTS {
            return Err(Hand("limit"));
        }
        let identified = View::blank(self.arena, m).identified();
        let mut kept = bumpalo::collections::Vec::with_capacity_in(values.len(), self.arena);
        let mut sent = Vec::with_capacity(values.len());
        for (index, raw) in values.iter().enumerate() {
            let Raw::Bytes(bytes) = raw else { return Err(Hand("wire type")) };
            let view = View::blank(self.arena, m);
            if m.nested() {
                view.parent.set(Some(owner));
            }
            let here = Place { above: Some(place), label: Label::Item(name, index) };
            self.fill(view, bytes, &here, "")?;
            sent.push(view.id());
            if identified && !self.ids.insert((m, view.id())) {
                return Err(Hand("repeated id"));
            }
            if m == M::Event || m == M::Request {
                self.named_units(view, &here);
            }
            if m == M::Event {
                self.generic.push(view);
            }
            if self.happened(view) {
                kept.push(Val::Msg(view));
            } else {
                self.sent.to_come.push(self.arena.alloc_str(&here.text("")));
            }
        }
        if identified {
            let key = if m.nested() { owner.id() } else { "" };
            self.sent.places.insert((m, key), sent);
        }
        Ok(Val::List(kept.into_bump_slice()))
    }

    /// Whether it is a fact yet; what was posted by then and arrives later has been posted, and not arrived.
    fn happened(&self, view: &'a View<'a>) -> bool {
        let Some(slot) = view.m.time() else { return true };
        let at = view.int(slot);
        let posted = match view.m {
            M::Event => Some(event::POSTED_AT),
            M::Request => Some(crate::facts::request::POSTED_AT),
            M::Service => Some(service::POSTED_AT),
            _ => None,
        };
        let Some(posted) = posted else { return at.is_none_or(|at| at <= self.as_of) };
        let posted = view.int(posted);
        let arrived = at.is_none_or(|at| at <= self.as_of);
        if arrived && (at.is_some() || posted.is_none_or(|posted| posted <= self.as_of)) {
            return true;
        }
        if posted.or(at).is_some_and(|posted| posted <= self.as_of) {
            view.clear(slot);
            return true;
        }
        false
    }

    fn attributes(&mut self, values: &[Raw<'a>]) -> R<()> {
        if values.len() > MAX_TEXTS {
            return Err(Hand("limit"));
        }
        let mut before = "";
        for (count, raw) in values.iter().enumerate() {
            let Raw::Bytes(bytes) = raw else { return Err(Hand("wire type")) };
            let mut fields = Fields { data: bytes, at: 0 };
            let Some((1, Raw::Bytes(name))) = fields.next()? else { return Err(Hand("attribute")) };
            let Some((2, Raw::Bytes(value))) = fields.next()? else { return Err(Hand("attribute")) };
            if fields.next()?.is_some() {
                return Err(Hand("attribute"));
            }
            let name = std::str::from_utf8(name).map_err(|_| Hand("utf-8"))?;
            if count > 0 && name <= before {
                return Err(Hand("not deterministic"));
            }
            before = name;
            let Some(declared) = self.program.attributes.iter().find(|one| &*one.name == name) else {
                return Err(Hand("attribute"));
            };
            if !self.program.reads.attributes.contains(name) {
                let fact = joined(self.arena, &["attribute:", name]);
                let place = self.arena.alloc_str(&format!("case.attributes[{name}]"));
                self.sent.unread.push(Unread { code: "LNK852", fact, place, count: 1 });
            }
            let mut inner = Fields { data: value, at: 0 };
            let Some((number, raw)) = inner.next()? else { continue };
            if inner.next()?.is_some() {
                return Err(Hand("attribute"));
            }
            let found = match (&*declared.kind, number, raw) {
                ("bool", 1, Raw::Number(truth @ (0 | 1))) => Val::Bool(truth == 1),
                ("int", 2, Raw::Number(number)) => Val::Int(number as i64),
                ("double", 3, Raw::Double(number)) if number.is_finite() => Val::Double(number),
                ("string", 4, Raw::Bytes(bytes)) => {
                    // An empty text is one here.
                    if bytes.is_empty() { Val::Text("") } else { Val::Text(self.text(bytes)?) }
                }
                ("timestamp", 5, Raw::Bytes(bytes)) => Val::Int(Self::moment(bytes)?),
                _ => return Err(Hand("attribute")),
            };
            self.sent.attributes.push((name, found));
        }
        Ok(())
    }

    /// Notes codes that no rule reads, and bodies that the district does not know.
    fn look(&mut self, m: M, slot: usize, value: Val<'a>, place: &Place<'_>) {
        let spec = &m.fields()[slot];
        let section = match (m, spec.name) {
            (M::Event, "type") => "events",
            (M::Request, "matter") => "matters",
            (M::Document, "type") => "documents",
            (M::Status, "kind") | (M::Party, "traits") => "traits",
            _ if spec.section == "bodies" => "bodies",
            _ => return,
        };
        let one = [value];
        let codes = if let Val::List(items) = value { items } else { &one[..] };
        for code in codes.iter().filter_map(|code| code.text()) {
            let reads = &self.program.reads;
            let known = match section {
                "bodies" => reads.bodies.contains(code),
                _ => reads.codes.get(section).is_some_and(|known| known.contains(code)),
            };
            if !known {
                let fact = joined(self.arena, &[section, ":", code]);
                self.unread(if section == "bodies" { "LNK853" } else { "LNK852" }, fact, place, spec.name);
            }
        }
    }

    fn unread(&mut self, code: &'static str, fact: &'a str, place: &Place<'_>, field: &str) {
        if let Some(found) = self.sent.unread.iter_mut().find(|one| one.code == code && one.fact == fact) {
            found.count += 1;
            return;
        }
        let place = self.arena.alloc_str(&place.text(field));
        self.sent.unread.push(Unread { code, fact, place, count: 1 });
    }

    fn named_units(&mut self, view: &'a View<'a>, place: &Place<'_>) {
        if !self.program.units {
            return;
        }
        let fields: &[(usize, &[usize])] = match view.m {
            M::Event => &[
                (event::ACTOR_UNIT, &[event::ACTOR]),
                (event::TO_UNIT, &[event::TO, event::BODY]),
                (event::CONCERNING_UNIT, &[event::CONCERNING, event::BODY]),
            ],
            _ => &[(crate::facts::request::UNIT, &[crate::facts::request::TO])],
        };
        for (unit, bodies) in fields {
            let body = bodies.iter().find_map(|slot| view.text(*slot));
            if let (Some(name), Some(body)) = (view.text(*unit), body) {
                let place = self.arena.alloc_str(&place.text(view.m.fields()[*unit].name));
                self.sent.units.push((body, name, place));
            }
        }
    }

    /// References, the targets of generic events, and the names of results.
    fn check(&mut self) -> R<()> {
        for (lists, value) in &self.references {
            let known = lists
                .iter()
                .any(|list| M::of_collection(list).is_some_and(|m| self.ids.contains(&(m, *value))));
            if !known {
                return Err(Hand("reference"));
            }
        }
        for view in &self.generic {
            let effect = self.program.effects.get(view.said(event::TYPE));
            if effect.is_some_and(|effect| effect.ends_with("_one")) {
                match (view.text(event::OBLIGATION), view.text(event::RULE)) {
                    (None, None) => return Err(Hand("target")),
                    (Some(_), _) => {}
                    (None, Some(rule)) if self.program.rules.contains(rule) => {}
                    _ => return Err(Hand("target")),
                }
                if view.text(event::RULE).is_some_and(|rule| !self.program.rules.contains(rule)) {
                    return Err(Hand("target"));
                }
            }
            if let Some(assessment) = view.text(event::ASSESSMENT) {
                let Some(names) = self.program.results.get(assessment) else { return Err(Hand("result")) };
                if view.text(event::GRADE).is_some_and(|grade| !names.grades.contains(grade)) {
                    return Err(Hand("result"));
                }
                let mut seen = FxHashSet::default();
                for figure in view.each(event::FIGURES) {
                    let name = figure.said(0);
                    if !names.figures.contains(name) || !seen.insert(name) {
                        return Err(Hand("result"));
                    }
                }
            }
        }
        Ok(())
    }
}

/// The slots of the lists of a case, in the order of its fields.
pub const LISTS: [usize; 5] =
    [case::PARTIES, case::DOCUMENTS, case::REQUESTS, case::PROPERTIES, case::EVENTS];

/// The largest list of a case or of one of its elements.
pub fn largest(case: &View<'_>) -> usize {
    let mut found = LISTS.iter().map(|slot| case.list(*slot).len()).max().unwrap_or(0);
    for one in case.each(case::PARTIES) {
        found = found.max(one.list(party::STATUSES).len()).max(one.list(party::RELATIONS).len());
        found = found.max(one.list(party::TRAITS).len());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_their_only_form() {
        assert_eq!(Fields { data: &[0x96, 0x01], at: 0 }.varint(), Ok(150));
        assert_eq!(Fields { data: &[0x80, 0x00], at: 0 }.varint(), Err(Hand("varint")));
        assert_eq!(Fields { data: &[0x80], at: 0 }.varint(), Err(Hand("truncated")));
    }

    #[test]
    fn moments_lie_in_the_years_that_there_are() {
        assert_eq!(Reading::moment(&[]), Err(Hand("timestamp")));
        assert_eq!(Reading::moment(&[0x08, 0x00]), Err(Hand("not deterministic")));
    }
}
