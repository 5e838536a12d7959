"""Files of the database: readable by their owner alone, whatever the process's umask is."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from server.settings.logs import Level, event

OWNER_ONLY = 0o600
BESIDE = ("", "-wal", "-shm", "-journal", "-turns")
"""What SQLite and we keep beside a database file: its name with each of these."""
_OTHERS = 0o077


def owned(path: Path) -> None:
    """Makes an empty file where there is none; SQLite gives the files beside it the same mode.

    Raises ``OSError``.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY))


def tightened(database: Path) -> None:
    """Takes from everybody else what they may do with the files of a database, and says so in the log.

    What belongs to another user stays as it is, and is warned of.
    """
    if os.name != "posix":
        return
    for end in BESIDE:
        path = database.with_name(database.name + end)
        try:
            found = path.stat()
        except OSError:
            continue
        mode = stat.S_IMODE(found.st_mode)
        if not mode & _OTHERS or not stat.S_ISREG(found.st_mode):
            continue
        was = f"{mode:04o}"
        try:
            if found.st_uid != os.geteuid():
                raise PermissionError
            path.chmod(OWNER_ONLY)
        except OSError:
            event(Level.WARNING, "database_readable", code="LNK864", file=path.name, mode=was)
        else:
            event(Level.WARNING, "database_tightened", code="LNK863", file=path.name, mode=was)
