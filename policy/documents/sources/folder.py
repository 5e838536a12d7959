"""The sources folder: one text and one manifest for each version of a district's pack.

    DISTRICT/VERSION.json            which text, its digest, and the digests of its clauses
    DISTRICT/VERSION.DIGEST.txt      the text, UTF-8

The manifest is written last and in one step, and names its text by content: until then the old pair holds.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from policy.documents.cut import Document, DocumentError, cut
from policy.documents.sources.comparing import Comparison, compare
from policy.pack.model import Pack
from policy.text.diagnostics import Faults, Words
from policy.text.files import write_whole
from policy.text.source import SourceError, read_bytes, whole

_FORMAT = 1
_SHOWN = 10
"""Clauses that a message names."""
_DIGEST_LETTERS = 12
_UNSAFE = re.compile(r"[^\w.-]|^\.")
_TEXT_NAME = re.compile(r"[^/\\.][^/\\]*\.[0-9a-f]{12}\.txt")

_NONE: Mapping[str, str] = MappingProxyType({})
Key = tuple[str, str]
"""District and version."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The words of clauses, by district and version; only of clauses whose digest is the register's.

    ``comparisons`` says how each attached document differs from its pack.
    """

    texts: Mapping[Key, Mapping[str, str]]
    comparisons: Mapping[Key, Comparison]

    def quote(self, pack: Pack, clause: str) -> str:
        """A clause's own words, or "" where no document is attached or the clause differs."""
        return self.texts.get((pack.district, pack.version), _NONE).get(clause, "")

    def attached(self, pack: Pack) -> bool:
        """Whether a document is attached to this version."""
        return (pack.district, pack.version) in self.texts


NO_SOURCES = Sources(MappingProxyType({}), MappingProxyType({}))


def attach(folder: Path, pack: Pack, text: str, document: Document) -> Path:
    """Stores a document as that of ``pack``, in place of the one before; gives the path of its text.

    Raises OSError, and then the one before is still there.
    """
    data = text.encode("utf-8")
    digest = hashlib.sha256(data).hexdigest()
    home = folder / pack.district
    name = _safe(pack.version)
    text_name = f"{name}.{digest[:_DIGEST_LETTERS]}.txt"
    manifest = {
        "format": _FORMAT,
        "district": pack.district,
        "version": pack.version,
        "text": text_name,
        "sha256": digest,
        "clauses": dict(document.digests()),
    }
    os.makedirs(home, exist_ok=True)
    write_whole(home / text_name, data)
    written = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    write_whole(home / f"{name}.json", written.encode("utf-8"))
    for old in sorted(home.iterdir()):
        if _TEXT_NAME.fullmatch(old.name) and old.name[:-17] == name and old.name != text_name:
            with contextlib.suppress(OSError):  # a left-over text is read by nobody
                old.unlink()
    return home / text_name


def _safe(version: str) -> str:
    """A version as a file name, still to be recognised; two versions never share one."""
    return _UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), version)


def read_sources(folder: Path, packs: Iterable[Pack], faults: Faults) -> Sources:
    """The documents in ``folder`` that belong to ``packs``. Writes nothing; raises nothing.

    A document that cannot be used, or that is not what was attached, is a warning (LNK936) and quotes
    nothing; so is one that differs from the register (LNK574), whose clauses that differ are not quoted. A
    folder that does not exist is an empty one.
    """
    texts: dict[Key, Mapping[str, str]] = {}
    comparisons: dict[Key, Comparison] = {}
    for pack in packs:
        path = folder / pack.district / f"{_safe(pack.version)}.json"
        if not os.path.lexists(path):
            continue
        try:
            document = _document(path, pack)
        except _Unusable as error:
            faults.add("LNK936", whole(f"{pack.district}/{path.name}"), reason=error.reason)
            continue
        found = compare(pack.clauses, document)
        same = frozenset(found.unchanged)
        words = {unit.id: unit.text for unit in document.units if unit.id in same}
        texts[pack.district, pack.version] = MappingProxyType(words)
        comparisons[pack.district, pack.version] = found
        if found.stale:
            numbers = [item.number for item in found.stale]
            shown = "、".join(numbers[:_SHOWN]) + ("…" if len(numbers) > _SHOWN else "")
            names = {"district": pack.district, "version": pack.version, "clauses": shown}
            faults.add("LNK574", None, count=str(len(numbers)), **names)
    return Sources(MappingProxyType(texts), MappingProxyType(comparisons))


class _Unusable(Exception):
    def __init__(self, reason: Words) -> None:
        super().__init__(reason.en)
        self.reason = reason


_NOT_OURS = Words("不是 linkage source attach 写的登记", "it is no manifest of linkage source attach")
_TAMPERED = Words("正文与接入时不同", "the text is not what was attached")


def _document(path: Path, pack: Pack) -> Document:
    manifest = _manifest(path)
    if (manifest["district"], manifest["version"]) != (pack.district, pack.version):
        raise _Unusable(_NOT_OURS)
    data = _read(path.parent / manifest["text"])
    if hashlib.sha256(data).hexdigest() != manifest["sha256"]:
        raise _Unusable(_TAMPERED)
    try:
        return cut(data.decode("utf-8"))
    except (UnicodeDecodeError, DocumentError) as error:
        raise _Unusable(_TAMPERED) from error


def _manifest(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(_read(path))
    except (ValueError, RecursionError) as error:
        raise _Unusable(_NOT_OURS) from error
    keys = ("district", "version", "text", "sha256")
    if not isinstance(found, dict) or found.get("format") != _FORMAT:
        raise _Unusable(_NOT_OURS)
    if not all(isinstance(found.get(key), str) for key in keys) or not _TEXT_NAME.fullmatch(found["text"]):
        raise _Unusable(_NOT_OURS)
    return found


def _read(path: Path) -> bytes:
    try:
        return read_bytes(path)
    except SourceError as error:
        raise _Unusable(_why(error)) from error


def _why(error: SourceError) -> Words:
    reason = error.details.get("reason")
    return reason if isinstance(reason, Words) else Words("文件过大或不是文件", "it is too large, or no file")
