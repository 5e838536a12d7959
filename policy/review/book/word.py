"""The book as a Word document, for those who work on it: real headings, tables with repeated heads, fields.

python-docx (MIT, typed) writes the file; ``word_parts`` what it has no call for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.shared import Length, Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table
from docx.text.paragraph import Paragraph

from policy.review.book import word_parts as parts
from policy.review.book.model import Book, Cell, ClauseCard, Figure, Fill, Matrix, RuleGroup
from policy.review.book.page import shortened, width_of
from policy.review.book.words import MARKS, labels, mark_of

_INK, _SOFT = "1B2430", "5D6875"
_MARK = {
    "obligation": "1F4F86",
    "prohibition": "9C2B23",
    "permission": "2B6B46",
    "soft": "7A5A12",
    "deemed": "5B3D86",
}
_FILL = {
    Fill.START: "E4E9EF",
    Fill.COUNTED: "CFE0F3",
    Fill.REST: "F6E7C8",
    Fill.GAP: "F1F4F7",
    Fill.LAST: "1F4F86",
}
_UNIT, _ACROSS = 8.0, 21.0
"""Width of a day in a figure in millimetres, and how many days stand side by side."""
_HEAD = "EEF2F6"


def docx_of(book: Book) -> bytes:
    """The file. Equal books give the same bytes."""
    return _Writer(book).written()


class _Writer:
    def __init__(self, book: Book) -> None:
        self._book, self._t = book, labels(book.lang)
        self._doc = docx.Document()
        self._marks = 0
        self._paper()
        self._styles()

    def written(self) -> bytes:
        self._cover()
        self._contents()
        self._part("clauses", new=True)
        for clause in self._book.clauses:
            self._clause(clause)
        self._matrices()
        self._tasks()
        self._open()
        self._readings()
        self._sign()
        return parts.saved(self._doc)

    # -- paper, styles, heads and feet

    def _paper(self) -> None:
        doc, t = self._doc, self._t
        parts.set_defaults(doc)
        section = doc.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(20)
        section.top_margin, section.bottom_margin = Mm(24), Mm(22)
        section.different_first_page_header_footer = True
        section.header.paragraphs[0].text = f"{self._book.title}  {self._book.version}"
        foot = section.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        foot.add_run(f"{t['page']} ")
        parts.add_field(foot, "PAGE", "1")
        foot.add_run(f" {t['of_pages']} ")
        parts.add_field(foot, "NUMPAGES", "1")
        foot.add_run(f" {t['pages']}")
        properties = doc.core_properties
        properties.title, properties.subject = self._book.title, t["subtitle"]
        properties.author = properties.comments = properties.last_modified_by = ""
        properties.language = "en" if self._book.lang == "en" else "zh-CN"

    def _styles(self) -> None:
        for name, font, size, before, after in (
            ("Normal", parts.SONG, 10.5, 0, 3),
            ("Title", parts.HEI, 22, 120, 8),
            ("Subtitle", parts.SONG, 12, 0, 30),
            ("Heading 1", parts.HEI, 16, 18, 8),
            ("Heading 2", parts.HEI, 12, 12, 3),
            ("Heading 3", parts.HEI, 10.5, 5, 1),
            ("Quote", parts.SONG, 10.5, 0, 4),
            ("List Bullet", parts.SONG, 10.5, 0, 0),
            ("Caption", parts.HEI, 9, 4, 1),
            ("Header", parts.SONG, 9, 0, 0),
            ("Footer", parts.SONG, 9, 0, 0),
        ):
            self._style(name, font, size, before, after)
        for name in ("Title", "Subtitle"):
            self._named(name).paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
            self._named(name).font.italic = False
            parts.without_border(self._named(name))
        self._named("Quote").font.italic = False
        for name, size in (("toc 1", 10.5), ("Table Text", 9.0), ("Small", 9.0)):
            self._doc.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name == "toc 1")
            self._style(name, parts.SONG, size, 0, 1)
            self._named(name).base_style = self._named("Normal")
        self._named("Table Text").paragraph_format.space_before = Pt(1)
        self._named("Small").font.color.rgb = RGBColor.from_string(_SOFT)

    def _style(self, name: str, font: str, size: float, before: float, after: float) -> None:
        parts.set_style(self._named(name), font, size, before, after)

    def _named(self, name: str) -> ParagraphStyle:
        found = self._doc.styles[name]
        assert isinstance(found, ParagraphStyle)  # noqa: S101 - of this document's own template
        return found

    # -- paragraphs and tables

    def _text(self, text: str, style: str = "Normal") -> Paragraph:
        return self._doc.add_paragraph(text, style)

    def _labelled(self, label: str, text: str, style: str = "Normal") -> Paragraph:
        made = self._doc.add_paragraph(style=style)
        made.add_run(label).font.color.rgb = RGBColor.from_string(_SOFT)
        made.add_run(text)
        return made

    def _part(self, name: str, new: bool = False) -> None:
        head = self._doc.add_heading(self._t[name], 1)
        head.paragraph_format.page_break_before = new
        self._marks += 1
        parts.bookmark(head, self._marks, name)

    def _listed(self, label: str, lines: Sequence[str]) -> None:
        if len(lines) == 1:
            self._labelled(label + self._t["colon"], lines[0])
        elif lines:
            self._labelled(label + self._t["colon"], "").paragraph_format.keep_with_next = True
            for line in lines:
                self._text(line, "List Bullet")

    def _table(
        self,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        widths: Sequence[float],
        first_is_head: bool = False,
    ) -> Table:
        """A table with repeated heads (none: without). ``widths`` in millimetres."""
        data = [list(heads), *rows] if heads else list(rows)
        table: Table = self._doc.add_table(len(data), len(widths), "Table Grid")
        parts.set_widths(table, widths)
        for number, (row, texts) in enumerate(zip(table.rows, data, strict=True)):
            parts.whole_row(row)
            is_head = bool(heads) and number == 0
            if is_head:
                parts.head_row(row)
            for place, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
                cell.width = Mm(widths[place])
                cell.paragraphs[0].style = "Table Text"
                run = cell.paragraphs[0].add_run(text)
                if is_head or (first_is_head and place == 0):
                    run.bold = True
                    parts.shade(cell, _HEAD)
        self._doc.add_paragraph(style="Small")
        return table

    # -- the parts

    def _cover(self) -> None:
        book, t = self._book, self._t
        self._text(book.title, "Title")
        self._text(t["subtitle"], "Subtitle")
        self._table((), book.facts, (32, 138), first_is_head=True)
        share = 170 / max(1, len(book.headline))
        self._table(
            [name for name, _ in book.headline],
            [[value for _, value in book.headline]],
            [share] * len(book.headline),
        )
        if book.failed:
            many = book.failed
            self._text(
                f"{many} rule tests fail: find out why before you sign."
                if book.lang == "en"
                else f"有 {many} 个规则测试没有通过，签署前应先查明。"
            )

    def _contents(self) -> None:
        t = self._t
        head = self._text(t["contents"], "Caption")
        head.paragraph_format.page_break_before = True
        names = ("clauses", "matrix", "tasks", "open", "readings", "sign")
        for place, name in enumerate(names):
            line = self._doc.add_paragraph(style="toc 1")
            if place == 0:
                parts.begin_field(line, r'TOC \o "1-1" \h \z \u', dirty=True)
            parts.add_link(line, name, t[name])
            if place == len(names) - 1:
                parts.end_field(line)
        self._labelled(t["how_title"], t["how"])
        rows = [[one.name, one.value, one.note] for one in self._book.measures]
        self._table((t["measured"], t["value"], t["measured_on"]), rows, (52, 32, 86))

    def _clause(self, clause: ClauseCard) -> None:
        t = self._t
        head = self._doc.add_heading(clause.number, 2)
        kind = head.add_run(f"  {clause.kind}")
        kind.font.size, kind.font.color.rgb = Pt(9), RGBColor.from_string(_SOFT)
        self._text(clause.text, "Quote")
        self._listed(t["common"], clause.common)
        for group in clause.groups:
            self._group(group, t["besides"] if clause.common else t["conditions"])
        if clause.stories:
            self._text(t["stories"], "Caption").paragraph_format.keep_with_next = True
        for story in clause.stories:
            self._text("", "Small").add_run(story.name).bold = True
            if story.given:
                self._labelled(t["given"], t["stop"].join(story.given), "Small")
            after = t["stop"] + story.after if story.after else ""
            self._labelled(t["then"], story.then + after, "Small")
        if clause.elsewhere:
            see = " (see {})" if self._book.lang == "en" else "（见{}）"
            self._labelled(
                t["elsewhere"], t["stop"].join(title + see.format(at) for title, at in clause.elsewhere)
            )
        if clause.no_rule:
            self._labelled(t["no_rule"], clause.no_rule)
        if clause.note:
            self._labelled(t["note"], clause.note)

    def _group(self, group: RuleGroup, conditions: str) -> None:
        t = self._t
        for rule in group.rules:
            self._doc.add_heading(rule.title, 3)
            line = self._doc.add_paragraph()
            mark = line.add_run(f"【{rule.mark}】")
            mark.bold, mark.font.color.rgb = True, RGBColor.from_string(_MARK[rule.kind])
            line.add_run(rule.sentence)
            tail = line.add_run(f"  {rule.id}{t['stop']}{t['tests']} {rule.tests}")
            tail.font.size, tail.font.color.rgb = Pt(7), RGBColor.from_string(_SOFT)
            if not rule.tests:
                self._text(t["untested"]).runs[0].bold = True
        self._listed(conditions, group.conditions)
        self._listed(t["exceptions"], group.exceptions)
        for name, lines in group.told:
            self._labelled(name + t["colon"], t["stop"].join(lines))
        if group.figure is not None:
            self._figure(group.figure)
        elif group.see:
            self._text(f"{t['see']}{group.see}", "Small")
        if group.reading is not None:
            chosen, other = group.reading
            self._labelled(
                t["reading"], f"{chosen}{t['open_bracket']}{t['other']}{other}{t['close_bracket']}"
            )
        if group.note:
            self._labelled(t["note"], group.note)

    def _figure(self, figure: Figure) -> None:
        t = self._t
        told = f"{t['example']}{t['colon']}{figure.example}{t['stop']}{t['due']} {figure.due}"
        caption = self._text(f"{t['figure']}{figure.number}  {figure.deadline}", "Caption")
        caption.add_run(f"{t['open_bracket']}{told}{t['close_bracket']}").bold = False
        caption.paragraph_format.keep_with_next = True
        for cells in _rows(figure.cells):
            self._strip(cells, figure.said)
        self._text(figure.said, "Small")

    def _strip(self, cells: Sequence[Cell], said: str) -> None:
        """A row of a figure as a table of three rows: what is above, in and below each cell."""
        table: Table = self._doc.add_table(3, len(cells))
        parts.set_widths(table, [cell.width * _UNIT for cell in cells])
        parts.narrow(table, 10)
        parts.describe(table, said)
        for place, row in enumerate(table.rows):
            parts.whole_row(row)
            for cell, what in zip(row.cells, cells, strict=True):
                cell.width = Mm(what.width * _UNIT)
                line = cell.paragraphs[0]
                line.style = "Small"
                line.paragraph_format.keep_with_next = True
                line.paragraph_format.space_after = Pt(0)
                run = line.add_run((what.above, what.text, what.below)[place])
                run.font.size = Pt(7)
                if place == 1:
                    parts.shade(cell, _FILL[what.fill])
                    run.font.color.rgb = RGBColor.from_string("FFFFFF" if what.fill is Fill.LAST else _INK)
                if place:
                    line.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def _matrices(self) -> None:
        if not self._book.matrices:
            self._part("matrix", new=True)
            self._text(self._t["none"])
            return
        self._turned(WD_ORIENT.LANDSCAPE)
        for number, matrix in enumerate(self._book.matrices):
            if number:
                self._doc.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
            else:
                self._part("matrix")
            self._text(
                "   ".join(
                    f"{MARKS[kind][0]} {mark_of(kind, self._book.lang)}" for kind in MARKS if kind != "deemed"
                ),
                "Small",
            )
            self._matrix(matrix)
        self._turned(WD_ORIENT.PORTRAIT)

    def _turned(self, orientation: WD_ORIENT) -> None:
        section = self._doc.add_section(WD_SECTION.NEW_PAGE)
        if section.orientation != orientation:
            width, height = section.page_width, section.page_height
            section.orientation, section.page_width, section.page_height = orientation, height, width
        section.different_first_page_header_footer = False

    def _matrix(self, matrix: Matrix) -> None:
        room = 257.0 - 60.0
        share = min(12.0, room / len(matrix.bodies))
        rows = [
            [
                f"{number}  {shortened(summary, 36 - width_of(number))}",
                *("".join(MARKS[kind][0] for kind in kinds) for kinds in row),
            ]
            for number, summary, row in matrix.rows
        ]
        widths = [60.0, *([share] * len(matrix.bodies))]
        table = self._table([self._t["clause"], *matrix.bodies], rows, widths)
        parts.narrow(table, 20)
        head, tall = table.rows[0], 6 + 1.75 * max(map(width_of, matrix.bodies))
        head.height_rule, head.height = (
            WD_ROW_HEIGHT_RULE.EXACTLY,
            Length(Mm(tall)),
        )
        for place, cell in enumerate(head.cells):
            if place:
                parts.upright(cell, self._book.lang)
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        for row in table.rows[1:]:
            for cell in row.cells[1:]:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER

    def _tasks(self) -> None:
        t = self._t
        self._part("tasks")
        rows = [
            [one.body, *(str(count or "") for count in one.numbers), t["stop"].join(one.titles)]
            for one in self._book.tasks
        ]
        heads = (t["body"], self._book.duty, t["may"], t["must_not"], t["timed"], t["what"])
        self._table(heads, rows, (30, 12, 12, 12, 15, 89))

    def _open(self) -> None:
        t = self._t
        self._part("open")
        rows = [[one.means, one.value, one.note, t["stop"].join(one.rules)] for one in self._book.open]
        self._or_none((t["quantity"], t["now"], t["remark"], t["used_by"]), rows, (45, 20, 45, 60))

    def _readings(self) -> None:
        t = self._t
        self._part("readings")
        rows = [
            [f"{one.rule}{t['open_bracket']}{one.basis}{t['close_bracket']}", one.chosen, one.other]
            for one in self._book.readings
        ]
        self._or_none((t["what"], t["chosen"], t["other_reading"]), rows, (50, 60, 60))

    def _or_none(self, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Iterable[float]) -> None:
        if rows:
            self._table(heads, rows, tuple(widths))
        else:
            self._text(self._t["none"])

    def _sign(self) -> None:
        t, book = self._t, self._book
        self._part("sign", new=True)
        self._text(t["signed_for"])
        self._table((), [(book.facts[0][0], book.title), *book.identity], (36, 134), first_is_head=True)
        roles = [[t[role], "", "", ""] for role in ("author", "reviewer", "approver")]
        table = self._table((t["role"], t["opinion"], t["signature"], t["date"]), roles, (26, 72, 40, 32))
        for row in table.rows[1:]:
            row.height_rule, row.height = WD_ROW_HEIGHT_RULE.AT_LEAST, Length(Mm(24))


def _rows(cells: Iterable[Cell]) -> Iterable[list[Cell]]:
    """The cells in as many rows as they need."""
    row: list[Cell] = []
    for cell in cells:
        if sum(one.width for one in row) + cell.width > _ACROSS:
            yield row
            row = []
        row.append(cell)
    if row:
        yield row
