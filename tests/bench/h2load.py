"""Load by h2load (nghttp2), a compiled client: it measures the server; one in Python measures itself too.

h2load sends one body again and again. So one process runs for each body of the mix, all at once, each with
its own connections; what they did within the time that all of them ran is counted. h2load knows nothing of
gRPC: an answer counts here only if its size is that of an answer which was looked at before.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc

from tests.bench.h2 import Load, LoadError

PROGRAM = shutil.which("h2load")
"""The client of Debian's nghttp2-client; None where it is not installed."""

_DATA = re.compile(r"\((\d+)\) data")
_DONE = re.compile(r"(\d+) done, (\d+) succeeded")
_OK = "200"
_SIZES_DIFFER = 0.01
"""Answers to one request differ by some bytes at most (ids of the log, times written shorter)."""

LAG_SECONDS = 0.3
"""How much longer each process runs than is counted, so that all have started and none has ended."""


@dataclass(frozen=True, slots=True)
class Client:
    """So many connections for each body, each with so many calls in flight."""

    connections: int
    in_flight: int


def framed(messages: Sequence[bytes]) -> bytes:
    """A gRPC body of these messages: of one for a unary call, of all for a stream."""
    return b"".join(b"\0" + len(message).to_bytes(4, "big") + message for message in messages)


class Compiled:
    """Calls ``path`` at ``address`` with each of ``bodies`` (framed), whose answers have been looked at."""

    def __init__(self, address: str, path: str, bodies: Sequence[bytes], sizes: Sequence[int]) -> None:
        self._url = f"http://{address}{path}"
        self._bodies = bodies
        self._sizes = sizes

    def close(self) -> None:
        """Nothing stays open between runs."""

    def run(self, seconds: float, client: Client) -> Load:
        """Loads for ``seconds``. Raises ``LoadError`` where an answer is not the one expected."""
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            children = [self._start(number, folder, seconds, client) for number in range(len(self._bodies))]
            outputs = [child.communicate(timeout=60 + seconds)[0] for child in children]
            for size, output in zip(self._sizes, outputs, strict=True):
                _check(output, size, client)
            return _together([_calls(folder / f"log{n}") for n in range(len(self._bodies))], seconds)

    def _start(self, number: int, folder: Path, seconds: float, client: Client) -> subprocess.Popen[str]:
        body = folder / f"body{number}"
        body.write_bytes(self._bodies[number])
        shape = [
            f"-c{client.connections}",
            f"-m{client.in_flight}",
            f"-D{round(1000 * (seconds + LAG_SECONDS))}ms",
        ]
        headers = ["-H", "content-type: application/grpc", "-H", "te: trailers"]
        files = ["-d", str(body), f"--log-file={folder / f'log{number}'}"]
        command = [PROGRAM or "h2load", *shape, *headers, *files, self._url]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _check(output: str, size: int, client: Client) -> None:
    """That every answer had a body of about ``size`` bytes: errors of gRPC have none, and are HTTP 200.

    The bytes are also those of calls that were in flight at the end.
    """
    done, data = _DONE.search(output), _DATA.search(output)
    if done is None or data is None or done[1] != done[2]:
        raise LoadError(f"h2load: {output[-400:]}")
    count = int(done[1])
    most = count + client.connections * client.in_flight
    if not (1 - _SIZES_DIFFER) * count * size <= int(data[1]) <= (1 + _SIZES_DIFFER) * most * size:
        raise LoadError(f"h2load: {count} answers have {data[1]} bytes, not {size} each")


def _calls(log: Path) -> list[tuple[int, int]]:
    """When each call began and how long it took, in microseconds."""
    lines = [line.split("\t") for line in log.read_text(encoding="ascii").splitlines()]
    if any(status != _OK for _, status, _ in lines):
        raise LoadError("h2load: a call failed")
    return [(int(begin), int(spent)) for begin, _, spent in lines]


def _together(processes: list[list[tuple[int, int]]], seconds: float) -> Load:
    """The calls that ended within the ``seconds`` after the last process had begun."""
    begun = [min(begin for begin, _ in calls) for calls in processes if calls]
    if not begun:
        raise LoadError("h2load: no call was answered in time")
    since = max(begun)
    until = since + round(1e6 * seconds)
    spent = [took for calls in processes for begin, took in calls if since <= begin + took < until]
    return Load(len(spent), seconds, tuple(took / 1e6 for took in spent), sum(map(len, processes)))


def answer_sizes(
    address: str, path: str, bodies: Sequence[Sequence[bytes]], check: Callable[[bytes], object]
) -> list[int]:
    """Sends each body once with gRPC's own client: the bytes of its answers, after ``check`` of each message.

    Raises ``LoadError`` where a call does not end with the status OK, and what ``check`` raises.
    """
    sizes = []
    with grpc.insecure_channel(address, [("grpc.max_receive_message_length", -1)]) as channel:
        call: Any = channel.stream_stream(path)
        for messages in bodies:
            try:
                answers: list[bytes] = list(call(iter(messages), timeout=60))
            except grpc.RpcError as error:
                raise LoadError(f"{path}: {error}") from error
            for answer in answers:
                check(answer)
            sizes.append(len(framed(answers)))
    return sizes
