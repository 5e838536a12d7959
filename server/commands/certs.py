"""``linkage certs``: certificates for development, in files that the settings can name."""

from __future__ import annotations

import datetime
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from policy.cli.guard import CommandError
from policy.text.diagnostics import fault
from policy.text.source import whole
from policy.text.terminal import show, show_fault
from server.commands.files import writing
from server.identity.development import (
    Pair,
    PairError,
    authority,
    client_pair,
    hosts_of,
    read_pair,
    server_pair,
)
from server.identity.transport import SOON_DAYS

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
HOSTS = ("localhost", "127.0.0.1", "::1")


def certs(folder: Path, hosts: Sequence[str], clients: Sequence[str], renew: bool, lang: str) -> None:
    """Makes what is not there yet in ``folder``: an authority, and of it a server and the clients named.

    ``renew``: the authority's certificate is made anew for the same key, and the server's of it. Prints the
    files. A client's name is the common name in its certificate, and that of its files. Raises
    ``CommandError`` where a file exists, cannot be used or written, and where the authority is not valid now.
    """
    for name in clients:
        if not _NAME.fullmatch(name):
            raise CommandError("LNK906", detail=f"--client {name}: [A-Za-z0-9._-]", command="linkage certs")
    try:
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
        signer, made = _authority(folder, renew, lang)
        server = read_pair(folder, "server")
        if server is None or renew:
            names = hosts or (hosts_of(server.certificate) if server else HOSTS)
            made += _written(server_pair(signer, names), folder, "server", over=renew)
        for name in clients:
            made += _written(client_pair(signer, name), folder, name)
    except PairError as error:
        if error.other is None:
            raise CommandError(error.code, file=str(error.path)) from error
        raise CommandError(error.code, path=str(error.path), other=str(error.other)) from error
    for path in made:
        show(str(path))


def _authority(folder: Path, renew: bool, lang: str) -> tuple[Pair, list[Path]]:
    """The authority, and its files where they were written now."""
    found = read_pair(folder, "ca")
    if found is None or renew:
        made = authority(None if found is None else found.key)
        return made, _written(made, folder, "ca", over=renew)
    now, path = datetime.datetime.now(datetime.UTC), folder / "ca.pem"
    end = found.certificate.not_valid_after_utc
    if not found.certificate.not_valid_before_utc <= now < end:
        raise CommandError("LNK992", file=str(path), end=f"{end:%Y-%m-%d}")
    if end - now < datetime.timedelta(days=SOON_DAYS):
        item = fault("LNK993", whole(str(path)), end=f"{end:%Y-%m-%d}")
        show_fault(item, lang, stream=sys.stderr)
    return found, []


def _written(pair: Pair, folder: Path, name: str, over: bool = False) -> list[Path]:
    try:
        with writing(folder / f"{name}.pem"):
            return pair.write(folder, name, over)
    except CommandError as error:
        if isinstance(error.__cause__, FileExistsError):
            raise CommandError("LNK970", path=str(error.__cause__.filename)) from error
        raise
