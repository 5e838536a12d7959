"""The deliveries in the register's database: once each by their key, in hand of one process at a time.

PostgreSQL gives each process rows that no other holds (SKIP LOCKED), SQLite lets one write. What is in hand
is so until a moment: a process that has not noted anything by then has lost it to whoever claims it next, and
what it notes later of anything but an arrival is left unnoted.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import (
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from server.notices.patience import FARTHEST, HOUR
from server.notices.ports import DEAD, DELIVERED, WAITING, WITHHELD, Held
from server.register.keeping import Keeper
from server.register.rows import Told
from server.register.stream import HEADS, changes_at, read_after
from server.store.dialects import insert_unless_there
from server.store.notices import DELIVERIES, SUBSCRIPTIONS
from server.store.register import DISTRICTS

PAGE = 500
"""Changes of one transaction."""

_D, _S = DELIVERIES.c, SUBSCRIPTIONS.c


class Outbox:
    """The deliveries of one database; ``name`` tells this process from others (by default a new one does)."""

    def __init__(self, keeper: Keeper, name: str = "") -> None:
        self._keeper = keeper
        self.name = name or secrets.token_hex(8)
        self._arrived: list[dict[str, Any]] = []
        self._noting = asyncio.Lock()

    # -- from the streams

    async def behind(self, wanted: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Of these subscriptions and districts those that have not read their stream to its end."""
        async with self._keeper.reading() as connection:
            rows = await connection.execute(HEADS)
            ends = {row.district: row.position for row in rows}
            rows = await connection.execute(_READ)
            read = {(row.name, row.district): row.position for row in rows}
        return [each for each in wanted if each not in read or read[each] < ends.get(each[1], 0)]

    async def spread(
        self, name: str, district: str, wants: Callable[[Told], bool], now: int, from_start: bool
    ) -> int:
        """Makes deliveries of the next changes of a stream; how many changes were looked at."""
        async with self._keeper.transaction() as connection:
            here = {"own_name": name, "own_district": district}
            position = (await connection.execute(_POSITION, here)).scalar()
            if position is None:
                await _begin(connection, name, district, from_start)
                position = (await connection.execute(_POSITION, here)).scalar_one()
            changes = await read_after(connection, district, position, PAGE)
            if not changes:
                return 0
            if rows := [delivery(name, each, now) for each in changes if wants(each)]:
                await connection.execute(insert_unless_there(connection.dialect.name, DELIVERIES), rows)
            await connection.execute(_READ_TO, here | {"own_position": changes[-1].position})
        return len(changes)

    # -- in hand

    async def claim(
        self, name: str, districts: Collection[str], now: int, until: int, count: int
    ) -> list[Held]:
        """Takes up to so many deliveries in hand that may be tried, none of which waits for another."""
        await self._note_arrived()  # what the database did not take when it came is not sent once more
        named = {"own_name": name, "districts": list(districts), "now": now, "count": count}
        async with self._keeper.reading() as connection:  # mostly there is nothing, and nothing to write
            if (await connection.execute(_CLAIMABLE, named)).first() is None:
                return []
        async with self._keeper.transaction() as connection:
            rows = (await connection.execute(_CLAIM, named)).all()
            if not rows:
                return []
            mine = {"own_name": name, "own_holder": self.name, "own_now": now, "own_until": until}
            keys = [{"own_district": row.district, "own_position": row.position} | mine for row in rows]
            await connection.execute(_TAKE, keys)
            told = await _told(connection, rows)
        return [
            Held(
                name,
                row.district,
                row.position,
                row.obligation,
                row.attempts + 1,
                now if row.first_at is None else row.first_at,
                until,
                told[row.district, row.position],
            )
            for row in rows
        ]

    async def delivered(self, held: Held, now: int) -> None:
        """It has arrived, also where another process has it in hand by now."""
        self._arrived.append(_arrival(held, now))
        await self._note_arrived()

    async def _note_arrived(self) -> None:
        """Notes all that has arrived; what the database does not take stays, and is noted the next time."""
        async with self._noting:
            # What arrives while others are noted is noted with the next ones: a commit is what takes time.
            arrived, self._arrived = self._arrived, []
            try:
                await self._note(arrived)
            except BaseException:
                self._arrived = arrived + self._arrived
                raise

    async def _note(self, arrived: Sequence[dict[str, Any]]) -> None:
        if not arrived:
            return
        last = {(each["own_name"], each["own_district"]): each["own_now"] for each in arrived}
        async with self._keeper.transaction() as connection:
            await connection.execute(_ARRIVED, arrived)
            for name, district in sorted(last):
                here = {"own_name": name, "own_district": district, "own_now": last[name, district]}
                await connection.execute(_LAST, here)

    async def again(self, held: Held, at: int, code: str, now: int) -> None:
        """It is to be tried again at ``at``, and what waits for it no sooner."""
        async with self._keeper.transaction() as connection:
            if not (await connection.execute(_AGAIN, self._mine(held, at, code))).rowcount:
                return
            await connection.execute(_PUT_OFF, _later(held, at))
            await _failed(connection, held, code, now)

    async def given_up(self, held: Held, code: str, now: int, state: str) -> bool:
        """It is not tried any more: what waits for it goes on. Whether it was still this process's."""
        async with self._keeper.transaction() as connection:
            named = self._mine(held, now, code) | {"own_state": state}
            if not (await connection.execute(_GIVE_UP, named)).rowcount:
                return False
            await connection.execute(_GO_ON, _later(held, now))
            if code != state:
                await _failed(connection, held, code, now)
        return True

    async def gone(self, held: Held, settings: str, code: str, now: int) -> None:
        """Nothing is sent to this receiver any more, as long as its settings are these."""
        async with self._keeper.transaction() as connection:
            await connection.execute(_AGAIN, self._mine(held, now, code))
            told = {"gone": code, "settings": settings, "code": code, "failed_at": now}
            own = update(SUBSCRIPTIONS).where(_S.name == held.subscription).values(told)
            await connection.execute(own)

    async def open_to(self, name: str, settings: str) -> bool:
        """Whether its receiver is there: it was not gone, or has other settings since."""
        async with self._keeper.reading() as connection:
            found = (await connection.execute(_GONE, {"own_name": name})).scalar()
        if found is None or found == settings:
            return found is None
        async with self._keeper.transaction() as connection:
            own = update(SUBSCRIPTIONS).where(_S.name == name).values(gone="", settings="")
            await connection.execute(own)
        return True

    async def recall(self, now: int) -> int:
        """Lets what a wrong clock has put off for longer than anything is put off be tried now; how many."""
        named = {"own_now": now, "farthest": now + FARTHEST, "fresh": now + HOUR}
        async with self._keeper.reading() as connection:
            if (await connection.execute(_FAR_OFF, named)).first() is None:
                return 0
        async with self._keeper.transaction() as connection:
            return int((await connection.execute(_RECALL, named)).rowcount)

    async def forget(self, before: int) -> int:
        """Takes rows away that were delivered, or withheld, before that; how many."""
        key = tuple_(_D.subscription, _D.district, _D.position)
        named, count = {"before": before}, 0
        while True:  # a page at a time: others write meanwhile
            async with self._keeper.reading() as connection:
                rows = [tuple(row) for row in await connection.execute(_OLD, named)]
            if not rows:
                return count
            async with self._keeper.transaction() as connection:
                # What somebody wants to be sent anew since is not old any more.
                gone = await connection.execute(delete(DELIVERIES).where(key.in_(rows), _IS_OLD), named)
            count += gone.rowcount

    def _mine(self, held: Held, at: int, code: str) -> dict[str, Any]:
        """Parameters of what is written of a delivery that is as it was when this process took it."""
        own = {"own_holder": self.name, "own_attempt": held.attempt, "own_at": at, "own_code": code}
        return _row_of(held) | own


