//! When a duty is due, and every step of how that was counted; as `policy/time/deadline.py` counts.

use crate::message as pb;
use crate::program::{LoadError, S, Texts};
use crate::time::calendar::Calendar;
use crate::time::clock::{Stop, running};
use crate::time::moment::{
    NANO, at_second, civil, days_in_month, end_of_day, local_day, local_micro, local_second, ordinal, weekday,
};
use crate::time::office::{Office, half_days, office_end};

pub const FIRST_DAY: i32 = 730_120;
pub const LAST_DAY: i32 = FIRST_DAY + 36_524;
/// The first year for which the regulation on festivals holds.
const SINCE: i32 = 2025;

/// A deadline that cannot be counted; the stable word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    OutOfRange,
    WhoseDuty,
    NegativeAmount,
    Overflow,
    /// The core does not say: Python decides the case.
    Hand,
}

impl Fault {
    pub fn word(self) -> &'static str {
        match self {
            Fault::OutOfRange => "out_of_range",
            Fault::WhoseDuty => "whose_duty",
            Fault::NegativeAmount => "negative_amount",
            Fault::Overflow => "overflow",
            Fault::Hand => "",
        }
    }
}

type R<T> = Result<T, Fault>;
const OUT: Fault = Fault::OutOfRange;

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Unit {
    Minute,
    Hour,
    Day,
    Month,
    Year,
    WorkingDay,
    HalfDay,
}

