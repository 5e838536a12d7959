"""The address for HTTP: the same calls as gRPC's, for callers who have none."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import NamedTuple

from starlette.middleware.cors import CORSMiddleware

from policy.decide.snapshot import Snapshot
from server.api.entry import Entry
from server.api.guard import Guard
from server.decisions.fairness import Fairness
from server.http import Door, Methods, pages_of
from server.identity.transport import Transport
from server.listening import ConnectionLimits, Listener, ListenError, address_of, listening
from server.listening.listener import Application
from server.settings.config import Settings
from server.settings.limits import share_of
from server.settings.logs import Level, event
from server.telemetry.figures import HTTP_CONNECTIONS, sampled

AUTO, OFF = "auto", "off"
"""The setting that leaves the address to us, and the one that asks for none."""

HOST, PORT = "127.0.0.1", 8080
"""The port that programs which speak HTTP have beside others."""

_HEADERS = (
    "authorization",
    "connect-protocol-version",
    "connect-timeout-ms",
    "content-type",
    "grpc-timeout",
    "x-api-key",
    "x-ignore-unknown",
    "x-request-id",
)
_EXPOSED = ("content-language", "retry-after", "trailer-x-request-id", "www-authenticate", "x-request-id")
_REMEMBERED_SECONDS = 3600


def http_address(settings: Settings) -> str:
    """Where to listen; "" for nowhere. Raises ``ListenError`` where the service's own address is none.

    A service on any free port is one of several, or of a test: its HTTP is on any free port, too.
    """
    wanted = settings.http.address
    if wanted == OFF:
        return ""
    if wanted != AUTO:
        return wanted
    return f"{HOST}:{PORT if address_of(settings.address)[1] else 0}"


def http_url(settings: Settings, address: str) -> str:
    """The URL of an address."""
    return f"{'https' if settings.tls.certificate else 'http'}://{address}"


class Parts(NamedTuple):
    """What calls pass over HTTP as they do over gRPC."""

    methods: Methods
    entry: Entry
    guard: Guard
    fairness: Fairness


@asynccontextmanager
async def http_door(
    settings: Settings,
    parts: Parts,
    rules: Callable[[], Snapshot],
    transport: Transport | None,
    share_port: bool,
) -> AsyncIterator[Listener | None]:
    """Answers there while the block lasts; None where it is off.

    Raises ``FileError``, and ``ListenError`` where an address that was asked for cannot be had; that of
    ``auto`` gives way to a free port, so that a service starts beside whatever else has port 8080.
    """
    wanted = http_address(settings)
    if not wanted:
        yield None
        return
    application = _application(settings, parts, rules)
    limits = settings.limits
    connections = ConnectionLimits(
        limits.http_connections,
        share_of(limits, limits.http_connections),
        limits.http_head_seconds,
        limits.http_idle_seconds,
        limits.stream_idle_seconds,
    )
    async with AsyncExitStack() as stack:
        listen = partial(listening, application=application, limits=connections, transport=transport)
        try:
            listener = await stack.enter_async_context(listen(wanted, share_port=share_port))
        except ListenError:
            listener = await stack.enter_async_context(listen(instead(settings, wanted)))
        stack.enter_context(sampled(lambda: HTTP_CONNECTIONS.set(listener.open)))
        event(Level.INFO, "http", address=listener.address, tls=transport is not None)
        yield listener


def instead(settings: Settings, wanted: str) -> str:
    """Where to listen if ``wanted`` cannot be had. Raises ``ListenError`` where that was asked for."""
    if settings.http.address != AUTO:
        raise ListenError(wanted)
    event(Level.WARNING, "http_taken", address=wanted)
    return f"{HOST}:0"


def _application(settings: Settings, parts: Parts, rules: Callable[[], Snapshot]) -> Application:
    local = not settings.identity.callers and not settings.insecure
    identity = bool(settings.identity.callers)
    pages = pages_of(parts.methods, rules, schemas=settings.reflection, identity=identity)
    log = settings.calls == "all"
    door: Application = Door(*parts, settings.limits, pages, local=local, log_refusals=log)
    origins = settings.http.cors_origins.split()
    if not origins:
        return door
    return CORSMiddleware(
        door,
        allow_origins=origins,
        allow_methods=("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"),
        allow_headers=_HEADERS,
        expose_headers=_EXPOSED,
        max_age=_REMEMBERED_SECONDS,
    )
