//! Office hours: half days, the end of the morning, the end of the day's work; as `policy/time/office.py` counts.

use crate::time::calendar::Calendar;
use crate::time::deadline::{Arg, Due, Fault, Kind, Mark, Period, mark, relied};
use crate::time::moment::{at_second, local_day, local_micro};

type R<T> = Result<T, Fault>;
const OUT: Fault = Fault::OutOfRange;

pub const HALVES: [&str; 2] = ["morning", "afternoon"];

/// When the morning of a working day begins and ends, and the afternoon, in minutes since the day began.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Office(pub [i64; 4]);

impl Office {
    /// When a half (0: morning) of a day begins.
    pub fn begins(self, day: i32, half: usize) -> R<i64> {
        at_second(day, self.0[half * 2] * 60).ok_or(OUT)
    }

    /// When a half of a day ends.
    pub fn ends(self, day: i32, half: usize) -> R<i64> {
        at_second(day, self.0[half * 2 + 1] * 60).ok_or(OUT)
    }

    /// Whether a half has ended by a moment of its day.
    fn over(self, at: i64, half: usize) -> bool {
        local_micro(at) > self.0[half * 2 + 1] * MINUTE
    }
}

const MINUTE: i64 = 60_000_000;

/// The moment to the microsecond: office hours are given in minutes.
fn plain(at: i64) -> i64 {
    at - at.rem_euclid(1000)
}

/// The end of so many half days.
pub fn half_days<'a>(start: i64, period: Period, calendar: &Calendar, office: Office) -> R<Due<'a>> {
    let start = plain(start);
    let (day, half, within) = half_of(start, calendar, office)?;
    let mut marks = vec![mark("start", vec![Arg::Moment(start)])];
    marks.push(if within {
        mark("half_day_excluded", vec![])
    } else {
        mark("half_day_begins", vec![Arg::Day(day), Arg::Word(HALVES[half])])
    });
    let all = half as i32 + period.amount - i32::from(!within);
    let (ahead, last_half) = (all.div_euclid(2), usize::from(all.rem_euclid(2) == 1));
    let last = if ahead == 0 { day } else { calendar.after(day, ahead).ok_or(OUT)? };
    marks.push(mark("half_days", vec![Arg::Period(period), Arg::Day(last), Arg::Word(HALVES[last_half])]));
    office_due(local_day(start), last, office.ends(last, last_half)?, calendar, marks, Kind::Numeric)
}

/// The end of the morning (0) or of office hours (1) of the day of a start, or of a later day.
pub fn office_end<'a>(
    start: i64,
    half: usize,
    calendar: &Calendar,
    office: Office,
    later: Option<i32>,
) -> R<Due<'a>> {
    let start = plain(start);
    let mut marks = vec![mark("start", vec![Arg::Moment(start)])];
    let over = later.is_none() && office.over(start, half);
    let own = later.unwrap_or(local_day(start));
    if let Some(day) = later {
        marks.push(mark("later_day", vec![Arg::Day(day)]));
    }
    let mut last = own;
    if over || !calendar.works(own).ok_or(OUT)? {
        last = calendar.after(own, 1).ok_or(OUT)?;
        marks.push(mark("next_office_day", vec![Arg::Day(last)]));
    }
    marks.push(mark("office_ends", vec![Arg::Day(last), Arg::Word(HALVES[half])]));
    office_due(local_day(start), last, office.ends(last, half)?, calendar, marks, Kind::Fixed)
}

/// The half day that holds the moment, or else the next one that begins; and whether it holds it.
fn half_of(start: i64, calendar: &Calendar, office: Office) -> R<(i32, usize, bool)> {
    let (day, clock) = (local_day(start), local_micro(start));
    if calendar.works(day).ok_or(OUT)? {
        for half in 0..2 {
            if clock < office.0[half * 2] * MINUTE {
                return Ok((day, half, false));
            }
            if clock < office.0[half * 2 + 1] * MINUTE {
                return Ok((day, half, true));
            }
        }
    }
    Ok((calendar.after(day, 1).ok_or(OUT)?, 0, false))
}

/// Due at `end` of `last`, counted from `first` on; `marks` are the steps so far.
pub fn office_due<'a>(
    first: i32,
    last: i32,
    end: i64,
    calendar: &Calendar,
    mut marks: Vec<Mark<'a>>,
    kind: Kind,
) -> R<Due<'a>> {
    if first != last && !calendar.plain(first, last) {
        marks.push(mark("skipped", vec![Arg::Span(first, last)]));
    }
    relied(first, last, calendar, &mut marks)?;
    let provisional = marks.last().is_some_and(|mark| mark.code == "provisional");
    marks.push(mark("due", vec![Arg::Moment(end)]));
    Ok(Due { kind, at: Some(end), provisional, marks, original: None })
}
