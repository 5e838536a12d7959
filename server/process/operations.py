"""The address for those who run the service: figures, probes, versions; apart from the calls."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from server.identity.exposure import is_loopback
from server.listening import ConnectionLimits, ListenError, address_of, listening
from server.settings.config import Settings
from server.settings.logs import Level, event
from server.telemetry.exposition import Exposition
from server.telemetry.pages import Pages, Parts

AUTO, OFF = "auto", "off"
"""The setting that leaves the address to us, and the one that asks for none."""

HOST, PORT = "127.0.0.1", 9464
"""The port that OpenTelemetry has for figures of a program."""

_LIMITS = ConnectionLimits(connections=64)


def operations_address(settings: Settings) -> str:
    """Where to listen; "" for nowhere. Raises ``ListenError`` where the service's own address is none.

    A service on any free port is one of several, or of a test: its operations are on any free port, too.
    """
    wanted = settings.operations.address
    if wanted == OFF:
        return ""
    if wanted != AUTO:
        return wanted
    return f"{HOST}:{PORT if address_of(settings.address)[1] else 0}"


@asynccontextmanager
async def operations(
    settings: Settings, exposition: Exposition, live: Parts, ready: Parts
) -> AsyncIterator[str]:
    """Answers there while the block lasts; gives the address with the port that was bound, or "".

    ``live`` and ``ready``: see ``Pages``. Raises ``ListenError`` where an address that was asked for cannot
    be had; that of ``auto`` gives way to a free port, so that a second service on a machine starts, too.
    """
    wanted = operations_address(settings)
    if not wanted:
        yield ""
        return
    pages = Pages(exposition, live, ready)
    async with AsyncExitStack() as stack:
        try:
            listener = await stack.enter_async_context(listening(wanted, pages, _LIMITS))
        except ListenError:
            if settings.operations.address != AUTO:
                raise
            event(Level.WARNING, "operations_taken", address=wanted)
            listener = await stack.enter_async_context(listening(f"{HOST}:0", pages, _LIMITS))
        event(Level.INFO, "operations", address=listener.address)
        if not is_loopback(wanted):
            event(Level.WARNING, "operations_reachable", address=listener.address)
        yield listener.address
