//! The facts as rules read them: elements with slots, of which those that the case does not state are absent.
//!
//! An element and all it holds live in the arena of one decision. Slots are cells: canonical form fills them
//! in place, as the Python views are filled; afterwards nothing changes them.

use std::cell::Cell;

use bumpalo::Bump;

use crate::facts::{M, breach, figure, relation, status};

/// A value of a fact; moments are nanoseconds since 1970 UTC.
#[derive(Clone, Copy, Debug)]
pub enum Val<'a> {
    Absent,
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(&'a str),
    Msg(&'a View<'a>),
    List(&'a [Val<'a>]),
}

impl<'a> Val<'a> {
    pub fn text(self) -> Option<&'a str> {
        if let Val::Text(text) = self { Some(text) } else { None }
    }

    pub fn int(self) -> Option<i64> {
        if let Val::Int(number) = self { Some(number) } else { None }
    }

    pub fn bool(self) -> Option<bool> {
        if let Val::Bool(truth) = self { Some(truth) } else { None }
    }

    pub fn msg(self) -> Option<&'a View<'a>> {
        if let Val::Msg(view) = self { Some(view) } else { None }
    }

    pub fn list(self) -> &'a [Val<'a>] {
        if let Val::List(items) = self { items } else { &[] }
    }

    pub fn absent(self) -> bool {
        matches!(self, Val::Absent)
    }
}

/// One message of the facts.
pub struct View<'a> {
    pub m: M,
    slots: &'a [Cell<Val<'a>>],
    /// The element that it stands in, where its path needs it.
    pub parent: Cell<Option<&'a View<'a>>>,
    /// The id of the element that tells the same fact, where canonical form found one.
    pub twin: Cell<Option<&'a str>>,
    /// It happens by itself, and nobody sent it.
    pub standing: Cell<bool>,
    /// It is there at every moment: an instrument whose day nobody knows.
    pub timeless: Cell<bool>,
    /// Of a party, the slots that are known to be false from a moment on.
    pub cleared: Cell<&'a [(usize, i64)]>,
    /// Its moment is the end of a day, at 24:00.
    pub closing: Cell<bool>,
    /// Ids of the rules by which it counts as a fact, and which it cannot fulfil.
    pub deemed: Cell<&'a [&'a str]>,
    /// Of a breach, from when to when (none: it lasts) the duty was violated and still owed.
    pub spells: Cell<&'a [(i64, Option<i64>)]>,
    /// Of a breach: from when on nobody knows whether the duty is still owed.
    pub unclear: Cell<Option<i64>>,
    /// The same breach by whether it is owed: not, owed, nobody knows.
    variants: Cell<&'a [Cell<Option<&'a View<'a>>>]>,
    path: Cell<Option<&'a str>>,
}

impl std::fmt::Debug for View<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{:?}", self.m)
    }
}

impl<'a> View<'a> {
    /// A new element that states nothing: its lists are empty, all else is absent.
    pub fn blank(arena: &'a Bump, m: M) -> &'a View<'a> {
        let fields = m.fields();
        let slots = arena.alloc_slice_fill_with(fields.len(), |slot| {
            Cell::new(match fields[slot].kind {
                crate::facts::Kind::Texts | crate::facts::Kind::Parts(_) => Val::List(&[]),
                _ => Val::Absent,
            })
        });
        arena.alloc(View {
            m,
            slots,
            parent: Cell::new(None),
            twin: Cell::new(None),
            standing: Cell::new(false),
            timeless: Cell::new(false),
            cleared: Cell::new(&[]),
            closing: Cell::new(false),
            deemed: Cell::new(&[]),
            spells: Cell::new(&[]),
            unclear: Cell::new(None),
            variants: Cell::new(&[]),
            path: Cell::new(None),
        })
    }

    /// A new element that states the same.
    pub fn copy(&self, arena: &'a Bump) -> &'a View<'a> {
        let slots = arena.alloc_slice_fill_with(self.slots.len(), |slot| Cell::new(self.slots[slot].get()));
        arena.alloc(View {
            m: self.m,
            slots,
            parent: Cell::new(self.parent.get()),
            twin: Cell::new(self.twin.get()),
            standing: Cell::new(self.standing.get()),
            timeless: Cell::new(self.timeless.get()),
            cleared: Cell::new(self.cleared.get()),
            closing: Cell::new(self.closing.get()),
            deemed: Cell::new(self.deemed.get()),
            spells: Cell::new(self.spells.get()),
            unclear: Cell::new(self.unclear.get()),
            variants: Cell::new(self.variants.get()),
            path: Cell::new(None),
        })
    }

