"""The product with a fault in it: each of these must be found, or the simulation looks at nothing.

A fault is one that a person could make, or has made: something left out, done too early, too late, or apart.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from types import MappingProxyType
from typing import Any

from sqlalchemy import bindparam, func, select, update

from policy.register import advance, difference
from policy.register.changes import Why
from server.notices import audience, delivering, feed, outbox
from server.register import book, keeping
from server.register.kept import Written
from server.store.dialects import insert_unless_there
from server.store.errors import NotKept
from server.store.notices import DELIVERIES, SUBSCRIPTIONS
from server.store.register import CASES, DISTRICTS

Patch = tuple[Any, str, Any]
"""What is put in the place of what, and where."""


async def _locked_anyway(connection: Any, writing: Any) -> bool:
    """A case is written however it is by now."""
    return await _LOCKED(connection, writing) or writing.before is not None


_D = DELIVERIES.c
_SPREAD = outbox.Outbox.spread
_NOTICE, _AFTER = delivering.Deliverer._notice, feed.Feed.after
_LOCKED, _WRITE = keeping._locked, keeping._write
_WRITE_CASE, _POSITIONS = keeping._write_case, keeping._positions
_TRANSACTION = keeping.Keeper.transaction


async def _position_gap(connection: Any, district: str, count: int) -> int:
    """One position is given out that nothing is written at."""
    return await _POSITIONS(connection, district, count + 1) + 1


async def _in_two_transactions(connection: Any, seals: Any, writings: Any) -> Any:
    """States are committed, and then the changes."""
    written = [await _WRITE_CASE(connection, seals, writing) for writing in writings]
    await connection.commit()
    changes = [await keeping._write_changes(connection, writing) for writing in writings]
    return [Written(*both) for both in zip(written, changes, strict=True)]


@asynccontextmanager
async def _commit_not_looked_at(self: Any) -> AsyncIterator[Any]:
    """Whether the commit went well is not looked at."""
    done = False
    try:
        async with _TRANSACTION(self) as connection:
            yield connection
            done = True
    except NotKept:
        if not done:
            raise


def _all_at_once(district: Any, asked: Any, state: Any) -> Iterator[Any]:
    """What time brought is told as of now, all at once."""
    if state.next_at is not None and state.next_at <= asked.now:
        new = advance._derived(district, asked.before, asked.now, asked)
        yield advance.Step(asked.now, Why.TIME, difference(state, new)), new


async def _never_due_again(connection: Any, seals: Any, writing: Any) -> Any:
    """A case that was looked at is not due any more."""
    found = await _WRITE_CASE(connection, seals, writing)
    if not writing.fresh:
        where = CASES.c.district == writing.district, CASES.c.case_id == writing.case_id
        await connection.execute(update(CASES).where(*where).values(next_at=None))
    return found


def _all_new(recorded: Any, sent: Any) -> Any:
    """What was recorded before is recorded again."""
    return list(sent), []


async def _cursor_first(self: Any, name: str, district: str, wants: Any, now: int, from_start: bool) -> int:
    """That changes were read is committed, and then what is to be delivered of them."""
    read: list[Any] = []

    def noted(told: Any) -> bool:
        read.append(told)
        return False

    looked = await _SPREAD(self, name, district, noted, now, from_start)
    if rows := [outbox.delivery(name, told, now) for told in read if wants(told)]:
        async with self._keeper.transaction() as connection:
            await connection.execute(insert_unless_there(connection.dialect.name, DELIVERIES), rows)
    return looked


async def _to_the_end(self: Any, name: str, district: str, wants: Any, now: int, from_start: bool) -> int:
    """A subscription has read its stream to where the stream ends by now."""
    looked = await _SPREAD(self, name, district, wants, now, from_start)
    if looked:
        async with self._keeper.transaction() as connection:
            query = select(DISTRICTS.c.position).where(DISTRICTS.c.district == district)
            end = (await connection.execute(query)).scalar()
            own = update(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.name == name).values(position=end)
            await connection.execute(own)
    return looked


async def _noted_before_sent(self: Any, own: Any, held: Any) -> None:
    """It is noted that a notice has arrived, and then it is sent."""
    await self._outbox.delivered(held, self._clock())
    await self._sent(own, self._notice(held))


async def _never_tried_again(self: Any, held: Any, at: int, code: str, now: int) -> None:
    """What failed once is done."""
    await self.delivered(held, now)


def _claiming(query: Any) -> tuple[Patch, ...]:
    """Notices are claimed by another query."""
    locked = query.with_for_update(skip_locked=True, of=DELIVERIES)
    return (outbox, "_CLAIMABLE", query), (outbox, "_CLAIM", locked)


# The earlier of two notices of one obligation is not waited for.
_ANY = select(_D.district, _D.position, _D.obligation, _D.attempts, _D.first_at)
_ANY = _ANY.where(_D.subscription == bindparam("own_name"), _D.state == "waiting")
_IN_ANY_ORDER = _ANY.where(_D.next_at <= bindparam("now")).order_by(_D.position.desc()).limit(4)
# What a process had in hand when it died is nobody's.
_HELD_FOR_EVER = outbox._CLAIMABLE.where(_D.holder == "")
# What another process has in hand is taken.
_EARLIEST = _ANY.with_only_columns(func.min(_D.position)).group_by(_D.obligation)
_HELD_BY_NOBODY = _ANY.where(_D.position.in_(_EARLIEST)).limit(4)


async def _never_recalled(self: Any, now: int) -> int:
    """What a wrong clock has put off, stays so."""
    return 0


def _told_to_all(self: Any, subscription: Any, told: Any) -> bool:
    """Whoever subscribes is told everything."""
    return True


def _one_id_each_time(self: Any, held: Any) -> Any:
    """A notice that is sent again has another id."""
    notice = _NOTICE(self, held)
    return notice._replace(id=f"{notice.id}-{notice.attempt}")


async def _one_too_far(self: Any, district: str, position: int) -> Any:
    """A watch goes on after the change that follows its token."""
    found = await _AFTER(self, district, position)
    return found[1:] if position else found


async def _one_too_near(self: Any, district: str, position: int) -> Any:
    """A watch is told once more what it was told last."""
    return await _AFTER(self, district, max(0, position - 1))


FAULTY: Mapping[str, tuple[Patch, ...]] = MappingProxyType(
    {
        "stale-write": ((keeping, "_locked", _locked_anyway),),
        "unclaimed": ((keeping, "_CLAIM", keeping._DUE),),
        "position-gap": ((keeping, "_positions", _position_gap),),
        "two-transactions": ((keeping, "_write", _in_two_transactions),),
        "commit-not-looked-at": ((keeping.Keeper, "transaction", _commit_not_looked_at),),
        "all-at-once": ((advance, "_passed", _all_at_once),),
        "never-due-again": ((keeping, "_write_case", _never_due_again),),
        "not-idempotent": ((book, "new_ones", _all_new),),
        "cursor-first": ((outbox.Outbox, "spread", _cursor_first),),
        "read-to-the-end": ((outbox.Outbox, "spread", _to_the_end),),
        "noted-before-sent": ((delivering.Deliverer, "_one", _noted_before_sent),),
        "never-tried-again": ((outbox.Outbox, "again", _never_tried_again),),
        "in-any-order": _claiming(_IN_ANY_ORDER),
        "held-for-ever": _claiming(_HELD_FOR_EVER),
        "held-by-nobody": _claiming(_HELD_BY_NOBODY),
        "never-recalled": ((outbox.Outbox, "recall", _never_recalled),),
        "told-to-all": ((audience.RegisterAudience, "sees", _told_to_all),),
        "one-id-each-time": ((delivering.Deliverer, "_notice", _one_id_each_time),),
        "watch-one-too-far": ((feed.Feed, "after", _one_too_far),),
        "watch-one-too-near": ((feed.Feed, "after", _one_too_near),),
    }
)
"""The faults, by name."""


@contextmanager
def faulty(name: str) -> Iterator[None]:
    """The product has the fault as long as the block lasts."""
    before: list[tuple[Any, str, Callable[..., Any]]] = []
    for where, what, other in FAULTY[name]:
        before.append((where, what, getattr(where, what)))
        setattr(where, what, other)
    try:
        yield
    finally:
        for where, what, own in before:
            setattr(where, what, own)
