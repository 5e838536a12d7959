//! The three-valued evaluator: what an expression comes to where facts are missing, and which facts those are.
//!
//! As `policy/engines/three.py` and `unknowns.py` have it. Only what the plain evaluator leaves open is walked.

use std::cell::{Cell, RefCell};

use bumpalo::Bump;
use rustc_hash::FxHashMap;

use crate::eval::{Eval, literal};
use crate::ops::{Op, Reason, apply, equal, ordered};
use crate::program::{Expr, Quant, Quantified, Type};
use crate::view::{Val, View, joined};

/// A value: known, a message that the case does not state, a list, unknown, or an error.
#[derive(Clone, Copy, Debug)]
pub enum T<'a> {
    Known(Val<'a>),
    Gone(&'a str),
    List(&'a [T<'a>]),
    Unknown(&'a Unknown<'a>),
    Failed(Reason),
}

/// A value that the facts do not settle.
#[derive(Debug)]
pub struct Unknown<'a> {
    /// The missing facts, by number, in order.
    pub missing: &'a [u32],
    pub key: u32,
    /// Of a truth: over what it may hang.
    pub formula: Option<&'a Formula<'a>>,
    /// Some completion may be an error.
    pub fallible: bool,
    /// The fact that it is, where it is a fact as such.
    pub fact: Option<u32>,
    /// The least and the most that a number, or the length of a list, can be.
    pub bounds: Option<(i64, i64)>,
}

#[derive(Debug)]
pub enum Formula<'a> {
    Atom(Atom<'a>),
    Joint(Joint, &'a [&'a Formula<'a>]),
    Failed(Reason),
    Truth(bool),
}

#[derive(Debug)]
pub struct Atom<'a> {
    pub key: u32,
    pub missing: &'a [u32],
    pub fallible: bool,
    pub comparison: Option<&'a Comparison<'a>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Joint {
    And,
    Or,
    Not,
    If,
    Equals,
    NotEquals,
}

/// One missing fact compared with a known value.
#[derive(Debug)]
pub struct Comparison<'a> {
    pub op: Op,
    /// Whether the fact stands first.
    pub first: bool,
    pub known: Val<'a>,
}

/// Facts and keys by number, for one decision.
pub struct Names<'a> {
    pub arena: &'a Bump,
    facts: RefCell<(FxHashMap<&'a str, u32>, Vec<&'a str>)>,
    keys: RefCell<FxHashMap<&'a [u8], u32>>,
    /// Why Python has to decide the case.
    pub hand: Cell<Option<&'static str>>,
}

impl<'a> Names<'a> {
    pub fn new(arena: &'a Bump) -> Names<'a> {
        Names { arena, facts: RefCell::default(), keys: RefCell::default(), hand: Cell::new(None) }
    }

    pub fn fact(&self, path: &'a str) -> u32 {
        let mut facts = self.facts.borrow_mut();
        if let Some(number) = facts.0.get(path) {
            return *number;
        }
        let number = facts.1.len() as u32;
        facts.1.push(path);
        facts.0.insert(path, number);
        number
    }

    /// The paths of facts, sorted.
    pub fn paths(&self, facts: &[u32]) -> Vec<&'a str> {
        let known = self.facts.borrow();
        let mut found: Vec<&'a str> = facts.iter().map(|number| known.1[*number as usize]).collect();
        found.sort_unstable();
        found
    }

    fn key(&self, bytes: &[u8]) -> u32 {
        let mut keys = self.keys.borrow_mut();
        if let Some(number) = keys.get(bytes) {
            return *number;
        }
        let number = keys.len() as u32;
        keys.insert(self.arena.alloc_slice_copy(bytes), number);
        number
    }
}

/// What a condition comes to: its value, the facts it waits for, or its evaluation error.
#[derive(Clone, Copy, Debug)]
pub enum Verdict<'a> {
    Truth(bool),
    Doubt(&'a [&'a str]),
    Failed(Reason),
}

#[derive(Clone, Copy)]
pub struct Three<'a, 'n> {
    pub eval: Eval<'a>,
    pub names: &'n Names<'a>,
}

/// The values of variables, by slot.
pub type Bound<'a> = Vec<T<'a>>;

