"""Messages between the supervisor and a worker: JSON behind its length in four bytes, on a local socket.

supervisor -> worker                                        worker -> supervisor
{settings, number, rules, aside, figures}  at the start     {serving: digest}
{prepare: rules}            compile, do not serve yet       {prepared: digest, packs}
                                                            or {refused: codes, faults: n}
{switch: digest}            serve them                      {switched: digest}
{drop: true}                forget them                     {dropped: true}
end of the stream           stop, after the running calls   end of the stream: gone
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import orjson

Message = dict[str, Any]

_LENGTH = 4


class Channel:
    """One end. Sender and receiver are processes of ours, of the same version."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def over(cls, end: socket.socket) -> Channel:
        """The channel over a connected socket, which it owns from now on."""
        return cls(*await asyncio.open_connection(sock=end))

    async def send(self, message: Message) -> None:
        """Sends a message; one to a process that is gone is lost, which ``receive`` tells."""
        data = orjson.dumps(message)
        try:
            self._writer.write(len(data).to_bytes(_LENGTH, "big") + data)
            await self._writer.drain()
        except OSError:
            return

    async def receive(self) -> Message | None:
        """The next message; None where the other end is gone."""
        try:
            length = int.from_bytes(await self._reader.readexactly(_LENGTH), "big")
            message: Message = orjson.loads(await self._reader.readexactly(length))
        except (asyncio.IncompleteReadError, OSError):
            return None
        return message

    async def ask(self, message: Message) -> Message | None:
        """Sends a message and waits for its answer."""
        await self.send(message)
        return await self.receive()

    def close(self) -> None:
        """Ends the stream."""
        self._writer.close()
