"""An issuer's public keys (RFC 7517), from a file or an address; new ones are taken up as they come.

The set is fetched at the start, again every few minutes, and at once when a token names a key that is not
in it, but not more often than every few seconds: strangers' tokens must not make us hammer the issuer.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.request import HTTPRedirectHandler, build_opener

import orjson
from jwt import PyJWK
from jwt.exceptions import PyJWTError

from policy.text.diagnostics import fault
from policy.text.source import whole
from server.identity.callers import ALGORITHMS, Issuer
from server.identity.watched import FileError, stamp_of
from server.settings.logs import Level, event

FETCH_SECONDS = 5.0
"""Longest time that fetching a set may take."""
EVERY_SECONDS = 300.0
"""How often an address is asked again."""
AT_LEAST_SECONDS = 10.0
"""Shortest time between two readings that tokens with unknown keys bring about."""
MAX_BYTES = 1024 * 1024


class KeySet:
    """The keys of one issuer: id -> key. The key of a set without ids has the id ""."""

    def __init__(self, issuer: Issuer, clock: Callable[[], float] = time.monotonic) -> None:
        self.issuer = issuer
        self.now = clock
        self._read_at = -EVERY_SECONDS
        self._reading = asyncio.Lock()
        self._stamp: tuple[int, int, int] | None = None
        self.keys: dict[str, PyJWK] = {}

    @property
    def remote(self) -> bool:
        """Whether the keys are fetched from an address."""
        return "://" in self.issuer.keys

    def load(self) -> None:
        """Reads the set, in the thread of the caller. Raises ``FileError``; the keys stay as they were."""
        self._stamp = self._stamped()
        # What could not be read is asked for again soon.
        self._read_at = self.now() - EVERY_SECONDS + AT_LEAST_SECONDS
        try:
            data = _fetched(self.issuer.keys) if self.remote else Path(self.issuer.keys).read_bytes()
            self.keys = _keys(orjson.loads(data))
        except (OSError, HTTPException, ValueError, TypeError, KeyError, PyJWTError) as error:
            raise FileError([fault("LNK937", whole(self.issuer.name))]) from error
        self._read_at = self.now()

    async def refresh(self, least: float = EVERY_SECONDS) -> bool:
        """Reads the set again where that may give something new; whether it did. One reading at a time.

        ``least``: an address is not asked again within that many seconds. A file is read when it changes.
        """
        async with self._reading:
            if self.now() - self._read_at < least if self.remote else self._stamped() == self._stamp:
                return False
            return await asyncio.to_thread(self.attempted)

    def attempted(self) -> bool:
        """``load``, told in the log; whether it went well."""
        try:
            self.load()
        except FileError:
            event(Level.ERROR, "key_set_refused", code="LNK937", issuer=self.issuer.name)
            return False
        event(Level.INFO, "key_set_read", issuer=self.issuer.name, keys=len(self.keys))
        return True

    def _stamped(self) -> tuple[int, int, int] | None:
        """What changes with a file; None where there is none."""
        return None if self.remote else stamp_of(Path(self.issuer.keys))


def _keys(document: Any) -> dict[str, PyJWK]:
    """The keys for signatures of a set. Those of other uses and kinds are left out, as RFC 7517 has it."""
    found = {}
    for entry in document["keys"]:
        if entry.get("use", "sig") != "sig" or entry.get("kty") == "oct":
            continue
        try:
            key = PyJWK(entry)
        except PyJWTError:
            continue
        if key.algorithm_name in ALGORITHMS:
            found[str(entry.get("kid", ""))] = key
    return found


class _NoRedirects(HTTPRedirectHandler):
    """The configuration says whom to ask; nobody else is asked."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _fetched(url: str) -> bytes:
    # https, or http on the loopback interface: `callers` takes no other address.
    with build_opener(_NoRedirects).open(url, timeout=FETCH_SECONDS) as answer:
        data: bytes = answer.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ValueError("too long")
    return data
