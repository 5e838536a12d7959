"""One case under several districts: the same duty, another bearer, a stricter or looser deadline, or none.

    case --decide under each district--> decisions --aligned by action and subject--> Comparison

Duties are aligned by what is to be done (the action's code), what triggered it and their modality; districts
name their bodies and clauses themselves. The first district that has a duty is the measure.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from linkage.v1 import facts_pb2
from policy.decide import decide
from policy.decide.decision import Decision, Obligation
from policy.decide.snapshot import District, Snapshot


class Difference(StrEnum):
    """How a district's duty stands to that of the first district that has it (the measure)."""

    MEASURE = "measure"
    SAME = "same"
    OTHER_BEARER = "other_bearer"
    STRICTER = "stricter"
    LOOSER = "looser"
    OTHER_DEADLINE = "other_deadline"
    OTHER_FORCE = "other_force"
    OTHER_AMOUNT = "other_amount"
    ABSENT = "absent"
    ADDED = "added"
    UNDETERMINED = "undetermined"


class Cell(NamedTuple):
    """One district's side of a row: its obligations, and how they differ."""

    obligations: tuple[Obligation, ...]
    differences: tuple[Difference, ...]


class Row(NamedTuple):
    """One duty, with a cell for each district in order. ``trigger`` is the path of what triggered it."""

    action: str
    modality: str
    trigger: str
    cells: tuple[Cell, ...]


class Comparison(NamedTuple):
    """The districts compared (the first is the measure), their decisions, and a row for each duty."""

    districts: tuple[District, ...]
    decisions: tuple[Decision, ...]
    rows: tuple[Row, ...]


def compare(snapshot: Snapshot, case: facts_pb2.Case, codes: Sequence[str], as_of: int) -> Comparison:
    """Decides ``case`` under each district of ``codes`` at ``as_of`` (nanoseconds) and aligns the duties.

    Facts that only another district declares are left out for a district. Raises ``FactsError`` for a case
    that cannot be read and ``KeyError`` for an unknown district.
    """
    districts = tuple(snapshot.districts[code] for code in codes)
    decisions = tuple(decide(district, _case_for(district, case), as_of) for district in districts)
    found: dict[tuple[str, str, str], list[list[Obligation]]] = {}
    for position, decision in enumerate(decisions):
        for obligation in decision.obligations:
            row = found.setdefault(_key(obligation), [[] for _ in districts])
            row[position].append(obligation)
    open_actions = [{item.plan.rule.action for item in decision.undetermined} for decision in decisions]
    rows = tuple(
        Row(*key, _cells(key[0], sides, open_actions)) for key, sides in sorted(found.items(), key=_row_order)
    )
    return Comparison(districts, decisions, rows)


def _case_for(district: District, case: facts_pb2.Case) -> facts_pb2.Case:
    own = facts_pb2.Case()
    own.CopyFrom(case)
    own.district = district.code
    for name in sorted(own.attributes):
        if name not in district.reader.attributes:
            del own.attributes[name]
    return own


def _key(obligation: Obligation) -> tuple[str, str, str]:
    rule = obligation.plan.rule
    return rule.action, rule.modality.value, obligation.trigger


def _row_order(item: tuple[tuple[str, str, str], list[list[Obligation]]]) -> tuple[int, tuple[str, str, str]]:
    """Duties that most districts share come first."""
    key, sides = item
    return -sum(1 for side in sides if side), key


def _cells(action: str, sides: list[list[Obligation]], open_actions: list[set[str]]) -> tuple[Cell, ...]:
    measure = next(position for position, side in enumerate(sides) if side)
    cells = []
    for position, side in enumerate(sides):
        if not side:
            unknown = action in open_actions[position]
            cells.append(Cell((), (Difference.UNDETERMINED if unknown else Difference.ABSENT,)))
        elif position == measure:
            alone = sum(1 for other in sides if other) == 1
            cells.append(Cell(tuple(side), (Difference.ADDED if alone else Difference.MEASURE,)))
        else:
            cells.append(Cell(tuple(side), _differences(sides[measure], side)))
    return tuple(cells)


def _differences(measure: list[Obligation], side: list[Obligation]) -> tuple[Difference, ...]:
    found = []
    if _bearers(measure) != _bearers(side):
        found.append(Difference.OTHER_BEARER)
    if {o.plan.rule.force for o in measure} != {o.plan.rule.force for o in side}:
        found.append(Difference.OTHER_FORCE)
    deadline = _deadline(measure, side)
    if deadline is not None:
        found.append(deadline)
    if _sums(measure) != _sums(side):
        found.append(Difference.OTHER_AMOUNT)
    return tuple(found) or (Difference.SAME,)


def _bearers(side: list[Obligation]) -> set[tuple[str, ...]]:
    return {(*o.bearers, o.bearer_party) for o in side}


def _sums(side: list[Obligation]) -> set[tuple[object, ...]]:
    """What is to be paid, and how many of which things: the steps to it may differ."""
    found: set[tuple[object, ...]] = set()
    for o in side:
        amount = None if o.amount is None else o.amount._replace(steps=())
        things = (quantity.of.zh for quantity in o.plan.rule.quantities)
        found.add((amount, *zip(things, (number.short for number in o.numbers), strict=True)))
    return found


def _deadline(measure: list[Obligation], side: list[Obligation]) -> Difference | None:
    """Only two due times can be ordered; a word (及时) is neither stricter nor looser than a number."""
    ours, theirs = _due(side), _due(measure)
    if ours == theirs:
        return None
    if isinstance(ours, int) and isinstance(theirs, int):
        return Difference.STRICTER if ours < theirs else Difference.LOOSER
    if "?" in (ours, theirs):
        return Difference.OTHER_DEADLINE
    if theirs == "":
        return Difference.STRICTER
    return Difference.LOOSER if ours == "" else Difference.OTHER_DEADLINE


def _due(side: list[Obligation]) -> int | str:
    """The earliest due time in nanoseconds; else the deadline's word, ? for one not fixed; empty: none."""
    times = [at for o in side if o.due is not None and (at := o.due.nanos) is not None]
    if times:
        return min(times)
    words = sorted(o.plan.due.source.word or "?" for o in side if o.plan.due is not None)
    return words[0] if words else ""