impl Unit {
    pub fn word(self) -> &'static str {
        match self {
            Unit::Minute => "minute",
            Unit::Hour => "hour",
            Unit::Day => "day",
            Unit::Month => "month",
            Unit::Year => "year",
            Unit::WorkingDay => "working_day",
            Unit::HalfDay => "half_day",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Period {
    pub amount: i32,
    pub unit: Unit,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    Day,
    Month,
    Quarter,
    HalfYear,
    Year,
    Morning,
    OfficeHours,
}

impl Part {
    fn word(self) -> &'static str {
        match self {
            Part::Day => "day",
            Part::Month => "month",
            Part::Quarter => "quarter",
            Part::HalfYear => "half_year",
            Part::Year => "year",
            Part::Morning => "morning",
            Part::OfficeHours => "office_hours",
        }
    }

    /// Which half of the office hours it is.
    fn half(self) -> Option<usize> {
        match self {
            Part::Morning => Some(0),
            Part::OfficeHours => Some(1),
            _ => None,
        }
    }

    fn months(self) -> u32 {
        match self {
            Part::Day | Part::Morning | Part::OfficeHours => 0,
            Part::Month => 1,
            Part::Quarter => 3,
            Part::HalfYear => 6,
            Part::Year => 12,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Roll {
    No,
    Yes,
    Back,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    Within,
    Word,
    On,
    By,
    Every,
    Before,
    EndOf,
    At,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DutyMoment {
    Due,
    Fulfilled,
    Breached,
}

#[derive(Clone, Debug)]
pub struct Recurrence {
    pub text: S,
    pub frequency: Frequency,
    pub interval: u32,
    pub months: Vec<i32>,
    pub month_days: Vec<i32>,
    pub weekdays: Vec<(i32, i32)>,
    pub positions: Vec<i32>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Frequency {
    Yearly,
    Monthly,
    Weekly,
    Daily,
}

/// A deadline ready to count.
#[derive(Clone, Debug)]
pub struct Deadline {
    pub form: Form,
    pub period: Option<Period>,
    pub word: S,
    pub on: Option<i32>,
    pub month: u32,
    pub day: u32,
    pub every: Option<Recurrence>,
    pub end_of: Option<Part>,
    pub after: Option<Period>,
    pub roll: Option<Roll>,
    pub next_hour: bool,
    pub duties: Vec<S>,
    pub duty_moment: DutyMoment,
    pub no_later_than: Option<Box<Deadline>>,
    pub no_earlier_than: Option<Box<Deadline>>,
    pub office: Option<Office>,
    pub late: Option<Box<Late>>,
    /// The parameter that gives its period; may be empty.
    pub param: S,
}

/// What counts where a deadline starts after an hour: in seconds since the day began, and as it is written.
#[derive(Clone, Debug)]
pub struct Late {
    pub after: i64,
    pub word: String,
    pub deadline: Deadline,
}

/// A value of a counting step.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Arg<'a> {
    Moment(i64),
    Day(i32),
    Period(Period),
    Span(i32, i32),
    Number(i32),
    Word(&'a str),
}

/// A step as it is counted: its code and bare values.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Mark<'a> {
    pub code: &'static str,
    pub args: Vec<Arg<'a>>,
}

pub(crate) fn mark<'a>(code: &'static str, args: Vec<Arg<'a>>) -> Mark<'a> {
    Mark { code, args }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    Numeric,
    Fixed,
    Recurring,
    Qualitative,
}

impl Kind {
    pub fn word(self) -> &'static str {
        match self {
            Kind::Numeric => "numeric",
            Kind::Fixed => "fixed",
            Kind::Recurring => "recurring",
            Kind::Qualitative => "qualitative",
        }
    }
}

/// When a duty is due; the last step states it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Due<'a> {
    pub kind: Kind,
    pub at: Option<i64>,
    pub provisional: bool,
    pub marks: Vec<Mark<'a>>,
    /// When it was due before an extension.
    pub original: Option<i64>,
}

impl Due<'_> {
    /// Whether it is due at 24:00 of a day.
    pub fn ends_a_day(&self) -> bool {
        self.marks.last().is_some_and(|mark| mark.code == "ends")
    }

    /// Whether its clock stands still.
    pub fn stands_still(&self) -> bool {
        self.marks.last().is_some_and(|mark| mark.code == "stands_still")
    }
}

impl Deadline {
    /// Whether it ends after the moment that it is counted from.
    pub fn counts_on(&self) -> bool {
        self.form != Form::Before
    }

    /// Whether it is counted from a moment.
    pub fn needs_start(&self) -> bool {
        match self.form {
            Form::Within | Form::Word => self.period.is_some(),
            Form::By | Form::Every | Form::Before | Form::EndOf => true,
            Form::On | Form::At => false,
        }
    }

    /// Whether it is a period, which a clock that stops makes longer.
    pub fn runs(&self) -> bool {
        matches!(self.form, Form::Within | Form::Word) && self.period.is_some()
    }

    /// Whether the facts give the due time itself.
    pub fn needs_moment(&self) -> bool {
        self.form == Form::At
    }

    /// The due time from a start; `day_ends`: it is the end of a day at 24:00, `stops`: when the clock of a
    /// period stands still.
    pub fn count<'a>(
        &'a self,
        start: Option<i64>,
        calendar: &Calendar,
        day_ends: bool,
        stops: &[Stop],
    ) -> R<Due<'a>> {
        if let (Some(late), Some(start)) = (&self.late, start) {
            // 24:00 is after any hour of the day that ends.
            if local_micro(start) > late.after * 1_000_000 || day_ends {
                let mut due = late.deadline.count(Some(start), calendar, day_ends, stops)?;
                due.marks.insert(0, mark("after_hour", vec![Arg::Word(&late.word)]));
                return Ok(due);
            }
        }
        let roll = self.roll.unwrap_or(Roll::No);
        if let Some(on) = self.on {
            return due_on(on, calendar, roll, FIRST_DAY);
        }
        let Some(start) = start.filter(|_| self.needs_start()) else { return Ok(qualitative()) };
        match self.form {
            Form::By => by_month_day(start, self.month, self.day, calendar, roll),
            Form::Every => match &self.every {
                Some(every) => recurring(every, start, calendar, roll),
                None => Ok(qualitative()),
            },
            Form::EndOf => match self.end_of {
                Some(part) => end_of(start, part, calendar, self.after, roll, self.office, day_ends),
                None => Ok(qualitative()),
            },
            Form::Before => match self.period {
                Some(period) => before(start, period, calendar, roll, day_ends),
                None => Ok(qualitative()),
            },
            _ => match self.period {
                Some(period) => self.running(start, period, calendar, day_ends, stops),
                None => Ok(qualitative()),
            },
        }
    }

