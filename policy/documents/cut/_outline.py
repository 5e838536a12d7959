"""The outline of a zone: each paragraph, and each item listed inside one, put under the clause it belongs to.

No style has a rank of its own (one district writes （一） above 1、, the next the other way round), save
that 编, 章 and 节 hold the rest. A number follows the open one of its own style; a style that is not open
goes one deeper.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from policy.documents.cut._markers import DIVISIONS, Marker, Style, inline_items
from policy.documents.cut._paragraphs import Paragraph, ends_sentence
from policy.documents.cut._zones import Role, Zone, ZoneKind

_NUMBERS = (Style.NUMBER_COMMA, Style.NUMBER_DOT)
_ITEMS = (Style.CIRCLED, Style.ORDINAL, Style.NUMBER_HALF_PAREN, Style.CHINESE_HALF_PAREN)
_HEADS = (Role.LABEL, Role.TITLE)
_DEEPEST_INLINE_LIST = 4
_DEEPEST_CLAUSE = 12
_ITEM_ENDS = (";", "；", ",", "，", "、")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a paragraph: offsets into its text."""

    paragraph: Paragraph
    start: int
    end: int

    @property
    def text(self) -> str:
        """The verbatim text."""
        return self.paragraph.text[self.start : self.end].strip()


@dataclass(eq=False, slots=True)
class Node:
    """A unit in the making. `role` says what it is in the form; a numbered clause has a `marker`.

    `order` counts the unnumbered paragraphs of one parent: 2 for its second. `open` says that the next
    unnumbered paragraph still belongs to it, because so far it is only a heading. `tail` is the last
    character of the unit and all below it.
    """

    role: Role
    parent: Node | None
    marker: Marker | None = None
    order: int = 1
    open: bool = False
    paragraphs: int = 1
    pieces: list[Piece] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    tail: str = ""

    @property
    def own_end(self) -> str:
        """The last character of its own text."""
        return self.pieces[-1].text[-1:] if self.pieces else ""

    def ancestors(self) -> Iterator[Node]:
        """Its parent, then that one's, to the outermost."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def add(self, piece: Piece) -> None:
        """Give it a stretch of text."""
        self.pieces.append(piece)
        self.tail = piece.text[-1:]
        for node in self.ancestors():
            node.tail = self.tail


class _Outliner:
    """Walks a zone's paragraphs and keeps the clause that is open."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._top: Node | None = None
        self._paragraph_counts: dict[Role, int] = {}

    def fixture(self, role: Role, paragraph: Paragraph) -> None:
        """A piece of the form: one node for each unbroken run of a role."""
        if self._top is not None:
            self._top.open = False
        if not self.nodes or self.nodes[-1].role is not role or role is Role.REMARK:
            parent = self._top if role is Role.REMARK else None
            self.nodes.append(Node(role, parent))
        self.nodes[-1].add(Piece(paragraph, 0, len(paragraph.text)))

    def label(self, paragraphs: Sequence[Paragraph]) -> None:
        """An annex's label and title: a clause of its own, which holds the rest of the annex."""
        node = self._push(Role.LABEL, None, None)
        for paragraph in paragraphs:
            node.add(Piece(paragraph, 0, len(paragraph.text)))
        node.open = True

    def clause(self, paragraph: Paragraph, marker: Marker) -> None:
        """A numbered clause."""
        node = self._push(Role.TEXT, self._parent_of(marker), marker)
        self._fill(node, paragraph, marker.length)

    def prose(self, paragraph: Paragraph) -> None:
        """An unnumbered paragraph: the first under a heading is the heading's, the next are its second …"""
        top = self._top
        while top is not None and not top.open and _closes_list(top):
            top = top.parent
        if top is not None and top.open:
            self._top = top
            self._fill(top, paragraph, 0)
            return
        if top is not None and top.marker is None and top.role is Role.TEXT:
            top = top.parent
        if top is None:
            order = self._paragraph_counts[Role.TEXT] = self._paragraph_counts.get(Role.TEXT, 0) + 1
        else:
            top.paragraphs += 1
            order = top.paragraphs
        self._fill(self._push(Role.TEXT, top, None, order), paragraph, 0)

    def _push(self, role: Role, parent: Node | None, marker: Marker | None, order: int = 1) -> Node:
        node = Node(role, parent, marker, order)
        if parent is not None:
            parent.children.append(node)
            parent.open = False
        self.nodes.append(node)
        self._top = node
        return node

    def _fill(self, node: Node, paragraph: Paragraph, start: int) -> None:
        """Give a paragraph to a node, and the items listed inside it to children of that node."""
        node.open = paragraph.is_heading
        self._list(node, paragraph, (0, start, len(paragraph.key)), 1)
        self._top = node

    def _list(self, node: Node, paragraph: Paragraph, span: tuple[int, int, int], depth: int) -> None:
        begin, text_start, end = span
        items = inline_items(paragraph.key, text_start, end) if depth <= _DEEPEST_INLINE_LIST else ()
        if items and items[0][0] == begin:
            items = ()  # a citation at the start of prose, not an item
        stops = [begin, *(position for position, _ in items), end]
        node.add(Piece(paragraph, _offset(paragraph, begin), paragraph.offset(stops[1])))
        for (position, marker), stop in zip(items, stops[2:], strict=True):
            child = self._push(Role.TEXT, node, marker)
            self._list(child, paragraph, (position, position + marker.length, stop), depth + 1)

    def _parent_of(self, marker: Marker) -> Node | None:
        top = self._top
        if top is None:
            return None
        if marker.style in DIVISIONS:
            return _nearest_division(top, marker.style)
        if top.role is Role.TEXT and top.marker is None:
            introduces = marker.value == 1 and top.own_end in (":", "：") and top.parent is not None
            if introduces and sum(1 for _ in top.ancestors()) < _DEEPEST_CLAUSE:
                return top
            top = top.parent
        if top is None:
            return None
        line = (top, *top.ancestors())
        if marker.style is Style.DOTTED:
            return _dotted_parent(line, marker)
        for node in line:
            if node.marker is not None and node.marker.style is marker.style:
                return node.parent
        for node in line:
            if _same_list(node.marker, marker):
                return node.parent
        return top


