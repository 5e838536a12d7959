"""Signed notes, checkpoints and keys: as C2SP and Go's tools write them; nothing altered is taken."""

import base64
import os
import stat
from pathlib import Path

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from server.proof import checkpoints, sealing
from server.proof.entries import Kind, entry
from server.proof.keys import KeyFileError, LogKeys, keys_made_at, read_keys
from server.proof.merkle import EMPTY
from server.proof.notes import NoteError, Signer, Verifier

# The example of Go's package golang.org/x/mod/sumdb/note.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqf"
    "qdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_a_note_of_another_tool() -> None:
    peter = Verifier.of_text(PETER)
    assert str(peter) == PETER
    assert peter.opened(NOTE).startswith("If you think")
    with pytest.raises(NoteError, match="signature"):
        peter.opened(NOTE.replace("cryptography", "accounting"))


@pytest.fixture
def keys() -> LogKeys:
    return LogKeys.made()


def test_a_checkpoint_comes_back(keys: LogKeys) -> None:
    note = checkpoints.signed(keys.signer, 7, EMPTY)
    found = checkpoints.opened(keys.verifier, note)
    assert found == (keys.verifier.name, 7, EMPTY)
    lines = note.split("\n")
    assert lines[:3] == [keys.verifier.name, "7", base64.b64encode(EMPTY).decode()]
    assert lines[3] == ""
    assert lines[4].startswith(f"— {keys.verifier.name} ")


def test_signatures_of_others_may_stand_beside(keys: LogKeys) -> None:
    other = LogKeys.made()
    note = checkpoints.signed(keys.signer, 7, EMPTY)
    text = note.partition("\n\n")[0] + "\n"
    both = other.signer.signed(text) + note.rpartition("\n\n")[2]
    assert checkpoints.opened(keys.verifier, both).size == 7


def test_extensions_are_passed_over(keys: LogKeys) -> None:
    text = checkpoints.Checkpoint(keys.verifier.name, 3, EMPTY).text + "an extension\n"
    assert checkpoints.opened(keys.verifier, keys.signer.signed(text)).size == 3


@pytest.mark.parametrize(
    "text",
    [
        "{name}\n",
        "{name}\n7\n",
        "{name}\n07\n{root}\n",
        "{name}\n-7\n{root}\n",
        "{name}\n7\n!\n",
        "{name}\n7\nAAAA\n",
        "someone else\n7\n{root}\n",
    ],
)
def test_what_is_no_checkpoint(keys: LogKeys, text: str) -> None:
    filled = text.format(name=keys.verifier.name, root=base64.b64encode(EMPTY).decode())
    with pytest.raises(NoteError):
        checkpoints.opened(keys.verifier, keys.signer.signed(filled))


@pytest.mark.parametrize("change", ["", "x", "x\n\n", "x\n\n- a b\n", "x\n\n— a !\n", "x\n\n— a AAAA"])
def test_what_is_no_note(keys: LogKeys, change: str) -> None:
    with pytest.raises(NoteError):
        keys.verifier.opened(change)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a+b",
        PETER.replace("c74f20a3", "c74f20a4"),
        PETER.replace("ARpc", "AhpC"),
        PETER.replace("Peter", "Peter "),
        PETER[:-4],
        PETER + "!",
    ],
)
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(NoteError):
        Verifier.of_text(text)


@given(st.integers(0, 200), st.integers(0, 7))
def test_no_bit_of_a_checkpoint_can_change(at: int, bit: int) -> None:
    seed = bytes(32)
    signer = Signer("log", Ed25519PrivateKey.from_private_bytes(seed))
    note = bytearray(checkpoints.signed(signer, 123_456, EMPTY).encode())
    note[at % len(note)] ^= 1 << bit
    try:
        changed = note.decode()
    except UnicodeDecodeError:
        return
    with pytest.raises(NoteError):
        checkpoints.opened(signer.verifier, changed)


def test_keys_come_back_from_their_file(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    made = keys_made_at(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_keys(path).file_text() == made.file_text() == path.read_text()
    assert keys_made_at(path).file_text() == made.file_text()
    assert os.listdir(tmp_path) == ["keys"]


def refused(path: Path) -> str:
    with pytest.raises(KeyFileError) as caught:
        read_keys(path)
    return caught.value.code


def test_keys_that_cannot_be_used(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    assert refused(path) == "LNK871"
    text = keys_made_at(path).file_text()
    path.chmod(0o644)
    assert refused(path) == "LNK872"
    path.chmod(0o640)
    read_keys(path)
    signing, master = text.splitlines()
    name = signing.split("+")[2]
    for wrong in ("", signing, f"{master}\n{signing}", f"{signing[:-9]}\n{master}", f"{signing}\n{master}!",
                  text.replace(name, "other"), f"{signing}\n{master[:-9]}"):  # fmt: skip
        path.write_text(wrong)
        assert refused(path) == "LNK873"
    with pytest.raises(KeyFileError, match="LNK873"):
        keys_made_at(tmp_path / "nowhere" / "keys")


def test_a_row_opens_with_its_own_key_alone(keys: LogKeys) -> None:
    wrapped, facts, outcome = sealing.closed(keys, "A", b"facts", b"outcome")
    assert sealing.opened(keys, "A", wrapped, facts, outcome) == (b"facts", b"outcome")
    assert b"facts" not in facts
    for wrong in (
        (LogKeys.made(), "A", wrapped, facts, outcome),
        (keys, "B", wrapped, facts, outcome),
        (keys, "A", wrapped[:-1], facts, outcome),
        (keys, "A", b"", facts, outcome),
        (keys, "A", wrapped, outcome, facts),
        (keys, "A", wrapped, facts, outcome[:-1]),
    ):
        with pytest.raises(sealing.Unreadable):
            sealing.opened(*wrong)


def test_a_seal_is_of_one_leaf_in_one_place(keys: LogKeys) -> None:
    seal = sealing.seal_of(keys, 1, EMPTY)
    assert seal == sealing.seal_of(LogKeys.of_text(keys.file_text()), 1, EMPTY)
    others = [
        sealing.seal_of(keys, 2, EMPTY),
        sealing.seal_of(keys, 1, bytes(32)),
        sealing.seal_of(LogKeys.made(), 1, EMPTY),
    ]
    assert seal not in others


@given(st.dictionaries(st.text("abcdef_"), st.text() | st.integers()))
def test_entries_are_canonical_json(values: dict[str, str | int]) -> None:
    """RFC 8785: keys sorted, no spaces, the shortest escapes; all our values are texts."""
    texts = {name: str(value) for name, value in values.items()} | {"kind": "note"}
    # The standard library writes strings just as the RFC asks.
    import json

    wanted = json.dumps(texts, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    assert entry(Kind.NOTE, values) == wanted.encode()
    assert orjson.loads(wanted) == texts


def test_bytes_stand_as_their_digest_and_what_is_unknown_is_left_out() -> None:
    found = orjson.loads(entry(Kind.DECISION, {"facts": b"", "caller": None, "as_of": 7}))
    assert found == {"facts": EMPTY.hex(), "as_of": "7", "kind": "decision"}
