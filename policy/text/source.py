"""Text files with positions: what every fault, and every expression, points back into.

Offsets are code points of the decoded text, after the byte order mark is dropped and CRLF or CR line
ends have become LF; so lines and columns are those an editor shows. Reading is bounded: nothing is
parsed before its size is known to be within the published limits.
"""

from __future__ import annotations

import errno
import os
import stat
from bisect import bisect_right
from dataclasses import dataclass, field
from pathlib import Path

from policy.text.messages import Words

MAX_FILE_BYTES = 2 * 1024 * 1024
MAX_TOTAL_BYTES = 16 * 1024 * 1024
MAX_FILES = 2_000
MAX_FOLDER_DEPTH = 16
MAX_YAML_DEPTH = 64
MAX_YAML_NODES = 400_000


@dataclass(frozen=True, slots=True)
class Source:
    """One text. ``name`` is its POSIX path relative to the rules root; it is data and opens nothing."""

    name: str
    text: str = field(repr=False)
    _starts: tuple[int, ...] = field(default=(), init=False, repr=False, compare=False)

    def position(self, offset: int) -> tuple[int, int]:
        """The 1-based line and column (in code points) of ``offset``."""
        starts = self._line_starts()
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def line_text(self, line: int) -> str:
        """The 1-based ``line`` without its line end; "" beyond the last one."""
        starts = self._line_starts()
        if not 1 <= line <= len(starts):
            return ""
        end = starts[line] - 1 if line < len(starts) else len(self.text)
        return self.text[starts[line - 1] : end]

    def _line_starts(self) -> tuple[int, ...]:
        # Only faults and reports ask for lines, so the table is made at the first question.
        if not self._starts:
            starts = [0]
            at = self.text.find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = self.text.find("\n", at + 1)
            object.__setattr__(self, "_starts", tuple(starts))
        return self._starts


@dataclass(frozen=True, slots=True)
class Span:
    """The part ``[start, end)`` of a source, in code points."""

    source: Source
    start: int
    end: int

    @property
    def line(self) -> int:
        """1-based line of the first character."""
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        """1-based column of the first character, in code points."""
        return self.source.position(self.start)[1]

    @property
    def snippet(self) -> str:
        """The text itself."""
        return self.source.text[self.start : self.end]

    def __str__(self) -> str:
        if not self.source.text:
            return self.source.name
        line, column = self.source.position(self.start)
        return f"{self.source.name}:{line}:{column}"


def whole(name: str) -> Span:
    """A span that names a file or folder only, for faults met before there is a text."""
    return Span(Source(name, ""), 0, 0)


class SourceError(ValueError):
    """A file that cannot become a source: ``code`` of the catalog, and ``details`` for its placeholders."""

    def __init__(self, code: str, **args: str | Words) -> None:
        super().__init__(code, args)
        self.code = code
        self.details = args


def decode(name: str, data: bytes) -> Source:
    """The source of ``data``. Raises SourceError (LNK101) where it is not UTF-8."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError("LNK101", line=str(line), byte=f"0x{data[error.start]:02X}") from error
    text = text.removeprefix("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Source(name, text)


def read_source(path: Path, name: str) -> Source:
    """Read a file of at most MAX_FILE_BYTES bytes. Raises SourceError: LNK101, LNK102, LNK105 or LNK106."""
    return decode(name, read_bytes(path))


def read_bytes(path: Path) -> bytes:
    """The bytes of a file, MAX_FILE_BYTES at most. Raises SourceError: LNK102, LNK105 or LNK106."""
    try:
        with open(path, "rb", opener=_open_without_waiting) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise SourceError("LNK105")
            data = file.read(MAX_FILE_BYTES + 1)
            size = max(len(data), status.st_size)
    except OSError as error:
        raise SourceError("LNK106", reason=os_reason(error)) from error
    if size > MAX_FILE_BYTES:
        raise SourceError("LNK102", size=f"{size:,}", limit=f"{MAX_FILE_BYTES:,}")
    return data


_REASONS = {
    errno.EACCES: Words("没有权限", "permission denied"),
    errno.EPERM: Words("没有权限", "permission denied"),
    errno.ELOOP: Words("符号链接成了环", "the symbolic links run in a circle"),
    errno.ENOENT: Words("不存在", "it does not exist"),
    errno.EEXIST: Words("那里已有同名的文件", "a file of that name is there"),
    errno.EISDIR: Words("是文件夹", "it is a folder"),
    errno.ENOTDIR: Words("路径中有一段不是文件夹", "a part of the path is no folder"),
    errno.ENOSPC: Words("磁盘已满", "no space left on the disk"),
    errno.EROFS: Words("磁盘只可读", "the disk is read-only"),
}


def os_reason(error: OSError) -> Words:
    """Why the operating system refused, in both languages; rare reasons as the system words them."""
    plain = error.strerror or type(error).__name__
    return _REASONS.get(error.errno or 0, Words(plain, plain))


def _open_without_waiting(path: str, flags: int) -> int:
    # A named pipe in the folder must not make the reader wait for a writer.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
