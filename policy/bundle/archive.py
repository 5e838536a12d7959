"""Files to the bytes of a bundle and back: a ZIP archive, in one form.

Entries are sorted by name, stored as they are (how well something is compressed depends on the library), and
have no time, owner or comment. So whoever has the files can make the bytes, and anybody can open a bundle
with what their system has. What is not in this form to the byte is no bundle: nothing can be hidden in it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping

from policy.text.messages import Words

MAX_BYTES = 64 * 1024 * 1024
MAX_ENTRIES = 5_000
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_READABLE = 0o644 << 16
_NAME = re.compile(r"(?![./])(?!.*(?:\.\.|//|/\.))[^\\:\x00-\x1f\x7f]{1,1024}(?<!/)")

NO_ARCHIVE = Words("不是 ZIP 压缩包", "it is no ZIP archive")
OTHER_FORM = Words(
    "压缩包的写法不对，或里面夹带了别的东西", "it is written otherwise, or holds more than its files"
)
TOO_LARGE = Words("太大", "it is too large")


class BundleError(Exception):
    """Bytes that are no bundle, or one that is not what it says: ``code`` of the catalog, and arguments."""

    def __init__(self, code: str, **args: str | Words) -> None:
        super().__init__(code)
        self.code = code
        self.details = args


def packed(files: Mapping[str, bytes]) -> bytes:
    """The bytes of these files, by name. Raises ``ValueError`` for a name that no bundle may have."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            if not _NAME.fullmatch(name):
                raise ValueError(f"a name that no file of a bundle has: {name}")
            entry = zipfile.ZipInfo(name, _FIRST_DAY)
            entry.create_system = _UNIX  # else that of this machine
            entry.external_attr = _READABLE
            archive.writestr(entry, files[name])
    return into.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    """The files of a bundle's bytes. Raises ``BundleError`` (LNK451) for what ``packed`` did not make."""
    if len(data) > MAX_BYTES:
        raise BundleError("LNK451", reason=TOO_LARGE)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_BYTES:
                raise BundleError("LNK451", reason=TOO_LARGE)
            if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
                raise BundleError("LNK451", reason=OTHER_FORM)
            files = {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise BundleError("LNK451", reason=NO_ARCHIVE) from error
    try:
        again = packed(files)
    except ValueError:
        again = b""
    if again != data:
        raise BundleError("LNK451", reason=OTHER_FORM)
    return files
