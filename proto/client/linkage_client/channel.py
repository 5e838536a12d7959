"""How the service is reached: address, TLS, who calls, keepalive, sizes of messages."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from urllib.parse import urlsplit

import grpc

from linkage_client.requests import RECEIVED_BYTES
from linkage_client.version import __version__

Token = str | Callable[[], str] | Callable[[], Awaitable[str]]
"""An API key or token, or what gives the one that is valid now (for asyncio also a coroutine function)."""
Pem = str | PathLike[str] | bytes
"""A PEM file's path, or its bytes."""

_PORTS = {"": 50051, "https": 443, "http": 80}
"""Where the service is looked for at an address without a port, by its scheme."""
_GRPC = ("dns:", "ipv4:", "ipv6:", "unix:", "unix-abstract:", "xds:")
"""Addresses in gRPC's own writing, which are taken as they are."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address and how it is protected.

    ``host:port``, or with a scheme: ``https://`` is TLS and ``http://`` none. Without a scheme the port is
    50051 where none is given, the loopback interface is spoken to without TLS, as the service listens there
    without one, and everything else with TLS.
    """

    address: str
    tls: bool

    @property
    def is_loopback(self) -> bool:
        """Whether it never leaves the machine."""
        return _is_loopback(self.address)


def target_of(address: str, *, forced: bool) -> Target:
    """The target of an address. ``forced``: certificates are given, so it is TLS. Raises ``ValueError``."""
    if address.startswith(_GRPC):
        return Target(address, forced or not _is_loopback(address))
    scheme, found, rest = address.rpartition("://")
    if scheme not in _PORTS:
        raise ValueError("an address is host:port, with https:// or http:// before it or without")
    if scheme == "http" and forced:
        raise ValueError("certificates are given for an address without TLS (http://)")
    host, port = _parts(rest.rstrip("/"))
    whole = f"{host}:{port or _PORTS[scheme]}"
    return Target(whole, scheme == "https" if found else forced or not _is_loopback(whole))


def _parts(address: str) -> tuple[str, int | None]:
    """Host and port; an address of IPv6 stands in brackets."""
    try:
        parts = urlsplit(f"//{address}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.path or parts.username is not None:
        raise ValueError("an address is a host and a port, as localhost:50051 or [::1]:50051, and no more")
    return f"[{host}]" if ":" in host else host, port


def _is_loopback(address: str) -> bool:
    if address.startswith("unix"):
        return True
    host = re.sub("^ipv[46]:", "", address).rpartition(":")[0].strip("[]")
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def credentials(ca: Pem | None, certificate: Pem | None, key: Pem | None) -> grpc.ChannelCredentials:
    """TLS, and with ``certificate`` and ``key`` mutual TLS.

    Raises ``ValueError`` for one without the other and for what is no PEM of its kind, ``OSError``.
    """
    if (certificate is None) != (key is None):
        raise ValueError("a client certificate and its key are given together")
    own = _pem("certificate", certificate, b"CERTIFICATE"), _pem("key", key, b"PRIVATE KEY")
    return grpc.ssl_channel_credentials(_pem("ca", ca, b"CERTIFICATE"), own[1], own[0])


def _pem(name: str, given: Pem | None, kind: bytes) -> bytes | None:
    """The bytes. gRPC takes anything, and then says at each call that nobody is there."""
    found = given if given is None or isinstance(given, bytes) else Path(given).read_bytes()
    if found is not None and kind + b"-----" not in found:
        raise ValueError(f"{name} holds no {kind.decode().lower()} in the form of PEM")
    return found


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
