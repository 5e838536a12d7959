"""Handovers of keys: who trusts one key of a chain may trust all, and nobody can put theirs among them."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.proof import checkpoints
from server.proof.handovers import Chain, Handover, made, opened
from server.proof.merkle import EMPTY, leaf_hash
from server.proof.notes import NoteError, Signer

ROOT, OTHER = leaf_hash(b"a"), leaf_hash(b"b")


def signer(name: str = "log") -> Signer:
    return Signer(name, Ed25519PrivateKey.generate())


ONE, TWO, THREE, THIEF = signer(), signer(), signer(), signer()
FIRST, SECOND = made(ONE, TWO, 3, ROOT), made(TWO, THREE, 7, OTHER)
CHAIN = Chain(ONE.verifier, [FIRST, SECOND])


def test_a_handover_comes_back() -> None:
    assert opened(FIRST.note) == FIRST
    assert FIRST.checkpoint == ("log", 3, ROOT)
    # For whoever knows nothing of handovers it is a checkpoint of either key.
    for key in (ONE, TWO):
        assert checkpoints.opened(key.verifier, FIRST.note) == FIRST.checkpoint


def with_line(number: int, *texts: str) -> str:
    """The handover with another line in place of one, or none."""
    found = FIRST.note.split("\n")
    found[number : number + 1] = texts
    return "\n".join(found)


def stolen() -> str:
    """The names of a handover, signed by the new key and by one who would like to have been before it."""
    text = FIRST.note.partition("\n\n")[0] + "\n"
    return f"{text}\n{THIEF.line(text)}{TWO.line(text)}"


def foreign() -> str:
    """What the old key signed, and a signature of one who would like to follow it."""
    old = checkpoints.signed(ONE, 3, ROOT)
    return old + THIEF.line(old.partition("\n\n")[0] + "\n")


FORGED = {
    "another size": with_line(1, "4"),
    "another root": with_line(2, SECOND.note.split("\n")[2]),
    "another successor": with_line(4, f"to {THIEF.verifier}"),
    "another predecessor": with_line(3, f"from {THIEF.verifier}"),
    "signed by the old key alone": with_line(7),
    "signed by the new key alone": with_line(6),
    "signed by a third one in place of the old key": stolen(),
    "a checkpoint that somebody else signed too": foreign(),
    "a checkpoint": checkpoints.signed(ONE, 3, ROOT),
    "to itself": made(ONE, ONE, 3, ROOT).note,
    "of another log": made(ONE, signer("other"), 3, ROOT).note,
    "nothing": "",
}  # fmt: skip


@pytest.mark.parametrize("note", FORGED.values(), ids=FORGED.keys())
def test_what_is_no_handover(note: str) -> None:
    with pytest.raises(NoteError):
        opened(note)


@pytest.mark.parametrize(
    ("key", "size", "in_time"),
    [(ONE, 2, True), (ONE, 3, True), (ONE, 4, False), (TWO, 7, True), (TWO, 8, False), (THREE, 900, True)],
)
def test_checkpoints_of_each_time(key: Signer, size: int, in_time: bool) -> None:
    point, found = CHAIN.opened(checkpoints.signed(key, size, EMPTY))
    assert (point.size, found) == (size, in_time)


def test_a_stranger_is_in_no_chain() -> None:
    with pytest.raises(NoteError, match="signature"):
        CHAIN.opened(checkpoints.signed(THIEF, 3, ROOT))
    with pytest.raises(NoteError, match="form"):
        CHAIN.opened("")
    assert CHAIN.newest == THREE.verifier
    assert Chain(ONE.verifier).newest == ONE.verifier
    assert Chain.of_notes(ONE.verifier, [FIRST.note, SECOND.note]).keys == CHAIN.keys


@pytest.mark.parametrize(
    "handovers",
    [
        [SECOND, FIRST],
        [FIRST, made(THIEF, THREE, 7, OTHER)],
        [FIRST, made(ONE, THIEF, 3, ROOT)],
        [FIRST, made(TWO, ONE, 7, OTHER)],
        [FIRST, made(TWO, THREE, 2, OTHER)],
    ],
    ids=["out of order", "with a gap", "two of one key", "back to an old key", "of an earlier log"],
)
def test_handovers_that_do_not_follow_each_other(handovers: list[Handover]) -> None:
    with pytest.raises(NoteError, match="chain"):
        Chain(ONE.verifier, handovers)
