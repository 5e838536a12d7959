"""Which addresses a receiver may have: those of the internet, and networks that the operator has named.

The name of a receiver is somebody else's, and may lead to any address, a different one each time: to our own
machine, to others behind the same wall, to a cloud's own services. So an address is looked at when it is
about to be called, and no other is called in its place.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpcore

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_TRANSLATED = ip_network("64:ff9b::/96")
"""IPv4 within IPv6 (RFC 6052): the last 32 bits are the address that is reached."""


class ForbiddenAddress(httpcore.ConnectError):
    """The receiver's name leads to addresses alone that may not be called."""


def permitted(address: Address, networks: Iterable[Network]) -> bool:
    """Whether an address may be called: it is public, or within one of the networks."""
    meant = _meant(address)
    if any(
        one.version == network.version and one in network for one in (address, meant) for network in networks
    ):
        return True
    return meant.is_global and not meant.is_multicast and not meant.is_reserved


def _meant(address: Address) -> Address:
    """The address that is reached in the end: IPv4 may be written within IPv6."""
    if isinstance(address, IPv4Address):
        return address
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


class GuardedNetwork(httpcore.AsyncNetworkBackend):
    """Connects to permitted addresses alone."""

    def __init__(self, networks: Sequence[Network]) -> None:
        self._networks = networks
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connects to the first permitted address that answers."""
        found = [each for each in await _addresses(host, port) if permitted(each, self._networks)]
        if not found:
            raise ForbiddenAddress
        for number, address in enumerate(found, 1):
            try:
                return await self._inner.connect_tcp(
                    str(address), port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if number == len(found):
                    raise
        raise AssertionError("an address connects or raises")

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Nothing is sent to sockets of this machine."""
        raise ForbiddenAddress

    async def sleep(self, seconds: float) -> None:
        """Waits."""
        await self._inner.sleep(seconds)


async def _addresses(host: str, port: int) -> list[Address]:
    """What a name leads to, each once. Raises ``ConnectError`` where it leads nowhere."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError from error
    return list(dict.fromkeys(ip_address(str(each[4][0]).partition("%")[0]) for each in found))
