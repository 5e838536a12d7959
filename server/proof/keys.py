"""The keys of one log: what signs its checkpoints, what seals its rows, what wraps the keys of facts
and encrypts the persons of contacts.

The file holds two lines and is readable by its owner alone:

    PRIVATE+KEY+NAME+KEYID+base64(0x01 || Ed25519 seed)      as C2SP tools write a signer's key
    MASTER+KEY+base64(32 bytes)

While the key that signs is being changed the next one has a line too (``server.log.rotation``). The name of
the signer is the log's origin. From the master key three keys are derived (HKDF-Expand, SHA-256), one for
each use. Without the file nobody can read the facts of the log, or add to it.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from server.proof.notes import Signer, Verifier, is_name

OWNER_ONLY = 0o600
_OTHERS = 0o007
_SIGNING, _MASTER = "PRIVATE+KEY+", "MASTER+KEY+"
_ED25519 = b"\x01"
_BYTES = 32
_MOST_SIGNING = 8


class KeyFileError(Exception):
    """The file of the keys cannot be used; ``code`` says why."""

    def __init__(self, code: str, path: Path) -> None:
        super().__init__(code)
        self.code = code
        self.path = path


class SigningKey(NamedTuple):
    """A key that signs checkpoints: the name that it signs under, and its secret."""

    name: str
    seed: bytes

    @classmethod
    def made(cls, name: str) -> SigningKey:
        """A new key under a name."""
        return cls(name, secrets.token_bytes(_BYTES))

    @property
    def signer(self) -> Signer:
        """The key, ready to sign."""
        return Signer(self.name, Ed25519PrivateKey.from_private_bytes(self.seed))


class LogKeys:
    """The keys of a log, ready to use.

    One of the ``signing`` keys signs; the first, unless ``follow`` has turned to another. Another one is
    there while the log's key is being changed.
    """

    def __init__(self, signing: Sequence[SigningKey], master: bytes, path: Path | None = None) -> None:
        """``path``: the file that they are from."""
        self.signing = tuple(signing)
        self.path = path
        self._master = master
        self.signer = self.signing[0].signer
        self.wrapping = AESGCM(_derived(master, b"linkage log: keys of facts"))
        self.sealing = _derived(master, b"linkage log: seals of rows")
        self.persons = AESGCM(_derived(master, b"linkage contacts: persons"))

    @classmethod
    def made(cls) -> LogKeys:
        """New keys, of a log whose origin nobody else has."""
        name = f"linkage-log/{secrets.token_hex(8)}"
        return cls((SigningKey.made(name),), secrets.token_bytes(_BYTES))

    @property
    def verifier(self) -> Verifier:
        """The public key, which auditors are given."""
        return self.signer.verifier

    def follow(self, verifier: str) -> bool:
        """Turns to the key with this public key, which the log is signed with now; whether it is there.

        Where it is not, the file is read again: the key may have been changed since.
        """
        if str(self.verifier) == verifier or self._turned(verifier):
            return True
        with suppress(KeyFileError):
            again = None if self.path is None else read_keys(self.path)
            if again is not None and again._master == self._master:
                self.signing = again.signing
                return self._turned(verifier)
        return False

    def _turned(self, verifier: str) -> bool:
        for each in self.signing:
            if str(each.signer.verifier) == verifier:
                self.signer = each.signer
                return True
        return False

    def with_signing(self, *signing: SigningKey) -> LogKeys:
        """The same keys but for those that sign."""
        return LogKeys(signing, self._master, self.path)

    def file_text(self) -> str:
        """What the file holds."""
        lines = []
        for each in self.signing:
            encoded = base64.b64encode(_ED25519 + each.seed).decode()
            lines.append(f"{_SIGNING}{each.name}+{each.signer.verifier.identity.hex()}+{encoded}\n")
        return "".join((*lines, f"{_MASTER}{base64.b64encode(self._master).decode()}\n"))

    @classmethod
    def of_text(cls, text: str, path: Path | None = None) -> LogKeys:
        """The keys of a file's text. Raises ``ValueError``."""
        *signing, last = text.split() or [""]
        if not 1 <= len(signing) <= _MOST_SIGNING or not last.startswith(_MASTER):
            raise ValueError("lines")
        master = _decoded(last.removeprefix(_MASTER))
        keys = [_signing_key(line) for line in signing]
        if len(master) != _BYTES or len({each.name for each in keys}) != 1:
            raise ValueError("length")
        return cls(keys, master, path)


def _signing_key(line: str) -> SigningKey:
    """The key of a line. Raises ``ValueError``."""
    name, _, rest = line.removeprefix(_SIGNING).partition("+")
    identity, _, encoded = rest.partition("+")
    secret = _decoded(encoded)
    if not line.startswith(_SIGNING) or len(secret) != 1 + _BYTES or not is_name(name):
        raise ValueError("length")
    found = SigningKey(name, secret[1:])
    if secret[:1] != _ED25519 or found.signer.verifier.identity.hex() != identity:
        raise ValueError("key id")
    return found


def read_keys(path: Path) -> LogKeys:
    """The keys of a file. Raises ``KeyFileError``: LNK871 not there, LNK872 others may read it, LNK873."""
    try:
        if os.name == "posix" and path.stat().st_mode & _OTHERS:
            raise KeyFileError("LNK872", path)
        return LogKeys.of_text(path.read_text(encoding="ascii"), path)
    except FileNotFoundError as error:
        raise KeyFileError("LNK871", path) from error
    except (OSError, ValueError) as error:
        raise KeyFileError("LNK873", path) from error


def found_or_made(path: Path) -> LogKeys:
    """The keys of a file, which is made where there is none. Raises ``KeyFileError``."""
    return read_keys(path) if path.exists() else keys_made_at(path)


def keys_made_at(path: Path) -> LogKeys:
    """New keys, written to a file that is there whole or not at all; those of another that made it first.

    Raises ``KeyFileError`` (LNK873) where it cannot be written.
    """
    keys = LogKeys.made()
    keys.path = path
    try:
        draft = _drafted(keys, path)
        try:
            os.link(draft, path)
        finally:
            draft.unlink()
    except FileExistsError:
        return read_keys(path)
    except OSError as error:
        raise KeyFileError("LNK873", path) from error
    _synced(path.parent)
    return keys


def replace_keys(keys: LogKeys, path: Path) -> None:
    """Puts keys in place of those of a file, in one step; it stays whose it was.

    Raises ``KeyFileError`` (LNK873) where it cannot be written.
    """
    try:
        owner = path.stat()
        draft = _drafted(keys, path)
        try:
            if os.name == "posix" and (owner.st_uid, owner.st_gid) != (os.geteuid(), os.getegid()):
                os.chown(draft, owner.st_uid, owner.st_gid)
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise KeyFileError("LNK873", path) from error
    _synced(path.parent)


def _drafted(keys: LogKeys, path: Path) -> Path:
    """A file beside ``path`` that holds the keys, durable and its owner's alone."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "w") as file:
        file.write(keys.file_text())
        file.flush()
        os.fsync(file.fileno())
    return draft


def _synced(folder: Path) -> None:
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _derived(master: bytes, use: bytes) -> bytes:
    return HKDFExpand(SHA256(), _BYTES, use).derive(master)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("base64") from error