    /// The end of a period that is counted as this deadline's own is.
    pub fn running<'a>(
        &self,
        start: i64,
        period: Period,
        calendar: &Calendar,
        day_ends: bool,
        stops: &[Stop],
    ) -> R<Due<'a>> {
        if stops.is_empty() {
            let roll = self.roll.unwrap_or(Roll::Yes);
            return within(start, period, calendar, roll, self.next_hour, self.office, day_ends);
        }
        running(self, start, period, calendar, stops, day_ends)
    }
}

pub fn qualitative<'a>() -> Due<'a> {
    let marks = vec![mark("qualitative", vec![])];
    Due { kind: Kind::Qualitative, at: None, provisional: false, marks, original: None }
}

/// The moment, which must lie in the years that the calendar knows.
fn known(at: i64) -> R<i64> {
    if (FIRST_DAY..=LAST_DAY).contains(&local_day(at)) { Ok(at) } else { Err(OUT) }
}

fn day_of<'a>(at: i64, day_ends: bool) -> (i32, Mark<'a>) {
    if day_ends {
        let day = local_day(at) - 1;
        return (day, mark("start_of_end", vec![Arg::Day(day)]));
    }
    (local_day(at), mark("start", vec![Arg::Moment(at)]))
}

pub(crate) fn within<'a>(
    start: i64,
    period: Period,
    calendar: &Calendar,
    roll: Roll,
    next_hour: bool,
    office: Option<Office>,
    day_ends: bool,
) -> R<Due<'a>> {
    let start = known(start)?;
    if period.unit == Unit::HalfDay {
        return match office {
            Some(office) => half_days(start, period, calendar, office),
            None => Ok(qualitative()),
        };
    }
    if matches!(period.unit, Unit::Hour | Unit::Minute) {
        return within_hours(start, period, next_hour);
    }
    let (day, begins) = day_of(start, day_ends);
    let mut marks = vec![begins, mark("starting_day_excluded", vec![])];
    let last = match period.unit {
        Unit::WorkingDay => return within_working_days(day, period, calendar, marks),
        Unit::Day => date(day + period.amount)?,
        Unit::Year => months_later(day, period.amount * 12)?,
        _ => months_later(day, period.amount)?,
    };
    marks.push(mark("counted", vec![Arg::Period(period), Arg::Day(last)]));
    if period.unit != Unit::Day && civil(last).2 != civil(day).2 {
        marks.push(mark("month_end", vec![]));
    }
    settle(Kind::Numeric, last, calendar, roll, marks, day)
}

fn length(period: Period) -> i64 {
    i64::from(period.amount) * if period.unit == Unit::Hour { 3600 } else { 60 } * NANO
}

fn within_hours<'a>(start: i64, period: Period, next_hour: bool) -> R<Due<'a>> {
    let (at, rule) = if period.unit == Unit::Minute {
        (start, mark("minutes_exact", vec![]))
    } else if next_hour {
        let hour = local_second(start) / 3600 + 1;
        let at = at_second(local_day(start), hour * 3600).ok_or(OUT)?;
        (at, mark("starting_hour_excluded", vec![Arg::Moment(at)]))
    } else {
        (start, mark("hours_exact", vec![]))
    };
    let end = at.checked_add(length(period)).ok_or(OUT)?;
    if end > end_of_day(LAST_DAY).ok_or(OUT)? {
        return Err(OUT);
    }
    let marks = vec![
        mark("start", vec![Arg::Moment(start)]),
        rule,
        mark("hours", vec![Arg::Period(period), Arg::Moment(end)]),
    ];
    Ok(Due { kind: Kind::Numeric, at: Some(end), provisional: false, marks, original: None })
}

