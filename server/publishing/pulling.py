"""The newest publication of a repository, verified by TUF's client: a folder, or an address over HTTP.

    newest --> root, timestamp, snapshot, targets (TUF: signatures, versions, digests, dates)
           --> two persons, whom the record names, what was agreed (record)
           --> the bundle, by its digest

TUF refuses what is older than what it has seen (LNK471), and what has expired (LNK472); nothing here has to
trust the folder, the stick, the server or the way.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from tuf.api.exceptions import (
    BadVersionNumberError,
    DownloadError,
    DownloadHTTPError,
    ExpiredMetadataError,
    LengthOrHashMismatchError,
    RepositoryError,
)
from tuf.api.metadata import Targets, Timestamp
from tuf.ngclient import FetcherInterface, Updater, UpdaterConfig
from tuf.ngclient.urllib3_fetcher import Urllib3Fetcher
from urllib3.exceptions import HTTPError

from policy.bundle.archive import MAX_BYTES
from policy.text.messages import Words
from server.publishing.errors import PublishingError
from server.publishing.kept import Kept, Published, published
from server.publishing.record import TARGET
from server.publishing.repository import read_metadata

_FOLDER = "folder:/"
_CHUNK = 1 << 20
_SECONDS = 20
"""How long an HTTP server may take to answer, and between two pieces."""

_WEB = ("http://", "https://")
_OTHER = Words("与摘要或长度不符", "its digest or length is another")
_UNSIGNED = Words("签名不足，或读不出来", "its signatures are too few, or it cannot be read")
_TOO_LARGE = Words("太大", "it is too large")


class Newest(NamedTuple):
    """What a repository has now: a publication, and until when it counts as fresh."""

    publication: Published
    fresh_until: datetime


class FolderFetcher(FetcherInterface):
    """Fetches files of a folder as TUF's client asks for them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _fetch(self, url: str) -> Iterator[bytes]:
        path = self._folder / unquote(url.removeprefix(_FOLDER))
        if not path.is_file():
            raise DownloadHTTPError(path.name, 404)
        return _pieces(path)


def _pieces(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while piece := file.read(_CHUNK):
                yield piece
    except OSError as error:  # the stick was pulled out
        raise DownloadError(path.name) from error


class Puller:
    """Pulls from one repository, and keeps what it has seen in a folder that no other service uses.

    ``root``: the file of a root that the operator had by another way than the repository. One at a time.
    """

    def __init__(self, repository: str, root: Path, kept: Kept) -> None:
        self._repository = repository.rstrip("/")
        self._root = root
        self.kept = kept

    def aside(self, folder: Path) -> Puller:
        """The same, that keeps what it sees in a copy of what has been seen and kept."""
        if self.kept.folder.is_dir():
            shutil.copytree(self.kept.folder, folder, symlinks=True, dirs_exist_ok=True)
        return Puller(self._repository, self._root, Kept(folder))

    def last(self) -> Published | None:
        """The last good publication that was kept. Raises ``PublishingError``."""
        return self.kept.last(root_of(self._root))

    def newest(self, known: Published | None = None) -> Newest:
        """The newest publication; ``known`` itself, with nothing fetched, where that is it.

        Raises ``PublishingError``: LNK454 (no root), LNK458, LNK470 to LNK473, LNK478; ``OSError`` where
        nothing can be kept.
        """
        bootstrap = root_of(self._root)
        self.kept.seen.mkdir(parents=True, exist_ok=True)
        try:
            return self._newest(bootstrap, known)
        except ExpiredMetadataError as error:
            raise PublishingError("LNK472") from error
        except BadVersionNumberError as error:
            raise PublishingError("LNK471") from error
        except LengthOrHashMismatchError as error:
            raise PublishingError("LNK470", file=self._repository, reason=_OTHER) from error
        except (DownloadError, HTTPError) as error:
            raise PublishingError("LNK473", where=self._repository) from error
        except RepositoryError as error:
            raise PublishingError("LNK470", file=self._repository, reason=_UNSIGNED) from error

    def _newest(self, bootstrap: bytes, known: Published | None) -> Newest:
        web = self._repository.startswith(_WEB)
        base = self._repository if web else _FOLDER.rstrip("/")
        updater = Updater(
            str(self.kept.seen),
            f"{base}/metadata/",
            str(self.kept.seen),
            f"{base}/targets/",
            Urllib3Fetcher(_SECONDS) if web else FolderFetcher(Path(self._repository)),
            UpdaterConfig(app_user_agent="linkage"),
            bootstrap=bootstrap,
        )
        updater.refresh()
        root, targets = ((self.kept.seen / name).read_bytes() for name in ("root.json", "targets.json"))
        until = read_metadata(self.kept.seen / "timestamp.json", Timestamp).signed.expires
        if known is not None and (known.files["root.json"], known.files["targets.json"]) == (root, targets):
            return Newest(known, until)
        wanted = read_metadata(self.kept.seen / "targets.json", Targets).signed.targets.get(TARGET)
        if wanted is None:
            raise PublishingError("LNK470", file="targets.json", reason=_UNSIGNED)
        if wanted.length > MAX_BYTES:
            raise PublishingError("LNK470", file=TARGET, reason=_TOO_LARGE)
        last = self.kept.seen / TARGET
        updater.download_target(wanted, str(last))
        return Newest(published(root, targets, last.read_bytes()), until)


def root_of(path: Path) -> bytes:
    """The root that an operator gives. Raises ``PublishingError`` (LNK454) where it cannot be read."""
    from server.publishing.keys import NOT_THERE

    try:
        with path.open("rb") as file:
            return file.read(UpdaterConfig.root_max_length)
    except OSError as error:
        raise PublishingError("LNK454", path=str(path), reason=NOT_THERE) from error
