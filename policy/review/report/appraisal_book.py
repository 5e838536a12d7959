"""An assessment as an .xlsx book: the scorecards, how points came about, what follows, the duties behind.

Numbers are numbers, with their formats; nothing is a formula, and text that begins with a sign is text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from rich.cells import cell_len

from policy.assess import Appraisal
from policy.assess.scoring import rounded
from policy.decide.snapshot import District
from policy.review.report.scorecard import COUNT, HOURS, POINTS, RATE, Card, Cell, card_of, members_of
from policy.review.wording import Wording

_HEAD_ROW = 3
_WIDEST = 46
# A fixed moment: the same assessment gives the same bytes.
_CREATED = datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_FORMATS = {COUNT: "0", RATE: "0.0%", HOURS: "#,##0.0", POINTS: "0.0#####"}


def appraisal_xlsx(
    found: Sequence[tuple[Appraisal, Appraisal | None]], district: District, lang: str
) -> bytes:
    """The book of the assessments of a period, each with that of the period before where it is given."""
    wording, made = Wording(district, lang), BytesIO()
    book = xlsxwriter.Workbook(
        made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": _CREATED})
    styles = _styles(book)
    for number, (now, before) in enumerate(found, 1):
        suffix = f" {number}" if len(found) > 1 else ""
        _Sheets(book, styles, wording, now, before, suffix).write()
    if not found:
        book.add_worksheet()
    book.close()
    return made.getvalue()


def _styles(book: Any) -> Mapping[str, Any]:
    edge = {"border": 1, "border_color": "#CFD6DE", "valign": "vcenter", "font_size": 10}
    head = {**edge, "bold": True, "bg_color": "#E8EEF4", "align": "center", "text_wrap": True}
    styles = {
        "title": book.add_format({"bold": True, "font_size": 15}),
        "note": book.add_format({"font_color": "#5D6875", "font_size": 10}),
        "head": book.add_format(head),
        "text": book.add_format({**edge, "text_wrap": True}),
        "sum": book.add_format({**edge, "bold": True, "bg_color": "#F3F6F9"}),
    }
    for kind, shape in _FORMATS.items():
        styles[kind] = book.add_format({**edge, "num_format": shape, "align": "right"})
    return styles


class _Sheets:
    """The sheets of one assessment."""

    def __init__(
        self,
        book: Any,
        styles: Mapping[str, Any],
        wording: Wording,
        found: Appraisal,
        before: Appraisal | None,
        suffix: str,
    ) -> None:
        self._book, self._styles, self._suffix = book, styles, suffix
        self._wording, self._found = wording, found
        self._compared = before is not None
        self._card: Card = card_of(found, wording, before)

    def write(self) -> None:
        self._scorecards()
        if self._found.scores is not None:
            self._points()
        if self._card.duties:
            self._following()
        self._behind()

    def _scorecards(self) -> None:
        card, pick = self._card, self._wording.pick
        heads, kinds = [pick(("单位", "department"))], ["text"]
        for column in card.columns:
            heads.append(column.title)
            kinds.append(column.kind)
            if column.kind == HOURS:
                heads.append(f"{column.title} {pick(('中位数', 'median'))}")
                kinds.append(HOURS)
        if self._compared:
            heads.append(pick(("比上期", "change")))
            kinds.append("text")
        rows = [
            [line.name, *self._cells(line.cells), *([line.change] if self._compared else [])]
            for line in card.lines
        ]
        totals = [pick(("合计", "all")), *self._cells(card.totals), *([""] if self._compared else [])]
        sheet = self._sheet(pick(("考核", "scorecards")), heads, kinds, [*rows])
        last = _HEAD_ROW + 1 + len(rows)
        for number, value in enumerate(totals):
            sheet.write(last, number, value, self._styles["sum"])
        for number, note in enumerate(card.notes):
            sheet.write(last + 2 + number, 0, note, self._styles["note"])

    def _cells(self, cells: Sequence[Cell]) -> list[Any]:
        values: list[Any] = []
        for column, cell in zip(self._card.columns, cells, strict=True):
            values.append(cell.text if cell.number is None else float(cell.number))
            if column.kind == HOURS:
                values.append(float(cell.median) if cell.median else "")
        return values

    def _points(self) -> None:
        pick, text = self._wording.pick, self._wording.text
        heads = [pick(one) for one in (("单位", "department"), ("部分", "section"), ("项目", "item"))]
        rows: list[list[Any]] = []
        for line in self._card.lines:
            if line.score is None:
                continue
            for part in line.score.sections:
                title = text(part.section.title)
                if part.base:
                    rows.append([line.name, title, pick(("基础分", "base")), _number(part.base)])
                rows += [[line.name, title, text(i.item.title), _number(i.points)] for i in part.items]
                rows.append([line.name, title, pick(("本部分计入", "counted")), _number(part.points)])
            rows += [
                [line.name, pick(("一票否决", "veto")), text(veto.title), ""] for veto in line.score.vetoes
            ]
            rows.append([line.name, pick(("得分", "score")), "", float(line.score.value)])
        heads.append(pick(("分值", "points")))
        self._sheet(pick(("计分明细", "points")), heads, ["text", "text", "text", POINTS], rows)

    def _following(self) -> None:
        pick = self._wording.pick
        pairs = (("涉及单位", "concerning"), ("事项", "what"), ("由谁办理", "by whom"), ("依据", "under"))
        heads = [*map(pick, pairs), pick(("期限", "until")), pick(("性质", "kind"))]
        kind = {
            (True, False): pick(("应当", "due")),
            (True, True): pick(("建议", "proposed")),
            (False, False): pick(("待定分", "once scored")),
            (False, True): pick(("待定分的建议", "proposed once scored")),
        }
        rows = [
            [one.name, one.title, one.bearer, one.basis, one.due, kind[one.sure, one.proposed]]
            for one in self._card.duties
        ]
        self._sheet(pick(("后续事项", "what follows")), heads, ["text"] * 6, rows)

    def _behind(self) -> None:
        """A line for each duty, with the figures that count it."""
        found, wording, pick = self._found, self._wording, self._wording.pick
        pairs = (("单位", "department"), ("案件", "case"), ("义务", "duty"), ("依据", "under"))
        heads = [*map(pick, pairs), pick(("期限", "due")), pick(("状态", "state"))]
        heads += [pick(("计入", "counted under")), pick(("编号", "id"))]
        rows: list[list[Any]] = []
        by_key = {(row.body, row.unit): row for row in found.rows}
        titles = {column.id: column.title for column in self._card.columns if column.kind == COUNT}
        for line in self._card.lines:
            row, under = by_key[line.body, line.unit], dict[Any, list[str]]()
            for figure, title in titles.items():
                for member in members_of(found, row, figure) or ():
                    under.setdefault(member, []).append(title)
            for member, names in sorted(under.items()):
                one = found.behind.get(member.ident)
                said = ["", "", "", ""]
                if one is not None:
                    duty = one.obligation
                    said = [
                        wording.text(duty.plan.rule.title),
                        wording.basis(duty.program, duty.basis),
                        wording.due(duty),
                        wording.state(duty),
                    ]
                rows.append([line.name, member.case, *said, "、".join(names), member.ident])
        self._sheet(pick(("背后的义务", "behind")), heads, ["text"] * len(heads), rows)

    def _sheet(self, name: str, heads: list[str], kinds: list[str], rows: list[list[Any]]) -> Any:
        """A sheet with its title, a frozen head with a filter, and columns as wide as what is in them."""
        sheet = self._book.add_worksheet(f"{name}{self._suffix}")
        sheet.write(0, 0, self._card.title, self._styles["title"])
        sheet.write(1, 0, f"{self._card.period}　{self._card.basis}", self._styles["note"])
        for number, (head, kind) in enumerate(zip(heads, kinds, strict=True)):
            sheet.write(_HEAD_ROW, number, head, self._styles["head"])
            shape = self._styles.get(kind, self._styles["text"])
            for place, row in enumerate(rows, _HEAD_ROW + 1):
                value = row[number]
                if isinstance(value, str):
                    sheet.write_string(place, number, value, self._styles["text"] if value else shape)
                else:
                    sheet.write_number(place, number, value, shape)
            longest = max((cell_len(str(row[number])) for row in rows), default=0)
            width = min(max(longest, min(cell_len(head), 14)) + 2, _WIDEST)
            sheet.set_column(number, number, width)
        sheet.set_row(_HEAD_ROW, 32)
        sheet.freeze_panes(_HEAD_ROW + 1, 1)
        if rows:
            sheet.autofilter(_HEAD_ROW, 0, _HEAD_ROW + len(rows), len(heads) - 1)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_HEAD_ROW)
        return sheet


def _number(points: Any) -> float:
    """Points as a cell holds them: rounded in decimals first."""
    return float(rounded(points, 4, "up"))