impl<'a> Three<'a, '_> {
    fn arena(&self) -> &'a Bump {
        self.eval.arena
    }

    /// The value for the elements in `bound`.
    pub fn value(&self, expr: &'a Expr, bound: &[Val<'a>]) -> T<'a> {
        let mut all: Bound<'a> = bound.iter().map(|value| T::Known(*value)).collect();
        self.of(expr, &mut all)
    }

    fn failed(&self, reason: Reason) -> T<'a> {
        if reason == Reason::Hand {
            self.names.hand.set(Some("value"));
        }
        T::Failed(reason)
    }

    pub(crate) fn of(&self, expr: &'a Expr, bound: &mut Bound<'a>) -> T<'a> {
        match expr {
            Expr::Const(lit) => T::Known(literal(lit)),
            Expr::Local(slot) => bound.get(*slot).copied().unwrap_or(T::Known(Val::Absent)),
            Expr::Case => T::Known(Val::Msg(self.eval.moment.view)),
            Expr::AsOf => T::Known(Val::Int(self.eval.moment.as_of)),
            Expr::Breaches => self.listed(self.eval.moment.breaches),
            Expr::Attribute { name, boolean } => {
                let found = self.eval.moment.attributes.iter().find(|(known, _)| *known == &**name);
                match found {
                    Some((_, value)) => T::Known(*value),
                    None => {
                        let path = joined(self.arena(), &["attributes[", name, "]"]);
                        self.unknown_fact(path, *boolean)
                    }
                }
            }
            Expr::Parameter { name, value, boolean } => match value {
                Some(value) => T::Known(literal(value)),
                None => {
                    let path = joined(self.arena(), &["param.", name]);
                    self.unknown_fact(path, *boolean)
                }
            },
            Expr::Field { of, slot, name, kind } => self.field(of, *slot, name, *kind, bound),
            Expr::And(parts) => self.junction_of(false, parts, bound),
            Expr::Or(parts) => self.junction_of(true, parts, bound),
            Expr::Not(inner) => {
                let value = self.of(inner, bound);
                self.negation(value)
            }
            Expr::If(three, boolean) => self.conditional(three, *boolean, bound),
            Expr::Call { op, args, boolean, .. } => self.call(*op, args, *boolean, bound),
            Expr::Lookup { list, op, arg } => self.lookup(*list, *op, arg, bound),
            Expr::Term { number, args } => self.term(*number, args, bound),
            Expr::List(items) => {
                let found: Vec<T<'a>> = items.iter().map(|item| self.of(item, bound)).collect();
                self.sound(&found)
            }
            Expr::Quant(quantified) => self.quantified(quantified, bound),
            Expr::Place(place) => self.place(place, bound),
            Expr::Years(two) => {
                let (moments, moment) = (self.of(&two[0], bound), self.of(&two[1], bound));
                self.years(moments, moment)
            }
            Expr::Beyond => self.failed(Reason::Hand),
        }
    }

    /// The value of a truth: plain where known facts settle it, else walked.
    pub(crate) fn verdict(&self, expr: &'a Expr, bound: &mut Bound<'a>) -> T<'a> {
        if matches!(expr, Expr::Const(_) | Expr::Local(_) | Expr::Field { .. }) {
            return self.of(expr, bound);
        }
        let mut stack: Vec<Val<'a>> = bound
            .iter()
            .map(|value| if let T::Known(value) = value { *value } else { Val::Absent })
            .collect();
        match self.eval.of(expr, &mut stack, 0) {
            Val::Absent => self.of(expr, bound),
            known => T::Known(known),
        }
    }

    fn listed(&self, items: &'a [Val<'a>]) -> T<'a> {
        T::List(self.arena().alloc_slice_fill_iter(items.iter().map(|item| T::Known(*item))))
    }

    fn field(&self, of: &'a Expr, slot: usize, name: &str, kind: Type, bound: &mut Bound<'a>) -> T<'a> {
        let owner = self.of(of, bound);
        let (view, path): (Option<&'a View<'a>>, &dyn Fn() -> &'a str) = match owner {
            T::Known(Val::Msg(view)) => (Some(view), &move || view.path(self.eval.arena)),
            T::Gone(path) => (None, &move || path),
            T::Unknown(unknown) => {
                let boolean = kind == Type::Bool;
                let mut key = vec![b'.'];
                key.extend_from_slice(name.as_bytes());
                return self.result(&key, None, &[T::Unknown(unknown)], boolean, false);
            }
            other => return other,
        };
        let value = view.map_or(Val::Absent, |view| view.get(slot));
        let written = || {
            let owner = path();
            if owner.is_empty() {
                self.arena().alloc_str(name)
            } else {
                crate::view::below(self.arena(), owner, name)
            }
        };
        match (kind, value) {
            (Type::Messages | Type::List, Val::List(items)) => self.listed(items),
            (Type::Messages | Type::List, _) => T::List(&[]),
            (Type::Message, Val::Absent) => T::Gone(written()),
            // A part of an element has no path of its own.
            (Type::Message, Val::Msg(inner)) => self.part(inner, written()),
            (_, Val::Absent) => self.unknown_fact(written(), kind == Type::Bool),
            (_, value) => T::Known(value),
        }
    }

    /// A part of an element that is there: its facts are known by the path of the element.
    fn part(&self, inner: &'a View<'a>, path: &'a str) -> T<'a> {
        inner.name(path);
        T::Known(Val::Msg(inner))
    }

    pub(crate) fn unknown_fact(&self, path: &'a str, boolean: bool) -> T<'a> {
        let arena = self.arena();
        let fact = self.names.fact(path);
        let missing = &*arena.alloc_slice_copy(&[fact]);
        let mut bytes = vec![b'P'];
        bytes.extend_from_slice(&fact.to_le_bytes());
        let key = self.names.key(&bytes);
        let formula = boolean.then(|| {
            let comparison = Comparison { op: Op::Equals, first: true, known: Val::Bool(true) };
            let comparison = Some(&*arena.alloc(comparison));
            &*arena.alloc(Formula::Atom(Atom { key, missing, fallible: false, comparison }))
        });
        T::Unknown(arena.alloc(Unknown {
            missing,
            key,
            formula,
            fallible: false,
            fact: Some(fact),
            bounds: None,
        }))
    }

    /// What tells a value apart, as bytes.
    pub(crate) fn write(&self, value: T<'a>, into: &mut Vec<u8>) {
        match value {
            T::Unknown(unknown) => {
                into.push(b'U');
                into.extend_from_slice(&unknown.key.to_le_bytes());
            }
            T::Failed(reason) => into.extend_from_slice(&[b'F', reason as u8]),
            T::Gone(path) => {
                into.push(b'G');
                into.extend_from_slice(&(path.len() as u32).to_le_bytes());
                into.extend_from_slice(path.as_bytes());
            }
            T::List(items) => {
                into.push(b'L');
                into.extend_from_slice(&(items.len() as u32).to_le_bytes());
                items.iter().for_each(|item| self.write(*item, into));
            }
            T::Known(Val::Absent) => into.push(b'A'),
            T::Known(Val::Bool(truth)) => into.extend_from_slice(&[b'B', u8::from(truth)]),
            T::Known(Val::Int(number)) => {
                into.push(b'I');
                into.extend_from_slice(&number.to_le_bytes());
            }
            T::Known(Val::Double(number)) => {
                into.push(b'D');
                into.extend_from_slice(&number.to_bits().to_le_bytes());
            }
            T::Known(Val::Text(text)) => {
                into.push(b'T');
                into.extend_from_slice(&(text.len() as u32).to_le_bytes());
                into.extend_from_slice(text.as_bytes());
            }
            T::Known(Val::Msg(view)) => {
                into.push(b'M');
                into.extend_from_slice(&(std::ptr::from_ref(view) as usize).to_le_bytes());
            }
            T::Known(Val::List(items)) => {
                into.push(b'L');
                into.extend_from_slice(&(items.len() as u32).to_le_bytes());
                items.iter().for_each(|item| self.write(T::Known(*item), into));
            }
        }
    }

    fn missing_of(&self, args: impl IntoIterator<Item = T<'a>>) -> &'a [u32] {
        let mut missing: Vec<u32> = Vec::new();
        for arg in args {
            if let T::Unknown(unknown) = arg {
                missing.extend_from_slice(unknown.missing);
            }
        }
        missing.sort_unstable();
        missing.dedup();
        self.arena().alloc_slice_copy(&missing)
    }

    /// The result of a strict operator with an unknown argument and no failing one.
    pub(crate) fn result(
        &self,
        name: &[u8],
        op: Option<Op>,
        args: &[T<'a>],
        boolean: bool,
        fallible: bool,
    ) -> T<'a> {
        let arena = self.arena();
        let missing = self.missing_of(args.iter().copied());
        let mut bytes = name.to_vec();
        bytes.push(b'(');
        args.iter().for_each(|arg| self.write(*arg, &mut bytes));
        let key = self.names.key(&bytes);
        let fallible = fallible
            || op.is_some_and(Op::fallible)
            || args.iter().any(|arg| matches!(arg, T::Unknown(unknown) if unknown.fallible));
        let formula = boolean.then(|| {
            if op.is_some_and(Op::equates) && args.iter().all(|arg| truthlike(*arg)) {
                let joint = if op == Some(Op::Equals) { Joint::Equals } else { Joint::NotEquals };
                let parts: Vec<&'a Formula<'a>> = args.iter().map(|arg| self.formula_of(*arg)).collect();
                return &*arena.alloc(Formula::Joint(joint, arena.alloc_slice_copy(&parts)));
            }
            let comparison = op.and_then(|op| self.comparison(op, args));
            &*arena.alloc(Formula::Atom(Atom { key, missing, fallible, comparison }))
        });
        T::Unknown(arena.alloc(Unknown { missing, key, formula, fallible, fact: None, bounds: None }))
    }

    /// The comparison of one missing fact with known scalars, if it is one.
    fn comparison(&self, op: Op, args: &[T<'a>]) -> Option<&'a Comparison<'a>> {
        if !op.equates() && op != Op::In && !op.orders() {
            return None;
        }
        let (first, known) = match *args {
            [T::Unknown(unknown), known] if unknown.fact.is_some() => (true, known),
            [known, T::Unknown(unknown)] if unknown.fact.is_some() && op != Op::In => (false, known),
            _ => return None,
        };
        let known = match known {
            T::Known(value) => value,
            T::List(items) => {
                let mut values = Vec::with_capacity(items.len());
                for item in items {
                    let T::Known(value) = item else { return None };
                    values.push(*value);
                }
                Val::List(self.arena().alloc_slice_copy(&values))
            }
            _ => return None,
        };
        Some(self.arena().alloc(Comparison { op, first, known }))
    }

    fn formula_of(&self, value: T<'a>) -> &'a Formula<'a> {
        match value {
            T::Unknown(unknown) => unknown.formula.unwrap_or_else(|| {
                let atom = Atom {
                    key: unknown.key,
                    missing: unknown.missing,
                    fallible: unknown.fallible,
                    comparison: None,
                };
                self.arena().alloc(Formula::Atom(atom))
            }),
            T::Failed(reason) => self.arena().alloc(Formula::Failed(reason)),
            T::Known(Val::Bool(truth)) => self.arena().alloc(Formula::Truth(truth)),
            _ => self.arena().alloc(Formula::Truth(true)),
        }
    }

    /// Kleene's not.
    pub fn negation(&self, value: T<'a>) -> T<'a> {
        match value {
            T::Unknown(unknown) => {
                let arena = self.arena();
                let parts = arena.alloc_slice_copy(&[self.formula_of(value)]);
                let mut bytes = b"not(".to_vec();
                self.write(value, &mut bytes);
                T::Unknown(arena.alloc(Unknown {
                    missing: unknown.missing,
                    key: self.names.key(&bytes),
                    formula: Some(arena.alloc(Formula::Joint(Joint::Not, parts))),
                    fallible: unknown.fallible,
                    fact: None,
                    bounds: None,
                }))
            }
            T::Known(Val::Bool(truth)) => T::Known(Val::Bool(!truth)),
            other => other,
        }
    }

    fn junction_of(&self, deciding: bool, parts: &'a [Expr], bound: &mut Bound<'a>) -> T<'a> {
        if let [only] = parts {
            return self.of(only, bound);
        }
        let mut values = Vec::with_capacity(parts.len());
        for part in parts {
            let value = self.verdict(part, bound);
            if is(value, deciding) {
                return value;
            }
            values.push(value);
        }
        self.junction(deciding, &values)
    }

    /// Kleene's and, or: a deciding value wins, then an unknown, then an error.
    pub fn junction(&self, deciding: bool, values: &[T<'a>]) -> T<'a> {
        let mut unknowns: Vec<T<'a>> = Vec::new();
        let mut failure = None;
        for value in values {
            match value {
                value if is(*value, deciding) => return *value,
                T::Unknown(_) => unknowns.push(*value),
                T::Failed(reason) if failure.is_none() => failure = Some(*reason),
                _ => {}
            }
        }
        match (&unknowns[..], failure) {
            ([], Some(reason)) => return T::Failed(reason),
            ([], None) => return T::Known(Val::Bool(!deciding)),
            ([only], None) => return *only,
            _ => {}
        }
        let arena = self.arena();
        let missing = self.missing_of(unknowns.iter().copied());
        let fallible = failure.is_some()
            || unknowns.iter().any(|one| matches!(one, T::Unknown(unknown) if unknown.fallible));
        unknowns.extend(failure.map(T::Failed));
        let mut bytes = if deciding { b"or(".to_vec() } else { b"and(".to_vec() };
        unknowns.iter().for_each(|one| self.write(*one, &mut bytes));
        let parts: Vec<&'a Formula<'a>> = unknowns.iter().map(|one| self.formula_of(*one)).collect();
        let joint = if deciding { Joint::Or } else { Joint::And };
        T::Unknown(arena.alloc(Unknown {
            missing,
            key: self.names.key(&bytes),
            formula: Some(arena.alloc(Formula::Joint(joint, arena.alloc_slice_copy(&parts)))),
            fallible,
            fact: None,
            bounds: None,
        }))
    }

    fn conditional(&self, three: &'a [Expr; 3], boolean: bool, bound: &mut Bound<'a>) -> T<'a> {
        match self.of(&three[0], bound) {
            T::Unknown(condition) => {
                let then = self.of(&three[1], bound);
                let otherwise = self.of(&three[2], bound);
                self.choice(condition, then, otherwise, boolean)
            }
            T::Failed(reason) => T::Failed(reason),
            T::Known(Val::Bool(true)) => self.of(&three[1], bound),
            _ => self.of(&three[2], bound),
        }
    }

    fn choice(&self, condition: &'a Unknown<'a>, then: T<'a>, otherwise: T<'a>, boolean: bool) -> T<'a> {
        if let (T::Failed(_), T::Failed(_)) = (then, otherwise) {
            return then;
        }
        let settled = !matches!(then, T::Unknown(_) | T::Failed(_)) && !condition.fallible;
        if settled && same(then, otherwise) {
            return then;
        }
        let arena = self.arena();
        let all = [T::Unknown(condition), then, otherwise];
        let mut bytes = b"if(".to_vec();
        all.iter().for_each(|one| self.write(*one, &mut bytes));
        let may_fail = |value: T<'a>| match value {
            T::Unknown(unknown) => unknown.fallible,
            T::Failed(_) => true,
            _ => false,
        };
        let parts: Vec<&'a Formula<'a>> = all.iter().map(|one| self.formula_of(*one)).collect();
        let formula =
            boolean.then(|| &*arena.alloc(Formula::Joint(Joint::If, arena.alloc_slice_copy(&parts))));
        T::Unknown(arena.alloc(Unknown {
            missing: self.missing_of(all),
            key: self.names.key(&bytes),
            formula,
            fallible: condition.fallible || may_fail(then) || may_fail(otherwise),
            fact: None,
            bounds: None,
        }))
    }

    fn call(&self, op: Op, args: &'a [Expr], boolean: bool, bound: &mut Bound<'a>) -> T<'a> {
        let values: Vec<T<'a>> = args.iter().map(|arg| self.of(arg, bound)).collect();
        if op == Op::In {
            return self.membership(values[0], values[1]);
        }
        for value in &values {
            if let T::Failed(reason) = value {
                return T::Failed(*reason);
            }
        }
        if values.iter().any(|value| matches!(value, T::Unknown(_))) {
            return self.open(op, &values, boolean);
        }
        // What holds unknown items is known as far as its length goes.
        if let (Op::SizeList, T::List(items)) = (op, values[0]) {
            return T::Known(Val::Int(items.len() as i64));
        }
        if let (Op::Index, T::List(items), Some(T::Known(Val::Int(place)))) = (op, values[0], values.get(1)) {
            let found = usize::try_from(*place).ok().and_then(|at| items.get(at).copied());
            return found.unwrap_or(T::Failed(Reason::IndexOutOfBounds));
        }
        if let (Op::AddList, [T::List(one), T::List(other)]) = (op, &values[..]) {
            let both: Vec<T<'a>> = one.iter().chain(*other).copied().collect();
            return T::List(self.arena().alloc_slice_copy(&both));
        }
        let mut known = Vec::with_capacity(values.len());
        for value in values {
            let T::Known(value) = value else { return self.failed(Reason::Hand) };
            known.push(value);
        }
        match apply(self.arena(), op, &known) {
            Ok(value) => T::Known(value),
            Err(reason) => self.failed(reason),
        }
    }

    /// An operator with an unknown argument: known where it gives the same whatever the argument is.
    fn open(&self, op: Op, args: &[T<'a>], boolean: bool) -> T<'a> {
        if op.equates() || op.orders() {
            if let Some(decided) = by_bounds(op, args) {
                return T::Known(Val::Bool(decided));
            }
        }
        let found = self.result(&[b'O', op as u8], Some(op), args, boolean, false);
        match (op, found, args[0]) {
            (Op::SizeList, T::Unknown(unknown), T::Unknown(list)) => {
                T::Unknown(self.arena().alloc(Unknown {
                    missing: unknown.missing,
                    key: unknown.key,
                    formula: unknown.formula,
                    fallible: unknown.fallible,
                    fact: unknown.fact,
                    bounds: list.bounds,
                }))
            }
            _ => found,
        }
    }

    /// `value in items`: with known items one comparison, with unknown ones a comparison each.
    fn membership(&self, value: T<'a>, items: T<'a>) -> T<'a> {
        for one in [value, items] {
            if let T::Failed(reason) = one {
                return T::Failed(reason);
            }
        }
        let name = [b'O', Op::In as u8];
        let listed: &'a [T<'a>] = match items {
            T::List(items) => items,
            T::Known(Val::List(items)) => {
                let T::List(items) = self.listed(items) else { return self.failed(Reason::Hand) };
                items
            }
            T::Unknown(_) => return self.result(&name, Some(Op::In), &[value, items], true, false),
            _ => return self.failed(Reason::Hand),
        };
        let unknown_items = listed.iter().any(|item| matches!(item, T::Unknown(_)));
        if matches!(value, T::Unknown(_)) && !unknown_items && !listed.is_empty() {
            return self.result(&name, Some(Op::In), &[value, T::List(listed)], true, false);
        }
        let equalities: Vec<T<'a>> = listed
            .iter()
            .map(|item| {
                if matches!(value, T::Unknown(_)) || matches!(item, T::Unknown(_)) {
                    return self.result(
                        &[b'O', Op::Equals as u8],
                        Some(Op::Equals),
                        &[value, *item],
                        true,
                        false,
                    );
                }
                T::Known(Val::Bool(same(value, *item)))
            })
            .collect();
        let found = self.junction(true, &equalities);
        self.strict(&[value], found)
    }

    fn lookup(&self, list: usize, op: Op, arg: &'a Expr, bound: &mut Bound<'a>) -> T<'a> {
        match self.of(arg, bound) {
            T::Failed(reason) => T::Failed(reason),
            unknown @ T::Unknown(_) => self.open(op, &[unknown], false),
            T::Known(Val::Text(key)) => {
                let found = self.eval.moment.view.each(list).rfind(|one| one.id() == key);
                found.map_or(T::Failed(Reason::NoSuchElement), |one| T::Known(Val::Msg(one)))
            }
            _ => self.failed(Reason::Hand),
        }
    }

    fn term(&self, number: usize, args: &'a [Expr], bound: &mut Bound<'a>) -> T<'a> {
        let mut inner: Bound<'a> = args.iter().map(|arg| self.of(arg, bound)).collect();
        let given = inner.clone();
        for value in &given {
            if let T::Failed(reason) = value {
                return T::Failed(*reason);
            }
        }
        let value = self.junction_of(false, &self.eval.version.terms[number].lines, &mut inner);
        self.strict(&given, value)
    }

    /// The truth of a function of `args`, which fails where an argument does.
    fn strict(&self, args: &[T<'a>], mut value: T<'a>) -> T<'a> {
        let arena = self.arena();
        for arg in args {
            let T::Unknown(unknown) = arg else { continue };
            if !unknown.fallible {
                continue;
            }
            let mut bytes = b"given(".to_vec();
            self.write(*arg, &mut bytes);
            let key = self.names.key(&bytes);
            let known = &*arena.alloc(Formula::Atom(Atom {
                key,
                missing: unknown.missing,
                fallible: true,
                comparison: None,
            }));
            let inner = self.formula_of(value);
            let mut both = b"given2(".to_vec();
            self.write(*arg, &mut both);
            self.write(value, &mut both);
            let parts = arena.alloc_slice_copy(&[known, inner, inner]);
            value = T::Unknown(arena.alloc(Unknown {
                missing: self.missing_of([*arg, value]),
                key: self.names.key(&both),
                formula: Some(arena.alloc(Formula::Joint(Joint::If, parts))),
                fallible: true,
                fact: None,
                bounds: None,
            }));
        }
        value
    }

    /// A list as it stands, unless making it fails, or may fail once the missing facts are known.
    fn sound(&self, items: &[T<'a>]) -> T<'a> {
        for item in items {
            if let T::Failed(reason) = item {
                return T::Failed(*reason);
            }
        }
        if items.iter().any(|item| matches!(item, T::Unknown(unknown) if unknown.fallible)) {
            return self.result(b"list", None, items, false, false);
        }
        T::List(self.arena().alloc_slice_copy(items))
    }

    fn quantified(&self, quantified: &'a Quantified, bound: &mut Bound<'a>) -> T<'a> {
        let items = match self.of(&quantified.range, bound) {
            T::Failed(reason) => return T::Failed(reason),
            T::Unknown(items) => return self.over_unknown(quantified, items, bound),
            T::List(items) => items,
            T::Known(Val::List(items)) => {
                let T::List(items) = self.listed(items) else { return self.failed(Reason::Hand) };
                items
            }
            _ => return self.failed(Reason::Hand),
        };
        let top = bound.len();
        while bound.len() <= quantified.slot {
            bound.push(T::Known(Val::Absent));
        }
        let found = self.over(quantified, items, bound);
        bound.truncate(top);
        found
    }

    fn over(&self, quantified: &'a Quantified, items: &'a [T<'a>], bound: &mut Bound<'a>) -> T<'a> {
        let truth = T::Known(Val::Bool(true));
        if matches!(quantified.what, Quant::Exists | Quant::All) {
            let deciding = quantified.what == Quant::Exists;
            let mut values = Vec::with_capacity(items.len());
            for item in items {
                bound[quantified.slot] = *item;
                let value = quantified.body.as_ref().map_or(truth, |body| self.verdict(body, bound));
                values.push(value);
                if is(value, deciding) {
                    break;
                }
            }
            return self.junction(deciding, &values);
        }
        let mut kept: Vec<(T<'a>, T<'a>)> = Vec::new();
        for item in items {
            bound[quantified.slot] = *item;
            let verdict = quantified.body.as_ref().map_or(truth, |body| self.verdict(body, bound));
            if let T::Failed(reason) = verdict {
                return T::Failed(reason);
            }
            if !is(verdict, false) {
                let value = quantified.mapped.as_ref().map_or(*item, |mapped| self.of(mapped, bound));
                kept.push((verdict, value));
            }
        }
        self.collected(quantified, &kept)
    }

    /// A comprehension over a list that is not known; its body may fail on some element.
    fn over_unknown(&self, quantified: &'a Quantified, items: &'a Unknown<'a>, bound: &Bound<'a>) -> T<'a> {
        let mut name = vec![b'Q', quantified.what as u8];
        name.extend_from_slice(&quantified.identity.0.to_le_bytes());
        name.extend_from_slice(&quantified.identity.1.to_le_bytes());
        // What is known of the variables tells it apart; their missing facts are not its own.
        for slot in &quantified.reads {
            let mut bytes = Vec::new();
            self.write(bound[*slot], &mut bytes);
            let key = self.names.key(&bytes);
            name.extend_from_slice(&key.to_le_bytes());
        }
        self.result(&name, None, &[T::Unknown(items)], quantified.boolean, true)
    }

    /// What the elements come to; each is (whether it is kept, its value).
    fn collected(&self, quantified: &'a Quantified, kept: &[(T<'a>, T<'a>)]) -> T<'a> {
        for part in kept.iter().flat_map(|(verdict, value)| [verdict, value]) {
            if let T::Failed(reason) = part {
                return T::Failed(*reason);
            }
        }
        let unknown = kept.iter().any(|(verdict, _)| matches!(verdict, T::Unknown(_)));
        let certain = kept.iter().filter(|(verdict, _)| is(*verdict, true)).count() as i64;
        if quantified.what == Quant::ExistsOne {
            if !unknown {
                return T::Known(Val::Bool(certain == 1));
            }
            let verdicts: Vec<T<'a>> = kept.iter().map(|(verdict, _)| *verdict).collect();
            let fallible = verdicts.iter().any(|one| matches!(one, T::Unknown(unknown) if unknown.fallible));
            if certain > 1 && !fallible {
                return T::Known(Val::Bool(false));
            }
            return self.result(b"exists_one", None, &verdicts, true, false);
        }
        if !unknown {
            let values: Vec<T<'a>> = kept.iter().map(|(_, value)| *value).collect();
            return self.sound(&values);
        }
        let parts: Vec<T<'a>> = kept.iter().flat_map(|(verdict, value)| [*verdict, *value]).collect();
        let found = self.result(&[b'C', quantified.what as u8], None, &parts, false, false);
        let T::Unknown(unknown) = found else { return found };
        if unknown.fallible {
            return found;
        }
        T::Unknown(self.arena().alloc(Unknown {
            missing: unknown.missing,
            key: unknown.key,
            formula: unknown.formula,
            fallible: unknown.fallible,
            fact: unknown.fact,
            bounds: Some((certain, kept.len() as i64)),
        }))
    }
}