fn within_working_days<'a>(
    day: i32,
    period: Period,
    calendar: &Calendar,
    mut marks: Vec<Mark<'a>>,
) -> R<Due<'a>> {
    let last = calendar.after(day, period.amount).ok_or(OUT)?;
    marks.push(mark("working_days", vec![Arg::Period(period), Arg::Day(last)]));
    counted_days(day + 1, last, calendar, &mut marks)?;
    ends(Kind::Numeric, last, marks)
}

/// Which of these days rest, which weekend days are worked, and who says so.
fn counted_days(first: i32, last: i32, calendar: &Calendar, marks: &mut Vec<Mark<'_>>) -> R<()> {
    marks.push(mark("skipped", vec![Arg::Span(first, last)]));
    relied(first, last, calendar, marks)
}

pub(crate) fn relied(first: i32, last: i32, calendar: &Calendar, marks: &mut Vec<Mark<'_>>) -> R<()> {
    marks.push(mark("notice", vec![Arg::Span(first, last)]));
    if let Some(day) = calendar.first_open(first, last).ok_or(OUT)? {
        let year = civil(day).0 + i32::from(calendar.settles(day));
        let why = why_open(day, last, calendar);
        marks.push(mark("provisional", vec![Arg::Number(year), Arg::Day(day), Arg::Word(why)]));
    }
    Ok(())
}

fn why_open(day: i32, last: i32, calendar: &Calendar) -> &'static str {
    if calendar.settles(day) {
        return if calendar.settles(last) { "december" } else { "unknown" };
    }
    let year = civil(day).0;
    if year < SINCE {
        "weekdays"
    } else if calendar.has_year(year) {
        "part"
    } else {
        "unknown"
    }
}

fn settle<'a>(
    kind: Kind,
    nominal: i32,
    calendar: &Calendar,
    roll: Roll,
    mut marks: Vec<Mark<'a>>,
    start: i32,
) -> R<Due<'a>> {
    let works = |day: i32| mark(if weekday(day) > 4 { "make_up_day" } else { "last_day_works" }, vec![]);
    let mut last = nominal;
    match roll {
        Roll::Back => {
            let worked = calendar.previous(nominal).ok_or(OUT)?;
            last = worked;
            if worked == nominal {
                marks.push(works(nominal));
            } else if worked < start {
                last = start.min(nominal);
                marks.push(mark("rolled_to_start", vec![Arg::Day(last)]));
            } else {
                let (days, resting) = (nominal - last, last + 1);
                let args = vec![
                    Arg::Day(resting),
                    Arg::Day(nominal),
                    Arg::Number(days),
                    Arg::Span(resting, nominal),
                    Arg::Day(last),
                ];
                marks.push(mark("rolled_back", args));
                moved_to(last, &mut marks);
            }
            relied(worked, nominal, calendar, &mut marks)?;
        }
        Roll::Yes => {
            last = calendar.next(nominal).ok_or(OUT)?;
            if last == nominal {
                marks.push(works(nominal));
            } else {
                let (days, resting) = (last - nominal, last - 1);
                let args = vec![
                    Arg::Day(nominal),
                    Arg::Day(resting),
                    Arg::Number(days),
                    Arg::Span(nominal, resting),
                    Arg::Day(last),
                ];
                marks.push(mark("rolled", args));
                moved_to(last, &mut marks);
            }
            relied(nominal, last, calendar, &mut marks)?;
        }
        Roll::No => marks.push(mark("not_rolled", vec![])),
    }
    ends(kind, last, marks)
}

fn moved_to(last: i32, marks: &mut Vec<Mark<'_>>) {
    if weekday(last) > 4 {
        marks.push(mark("moved_to_make_up_day", vec![Arg::Day(last)]));
    }
}

fn ends<'a>(kind: Kind, last: i32, mut marks: Vec<Mark<'a>>) -> R<Due<'a>> {
    let provisional = marks.iter().any(|mark| mark.code == "provisional");
    marks.push(mark("ends", vec![Arg::Day(last)]));
    Ok(Due { kind, at: Some(end_of_day(last).ok_or(OUT)?), provisional, marks, original: None })
}

