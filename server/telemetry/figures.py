"""Figures of the service: what is counted and measured, each declared once.

A figure's labels are codes of a closed set: methods, status codes, districts and callers that are configured.
Whatever comes from outside is no label, and a figure has at most ``MOST_SERIES`` series: a mistake here must
not fill the memory of whoever scrapes. docs/operations.md has this table; a test keeps it so.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, values

MOST_SERIES = 5_000
OTHER = "other"
"""The label of what is beyond that."""


class Kind(StrEnum):
    """What kind of figure: Prometheus's own types."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class Figure:
    """One figure, by its name in Prometheus. ``over`` says what several processes together have of a gauge:
    the sum, the least or the most of those that live, or ``all`` of them."""

    def __init__(
        self,
        name: str,
        says: str,
        labels: tuple[str, ...] = (),
        *,
        kind: Kind = Kind.COUNTER,
        buckets: tuple[float, ...] = (),
        over: str = "sum",
    ) -> None:
        self.name = name
        self.says = says
        self.labels = labels
        self.kind = kind
        self._buckets = buckets
        self._over = over
        self._series: dict[tuple[str, ...], Any] = {}
        self._made: Any = None
        ALL[name] = self

    def add(self, *labels: str, amount: float = 1.0) -> None:
        """Counts something that happened."""
        self._of(labels).inc(amount)

    def set(self, value: float, *labels: str) -> None:
        """Says what a gauge is now."""
        self._of(labels).set(value)

    def observe(self, value: float, *labels: str) -> None:
        """Adds one measurement to a histogram."""
        self._of(labels).observe(value)

    @contextmanager
    def timed(self, *labels: str) -> Iterator[None]:
        """Adds the seconds that the block took to a histogram, however it ended."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.observe(time.perf_counter() - started, *labels)

    def expect(self, *labels: str) -> None:
        """Makes the series now: a rate over one that first appears with its first event misses that event."""
        self._of(labels)

    def _of(self, labels: tuple[str, ...]) -> Any:
        found = self._series.get(labels)
        if found is None:
            if len(self._series) >= MOST_SERIES:
                labels = (OTHER,) * len(self.labels)
            found = self._made.labels(*labels) if self.labels else self._made
            self._series[labels] = found
        return found

    def make(self, registry: CollectorRegistry) -> None:
        """Begins anew in ``registry``, from nothing or from what the files of this process hold."""
        self._series = {}
        if self.kind is Kind.HISTOGRAM:
            self._made = Histogram(
                self.name, self.says, self.labels, buckets=self._buckets, registry=registry
            )
        elif self.kind is Kind.GAUGE:
            mode: Any = f"live{self._over}"
            self._made = Gauge(self.name, self.says, self.labels, multiprocess_mode=mode, registry=registry)
        else:
            self._made = Counter(self.name, self.says, self.labels, registry=registry)


ALL: dict[str, Figure] = {}
"""Every figure by its name."""

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_SHORT_BUCKETS = (0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)

CALLS = Figure(
    "linkage_calls_total",
    "Calls that ended, by method, status code and the door they came through.",
    ("method", "code", "door"),
)
CALL_SECONDS = Figure(
    "linkage_call_duration_seconds",
    "How long calls took from the moment their handler had them; a stream counts as a whole.",
    ("method", "door"),
    kind=Kind.HISTOGRAM,
    buckets=_BUCKETS,
)
CALLS_RUNNING = Figure("linkage_calls_running", "Calls that run now.", ("method",), kind=Kind.GAUGE)
ITEMS = Figure("linkage_items_total", "Items of batches and streams.", ("method",))
ITEMS_REFUSED = Figure(
    "linkage_items_refused_total",
    "Items of batches and streams that got an error in place of a decision, by its reason.",
    ("method", "reason"),
)
CALLERS_REFUSED = Figure(
    "linkage_callers_refused_total",
    "Calls that were not let in: no good credentials, no right, or a limit; the caller where it is known.",
    ("caller", "reason"),
)
DECISIONS = Figure(
    "linkage_decisions_total",
    "Decisions by the worst they say: error (a rule failed), undetermined (facts are missing for a rule), "
    "obligations, none (nobody has to do anything).",
    ("district", "outcome"),
)
DECISIONS_BY_ENGINE = Figure(
    "linkage_decisions_by_engine_total",
    "Decisions by the engine that made them; under `native`, those of `compiled` are what the core left.",
    ("district", "engine"),
)
DECISION_SECONDS = Figure(
    "linkage_decision_duration_seconds",
    "How long deciding a case and writing the answer took, without reading, waiting for a turn and logging.",
    kind=Kind.HISTOGRAM,
    buckets=_SHORT_BUCKETS,
)
OBLIGATIONS = Figure(
    "linkage_obligations_total", "Obligations, prohibitions and permissions in decisions.", ("district",)
)
UNDETERMINED = Figure("linkage_undetermined_total", "Rules that missing facts left undecided.", ("district",))
RULE_ERRORS = Figure(
    "linkage_rule_errors_total",
    "Rules whose evaluation failed, and moments that no version governs, by fault code.",
    ("district", "code"),
)
LOG_QUEUE = Figure(
    "linkage_log_queue_records", "Decisions that wait to be written to the log.", kind=Kind.GAUGE
)
LOG_QUEUE_BYTES = Figure("linkage_log_queue_bytes", "Bytes of these decisions.", kind=Kind.GAUGE)
LOG_OLDEST = Figure(
    "linkage_log_oldest_unwritten_seconds",
    "For how long the oldest decision that is not durable yet has been waiting; 0 where none is.",
    kind=Kind.GAUGE,
    over="max",
)
COMMIT_SECONDS = Figure(
    "linkage_log_commit_duration_seconds",
    "How long transactions of the log took, those that failed too.",
    kind=Kind.HISTOGRAM,
    buckets=_BUCKETS,
)
LOG_WRITTEN = Figure("linkage_log_records_written_total", "Decisions that became durable.")
LOG_FAILURES = Figure(
    "linkage_log_write_failures_total", "Transactions of the log that failed, by fault code.", ("code",)
)
LOG_LOST = Figure(
    "linkage_log_records_lost_total",
    "Decisions that were answered and could not be written (with log.acknowledge: false alone).",
)
RELOADS = Figure(
    "linkage_rules_reloads_total", "Times that rules were loaded again: ok, or failed.", ("result",)
)
RELOAD_OK = Figure(
    "linkage_rules_last_reload_successful",
    "1 where the rules that were last asked for serve, 0 where they were refused.",
    kind=Kind.GAUGE,
    over="min",
)
RULES_SINCE = Figure(
    "linkage_rules_loaded_timestamp_seconds",
    "When the rules that serve were loaded, in seconds since 1970 UTC.",
    kind=Kind.GAUGE,
    over="min",
)
PUBLICATION = Figure(
    "linkage_publication_number",
    "The number of the publication that serves; 0 where rules are of a folder.",
    kind=Kind.GAUGE,
    over="max",
)
PUBLICATION_FRESH = Figure(
    "linkage_publication_fresh_until_timestamp_seconds",
    "Until when the repository says that it is fresh, in seconds since 1970 UTC; 0 where there is none.",
    kind=Kind.GAUGE,
    over="max",
)
PUBLICATION_LOOKS = Figure(
    "linkage_publication_looks_total",
    "Times that the repository was looked at: ok, or the fault code of why nothing was taken.",
    ("result",),
)
TURNS_WAITING = Figure(
    "linkage_turns_waiting", "Small requests that wait for their caller's turn on the loop.", kind=Kind.GAUGE
)
BESIDE_WAITING = Figure(
    "linkage_beside_waiting", "Larger work that waits for a thread in its caller's turn.", kind=Kind.GAUGE
)
BESIDE_BYTES = Figure(
    "linkage_beside_waiting_bytes", "Bytes that this work keeps, of limits.waiting_bytes.", kind=Kind.GAUGE
)
BESIDE_RUNNING = Figure("linkage_beside_running", "Work that runs on a thread now.", kind=Kind.GAUGE)
SHADOW = Figure(
    "linkage_shadow_decisions_total",
    "Decisions of the shadow's sample: agreed, disagreed, dropped, failed.",
    ("result",),
)
REGISTER_CASES = Figure(
    "linkage_register_cases_due_total", "Cases of the register that were due, and brought up to now."
)
REGISTER_FAILURES = Figure(
    "linkage_register_failures_total",
    "Times that this failed, by fault code: of one case, which is put aside, or of the database.",
    ("code",),
)
REGISTER_LATE = Figure(
    "linkage_register_late_seconds",
    "For how long the case that was looked at last had been due; 0 where none is.",
    kind=Kind.GAUGE,
    over="max",
)
WATCHES = Figure("linkage_watches", "Watches of obligations that are open.", kind=Kind.GAUGE)
NOTICES_DELIVERED = Figure(
    "linkage_notices_delivered_total", "Notices that their receivers took.", ("subscription",)
)
NOTICES_FAILED = Figure(
    "linkage_notices_failed_total",
    "Attempts that failed, by what was wrong: timeout, unreachable, http_5xx and others.",
    ("subscription", "code"),
)
NOTICES_SECONDS = Figure(
    "linkage_notices_delay_seconds",
    "From the moment a change was written to the one in which a receiver had its notice.",
    kind=Kind.HISTOGRAM,
    buckets=(0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0, 60.0, 600.0, 3_600.0, 86_400.0),
)
NOTICES_WAITING = Figure(
    "linkage_notices_waiting",
    "Notices that wait to be delivered, as every process finds them in the database.",
    ("subscription",),
    kind=Kind.GAUGE,
    over="max",
)
NOTICES_OLDEST = Figure(
    "linkage_notices_oldest_waiting_seconds",
    "For how long the oldest of them has been waiting; 0 where none is.",
    ("subscription",),
    kind=Kind.GAUGE,
    over="max",
)
NOTICES_DEAD = Figure(
    "linkage_notices_dead",
    "Notices that were given up, and that nobody has sent anew.",
    ("subscription",),
    kind=Kind.GAUGE,
    over="max",
)
NOTICES_FAILURES = Figure(
    "linkage_notices_failures_total",
    "Rounds of making or sending notices that failed on our side, by fault code.",
    ("code",),
)
REGISTER_WAITING = Figure(
    "linkage_register_cases_waiting",
    "Cases of the register that the rules which serve would change, and that wait for their adoption.",
    ("district",),
    kind=Kind.GAUGE,
    over="max",
)
HTTP_CONNECTIONS = Figure(
    "linkage_http_connections", "Connections of HTTP, to the calls, that are open.", kind=Kind.GAUGE
)
HTTP_REFUSED = Figure(
    "linkage_http_connections_refused_total",
    "Connections of HTTP that were refused before a request of theirs was looked at, by reason.",
    ("reason",),
)
READY = Figure(
    "linkage_ready",
    "Whether a part of the service is ready: rules, database, log, serving (not told to stop); with several "
    "workers, of each of them (pid).",
    ("part",),
    kind=Kind.GAUGE,
    over="all",
)
WORKERS = Figure("linkage_workers", "Processes that serve; 1 where there are no workers.", kind=Kind.GAUGE)
WORKERS_WANTED = Figure("linkage_workers_wanted", "Processes that should serve.", kind=Kind.GAUGE)
WORKER_ENDS = Figure(
    "linkage_worker_ends_total", "Workers that ended, or hung and were killed; each is started again."
)
CERTIFICATE = Figure(
    "linkage_certificate_expiry_timestamp_seconds",
    "When the certificate of a setting is no longer valid, in seconds since 1970 UTC.",
    ("setting",),
    kind=Kind.GAUGE,
    over="min",
)

REGISTRY = CollectorRegistry()
"""The figures of this process alone."""

_SOURCES: list[Callable[[], None]] = []


def begin(folder: Path | None = None, process: str = "") -> None:
    """All figures from nothing.

    ``folder``: several processes keep theirs there, for one of them to read all; what ``process`` kept there
    under its name goes on being counted, so that a worker which is killed loses nothing and counts nothing
    twice. Two processes never have one name at a time.
    """
    global REGISTRY
    if folder is None:
        values.ValueClass = values.MutexValue
    else:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
        made: Any = values.MultiProcessValue
        values.ValueClass = made(lambda: process)
    REGISTRY = CollectorRegistry()
    for figure in ALL.values():
        figure.make(REGISTRY)


@contextmanager
def sampled(source: Callable[[], None]) -> Iterator[None]:
    """While the block lasts, ``source`` sets gauges whenever somebody is about to read them."""
    _SOURCES.append(source)
    try:
        yield
    finally:
        _SOURCES.remove(source)


def sample() -> None:
    """Has all gauges set that are."""
    for source in _SOURCES:
        source()


_less: Any = disable_created_metrics
_less()  # they double the counters, and several processes have none
begin()