    #[inline]
    pub fn get(&self, slot: usize) -> Val<'a> {
        self.slots[slot].get()
    }

    pub fn set(&self, slot: usize, value: Val<'a>) {
        self.slots[slot].set(value);
        self.path.set(None);
    }

    pub fn clear(&self, slot: usize) {
        self.set(slot, Val::Absent);
    }

    #[inline]
    pub fn has(&self, slot: usize) -> bool {
        !self.get(slot).absent()
    }

    #[inline]
    pub fn text(&self, slot: usize) -> Option<&'a str> {
        self.get(slot).text()
    }

    /// A text, or the empty one.
    #[inline]
    pub fn said(&self, slot: usize) -> &'a str {
        self.get(slot).text().unwrap_or("")
    }

    #[inline]
    pub fn int(&self, slot: usize) -> Option<i64> {
        self.get(slot).int()
    }

    #[inline]
    pub fn list(&self, slot: usize) -> &'a [Val<'a>] {
        self.get(slot).list()
    }

    /// The elements of a list.
    #[inline]
    pub fn each(&self, slot: usize) -> impl DoubleEndedIterator<Item = &'a View<'a>> + Clone + use<'a> {
        self.get(slot).list().iter().filter_map(|item| item.msg())
    }

    /// The texts of a list.
    pub fn texts(&self, slot: usize) -> impl Iterator<Item = &'a str> + Clone + use<'a> {
        self.get(slot).list().iter().filter_map(|item| item.text())
    }

    /// Puts another list in the place of one.
    pub fn put(&self, arena: &'a Bump, slot: usize, items: &[&'a View<'a>]) {
        self.set(slot, Val::List(arena.alloc_slice_fill_iter(items.iter().map(|view| Val::Msg(view)))));
    }

    /// Adds an element at the end of a list.
    pub fn push(&self, arena: &'a Bump, slot: usize, item: &'a View<'a>) {
        let before = self.list(slot);
        let items = arena.alloc_slice_fill_with(before.len() + 1, |n| {
            if n < before.len() { before[n] } else { Val::Msg(item) }
        });
        self.set(slot, Val::List(items));
    }

    /// Its id; of a message without one, the empty text.
    pub fn id(&self) -> &'a str {
        match self.m {
            M::Status | M::Relation | M::Figure | M::Place | M::Flags => "",
            _ => self.said(0),
        }
    }

    /// Whether it is an element that has an id.
    pub fn identified(&self) -> bool {
        !matches!(self.m, M::Status | M::Relation | M::Figure | M::Place | M::Flags)
    }

    /// When it happened; none where it does not say, or has no time.
    #[inline]
    pub fn time(&self) -> Option<i64> {
        self.m.time().and_then(|slot| self.int(slot))
    }

    /// Where the element stands in the case: `events[e1]`, `documents[d1].services[s1]`.
    pub fn path(&self, arena: &'a Bump) -> &'a str {
        if let Some(path) = self.path.get() {
            return path;
        }
        let made = self.written(arena);
        self.path.set(Some(made));
        made
    }

    /// Gives a part of an element, which has no place of its own, the path by which its facts are known.
    pub fn name(&self, path: &'a str) {
        self.path.set(Some(path));
    }

    fn written(&self, arena: &'a Bump) -> &'a str {
        if matches!(self.m, M::Case | M::Flags | M::Place) {
            return "";
        }
        let mut out = bumpalo::collections::String::new_in(arena);
        if let (true, Some(parent)) = (self.m.nested(), self.parent.get()) {
            out.push_str(parent.path(arena));
            out.push('.');
        }
        out.push_str(self.m.collection());
        out.push('[');
        match self.m {
            M::Status => {
                quote(&mut out, self.said(status::KIND));
                // An empty id of an event is none, and neither is the moment 0.
                let begun = self.text(status::BEGUN_BY).filter(|id| !id.is_empty());
                match (begun, self.int(status::SINCE).filter(|at| *at != 0)) {
                    (Some(id), _) => {
                        out.push(':');
                        quote(&mut out, id);
                    }
                    (None, Some(since)) => {
                        use std::fmt::Write;
                        let _ = write!(out, ":{since}");
                    }
                    (None, None) => {}
                }
            }
            M::Relation => {
                quote(&mut out, self.said(relation::KIND));
                out.push(':');
                quote(&mut out, self.said(relation::PARTY));
            }
            M::Figure => quote(&mut out, self.said(figure::NAME)),
            M::Breach => quote(&mut out, self.said(breach::ID)),
            _ => quote(&mut out, self.said(0)),
        }
        out.push(']');
        out.into_bump_str()
    }

    /// What the element adds to the id of an obligation that is bound to it.
    pub fn identity(&self, arena: &'a Bump) -> &'a str {
        if self.m == M::Status && self.undated_state() { "" } else { self.path(arena) }
    }

    /// Of a state: whether nothing says when, or by what, it began.
    pub fn undated_state(&self) -> bool {
        !self.has(status::SINCE) && !self.has(status::BEGUN_BY)
    }

    /// Of a state: whether it holds at a moment; an end without a time is taken to be past.
    pub fn holds_at(&self, moment: i64) -> bool {
        if self.int(status::SINCE).is_some_and(|since| since > moment) {
            return false;
        }
        match self.int(status::UNTIL) {
            None => !self.has(status::ENDED_BY),
            Some(until) => until > moment,
        }
    }

    /// Of a state: makes `ended` say whether an end is known.
    pub fn settle_state(&self) {
        let ended = self.has(status::UNTIL) || self.has(status::ENDED_BY);
        self.set(status::ENDED, Val::Bool(ended));
    }

    /// Of a breach: whether the duty was violated and still owed at a moment; none where nobody knows.
    fn owed_at(&self, moment: i64) -> Option<bool> {
        if self.unclear.get().is_some_and(|unclear| moment >= unclear) {
            return None;
        }
        let held = |(start, end): &(i64, Option<i64>)| *start <= moment && end.is_none_or(|end| moment < end);
        Some(self.spells.get().iter().any(held))
    }

    /// Makes a breach what it was at the moment at which it came about.
    pub fn begin_breach(&'a self, arena: &'a Bump, at: i64) {
        self.variants.set(arena.alloc_slice_fill_with(3, |_| Cell::new(None)));
        self.set_owed(self.owed_at(at));
    }

    fn set_owed(&'a self, owed: Option<bool>) {
        self.set(breach::OWED, owed.map_or(Val::Absent, Val::Bool));
        self.variants.get()[variant(owed)].set(Some(self));
    }

    /// Of a breach: as it was at a moment.
    pub fn breach_at(&'a self, arena: &'a Bump, moment: i64) -> &'a View<'a> {
        let owed = self.owed_at(moment);
        if let Some(found) = self.variants.get()[variant(owed)].get() {
            return found;
        }
        let made = self.copy(arena);
        made.set_owed(owed);
        made
    }

    /// Whether it is an act that does not say when it happened.
    pub fn undated(&self) -> bool {
        let acts = matches!(self.m, M::Event | M::Request | M::Service);
        acts && self.time().is_none() && !self.timeless.get()
    }
}

/// An id as it stands between the brackets of a path.
fn quote(out: &mut bumpalo::collections::String<'_>, key: &str) {
    for character in key.chars() {
        if character == ']' || character == '\\' {
            out.push('\\');
        }
        out.push(character);
    }
}

/// The path of an element of a list of the case.
pub fn element<'a>(arena: &'a Bump, collection: &str, key: &str) -> &'a str {
    let mut out = bumpalo::collections::String::new_in(arena);
    out.push_str(collection);
    out.push('[');
    quote(&mut out, key);
    out.push(']');
    out.into_bump_str()
}