fn before<'a>(start: i64, period: Period, calendar: &Calendar, roll: Roll, day_ends: bool) -> R<Due<'a>> {
    let start = known(start)?;
    let (day, _) = day_of(start, day_ends);
    let from = if day_ends {
        mark("before_end", vec![Arg::Day(day)])
    } else {
        mark("before", vec![Arg::Moment(start)])
    };
    if matches!(period.unit, Unit::Hour | Unit::Minute) {
        let end = known(start.checked_sub(length(period)).ok_or(OUT)?)?;
        let marks = vec![from, mark("time_back", vec![Arg::Period(period), Arg::Moment(end)])];
        return Ok(Due { kind: Kind::Numeric, at: Some(end), provisional: false, marks, original: None });
    }
    let mut marks = vec![from, mark("day_itself_excluded", vec![])];
    let last = match period.unit {
        Unit::WorkingDay => {
            let last = calendar.before(day, period.amount).ok_or(OUT)?;
            marks.push(mark("working_days_back", vec![Arg::Period(period), Arg::Day(last)]));
            counted_days(last, day - 1, calendar, &mut marks)?;
            return ends(Kind::Numeric, last, marks);
        }
        Unit::Day => date(day - period.amount)?,
        Unit::Year => months_later(day, -period.amount * 12)?,
        _ => months_later(day, -period.amount)?,
    };
    marks.push(mark("counted_back", vec![Arg::Period(period), Arg::Day(last)]));
    if period.unit != Unit::Day && civil(last).2 != civil(day).2 {
        marks.push(mark("month_end", vec![]));
    }
    settle(Kind::Numeric, last, calendar, roll, marks, FIRST_DAY)
}

fn end_of<'a>(
    start: i64,
    part: Part,
    calendar: &Calendar,
    after: Option<Period>,
    roll: Roll,
    office: Option<Office>,
    day_ends: bool,
) -> R<Due<'a>> {
    let start = known(start)?;
    let (mut day, begins) = day_of(start, day_ends);
    let mut marks = vec![begins];
    if let Some(after) = after {
        let later = match after.unit {
            Unit::Day => date(day + after.amount)?,
            Unit::WorkingDay => calendar.after(day, after.amount).ok_or(OUT)?,
            Unit::Year => months_later(day, after.amount * 12)?,
            _ => months_later(day, after.amount)?,
        };
        marks.push(mark("later", vec![Arg::Period(after), Arg::Day(later)]));
        if after.unit == Unit::WorkingDay {
            counted_days(day + 1, later, calendar, &mut marks)?;
        }
        day = later;
    }
    if let Some(half) = part.half() {
        return match office {
            Some(office) => office_end(start, half, calendar, office, after.map(|_| day)),
            None => Ok(qualitative()),
        };
    }
    let (first, last) = if part == Part::Day {
        (day, day)
    } else {
        let (year, month, _) = civil(day);
        let first = (month - 1) / part.months() * part.months() + 1;
        let end = first + part.months() - 1;
        (ordinal(year, first, 1), ordinal(year, end, days_in_month(year, end)))
    };
    marks.push(mark("end_of", vec![Arg::Word(part.word()), Arg::Day(first), Arg::Day(last)]));
    settle(Kind::Fixed, last, calendar, roll, marks, local_day(start))
}

/// The end of a fixed day; moved back, no further than `no_earlier`.
pub(crate) fn due_on<'a>(day: i32, calendar: &Calendar, roll: Roll, no_earlier: i32) -> R<Due<'a>> {
    let day = date(day)?;
    settle(Kind::Fixed, day, calendar, roll, vec![mark("fixed_day", vec![Arg::Day(day)])], no_earlier)
}

/// The very moment that the facts give.
pub fn due_at<'a>(moment: i64) -> R<Due<'a>> {
    let at = known(moment)?;
    let marks = vec![mark("fixed_moment", vec![]), mark("due", vec![Arg::Moment(at)])];
    Ok(Due { kind: Kind::Fixed, at: Some(at), provisional: false, marks, original: None })
}

