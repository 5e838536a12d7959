"""Files that take effect when they change, without a restart; what cannot be used leaves the last good."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Generic, TypeVar

from policy.text.diagnostics import Fault
from server.settings.logs import Level, event

T = TypeVar("T")
_OTHERS_WRITE = 0o022


class FileError(Exception):
    """Files beside the settings that cannot be used; ``faults``: what is wrong with them."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(", ".join(item.code for item in self.faults))


class Watched(Generic[T]):
    """What ``read`` makes of some files, read again when one of them has changed.

    The first reading raises ``FileError``; later ones log it, once for each change, and keep what there was.
    """

    def __init__(
        self,
        paths: Iterable[Path],
        read: Callable[[], T],
        more: Callable[[T], Iterable[Path]] = lambda _: (),
        events: tuple[str, str] = ("identity_changed", "identity_refused"),
    ) -> None:
        """``more``: further files, which what was read names; ``events``: what the log says of new ones."""
        self._first = tuple(paths)
        self._read = read
        self._more = more
        self._events = events
        self._stamps = _stamps(self._first)
        self.current = read()
        self._take_up()
        self.changes = 0
        self._refused = False
        self._look_at_modes()

    def refresh(self) -> bool:
        """Reads the files again where one has changed; whether there is something new."""
        stamps = _stamps(self._stamps)
        changed = stamps != self._stamps
        if not changed and not self._refused:  # what was refused may name a file that is there by now
            return False
        self._stamps = stamps
        names = ", ".join(path.name for path in stamps)
        taken, refused = self._events
        try:
            self.current = self._read()
        except FileError as error:
            self._refused = True
            if changed:
                codes = ",".join(sorted({item.code for item in error.faults}))
                event(Level.ERROR, refused, files=names, codes=codes)
            return False
        self._refused = False
        self._take_up()
        self.changes += 1
        self._look_at_modes()
        event(Level.INFO, taken, files=names)
        return True

    def _take_up(self) -> None:
        """From now on the files count that what was read names, as they were before it was read."""
        paths = (*self._first, *self._more(self.current))
        self._stamps = {
            path: self._stamps[path] if path in self._stamps else stamp_of(path) for path in paths
        }

    def _look_at_modes(self) -> None:
        for path in self._stamps:
            if path.exists() and path.stat().st_mode & _OTHERS_WRITE:
                event(Level.WARNING, "file_writable", code="LNK969", file=path.name)


def _stamps(paths: Iterable[Path]) -> dict[Path, tuple[int, int, int] | None]:
    return {path: stamp_of(path) for path in paths}


def stamp_of(path: Path) -> tuple[int, int, int] | None:
    """What changes when a file does; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
