"""The port that several processes share, held for them before the first of them listens."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from server.listening import ListenError, address_of


@contextmanager
def reserved(address: str) -> Iterator[str]:
    """Holds ``address`` (host:port) while the block lasts; gives it with the port that 0 stood for.

    Raises ``ListenError`` for an address that is badly written, not ours, or listened on by others. What
    holds it does not listen, so that no connection is dealt out to it (socket(7), SO_REUSEPORT).
    """
    host, wanted = address_of(address)
    with ExitStack() as stack:
        try:
            places = socket.getaddrinfo(host.strip("[]"), None, type=socket.SOCK_STREAM)
            port = _hold_all([(place[0], place[4]) for place in places], wanted, stack)
        except OSError as error:
            raise ListenError(address) from error
        yield f"{host}:{port}"


def _hold_all(places: list[tuple[socket.AddressFamily, Any]], port: int, stack: ExitStack) -> int:
    """Holds the port on every address of a host that this machine has; raises ``OSError``."""
    failure: OSError | None = None
    for family, (host, _, *more) in places:
        try:
            port = _hold(family, (host, port, *more), stack)
        except OSError as error:
            if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                raise
            failure = error  # localhost is ::1 too, also where there is no IPv6
    if failure is not None and not port:
        raise failure
    return port


def _hold(family: socket.AddressFamily, place: tuple[Any, ...], stack: ExitStack) -> int:
    if place[1]:
        # Without SO_REUSEPORT: refused where anybody listens, also a service of ours.
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
            probe.listen(1)
    holder = stack.enter_context(socket.socket(family))
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        # Without SO_REUSEADDR: the probe of a second service fails already while the first one starts.
        holder.bind(place)
    except OSError:
        # Closed connections of a service with one process may linger at the port.
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(place)
    port: int = holder.getsockname()[1]
    return port
