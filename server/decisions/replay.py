"""Deciding logged cases again: under the rules of the time, or under today's.

    record + archive --> rules of the time --decide--> bytes == the logged bytes, or what differs

Under the rules of the time a difference is a fault of the service. Under today's rules it is what a change
of the rules does to cases that were decided before.
"""

from __future__ import annotations

import difflib
import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

from linkage.v1 import facts_pb2
from policy.decide import decide
from policy.decide.snapshot import Snapshot
from policy.facts.reading import FactsError
from policy.text.diagnostics import PackError, Words
from server.decisions.active import rebuilt
from server.decisions.points import point_of, told_alike
from server.store.archive import RuleArchive
from server.store.record import LoggedDecision

KEPT_SNAPSHOTS = 4
"""Rebuilt rules kept in memory; the log is read in order of time, so that few are needed at once."""

# Of a decision's canonical form: what names the rules, and what the rules gave.
RULES_KEYS = ("engine_version", "packs", "vocabulary", "calendar")
_LISTS: Mapping[str, tuple[str, ...]] = {
    "obligations": ("rule", "id"),
    "undetermined": (),
    "errors": (),
    "conflicts": (),
}
_PARTS: Mapping[str, Words] = {
    "engine_version": Words("程序", "the engine"),
    "packs": Words("规则包", "packs"),
    "vocabulary": Words("词汇表", "the vocabulary"),
    "calendar": Words("节假日", "the calendar"),
}


class Verdict(StrEnum):
    """What became of deciding again."""

    EQUAL = "equal"
    DIFFERENT = "different"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True, slots=True)
class Replayed:
    """One decision made again. ``lines`` show the difference; ``code`` and ``args`` what stood in the way.

    ``points``: of a decision of an earlier version of the engine, what of the new meaning changed it.
    """

    id: str
    verdict: Verdict
    lines: tuple[str, ...] = ()
    code: str = ""
    args: tuple[tuple[str, str | Words], ...] = ()
    points: tuple[Words, ...] = ()


class Replayer:
    """Replays records. ``today``: under these rules; None: under those of the time, from the archive."""

    def __init__(self, archive: RuleArchive, today: Snapshot | None = None) -> None:
        self._archive = archive
        self._today = today
        self._kept: OrderedDict[str, Snapshot | Replayed] = OrderedDict()

    async def replay(self, record: LoggedDecision) -> Replayed:
        """Decides ``record`` again. Raises ``StoreError`` where the archive cannot be read."""
        if record.erased:
            return Replayed(record.id, Verdict.IMPOSSIBLE, code="LNK877")
        if hashlib.sha256(record.outcome).hexdigest() != record.digest:
            return Replayed(record.id, Verdict.IMPOSSIBLE, code="LNK964")
        if self._today is not None:
            return replayed(record, self._today, RULES_KEYS)
        snapshot = await self._snapshot(record)
        if isinstance(snapshot, Replayed):
            return Replayed(record.id, snapshot.verdict, (), snapshot.code, snapshot.args)
        return replayed(record, snapshot, ())

    async def _snapshot(self, record: LoggedDecision) -> Snapshot | Replayed:
        """The rules of the time, or why they cannot be had."""
        found = self._kept.get(record.snapshot)
        if found is None:
            files = await self._archive.files_of(record.snapshot)
            found = self._kept[record.snapshot] = _rebuilt(files, record)
            if len(self._kept) > KEPT_SNAPSHOTS:
                self._kept.popitem(last=False)
        return found


def _rebuilt(files: Mapping[str, str], record: LoggedDecision) -> Snapshot | Replayed:
    if not files:
        return Replayed("", Verdict.IMPOSSIBLE, (), "LNK956", (("digest", record.snapshot[:12]),))
    try:
        return rebuilt(files)
    except PackError as error:
        codes = ", ".join(sorted({item.code for item in error.faults}))
        return Replayed("", Verdict.IMPOSSIBLE, (), "LNK957", (("parts", codes),))


