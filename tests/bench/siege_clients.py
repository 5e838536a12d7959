"""The clients of the siege: ``python -m tests.bench.siege_clients ROLE``, an order in JSON on standard input.

Each says ``ready``, and begins at the moment of the monotonic clock, which all share, that the next line has.
It leaves ROLE.json in the folder of the order, and ROLE.acknowledged: the ids of all decisions that it was
told, a line each, written as they come.
"""

from __future__ import annotations

import itertools
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from linkage.v1 import policy_service_pb2 as api
from linkage.v1 import policy_service_pb2_grpc as stubs
from tests.bench.hostile import ATTACKS, Target, small_case
from tests.bench.serving import requests

EVERY_SECONDS = 0.02
PATIENCE_SECONDS = 30.0
BATCH = 50
AGAIN_SECONDS = 0.2
"""After a call that failed."""
STRANGERS = ("a method", "headers", "connections", "credentials", "health")
"""Attacks, by how their names begin, that need no credentials."""


def _target(address: str, ca: str, certificate: str, key: str, token: str) -> Target:
    return Target(address, Path(ca), Path(certificate), Path(key), token)


class Order:
    """What a client is to do, and where it leaves what it saw."""

    def __init__(self, role: str, data: dict[str, Any]) -> None:
        self.role = role
        self.folder = Path(data["folder"])
        self.begin = float(data["begin"])
        self.end = self.begin + float(data["seconds"])
        self._quiet = float(data["quiet"])
        self._others = float(data["others"])
        self.targets = {name: _target(**fields) for name, fields in data["targets"].items()}
        self._acknowledged: TextIO = (self.folder / f"{role}.acknowledged").open("w", encoding="ascii")
        self._lock = threading.Lock()

    @property
    def going(self) -> bool:
        """Whether there is time left."""
        return time.monotonic() < self.end

    @property
    def now(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self.begin

    def wait(self, others: bool = False) -> None:
        """Waits until the quiet beginning is over; until ``others`` have been there for their time, too."""
        until = self.begin + self._quiet + (self._others if others else 0.0)
        time.sleep(max(0.0, until - time.monotonic()))

    def told(self, *ids: str) -> None:
        """The service has acknowledged these decisions."""
        with self._lock:
            self._acknowledged.write("".join(f"{each}\n" for each in ids))
            self._acknowledged.flush()

    def leave(self, **seen: Any) -> None:
        """Leaves what was seen."""
        self._acknowledged.close()
        (self.folder / f"{self.role}.json").write_text(json.dumps(seen), encoding="utf-8")


def together(*work: Callable[[], None]) -> None:
    """Does it all at once, each in a thread; raises what one of them raised."""
    failures: list[BaseException] = []

    def guarded(each: Callable[[], None]) -> None:
        try:
            each()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(each,)) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def neighbour(order: Order) -> None:
    """A small case again and again, and health, each from a connection of its own."""
    small: list[tuple[float, float]] = []
    health: list[tuple[float, float]] = []
    failed: list[tuple[float, str]] = []
    target = order.targets["neighbour"]

    def ask(into: list[tuple[float, float]], make: Callable[[grpc.Channel], Callable[[int], None]]) -> None:
        with target.channel() as channel:
            call = make(channel)
            for number in itertools.count():
                if not order.going:
                    return
                begin = time.monotonic()
                try:
                    call(number)
                    into.append((order.now, 1000 * (time.monotonic() - begin)))
                except grpc.RpcError as error:
                    failed.append((order.now, f"{error.code().name}: {error.details()}"))
                time.sleep(EVERY_SECONDS)

    def deciding(channel: grpc.Channel) -> Callable[[int], None]:
        stub = stubs.PolicyServiceStub(channel)

        def call(number: int) -> None:
            answer = stub.Evaluate(small_case(number), timeout=PATIENCE_SECONDS, metadata=target.metadata)
            order.told(answer.decision.receipt.log_id)

        return call

    def probing(channel: grpc.Channel) -> Callable[[int], None]:
        stub: Any = health_pb2_grpc.HealthStub(channel)
        return lambda _: stub.Check(health_pb2.HealthCheckRequest(), timeout=PATIENCE_SECONDS)

    together(lambda: ask(small, deciding), lambda: ask(health, probing))
    order.leave(small=small, health=health, failed=failed)


def load(order: Order) -> None:
    """Cases one by one, as the court does; batches, with an API key; a stream, as a department."""
    order.wait()
    decided: list[tuple[float, int]] = []
    counts: Counter[str] = Counter()
    mix = requests()

    def over(name: str, target: str, call: Callable[[Any, Target], int]) -> None:
        """Calls until the time is up, on a new connection whenever a call has failed."""
        to = order.targets[target]
        while order.going:
            with to.channel() as channel:
                stub = stubs.PolicyServiceStub(channel)
                try:
                    while order.going:
                        count = call(stub, to)
                        counts[name] += count
                        decided.append((order.now, count))
                except grpc.RpcError as error:
                    counts[f"{name}: {error.code().name}"] += 1
                    time.sleep(AGAIN_SECONDS)

    numbers = itertools.count()

    def one(stub: Any, to: Target) -> int:
        request = mix[next(numbers) % len(mix)]
        answer = stub.Evaluate(request, timeout=PATIENCE_SECONDS, metadata=to.metadata)
        order.told(answer.decision.receipt.log_id)
        return 1

    def batch(stub: Any, to: Target) -> int:
        request = api.BatchEvaluateRequest(requests=itertools.islice(itertools.cycle(mix), BATCH))
        answer = stub.BatchEvaluate(request, timeout=PATIENCE_SECONDS, metadata=to.metadata)
        ids = [each.decision.receipt.log_id for each in answer.results if each.HasField("decision")]
        order.told(*ids)
        return len(ids)

    def stream(stub: Any, to: Target) -> int:
        def cases() -> Iterator[api.EvaluateStreamRequest]:
            for number in range(BATCH):
                yield api.EvaluateStreamRequest(key=str(number), request=mix[number % len(mix)])

        found = 0
        for answer in stub.EvaluateStream(cases(), timeout=PATIENCE_SECONDS, metadata=to.metadata):
            if answer.result.HasField("decision"):
                order.told(answer.result.decision.receipt.log_id)
                found += 1
        return found

    together(
        lambda: over("Evaluate, by certificate", "court", one),
        lambda: over("Evaluate, by certificate", "court", one),
        lambda: over("cases of batches, by API key", "batches", batch),
        lambda: over("cases of streams, by token", "police", stream),
    )
    order.leave(decided=decided, counts=dict(sorted(counts.items())))


def hostile(order: Order) -> None:
    """Every attack in turn, as a caller and as a stranger."""
    order.wait(others=True)
    done: list[tuple[str, float, str]] = []
    for name in itertools.cycle(ATTACKS):
        if not order.going:
            break
        for who in ("stranger", "hostile") if name.startswith(STRANGERS) else ("hostile",):
            begin = time.monotonic()
            try:
                said = ATTACKS[name](order.targets[who])
            except (OSError, grpc.RpcError) as error:
                said = type(error).__name__
            done.append((name, time.monotonic() - begin, said))
    order.leave(attacks=done)


ROLES: dict[str, Callable[[Order], None]] = {"neighbour": neighbour, "load": load, "hostile": hostile}


def main() -> None:
    """Does what the order says."""
    role, order = sys.argv[1], json.loads(sys.stdin.readline())
    print("ready", flush=True)
    ROLES[role](Order(role, order | {"begin": float(sys.stdin.readline())}))


if __name__ == "__main__":
    main()
