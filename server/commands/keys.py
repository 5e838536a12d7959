"""``linkage keys``: API keys of callers, made, listed and revoked; a running service follows in a second."""

from __future__ import annotations

import time
from pathlib import Path

from policy.cli.guard import CommandError
from policy.text.diagnostics import Words
from policy.text.suggest import suggest
from policy.text.terminal import show
from policy.time.moment import NANO, moment_text
from server.identity.caller import CallerLimits
from server.identity.callers import read_callers
from server.identity.keys import ApiKey, create_key, id_of, read_keys, revoke_key
from server.settings.config import Settings

_DAY = 86_400
_CALLER, _KEY = Words("调用者", "caller"), Words("密钥", "key")


def create(settings: Settings, caller: str, days: int) -> None:
    """Makes a key, valid for ``days`` (0: until it is revoked), and prints it: this once, and never again.

    Raises ``CommandError`` for a caller that is not configured, ``FileError``.
    """
    file = _file(settings)
    known = read_callers(Path(_set(settings.identity.callers, "identity.callers")), CallerLimits()).callers
    if caller not in known:
        raise CommandError("LNK939", suggest(caller, known), what=_CALLER, name=caller)
    now = int(time.time())
    _, key = create_key(file, caller, now, now + days * _DAY if days else 0)
    show(key)


def list_keys(settings: Settings, lang: str) -> None:
    """Prints the keys, one a line: id, caller, when it was made, when it ends. Raises ``FileError``."""
    for key in read_keys(_file(settings)):
        show(f"{key.id}  {key.caller}  {_moment(key.created)}  {_state(key, lang)}")


def revoke(settings: Settings, identity: str) -> None:
    """Revokes a key for good, named by its id or given whole, which is then not shown again.

    Raises ``CommandError`` where there is none of this id, ``FileError``.
    """
    file, identity = _file(settings), id_of(identity)
    if not revoke_key(file, identity, int(time.time())):
        ids = [key.id for key in read_keys(file)]
        raise CommandError("LNK939", suggest(identity, ids), what=_KEY, name=identity)


def _state(key: ApiKey, lang: str) -> str:
    english = lang == "en"
    if key.revoked:
        return f"{('已撤销', 'revoked')[english]} {_moment(key.revoked)}"
    if key.expires:
        return f"{('有效至', 'until')[english]} {_moment(key.expires)}"
    return ("有效", "valid")[english]


def _moment(seconds: int) -> str:
    return moment_text(seconds * NANO)


def _file(settings: Settings) -> Path:
    return Path(_set(settings.identity.keys, "identity.keys"))


def _set(value: str, name: str) -> str:
    """A setting that this command needs. Raises ``CommandError``."""
    if not value:
        raise CommandError("LNK951", name=name, expected=Words("非空的文字", "a text"))
    return value
