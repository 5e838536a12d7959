"""A share of the live decisions decided again by another engine, beside the calls, and compared.

    decision --sampled by the facts' digest--> queue (full: dropped) --thread--> decided again --> compared

The answer has been made before and waits for nothing here; the second decision is made in a process of its
own. What is found is counted, and logged without any fact: digests, packs, and the ids of the rules that came
out differently.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from queue import Empty, Full, Queue
from typing import Any, NamedTuple, Protocol

import orjson

from linkage.v1 import facts_pb2
from policy.engines.durable.child import ChildError
from server.decisions.active import Active
from server.decisions.second import SecondError
from server.settings.config import ShadowSettings
from server.settings.logs import Level, event, place_of
from server.store.record import Made
from server.telemetry.figures import SHADOW

MAX_BYTES = 256 * 1024
"""Larger cases are dropped: a full queue of them would take much memory."""
MAX_RULES = 20
"""Most ids of rules in the log line of one disagreement."""
_DIGITS = 13
"""Hexadecimal digits of the facts' digest that decide on the sample: as many as a float holds exactly."""
_GLANCE = 0.2
"""Seconds after which a thread that waits for decisions looks whether it should end."""


class Decider(Protocol):
    """Decides again."""

    def outcome(self, active: Active, district: str, case: facts_pb2.Case, as_of: int) -> bytes:
        """The canonical form of the decision."""

    def kill(self) -> None:
        """Ends a decision that is being made, from another thread."""

    def close(self) -> None:
        """Nothing more is decided."""


@dataclass
class Counts:
    """What became of the sampled decisions; those still waiting are the rest of ``sampled``."""

    sampled: int = 0
    agreed: int = 0
    disagreed: int = 0
    dropped: int = 0
    failed: int = 0

    def end(self, result: str, count: int = 1) -> None:
        """Counts decisions of the sample with what became of them."""
        setattr(self, result, getattr(self, result) + count)
        SHADOW.add(result, amount=count)


class Live(NamedTuple):
    """A decision that was given, and what it was made from."""

    active: Active
    case: facts_pb2.Case
    made: Made


class Shadow:
    """Has what is offered decided again, from ``start`` to ``close``."""

    def __init__(self, settings: ShadowSettings, decider: Decider) -> None:
        self.counts = Counts()
        self.decider = decider
        self._settings = settings
        self._below = settings.share * 16**_DIGITS
        self._queue: Queue[Live] = Queue(settings.queue)
        self._stopping = threading.Event()
        self._failing = False
        self._thread = threading.Thread(target=self._run, name="shadow", daemon=True)

    def start(self) -> None:
        """Starts the thread."""
        event(Level.INFO, "shadow_started", engine=self._settings.engine, share=self._settings.share)
        self._thread.start()

    def close(self) -> None:
        """Drops what still waits, ends the thread and the process, and logs the counts."""
        self._stopping.set()
        while self._thread.is_alive():
            self.decider.kill()  # again and again: the thread may just be starting another process
            self._thread.join(_GLANCE)
        self.decider.close()
        self.counts.end("dropped", self._queue.qsize())
        self._report("shadow_stopped")

    def offer(self, live: Live) -> None:
        """Takes the decision if it belongs to the sample: the same facts always do, or never. Never waits."""
        if int(live.made.facts_digest[:_DIGITS], 16) >= self._below:
            return
        self.counts.sampled += 1
        try:
            if live.case.ByteSize() > MAX_BYTES:
                raise Full
            self._queue.put_nowait(live)
        except Full:
            self.counts.end("dropped")

    def _run(self) -> None:
        for live in self._waiting():
            self._check(live)

    def _waiting(self) -> Iterator[Live]:
        """What is offered, until the end; reports the counts from time to time."""
        seconds = self._settings.report_seconds
        due, reported = time.monotonic() + seconds, asdict(self.counts)
        while not self._stopping.is_set():
            with suppress(Empty):
                yield self._queue.get(timeout=min(_GLANCE, seconds))
            if time.monotonic() >= due:
                due = time.monotonic() + seconds
                if asdict(self.counts) != reported:
                    reported = asdict(self.counts)
                    self._report("shadow")

    def _check(self, live: Live) -> None:
        try:
            made = live.made
            again = self.decider.outcome(live.active, made.district, live.case, made.as_of)
        except Exception as error:  # whatever the shadow does, the service goes on
            self._failed(error)
            return
        self._failing = False
        if again == live.made.outcome:
            self.counts.end("agreed")
        else:
            self.counts.end("disagreed")
            self._log(live.made, again)

    def _failed(self, error: Exception) -> None:
        """Counts a failure and logs the first of several; what was ended by ``close`` has not failed."""
        if self._stopping.is_set():
            self.counts.end("dropped")
            return
        self.counts.end("failed")
        if not self._failing:
            engine = self._settings.engine
            event(Level.WARNING, "shadow_failed", code="LNK914", engine=engine, error=_reason(error))
        self._failing = True

    def _log(self, made: Made, again: bytes) -> None:
        rules = different_rules(made.outcome, again)
        packs = orjson.loads(made.outcome)["packs"]
        event(
            Level.ERROR,
            "shadow_disagreed",
            code="LNK913",
            engine=self._settings.engine,
            decision_digest=made.digest,
            shadow_digest=hashlib.sha256(again).hexdigest(),
            packs=",".join(f"{district}@{version}" for district, version, _ in packs),
            rules=",".join(rules[:MAX_RULES]),
            rules_count=len(rules),
        )

    def _report(self, name: str) -> None:
        event(Level.INFO, name, engine=self._settings.engine, **asdict(self.counts))


def _reason(error: Exception) -> str:
    """Why there is no second decision: never the text of an error, which may quote facts."""
    if isinstance(error, ChildError):
        return error.reason
    return error.where if isinstance(error, SecondError) else place_of(error)


def different_rules(one: bytes, other: bytes) -> list[str]:
    """The ids of the rules of which two canonical decisions say different things, sorted."""
    here, there = _by_rule(orjson.loads(one)), _by_rule(orjson.loads(other))
    return sorted(rule for rule in here.keys() | there.keys() if here.get(rule) != there.get(rule))


def _by_rule(plain: dict[str, Any]) -> dict[str, Counter[str]]:
    """Everything that a decision says, by the rule it says it of; "" for what is of no rule."""
    rule_of = {entry["id"]: entry["rule"] for entry in plain["obligations"]}
    said = [(entry["rule"], entry) for entry in plain["obligations"]]
    said += [(entry[0], entry) for entry in plain["undetermined"]]
    said += [(entry[2], entry) for entry in plain["errors"]]
    said += [(rule_of[first], [first, second]) for first, second in plain["conflicts"]]
    found: dict[str, Counter[str]] = {}
    for rule, entry in said:
        found.setdefault(rule, Counter())[repr(entry)] += 1
    return found
