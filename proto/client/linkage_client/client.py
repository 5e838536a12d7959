"""The client for programs with threads; ``aio`` has its twin for asyncio."""

from __future__ import annotations

import inspect
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from linkage_client.register import Register
from linkage_client.registering import WATCH, Registering
from linkage_client.requests import BATCH_ITEMS, STREAM_WINDOW, Asked, Batches, KeyOf, View, many
from linkage_client.stream import Stream
from linkage_client.views import Answer, Compared, Decision, Explained

T = TypeVar("T")


class Client(Base):
    """Asks the service; may be shared by threads. ``close`` it, or use it as a context manager.

    Every method raises a ``LinkageError`` by kind where there is no answer. Those that take a case take all
    of ``Wanted``: ``as_of``, ``language``, ``timeout``, ``view`` and ``read_mask``.
    """

    _channel: grpc.Channel | None = None

    # -- deciding

    def evaluate(
        self, case: CaseLike, *, idempotency_key: str | None = None, **wanted: Unpack[Wanted]
    ) -> Decision:
        """Decides one case.

        It is logged once however often the call has to be made: each has a key of its own. A key that the
        program chooses does the same across its restarts.
        """
        asked, asking = self._wanted(wanted)
        return self._run(plans.evaluate(asked.evaluate(case, idempotency_key), asking))

    def evaluate_many(
        self,
        cases: Iterable[CaseLike],
        *,
        key: KeyOf | None = None,
        batch: int = BATCH_ITEMS,
        **wanted: Unpack[Wanted],
    ) -> Iterator[Answer]:
        """Decides any number of cases in batches of at most ``batch``; one answer for each, in order.

        What is wrong with one case is its answer and concerns no other. ``timeout`` is for each batch;
        ``key`` gives a case's idempotency key. The cases are read as answers are taken.
        """
        return self._many(many(cases), *self._wanted(wanted, key), Batches(batch))

    def _many(
        self, cases: Iterable[CaseLike], asked: Asked, asking: Asking, batches: Batches
    ) -> Iterator[Answer]:
        for place, case in enumerate(cases):
            if full := batches.add(asked.item(place, case)):
                yield from self._run(plans.answers(full, asking))
        yield from self._run(plans.answers(batches.rest(), asking))

    def stream(
        self,
        cases: Iterable[CaseLike],
        *,
        key: KeyOf | None = None,
        window: int = STREAM_WINDOW,
        **wanted: Unpack[Wanted],
    ) -> Iterator[Answer]:
        """Decides cases as they come; one answer for each, in order, as soon as it is there.

        At most ``window`` cases are under way: beyond, ``cases`` (which a thread of its own reads) waits. A
        stream has no ``timeout``. After a lost connection it goes on where it was: nothing is lost and
        nothing is logged twice.
        """
        asked, asking = self._wanted(wanted, key)
        return iter(Stream(many(cases), asked.item, window, self._open_stream, self._run, asking))

    # -- why, and elsewhere

    def explain(
        self,
        case: CaseLike,
        *,
        rules: Sequence[str] = (),
        include_untriggered: bool = False,
        **wanted: Unpack[Wanted],
    ) -> Explained:
        """Says why and why not, of the rules named or of all; never logged as a decision."""
        asked, asking = self._wanted(wanted)
        return self._run(plans.explain(asked.explain(case, rules, include_untriggered), asking))

    def compare(self, case: CaseLike, districts: Sequence[str] = (), **wanted: Unpack[Wanted]) -> Compared:
        """Decides one case under several districts, all where none is named; never logged as decisions."""
        asked, asking = self._wanted(wanted)
        return self._run(plans.compare(asked.compare(case, districts), asking))

    def assess(
        self,
        district: str,
        cases: Iterable[CaseLike],
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
        """Assesses how the departments of a district did over a period, of these cases; nothing is logged.

        ``period``: a calendar year, or two moments; ``compared_with`` an earlier one. ``confirmed``: when the
        results were, which deadlines of what follows run from. ``parameters`` are values of the pack's for
        this answer alone. The cases are read before anything is sent. ``timeout`` is in seconds.
        """
        asked = Assessing(
            *(district, period, compared_with, assessment, parameters or {}, confirmed),
            *(language or self._language, view, read_mask),
        )
        return self._run(plans.assess(asked.messages(cases), self._asking(timeout)))

    # -- cases that live

    def register(self, district: str, *, language: str | None = None) -> Register:
        """The register of a district: cases that live in the service, and what each department owes in them.

        ``language``: zh or en, in place of the client's own.
        """
        return Register(
            Registering(Calling(district, language or self._language, self._asking)),
            self._run,
            self._open_watch,
        )

    # -- what there is

    def packs(
        self, district: str = "", *, language: str | None = None, timeout: float | None = None
    ) -> list[api.PackSummary]:
        """The active packs, of one district or of all."""
        request = api.ListPacksRequest(district=district, language=language or self._language)
        pages = plans.pages(plans.LIST_PACKS, request, attrgetter("packs"), self._asking(timeout))
        return self._run(pages)

    def pack(
        self, district: str, version: str = "", *, language: str | None = None, timeout: float | None = None
    ) -> api.GetPackResponse:
        """One pack: its clauses, bodies, parameters and rules; without a version the one in force."""
        request = api.GetPackRequest(district=district, version=version, language=language or self._language)
        return self._run(plans.call(plans.GET_PACK, request, self._asking(timeout)))

    def pack_facts(
        self, district: str, version: str = "", *, language: str | None = None, timeout: float | None = None
    ) -> api.GetPackFactsResponse:
        """What the rules of a pack read of a case, what brings their duties about, and what ends them."""
        request = api.GetPackFactsRequest(
            district=district, version=version, language=language or self._language
        )
        return self._run(plans.call(plans.PACK_FACTS, request, self._asking(timeout)))

    def case_schema(
        self, district: str, *, language: str | None = None, timeout: float | None = None
    ) -> dict[str, Any]:
        """The JSON Schema of a case of the district: its fields, and every code with its label."""
        request = api.GetCaseSchemaRequest(district=district, language=language or self._language)
        response = self._run(plans.call(plans.CASE_SCHEMA, request, self._asking(timeout)))
        return MessageToDict(response.schema)

    def vocabulary(self, kind: str = "", *, timeout: float | None = None) -> list[VocabularyCode]:
        """Every code, of one kind (``events``, ``bodies`` …) or of all, with its labels in both languages."""
        request = vocabulary.ListCodesRequest(kind=kind, language=self._language)
        pages = plans.pages(plans.LIST_CODES, request, attrgetter("codes"), self._asking(timeout))
        return self._run(pages)

    def search(
        self, word: str, *, kind: str = "", district: str = "", most: int = 10, timeout: float | None = None
    ) -> list[VocabularyCode]:
        """The codes that fit a word in Chinese or English, the nearest first: 查扣 finds vehicle_seized."""
        request = vocabulary.SearchCodesRequest(
            query=word, kind=kind, district=district, page_size=most, language=self._language
        )
        response = self._run(plans.call(plans.SEARCH_CODES, request, self._asking(timeout)))
        return list(response.codes)

    def server_info(self, *, timeout: float | None = None) -> server.GetServerInfoResponse:
        """Versions, digests, limits, and whether decisions are logged."""
        request = server.GetServerInfoRequest()
        return self._run(plans.call(plans.SERVER_INFO, request, self._asking(timeout)))

    # -- the connection

    def close(self) -> None:
        """Ends the connection; the next call would make a new one."""
        with self._opening:
            channel, self._channel = self._channel, None
        if channel is not None:
            channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, cls: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self, plan: Plan[T]) -> T:
        """Carries out a plan."""
        try:
            step = next(plan)
            while True:
                try:
                    done = self._pause(step.seconds) if isinstance(step, Wait) else self._call(step)
                except grpc.RpcError as error:
                    step = plan.throw(error_of_call(cast(Ended, error)))
                else:
                    step = plan.send(done)
        except StopIteration as end:
            return cast(T, end.value)

    _pause = staticmethod(time.sleep)

    def _call(self, step: plans.Call) -> Any:
        channel, request = self._connected(), step.request
        sent: Message | Iterator[Message]
        if isinstance(request, Message):
            method, sent = self._method(channel.unary_unary, step.method), request
        else:
            method, sent = self._method(channel.stream_unary, step.method), iter(request)
        return method(sent, timeout=step.timeout, metadata=self._metadata(self._known()))

    def _open_stream(self, requests: Iterator[api.EvaluateStreamRequest]) -> Any:
        method = self._method(self._connected().stream_stream, plans.STREAM)
        return method(requests, metadata=self._metadata(self._known()))

    def _open_watch(self, request: cases.WatchObligationsRequest) -> Any:
        method = self._method(self._connected().unary_stream, WATCH)
        return method(request, metadata=self._metadata(self._known()))

    def _known(self) -> str | None:
        token = self._token() if callable(self._token) else self._token
        if inspect.iscoroutine(token):
            token.close()
        if token is not None and not isinstance(token, str):
            raise TypeError("a Client's token is text, or a function that returns text")
        return token

    def _connected(self) -> grpc.Channel:
        with self._opening:
            if self._channel is None:
                address, options = self._target.address, self._options
                self._channel = (
                    grpc.insecure_channel(address, options)
                    if self._credentials is None
                    else grpc.secure_channel(address, self._credentials, options)
                )
            return self._channel
