"""The canonical layout of a YAML text: where its tokens stand, and nothing but that.

    text --tokens--> pieces (what is written, and how it nests) --laid_out--> text

Only white space between tokens is changed: no quote, no line break within a list, no order, no comment. So
what was aligned by hand and broken over lines on purpose stays. An emitter of a library cannot promise that:
ruamel.yaml joins every list that was broken over lines, or breaks all by a width (290 lines of the shipped
rules); so its parser would be needed alone, and PyYAML's is here already.

- Indentation is two spaces; the items of a list stand two spaces within its key.
- One space after ``-``, ``:`` and ``,``; none within brackets. A comment stays as far from what it is behind.
- Lines of a list in brackets move with the bracket that opens it; lines of a text with the line it begins on.
- At most one blank line; none at either end; no white space at the end of a line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

_INDENT = 2
_LOADER: type[yaml.SafeLoader] | type[yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_OPENING = (yaml.FlowSequenceStartToken, yaml.FlowMappingStartToken)
_CLOSING = (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken)
_BLOCKS = (yaml.BlockMappingStartToken, yaml.BlockSequenceStartToken)
_EXPLICIT = re.compile(r"[|>][-+]?[1-9]|[|>][1-9][-+]?")


@dataclass(frozen=True, slots=True)
class _Piece:
    """One thing that is written: ``[start, end)`` of the text.

    ``indent``: the column of it where it begins a line of a block, else None. ``within``: the indentation of
    the block around it.
    """

    start: int
    end: int
    kind: str
    indent: int | None
    within: int
    depth: int


@dataclass(slots=True)
class _Block:
    is_map: bool
    indent: int
    implied: bool = False
    """A list whose dashes stand under the key itself, of which the scanner tells no end."""


def laid_out(text: str) -> str:
    """The text in canonical layout. Raises yaml.YAMLError where it is no YAML."""
    return _Writer(text, _pieces(text)).written()


def _pieces(text: str) -> list[_Piece]:
    scanning = _Scanning(text)
    for token in yaml.scan(text, Loader=_LOADER):
        scanning.take(token)
    return scanning.pieces


class _Scanning:
    """The tokens as pieces, each with the column that its nesting gives it."""

    def __init__(self, text: str) -> None:
        self.pieces: list[_Piece] = []
        self._text = text
        self._blocks: list[_Block] = []
        self._depth = 0
        self._key_begins = False

    def take(self, token: Any) -> None:
        kind = type(token)
        if kind in _BLOCKS:
            self._blocks.append(_Block(kind is yaml.BlockMappingStartToken, self._inner()))
        elif kind is yaml.BlockEndToken:
            self._leave_implied()
            self._blocks.pop()
        elif kind is yaml.BlockEntryToken:
            if self._blocks and self._blocks[-1].is_map:
                self._blocks.append(_Block(False, self._inner(), implied=True))
            self._put(token, "dash", self._here())
        elif kind is yaml.KeyToken:
            if not self._depth:
                self._leave_implied()
                self._key_begins = True
            if token.end_mark.index > token.start_mark.index:
                self._put(token, "question", self._here())
                self._key_begins = False
        elif kind in _OPENING:
            self._put(token, "open", self._line_start())
            self._depth += 1
        elif kind in _CLOSING:
            self._depth -= 1
            self._put(token, "close", None)
        elif token.end_mark.index > token.start_mark.index:
            self._put(token, _KINDS.get(kind, "value"), self._line_start())

    def _put(self, token: Any, kind: str, indent: int | None) -> None:
        start, end = token.start_mark.index, token.end_mark.index
        if kind == "value" and getattr(token, "style", None) in ("|", ">"):
            kind = "block"
            # The scanner counts the blank lines and comments after a block to it.
            end = start + len(self._block_text(start, end))
        elif kind == "value":
            end = start + len(self._text[start:end].rstrip())
        self.pieces.append(_Piece(start, end, kind, indent, self._outer(), self._depth))

    def _block_text(self, start: int, end: int) -> str:
        raw = self._text[start:end]
        lines = raw.split("\n")
        while len(lines) > 1 and (not lines[-1].strip() or self._is_comment(lines, start)):
            lines.pop()
        return "\n".join(lines)

    def _is_comment(self, lines: list[str], start: int) -> bool:
        """Whether the last line is a comment after the block: it stands left of the block's content."""
        last = lines[-1]
        content = next((line for line in lines[1:] if line.strip(" ")), last)
        left = len(last) - len(last.lstrip(" "))
        return last.lstrip(" ").startswith("#") and left < len(content) - len(content.lstrip(" "))

    def _line_start(self) -> int | None:
        """The column of a key that begins here; values have none of their own."""
        if self._depth or not self._key_begins:
            return None
        self._key_begins = False
        return self._here()

    def _here(self) -> int | None:
        return None if self._depth else self._outer()

    def _outer(self) -> int:
        return self._blocks[-1].indent if self._blocks else 0

    def _inner(self) -> int:
        return self._blocks[-1].indent + _INDENT if self._blocks else 0

    def _leave_implied(self) -> None:
        if self._blocks and self._blocks[-1].implied:
            self._blocks.pop()


