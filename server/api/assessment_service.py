"""The handlers of AssessmentService: cases are counted a few at a time, in their caller's turn.

    request --assessing--> Asked      cases --apart, a part at a time--> counts --apart--> answer

No caller waits for the assessment of another for longer than one part of it. Nothing is logged as a decision.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple, cast

from google.protobuf.message import Message

from linkage.v1 import assessment_service_pb2 as api
from linkage.v1 import assessment_service_pb2_grpc as stubs
from linkage.v1 import facts_pb2
from policy.facts.reading import FactsError, Violation
from server.api.guard import Call, Guard
from server.api.reading import Given as Unread
from server.api.reading import Reading
from server.api.room import fitting
from server.convert.assessing import assessing
from server.convert.requests import Clock
from server.decisions.active import Active, ActiveRules
from server.decisions.apart import Apart
from server.decisions.assessing import Given
from server.decisions.fairness import Fairness
from server.register.cases import registered_cases
from server.register.keeping import Keeper
from server.settings.limits import Limits

Context = Any

PART_CASES, PART_BYTES = 100, 256 * 1024
"""So many cases, or bytes of them, are counted in one step: a fraction of a second."""


class AssessmentService:
    """AssessmentService over the active rules."""

    def __init__(
        self,
        rules: ActiveRules,
        guard: Guard,
        limits: Limits,
        fairness: Fairness,
        apart: Apart,
        clock: Clock,
        register: Keeper | None = None,
    ) -> None:
        self._rules = rules
        self._register = register
        self._guard = guard
        self._means = _Means(limits, fairness, apart, clock)
        self._reading = Reading(fairness)

    async def Assess(self, request: api.AssessRequest, context: Context) -> bytes:
        """AssessResponse of the cases of one message."""
        with self._guard.call("Assess", request.language) as call:
            making = _Assessment(self._rules.current, self._means, request, call, api.AssessResponse)
            call.take(len(request.cases) - 1)
            await making.take([Given(f"cases[{n}]", case) for n, case in enumerate(request.cases)])
            if request.register:
                await making.take_all(self._registered(request))
            return await making.answer()
        return await call.abort(context)

    async def AssessStream(self, requests: AsyncIterator[Unread], context: Context) -> bytes:
        """AssessStreamResponse of the cases of a stream."""
        with self._guard.call("AssessStream", "") as call:
            making: _Assessment | None = None
            number = 0
            async for data in requests:
                await call.turn()
                place = f"requests[{number}]"
                number += 1
                message = await self._read(data, place, call)
                if making is None:
                    making = await self._begun(message, place, call)
                elif message.WhichOneof("message") != "case":
                    raise FactsError((Violation(place, "LNK728"),))
                else:
                    await making.take([Given(f"{place}.case", message.case)], whole=False)
            if making is None:
                raise FactsError((Violation("requests[0]", "LNK727"),))
            return await making.answer()
        return await call.abort(context)

    async def _begun(self, message: api.AssessStreamRequest, place: str, call: Call) -> _Assessment:
        """What the first message asks for, with the cases that it brings."""
        if message.WhichOneof("message") != "request":
            raise FactsError((Violation(place, "LNK727"),))
        request = message.request
        call.language = request.language or call.language
        try:
            making = _Assessment(self._rules.current, self._means, request, call, api.AssessStreamResponse)
        except FactsError as error:
            raise _within(error, f"{place}.request") from error
        given = [Given(f"{place}.request.cases[{n}]", case) for n, case in enumerate(request.cases)]
        await making.take(given, whole=False)
        if request.register:
            await making.take_all(self._registered(request))
        return making

    def _registered(self, request: api.AssessRequest) -> AsyncIterator[facts_pb2.Case]:
        """The cases of the register. Raises ``FactsError``: LNK083, LNK084."""
        if self._register is None:
            raise FactsError((Violation("register", "LNK084"),))
        if request.cases:
            raise FactsError((Violation("cases", "LNK083"),))
        return registered_cases(self._register, request.district)

    async def _read(self, data: Unread, place: str, call: Call) -> api.AssessStreamRequest:
        """A message of a stream. What is wrong with it is said at its place."""
        if not isinstance(data, bytes):
            call.language = call.language or data.language
        call.fits(len(data))
        try:
            return await self._reading.message(api.AssessStreamRequest, data)
        except FactsError as error:
            raise _within(error, place) from error


class _Means(NamedTuple):
    """What it takes to count."""

    limits: Limits
    fairness: Fairness
    apart: Apart
    clock: Clock


class _Assessment:
    """One assessment while its cases come. Raises ``FactsError`` for a request that cannot be answered."""

    def __init__(
        self,
        active: Active,
        means: _Means,
        request: api.AssessRequest,
        call: Call,
        answer: type[Message],
    ) -> None:
        self._active, self._means, self._call = active, means, call
        self._view = call.view(request.district, active.snapshot.districts)
        self._asked = assessing(request, active.snapshot, answer, means.clock())
        self._fits = fitting(request.max_response_bytes, means.limits)
        self._waiting: list[Given] = []
        self._bytes = 0
        self._known: dict[str, str] = {}
        self._parts: list[bytes] = []

    async def take(self, cases: Sequence[Given], *, whole: bool = True) -> None:
        """Counts cases, ``whole`` or once they fill a part."""
        limit = self._means.limits.assessed_cases
        self._call.items += len(cases)
        if self._call.items > limit:
            raise FactsError((Violation(_list_of(cases[-1].place), "LNK729", (("limit", f"{limit:,}"),)),))
        for each in cases:
            self._waiting.append(each)
            self._bytes += each.case.ByteSize()
            if len(self._waiting) >= PART_CASES or self._bytes >= PART_BYTES:
                await self._count()
        if whole:
            await self._count()

    async def take_all(self, cases: AsyncIterator[facts_pb2.Case]) -> None:
        """Counts the cases of the register, each a call of the caller."""
        async for case in cases:
            await self._call.turn()
            await self.take([Given(f"register[{case.id[:64]}]", case)], whole=False)

    async def answer(self) -> bytes:
        """The serialized answer."""
        await self._count()
        size = sum(map(len, self._parts))
        rules, parts = self._active.rules, self._parts
        work = partial(self._means.apart.assess, rules, self._asked, self._view, parts)
        answer = await self._means.fairness.apart(size, work)
        self._fits(len(answer))
        return answer

    async def _count(self) -> None:
        """Counts those that wait. Raises ``FactsError``, of two that differ under one id LNK827."""
        cases, size = self._waiting, self._bytes
        self._waiting, self._bytes = [], 0
        if not cases:
            return
        work = partial(self._means.apart.count, self._active.rules, self._asked, cases)
        part = await self._means.fairness.apart(size, work)
        twice = []
        for each, (case, digest) in zip(cases, part.cases, strict=False):
            if self._known.setdefault(case, digest) != digest:
                twice.append(Violation(f"{each.place}.id", "LNK827", (("name", case[:64]),)))
        if twice:
            raise FactsError(twice)
        self._parts.append(part.counts)


def _list_of(place: str) -> str:
    """``cases`` of ``cases[3]``, ``requests`` of ``requests[3].case``."""
    return place.rpartition("[")[0] if place.endswith("]") else place.partition("[")[0]


def _within(error: FactsError, place: str) -> FactsError:
    """The same, with its fields within a message of a stream."""
    moved = (
        replace(one, field=place if one.field in ("", "request") else f"{place}.{one.field}")
        for one in error.violations
    )
    return FactsError(moved, error.more)


def add_to(server: Any, service: AssessmentService) -> str:
    """Registers the service with a ``SafeServer``; its full name."""
    stubs.add_AssessmentServiceServicer_to_server(cast(Any, service), server)
    return "linkage.v1.AssessmentService"
