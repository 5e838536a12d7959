"""An appraisal in words and figures, ready to be shown: what the terminal, the book and the page all draw.

Appraisal (and that of the period before) --card_of--> Card --> table | JSON | .xlsx | page
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from policy.assess import Appraisal, Figure, Member, Row, Score
from policy.assess.scoring import rounded
from policy.pack.assessment import DUTIES
from policy.review.wording import Wording
from policy.time.period import Period

COUNT, RATE, HOURS, POINTS, WORD = "count", "rate", "hours", "points", "word"
RELEASED, CARRIED, UNKNOWN = "released", "carried", "unknown"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: a figure's id, what it is called, and its kind."""

    id: str
    title: str
    kind: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as shown, and as a number where it is one (a rate as a share of 1); a duration's median."""

    text: str
    number: Decimal | None = None
    members: tuple[Member, ...] = ()
    median: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One subject or unit: its cells in the order of the columns, and how its score came about."""

    body: str
    unit: str
    name: str
    cells: tuple[Cell, ...]
    score: Score | None
    change: str
    """Against the period before: of the score, or else of the duties; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Duty:
    """What follows for one line."""

    id: str
    consequence: str
    title: str
    name: str
    bearer: str
    action: str
    basis: str
    due: str
    sure: bool
    proposed: bool


@dataclass(frozen=True, slots=True)
class Card:
    """A whole assessment. ``notes`` say what the figures are of, and what they do not say."""

    title: str
    basis: str
    period: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    missing: tuple[str, ...]
    duties: tuple[Duty, ...]
    steps: tuple[str, ...]
    appeal: str
    outcomes: tuple[str, ...]
    totals: tuple[Cell, ...] = field(default=())


def card_of(found: Appraisal, wording: Wording, before: Appraisal | None = None) -> Card:
    """The appraisal in words; ``before`` is that of the period before it."""
    columns = _columns(found, wording)
    ranked = _in_order(found)
    earlier = _earlier(before)
    lines = tuple(_line(found, wording, columns, row, score, earlier) for row, score in ranked)
    assessment, pick = found.assessment, wording.pick
    missing = tuple(
        f"{name}（{wording.text(found.program.pack.parameters[name].means)}）" for name in found.missing
    )
    return Card(
        title=wording.text(assessment.title),
        basis=wording.basis(found.program, assessment.basis),
        period=_period(found, wording),
        columns=columns,
        lines=lines,
        notes=tuple(_notes(found, wording)),
        missing=missing,
        duties=_duties(found, wording),
        steps=tuple(
            f"{wording.body(found.program, step.bearer)}：{wording.text(step.title)}"
            + (f"（{wording.basis(found.program, step.basis)}）" if step.basis else "")
            for step in assessment.steps
        ),
        appeal=_appeal(found, wording),
        outcomes=tuple(
            pick(
                (
                    f"{wording.text(title)}（{wording.basis(found.program, clauses)}）",
                    f"{wording.text(title)} ({wording.basis(found.program, clauses)})",
                )
            )
            for title, clauses, _ in assessment.outcomes
        ),
        totals=_totals(found, columns, wording),
    )


def name_of(found: Appraisal, body: str, unit: str, wording: Wording) -> str:
    """A subject as its district calls it, and which of its units."""
    name = wording.body(found.program, body)
    if not unit:
        return name
    named = wording.body(found.program, unit)
    return wording.pick((f"{name}（{named}）", f"{name} ({named})"))


def members_of(found: Appraisal, row: Row, figure: str) -> tuple[Member, ...] | None:
    """What is behind a figure of a row, or behind what is out of its base; None: there is no such figure."""
    out = {RELEASED: row.released, CARRIED: row.carried, UNKNOWN: row.unknown}
    if figure in out:
        return out[figure]
    return row.figures[figure].members if figure in row.figures else None


