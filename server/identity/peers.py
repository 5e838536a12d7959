"""Where a call comes from: the machine of a peer, as gRPC and HTTP name peers."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from urllib.parse import unquote

_NETWORK = 64
"""Bits that one site of IPv6 has in common: whoever has one address there has them all."""


@lru_cache(maxsize=4096)
def host_of(peer: str) -> str:
    """The machine: ``ipv4:192.0.2.7:5000`` is 192.0.2.7, ``ipv6:[2001:db8::7]:5000`` is 2001:db8::/64.

    Whatever has no address is as it is named, as ``unix:`` with all that follows.
    """
    kind, _, rest = unquote(peer).partition(":")
    if kind not in ("ipv4", "ipv6"):
        return peer
    text = rest.rpartition(":")[0].strip("[]").partition("%")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return peer
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, _NETWORK), strict=False))
    return str(address)
