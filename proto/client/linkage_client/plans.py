"""What a client does, without doing it: which call, which pause, what then. Both clients carry this out.

    plan --Call, Wait--> client (threads or asyncio) --response, LinkageError--> plan --> result

A plan is a generator: it yields what is to be done next, is sent the response, and returns the result.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeGuard, TypeVar

from google.protobuf.message import Message

from linkage.v1 import assessment_service_pb2 as assessment
from linkage.v1 import policy_service_pb2 as api
from linkage.v1 import server_service_pb2 as server
from linkage.v1 import vocabulary_service_pb2 as vocabulary
from linkage_client.assessed import Assessed
from linkage_client.errors import RESPONSE_FULL, LinkageError, Refused, TimedOut, TooLarge, error_of_item
from linkage_client.requests import RECEIVED_BYTES, Item
from linkage_client.retry import Retry
from linkage_client.views import Answer, Compared, Decision, Explained

R = TypeVar("R", bound=Message)
T = TypeVar("T")

_TOO_MANY = ("LNK831", "LNK843")
"""More cases than a batch may have, or than its answer has room for."""


@dataclass(frozen=True, slots=True)
class Method(Generic[R]):
    """A method of the service and what it answers with."""

    path: str
    response: type[R]


class Call(NamedTuple):
    """A call to be made, with one request or a stream of them; the plan is sent its response."""

    method: Method[Any]
    request: Message | Sequence[Message]
    timeout: float


class Wait(NamedTuple):
    """A pause, in seconds."""

    seconds: float


Plan = Generator[Call | Wait, Any, T]

_SERVICE = "/linkage.v1.PolicyService"
EVALUATE = Method(f"{_SERVICE}/Evaluate", api.EvaluateResponse)
BATCH = Method(f"{_SERVICE}/BatchEvaluate", api.BatchEvaluateResponse)
STREAM = Method(f"{_SERVICE}/EvaluateStream", api.EvaluateStreamResponse)
EXPLAIN = Method(f"{_SERVICE}/Explain", api.ExplainResponse)
COMPARE = Method(f"{_SERVICE}/Compare", api.CompareResponse)
LIST_PACKS = Method(f"{_SERVICE}/ListPacks", api.ListPacksResponse)
GET_PACK = Method(f"{_SERVICE}/GetPack", api.GetPackResponse)
PACK_FACTS = Method(f"{_SERVICE}/GetPackFacts", api.GetPackFactsResponse)
CASE_SCHEMA = Method(f"{_SERVICE}/GetCaseSchema", api.GetCaseSchemaResponse)
_ASSESSMENTS = "/linkage.v1.AssessmentService"
ASSESS = Method(f"{_ASSESSMENTS}/Assess", assessment.AssessResponse)
ASSESS_STREAM = Method(f"{_ASSESSMENTS}/AssessStream", assessment.AssessResponse)
"""Its answer has the fields of the other's."""
LIST_CODES = Method("/linkage.v1.VocabularyService/ListCodes", vocabulary.ListCodesResponse)
SEARCH_CODES = Method("/linkage.v1.VocabularyService/SearchCodes", vocabulary.SearchCodesResponse)
SERVER_INFO = Method("/linkage.v1.ServerService/GetServerInfo", server.GetServerInfoResponse)


@dataclass(frozen=True, slots=True)
class Asking:
    """How calls are made: how persistently, and within how many seconds, pauses included."""

    retry: Retry
    timeout: float
    renews: bool = False
    """Whether a new token can be had where one has expired."""
    clock: Callable[[], float] = time.monotonic

    def pause(self, error: LinkageError, made: int) -> float | None:
        """Seconds to wait after the ``made``-th attempt failed with ``error``; None: give up."""
        if self.renews and made == 1 and error.reason == "TOKEN_EXPIRED":
            return 0.0
        return self.retry.pause(error, made)


def call(method: Method[R], request: Message | Sequence[Message], asking: Asking) -> Plan[R]:
    """Makes one call, again where that may help and time is left."""
    end, made = asking.clock() + asking.timeout, 0
    while True:
        try:
            response: R = yield Call(method, request, max(end - asking.clock(), 0.001))
        except LinkageError as error:
            made += 1
            pause = asking.pause(error, made)
            if pause is None or asking.clock() + pause >= end:
                raise
        else:
            return response
        yield Wait(pause)


def evaluate(request: api.EvaluateRequest, asking: Asking) -> Plan[Decision]:
    """Decides one case."""
    response = yield from call(EVALUATE, request, asking)
    return Decision(response.decision)


def answers(items: Sequence[Item], asking: Asking) -> Plan[list[Answer]]:
    """Decides a batch; one answer for each item, in order. What is not sent has its error already."""
    sent = [item.request for item in items if not isinstance(item.request, Refused)]
    results = iter((yield from batch(sent, asking)))
    return [
        item.answer(item.request if isinstance(item.request, Refused) else next(results)) for item in items
    ]


