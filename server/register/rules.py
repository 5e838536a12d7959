"""The rules that cases stand under: those that serve, and those of the archive."""

from __future__ import annotations

from collections import OrderedDict

from policy.decide.snapshot import Snapshot
from policy.facts.reading import FactsError, Violation
from policy.text.diagnostics import PackError
from server.decisions.active import Active, ActiveRules, Rules, rebuilt
from server.store.archive import RuleArchive

_KEPT = 4
"""Rules of the archive that are kept ready."""


class RulesByDigest:
    """Rules by the digest that a case names."""

    def __init__(self, rules: ActiveRules, archive: RuleArchive) -> None:
        self._rules = rules
        self._archive = archive

    @property
    def current(self) -> Active:
        """Those that serve."""
        return self._rules.current

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
            try:
                found = rebuilt(await self._archive.files_of(digest))
            except PackError as error:
                raise gone(digest) from error
            if found.digest != digest:
                raise gone(digest)
            self._kept[digest] = found
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return found


def gone(digest: str) -> FactsError:
    """The rules cannot be had."""
    return FactsError((Violation("rules", "LNK030", (("digest", digest[:12]),)),))
