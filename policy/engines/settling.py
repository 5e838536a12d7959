"""The smallest set of facts that settles an unknown condition.

    formula --atoms--> choices (what each fact, or each opaque atom, can make of its atoms)
            --every combination--> outcomes --differ by one choice alone--> the facts worth asking for

A fact that only stands in comparisons with known values is one choice: representative values (each value it
is compared with, and one in each gap between them) give every combination of truths that its comparisons can
have. So ``x > 3 || x < 5`` is settled, and ``x > 3`` and ``x > 5`` are not taken for independent. Any other
atom (two missing facts compared, arithmetic, text functions, periods) is a choice by itself, taken to be
true, false or, where it is fallible, an error: that may name a fact too many, never one too few. So may the
vocabulary: that a coded fact has no other codes is not known here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from policy.engines.unknowns import FACT, Atom, Comparison, Failure, Formula, Joint, Unknown, formula_of
from policy.expr.ops import OPS

MAX_ROWS = 1024
"""Beyond this many combinations every missing fact is named: the table would grow too large."""

Truth = bool | None
"""None: an evaluation error."""


class _Choice(NamedTuple):
    """Facts, their atoms' keys, and the truths that the facts can give to these: one row each."""

    facts: frozenset[str]
    keys: tuple[str, ...]
    rows: tuple[tuple[Truth, ...], ...]


class _Column(NamedTuple):
    """A truth for every combination at once: bit *n* of ``true`` or ``error`` is set for combination *n*."""

    true: int
    error: int


def settling_facts(value: Unknown) -> tuple[bool | Failure | None, tuple[str, ...]]:
    """What an unknown condition comes to: (its value or error, no facts) where every completion gives it,
    else (None, the facts that settle it, sorted)."""
    atoms: dict[str, Atom] = {}
    failures: list[Failure] = []
    formula = formula_of(value)
    if _collect(formula, atoms, failures) and _independent(atoms.values()):
        # Each atom stands once, shares no fact, and nothing is constant: every one can change the outcome.
        return None, tuple(sorted(frozenset().union(*[atom.missing for atom in atoms.values()])))
    choices = _choices(atoms)
    count = math.prod([len(choice.rows) for choice in choices])
    if count > MAX_ROWS:
        return None, tuple(sorted(value.missing))
    every = (1 << count) - 1
    outcome = _outcome(formula, _columns(choices, count), every)
    if outcome.error == every:
        return min(failures, key=lambda failure: failure.reason), ()
    if outcome.error == 0 and outcome.true in (0, every):
        return outcome.true == every, ()
    missing: set[str] = set()
    stride = 1
    for choice in choices:
        size = len(choice.rows)
        # Combinations with another one that differs from them by the next row of this choice alone.
        last = _repeated(((1 << stride) - 1) << (size - 1) * stride, size * stride, count)
        if (every ^ last) & (
            (outcome.true ^ outcome.true >> stride) | (outcome.error ^ outcome.error >> stride)
        ):
            missing |= choice.facts
        stride *= size
    return None, tuple(sorted(missing))


def _columns(choices: list[_Choice], count: int) -> dict[str, _Column]:
    """The truths of every atom; combination *n* takes of each choice the row that its digit of *n* says."""
    columns: dict[str, _Column] = {}
    stride = 1
    for choice in choices:
        period = stride * len(choice.rows)
        block = (1 << stride) - 1
        for position, key in enumerate(choice.keys):
            true = error = 0
            for number, row in enumerate(choice.rows):
                if row[position] is None:
                    error |= block << number * stride
                elif row[position]:
                    true |= block << number * stride
            columns[key] = _Column(_repeated(true, period, count), _repeated(error, period, count))
        stride = period
    return columns


