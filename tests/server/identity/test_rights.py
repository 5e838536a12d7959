"""Every call × role × district × body, asked of a running server: what rights.yaml says, and nothing else."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import grpc
import pytest
import yaml
from google.protobuf.field_mask_pb2 import FieldMask
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from linkage.v1 import assessment_service_pb2 as assess_api
from linkage.v1 import assessment_service_pb2_grpc as assess_stubs
from linkage.v1 import case_service_pb2 as case_api
from linkage.v1 import decision_pb2
from linkage.v1 import log_service_pb2 as log_api
from linkage.v1 import log_service_pb2_grpc as log_stubs
from linkage.v1 import policy_service_pb2 as api
from linkage.v1 import server_service_pb2 as server_api
from linkage.v1 import server_service_pb2_grpc as server_stubs
from linkage.v1 import vocabulary_service_pb2 as codes_api
from linkage.v1 import vocabulary_service_pb2_grpc as codes_stubs
from server.identity import rights
from server.identity.asking import Asking, answering, asking, caller_of
from server.identity.caller import LOCAL, Caller, Grant, Role
from server.identity.refusals import Denied
from server.log.ids import LogIds
from server.store.decisions import DecisionStore
from server.store.record import LoggedDecision
from tests.server.cases import case
from tests.server.conftest import Service, Start
from tests.server.identity import contact_calls, register_calls
from tests.server.identity.world import World, bearer

TABLE: dict[str, dict[str, str]] = yaml.safe_load(
    (Path(__file__).parent / "rights.yaml").read_text(encoding="utf-8")
)
BODIES = {"bearer": "traffic_police", "its parent": "public_security", "counterparty": "court", "none": "tax"}
"""Bodies by what they are to the duty that the case brings about; its breach is the court's to circulate."""
OWNS = {"bearer": 1, "its parent": 1, "counterparty": 2, "none": 0}
CAR = "赵六-car"
CASE: dict[str, Any] = {
    "id": "赵六案",
    "properties": [{"id": CAR, "type": "vehicle"}],
    "events": [
        {
            "id": "e-赵六",
            "type": "vehicle_seized",
            "at": "2024-03-02T01:30:00Z",
            "actor": "traffic_police",
            "property": CAR,
        }
    ],
}


@pytest.fixture
def two_districts(tmp_path: Path, small_rules: Path) -> Path:
    """The rules of the tests' district, and the same for its neighbour; the traffic police are an organ."""
    root = tmp_path / "rules"
    for path in small_rules.rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(small_rules)
        if path.name == "vocabulary.yaml":
            text = text.replace("en: traffic police}", "en: traffic police, part_of: public_security}")
        for other in ("qiaonan", "qiaobei"):
            target = root / str(name).replace("qiaonan", other)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text if path.name == "vocabulary.yaml" else text.replace("qiaonan", other))
    return root


def table_of_callers() -> str:
    """A caller for each role, and a department for each body; all of them in one district."""
    callers: dict[str, Any] = {}
    for role in Role:
        for what, body in BODIES.items() if role is Role.DEPARTMENT else (("", ""),):
            right: dict[str, Any] = {"role": role.value, "districts": ["qiaonan"]}
            if body:
                right["bodies"] = [body]
            name = f"{role.value}_{what}".replace(" ", "_")
            said = {"issuer": "sso", "claims": {"sub": name}}
            callers[name.strip("_")] = {"tokens": [said], "rights": [right]}
    issuer = {"issuer": "https://example.com/sso", "audience": "linkage", "keys": "jwks.json"}
    return yaml.safe_dump({"issuers": {"sso": issuer}, "callers": callers})


class Cell(NamedTuple):
    """One cell of the table, and what is to be found there."""

    call: str
    role: Role
    body: str
    district: str
    wanted: str


OF_NO_DISTRICT = ("Info", "Checkpoint", "ListKeys", "ConsistencyProof", "Codes", "CodeKinds", "Code")
"""How calls end that are about no district."""


def cells() -> list[Cell]:
    """All of them: in the caller's own district, and in another, where everything is denied."""
    found = []
    for call in rights.CALLS:
        for role in Role:
            for body in BODIES if role is Role.DEPARTMENT else ("",):
                said = TABLE.get(call, {}).get(role.value, "denied")
                found.append(Cell(call, role, body, "qiaonan", said))
                anywhere = said == "whole" and call.endswith(OF_NO_DISTRICT)
                found.append(Cell(call, role, body, "qiaobei", said if anywhere else "denied"))
    return found


BASIC = {"view": decision_pb2.DECISION_VIEW_BASIC}
SEEN = ("obligations", "undetermined", "warnings")


