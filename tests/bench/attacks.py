"""What one hostile client does to the others: `python -m tests.bench.attacks`.

A service of its own on loopback; a neighbour asks for a small decision, and a probe for health, every 50 ms
each, first in quiet and then during each attack. A line of the table: how long the attack took, the
neighbour's and the probe's p99, what memory the process reached, and how it ended when it was told to stop.
It takes no part in `make bench`; docs/security.md keeps a run of it.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from linkage.v1 import policy_service_pb2 as api
from linkage.v1 import policy_service_pb2_grpc as stubs

EVERY_SECONDS = 0.05
PATIENCE_SECONDS = 30.0
WARM_SECONDS, QUIET_SECONDS = 1.0, 4.0
LONGEST_SECONDS = 60.0
DISTRICT = "liwan"

_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes.fromhex("000000040000000000")
_HEADERS = (b":method POST", b":scheme http", b":path /\xff", b":authority x", b"te trailers")


def _packet() -> bytes:
    block = b""
    for header in (*_HEADERS, b"content-type application/grpc"):
        for part in header.split(b" "):
            block += (b"\0" if part in header.split(b" ")[0] else b"") + bytes((len(part),)) + part
    head = len(block).to_bytes(3, "big") + b"\x01\x04\x00\x00\x00\x01"
    return _PREFACE + head + block + bytes.fromhex("000005000100000001") + bytes(5)


@dataclass
class Seen:
    """What the neighbour and the probe saw: seconds of each call, and calls that failed."""

    small: list[float] = field(default_factory=list)
    health: list[float] = field(default_factory=list)
    failed: int = 0


def small_case(number: int) -> api.EvaluateRequest:
    """A case of one event, as most are."""
    request = api.EvaluateRequest()
    request.case.id, request.case.district, request.case.kind = f"n{number}", DISTRICT, "enforcement"
    seized = request.case.events.add(id="e1", type="vehicle_seized", actor="traffic_police")
    seized.at.seconds = 1_709_343_000
    return request


@contextmanager
def watching(address: str) -> Iterator[Seen]:
    """Asks as long as the block lasts."""
    seen, done = Seen(), threading.Event()

    def ask(into: list[float], call: Callable[[Any], Any]) -> None:
        with grpc.insecure_channel(address, [("grpc.use_local_subchannel_pool", 1)]) as channel:
            while not done.is_set():
                begin = time.perf_counter()
                try:
                    call(channel)
                except grpc.RpcError:
                    seen.failed += 1
                into.append(time.perf_counter() - begin)
                done.wait(EVERY_SECONDS)

    def small(channel: grpc.Channel) -> None:
        stubs.PolicyServiceStub(channel).Evaluate(small_case(len(seen.small)), timeout=PATIENCE_SECONDS)

    def health(channel: grpc.Channel) -> None:
        stub: Any = health_pb2_grpc.HealthStub(channel)
        stub.Check(health_pb2.HealthCheckRequest(), timeout=PATIENCE_SECONDS)

    asking = [
        threading.Thread(target=ask, args=(seen.small, small)),
        threading.Thread(target=ask, args=(seen.health, health)),
    ]
    for thread in asking:
        thread.start()
    try:
        yield seen
    finally:
        done.set()
        for thread in asking:
            thread.join()


def _unary(address: str, method: str, request: bytes, times: int = 1) -> str:
    """Sends one request some times at once; how the calls ended."""
    options = [("grpc.max_send_message_length", -1), ("grpc.use_local_subchannel_pool", 1)]
    with grpc.insecure_channel(address, options) as channel:
        call: Any = channel.unary_unary(f"/linkage.v1.PolicyService/{method}")
        calls = [call.future(request, timeout=LONGEST_SECONDS) for _ in range(times)]
        ends = []
        for each in calls:
            error = each.exception()
            ends.append("OK" if error is None else error.code().name)
    return ", ".join(sorted(set(ends)))


def _raw(address: str) -> str:
    host, _, port = address.rpartition(":")
    with socket.create_connection((host, int(port)), 5) as connection:
        connection.sendall(_packet())
        connection.settimeout(1)
        got = b""
        with suppress(TimeoutError):
            while b"grpc-message" not in got and (more := connection.recv(4096)):
                got += more
    time.sleep(1)
    return "refused" if b"grpc-status" in got else "no answer"


def _stream(address: str) -> str:
    with grpc.insecure_channel(address) as channel:
        call: Any = channel.stream_stream("/linkage.v1.PolicyService/EvaluateStream")
        right = api.EvaluateStreamRequest(key="k", request=small_case(0)).SerializeToString()
        try:
            answers = list(call(iter([b"\xff", right]), timeout=PATIENCE_SECONDS))
        except grpc.RpcError as error:
            return str(error.code().name)
    return f"{len(answers)} answers of 2"


def _flood(address: str) -> str:
    """Two hundred small calls in flight, for five seconds, on one connection."""
    request = small_case(0).SerializeToString()
    end = time.monotonic() + 5
    answered = 0
    while time.monotonic() < end:
        _unary(address, "Evaluate", request, 200)
        answered += 200
    return f"{answered} calls"


def _named(method: str, name: str, value: str, count: int) -> bytes:
    kinds: dict[str, Any] = {"Explain": api.ExplainRequest, "Compare": api.CompareRequest}
    request = kinds[method](case=small_case(0).case)
    getattr(request, name).extend([value] * count)
    data: bytes = request.SerializeToString()
    return data


def _categories(value: str, count: int) -> bytes:
    request = small_case(0)
    request.case.categories.extend([value] * count)
    return request.SerializeToString()


def _events(count: int) -> bytes:
    """Elements of two bytes each: what is read of them is some hundred times as large."""
    number = api.EvaluateRequest().case.DESCRIPTOR.fields_by_name["events"].number
    case = bytes((number << 3 | 2, 0)) * count
    size, written = len(case), b""
    while size > 0x7F:
        written += bytes((size & 0x7F | 0x80,))
        size >>= 7
    return b"\x0a" + written + bytes((size,)) + case


def attacks(slow: Path | None) -> dict[str, Callable[[str], str]]:
    """By name: what each does to an address, and what came of it."""
    found: dict[str, Callable[[str], str]] = {
        "a method's name that is not UTF-8": _raw,
        "Explain: 2,000 unknown rules": lambda to: _unary(
            to, "Explain", _named("Explain", "rules", "liwan.police.vehicle.notifx", 2_000)
        ),
        "Compare: one district 590,000 times": lambda to: _unary(
            to, "Compare", _named("Compare", "districts", DISTRICT, 590_000)
        ),
        "Evaluate: 40,000 wrong codes": lambda to: _unary(to, "Evaluate", _categories("abcdefgh_jk", 40_000)),
        "Evaluate: 3.9 MB of codes of a letter": lambda to: _unary(
            to, "Evaluate", _categories("x", 1_300_000)
        ),
        "the same, eight at once": lambda to: _unary(to, "Evaluate", _categories("x", 1_300_000), 8),
        "Evaluate: 2,000,000 empty events": lambda to: _unary(to, "Evaluate", _events(2_000_000)),
        "a stream's message that is none": _stream,
        "small calls, 200 at once": _flood,
    }
    if slow is not None:
        request = api.EvaluateRequest()
        request.case.ParseFromString(slow.read_bytes())
        found[f"Evaluate: {slow.name}"] = lambda to: _unary(to, "Evaluate", request.SerializeToString())
    return found


def _p99(values: list[float]) -> str:
    found = sorted(values)
    return f"{found[min(len(found) - 1, int(len(found) * 0.99))] * 1000:.1f}" if found else "–"


def _peak(pid: int) -> int:
    """The most memory that the process had, in MB; 0 where it is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) // 1024
    return 0


