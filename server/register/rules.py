"""The rules that cases stand under: those that serve, and those of the archive."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import NamedTuple, Protocol

from policy.decide.decision import ENGINE_VERSION
from policy.decide.snapshot import District, Snapshot
from policy.facts.reading import FactsError, Violation
from policy.text.diagnostics import PackError
from server.decisions.active import Active, Rules, rebuilt
from server.register.kept import Kept, Regime
from server.store.archive import RuleArchive

_KEPT = 4
"""Rules of the archive that are kept ready: some 17 MiB each, with all five districts."""


class Under(NamedTuple):
    """What a case stands under: the rules' digest, its district, what another process makes them of, and the
    version of the engine that decides here."""

    digest: str
    district: District
    rules: Rules
    engine: str

    @property
    def regime(self) -> Regime:
        """What is derived here under these rules is derived under."""
        return Regime(self.digest, self.engine)


class Serving(Protocol):
    """What holds the rules that serve."""

    @property
    def current(self) -> Active:
        """The rules in use."""


class RulesByDigest:
    """Rules by the digest that a case names."""

    def __init__(self, rules: Serving, archive: RuleArchive, engine: str = ENGINE_VERSION) -> None:
        """``engine``: the version of the engine that decides here."""
        self.engine = engine
        self._rules = rules
        self._archive = archive
        self._snapshots = Snapshots(archive)

    @property
    def current(self) -> Active:
        """Those that serve."""
        return self._rules.current

    @property
    def regime(self) -> Regime:
        """Those that serve, and the engine that decides here."""
        return Regime(self.current.snapshot.digest, self.engine)

    def serving(self, district: str) -> Under:
        """Those that serve. Raises ``KeyError`` for a district that they have not."""
        current = self.current
        found = current.snapshot.districts[district]
        return Under(current.snapshot.digest, found, current.rules, self.engine)

    async def under(self, digest: str, district: str) -> Under:
        """The rules of that digest, or those that serve where they cannot be had any more.

        Raises ``KeyError`` where neither has the district.
        """
        if digest != self.current.snapshot.digest:
            try:
                snapshot = await self._snapshots.of(digest)
                if found := snapshot.districts.get(district):
                    return Under(digest, found, await self.of(digest), self.engine)
            except FactsError:  # this version of the service does not take them any more
                pass
        return self.serving(district)

    async def alike(self, kept: Kept) -> bool:
        """Whether what decides a case is the same as under the rules that serve."""
        one, other = await self.under(kept.rules, kept.district), self.serving(kept.district)
        return one.regime == kept.regime and _inputs(one.district) == _inputs(other.district)

    async def of(self, digest: str) -> Rules:
        """Rules, for the process that explains. Raises ``FactsError`` (LNK030): the archive has none."""
        current = self.current
        if digest == current.snapshot.digest:
            return current.rules
        files = await self._archive.files_of(digest)
        if not files:
            raise gone(digest)
        return Rules(f"archived {digest}", files)


class Snapshots:
    """Compiled rules of the archive, the newest few kept."""

    def __init__(self, archive: RuleArchive) -> None:
        self._archive = archive
        self._kept: OrderedDict[str, Snapshot] = OrderedDict()

    async def of(self, digest: str) -> Snapshot:
        """The snapshot. Raises ``FactsError`` (LNK030): it is not there, or does not compile any more."""
        found = self._kept.get(digest)
        if found is None:
            files = await self._archive.files_of(digest)
            try:
                found = await asyncio.to_thread(rebuilt, files)
            except PackError as error:
                raise gone(digest) from error
            if found.digest != digest:
                raise gone(digest)
            self._kept[digest] = found
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return found


def _inputs(district: District) -> tuple[object, ...]:
    """What the decisions of a district are made from."""
    packs = tuple((p.pack.version, p.pack.digest) for p in district.programs)
    return packs, district.vocabulary.digest, district.calendar.digest


def gone(digest: str) -> FactsError:
    """The rules cannot be had."""
    return FactsError((Violation("rules", "LNK030", (("digest", digest[:12]),)),))