_KINDS = {yaml.ValueToken: "colon", yaml.FlowEntryToken: "comma"}


class _Writer:
    """Writes the pieces anew; ``moved`` is by how many columns the opening bracket has moved."""

    def __init__(self, text: str, pieces: list[_Piece]) -> None:
        self._text = text
        self._pieces = pieces
        self._out: list[str] = []
        self._column = 0
        self._opened: list[int] = []
        """Of each open bracket, by how many columns it has moved."""

    def written(self) -> str:
        at = 0
        before: _Piece | None = None
        for piece in self._pieces:
            self._gap(self._text[at : piece.start], before, piece)
            self._piece(piece)
            at, before = piece.end, piece
        self._gap(self._text[at:], before, None)
        return "".join(self._out).strip("\n") + "\n"

    def _put(self, text: str) -> None:
        self._out.append(text)
        last = text.rfind("\n")
        self._column = self._column + len(text) if last < 0 else len(text) - last - 1

    def _piece(self, piece: _Piece) -> None:
        text = self._text[piece.start : piece.end]
        if piece.kind == "open":
            self._opened.append(self._column - self._old_column(piece.start))
        elif piece.kind == "close" and self._opened:
            self._opened.pop()
        if "\n" in text:
            text = self._moved_block(piece, text) if piece.kind == "block" else self._moved_text(piece, text)
        self._put(text)

    def _moved_block(self, piece: _Piece, text: str) -> str:
        """A literal block, two spaces within the block around it; one that says its indentation keeps it."""
        head, *lines = text.split("\n")
        first = next((line for line in lines if line.strip(" ")), "")
        old = len(first) - len(first.lstrip(" "))
        shift = piece.within + _INDENT - old
        if _EXPLICIT.match(head):
            return text
        moved = [" " * (len(line) - len(line.lstrip(" ")) + shift) + line.lstrip(" ") for line in lines]
        kept = [
            new if line.strip(" ") or len(line) > old else "" for new, line in zip(moved, lines, strict=True)
        ]
        return "\n".join([head.rstrip(), *kept])

    def _moved_text(self, piece: _Piece, text: str) -> str:
        """A text over several lines: they move as its first line does, and stay within the block."""
        shift = self._column - self._old_column(piece.start)
        head, *lines = text.split("\n")
        out = [head.rstrip(" ")]
        for line in lines:
            body = line.strip(" ")
            old = len(line) - len(line.lstrip(" "))
            out.append(" " * max(old + shift, piece.within + _INDENT) + body if body else "")
        if text.endswith(" "):
            out[-1] += " " * (len(text) - len(text.rstrip(" ")))
        return "\n".join(out)

    def _gap(self, gap: str, before: _Piece | None, after: _Piece | None) -> None:
        if "\n" not in gap and not (before is None and gap.strip()):
            if before is not None and after is not None:
                self._put(" " * _between(before.kind, after.kind))
            elif gap.strip():  # a comment at the very end, without a line end
                self._comment(gap, before)
            return
        first, *lines = gap.split("\n") if before is not None else ["", *gap.split("\n")]
        if first.strip():
            self._comment(first, before)
        *between, last = lines or [""]
        if after is None:
            between.append(last)
        column = 0 if after is None else self._column_of(after, last)
        self._lines(between, column, after, before)
        if before is not None or self._out:
            self._put("\n")
        self._put(" " * column)

    def _comment(self, text: str, before: _Piece | None) -> None:
        away = len(text) - len(text.lstrip(" ")) if before is not None else 0
        self._put(" " * away + text.strip())

    def _lines(self, lines: list[str], column: int, after: _Piece | None, before: _Piece | None) -> None:
        """Blank lines and comments that stand by themselves."""
        blank = False
        for line in lines:
            body = line.strip()
            if not body:
                blank = True
                continue
            if self._out:
                self._put("\n\n" if blank else "\n")
            self._put(" " * self._comment_column(line, column, after, before) + body)
            blank = False
        if blank and self._out and after is not None:
            self._put("\n")

    def _comment_column(self, line: str, column: int, after: _Piece | None, before: _Piece | None) -> int:
        """A comment stands with what follows it; one that ended a deeper block before stays with that."""
        old = len(line) - len(line.lstrip(" "))
        wanted = self._old_column(after.start) if after is not None else 0
        if old <= wanted or before is None:
            return column
        return max(column, min(before.within, old))

    def _column_of(self, piece: _Piece, gap: str) -> int:
        """The column of a piece that begins a line."""
        if piece.indent is not None:
            return piece.indent
        if self._opened:
            return max(len(gap) + self._opened[-1], piece.within + (_INDENT if piece.kind != "close" else 0))
        return piece.within + _INDENT

    def _old_column(self, at: int) -> int:
        return at - self._text.rfind("\n", 0, at) - 1


def _between(before: str, after: str) -> int:
    """How many spaces stand between two pieces of one line."""
    if before in ("dash", "colon", "question"):
        return 1
    if after in ("colon", "comma", "close") or before == "open":
        return 0
    return 1
