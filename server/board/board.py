"""A district's board: rows of figures, all together, a trend. One state of the database is looked at."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from policy.decide.snapshot import District
from server.board.asked import Asked
from server.board.counting import TOTAL, Key, Keys, counted, too_many_rows
from server.board.feedback import times
from server.board.figures import FIGURES, RATES, Kind, Value, rate
from server.board.trend import Point, trend
from server.board.whose import Whose
from server.register.keeping import Keeper
from server.settings.lights import MORE_IS_WORSE, Thresholds, light
from server.settings.limits import MAX_BOARD_ROWS

_WORST = ("", "green", "yellow", "red")


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the code of a body, clause or matter ("": the duties without any), and a unit of the body.

    ``values`` by figure; ``lights`` of those that the district has set thresholds for; ``rank`` 1 is best,
    equals share one, None where it is not ranked.
    """

    code: str
    unit: str
    values: Mapping[str, Value]
    lights: Mapping[str, str] = field(default_factory=dict)
    rank: int | None = None

    @property
    def light(self) -> str:
        """The worst of its lights; "" where it has none."""
        return max(self.lights.values(), key=_WORST.index, default="")


@dataclass(frozen=True, slots=True)
class Board:
    """What was asked for, and what came of it. ``total``: all rows together, a joint duty once."""

    asked: Asked
    rows: tuple[Row, ...]
    total: Row
    trend: tuple[Point, ...]
    thresholds: Thresholds


async def board(keeper: Keeper, district: District, asked: Asked, thresholds: Thresholds) -> Board:
    """The board of a district. Raises ``NotKept`` where the database does not answer, and ``FactsError``
    (LNK094) for one of too many rows."""
    whose = Whose(district, asked.until, asked.own)
    keys, reported = Keys(asked, whose), is_reported(district, asked.until)
    async with keeper.reading() as connection:
        counts = await counted(connection, asked, keys, reported)
        if len(counts.rows) - 1 > MAX_BOARD_ROWS:
            raise too_many_rows()
        took = await times(connection, asked, keys, reported)
        every = asked.every
        points = () if every is None else tuple(await trend(connection, asked, every, keys, reported))
    rows = [_row(key, counts.rows[key], took, thresholds) for key in counts.rows if key != TOTAL]
    total = _row(TOTAL, counts.rows.get(TOTAL, Counter()), took, {})
    return Board(asked, _in_order(rows, whose, asked.rank_by), total, points, thresholds)


def is_reported(district: District, end: int) -> bool:
    """Whether the document that is in force at the end of a period is a press report: its practice counts."""
    programs = [program for program in district.programs if program.since < end]
    return bool(programs) and programs[-1].pack.authority == "reported"


def _row(
    key: Key, counts: Counter[str], took: Mapping[str, Mapping[Key, Value]], thresholds: Thresholds
) -> Row:
    values = {}
    for figure in FIGURES:
        if figure.kind is Kind.COUNT:
            values[figure.id] = Value(Fraction(counts[figure.id]))
        elif figure.kind is Kind.RATE:
            of, among = RATES[figure.id]
            values[figure.id] = Value(rate(counts[of], counts[among]))
        else:
            values[figure.id] = took[figure.id].get(key, Value(None))
    lights = {name: light(name, values[name].value, thresholds) for name in thresholds}
    code, unit = ("", "") if key == TOTAL else key
    return Row(code, unit, values, {name: found for name, found in lights.items() if found})


def _in_order(rows: list[Row], whose: Whose, rank_by: str) -> tuple[Row, ...]:
    """By rank where there is one, then as the document lists its members."""
    ranked = _ranked(rows, rank_by) if rank_by else rows
    last = len(whose.order)
    return tuple(
        sorted(
            ranked,
            key=lambda row: (
                len(rows) + 1 if row.rank is None else row.rank,
                whose.order.get(row.code, last),
                row.code,
                row.unit,
            ),
        )
    )


def _ranked(rows: list[Row], figure: str) -> list[Row]:
    """The rows with their ranks; those of which nothing was measured have none."""
    measured = (row.values[figure].value for row in rows)
    values = sorted(value for value in measured if value is not None)
    ranked = []
    for row in rows:
        value = row.values[figure].value
        if value is not None:
            worse = MORE_IS_WORSE[figure]
            better = bisect_left(values, value) if worse else len(values) - bisect_right(values, value)
            row = Row(row.code, row.unit, row.values, row.lights, 1 + better)
        ranked.append(row)
    return ranked