/// Texts one after another.
pub fn joined<'a>(arena: &'a Bump, texts: &[&str]) -> &'a str {
    let size = texts.iter().map(|text| text.len()).sum();
    let mut out = bumpalo::collections::String::with_capacity_in(size, arena);
    texts.iter().for_each(|text| out.push_str(text));
    out.into_bump_str()
}

/// A path and a field below it.
pub fn below<'a>(arena: &'a Bump, path: &str, field: &str) -> &'a str {
    joined(arena, &[path, ".", field])
}

/// The names of a path with their ids (empty where a name has none); none for a text that is no path.
pub fn parts<'a>(arena: &'a Bump, path: &'a str) -> Vec<(&'a str, &'a str)> {
    let bytes = path.as_bytes();
    let (mut at, mut found) = (0, Vec::new());
    while at < bytes.len() {
        let start = at;
        while at < bytes.len() && (bytes[at].is_ascii_lowercase() || bytes[at] == b'_') {
            at += 1;
        }
        if at == start {
            return Vec::new();
        }
        let name = &path[start..at];
        let mut key = "";
        if at < bytes.len() && bytes[at] == b'[' {
            let from = at + 1;
            let (mut end, mut escaped) = (from, false);
            while end < bytes.len() && bytes[end] != b']' {
                if bytes[end] == b'\\' {
                    escaped = true;
                    end += 1;
                }
                end += 1;
            }
            if end >= bytes.len() {
                return Vec::new();
            }
            key = &path[from..end];
            if escaped {
                key = unescaped(arena, key);
            }
            at = end + 1;
        }
        if at < bytes.len() {
            if bytes[at] != b'.' {
                return Vec::new();
            }
            at += 1;
        }
        found.push((name, key));
    }
    found
}

fn unescaped<'a>(arena: &'a Bump, key: &str) -> &'a str {
    let mut out = bumpalo::collections::String::new_in(arena);
    let mut characters = key.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            out.push(character);
        } else if let Some(next) = characters.next() {
            out.push(next);
        }
    }
    out.into_bump_str()
}

/// The id of the element that a path names; empty where it names none.
pub fn key_of<'a>(arena: &'a Bump, path: &'a str) -> &'a str {
    parts(arena, path).last().map_or("", |(_, key)| key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_as_they_are_written() {
        let arena = Bump::new();
        let path = element(&arena, "events", "a]b\\c");
        assert_eq!(path, "events[a\\]b\\\\c]");
        assert_eq!(parts(&arena, path), vec![("events", "a]b\\c")]);
        assert_eq!(parts(&arena, "documents[d].services[s].at").len(), 3);
        assert!(parts(&arena, "events[e").is_empty());
        assert_eq!(key_of(&arena, "events[e1].at"), "");
    }
}

fn variant(owed: Option<bool>) -> usize {
    owed.map_or(2, usize::from)
}
