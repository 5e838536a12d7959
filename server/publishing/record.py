"""What is said of a publication, and signed with it: who wrote, reviewed and approved it, what was found.

It stands in TUF's metadata of the bundle (``custom``), so that each signature is under all of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple

from tuf.api.metadata import Metadata, Root, TargetFile, Targets

from policy.text.messages import Words
from server.publishing.errors import PublishingError
from server.publishing.keys import holder
from server.publishing.persons import terms_of

TARGET = "rules.zip"
"""The name of the bundle in a repository."""

FORMAT = 1

_UNSIGNED = Words("没有两个人的有效签名", "it has no valid signatures of two persons")
_UNREADABLE = Words("读不出来", "it cannot be read")
_LACKING = Words("记录中写明的人没有签名", "a person whom it names did not sign it")
_BELOW = Words("测试发现的改动少于约定", "its tests notice less than was agreed")


class Sort(StrEnum):
    """What a publication is."""

    NEW = "new"
    BACK = "back"
    """What had been published before it, again."""


class Record(NamedTuple):
    """What is signed of a bundle. ``previous``: SHA-256 of the metadata of the publication before it.

    ``results``: ``warnings``, ``tests`` (passed, by district), ``mutation`` (by district: key, places, tried,
    noticed, unnoticed). Moments as in RFC 3339.
    """

    sort: Sort
    author: str
    reviewer: str
    approver: str
    reason: str
    proposed_at: str
    previous: str
    snapshot: str
    packs: tuple[tuple[str, str, str, str], ...]
    """District, version, first day in force, digest."""
    results: Mapping[str, Any]

    @property
    def named(self) -> tuple[str, ...]:
        """Who must sign it."""
        return tuple(name for name in (self.author, self.reviewer, self.approver) if name)

    def plain(self) -> dict[str, Any]:
        """As it is signed."""
        return {"format": FORMAT, **self._asdict(), "packs": [list(pack) for pack in self.packs]}


class Approved(NamedTuple):
    """A publication that holds: its number, its bundle, what is said of it, and who signed."""

    number: int
    target: TargetFile
    record: Record
    signed: tuple[str, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the bundle."""
        return self.target.hashes["sha256"]


def check_persons(author: str, approver: str, reviewer: str, known: Mapping[str, str]) -> None:
    """Whether these may be named together. Raises ``PublishingError``: LNK459, LNK460 (unknown)."""
    from policy.text.suggest import suggest

    names = sorted(known.values())
    for name in filter(None, (author, approver, reviewer)):
        if name not in names:
            raise PublishingError("LNK461", suggest(name, names), name=name, allowed="、".join(names))
    if author == approver:
        raise PublishingError("LNK459", name=author)


def record_of(target: TargetFile) -> Record:
    """What is said of a bundle. Raises ``PublishingError`` (LNK470)."""
    try:
        said = dict(target.custom)
        if said.pop("format") != FORMAT:
            raise PublishingError("LNK479", format=str(target.custom.get("format"))[:40])
        packs = tuple((str(d), str(v), str(f), str(g)) for d, v, f, g in said.pop("packs"))
        found = Record(**said, packs=packs)
        results = found.results
        if not all(isinstance(results[name], dict) for name in ("tests", "mutation")):
            raise TypeError
        texts = (value for value in found if not isinstance(value, (tuple, dict)))
        if not all(isinstance(value, str) for value in texts):
            raise TypeError
        return found._replace(sort=Sort(found.sort))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PublishingError("LNK470", file="targets.json", reason=_UNREADABLE) from error


def approved(root: Root, targets: Metadata[Targets]) -> Approved:
    """A publication under a root. Raises ``PublishingError``: LNK459, LNK470, LNK478, LNK479."""
    result = root.get_verification_result(Targets.type, targets.signed_bytes, targets.signatures)
    if not result.verified:
        raise PublishingError("LNK470", file="targets.json", reason=_UNSIGNED)
    target = targets.signed.targets.get(TARGET)
    if target is None or set(target.hashes) != {"sha256"}:
        raise PublishingError("LNK470", file="targets.json", reason=_UNREADABLE)
    record = record_of(target)
    signed = tuple(sorted(holder(key) for key in result.signed.values()))
    if record.author == record.approver:
        raise PublishingError("LNK459", name=record.author)
    if not set(record.named) <= set(signed):
        raise PublishingError("LNK478", reason=_LACKING)
    floor = terms_of(root).floor
    if any(percent_of(found) < floor for found in record.results["mutation"].values()):
        raise PublishingError("LNK478", reason=_BELOW)
    return Approved(targets.signed.version, target, record, signed)


def percent_of(found: Mapping[str, Any]) -> float:
    """How many of a hundred changes are noticed, of a result of mutation."""
    try:
        noticed, unnoticed = int(found["noticed"]), int(found["unnoticed"])
    except (KeyError, TypeError, ValueError) as error:
        raise PublishingError("LNK470", file="targets.json", reason=_UNREADABLE) from error
    return noticed * 1000 // (noticed + unnoticed) / 10 if noticed + unnoticed else 0.0


def digest_of(metadata: bytes) -> str:
    """How the next publication names this one."""
    return sha256(metadata).hexdigest()
