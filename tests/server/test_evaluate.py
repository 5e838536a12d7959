"""What Evaluate answers."""

import hashlib

import pytest

from linkage.v1 import decision_pb2
from linkage.v1 import policy_service_pb2 as api
from tests.server.cases import NOW, case, large_case, request
from tests.server.conftest import Service, Start


def only(decision: decision_pb2.Decision, rule: str) -> decision_pb2.Obligation:
    (found,) = [item for item in decision.obligations if item.rule == rule]
    return found


async def test_obligation_in_full(service: Service) -> None:
    response = await service.stub.Evaluate(request())

    o = only(response.decision, "qiaonan.vehicle.notify")
    assert o.id.startswith("ob-")
    assert (o.title, o.modality, o.force) == (
        "查扣车辆后通知法院",
        decision_pb2.MODALITY_OBLIGATION,
        decision_pb2.FORCE_BINDING,
    )
    assert [(b.code, b.name) for b in o.bearers] == [("traffic_police", "区公安分局交警大队")]
    assert o.bearing == decision_pb2.BEARING_SOLE
    assert [(b.code, b.name) for b in o.counterparties] == [("court", "区法院")]
    assert (o.action.code, o.action.name) == ("notify_court", "通知法院")
    assert o.about == "car"
    assert [(b.variable, b.path) for b in o.bound] == [("seizure", "events[e1]")]
    assert (o.trigger, o.triggered_at.ToJsonString()) == ("events[e1]", "2024-03-02T01:30:00Z")
    assert (o.due.kind, o.due.at.ToJsonString()) == (
        decision_pb2.DEADLINE_KIND_NUMERIC,
        "2024-03-03T01:30:00Z",
    )
    assert [step.code for step in o.due.steps] == ["start", "hours_exact", "hours"]
    assert (list(o.due.basis), o.due.local, o.due.provisional) == (["1"], False, False)
    assert (o.state, o.violated, o.violated_at.ToJsonString()) == (
        decision_pb2.STATE_OVERDUE,
        True,
        "2024-03-03T01:30:00Z",
    )
    assert [(c.id, c.number, c.summary) for c in o.basis] == [("1", "第一条", "查扣车辆后的通知")]
    assert [c.id for c in o.consequence] == ["6"]
    assert list(o.because) == ["查扣了车辆", "由交警查扣"]
    assert o.pack_version == "2020"


async def test_breach_gives_the_next_obligation(service: Service) -> None:
    response = await service.stub.Evaluate(request())
    o = only(response.decision, "qiaonan.breach.circulate")
    assert o.trigger == f"breaches[{only(response.decision, 'qiaonan.vehicle.notify').id}:traffic_police]"


async def test_english(service: Service) -> None:
    o = only((await service.stub.Evaluate(request("en"))).decision, "qiaonan.vehicle.notify")
    assert o.title == "notify the court of a seized vehicle"
    assert [b.name for b in o.bearers] == ["traffic police"]
    assert o.due.steps[-1].text == "a period of 24 hours ends at 2024-03-03T09:30:00+08:00"


async def test_deadlines_without_a_time(service: Service) -> None:
    told = {"id": "e2", "type": "court_notified", "at": "2024-03-02T02:00:00Z", "about": "e1"}
    events = [{"id": "e1", "type": "vehicle_seized", "at": "2024-03-02T01:30:00Z"}, told]
    o = only((await service.stub.Evaluate(request(events=events))).decision, "qiaonan.vehicle.collect")
    assert (o.due.kind, o.due.HasField("at"), o.due.word.code, o.due.word.name) == (
        decision_pb2.DEADLINE_KIND_QUALITATIVE,
        False,
        "immediately",
        "立即",
    )
    assert o.state == decision_pb2.STATE_PENDING


async def test_deadline_whose_start_is_missing(service: Service) -> None:
    asked = [{"id": "r1", "matter": "tax_query", "to": "tax"}]
    response = await service.stub.Evaluate(request(requests=asked))
    (item,) = [u for u in response.decision.undetermined if u.rule == "qiaonan.query.tax"]
    assert [(fact.path, fact.label) for fact in item.missing] == [("requests[r1].at", "请求 r1：请求时间")]
    assert item.title == "反馈纳税查询"
    assert [clause.id for clause in item.basis] == ["3"]


async def test_local_parameter_is_named_as_such(service: Service) -> None:
    asked = [{"id": "r1", "matter": "marriage_query", "to": "civil_affairs", "at": "2024-03-01T02:00:00Z"}]
    o = only((await service.stub.Evaluate(request(requests=asked))).decision, "qiaonan.query.marriage")
    assert (o.due.local, list(o.due.basis), o.due.at.ToJsonString()) == (True, [], "2024-03-08T16:00:00Z")


