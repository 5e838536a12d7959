"""What one hostile client does to the others: `python -m tests.bench.attacks`.

A service of its own on loopback; a neighbour asks for a small decision, and a probe for health, every 50 ms
each, first in quiet and then during each attack of `tests.bench.hostile`. A line of the table: how long the
attack took, the neighbour's and the probe's p99, what memory the process reached, and how it ended when it
was told to stop. Callers are not told apart, and all have one address: what an address has a share of, the
neighbour goes short of, too (`tests.bench.siege` has the same with everything on).
It takes no part in `make bench`; docs/security.md keeps a run of it.
"""

from __future__ import annotations

import argparse
import os
import signal
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

from linkage.v1 import policy_service_pb2_grpc as stubs
from tests.bench.hostile import ATTACKS, PATIENCE_SECONDS, Attack, Target, deciding, small_case

EVERY_SECONDS = 0.05
WARM_SECONDS, QUIET_SECONDS = 1.0, 4.0


@dataclass
class Seen:
    """What the neighbour and the probe saw: seconds of each call, and calls that failed."""

    small: list[float] = field(default_factory=list)
    health: list[float] = field(default_factory=list)
    failed: int = 0


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


def attacks(slow: Path | None) -> dict[str, Attack]:
    """Those of ``hostile``, and a case of one's own."""
    return dict(ATTACKS) | ({} if slow is None else {f"Evaluate: {slow.name}": deciding(slow)})


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
        ended = attacks(given.slow)[given.attack](Target(given.address))
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
