"""The outline of a zone: each paragraph, and each item listed inside one, put under the clause it belongs to.

No style has a rank of its own (one district writes （一） above 1、, the next the other way round), save
that 编, 章 and 节 hold the rest. A number follows the open one of its own style; a style that is not open
goes one deeper.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from policy.documents.cut._inline import InlineNumber, opens_list, second_or_anew
from policy.documents.cut._markers import DIVISIONS, Marker, Style
from policy.documents.cut._paragraphs import Paragraph
from policy.documents.cut._prose import ends_sentence
from policy.documents.cut._zones import Role, Zone, ZoneKind

_NUMBERS = (Style.NUMBER_COMMA, Style.NUMBER_DOT)
_ITEMS = (Style.CIRCLED, Style.ORDINAL, Style.NUMBER_HALF_PAREN, Style.CHINESE_HALF_PAREN)
_HEADS = (Role.LABEL, Role.TITLE)
_PARAGRAPHS_OF_AN_ITEM = 12
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
        self.below: Sequence[Paragraph] = ()
        self._top: Node | None = None
        self._item: Node | None = None
        self._signed = False
        self._paragraph_counts: dict[Role, int] = {}

    def fixture(self, role: Role, paragraph: Paragraph) -> None:
        """A piece of the form: one node for each unbroken run of a role.

        A remark is its clause's, and one below the signature the document's; each is one node with its list.
        """
        if self._top is not None:
            self._top.open = False
        if role is Role.SIGNATURE:
            self._signed = True
        goes_on = role is not Role.REMARK or paragraph.marker is not None
        if not self.nodes or self.nodes[-1].role is not role or not goes_on:
            parent = self._top if role is Role.REMARK and not self._signed else None
            self.nodes.append(Node(role, parent))
        self.nodes[-1].add(Piece(paragraph, 0, len(paragraph.text)))

    def row(self, paragraph: Paragraph) -> None:
        """A row of a table: the annex's own, whatever stands above the table."""
        if self._top is not None:
            self._top.open = False
        node = Node(
            Role.ROW, self.nodes[0] if self.nodes[0].role is Role.LABEL else None, None, paragraph.row
        )
        self.nodes.append(node)
        node.add(Piece(paragraph, 0, len(paragraph.text)))

    def label(self, paragraphs: Sequence[Paragraph]) -> None:
        """An annex's label and title: a clause of its own, which holds the rest of the annex."""
        node = self._push(Role.LABEL, None, None)
        for paragraph in paragraphs:
            node.add(Piece(paragraph, 0, len(paragraph.text)))
        node.open = True

    def clause(self, paragraph: Paragraph, marker: Marker) -> None:
        """A numbered clause."""
        node = self._push(Role.TEXT, self._parent_of(marker), marker)
        self._fill(node, paragraph, outer=True)

    def prose(self, paragraph: Paragraph) -> None:
        """An unnumbered paragraph: the first under a heading is the heading's, the next are its second …"""
        top = self._top
        while top is not None and not top.open and _closes_list(top):
            top = top.parent
        if top is not None and top.open:
            self._top = top
            self._fill(top, paragraph, outer=True)
            return
        if top is not None and top.marker is None and top.role is Role.TEXT:
            top = top.parent
        if top is None:
            order = self._paragraph_counts[Role.TEXT] = self._paragraph_counts.get(Role.TEXT, 0) + 1
        else:
            top.paragraphs += 1
            order = top.paragraphs
        self._fill(self._push(Role.TEXT, top, None, order), paragraph, outer=False)

    def _push(self, role: Role, parent: Node | None, marker: Marker | None, order: int = 1) -> Node:
        node = Node(role, parent, marker, order)
        if parent is not None:
            parent.children.append(node)
            parent.open = False
        self.nodes.append(node)
        self._top = self._item = node
        return node

    def _fill(self, node: Node, paragraph: Paragraph, outer: bool) -> None:
        """Give a paragraph to a node, and the items listed inside it to nodes of their own.

        `outer` says that the paragraph may go on with the lists that the node stands in. Where it does, the
        last of their items holds what follows, as if each had begun a line.
        """
        node.open = paragraph.is_heading
        begin, base, item, stop = 0, node, node, None if outer else node
        for place, number in enumerate(paragraph.inline):
            if number.position == 0:
                continue  # a citation at the start of prose
            before = self._listed_before(item, number, stop)
            if before is None and not self._opens(paragraph, place, item):
                continue
            item.add(Piece(paragraph, _offset(paragraph, begin), paragraph.offset(number.position)))
            goes_on_outside = before is not None and (before is base or before in tuple(base.ancestors()))
            item = self._push(Role.TEXT, item if before is None else before.parent, number.marker)
            base = item if goes_on_outside else base
            begin = number.position
        item.add(Piece(paragraph, _offset(paragraph, begin), len(paragraph.text)))
        self._top, self._item = base, item

    def _listed_before(self, item: Node, number: InlineNumber, stop: Node | None) -> Node | None:
        """The open item that a number inside a paragraph goes on from; none at or above `stop`."""
        for node in (item, *item.ancestors()):
            if node is stop:
                return None
            if node.marker is not None and node.marker.style is number.marker.style:
                follows = number.goes_on and number.marker.value == node.marker.value + 1
                return node if follows else None
        return None

    def _opens(self, paragraph: Paragraph, place: int, item: Node) -> bool:
        """Whether a number inside a paragraph opens a list: its 2 follows, here or in a line below."""
        number = paragraph.inline[place]
        line = (item, *item.ancestors())
        if number.marker.value != 1 or not number.opens or len(line) > _DEEPEST_CLAUSE:
            return False
        found = opens_list(paragraph.inline, place)
        if found is not None:
            return found
        open_styles = {node.marker.style for node in line if node.marker is not None}
        if number.marker.style in open_styles:
            return False
        for below in self.below[:_PARAGRAPHS_OF_AN_ITEM]:
            if below.marker is not None and below.marker.style is number.marker.style:
                return below.marker.value == 2
            if below.marker is not None and below.marker.style in open_styles:
                return False
            if (below_opens := second_or_anew(below.inline, number.marker.style)) is not None:
                return below_opens
        return False

    def _parent_of(self, marker: Marker) -> Node | None:
        top = self._top
        if top is None:
            return None
        if marker.style in DIVISIONS:
            return _nearest_division(top, marker.style)
        listed = _listed_within(self._item, top, marker)
        if listed is not None:
            return listed.parent
        if self._item is not None and self._item is not top and _introduces(self._item, marker):
            return self._item
        if top.role is Role.TEXT and top.marker is None:
            if top.parent is not None and _introduces(top, marker):
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