def _row_of(held: Held) -> dict[str, Any]:
    return {"own_name": held.subscription, "own_district": held.district, "own_position": held.position}


def _later(held: Held, at: int) -> dict[str, Any]:
    """Parameters of what is written of later deliveries about the same obligation."""
    return _row_of(held) | {"own_obligation": held.obligation, "own_at": at}


def delivery(name: str, told: Told, now: int) -> dict[str, Any]:
    """The row of a change that a subscription is to be told."""
    return {
        "subscription": name,
        "district": told.district,
        "position": told.position,
        "obligation": told.obligation,
        "state": WAITING,
        "attempts": 0,
        "holder": "",
        "next_at": now,
        "made_at": now,
        "code": "",
    }


def _claimable() -> Select[Any]:
    """What may be tried: of each obligation the earliest that waits, if its time has come."""
    earlier = DELIVERIES.alias()
    waits = exists().where(
        earlier.c.subscription == _D.subscription,
        earlier.c.district == _D.district,
        earlier.c.obligation == _D.obligation,
        earlier.c.state == WAITING,
        earlier.c.position < _D.position,
    )
    query = select(_D.district, _D.position, _D.obligation, _D.attempts, _D.first_at).where(
        _D.subscription == bindparam("own_name"),
        _D.state == WAITING,
        _D.next_at <= bindparam("now"),
        _D.district.in_(bindparam("districts", expanding=True)),
        ~waits,
    )
    return query.order_by(_D.next_at, _D.district, _D.position).limit(bindparam("count"))


