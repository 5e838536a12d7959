"""A district's assessment on the terminal and as plain data, and what is behind each figure of it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from policy.assess import Appraisal, Member, Score
from policy.assess.results import results
from policy.assess.scoring import rounded
from policy.facts.writing import plain_message
from policy.review.report.points import points_of
from policy.review.report.scorecard import CARRIED, RELEASED, UNKNOWN, Card, card_of, members_of, name_of
from policy.review.report.screen import screen
from policy.review.wording import Wording

_NAME = 12
"""Columns of the screen for a name, at the least."""
_GAP = 2
"""Columns of the screen between two columns of a table."""
_SPELLED = 8
"""Most columns that are named in the table itself, and not by numbers above it."""


def print_appraisal(
    appraisal: Appraisal, wording: Wording, before: Appraisal | None = None, console: Console | None = None
) -> None:
    """Prints the figures, how they are scored, and what follows."""
    console = console or screen()
    card = card_of(appraisal, wording, before)
    _heading(card, console)
    pick = wording.pick
    # Columns of nothing but zeros say nothing on a screen; data, book and page have them all.
    kept = [
        number
        for number, column in enumerate(card.columns)
        if number == 0
        or column.id not in (RELEASED, CARRIED, UNKNOWN)
        or any(line.cells[number].number for line in card.lines)
    ]
    titles = [card.columns[number].title for number in kept]
    if before is not None:
        titles.append(pick(("比上期", "change")))
    rows = [
        [line.name, *(line.cells[n].text for n in kept), *([line.change] if before is not None else [])]
        for line in card.lines
    ]
    corner, comma = pick(("单位", "department")), pick(("；", "; "))
    _draw(corner, titles, rows, comma, console)
    if (points := points_of(card, wording)) is not None:
        console.print()
        parts = [[line.name, *(part.points for part in line.parts), line.score] for line in points.lines]
        _draw(corner, [*points.titles, pick(("得分", "score"))], parts, comma, console)
    _after(card, wording, console)


def _draw(corner: str, titles: list[str], rows: list[list[str]], comma: str, console: Console) -> None:
    """The table; in parts where its columns have no room, and with numbers where their titles have none."""
    widths = [max((cell_len(row[n]) for row in rows), default=0) for n in range(1, len(titles) + 1)]
    heads = titles
    if _NAME + 4 + sum(max(width, 5) + 3 for width in widths) > console.width or len(titles) > _SPELLED:
        heads = [f"[{number}]" for number in range(1, len(titles) + 1)]
        legend = [f"{head} {title}" for head, title in zip(heads, titles, strict=True)]
        console.print(comma.join(legend), soft_wrap=True)
    widths = [max(width, min(cell_len(head), 5)) for head, width in zip(heads, widths, strict=True)]
    longest = max((cell_len(row[0]) for row in rows), default=0)
    room = console.width - max(_NAME, min(longest, console.width // 3))
    for number, band in enumerate(_bands(widths, room)):
        if number:
            console.print()
        console.print(_table(corner, rows, heads, widths, band))


def _bands(widths: list[int], room: int) -> list[range]:
    """The columns that stand side by side, table by table: as many as there is room for."""
    bands, first, taken = [], 0, 0
    for number, width in enumerate(widths):
        if number > first and taken + width + _GAP > room:
            bands.append(range(first, number))
            first, taken = number, 0
        taken += width + _GAP
    return [*bands, range(first, len(widths))]


def _table(corner: str, rows: list[list[str]], heads: list[str], widths: list[int], band: range) -> Table:
    drawn = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    drawn.add_column(corner, overflow="fold")
    for number in band:
        drawn.add_column(heads[number], min_width=widths[number], justify="right", overflow="fold")
    for row in rows:
        drawn.add_row(row[0], *(row[number + 1] for number in band))
    return drawn


def print_behind(appraisal: Appraisal, figure: str, body: str, wording: Wording) -> bool:
    """Prints what is behind a figure, row by row (of ``body`` alone); whether there is one."""
    console, found = screen(), False
    for row in appraisal.rows:
        members = members_of(appraisal, row, figure)
        if members is None or body not in ("", row.body, row.unit):
            continue
        found = True
        if not members:
            continue
        console.print(f"{name_of(appraisal, row.body, row.unit, wording)}（{len(members)}）", style="bold")
        for member in members:
            console.print("  " + _behind(appraisal, member, wording), soft_wrap=True)
    return found


def figures_of(appraisal: Appraisal) -> tuple[str, ...]:
    """The names of what ``print_behind`` shows."""
    return (*appraisal.assessment.figures, RELEASED, CARRIED, UNKNOWN)


def appraisal_json(appraisal: Appraisal, wording: Wording, before: Appraisal | None = None) -> dict[str, Any]:
    """The figures as plain data: every value as text, exact as rounded; each with the ids behind it."""
    card = card_of(appraisal, wording, before)
    program, assessment = appraisal.program, appraisal.assessment
    return {
        "assessment": assessment.id,
        "title": card.title,
        "pack_version": program.pack.version,
        "period": card.period,
        "cases": appraisal.cases,
        "undetermined": appraisal.undetermined,
        "missing_parameters": list(appraisal.missing),
        "columns": [{"id": one.id, "title": one.title, "kind": one.kind} for one in card.columns],
        "rows": [
            {
                "body": {"code": line.body, "name": wording.body(program, line.body)},
                "unit": line.unit,
                "figures": [
                    {
                        "id": column.id,
                        "value": None if cell.number is None else str(cell.number),
                        "text": cell.text,
                        "median": cell.median or None,
                        "behind": [_member(member) for member in cell.members],
                    }
                    for column, cell in zip(card.columns, line.cells, strict=True)
                ],
                "points": None if line.score is None else _points(line.score, wording),
                "change": line.change or None,
            }
            for line in card.lines
        ],
        "follows": [
            {
                "id": one.id,
                "consequence": one.consequence,
                "title": one.title,
                "body": one.name,
                "bearer": one.bearer,
                "action": one.action,
                "basis": one.basis,
                "due": one.due or None,
                "certain": one.sure,
                "proposed": one.proposed,
            }
            for one in card.duties
        ],
        "results": _results(appraisal),
        "steps": list(card.steps),
        "appeal": card.appeal or None,
        "outcomes": [
            {
                "title": wording.text(title),
                "action": {"code": action, "name": wording.code("actions", action)} if action else None,
                "basis": list(clauses),
            }
            for title, clauses, action in assessment.outcomes
        ],
        "notes": list(card.notes),
    }


def _results(appraisal: Appraisal) -> list[dict[str, Any]]:
    """The results as events for the district's own file; none until they are confirmed."""
    if appraisal.confirmed is None:
        return []
    made = results(
        appraisal.assessment, appraisal.rows, appraisal.scores, appraisal.span, appraisal.confirmed
    )
    return [plain_message(event) for event in made]


