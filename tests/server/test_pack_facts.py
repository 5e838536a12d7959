"""GetPackFacts, GetCaseSchema and GetServerInfo: what a client asks before it sends a case."""

from __future__ import annotations

from typing import Any

import grpc
import jsonschema_rs
import pytest
from google.protobuf import json_format

from linkage.v1 import decision_pb2
from linkage.v1 import policy_service_pb2 as api
from linkage.v1 import server_service_pb2 as server_api
from linkage.v1 import server_service_pb2_grpc as server_stubs
from policy.decide.decision import ENGINE_VERSION
from policy.review.ends import ends_of
from policy.review.wording import Wording
from server.convert.pack_facts import pack_facts
from server.convert.told import ENDING
from tests.loading import SHIPPED, decided, loaded
from tests.server.cases import SEIZURE
from tests.server.conftest import Service, Start


async def test_what_a_pack_reads(service: Service) -> None:
    found = await service.stub.GetPackFacts(api.GetPackFactsRequest(district="qiaonan", language="en"))
    fields = {field.path: field for field in found.fields}
    actor = fields["events[].actor"]
    assert (actor.label, actor.type, actor.code_kind) == ("body that acted", "code", "bodies")
    assert (actor.many, actor.required) == (False, False)
    assert fields["events[].type"].required
    assert fields["parties[].traits"].many
    assert fields["claim_fen"].type == "int"
    assert "flags.no_property" not in fields
    events = next(read for read in found.codes if read.kind == "events")
    assert {"code": "vehicle_seized", "name": "vehicle seized"} in [
        json_format.MessageToDict(code) for code in events.codes
    ]
    assert [(own.name, own.type, own.field) for own in found.attributes] == [("pilot", "bool", "bool_value")]
    assert any((one.case_kind, one.code.code) == ("enforcement", "vehicle_seized") for one in found.awaited)


async def test_what_brings_a_duty_about_and_what_ends_it(service: Service) -> None:
    found = await service.stub.GetPackFacts(api.GetPackFactsRequest(district="qiaonan"))
    rules = {rule.rule: rule for rule in found.rules}
    notify = rules["qiaonan.vehicle.notify"]
    assert (notify.title, notify.action.code) == ("查扣车辆后通知法院", "notify_court")
    assert (notify.trigger_list, [one.code for one in notify.triggers]) == ("events", ["vehicle_seized"])
    (ends,) = notify.ends
    assert (ends.ending, ends.list, ends.act.code) == (
        decision_pb2.ENDING_FULFILS,
        "events",
        "court_notified",
    )
    assert [(field.field, list(field.values)) for field in ends.fields] == [("about", ["seizure"])]
    search = rules["qiaonan.search.do"]
    assert [(one.ending, one.act.code, one.where) for one in search.ends] == [
        (decision_pb2.ENDING_FULFILS, "answered", ""),
        (decision_pb2.ENDING_DISCHARGES, "withdrawn", 'done.actor == "court"'),
    ]
    assert [(one.ending, one.act.code) for one in found.ends_of_any] == [
        (decision_pb2.ENDING_FULFILS, "obligation_fulfilled"),
        (decision_pb2.ENDING_GOES_ON, "obligation_resumed"),
        (decision_pb2.ENDING_STOPS, "obligation_suspended"),
        (decision_pb2.ENDING_DISCHARGES, "obligation_withdrawn"),
    ]


def test_what_a_rule_says_beforehand_is_what_its_obligations_say() -> None:
    """Of the shipped packs: each act that would end an obligation is among those of its rule."""
    snapshot, _ = loaded(SHIPPED)
    ahead: dict[tuple[str, str, str], set[tuple[Any, str, str]]] = {}
    for district in snapshot.districts.values():
        for program in district.programs:
            facts = pack_facts(Wording(district, "zh"), program)
            for rule in facts.rules:
                acts = {(act.ending, act.list, act.act.code) for act in rule.ends}
                ahead[district.code, program.pack.version, rule.rule] = acts
    seen: dict[tuple[str, str, str], set[tuple[Any, str, str]]] = {}
    for decision in decided(SHIPPED):
        for o in decision.obligations:
            key = decision.district, o.program.pack.version, o.rule
            acts = {
                (ENDING[act.ending], act.list, act.code)
                for act in ends_of(o, snapshot.vocabulary)
                if not act.fields or act.fields[0][0] != "obligation"
            }
            seen.setdefault(key, set()).update(acts)
    assert len(seen) > 500
    assert {key: acts - ahead[key] for key, acts in seen.items() if acts - ahead[key]} == {}


async def test_a_version_and_none(service: Service) -> None:
    found = await service.stub.GetPackFacts(api.GetPackFactsRequest(district="qiaonan", version="2020"))
    assert found.pack.version == "2020"
    with pytest.raises(grpc.aio.AioRpcError, match="现有版本：2020") as caught:
        await service.stub.GetPackFacts(api.GetPackFactsRequest(district="qiaonan", version="1999"))
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND


@pytest.mark.parametrize("camel", [False, True])
async def test_the_schema_of_a_case(service: Service, camel: bool) -> None:
    request = api.GetCaseSchemaRequest(district="qiaonan", lower_camel_case=camel)
    found = await service.stub.GetCaseSchema(request)
    schema = json_format.MessageToDict(found.schema)
    assert schema["$schema"].endswith("2020-12/schema")
    case = json_format.ParseDict(SEIZURE, api.EvaluateRequest().case)
    plain = json_format.MessageToDict(case, preserving_proto_field_name=not camel)
    assert jsonschema_rs.is_valid(schema, plain)
    assert not jsonschema_rs.is_valid(schema, plain | {"district": "qiaobei"})
    assert found.snapshot_digest == service.running.rules.current.snapshot.digest


async def test_what_serves(start: Start, database: str) -> None:
    async with start(database=database, engine="compiled", limits__batch_items=7) as service:
        stub: Any = server_stubs.ServerServiceStub(service.channel)
        found = await stub.GetServerInfo(server_api.GetServerInfoRequest())
        snapshot = service.running.rules.current.snapshot
    assert (found.engine, found.engine_version) == ("compiled", ENGINE_VERSION)
    assert (found.snapshot_digest, found.vocabulary_digest) == (snapshot.digest, snapshot.vocabulary.digest)
    assert found.calendar_digest == snapshot.calendar.digest
    assert list(found.calendar_years) == list(snapshot.calendar.years)
    limits = {limit.name: limit.value for limit in found.limits}
    assert (limits["batch_items"], limits["case_elements"]) == (7, 1000)
    assert all(limit.name and limit.description for limit in found.limits)
    assert len(limits) == len(found.limits)
    assert list(found.services) == [
        "linkage.v1.PolicyService",
        "linkage.v1.AssessmentService",
        "linkage.v1.VocabularyService",
        "linkage.v1.LogService",
        "linkage.v1.CaseService",
        "linkage.v1.AdoptionService",
        "linkage.v1.BoardService",
        "linkage.v1.ContactService",
        "linkage.v1.ServerService",
    ]
    assert list(found.languages) == ["zh", "en"]
    assert found.logged
    assert found.time.ToJsonString() == "2024-03-05T06:00:00Z"
    assert found.version
