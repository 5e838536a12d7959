"""What a leaf of the log covers: one object of JSON in canonical form (RFC 8785), all values texts.

A decision's entry has every column of its row; facts and outcome, which are encrypted, by their sha256.
Moments are decimal nanoseconds since 1970 UTC. A column that was not known when the row was logged is left
out, so that entries of old rows stay as they were.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from hashlib import sha256

import orjson


class Kind(StrEnum):
    """What an entry is about."""

    DECISION = "decision"
    IMPORTED = "imported"
    """A decision from before the log had proofs, hashed when the database was upgraded."""
    NOTE = "note"
    """Something that was done to the log itself: an upgrade, an erasure, a removal."""


def entry(kind: Kind, values: Mapping[str, str | int | bytes | None]) -> bytes:
    """The entry of these columns. Bytes stand in it as their sha256; what is None is left out."""
    texts = {name: _text(value) for name, value in values.items() if value is not None}
    texts["kind"] = kind
    return orjson.dumps(texts, option=orjson.OPT_SORT_KEYS)


def _text(value: str | int | bytes) -> str:
    if isinstance(value, bytes):
        return sha256(value).hexdigest()
    return str(value)
