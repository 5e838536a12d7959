"""What is asked again, when and how often: plans with scripted answers, without a service or waiting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from google.rpc import error_details_pb2, status_pb2

from linkage.v1 import policy_service_pb2 as api
from linkage_client import (
    Busy,
    Decision,
    Denied,
    LinkageError,
    Refused,
    Retry,
    TimedOut,
    TooLarge,
    Unauthenticated,
    Unavailable,
    plans,
)
from linkage_client.errors import error_of_call

Code = grpc.StatusCode
GOOD = api.EvaluateResponse()


class Ended:
    """How a call ended, as gRPC tells it."""

    def __init__(self, code: Code, text: str = "", reason: str = "", after: float | None = None) -> None:
        self._code, self._text = code, text
        details: list[Any] = [error_details_pb2.ErrorInfo(reason=reason, metadata={"request_id": "r"})]
        if after is not None:
            delay = Duration()
            delay.FromMilliseconds(round(after * 1000))
            details.append(error_details_pb2.RetryInfo(retry_delay=delay))
        status = status_pb2.Status()
        for detail in details if reason else []:
            status.details.add().Pack(detail)
        self._trailers = (("grpc-status-details-bin", status.SerializeToString()),)

    def code(self) -> Code:
        return self._code

    def details(self) -> str:
        return self._text

    def trailing_metadata(self) -> Sequence[tuple[str, bytes]]:
        return self._trailers


def error(code: Code, text: str = "", reason: str = "", after: float | None = None) -> LinkageError:
    """The error of a call that ended so."""
    return error_of_call(Ended(code, text, reason, after))


class Clock:
    """Time that passes only where a plan waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


Script = Callable[[Any], Any]


def carried_out(
    plan: Callable[[plans.Asking], plans.Plan[Any]],
    script: list[Any],
    retry: Retry | None = None,
    timeout: float = 1000.0,
    renews: bool = False,
) -> tuple[Any, list[float], list[Any]]:
    """Result or error, the pauses, and the requests; the script's exceptions are raised, functions called."""
    clock, pauses, requests = Clock(), [], []
    steps = plan(plans.Asking(retry or Retry(), timeout, renews, clock))
    answers = iter(script)
    try:
        step = next(steps)
        while True:
            if isinstance(step, plans.Wait):
                pauses.append(step.seconds)
                clock.now += step.seconds
                step = steps.send(None)
                continue
            requests.append(step.request)
            answer = next(answers)
            if isinstance(answer, LinkageError):
                step = steps.throw(answer)
            else:
                step = steps.send(answer(step.request) if callable(answer) else answer)
    except StopIteration as end:
        assert next(answers, None) is None
        return end.value, pauses, requests
    except LinkageError as failed:
        assert next(answers, None) is None
        return failed, pauses, requests


def evaluating(asking: plans.Asking) -> plans.Plan[Decision]:
    return plans.evaluate(api.EvaluateRequest(idempotency_key="k"), asking)


DOWN = error(Code.UNAVAILABLE, "down")


def test_an_answer_at_once() -> None:
    result, pauses, _ = carried_out(evaluating, [GOOD])
    assert (type(result), pauses) == (Decision, [])


def test_pauses_double_and_stop_growing() -> None:
    retry = Retry(attempts=6, first_pause=1.0, longest_pause=4.0)
    result, pauses, requests = carried_out(evaluating, [DOWN] * 5 + [GOOD], retry)
    assert isinstance(result, Decision)
    for pause, whole in zip(pauses, [1.0, 2.0, 4.0, 4.0, 4.0], strict=True):
        assert whole / 2 <= pause <= whole
    assert {request.idempotency_key for request in requests} == {"k"}


def test_attempts_end() -> None:
    result, pauses, _ = carried_out(evaluating, [DOWN] * 3, Retry(attempts=3))
    assert (type(result), len(pauses)) == (Unavailable, 2)


def test_the_deadline_ends_attempts_before_it_has_passed() -> None:
    busy = error(Code.RESOURCE_EXHAUSTED, "", "CALLER_LIMIT", after=7.0)
    result, pauses, _ = carried_out(evaluating, [busy, busy], timeout=10.0)
    assert (type(result), len(pauses)) == (Busy, 1)


def test_what_the_service_says_of_when_to_come_back_is_obeyed() -> None:
    busy = error(Code.RESOURCE_EXHAUSTED, "", "CALLER_LIMIT", after=7.0)
    result, (pause,), _ = carried_out(evaluating, [busy, GOOD])
    assert isinstance(result, Decision)
    assert 7.0 <= pause <= 7.2


ONCE = [
    (error(Code.INVALID_ARGUMENT, "", "INVALID_REQUEST"), Refused),
    (error(Code.PERMISSION_DENIED, "", "PERMISSION_DENIED"), Denied),
    (error(Code.UNAUTHENTICATED, "", "TOKEN_EXPIRED"), Unauthenticated),
    (error(Code.DEADLINE_EXCEEDED), TimedOut),
    (error(Code.RESOURCE_EXHAUSTED, "CLIENT: Received message larger than max (9 vs. 4)"), TooLarge),
]


@pytest.mark.parametrize(("failed", "kind"), ONCE)
def test_what_waiting_does_not_mend_is_asked_once(failed: LinkageError, kind: type[LinkageError]) -> None:
    result, pauses, _ = carried_out(evaluating, [failed])
    assert (type(result), pauses) == (kind, [])


