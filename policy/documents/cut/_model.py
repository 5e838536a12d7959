"""What the cutter gives: the units of a document, in order, and what is odd about their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from policy.documents.cut._text import digest

NoteCode = Literal[
    "duplicate_number",
    "skipped_number",
    "page_furniture",
    "lone_number",
    "number_in_prose",
    "number_of_clause",
    "full_line",
]


class DocumentError(ValueError):
    """The text cannot be cut. `reason` is stable: `empty` or `too_long`."""

    def __init__(self, reason: Literal["empty", "too_long"], message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ClauseText:
    """One unit of a document: its own words, without those of its numbered children.

    `id` follows the printed numbers in Arabic digits (`4.7.2.3`); `number` is how a reader cites it
    (`四（七）2（3）`). `path` holds the headings above it, outermost first. `text` is verbatim, without
    layout marks; a sentence broken by a page is whole again. `first_line` and `last_line` are lines of the
    file, counted from 1.
    """

    id: str
    number: str
    path: tuple[str, ...]
    text: str
    first_line: int
    last_line: int

    @property
    def digest(self) -> str:
        """Digest of the normalised text: see `policy.documents.cut.digest`."""
        return digest(self.text)


@dataclass(frozen=True, slots=True)
class Note:
    """What is odd about a document, or what was guessed about it. `line` is in the file, counted from 1.

    `duplicate_number`, `skipped_number`: a number printed twice in one place (the later unit's `id` ends in
    `.dup2`), or one that leaves others out.

    The others are guesses about the form; their `id` is "", and `text` is how the line begins.
    `page_furniture`: lines left out as page numbers or running titles (`lines`: all that read so).
    `lone_number`: a number on a line of its own within a sentence was kept, and may be a page's.
    `number_in_prose`: what looks like the number of a clause was read as words of a sentence.
    `number_of_clause`: what looks like a citation in the middle of a sentence was read as a clause.
    `full_line`: a hard-wrapped line is full and ends a sentence; the next was read as a new paragraph.
    """

    code: NoteCode
    id: str
    line: int
    text: str = ""
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A document cut into units, in printed order. Ids are unique. `notes` are sorted by line."""

    units: tuple[ClauseText, ...]
    notes: tuple[Note, ...]

    def digests(self) -> Mapping[str, str]:
        """Each unit's digest by its id, in printed order."""
        return MappingProxyType({unit.id: unit.digest for unit in self.units})
