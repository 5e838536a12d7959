"""How the service is reached: address, TLS, who calls, keepalive, sizes of messages."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import grpc

from linkage_client.requests import RECEIVED_BYTES
from linkage_client.version import __version__

Token = str | Callable[[], str] | Callable[[], Awaitable[str]]
"""An API key or token, or what gives the one that is valid now (for asyncio also a coroutine function)."""
Pem = str | PathLike[str] | bytes
"""A PEM file's path, or its bytes."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address and how it is protected.

    ``host:port``, or with a scheme: ``https://`` is TLS and ``http://`` none. Without a scheme the loopback
    interface is spoken to without TLS, as the service listens there without one, and everything else with
    TLS.
    """

    address: str
    tls: bool

    @property
    def is_loopback(self) -> bool:
        """Whether it never leaves the machine."""
        return _is_loopback(self.address)


def target_of(address: str, *, forced: bool) -> Target:
    """The target of an address. ``forced``: certificates are given, so it is TLS. Raises ``ValueError``."""
    scheme, found, rest = address.partition("://")
    if not found:
        return Target(address, forced or not _is_loopback(address))
    if scheme not in ("http", "https"):
        raise ValueError("an address is host:port, https:// or http:// before it")
    if scheme == "http" and forced:
        raise ValueError("certificates are given for an address without TLS (http://)")
    host = rest.rstrip("/")
    if "/" in host:
        raise ValueError("an address has no path: the service is asked by gRPC, whose paths are its methods")
    port = "" if host.rpartition(":")[2].isdecimal() else ":443" if scheme == "https" else ":80"
    return Target(host + port, scheme == "https")


def _is_loopback(address: str) -> bool:
    if address.startswith(("unix:", "unix-abstract:")):
        return True
    host = address.rpartition(":")[0].strip("[]") or address
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def credentials(ca: Pem | None, certificate: Pem | None, key: Pem | None) -> grpc.ChannelCredentials:
    """TLS, and with ``certificate`` and ``key`` mutual TLS. Raises ``ValueError``: one without the other."""
    if (certificate is None) != (key is None):
        raise ValueError("a client certificate and its key are given together")
    return grpc.ssl_channel_credentials(_pem(ca), _pem(key), _pem(certificate))


def _pem(given: Pem | None) -> bytes | None:
    return given if given is None or isinstance(given, bytes) else Path(given).read_bytes()


def options(server_name: str | None) -> list[tuple[str, str | int]]:
    """Options of the channel. A connection that died is noticed within 40 s and made anew within seconds."""
    found: list[tuple[str, str | int]] = [
        ("grpc.primary_user_agent", f"linkage-client/{__version__}"),
        ("grpc.max_receive_message_length", RECEIVED_BYTES),
        ("grpc.keepalive_time_ms", 30_000),
        ("grpc.keepalive_timeout_ms", 10_000),
        ("grpc.initial_reconnect_backoff_ms", 200),
        ("grpc.max_reconnect_backoff_ms", 5_000),
    ]
    if server_name:
        found.append(("grpc.ssl_target_name_override", server_name))
    return found
