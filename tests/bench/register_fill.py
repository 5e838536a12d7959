"""A register with many obligations, written by the register's own writer; only deciding is spared.

    some cases, decided once --under other ids--> as many as are wanted --written, closed--> database

The id of an obligation hangs on its case: those of a copy are worked out as the decision would, from what the
decision was seen to name. A sample is verified in full afterwards.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Delete, Insert, Table, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from linkage.v1 import facts_pb2, register_pb2
from policy.decide import entries as decided
from policy.decide.snapshot import District
from policy.facts.reading import FactsError
from policy.program.plan import RulePlan
from policy.register import Advanced, CaseState, Why, derived, difference, folded
from policy.register.advance import Step
from policy.time.moment import NANO
from server.register import keeping
from server.register.keeping import Keeper
from server.register.kept import Kept, Writing
from server.store.register import KEYS
from tests.year.stories import DAY, START, Templates, moved, plain_case

NOW = START + 200 * DAY
"""The moment at which all cases stand: the clock stands still."""
LEAD = DAY
DISTRICT = "liwan"
HANDLERS = 997
_GROUP = 100
"""Cases of one transaction."""

Named = dict[str, tuple[RulePlan, tuple[str, ...]]]


@dataclass(frozen=True)
class Mould:
    """A case to copy: what was recorded, what followed, and after its end; what each obligation names."""

    entries: tuple[register_pb2.CaseEntry, ...]
    state: CaseState
    closing: register_pb2.CaseEntry
    closed: CaseState
    named: Named


@contextmanager
def _seen() -> Iterator[Named]:
    """What every obligation that is decided meanwhile names, by its id."""
    seen: Named = {}
    whole = decided.obligation_id

    def obligation_id(case: str, plan: RulePlan, named: Iterable[str]) -> str:
        named = tuple(named)
        found = whole(case, plan, named)
        seen[found] = plan, named
        return found

    decided.obligation_id = obligation_id
    try:
        yield seen
    finally:
        decided.obligation_id = whole


def moulds(district: District, templates: Templates, count: int) -> list[Mould]:
    """So many cases of the district, from the two months before ``NOW``, some with duties in hand."""
    dice = random.Random(1)  # noqa: S311 - the same at every run
    found: list[Mould] = []
    of_tests = list(templates.cases[district.code])
    dice.shuffle(of_tests)
    for number in range(20 * count):
        of = of_tests[number % len(of_tests)] if number % 2 else plain_case(district.code, 1, number)
        nanos = NOW - dice.randrange(1, 60) * DAY - of.as_of
        case = moved(of.case, "mould", district.code, nanos // DAY * DAY)
        if case.kind == "enforcement" and (mould := _mould(district, case, dice)):
            found.append(mould)
            if len(found) == count:
                break
    return found


def _mould(district: District, case: facts_pb2.Case, dice: random.Random) -> Mould | None:
    """The case as it stands; None where nothing is owed, or what is owed names another obligation."""
    entries = [register_pb2.CaseEntry(id="opening", facts=case)]
    try:
        with _seen() as seen:
            first = _state(district, entries)
            entries += _handled(first, dice)
            state = _state(district, entries)
            closing = facts_pb2.Event(id="closing", type="enforcement_completed")
            closing.at.seconds = NOW // NANO - 3600
            end = register_pb2.CaseEntry(id="closing", event=closing)
            closed = _state(district, [*entries, end])
    except FactsError:
        return None
    copied = [duty for each in (state, closed) for duty in each.duties]
    if not state.duties or any(_names_another(duty) or duty.id not in seen for duty in copied):
        return None
    return Mould(tuple(entries), state, end, closed, {duty.id: seen[duty.id] for duty in copied})


def _state(district: District, entries: Sequence[register_pb2.CaseEntry]) -> CaseState:
    told = folded(entries)
    return derived(district, told.case, NOW, LEAD, told.handlers)


def _names_another(duty: Any) -> bool:
    return any("ob-" in text for text in (*duty.bound, duty.about, duty.trigger, duty.state_event))


def _handled(state: CaseState, dice: random.Random) -> Iterator[register_pb2.CaseEntry]:
    """Some duties are taken in hand, a few are returned; named by their rule, so that copies name theirs."""
    for number, duty in enumerate(state.duties):
        fate = dice.random()
        kind = "obligation_accepted" if fate < 0.3 else "obligation_returned" if fate < 0.33 else ""
        if not kind or duty.ended or duty.handled is None or duty.trigger.startswith("breaches"):
            continue
        event = facts_pb2.Event(id=f"h{number}", type=kind, rule=duty.rule)
        event.at.seconds = NOW // NANO - 60
        handler = "h" if kind == "obligation_accepted" else ""
        yield register_pb2.CaseEntry(id=event.id, event=event, handler=handler)


class Copier:
    """Copies of the moulds, in turn, under ids of their own."""

    def __init__(self, found: Sequence[Mould], rules: str) -> None:
        self._moulds = found
        self._rules = rules

    def opened(self, number: int) -> tuple[Writing, int]:
        """The opening of a case, and how many obligations it has."""
        mould, case_id = self._moulds[number % len(self._moulds)], case_of(number)
        state = self._copied(mould, mould.state, case_id, number)
        entries = [_entry(each, case_id, number) for each in mould.entries]
        steps = (Step(NOW, Why.ENTRIES, difference(None, state)),)
        causes = [("opening",)] * len(state.duties)
        made = Writing(
            DISTRICT, case_id, None, entries, Advanced(steps, state, True), causes, self._rules, LEAD, NOW
        )
        return made, len(state.duties)

    def closed(self, number: int) -> Writing:
        """The end of the same case."""
        mould, case_id = self._moulds[number % len(self._moulds)], case_of(number)
        opened, _ = self.opened(number)
        before = Kept(
            DISTRICT, case_id, 2024, 1, NOW, self._rules, LEAD, "", tuple(opened.fresh), opened.advanced.state
        )
        state = self._copied(mould, mould.closed, case_id, number)
        changes = difference(before.state, state)
        steps = (Step(NOW, Why.ENTRIES, changes),)
        causes = [("closing",)] * len(changes)
        made = Advanced(steps, state, True)
        return opened._replace(before=before, fresh=[mould.closing], advanced=made, causes=causes)

    def _copied(self, mould: Mould, state: CaseState, case_id: str, number: int) -> CaseState:
        duties = []
        for duty in state.duties:
            plan, named = mould.named[duty.id]
            handled = duty.handled
            if handled is not None and handled.handler:
                handled = handled._replace(handler=_handler(number))
            identity = decided.obligation_id(case_id, plan, named)
            duties.append(duty._replace(id=identity, handled=handled))
        return state._replace(duties=tuple(sorted(duties, key=lambda duty: duty.id)))


def case_of(number: int) -> str:
    """The id of a copy."""
    return f"case-{number:07}"


def _handler(number: int) -> str:
    return f"h{number % HANDLERS}"


def _entry(entry: register_pb2.CaseEntry, case_id: str, number: int) -> register_pb2.CaseEntry:
    copied = register_pb2.CaseEntry()
    copied.CopyFrom(entry)
    if copied.WhichOneof("content") == "facts":
        copied.facts.id = case_id
    if copied.handler:
        copied.handler = _handler(number)
    return copied


async def fill(
    keeper: Keeper, copier: Copier, numbers: Iterable[int], wanted: int, advance: Callable[[int], None]
) -> int:
    """Opens cases until there are so many obligations more; how many cases."""
    cases, made, group = 0, 0, []
    for number in numbers:
        writing, count = copier.opened(number)
        group.append(writing)
        made, cases = made + count, cases + 1
        if len(group) == _GROUP or made >= wanted:
            await _written(keeper, group)
            advance(sum(len(each.advanced.state.duties) for each in group))
            group = []
        if made >= wanted:
            break
    return cases


async def close(
    keeper: Keeper, copier: Copier, numbers: Iterable[int], advance: Callable[[int], None]
) -> None:
    """Ends these cases."""
    group: list[Writing] = []
    for number in numbers:
        group.append(copier.closed(number))
        if len(group) == _GROUP:
            await _written(keeper, await _keyed(keeper, group))
            advance(len(group))
            group = []
    await _written(keeper, await _keyed(keeper, group))


async def _keyed(keeper: Keeper, group: Sequence[Writing]) -> list[Writing]:
    """The same cases, as they were kept: with the keys of their entries."""
    query = select(KEYS.c.case_id, KEYS.c.data_key).where(
        KEYS.c.district == DISTRICT, KEYS.c.case_id.in_([each.case_id for each in group])
    )
    async with keeper.reading() as connection:
        keys = {row.case_id: row.data_key for row in await connection.execute(query)}
    return [
        each
        if each.before is None
        else each._replace(before=replace(each.before, data_key=keys[each.case_id]))
        for each in group
    ]


async def _written(keeper: Keeper, group: Sequence[Writing]) -> None:
    async with keeper.transaction() as connection:
        gathered: Any = _Gathering(connection)
        for writing in group:
            if not await keeping._locked(connection, writing):
                raise RuntimeError(f"{writing.case_id} is not as it was")
        await keeping._write(gathered, keeper.seals, group)
        await gathered.flush()


class _Gathering:
    """A connection that writes the rows of many cases at once: of each table when all are there."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._rows: dict[Any, list[Any]] = {}
        self.dialect = connection.dialect

    async def execute(self, statement: Any, rows: Any = None) -> Any:
        """As a connection does, but that rows wait."""
        if isinstance(rows, list) and isinstance(statement, Insert | Delete):
            key = statement.table if isinstance(statement, Insert) else statement
            self._rows.setdefault(key, []).extend(rows)
            return None
        return await self._connection.execute(statement, rows)

    async def flush(self) -> None:
        """Writes them, what is deleted first."""
        for key in sorted(self._rows, key=lambda key: isinstance(key, Table)):
            statement = insert(key) if isinstance(key, Table) else key
            await self._connection.execute(statement, self._rows[key])
