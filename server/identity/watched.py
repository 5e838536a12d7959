"""Files that take effect when they change, without a restart; what cannot be used leaves the last good."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Generic, TypeVar

from policy.text.diagnostics import Fault
from server.settings.logs import Level, event

T = TypeVar("T")
_OTHERS_WRITE = 0o022
_Stamp = tuple[tuple[int, int, int] | None, ...]


class FileError(Exception):
    """Files of the identity that cannot be used; ``faults``: what is wrong with them."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(", ".join(item.code for item in self.faults))


class Watched(Generic[T]):
    """What ``read`` makes of some files, read again when one of them has changed.

    The first reading raises ``FileError``; later ones log it, once for each change, and keep what there was.
    """

    def __init__(self, paths: Iterable[Path], read: Callable[[], T]) -> None:
        self._paths = tuple(paths)
        self._read = read
        self._stamp = self._stamped()
        self.current = read()
        self.changes = 0
        self._look_at_modes()

    def refresh(self) -> bool:
        """Reads the files again where one has changed; whether there is something new."""
        stamp = self._stamped()
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        names = ", ".join(path.name for path in self._paths)
        try:
            self.current = self._read()
        except FileError as error:
            codes = ",".join(sorted({item.code for item in error.faults}))
            event(Level.ERROR, "identity_refused", files=names, codes=codes)
            return False
        self.changes += 1
        self._look_at_modes()
        event(Level.INFO, "identity_changed", files=names)
        return True

    def _look_at_modes(self) -> None:
        for path in self._paths:
            if path.exists() and path.stat().st_mode & _OTHERS_WRITE:
                event(Level.WARNING, "file_writable", code="LNK969", file=path.name)

    def _stamped(self) -> _Stamp:
        return tuple(stamp_of(path) for path in self._paths)


def stamp_of(path: Path) -> tuple[int, int, int] | None:
    """What changes when a file does; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