def replayed(record: LoggedDecision, snapshot: Snapshot, ignored: tuple[str, ...]) -> Replayed:
    """Decides under ``snapshot`` and compares; keys of the canonical form in ``ignored`` may differ."""
    district = snapshot.districts.get(record.district)
    if district is None:
        args: tuple[tuple[str, str | Words], ...] = (
            ("name", record.district),
            ("allowed", ", ".join(sorted(snapshot.districts))),
        )
        return Replayed(record.id, Verdict.IMPOSSIBLE, (), "LNK810", args)
    try:
        decision = decide(district, facts_pb2.Case.FromString(record.facts), record.as_of)
    except FactsError as error:
        lines = tuple(f"- {item.field}: {item.code}" for item in error.violations)
        return Replayed(record.id, Verdict.DIFFERENT, lines)
    if decision.canonical_bytes == record.outcome:
        return Replayed(record.id, Verdict.EQUAL)
    old, new = orjson.loads(record.outcome), orjson.loads(decision.canonical_bytes)
    points: tuple[Words, ...] = ()
    if old.get("engine_version") != new.get("engine_version"):
        points = tuple(_points(old, new))
        old, new = told_alike(old, new)
    lines = tuple(difference(old, new, ignored))
    if not lines:
        return Replayed(record.id, Verdict.EQUAL)
    changed = [] if ignored else [key for key in RULES_KEYS if old.get(key) != new.get(key)]
    if not changed:
        return Replayed(record.id, Verdict.DIFFERENT, lines, points=points)
    parts = Words("、".join(_PARTS[k].zh for k in changed), ", ".join(_PARTS[k].en for k in changed))
    return Replayed(record.id, Verdict.DIFFERENT, lines, "LNK957", (("parts", parts),), points)


def _points(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[Words]:
    """The points of the new meaning behind all that differs, each once."""
    before, after = told_alike(old, new)
    found: dict[str, Words] = {}
    for name, title in _LISTS.items():
        then, now = _entries(before.get(name, []), title), _entries(after.get(name, []), title)
        told = _entries(new.get(name, []), title)
        for key in sorted({*then, *now}):
            if then.get(key) != now.get(key):
                entry = told.get(key) if key not in then else now.get(key)
                point = point_of(name, then.get(key), entry, old, new)
                found.setdefault(point.zh, point)
    return found.values()


def difference(old: Mapping[str, Any], new: Mapping[str, Any], ignored: Iterable[str] = ()) -> list[str]:
    """What differs between two canonical forms, as a unified diff for each obligation (or other entry)."""
    lines: list[str] = []
    for key in sorted({*old, *new} - {*ignored, *_LISTS}):
        if old.get(key) != new.get(key):
            lines += [f"@@ {key} @@", f"-{_text(old.get(key))}", f"+{_text(new.get(key))}"]
    for name, title in _LISTS.items():
        before, after = _entries(old.get(name, []), title), _entries(new.get(name, []), title)
        for key in sorted({*before, *after}):
            if before.get(key) != after.get(key):
                lines += [f"@@ {name}: {key} @@", *_unified(before.get(key), after.get(key))]
    return lines


def _entries(items: Iterable[Any], title: tuple[str, ...]) -> dict[str, Any]:
    """The entries of a list by what they are: an obligation by rule and id, others by their whole text."""
    if title:
        return {" ".join(str(item[key]) for key in title): item for item in items}
    return {_text(item): item for item in items}


def _unified(before: Any, after: Any) -> list[str]:
    old, new = ([] if item is None else _lines(item) for item in (before, after))
    return [
        line
        for line in difflib.unified_diff(old, new, lineterm="", n=0)
        if line[:2] not in ("--", "++", "@@")
    ]


def _lines(item: Any) -> list[str]:
    return orjson.dumps(item, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode().splitlines()


def _text(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
