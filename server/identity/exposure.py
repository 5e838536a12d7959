"""Whether an address may be listened on: others reach it over TLS only, as callers that are known."""

from __future__ import annotations

import ipaddress
import socket

from server.settings.config import Settings
from server.settings.logs import Level, event


class ExposedError(Exception):
    """The address can be reached from other machines, and the settings do not protect it."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


def check_exposure(settings: Settings) -> None:
    """Raises ``ExposedError`` for an unprotected address, unless the settings say ``insecure``.

    That is said loudly, at each start.
    """
    protected = settings.tls.certificate and settings.identity.callers
    # A word that is no address (auto, off) is let pass: it never stands for one that others reach.
    exposed = [each for each in (settings.address, settings.http.address) if not is_loopback(each)]
    if protected or not exposed:
        return
    if not settings.insecure:
        raise ExposedError(exposed[0])
    event(
        Level.ERROR,
        "insecure",
        code="LNK945",
        address=", ".join(exposed),
        tls=bool(settings.tls.certificate),
        identity=bool(settings.identity.callers),
    )


def is_loopback(address: str) -> bool:
    """Whether every place that ``address`` (host:port) stands for is on the loopback interface.

    A name that cannot be resolved is not. What is no address is never listened on, and let pass.
    """
    host = address.rpartition(":")[0].strip("[]")
    if not host:
        return True
    try:
        places = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return all(ipaddress.ip_address(str(place[4][0]).split("%")[0]).is_loopback for place in places)
