"""The rules that cases stand under: those that serve, and those of the archive."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import NamedTuple, Protocol

from policy.decide.snapshot import District, Snapshot
from policy.facts.reading import FactsError, Violation
from policy.text.diagnostics import PackError
from server.decisions.active import Active, Rules, rebuilt
from server.store.archive import RuleArchive

_KEPT = 4
"""Rules of the archive that are kept ready."""


class Under(NamedTuple):
    """The rules that a case stands under: their digest, its district, and what another process makes them
    of."""

    digest: str
    district: District
    rules: Rules


class Serving(Protocol):
    """What holds the rules that serve."""

    @property
    def current(self) -> Active:
        """The rules in use."""


class RulesByDigest:
    """Rules by the digest that a case names."""

    def __init__(self, rules: Serving, archive: RuleArchive) -> None:
        self._rules = rules
        self._archive = archive
        self._snapshots = Snapshots(archive)

    @property
    def current(self) -> Active:
        """Those that serve."""
        return self._rules.current

    def serving(self, district: str) -> Under:
        """Those that serve. Raises ``KeyError`` for a district that they have not."""
        current = self.current
        return Under(current.snapshot.digest, current.snapshot.districts[district], current.rules)

    async def under(self, digest: str, district: str) -> Under:
        """The rules of that digest, or those that serve where they cannot be had any more.

        Raises ``KeyError`` where neither has the district.
        """
        if digest != self.current.snapshot.digest:
            try:
                snapshot = await self._snapshots.of(digest)
                if found := snapshot.districts.get(district):
                    return Under(digest, found, await self.of(digest))
            except FactsError:  # this version of the service does not take them any more
                pass
        return self.serving(district)

    async def alike(self, digest: str, district: str) -> bool:
        """Whether what decides the cases of a district is the same as under the rules that serve."""
        one, other = await self.under(digest, district), self.serving(district)
        return one.digest == digest and _inputs(one.district) == _inputs(other.district)

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
