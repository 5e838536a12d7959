"""Where the rules of a service come from: a folder, or a repository of what is signed."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from policy.text.messages import Words
from server.decisions.active import Active, Shared, load, load_shared
from server.publishing.errors import PublishingError
from server.publishing.following import Publications
from server.publishing.kept import Kept
from server.publishing.pulling import Puller, root_of
from server.settings.config import SETTINGS, BundleSettings, Settings

_FILE = Words("发布库的密钥名单文件（metadata/1.root.json，另行取得）", "the file of the repository's root")


def publications_of(settings: BundleSettings) -> Publications | None:
    """The publications that a service follows; None where its rules are of a folder.

    Raises ``PublishingError`` (LNK951, LNK454) where the root that it must be given is not there.
    """
    if not settings.repository:
        return None
    if not settings.root:
        raise PublishingError("LNK951", name="bundle.root", expected=_FILE)
    root = Path(settings.root)
    root_of(root)
    return Publications(Puller(settings.repository, root, Kept(Path(settings.kept))))


def published_now(settings: Settings) -> Shared | None:
    """The publication that a command beside the service is about: the newest, else the one that was kept.

    None where the settings name no repository, or a folder of rules as well: then it is about the folder.
    Nothing that the service keeps is touched. Raises ``PublishingError``.
    """
    if settings.rules != SETTINGS["rules"].default:
        return None
    published = publications_of(settings.bundle)
    if published is None:
        return None
    with TemporaryDirectory() as folder:
        return Shared(*published.aside(Path(folder)).first())


def rules_now(settings: Settings) -> Active:
    """The rules that a command beside the service is about. Raises ``PackError`` and ``PublishingError``."""
    shared, sources = published_now(settings), Path(settings.sources)
    return load(Path(settings.rules), sources) if shared is None else load_shared(shared, sources)
