"""The clients of the soak: steady load, bursts beyond the limits, streams whose answers are read slowly."""

from __future__ import annotations

import itertools
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import grpc

from linkage.v1 import policy_service_pb2 as api
from linkage.v1 import policy_service_pb2_grpc as stubs
from tests.bench.h2 import LoadError
from tests.bench.h2load import PROGRAM, answer_sizes, framed
from tests.bench.serving import BATCH, EVALUATE, MANY, STREAM, many_cases, messages, requests

BURST_EVERY, BURST_SECONDS = 30.0, 4
BURST_CONNECTIONS, BURST_STREAMS = 30, 100
BURST_CALLS = BURST_CONNECTIONS * BURST_STREAMS
"""More than two workers take: each has 1,000 calls at once (`limits.concurrent_calls`)."""

SLOW_READERS = 4
SLOW_SECONDS = 0.05

_DONE = re.compile(r"(\d+) done, (\d+) succeeded")
_DATA = re.compile(r"\((\d+)\) data")


class SoakLoad:
    """Loads ``address`` for ``seconds`` while the block lasts; ``finish`` waits for the clients' counts."""

    def __init__(self, address: str, folder: Path, seconds: float) -> None:
        self._address = address
        self._folder = folder
        self._seconds = seconds
        self._ending = threading.Event()
        self._steady: list[tuple[str, int, subprocess.Popen[str]]] = []
        self._threads: list[threading.Thread] = []
        self._failures: list[Exception] = []
        self._lock = threading.Lock()
        self.counts: dict[str, int] = {}

    def __enter__(self) -> Self:
        for message in messages():
            self._start("Evaluate", EVALUATE, [message], 1)
        self._start("cases by BatchEvaluate", BATCH, many_cases(BATCH), MANY)
        self._start("cases by EvaluateStream", STREAM, many_cases(STREAM), MANY)
        self._threads = [threading.Thread(target=self._guarded, args=(self._bursts,))]
        self._threads += [
            threading.Thread(target=self._guarded, args=(self._slow,)) for _ in range(SLOW_READERS)
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.set()
        for _, _, child in self._steady:
            child.kill()
            child.communicate()
        for thread in self._threads:
            thread.join()

    def finish(self) -> None:
        """Waits for every client. Raises ``LoadError`` where one failed."""
        self._ending.set()
        for thread in self._threads:
            thread.join()
        for name, cases, child in self._steady:
            done, _ = _counts(child.communicate(timeout=60)[0])
            self._count(name, done * cases)
        if self._failures:
            raise self._failures[0]

    def _start(self, name: str, path: str, call: Sequence[bytes], cases: int) -> None:
        child = self._h2load(path, call, self._seconds, 1, 1)
        self._steady.append((name, cases, child))

    def _h2load(
        self, path: str, call: Sequence[bytes], seconds: float, connections: int, streams: int
    ) -> subprocess.Popen[str]:
        body = self._folder / f"body{len(self._steady)}"
        body.write_bytes(framed(call))
        shape = [f"-c{connections}", f"-m{streams}", f"-D{round(1000 * seconds)}ms", "-d", str(body)]
        headers = ["-H", "content-type: application/grpc", "-H", "te: trailers"]
        command = [PROGRAM or "h2load", *shape, *headers, f"http://{self._address}{path}"]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def _bursts(self) -> None:
        message = messages()[0]
        (size,) = answer_sizes(self._address, EVALUATE, [[message]], len)
        while not self._ending.wait(BURST_EVERY):
            child = self._h2load(EVALUATE, [message], BURST_SECONDS, BURST_CONNECTIONS, BURST_STREAMS)
            done, data = _counts(child.communicate(timeout=60)[0])
            # An answer of gRPC that is an error has no body, and is HTTP 200.
            self._count("calls of bursts that were decided", round(data / size))
            self._count("calls of bursts that were refused", done - round(data / size))

    def _slow(self) -> None:
        mix = requests()

        def endless() -> Iterator[api.EvaluateStreamRequest]:
            for number in itertools.count():
                if self._ending.is_set():
                    return
                yield api.EvaluateStreamRequest(key=str(number), request=mix[number % len(mix)])

        with grpc.insecure_channel(self._address, [("grpc.use_local_subchannel_pool", 1)]) as channel:
            stream = stubs.PolicyServiceStub(channel).EvaluateStream(endless(), wait_for_ready=True)
            for number, answer in enumerate(stream):
                if answer.key != str(number):
                    raise LoadError("a stream answered out of order")
                self._count("answers read slowly", 1)
                if self._ending.is_set():
                    break
                time.sleep(SLOW_SECONDS)
            stream.cancel()

    def _count(self, name: str, count: int) -> None:
        with self._lock:
            self.counts[name] = self.counts.get(name, 0) + count

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # told by finish, in the main thread
            self._failures.append(error)


def _counts(output: str) -> tuple[int, int]:
    """How many calls were answered, and the bytes of the answers."""
    done, data = _DONE.search(output), _DATA.search(output)
    if done is None or data is None:
        raise LoadError(f"h2load: {output[-400:]}")
    return int(done[1]), int(data[1])