def shown(figure: Figure, kind: str) -> Cell:
    """A figure as people read it: shares in percent and hours with one decimal, halves rounded up."""
    value = figure.value
    if value is None:
        return Cell("—")
    if kind == RATE:
        return Cell(f"{rounded(value * 100, 1, 'up')}%", rounded(value, 4, "up"), figure.members)
    if kind == HOURS:
        exact = rounded(value, 1, "up")
        middle = "" if figure.median is None else str(rounded(figure.median, 1, "up"))
        return Cell(str(exact), exact, figure.members, middle)
    return Cell(str(int(value)), Decimal(int(value)), figure.members)


def _columns(found: Appraisal, wording: Wording) -> tuple[Column, ...]:
    pick, assessment = wording.pick, found.assessment
    columns = [Column(DUTIES, pick(("到期义务", "duties due")), COUNT)]
    columns += [Column(one.id, wording.text(one.means), COUNT) for one in assessment.counts]
    columns += [Column(one.id, wording.text(one.means), RATE) for one in assessment.rates]
    middle = pick(("（小时）", " (hours)"))
    columns += [Column(one.id, wording.text(one.means) + middle, HOURS) for one in assessment.durations]
    columns += [
        Column(RELEASED, pick(("已解除", "released")), COUNT),
        Column(CARRIED, pick(("期后到期", "due later")), COUNT),
        Column(UNKNOWN, pick(("状态不明", "unknown")), COUNT),
    ]
    if found.scores is not None:
        columns.append(Column("score", pick(("得分", "score")), POINTS))
        if assessment.scoring is not None and assessment.scoring.grades:
            columns.append(Column("grade", pick(("等次", "grade")), WORD))
        columns.append(Column("rank", pick(("名次", "rank")), COUNT))
    return tuple(columns)


def _in_order(found: Appraisal) -> list[tuple[Row, Score | None]]:
    """By rank where there is one, and then as the document lists its members."""
    place = {body: number for number, body in enumerate(found.assessment.subjects)}
    scores: Iterable[Score | None] = found.scores or [None] * len(found.rows)
    pairs = list(zip(found.rows, scores, strict=True))
    last = len(place)
    return sorted(
        pairs,
        key=lambda one: (
            one[1].rank if one[1] else 0,
            place.get(one[0].body, last),
            one[0].body,
            one[0].unit,
        ),
    )


def _line(
    found: Appraisal,
    wording: Wording,
    columns: tuple[Column, ...],
    row: Row,
    score: Score | None,
    earlier: dict[tuple[str, str], tuple[Row, Score | None]],
) -> Line:
    cells = tuple(_cell(found, wording, column, row, score) for column in columns)
    change = ""
    if (past := earlier.get((row.body, row.unit))) is not None:
        then, now = past[1], score
        by = now.value - then.value if now and then else Decimal(row.duties - past[0].duties)
        change = f"{by:+}" if by else "±0"
    return Line(row.body, row.unit, name_of(found, row.body, row.unit, wording), cells, score, change)


def _cell(found: Appraisal, wording: Wording, column: Column, row: Row, score: Score | None) -> Cell:
    if column.id == "score" and score is not None:
        vetoed = wording.pick(("（否决）", " (veto)")) if score.vetoes else ""
        return Cell(f"{score.value}{vetoed}", score.value)
    if column.id == "rank" and score is not None:
        return Cell(str(score.rank), Decimal(score.rank))
    if column.id == "grade" and score is not None:
        return Cell(grade_of(found, score, wording))
    out = {RELEASED: row.released, CARRIED: row.carried, UNKNOWN: row.unknown}
    if column.id in out:
        return shown(Figure(Fraction(len(out[column.id])), out[column.id]), COUNT)
    return shown(row.figures[column.id], column.kind)


def grade_of(found: Appraisal, score: Score, wording: Wording) -> str:
    """What the grade of a score is called; empty where there are no grades."""
    scoring = found.assessment.scoring
    grades = scoring.grades if scoring else ()
    return next((wording.text(one.title) for one in grades if one.id == score.grade), "")


