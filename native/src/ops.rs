//! Operators and functions on known values, as `policy/expr/ops.py` has them.
//!
//! Integers have 64 bits. Moments do too, which Python's have not: what leaves the years 1678 to 2261 is handed
//! over to Python (`Reason::Hand`).

use std::cmp::Ordering;

use bumpalo::Bump;

use crate::time::moment::{civil, days_in_month, local_day, ordinal};
use crate::view::{Val, joined};

/// Why an expression has no value; the stable words of evaluation errors.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Reason {
    BadPeriod,
    DivisionByZero,
    IndexOutOfBounds,
    ModulusByZero,
    NoSuchElement,
    Overflow,
    /// The core does not say: Python decides the case.
    Hand,
}

impl Reason {
    pub fn word(self) -> &'static str {
        match self {
            Reason::BadPeriod => "bad_period",
            Reason::DivisionByZero => "division_by_zero",
            Reason::IndexOutOfBounds => "index_out_of_bounds",
            Reason::ModulusByZero => "modulus_by_zero",
            Reason::NoSuchElement => "no_such_element",
            Reason::Overflow => "overflow",
            Reason::Hand => "",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Op {
    Equals,
    NotEquals,
    Less,
    LessEquals,
    Greater,
    GreaterEquals,
    In,
    AddInt,
    SubtractInt,
    MultiplyInt,
    DivideInt,
    ModuloInt,
    NegateInt,
    AddDouble,
    SubtractDouble,
    MultiplyDouble,
    DivideDouble,
    NegateDouble,
    IntToDouble,
    AddText,
    Contains,
    StartsWith,
    EndsWith,
    SizeList,
    SizeText,
    Index,
    AddList,
    AddTimeDuration,
    AddDurationTime,
    SubtractTimeDuration,
    SubtractTimes,
    AddDurations,
    SubtractDurations,
    AddPeriod,
    Year,
    Month,
    Date,
    Hours,
    DayOfWeek,
    LookupParty,
    LookupDocument,
    LookupRequest,
    LookupProperty,
    LookupEvent,
}

/// The operator of an overload id.
pub fn op_named(name: &str) -> Option<Op> {
    for (prefix, op) in [
        ("less_equals_", Op::LessEquals),
        ("less_", Op::Less),
        ("greater_equals_", Op::GreaterEquals),
        ("greater_", Op::Greater),
    ] {
        if let Some(kind) = name.strip_prefix(prefix) {
            let known = ["bool", "int64", "double", "string", "timestamp", "duration"].contains(&kind);
            return known.then_some(op);
        }
    }
    Some(match name {
        "equals" => Op::Equals,
        "not_equals" => Op::NotEquals,
        "in_list" => Op::In,
        "add_int64" => Op::AddInt,
        "subtract_int64" => Op::SubtractInt,
        "multiply_int64" => Op::MultiplyInt,
        "divide_int64" => Op::DivideInt,
        "modulo_int64" => Op::ModuloInt,
        "negate_int64" => Op::NegateInt,
        "add_double" => Op::AddDouble,
        "subtract_double" => Op::SubtractDouble,
        "multiply_double" => Op::MultiplyDouble,
        "divide_double" => Op::DivideDouble,
        "negate_double" => Op::NegateDouble,
        "int64_to_double" => Op::IntToDouble,
        "add_string" => Op::AddText,
        "contains_string" => Op::Contains,
        "starts_with_string" => Op::StartsWith,
        "ends_with_string" => Op::EndsWith,
        "size_list" | "list_size" => Op::SizeList,
        "size_string" | "string_size" => Op::SizeText,
        "index_list" => Op::Index,
        "add_list" => Op::AddList,
        "add_timestamp_duration" => Op::AddTimeDuration,
        "add_duration_timestamp" => Op::AddDurationTime,
        "subtract_timestamp_duration" => Op::SubtractTimeDuration,
        "subtract_timestamp_timestamp" => Op::SubtractTimes,
        "add_duration_duration" => Op::AddDurations,
        "subtract_duration_duration" => Op::SubtractDurations,
        "add_period" => Op::AddPeriod,
        "timestamp_to_year_with_tz" => Op::Year,
        "timestamp_to_month_with_tz" => Op::Month,
        "timestamp_to_day_of_month_1_based_with_tz" => Op::Date,
        "timestamp_to_hours_with_tz" => Op::Hours,
        "timestamp_to_day_of_week_with_tz" => Op::DayOfWeek,
        "lookup_party" => Op::LookupParty,
        "lookup_document" => Op::LookupDocument,
        "lookup_request" => Op::LookupRequest,
        "lookup_property" => Op::LookupProperty,
        "lookup_event" => Op::LookupEvent,
        _ => return None,
    })
}

impl Op {
    /// The list that it looks an element up in.
    pub fn lookup(self) -> Option<&'static str> {
        match self {
            Op::LookupParty => Some("parties"),
            Op::LookupDocument => Some("documents"),
            Op::LookupRequest => Some("requests"),
            Op::LookupProperty => Some("properties"),
            Op::LookupEvent => Some("events"),
            _ => None,
        }
    }

    pub fn arity(self) -> usize {
        match self {
            Op::NegateInt | Op::NegateDouble | Op::IntToDouble | Op::SizeList | Op::SizeText => 1,
            _ => 2,
        }
    }

    /// Whether it has no value for some arguments.
    pub fn fallible(self) -> bool {
        matches!(
            self,
            Op::AddInt
                | Op::SubtractInt
                | Op::MultiplyInt
                | Op::DivideInt
                | Op::ModuloInt
                | Op::NegateInt
                | Op::AddTimeDuration
                | Op::AddDurationTime
                | Op::AddDurations
                | Op::SubtractTimeDuration
                | Op::SubtractTimes
                | Op::SubtractDurations
                | Op::Index
                | Op::AddPeriod
        ) || self.lookup().is_some()
    }

    /// Whether it compares by order.
    pub fn orders(self) -> bool {
        matches!(self, Op::Less | Op::LessEquals | Op::Greater | Op::GreaterEquals)
    }

    pub fn equates(self) -> bool {
        matches!(self, Op::Equals | Op::NotEquals)
    }
}

pub fn equal(one: Val<'_>, other: Val<'_>) -> bool {
    match (one, other) {
        (Val::Text(a), Val::Text(b)) => a == b,
        (Val::Int(a), Val::Int(b)) => a == b,
        (Val::Bool(a), Val::Bool(b)) => a == b,
        (Val::Double(a), Val::Double(b)) => a == b,
        (Val::Msg(a), Val::Msg(b)) => std::ptr::addr_eq(a, b),
        (Val::List(a), Val::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(x, y)| equal(*x, *y)),
        _ => false,
    }
}

pub fn compare(one: Val<'_>, other: Val<'_>) -> Option<Ordering> {
    match (one, other) {
        (Val::Text(a), Val::Text(b)) => Some(a.cmp(b)),
        (Val::Int(a), Val::Int(b)) => Some(a.cmp(&b)),
        (Val::Bool(a), Val::Bool(b)) => Some(a.cmp(&b)),
        (Val::Double(a), Val::Double(b)) => a.partial_cmp(&b),
        _ => None,
    }
}

/// A comparison by order of known values.
pub fn ordered(op: Op, one: Val<'_>, other: Val<'_>) -> bool {
    let found = compare(one, other);
    match op {
        Op::Less => found == Some(Ordering::Less),
        Op::LessEquals => matches!(found, Some(Ordering::Less | Ordering::Equal)),
        Op::Greater => found == Some(Ordering::Greater),
        _ => matches!(found, Some(Ordering::Greater | Ordering::Equal)),
    }
}

type R<'a> = Result<Val<'a>, Reason>;

fn whole<'a>(found: Option<i64>) -> R<'a> {
    found.map(Val::Int).ok_or(Reason::Overflow)
}

/// A moment; what lies beyond 64 bits is Python's.
fn moment<'a>(found: Option<i64>) -> R<'a> {
    found.map(Val::Int).ok_or(Reason::Hand)
}

/// The value of an operator for known arguments.
pub fn apply<'a>(arena: &'a Bump, op: Op, args: &[Val<'a>]) -> R<'a> {
    if let [one, other] = *args {
        return binary(arena, op, one, other);
    }
    match (op, args[0]) {
        (Op::NegateInt, Val::Int(a)) => whole(a.checked_neg()),
        (Op::NegateDouble, Val::Double(a)) => Ok(Val::Double(-a)),
        (Op::IntToDouble, Val::Int(a)) => Ok(Val::Double(a as f64)),
        (Op::SizeList, Val::List(items)) => Ok(Val::Int(items.len() as i64)),
        (Op::SizeText, Val::Text(text)) => Ok(Val::Int(text.chars().count() as i64)),
        _ => Err(Reason::Hand),
    }
}

fn binary<'a>(arena: &'a Bump, op: Op, one: Val<'a>, other: Val<'a>) -> R<'a> {
    match op {
        Op::Equals => return Ok(Val::Bool(equal(one, other))),
        Op::NotEquals => return Ok(Val::Bool(!equal(one, other))),
        Op::Less | Op::LessEquals | Op::Greater | Op::GreaterEquals => {
            return Ok(Val::Bool(ordered(op, one, other)));
        }
        Op::In => return Ok(Val::Bool(other.list().iter().any(|item| equal(one, *item)))),
        _ => {}
    }
    match (one, other) {
        (Val::Int(a), Val::Int(b)) => integers(op, a, b),
        (Val::Double(a), Val::Double(b)) => Ok(Val::Double(match op {
            Op::AddDouble => a + b,
            Op::SubtractDouble => a - b,
            Op::MultiplyDouble => a * b,
            Op::DivideDouble => divided(a, b),
            _ => return Err(Reason::Hand),
        })),
        (Val::Text(a), Val::Text(b)) => Ok(match op {
            Op::AddText => Val::Text(joined(arena, &[a, b])),
            Op::Contains => Val::Bool(a.contains(b)),
            Op::StartsWith => Val::Bool(a.starts_with(b)),
            Op::EndsWith => Val::Bool(a.ends_with(b)),
            _ => return Err(Reason::Hand),
        }),
        (Val::List(items), Val::Int(place)) if op == Op::Index => {
            usize::try_from(place).ok().and_then(|at| items.get(at).copied()).ok_or(Reason::IndexOutOfBounds)
        }
        (Val::List(a), Val::List(b)) if op == Op::AddList => {
            let both = arena.alloc_slice_fill_iter(a.iter().chain(b).copied().collect::<Vec<_>>());
            Ok(Val::List(both))
        }
        (Val::Int(at), Val::Text(text)) => match op {
            Op::AddPeriod => add_period(at, text),
            Op::Year => Ok(Val::Int(year_of(at))),
            Op::Month => Ok(Val::Int(i64::from(civil(local_day(at)).1) - 1)),
            Op::Date => Ok(Val::Int(i64::from(civil(local_day(at)).2))),
            Op::Hours => Ok(Val::Int(crate::time::moment::local_second(at) / 3600)),
            // 0 for Sunday; the ordinal 7 was one.
            Op::DayOfWeek => Ok(Val::Int(i64::from(local_day(at).rem_euclid(7)))),
            _ => Err(Reason::Hand),
        },
        _ => Err(Reason::Hand),
    }
}

