"""Reading a document for a command: its text, its clauses, and everything odd about it as coded faults."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from policy.cli.guard import CommandError
from policy.documents.cut import LONGEST_DOCUMENT, Document, DocumentError, Note, NoteCode, cut
from policy.documents.sources import OfficialText, official_text, read_official_text
from policy.text.diagnostics import Fault, Words, fault
from policy.text.source import MAX_FILE_BYTES, Source, SourceError, Span

_NOTES: Mapping[NoteCode, str] = {
    "duplicate_number": "LNK926",
    "skipped_number": "LNK927",
    "page_furniture": "LNK928",
    "lone_number": "LNK928",
    "number_in_prose": "LNK929",
    "number_of_clause": "LNK929",
    "full_line": "LNK930",
}
_KEPT = Words(
    "单独成行，可能是页码，仍算作正文",
    "stands alone on its line, and was kept though it may be a page's number",
)
_IN_PROSE = Words("句子的一部分", "words of the sentence")
_OF_CLAUSE = Words("条款编号", "a clause's number")


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document of the command line; ``faults`` are warnings and notes, in the order of its lines."""

    official: OfficialText
    document: Document
    faults: tuple[Fault, ...]


def read_document(path: str) -> ReadDocument:
    """Reads and cuts a file, or standard input for ``-``.

    Raises CommandError: LNK902, LNK921, LNK922, LNK924, LNK925.
    """
    try:
        official = official_text(_standard_input()) if path == "-" else read_official_text(Path(path))
    except SourceError as error:
        raise _refused(path, error) from error
    try:
        document = cut(official.text)
    except DocumentError as error:
        if error.reason == "empty":
            raise CommandError("LNK924", path=path) from error
        length, limit = f"{len(official.text):,}", f"{LONGEST_DOCUMENT:,}"
        found = Words(f"{length} 字", f"{length} characters")
        raise CommandError("LNK925", path=path, found=found, limit=limit) from error
    source = Source(path, official.text)
    faults = [_fault(note, document, source) for note in document.notes]
    if official.encoding != "UTF-8":
        faults.insert(0, fault("LNK923", None, path=path, encoding=official.encoding))
    return ReadDocument(official, document, tuple(faults))


def _standard_input() -> bytes:
    data = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise SourceError("LNK102", size=f"> {MAX_FILE_BYTES:,}")
    return data


def _refused(path: str, error: SourceError) -> CommandError:
    if error.code == "LNK102":
        size = error.details["size"]
        found = Words(f"{size} 字节", f"{size} bytes")
        return CommandError("LNK925", path=path, found=found, limit=f"{MAX_FILE_BYTES:,}")
    if error.code in ("LNK105", "LNK106"):
        reason = error.details.get("reason", Words("不是文件", "not a file"))
        return CommandError("LNK902", path=path, reason=reason)
    return CommandError(error.code, "", "", path=path, **error.details)


def _fault(note: Note, document: Document, source: Source) -> Fault:
    code, span = _NOTES[note.code], _line(source, note.line)
    if note.id:
        number = next(unit.number for unit in document.units if unit.id == note.id)
        return fault(code, span, number=number, name=note.id)
    return fault(code, span, text=note.text, reading=_reading(note))


def _reading(note: Note) -> Words:
    """How a doubtful line was read."""
    if note.code == "page_furniture":
        lines = "、".join(map(str, note.lines)), ", ".join(map(str, note.lines))
        return Words(
            f"看作页码、页眉或页脚，没有算进条款（第 {lines[0]} 行）",
            f"was read as a page number or a running title, and belongs to no clause (lines {lines[1]})",
        )
    if note.code == "lone_number":
        return _KEPT
    return _IN_PROSE if note.code == "number_in_prose" else _OF_CLAUSE


def _line(source: Source, line: int) -> Span:
    text = source.line_text(line)
    start = sum(len(before) + 1 for before in source.text.split("\n")[: line - 1])
    indent = len(text) - len(text.lstrip())
    return Span(source, start + indent, start + len(text.rstrip()))
