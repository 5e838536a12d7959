"""What is in a bundle: packs with their versions and first days, digests of everything, the release.

It is the file ``manifest.json``: JSON with sorted keys, to be read by people, too. Nothing in it depends on
who built the bundle, or when: that, and what was found of the rules, is told in what is signed beside it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

from policy.bundle.archive import BundleError
from policy.decide.decision import ENGINE_VERSION
from policy.decide.snapshot import Snapshot
from policy.native.district import FORMAT as PROGRAM_FORMAT
from policy.pack.model import Pack
from policy.text.messages import Words

NAME = "manifest.json"
FORMAT = 1
_DEPTH = Words("清单读不出来", "its manifest cannot be read")


class PackEntry(NamedTuple):
    """One version of a district's pack. Days as YYYY-MM-DD; "" for none, or of a press report."""

    district: str
    version: str
    title: str
    instrument: str
    effective_from: str
    effective_to: str
    digest: str
    rules: int
    clauses: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of a bundle. ``files``: SHA-256 of each by its name; ``programs``: districts that have a
    program message; ``snapshot``: the digest that names the rules wherever decisions are logged."""

    engine: str
    program_format: int
    snapshot: str
    vocabulary: str
    calendar: str
    packs: tuple[PackEntry, ...]
    programs: tuple[str, ...]
    files: Mapping[str, str]

    @property
    def own_release(self) -> bool:
        """Whether this release makes the same program messages of the same rules."""
        return (self.engine, self.program_format) == (ENGINE_VERSION, PROGRAM_FORMAT)

    def text(self) -> bytes:
        """The file."""
        plain = {
            "format": FORMAT,
            "engine": self.engine,
            "program_format": self.program_format,
            "snapshot": self.snapshot,
            "vocabulary": self.vocabulary,
            "calendar": self.calendar,
            "packs": [entry._asdict() for entry in self.packs],
            "programs": list(self.programs),
            "files": dict(self.files),
        }
        return (json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def manifest_of(snapshot: Snapshot, files: Mapping[str, bytes], programs: tuple[str, ...]) -> Manifest:
    """The manifest of a bundle with these other files."""
    every = [program.pack for district in snapshot.districts.values() for program in district.programs]
    return Manifest(
        ENGINE_VERSION,
        PROGRAM_FORMAT,
        snapshot.digest,
        snapshot.vocabulary.digest,
        snapshot.calendar.digest,
        tuple(_entry(pack) for pack in every),
        programs,
        {name: sha256(data).hexdigest() for name, data in sorted(files.items())},
    )


def _entry(pack: Pack) -> PackEntry:
    since = "" if pack.reported else pack.effective_from.date().isoformat()
    until = "" if pack.effective_to is None else pack.effective_to.date().isoformat()
    return PackEntry(
        pack.district,
        pack.version,
        pack.title.zh,
        pack.instrument.number or "",
        since,
        until,
        pack.digest,
        len(pack.rules),
        len(pack.clauses),
    )


def read_manifest(data: bytes) -> Manifest:
    """The manifest of a file's bytes. Raises ``BundleError``: LNK451, or LNK479 for a later form."""
    try:
        plain: dict[str, Any] = json.loads(data)
        if plain["format"] != FORMAT:
            raise BundleError("LNK479", format=str(plain["format"])[:40])
        found = Manifest(
            _text(plain["engine"]),
            int(plain["program_format"]),
            _text(plain["snapshot"]),
            _text(plain["vocabulary"]),
            _text(plain["calendar"]),
            tuple(PackEntry(**entry) for entry in plain["packs"]),
            tuple(_text(code) for code in plain["programs"]),
            {_text(name): _text(digest) for name, digest in plain["files"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BundleError("LNK451", reason=_DEPTH) from error
    if found.text() != data:
        raise BundleError("LNK451", reason=_DEPTH)
    return found


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
