//! Which of several events one is, of how many units, how many years running; as `policy/expr/counting.py` counts
//! known facts, and `policy/engines/placing.py` where facts are missing.

use rustc_hash::FxHashSet;

use crate::ops::year_of;
use crate::program::{Expr, Quant, S};
use crate::three::{Bound, T, Three, Unknown};
use crate::view::{Val, View, below};

/// The place of an element among others.
#[derive(Debug)]
pub struct Place {
    /// The overload, which tells one function from another.
    pub name: S,
    pub of: Expr,
    pub list: Expr,
    /// Slot of the moment at which an element happened.
    pub at: usize,
    /// The text field whose different values are counted, and its slot; else every element is.
    pub field: Option<(usize, S)>,
}

impl Place {
    /// The place on known facts; none where one of them is absent.
    pub fn plain<'a>(&self, element: &'a View<'a>, items: &'a [Val<'a>]) -> Option<i64> {
        let own = (element.int(self.at)?, element.id());
        let value = match &self.field {
            Some((slot, _)) => Some(element.text(*slot)?),
            None => None,
        };
        let mut found: FxHashSet<&str> = FxHashSet::from_iter(value);
        let mut member = false;
        for one in items.iter().filter_map(|item| item.msg()) {
            if one.id() == own.1 {
                member = true;
            } else if (one.int(self.at)?, one.id()) < own {
                match &self.field {
                    None => found.insert(one.id()),
                    Some((slot, _)) => {
                        let other = one.text(*slot)?;
                        if value == Some(other) {
                            return Some(0);
                        }
                        found.insert(other)
                    }
                };
            }
        }
        let place = found.len() + usize::from(self.field.is_none());
        Some(if member { place as i64 } else { 0 })
    }
}

/// How many years in a row, up to `last`, are among these.
pub fn years_running(known: &FxHashSet<i64>, last: i64) -> i64 {
    (0..).take_while(|back| known.contains(&(last - back))).count() as i64
}

