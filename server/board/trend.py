"""Day by day, week by week, month by month: what arose, was done, went past due, and was left at the end."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from policy.assess.outcome import DONE
from policy.decide.decision import State
from server.board.asked import Asked, day_of, midnight
from server.board.counting import Keys
from server.board.kinds import Every
from server.board.standing import F, arising

_DAY, _EAST = 86_400 * 10**9, 8 * 3_600 * 10**9
_EPOCH = date(1970, 1, 1)


class Point(NamedTuple):
    """What happened from the first moment of ``start`` on, to that of the next point; obligations, each once.

    ``left``: had arisen and not ended at its end, suspended ones too.
    """

    start: date
    arisen: int
    done: int
    late: int
    violated: int
    left: int


def points(asked: Asked, every: Every) -> list[date]:
    """The first days of the points of a trend, up to the moment that is looked at."""
    last = min(asked.until, asked.at + 1)
    found = [every.start(day_of(asked.since))]
    while midnight(every.after(found[-1])) < last:
        found.append(every.after(found[-1]))
    return found


async def trend(
    connection: AsyncConnection, asked: Asked, every: Every, keys: Keys, reported: bool
) -> list[Point]:
    """The points of the period; the first may have begun before it, and has what lies within it."""
    starts = points(asked, every)
    counts = {start: Counter[str]() for start in starts}
    base = arising(asked, reported)
    for what, moment, told in (
        ("arisen", F.arose_at, literal("")),
        ("ended", F.ended_at, F.state),
        ("violated", F.violated_at, literal("")),
    ):
        for bearers, day, state, count in await _daily(connection, asked, moment, told, base):
            if keys.of(bearers, "", ""):
                into = counts[every.start(_EPOCH + timedelta(days=int(day)))]
                into[what] += count
                if state in DONE:
                    into["done"] += count
                    into["late"] += count if state == State.FULFILLED_LATE.value else 0
    left = await _before(connection, asked, keys, base)
    found = []
    for start in starts:
        one = counts[start]
        left += one["arisen"] - one["ended"]
        found.append(Point(start, one["arisen"], one["done"], one["late"], one["violated"], left))
    return found


async def _daily(
    connection: AsyncConnection,
    asked: Asked,
    moment: ColumnElement[Any],
    told: ColumnElement[str],
    base: ColumnElement[bool],
) -> list[Any]:
    """How many a day, of each bearers and state; what is looked at later has not happened yet."""
    day = ((moment + _EAST) // _DAY).label("day")
    within = and_(base, moment >= asked.since, moment < min(asked.until, asked.at + 1))
    query: Select[Any] = select(F.bearers, day, told.label("told"), func.count()).where(within)
    grouped = (F.bearers, "day") if told is not F.state else (F.bearers, "day", "told")
    return list(await connection.execute(query.group_by(*grouped)))


async def _before(connection: AsyncConnection, asked: Asked, keys: Keys, base: ColumnElement[bool]) -> int:
    """How many had arisen and not ended when the period began."""
    arisen = or_(F.arose_at < asked.since, F.arose_at.is_(None))
    query = select(F.bearers, func.count()).where(base, arisen, F.ended_at >= asked.since)
    rows = await connection.execute(query.group_by(F.bearers))
    return sum(count for bearers, count in rows if keys.of(bearers, "", ""))
