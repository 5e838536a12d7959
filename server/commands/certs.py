"""``linkage certs``: certificates for development, in files that the settings can name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from policy.cli.guard import CommandError
from policy.text.terminal import show
from server.identity.development import authority, client_pair, read_authority, server_pair

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
HOSTS = ("localhost", "127.0.0.1", "::1")


def certs(folder: Path, hosts: Sequence[str], clients: Sequence[str]) -> None:
    """Makes what is not there yet in ``folder``: an authority, and of it a server and the clients named.

    Prints the files. A client's name is the common name in its certificate, and that of its files. Raises
    ``CommandError`` where a client's file exists, or a file cannot be written.
    """
    for name in clients:
        if not _NAME.fullmatch(name):
            raise CommandError("LNK906", detail=f"--client {name}: [A-Za-z0-9._-]", command="linkage certs")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made: list[Path] = []
        signer = read_authority(folder)
        if signer is None:
            signer = authority()
            made += signer.write(folder, "ca")
        if not (folder / "server.pem").exists():
            made += server_pair(signer, hosts or HOSTS).write(folder, "server")
        for name in clients:
            made += client_pair(signer, name).write(folder, name)
    except FileExistsError as error:
        raise CommandError("LNK970", path=str(error.filename)) from error
    except OSError as error:
        raise CommandError("LNK908", reason=error.strerror or "") from error
    except ValueError as error:
        raise CommandError("LNK947", file=str(folder / "ca.pem")) from error
    for path in made:
        show(str(path))
