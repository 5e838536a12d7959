"""The client for asyncio: the twin of ``client``, method by method."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack, cast

import grpc
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from linkage.v1 import case_service_pb2 as cases
from linkage.v1 import policy_service_pb2 as api
from linkage.v1 import server_service_pb2 as server
from linkage.v1 import vocabulary_service_pb2 as vocabulary
from linkage.v1.vocabulary_service_pb2 import VocabularyCode
from linkage_client import plans
from linkage_client.assessed import Assessed
from linkage_client.assessing import ASSESS_SECONDS, Assessing, PeriodLike, Value
from linkage_client.base import Base, Wanted
from linkage_client.calling import Calling
from linkage_client.cases import CaseLike
from linkage_client.errors import Ended, error_of_call
from linkage_client.plans import Asking, Plan, Wait
from linkage_client.register_aio import AsyncRegister
from linkage_client.registering import WATCH, Registering
from linkage_client.requests import BATCH_ITEMS, STREAM_WINDOW, Asked, Batches, KeyOf, View, many
from linkage_client.stream_aio import Stream, each
from linkage_client.views import Answer, Compared, Decision, Explained

T = TypeVar("T")
Cases = Iterable[CaseLike] | AsyncIterable[CaseLike]


class AsyncClient(Base):
    """Asks the service from one event loop. ``await close()`` it, or use it with ``async with``.

    Methods, errors and settings are those of ``Client``; many cases may also come from an async iterator,
    and the token from a coroutine function.
    """

    _channel: grpc.aio.Channel | None = None

    # -- deciding

    async def evaluate(
        self, case: CaseLike, *, idempotency_key: str | None = None, **wanted: Unpack[Wanted]
    ) -> Decision:
        """Decides one case: see ``Client.evaluate``."""
        asked, asking = self._wanted(wanted)
        return await self._run(plans.evaluate(asked.evaluate(case, idempotency_key), asking))

    def evaluate_many(
        self,
        cases: Cases,
        *,
        key: KeyOf | None = None,
        batch: int = BATCH_ITEMS,
        **wanted: Unpack[Wanted],
    ) -> AsyncIterator[Answer]:
        """Decides any number of cases in batches: see ``Client.evaluate_many``."""
        return self._many(many(cases), *self._wanted(wanted, key), Batches(batch))

    async def _many(
        self, cases: Cases, asked: Asked, asking: Asking, batches: Batches
    ) -> AsyncIterator[Answer]:
        async for place, case in each(cases):
            if full := batches.add(asked.item(place, case)):
                for answer in await self._run(plans.answers(full, asking)):
                    yield answer
        for answer in await self._run(plans.answers(batches.rest(), asking)):
            yield answer

    def stream(
        self,
        cases: Cases,
        *,
        key: KeyOf | None = None,
        window: int = STREAM_WINDOW,
        **wanted: Unpack[Wanted],
    ) -> AsyncIterator[Answer]:
        """Decides cases as they come: see ``Client.stream``; a task of its own reads ``cases``."""
        asked, asking = self._wanted(wanted, key)
        return aiter(Stream(many(cases), asked.item, window, self._open_stream, self._run, asking))

    # -- why, and elsewhere

    async def explain(
        self,
        case: CaseLike,
        *,
        rules: Sequence[str] = (),
        include_untriggered: bool = False,
        **wanted: Unpack[Wanted],
    ) -> Explained:
        """Says why and why not: see ``Client.explain``."""
        asked, asking = self._wanted(wanted)
        return await self._run(plans.explain(asked.explain(case, rules, include_untriggered), asking))

    async def compare(
        self, case: CaseLike, districts: Sequence[str] = (), **wanted: Unpack[Wanted]
    ) -> Compared:
        """Decides one case under several districts: see ``Client.compare``."""
        asked, asking = self._wanted(wanted)
        return await self._run(plans.compare(asked.compare(case, districts), asking))

    async def assess(
        self,
        district: str,
        cases: Cases,
        period: PeriodLike,
        *,
        compared_with: PeriodLike | None = None,
        assessment: str = "",
        parameters: Mapping[str, Value] | None = None,
        confirmed: datetime | None = None,
        view: View | None = None,
        read_mask: Sequence[str] = (),
        language: str | None = None,
        timeout: float = ASSESS_SECONDS,
    ) -> Assessed:
        """Assesses how departments did: see ``Client.assess``."""
        asked = Assessing(
            *(district, period, compared_with, assessment, parameters or {}, confirmed),
            *(language or self._language, view, read_mask),
        )
        given = [case async for _, case in each(many(cases))]
        return await self._run(plans.assess(asked.messages(given), self._asking(timeout)))

    # -- cases that live

    def register(self, district: str, *, language: str | None = None) -> AsyncRegister:
        """The register of a district: see ``Client.register``."""
        return AsyncRegister(
            Registering(Calling(district, language or self._language, self._asking)),
            self._run,
            self._open_watch,
        )

    # -- what there is

    async def packs(
        self,
        district: str = "",
        *,
        language: str | None = None,
        timeout: float | None = None,
    ) -> list[api.PackSummary]:
        """The active packs, of one district or of all."""
        request = api.ListPacksRequest(district=district, language=language or self._language)
        pages = plans.pages(plans.LIST_PACKS, request, attrgetter("packs"), self._asking(timeout))
        return await self._run(pages)

    async def pack(
        self,
        district: str,
        version: str = "",
        *,
        language: str | None = None,
        timeout: float | None = None,
    ) -> api.GetPackResponse:
        """One pack: its clauses, bodies, parameters and rules; without a version the one in force."""
        request = api.GetPackRequest(district=district, version=version, language=language or self._language)
        return await self._run(plans.call(plans.GET_PACK, request, self._asking(timeout)))

    async def pack_facts(
        self,
        district: str,
        version: str = "",
        *,
        language: str | None = None,
        timeout: float | None = None,
    ) -> api.GetPackFactsResponse:
        """What the rules of a pack read of a case, what brings their duties about, and what ends them."""
        request = api.GetPackFactsRequest(
            district=district, version=version, language=language or self._language
        )
        return await self._run(plans.call(plans.PACK_FACTS, request, self._asking(timeout)))

    async def case_schema(
        self,
        district: str,
        *,
        language: str | None = None,
        timeout: float | None = None,
    ) -> dict[str, Any]:
        """The JSON Schema of a case of the district: its fields, and every code with its label."""
        request = api.GetCaseSchemaRequest(district=district, language=language or self._language)
        response = await self._run(plans.call(plans.CASE_SCHEMA, request, self._asking(timeout)))
        return MessageToDict(response.schema)

    async def vocabulary(self, kind: str = "", *, timeout: float | None = None) -> list[VocabularyCode]:
        """Every code, of one kind (``events``, ``bodies`` …) or of all, with its labels in both languages."""
        request = vocabulary.ListCodesRequest(kind=kind, language=self._language)
        pages = plans.pages(plans.LIST_CODES, request, attrgetter("codes"), self._asking(timeout))
        return await self._run(pages)

    async def search(
        self,
        word: str,
        *,
        kind: str = "",
        district: str = "",
        most: int = 10,
        timeout: float | None = None,
    ) -> list[VocabularyCode]:
        """The codes that fit a word in Chinese or English, the nearest first: 查扣 finds vehicle_seized."""
        request = vocabulary.SearchCodesRequest(
            query=word, kind=kind, district=district, page_size=most, language=self._language
        )
        response = await self._run(plans.call(plans.SEARCH_CODES, request, self._asking(timeout)))
        return list(response.codes)

    async def server_info(self, *, timeout: float | None = None) -> server.GetServerInfoResponse:
        """Versions, digests, limits, and whether decisions are logged."""
        request = server.GetServerInfoRequest()
        return await self._run(plans.call(plans.SERVER_INFO, request, self._asking(timeout)))

    # -- the connection

    async def close(self) -> None:
        """Ends the connection; the next call would make a new one."""
        if self._channel is not None:
            channel, self._channel = self._channel, None
            await channel.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, cls: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _run(self, plan: Plan[T]) -> T:
        """Carries out a plan."""
        try:
            step = next(plan)
            while True:
                try:
                    done = await (self._pause(step.seconds) if isinstance(step, Wait) else self._call(step))
                except grpc.RpcError as error:
                    step = plan.throw(error_of_call(cast(Ended, error)))
                else:
                    step = plan.send(done)
        except StopIteration as end:
            return cast(T, end.value)

    _pause = staticmethod(asyncio.sleep)

    async def _call(self, step: plans.Call) -> Any:
        channel, request = self._connected(), step.request
        sent: Message | Iterator[Message]
        if isinstance(request, Message):
            method, sent = self._method(channel.unary_unary, step.method), request
        else:
            method, sent = self._method(channel.stream_unary, step.method), iter(request)
        return await method(sent, timeout=step.timeout, metadata=self._metadata(await self._known()))

    async def _open_stream(self, requests: AsyncIterator[api.EvaluateStreamRequest]) -> Any:
        method = self._method(self._connected().stream_stream, plans.STREAM)
        return method(requests, metadata=self._metadata(await self._known()))

    async def _open_watch(self, request: cases.WatchObligationsRequest) -> Any:
        method = self._method(self._connected().unary_stream, WATCH)
        return method(request, metadata=self._metadata(await self._known()))

    async def _known(self) -> str | None:
        token = self._token() if callable(self._token) else self._token
        return await token if inspect.isawaitable(token) else token

    def _connected(self) -> grpc.aio.Channel:
        if self._channel is None:
            address, options = self._target.address, self._options
            self._channel = (
                grpc.aio.insecure_channel(address, options)
                if self._credentials is None
                else grpc.aio.secure_channel(address, self._credentials, options)
            )
        return self._channel
