//! Amounts exact to the fen, with every step of how they were worked out, and numbers of things; as
//! `policy/money` and `policy/decide/amounts.py` have it.

use crate::engine::Effects;
use crate::message as pb;
use crate::program::{EffectName, LoadError, Names, S, Texts};
use crate::time::deadline::Fault;

/// A thousand trillion yuan.
const MAX_FEN: i128 = 100_000_000_000_000_000;

type R<T> = Result<T, Fault>;

/// A share of something, and how it is written.
#[derive(Debug)]
pub struct Share {
    value: Exact,
    text: S,
}

#[derive(Debug)]
struct Tier {
    up_to: Option<i64>,
    share: Option<Share>,
    fixed: i64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum How {
    HalfUp,
    HalfEven,
    Down,
    Up,
}

impl How {
    fn word(self) -> &'static str {
        match self {
            How::HalfUp => "half_up",
            How::HalfEven => "half_even",
            How::Down => "down",
            How::Up => "up",
        }
    }
}

/// How an amount is worked out; without a sum, a share and tiers it lies within its bounds.
#[derive(Debug)]
pub struct Terms {
    missing: Names,
    fixed: Option<i64>,
    share: Option<Share>,
    tiers: Vec<Tier>,
    whole: bool,
    round: Option<(i64, How)>,
    floor: Option<i64>,
    cap: Option<i64>,
}

/// A number of things of a rule.
#[derive(Debug)]
pub struct Quantity {
    missing: Names,
    count: Option<i64>,
    at_least: Option<i64>,
    at_most: Option<i64>,
    computed: bool,
}

/// A fraction in its lowest terms; the denominator is above 0.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Exact {
    pub numerator: i128,
    pub denominator: i128,
}

fn divisor(mut a: i128, mut b: i128) -> i128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.abs().max(1)
}

impl Exact {
    fn of(numerator: i128, denominator: i128) -> Exact {
        let common = divisor(numerator, denominator);
        Exact { numerator: numerator / common, denominator: denominator / common }
    }

    fn whole(number: i128) -> Exact {
        Exact { numerator: number, denominator: 1 }
    }

    fn times(self, number: i64) -> R<Exact> {
        let numerator = self.numerator.checked_mul(i128::from(number)).ok_or(Fault::Hand)?;
        Ok(Exact::of(numerator, self.denominator))
    }

    fn plus(self, other: Exact) -> R<Exact> {
        let common = self.denominator / divisor(self.denominator, other.denominator) * other.denominator;
        let part = |one: Exact| one.numerator.checked_mul(common / one.denominator).ok_or(Fault::Hand);
        Ok(Exact::of(part(self)?.checked_add(part(other)?).ok_or(Fault::Hand)?, common))
    }

    /// As Python writes a `Fraction`.
    pub fn text(self) -> String {
        if self.denominator == 1 {
            self.numerator.to_string()
        } else {
            format!("{}/{}", self.numerator, self.denominator)
        }
    }
}

/// A value of a step of the working.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Value<'a> {
    Whole(i64),
    Exact(Exact),
    Share(&'a str),
    Word(&'static str),
    None,
}

/// A step of the working: its code and values.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Step<'a> {
    pub code: &'static str,
    pub values: Vec<Value<'a>>,
}

/// What a duty's amount comes to, in fen.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Amount<'a> {
    pub fen: Option<i64>,
    pub at_least: Option<i64>,
    pub at_most: Option<i64>,
    pub steps: Vec<Step<'a>>,
    pub missing: Vec<&'a str>,
}

/// So many of a thing, or within bounds.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Number<'a> {
    pub exactly: Option<i64>,
    pub at_least: Option<i64>,
    pub at_most: Option<i64>,
    pub missing: Vec<&'a str>,
}

impl Number<'_> {
    /// For tables: 3, 2.., ..5, 2..5; ? where something is missing.
    pub fn short(&self) -> String {
        let text = |bound: Option<i64>| bound.map_or_else(String::new, |bound| bound.to_string());
        if !self.missing.is_empty() {
            "?".to_owned()
        } else if self.exactly.is_some() {
            text(self.exactly)
        } else {
            format!("{}..{}", text(self.at_least), text(self.at_most))
        }
    }
}

/// The amount and the numbers of things of an obligation.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Sums<'a> {
    pub amount: Option<Amount<'a>>,
    pub numbers: Vec<Number<'a>>,
}

fn named(missing: &Names) -> Vec<&str> {
    missing.iter().map(|path| &**path).collect()
}

/// The sums of a rule for what was computed of it.
pub fn sums<'a>(terms: Option<&'a Terms>, quantities: &'a [Quantity], effects: &Effects<'a>) -> R<Sums<'a>> {
    let amount = terms.map(|terms| amount(terms, effects)).transpose()?;
    let numbers = quantities.iter().map(|quantity| number(quantity, effects)).collect::<R<_>>()?;
    Ok(Sums { amount, numbers })
}