fn by_month_day<'a>(start: i64, month: u32, day: u32, calendar: &Calendar, roll: Roll) -> R<Due<'a>> {
    let start = known(start)?;
    let today = local_day(start);
    let year = civil(today).0;
    let mut last = in_year(year, month, day)?;
    if last < today {
        last = in_year(year + 1, month, day)?;
    }
    let marks = vec![mark("start", vec![Arg::Moment(start)]), mark("month_day", vec![Arg::Day(last)])];
    settle(Kind::Fixed, last, calendar, roll, marks, FIRST_DAY)
}

fn recurring<'a>(rule: &'a Recurrence, start: i64, calendar: &Calendar, roll: Roll) -> R<Due<'a>> {
    let start = known(start)?;
    let today = local_day(start);
    let mut marks = vec![mark("start", vec![Arg::Moment(start)])];
    let last = if rule.bare() {
        let (first, last) = rule.calendar_period(today);
        marks.push(mark("calendar_period", vec![Arg::Word(&rule.text), Arg::Day(first), Arg::Day(last)]));
        last
    } else {
        let last = rule.on_or_after(today).ok_or(OUT)?;
        marks.push(mark("occurrence", vec![Arg::Word(&rule.text), Arg::Day(last)]));
        last
    };
    if last > LAST_DAY {
        return Err(OUT);
    }
    settle(Kind::Recurring, last, calendar, roll, marks, FIRST_DAY)
}

impl Recurrence {
    fn bare(&self) -> bool {
        self.months.is_empty()
            && self.month_days.is_empty()
            && self.weekdays.is_empty()
            && self.positions.is_empty()
    }

    fn calendar_period(&self, day: i32) -> (i32, i32) {
        let size = match self.frequency {
            Frequency::Daily => return (day, day),
            Frequency::Weekly => {
                let monday = day - weekday(day);
                return (monday, monday + 6);
            }
            Frequency::Yearly => 12,
            Frequency::Monthly => self.interval,
        };
        let (year, month, _) = civil(day);
        let first = (month - 1) / size * size + 1;
        let last = first + size - 1;
        (ordinal(year, first, 1), ordinal(year, last, days_in_month(year, last)))
    }

    /// The first day on or after a day that its parts name.
    fn on_or_after(&self, start: i32) -> Option<i32> {
        let step = if self.frequency == Frequency::Yearly { 12 } else { 1 };
        let from = civil(start).0;
        for year in from..=(from + 28).min(2099) {
            for month in (1..13).step_by(step) {
                let months = month..month + step as u32;
                let mut days: Vec<i32> =
                    self.days_of(year, months).into_iter().filter(|day| self.on_weekday(*day)).collect();
                if !self.positions.is_empty() {
                    let size = days.len() as i32;
                    let chosen: Vec<i32> = self
                        .positions
                        .iter()
                        .map(|place| if *place > 0 { place - 1 } else { size + place })
                        .collect();
                    days = (0..)
                        .zip(days)
                        .filter(|(place, _)| chosen.contains(place))
                        .map(|(_, day)| day)
                        .collect();
                }
                if let Some(day) = days.into_iter().find(|day| *day >= start) {
                    return Some(day);
                }
            }
        }
        None
    }

    fn days_of(&self, year: i32, months: std::ops::Range<u32>) -> Vec<i32> {
        let mut found = Vec::new();
        for month in months {
            let left_out = !self.months.is_empty() && !self.months.contains(&(month as i32));
            if left_out || (month - 1) % self.interval.max(1) != 0 {
                continue;
            }
            let length = days_in_month(year, month);
            for number in 1..=length {
                let (day, back) = (number as i32, number as i32 - length as i32 - 1);
                let named = self.month_days.contains(&day) || self.month_days.contains(&back);
                if self.month_days.is_empty() || named {
                    found.push(ordinal(year, month, number));
                }
            }
        }
        found
    }

