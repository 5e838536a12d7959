"""What the running server says of itself: health and readiness, looked at every second; gauges when asked."""

from __future__ import annotations

import asyncio

from grpc_health.v1 import health, health_pb2

from server.decisions.fairness import Fairness
from server.log.writer import GroupWriter
from server.settings.logs import Level, event
from server.store.decisions import DecisionStore
from server.store.errors import StoreError
from server.telemetry.figures import (
    BESIDE_BYTES,
    BESIDE_RUNNING,
    BESIDE_WAITING,
    LOG_OLDEST,
    LOG_QUEUE,
    LOG_QUEUE_BYTES,
    TURNS_WAITING,
)
from server.telemetry.readiness import STOPPING, Readiness

LOOK_SECONDS = 1.0
"""How often it is looked whether the database is still there; a write looks for itself."""

LAG_SECONDS = 30.0
"""A log that has not written a decision for so long takes none: a statement may take 20 s."""

SERVICES = ("", "linkage.v1.PolicyService")
"""Whose health is told."""


async def set_health(healthy: health.aio.HealthServicer, serving: bool) -> None:
    """Tells it to those who ask, and to those who watch."""
    status = health_pb2.HealthCheckResponse
    for name in SERVICES:
        await healthy.set(name, status.SERVING if serving else status.NOT_SERVING)


class Watch:
    """Looks at the log and its database, and keeps readiness and health true. No log: nothing to look at."""

    def __init__(
        self,
        readiness: Readiness,
        healthy: health.aio.HealthServicer,
        fairness: Fairness,
        store: DecisionStore | None,
        writer: GroupWriter | None,
    ) -> None:
        self._readiness = readiness
        self._healthy = healthy
        self._fairness = fairness
        self._store = store
        self._writer = writer

    async def begin(self) -> None:
        """The server takes calls from now on."""
        for part in ("rules", "database", "log", "serving"):
            self._readiness.set(part)
        await set_health(self._healthy, serving=True)

    async def stop(self) -> None:
        """The server has been told to stop: nobody should send it anything any more."""
        self._readiness.set("serving", STOPPING)
        await set_health(self._healthy, serving=False)

    async def follow(self) -> None:
        """Looks again and again until it is cancelled."""
        store, writer = self._store, self._writer
        while store is not None and writer is not None:
            await asyncio.sleep(LOOK_SECONDS)
            await self._look(store, writer)

    async def _look(self, store: DecisionStore, writer: GroupWriter) -> None:
        found = ""
        try:
            store.check_file()
            if writer.failing:
                await store.ping()
                writer.failing = ""
        except StoreError as error:
            found = error.code
        before = self._readiness.parts["database"]
        self._readiness.set("database", found)
        self._readiness.set("log", "late" if writer.oldest_seconds > LAG_SECONDS else "")
        if bool(found) != bool(before):
            await set_health(self._healthy, serving=not found)
            there = Level.ERROR if found else Level.WARNING
            event(there, "database_gone" if found else "database_there", code=found)

    def sample(self) -> None:
        """Sets the gauges."""
        load = self._fairness.load()
        TURNS_WAITING.set(load.turns)
        BESIDE_WAITING.set(load.jobs)
        BESIDE_BYTES.set(load.bytes)
        BESIDE_RUNNING.set(load.running)
        if self._writer is not None:
            records, size = self._writer.waiting
            LOG_QUEUE.set(records)
            LOG_QUEUE_BYTES.set(size)
            LOG_OLDEST.set(self._writer.oldest_seconds)