def _offset(paragraph: Paragraph, position: int) -> int:
    """Where a position begins; the first one takes in any blanks before it."""
    return paragraph.offset(position) if position else 0


def _same_list(one: Marker | None, other: Marker) -> bool:
    """Whether a number goes on a list begun with another mark: 1、 then 2."""
    if one is None or one.style not in _NUMBERS or other.style not in _NUMBERS:
        return False
    return other.value == one.value + 1


def _nearest_division(top: Node, style: Style) -> Node | None:
    """The open division above one of this style, or the annex that holds everything."""
    for node in (top, *top.ancestors()):
        if node.marker is not None and node.marker.style in DIVISIONS:
            if DIVISIONS.index(node.marker.style) < DIVISIONS.index(style):
                return node
        elif node.role is Role.LABEL:
            return node
    return None


def _dotted_parent(line: Sequence[Node], marker: Marker) -> Node | None:
    """The clause numbered 1.2 for 1.2.3; where there is none, the parent of the last number as long.

    An item of a sentence (② under 2.2, or under 2) has the 2 of 2.3, and does not hold it.
    """
    numbered = [(node, node.marker) for node in line if node.marker is not None]
    as_long = [
        place
        for place, (_, above) in enumerate(numbered, 1)
        if above.style is Style.DOTTED and len(above.parts) >= len(marker.parts)
    ]
    for node, above in numbered[max(as_long, default=0) :]:
        if above.parts == marker.parts[:-1] and above.style not in _ITEMS:
            return node
    for node, above in numbered:
        if above.style is Style.DOTTED and len(above.parts) == len(marker.parts):
            return node.parent
    return line[0]


def _closes_list(node: Node) -> bool:
    """Whether a node is the last item of a list that its parent introduced with a colon.

    What follows such a list unnumbered (有下列情形之一的：（一）…；（二）…。) is the parent's next paragraph.
    """
    parent = node.parent
    if node.marker is None or parent is None or parent.own_end not in (":", "："):
        return False
    if len(parent.children) < 2 or parent.children[0].tail not in _ITEM_ENDS:
        return False
    return node.tail not in _ITEM_ENDS and ends_sentence(node.tail)


def outline_from_zone(zone: Zone) -> tuple[Node, ...]:
    """The nodes of a zone in printed order."""
    outliner = _Outliner()
    placed = list(zip(zone.paragraphs, zone.roles, strict=True))
    is_annex = zone.kind is ZoneKind.ANNEX
    if is_annex:
        outliner.label([paragraph for paragraph, role in placed if role in _HEADS])
    for paragraph, role in placed:
        if role in _HEADS:
            if not is_annex:
                outliner.fixture(Role.TITLE, paragraph)
        elif role is not Role.TEXT:
            outliner.fixture(role, paragraph)
        elif paragraph.marker is not None:
            outliner.clause(paragraph, paragraph.marker)
        else:
            outliner.prose(paragraph)
    return tuple(outliner.nodes)