def parts(call: str) -> list[dict[str, Any]]:
    """The ways in which a call may be asked for a part of its answer."""
    match call.rpartition("/")[2]:
        case "Evaluate" | "BatchEvaluate" | "EvaluateStream":
            return [{}, BASIC, {"read_mask": FieldMask(paths=SEEN)}]
        case "Assess" | "AssessStream":
            return [{}, BASIC, {"read_mask": FieldMask(paths=["assessments"])}]
        case "Explain":
            paths = ["decision", "explanations.rule"]
            return [{}, BASIC, {"read_mask": FieldMask(paths=paths)}]
        case "Compare":
            paths = [f"decisions.decision.{field}" for field in SEEN]
            return [{}, BASIC, {"read_mask": FieldMask(paths=paths)}]
        case _:
            return [{}]


async def test_every_cell(start: Start, world: World, two_districts: Path, database: str) -> None:
    world.write_callers(table_of_callers())
    wrong = []
    async with start(
        **world.settings(tls=False),
        rules=str(two_districts),
        database=database,
        limits__caller_burst=100_000,
    ) as service:
        for cell in cells():
            for part in parts(cell.call):
                found = await asked(service, world, cell, part)
                if found != cell.wanted:
                    wrong.append((cell, part, found))
    assert wrong == []
    assert len(cells()) == len(rights.CALLS) * (len(Role) - 1 + len(BODIES)) * 2


async def asked(service: Service, world: World, cell: Cell, part: dict[str, Any]) -> str:
    """Makes the call of a cell as its caller, for a part of the answer; what came of it."""
    name = f"{cell.role.value}_{cell.body}".replace(" ", "_")
    metadata = bearer(world.token(sub=name))
    try:
        answer = await ANSWERS[cell.call.rpartition("/")[2]](service, cell.district, metadata, **part)
    except grpc.aio.AioRpcError as error:
        return "denied" if error.code() is grpc.StatusCode.PERMISSION_DENIED else error.code().name
    if isinstance(answer, str):
        return answer
    if isinstance(answer, (assess_api.AssessResponse, assess_api.AssessStreamResponse)):
        return rows_seen(answer, cell)
    if not isinstance(answer, (api.EvaluateResponse, api.ExplainResponse, api.CompareResponse)):
        return "whole"
    decision = answer.decisions[0].decision if isinstance(answer, api.CompareResponse) else answer.decision
    return seen(decision, answer, cell)


def seen(decision: decision_pb2.Decision, answer: Any, cell: Cell) -> str:
    """How much of the decision there is: "whole", "own" (just what the body may see) or "masked"."""
    partial = any(warning.code == "LNK862" for warning in decision.warnings)
    if partial:
        owned = OWNS[cell.body]
        rules = {e.rule for e in getattr(answer, "explanations", ())}
        fits = len(decision.obligations) == owned and ("qiaonan.vehicle.notify" in rules) <= bool(owned)
        return "own" if fits and names_in(answer) == bool(owned) else "another's"
    if not decision.obligations:
        return "nothing"
    return "whole" if names_in(answer) else "masked"


ROWS = {"bearer": 1, "its parent": 2, "counterparty": 0, "none": 1}
"""Rows of an assessment by the same bodies: each member has one, and its organs' are its own."""


def rows_seen(answer: Any, cell: Cell) -> str:
    """Whether every row is there, or the body's own alone, and no sum from which others' could be told."""
    (found,) = answer.assessments
    if not found.part_of:
        return "whole" if len(found.scorecards) == 4 and found.totals and found.consequences else "less"
    bodies = {BODIES[cell.body], *(["traffic_police"] if cell.body == "its parent" else [])}
    own = {card.body.code for card in found.scorecards} <= bodies
    of_own = all({one.body.code, one.bearer.code} & bodies for one in found.consequences)
    mine = len(found.scorecards) == ROWS[cell.body] and own and of_own and not found.totals
    owed = bool(found.obligations) <= (cell.body in ("bearer", "its parent"))
    return "own" if mine and owed else "another's"


def names_in(answer: Any) -> bool:
    return "赵六" in str(answer.SerializeToString().decode("utf-8", "ignore"))


Metadata = tuple[tuple[str, str], ...]


async def evaluate(service: Service, district: str, metadata: Metadata, **part: Any) -> Any:
    message = api.EvaluateRequest(case=case(**CASE, district=district), **part)
    return await service.stub.Evaluate(message, metadata=metadata)


async def batch(service: Service, district: str, metadata: Metadata, **part: Any) -> Any:
    message = api.EvaluateRequest(case=case(**CASE, district=district))
    answer = await service.stub.BatchEvaluate(
        api.BatchEvaluateRequest(requests=[message, message], **part), metadata=metadata
    )
    return item(answer.results[1])


async def stream(service: Service, district: str, metadata: Metadata, **part: Any) -> Any:
    message = api.EvaluateRequest(case=case(**CASE, district=district), **part)

    async def requests() -> AsyncIterator[api.EvaluateStreamRequest]:
        yield api.EvaluateStreamRequest(request=message)

    found = [
        item(answer.result) async for answer in service.stub.EvaluateStream(requests(), metadata=metadata)
    ]
    return found[0]