def _listed_within(item: Node | None, top: Node, marker: Marker) -> Node | None:
    """The item inside the last paragraph that a line's number goes on from (…：1.甲； | 2.乙)."""
    while item is not None and item is not top:
        if item.marker is not None and item.marker.style is marker.style:
            return item if marker.value == item.marker.value + 1 else None
        item = item.parent
    return None


def _introduces(node: Node, marker: Marker) -> bool:
    """Whether a node ends with a colon before the first number of a list."""
    leads = marker.value == 1 and node.own_end in (":", "：")
    return leads and sum(1 for _ in node.ancestors()) < _DEEPEST_CLAUSE


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
    for index, (paragraph, role) in enumerate(placed):
        outliner.below = [
            p for p, r in placed[index + 1 : index + 1 + _PARAGRAPHS_OF_AN_ITEM] if r is Role.TEXT
        ]
        if role in _HEADS:
            if not is_annex:
                outliner.fixture(Role.TITLE, paragraph)
        elif role is Role.ROW:
            outliner.row(paragraph)
        elif role is not Role.TEXT:
            outliner.fixture(role, paragraph)
        elif paragraph.marker is not None:
            outliner.clause(paragraph, paragraph.marker)
        else:
            outliner.prose(paragraph)
    return tuple(outliner.nodes)
