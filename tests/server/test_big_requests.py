"""Requests that are too much: refused with a code, in the time and the memory of a right one."""

from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2

from linkage.v1 import facts_pb2
from linkage.v1 import policy_service_pb2 as api
from policy.facts.reading import MAX_TEXTS, MAX_VIOLATIONS, FactsError, Violation
from server.api.reading import batch_items, stream_item
from server.convert.errors import failure_of
from server.convert.measure import check_values, schema_of
from server.convert.wire import delimited, tag
from server.settings.limits import MAX_NAMED, MAX_SUGGESTED, MAX_VALUES
from tests.server.cases import case, request
from tests.server.conftest import Service

MALFORMED = b"\xff"


def codes(error: grpc.aio.AioRpcError) -> tuple[str, set[tuple[str, str]]]:
    """The reason, and field and code of each violation."""
    trailers = dict(error.trailing_metadata() or ())
    data = trailers["grpc-status-details-bin"]
    assert isinstance(data, bytes)
    info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    for detail in status_pb2.Status.FromString(data).details:
        for message in (info, bad):
            if detail.Is(message.DESCRIPTOR):
                detail.Unpack(message)
    return info.reason, {(each.field, each.reason) for each in bad.field_violations}


@pytest.mark.parametrize(
    ("method", "message", "found"),
    [
        ("Explain", api.ExplainRequest(case=case(), rules=["x"] * (MAX_NAMED + 1)), ("rules", "LNK807")),
        (
            "Compare",
            api.CompareRequest(case=case(), districts=["qiaonan"] * (MAX_NAMED + 1)),
            ("districts", "LNK807"),
        ),
        ("Compare", api.CompareRequest(case=case(), districts=["qiaonan"] * 2), ("districts[1]", "LNK834")),
        (
            "Compare",
            api.CompareRequest(case=case(), districts=["qiaonan"] * (MAX_VALUES + 1)),
            ("request", "LNK836"),
        ),
        (
            "Evaluate",
            api.EvaluateRequest(case=case(categories=["x"] * (MAX_TEXTS + 1))),
            ("case.categories", "LNK807"),
        ),
        (
            "Evaluate",
            api.EvaluateRequest(case=case(categories=["x"] * (MAX_VALUES + 1))),
            ("request", "LNK836"),
        ),
    ],
    ids=["rules", "districts", "repeated", "values-named", "codes", "values"],
)
async def test_too_many(service: Service, method: str, message: Any, found: tuple[str, str]) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await getattr(service.stub, method)(message)
    assert codes(caught.value) == ("INVALID_REQUEST", {found})


async def test_what_is_wrong_is_counted_and_listed_once(service: Service) -> None:
    wrong = request("en", events=[{"id": f"e{i}", "type": f"vehicle_seizd{i % 9}"} for i in range(900)])
    item = api.BatchEvaluateRequest(requests=[wrong])
    (result,) = (await service.stub.BatchEvaluate(item)).results
    assert len(result.error.violations) == MAX_VIOLATIONS
    assert result.error.message.endswith("(and 899 more)")
    # Up to the code: what to do is said once, with the first of them.
    meant = {each.description.split("”")[0] for each in result.error.violations if each.suggestion}
    assert 0 < len(meant) <= MAX_SUGGESTED


def test_a_long_list_of_violations_is_cut() -> None:
    wrong = [Violation(f"rules[{i}]", "LNK805") for i in range(MAX_VIOLATIONS + 7)]
    failure = failure_of(FactsError(wrong, more=2), "en")
    assert len(failure.violations) == MAX_VIOLATIONS
    assert failure.message.endswith(f"(and {MAX_VIOLATIONS + 8} more)")


def test_counted_to_the_last_value() -> None:
    schema = schema_of(api.EvaluateRequest)
    data = request(categories=["x" * 90] * 9).SerializeToString()
    counts = [most for most in range(60) if _passes(data, schema, most)]
    assert counts == list(range(min(counts), 60))


def _passes(data: bytes, schema: Any, most: int) -> bool:
    try:
        check_values(data, schema, most)
    except FactsError:
        return False
    return True


@pytest.mark.parametrize(
    "data", [b"\xff", b"\xff" * 11, b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", b"\x03"]
)
def test_bytes_that_are_no_message_are_measured_to_their_end(data: bytes) -> None:
    check_values(data * 100, schema_of(facts_pb2.Case), most=2_000)
    check_values(data, schema_of(facts_pb2.Case), most=1)


async def test_a_bad_item_of_a_batch_costs_the_others_nothing(service: Service) -> None:
    field = tag(api.BatchEvaluateRequest, "requests")
    right = request().SerializeToString()
    batch = b"".join(delimited(field, each) for each in (right, MALFORMED, right))
    call: Any = service.channel.unary_unary("/linkage.v1.PolicyService/BatchEvaluate")
    response = api.BatchEvaluateResponse.FromString(await call(batch))
    assert [each.WhichOneof("result") for each in response.results] == ["decision", "error", "decision"]
    assert [(v.field, v.code) for v in response.results[1].error.violations] == [("request", "LNK835")]


async def test_a_stream_goes_on_after_a_message_that_is_none(service: Service) -> None:
    right = api.EvaluateStreamRequest(key="right", request=request()).SerializeToString()
    known = b"\x0a\x05known" + delimited(tag(api.EvaluateStreamRequest, "request"), MALFORMED)
    call: Any = service.channel.stream_stream("/linkage.v1.PolicyService/EvaluateStream")

    async def messages() -> Any:
        for each in (MALFORMED, right, known, right):
            yield each

    answers = [api.EvaluateStreamResponse.FromString(each) async for each in call(messages())]
    assert [each.key for each in answers] == ["", "right", "known", "right"]
    wrong = [[(v.field, v.code) for v in each.result.error.violations] for each in answers]
    assert wrong == [[("requests[0]", "LNK835")], [], [("request", "LNK835")], []]
    assert {each.result.error.code for each in answers} == {0, grpc.StatusCode.INVALID_ARGUMENT.value[0]}


def test_a_request_in_pieces_is_one() -> None:
    """As protobuf merges them."""
    whole = request(id="c9").SerializeToString()
    field = tag(api.EvaluateStreamRequest, "request")
    case_of, language = api.EvaluateRequest.FromString(whole).case, api.EvaluateRequest(language="en")
    pieces = delimited(field, api.EvaluateRequest(case=case_of).SerializeToString())
    pieces += b"\x0a\x01k" + delimited(field, language.SerializeToString())
    key, data = stream_item(pieces, "requests[0]")
    assert isinstance(data, bytes)
    merged = api.EvaluateStreamRequest.FromString(pieces)
    assert (key, api.EvaluateRequest.FromString(data)) == (merged.key, merged.request)


def test_a_batch_is_taken_apart_as_protobuf_does() -> None:
    requests = [request(id=f"c{i}") for i in range(5)]
    data = api.BatchEvaluateRequest(requests=requests).SerializeToString()
    assert [api.EvaluateRequest.FromString(each) for each in batch_items(data, 5)] == requests
    assert len(batch_items(data, 2)) == 3
