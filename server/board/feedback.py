"""How long it took from the request to its acceptance and to its report: mean and median, in hours.

Of the duties of the period that a request asked for in a matter (派单): a duty that nobody asked for has
nothing that it is fed back to. From when it arose (派单) to when it was first accepted (接单), whatever
became of it; and to when it was done (回单), as the assessments' ``response``.
"""

from __future__ import annotations

import asyncio
from array import array
from fractions import Fraction
from typing import Any

from sqlalchemy import and_, case, select
from sqlalchemy.ext.asyncio import AsyncConnection

from policy.assess.figures import HOUR
from server.board.asked import Asked
from server.board.counting import TOTAL, Key, Keys, grouped
from server.board.figures import OUTCOMES, Value
from server.board.standing import F, of_period, with_outcome

_PART = 1_000
"""Rows that are taken at once: others of the loop have their turn in between."""

Lengths = dict[Key, "array[int]"]


async def times(
    connection: AsyncConnection, asked: Asked, keys: Keys, reported: bool
) -> dict[str, dict[Key, Value]]:
    """The mean and the median of both times for each row that has any, by figure and row.

    A median cannot be put together from those of groups: the lengths are read, eight bytes each.
    """
    accepted: Lengths = {}
    done: Lengths = {}
    rows = await connection.stream(_lengths(asked, reported))
    async for part in rows.partitions(_PART):
        for bearers, together, unit, to_accept, to_do in part:
            for key in (own := keys.of(bearers, together, unit)) and (*own, TOTAL):
                if to_accept is not None:
                    accepted.setdefault(key, array("q")).append(to_accept)
                if to_do is not None:
                    done.setdefault(key, array("q")).append(to_do)
        await asyncio.sleep(0)
    return {
        "accept_hours": {key: _value(took) for key, took in accepted.items()},
        "response": {key: _value(took) for key, took in done.items()},
    }


def _lengths(asked: Asked, reported: bool) -> Any:
    """Of each duty that was asked for: whose it is, and how long each took in nanoseconds, if it came."""
    base = and_(of_period(asked, reported), with_outcome(asked.at, OUTCOMES["duties"]), F.asked)
    fulfilled = with_outcome(asked.at, OUTCOMES["fulfilled"])
    return select(
        *grouped(asked),
        case((F.accepted_at <= asked.at, F.accepted_at - F.arose_at)),
        case((fulfilled, F.ended_at - F.arose_at)),
    ).where(base)


def _value(took: array[int]) -> Value:
    found = sorted(took)
    middle = found[(len(found) - 1) // 2] + found[len(found) // 2]
    return Value(Fraction(sum(found), len(found) * HOUR), Fraction(middle, 2 * HOUR))
