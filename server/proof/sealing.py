"""Facts and outcome of a row, encrypted under a key of the row's own; and the seal of a leaf in its place.

The same for what is recorded of a case of the register: one key for each case, under which each entry is
closed in its place.

AES-256-GCM throughout. The row's key is random, and is kept beside it, wrapped under the log's master key and
bound to the row's id: where that is destroyed nobody can read the row again, and the leaf, which covers what
is encrypted, stays as it is.
"""

from __future__ import annotations

import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.proof.keys import LogKeys

_KEY_BYTES, _NONCE_BYTES, _SEAL_BYTES = 32, 12, 16

# The row's key encrypts exactly two texts, so that a number of one's own is enough of a nonce for each.
_FACTS, _OUTCOME = bytes(_NONCE_BYTES), bytes(_NONCE_BYTES - 1) + b"\x01"


class Unreadable(Exception):
    """The row's key is not what was kept, or does not open what it should."""


def closed(keys: LogKeys, identity: str, facts: bytes, outcome: bytes) -> tuple[bytes, bytes, bytes]:
    """The wrapped key of a row, its facts and its outcome, both encrypted."""
    data = secrets.token_bytes(_KEY_BYTES)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    wrapped = nonce + keys.wrapping.encrypt(nonce, data, identity.encode())
    cipher = AESGCM(data)
    return wrapped, cipher.encrypt(_FACTS, facts, None), cipher.encrypt(_OUTCOME, outcome, None)


def opened(keys: LogKeys, identity: str, wrapped: bytes, facts: bytes, outcome: bytes) -> tuple[bytes, bytes]:
    """The facts and the outcome of a row. Raises ``Unreadable``."""
    try:
        nonce, rest = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
        cipher = AESGCM(keys.wrapping.decrypt(nonce, rest, identity.encode()))
        return cipher.decrypt(_FACTS, facts, None), cipher.decrypt(_OUTCOME, outcome, None)
    except (InvalidTag, ValueError, TypeError) as error:
        raise Unreadable(identity) from error


def seal_of(keys: LogKeys, place: int, leaf: bytes) -> bytes:
    """What only a holder of the keys can say of a leaf in its place: HMAC-SHA-256, its first 16 bytes.

    With it each row is judged for itself: one that was changed hides no other, however the tree looks.
    """
    return hmac.digest(keys.sealing, place.to_bytes(8, "big") + leaf, "sha256")[:_SEAL_BYTES]


def case_key(keys: LogKeys, name: bytes) -> bytes:
    """A new key for one case, wrapped; ``name`` is the case's."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + keys.wrapping.encrypt(nonce, secrets.token_bytes(_KEY_BYTES), name)


class CaseCipher:
    """Opens and closes the entries of one case. Raises ``Unreadable`` for a key that is not the case's."""

    def __init__(self, keys: LogKeys, name: bytes, wrapped: bytes) -> None:
        try:
            nonce, rest = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
            self._cipher = AESGCM(keys.wrapping.decrypt(nonce, rest, name))
        except (InvalidTag, ValueError) as error:
            raise Unreadable(name.decode(errors="replace")) from error

    def closed(self, number: int, content: bytes) -> bytes:
        """An entry, which is the case's so-many-th."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, _place(number))

    def opened(self, number: int, content: bytes) -> bytes:
        """The entry again. Raises ``Unreadable`` for one that was altered, or is another's."""
        try:
            return self._cipher.decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], _place(number))
        except (InvalidTag, ValueError) as error:
            raise Unreadable(str(number)) from error


def _place(number: int) -> bytes:
    return number.to_bytes(8, "big")
