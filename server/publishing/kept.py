"""The last good publication, on the disk of a service: it starts from it where the repository is away.

    KEPT/tuf/                what the client of TUF has seen: older than that is refused
    KEPT/good/NUMBER-DIGEST/ root.json, targets.json and rules.zip of one publication, whole
    KEPT/good/current        the name of the folder that counts

A folder is made under another name and renamed once everything in it is durable; ``current`` is replaced
last. Whatever is broken off leaves the one before.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from tuf.api.metadata import Metadata, Root, Targets, Timestamp

from policy.bundle import opened
from policy.bundle.archive import BundleError
from policy.text.messages import Words
from server.publishing.errors import PublishingError
from server.publishing.persons import check_root, sound
from server.publishing.record import TARGET, Approved, approved
from server.publishing.repository import bundle_at, metadata_of, put, read_metadata

_ROOT, _TARGETS, _CURRENT = "root.json", "targets.json", "current"
_OTHER_ROOT = Words("不是由设置的名单（bundle.root）延续下来的", "bundle.root does not lead to it")
_KEPT = 2
"""Publications that are kept: the one that counts, and the one before it."""


class Published(NamedTuple):
    """A publication that holds, ready to serve. ``texts``: its rules without the rule tests."""

    number: int
    digest: str
    snapshot: str
    signed: tuple[str, ...]
    texts: Mapping[str, str]
    files: Mapping[str, bytes]
    """What is kept of it."""


def published(root: bytes, targets: bytes, bundle: bytes) -> Published:
    """A publication of its files. Raises ``PublishingError`` where it does not hold."""
    under = metadata_of(root, Root, _ROOT).signed
    check_root(under)
    found = approved(under, metadata_of(targets, Targets, _TARGETS))
    return _opened(found, {_ROOT: root, _TARGETS: targets, TARGET: bundle})


def _opened(found: Approved, files: Mapping[str, bytes]) -> Published:
    try:
        inside = opened(files[TARGET])
    except BundleError as error:
        raise PublishingError(error.code, "", **error.details) from error
    return Published(found.number, found.digest, inside.manifest.snapshot, found.signed, inside.served, files)


class Kept:
    """What a service keeps in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seen = folder / "tuf"
        self._good = folder / "good"

    def last(self, bootstrap: bytes) -> Published | None:
        """The last good publication; None where there is none. Raises ``PublishingError`` (LNK470 …) where
        its files were altered, or hang on another root than ``bootstrap``, or one that it leads to."""
        folder = self._current()
        if folder is None:
            return None
        root, targets = ((folder / name).read_bytes() for name in (_ROOT, _TARGETS))
        named = read_metadata(folder / _TARGETS, Targets).signed.targets.get(TARGET)
        if named is None:
            return None
        self._check_trusted(metadata_of(bootstrap, Root, _ROOT), metadata_of(root, Root, _ROOT))
        return published(root, targets, bundle_at(folder / TARGET, named))

    def fresh_until(self) -> float:
        """Until when what was seen last counts as fresh, in seconds since 1970 UTC; 0: nothing was."""
        try:
            return read_metadata(self.seen / "timestamp.json", Timestamp).signed.expires.timestamp()
        except PublishingError:
            return 0.0

    def keep(self, found: Published) -> None:
        """From now on this is the last good one. Raises ``OSError``."""
        name = f"{found.number:06d}-{found.digest[:16]}-{sha256(found.files[_ROOT]).hexdigest()[:8]}"
        folder = self._good / name
        if not folder.is_dir():
            draft = self._good / f"{name}.part"
            shutil.rmtree(draft, ignore_errors=True)
            for file, data in found.files.items():
                put(draft / file, data)
            _synced(draft)
            draft.rename(folder)
            _synced(self._good)
        put(self._good / _CURRENT, name.encode())
        _synced(self._good)
        self._forget(name)

    def _check_trusted(self, trusted: Metadata[Root], root: Metadata[Root]) -> None:
        """Each root that was seen is signed by the one before it, from the first to the one that is kept."""
        while trusted.signed.version < root.signed.version:
            name = f"{trusted.signed.version + 1}.root.json"
            later = read_metadata(self.seen / "root_history" / name, Root)
            if not sound(later, trusted):
                raise PublishingError("LNK470", file=name, reason=_OTHER_ROOT)
            trusted = later
        if trusted.signed != root.signed:
            raise PublishingError("LNK470", file=_ROOT, reason=_OTHER_ROOT)

    def _current(self) -> Path | None:
        try:
            name = (self._good / _CURRENT).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None
        folder = self._good / name
        return folder if folder.parent == self._good and folder.is_dir() else None

    def _forget(self, current: str) -> None:
        """What is older than the one before the current one, and what was broken off."""
        folders = sorted((one for one in self._good.iterdir() if one.is_dir()), key=_age, reverse=True)
        for folder in folders[_KEPT:]:
            if folder.name != current:
                shutil.rmtree(folder, ignore_errors=True)


def _age(folder: Path) -> float:
    with suppress(OSError):
        return folder.stat().st_mtime
    return 0.0


def _synced(folder: Path) -> None:
    """Makes names in a folder durable, where the system can."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
