"""Streams over HTTP: messages are answered as they come, bad ones in their place, and what breaks is said."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
from typing import Any

import httpx
import pytest
from google.protobuf import json_format

from linkage.v1 import policy_service_pb2 as api
from server.settings.logs import Level, configure
from tests.server.cases import SEIZURE, request
from tests.server.conftest import Service
from tests.server.http.doors import ENVELOPE, enveloped, lines, opened
from tests.server.listening.raw import Connect, head
from tests.server.logging_state import restored_logging
from tests.server.waiting import until

PATH, NAME = "/v1/cases:evaluateStream", "/linkage.v1.PolicyService/EvaluateStream"
LINES = {"content-type": "application/x-ndjson"}


def asked(key: str, **changes: Any) -> dict[str, Any]:
    return {"key": key, "request": {"case": {**SEIZURE, **changes}}}


def piece(data: bytes) -> bytes:
    """A piece of a body without a length."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def address(service: Service) -> str:
    return service.running.http.partition("//")[2]


async def test_each_line_is_answered_as_it_comes(service: Service, connect: Connect) -> None:
    wire = await connect(address(service))
    wire.send(head(PATH, "POST", content_type=LINES["content-type"], transfer_encoding="chunked"))
    wire.send(piece(b"\n" + lines(asked("1"))))  # an empty line keeps a connection alive
    begun = await wire.answer(head_only=True)
    assert begun.status == 200
    assert begun.headers["content-type"] == "application/x-ndjson"
    assert begun.headers["x-request-id"]
    assert json.loads(await wire.chunk())["key"] == "1"
    whole = lines(asked("2", district="x"))
    wire.send(piece(whole[:20]))  # lines come in any pieces
    wire.send(piece(whole[20:] + lines(asked("3")).rstrip()))
    refused = json.loads(await wire.chunk())
    assert refused["key"] == "2"
    assert refused["result"]["error"]["reason"] == "DISTRICT_NOT_FOUND"
    wire.send(piece(b""))
    assert json.loads(await wire.chunk())["result"]["decision"]["obligations"]
    assert await wire.chunk() == b""


async def test_bad_lines_have_an_error_in_their_place(client: httpx.AsyncClient) -> None:
    body = b'{"key": "a", "reqest": {}}\n{\n[]\n"x"\n' + lines({"key": 7}, asked("last"))
    found = await client.post(PATH, content=body, headers=LINES | {"accept-language": "en"})
    answers = [json.loads(line) for line in found.text.splitlines()]
    told = [answer["result"]["error"]["message"] for answer in answers[:-1]]
    begun = [
        "requests[0].reqest: EvaluateStreamRequest has no field “reqest” (did you mean “request”?)",
        "requests[1]: the body is no JSON (line 1, column 2): a key is expected; it stands in double quotes",
        "requests[2]: an object {…} is expected here, not an array […]",
        "requests[3]: an object {…} is expected here, not a string",
        "requests[4].key: a string is expected here, not a number",
    ]
    assert [text[: len(start)] for text, start in zip(told, begun, strict=True)] == begun
    assert answers[-1]["key"] == "last"
    assert answers[-1]["result"]["decision"]["receipt"]["packs"][0]["title"] == "Qiaonan linkage measures"


async def test_nothing_is_answered_with_nothing(client: httpx.AsyncClient) -> None:
    found = await client.post(PATH, content=b"", headers=LINES)
    assert (found.status_code, found.content) == (200, b"")


async def test_a_line_that_is_too_long_ends_the_stream(client: httpx.AsyncClient) -> None:
    body = lines(asked("1")) + b'{"key": "' + bytes([120]) * (5 * 1024 * 1024)
    found = await client.post(PATH, content=body, headers=LINES)
    first, last = [json.loads(line) for line in found.text.splitlines()]
    assert first["key"] == "1"
    assert last["error"]["details"][0]["reason"] == "BODY_TOO_LARGE"


