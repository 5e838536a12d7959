//! Periods whose clock stands still for a while; as `policy/time/clock.py` counts them, which says the readings.

use crate::time::calendar::Calendar;
use crate::time::deadline::{
    Arg, Deadline, Due, FIRST_DAY, Fault, Kind, LAST_DAY, Mark, Period, Roll, Unit, due_on, mark, within,
};
use crate::time::moment::{NANO, at_second, civil, local_day};
use crate::time::office::{HALVES, Office, office_due};

type R<T> = Result<T, Fault>;
const OUT: Fault = Fault::OutOfRange;

const TAIL: [&str; 5] = ["not_rolled", "skipped", "notice", "provisional", "ends"];
const HEAD: [&str; 5] = ["start", "start_of_end", "starting_day_excluded", "working_days", "fixed_day"];
const HALF_TAIL: [&str; 5] = ["half_days", "skipped", "notice", "provisional", "due"];

/// From when to when the clock stands still; none: it has not gone on yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stop {
    pub begin: i64,
    pub end: Option<i64>,
}

/// The end of a period from `start` on, the stops not counted; `deadline` says how it is counted.
pub fn running<'a>(
    deadline: &Deadline,
    start: i64,
    period: Period,
    calendar: &Calendar,
    stops: &[Stop],
    day_ends: bool,
) -> R<Due<'a>> {
    let roll = deadline.roll.unwrap_or(Roll::Yes);
    let plain = within(start, period, calendar, roll, deadline.next_hour, deadline.office, day_ends)?;
    let later: Vec<Stop> =
        stops.iter().copied().filter(|stop| stop.end.is_none_or(|end| end > start)).collect();
    let counts = later.first().zip(plain.at).is_some_and(|(stop, due)| stop.begin < due);
    if !counts {
        return Ok(plain);
    }
    match (period.unit, deadline.office) {
        (Unit::Hour | Unit::Minute, _) => exact(plain, period, &later),
        (Unit::HalfDay, Some(office)) => half_days(start, plain, period, calendar, &later, office),
        _ => {
            let nominal = within(start, period, calendar, Roll::No, false, None, day_ends)?;
            let first = local_day(start) - i32::from(day_ends);
            days(nominal, first, period, calendar, &later, roll)
        }
    }
}

fn stopped<'a>(stop: Stop, end: i64) -> Mark<'a> {
    mark("stopped", vec![Arg::Moment(stop.begin), Arg::Moment(end)])
}

/// The clock has not gone on: nobody knows when it will end.
fn still<'a>(stop: Stop, mut marks: Vec<Mark<'a>>) -> Due<'a> {
    marks.push(mark("stands_still", vec![Arg::Moment(stop.begin)]));
    Due { kind: Kind::Numeric, at: None, provisional: false, marks, original: None }
}

/// Hours and minutes: what stood still is added.
fn exact<'a>(plain: Due<'a>, period: Period, stops: &[Stop]) -> R<Due<'a>> {
    let Some(mut end) = plain.at else { return Ok(plain) };
    let minutes = i64::from(period.amount) * if period.unit == Unit::Hour { 60 } else { 1 };
    let runs = end - minutes * 60 * NANO;
    let mut marks = plain.marks;
    marks.pop();
    for stop in stops {
        if stop.begin >= end {
            break;
        }
        let Some(over) = stop.end else { return Ok(still(*stop, marks)) };
        end = end.checked_add((over - stop.begin.max(runs)).max(0)).ok_or(OUT)?;
        marks.push(stopped(*stop, over));
    }
    if civil(local_day(end)).0 > civil(LAST_DAY).0 {
        return Err(OUT);
    }
    marks.push(mark("hours", vec![Arg::Period(period), Arg::Moment(end)]));
    Ok(Due { kind: Kind::Numeric, at: Some(end), provisional: false, marks, original: None })
}

/// Days of any kind; `nominal` is the plain count, not moved, and `first` the day it starts on.
fn days<'a>(
    nominal: Due<'a>,
    first: i32,
    period: Period,
    calendar: &Calendar,
    stops: &[Stop],
    roll: Roll,
) -> R<Due<'a>> {
    let working = period.unit == Unit::WorkingDay;
    let mut last = last_of(&nominal).ok_or(OUT)?;
    let mut marks: Vec<Mark<'a>> =
        nominal.marks.into_iter().filter(|mark| !TAIL.contains(&mark.code)).collect();
    let mut floor = first;
    for stop in stops {
        let ends = due_on(last, calendar, if working { Roll::No } else { roll }, floor)?;
        if ends.at.is_none_or(|at| stop.begin >= at) {
            break;
        }
        let Some(end) = stop.end else { return Ok(still(*stop, marks)) };
        let (since, goes_on) = (first.max(local_day(stop.begin)), local_day(end));
        floor = floor.max(goes_on);
        let (moved, left_out) = moved(last, since, goes_on, calendar, working)?;
        last = moved;
        if !working {
            let settled = due_on(last, calendar, roll, floor)?;
            if last_of(&settled).is_some_and(|day| day < goes_on) {
                last = goes_on;
            }
        }
        marks.push(stopped(*stop, end));
        marks.push(match left_out {
            Some(period) => mark("left_out", vec![Arg::Period(period), Arg::Day(last)]),
            None => mark("none_left_out", vec![Arg::Day(last)]),
        });
    }
    let settled = if working {
        let amount = calendar.between(first, last).ok_or(OUT)?;
        let noon = at_second(first, 12 * 3600).ok_or(OUT)?;
        let total = Period { amount, unit: Unit::WorkingDay };
        within(noon, total, calendar, Roll::Yes, false, None, false)?
    } else {
        due_on(last, calendar, roll, floor)?
    };
    marks.extend(settled.marks.into_iter().filter(|mark| !HEAD.contains(&mark.code)));
    let (at, provisional) = (settled.at, settled.provisional);
    Ok(Due { kind: Kind::Numeric, at, provisional, marks, original: None })
}

