"""A person's key: Ed25519, in two files.

    NAME.key   the private key, PKCS #8 under a passphrase (PEM, mode 0600): with the person alone
    NAME.pub   the public key with the person's name, JSON: for the repository

The passphrase is asked for where a person signs; it is in no file and no argument.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from securesystemslib.signer import CryptoSigner, Key, SSlibKey

from policy.text.characters import printable
from policy.text.messages import Words
from server.publishing.errors import PublishingError

HOLDER = "x-linkage-holder"
"""The field of a key in a repository's metadata that names whose it is; TUF leaves such fields to us."""

SHORTEST = 10
"""Characters of a passphrase, at least."""

_LARGEST = 16_384
_OTHERS = 0o077
_NOT_SO_LONG = 60

NOT_THERE = Words("没有这个文件，或读不出来", "there is no such file, or it cannot be read")
NO_KEY = Words("不是本工具生成的私钥", "it is no private key that this tool made")
NO_PUBLIC = Words("不是本工具生成的公钥（.pub）", "it is no public key that this tool made (.pub)")
OTHERS_READ = Words("同机的其他用户也能读它：chmod 600", "others on this machine may read it: chmod 600")
TAKEN = Words("已经有这个文件，不覆盖", "there is such a file already, which is left as it is")
WRONG = Words("口令不对", "the passphrase is wrong")


def made(name: str, passphrase: str) -> tuple[bytes, bytes]:
    """A new key of the person ``name``: the bytes of both files. Raises ``PublishingError``: LNK455 for a
    passphrase that is too short, LNK460 for what is no name."""
    if len(passphrase) < SHORTEST:
        raise PublishingError("LNK455", least=str(SHORTEST))
    if not is_name(name):
        raise PublishingError("LNK460", name=name)
    private = Ed25519PrivateKey.generate()
    closed = private.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase.encode())
    )
    public = SSlibKey.from_crypto(private.public_key())
    said = {"name": name, "keyid": public.keyid, "key": public.to_dict()}
    return closed, (json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def is_name(name: str) -> bool:
    """Whether a person or an office may be called so."""
    return bool(name.strip()) and name == name.strip() == printable(name) and len(name) <= _NOT_SO_LONG


def read_public(path: Path) -> Key:
    """The key of a .pub file, with its holder. Raises ``PublishingError`` (LNK454)."""
    try:
        said = json.loads(_read(path))
        key = SSlibKey.from_dict(said["keyid"], dict(said["key"]))
        name = said["name"]
        if key.keytype != "ed25519" or not isinstance(name, str) or not is_name(name):
            raise ValueError(name)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise PublishingError("LNK454", path=str(path), reason=NO_PUBLIC) from error
    key.unrecognized_fields[HOLDER] = name
    return key


def read_private(path: Path, passphrase: str) -> CryptoSigner:
    """A key, ready to sign. Raises ``PublishingError`` (LNK454)."""
    data = _read(path)
    if b"PRIVATE KEY" not in data:
        raise PublishingError("LNK454", path=str(path), reason=NO_KEY)
    if os.name == "posix" and path.stat().st_mode & _OTHERS:
        raise PublishingError("LNK454", path=str(path), reason=OTHERS_READ)
    try:
        private = load_pem_private_key(data, passphrase.encode() or None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        encrypted = b"ENCRYPTED PRIVATE KEY" in data
        raise PublishingError("LNK454", path=str(path), reason=WRONG if encrypted else NO_KEY) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise PublishingError("LNK454", path=str(path), reason=NO_KEY)
    return CryptoSigner(private)


def holder(key: Key) -> str:
    """Whose key it is."""
    return str(key.unrecognized_fields.get(HOLDER, ""))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST)
    except OSError as error:
        raise PublishingError("LNK454", path=str(path), reason=NOT_THERE) from error
