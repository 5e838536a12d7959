"""What other rules would change of the cases of a register, case by case, before anything moves.

    cases, in order --under their own rules, up to a moment--> --under the others--> Compared

Nothing is written. What is told of a case is plain data, ids and codes, so that it can be put aside in a file
and counted again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import func, select

from policy.decide.decision import ENGINE_VERSION
from policy.decide.snapshot import District, Snapshot
from policy.facts.reading import FactsError
from policy.register import CaseState, Effect, Shift, shift_of, under
from policy.register.advance import Asked, Told, advanced
from policy.register.changes import Change
from server.register.keeping import DAMAGED, Keeper
from server.register.kept import Kept
from server.register.rules import Snapshots
from server.store.errors import NotKept
from server.store.register import CASES


class Compared(NamedTuple):
    """A case under other rules: the duties that would be others, and how many of which nothing is owed.

    ``fault``: why it cannot be derived under them, the code; it would stay where it is.
    """

    district: str
    case_id: str
    fault: str = ""
    duties: tuple[Shift, ...] = ()
    ended: int = 0

    @property
    def differs(self) -> bool:
        """Whether anything at all would be different."""
        return bool(self.fault or self.duties or self.ended)


def compared_of(values: Any) -> Compared:
    """The same of a JSON array. Raises ``ValueError`` where it is none."""
    try:
        district, case_id, fault, duties, ended = values
        found = tuple(
            Shift(Effect(effect), identity, rule, tuple(bodies), tuple(clauses), tuple(state), tuple(due))
            for effect, identity, rule, bodies, clauses, state, due in duties
        )
    except TypeError as error:
        raise ValueError("no case") from error
    return Compared(district, case_id, fault, found, ended)


async def compared(
    keeper: Keeper,
    snapshots: Snapshots,
    new: Snapshot,
    now: int,
    after: tuple[str, str] = ("", ""),
    districts: Iterable[str] = (),
) -> AsyncIterator[Compared]:
    """Each case in order, beginning after one. Raises ``NotKept``."""
    only = frozenset(districts)
    async for name in keeper.names(after):
        if only and name[0] not in only:
            continue
        try:
            kept = await keeper.get(*name)
        except NotKept as error:
            if error.code != DAMAGED:
                raise
            yield Compared(*name, error.code)
            continue
        if kept is not None and kept.erased_at is None:
            yield await _of_case(kept, snapshots, new, max(now, kept.state.as_of))


async def count(keeper: Keeper, districts: Iterable[str] = ()) -> int:
    """How many cases there are."""
    query = select(func.count()).select_from(CASES)
    if only := tuple(districts):
        query = query.where(CASES.c.district.in_(only))
    async with keeper.reading() as connection:
        return int((await connection.execute(query)).scalar_one())


async def _of_case(kept: Kept, snapshots: Snapshots, new: Snapshot, now: int) -> Compared:
    district = new.districts.get(kept.district)
    if district is None:
        return Compared(kept.district, kept.case_id, "LNK810")
    told = Told(kept.folded.facts, kept.folded.handlers)
    try:
        if kept.engine != ENGINE_VERSION:  # none of before is there that it could go on under
            state, now = kept.state, kept.state.as_of
        else:
            state = await _today(kept, told, snapshots, district, now)
        steps = under(district, told, state, now, kept.lead).steps
    except FactsError as error:
        return Compared(kept.district, kept.case_id, min(each.code for each in error.violations))
    return compared_with(kept, [change for step in steps for change in step.changes])


def compared_with(kept: Kept, changes: Iterable[Change]) -> Compared:
    """What these changes make of a case."""
    duties, ended = [], 0
    for change in changes:
        shift = shift_of(change)
        if shift is None:
            ended += 1
        else:
            duties.append(shift)
    duties.sort(key=lambda one: (one.rule, one.obligation))
    return Compared(kept.district, kept.case_id, "", tuple(duties), ended)


async def _today(kept: Kept, told: Told, snapshots: Snapshots, new: District, now: int) -> CaseState:
    """The case at ``now`` under its own rules; under the others where its own cannot be had any more."""
    try:
        own = (await snapshots.of(kept.rules)).districts.get(kept.district, new)
    except FactsError:
        own = new
    state = kept.state
    while state.next_at is not None and state.next_at <= now:
        state = advanced(own, Asked(told, told, state, True, now, kept.lead)).state
    return state


class Totals:
    """What a preview found, counted: of which department, under which rule, what would become of how many."""

    def __init__(self) -> None:
        self.cases = self.differing = self.ended = 0
        self.unfit: Counter[tuple[str, str]] = Counter()
        self.effects: Counter[tuple[str, str, str, tuple[str, ...], Effect]] = Counter()

    def take(self, one: Compared) -> None:
        """Counts one case."""
        self.cases += 1
        self.differing += one.differs
        self.ended += one.ended
        if one.fault:
            self.unfit[one.district, one.fault] += 1
        for duty in one.duties:
            for body in duty.bodies:
                self.effects[one.district, body, duty.rule, duty.clauses, duty.effect] += 1

    @property
    def duties(self) -> int:
        """How many rows there are of duties of which something is, or would be, owed."""
        return sum(self.effects.values())

    def rows(self) -> list[Mapping[str, Any]]:
        """The counts as plain data, in order."""
        return [
            {
                "district": district,
                "body": body,
                "rule": rule,
                "clauses": list(clauses),
                "effect": effect.value,
                "count": number,
            }
            for (district, body, rule, clauses, effect), number in sorted(self.effects.items())
        ]
