"""API keys for small installations: made and revoked by a command, kept as hashes in a file.

A key is ``lk_ID_SECRET``. The secret is 256 random bits, so there is nothing to guess and no dictionary that
a slow hash would slow down: SHA-256 of the whole key is kept. A slow hash (argon2, scrypt) protects what
people choose, and would here only let anyone spend the server's processor with wrong keys. The id is no
secret: it finds the entry, and names the key in lists.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType

import orjson

from policy.text.diagnostics import fault
from policy.text.source import whole
from server.identity.refusals import Unauthenticated, Why
from server.identity.watched import FileError

PREFIX = "lk_"
_KEY = re.compile(r"lk_([0-9a-f]{12})_[A-Za-z0-9_-]{43}")
_KEY_BEGINS = re.compile(r"lk_([0-9a-f]{12})(?:_|$)")
_ID_BYTES, _SECRET_BYTES = 6, 32
_NOT_OTHERS = 0o640


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One key of the file. Moments are seconds since 1970 UTC; 0: it does not expire, is not revoked."""

    id: str
    caller: str
    sha256: str
    created: int
    expires: int = 0
    revoked: int = 0


class ApiKeys:
    """The keys of a file."""

    def __init__(self, keys: Mapping[str, ApiKey] = MappingProxyType({})) -> None:
        self._keys = keys

    def __iter__(self) -> Iterator[ApiKey]:
        return iter(self._keys.values())

    def found(self, key: str, now: int) -> ApiKey:
        """The entry of a key that is good now. Raises ``Unauthenticated``."""
        form = _KEY.fullmatch(key)
        if form is None:
            raise Unauthenticated(Why.MALFORMED)
        found = self._keys.get(form[1])
        if found is None or not hmac.compare_digest(found.sha256, _hash(key)):
            raise Unauthenticated(Why.KEY)
        if found.revoked:
            raise Unauthenticated(Why.REVOKED)
        if found.expires and found.expires <= now:
            raise Unauthenticated(Why.EXPIRED)
        return found


def read_keys(path: Path) -> ApiKeys:
    """The keys of a file; none where there is no file yet. Raises ``FileError``."""
    try:
        entries = orjson.loads(path.read_bytes())["keys"]
        return ApiKeys({key.id: key for key in map(_read_key, entries)})
    except FileNotFoundError:
        return ApiKeys()
    except OSError as error:
        raise FileError([fault("LNK938", whole(path.name))]) from error
    except (ValueError, TypeError, KeyError) as error:
        raise FileError([fault("LNK938", whole(path.name))]) from error


def _read_key(entry: dict[str, object]) -> ApiKey:
    key = ApiKey(**entry)  # type: ignore[arg-type]
    texts, moments = (key.id, key.caller, key.sha256), (key.created, key.expires, key.revoked)
    if not all(isinstance(text, str) for text in texts) or not all(type(at) is int for at in moments):
        raise TypeError
    return key


def create_key(path: Path, caller: str, now: int, expires: int = 0) -> tuple[ApiKey, str]:
    """Adds a key of a caller to the file; the entry, and the key itself, which is nowhere else."""
    identity = secrets.token_hex(_ID_BYTES)
    key = f"{PREFIX}{identity}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    entry = ApiKey(identity, caller, _hash(key), now, expires)
    with _changing(path) as keys:
        keys.append(entry)
    return entry, key


def revoke_key(path: Path, identity: str, now: int) -> bool:
    """Revokes a key for good; whether there is one of that id. It stays in the file: logs may name it."""
    with _changing(path) as keys:
        for index, key in enumerate(keys):
            if key.id == identity:
                if not key.revoked:
                    keys[index] = ApiKey(key.id, key.caller, key.sha256, key.created, key.expires, now)
                return True
    return False


def id_of(text: str) -> str:
    """The id of a key, where ``text`` begins as one does; else ``text``, which is an id."""
    found = _KEY_BEGINS.match(text)
    return found[1] if found else text


@contextmanager
def _changing(path: Path) -> Iterator[list[ApiKey]]:
    """The keys of the file, written back in one piece; one command after the other. Raises ``FileError``."""
    import fcntl  # which Windows does not have; the service itself only reads

    try:
        folder = os.open(path.parent, os.O_RDONLY)
    except OSError as error:
        raise FileError([fault("LNK938", whole(path.name))]) from error
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        keys = list(read_keys(path))
        yield keys
        _write(path, keys)
    finally:
        os.close(folder)


def _write(path: Path, keys: list[ApiKey]) -> None:
    data = orjson.dumps({"keys": [asdict(key) for key in keys]}, option=orjson.OPT_INDENT_2)
    try:
        # mkstemp: readable by its owner alone from the first moment.
        number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(number, "wb") as file:
            _as_before(number, path)
            file.write(data + b"\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except OSError as error:
        raise FileError([fault("LNK938", whole(path.name))]) from error


def _as_before(number: int, path: Path) -> None:
    """The new file is whose the old one was: root's command must not shut out the service, which would go on
    with the keys that it has, revoked ones too."""
    with suppress(FileNotFoundError):
        old, new = path.stat(), os.fstat(number)
        if (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
            os.fchown(number, old.st_uid, old.st_gid)
        os.fchmod(number, stat.S_IMODE(old.st_mode) & _NOT_OTHERS)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
