"""Which rules serve, as whoever scrapes is told."""

from __future__ import annotations

import time
from collections.abc import Iterable

from server.telemetry.figures import (
    PUBLICATION,
    PUBLICATION_FRESH,
    PUBLICATION_LOOKS,
    RELOAD_OK,
    RULES_SINCE,
)


class Served:
    """The rules that serve: digest, and (district, version) of each pack."""

    def __init__(self) -> None:
        self.digest = ""
        self.packs: tuple[tuple[str, str], ...] = ()
        self.since = 0.0

    def take(self, digest: str, packs: Iterable[Iterable[str]]) -> None:
        """From now on these serve."""
        self.digest = digest
        self.packs = tuple((district, version) for district, version in packs)
        self.since = time.time()
        self.show()

    def show(self) -> None:
        """Puts it into the figures, which may have begun anew."""
        RULES_SINCE.set(self.since)
        RELOAD_OK.set(1.0)


class PublishedRules:
    """The publication that serves, where rules come from a repository; ``code``: what is wrong with the
    repository now, "" where nothing is."""

    def __init__(self) -> None:
        self.bundle = ""
        self.number = 0
        self.code = ""
        self.fresh_until = 0.0

    def serve(self, bundle: str, number: int) -> None:
        """From now on this one serves."""
        self.bundle, self.number = bundle, number
        self.show()

    def fresh(self, until: float) -> None:
        """Until when the repository says that it is fresh, in seconds since 1970 UTC."""
        self.fresh_until = until
        self.show()

    def looked(self, code: str) -> None:
        """The repository was looked at: a fault code, or "" where it was well."""
        self.code = code
        PUBLICATION_LOOKS.add(code or "ok")

    def show(self) -> None:
        """Puts it into the figures, which may have begun anew."""
        PUBLICATION.set(self.number)
        PUBLICATION_FRESH.set(self.fresh_until)


SERVED = Served()
PUBLISHED = PublishedRules()