def _earlier(before: Appraisal | None) -> dict[tuple[str, str], tuple[Row, Score | None]]:
    if before is None:
        return {}
    scores: Iterable[Score | None] = before.scores or [None] * len(before.rows)
    return {(row.body, row.unit): (row, score) for row, score in zip(before.rows, scores, strict=True)}


def _totals(found: Appraisal, columns: tuple[Column, ...], wording: Wording) -> tuple[Cell, ...]:
    """The sums of the counts over all rows; a joint duty is one. Other columns have none."""
    cells = []
    for column in columns:
        if column.kind != COUNT or column.id == "rank":
            cells.append(Cell(""))
            continue
        found_ = {m for row in found.rows for m in members_of(found, row, column.id) or ()}
        cells.append(Cell(str(len(found_)), Decimal(len(found_)), tuple(sorted(found_))))
    return tuple(cells)


def _period(found: Appraisal, wording: Wording) -> str:
    span = found.span
    first, last = wording.moment(span.start)[:10], wording.moment(span.end - 1)[:10]
    cut = wording.moment(span.cut_off - 1)[:10]
    return wording.pick(
        (
            f"{first} 至 {last}，状态截至 {cut} 24:00",
            f"{first} to {last}, as it stood on {cut} 24:00",
        )
    )


def _notes(found: Appraisal, wording: Wording) -> Iterable[str]:
    pick, opened = wording.pick, found.undetermined
    yield pick(
        (
            f"案件 {found.cases} 件；另有 {opened} 条规则因缺少事实未计",
            f"{found.cases} cases; {opened} rules not counted for lack of facts",
        )
    )
    if found.missing:
        names = "、".join(
            f"{name}（{wording.text(found.program.pack.parameters[name].means)}）" for name in found.missing
        )
        yield pick(
            (
                f"没有计分：文件没有规定、本地也没有确定 {names}",
                f"no score: neither the document nor the district fixes {names}",
            )
        )
    elif found.scores is None:
        yield pick(
            (
                "没有计分：文件没有规定分值，只列件数",
                "no score: the document fixes no points; only what was counted",
            )
        )
    if (note := found.assessment.note).zh:
        yield wording.text(note)


def _duties(found: Appraisal, wording: Wording) -> tuple[Duty, ...]:
    made = []
    waiting: set[str] = set()
    for one in found.follows:
        consequence = one.consequence
        name = name_of(found, one.body, one.unit, wording)
        if not one.sure:  # it is no different for any of the rows: said once
            if consequence.id in waiting:
                continue
            waiting.add(consequence.id)
            name = wording.pick(("待定", "open"))
        word = wording.code("deadline_words", consequence.word) if consequence.word else ""
        waits = wording.pick(("自结果确认之日起 ", "from the confirmation: "))
        within = f"{waits}{consequence.within.text(wording.lang)}" if consequence.within is not None else word
        made.append(
            Duty(
                one.id,
                consequence.id,
                wording.text(consequence.title),
                name,
                wording.body(found.program, consequence.bearer),
                wording.code("actions", consequence.action),
                wording.basis(found.program, consequence.basis),
                wording.due_time(one.due) if one.due is not None else within,
                one.sure,
                consequence.proposed,
            )
        )
    return tuple(made)


def _appeal(found: Appraisal, wording: Wording) -> str:
    appeal = found.assessment.appeal
    if appeal is None:
        return ""
    to = wording.body(found.program, appeal.to)
    if found.appeal_until is not None:
        until = wording.due_time(found.appeal_until)
        return wording.pick((f"有异议的，可于 {until} 前向{to}提出", f"objections to {to} until {until}"))
    within = appeal.within
    if isinstance(within, str):
        value = found.program.params[within]
        if value is None:
            return wording.pick(
                (f"有异议的，可向{to}提出；期限未定", f"objections to {to}; no time is fixed")
            )
        within = Period.parse(str(value))
    text = within.text(wording.lang)
    return wording.pick(
        (
            f"有异议的，可自结果确认之日起 {text}内向{to}提出",
            f"objections to {to} within {text} of the confirmation",
        )
    )
