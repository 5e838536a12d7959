"""How long it took from the request to its acceptance and to its report: mean and median, in hours.

Of the duties of the period that a request asked for in a matter (派单): a duty that nobody asked for has
nothing that it is fed back to. From when it arose (派单) to when it was first accepted (接单), whatever
became of it; and to when it was done (回单), as the assessments' ``response``.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from sqlalchemy import CTE, ColumnElement, String, and_, case, column, func, literal, select, values
from sqlalchemy.ext.asyncio import AsyncConnection

from policy.assess.figures import HOUR
from policy.time.moment import NANO
from server.board.asked import Asked
from server.board.counting import TOTAL, Counts, Key, Keys, together_of
from server.board.figures import OUTCOMES, Value
from server.board.kinds import By
from server.board.standing import F, of_period, with_outcome

_CHUNK = 2_000
"""Lines of the table that says which group counts for which row, in one statement."""


async def times(
    connection: AsyncConnection, asked: Asked, keys: Keys, counts: Counts, reported: bool
) -> dict[str, dict[Key, Value]]:
    """The mean and the median of both times for each row that has any, by figure and row."""
    pairs = sorted(
        (bearers, together, code)
        for bearers, together in counts.groups
        for code in dict.fromkeys([*(key[0] for key in keys.of(bearers, together, "")), TOTAL[0]])
    )
    base = and_(of_period(asked, reported), with_outcome(asked.at, OUTCOMES["duties"]), F.asked)
    accepted = and_(base, F.accepted_at <= asked.at)
    done = and_(base, with_outcome(asked.at, OUTCOMES["fulfilled"]))
    return {
        "accept_hours": await _measured(connection, asked, pairs, F.accepted_at - F.arose_at, accepted),
        "response": await _measured(connection, asked, pairs, F.ended_at - F.arose_at, done),
    }


async def _measured(
    connection: AsyncConnection,
    asked: Asked,
    pairs: Sequence[tuple[str, str, str]],
    took: ColumnElement[int],
    where: ColumnElement[bool],
) -> dict[Key, Value]:
    """The rows of a group are parted by the row they count for, so a chunk holds whole rows."""
    found: dict[Key, Value] = {}
    for chunk in _chunks(pairs):
        found |= await _of_chunk(connection, asked, _mapping(chunk), took, where)
    return found


def _chunks(pairs: Sequence[tuple[str, str, str]]) -> list[list[tuple[str, str, str]]]:
    chunks: list[list[tuple[str, str, str]]] = []
    for code in sorted({pair[2] for pair in pairs}):
        own = [pair for pair in pairs if pair[2] == code]
        if chunks and len(chunks[-1]) + len(own) <= _CHUNK:
            chunks[-1] += own
        else:
            chunks.append(own)
    return chunks


def _mapping(pairs: Sequence[tuple[str, str, str]]) -> CTE:
    # PostgreSQL stores no NUL: the row of all together has another name there and back.
    data = [(bearers, together, _ALL if code == TOTAL[0] else code) for bearers, together, code in pairs]
    columns = (column("bearers", String), column("together", String), column("code", String))
    return values(*columns, name="m").data(data).cte("m")


_ALL = " "


async def _of_chunk(
    connection: AsyncConnection,
    asked: Asked,
    mapping: CTE,
    took: ColumnElement[int],
    where: ColumnElement[bool],
) -> dict[Key, Value]:
    code = mapping.c.code
    unit = case((code == _ALL, literal("")), else_=F.unit) if asked.by is By.UNIT else literal("")
    own = select(code.label("code"), unit.label("of_unit"), took.label("took"))
    together = together_of(asked)
    own_rows = own.where(where, F.bearers == mapping.c.bearers, together == mapping.c.together).cte("o")
    o = own_rows.c
    parted: dict[str, Any] = {"partition_by": (o.code, o.of_unit)}
    ranked = select(
        o.code,
        o.of_unit,
        o.took,
        func.row_number().over(order_by=o.took, **parted).label("n"),
        func.count().over(**parted).label("c"),
    ).cte("r")
    r = ranked.c
    # Summed in seconds and nanoseconds apart: SQLite's integers would overflow.
    query = select(
        r.code,
        r.of_unit,
        r.c,
        func.sum(r.took // NANO),
        func.sum(r.took % NANO),
        func.sum(case((r.n == (r.c + 1) // 2, r.took), else_=0)),
        func.sum(case((r.n == (r.c + 2) // 2, r.took), else_=0)),
    ).group_by(r.code, r.of_unit, r.c)
    found = {}
    for row in await connection.execute(query):
        name, of_unit, count, seconds, nanos, low, high = row
        key = TOTAL if name == _ALL else (name, of_unit)
        mean = Fraction(int(seconds) * NANO + int(nanos), int(count) * HOUR)
        found[key] = Value(mean, Fraction(int(low) + int(high), 2 * HOUR))
    return found
