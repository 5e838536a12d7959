"""A rules folder, or the files of a bundle, made into a bundle.

folder --build--> Built          (drafts are told apart, and left out)
bytes  --opened--> Opened        (each file is the one that the manifest names)
Opened --rebuilt--> Built        (what this release makes of the same files: it should be the same)
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from policy.bundle.archive import BundleError, packed, unpacked
from policy.bundle.manifest import NAME, Manifest, manifest_of, read_manifest
from policy.decide.snapshot import Snapshot, collector_resting, snapshot_of
from policy.native.district import message_of
from policy.native.texts import NotCarried
from policy.pack import RuleSet, read_split, rules_of
from policy.pack.folder import TESTS, Files
from policy.pack.status import DraftFolder
from policy.text.diagnostics import Faults, PackError
from policy.text.source import Source, SourceError, decode

RULES, PROGRAM = "rules/", "program/"


class Built(NamedTuple):
    """A bundle that was just made, and what it was made from. ``faults``: warnings and notes."""

    data: bytes
    digest: str
    manifest: Manifest
    rules: RuleSet
    snapshot: Snapshot
    faults: Faults
    drafts: tuple[DraftFolder, ...] = ()


class Opened(NamedTuple):
    """A bundle that was read. ``texts``: the files of the rules by name, rule tests included."""

    digest: str
    manifest: Manifest
    texts: Mapping[str, str]
    programs: Mapping[str, bytes]

    @property
    def served(self) -> dict[str, str]:
        """The texts without the rule tests: what decides."""
        return {name: text for name, text in self.texts.items() if TESTS not in name.split("/")[:-1]}


def build(root: Path) -> Built:
    """The bundle of a rules folder. Raises ``PackError`` with every fault where one is an error."""
    faults = Faults()
    found = read_split(root, faults)
    if found is None:
        raise PackError(faults)
    return _built(found.issued, faults, found.drafts)


def opened(data: bytes) -> Opened:
    """A bundle's contents. Raises ``BundleError``: LNK451, LNK452 (a file is not the one named), LNK479."""
    files = unpacked(data)
    manifest = read_manifest(files.pop(NAME, b""))
    for name in sorted(files.keys() | manifest.files.keys()):
        if name not in files or sha256(files[name]).hexdigest() != manifest.files.get(name):
            raise BundleError("LNK452", name=name)
    try:
        texts = {
            name.removeprefix(RULES): decode(name, content).text
            for name, content in files.items()
            if name.startswith(RULES)
        }
    except SourceError as error:
        raise BundleError(error.code, **error.details) from error
    programs = {_district(name): content for name, content in files.items() if name.startswith(PROGRAM)}
    return Opened(sha256(data).hexdigest(), manifest, texts, programs)


def rebuilt(found: Opened) -> Built:
    """What this release makes of a bundle's rules. Raises ``PackError``, and ``BundleError`` (LNK453) where
    this release should have made the same bundle and does not, or the rules are others than it says."""
    made = _built({name: Source(name, text) for name, text in sorted(found.texts.items())}, Faults())
    if made.manifest.snapshot != found.manifest.snapshot:
        raise BundleError("LNK453", name=NAME)
    if found.manifest.own_release and made.digest != found.digest:
        differ = [n for n, digest in made.manifest.files.items() if found.manifest.files.get(n) != digest]
        raise BundleError("LNK453", name=next(iter(differ), NAME))
    return made


def _built(files: Files, faults: Faults, drafts: tuple[DraftFolder, ...] = ()) -> Built:
    with collector_resting():
        rules = rules_of(files, faults)
        snapshot = snapshot_of(rules, faults) if rules is not None else None
    if rules is None or snapshot is None or faults.errors:
        raise PackError(faults)
    contents = {f"{RULES}{name}": source.text.encode() for name, source in files.items() if source}
    programs = _programs(snapshot)
    contents |= {f"{PROGRAM}{code}.binpb": data for code, data in programs.items()}
    manifest = manifest_of(snapshot, contents, tuple(programs))
    data = packed(contents | {NAME: manifest.text()})
    return Built(data, sha256(data).hexdigest(), manifest, rules, snapshot, faults, drafts)


def _programs(snapshot: Snapshot) -> dict[str, bytes]:
    """The program message of each district; of none that uses a form which the message does not carry."""
    found = {}
    for code, district in snapshot.districts.items():
        try:
            found[code] = message_of(district).SerializeToString(deterministic=True)
        except NotCarried:
            continue
    return found


def _district(name: str) -> str:
    return name.removeprefix(PROGRAM).removesuffix(".binpb")
