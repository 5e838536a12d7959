//! What happens without anybody sending it, on the district's own file; as `policy/facts/periods.py` has it.

use bumpalo::Bump;

use crate::facts::{M, case, event};
use crate::program::Program;
use crate::time::moment::{at_second, civil, local_day, ordinal};
use crate::view::{Val, View, key_of};

fn months(period: &str) -> i32 {
    match period {
        "month" => 1,
        "quarter" => 3,
        "half_year" => 6,
        _ => 12,
    }
}

/// The first month of the period that holds a moment, as months since the year 0.
fn first_month(at: i64, period: &str) -> i32 {
    let (year, month, _) = civil(local_day(at));
    let size = months(period);
    year * 12 + (month as i32 - 1) / size * size
}

fn begins(month: i32) -> i64 {
    let day = ordinal(month.div_euclid(12), month.rem_euclid(12) as u32 + 1, 1);
    at_second(day, 0).unwrap_or(i64::MAX)
}

/// When the period that this event begins is over.
pub fn ends_at(event: &View<'_>, period: &str) -> i64 {
    if let Some(stated) = event.int(event::PERIOD_TO) {
        return stated;
    }
    begins(first_month(event.int(event::AT).unwrap_or(0), period) + months(period))
}

/// The events that the case does not state itself, from the first version up to `as_of`.
pub fn events<'a>(
    arena: &'a Bump,
    program: &'a Program,
    case: &'a View<'a>,
    as_of: i64,
) -> Vec<&'a View<'a>> {
    let standing = &program.standing;
    if case.said(case::KIND) != "district" || standing.first.is_some_and(|first| first > as_of) {
        return Vec::new();
    }
    let mut made: Vec<&'a View<'a>> = Vec::new();
    let told = |kind: &str| case.each(case::EVENTS).any(|one| one.said(event::TYPE) == kind);
    let new = |made: &[&'a View<'a>], kind: &'a str, key: &str, at: Option<i64>| {
        let mut id = key.to_owned();
        while case.each(case::EVENTS).chain(made.iter().copied()).any(|one| one.id() == id) {
            id.push('~');
        }
        let event = View::blank(arena, M::Event);
        event.set(event::ID, Val::Text(arena.alloc_str(&id)));
        event.set(event::TYPE, Val::Text(kind));
        event.standing.set(true);
        match at {
            Some(at) => event.set(event::AT, Val::Int(at)),
            None => event.timeless.set(true),
        }
        event
    };
    if !standing.instrument.is_empty() && !told(&standing.instrument) {
        let event = new(&made, &standing.instrument, &standing.instrument, standing.first);
        made.push(event);
    }
    let Some(first) = standing.first else { return made };
    for (kind, period) in &standing.periods {
        let known: Vec<i64> = case
            .each(case::EVENTS)
            .filter(|one| one.said(event::TYPE) == &**kind)
            .filter_map(|one| one.int(event::AT).map(|at| begins(first_month(at, period))))
            .collect();
        let mut month = first_month(first, period);
        while begins(month) <= as_of {
            let (start, end) = (begins(month), begins(month + months(period)));
            if !known.contains(&start) {
                let (year, number) = (month.div_euclid(12), month.rem_euclid(12) + 1);
                let name =
                    if &**period == "year" { format!("{year}") } else { format!("{year}-{number:02}") };
                let event = new(&made, kind, &format!("{kind}:{name}"), Some(start));
                event.set(event::PERIOD_FROM, Val::Int(start));
                event.set(event::PERIOD_TO, Val::Int(end));
                made.push(event);
            }
            month += months(period);
        }
    }
    made
}

/// Whether the trigger is a period that was not sent and is over.
pub fn past<'a>(
    arena: &'a Bump,
    program: &Program,
    trigger: &'a str,
    case: &'a View<'a>,
    as_of: i64,
) -> bool {
    for (kind, period) in &program.standing.periods {
        if trigger
            .strip_prefix("events[")
            .and_then(|rest| rest.strip_prefix(&**kind))
            .is_some_and(|rest| rest.starts_with(':'))
        {
            let key = key_of(arena, trigger);
            let found = case.each(case::EVENTS).rfind(|one| one.id() == key);
            return found.is_some_and(|one| ends_at(one, period) <= as_of);
        }
    }
    false
}
