"""The rows of the register, counted in groups by the database: few groups, however many rows.

Duties are grouped by their bearers together, so that a joint duty is one; for which rows a group counts is
said here, once for all figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from policy.facts.reading import FactsError, Violation
from server.board.asked import Asked
from server.board.figures import MARKED, OUTCOMES
from server.board.kinds import By
from server.board.standing import (
    F,
    columns_of_outcome,
    flag,
    flags_at,
    marked_by,
    of_period,
    outcome_of,
    owed_at,
)
from server.board.whose import Whose
from server.settings.limits import MAX_BOARD_ROWS

Key = tuple[str, str]
"""What a row is of: a body, clause or matter, and a unit where rows are of units."""
TOTAL: Key = "\0", ""
"""The row of all together, in which each duty is once."""

MOST_GROUPS = 50 * MAX_BOARD_ROWS
"""What rows are made of: of each a group for each way in which its duties stand."""

GROUPED: dict[By, ColumnElement[str]] = {By.CLAUSE: F.clauses, By.MATTER: F.matters}


class Keys:
    """For which rows a group of duties counts."""

    def __init__(self, asked: Asked, whose: Whose) -> None:
        self._asked = asked
        self._whose = whose

    def of(self, bearers: str, together: str, unit: str) -> tuple[Key, ...]:
        """The rows of duties with these bearers, clauses or matters, and unit; none: not to be seen."""
        seen = self._whose.rows(bearers)
        if self._asked.body:
            seen = tuple(body for body in seen if body == self._asked.body)
        if not seen:
            return ()
        by = self._asked.by
        if by is By.BODY or by is By.UNIT:
            return tuple((body, unit if by is By.UNIT else "") for body in seen)
        return tuple((code, "") for code in together.split() or [""])


class Counts(NamedTuple):
    """What was counted: for each row how many under each figure."""

    rows: dict[Key, Counter[str]]

    def add(self, keys: Iterable[Key], figure: str, count: int) -> None:
        """Counts so many once for each row, and once for all together."""
        for key in (*keys, TOTAL):
            self.rows.setdefault(key, Counter())[figure] += count


async def counted(connection: AsyncConnection, asked: Asked, keys: Keys, reported: bool) -> Counts:
    """Counts everything that is counted one by one: a rate and a time follow from others."""
    found = Counts({})
    for bearers, together, unit, row in await _groups(connection, _of_period(asked, reported)):
        if own := keys.of(bearers, together, unit):
            for figure, count in _of_outcome(row):
                found.add(own, figure, count)
    for bearers, together, unit, row in await _groups(connection, _of_moment(asked, reported)):
        if own := keys.of(bearers, together, unit):
            for number, figure in enumerate(flags_at(asked), 1):
                if row[number]:
                    found.add(own, figure, row[0])
    return found


def _together_of(asked: Asked) -> ColumnElement[str]:
    """What rows are grouped by beside their bearers."""
    return GROUPED.get(asked.by, literal(""))


def _of_outcome(row: tuple[Any, ...]) -> Iterator[tuple[str, int]]:
    """What a group of the period counts under each figure."""
    count, state, violated, early, *marked = row
    found = outcome_of(state, violated, early)
    for figure, counts in OUTCOMES.items():
        if counts(found):
            yield figure, count
    if OUTCOMES["duties"](found):
        yield from zip(MARKED, map(int, marked), strict=True)


def _of_period(asked: Asked, reported: bool) -> Select[Any]:
    state, violated, early = columns_of_outcome(asked.at)
    marked = (func.sum(flag(marked_by(asked.at, figure))) for figure in MARKED)
    told = (state.label("s"), violated.label("v"), early.label("e"))
    return (
        select(*grouped(asked), func.count(), *told, *marked)
        .where(of_period(asked, reported))
        .group_by(*_names(asked), "s", "v", "e")
    )


def _of_moment(asked: Asked, reported: bool) -> Select[Any]:
    flags = [flag(condition).label(f"f_{name}") for name, condition in flags_at(asked).items()]
    return (
        select(*grouped(asked), func.count(), *flags)
        .where(owed_at(asked, reported))
        .group_by(*_names(asked), *(each.name for each in flags))
    )


def grouped(asked: Asked) -> tuple[Any, ...]:
    """Whose a duty is: bearers; clauses or matters; unit. What the board does not ask for is empty."""
    unit = F.unit if asked.by is By.UNIT else literal("")
    return F.bearers, _together_of(asked).label("together"), unit.label("of_unit")


def _names(asked: Asked) -> tuple[Any, ...]:
    """What is grouped by: a literal is nothing to group by."""
    names: list[Any] = [F.bearers]
    if asked.by in GROUPED:
        names.append("together")
    if asked.by is By.UNIT:
        names.append("of_unit")
    return tuple(names)


async def _groups(
    connection: AsyncConnection, query: Select[Any]
) -> list[tuple[str, str, str, tuple[Any, ...]]]:
    rows = (await connection.execute(query.limit(MOST_GROUPS + 1))).all()
    if len(rows) > MOST_GROUPS:
        raise too_many_rows()
    return [(row[0], row[1], row[2], tuple(row[3:])) for row in rows]


def too_many_rows() -> FactsError:
    """A board of more rows than anybody reads."""
    return FactsError((Violation("by", "LNK094", (("limit", f"{MAX_BOARD_ROWS:,}"),)),))
