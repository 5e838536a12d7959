"""Which rules serve, as whoever scrapes is told."""

from __future__ import annotations

import time
from collections.abc import Iterable

from server.telemetry.figures import RELOAD_OK, RULES_SINCE


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


SERVED = Served()