    fn on_weekday(&self, day: i32) -> bool {
        if self.weekdays.is_empty() {
            return true;
        }
        let (year, month, date) = civil(day);
        let (before, after) = if self.frequency == Frequency::Yearly && self.months.is_empty() {
            (day - ordinal(year, 1, 1), ordinal(year, 12, 31) - day)
        } else {
            (date as i32 - 1, days_in_month(year, month) as i32 - date as i32)
        };
        let places = [0, before / 7 + 1, -(after / 7) - 1];
        self.weekdays.iter().any(|(name, which)| *name == weekday(day) && places.contains(which))
    }
}

/// At the latest (最迟不超过), and no earlier than others; a word alone gives way to the latest.
pub fn bounded<'a>(mut due: Due<'a>, latest: Option<Due<'a>>, earliest: Option<Due<'a>>) -> Due<'a> {
    if let Some(latest) = latest {
        due = chosen(due, latest, "at_latest", false);
    }
    if let Some(earliest) = earliest {
        due = chosen(due, earliest, "at_earliest", true);
    }
    due
}

pub fn at_latest(mut latest: Due<'_>) -> Due<'_> {
    latest.marks.insert(0, mark("at_latest", vec![]));
    latest
}

fn chosen<'a>(due: Due<'a>, bound: Due<'a>, heading: &'static str, later: bool) -> Due<'a> {
    let mut marks = due.marks.clone();
    marks.push(mark(heading, vec![]));
    marks.extend(bound.marks.iter().cloned());
    let (Some(mine), Some(theirs)) = (due.at, bound.at) else {
        let takes_bound = if later { due.at.is_some() } else { due.at.is_none() };
        let mut one = if takes_bound { bound } else { due };
        // A later bound states its end once more; so does a deadline that the bound leaves as it is.
        if later || !takes_bound {
            marks.extend(one.marks.last().cloned());
        }
        one.marks = marks;
        return one;
    };
    let provisional = due.provisional || bound.provisional;
    let mine_first = mine <= theirs;
    let mut one = if mine_first != later { due } else { bound };
    marks.push(mark(if later { "later_of" } else { "earlier_of" }, vec![]));
    marks.extend(one.marks.last().cloned());
    one.provisional = provisional;
    one.marks = marks;
    one
}

/// One more step, before the last, which states the due time.
pub fn with_step<'a>(due: &mut Due<'a>, code: &'static str, args: Vec<Arg<'a>>) {
    let place = due.marks.len().saturating_sub(1);
    due.marks.insert(place, mark(code, args));
}

/// The step that names the duty whose moment is counted from.
pub fn with_duty<'a>(due: &mut Due<'a>, at: DutyMoment, rule: &'a str) {
    let code = match at {
        DutyMoment::Due => "of_duty",
        DutyMoment::Fulfilled => "of_duty_fulfilled",
        DutyMoment::Breached => "of_duty_breached",
    };
    due.marks.insert(0, mark(code, vec![Arg::Word(rule)]));
}

fn date(day: i32) -> R<i32> {
    if (FIRST_DAY..=LAST_DAY).contains(&day) { Ok(day) } else { Err(OUT) }
}

fn months_later(day: i32, months: i32) -> R<i32> {
    let (year, month, date) = civil(day);
    let all = month as i32 - 1 + months;
    in_year(year + all.div_euclid(12), all.rem_euclid(12) as u32 + 1, date)
}

fn in_year(year: i32, month: u32, day: u32) -> R<i32> {
    if !(2000..=2099).contains(&year) {
        return Err(OUT);
    }
    Ok(ordinal(year, month, day.min(days_in_month(year, month))))
}

fn wrong<T>(what: &str) -> Result<T, LoadError> {
    Err(LoadError(what.to_owned()))
}

pub(crate) fn period_of(found: &pb::Period, texts: &Texts) -> Result<Period, LoadError> {
    let unit = match &*texts.at(found.unit)? {
        "minute" => Unit::Minute,
        "hour" => Unit::Hour,
        "day" => Unit::Day,
        "month" => Unit::Month,
        "year" => Unit::Year,
        "working_day" => Unit::WorkingDay,
        "half_day" => Unit::HalfDay,
        other => return wrong(&format!("the unit {other} is not known")),
    };
    Ok(Period { amount: found.amount, unit })
}