fn integers<'a>(op: Op, a: i64, b: i64) -> R<'a> {
    match op {
        Op::AddInt | Op::AddDurations => whole(a.checked_add(b)),
        Op::SubtractInt | Op::SubtractDurations | Op::SubtractTimes => whole(a.checked_sub(b)),
        Op::MultiplyInt => whole(a.checked_mul(b)),
        Op::DivideInt if b == 0 => Err(Reason::DivisionByZero),
        Op::DivideInt => whole(a.checked_div(b)),
        Op::ModuloInt if b == 0 => Err(Reason::ModulusByZero),
        Op::ModuloInt => whole(a.checked_rem(b)),
        Op::AddTimeDuration | Op::AddDurationTime => moment(a.checked_add(b)),
        Op::SubtractTimeDuration => moment(a.checked_sub(b)),
        _ => Err(Reason::Hand),
    }
}

/// IEEE 754 division, as Python's helper writes it out.
fn divided(a: f64, b: f64) -> f64 {
    if b != 0.0 {
        a / b
    } else if a == 0.0 || a.is_nan() {
        f64::NAN
    } else {
        f64::INFINITY.copysign(a) * 1f64.copysign(b)
    }
}

/// The year of a moment in Shanghai.
pub fn year_of(at: i64) -> i64 {
    i64::from(civil(local_day(at)).0)
}