async def assess(service: Service, district: str, metadata: Metadata, **part: Any) -> Any:
    message = assess_api.AssessRequest(
        district=district, period={"year": 2024}, cases=[case(**CASE, district=district)], **part
    )
    return await assessments(service).Assess(message, metadata=metadata)


async def assess_stream(service: Service, district: str, metadata: Metadata, **part: Any) -> Any:
    message = assess_api.AssessRequest(district=district, period={"year": 2024}, **part)

    async def requests() -> AsyncIterator[assess_api.AssessStreamRequest]:
        yield assess_api.AssessStreamRequest(request=message)
        yield assess_api.AssessStreamRequest(case=case(**CASE, district=district))

    return await assessments(service).AssessStream(requests(), metadata=metadata)


def assessments(service: Service) -> Any:
    return assess_stubs.AssessmentServiceStub(service.channel)


def item(result: api.EvaluateResult) -> Any:
    """The decision of an item, or what its error says."""
    if result.HasField("decision"):
        return api.EvaluateResponse(decision=result.decision)
    return "denied" if result.error.reason == "PERMISSION_DENIED" else result.error.reason


async def explain(service: Service, district: str, metadata: Metadata, **part: Any) -> Any:
    message = api.ExplainRequest(case=case(**CASE, district=district), **part)
    return await service.stub.Explain(message, metadata=metadata)


async def comparison(service: Service, district: str, metadata: Metadata, **part: Any) -> Any:
    message = api.CompareRequest(case=case(**CASE), districts=[district], **part)
    return await service.stub.Compare(message, metadata=metadata)


async def packs(service: Service, district: str, metadata: Metadata) -> Any:
    everywhere = await service.stub.ListPacks(api.ListPacksRequest(), metadata=metadata)
    assert {pack.pack.district for pack in everywhere.packs} == {"qiaonan"}
    return await service.stub.ListPacks(api.ListPacksRequest(district=district), metadata=metadata)


async def pack(service: Service, district: str, metadata: Metadata) -> Any:
    return await service.stub.GetPack(api.GetPackRequest(district=district), metadata=metadata)


async def pack_facts(service: Service, district: str, metadata: Metadata) -> Any:
    return await service.stub.GetPackFacts(api.GetPackFactsRequest(district=district), metadata=metadata)


async def schema(service: Service, district: str, metadata: Metadata) -> Any:
    return await service.stub.GetCaseSchema(api.GetCaseSchemaRequest(district=district), metadata=metadata)


async def kinds(service: Service, _: str, metadata: Metadata) -> Any:
    return await vocabulary(service).ListCodeKinds(codes_api.ListCodeKindsRequest(), metadata=metadata)


async def codes(service: Service, _: str, metadata: Metadata) -> Any:
    return await vocabulary(service).ListCodes(codes_api.ListCodesRequest(), metadata=metadata)


async def search(service: Service, _: str, metadata: Metadata) -> Any:
    wanted = codes_api.SearchCodesRequest(query="法院")
    return await vocabulary(service).SearchCodes(wanted, metadata=metadata)


async def code(service: Service, _: str, metadata: Metadata) -> Any:
    wanted = codes_api.GetCodeRequest(kind="bodies", code="court")
    return await vocabulary(service).GetCode(wanted, metadata=metadata)


def vocabulary(service: Service) -> Any:
    return codes_stubs.VocabularyServiceStub(service.channel)


async def info(service: Service, _: str, metadata: Metadata) -> Any:
    stub: Any = server_stubs.ServerServiceStub(service.channel)
    return await stub.GetServerInfo(server_api.GetServerInfoRequest(), metadata=metadata)


async def reflection(service: Service, _: str, metadata: Metadata) -> Any:
    return await schemas(service, metadata)


async def schemas(service: Service, metadata: Metadata) -> Any:
    channel: Any = service.channel  # the types know the other gRPC API only
    stub: Any = reflection_pb2_grpc.ServerReflectionStub(channel)

    async def requests() -> AsyncIterator[reflection_pb2.ServerReflectionRequest]:
        yield reflection_pb2.ServerReflectionRequest(list_services="")

    (answer,) = [found async for found in stub.ServerReflectionInfo(requests(), metadata=metadata)]
    return answer


async def checkpoint(service: Service, _: str, metadata: Metadata) -> Any:
    return await log_stub(service).GetCheckpoint(log_api.GetCheckpointRequest(), metadata=metadata)


async def log_keys(service: Service, _: str, metadata: Metadata) -> Any:
    return await log_stub(service).ListKeys(log_api.ListKeysRequest(), metadata=metadata)


