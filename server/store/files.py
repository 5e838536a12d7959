"""Files of the database: readable by their owner alone, whatever the process's umask is."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

OWNER_ONLY = 0o600


def owned(path: Path) -> None:
    """Makes an empty file where there is none; SQLite gives the files beside it the same mode.

    One that is there keeps the mode that somebody gave it. Raises ``OSError``.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY))
