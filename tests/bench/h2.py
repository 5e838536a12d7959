"""A load generator: one HTTP/2 connection that keeps a number of unary gRPC calls in flight.

A gRPC client in Python spends more time on a call than an empty server does, and would hide what is to be
measured. This one sends frames made beforehand and only walks over the frames that come back (RFC 9113).
Calls whose answer has no message, which is how gRPC reports an error, are an error here.
"""

from __future__ import annotations

import socket
import ssl
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from time import perf_counter

_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_DATA, _HEADERS, _RESET, _SETTINGS, _PING, _GOAWAY, _WINDOW = 0, 1, 3, 4, 6, 7, 8
_END_STREAM, _ACK, _END_HEADERS = 0x1, 0x1, 0x4
_MAX_WINDOW = 2**31 - 1
_FIRST_WINDOW = 65_535
_INITIAL_WINDOW_SIZE = 4
_TOP_UP = 2**28
_MAX_FRAME = 16_384
_GRPC_PREFIX = 5


class LoadError(Exception):
    """The server refused a call or the connection."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one run gave: calls that finished in ``seconds``, each call's seconds.

    ``all_calls`` are those too that the server answered before and after, for which it spent its time.
    """

    calls: int
    seconds: float
    latencies: tuple[float, ...]
    all_calls: int

    @property
    def per_second(self) -> float:
        """Calls a second."""
        return self.calls / self.seconds


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return len(payload).to_bytes(3, "big") + struct.pack(">BBI", kind, flags, stream) + payload


def _literal(text: str) -> bytes:
    encoded = text.encode()
    return bytes((len(encoded),)) + encoded


def _text(text: str) -> bytes:
    """A text of any length (RFC 7541, 5.1 and 5.2), as tokens need it."""
    encoded = text.encode()
    length, rest = b"", len(encoded) - 127
    if rest < 0:
        return _literal(text)
    while rest > 127:
        length, rest = length + bytes((rest & 127 | 128,)), rest >> 7
    return b"\x7f" + length + bytes((rest,)) + encoded


def _header_block(path: str, authority: str, headers: Sequence[tuple[str, str]], tls: bool) -> bytes:
    """RFC 7541, without the dynamic table: the block is the same for every call."""
    method_post, scheme = b"\x83", b"\x87" if tls else b"\x86"
    named = (
        b"\x04" + _literal(path) + b"\x01" + _literal(authority) + b"\x0f\x10" + _literal("application/grpc")
    )
    more = b"".join(b"\x00" + _literal(name) + _text(value) for name, value in headers)
    return method_post + scheme + named + b"\x00" + _literal("te") + _literal("trailers") + more


class Connection:
    """One connection to ``address`` (host:port) that calls ``path`` with the messages in turn.

    ``headers`` go with each call; ``context``: it is TLS.
    """

    def __init__(
        self,
        address: str,
        path: str,
        messages: Sequence[bytes],
        headers: Sequence[tuple[str, str]] = (),
        context: ssl.SSLContext | None = None,
    ) -> None:
        if max(map(len, messages)) > _MAX_FRAME - _GRPC_PREFIX:
            raise ValueError("a message does not fit in one frame")
        host, _, port = address.rpartition(":")
        block = _header_block(path, address, headers, context is not None)
        self._head = len(block).to_bytes(3, "big") + struct.pack(">BB", _HEADERS, _END_HEADERS), block
        bodies = [b"\0" + len(m).to_bytes(4, "big") + m for m in messages]
        self._bodies = cycle(
            [(len(b).to_bytes(3, "big") + struct.pack(">BB", _DATA, _END_STREAM), b) for b in bodies]
        )
        self._next = 1
        self._window = _FIRST_WINDOW
        self._received = 0
        self._rest = b""
        self._started: dict[int, float] = {}
        self._answered: set[int] = set()
        self._socket = socket.create_connection((host, int(port)), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context is not None:
            self._socket = context.wrap_socket(self._socket, server_hostname=host)
        settings = struct.pack(">HI", _INITIAL_WINDOW_SIZE, _MAX_WINDOW)
        window = (_MAX_WINDOW - _FIRST_WINDOW).to_bytes(4, "big")
        self._socket.sendall(_PREFACE + _frame(_SETTINGS, 0, 0, settings) + _frame(_WINDOW, 0, 0, window))

    def close(self) -> None:
        """Closes the connection."""
        self._socket.close()

    def run(self, seconds: float, in_flight: int) -> Load:
        """Keeps ``in_flight`` calls going for ``seconds``, then lets the last ones finish.

        Raises ``LoadError`` where a call fails. Calls count until the time is up.
        """
        latencies: list[float] = []
        finished = 0
        begin = now = perf_counter()
        end = begin + seconds
        self._send(in_flight, now)
        while self._started:
            done = self._receive()
            finished += len(done)
            now = perf_counter()
            if now < end:
                latencies += [now - self._started.pop(stream) for stream in done]
            else:
                for stream in done:
                    del self._started[stream]
            self._send(in_flight - len(self._started) if now < end else 0, now)
        return Load(len(latencies), seconds, tuple(latencies), finished)

    def _send(self, count: int, now: float) -> None:
        """Starts up to ``count`` calls, as far as the server's window allows."""
        (head, block), parts = self._head, []
        for _ in range(count):
            if self._window < _MAX_FRAME:
                break
            stream = self._next.to_bytes(4, "big")
            prefix, body = next(self._bodies)
            parts += [head, stream, block, prefix, stream, body]
            self._window -= len(body)
            self._started[self._next] = now
            self._next += 2
        if parts:
            self._socket.sendall(b"".join(parts))

    def _receive(self) -> list[int]:
        """Reads what is there; gives the calls that finished."""
        chunk = self._socket.recv(1 << 18)
        if not chunk:
            raise LoadError("the server closed the connection")
        data = self._rest + chunk if self._rest else chunk
        done: list[int] = []
        at = 0
        while len(data) - at >= 9:
            after = at + 9 + int.from_bytes(data[at : at + 3], "big")
            if after > len(data):
                break
            self._frame(
                data[at + 3],
                data[at + 4],
                int.from_bytes(data[at + 5 : at + 9], "big"),
                data[at + 9 : after],
                done,
            )
            at = after
        self._rest = data[at:]
        return done

    def _frame(self, kind: int, flags: int, stream: int, payload: bytes, done: list[int]) -> None:
        if kind == _DATA:
            self._answered.add(stream)
            self._received += len(payload)
            if self._received > _TOP_UP:
                self._socket.sendall(_frame(_WINDOW, 0, 0, self._received.to_bytes(4, "big")))
                self._received = 0
        elif kind == _HEADERS and flags & _END_STREAM:
            if stream not in self._answered:
                raise LoadError("a call failed")
            self._answered.remove(stream)
            done.append(stream)
        elif kind == _WINDOW and stream == 0:
            self._window += int.from_bytes(payload, "big")
        elif kind in (_SETTINGS, _PING) and not flags & _ACK:
            self._socket.sendall(_frame(kind, _ACK, 0, payload if kind == _PING else b""))
        elif kind in (_RESET, _GOAWAY):
            raise LoadError("the server refused a call or the connection")
