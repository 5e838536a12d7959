"""What stands between the port and the service: TLS and known callers, kept up to date while it serves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from server.api.gate import Gate
from server.identity.authentication import Authentication
from server.identity.caller import CallerLimits
from server.identity.exposure import check_exposure
from server.identity.transport import Transport
from server.settings.config import Settings
from server.settings.logs import Level, event, place_of

LOOK_SECONDS = 1.0
"""How often files are looked at: a key that was revoked opens nothing after that time."""


class Protection(NamedTuple):
    """The gate of the calls; the transport (None: plain text)."""

    gate: Gate
    transport: Transport | None


@asynccontextmanager
async def protection(settings: Settings) -> AsyncIterator[Protection]:
    """The protection that the settings ask for, which follows its files while the block lasts.

    Raises ``ExposedError`` where they ask for too little, ``FileError`` for files that cannot be used.
    """
    transport, authentication = await asyncio.to_thread(read_protection, settings)
    gate = Gate(None if authentication is None else authentication.caller)
    following = asyncio.create_task(_follow(transport, authentication), name="identity")
    try:
        yield Protection(gate, transport)
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


def read_protection(settings: Settings) -> tuple[Transport | None, Authentication | None]:
    """The parts, once everything has been read. Raises ``ExposedError`` and ``FileError``."""
    check_exposure(settings)
    transport = Transport(settings.tls) if settings.tls.certificate else None
    if not settings.identity.callers:
        return transport, None
    limits = settings.limits
    default = CallerLimits(
        limits.caller_calls_per_second, limits.caller_burst, limits.caller_calls_at_once, limits.request_bytes
    )
    keys = Path(settings.identity.keys) if settings.identity.keys else None
    return transport, Authentication(Path(settings.identity.callers), keys, default)


async def _follow(transport: Transport | None, authentication: Authentication | None) -> None:
    while transport is not None or authentication is not None:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            if transport is not None:
                await asyncio.to_thread(transport.refresh)
            if authentication is not None:
                await authentication.refresh()
        except Exception as error:  # whatever it is, the next look may find what can be used
            event(Level.ERROR, "unexpected_error", what="identity", error=place_of(error))