/// The last day after a pause from one day to another, and how much was not counted.
fn moved(
    last: i32,
    since: i32,
    goes_on: i32,
    calendar: &Calendar,
    working: bool,
) -> R<(i32, Option<Period>)> {
    if !working {
        let days = goes_on - since;
        let moved = last + days;
        if !(FIRST_DAY..=LAST_DAY).contains(&moved) {
            return Err(OUT);
        }
        return Ok((moved, (days != 0).then_some(Period { amount: days, unit: Unit::Day })));
    }
    let days = calendar.between(since, goes_on).ok_or(OUT)?;
    let moved = if days == 0 { last } else { calendar.after(last, days).ok_or(OUT)? };
    let moved = moved.max(calendar.next(goes_on).ok_or(OUT)?);
    Ok((moved, (days != 0).then_some(Period { amount: days, unit: Unit::WorkingDay })))
}

/// The day at whose 24:00 it ends.
fn last_of(due: &Due<'_>) -> Option<i32> {
    match due.marks.last()?.args.first()? {
        Arg::Day(day) => Some(*day),
        _ => None,
    }
}

/// Half days, one by one.
fn half_days<'a>(
    start: i64,
    plain: Due<'a>,
    period: Period,
    calendar: &Calendar,
    stops: &[Stop],
    office: Office,
) -> R<Due<'a>> {
    let mut marks: Vec<Mark<'a>> =
        plain.marks.into_iter().filter(|mark| !HALF_TAIL.contains(&mark.code)).collect();
    let half = match last_half(start, period.amount, calendar, office, stops)? {
        Found::Half(half) => half,
        Found::Still(stop) => return Ok(still(stop, marks)),
    };
    for stop in stops {
        if let Some(end) = stop.end.filter(|_| stop.begin < half.ends) {
            marks.push(stopped(*stop, end));
        }
    }
    let word = Arg::Word(HALVES[half.half]);
    marks.push(mark("half_days_left", vec![Arg::Period(period), Arg::Day(half.day), word]));
    office_due(local_day(start), half.day, half.ends, calendar, marks, Kind::Numeric)
}

/// A half day: of which day, which one, and from when to when.
#[derive(Clone, Copy)]
struct Half {
    day: i32,
    half: usize,
    begins: i64,
    ends: i64,
}

enum Found {
    Half(Half),
    Still(Stop),
}

/// The last of so many half days, or the stop that has not ended before it.
fn last_half(begun: i64, mut amount: i32, calendar: &Calendar, office: Office, stops: &[Stop]) -> R<Found> {
    // When the clock goes on that stopped in the last half day.
    let mut goes_on: Option<i64> = None;
    let mut day = local_day(begun);
    loop {
        day = calendar.next(day).ok_or(OUT)?;
        for half in 0..2 {
            let one = Half { day, half, begins: office.begins(day, half)?, ends: office.ends(day, half)? };
            if one.begins <= begun || goes_on.is_some_and(|goes_on| one.ends < goes_on) {
                continue;
            }
            let mut stop = if goes_on.is_none() { over_which(stops, one.begins) } else { None };
            if stop.is_none() {
                amount -= i32::from(goes_on.is_none());
                if amount != 0 {
                    continue;
                }
                stop = inside(stops, goes_on.unwrap_or(one.begins), one.ends);
                match stop {
                    None => return Ok(Found::Half(one)),
                    Some(stop) => goes_on = stop.end,
                }
            }
            if let Some(stop) = stop.filter(|stop| stop.end.is_none()) {
                return Ok(Found::Still(stop));
            }
        }
        day += 1;
    }
}

/// The stop for which a half day that begins at this moment is not counted.
fn over_which(stops: &[Stop], moment: i64) -> Option<Stop> {
    stops.iter().copied().find(|stop| stop.begin < moment && stop.end.is_none_or(|end| moment <= end))
}

/// The stop that begins in what is left of the last half day and outlasts it.
fn inside(stops: &[Stop], since: i64, ends: i64) -> Option<Stop> {
    let begun = |stop: &Stop| since <= stop.begin && stop.begin < ends;
    stops.iter().copied().find(|stop| begun(stop) && stop.end.is_none_or(|end| end > ends))
}
