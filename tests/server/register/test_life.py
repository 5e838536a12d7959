"""Cases that live: recorded, late, corrected, handled, overdue; on both databases, and verified each time."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

from linkage.v1 import decision_pb2, register_pb2
from tests.server.register.conftest import DAY, HOUR, Registered, asked, seized

PENDING, OVERDUE = decision_pb2.STATE_PENDING, decision_pb2.STATE_OVERDUE
FULFILLED, SUSPENDED = decision_pb2.STATE_FULFILLED, decision_pb2.STATE_SUSPENDED


def kinds(answer: Any) -> list[tuple[str, str, str]]:
    """What changed: the kind, the rule, and why."""
    return [
        (
            register_pb2.ChangeKind.Name(each.kind).removeprefix("CHANGE_KIND_").lower(),
            each.rule.removeprefix("qiaonan."),
            register_pb2.Why.Name(each.why).removeprefix("WHY_").lower(),
        )
        for each in answer.recorded.changes
    ]


async def test_a_case_is_opened_once(registered: Registered) -> None:
    first = await registered.open()
    again = await registered.open()
    assert first.recorded.case.etag == again.recorded.case.etag
    assert list(again.recorded.already_recorded) == ["opening"]
    assert not await registered.verify()


async def test_what_is_recorded_brings_duties_and_says_why(registered: Registered) -> None:
    await registered.open()
    registered.clock.now += HOUR
    answer = await registered.record(seized())
    assert kinds(answer) == [
        ("created", "interfere", "entries"),
        ("created", "vehicle.notify", "entries"),
    ] or kinds(answer) == [("created", "vehicle.notify", "entries"), ("created", "interfere", "entries")]
    assert {tuple(each.entries) for each in answer.recorded.changes} == {("e1",)}
    assert [each.position for each in answer.recorded.changes] == [1, 2]
    duty = (await registered.duties())["qiaonan.vehicle.notify"]
    assert (duty.state, duty.title, duty.bearers[0].name) == (
        PENDING,
        "查扣车辆后通知法院",
        "区公安分局交警大队",
    )
    assert duty.handling == register_pb2.HANDLING_OPEN
    assert not await registered.verify()


async def test_sent_again_nothing_is_recorded_again(registered: Registered) -> None:
    await registered.open()
    registered.clock.now += HOUR
    first = await registered.record(seized())
    again = await registered.record(seized(), etag="of-long-ago")
    assert list(again.recorded.already_recorded) == ["e1"]
    assert not again.recorded.changes
    assert again.recorded.case.etag == first.recorded.case.etag


async def test_late_acts_count_as_of_their_own_time(registered: Registered) -> None:
    await registered.open()
    registered.clock.now += HOUR
    await registered.record(seized())
    assert await registered.pass_time(2 * DAY) == 1
    assert (await registered.duties())["qiaonan.vehicle.notify"].state == OVERDUE
    notice = {"id": "n1", "type": "court_notified", "at": "2024-03-02T05:00:00Z", "about": "e1"}
    answer = await registered.record({"id": "n1", "event": {**notice, "actor": "traffic_police"}})
    found = kinds(answer)
    assert ("ended", "vehicle.notify", "entries") in found
    assert ("annulled", "breach.circulate", "entries") in found  # it was never breached
    duty = (await registered.duties(include_ended=True))["qiaonan.vehicle.notify"]
    assert (duty.state, duty.HasField("violated_at")) == (FULFILLED, False)
    assert not await registered.verify()


async def test_a_correction_supersedes_and_nothing_is_lost(registered: Registered) -> None:
    await registered.open()
    registered.clock.now += HOUR
    await registered.record(seized())
    later = seized(at="2024-03-02T01:45:00Z")
    answer = await registered.record({**later, "id": "k1", "supersedes": "e1"})
    assert {kind for kind, *_ in kinds(answer)} == {"moved", "amended"}
    withdrawn = await registered.record({"id": "k2", "supersedes": "k1"})
    assert {kind for kind, *_ in kinds(withdrawn)} == {"annulled"}
    case = await registered.call("GetCase", case_id="c1", include_entries=True)
    assert [each.id for each in case.entries] == ["opening", "e1", "k1", "k2"]
    assert not case.facts.events
    assert not await registered.duties(include_ended=True)
    assert not await registered.verify()


async def test_accepted_reported_rejected_and_confirmed(registered: Registered) -> None:
    await registered.open()
    registered.clock.now += HOUR
    await registered.record(asked("r1", "marriage_query", "residents_committee"))
    duty = (await registered.duties())["qiaonan.survey"]
    fields: dict[str, Any] = {"obligation_id": duty.id}
    done = await registered.call("AcceptObligation", **fields, event_id="a1", handler="worker-7")
    assert (done.obligation.handling, done.obligation.handler) == (register_pb2.HANDLING_ACCEPTED, "worker-7")
    survey = {
        "id": "survey",
        "reference": "scan-1",
        "answers": [
            {"field": "home", "options": ["在本辖区"]},
            {"field": "assets", "options": ["有房", "有车"]},
        ],
    }
    outputs = [survey, {"id": "2", "reference": "scan-2"}]
    done = await registered.call("FulfilObligation", **fields, event_id="f1", outputs=outputs)
    assert (done.obligation.state, done.obligation.handling) == (FULFILLED, register_pb2.HANDLING_REPORTED)
    assert [kind for kind, *_ in kinds(done)] == ["ended"]
    again = await registered.call("FulfilObligation", **fields, event_id="f1", outputs=outputs)
    assert list(again.recorded.already_recorded) == ["f1"]
    other = [survey, {"id": "2", "reference": "scan-3"}]
    with pytest.raises(
        grpc.aio.AioRpcError, match="已经登记过别的内容"
    ):  # it would have been lost without a word
        await registered.call("FulfilObligation", **fields, event_id="f1", outputs=other)
    done = await registered.call("ConfirmObligation", **fields, event_id="x1", reject=True)
    assert (done.obligation.state, done.obligation.handling) == (PENDING, register_pb2.HANDLING_REJECTED)
    assert [kind for kind, *_ in kinds(done)] == ["reopened"]
    await registered.call("FulfilObligation", **fields, event_id="f2", outputs=outputs)
    done = await registered.call("ConfirmObligation", **fields, event_id="x2")
    assert (done.obligation.state, done.obligation.handling) == (FULFILLED, register_pb2.HANDLING_CONFIRMED)
    again = await registered.call("ConfirmObligation", **fields, event_id="x2")
    assert list(again.recorded.already_recorded) == ["x2"]
    found = await registered.call("GetObligation", **fields)
    told = [register_pb2.ChangeKind.Name(each.kind).removeprefix("CHANGE_KIND_") for each in found.history]
    assert told == ["CREATED", "HANDLED", "ENDED", "REOPENED", "ENDED", "HANDLED"]
    assert [each.id for each in found.expected_outputs] == ["survey", "2"]
    assert [field.id for field in found.expected_outputs[0].fields] == ["home", "assets"]
    assert found.decided.id == duty.id
    assert found.explanation.conditions
    assert not await registered.verify()


async def test_returned_for_a_reason_that_the_clause_allows(registered: Registered) -> None:
    await registered.open()
    registered.clock.now += HOUR
    await registered.record(asked("r1", "tax_query", "tax"))
    duty = (await registered.duties())["qiaonan.query.tax"]
    fields: dict[str, Any] = {"obligation_id": duty.id}
    done = await registered.call("ReturnObligation", **fields, event_id="b1", reason="documents_missing")
    assert (done.obligation.handling, done.obligation.state) == (register_pb2.HANDLING_RETURNED, PENDING)
    assert done.obligation.return_reason.name == "法律文书、证件不齐"
    found = await registered.call("GetObligation", **fields)
    assert [each.reason.code for each in found.decided.returns] == ["documents_missing"]
    withdrawn = {
        "id": "w1",
        "type": "obligation_withdrawn",
        "at": "2024-03-02T02:00:00Z",
        "obligation": duty.id,
    }
    answer = await registered.record({"id": "w1", "event": withdrawn})
    assert kinds(answer) == [("ended", "query.tax", "entries")]
    assert not await registered.verify()


async def test_an_objection_suspends_where_a_clause_says_so_until_it_is_answered(
    registered: Registered,
) -> None:
    await registered.open()
    registered.clock.now += HOUR
    await registered.record(asked("r1", "tax_query", "tax"), asked("r2", "marriage_query", "civil_affairs"))
    duties = await registered.duties()
    tax, marriage = duties["qiaonan.query.tax"], duties["qiaonan.query.marriage"]
    held = await registered.call("RaiseObjection", obligation_id=tax.id, event_id="o1")
    assert held.obligation.state == SUSPENDED
    assert held.obligation.HasField("objected_at")
    other = await registered.call("RaiseObjection", obligation_id=marriage.id, event_id="o2")
    assert (other.obligation.state, other.obligation.HasField("objected_at")) == (PENDING, True)
    registered.clock.now += HOUR
    reply = {"id": "y1", "type": "objection_answered", "at": "2024-03-02T03:00:00Z", "about": "o1"}
    answer = await registered.record(
        {"id": "y1", "event": {**reply, "obligation": tax.id, "result": "rejected"}}
    )
    assert kinds(answer) == [("state", "query.tax", "entries")]
    duty = (await registered.duties())["qiaonan.query.tax"]
    assert (duty.state, duty.HasField("objected_at")) == (PENDING, False)
    again = await registered.record(
        {"id": "y1", "event": {**reply, "obligation": tax.id, "result": "rejected"}}
    )
    assert list(again.recorded.already_recorded) == ["y1"]
    assert not await registered.verify()


async def test_assistance_is_requested_and_a_case_closed(registered: Registered) -> None:
    await registered.open()
    request = {"matter": "tax_query", "to": "tax", "party": "d"}
    answer = await registered.call("RequestAssistance", case_id="c1", event_id="r1", request=request)
    assert kinds(answer) == [("created", "query.tax", "entries")]
    again = await registered.call("RequestAssistance", case_id="c1", event_id="r1", request=request)
    assert list(again.recorded.already_recorded) == ["r1"]
    registered.clock.now += HOUR
    closed = await registered.call("CloseCase", case_id="c1", event_id="z1", event_type="case_completed")
    assert kinds(closed) == [("ended", "query.tax", "entries")]
    assert closed.recorded.case.HasField("closed_at")
    assert not await registered.duties()
    assert not await registered.verify()


async def test_what_time_brings_does_not_hang_on_when_somebody_looked(registered: Registered) -> None:
    await registered.open()
    registered.clock.now += HOUR
    await registered.record(seized())
    for _ in range(30):
        await registered.pass_time(DAY)
    await registered.open(id="c2")
    request: dict[str, Any] = {"case_id": "c2", "entries": [seized(at="2024-04-01T01:30:00Z")]}
    await registered.call("RecordEvents", **request)
    await registered.pass_time(30 * DAY)  # it slept for all of it
    one, other = await _told(registered, "c1"), await _told(registered, "c2")
    assert one == other
    assert "due_soon" in {kind for kind, *_ in one}
    assert not await registered.verify()


async def _told(registered: Registered, case_id: str) -> set[tuple[str, str, str, int]]:
    """What became of the obligations of a case, and how long after the first of it."""
    listed = await registered.call("ListObligations", case_id=case_id, include_ended=True)
    found = [
        each for one in listed.obligations for each in await registered.keeper.history("qiaonan", one.id)
    ]
    first = min(each.at for each in found)
    return {(each.kind.value, each.rule, each.why.value, each.at - first) for each in found}


async def test_a_district_s_own_duties_recur(registered: Registered) -> None:
    await registered.open(id="file", kind="district", parties=[], properties=[])
    assert len(await registered.duties(case_id="file")) == 1
    await registered.pass_time(366 * DAY)
    found = await registered.call("ListObligations", case_id="file")
    assert len(found.obligations) > 1
    assert not await registered.verify()


async def test_a_stale_etag_records_nothing(registered: Registered) -> None:
    opened = await registered.open()
    registered.clock.now += HOUR
    await registered.record(seized(), etag=opened.recorded.case.etag)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await registered.record(seized("e2"), etag=opened.recorded.case.etag)
    assert refused.value.code() is grpc.StatusCode.ABORTED
    case = await registered.call("GetCase", case_id="c1")
    assert [each.id for each in case.facts.events] == ["e1"]


async def test_an_extension_is_told_with_when_it_was_due_before(registered: Registered) -> None:
    await registered.open()
    registered.clock.now += HOUR
    await registered.record(asked("r1", "marriage_query", "residents_committee"))
    duty = (await registered.duties())["qiaonan.survey"]
    assert not duty.HasField("original_due")
    found = await registered.call("GetObligation", obligation_id=duty.id)
    moving = [act for act in found.decided.ends if act.ending == decision_pb2.ENDING_EXTENDS]
    assert [(act.act.code, act.fields[-1].field, list(act.fields[-1].values)) for act in moving] == [
        ("extension_granted", "actor", ["court"])
    ]
    granted = {"id": "g1", "type": "extension_granted", "at": "2024-03-02T01:45:00Z", "about": "r1"}
    answer = await registered.record({"id": "g1", "event": {**granted, "actor": "court"}})
    assert kinds(answer) == [("moved", "survey", "entries")]
    longer = (await registered.duties())["qiaonan.survey"]
    assert longer.original_due == duty.due_at
    assert longer.due_at.seconds > duty.due_at.seconds
    assert not await registered.verify()
