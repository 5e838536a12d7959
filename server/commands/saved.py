"""A preview put aside in a file, line by line, so that one that was broken off goes on where it ended.

{"rules": …, "as_of": …, "districts": […]}     what it is of
["liwan", "c1", "", [...], 0]                  a case that would be different
{"after": ["liwan", "c9"], "cases": 200}       so far, so many cases: what stands above this is whole
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from policy.cli.guard import CommandError
from server.register.previewing import Compared, compared_of


class Saved:
    """The file of a preview of these rules; ``head`` says what it is of."""

    def __init__(self, path: Path | None, head: dict[str, Any]) -> None:
        """Reads what is there. Raises ``CommandError`` (LNK089) for a file of something else."""
        self.after, self.cases = ("", ""), 0
        self.found: list[Compared] = []
        self._waiting: list[Compared] = []
        self._file: BinaryIO | None = None
        if path is None:
            return
        try:
            whole = self._read(path, head) if path.exists() else 0
            self._file = path.open("r+b" if path.exists() else "w+b")
            os.chmod(path, 0o600)
            self._file.truncate(whole)
            self._file.seek(whole)
            if not whole:
                self._write(head)
        except OSError as error:
            raise CommandError("LNK902", path=str(path), reason=error.strerror or str(error)) from error
        except (ValueError, KeyError, TypeError) as error:
            raise CommandError("LNK089", path=str(path)) from error

    def _read(self, path: Path, head: dict[str, Any]) -> int:
        """What the file says; how many bytes of it are whole. Raises ``ValueError``."""
        whole, read, found = 0, 0, list[Compared]()
        for line in path.read_bytes().splitlines(keepends=True):
            if not line.endswith(b"\n"):
                break
            read += len(line)
            told = orjson.loads(line)
            if read == len(line):
                if told != orjson.loads(orjson.dumps(head)):
                    raise ValueError("head")
                whole = read
            elif isinstance(told, list):
                found.append(compared_of(told))
            else:
                self.after, self.cases, whole = (told["after"][0], told["after"][1]), told["cases"], read
                self.found += found
                found = []
        return whole

    def take(self, one: Compared) -> None:
        """Adds one case."""
        self.after, self.cases = (one.district, one.case_id), self.cases + 1
        if one.differs:
            self._waiting.append(one)

    def keep(self) -> None:
        """Makes what was added since the last time durable."""
        if self._file is not None:
            for one in self._waiting:
                self._write(one)
            self._write({"after": self.after, "cases": self.cases})
            self._file.flush()
            os.fsync(self._file.fileno())
        self._waiting = []

    def close(self) -> None:
        """Closes the file."""
        if self._file is not None:
            self._file.close()

    def _write(self, value: Any) -> None:
        if self._file is not None:
            self._file.write(orjson.dumps(value, default=tuple) + b"\n")
