"""A board in words and figures, ready to be shown: what screen, files, messages and circulars all draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from policy.assess import Figure as Measured
from policy.decide.snapshot import District
from policy.review.report.scorecard import shown
from policy.review.wording import Wording
from policy.time.moment import NANO
from server.board.asked import Asked, day_of, looked_at
from server.board.board import Board, Row, is_reported
from server.board.figures import FIGURES, Figure, Value
from server.board.kinds import By, Every
from server.board.trend import Point
from server.settings.lights import MORE_IS_WORSE, written

CORNERS: Mapping[By, tuple[str, str]] = {
    By.BODY: ("单位", "department"),
    By.UNIT: ("单位", "department"),
    By.CLAUSE: ("条款", "clause"),
    By.MATTER: ("事项", "matter"),
}
POINTS: tuple[tuple[str, str, str], ...] = (
    ("arisen", "新增", "arisen"),
    ("done", "办结", "done"),
    ("late", "逾期办结", "done late"),
    ("violated", "违期", "violated"),
    ("left", "期末未结", "left"),
)
"""The figures of a point of the trend and their titles."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as shown, and as a number (a rate as a share of 1); a time's median; its light, "" for none."""

    text: str
    number: Decimal | None
    median: str
    light: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row by its name: cells in the order of ``FIGURES``."""

    code: str
    unit: str
    name: str
    cells: tuple[Cell, ...]
    rank: int | None
    light: str

    def cell(self, figure: str) -> Cell:
        """The cell of a figure, by its id."""
        return self.cells[[each.id for each in FIGURES].index(figure)]


@dataclass(frozen=True, slots=True)
class Told:
    """A board in one language. ``period`` and ``moment`` say what it is of; ``notes`` how to read it."""

    title: str
    moment: str
    period: str
    corner: str
    titles: tuple[str, ...]
    measures: tuple[str, str]
    """What the mean and the median of a time are called."""
    lines: tuple[Line, ...]
    total: Line
    trend: tuple[tuple[str, Point], ...]
    """Each point with its day or month."""
    point_titles: tuple[str, ...]
    notes: tuple[str, ...]


def told(found: Board, district: District, wording: Wording) -> Told:
    """The board in the language of ``wording``."""
    pick = wording.pick
    name = wording.text(district.programs[-1].pack.title) if district.programs else district.code
    lines = tuple(_line(row, _named(row, found.asked.by, district, wording)) for row in found.rows)
    return Told(
        title=pick((f"{name}　看板", f"{name}: board")),
        moment=moment_of(found.asked, wording),
        period=period_of(found.asked.since, found.asked.until),
        corner=pick(CORNERS[found.asked.by]),
        titles=tuple(title_of(figure, wording) for figure in FIGURES),
        measures=(pick(("平均", "mean")), pick(("中位数", "median"))),
        lines=lines,
        total=_line(found.total, pick(("合计", "all"))),
        trend=tuple((start_of(point, found.asked.every), point) for point in found.trend),
        point_titles=tuple(pick((zh, en)) for _, zh, en in POINTS),
        notes=tuple(_notes(found, district, wording)),
    )


def title_of(figure: Figure, wording: Wording) -> str:
    """What a figure is called."""
    return wording.pick((figure.zh, figure.en))


def moment_of(asked: Asked, wording: Wording) -> str:
    """The moment that is looked at; the end of a period as 24:00 of its last day."""
    if asked.at == looked_at(asked.at, asked.until) == asked.until + 1:
        return f"{day_of(asked.until - 1).isoformat()} 24:00"
    return wording.moment(asked.at // NANO * NANO)


def start_of(point: Point, every: Every | None) -> str:
    """The day of a point of the trend; a month by its name."""
    day = point.start.isoformat()
    return day[:7] if every is Every.MONTH else day


def period_of(since: int, until: int) -> str:
    """The first and the last day of a period."""
    return f"{day_of(since).isoformat()} – {day_of(until - 1).isoformat()}"


def value_shown(figure: Figure, value: Value, light: str = "") -> Cell:
    """A value as people read it: as assessments show it."""
    cell = shown(Measured(value.value, (), value.median), figure.kind.value)
    return Cell(cell.text, cell.number, cell.median, light)


def _line(row: Row, name: str) -> Line:
    cells = (value_shown(figure, row.values[figure.id], row.lights.get(figure.id, "")) for figure in FIGURES)
    return Line(row.code, row.unit, name, tuple(cells), row.rank, row.light)


def _named(row: Row, by: By, district: District, wording: Wording) -> str:
    if not row.code:
        return wording.pick(("（不经请求）", "(not asked for)"))
    if by is By.MATTER:
        return wording.code("matters", row.code)
    if by is By.CLAUSE:
        for program in reversed(district.programs):
            if row.code in program.pack.clauses:
                return wording.clause(program, row.code)[0]
        return row.code
    name = wording.any_body(row.code)
    if not row.unit:
        return name
    unit = wording.any_body(row.unit)
    return wording.pick((f"{name}（{unit}）", f"{name} ({unit})"))


def _notes(found: Board, district: District, wording: Wording) -> list[str]:
    pick, asked = wording.pick, found.asked
    notes = [
        pick(
            (
                "前几项是这一时刻的情况；“本期应办”起是期间内到期的义务（没有到期时间的按产生之日），与考核同一口径。",
                "The first figures are of this moment; from “duties due” on they are of the duties due in "
                "the period (without a due time: that arose in it), counted as assessments count.",
            )
        ),
        pick(
            (
                "接单用时、回单用时：请求提出的义务从产生（派单）到首次接单、到办结（回单）的小时数，平均值／中位数。",
                "Times, in hours, mean / median: of duties that a request asked for, from arising to first "
                "acceptance, and to being done.",
            )
        ),
    ]
    if is_reported(district, asked.until):
        notes.append(
            pick(
                (
                    "材料是报道，件数是做法，没有约束力。",
                    "The document is a press report: what is counted is practice, and binds no one.",
                )
            )
        )
    for figure in FIGURES:
        if (limit := found.thresholds.get(figure.id)) is not None:
            more = MORE_IS_WORSE[figure.id]
            title, yellow, red = title_of(figure, wording), written(limit.yellow), written(limit.red)
            word = pick(("达到", "from") if more else ("低于", "below"))
            notes.append(
                pick(
                    (
                        f"{title}{word} {yellow} 亮黄灯，{word} {red} 亮红灯（本地区设定）。",
                        f"{title}: yellow {word} {yellow}, red {word} {red} (set by the district).",
                    )
                )
            )
    return notes
