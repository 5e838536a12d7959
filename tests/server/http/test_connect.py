"""The Connect protocol as its reference says it, where the doors' common tests do not look."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import httpx
import pytest

from linkage.v1 import policy_service_pb2 as api
from tests.server.cases import SEIZURE, request
from tests.server.conftest import Service

EVALUATE = "/linkage.v1.PolicyService/Evaluate"
PACKS = "/linkage.v1.PolicyService/ListPacks"
JSON = {"content-type": "application/json"}


async def test_answers_are_packed_where_that_is_taken(client: httpx.AsyncClient) -> None:
    body = json.dumps({"case": SEIZURE}).encode()
    async with client.stream(
        "POST", EVALUATE, content=body, headers=JSON | {"accept-encoding": "gzip;q=0.5, br"}
    ) as found:
        raw = b"".join([piece async for piece in found.aiter_raw()])
    assert found.headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(raw))["decision"]
    plain = await client.post(EVALUATE, content=body, headers=JSON | {"accept-encoding": "gzip;q=0"})
    assert "content-encoding" not in plain.headers


async def test_requests_may_be_packed(client: httpx.AsyncClient) -> None:
    body = gzip.compress(request().SerializeToString())
    headers = {"content-type": "application/proto", "content-encoding": "gzip"}
    found = await client.post(EVALUATE, content=body, headers=headers)
    assert api.EvaluateResponse.FromString(found.content).decision.obligations


async def test_trailers_have_their_prefix(client: httpx.AsyncClient) -> None:
    headers = JSON | {"x-request-id": "mine"}
    found = await client.post(EVALUATE, json={"case": SEIZURE}, headers=headers)
    assert found.headers["x-request-id"] == found.headers["trailer-x-request-id"] == "mine"


async def test_the_language_of_who_calls_in_protobuf(client: httpx.AsyncClient) -> None:
    headers = {"content-type": "application/proto", "accept-language": "en"}
    for message, title in ((request(), "Qiaonan linkage measures"), (request("zh"), "桥南区执行联动办法")):
        found = await client.post(EVALUATE, content=message.SerializeToString(), headers=headers)
        answer = api.EvaluateResponse.FromString(found.content)
        assert answer.decision.receipt.packs[0].title == title


async def test_the_language_of_a_batch(client: httpx.AsyncClient) -> None:
    """An item's own, else the batch's, else that of the headers."""
    body: dict[str, Any] = {"requests": [{"case": SEIZURE}, {"case": SEIZURE, "language": "zh"}]}
    titles = []
    for batch in (body, body | {"language": "zh"}):
        found = await client.post("/v1/cases:batchEvaluate", json=batch, headers={"accept-language": "en"})
        results = found.json()["results"]
        titles.append([each["decision"]["receipt"]["packs"][0]["title"] for each in results])
    chinese = "桥南区执行联动办法"
    assert titles == [["Qiaonan linkage measures", chinese], [chinese, chinese]]


@pytest.mark.parametrize("encoding", ["json", "proto"])
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
async def test_calls_that_change_nothing_may_be_got(
    service: Service, client: httpx.AsyncClient, encoding: str, packed: bool
) -> None:
    asked = api.ListPacksRequest(language="en")
    data = b'{"language": "en"}' if encoding == "json" else asked.SerializeToString()
    data = gzip.compress(data) if packed else data
    text = base64.urlsafe_b64encode(data).decode().rstrip("=")
    query = {"connect": "v1", "encoding": encoding, "base64": "1", "message": text}
    if packed:
        query["compression"] = "gzip"
    found = await client.get(PACKS, params=query)
    assert found.status_code == 200, found.text
    expected = await service.stub.ListPacks(asked)
    if encoding == "proto":
        assert api.ListPacksResponse.FromString(found.content) == expected
    else:
        assert found.json()["snapshotDigest"] == expected.snapshot_digest


async def test_what_is_got_is_read_as_strictly(client: httpx.AsyncClient) -> None:
    wrong = ({"encoding": "xml"}, {"encoding": "json", "message": "{"}, {"connect": "v2", "encoding": "json"})
    for query in wrong:
        found = await client.get(PACKS, params=query)
        assert (found.status_code, found.json()["code"]) == (400, "invalid_argument")


async def test_health(client: httpx.AsyncClient) -> None:
    found = await client.post("/grpc.health.v1.Health/Check", json={})
    assert found.json() == {"status": "SERVING"}


async def test_a_deadline(client: httpx.AsyncClient) -> None:
    for name, value in (("connect-timeout-ms", "0"), ("grpc-timeout", "0m")):
        found = await client.post(EVALUATE, json={"case": SEIZURE}, headers={name: value})
        assert (found.status_code, found.json()["code"]) == (504, "deadline_exceeded")
        plain = await client.post("/v1/cases:evaluate", json={"case": SEIZURE}, headers={name: value})
        assert plain.json()["details"][0]["reason"] == "TIME_IS_UP"