fn amount<'a>(terms: &'a Terms, effects: &Effects<'a>) -> R<Amount<'a>> {
    let mut missing = named(&terms.missing);
    missing.extend(effects.missing_for(&[EffectName::AmountOf, EffectName::AmountTimes]));
    missing.sort_unstable();
    missing.dedup();
    if !missing.is_empty() {
        return Ok(Amount { missing, ..Amount::default() });
    }
    if terms.fixed.is_none() && terms.share.is_none() && terms.tiers.is_empty() {
        return Ok(bounds(terms));
    }
    worked_out(terms, effects.moment(EffectName::AmountOf), effects.moment(EffectName::AmountTimes))
}

fn number<'a>(quantity: &'a Quantity, effects: &Effects<'a>) -> R<Number<'a>> {
    if !quantity.missing.is_empty() {
        return Ok(Number { missing: named(&quantity.missing), ..Number::default() });
    }
    if !quantity.computed {
        let Quantity { count: exactly, at_least, at_most, .. } = *quantity;
        return Ok(Number { exactly, at_least, at_most, missing: Vec::new() });
    }
    let missing = effects.missing_for(&[EffectName::Quantity]);
    let exactly = effects.moment(EffectName::Quantity).filter(|_| missing.is_empty());
    if exactly.is_some_and(|count| count < 0) {
        return Err(Fault::NegativeAmount);
    }
    Ok(Number { exactly, missing, ..Number::default() })
}

/// The amount that nothing fixes but its floor and its cap.
fn bounds<'a>(terms: &Terms) -> Amount<'a> {
    let code = match (terms.floor, terms.cap) {
        (Some(_), Some(_)) => "between",
        (None, _) => "at_most",
        _ => "at_least",
    };
    let values = terms.floor.into_iter().chain(terms.cap).map(Value::Whole).collect();
    let steps = vec![Step { code, values }];
    Amount { at_least: terms.floor, at_most: terms.cap, steps, ..Amount::default() }
}

struct Working<'a> {
    terms: &'a Terms,
    steps: Vec<Step<'a>>,
}

/// The amount for a base in fen, or for so many times the fixed sum.
fn worked_out<'a>(terms: &'a Terms, base: Option<i64>, times: Option<i64>) -> R<Amount<'a>> {
    if base.unwrap_or(0) < 0 || times.unwrap_or(0) < 0 {
        return Err(Fault::NegativeAmount);
    }
    let mut working = Working { terms, steps: Vec::new() };
    let Some(worked) = working.worked(base.unwrap_or(0), times)? else {
        return Ok(Amount { steps: working.steps, ..Amount::default() });
    };
    let fen = working.rounded(worked)?;
    let fen = working.bounded(fen)?;
    if fen > MAX_FEN {
        return Err(Fault::Overflow);
    }
    let fen = whole(fen)?;
    working.step("amount", vec![Value::Whole(fen)]);
    Ok(Amount { fen: Some(fen), steps: working.steps, ..Amount::default() })
}

fn whole(number: i128) -> R<i64> {
    i64::try_from(number).map_err(|_| Fault::Hand)
}

impl<'a> Working<'a> {
    fn step(&mut self, code: &'static str, values: Vec<Value<'a>>) {
        self.steps.push(Step { code, values });
    }

    /// The exact sum before rounding; none where the base lies beyond the last tier.
    fn worked(&mut self, base: i64, times: Option<i64>) -> R<Option<Exact>> {
        let terms = self.terms;
        if let Some(fixed) = terms.fixed {
            self.step("fixed", vec![Value::Whole(fixed)]);
            let one = Exact::whole(i128::from(fixed));
            let Some(times) = times else { return Ok(Some(one)) };
            let worked = one.times(times)?;
            self.step("times", vec![Value::Whole(fixed), Value::Whole(times), Value::Exact(worked)]);
            return Ok(Some(worked));
        }
        self.step("base", vec![Value::Whole(base)]);
        if let Some(share) = &terms.share {
            let worked = share.value.times(base)?;
            let values = vec![Value::Whole(base), Value::Share(&share.text), Value::Exact(worked)];
            self.step("share", values);
            return Ok(Some(worked));
        }
        if let Some(last) = terms.tiers.last().and_then(|tier| tier.up_to).filter(|last| base > *last) {
            self.step("beyond", vec![Value::Whole(last)]);
            return Ok(None);
        }
        if terms.whole { self.whole_tier(base).map(Some) } else { self.parts(base).map(Some) }
    }

    fn whole_tier(&mut self, base: i64) -> R<Exact> {
        let mut low = 0;
        for tier in &self.terms.tiers {
            match tier.up_to {
                Some(up_to) if base > up_to => low = up_to,
                _ => return self.of_tier(["tier", "tier_fixed"], tier, low, base),
            }
        }
        Err(Fault::Hand)
    }

