"""The files of a repository: a folder, on a stick or a share, or what an HTTP server hands out.

    metadata/   N.root.json, N.targets.json, N.snapshot.json, timestamp.json: TUF's, with consistent snapshots
    targets/    DIGEST.rules.zip: the bundles
    waiting/    what is proposed, and signed so far
    results/    what came of changing rules, by the keys of what was changed

A file is there whole or not at all. ``timestamp.json`` is written last: it makes the others count.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, Snapshot, TargetFile, Targets, Timestamp
from tuf.api.serialization import DeserializationError
from tuf.api.serialization.json import JSONSerializer

from policy.bundle.archive import MAX_BYTES
from policy.text.messages import Words
from server.publishing.errors import PublishingError
from server.publishing.persons import check_root, sound
from server.publishing.record import TARGET, Approved, approved

_MOST_ROOTS = 256
_LARGEST = 8 * 1024 * 1024
_UNREADABLE = Words("读不出来", "it cannot be read")
_UNSIGNED = Words("没有两个人的有效签名", "it has no valid signatures of two persons")
_DESK = Words("没有发布台的有效签名", "it has no valid signature of the desk")
_OTHER = Words("与摘要不符", "it is not what its digest says")
_MISSING = Words("不见了", "it is missing")

S = TypeVar("S", Root, Targets, Snapshot, Timestamp)


class State(NamedTuple):
    """What a repository says now; None where nothing has been published."""

    roots: tuple[Metadata[Root], ...]
    targets: Metadata[Targets] | None = None
    snapshot: Metadata[Snapshot] | None = None
    timestamp: Metadata[Timestamp] | None = None

    @property
    def root(self) -> Metadata[Root]:
        """The newest root."""
        return self.roots[-1]

    @property
    def now(self) -> Approved | None:
        """The newest publication. Raises ``PublishingError``."""
        return None if self.targets is None else approved(self.root.signed, self.targets)


class Repository:
    """A repository in a folder of this machine. What cannot be read is ``PublishingError`` (LNK456, LNK470),
    what cannot be written ``OSError``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.waiting = path / "waiting"
        self.results = path / "results"
        self._metadata = path / "metadata"
        self._targets = path / "targets"

    @property
    def begun(self) -> bool:
        """Whether it has a root that is issued."""
        return (self._metadata / "1.root.json").is_file()

    def roots(self) -> tuple[Metadata[Root], ...]:
        """Every root, each signed by persons of it and of the one before."""
        found: list[Metadata[Root]] = []
        for version in range(1, _MOST_ROOTS):
            path = self._metadata / f"{version}.root.json"
            if not path.is_file():
                break
            root = read_metadata(path, Root)
            before = found[-1] if found else None
            if root.signed.version != version or not sound(root, before):
                raise PublishingError("LNK470", file=path.name, reason=_UNSIGNED)
            check_root(root.signed)
            found.append(root)
        if not found:
            raise PublishingError("LNK456", path=str(self.path))
        return tuple(found)

    def state(self) -> State:
        """What it says now, verified but for dates."""
        roots = self.roots()
        if not (self._metadata / "timestamp.json").is_file():
            return State(roots)
        root = roots[-1].signed
        timestamp = self._by_desk("timestamp.json", Timestamp, root)
        snapshot = self._by_desk(f"{timestamp.signed.snapshot_meta.version}.snapshot.json", Snapshot, root)
        number = snapshot.signed.meta["targets.json"].version
        targets = self.targets(number)
        approved(root, targets)
        return State(roots, targets, snapshot, timestamp)

    def targets(self, number: int) -> Metadata[Targets]:
        """The metadata of a publication."""
        return read_metadata(self._metadata / f"{number}.targets.json", Targets)

    def targets_bytes(self, number: int) -> bytes:
        """The same, as it is stored."""
        return _read(self._metadata / f"{number}.targets.json")

    def bundle(self, target: TargetFile) -> bytes:
        """The bundle of a publication."""
        return bundle_at(self._targets / f"{target.hashes['sha256']}.{TARGET}", target)

    def proposed(self, target: TargetFile) -> bytes:
        """The bundle that waits."""
        return bundle_at(self.waiting / TARGET, target)

    def put_bundle(self, digest: str, data: bytes) -> None:
        """Stores a bundle under its digest."""
        put(self._targets / f"{digest}.{TARGET}", data)

    def put(self, name: str, metadata: Metadata[Any]) -> None:
        """Stores metadata."""
        put(self._metadata / name, text_of(metadata))

    def _by_desk(self, name: str, kind: type[S], root: Root) -> Metadata[S]:
        found = read_metadata(self._metadata / name, kind)
        if not root.get_verification_result(kind.type, found.signed_bytes, found.signatures).verified:
            raise PublishingError("LNK470", file=name, reason=_DESK)
        return found


def read_metadata(path: Path, kind: type[S]) -> Metadata[S]:
    """Metadata of a kind, not verified. Raises ``PublishingError`` (LNK470)."""
    return metadata_of(_read(path), kind, path.name)


def metadata_of(data: bytes, kind: type[S], name: str) -> Metadata[S]:
    """The same of bytes."""
    try:
        found: Metadata[Any] = Metadata.from_bytes(data)
    except (DeserializationError, RecursionError) as error:
        raise PublishingError("LNK470", file=name, reason=_UNREADABLE) from error
    if not isinstance(found.signed, kind):
        raise PublishingError("LNK470", file=name, reason=_UNREADABLE)
    return found


def bundle_at(path: Path, target: TargetFile) -> bytes:
    """The bytes of a file, which are those of a bundle. Raises ``PublishingError`` (LNK470)."""
    data = _read(path, MAX_BYTES)
    try:
        target.verify_length_and_hashes(data)
    except RepositoryError as error:
        raise PublishingError("LNK470", file=path.name, reason=_OTHER) from error
    return data


def text_of(metadata: Metadata[Any]) -> bytes:
    """The bytes of metadata, for people to read, too."""
    return metadata.to_bytes(JSONSerializer(compact=False))


def put(path: Path, data: bytes, *, private: bool = False) -> None:
    """Writes a file: whole, durable, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.part")
    draft.unlink(missing_ok=True)
    number = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o644)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _read(path: Path, most: int = _LARGEST) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except FileNotFoundError as error:
        raise PublishingError("LNK470", file=path.name, reason=_MISSING) from error
    except OSError as error:
        raise PublishingError("LNK470", file=path.name, reason=_UNREADABLE) from error
    if len(data) > most:
        raise PublishingError("LNK470", file=path.name, reason=_OTHER)
    return data
