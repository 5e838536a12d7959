"""Public keys as commands are given them, and why a proof, a checkpoint or a key does not hold."""

from __future__ import annotations

from pathlib import Path

import orjson

from policy.cli.guard import CommandError
from policy.text.diagnostics import Words
from server.commands.files import read
from server.proof.handovers import Chain
from server.proof.notes import NoteError, Verifier

_WHY = {
    "key": Words("不是公钥，或不是这种公钥", "this is no public key, or one of another kind"),
    "form": Words("格式不对", "it has not the form of one"),
    "base64": Words("编码不对", "its encoding is damaged"),
    "checkpoint": Words("其中的检查点格式不对", "its checkpoint is malformed"),
    "signature": Words("签名与公钥不符", "its signature is not of this key"),
    "path": Words("算不出检查点中的根", "it does not lead to the root of its checkpoint"),
    "handover": Words("密钥的交接不成立", "a handover of keys does not hold"),
    "chain": Words("密钥的交接接不上", "the handovers of keys do not follow each other"),
}
"""What is wrong, by the reason of its ``NoteError``."""


def not_holding(error: ValueError) -> CommandError:
    """What a command says of a proof, a checkpoint or a key that does not hold (LNK894)."""
    return CommandError("LNK894", reason=_WHY.get(str(error), _WHY["form"]))


def verifier_of(key: str) -> Verifier:
    """The public key of an option: itself, or the file that has it. Raises ``CommandError`` (LNK894)."""
    try:
        return Verifier.of_text(key if "+" in key else read(Path(key)))
    except NoteError as error:
        raise not_holding(error) from error


def chain_in(file: Path | None, only: Verifier) -> Chain:
    """The chain of keys that ``linkage log keys list --format json`` wrote; that of one key without a file.

    Raises ``CommandError`` (LNK894): it is none, or (LNK868) one that the key does not belong to.
    """
    if file is None:
        return Chain(only)
    try:
        notes = [str(each["handover"]) for each in orjson.loads(read(file))["keys"] if each["handover"]]
        chain = Chain.of_notes(only, notes)
    except (ValueError, TypeError, KeyError) as error:  # NoteError is one
        raise not_holding(ValueError("form") if not isinstance(error, NoteError) else error) from error
    check_trusted(chain, only)
    return chain


def check_trusted(chain: Chain, key: Verifier) -> None:
    """Raises ``CommandError`` (LNK868) where the key is none of the chain's."""
    if key not in chain.keys:
        raise CommandError("LNK868", key=key.identity.hex(), newest=chain.newest.identity.hex())