    /// The sum over the tiers that the base reaches; the first counts even for a base of nothing.
    fn parts(&mut self, base: i64) -> R<Exact> {
        let (mut total, mut low, mut count) = (Exact::whole(0), 0, 0);
        for tier in &self.terms.tiers {
            if low != 0 && base <= low {
                break;
            }
            let part = tier.up_to.map_or(base, |up_to| base.min(up_to)) - low;
            let worked = self.of_tier(["part", "part_fixed"], tier, low, part)?;
            total = total.plus(worked)?;
            count += 1;
            let Some(up_to) = tier.up_to else { break };
            low = up_to;
        }
        if count > 1 {
            self.step("sum", vec![Value::Exact(total)]);
        }
        Ok(total)
    }

    fn of_tier(&mut self, codes: [&'static str; 2], tier: &'a Tier, low: i64, of: i64) -> R<Exact> {
        let up_to = tier.up_to.map_or(Value::None, Value::Whole);
        let Some(share) = &tier.share else {
            let worked = Exact::whole(i128::from(tier.fixed));
            self.step(codes[1], vec![Value::Whole(low), up_to, Value::Exact(worked)]);
            return Ok(worked);
        };
        let worked = share.value.times(of)?;
        let share = Value::Share(&share.text);
        self.step(codes[0], vec![Value::Whole(low), up_to, Value::Whole(of), share, Value::Exact(worked)]);
        Ok(worked)
    }

    fn rounded(&mut self, worked: Exact) -> R<i128> {
        let Some((to, how)) = self.terms.round else {
            // What is worked out of shares has a rounding.
            return if worked.denominator == 1 { Ok(worked.numerator) } else { Err(Fault::Hand) };
        };
        let unit = i128::from(to).checked_mul(worked.denominator).ok_or(Fault::Hand)?;
        let (units, rest) = (worked.numerator.div_euclid(unit), worked.numerator.rem_euclid(unit));
        if rest == 0 {
            self.step("exact", vec![Value::Whole(to)]);
            return Ok(worked.numerator);
        }
        let up = match how {
            How::HalfUp => 2 * rest >= unit,
            How::HalfEven => 2 * rest > unit || (2 * rest == unit && units % 2 == 1),
            How::Down => false,
            How::Up => true,
        };
        let fen = (units + i128::from(up)) * i128::from(to);
        self.step("rounded", vec![Value::Word(how.word()), Value::Whole(to), Value::Whole(whole(fen)?)]);
        Ok(fen)
    }

    fn bounded(&mut self, mut fen: i128) -> R<i128> {
        if let Some(floor) = self.terms.floor {
            let below = fen < i128::from(floor);
            self.step(if below { "raised" } else { "above_floor" }, vec![Value::Whole(floor)]);
            fen = fen.max(i128::from(floor));
        }
        if let Some(cap) = self.terms.cap {
            let above = fen > i128::from(cap);
            self.step(if above { "capped" } else { "within_cap" }, vec![Value::Whole(cap)]);
            fen = fen.min(i128::from(cap));
        }
        Ok(fen)
    }
}

fn wrong<T>(what: &str) -> Result<T, LoadError> {
    Err(LoadError(what.to_owned()))
}

fn share_of(found: &pb::Share, texts: &Texts) -> Result<Share, LoadError> {
    if found.numerator <= 0 || found.denominator <= 0 {
        return wrong("a share is above 0");
    }
    let value = Exact::of(i128::from(found.numerator), i128::from(found.denominator));
    Ok(Share { value, text: texts.at(found.text)? })
}

/// An amount of the message.
pub fn terms_of(found: &pb::Amount, texts: &Texts) -> Result<Terms, LoadError> {
    let how = match &*texts.at(found.round_how)? {
        "" | "half_up" => How::HalfUp,
        "half_even" => How::HalfEven,
        "down" => How::Down,
        "up" => How::Up,
        other => return wrong(&format!("nothing is rounded {other}")),
    };
    let tier = |one: &pb::Tier| -> Result<Tier, LoadError> {
        let share = one.share.as_ref().map(|share| share_of(share, texts)).transpose()?;
        Ok(Tier { up_to: one.up_to, share, fixed: one.fixed })
    };
    Ok(Terms {
        missing: texts.all(&found.missing)?,
        fixed: found.fixed,
        share: found.share.as_ref().map(|share| share_of(share, texts)).transpose()?,
        tiers: found.tiers.iter().map(tier).collect::<Result<_, _>>()?,
        whole: found.whole,
        round: (found.round_to > 0).then_some((found.round_to, how)),
        floor: found.floor,
        cap: found.cap,
    })
}

/// A number of things of the message.
pub fn quantity_of(found: &pb::Quantity, texts: &Texts) -> Result<Quantity, LoadError> {
    Ok(Quantity {
        missing: texts.all(&found.missing)?,
        count: found.count,
        at_least: found.at_least,
        at_most: found.at_most,
        computed: found.computed,
    })
}
