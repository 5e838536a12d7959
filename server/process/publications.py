"""Where the rules of a service come from: a folder, or a repository of what is signed."""

from __future__ import annotations

from pathlib import Path

from policy.text.messages import Words
from server.publishing.errors import PublishingError
from server.publishing.following import Publications
from server.publishing.kept import Kept
from server.publishing.pulling import Puller, root_of
from server.settings.config import BundleSettings

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
