"""Clients that write while servers die: each sends again, under the same ids, what has no answer."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import grpc

from linkage.v1 import case_service_pb2 as api
from linkage.v1 import case_service_pb2_grpc as stubs
from linkage.v1 import facts_pb2, register_pb2

DISTRICT = "qiaonan"
PAUSE_SECONDS = 0.05
CALL_SECONDS = 20.0
_AGAIN = (
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.CANCELLED,
    grpc.StatusCode.UNKNOWN,
)
"""What says nothing of whether it was done."""
CHANNEL = (
    ("grpc.initial_reconnect_backoff_ms", 50),
    ("grpc.min_reconnect_backoff_ms", 50),
    ("grpc.max_reconnect_backoff_ms", 200),
)


@dataclass
class Told:
    """What all clients together know: what was acknowledged, and the changes that they were told."""

    entries: set[tuple[str, str]] = field(default_factory=set)
    changes: list[register_pb2.ObligationChange] = field(default_factory=list)
    calls: int = 0
    repeats: int = 0
    refused: Counter[str] = field(default_factory=Counter)


class Client:
    """One writer; it goes to the next server where one does not answer."""

    def __init__(self, name: str, addresses: Sequence[str], told: Told, seed: int) -> None:
        self._name = name
        self._dice = random.Random(f"{seed} {name}")  # noqa: S311 - the same client at every run
        self._channels = [grpc.aio.insecure_channel(each, options=CHANNEL) for each in addresses]
        self._stubs = [stubs.CaseServiceStub(channel) for channel in self._channels]
        self._at = self._dice.randrange(len(addresses))
        self._told = told

    async def run(self, stopping: asyncio.Event) -> None:
        """Writes until it is told to stop; what it has begun it ends."""
        number = 0
        try:
            while not stopping.is_set():
                await self._case(f"{self._name}-{number}")
                number += 1
        finally:
            for channel in self._channels:
                await channel.close()

    async def _case(self, case_id: str) -> None:
        """A case with some seizures, what departments do about them, and perhaps its end."""
        case = facts_pb2.Case(id=case_id, district=DISTRICT, kind="enforcement")
        case.properties.add(id="car", type="vehicle")
        case.parties.add(id="d", role="debtor")
        opened = await self._sent("OpenCase", api.OpenCaseRequest(case=case))
        self._acknowledged(case_id, ["opening"], opened)
        for number in range(self._dice.randint(1, 3)):
            entries = [_seizure(f"e{number}", self._dice.choice((0, 2, 90_000, 200_000)))]
            if self._dice.random() < 0.5:
                entries.append(_request(f"r{number}"))
            request = api.RecordEventsRequest(district=DISTRICT, case_id=case_id, entries=entries)
            recorded = await self._sent("RecordEvents", request)
            self._acknowledged(case_id, [entry.id for entry in entries], recorded)
            await self._duties(case_id)
        if self._dice.random() < 0.3:
            closing = api.CloseCaseRequest(
                district=DISTRICT, case_id=case_id, event_id="end", event_type="case_completed"
            )
            self._acknowledged(case_id, ["end"], await self._sent("CloseCase", closing))

    async def _duties(self, case_id: str) -> None:
        """Some of what is owed is taken in hand, and some of that done."""
        listing = api.ListObligationsRequest(district=DISTRICT, case_id=case_id)
        found = await self._sent("ListObligations", listing)
        for duty in found.obligations:
            if duty.rule not in ("qiaonan.vehicle.notify", "qiaonan.query.tax") or self._dice.random() < 0.5:
                continue
            common: dict[str, Any] = {"district": DISTRICT, "obligation_id": duty.id}
            for name, kind, key in (
                ("AcceptObligation", api.AcceptObligationRequest, f"a{duty.id[:12]}"),
                ("FulfilObligation", api.FulfilObligationRequest, f"f{duty.id[:12]}"),
            ):
                answer = await self._sent(name, kind(**common, event_id=key))
                self._acknowledged(case_id, [key], answer)

    async def _sent(self, name: str, request: Any) -> Any:
        """The answer, however often it has to be sent; None where it is refused."""
        self._told.calls += 1
        while True:
            try:
                return await getattr(self._stubs[self._at], name)(request, timeout=CALL_SECONDS)
            except grpc.aio.AioRpcError as error:
                if error.code() not in _AGAIN:
                    self._told.refused[f"{name}: {error.code().name} {error.details()}"] += 1
                    return None
                self._told.repeats += 1
            self._at = (self._at + 1) % len(self._stubs)
            await asyncio.sleep(PAUSE_SECONDS)

    def _acknowledged(self, case_id: str, ids: list[str], answer: Any) -> None:
        if answer is not None:
            self._told.entries.update((case_id, each) for each in ids)
            self._told.changes += answer.recorded.changes


def _seizure(key: str, seconds_ago: int) -> register_pb2.CaseEntry:
    event = facts_pb2.Event(id=key, type="vehicle_seized", actor="traffic_police", property="car")
    event.at.seconds = int(time.time()) - seconds_ago
    return register_pb2.CaseEntry(id=key, event=event)


def _request(key: str) -> register_pb2.CaseEntry:
    request = facts_pb2.Request(id=key, matter="tax_query", to="tax", requester="court", party="d")
    request.at.seconds = int(time.time())
    return register_pb2.CaseEntry(id=key, request=request)
