"""How many calls are answered at once: so many in all, and a share of them for each peer.

Health has places of its own, so that nobody keeps the others' by watching, nor is it refused because the
service has much to do; and each peer a share of these too, so that nobody keeps health to themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from server.settings.limits import Limits, share_of

HEALTH_AT_ONCE: Mapping[str, int] = MappingProxyType(
    {"/grpc.health.v1.Health/Check": 256, "/grpc.health.v1.Health/Watch": 64}
)
"""Calls at once of health, which anybody may ask for."""


class _Pool:
    __slots__ = ("_most", "_peers", "_share", "_taken")

    def __init__(self, most: int, share: int) -> None:
        self._most = most
        self._share = share
        self._taken = 0
        self._peers: dict[str, int] = {}

    def take(self, peer: str) -> str:
        if self._taken >= self._most:
            return "concurrent_calls"
        if self._peers.get(peer, 0) >= self._share:
            return "peer_share"
        self._taken += 1
        self._peers[peer] = self._peers.get(peer, 0) + 1
        return ""

    def leave(self, peer: str) -> None:
        self._taken -= 1
        self._peers[peer] -= 1
        if not self._peers[peer]:
            del self._peers[peer]


class Places:
    """Counts the calls that are being answered."""

    def __init__(self, limits: Limits) -> None:
        self._calls = _Pool(limits.concurrent_calls, share_of(limits, limits.concurrent_calls))
        self._health = {name: _Pool(most, share_of(limits, most)) for name, most in HEALTH_AT_ONCE.items()}

    def take(self, method: str, peer: str) -> str:
        """Takes a place for a call; where there is none, the name of the limit that it meets."""
        return self._health.get(method, self._calls).take(peer)

    def leave(self, method: str, peer: str) -> None:
        """Gives back the place of a call, which had one."""
        self._health.get(method, self._calls).leave(peer)