async def test_a_stream_that_fails_before_it_began_has_a_status(client: httpx.AsyncClient) -> None:
    found = await client.post(PATH, content=bytes([120]) * (5 * 1024 * 1024), headers=LINES)
    assert found.status_code == 413
    assert found.json()["details"][0]["reason"] == "BODY_TOO_LARGE"


KINDS = ("application/connect+json", "application/connect+proto")


def message(kind: str, key: str, **changes: Any) -> bytes:
    found = api.EvaluateStreamRequest(key=key, request=request(**changes))
    if kind.endswith("json"):
        return json_format.MessageToJson(found).encode()
    return found.SerializeToString()


def answer(kind: str, data: bytes) -> api.EvaluateStreamResponse:
    if kind.endswith("json"):
        return json_format.Parse(data, api.EvaluateStreamResponse())
    return api.EvaluateStreamResponse.FromString(data)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
async def test_the_connect_protocol(
    service: Service, client: httpx.AsyncClient, kind: str, packed: bool
) -> None:
    headers = {"content-type": kind, "connect-protocol-version": "1"}
    sent = [message(kind, "1"), message(kind, "2", district="x")]
    body = enveloped(*sent)
    if packed:
        headers |= {"connect-content-encoding": "gzip", "connect-accept-encoding": "gzip"}
        body = b"".join(ENVELOPE.pack(1, len(each)) + each for each in map(gzip.compress, sent))
    async with client.stream("POST", NAME, content=body, headers=headers) as response:
        assert response.status_code == 200
        assert response.headers["content-type"] == kind
        found = [each async for each in opened(response.aiter_raw())]
    *messages, (flags, end) = found
    assert flags == 2
    assert list(json.loads(end)["metadata"]) == ["x-request-id"]
    assert "error" not in json.loads(end)
    answers = [answer(kind, gzip.decompress(data) if flags else data) for flags, data in messages]
    assert bool(messages[0][0]) == packed
    assert [each.key for each in answers] == ["1", "2"]
    assert answers[0].result.decision == (await service.stub.Evaluate(request())).decision
    assert answers[1].result.error.reason == "DISTRICT_NOT_FOUND"


BROKEN = {
    "half an envelope": (b"\x00\x00", "BODY_BROKEN", "invalid_argument"),
    "half a message": (ENVELOPE.pack(0, 10) + b"12345", "BODY_BROKEN", "invalid_argument"),
    "unknown flags": (ENVELOPE.pack(4, 0), "BODY_BROKEN", "invalid_argument"),
    "packed without saying so": (ENVELOPE.pack(1, 0), "BODY_BROKEN", "invalid_argument"),
    "too large": (ENVELOPE.pack(0, 2**31), "BODY_TOO_LARGE", "resource_exhausted"),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_envelopes_that_are_none(client: httpx.AsyncClient, name: str) -> None:
    body, reason, code = BROKEN[name]
    found = await client.post(NAME, content=body, headers={"content-type": KINDS[0]})
    assert found.status_code == 200
    flags, size = ENVELOPE.unpack_from(found.content)
    error = json.loads(found.content[ENVELOPE.size : ENVELOPE.size + size])["error"]
    assert (flags, error["code"], error["details"][0]["debug"]["reason"]) == (2, code, reason)


async def test_a_client_that_goes_away_ends_its_stream(service: Service, connect: Connect) -> None:
    def running() -> bool:
        return any("run_asgi" in repr(task) for task in asyncio.all_tasks())

    log = io.StringIO()
    with restored_logging():
        configure(Level.INFO, log)
        wire = await connect(address(service))
        wire.send(head(PATH, "POST", content_type=LINES["content-type"], transfer_encoding="chunked"))
        wire.send(piece(lines(asked("1"))))
        await wire.answer(head_only=True)
        assert json.loads(await wire.chunk())["key"] == "1"
        assert running()
        wire.close()
        await until(lambda: not running())
    assert "unexpected_error" not in log.getvalue()
