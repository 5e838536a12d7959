"""Values that may be unknown, and the smallest set of facts that settles a condition.

A boolean that is unknown carries a formula over atoms (comparisons that need a missing fact). An atom is
essential when changing it alone can change the outcome; the facts of the essential atoms are exactly those
worth asking for. Kleene's tables give the value, the formula gives the facts.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

MAX_ATOMS = 10
"""Beyond this many atoms every missing fact is named: the truth table would grow too large."""


class Atom(NamedTuple):
    """A condition that needs missing facts; equal keys are the same condition on the same elements."""

    key: str
    missing: frozenset[str]


class Joint(NamedTuple):
    """``and`` / ``or`` / ``not`` of formulas and constants."""

    op: str
    parts: tuple[Formula, ...]


Formula = Atom | Joint | bool


class Unknown(NamedTuple):
    """A value that the facts do not settle: what is missing, its key, for booleans a formula."""

    missing: frozenset[str]
    key: str
    formula: Formula | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """An evaluation error of the CEL specification, as a value; ``reason`` is a stable word."""

    reason: str


def unknown_fact(path: str) -> Unknown:
    """A missing fact."""
    missing = frozenset((path,))
    return Unknown(missing, path, Atom(path, missing))


def unknown_result(op: str, args: tuple[Any, ...]) -> Unknown:
    """The result of a strict operator with an unknown argument."""
    missing: frozenset[str] = frozenset().union(*(a.missing for a in args if isinstance(a, Unknown)))
    key = f"{op}({', '.join(a.key if isinstance(a, Unknown) else repr(a) for a in args)})"
    return Unknown(missing, key, Atom(key, missing))


def formula_of(value: Any) -> Formula:
    """The formula of a boolean value; a failure counts as an atom that nothing can settle."""
    if isinstance(value, Unknown):
        return value.formula if value.formula is not None else Atom(value.key, value.missing)
    if isinstance(value, Failure):
        return Atom("error:" + value.reason, frozenset())
    return bool(value)


def negation(value: Any) -> Any:
    """Kleene's not."""
    if isinstance(value, Unknown):
        return Unknown(value.missing, f"not({value.key})", Joint("not", (formula_of(value),)))
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
    parts = tuple([formula_of(v) for v in values if v.__class__ is Unknown or v.__class__ is Failure])
    key = f"{op}({', '.join([u.key for u in unknowns])})"
    return Unknown(missing, key, Joint(op, parts))


def choice(condition: Unknown, then: Any, otherwise: Any) -> Any:
    """``condition ? then : otherwise`` with an unknown condition."""
    if not isinstance(then, (Unknown, Failure)) and then == otherwise and type(then) is type(otherwise):
        return then
    missing = condition.missing.union(*(b.missing for b in (then, otherwise) if isinstance(b, Unknown)))
    sides = (b.key if isinstance(b, Unknown) else repr(b) for b in (then, otherwise))
    key = f"if({condition.key}, {', '.join(sides)})"
    if not all(isinstance(b, (bool, Unknown)) for b in (then, otherwise)):
        return Unknown(missing, key, Atom(key, missing))
    known = formula_of(condition)
    formula = Joint(
        "or",
        (
            Joint("and", (known, formula_of(then))),
            Joint("and", (Joint("not", (known,)), formula_of(otherwise))),
        ),
    )
    return Unknown(missing, key, formula)


def settling_facts(value: Unknown) -> tuple[bool | None, tuple[str, ...]]:
    """What an unknown condition comes to: (its value, no facts) where every completion gives that value,
    else (None, the facts that settle it, sorted)."""
    atoms: dict[str, Atom] = {}
    formula = formula_of(value)
    if _collect(formula, atoms):
        # Each atom stands once and nothing is constant: every one can change the outcome.
        return None, tuple(sorted(frozenset().union(*[atom.missing for atom in atoms.values()])))
    if len(atoms) > MAX_ATOMS:
        return None, tuple(sorted(value.missing))
    keys = sorted(atoms)
    outcomes = {
        row: _truth(formula, dict(zip(keys, row, strict=True)))
        for row in product((False, True), repeat=len(keys))
    }
    if len(set(outcomes.values())) == 1:
        return next(iter(outcomes.values())), ()
    missing: set[str] = set()
    for position, key in enumerate(keys):
        if any(outcomes[row] != outcomes[_flipped(row, position)] for row in outcomes):
            missing |= atoms[key].missing
    return None, tuple(sorted(missing))


def _flipped(row: tuple[bool, ...], position: int) -> tuple[bool, ...]:
    return (*row[:position], not row[position], *row[position + 1 :])


def _collect(formula: Formula, atoms: dict[str, Atom]) -> bool:
    """Adds the formula's atoms; False where one stands twice or a part is constant."""
    if isinstance(formula, Atom):
        fresh = formula.key not in atoms
        atoms[formula.key] = formula
        return fresh
    if isinstance(formula, Joint):
        once = [_collect(part, atoms) for part in formula.parts]
        return all(once)
    return False


def _truth(formula: Formula, row: dict[str, bool]) -> bool:
    if isinstance(formula, Atom):
        return row[formula.key]
    if isinstance(formula, Joint):
        values = (_truth(part, row) for part in formula.parts)
        if formula.op == "and":
            return all(values)
        return any(values) if formula.op == "or" else not next(values)
    return formula
