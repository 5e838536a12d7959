"""A real HTTP server on this machine that answers, or does not, as the test says."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Got:
    """What one request brought."""

    line: str
    headers: dict[str, str]
    body: bytes


Behave = Callable[[Got, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class House:
    """Where requests arrive; ``behave`` says what becomes of the connection of each."""

    port: int = 0
    got: list[Got] = field(default_factory=list)
    connections: int = 0
    behave: Behave | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/linkage"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Takes the requests of one connection."""
        self.connections += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                pairs = (one.partition(":") for one in head[1:] if one)
                headers = {name.lower(): value.strip() for name, _, value in pairs}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                found = Got(head[0], headers, body)
                self.got.append(found)
                await (self.behave or answering(204))(found, writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.close()


def answering(status: int, *headers: str, body: bytes = b"") -> Behave:
    """Answers with that status."""
    lines = "".join(f"{each}\r\n" for each in (*headers, f"content-length: {len(body)}"))

    async def behave(_: Got, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {status} X\r\n{lines}\r\n".encode() + body)

    return behave


def saying(data: bytes) -> Behave:
    """Says that, whatever it is, and hangs up."""

    async def behave(_: Got, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        writer.close()

    return behave


async def silent(_: Got, writer: asyncio.StreamWriter) -> None:
    """Says nothing, and stays."""
    await asyncio.Event().wait()


async def trickling(_: Got, writer: asyncio.StreamWriter) -> None:
    """Says a byte now and then, for ever."""
    for byte in b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n":
        writer.write(bytes((byte,)))
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.01)


async def endless(_: Got, writer: asyncio.StreamWriter) -> None:
    """Takes it, and answers with more than anybody wants to read."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000000000\r\n\r\n")
    while True:
        writer.write(b"x" * 65536)
        await writer.drain()


@asynccontextmanager
async def house(trust: ssl.SSLContext | None = None) -> AsyncIterator[House]:
    """A receiver, as long as the block lasts."""
    made = House()
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with suppress(asyncio.CancelledError):  # the test is over
            await made.serve(reader, writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=trust)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