/// The same of known moments.
pub fn plain_years(moments: &[Val<'_>], moment: i64) -> i64 {
    let years = moments.iter().filter_map(|one| one.int()).map(year_of).collect();
    years_running(&years, year_of(moment))
}

/// An element that is counted, or may be.
type Member<'a> = (T<'a>, T<'a>);

/// An element before the one in question, what is in doubt of that, and its order where that is known.
struct Earlier<'a> {
    view: &'a View<'a>,
    doubts: Vec<&'a Unknown<'a>>,
    order: Option<(i64, &'a str)>,
}

fn unknown(value: T<'_>) -> Option<&Unknown<'_>> {
    if let T::Unknown(found) = value { Some(found) } else { None }
}

impl<'a> Three<'a, '_> {
    /// The place of an element, between what is certain and possible.
    pub fn place(&self, place: &'a Place, bound: &mut Bound<'a>) -> T<'a> {
        let element = self.of(&place.of, bound);
        let members = self.members(&place.list, bound);
        if let T::Failed(_) = element {
            return element;
        }
        let name = place.name.as_bytes();
        let (members, view) = match (members, element) {
            (Err(failed @ T::Failed(_)), _) => return failed,
            (Err(open), _) => return self.result(name, None, &[element, open], false, false),
            (Ok(members), T::Known(Val::Msg(view))) => (members, view),
            (Ok(members), _) => {
                let all: Vec<T<'a>> = members.iter().flat_map(|(verdict, one)| [*verdict, *one]).collect();
                // What is missing of the members is not asked for: nobody knows whose place it is.
                let mut key = name.to_vec();
                all.iter().for_each(|one| self.write(*one, &mut key));
                return self.result(&key, None, &[element], false, false);
            }
        };
        if let Some((failed, _)) = members.iter().find(|(verdict, _)| matches!(verdict, T::Failed(_))) {
            return *failed;
        }
        if members.iter().any(|(_, one)| !matches!(one, T::Known(Val::Msg(_)))) {
            let mut all = vec![element];
            all.extend(members.iter().flat_map(|(verdict, one)| [*verdict, *one]));
            return self.result(name, None, &all, false, false);
        }
        let members = self.united(&members);
        let found = self.placed(place, view, &members);
        let mut fallible: Vec<T<'a>> = members
            .iter()
            .map(|(verdict, _)| *verdict)
            .filter(|verdict| unknown(*verdict).is_some_and(|one| one.fallible))
            .collect();
        if fallible.is_empty() {
            return found;
        }
        fallible.push(found);
        self.result(name, None, &fallible, false, true)
    }

    /// The elements of a list that are, or may be, in it; or what leaves the list itself open.
    fn members(&self, list: &'a Expr, bound: &mut Bound<'a>) -> Result<Vec<Member<'a>>, T<'a>> {
        let certain = T::Known(Val::Bool(true));
        let listed = |value: T<'a>| match value {
            T::List(items) => Ok(items.to_vec()),
            T::Known(Val::List(items)) => Ok(items.iter().map(|item| T::Known(*item)).collect()),
            open => Err(open),
        };
        let filter = match list {
            Expr::Quant(quantified) if quantified.what == Quant::Filter => {
                quantified.body.as_ref().map(|body| (quantified, body))
            }
            _ => None,
        };
        let Some((quantified, body)) = filter else {
            let items: Vec<T<'a>> = listed(self.of(list, bound))?;
            return Ok(items.into_iter().map(|item| (certain, item)).collect());
        };
        let items = listed(self.of(&quantified.range, bound))?;
        let top = bound.len();
        while bound.len() <= quantified.slot {
            bound.push(T::Known(Val::Absent));
        }
        let mut found = Vec::new();
        for item in items {
            bound[quantified.slot] = item;
            let verdict = self.verdict(body, bound);
            if !matches!(verdict, T::Known(Val::Bool(false))) {
                found.push((verdict, item));
            }
        }
        bound.truncate(top);
        Ok(found)
    }

    /// The members, each element once: it is counted where one of its verdicts says so.
    fn united(&self, members: &[Member<'a>]) -> Vec<(T<'a>, &'a View<'a>)> {
        let mut found: Vec<(Vec<T<'a>>, &'a View<'a>)> = Vec::new();
        for (verdict, one) in members {
            let T::Known(Val::Msg(view)) = one else { continue };
            match found.iter_mut().find(|(_, known)| std::ptr::eq(*known, *view)) {
                Some((verdicts, _)) => verdicts.push(*verdict),
                None => found.push((vec![*verdict], *view)),
            }
        }
        found.into_iter().map(|(verdicts, view)| (self.junction(true, &verdicts), view)).collect()
    }

    /// A scalar field of an element.
    fn fact_of(&self, view: &'a View<'a>, slot: usize, name: &str) -> T<'a> {
        match view.get(slot) {
            Val::Absent => {
                let arena = self.eval.arena;
                self.unknown_fact(below(arena, view.path(arena), name), false)
            }
            value => T::Known(value),
        }
    }

    fn placed(&self, place: &'a Place, element: &'a View<'a>, members: &[(T<'a>, &'a View<'a>)]) -> T<'a> {
        let (at, own) = (self.fact_of(element, place.at, "at"), element.id());
        if members.iter().all(|(_, view)| view.id() != own) {
            return T::Known(Val::Int(0));
        }
        let mut doubts: Vec<&'a Unknown<'a>> = unknown(at).into_iter().collect();
        let itself = members.iter().filter(|(_, view)| view.id() == own);
        doubts.extend(itself.filter_map(|(verdict, _)| unknown(*verdict)));
        let others = members.iter().filter(|(_, view)| view.id() != own);
        let T::Known(Val::Int(at)) = at else {
            doubts.extend(others.filter_map(|(verdict, _)| unknown(*verdict)));
            return self.between(place, &doubts, 0, self.most(place, members));
        };
        let earlier: Vec<Earlier<'a>> =
            others.filter_map(|(verdict, view)| self.earlier(place, *verdict, *view, (at, own))).collect();
        let (low, high, more) = match &place.field {
            Some((slot, name)) => self.distinct(self.fact_of(element, *slot, name), earlier, *slot, name),
            None => {
                let certain = earlier.iter().filter(|one| one.doubts.is_empty()).count() as i64;
                let doubts = earlier.iter().flat_map(|one| one.doubts.iter().copied()).collect();
                (certain + 1, earlier.len() as i64 + 1, doubts)
            }
        };
        if high != 0 && !(doubts.is_empty() && more.is_empty()) {
            let low = if doubts.is_empty() { low } else { 0 };
            doubts.extend(more);
            return self.between(place, &doubts, low, high);
        }
        T::Known(Val::Int(high))
    }

    /// The last place that there can be: of each element, or of each value of a field.
    fn most(&self, place: &'a Place, members: &[(T<'a>, &'a View<'a>)]) -> i64 {
        let Some((slot, _)) = &place.field else { return members.len() as i64 };
        let known: FxHashSet<&str> = members.iter().filter_map(|(_, view)| view.text(*slot)).collect();
        let open = members.iter().filter(|(_, view)| !view.has(*slot)).count();
        (known.len() + open) as i64
    }

    fn earlier(
        &self,
        place: &Place,
        verdict: T<'a>,
        view: &'a View<'a>,
        own: (i64, &'a str),
    ) -> Option<Earlier<'a>> {
        let at = self.fact_of(view, place.at, "at");
        let doubts = [verdict, at].into_iter().filter_map(unknown).collect();
        match at {
            T::Known(Val::Int(at)) if (at, view.id()) >= own => None,
            T::Known(Val::Int(at)) => Some(Earlier { view, doubts, order: Some((at, view.id())) }),
            _ => Some(Earlier { view, doubts, order: None }),
        }
    }

    /// Least and most, and what is in doubt between them; 0 where an earlier one has the same value.
    fn distinct(
        &self,
        own: T<'a>,
        mut earlier: Vec<Earlier<'a>>,
        slot: usize,
        name: &str,
    ) -> (i64, i64, Vec<&'a Unknown<'a>>) {
        let mine = if let T::Known(value) = own { value.text() } else { None };
        earlier.sort_by_key(|one| one.order.unwrap_or((0, "")));
        let mut certain: FxHashSet<&'a str> = FxHashSet::default();
        let mut possible: Vec<Option<&'a str>> = Vec::new();
        let mut doubts: Vec<&'a Unknown<'a>> = unknown(own).into_iter().collect();
        for one in earlier {
            let value = self.fact_of(one.view, slot, name);
            let said = one.view.text(slot);
            let mut open = one.doubts;
            open.extend(unknown(value));
            if !open.is_empty() {
                possible.push(said);
                doubts.extend(open);
            } else if said.is_some() && said == mine {
                return (0, 0, Vec::new());
            } else {
                certain.extend(said);
            }
        }
        let may_be_mine = |value: &Option<&str>| value.is_none() || (mine.is_some() && *value == mine);
        let maybe_same = !doubts.is_empty() && (unknown(own).is_some() || possible.iter().any(may_be_mine));
        let new: FxHashSet<&str> =
            possible.iter().flatten().copied().filter(|value| !certain.contains(value)).collect();
        let more = (new.len() + possible.iter().filter(|value| value.is_none()).count()) as i64;
        let most = certain.len() as i64 + 1 + more;
        let least = if maybe_same { 0 } else { certain.len() as i64 + 1 };
        if least == most { (least, least, Vec::new()) } else { (least, most, doubts) }
    }

    /// A number that lies between two, for these doubts.
    fn between(&self, place: &'a Place, doubts: &[&'a Unknown<'a>], low: i64, high: i64) -> T<'a> {
        let mut once: Vec<T<'a>> = Vec::new();
        let mut keys: FxHashSet<u32> = FxHashSet::default();
        for one in doubts {
            if keys.insert(one.key) {
                once.push(T::Unknown(*one));
            }
        }
        self.bounded(self.result(place.name.as_bytes(), None, &once, false, false), Some((low, high)))
    }

    /// The same value, known to lie within bounds.
    pub fn bounded(&self, value: T<'a>, bounds: Option<(i64, i64)>) -> T<'a> {
        match value {
            T::Unknown(found) if !found.fallible && bounds.is_some() => {
                T::Unknown(self.eval.arena.alloc(Unknown {
                    missing: found.missing,
                    key: found.key,
                    formula: found.formula,
                    fallible: found.fallible,
                    fact: found.fact,
                    bounds,
                }))
            }
            other => other,
        }
    }

    /// How many years in a row, up to that of a moment, hold one of the moments; any may be missing.
    pub fn years(&self, moments: T<'a>, moment: T<'a>) -> T<'a> {
        for one in [moments, moment] {
            if let T::Failed(_) = one {
                return one;
            }
        }
        let parts: Vec<T<'a>> = match moments {
            T::List(items) => items.to_vec(),
            T::Known(Val::List(items)) => items.iter().map(|item| T::Known(*item)).collect(),
            other => vec![other],
        };
        let year = |one: &T<'a>| if let T::Known(Val::Int(at)) = one { Some(year_of(*at)) } else { None };
        let mut known: FxHashSet<i64> = parts.iter().filter_map(year).collect();
        let free = parts.iter().filter(|one| matches!(one, T::Unknown(_))).count();
        let mut all = parts;
        all.push(moment);
        let open = self.result(b"years_running", None, &all, false, false);
        if unknown(open).is_some_and(|one| one.fallible) {
            return open;
        }
        if let T::Unknown(list) = moments {
            return self.bounded(open, list.bounds.map(|(_, most)| (0, most)));
        }
        let Some(last) = year(&moment) else {
            return self.bounded(open, Some((0, (known.len() + free) as i64)));
        };
        let least = years_running(&known, last);
        let mut most = least;
        for _ in 0..free {
            // Each may stand for the next year that is lacking.
            known.insert(last - most);
            most = years_running(&known, last);
        }
        if least == most { T::Known(Val::Int(least)) } else { self.bounded(open, Some((least, most))) }
    }
}