def test_an_expired_token_is_renewed_once_where_there_is_a_new_one() -> None:
    expired = error(Code.UNAUTHENTICATED, "", "TOKEN_EXPIRED")
    result, pauses, _ = carried_out(evaluating, [expired, GOOD], renews=True)
    assert (type(result), pauses) == (Decision, [0.0])
    result, _, _ = carried_out(evaluating, [expired, expired], renews=True)
    assert isinstance(result, Unauthenticated)


# -- batches


def batching(*keys: str) -> Callable[[plans.Asking], plans.Plan[Any]]:
    requests = [api.EvaluateRequest(idempotency_key=key) for key in keys]
    return lambda asking: plans.batch(requests, asking)


def answering(*codes: Code | None) -> Script:
    """A batch's answer: a decision for None, else an error."""

    def answer(request: api.BatchEvaluateRequest) -> api.BatchEvaluateResponse:
        assert len(request.requests) == len(codes)
        results = []
        for code in codes:
            item = api.ItemError(code=0 if code is None else code.value[0], reason="R", message="m")
            results.append(
                api.EvaluateResult(decision=api.EvaluateResponse().decision)
                if code is None
                else api.EvaluateResult(error=item)
            )
        return api.BatchEvaluateResponse(results=results)

    return answer


def keys_of(request: api.BatchEvaluateRequest) -> list[str]:
    return [item.idempotency_key for item in request.requests]


def test_only_the_cases_that_had_to_wait_are_asked_for_again() -> None:
    script = [answering(None, Code.UNAVAILABLE, Code.INVALID_ARGUMENT, Code.RESOURCE_EXHAUSTED)]
    script += [answering(None, Code.RESOURCE_EXHAUSTED), answering(None)]
    result, pauses, requests = carried_out(batching("a", "b", "c", "d"), script)
    assert [type(item) for item in result] == [Decision, Decision, Refused, Decision]
    assert [keys_of(request) for request in requests] == [["a", "b", "c", "d"], ["b", "d"], ["d"]]
    assert len(pauses) == 2


def test_cases_for_which_their_batch_had_no_time_are_asked_for_at_once() -> None:
    script = [answering(None, Code.DEADLINE_EXCEEDED, Code.DEADLINE_EXCEEDED), answering(None, None)]
    result, pauses, _ = carried_out(batching("a", "b", "c"), script)
    assert ([type(item) for item in result], pauses) == ([Decision] * 3, [0.0])


def test_cases_for_which_the_answer_had_no_room_are_asked_for_at_once() -> None:
    full = api.ItemError(code=8, reason="RESPONSE_FULL")

    def first(request: api.BatchEvaluateRequest) -> api.BatchEvaluateResponse:
        assert request.max_response_bytes == 64 * 1024 * 1024
        results = [api.EvaluateResult(decision=api.EvaluateResponse().decision)]
        return api.BatchEvaluateResponse(results=results + [api.EvaluateResult(error=full)] * 2)

    script = [first, answering(None, None)]
    result, pauses, requests = carried_out(batching("a", "b", "c"), script)
    assert ([type(item) for item in result], pauses) == ([Decision] * 3, [0.0])
    assert keys_of(requests[1]) == ["b", "c"]


def test_a_case_that_never_gets_its_turn_keeps_its_error() -> None:
    result, pauses, _ = carried_out(batching("a"), [answering(Code.UNAVAILABLE)] * 3, Retry(attempts=3))
    assert ([type(item) for item in result], len(pauses)) == ([Unavailable], 2)


def test_a_batch_that_is_too_large_is_halved() -> None:
    large = error(Code.RESOURCE_EXHAUSTED, "SERVER: Received message larger than max (9 vs. 4)")
    script = [large, answering(None), large, answering(None), large]
    result, _, requests = carried_out(batching("a", "b", "c"), script)
    assert [type(item) for item in result] == [Decision, Decision, TooLarge]
    assert [keys_of(request) for request in requests] == [["a", "b", "c"], ["a"], ["b", "c"], ["b"], ["c"]]


def test_what_ends_the_whole_batch_is_raised() -> None:
    result, _, _ = carried_out(batching("a", "b"), [error(Code.PERMISSION_DENIED, "", "PERMISSION_DENIED")])
    assert isinstance(result, Denied)


def test_every_page_of_a_list() -> None:
    pages = [
        api.ListPacksResponse(packs=[api.PackSummary(rule_count=1)], next_page_token="t"),  # noqa: S106 - of a page
        api.ListPacksResponse(packs=[api.PackSummary(rule_count=2)]),
    ]
    tokens: list[str] = []

    def page(request: api.ListPacksRequest) -> api.ListPacksResponse:
        tokens.append(request.page_token)
        return pages[len(tokens) - 1]

    request = api.ListPacksRequest(district="liwan")
    result, _, _ = carried_out(
        lambda asking: plans.pages(plans.LIST_PACKS, request, lambda answer: answer.packs, asking),
        [page, page],
    )
    assert [pack.rule_count for pack in result] == [1, 2]
    assert tokens == ["", "t"]


def test_a_watch_goes_on_however_often_it_breaks() -> None:
    def broken(asking: plans.Asking) -> plans.Plan[None]:
        for made in range(1, 50):
            yield from plans.resume(DOWN, made, asking)

    _, pauses, _ = carried_out(broken, [])
    assert len(pauses) == 49
    assert max(pauses) <= 10
    failed, pauses, _ = carried_out(broken, [], Retry(attempts=1))
    assert (failed, pauses) == (DOWN, [])


def test_a_watch_that_may_not_be_ends() -> None:
    denied = error(Code.PERMISSION_DENIED)
    failed, pauses, _ = carried_out(lambda asking: plans.resume(denied, 1, asking), [])
    assert (failed, pauses) == (denied, [])
