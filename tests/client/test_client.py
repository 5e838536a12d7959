"""Both clients against a running service: what it says by any other door, in the form of Python."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from typing import Any

import grpc
import pytest

from linkage.v1 import policy_service_pb2 as api
from linkage.v1 import policy_service_pb2_grpc as stubs
from linkage_client import (
    Answer,
    AsyncClient,
    AsyncRegister,
    Client,
    Force,
    Modality,
    NotFound,
    Refused,
    Register,
    State,
    TimedOut,
    case_of,
    shanghai,
    timestamp_of,
)
from tests.client.conftest import Server, twin
from tests.client.samples import NOON, seizure
from tests.server.waiting import SECONDS


@pytest.fixture
def stub(server: Server) -> Iterator[stubs.PolicyServiceStub]:
    """The generated code alone."""
    with grpc.insecure_channel(server.address) as channel:
        yield stubs.PolicyServiceStub(channel)


def without_log(decision: Any) -> bytes:
    """The bytes of a decision but for the id under which it was logged."""
    copy = type(decision)()
    copy.CopyFrom(decision)
    copy.receipt.log_id = ""
    return bytes(copy.SerializeToString(deterministic=True))


def told(answer: Answer) -> tuple[int, bytes | str]:
    """What an answer says."""
    return answer.place, without_log(answer.decision.message) if answer.decision else str(answer.error)


def test_the_twins_have_the_same_methods() -> None:
    def methods(cls: type) -> dict[str, list[str]]:
        found = inspect.getmembers(cls, inspect.isfunction)
        return {name: list(inspect.signature(m).parameters) for name, m in found if not name.startswith("_")}

    assert methods(Client) == methods(AsyncClient)
    assert methods(Register) == methods(AsyncRegister)


def test_evaluate_gives_what_the_stub_gives(client: Client, stub: stubs.PolicyServiceStub) -> None:
    decision = client.evaluate(seizure(), as_of=NOON)
    asked = api.EvaluateRequest(case=case_of(seizure()), as_of=timestamp_of(NOON), language="en")
    assert without_log(decision.message) == without_log(stub.Evaluate(asked).decision)
    assert decision.as_of == NOON
    assert decision.log_id


def test_an_obligation_is_read_as_python_reads(client: Client) -> None:
    (duty,) = client.evaluate(seizure(), as_of=NOON).obligations
    assert [str(body) for body in duty.bearers] == ["public security organ"]
    assert duty.title == "Notify the court within 24 hours of seizing the vehicle"
    assert [str(clause) for clause in duty.clauses] == ["四（七）3第二款"]
    assert duty.due == shanghai(2024, 3, 3, 9, 30)
    assert (duty.state, duty.modality, duty.force) == (State.PENDING, Modality.OBLIGATION, Force.BINDING)
    assert duty.is_owed
    assert duty.triggered_at == shanghai(2024, 3, 2, 9, 30)
    assert (duty.state_at, duty.violated, duty.violated_at) == (None, False, None)


def test_the_language_of_the_client_and_of_the_call(client: Client, server: Server) -> None:
    english = client.evaluate(seizure(), as_of=NOON).obligations[0].title
    chinese = client.evaluate(seizure(), as_of=NOON, language="zh").obligations[0].title
    assert english != chinese == "查扣到被执行车辆后24小时内通知法院"
    with twin("threads", server.address, language="zh") as other:
        assert other.evaluate(seizure(), as_of=NOON).obligations[0].title == chinese


MIXED = [
    seizure("a"),
    seizure("b", district="liwann"),
    seizure("c", evnts=[]),
    seizure("d", kind=None),
    seizure("e", events=[{"id": "e1", "type": "vehicle_seizd", "at": NOON}]),
    seizure("f"),
]


@pytest.mark.parametrize("size", [1, 2, 6, 100])
def test_many_and_stream_answer_each_case_as_evaluate_does(client: Client, size: int) -> None:
    def alone(place: int, case: dict[str, Any]) -> tuple[int, bytes | str]:
        try:
            return place, without_log(client.evaluate(case, as_of=NOON).message)
        except Refused as error:
            # Of a call of its own the service also says the id of the call.
            return place, str(error).replace(f", request {error.request_id}", "")

    expected = [alone(place, case) for place, case in enumerate(MIXED)]
    assert [told(a) for a in client.evaluate_many(MIXED, as_of=NOON, batch=size)] == expected
    assert [told(a) for a in client.stream(MIXED, as_of=NOON, window=size)] == expected


def test_answers_carry_the_case_as_it_was_given(client: Client) -> None:
    for answers in (client.evaluate_many(MIXED), client.stream(MIXED)):
        found = list(answers)
        assert all(answer.case is case for answer, case in zip(found, MIXED, strict=True))
        assert found[0].result() is found[0].decision
        with pytest.raises(NotFound, match="liwann"):
            found[1].result()


def test_nothing_to_decide(client: Client) -> None:
    assert list(client.evaluate_many([])) == []
    assert list(client.stream([])) == []


def test_a_failing_iterator_of_cases_is_the_callers(client: Client) -> None:
    def cases() -> Iterator[dict[str, Any]]:
        yield seizure("a")
        raise LookupError("the database is gone")

    for answers in (client.stream(cases()), client.evaluate_many(cases(), batch=1)):
        with pytest.raises(LookupError, match="the database is gone"):
            list(answers)
    found = client.stream(cases())
    assert next(found).decision is not None
    found.close()  # type: ignore[attr-defined]


def test_a_stream_may_be_left(client: Client) -> None:
    found = client.stream([seizure(str(n)) for n in range(200)], window=4)
    assert next(found).place == 0
    found.close()  # type: ignore[attr-defined]
    assert client.evaluate(seizure(), as_of=NOON).obligations


def test_a_stream_answers_while_its_cases_wait(server: Server) -> None:
    taken = threading.Event()

    def cases() -> Iterator[dict[str, Any]]:
        for place in range(3):
            yield seizure(str(place)) if place != 1 else {"bad": True}
            assert taken.wait(SECONDS)
            taken.clear()

    with twin("threads", server.address) as client:
        for place, answer in enumerate(client.stream(cases())):
            assert answer.place == place
            taken.set()


async def test_a_stream_answers_while_its_cases_wait_in_asyncio(server: Server) -> None:
    taken = asyncio.Event()

    async def cases() -> AsyncIterator[dict[str, Any]]:
        for place in range(3):
            yield seizure(str(place)) if place != 1 else {"bad": True}
            await taken.wait()
            taken.clear()

    async with AsyncClient(server.address) as client, asyncio.timeout(SECONDS):
        found = []
        async for answer in client.stream(cases()):
            found.append(answer.place)
            taken.set()
        assert found == [0, 1, 2]
        assert [a.place async for a in client.evaluate_many(_each([seizure(), {}]))] == [0, 1]


async def _each(items: list[dict[str, Any]]) -> AsyncIterator[dict[str, Any]]:
    for item in items:
        yield item


def test_explain_says_why_and_why_not(client: Client) -> None:
    rule = "liwan.police.vehicle.notify"
    found = client.explain(seizure(), rules=[rule], as_of=NOON)
    assert [e.rule for e in found.explanations] == [rule]
    assert [duty.rule for duty in found.decision.obligations] == [rule]


def test_compare_sets_districts_side_by_side(client: Client) -> None:
    found = client.compare(seizure(), ["liwan", "gongan"], as_of=NOON)
    assert list(found.decisions) == ["liwan", "gongan"]
    assert [cell.district for cell in found.rows[0].cells] == ["liwan", "gongan"]


def test_packs_and_a_pack(client: Client) -> None:
    districts = [pack.pack.district for pack in client.packs()]
    assert districts == sorted(districts)
    assert set(districts) >= {"liwan", "gongan"}
    assert {pack.pack.district for pack in client.packs("liwan")} == {"liwan"}
    assert any(rule.id == "liwan.police.vehicle.notify" for rule in client.pack("liwan").rules)
    with pytest.raises(NotFound) as caught:
        client.pack("liwen")
    assert (caught.value.reason, caught.value.suggestion) == ("DISTRICT_NOT_FOUND", "liwan")


def test_codes_by_kind_and_by_word(client: Client) -> None:
    bodies = client.vocabulary("bodies")
    assert {code.kind for code in bodies} == {"bodies"}
    assert "traffic_police" in {code.code for code in bodies}
    everything = client.vocabulary()  # several pages
    assert [code for code in everything if code.kind == "bodies"] == bodies
    assert len({(code.kind, code.code) for code in everything}) == len(everything) > 500
    assert client.search("交通", kind="bodies")[0].code == "traffic_police"
    assert len(client.search("police", most=3)) == 3
    with pytest.raises(Refused, match="no_such_kind"):
        client.vocabulary("no_such_kind")


def test_what_a_district_reads(client: Client) -> None:
    facts = client.pack_facts("liwan")
    assert "events[].actor" in {field.path for field in facts.fields}
    schema = client.case_schema("liwan")
    assert schema["type"] == "object"
    assert "events" in schema["properties"]
    with pytest.raises(NotFound, match="liwen"):
        client.case_schema("liwen")


def test_what_serves(client: Client) -> None:
    info = client.server_info()
    assert info.logged
    assert {limit.name for limit in info.limits} >= {"batch_items", "request_bytes"}
    assert "linkage.v1.PolicyService" in info.services


def test_less_than_a_whole_decision(client: Client) -> None:
    whole = client.evaluate(seizure(), as_of=NOON)
    for brief in (
        client.evaluate(seizure(), as_of=NOON, view="basic"),
        next(iter(client.evaluate_many([seizure()], as_of=NOON, view="basic"))).result(),
        next(iter(client.stream([seizure()], as_of=NOON, view="basic"))).result(),
        client.explain(seizure(), as_of=NOON, view="basic").decision,
        client.compare(seizure(), ["liwan"], as_of=NOON, view="basic").decisions["liwan"],
    ):
        assert brief.message.ByteSize() < whole.message.ByteSize() / 3
        assert [duty.id for duty in brief.obligations] == [duty.id for duty in whole.obligations]
        assert brief.obligations[0].due == whole.obligations[0].due
    masked = client.evaluate(seizure(), as_of=NOON, read_mask=["obligations.id"])
    assert [duty.id for duty in masked.obligations] == [duty.id for duty in whole.obligations]
    assert masked.obligations[0].title == ""
    with pytest.raises(Refused, match="read_mask"):
        client.evaluate(seizure(), read_mask=["duties"])


def test_what_no_call_takes_is_an_error_of_the_program(client: Client) -> None:
    with pytest.raises(TypeError, match="asof"):
        client.evaluate(seizure(), asof=NOON)  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="a view is basic or full"):
        client.evaluate(seizure(), view="brief")  # type: ignore[arg-type]
    with pytest.raises(Refused, match="as_of: a datetime with a zone is expected here"):
        client.evaluate(seizure(), as_of="2024-03-02T12:00:00+08:00")  # type: ignore[arg-type]
    for ask_many in (client.evaluate_many, client.stream):
        with pytest.raises(TypeError, match="several cases are expected here"):
            ask_many(seizure())  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="batch is at least 1"):
        client.evaluate_many([], batch=0)
    with pytest.raises(ValueError, match="window is at least 1"):
        client.stream([], window=0)


def test_what_is_printed_names_no_fact(client: Client) -> None:
    case = seizure("a-secret", parties=[{"id": "p-secret", "role": "debtor"}])
    (answer,) = client.evaluate_many([case], as_of=NOON)
    (wrong,) = client.evaluate_many([{**case, "evnts": ["e-secret"]}], as_of=NOON)
    decision = answer.result()
    shown = [repr(item) for item in (answer, wrong, decision, *decision.obligations, *decision.undetermined)]
    assert shown[0].startswith(f"<Answer 0 <Decision {decision.log_id} obligations=1 undetermined=")
    assert shown[1] == "<Answer 0 Refused>"
    assert "secret" not in "".join(shown)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_meant_is_told_apart_from_what_is_wrong(client: Client, language: str) -> None:
    with pytest.raises(NotFound) as caught:
        client.evaluate(seizure(district="liwann"), language=language)
    (violation,) = caught.value.violations
    assert (violation.field, violation.code, violation.suggestion) == ("case.district", "LNK810", "liwan")
    assert "gongan" in violation.description
    assert caught.value.reason == "DISTRICT_NOT_FOUND"
    assert caught.value.request_id
    assert {detail.DESCRIPTOR.name for detail in caught.value.details} >= {"ErrorInfo", "BadRequest", "Help"}
    assert any("lnk810" in link.lower() for link in caught.value.help)


def test_every_violation_is_there(client: Client) -> None:
    events = [{"id": f"e{n}", "type": "no_such_event", "at": NOON} for n in range(20)]
    with pytest.raises(Refused) as caught:
        client.evaluate(seizure(events=events))
    assert len(caught.value.violations) == 20


def test_a_moment_without_a_zone_is_refused_before_anything_is_sent(client: Client) -> None:
    naive = datetime(2024, 3, 2, 12)
    for ask in (client.evaluate, client.explain, client.compare):
        with pytest.raises(Refused, match="as_of: not a moment: no time zone"):
            ask(seizure(), as_of=naive)
    for ask_many in (client.evaluate_many, client.stream):
        with pytest.raises(Refused, match="as_of: not a moment"):
            ask_many([], as_of=naive)


def test_a_deadline_that_has_passed(client: Client) -> None:
    with pytest.raises(TimedOut):
        client.explain(seizure(), include_untriggered=True, timeout=timedelta(microseconds=1).total_seconds())


def test_after_close_the_next_call_connects_anew(client: Client) -> None:
    assert client.packs()
    client.close()
    assert client.packs()