fn is(value: T<'_>, truth: bool) -> bool {
    matches!(value, T::Known(Val::Bool(found)) if found == truth)
}

fn truthlike(value: T<'_>) -> bool {
    match value {
        T::Unknown(unknown) => unknown.formula.is_some(),
        T::Known(Val::Bool(_)) => true,
        _ => false,
    }
}

/// Whether two known values are the same.
fn same(one: T<'_>, other: T<'_>) -> bool {
    match (one, other) {
        (T::Known(a), T::Known(b)) => equal(a, b),
        (T::List(a), T::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(x, y)| same(*x, *y)),
        _ => false,
    }
}

/// A comparison of a number that lies within bounds with a known one; none where it is open.
fn by_bounds(op: Op, args: &[T<'_>]) -> Option<bool> {
    for (place, arg) in args.iter().enumerate() {
        let (T::Unknown(unknown), T::Known(Val::Int(other))) = (arg, args[1 - place]) else { continue };
        let Some((low, high)) = unknown.bounds.filter(|_| !unknown.fallible) else { continue };
        if op.equates() {
            let outside = !(low..=high).contains(&other);
            return outside.then_some(op == Op::NotEquals);
        }
        let holds = |end: i64| {
            let (end, other) = (Val::Int(end), Val::Int(other));
            if place == 0 { ordered(op, end, other) } else { ordered(op, other, end) }
        };
        return (holds(low) == holds(high)).then(|| holds(low));
    }
    None
}
