"""What must hold at the end of the year, whatever happened, by what was looked at; empty lists: it held.

    answered   nothing was refused that should not have been
    replayed   every stored state follows from what was recorded
    recorded   every entry that was acknowledged is there once, and nothing else is
    streamed   the stream leads from nothing to what is stored, step by step
    listed     lists give what SQL counts
    counted    boards, and assessments of the cases as they stand, give what SQL counts
    told       watches and a webhook were told the streams, each change once, in order

Each is a list of what does not hold.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import select

from linkage.v1 import case_service_pb2 as api
from linkage.v1 import decision_pb2, register_pb2
from policy.decide.snapshot import Snapshot
from policy.register import Kind
from server.convert.register import change_message
from server.register.rows import Told as Change
from server.register.rows import told_of
from server.register.rules import Snapshots
from server.register.stream import heads
from server.register.verifying import differences
from server.store.archive import RuleArchive
from server.store.register import CHANGES, ENTRIES, OBLIGATIONS
from tests.kills.hearing import heard_wrong, received_wrong, settled
from tests.year.boards import boards
from tests.year.recount import standing
from tests.year.run import Heard, Served, Told

OWN = ("~suspended", "~withdrawn", "~resumed")
"""Ends of the ids of entries that the register itself records beside an act."""


class Known(Snapshots):
    """Rules that have served here, and need not be compiled anew; others are those of the archive."""

    def __init__(self, archive: RuleArchive, *served: Snapshot) -> None:
        super().__init__(archive)
        self._served = {each.digest: each for each in served}

    async def of(self, digest: str) -> Snapshot:
        """The snapshot."""
        return self._served.get(digest) or await super().of(digest)


async def replayed(server: Served, *known: Snapshot) -> list[str]:
    """Cases of which the stored state is not what follows from what was recorded."""
    keeper = server.register.keeper
    found = differences(keeper, Known(RuleArchive(keeper.engine), *known))
    return [str(each) async for each in found if each is not None]


async def recorded(server: Served, told: Told) -> list[str]:
    """Entries that were acknowledged and are not there once, or are there and were not acknowledged."""
    query = select(ENTRIES.c.district, ENTRIES.c.case_id, ENTRIES.c.entry)
    async with server.register.keeper.reading() as connection:
        rows = Counter(tuple(row) for row in await connection.execute(query))
    wanted = Counter(dict.fromkeys(told.entries, 1))
    there = Counter({row: times for row, times in rows.items() if not row[2].endswith(OWN)})
    return [f"{row}: there {there[row]} times" for row in there | wanted if there[row] != wanted[row]]


async def stream(server: Served) -> AsyncIterator[Change]:
    """Every change, by district and position."""
    query = select(CHANGES).order_by(CHANGES.c.district, CHANGES.c.position)
    async with server.register.keeper.reading() as connection:
        for row in (await connection.execute(query)).mappings():
            yield told_of(row)


async def streamed(server: Served, told: Told) -> list[str]:
    """Where the stream is not whole, does not lead to what is stored, or was told to a client otherwise."""
    wrong: list[str] = []
    last: dict[tuple[str, str], Change] = {}
    ends: dict[str, int] = defaultdict(int)
    by_position: dict[tuple[str, int], register_pb2.ObligationChange] = {}
    async for change in stream(server):
        if change.position != ends[change.district] + 1:
            wrong.append(f"{change.district}: after {ends[change.district]} comes {change.position}")
        ends[change.district] = change.position
        key = change.district, change.obligation
        wrong += _broken(last.get(key), change)
        last[key] = change
        by_position[change.district, change.position] = change_message(change)
    wrong += await _not_stored(server, last)
    places = Counter((each.district, each.position) for each in told.changes)
    wrong += [f"{place} was told {times} times" for place, times in places.items() if times != 1]
    wrong += [
        f"{each.district} {each.position} was told otherwise"
        for each in told.changes
        if by_position.get((each.district, each.position)) != each
    ]
    return wrong


def _broken(before: Change | None, change: Change) -> list[str]:
    """Whether a change begins where the one before it ended."""
    gone = before is None or before.kind is Kind.ANNULLED
    if (change.kind is Kind.CREATED) != gone:
        return [f"{change.district} {change.position}: {change.kind} after {before and before.kind}"]
    sides = ("state", "due", "handling")
    moved = [
        name for name in sides if before is not None and getattr(before, name)[1] != getattr(change, name)[0]
    ]
    if gone:
        moved = [name for name in sides if getattr(change, name)[0] is not None]
    return [f"{change.district} {change.position}: {name} was another before" for name in moved]


async def _not_stored(server: Served, last: dict[tuple[str, str], Change]) -> list[str]:
    query = select(OBLIGATIONS.c.district, OBLIGATIONS.c.id, OBLIGATIONS.c.state, OBLIGATIONS.c.due)
    async with server.register.keeper.reading() as connection:
        rows = {(row.district, row.id): row.state for row in await connection.execute(query)}
    told = {key: each.state[1] for key, each in last.items() if each.kind is not Kind.ANNULLED}
    return [
        f"{key}: stored as {rows.get(key)}, told as {told.get(key)}"
        for key in rows | told
        if rows.get(key) != told.get(key)
    ]


async def listed(server: Served) -> list[str]:
    """Bodies of which the lists, page by page, give something else than SQL counts."""
    wrong = []
    async with server.register.keeper.reading() as connection:
        counted = await standing(connection)
    snapshot = server.running.rules.current.snapshot
    for district, of_bodies in sorted(counted.items()):
        vocabulary = snapshot.districts[district].vocabulary
        for body in sorted(of_bodies):
            wanted: dict[str, str] = {}
            for organ in vocabulary.organs(body):
                wanted |= of_bodies.get(organ, {})
            found = {each.id: each.state async for each in pages(server, district=district, body=body)}
            states = {identity: decision_pb2.State.Name(number) for identity, number in found.items()}
            said = {identity: f"STATE_{state.upper()}" for identity, state in wanted.items()}
            if states != said:
                wrong.append(f"{district} {body}: {len(states)} listed, {len(said)} counted")
    return wrong


async def pages(server: Served, **fields: Any) -> AsyncIterator[register_pb2.RegisteredObligation]:
    """Every obligation of a list, those of which nothing is owed any more too."""
    request = api.ListObligationsRequest(include_ended=True, page_size=200, **fields)
    while True:
        page = await server.stub.ListObligations(request)
        for each in page.obligations:
            yield each
        if not page.next_page_token:
            return
        request.page_token = page.next_page_token


async def heard_of(server: Served, heard: Heard) -> list[str]:
    """Where watches and a webhook were not told the streams themselves, each change once."""

    async def ends() -> dict[str, int]:
        return await heads(server.register.keeper)

    await settled(heard.watchers, heard.receiver, ends)
    streams: dict[str, dict[int, register_pb2.ObligationChange]] = defaultdict(dict)
    async for change in stream(server):
        streams[change.district][change.position] = change_message(change)
    wrong: list[str] = []
    for watcher in heard.watchers:
        own = streams[watcher.district]
        wrong += heard_wrong(watcher.heard, own)
        wrong += received_wrong(heard.receiver, own, watcher.district)
    return wrong


async def proven(server: Served, told: Told, heard: Heard, *known: Snapshot) -> dict[str, Sequence[str]]:
    """All of it, by what was looked at. ``known``: rules that need not come from the archive."""
    return {
        "answered": told.unexpected,
        "replayed": await replayed(server, *known),
        "recorded": await recorded(server, told),
        "streamed": await streamed(server, told),
        "listed": await listed(server),
        "counted": await boards(server),
        "told": await heard_of(server, heard),
    }
