"""A pack's register of clauses beside a document: what is the same, changed, missing, new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from policy.documents.cut import ClauseText, Document, digest, normalise
from policy.pack.model import Clause

# A revision that touches more than some hundred clauses is a new document: nobody asks where each one went.
_MOST_PAIRS = 10_000


class Change(StrEnum):
    """How a clause of the document differs from the register."""

    CHANGED = "changed"
    MISSING = "missing"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Difference:
    """A clause that differs. ``moved_to``: the clause that has its words now, if only its number is another.

    ``line`` is where it stands in the document, counted from 1; 0 for one that is missing.
    """

    clause: str
    number: str
    change: Change
    line: int = 0
    moved_to: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every clause of both: ids of the unchanged ones, and the differences, in the order of the document."""

    unchanged: tuple[str, ...]
    differences: tuple[Difference, ...]

    @property
    def stale(self) -> tuple[Difference, ...]:
        """What the register holds and the document does not: rules that cite it rest on nothing."""
        return tuple(item for item in self.differences if item.change is not Change.NEW)


def compare(register: Mapping[str, Clause], document: Document) -> Comparison:
    """Compares digests, clause by clause. A clause is the same where id and digest are."""
    units = {unit.id: unit for unit in document.units}
    digests = document.digests()
    unchanged = tuple(
        id_ for id_, found in digests.items() if id_ in register and found == register[id_].digest
    )
    same = frozenset(unchanged)
    differing = [unit for unit in document.units if unit.id not in same]
    moved = _moved([clause for clause in register.values() if clause.id not in same], differing)
    differences = [
        Difference(
            unit.id,
            unit.number,
            Change.CHANGED if unit.id in register else Change.NEW,
            unit.first_line,
            moved.get(unit.id, ""),
        )
        for unit in differing
    ]
    differences += [
        Difference(clause.id, clause.number, Change.MISSING, 0, moved.get(clause.id, ""))
        for clause in register.values()
        if clause.id not in units
    ]
    return Comparison(unchanged, tuple(differences))


def _moved(clauses: Sequence[Clause], units: Sequence[ClauseText]) -> Mapping[str, str]:
    """Where the words of a clause stand now, by its old id: under another id, or under another number."""
    found = {unit.digest: unit.id for unit in units}
    moved = {clause.id: found[clause.digest] for clause in clauses if clause.digest in found}
    if len(clauses) * len(units) > _MOST_PAIRS:
        return moved
    for clause in clauses:
        for unit in units:
            if clause.id not in moved and _is_renumbered(clause, unit):
                moved[clause.id] = unit.id
    return moved


def _is_renumbered(clause: Clause, unit: ClauseText) -> bool:
    """Whether a unit's text, with the clause's number in place of its own, is what the register knows.

    A citation ends with the number that is printed before the text: 3 of 四（七）3, （七） of 四（七）.
    """
    text, old, new = normalise(unit.text), normalise(clause.number), normalise(unit.number)
    printed = next((new[at:] for at in range(len(new)) if text.startswith(new[at:])), "")
    if not printed:
        return False
    rest = text[len(printed) :]
    return any(digest(old[at:] + rest) == clause.digest for at in range(len(old)))
