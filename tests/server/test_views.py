"""Views and masks of answers: each is the whole answer cut to its fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import grpc
import pytest
from google.protobuf.descriptor import Descriptor
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from hypothesis import given
from hypothesis import strategies as st

from linkage.v1 import decision_pb2
from linkage.v1 import policy_service_pb2 as api
from policy.decide import decide
from policy.facts.reading import FactsError, Violation
from server.convert.answers import Answers
from server.convert.errors import failure_of
from server.convert.extent import BASIC, BASIC_PATHS, FULL, Extent, cut, extent_of, mask_of
from tests.loading import FIXTURES, FORMS, SHIPPED, loaded
from tests.server.cases import NOW, case, large_case, request
from tests.server.conftest import Service
from tests.server.test_answers import LOG_ID, decisions

BASIC_VIEW, FULL_VIEW = decision_pb2.DECISION_VIEW_BASIC, decision_pb2.DECISION_VIEW_FULL
BASIC_MASK = mask_of(BASIC_PATHS, decision_pb2.Decision)


def masked(*paths: str) -> FieldMask:
    return FieldMask(paths=paths)


def cut_to_basic(message: decision_pb2.Decision) -> decision_pb2.Decision:
    assert BASIC_MASK is not None
    found = decision_pb2.Decision.FromString(message.SerializeToString())
    cut(found, BASIC_MASK)
    return found


@pytest.mark.parametrize(
    ("root", "lang"), [(FIXTURES, "zh"), (FORMS, "en"), (SHIPPED, "zh"), (SHIPPED, "en")]
)
def test_brief_answers_are_whole_ones_cut(root: Any, lang: str) -> None:
    converters: dict[str, Answers] = {}
    for district, decision in decisions(root):
        answers = converters.setdefault(district.code, Answers(district, lang))
        whole = decision_pb2.Decision.FromString(answers.answer(FULL, decision, LOG_ID))
        brief = decision_pb2.Decision.FromString(answers.answer(BASIC, decision, LOG_ID))
        assert brief == cut_to_basic(whole)


def test_a_brief_answer_is_a_sixth_of_a_usual_one() -> None:
    """Of answers of 12 to 20 KB, as those to a case of a dozen duties are."""
    sizes = []
    for district, decision in decisions(SHIPPED):
        answers = Answers(district, "zh")
        whole = len(answers.answer(FULL, decision, LOG_ID))
        if 12_000 <= whole <= 20_000:
            sizes.append((whole, len(answers.answer(BASIC, decision, LOG_ID))))
    whole, brief = (sum(column) for column in zip(*sizes, strict=True))
    assert brief < whole / 6
    assert brief / len(sizes) < 2_600


def paths_of(answer: Descriptor, depth: int = 3) -> Iterator[str]:
    for field in answer.fields:
        yield field.name
        if depth and field.message_type is not None:
            yield from (f"{field.name}.{path}" for path in paths_of(field.message_type, depth - 1))


EVERY_PATH = sorted(paths_of(cast(Descriptor, decision_pb2.Decision.DESCRIPTOR)))


def stated(message: Message, at: str = "") -> Iterator[str]:
    """The path of every field that is stated."""
    for field, value in message.ListFields():
        path = f"{at}{field.name}"
        yield path
        if field.message_type is not None:
            for inner in cast(Any, value) if field.is_repeated else (value,):
                yield from stated(cast(Message, inner), f"{path}.")


@given(st.lists(st.sampled_from(EVERY_PATH), min_size=1, max_size=6))
def test_masks_leave_what_they_name_and_nothing_else(paths: list[str]) -> None:
    district = loaded(FIXTURES)[0].districts["qiaonan"]
    decision = decide(district, case(), NOW)
    answers = Answers(district, "zh")
    whole = answers.message(decision)
    mask = mask_of(paths, decision_pb2.Decision)
    found = answers.message(decision, extent=Extent(mask=mask))

    def wanted(path: str) -> bool:
        return any(path == one or path.startswith(f"{one}.") for one in paths)

    def above(path: str) -> bool:
        return any(one.startswith(f"{path}.") for one in paths)

    assert {path for path in stated(whole) if wanted(path)} == {
        path for path in stated(found) if wanted(path)
    }
    assert all(wanted(path) or above(path) for path in stated(found))


def test_a_field_within_another_that_is_wanted_whole() -> None:
    either = mask_of(["obligations", "obligations.id"], decision_pb2.Decision)
    assert either == {"obligations": None}
    assert mask_of(["obligations.id", "obligations"], decision_pb2.Decision) == either
    assert mask_of(["obligations.id", "*"], decision_pb2.Decision) is None


def violations(message: Any, answer: type[Message] = decision_pb2.Decision) -> list[Violation]:
    with pytest.raises(FactsError) as caught:
        extent_of(message, answer)
    return list(caught.value.violations)


@pytest.mark.parametrize(
    ("fields", "code", "said"),
    [
        ({"view": 7}, "LNK837", "there is no view “7”"),
        ({"view": 1, "read_mask": masked("receipt")}, "LNK838", "view and read_mask are given both"),
        ({"read_mask": masked("obligation.id")}, "LNK839", "Decision has no field “obligation”"),
        ({"read_mask": masked("obligations.due.moment")}, "LNK839", "Due has no field “moment”"),
        ({"read_mask": masked("obligations.id.x")}, "LNK841", "“obligations.id” has no fields in it"),
        ({"read_mask": masked("")}, "LNK839", "Decision has no field “”"),
        ({"read_mask": masked(*["receipt"] * 201)}, "LNK807", "there are 201 elements; the limit is 200"),
    ],
)
def test_what_cannot_be_wanted(fields: dict[str, Any], code: str, said: str) -> None:
    (found,) = violations(api.EvaluateRequest(**fields))
    assert found.code == code
    assert said in failure_of(FactsError((found,)), "en").message


def test_unknown_paths_are_all_named() -> None:
    found = violations(api.EvaluateRequest(read_mask=masked("a", "receipt", "b.c")))
    assert [violation.name for violation in found] == ["a", "b"]


async def test_every_view_of_one_case(service: Service) -> None:
    whole = (await service.stub.Evaluate(request())).decision
    wanted = request()
    wanted.view = FULL_VIEW
    assert (await service.stub.Evaluate(wanted)).decision == whole
    wanted.view = BASIC_VIEW
    assert (await service.stub.Evaluate(wanted)).decision == cut_to_basic(whole)
    wanted.view = decision_pb2.DECISION_VIEW_UNSPECIFIED
    wanted.read_mask.paths.append("obligations.id")
    found = (await service.stub.Evaluate(wanted)).decision
    assert [o.id for o in found.obligations] == [o.id for o in whole.obligations]
    assert set(stated(found)) == {"obligations", "obligations.id"}


async def test_large_cases_are_answered_in_the_view_too(service: Service) -> None:
    """They are decided in a process of their own."""
    wanted = api.EvaluateRequest(case=large_case(80))
    whole = (await service.stub.Evaluate(wanted)).decision
    wanted.view = BASIC_VIEW
    assert (await service.stub.Evaluate(wanted)).decision == cut_to_basic(whole)
    wanted.ClearField("view")
    wanted.read_mask.paths.extend(("obligations.due.at", "receipt"))
    found = (await service.stub.Evaluate(wanted)).decision
    assert [o.due.at for o in found.obligations] == [o.due.at for o in whole.obligations]
    assert found.receipt == whole.receipt


async def test_items_of_a_batch_have_its_view_unless_they_have_their_own(service: Service) -> None:
    items = [request(), request(), request()]
    items[1].view = FULL_VIEW
    items[2].read_mask.paths.append("receipt.as_of")
    batch = api.BatchEvaluateRequest(requests=items, view=BASIC_VIEW)
    first, second, third = (result.decision for result in (await service.stub.BatchEvaluate(batch)).results)
    assert first == cut_to_basic(second)
    assert list(stated(third)) == ["receipt", "receipt.as_of", "receipt.as_of.seconds"]


async def test_what_is_wrong_with_a_batch_is_said_in_its_language(service: Service) -> None:
    batch = api.BatchEvaluateRequest(requests=[request()], read_mask=masked("no"), language="en")
    with pytest.raises(grpc.aio.AioRpcError, match="Decision has no field “no”"):
        await service.stub.BatchEvaluate(batch)
    batch = api.BatchEvaluateRequest(requests=[request(district="no")], language="en")
    (result,) = (await service.stub.BatchEvaluate(batch)).results
    assert "there is no pack" in result.error.message
    batch.language = "fr"
    with pytest.raises(grpc.aio.AioRpcError, match="没有语言“fr”"):
        await service.stub.BatchEvaluate(batch)


async def test_items_of_a_stream_have_views(service: Service) -> None:
    brief = request()
    brief.view = BASIC_VIEW
    requests = [api.EvaluateStreamRequest(key=k, request=r) for k, r in (("a", request()), ("b", brief))]
    answers = [answer async for answer in service.stub.EvaluateStream(iter(requests))]
    assert answers[1].result.decision == cut_to_basic(answers[0].result.decision)


async def test_repeated_calls_have_the_view_that_is_asked_for_now(logged: Service) -> None:
    wanted = request()
    wanted.idempotency_key = "night-1"
    first = (await logged.stub.Evaluate(wanted)).decision
    wanted.view = BASIC_VIEW
    assert (await logged.stub.Evaluate(wanted)).decision == cut_to_basic(first)
    wanted.ClearField("view")
    wanted.read_mask.paths.append("receipt.log_id")
    assert (await logged.stub.Evaluate(wanted)).decision.receipt.log_id == first.receipt.log_id
    assert logged.running.store is not None
    assert await logged.running.store.count() == 1


async def test_explanations_in_brief_and_masked(service: Service) -> None:
    wanted = api.ExplainRequest(case=case())
    whole = await service.stub.Explain(wanted)
    wanted.view = BASIC_VIEW
    brief = await service.stub.Explain(wanted)
    assert brief.decision == cut_to_basic(whole.decision)
    for one in whole.explanations:
        one.ClearField("conditions")
        one.ClearField("basis")
    assert brief.explanations == whole.explanations
    wanted.ClearField("view")
    wanted.read_mask.paths.append("explanations.reason")
    found = await service.stub.Explain(wanted)
    assert set(stated(found)) == {"explanations", "explanations.reason"}


async def test_comparisons_in_brief_and_masked(service: Service) -> None:
    wanted = api.CompareRequest(case=case())
    whole = await service.stub.Compare(wanted)
    wanted.view = BASIC_VIEW
    brief = await service.stub.Compare(wanted)
    assert brief.rows == whole.rows
    assert brief.decisions[0].decision == cut_to_basic(whole.decisions[0].decision)
    wanted.ClearField("view")
    wanted.read_mask.paths.append("rows.action.code")
    assert set(stated(await service.stub.Compare(wanted))) == {"rows", "rows.action", "rows.action.code"}
    wanted.read_mask.paths.append("obligations")
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await service.stub.Compare(wanted)
    status = rpc_status.from_call(cast(grpc.Call, caught.value))
    assert status is not None
    bad = error_details_pb2.BadRequest()
    assert any(detail.Unpack(bad) for detail in status.details)
    assert [(v.field, v.reason) for v in bad.field_violations] == [("read_mask", "LNK839")]