async def test_missing_facts_of_an_obligation(service: Service) -> None:
    debtor = {"id": "p1", "role": "debtor", "traits": ["dishonest_debtor"]}
    o = only((await service.stub.Evaluate(request(parties=[debtor]))).decision, "qiaonan.list.post")
    assert [fact.path for fact in o.missing] == ["parties[p1].household.subdistrict"]
    assert (o.bearing, o.reading.chosen, o.reading.other) == (
        decision_pb2.BEARING_JOINT,
        "按户籍地确定街道",
        "按经常居住地确定街道",
    )


async def test_bearer_from_the_facts(service: Service) -> None:
    served = {"id": "s1", "body": "tax", "at": "2024-03-01T02:00:00Z", "result": "signed"}
    notice = {"id": "d1", "type": "assistance_notice", "services": [served]}
    breach = {"id": "e9", "type": "interference", "actor": "tax", "at": "2024-03-02T02:00:00Z"}
    o = only(
        (await service.stub.Evaluate(request(documents=[notice], events=[breach]))).decision,
        "qiaonan.interfere",
    )
    assert [b.name for b in o.bearers] == ["区税务局"]
    assert (o.modality, o.state, o.state_event) == (
        decision_pb2.MODALITY_PROHIBITION,
        decision_pb2.STATE_OVERDUE,
        "events[e9]",
    )


async def test_undetermined_state_names_its_facts(service: Service) -> None:
    party = {"id": "p1", "role": "debtor", "kind": "natural_person"}
    events = [
        {"id": "e1", "type": "search_requested", "party": "p1", "at": "2024-03-01T02:00:00Z"},
        {"id": "e2", "type": "answered", "about": "e1", "at": "2024-03-02T02:00:00Z"},
    ]
    response = await service.stub.Evaluate(request(parties=[party], events=events))
    o = only(response.decision, "qiaonan.search.do")
    assert o.state == decision_pb2.STATE_UNDETERMINED
    assert [fact.path for fact in o.state_missing] == ["events[e2].actor"]


async def test_no_version_in_force_is_an_error_entry(service: Service) -> None:
    response = await service.stub.Evaluate(request(as_of=1_500_000_000, events=[]))
    assert [(e.code, e.message) for e in response.decision.errors] == [
        (
            "LNK820",
            "在 as_of 的时间，没有一个版本的文件有效；现有版本：2020（2020-01-01 至 2029-12-31）",
        )
    ]


async def test_receipt(service: Service) -> None:
    response = await service.stub.Evaluate(request())
    receipt = response.decision.receipt
    facts = hashlib.sha256(case().SerializeToString(deterministic=True)).hexdigest()
    assert receipt.facts_digest == facts
    assert [(p.district, p.version, p.authority) for p in receipt.packs] == [("qiaonan", "2020", "binding")]
    snapshot = service.running.rules.current.snapshot
    assert receipt.vocabulary_digest == snapshot.vocabulary.digest
    assert receipt.calendar_digest == snapshot.calendar.digest
    assert len(receipt.decision_digest) == 64
    assert receipt.log_id == ""


async def test_clock_fills_as_of_in(service: Service) -> None:
    by_clock = await service.stub.Evaluate(request())
    assert by_clock.decision.receipt.as_of.ToNanoseconds() == NOW
    asked = await service.stub.Evaluate(request(as_of=NOW // 1_000_000_000))
    (told,) = by_clock.decision.warnings
    assert (told.code, told.path) == ("LNK859", "as_of")
    assert "2024-03-05 14:00" in told.message
    del by_clock.decision.warnings[:]  # of the request, and not of what is decided
    assert asked == by_clock


async def test_same_request_same_bytes(service: Service, start: Start) -> None:
    first = await service.stub.Evaluate(request())
    assert (await service.stub.Evaluate(request())).SerializeToString(deterministic=True) == (
        first.SerializeToString(deterministic=True)
    )
    async with start() as other:
        assert await other.stub.Evaluate(request()) == first


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_digest_is_free_of_language(service: Service, language: str) -> None:
    digest = (await service.stub.Evaluate(request())).decision.receipt.decision_digest
    answer = await service.stub.Evaluate(request(language))
    assert answer.decision.receipt.decision_digest == digest


async def test_large_case_is_decided_beside_the_loop(service: Service) -> None:
    message = api.EvaluateRequest(case=large_case(300))
    assert message.ByteSize() > 16 * 1024
    response = await service.stub.Evaluate(message)
    assert sum(o.rule == "qiaonan.search.do" for o in response.decision.obligations) == 300