def _repeated(pattern: int, period: int, count: int) -> int:
    """``count`` bits that repeat the first ``period``, which divides ``count``."""
    return pattern * (((1 << count) - 1) // ((1 << period) - 1))


def _collect(formula: Formula, atoms: dict[str, Atom], failures: list[Failure]) -> bool:
    """Adds the formula's atoms and errors; False where an atom stands twice or a part is constant."""
    if isinstance(formula, Atom):
        fresh = formula.key not in atoms
        atoms[formula.key] = formula
        return fresh
    if isinstance(formula, Joint):
        once = [_collect(part, atoms, failures) for part in formula.parts]
        return all(once)
    if isinstance(formula, Failure):
        failures.append(formula)
    return False


def _independent(atoms: Iterable[Atom]) -> bool:
    seen: set[str] = set()
    for atom in atoms:
        if not seen.isdisjoint(atom.missing):
            return False
        seen |= atom.missing
        comparison = atom.comparison
        if comparison is not None and not _varies(comparison):
            return False
    return True


def _varies(comparison: Comparison) -> bool:
    """Whether it can be true and can be false; at once for what a known value is equated with."""
    _, op, args = comparison
    if op in _EQUALITIES:
        known = args[1] if args[0] is FACT else args[0]
        if op == "in_list":
            known = known[0]  # a list of both booleans holds whatever the fact is
        elif known.__class__ is bool:
            return True
        if known.__class__ in (str, int):
            return True
    return len(_rows([comparison])) == 2


def _choices(atoms: Mapping[str, Atom]) -> list[_Choice]:
    by_fact: dict[str, list[Atom]] = {}
    for key in sorted(atoms):
        for fact in atoms[key].missing:
            by_fact.setdefault(fact, []).append(atoms[key])
    choices = []
    settled: set[str] = set()
    for fact, own in sorted(by_fact.items()):
        compared = [atom.comparison for atom in own if atom.comparison is not None]
        if len(compared) == len(own):
            keys = tuple([atom.key for atom in own])
            choices.append(_Choice(frozenset((fact,)), keys, _rows(compared)))
            settled.update(keys)
    for key in sorted(atoms.keys() - settled):
        truths: tuple[Truth, ...] = (False, True, None) if atoms[key].fallible else (False, True)
        choices.append(_Choice(atoms[key].missing, (key,), tuple([(truth,) for truth in truths])))
    return choices


def _rows(comparisons: list[Comparison]) -> tuple[tuple[bool, ...], ...]:
    """The truths that the comparisons of one fact can have together."""
    found = {
        tuple([_compared(comparison, value) for comparison in comparisons])
        for value in _representatives(comparisons)
    }
    return tuple(sorted(found))


def _compared(comparison: Comparison, value: Any) -> bool:
    _, op, args = comparison
    if op == "in_list" and args[0] is FACT and value.__class__ is str:
        return value in args[1]
    return bool(OPS[op].call(*[value if arg is FACT else arg for arg in args]))


def _representatives(comparisons: list[Comparison]) -> set[Any]:
    """Values that stand for all: those compared with, and one in each gap before, between and after them;
    where nothing asks for the order, one beside them."""
    known: set[Any] = set()
    ordered = False
    for _, op, args in comparisons:
        ordered = ordered or op not in _EQUALITIES
        for arg in args:
            if arg is not FACT:
                known.update(arg if op == "in_list" else (arg,))
    if not ordered and known and all(value.__class__ is str for value in known):
        return known | {max(known) + "\0"}
    return {near for value in known for near in _around(value)}


_EQUALITIES = frozenset(("equals", "not_equals", "in_list"))


def _around(value: Any) -> tuple[Any, ...]:
    """The value and its neighbours in the order of its type; of doubles those that a fact can be, which is
    neither infinite nor NaN."""
    if isinstance(value, bool):
        return False, True
    if isinstance(value, str):
        return "", value, value + "\0"
    if isinstance(value, float):
        near = value, math.nextafter(value, -math.inf), math.nextafter(value, math.inf)
        return tuple([number for number in near if math.isfinite(number)]) or (0.0,)
    return value - 1, value, value + 1


def _outcome(formula: Formula, columns: Mapping[str, _Column], every: int) -> _Column:
    if isinstance(formula, Atom):
        return columns[formula.key]
    if isinstance(formula, Joint):
        return _joined(formula.op, [_outcome(part, columns, every) for part in formula.parts], every)
    if isinstance(formula, Failure):
        return _Column(0, every)
    return _Column(every if formula else 0, 0)


def _joined(op: str, parts: list[_Column], every: int) -> _Column:
    """As CEL has it: ``and`` and ``or`` absorb an error beside a value that decides, nothing else does."""
    error = 0
    for part in parts:
        error |= part.error
    if op == "and":
        true, possible = every, every
        for part in parts:
            true &= part.true
            possible &= part.true | part.error
        return _Column(true, error & possible)
    if op == "or":
        true = 0
        for part in parts:
            true |= part.true
        return _Column(true, error & ~true)
    if op == "if":
        condition, then, otherwise = parts
        no = every & ~(condition.true | condition.error)
        failed = condition.error | (condition.true & then.error) | (no & otherwise.error)
        return _Column((condition.true & then.true) | (no & otherwise.true), failed)
    if op == "not":
        return _Column(every & ~(parts[0].true | error), error)
    differs = parts[0].true ^ parts[1].true
    return _Column((differs if op == "not_equals" else every ^ differs) & ~error, error)
