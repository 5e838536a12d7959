"""Which publication serves: the newest that holds, else the last good one; looked at again and again.

What a service may meet is told once each time it changes, by its code: refused, expired, away.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from policy.text.messages import Words
from policy.text.source import os_reason
from server.publishing.errors import PublishingError
from server.publishing.kept import Published
from server.publishing.pulling import Newest, Puller
from server.settings.logs import Level, event, place_of
from server.telemetry.served import PUBLISHED

_HARMLESS = ("LNK472", "LNK473")
"""Nobody did wrong: the repository is away, or was not refreshed."""


class Read(NamedTuple):
    """Rules that were read, by whom they are known: the digest of the bundle, and the publication."""

    texts: Mapping[str, str]
    bundle: str
    number: int


class Publications:
    """Follows the repository of ``puller``. Its calls are made beside the loop, and wait for each other."""

    def __init__(self, puller: Puller) -> None:
        self._puller = puller
        self._serving: Published | None = None
        self._next: Published | None = None
        self._told = ""
        self._one = Lock()

    def aside(self, folder: Path) -> Publications:
        """The same, with all that it writes in another folder: for a look that changes nothing."""
        return Publications(self._puller.aside(folder))

    def first(self) -> Read:
        """What a service starts with. Raises ``PublishingError`` (LNK474) where there is nothing to serve."""
        with self._one:
            return self._first()

    def _first(self) -> Read:
        last = None
        try:
            last = self._puller.last()
        except PublishingError as error:
            self._refused(error)
        except OSError as error:
            self._refused(_unreadable(error))
        PUBLISHED.fresh(self._puller.kept.fresh_until())
        found = self._look(last) or last
        if found is None:
            raise PublishingError("LNK474")
        self._next = found
        return Read(found.texts, found.digest, found.number)

    def changed(self) -> bool:
        """Looks at the repository; whether it has another publication than serves."""
        with self._one:
            found = self._look(self._next or self._serving)
            if found is None or found is self._serving:
                return False
            self._next = found
            return True

    def read(self) -> Read:
        """The publication that is to serve next: the newest, or the one that serves now."""
        with self._one:
            found = self._look(self._next or self._serving) or self._next or self._serving
            if found is None:
                raise PublishingError("LNK474")
            self._next = found
            return Read(found.texts, found.digest, found.number)

    def took(self, bundle: str) -> None:
        """The publication that was read last serves from now on, and is kept."""
        with self._one:
            found = self._next
            if found is None or found.digest != bundle:
                return
            self._serving, self._next = found, None
            self._keep(found)

    def _keep(self, found: Published) -> None:
        try:
            self._puller.kept.keep(found)
        except OSError:
            event(Level.ERROR, "publication_not_kept", code="LNK908", number=found.number)
        PUBLISHED.serve(found.digest, found.number)
        names = ", ".join(found.signed)
        event(Level.INFO, "publication", bundle=found.digest, number=found.number, signed=names)

    def _look(self, known: Published | None) -> Published | None:
        """The newest publication; None where there is none that holds, which is told."""
        try:
            found: Newest = self._puller.newest(known)
            last = self._serving or known
            if last is not None and found.publication.number < last.number:
                raise PublishingError("LNK471")  # what had been seen was lost; what is kept was not
        except PublishingError as error:
            self._refused(error)
            return None
        except OSError as error:
            self._refused(_unreadable(error))
            return None
        except Exception as error:  # whatever a repository holds, what serves goes on
            self._refused(PublishingError("LNK470", file="metadata", reason=place_of(error)))
            return None
        PUBLISHED.fresh(found.fresh_until.timestamp())
        PUBLISHED.looked("")
        if self._told:
            event(Level.INFO, "publication_reached")
        self._told = ""
        return found.publication

    def _refused(self, error: PublishingError) -> None:
        """Tells why nothing is taken: once, until it is something else."""
        PUBLISHED.looked(error.code)
        if error.code == self._told:
            return
        self._told = error.code
        level = Level.WARNING if error.code in _HARMLESS else Level.ERROR
        details = {n: value.en if isinstance(value, Words) else value for n, value in error.details.items()}
        event(level, "publication_refused", code=error.code, **details)


def _unreadable(error: OSError) -> PublishingError:
    """This service's own folder cannot be read or written."""
    return PublishingError("LNK908", file=str(error.filename or ""), reason=os_reason(error))
