"""The handlers of PolicyService: limits, convert, call policy, convert. What goes wrong is ``guard``'s."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Container, Sequence
from contextlib import aclosing
from functools import partial
from itertools import count
from typing import Any, NamedTuple, cast

from linkage.v1 import policy_service_pb2 as api
from linkage.v1 import policy_service_pb2_grpc as stubs
from policy.facts.reading import FactsError, Violation
from server.api.batch import Batch
from server.api.guard import Call, Guard
from server.api.packs import PackCalls
from server.api.reading import Given, Reading
from server.api.room import fitting
from server.convert.ends import OutOfTime, ResponseFull
from server.convert.extent import FULL, Extent
from server.convert.requests import (
    Clock,
    check_rules,
    districts_of,
    moment_and_language,
)
from server.convert.wire import delimited, tag, text
from server.decisions.active import ActiveRules
from server.decisions.apart import Apart
from server.decisions.evaluation import Begun, Evaluator, Item
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

SLICE = 32
"""Cases of a batch that are decided together; between them other calls have their turns."""
SPARE_SECONDS = 0.05
"""A batch keeps this much of its deadline (at most a tenth) for committing and sending what is decided."""


Begin = Callable[[api.EvaluateRequest], Callable[[int], None]]
"""Gives what says whether an answer of so many bytes fits, or raises why a request is not decided."""


class _Started(NamedTuple):
    """An item that has begun, and its request; or that has failed already."""

    item: Item
    begun: Begun | None = None
    request: api.EvaluateRequest | None = None


class PolicyService(PackCalls):
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
        super().__init__(rules, guard, limits, clock, fairness)
        self._evaluator = evaluator
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

        results: list[Item] = []
        for place in range(0, len(items), SLICE):
            together = items[place : place + SLICE]
            results += await self._slice(together, call, begin, batch.language, batch.extent)
        return results

    async def _slice(
        self, items: Sequence[Given], call: Call, begin: Begin, language: str, extent: Extent
    ) -> list[Item]:
        """The results of a few items: all are begun, some decided together, all finished."""
        await self._evaluator.turn()
        started = [await self._started(data, call, begin, language, extent) for data in items]
        begun = [one.begun for one in started if one.begun is not None]
        decided = iter(await self._evaluator.decide_many(begun))
        for one in started:
            if one.begun is not None:
                await self._ended(one._replace(begun=next(decided)), begin)
        return [one.item for one in started]

    async def _item(
        self,
        data: Given | FactsError,
        call: Call,
        begin: Begin,
        language: str = "",
        extent: Extent = FULL,
    ) -> Item:
        """The result of one item: of its request, not read yet, or what is wrong with that."""
        started = await self._started(data, call, begin, language, extent)
        await self._ended(started, begin)
        return started.item

    async def _started(
        self, data: Given | FactsError, call: Call, begin: Begin, language: str, extent: Extent
    ) -> _Started:
        item = Item(language)
        try:
            if isinstance(data, FactsError):
                raise data
            call.fits(len(data))
            request = await self._reading.message(api.EvaluateRequest, data)
            item = Item(request.language or language)
            begin(request)
            view = call.view(request.case.district, self._districts)
            return _Started(item, await self._evaluator.begun(request, call.asking, view, extent), request)
        except Exception as error:
            self._failed(item, error)
            return _Started(item)

    async def _ended(self, started: _Started, begin: Begin) -> None:
        item, begun, request = started
        if begun is None or request is None:
            return
        try:
            if begun.found is None:
                await self._evaluator.turn()
            item.done(await self._evaluator.finished(begun, begin(request)))
        except Exception as error:
            self._failed(item, error)

    def _failed(self, item: Item, error: Exception) -> None:
        self._guard.note_unexpected("item", error)
        item.failed(error)

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


def add_to(server: Any, service: PolicyService) -> str:
    """Registers the service with a ``SafeServer``; its full name."""
    stubs.add_PolicyServiceServicer_to_server(cast(Any, service), server)
    return "linkage.v1.PolicyService"
