"""The keys of one log: what signs its checkpoints, what seals its rows, what wraps the keys of facts.

The file holds two lines and is readable by its owner alone:

    PRIVATE+KEY+NAME+KEYID+base64(0x01 || Ed25519 seed)      as C2SP tools write a signer's key
    MASTER+KEY+base64(32 bytes)

The name of the signer is the log's origin. From the master key two keys are derived (HKDF-Expand, SHA-256),
one for each use. Without the file nobody can read the facts of the log, or add to it.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from contextlib import suppress
from pathlib import Path

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


class KeyFileError(Exception):
    """The file of the keys cannot be used; ``code`` says why."""

    def __init__(self, code: str, path: Path) -> None:
        super().__init__(code)
        self.code = code
        self.path = path


class LogKeys:
    """The keys of a log, ready to use."""

    def __init__(self, name: str, seed: bytes, master: bytes) -> None:
        self._name, self._seed, self._master = name, seed, master
        self.signer = Signer(name, Ed25519PrivateKey.from_private_bytes(seed))
        self.wrapping = AESGCM(_derived(master, b"linkage log: keys of facts"))
        self.sealing = _derived(master, b"linkage log: seals of rows")

    @classmethod
    def made(cls) -> LogKeys:
        """New keys, of a log whose origin nobody else has."""
        name = f"linkage-log/{secrets.token_hex(8)}"
        return cls(name, secrets.token_bytes(_BYTES), secrets.token_bytes(_BYTES))

    @property
    def verifier(self) -> Verifier:
        """The public key, which auditors are given."""
        return self.signer.verifier

    def file_text(self) -> str:
        """What the file holds."""
        signing = base64.b64encode(_ED25519 + self._seed).decode()
        master = base64.b64encode(self._master).decode()
        return (
            f"{_SIGNING}{self._name}+{self.verifier.identity.hex()}+{signing}\n"
            f"{_MASTER}{master}\n"
        )  # fmt: skip

    @classmethod
    def of_text(cls, text: str) -> LogKeys:
        """The keys of a file's text. Raises ``ValueError``."""
        lines = text.split()
        if len(lines) != 2 or not lines[0].startswith(_SIGNING) or not lines[1].startswith(_MASTER):
            raise ValueError("lines")
        name, _, rest = lines[0].removeprefix(_SIGNING).partition("+")
        identity, _, encoded = rest.partition("+")
        signing, master = _decoded(encoded), _decoded(lines[1].removeprefix(_MASTER))
        if len(signing) != 1 + _BYTES or len(master) != _BYTES or not is_name(name):
            raise ValueError("length")
        found = cls(name, signing[1:], master)
        if signing[:1] != _ED25519 or found.verifier.identity.hex() != identity:
            raise ValueError("key id")
        return found


def read_keys(path: Path) -> LogKeys:
    """The keys of a file. Raises ``KeyFileError``: LNK871 not there, LNK872 others may read it, LNK873."""
    try:
        if os.name == "posix" and path.stat().st_mode & _OTHERS:
            raise KeyFileError("LNK872", path)
        return LogKeys.of_text(path.read_text(encoding="ascii"))
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
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "w") as file:
            file.write(keys.file_text())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        finally:
            draft.unlink()
    except FileExistsError:
        return read_keys(path)
    except OSError as error:
        raise KeyFileError("LNK873", path) from error
    with suppress(OSError):
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    return keys


def _derived(master: bytes, use: bytes) -> bytes:
    return HKDFExpand(SHA256(), _BYTES, use).derive(master)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("base64") from error
