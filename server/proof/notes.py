"""Signed notes (C2SP signed-note): a text, a blank line, and a line for each signature.

    — NAME base64(key id || Ed25519 signature of the text)

A key is told as C2SP has it, ``NAME+KEYID+base64(0x01 || public key)``: the line that an auditor is given.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\x01"
_ID_BYTES, _KEY_BYTES, _SIGNATURE_BYTES = 4, 32, 64
_DASH = "\N{EM DASH} "
_MOST_BYTES = 1_000_000


class NoteError(ValueError):
    """The text is no signed note, no key, or not signed by the key."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """The public side of a key: whose signatures count."""

    name: str
    key: bytes

    @classmethod
    def of_text(cls, text: str) -> Verifier:
        """The key of a line ``NAME+KEYID+base64``. Raises ``NoteError``."""
        name, _, rest = text.strip().partition("+")
        identity, _, encoded = rest.partition("+")
        data = _decoded(encoded)
        if data[:1] != _ED25519 or len(data) != 1 + _KEY_BYTES or not is_name(name):
            raise NoteError("key")
        found = cls(name, data[1:])
        if found.identity.hex() != identity:
            raise NoteError("key")
        return found

    @property
    def identity(self) -> bytes:
        """What signatures name the key by."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.key).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.identity.hex()}+{base64.b64encode(_ED25519 + self.key).decode()}"

    def opened(self, note: str) -> str:
        """The text of a note that this key signed. Raises ``NoteError``."""
        text, _, signatures = note.rpartition("\n\n")
        if len(note) > _MOST_BYTES or not text or not signatures.endswith("\n"):
            raise NoteError("form")
        text += "\n"
        for line in signatures[:-1].split("\n"):
            if not line.startswith(_DASH):
                raise NoteError("form")
            name, _, encoded = line.removeprefix(_DASH).partition(" ")
            signature = _decoded(encoded)
            if name == self.name and signature[:_ID_BYTES] == self.identity:
                return self._checked(text, signature[_ID_BYTES:])
        raise NoteError("signature")

    def _checked(self, text: str, signature: bytes) -> str:
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, text.encode())
        except InvalidSignature as error:
            raise NoteError("signature") from error
        return text


class Signer:
    """A key that signs notes under its name."""

    def __init__(self, name: str, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.verifier = Verifier(name, key.public_key().public_bytes_raw())

    def signed(self, text: str) -> str:
        """The note of ``text``, which ends with a line end."""
        return f"{text}\n{self.line(text)}"

    def line(self, text: str) -> str:
        """The line of this key's signature of ``text``, to stand in a note beside others'."""
        signature = self.verifier.identity + self._key.sign(text.encode())
        return f"{_DASH}{self.verifier.name} {base64.b64encode(signature).decode()}\n"


def is_name(text: str) -> bool:
    """Whether a key may have this name."""
    return bool(text) and "+" not in text and not any(letter.isspace() for letter in text)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteError("base64") from error
