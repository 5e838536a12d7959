"""What stands between the port and the service: TLS and known callers, kept up to date while it serves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from policy.decide.snapshot import Snapshot
from policy.text.diagnostics import Words, fault
from server.api.gate import Gate
from server.identity.authentication import Authentication
from server.identity.caller import CallerLimits
from server.identity.callers import unknown_codes
from server.identity.exposure import check_exposure
from server.identity.failures import Failures
from server.identity.meter import Meter
from server.identity.transport import Transport
from server.identity.watched import FileError
from server.settings.config import Settings
from server.settings.limits import share_of
from server.settings.logs import Level, event, place_of

_A_TEXT = Words("非空的文字", "a text")

LOOK_SECONDS = 1.0
"""How often files are looked at: a key that was revoked opens nothing after that time."""


class Protection:
    """The gate of the calls; the transport (None: plain text)."""

    def __init__(
        self, transport: Transport | None, authentication: Authentication | None, at_once: int | None = None
    ) -> None:
        """``at_once``: calls at once that no caller has more of."""
        self.transport = transport
        self.gate = Gate(None if authentication is None else authentication.caller, Meter(at_once=at_once))
        self._authentication = authentication
        self._rules: Callable[[], Snapshot] | None = None

    def serve(self, rules: Callable[[], Snapshot]) -> None:
        """From now on rights are looked at beside the districts and bodies of these rules."""
        self._rules = rules
        self._look_at_rights()

    async def follow(self) -> None:
        """Takes up changed files and keys until it is cancelled.

        Issuers by themselves: one that does not answer must not keep a revoked key in use.
        """
        looks = [_again_and_again(self._tell)]
        if self.transport is not None or self._authentication is not None:
            looks.append(_again_and_again(self._look))
        if self._authentication is not None:
            looks.append(_again_and_again(self._authentication.refresh_key_sets))
        await asyncio.gather(*looks)

    async def _tell(self) -> None:
        self.gate.tally.tell()

    async def _look(self) -> None:
        if self.transport is not None:
            await asyncio.to_thread(self.transport.refresh)
        if self._authentication is not None and await self._authentication.refresh():
            self._look_at_rights()

    def _look_at_rights(self) -> None:
        if self._rules is None or self._authentication is None:
            return
        snapshot = self._rules()
        bodies = snapshot.vocabulary.codes("bodies")
        for caller, code, meant in unknown_codes(self._authentication.table, snapshot.districts, bodies):
            event(Level.WARNING, "right_of_nothing", code="LNK990", caller=caller, name=code, meant=meant)


async def _again_and_again(look: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            await look()
        except Exception as error:  # whatever it is, the next look may find what can be used
            event(Level.ERROR, "unexpected_error", what="identity", error=place_of(error))


@asynccontextmanager
async def protection(settings: Settings) -> AsyncIterator[Protection]:
    """The protection that the settings ask for, which follows its files while the block lasts.

    Raises ``ExposedError`` where they ask for too little, ``FileError`` for files that cannot be used.
    """
    parts = await asyncio.to_thread(read_protection, settings)
    found = Protection(*parts, at_once=share_of(settings.limits, settings.limits.concurrent_calls))
    following = asyncio.create_task(found.follow(), name="identity")
    try:
        yield found
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        found.gate.tally.tell(now=True)


def check_whole(settings: Settings) -> None:
    """Raises ``FileError`` where parts are set that protect nothing without another one.

    Whoever set them believes that callers are told, or that what is sent is encrypted.
    """
    identity, tls = settings.identity, settings.tls
    missing = [("identity.callers", identity.keys and not identity.callers)]
    missing += [("tls.certificate", (tls.key or tls.client_ca) and not tls.certificate)]
    missing += [("tls.key", tls.certificate and not tls.key)]
    faults = [fault("LNK951", None, name=name, expected=_A_TEXT) for name, found in missing if found]
    if faults:
        raise FileError(faults)


def read_protection(settings: Settings) -> tuple[Transport | None, Authentication | None]:
    """The parts, once everything has been read. Raises ``ExposedError`` and ``FileError``."""
    check_exposure(settings)
    check_whole(settings)
    transport = Transport(settings.tls) if settings.tls.certificate else None
    if not settings.identity.callers:
        return transport, None
    limits = settings.limits
    default = CallerLimits(
        limits.caller_calls_per_second, limits.caller_burst, limits.caller_calls_at_once, limits.request_bytes
    )
    keys = Path(settings.identity.keys) if settings.identity.keys else None
    failures = Failures(limits.peer_failures)
    return transport, Authentication(Path(settings.identity.callers), keys, default, failures=failures)
