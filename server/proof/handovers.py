"""Keys of a log that follow each other: the last checkpoint of one, which names the next; both sign it.

    ORIGIN
    301
    base64 of the root
    from ORIGIN+KEYID+base64
    to ORIGIN+KEYID+base64

    — ORIGIN signature of the old key
    — ORIGIN signature of the new key

The lines after the root are extensions of a C2SP checkpoint. Since both keys sign both names, nobody can put
a key of theirs before or after another one: whoever trusts one key of a chain may trust them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from server.proof import checkpoints
from server.proof.checkpoints import Checkpoint
from server.proof.notes import NoteError, Signer, Verifier

_FROM, _TO = "from ", "to "


class Handover(NamedTuple):
    """That ``old`` signs nothing after ``checkpoint``, and ``new`` whatever follows; ``note`` proves it."""

    old: Verifier
    new: Verifier
    checkpoint: Checkpoint
    note: str


def made(old: Signer, new: Signer, size: int, root: bytes) -> Handover:
    """The handover of a log of ``size`` leaves."""
    point = Checkpoint(old.verifier.name, size, root)
    text = f"{point.text}{_FROM}{old.verifier}\n{_TO}{new.verifier}\n"
    return Handover(old.verifier, new.verifier, point, old.signed(text) + new.line(text))


def opened(note: str) -> Handover:
    """The handover of a note. Raises ``NoteError`` where it is none, or one of both keys did not sign it."""
    lines = note.split("\n")
    if len(lines) < 5 or not lines[3].startswith(_FROM) or not lines[4].startswith(_TO):
        raise NoteError("handover")
    old, new = (Verifier.of_text(line.partition(" ")[2]) for line in lines[3:5])
    point = checkpoints.opened(old, note)
    if checkpoints.opened(new, note) != point or old == new:
        raise NoteError("handover")
    return Handover(old, new, point, note)


class Chain:
    """The keys of a log in their order. ``handovers`` lead from each to the next.

    Raises ``NoteError`` (chain) where they do not: one begins with another key than the last ended with, or
    with an earlier log.
    """

    def __init__(self, only: Verifier, handovers: Sequence[Handover] = ()) -> None:
        """``only``: the key, where there are no handovers."""
        self.handovers = tuple(handovers)
        self.keys = [self.handovers[0].old if self.handovers else only]
        last = 0
        for each in self.handovers:
            if each.old != self.keys[-1] or each.new in self.keys or each.checkpoint.size < last:
                raise NoteError("chain")
            self.keys.append(each.new)
            last = each.checkpoint.size

    @classmethod
    def of_notes(cls, only: Verifier, notes: Iterable[str]) -> Chain:
        """The chain of handovers' notes, in their order. Raises ``NoteError``."""
        return cls(only, [opened(note) for note in notes])

    @property
    def newest(self) -> Verifier:
        """The key that signs now."""
        return self.keys[-1]

    def opened(self, note: str) -> tuple[Checkpoint, bool]:
        """The checkpoint of a note that one of the keys signed, and whether it was that key's to sign.

        A key that has handed over signs nothing larger: whoever does has got hold of it. Raises
        ``NoteError``.
        """
        for number, key in enumerate(self.keys):
            try:
                found = checkpoints.opened(key, note)
            except NoteError as error:
                if str(error) != "signature":
                    raise
                continue
            ends = self.handovers[number].checkpoint.size if number < len(self.handovers) else None
            return found, ends is None or found.size <= ends
        raise NoteError("signature")
