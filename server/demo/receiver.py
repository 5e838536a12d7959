"""A receiver of notices on this machine: a department's system, as far as the second act needs one.

docs/examples/court has one to copy, which keeps what it takes.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from standardwebhooks import Webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - of this demonstration, on this machine
KINDS = ("due_soon", "overdue")
"""What it is told of."""


class Arrived(NamedTuple):
    """A notice: the CloudEvent, and whether its signature is right."""

    event: Mapping[str, Any]
    signed: bool


class Receiver:
    """What has arrived."""

    def __init__(self) -> None:
        self._arrived: asyncio.Queue[Arrived] = asyncio.Queue()

    async def next(self) -> Arrived:
        """The next notice."""
        return await self._arrived.get()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Takes the notices of one connection, each answered when it is there."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = (line.partition(":") for line in head.decode("latin1").split("\r\n")[1:] if line)
                headers = {name.lower(): value.strip() for name, _, value in lines}
                body = (await reader.readexactly(int(headers["content-length"]))).decode()
                self._arrived.put_nowait(Arrived(json.loads(body), _signed(headers, body)))
                writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def receiving(
    folder: Path, body: str, district: str, language: str
) -> AsyncIterator[tuple[Receiver, Path]]:
    """A receiver that listens, and the file of subscriptions by which a service tells it."""
    receiver, path = Receiver(), folder / "subscriptions.yaml"
    async with await asyncio.start_server(receiver.take, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        (folder / "secret").write_text(SECRET, encoding="ascii")
        subscription = {
            "role": "department",
            "districts": [district],
            "bodies": [body],
            "kinds": KINDS,
            "language": language,
            "webhook": {
                "url": f"http://127.0.0.1:{port}/",
                "insecure": True,
                "networks": ["127.0.0.0/8"],
                "secrets": ["secret"],
            },
        }
        # JSON is YAML.
        path.write_text(json.dumps({"subscriptions": {"demo": subscription}}), encoding="utf-8")
        yield receiver, path


def _signed(headers: Mapping[str, str], body: str) -> bool:
    """Whether it is signed as the sender signs. Its time is the story's: a real receiver would refuse it."""
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    return Webhook(SECRET).sign(headers["webhook-id"], at, body) == headers["webhook-signature"]
