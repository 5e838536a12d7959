"""The rules on one side of a comparison: a folder, one version of a district, or its drafts.

Side --rules_of_side--> Snapshot --Deciding--> canonical bytes of a decision
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from linkage.v1 import facts_pb2
from policy.bulk.errors import BulkError
from policy.decide import decide
from policy.decide.snapshot import (
    District,
    Snapshot,
    collector_resting,
    snapshot_of,
    snapshot_of_drafts,
)
from policy.native import Core, NotCarried, core_of, panic_of
from policy.pack import RuleSet, read_split, rules_of, unfinished
from policy.pack.model import Pack
from policy.text.diagnostics import Faults, PackError


class Side(NamedTuple):
    """Rules of the folder ``root``: those in force, or (``draft``) its drafts; of all districts, or of one.

    ``version`` alone, else the latest, governs all times where ``as_if``, as if it had always been in force.
    """

    root: str
    district: str = ""
    version: str = ""
    draft: bool = False
    as_if: bool = False

    @property
    def name(self) -> str:
        """What people called it."""
        if not self.district:
            return f"{self.root} (draft)" if self.draft else self.root
        version = "draft" if self.draft and not self.version else self.version
        return f"{self.district}@{version}" if version else self.district


def rules_of_side(side: Side, only: str = "") -> Snapshot:
    """The rules of a side, compiled; ``only``: of that district alone.

    Raises ``PackError``: they have errors; ``BulkError``: there is no draft (LNK240, LNK421), no such
    district (LNK810) or version (LNK620).
    """
    faults = Faults()
    with collector_resting():
        files = read_split(Path(side.root), faults)
        if files is None:
            raise PackError(faults.sorted())
        if side.draft and not files.drafts:
            raise BulkError("LNK240")
        made = (
            unfinished(files.issued, files.drafts, faults) if side.draft else rules_of(files.issued, faults)
        )
        if made is None:
            raise PackError(faults.sorted())
        rules = _narrowed(made, side, only)
        return snapshot_of_drafts(rules, Faults())[1] if side.draft else snapshot_of(rules, Faults())


def _narrowed(rules: RuleSet, side: Side, only: str) -> RuleSet:
    wanted = side.district or only
    if wanted and wanted not in rules.districts:
        if side.draft:
            raise BulkError("LNK421", {"district": wanted, "allowed": ", ".join(sorted(rules.districts))})
        raise BulkError("LNK810", {"name": wanted, "allowed": ", ".join(sorted(rules.districts))})
    chosen = {code: packs for code, packs in rules.districts.items() if wanted in ("", code)}
    if side.as_if:
        chosen = {code: (_always(packs, side),) for code, packs in chosen.items()}
    return replace(rules, districts=chosen)


def _always(packs: tuple[Pack, ...], side: Side) -> Pack:
    """One version of a district, from the first day of its first one on, without an end."""
    found = [pack for pack in packs if side.version in ("", pack.version)]
    if side.draft and not side.version:
        found = [pack for pack in found if pack.draft] or found
    if not found:
        allowed = ", ".join(pack.version for pack in packs)
        raise BulkError("LNK620", {"name": side.version, "district": side.district, "allowed": allowed})
    return replace(found[-1], effective_from=packs[0].effective_from, effective_to=None)


class Deciding:
    """Decides the cases of a district: in the native core where it is installed and carries the district."""

    def __init__(self, district: District) -> None:
        self.district = district
        self._core = _core(district)

    def canonical(self, case: facts_pb2.Case, data: bytes, as_of: int) -> bytes:
        """The decision in its canonical form; ``data`` are the case's deterministic bytes.

        Raises ``FactsError`` for a case that these rules do not read.
        """
        if self._core is not None:
            try:
                made = self._core.of_bytes(data, as_of)
            except Exception as error:
                if not panic_of(error):  # a fault of the core is Python's to make good
                    raise
            else:
                if not isinstance(made, str):
                    return made
        return decide(self.district, case, as_of).canonical_bytes


def _core(district: District) -> Core | None:
    try:
        return core_of(district)
    except NotCarried:
        return None
