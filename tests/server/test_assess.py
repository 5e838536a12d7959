"""AssessmentService: at once or as a stream, through every door, the figures that ``policy.assess`` gives."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
from google.protobuf import json_format
from google.protobuf.message import Message
from google.rpc import status_pb2
from grpc_status import rpc_status

from linkage.v1 import assessment_service_pb2 as api
from linkage.v1 import decision_pb2
from policy.assess import appraise, assessed, year_of
from server.api.assessment_service import PART_CASES
from tests.golden import check
from tests.server.cases import case
from tests.server.conftest import Service, Start
from tests.server.http.conftest import client
from tests.server.http.doors import DOORS, connect_status, enveloped, lines, opened, told
from tests.server.test_wrong import shown
from tests.server.waiting import SECONDS

__all__ = ["client"]

UNARY, STREAM = "linkage.v1.AssessmentService/Assess", "linkage.v1.AssessmentService/AssessStream"
ASKED: dict[str, Any] = {
    "district": "qiaonan",
    "period": {"year": 2024},
    "comparedWith": {"year": 2023},
    "parameters": {"full_marks": "100"},
}
NOTIFIED = {"id": "e2", "type": "court_notified", "at": "2024-03-02T05:30:00Z", "actor": "traffic_police"}
SEIZED = {
    "id": "e1",
    "type": "vehicle_seized",
    "at": "2024-03-02T01:30:00Z",
    "actor": "traffic_police",
    "property": "car",
}


def request(cases: Sequence[Any] = (), **more: Any) -> api.AssessRequest:
    found = json_format.ParseDict({**ASKED, **more}, api.AssessRequest())
    found.cases.extend(cases)
    return found


def some(count: int) -> list[Any]:
    """Cases of which every third has been done in time."""
    done = {**NOTIFIED, "to": "court", "about": "e1"}
    return [case(id=f"c{n}", events=[SEIZED] if n % 3 else [SEIZED, done]) for n in range(count)]


async def streamed(service: Service, messages: Sequence[Message]) -> Any:
    async def each() -> AsyncIterator[bytes]:
        for one in messages:
            yield one.SerializeToString()

    kind = api.AssessStreamResponse
    method: Any = service.channel.stream_unary(f"/{STREAM}", response_deserializer=kind.FromString)
    return await method(each())


def messages(asked: api.AssessRequest, cases: Sequence[Any]) -> list[api.AssessStreamRequest]:
    return [
        api.AssessStreamRequest(request=asked),
        *(api.AssessStreamRequest(case=one) for one in cases),
    ]


async def assess(service: Service, asked: api.AssessRequest) -> api.AssessResponse:
    kind = api.AssessResponse
    method: Any = service.channel.unary_unary(f"/{UNARY}", response_deserializer=kind.FromString)
    found: api.AssessResponse = await method(asked.SerializeToString())
    return found


async def test_the_figures_are_those_of_policy(service: Service) -> None:
    cases = some(7)
    (found,) = (await assess(service, request(cases, parameters={}))).assessments
    district = service.running.rules.current.snapshot.districts["qiaonan"]
    start, end = year_of(2024)
    ((program, one),) = assessed(district, end)
    wanted = appraise(district, program, one, cases, start, end)
    figures = {
        (card.body.code, figure.id): figure.value for card in found.scorecards for figure in card.figures
    }
    assert figures["traffic_police", "duties"] == "7"
    assert figures["traffic_police", "in_time_rate"] == "0.4286"
    for row in wanted.rows:
        for name, figure in row.figures.items():
            value = figures[row.body, name]
            assert (value == "") == (figure.value is None)
            assert figure.value is None or abs(float(value) - figure.value) < 0.0001
    assert [one.name for one in found.missing_parameters] == ["full_marks"]
    assert not any(card.HasField("score") for card in found.scorecards)


async def test_what_an_answer_says(service: Service) -> None:
    asked = request(some(7), confirmedAt="2025-01-10T08:00:00Z", language="en")
    answer = await assess(service, asked)
    (found,) = answer.assessments
    last = found.scorecards[-1]
    assert (last.body.code, last.score.value, last.score.grade.code, last.score.rank) == (
        *("traffic_police", "90.0", "good", 4),
    )
    assert [card.score.rank for card in found.scorecards] == [1, 1, 1, 4]  # equal scores share a rank
    assert (last.score.earlier, last.score.earlier_rank, last.change) == ("100.0", 1, "-10.0")
    ((section,), (item,)) = last.score.sections, last.score.sections[0].items
    assert (section.base, section.points, item.points, item.figure) == ("100", "90", "-10", "overdue")
    (circular,) = found.consequences
    assert (circular.body.code, circular.bearer.code, circular.certain) == (
        *("traffic_police", "party_committee", True),
    )
    assert circular.due_at.ToJsonString() == "2025-01-24T16:00:00Z"  # ten working days end at 24:00
    assert found.appeal.until.ToJsonString() == "2025-01-17T16:00:00Z"
    behind = {one.id: one for one in found.obligations}
    overdue = next(figure for figure in last.figures if figure.id == "overdue")
    assert {behind[one.obligation].state for one in overdue.behind} == {decision_pb2.STATE_OVERDUE}
    assert {one.case for one in overdue.behind} == {"c1", "c2", "c4", "c5"}
    receipt = answer.receipt
    assert [one.case for one in receipt.cases] == [f"c{n}" for n in range(7)]
    assert dict(receipt.parameters) == {"full_marks": "100"}
    assert receipt.packs[0].digest
    assert len(receipt.assessment_digest) == len(receipt.facts_digest) == 64


async def test_many_parts_are_as_one(service: Service) -> None:
    cases = some(2 * PART_CASES + 1)
    whole = await assess(service, request(cases))
    parts = await streamed(service, messages(request(cases[:3]), cases[3:]))
    assert parts.SerializeToString(deterministic=True) == whole.SerializeToString(deterministic=True)
    other = await assess(service, request(cases[::-1]))
    assert other.receipt == whole.receipt


async def test_views_and_masks(service: Service) -> None:
    whole = await assess(service, request(some(3)))
    brief = await assess(service, request(some(3), view="DECISION_VIEW_BASIC"))
    assert brief.receipt.assessment_digest == whole.receipt.assessment_digest
    for field in ("cases",):
        whole.receipt.ClearField(field)
    for one in whole.assessments:
        one.ClearField("obligations")
        for card in one.scorecards:
            card.score.ClearField("sections")
            for figure in (*card.figures, card.released, card.carried, card.unknown):
                figure.ClearField("behind")
    assert brief == whole
    masked = await assess(service, request(some(3), readMask="assessments.scorecards.score.value"))
    assert [card.score.value for card in masked.assessments[0].scorecards][-1] == "95.0"
    assert not masked.HasField("receipt")
    assert not masked.assessments[0].title


async def test_a_case_counts_once_and_another_says_so(service: Service) -> None:
    twice = await assess(service, request([*some(2), *some(2)]))
    assert twice.assessments == (await assess(service, request(some(2)))).assessments
    across = messages(request(), [*some(PART_CASES), case(id="c1", events=[])])
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await streamed(service, across)
    details = caught.value.details() or ""
    assert details.startswith(f"requests[{PART_CASES + 1}].case.id: 案件 c1 给了两次")


async def test_there_are_limits(start: Start) -> None:
    async with start(limits__assessed_cases=2, limits__caller_burst=1) as service:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await assess(service, request(some(3), language="en"))
        assert (caught.value.details() or "").startswith("cases: one assessment takes at most 2 cases")
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await assess(service, request(some(2), maxResponseBytes=1000))
        assert "RESPONSE_TOO_LARGE" in str(rpc_status.from_call(caught.value))  # type: ignore[arg-type]


async def test_parameters_change_what_is_due(service: Service) -> None:
    """They are those of the rules, too: not of the points alone."""
    query = {
        "id": "r",
        "matter": "tax_query",
        "to": "tax",
        "at": "2024-03-01T01:00:00Z",
        "requester": "court",
    }
    cases = [case(requests=[query], events=[])]
    (plain,) = (await assess(service, request(cases))).assessments
    (longer,) = (await assess(service, request(cases, parameters={"answer_limit": "二年"}))).assessments
    tax, later = (next(c for c in one.scorecards if c.body.code == "tax") for one in (plain, longer))
    assert (tax.figures[0].value, tax.carried.value) == ("1", "0")
    assert (later.figures[0].value, later.carried.value) == ("0", "1")


# -- through every door


async def test_every_door_gives_the_same(service: Service, client: httpx.AsyncClient) -> None:
    first, *others = [await door(service, client, UNARY, request(some(3))) for door in DOORS]
    assert first.answer is not None
    assert all(found.answer == first.answer for found in others)


Sent = list[dict[str, Any]]


def bodies(sent: Sent) -> list[Message]:
    return [json_format.ParseDict(one, api.AssessStreamRequest()) for one in sent]


async def by_grpc(service: Service, _: httpx.AsyncClient, sent: Sent, lang: str) -> Any:
    try:
        return await _called(service, bodies(sent), lang)
    except grpc.aio.AioRpcError as error:
        return rpc_status.from_call(error)  # type: ignore[arg-type]


async def _called(service: Service, sent: Sequence[Message], lang: str) -> Any:
    async def each() -> AsyncIterator[bytes]:
        for one in sent:
            yield one.SerializeToString()

    kind = api.AssessStreamResponse
    method: Any = service.channel.stream_unary(f"/{STREAM}", response_deserializer=kind.FromString)
    return await method(each(), metadata=(("accept-language", lang),))


async def by_lines(_: Service, client: httpx.AsyncClient, sent: Sent, lang: str) -> Any:
    headers = {"content-type": "application/x-ndjson", "accept-language": lang}
    found = await client.post("/v1/cases:assessStream", content=lines(*sent), headers=headers)
    if found.status_code != 200:
        return json_format.ParseDict(found.json(), status_pb2.Status())
    assert found.headers["content-type"] == "application/json"
    return json_format.Parse(found.content, api.AssessStreamResponse())


async def by_connect(_: Service, client: httpx.AsyncClient, sent: Sent, lang: str) -> Any:
    headers = {"content-type": "application/connect+json", "accept-language": lang}
    body = enveloped(*(json.dumps(one).encode() for one in sent))
    found = await client.post(f"/{STREAM}", content=body, headers=headers)

    async def pieces() -> AsyncIterator[bytes]:
        yield found.content

    answers = [data async for _, data in opened(pieces())]
    end = json.loads(answers[-1])
    if "error" in end:
        return connect_status(end["error"])
    return json_format.Parse(answers[0], api.AssessStreamResponse())


STREAMS = (by_grpc, by_lines, by_connect)
WRONG: dict[str, Sent] = {
    "nothing": [],
    "a-case-first": [{"case": {"id": "c1"}}],
    "asked-twice": [{"request": ASKED}, {"request": ASKED}],
    "a-message-of-nothing": [{"request": ASKED}, {}],
    "no-period": [{"request": {"district": "qiaonan"}}],
    "another-district": [{"request": ASKED}, {"case": {"id": "c", "kind": "enforcement", "district": "x"}}],
    "two-that-differ": [
        {"request": ASKED | {"cases": [{"id": "c", "kind": "district"}]}},
        {"case": {"id": "c", "kind": "enforcement"}},
    ],
    "a-code": [{"request": ASKED}, {"case": {"id": "c", "kind": "trail"}}],
}


async def test_a_stream_through_every_door(service: Service, client: httpx.AsyncClient) -> None:
    sent = [{"request": ASKED}, *({"case": json_format.MessageToDict(one)} for one in some(3))]
    first, *others = [await door(service, client, sent, "zh") for door in STREAMS]
    assert first.assessments
    assert all(found == first for found in others)


@pytest.mark.parametrize("name", WRONG)
async def test_what_a_wrong_stream_is_told(
    service: Service, client: httpx.AsyncClient, name: str, update_golden: bool
) -> None:
    texts = []
    for lang in ("zh", "en"):
        first, *others = [await door(service, client, WRONG[name], lang) for door in STREAMS]
        assert isinstance(first, status_pb2.Status)
        assert all(told(found) == told(first) for found in others)
        texts.append(shown(first))
    check(Path(__file__).parent / "assess" / f"{name}.golden", "\n".join(texts), update_golden)


async def test_a_line_that_is_none_is_told_with_its_place(client: httpx.AsyncClient) -> None:
    headers = {"content-type": "application/x-ndjson", "accept-language": "en"}
    body = lines({"request": ASKED}, {"case": {"id": "c", "kidn": "trial"}})
    found = await client.post("/v1/cases:assessStream", content=body, headers=headers, timeout=SECONDS)
    assert found.status_code == 400
    assert found.json()["message"].startswith("requests[1].case.kidn: Case has no field “kidn”")