# Each process asks these every second for each subscription, mostly to find nothing: they are built once.
_READ = select(_S.name, _S.district, _S.position)
_GONE = select(_S.settings).where(_S.name == bindparam("own_name"), _S.gone != "").limit(1)
_CLAIMABLE = _claimable()
_CLAIM = _CLAIMABLE.with_for_update(skip_locked=True, of=DELIVERIES)
_HERE = and_(_S.name == bindparam("own_name"), _S.district == bindparam("own_district"))
_POSITION = select(_S.position).where(_HERE).with_for_update()
_END = select(DISTRICTS.c.position).where(DISTRICTS.c.district == bindparam("own_district"))
_READ_TO = update(SUBSCRIPTIONS).where(_HERE).values(position=bindparam("own_position"))

# What was never tried waits for nothing but what is before it; whatever it says was made by a clock.
_FRESH = and_(_D.attempts == 0, _D.holder == "", _D.next_at > bindparam("fresh"))
_IS_FAR = and_(_D.state == WAITING, or_(_D.next_at > bindparam("farthest"), _FRESH))
_FAR_OFF = select(_D.position).where(_IS_FAR).limit(1)
_RECALL = update(DELIVERIES).where(_IS_FAR).values(next_at=bindparam("own_now"), holder="")
_IS_OLD = and_(or_(_D.state == DELIVERED, _D.state == WITHHELD), _D.done_at < bindparam("before"))
_OLD = select(_D.subscription, _D.district, _D.position).where(_IS_OLD).limit(PAGE)

_MINE = and_(
    _D.subscription == bindparam("own_name"),
    _D.district == bindparam("own_district"),
    _D.position == bindparam("own_position"),
)
_TAKE = (
    update(DELIVERIES)
    .where(_MINE)
    .values(
        attempts=_D.attempts + 1,
        holder=bindparam("own_holder"),
        next_at=bindparam("own_until"),
        first_at=func.coalesce(_D.first_at, bindparam("own_now")),
    )
)
_ARRIVED = (
    update(DELIVERIES)
    # It came, also where somebody gave it up meanwhile. (No IN: many are noted by one statement.)
    .where(_MINE, or_(_D.state == WAITING, _D.state == DEAD))
    .values(state=DELIVERED, holder="", done_at=bindparam("own_now"), code="")
)
_STILL = and_(
    _MINE,
    _D.state == WAITING,
    _D.holder == bindparam("own_holder"),
    _D.attempts == bindparam("own_attempt"),
)
_AGAIN = (
    update(DELIVERIES)
    .where(_STILL)
    .values(holder="", next_at=bindparam("own_at"), code=bindparam("own_code"))
)
_GIVE_UP = (
    update(DELIVERIES)
    .where(_STILL)
    .values(state=bindparam("own_state"), holder="", done_at=bindparam("own_at"), code=bindparam("own_code"))
)
_LATER = and_(
    _D.subscription == bindparam("own_name"),
    _D.district == bindparam("own_district"),
    _D.obligation == bindparam("own_obligation"),
    _D.state == WAITING,
    _D.position > bindparam("own_position"),
)
_PUT_OFF = (
    update(DELIVERIES).where(_LATER, _D.next_at < bindparam("own_at")).values(next_at=bindparam("own_at"))
)
_GO_ON = (
    update(DELIVERIES)
    .where(_LATER, _D.holder == "", _D.next_at > bindparam("own_at"))
    .values(next_at=bindparam("own_at"))
)
_FAILED = (
    update(SUBSCRIPTIONS).where(_HERE).values(code=bindparam("own_code"), failed_at=bindparam("own_now"))
)
_LAST = update(SUBSCRIPTIONS).where(_HERE).values(delivered_at=bindparam("own_now"))


def _arrival(held: Held, now: int) -> dict[str, Any]:
    """The parameters by which an arrival is noted."""
    return _row_of(held) | {"own_now": now}


async def _begin(connection: AsyncConnection, name: str, district: str, from_start: bool) -> None:
    """A subscription begins to read a stream: at its start, or at its end."""
    end = 0 if from_start else (await connection.execute(_END, {"own_district": district})).scalar() or 0
    row = {"name": name, "district": district, "position": end, "gone": "", "settings": "", "code": ""}
    await connection.execute(insert_unless_there(connection.dialect.name, SUBSCRIPTIONS), row)


async def _told(connection: AsyncConnection, rows: Sequence[Any]) -> dict[tuple[str, int], Told]:
    """What the changes of some rows say."""
    by_district: dict[str, list[int]] = {}
    for row in rows:
        by_district.setdefault(row.district, []).append(row.position)
    found = {}
    for district, positions in by_district.items():
        for told in await changes_at(connection, district, positions):
            found[district, told.position] = told
    return found


async def _failed(connection: AsyncConnection, held: Held, code: str, now: int) -> None:
    here = {"own_name": held.subscription, "own_district": held.district}
    await connection.execute(_FAILED, here | {"own_code": code, "own_now": now})
