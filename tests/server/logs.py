"""Logs of the tests: opened with keys of their own, in a folder of the tests' own."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from server.log.opening import OpenLog, open_log


class Keys:
    """Where the files of keys are; the conftest sets it for the session."""

    folder = Path()


def key_setting(url: str) -> str:
    """The setting ``log.keys`` for a database of the tests."""
    database = url.rpartition("@")[2]  # the same for each of its users
    return str(Keys.folder / sha256(database.encode()).hexdigest()[:16])


async def open_keyed(url: str, *, migrate: bool = True) -> OpenLog:
    """``open_log`` with these keys."""
    return await open_log(url, key_setting(url), migrate=migrate)
