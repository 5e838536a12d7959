"""The last pass: ids, citations and headings for the nodes of every zone, and the units themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from policy.documents.cut._furniture import without_furniture
from policy.documents.cut._markers import DIVISIONS, Marker, Style
from policy.documents.cut._model import ClauseText, Document, DocumentError, Note
from policy.documents.cut._outline import Node, outline_from_zone
from policy.documents.cut._paragraphs import paragraphs_from_lines
from policy.documents.cut._text import lines_from_text
from policy.documents.cut._zones import Role, Zone, ZoneKind, zones_from_paragraphs

LONGEST_DOCUMENT = 200_000

_ROLE_NUMBERS = {
    Role.TITLE: "标题",
    Role.CONTENTS: "目录",
    Role.ADDRESSEES: "主送机关",
    Role.ANNEX_LIST: "附件说明",
    Role.SIGNATURE: "落款",
    Role.IMPRINT: "版记",
    Role.REMARK: "注",
}
_DIVISION_NAMES = {Style.PART: "part", Style.CHAPTER: "chapter", Style.SECTION: "section"}
_HAN_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class _Name:
    """A node's id within its zone, its citation, and the heading that its children show in their path."""

    id: str
    number: str
    heading: str


def cut(text: str) -> Document:
    """Cut an official document into its units.

    Takes plain text or light Markdown, whatever its numbering habit (章节条款项, 一、（一）1.（1）①,
    1.1.1 …), and gives every character of substance to exactly one unit. Layout changes nothing: see
    `normalise`.

    Ids are Arabic numbers joined by dots along the printed hierarchy: 四（七）2（3） is `4.7.2.3`. An article
    numbered through the document stands alone: 第九条 is `9`, its chapter `chapter2`. `.p2` is a clause's
    second unnumbered paragraph. The pieces of the form are `title`, `addressees`, `preamble`, `attachments`,
    `signature`, `imprint`, `cover.…` and `annex2.…`; the third row of an annex's numbered table is
    `annex2.r3`. A text without any numbers has `p1`, `p2` … A number
    printed twice gets `.dup2`, and a note; 第三条之一 is `3bis1`.

    Raises DocumentError where the text is empty or longer than `LONGEST_DOCUMENT` characters.
    """
    if len(text) > LONGEST_DOCUMENT:
        raise DocumentError("too_long", f"{len(text)} characters; a document has at most {LONGEST_DOCUMENT}")
    lines, furniture = without_furniture(lines_from_text(text))
    paragraphs, guesses = paragraphs_from_lines(lines)
    zones = zones_from_paragraphs(paragraphs)
    if not zones:
        raise DocumentError("empty", "the document holds no text")
    seen: dict[str, int] = {}
    units: list[ClauseText] = []
    notes = [*furniture, *guesses]
    for zone in zones:
        namer = _Namer(zone, outline_from_zone(zone), seen)
        units += namer.units
        notes += namer.notes
    return Document(tuple(units), tuple(sorted(notes, key=lambda note: (note.line, note.id, note.code))))