/// When a calendar period from a moment is over; texts other than Python's canonical ones are handed over.
fn add_period<'a>(at: i64, text: &str) -> R<'a> {
    let Some((amount, unit)) = text.split_once(' ') else { return Err(Reason::Hand) };
    let Ok(amount) = amount.parse::<i64>() else { return Err(Reason::Hand) };
    if !(1..=1_000_000).contains(&amount) {
        return Err(Reason::Hand);
    }
    const NANO: i64 = 1_000_000_000;
    let seconds = match unit.strip_suffix('s').unwrap_or(unit) {
        "minute" => amount * 60,
        "hour" if amount <= 100_000 => amount * 3600,
        "day" if amount <= 36_500 => return day_over(local_day(at) + amount as i32),
        "month" if amount <= 1200 => return months_over(at, amount),
        "year" if amount <= 100 => return months_over(at, amount * 12),
        "working day" if amount <= 36_500 => return Err(Reason::BadPeriod),
        _ => return Err(Reason::Hand),
    };
    moment(at.checked_add(seconds * NANO))
}

fn months_over<'a>(at: i64, months: i64) -> R<'a> {
    let (year, month, day) = civil(local_day(at));
    let all = i64::from(month) - 1 + months;
    let (year, month) = (year + all.div_euclid(12) as i32, all.rem_euclid(12) as u32 + 1);
    day_over(ordinal(year, month, day.min(days_in_month(year, month))))
}

/// 24:00 of a day in Shanghai.
fn day_over<'a>(day: i32) -> R<'a> {
    moment(crate::time::moment::end_of_day(day))
}
