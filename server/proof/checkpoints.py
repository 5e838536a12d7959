"""Checkpoints (C2SP tlog-checkpoint): a signed note that says how many leaves the log has, and their root."""

from __future__ import annotations

import base64
import binascii
import re
from typing import NamedTuple

from server.proof.merkle import HASH_BYTES
from server.proof.notes import NoteError, Signer, Verifier

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class Checkpoint(NamedTuple):
    """The log as somebody signed it: which log, how many leaves, the root of their tree."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def signed(signer: Signer, size: int, root: bytes) -> str:
    """The checkpoint of a log whose origin is the name of its key."""
    return signer.signed(Checkpoint(signer.verifier.name, size, root).text)


def opened(verifier: Verifier, note: str) -> Checkpoint:
    """The checkpoint of a note that the key signed. Raises ``NoteError``."""
    lines = verifier.opened(note).split("\n")
    # Lines after the third are extensions, which whoever does not know them passes over.
    if len(lines) < 4 or lines[0] != verifier.name or not _SIZE.fullmatch(lines[1]):
        raise NoteError("checkpoint")
    try:
        root = base64.b64decode(lines[2], validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteError("checkpoint") from error
    if len(root) != HASH_BYTES:
        raise NoteError("checkpoint")
    return Checkpoint(lines[0], int(lines[1]), root)