class _Namer:
    """Names the nodes of one zone, parents first. `seen` counts each id across the document."""

    def __init__(self, zone: Zone, nodes: Sequence[Node], seen: dict[str, int]) -> None:
        self._zone = zone
        self._seen = seen
        self._names: dict[int, _Name] = {}
        self._numbered = any(node.marker is not None for node in nodes)
        self._articles_run_on = _articles_run_on(nodes)
        self._above_articles = _above_articles(nodes) if self._articles_run_on else frozenset[int]()
        self._last: dict[tuple[int, Style], int] = {}
        self.units: list[ClauseText] = []
        self.notes: list[Note] = []
        for node in nodes:
            self._name(node)

    def _name(self, node: Node) -> None:
        id_, number = self._placed(node)
        first_piece, last_piece = node.pieces[0], node.pieces[-1]
        line = first_piece.paragraph.line_at(first_piece.start)
        count = self._seen[id_] = self._seen.get(id_, 0) + 1
        unique = id_ if count == 1 else f"{id_}.dup{count}"
        if count > 1 and node.marker is not None:
            self.notes.append(Note("duplicate_number", unique, line))
        if self._skips(node):
            self.notes.append(Note("skipped_number", unique, line))
        text = "\n".join(piece.text for piece in node.pieces)
        path = tuple(self._names[id(above)].heading for above in node.ancestors())[::-1]
        last_line = last_piece.paragraph.line_at(max(last_piece.start, last_piece.end - 1))
        self._names[id(node)] = _Name(unique, number, _heading(node, number))
        self.units.append(ClauseText(unique, number, path, text, line, last_line))

    def _skips(self, node: Node) -> bool:
        """Whether a number leaves out others of its list. Articles that run on are one list."""
        if node.marker is None or node.marker.style is Style.DOTTED or len(node.marker.parts) > 1:
            return False
        runs_on = node.marker.style is Style.ARTICLE and self._articles_run_on
        list_of = 0 if runs_on or node.parent is None else id(node.parent)
        before = self._last.get((list_of, node.marker.style), 0)
        self._last[(list_of, node.marker.style)] = node.marker.value
        return node.marker.value > before + 1

    def _placed(self, node: Node) -> tuple[str, str]:
        """The id of a node before it is made unique, and its citation."""
        if node.role is Role.LABEL:
            return f"annex{self._zone.number}", f"附件{self._zone.number}"
        if node.role is Role.ROW:
            return self._in_zone(f"r{node.order}", f"第{node.order}行")
        if node.marker is not None:
            return self._numbered_clause(node, node.marker)
        above = self._names[id(node.parent)] if node.parent is not None else None
        if node.role is not Role.TEXT:
            own, number = node.role.value, _ROLE_NUMBERS[node.role]
            if above is not None:
                return f"{above.id}.{own}", f"{above.number}{number}"
            return (own, number) if node.role is Role.IMPRINT else self._in_zone(own, number)
        if above is not None:
            return f"{above.id}.p{node.order}", f"{above.number}第{_han(node.order)}款"
        return self._in_zone(*self._unnumbered(node.order))

    def _unnumbered(self, order: int) -> tuple[str, str]:
        """A paragraph above which no number stands."""
        if self._numbered:
            paragraph = "" if order == 1 else f"第{_han(order)}段"
            return "preamble" if order == 1 else f"preamble.p{order}", f"引言{paragraph}"
        own = str(order) if self._zone.kind is ZoneKind.COVER else f"p{order}"
        return own, f"第{_han(order)}段"

    def _in_zone(self, own: str, number: str) -> tuple[str, str]:
        if self._zone.kind is ZoneKind.COVER:
            return f"cover.{own}", f"通知{number}"
        if self._zone.kind is ZoneKind.ANNEX:
            return f"annex{self._zone.number}.{own}", f"附件{self._zone.number}{number}"
        return own, number

    def _numbered_clause(self, node: Node, marker: Marker) -> tuple[str, str]:
        own = "bis".join(map(str, marker.parts))
        above = self._names[id(node.parent)] if node.parent is not None else None
        if self._articles_run_on:
            if marker.style is Style.ARTICLE:
                return self._in_zone(own, marker.printed)
            if id(node) in self._above_articles or marker.style in DIVISIONS:
                own = f"{_DIVISION_NAMES.get(marker.style, 'part')}{marker.value}"
        if marker.style is Style.DOTTED:
            own = ".".join(map(str, marker.parts))
            if above is not None and _continues(node.parent, marker):
                return f"{above.id}.{marker.value}", marker.printed
        if above is None:
            return self._in_zone(own, marker.printed)
        between = "." if above.number[-1:].isdecimal() and marker.printed[0].isdecimal() else ""
        return f"{above.id}.{own}", f"{above.number}{between}{marker.printed}"


def _continues(parent: Node | None, marker: Marker) -> bool:
    """Whether a dotted number repeats its parent's number before its own part."""
    return parent is not None and parent.marker is not None and parent.marker.parts == marker.parts[:-1]


def _articles_run_on(nodes: Sequence[Node]) -> bool:
    """Whether the articles are numbered through the zone, whatever chapters divide it."""
    markers = [node.marker for node in nodes if node.marker is not None]
    articles = [marker.parts for marker in markers if marker.style is Style.ARTICLE]
    return bool(articles) and all(one < other for one, other in pairwise(articles))


def _above_articles(nodes: Sequence[Node]) -> frozenset[int]:
    """The nodes that hold articles, by identity."""
    articles = [node for node in nodes if node.marker is not None and node.marker.style is Style.ARTICLE]
    return frozenset(id(above) for article in articles for above in article.ancestors())


def _heading(node: Node, number: str) -> str:
    """A clause's heading as printed, or its citation where it opens with prose."""
    first = node.pieces[0].paragraph
    if node.role is Role.LABEL:
        return " ".join(p.text for p in node.pieces if p.paragraph.is_heading and "\t" not in p.text)
    return first.text.strip() if first.is_heading and node.pieces[0].end == len(first.text) else number


def _han(value: int) -> str:
    """A Chinese numeral for a paragraph's place; Arabic from a hundred on."""
    if value >= 100:
        return str(value)
    tens, ones = divmod(value, 10)
    leading = "" if tens == 0 else "十" if tens == 1 else f"{_HAN_DIGITS[tens]}十"
    return leading + (_HAN_DIGITS[ones] if ones or not tens else "")
