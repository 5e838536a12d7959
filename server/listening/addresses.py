"""Addresses as settings give them, and the sockets that listen on them."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterable
from typing import Any

MAX_PORT = 65_535

BACKLOG = 1024
"""Connections that the system keeps until the loop takes them up."""


class ListenError(Exception):
    """The address cannot be listened on: badly written, not ours, or taken."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


def address_of(text: str) -> tuple[str, int]:
    """Host and port of ``host:port``; an empty host is none, and not every one. Raises ``ListenError``."""
    host, _, wanted = text.rpartition(":")
    if not host or not wanted.isdecimal() or not int(wanted) <= MAX_PORT:
        raise ListenError(text)
    return host, int(wanted)


def sockets_of(address: str, share_port: bool) -> list[socket.socket]:
    """A listening socket for each place that ``address`` stands for; port 0: one that is free.

    ``share_port``: other processes of ours listen on it too. Raises ``ListenError``.
    """
    host, port = address_of(address)
    found: list[socket.socket] = []
    try:
        places = socket.getaddrinfo(host.strip("[]"), None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, _, _, _, (place, _, *more) in places:
            if (made := _bound(family, (place, port, *more), share_port)) is not None:
                found.append(made)
                port = made.getsockname()[1]
        if not found:
            raise OSError(errno.EADDRNOTAVAIL, host)
    except OSError as error:
        close_all(found)
        raise ListenError(address) from error
    return found


def _bound(family: int, place: tuple[Any, ...], share_port: bool) -> socket.socket | None:
    """None where this machine has no such address: localhost is ::1 too, also where there is no IPv6."""
    try:
        made = socket.socket(family, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if share_port:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        made.setblocking(False)
    except OSError as error:
        if error.errno == errno.EAFNOSUPPORT:
            return None
        raise
    try:
        made.bind(place)
        made.listen(BACKLOG)
    except OSError as error:
        made.close()
        if error.errno == errno.EADDRNOTAVAIL:
            return None
        raise
    return made


def close_all(sockets: Iterable[socket.socket]) -> None:
    """Closes them."""
    for each in sockets:
        each.close()
