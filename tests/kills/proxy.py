"""A way to PostgreSQL that can be cut: connections are dropped, or nothing comes through any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from sqlalchemy import URL, make_url


class Proxy:
    """Takes connections on a port of its own and passes bytes on, as long as it is not cut."""

    def __init__(self, target: URL) -> None:
        self._target = target
        self._open = asyncio.Event()
        self._open.set()
        self._refusing = False
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = 0

    def url(self) -> str:
        """The same database by this way."""
        through = self._target.set(host="127.0.0.1", port=self.port).difference_update_query(["host", "port"])
        return through.render_as_string(hide_password=False)

    def silence(self) -> None:
        """From now on nothing comes through, and nobody is told: a cable was cut."""
        self._open.clear()

    def refuse(self) -> None:
        """Every connection ends, and new ones end at once."""
        self._refusing = True
        for writer in self._writers:
            writer.transport.abort()

    def mend(self) -> None:
        """What was held back comes through, new connections are taken."""
        self._refusing = False
        self._open.set()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serves one connection."""
        if self._refusing:
            writer.transport.abort()
            return
        there, away = await self._connected()
        both = {writer, away}
        self._writers |= both
        tasks = [asyncio.create_task(self._pass(*pair)) for pair in ((reader, away), (there, writer))]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._writers -= both
            for task in tasks:
                task.cancel()
            for each in both:
                each.transport.abort()

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        folder = self._target.query.get("host")
        if isinstance(folder, str) and folder.startswith("/"):
            port = self._target.query.get("port", self._target.port or 5432)
            return await asyncio.open_unix_connection(str(Path(folder) / f".s.PGSQL.{port}"))
        return await asyncio.open_connection(self._target.host or "127.0.0.1", self._target.port or 5432)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65_536):
                await self._open.wait()
                writer.write(data)
                await writer.drain()


@asynccontextmanager
async def proxied(database: str) -> AsyncIterator[Proxy]:
    """The way to a database."""
    proxy = Proxy(make_url(database))
    server = await asyncio.start_server(proxy.take, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        proxy.refuse()
        server.close()
        await server.wait_closed()
