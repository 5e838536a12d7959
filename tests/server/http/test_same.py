"""Through every door the same request gives the same answer, or the same refusal."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from google.protobuf.message import Message

from linkage.v1 import log_service_pb2 as log_api
from linkage.v1 import policy_service_pb2 as api
from linkage.v1 import vocabulary_service_pb2 as codes_api
from tests.server.cases import case, large_case, request
from tests.server.conftest import Service, Start
from tests.server.http.doors import DOORS, told
from tests.server.waiting import SECONDS

POLICY, VOCABULARY = "linkage.v1.PolicyService", "linkage.v1.VocabularyService"
MANY = [{"id": f"p{i}", "role": "debtor", "kind": "natural_person"} for i in range(40)]
CALLS: dict[str, tuple[str, Message]] = {
    "evaluate": ("Evaluate", request(as_of=1_709_618_400)),
    "evaluate in English": ("Evaluate", request("en", as_of=1_709_618_400)),
    "evaluate now": ("Evaluate", request()),
    "a large case": ("Evaluate", api.EvaluateRequest(case=large_case(200))),
    "attributes of every type": (
        "Evaluate",
        request(
            attributes={
                "pilot": {"boolValue": True},
                "score": {"doubleValue": 0.5},
                "n": {"intValue": "9007199254740993"},
            }
        ),
    ),
    "an unknown district": ("Evaluate", request("en", district="qiaonam")),
    "an unknown code": ("Evaluate", request(events=[{"id": "e", "type": "vehicle_seised"}])),
    "many faults": ("Evaluate", request(parties=[{**party, "role": "detbor"} for party in MANY])),
    "nothing": ("Evaluate", api.EvaluateRequest()),
    "another language": ("Evaluate", request("fr")),
    "batch": (
        "BatchEvaluate",
        api.BatchEvaluateRequest(requests=[request(id="a"), request(district="x"), request("en", id="b")]),
    ),
    "an empty batch": ("BatchEvaluate", api.BatchEvaluateRequest()),
    "a batch that is too large": ("BatchEvaluate", api.BatchEvaluateRequest(requests=[request()] * 501)),
    "explain": ("Explain", api.ExplainRequest(case=case(), include_untriggered=True, language="en")),
    "explain a rule that there is not": ("Explain", api.ExplainRequest(case=case(), rules=["qiaonan.x"])),
    "compare": ("Compare", api.CompareRequest(case=case(), districts=["qiaonan"])),
    "compare twice": ("Compare", api.CompareRequest(case=case(), districts=["qiaonan", "qiaonan"])),
    "packs": ("ListPacks", api.ListPacksRequest(language="en", page_size=1)),
    "packs of no page": ("ListPacks", api.ListPacksRequest(page_size=-1)),
    "a pack": ("GetPack", api.GetPackRequest(district="qiaonan", language="en")),
    "what a pack reads": ("GetPackFacts", api.GetPackFactsRequest(district="qiaonan", language="en")),
    "the schema of a case": ("GetCaseSchema", api.GetCaseSchemaRequest(district="qiaonan")),
    "kinds of codes": (f"{VOCABULARY}/ListCodeKinds", codes_api.ListCodeKindsRequest()),
    "codes": (f"{VOCABULARY}/ListCodes", codes_api.ListCodesRequest(kind="events", page_size=2)),
    "codes of no kind": (f"{VOCABULARY}/ListCodes", codes_api.ListCodesRequest(kind="event")),
    "codes that are looked for": (f"{VOCABULARY}/SearchCodes", codes_api.SearchCodesRequest(query="车 %/?")),
    "a code": (f"{VOCABULARY}/GetCode", codes_api.GetCodeRequest(kind="events", code="vehicle_seized")),
    "a code that there is not": (f"{VOCABULARY}/GetCode", codes_api.GetCodeRequest(kind="events", code="x")),
    "a pack that there is not": ("GetPack", api.GetPackRequest(district="qiaonan", version="1999")),
}


def same(found: Any, first: Any) -> None:
    assert found.answer == first.answer
    if first.status is not None:
        assert told(found.status) == told(first.status)


@pytest.mark.parametrize("name", CALLS)
async def test_every_door_gives_the_same(service: Service, client: httpx.AsyncClient, name: str) -> None:
    method, message = CALLS[name]
    call = method if "/" in method else f"{POLICY}/{method}"
    first, *others = [await door(service, client, call, message) for door in DOORS]
    assert (first.answer is None) != (first.status is None)
    for found in others:
        same(found, first)


LOG: dict[str, tuple[str, Message]] = {
    "checkpoint": ("GetCheckpoint", log_api.GetCheckpointRequest()),
    "no such entry": ("GetInclusionProof", log_api.GetInclusionProofRequest(log_id="x")),
    "consistency": ("GetConsistencyProof", log_api.GetConsistencyProofRequest(first_tree_size=1)),
    "no such tree": ("GetConsistencyProof", log_api.GetConsistencyProofRequest(first_tree_size=10**15)),
}


async def test_proofs_of_the_log(start: Start, database: str) -> None:
    async with (
        start(database=database) as service,
        httpx.AsyncClient(base_url=service.running.http, timeout=SECONDS) as client,
    ):
        answer = await service.stub.Evaluate(request())
        inclusion = log_api.GetInclusionProofRequest(log_id=answer.decision.receipt.log_id)
        for method, message in (*LOG.values(), ("GetInclusionProof", inclusion)):
            call = f"linkage.v1.LogService/{method}"
            first, *others = [await door(service, client, call, message) for door in DOORS]
            for found in others:
                same(found, first)
        assert first.answer is not None


async def test_the_same_key_gives_the_same_decision_through_another_door(start: Start, database: str) -> None:
    async with (
        start(database=database) as service,
        httpx.AsyncClient(base_url=service.running.http, timeout=SECONDS) as client,
    ):
        asked = request(as_of=1_709_618_400)
        asked.idempotency_key = "one"
        answers = [(await door(service, client, f"{POLICY}/Evaluate", asked)).answer for door in DOORS]
        assert all(answer == answers[0] for answer in answers)
        assert service.running.store is not None
        assert await service.running.store.count() == 1