/// A deadline of the message.
pub fn deadline_of(found: &pb::Deadline, texts: &Texts) -> Result<Deadline, LoadError> {
    let form = match &*texts.at(found.form)? {
        "within" => Form::Within,
        "word" => Form::Word,
        "on" => Form::On,
        "by" => Form::By,
        "every" => Form::Every,
        "before" => Form::Before,
        "end_of" => Form::EndOf,
        "at" => Form::At,
        other => return wrong(&format!("the form {other} is not known")),
    };
    let end_of = match &*texts.at(found.end_of)? {
        "" => None,
        "day" => Some(Part::Day),
        "month" => Some(Part::Month),
        "quarter" => Some(Part::Quarter),
        "half_year" => Some(Part::HalfYear),
        "year" => Some(Part::Year),
        "morning" => Some(Part::Morning),
        "office_hours" => Some(Part::OfficeHours),
        other => return wrong(&format!("the part {other} is not known")),
    };
    let roll = match &*texts.at(found.roll)? {
        "" => None,
        "no" => Some(Roll::No),
        "yes" => Some(Roll::Yes),
        "back" => Some(Roll::Back),
        other => return wrong(&format!("it cannot roll {other}")),
    };
    let duty_moment = match &*texts.at(found.duty_moment)? {
        "" | "due" => DutyMoment::Due,
        "fulfilled" => DutyMoment::Fulfilled,
        "breached" => DutyMoment::Breached,
        other => return wrong(&format!("the moment {other} is not known")),
    };
    let office = match found.office[..] {
        [] => None,
        [a, b, c, d] => Some(Office([a, b, c, d].map(i64::from))),
        _ => return wrong("office hours are four times"),
    };
    let late = match &found.late {
        None => None,
        Some(late) => {
            let (after, minutes) = (i64::from(found.late_after), found.late_after / 60);
            let word = format!("{:02}:{:02}", minutes / 60, minutes % 60);
            Some(Box::new(Late { after, word, deadline: deadline_of(late, texts)? }))
        }
    };
    let bound = |part: &Option<Box<pb::Deadline>>| -> Result<Option<Box<Deadline>>, LoadError> {
        part.as_ref().map(|one| deadline_of(one, texts).map(Box::new)).transpose()
    };
    Ok(Deadline {
        form,
        period: found.period.as_ref().map(|one| period_of(one, texts)).transpose()?,
        word: texts.at(found.word)?,
        on: found.on,
        month: found.month as u32,
        day: found.day as u32,
        every: found.every.as_ref().map(|one| recurrence_of(one, texts)).transpose()?,
        end_of,
        after: found.after.as_ref().map(|one| period_of(one, texts)).transpose()?,
        roll,
        next_hour: &*texts.at(found.hours)? == "next_hour",
        duties: texts.all(&found.duties)?,
        duty_moment,
        no_later_than: bound(&found.no_later_than)?,
        no_earlier_than: bound(&found.no_earlier_than)?,
        office,
        late,
        param: texts.at(found.param)?,
    })
}

fn recurrence_of(found: &pb::Recurrence, texts: &Texts) -> Result<Recurrence, LoadError> {
    let frequency = match &*texts.at(found.frequency)? {
        "YEARLY" => Frequency::Yearly,
        "MONTHLY" => Frequency::Monthly,
        "WEEKLY" => Frequency::Weekly,
        "DAILY" => Frequency::Daily,
        other => return wrong(&format!("the frequency {other} is not known")),
    };
    Ok(Recurrence {
        text: texts.at(found.text)?,
        frequency,
        interval: found.interval as u32,
        months: found.months.clone(),
        month_days: found.month_days.clone(),
        weekdays: found.weekdays.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect(),
        positions: found.positions.clone(),
    })
}