@contextmanager
def service(rules: Path, folder: Path, options: list[str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A service without a log of decisions."""
    command = [sys.executable, "-m", "server.cli", "serve", "--address", "127.0.0.1:0", "--rules", str(rules)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LINKAGE_")}
    with (folder / "log").open("w") as errors:
        process = subprocess.Popen(
            [*command, "--set", "log.enabled=false", *options],
            stdout=subprocess.PIPE,
            stderr=errors,
            env=environment,
            text=True,
        )
        if process.stdout is None:
            raise RuntimeError("no output")
        try:
            yield process, process.stdout.readline().split()[1]
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


def measured(name: str, rules: Path, options: list[str], more: list[str]) -> str:
    """One line of the table: a service of its own, quiet and then attacked by a process of its own."""
    with TemporaryDirectory() as folder, service(rules, Path(folder), options) as (process, address):
        with watching(address):
            time.sleep(WARM_SECONDS)
        with watching(address) as quiet:
            time.sleep(QUIET_SECONDS)
        with watching(address) as seen:
            time.sleep(0.3)
            attacker = [sys.executable, "-m", "tests.bench.attacks", "--attack", name, "--address", address]
            attacked = subprocess.run([*attacker, *more], stdout=subprocess.PIPE, text=True, check=True)
            seconds, ended = attacked.stdout.strip().split("\t")
        peak = _peak(process.pid)
        process.send_signal(signal.SIGTERM)
        try:
            code = str(process.wait(PATIENCE_SECONDS))
        except subprocess.TimeoutExpired:
            code = "none"
    figures = (
        seconds,
        ended,
        f"{_p99(quiet.small)} / {_p99(seen.small)}",
        f"{_p99(quiet.health)} / {_p99(seen.health)}",
        str(seen.failed),
        str(peak),
        code,
    )
    return f"| {name} | " + " | ".join(figures) + " |"


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", type=Path, default=Path("rules"))
    parser.add_argument("--slow", type=Path, help="a Case to have decided, as bytes")
    parser.add_argument("--only", default="", help="attacks whose names hold this")
    parser.add_argument("options", nargs="*", help="of linkage serve")
    parser.add_argument("--attack", help=argparse.SUPPRESS)
    parser.add_argument("--address", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.attack:
        begin = time.perf_counter()
        ended = attacks(given.slow)[given.attack](given.address)
        print(f"{time.perf_counter() - begin:.2f}\t{ended}")
        return
    print("| attack | seconds | ended | small call, p99 ms quiet / during | health | failed | MB | exit |")
    print("|---|---:|---|---:|---:|---:|---:|---:|")
    more = ["--slow", str(given.slow)] if given.slow else []
    for name in attacks(given.slow):
        if given.only in name:
            print(measured(name, given.rules, given.options, more), flush=True)


if __name__ == "__main__":
    main()
