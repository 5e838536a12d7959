//! Expressions on known facts: a value, or absent where missing facts or an error leave it open.
//!
//! Truths follow Kleene: what decides a conjunction, a disjunction or a quantifier wins over what is open. What
//! stays open goes to the three-valued evaluator (`three`), which says why.

use bumpalo::Bump;

use crate::ops::{Op, apply, equal, ordered};
use crate::placing::plain_years;
use crate::program::{Expr, Lit, Quant, Quantified, Version};
use crate::timeline::Moment;
use crate::view::Val;

/// The value of a literal.
pub fn literal(lit: &Lit) -> Val<'_> {
    match lit {
        Lit::Bool(truth) => Val::Bool(*truth),
        Lit::Int(number) => Val::Int(*number),
        Lit::Double(number) => Val::Double(*number),
        Lit::Text(text) => Val::Text(text),
    }
}

#[derive(Clone, Copy)]
pub struct Eval<'a> {
    pub arena: &'a Bump,
    pub version: &'a Version,
    pub moment: &'a Moment<'a>,
}

/// Parameters of a term up to which its values need no memory of their own.
const FEW: usize = 8;

/// The values of variables; those of the term that is worked out begin at a base.
pub type Stack<'a> = Vec<Val<'a>>;

impl<'a> Eval<'a> {
    /// The value for the elements in `bound`.
    pub fn value(&self, expr: &'a Expr, bound: &[Val<'a>]) -> Val<'a> {
        let mut stack = Vec::with_capacity(bound.len() + 8);
        stack.extend_from_slice(bound);
        self.of(expr, &mut stack, 0)
    }

    pub fn of(&self, expr: &'a Expr, stack: &mut Stack<'a>, base: usize) -> Val<'a> {
        match expr {
            Expr::Const(lit) => literal(lit),
            Expr::Local(slot) => stack.get(base + slot).copied().unwrap_or(Val::Absent),
            Expr::Field { of, slot, .. } => match self.of(of, stack, base) {
                Val::Msg(view) => view.get(*slot),
                _ => Val::Absent,
            },
            Expr::Case => Val::Msg(self.moment.view),
            Expr::AsOf => Val::Int(self.moment.as_of),
            Expr::Breaches => Val::List(self.moment.breaches),
            Expr::Attribute { name, .. } => {
                let found = self.moment.attributes.iter().find(|(known, _)| *known == &**name);
                found.map_or(Val::Absent, |(_, value)| *value)
            }
            Expr::Parameter { value, .. } => value.as_ref().map_or(Val::Absent, literal),
            Expr::And(parts) => self.joined(parts, false, stack, base),
            Expr::Or(parts) => self.joined(parts, true, stack, base),
            Expr::Not(inner) => match self.of(inner, stack, base) {
                Val::Bool(truth) => Val::Bool(!truth),
                _ => Val::Absent,
            },
            Expr::If(three, _) => match self.of(&three[0], stack, base) {
                Val::Bool(true) => self.of(&three[1], stack, base),
                Val::Bool(false) => self.of(&three[2], stack, base),
                _ => Val::Absent,
            },
            Expr::Call { op, args, codes, .. } => self.call(*op, args, codes.as_deref(), stack, base),
            Expr::Lookup { list, arg, .. } => {
                let Val::Text(key) = self.of(arg, stack, base) else { return Val::Absent };
                // Of two elements of one id, which there cannot be, the last would be found.
                self.moment.view.each(*list).rfind(|one| one.id() == key).map_or(Val::Absent, Val::Msg)
            }
            Expr::Term { number, args } => self.term(*number, args, stack, base),
            Expr::List(items) => {
                let mut found = bumpalo::collections::Vec::with_capacity_in(items.len(), self.arena);
                for item in items {
                    let value = self.of(item, stack, base);
                    if value.absent() {
                        return Val::Absent;
                    }
                    found.push(value);
                }
                Val::List(found.into_bump_slice())
            }
            Expr::Quant(quantified) => self.quantified(quantified, stack, base),
            Expr::Place(place) => {
                let Val::Msg(element) = self.of(&place.of, stack, base) else { return Val::Absent };
                let Val::List(items) = self.of(&place.list, stack, base) else { return Val::Absent };
                place.plain(element, items).map_or(Val::Absent, Val::Int)
            }
            Expr::Years(two) => {
                let Val::List(moments) = self.of(&two[0], stack, base) else { return Val::Absent };
                let Val::Int(moment) = self.of(&two[1], stack, base) else { return Val::Absent };
                Val::Int(plain_years(moments, moment))
            }
            Expr::Beyond => Val::Absent,
        }
    }

    fn joined(&self, parts: &'a [Expr], deciding: bool, stack: &mut Stack<'a>, base: usize) -> Val<'a> {
        let mut open = false;
        for part in parts {
            match self.of(part, stack, base) {
                Val::Bool(truth) if truth == deciding => return Val::Bool(deciding),
                Val::Bool(_) => {}
                _ => open = true,
            }
        }
        if open { Val::Absent } else { Val::Bool(!deciding) }
    }

    fn call(
        &self,
        op: Op,
        args: &'a [Expr],
        codes: Option<&'a [crate::program::S]>,
        stack: &mut Stack<'a>,
        base: usize,
    ) -> Val<'a> {
        let one = self.of(&args[0], stack, base);
        if one.absent() {
            return Val::Absent;
        }
        if let (Some(codes), Val::Text(text)) = (codes, one) {
            return Val::Bool(codes.iter().any(|code| &**code == text));
        }
        let Some(second) = args.get(1) else {
            return apply(self.arena, op, &[one]).unwrap_or(Val::Absent);
        };
        let other = self.of(second, stack, base);
        if other.absent() {
            return Val::Absent;
        }
        match op {
            Op::Equals => Val::Bool(equal(one, other)),
            Op::NotEquals => Val::Bool(!equal(one, other)),
            op if op.orders() => Val::Bool(ordered(op, one, other)),
            op => apply(self.arena, op, &[one, other]).unwrap_or(Val::Absent),
        }
    }

    fn term(&self, number: usize, args: &'a [Expr], stack: &mut Stack<'a>, base: usize) -> Val<'a> {
        let (mut few, mut many) = ([Val::Absent; FEW], Vec::new());
        let values = if args.len() <= FEW {
            &mut few[..args.len()]
        } else {
            many.resize(args.len(), Val::Absent);
            &mut many[..]
        };
        for (value, arg) in values.iter_mut().zip(args) {
            *value = self.of(arg, stack, base);
            if value.absent() {
                return Val::Absent;
            }
        }
        let top = stack.len();
        stack.extend_from_slice(values);
        let found = self.joined(&self.version.terms[number].lines, false, stack, top);
        stack.truncate(top);
        found
    }

    fn quantified(&self, quantified: &'a Quantified, stack: &mut Stack<'a>, base: usize) -> Val<'a> {
        let place = base + quantified.slot;
        let top = stack.len();
        while stack.len() <= place {
            stack.push(Val::Absent);
        }
        let found = self.over(quantified, stack, base, place);
        stack.truncate(top);
        found
    }

    fn over(&self, quantified: &'a Quantified, stack: &mut Stack<'a>, base: usize, place: usize) -> Val<'a> {
        if let (Some(types), Some(body)) = (&quantified.types, &quantified.body) {
            let mut open = false;
            for kind in types {
                for event in self.moment.of_type(self.arena, kind) {
                    stack[place] = Val::Msg(event);
                    match self.of(body, stack, base) {
                        Val::Bool(true) => return Val::Bool(true),
                        Val::Bool(false) => {}
                        _ => open = true,
                    }
                }
            }
            return if open { Val::Absent } else { Val::Bool(false) };
        }
        let Val::List(items) = self.of(&quantified.range, stack, base) else { return Val::Absent };
        let verdict = |eval: &Self, stack: &mut Stack<'a>, item: Val<'a>| {
            stack[place] = item;
            quantified.body.as_ref().map_or(Val::Bool(true), |body| eval.of(body, stack, base))
        };
        match quantified.what {
            Quant::Exists | Quant::All => {
                let deciding = quantified.what == Quant::Exists;
                let mut open = false;
                for item in items {
                    match verdict(self, stack, *item) {
                        Val::Bool(truth) if truth == deciding => return Val::Bool(deciding),
                        Val::Bool(_) => {}
                        _ => open = true,
                    }
                }
                if open { Val::Absent } else { Val::Bool(!deciding) }
            }
            Quant::ExistsOne => {
                let mut count = 0;
                for item in items {
                    match verdict(self, stack, *item) {
                        Val::Bool(truth) => count += usize::from(truth),
                        _ => return Val::Absent,
                    }
                }
                Val::Bool(count == 1)
            }
            Quant::Filter | Quant::Map => {
                let mut kept = bumpalo::collections::Vec::new_in(self.arena);
                for item in items {
                    match verdict(self, stack, *item) {
                        Val::Bool(true) => {}
                        Val::Bool(false) => continue,
                        _ => return Val::Absent,
                    }
                    let value = match &quantified.mapped {
                        None => *item,
                        Some(mapped) => self.of(mapped, stack, base),
                    };
                    if value.absent() {
                        return Val::Absent;
                    }
                    kept.push(value);
                }
                Val::List(kept.into_bump_slice())
            }
        }
    }
}
