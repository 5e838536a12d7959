"""Values that may be unknown: what is missing, and of what the unknown value is made.

A boolean that is unknown carries a formula over atoms (conditions that need a missing fact), which
``settling`` reads: Kleene's tables give the value here, the formula gives the facts there. An atom whose
completion may be an evaluation error is fallible: it may turn out true, false or an error.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from policy.expr.ops import FALLIBLE


class Comparison(NamedTuple):
    """One missing fact compared with known values: ``op`` of ``args``, among which ``FACT`` stands for it."""

    fact: str
    op: str
    args: tuple[Any, ...]


class Atom(NamedTuple):
    """A condition that needs missing facts; equal keys are the same condition on the same elements."""

    key: str
    missing: frozenset[str]
    fallible: bool = False
    comparison: Comparison | None = None


class Joint(NamedTuple):
    """``and``, ``or``, ``not``, ``if``, ``equals``, ``not_equals`` of formulas."""

    op: str
    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """An evaluation error of the CEL specification, as a value; ``reason`` is a stable word."""

    reason: str


Formula = Atom | Joint | Failure | bool


class Unknown(NamedTuple):
    """A value that the facts do not settle: what is missing, its key, for booleans a formula.

    ``fallible``: some completion may be an evaluation error. ``fact``: the path, where it is a fact as such.
    ``bounds``: the least and the most that a number, or the length of a list, can be.
    """

    missing: frozenset[str]
    key: str
    formula: Formula | None = None
    fallible: bool = False
    fact: str = ""
    bounds: tuple[int, int] | None = None


class _Fact:
    """The place of the missing fact in a comparison."""

    def __repr__(self) -> str:
        return "FACT"


FACT: Final = _Fact()

_EQUALITIES = frozenset(("equals", "not_equals"))
_ORDERINGS = ("less_", "greater_")


def unknown_fact(path: str, kind: str) -> Unknown:
    """A missing fact of a CEL type."""
    missing = frozenset((path,))
    if kind != "bool":
        return Unknown(missing, path, None, False, path)
    atom = Atom(path, missing, False, Comparison(path, "equals", (FACT, True)))
    return Unknown(missing, path, atom, False, path)


def unknown_result(op: str, args: tuple[Any, ...], boolean: bool) -> Unknown:
    """The result of a strict operator with an unknown argument and no failing one."""
    missing: frozenset[str] = frozenset().union(*[a.missing for a in args if a.__class__ is Unknown])
    key = f"{op}({', '.join([a.key if a.__class__ is Unknown else repr(a) for a in args])})"
    fallible = op in FALLIBLE or any(a.fallible for a in args if a.__class__ is Unknown)
    if not boolean:
        return Unknown(missing, key, None, fallible)
    if op in _EQUALITIES and all(_boolean(a) for a in args):
        return Unknown(missing, key, Joint(op, tuple([formula_of(a) for a in args])), fallible)
    return Unknown(missing, key, Atom(key, missing, fallible, _comparison(op, args)), fallible)


def _boolean(value: Any) -> bool:
    return value.formula is not None if isinstance(value, Unknown) else isinstance(value, bool)


def _comparison(op: str, args: tuple[Any, ...]) -> Comparison | None:
    """The comparison of one missing fact with known scalars, if it is one."""
    if op not in _EQUALITIES and op != "in_list" and not op.startswith(_ORDERINGS):
        return None
    known, fact = [], ""
    for arg in args:
        if isinstance(arg, Unknown):
            if fact or not arg.fact:
                return None
            fact = arg.fact
        else:
            known.append(arg)
    if op == "in_list" and (isinstance(args[1], Unknown) or any(isinstance(i, Unknown) for i in args[1])):
        return None
    return Comparison(fact, op, tuple([FACT if isinstance(arg, Unknown) else arg for arg in args]))


def formula_of(value: Any) -> Formula:
    """The formula of a boolean value."""
    if isinstance(value, Unknown):
        return value.formula if value.formula is not None else Atom(value.key, value.missing, value.fallible)
    return value if isinstance(value, Failure) else bool(value)


def negation(value: Any) -> Any:
    """Kleene's not."""
    if isinstance(value, Unknown):
        formula = Joint("not", (formula_of(value),))
        return Unknown(value.missing, f"not({value.key})", formula, value.fallible)
    return value if isinstance(value, Failure) else not value


def junction(op: str, values: list[Any]) -> Any:
    """Kleene's and/or: a deciding value wins, then an unknown, then an error (as in CEL)."""
    deciding = op == "or"
    unknowns = []
    failure = None
    for value in values:
        if value is deciding:
            return deciding
        if value.__class__ is Unknown:
            unknowns.append(value)
        elif value.__class__ is Failure and failure is None:
            failure = value
    if not unknowns:
        return failure if failure is not None else not deciding
    if len(unknowns) == 1 and failure is None:
        return unknowns[0]
    missing: frozenset[str] = frozenset().union(*[u.missing for u in unknowns])
    parts = [formula_of(u) for u in unknowns]
    keys = [u.key for u in unknowns]
    if failure is not None:
        parts.append(failure)
        keys.append("error:" + failure.reason)
    fallible = failure is not None or any(u.fallible for u in unknowns)
    return Unknown(missing, f"{op}({', '.join(keys)})", Joint(op, tuple(parts)), fallible)


def choice(condition: Unknown, then: Any, otherwise: Any, boolean: bool) -> Any:
    """``condition ? then : otherwise`` with an unknown condition."""
    sides = (then, otherwise)
    if isinstance(then, Failure) and isinstance(otherwise, Failure):
        return then
    settled = not isinstance(then, (Unknown, Failure)) and not condition.fallible
    if settled and then == otherwise and type(then) is type(otherwise):
        return then
    missing = condition.missing.union(*(side.missing for side in sides if isinstance(side, Unknown)))
    key = f"if({', '.join(s.key if isinstance(s, Unknown) else repr(s) for s in (condition, *sides))})"
    fallible = condition.fallible or _may_fail(sides)
    if not boolean:
        return Unknown(missing, key, None, fallible)
    return Unknown(missing, key, Joint("if", (formula_of(condition), *map(formula_of, sides))), fallible)


def strict(args: Iterable[Any], value: Any) -> Any:
    """The boolean ``value`` of a function of ``args``, which fails where an argument does."""
    for arg in args:
        if isinstance(arg, Unknown) and arg.fallible:
            known = Atom(f"given({arg.key})", arg.missing, True)
            inner = formula_of(value)
            missing = arg.missing | (value.missing if isinstance(value, Unknown) else frozenset())
            key = f"given({arg.key}, {value.key if isinstance(value, Unknown) else value!r})"
            value = Unknown(missing, key, Joint("if", (known, inner, inner)), True)
    return value


def _may_fail(values: Iterable[Any]) -> bool:
    return any(
        value.fallible if isinstance(value, Unknown) else isinstance(value, Failure) for value in values
    )