async def consistency(service: Service, _: str, metadata: Metadata) -> Any:
    return await log_stub(service).GetConsistencyProof(
        log_api.GetConsistencyProofRequest(), metadata=metadata
    )


async def inclusion(service: Service, district: str, metadata: Metadata) -> Any:
    """Of a decision of that district, which the log is given where it has none."""
    store = service.running.store
    assert store is not None
    found = [record async for record in store.scan() if record.district == district]
    if not found:
        digest = service.running.rules.current.snapshot.digest
        record = LoggedDecision(LogIds().next(), 0, district, "c", 0, b"", digest, b"{}", "d" * 64)
        writer = DecisionStore(store._engine, store._keys)
        await writer.append([record])
        await writer.close()
        found = [record]
    request = log_api.GetInclusionProofRequest(log_id=found[0].id)
    return await log_stub(service).GetInclusionProof(request, metadata=metadata)


def log_stub(service: Service) -> Any:
    return log_stubs.LogServiceStub(service.channel)


ANSWERS: dict[str, Any] = {
    "Evaluate": evaluate,
    "BatchEvaluate": batch,
    "EvaluateStream": stream,
    "Explain": explain,
    "Compare": comparison,
    "Assess": assess,
    "AssessStream": assess_stream,
    "ListPacks": packs,
    "GetPack": pack,
    "GetPackFacts": pack_facts,
    "GetCaseSchema": schema,
    "ListCodeKinds": kinds,
    "ListCodes": codes,
    "SearchCodes": search,
    "GetCode": code,
    "GetServerInfo": info,
    "ServerReflectionInfo": reflection,
    "GetCheckpoint": checkpoint,
    "ListKeys": log_keys,
    "GetConsistencyProof": consistency,
    "GetInclusionProof": inclusion,
    **register_calls.ANSWERS,
    **contact_calls.ANSWERS,
}


def test_the_table_is_the_code() -> None:
    """rights.yaml is written by hand, beside the code; both say the same of every call and role."""
    said = {
        call: {role.value: shows.value for role, shows in row.items()} for call, row in rights.CALLS.items()
    }
    assert said == TABLE


async def test_what_is_open(start: Start, world: World, database: str) -> None:
    """Health answers without credentials, and nothing else does."""
    async with start(**world.settings(tls=False), database=database) as service:
        health: Any = health_pb2_grpc.HealthStub(service.channel)
        assert (await health.Check(health_pb2.HealthCheckRequest())).status == 1
        watching: Any = health.Watch(health_pb2.HealthCheckRequest())
        assert (await watching.read()).status == 1
        watching.cancel()
        for call in rights.CALLS:
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await ANSWERS[call.rpartition("/")[2]](service, "qiaonan", ())
            assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED, call


async def test_everything_is_open_where_no_callers_are_configured(start: Start, database: str) -> None:
    async with start(database=database) as service:
        for call in rights.CALLS:
            await ANSWERS[call.rpartition("/")[2]](service, "qiaonan", ())


def test_every_call_that_is_served_is_in_the_table() -> None:
    for file in (api, assess_api, case_api, log_api, codes_api, server_api):
        for service in file.DESCRIPTOR.services_by_name.values():
            assert {f"{service.full_name}/{name}" for name in service.methods_by_name} <= rights.CALLS.keys()


def test_what_is_not_said_is_denied() -> None:
    for caller in (LOCAL, Caller("x", (Grant(Role.INTEGRATOR, frozenset({"qiaonan"})),)), Caller("y")):
        with pytest.raises(Denied):
            rights.admit(caller, "linkage.v1.PolicyService/Other")
        with pytest.raises(Denied):
            rights.view(caller, "", "qiaonan")


def test_the_widest_of_several_roles_counts() -> None:
    call = "linkage.v1.PolicyService/Explain"
    department = Grant(Role.DEPARTMENT, frozenset({"a", "b"}), frozenset({"tax"}))
    other = Grant(Role.DEPARTMENT, frozenset({"b"}), frozenset({"court"}))
    reviewer = Grant(Role.REVIEWER, frozenset({"c"}))
    integrator = Grant(Role.INTEGRATOR, frozenset({"a"}))
    several = Caller("x", (department, other, reviewer))
    assert rights.view(several, call, "a") == rights.View(frozenset({"tax"}))
    assert rights.view(several, call, "b") == rights.View(frozenset({"tax", "court"}))
    assert rights.view(several, call, "c") == rights.View(masked=True)
    assert rights.view(Caller("y", (department, integrator)), call, "a") == rights.EVERYTHING
    assert rights.districts(several, call) == frozenset("abc")
    assert rights.districts(LOCAL, call) is None


def test_outside_of_calls_nobody_asks() -> None:
    assert asking().caller.grants == ()
    answering(Asking(LOCAL, "r"))
    assert caller_of(None) is LOCAL
