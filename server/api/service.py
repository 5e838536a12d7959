"""The handlers of PolicyService: limits, convert, call policy, convert. What goes wrong is ``guard``'s."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Container, Sequence
from contextlib import aclosing
from functools import partial
from itertools import count
from typing import Any, cast

from linkage.v1 import policy_service_pb2 as api
from linkage.v1 import policy_service_pb2_grpc as stubs
from policy.decide.snapshot import District, Snapshot
from policy.facts.reading import FactsError, Violation
from policy.program.build import PackProgram
from server.api.batch import Batch
from server.api.guard import Call, Guard
from server.api.reading import Given, Reading
from server.api.room import fitting
from server.convert.errors import NotFound, OutOfTime, ResponseFull
from server.convert.extent import FULL, Extent
from server.convert.packs import pack_message, pack_summary
from server.convert.requests import (
    Clock,
    check_rules,
    districts_of,
    language_of,
    language_violations,
    moment_and_language,
    page_start,
    page_token,
)
from server.convert.wire import delimited, tag, text
from server.decisions.active import ActiveRules
from server.decisions.apart import Apart
from server.decisions.evaluation import Evaluator, Item
from server.decisions.fairness import Fairness
from server.decisions.pipeline import in_order
from server.decisions.work import Question, question
from server.identity.rights import View
from server.settings.limits import Limits

Context = Any
"""``grpc.aio.ServicerContext``; the generated base class names a mixture that only type checkers know."""

_EVALUATED = tag(api.EvaluateResponse, "decision")
_RESULTS = tag(api.BatchEvaluateResponse, "results")
_KEY, _RESULT = tag(api.EvaluateStreamResponse, "key"), tag(api.EvaluateStreamResponse, "result")

SPARE_SECONDS = 0.05
"""A batch keeps this much of its deadline (at most a tenth) for committing and sending what is decided."""


class PolicyService:
    """PolicyService over the active rules; decisions are answered with serialized messages."""

    def __init__(
        self,
        rules: ActiveRules,
        evaluator: Evaluator,
        guard: Guard,
        limits: Limits,
        clock: Clock,
        fairness: Fairness,
        apart: Apart,
    ) -> None:
        self._rules = rules
        self._evaluator = evaluator
        self._guard = guard
        self._limits = limits
        self._clock = clock
        self._fairness = fairness
        self._apart = apart
        self._reading = Reading(fairness)

    @property
    def _districts(self) -> Container[str]:
        """The districts that there are."""
        return self._rules.current.snapshot.districts

    async def Evaluate(self, request: api.EvaluateRequest, context: Context) -> bytes:
        """EvaluateResponse, sent once the decision is durable."""
        with self._guard.call("Evaluate", request.language) as call:
            view = call.view(request.case.district, self._districts)
            fits = fitting(request.max_response_bytes, self._limits)
            evaluated = await self._evaluator.evaluate(request, call.asking, view, fits=fits)
            return delimited(_EVALUATED, await evaluated.durable())
        return await call.abort(context)

    async def BatchEvaluate(self, request: Given, context: Context) -> bytes:
        """BatchEvaluateResponse. A bad case has an error in its place and costs the others nothing."""
        with self._guard.call("BatchEvaluate", "") as call:
            itself, items = await self._reading.batch(request, self._limits.batch_items)
            call.items = len(items)
            if len(items) > self._limits.batch_items:
                args = (("limit", str(self._limits.batch_items)),)
                raise FactsError((Violation("requests", "LNK831", args),))
            call.language = itself.language
            batch = Batch(itself, len(items), self._limits)
            call.take(len(items) - 1)
            results = await self._batch(items, batch, context, call)
            room = batch.room()
            for result in results:
                await result.finish(room.take)
            call.failed_items = sum(result.error is not None for result in results)
            return b"".join([delimited(_RESULTS, result.result) for result in results])
        return await call.abort(context)

    async def _batch(self, items: Sequence[Given], batch: Batch, context: Context, call: Call) -> list[Item]:
        """The results. Once they fill the answer, or its time is over, what is left is not decided."""
        at_first, room = context.time_remaining(), batch.room()
        spare = None if at_first is None else min(SPARE_SECONDS, at_first / 10)

        def begin(_: api.EvaluateRequest) -> Callable[[int], None]:
            if room.full:
                raise ResponseFull(room.size)
            if spare is not None and context.time_remaining() < spare:
                raise OutOfTime
            return room.take

        return [await self._item(data, call, begin, batch.language, batch.extent) for data in items]

    async def _item(
        self,
        data: Given | FactsError,
        call: Call,
        begin: Callable[[api.EvaluateRequest], Callable[[int], None]],
        language: str = "",
        extent: Extent = FULL,
    ) -> Item:
        """The result of one item: of its request, not read yet, or what is wrong with that.

        ``begin`` gives what says whether an answer of so many bytes fits, or raises why it is not decided.
        """
        item = Item(language)
        try:
            if isinstance(data, FactsError):
                raise data
            call.fits(len(data))
            request = await self._reading.message(api.EvaluateRequest, data)
            item = Item(request.language or language)
            fits = begin(request)
            view = call.view(request.case.district, self._districts)
            item.done(await self._evaluator.evaluate(request, call.asking, view, extent, fits))
        except Exception as error:
            self._guard.note_unexpected("item", error)
            item.failed(error)
        return item

    async def EvaluateStream(
        self, request_iterator: AsyncIterator[Given], context: Context
    ) -> AsyncGenerator[bytes]:
        """EvaluateStreamResponse, in order; the next ones are decided while the last ones become durable.

        A message that is none has an error in its place, and the stream goes on.
        """
        with self._guard.call("EvaluateStream", "") as call:
            places = count()

            async def start(data: Given) -> tuple[str, Item]:
                await call.turn()
                key, request = await self._reading.item(data, f"requests[{next(places)}]")

                def begin(read: api.EvaluateRequest) -> Callable[[int], None]:
                    return fitting(read.max_response_bytes, self._limits, around=len(key.encode()))

                asked = "" if isinstance(data, bytes) else data.language
                return key, await self._item(request, call, begin, asked)

            results = in_order(request_iterator, start, self._limits.stream_window)
            async with aclosing(results):
                async for key, item in results:
                    await item.finish()
                    call.items += 1
                    call.failed_items += item.error is not None
                    yield text(_KEY, key) + delimited(_RESULT, item.result)
            return
        await call.abort(context)

    async def Explain(self, request: api.ExplainRequest, context: Context) -> bytes:
        """ExplainResponse: why and why not, made apart, since it looks at every rule. It is not logged."""
        with self._guard.call("Explain", request.language) as call:
            active = self._rules.current
            view = call.view(request.case.district, active.snapshot.districts)
            asked = question(request, active.snapshot, self._clock, view, api.ExplainResponse)
            fits = fitting(request.max_response_bytes, self._limits)
            check_rules(list(request.rules), active.snapshot.districts[asked.district])
            work = partial(self._apart.explain, active.rules, asked, request)
            response = await self._fairness.apart(request.ByteSize(), work)
            fits(len(response))
            return response
        return await call.abort(context)

    async def Compare(self, request: api.CompareRequest, context: Context) -> bytes:
        """CompareResponse: one case decided under several districts, made apart. It is not logged."""
        with self._guard.call("Compare", request.language) as call:
            active = self._rules.current
            as_of, lang, extent = moment_and_language(request, self._clock, api.CompareResponse)
            fits = fitting(request.max_response_bytes, self._limits)
            allowed = call.districts(active.snapshot.districts)
            codes = districts_of(list(request.districts) or allowed, active.snapshot)
            views = [call.view(code, active.snapshot.districts) for code in codes]
            seen = View(masked=any(view.masked for view in views))
            asked = Question("", as_of, lang, view=seen, extent=extent)
            work = partial(self._apart.compare, active.rules, asked, request, codes)
            response = await self._fairness.apart(request.ByteSize(), work)
            fits(len(response))
            return response
        return await call.abort(context)

    async def ListPacks(self, request: api.ListPacksRequest, context: Context) -> api.ListPacksResponse:
        """Lists the active packs by district and first day in force."""
        with self._guard.call("ListPacks", request.language) as call:
            active = self._rules.current
            found = _page_request(request)
            start = page_start(request.page_token, request.district)
            if request.district:
                call.view(request.district, active.snapshot.districts)
            allowed = frozenset(call.districts(active.snapshot.districts))
            places = [place for place in _places(active.snapshot, request.district) if place[0][0] in allowed]
            rest = [place for place in places if start is None or place[0] > start]
            page = rest[: min(found or self._limits.page_items, self._limits.page_items)]
            response = api.ListPacksResponse(snapshot_digest=active.snapshot.digest)
            for _, district, program in page:
                words = active.answers(district, language_of(request.language)).words
                response.packs.append(pack_summary(words, program))
            if len(page) < len(rest):
                response.next_page_token = page_token(request.district, page[-1][0])
            return response
        return await call.abort(context)

    async def GetPack(self, request: api.GetPackRequest, context: Context) -> api.GetPackResponse:
        """One pack for people to read; without a version, the one in force now."""
        with self._guard.call("GetPack", request.language) as call:
            if wrong := language_violations(request.language):
                raise FactsError(tuple(wrong))
            active = self._rules.current
            call.view(request.district, active.snapshot.districts)
            district, program = _pack(active.snapshot, request, self._clock)
            words = active.answers(district, language_of(request.language)).words
            return await self._fairness.beside(0, pack_message, words, program)
        return await call.abort(context)


_Place = tuple[str, int, str]


def _page_request(request: api.ListPacksRequest) -> int:
    """The page size that is asked for. Raises ``FactsError``."""
    wrong = language_violations(request.language)
    if request.page_size < 0:
        wrong.append(Violation("page_size", "LNK832"))
    if wrong:
        raise FactsError(tuple(wrong))
    return request.page_size


def _places(snapshot: Snapshot, only: str) -> list[tuple[_Place, District, PackProgram]]:
    """Every pack with its place in the list, in order. Raises ``NotFound`` for a district without packs."""
    if only and only not in snapshot.districts:
        raise NotFound("DISTRICT_NOT_FOUND", only, tuple(sorted(snapshot.districts)))
    districts = [snapshot.districts[only]] if only else snapshot.districts.values()
    found = [((d.code, p.since, p.pack.version), d, p) for d in districts for p in d.programs]
    return sorted(found, key=lambda place: place[0])


def _pack(snapshot: Snapshot, request: api.GetPackRequest, clock: Clock) -> tuple[District, PackProgram]:
    district = snapshot.districts.get(request.district)
    if district is None:
        raise NotFound("DISTRICT_NOT_FOUND", request.district, tuple(sorted(snapshot.districts)))
    if not request.version:
        program = district.in_force(clock())
        if program is None:
            raise NotFound("NO_VERSION_IN_FORCE", request.district)
        return district, program
    versions = {program.pack.version: program for program in district.programs}
    if request.version not in versions:
        raise NotFound("VERSION_NOT_FOUND", request.version, tuple(sorted(versions)))
    return district, versions[request.version]


def add_to(server: Any, service: PolicyService) -> str:
    """Registers the service with a ``SafeServer``; its full name."""
    stubs.add_PolicyServiceServicer_to_server(cast(Any, service), server)
    return "linkage.v1.PolicyService"
