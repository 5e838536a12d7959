"""A proof to be kept in a file (C2SP tlog-proof): a leaf's entry, its path to the root, a checkpoint.

c2sp.org/tlog-proof@v1
extra base64(entry)
index 73894
base64 of a hash, one a line

the checkpoint, a signed note
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from typing import NamedTuple

from server.proof.checkpoints import Checkpoint
from server.proof.handovers import Chain
from server.proof.merkle import included, leaf_hash
from server.proof.notes import NoteError

_HEAD = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")
_MOST_HASHES = 64


class Bundle(NamedTuple):
    """A proof that an entry is leaf ``place`` of the tree of a checkpoint."""

    entry: bytes
    place: int
    hashes: Sequence[bytes]
    checkpoint: str

    @property
    def text(self) -> str:
        """What the file holds."""
        head = (_HEAD, f"extra {_encoded(self.entry)}", f"index {self.place}")
        return "\n".join((*head, *map(_encoded, self.hashes), "", self.checkpoint))

    @classmethod
    def of_text(cls, text: str) -> Bundle:
        """The proof of a file. Raises ``NoteError``."""
        proof, _, checkpoint = text.partition("\n\n")
        head, *lines = proof.split("\n")
        extra = lines.pop(0) if lines and lines[0].startswith("extra ") else "extra "
        index = _INDEX.fullmatch(lines.pop(0)) if lines else None
        if head != _HEAD or index is None or len(lines) > _MOST_HASHES:
            raise NoteError("form")
        hashes = tuple(map(_decoded, lines))
        return cls(_decoded(extra.removeprefix("extra ")), int(index[1]), hashes, checkpoint)

    def checked(self, chain: Chain) -> Checkpoint:
        """The checkpoint whose tree has the entry, signed with a key of the chain in its time.

        Raises ``NoteError`` where the proof does not hold.
        """
        signed, in_time = chain.opened(self.checkpoint)
        if not in_time:
            raise NoteError("signature")
        if not included(leaf_hash(self.entry), self.place, signed.size, self.hashes, signed.root):
            raise NoteError("path")
        return signed


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteError("base64") from error