def _heading(card: Card, console: Console) -> None:
    console.print(f"{card.title}（{card.basis}）", soft_wrap=True)
    console.print(card.period, soft_wrap=True)
    for note in card.notes:
        console.print(note, soft_wrap=True)


def _after(card: Card, wording: Wording, console: Console) -> None:
    pick = wording.pick
    for one in card.duties:
        open_ = "" if one.sure else pick(("（待定分后确定）", " (once there is a score)"))
        due = f"，{one.due}" if one.due else ""
        console.print(f"→ {one.name}：{one.bearer} {one.title}（{one.basis}{due}）{open_}", soft_wrap=True)
    for step in card.steps:
        console.print(pick((f"程序：{step}", f"step: {step}")), soft_wrap=True)
    if card.appeal:
        console.print(card.appeal, soft_wrap=True)
    for outcome in card.outcomes:
        console.print(pick((f"可据以：{outcome}", f"may lead to: {outcome}")), soft_wrap=True)


def _behind(appraisal: Appraisal, member: Member, wording: Wording) -> str:
    """A case, and its duty or event."""
    found = appraisal.behind.get(member.ident)
    if found is None:
        return f"{member.case} {wording.path(member.ident)}".rstrip()
    obligation = found.obligation
    title = wording.text(obligation.plan.rule.title)
    state, due = wording.state(obligation), wording.due(obligation)
    basis = wording.basis(obligation.program, obligation.basis)
    return f"{member.case}  {title}（{basis}）{due}，{state}  {obligation.id}"


def _member(member: Member) -> dict[str, str]:
    key = "obligation" if member.ident.startswith("ob-") else "path"
    return {"case": member.case} | ({key: member.ident} if member.ident else {})


def _points(score: Score, wording: Wording) -> dict[str, Any]:
    """How a score came about: every section and item, and what was vetoed."""
    return {
        "score": str(score.value),
        "grade": score.grade or None,
        "rank": score.rank,
        "sections": [
            {
                "id": part.section.id,
                "title": wording.text(part.section.title),
                "base": _exact(part.base),
                "points": _exact(part.points),
                "items": [
                    {
                        "id": one.item.id,
                        "title": wording.text(one.item.title),
                        "points": _exact(one.points),
                        "measured": one.measured,
                    }
                    for one in part.items
                ],
            }
            for part in score.sections
        ],
        "vetoes": [wording.text(veto.title) for veto in score.vetoes],
    }


def _exact(value: Fraction) -> str:
    """A fraction as a decimal of at most four places."""
    return f"{rounded(value, 4, 'up').normalize():f}"