def batch(requests: Sequence[api.EvaluateRequest], asking: Asking) -> Plan[list[Decision | LinkageError]]:
    """Decides requests. Those that only had to wait are made again, with the keys that they had."""
    results: dict[int, Decision | LinkageError] = {}
    places, made = list(range(len(requests))), 0
    while places:
        found = yield from _fitting([requests[place] for place in places], asking)
        results.update(zip(places, found, strict=True))
        waiting = {place: error for place, error in zip(places, found, strict=True) if _may_wait(error)}
        made = 1 if len(waiting) < len(places) else made + 1
        pauses = [_pause_of_item(asking.retry, error, made) for error in waiting.values()]
        if not pauses or None in pauses:
            break
        places = list(waiting)
        yield Wait(max(pause for pause in pauses if pause is not None))
    return [results[place] for place in range(len(requests))]


def _may_wait(result: Decision | LinkageError) -> TypeGuard[LinkageError]:
    return isinstance(result, LinkageError) and (result.retryable or _was_left(result))


def _was_left(error: LinkageError) -> bool:
    """Whether the batch was at its end, in time or in bytes, before it came to this case."""
    return isinstance(error, TimedOut) or error.reason == RESPONSE_FULL


def _pause_of_item(retry: Retry, error: LinkageError, made: int) -> float | None:
    """The pause before an item is asked for again; one that its batch did not come to needs none."""
    if _was_left(error):
        return 0.0 if made < retry.attempts else None
    return retry.pause(error, made)


def _fitting(requests: Sequence[api.EvaluateRequest], asking: Asking) -> Plan[list[Decision | LinkageError]]:
    """One result for each request; a batch that is too large for the service is halved."""
    whole = api.BatchEvaluateRequest(
        requests=requests, max_response_bytes=RECEIVED_BYTES, language=requests[0].language
    )
    try:
        response = yield from call(BATCH, whole, asking)
    except LinkageError as error:
        if not _is_too_large(error):
            raise
        if len(requests) == 1:
            return [error]
    else:
        return [result_of(item) for item in response.results]
    half = len(requests) // 2
    first = yield from _fitting(requests[:half], asking)
    return first + (yield from _fitting(requests[half:], asking))


def _is_too_large(error: LinkageError) -> bool:
    if isinstance(error, Refused):
        return any(item.code in _TOO_MANY for item in error.violations)
    return isinstance(error, TooLarge)


def result_of(item: api.EvaluateResult) -> Decision | LinkageError:
    """What the service says of one case of a batch or stream."""
    return error_of_item(item.error) if item.HasField("error") else Decision(item.decision)


def settled(request: api.EvaluateRequest, asking: Asking) -> Plan[Decision | LinkageError]:
    """Decides one case of a stream that only had to wait."""
    try:
        return (yield from evaluate(request, asking))
    except LinkageError as error:
        return error


def again(error: LinkageError, made: int, asking: Asking) -> Plan[None]:
    """Waits before a stream is opened again; raises ``error`` where that does not help."""
    pause = asking.pause(error, made)
    if pause is None:
        raise error
    yield Wait(pause)


def resume(error: LinkageError, made: int, asking: Asking) -> Plan[None]:
    """Waits before a watch goes on, which it does however often: it is to last for days.

    Raises ``error`` where that does not help, and where calls are to be made once.
    """
    most = asking.retry.attempts
    yield from again(error, made if most == 1 else min(made, most - 1), asking)


def explain(request: api.ExplainRequest, asking: Asking) -> Plan[Explained]:
    """Decides one case and says why."""
    response = yield from call(EXPLAIN, request, asking)
    return Explained(Decision(response.decision), tuple(response.explanations))


def compare(request: api.CompareRequest, asking: Asking) -> Plan[Compared]:
    """Decides one case under several districts."""
    response = yield from call(COMPARE, request, asking)
    decisions = {one.district.code: Decision(one.decision) for one in response.decisions}
    return Compared(decisions, tuple(response.rows))


def assess(
    request: assessment.AssessRequest | Sequence[assessment.AssessStreamRequest], asking: Asking
) -> Plan[Assessed]:
    """Assesses a district, of the cases of one message or of a stream."""
    method = ASSESS if isinstance(request, assessment.AssessRequest) else ASSESS_STREAM
    return Assessed((yield from call(method, request, asking)))


def pages(
    method: Method[Any], request: Any, items: Callable[[Any], Iterable[T]], asking: Asking
) -> Plan[list[T]]:
    """The items of every page of a list, whose pages have tokens."""
    found: list[T] = []
    while True:
        response = yield from call(method, request, asking)
        found += items(response)
        if not (token := response.next_page_token):
            return found
        request.page_token = token
