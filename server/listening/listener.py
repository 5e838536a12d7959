"""A listener: one address, one application, in the loop that runs already; signals are left alone.

async with listening("127.0.0.1:8080", application, limits, transport) as listener:
    listener.address                # with the port that was really bound
    await listener.drain(grace)     # also called when the block ends, with no grace
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from email.utils import formatdate
from typing import Any, Protocol

from uvicorn.config import Config

from server.listening.addresses import address_of, close_all, sockets_of
from server.listening.connection import Connection, ConnectionLimits, Connections
from server.settings.logs import Level, event, place_of

LOOK_SECONDS = 1.0
"""How often connections are looked at, and TLS files that have changed are taken up."""
SETTLE_SECONDS, SETTLE_TIMES = 0.02, 10
"""Before it stops listening it goes on until no connection has come for so long, at most so many times:
what the system has accepted and nobody has taken up would be reset."""

Application = Callable[[Any, Any, Any], Awaitable[None]]
"""An ASGI application (version 3)."""


class Encryption(Protocol):
    """TLS whose files change. ``server.identity.transport`` has it."""

    @property
    def changes(self) -> int:
        """How often they have changed."""

    def context(self) -> ssl.SSLContext:
        """The server's side of TLS as the files are now. Raises ``FileError``."""


class Listener:
    """An address that is listened on. ``listening`` makes it."""

    def __init__(
        self, application: Application, limits: ConnectionLimits, transport: Encryption | None
    ) -> None:
        self._config = _config(application, limits)
        self._limits = limits
        self._transport = transport
        self._changes = 0 if transport is None else transport.changes
        self._connections = Connections(limits)
        self._sockets: list[socket.socket] = []
        self._context: ssl.SSLContext | None = None
        self._accepting: list[asyncio.Task[None]] = []
        self._entering: set[asyncio.Task[None]] = set()
        self.address = ""

    @property
    def open(self) -> int:
        """Connections that are open."""
        return len(self._connections.connections)

    @property
    def running(self) -> int:
        """Requests that are being answered."""
        return len(self._connections.tasks)

    @property
    def accepted(self) -> int:
        """Connections that there have been."""
        return self._connections.accepted

    @property
    def refused(self) -> int:
        """Those of them that found no place."""
        return self._connections.refused

    async def listen(self, address: str, share_port: bool) -> None:
        """Begins. Raises ``ListenError``, and ``FileError`` for TLS that cannot be used."""
        self._context = None if self._transport is None else await asyncio.to_thread(self._transport.context)
        self._sockets = await asyncio.to_thread(sockets_of, address, share_port)
        self.address = f"{address_of(address)[0]}:{self._sockets[0].getsockname()[1]}"
        self._tell_time()
        self._accepting = [asyncio.create_task(self._accept(each), name="http") for each in self._sockets]

    async def _accept(self, listening: socket.socket) -> None:
        """Takes connections up until it is cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                made, _ = await loop.sock_accept(listening)
            except OSError as error:  # it was gone already, or no more files can be opened
                event(Level.WARNING, "connection_lost", error=place_of(error))
                await asyncio.sleep(SETTLE_SECONDS)
                continue
            self._connections.accepted += 1
            if self._context is not None and len(self._entering) >= self._limits.connections:
                self._connections.refused += 1
                made.close()
                continue
            entering = loop.create_task(self._enter(made))
            self._entering.add(entering)
            entering.add_done_callback(self._entering.discard)

    async def _enter(self, made: socket.socket) -> None:
        """One connection, with the certificate of this moment, until its handshake is done."""
        context = self._context
        patience = None if context is None else self._limits.head_seconds
        loop = asyncio.get_running_loop()
        with suppress(OSError):  # of the handshake: whoever speaks no TLS, or shows no certificate
            await loop.connect_accepted_socket(
                lambda: Connection(self._config, self._connections),
                made,
                ssl=context,
                ssl_handshake_timeout=patience,
            )

    async def watch(self) -> None:
        """Looks after connections and files until it is cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self._tell_time()
            now = asyncio.get_running_loop().time()
            for each in self._connections.open:
                each.look(now)
            try:
                await self._renew()
            except Exception as error:  # the last good ones stay
                event(Level.ERROR, "unexpected_error", what="tls", error=place_of(error))

    async def _renew(self) -> None:
        """New connections get the new certificate."""
        transport = self._transport
        if transport is not None and transport.changes != self._changes:
            self._changes = transport.changes
            self._context = await asyncio.to_thread(transport.context)

    def _tell_time(self) -> None:
        self._connections.default_headers = [(b"date", formatdate(usegmt=True).encode())]

    async def drain(self, grace: float = 0.0) -> None:
        """Takes no more connections; requests that run may take ``grace`` seconds, then they are cut off."""
        state = self._connections
        if not state.draining:
            state.draining = True
            await self._settle()
            for accepting in self._accepting:
                accepting.cancel()
            await asyncio.gather(*self._accepting, return_exceptions=True)
            close_all(self._sockets)
            await asyncio.gather(*self._entering, return_exceptions=True)
        for each in state.open:
            each.shutdown()
        tasks = set(state.tasks)
        if tasks and grace:
            await asyncio.wait(tasks, timeout=grace)
        for task in set(state.tasks):
            task.cancel()
        if state.tasks:
            await asyncio.wait(set(state.tasks))
        await self._flushed(grace)

    async def _settle(self) -> None:
        for _ in range(SETTLE_TIMES):
            before = self._connections.accepted
            await asyncio.sleep(SETTLE_SECONDS)
            if self._connections.accepted == before:
                return

    async def _flushed(self, grace: float) -> None:
        """Waits until what was answered has been read."""
        state = self._connections
        state.none.clear()
        if state.open:
            with suppress(TimeoutError):
                await asyncio.wait_for(state.none.wait(), max(grace, SETTLE_SECONDS))
        for each in state.open:
            each.drop()


@asynccontextmanager
async def listening(
    address: str,
    application: Application,
    limits: ConnectionLimits | None = None,
    transport: Encryption | None = None,
    share_port: bool = False,
) -> AsyncIterator[Listener]:
    """Serves ``application`` on ``address`` (host:port; port 0: any free one) while the block lasts.

    ``transport``: over TLS. ``share_port``: other processes of ours listen on the port too. Raises
    ``ListenError`` and ``FileError``.
    """
    listener = Listener(application, limits or ConnectionLimits(), transport)
    await listener.listen(address, share_port)
    watching = asyncio.create_task(listener.watch(), name="http")
    try:
        yield listener
    finally:
        await listener.drain()
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


def _config(application: Application, limits: ConnectionLimits) -> Config:
    """uvicorn's configuration: nothing of its own beside the protocol; no headers of proxies are believed."""
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL + 1)  # what there is to say is said here

    async def told(scope: Any, receive: Any, send: Any) -> None:
        try:
            await application(scope, receive, send)
        except Exception as error:
            event(Level.ERROR, "unexpected_error", what="http", error=place_of(error))
            raise

    config = Config(
        told,
        http=Connection,
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        timeout_keep_alive=round(limits.idle_seconds),
    )
    config.load()
    return config
