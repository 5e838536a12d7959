"""HTTP by hand: bytes to a port, and what comes back."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.server.waiting import SECONDS


@dataclass(frozen=True)
class Answer:
    """A response. ``closed``: the server has closed the connection after it."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)

    @property
    def reason(self) -> str:
        """The reason of an error."""
        return str(self.json["details"][0]["reason"])


class Wire:
    """A connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def to(cls, address: str, tls: ssl.SSLContext | None = None) -> Wire:
        """A new one; ``address`` is host:port."""
        host, _, port = address.rpartition(":")
        name = None if tls is None else "localhost"
        return cls(*await asyncio.open_connection(host, int(port), ssl=tls, server_hostname=name))

    def send(self, data: bytes) -> None:
        """Sends bytes, and does not wait."""
        self.writer.write(data)

    async def answer(self, head_only: bool = False) -> Answer:
        """The next response, whole."""
        async with asyncio.timeout(SECONDS):
            head = await self.reader.readuntil(b"\r\n\r\n")
            first, *lines = head.decode("latin1").strip().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            status = int(first.split()[1])
            if head_only or status in (204, 304):
                return Answer(status, headers, b"")
            if "content-length" in headers:
                body = await self.reader.readexactly(int(headers["content-length"]))
            else:
                body = b"".join([chunk async for chunk in self._chunks()])
            return Answer(status, headers, body)

    async def chunk(self) -> bytes:
        """The next piece of a body in pieces; empty: the last."""
        async with asyncio.timeout(SECONDS):
            size = int((await self.reader.readline()).strip(), 16)
            found = await self.reader.readexactly(size)
            await self.reader.readline()
            return found

    async def _chunks(self) -> Any:
        while found := await self.chunk():
            yield found

    async def ended(self) -> bytes:
        """Everything until the server closes, however it does."""
        async with asyncio.timeout(SECONDS):
            try:
                return await self.reader.read()
            except ConnectionError:
                return b""

    def close(self) -> None:
        """Goes away."""
        self.writer.close()


Connect = Callable[..., Awaitable[Wire]]


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """Makes connections, all of which are closed in the end."""
    made: list[Wire] = []

    async def connecting(address: str, tls: ssl.SSLContext | None = None) -> Wire:
        made.append(await Wire.to(address, tls))
        return made[-1]

    yield connecting
    for wire in made:
        wire.close()
    await asyncio.gather(*(wire.writer.wait_closed() for wire in made), return_exceptions=True)


def head(target: str = "/", method: str = "GET", **headers: object) -> bytes:
    """The head of a request; ``_`` stands for the dash in a header's name."""
    given: dict[str, object] = {"host": "localhost"} | {k.replace("_", "-"): v for k, v in headers.items()}
    lines = [f"{method} {target} HTTP/1.1", *(f"{k}: {v}" for k, v in given.items()), "", ""]
    return "\r\n".join(lines).encode()
