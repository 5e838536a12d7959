"""Requests that mean harm: each is refused, and meanwhile a neighbour is answered."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Awaitable
from typing import Any

import httpx
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from server.http import request as module
from tests.server.cases import SEIZURE
from tests.server.conftest import Service, Start
from tests.server.listening.raw import Answer, Connect, head
from tests.server.waiting import SECONDS, until

MIB = 1024 * 1024
EVALUATE = "/v1/cases:evaluate"
JSON = {"content-type": "application/json"}


def unknown_fields(size: int) -> bytes:
    """JSON of so many bytes, each of whose fields is unknown."""
    count = size // 18
    return b"{" + b",".join(b'"%011d":{}' % i for i in range(count)) + b"}"


def within_the_limit(size: int) -> bytes:
    """As many values as are taken, with texts that make them as many bytes."""
    party = {"id": "p", "role": "debtor", "kind": "natural_person"}
    parties = [party | {"id": f"p{i}", "name": "x" * (size // 950)} for i in range(900)]
    return json.dumps({"case": {**SEIZURE, "parties": parties}}).encode()


ATTACKS: dict[str, tuple[bytes, int, str]] = {
    "unknown fields": (unknown_fields(4 * MIB - 100), 400, "LNK836"),
    "brackets": (b"[" * (4 * MIB - 1), 400, "LNK836"),
    "lists within lists": (b"[" + b"[]," * MIB + b"[]]", 400, "LNK836"),
    "keys without commas": (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, 400, "LNK120"),
    "ten thousand deep": (b"[" * 10_000, 400, "LNK120"),
    "one long text": (b'{"case": {"id": "' + b"x" * (3 * MIB) + b'"}}', 400, "LNK801"),
    "one long number": (b'{"case": {"claimFen": ' + b"9" * (3 * MIB) + b"}}", 400, ""),
    "one long number as a text": (b'{"case": {"claimFen": "' + b"9" * (3 * MIB) + b'"}}', 400, "LNK847"),
    "no end": (b'{"case": {"id": "' + b"x" * (3 * MIB), 400, "LNK844"),
    "escapes": (b'{"case": {"id": "' + b"\\u4e2d" * (MIB // 2) + b'"}}', 400, ""),
    "equal keys": (b'{"case": {}' + b',"case": {}' * 20_000 + b"}", 400, "LNK845"),
    "large and known": (within_the_limit(3 * MIB), 400, "LNK811"),
}


async def neighbour(service: Service, attack: Awaitable[Any]) -> tuple[Any, int]:
    """What the attack gets, and how often health was answered meanwhile."""
    healthy: Any = health_pb2_grpc.HealthStub(service.channel)
    task, checks = asyncio.ensure_future(attack), 0
    while not task.done():
        await healthy.Check(health_pb2.HealthCheckRequest())
        checks += 1
    return await task, checks


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("call", [EVALUATE, "/v1/cases:batchEvaluate", "/linkage.v1.PolicyService/Explain"])
async def test_bodies(service: Service, client: httpx.AsyncClient, name: str, call: str) -> None:
    body, status, code = ATTACKS[name]
    found, checks = await neighbour(service, client.post(call, content=body, headers=JSON))
    assert found.status_code == status
    if call == EVALUATE and code:
        assert code in found.text
    assert checks > 0
    assert len(found.content) < MIB


async def test_a_body_larger_than_the_limit_is_not_read(service: Service, connect: Connect) -> None:
    """It is refused by what it says of itself, or as soon as it is too much."""
    address = service.running.http.partition("//")[2]
    for size in (4 * MIB + 1, 10**17, 10**30):
        wire = await connect(address)
        wire.send(head(EVALUATE, "POST", content_type="application/json", content_length=size))
        answer = await wire.answer()
        if size == 10**30:
            assert answer.status == 400  # no such number is a length
        else:
            assert (answer.status, answer.reason) == (413, "BODY_TOO_LARGE")
    wire = await connect(address)
    wire.send(head(EVALUATE, "POST", content_type="application/json", transfer_encoding="chunked"))
    piece = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    for _ in range(66):
        wire.send(piece)
    assert (await wire.answer()).status == 413


async def test_a_little_that_becomes_much(client: httpx.AsyncClient) -> None:
    body = gzip.compress(bytes(256 * MIB))
    assert len(body) < MIB
    found = await client.post(EVALUATE, content=body, headers=JSON | {"content-encoding": "gzip"})
    assert (found.status_code, found.json()["details"][0]["reason"]) == (413, "BODY_TOO_LARGE")


async def test_bodies_that_wait_have_room_for_so_many(
    start: Start, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[int] = []
    take = module.Room.take

    def counted(room: module.Room, size: int) -> None:
        take(room, size)
        taken.append(size)

    monkeypatch.setattr(module.Room, "take", counted)
    async with start(limits__waiting_bytes=MIB, limits__request_bytes=MIB) as service:
        address = service.running.http.partition("//")[2]
        half = [await connect(address) for _ in range(3)]
        for wire in half[:2]:
            wire.send(head(EVALUATE, "POST", content_type="application/json", content_length=MIB))
            wire.send(bytes(MIB - 1))
        await until(lambda: sum(taken) == 2 * (MIB - 1))
        half[2].send(head(EVALUATE, "POST", content_type="application/json", content_length=9) + b"123456789")
        answer = await half[2].answer()
        assert (answer.status, answer.reason) == (429, "BODIES_WAITING")
        assert answer.headers["retry-after"] == "1"
        half[0].send(b"x")
        assert (await half[0].answer()).status == 400
        again = await connect(address)
        again.send(head(EVALUATE, "POST", content_type="application/json", content_length=2) + b"{}")
        assert (await again.answer()).reason == "INVALID_REQUEST"


async def test_a_body_that_comes_slowly(start: Start, connect: Connect) -> None:
    async with start(limits__message_seconds=0.1) as service:
        wire = await connect(service.running.http.partition("//")[2])
        wire.send(head(EVALUATE, "POST", content_type="application/json", content_length=10) + b"{")
        answer = await wire.answer()
        assert (answer.status, answer.reason) == (408, "NO_MESSAGE")


async def test_many_slow_heads_keep_nobody_out(start: Start, connect: Connect) -> None:
    """Whoever has waited longest makes room; the next one is answered at once."""
    async with start(limits__http_connections=20, limits__peer_share=1.0) as service:
        address = service.running.http.partition("//")[2]
        for _ in range(60):
            slow = await connect(address)
            slow.send(b"GET / HTTP/1.1\r\nhost: localhost\r\nx: ")
        wire = await connect(address)
        wire.send(head("/v1/packs"))
        assert (await wire.answer()).status == 200


async def test_lines_that_are_attacks(service: Service, client: httpx.AsyncClient) -> None:
    body = b"\n".join(body for body, _, _ in ATTACKS.values())
    headers = {"content-type": "application/x-ndjson"}
    found, checks = await neighbour(
        service, client.post("/v1/cases:evaluateStream", content=body, headers=headers)
    )
    answers = [json.loads(line) for line in found.text.splitlines()]
    assert [answer["result"]["error"]["code"] for answer in answers] == [3] * len(ATTACKS)
    assert checks > 0


async def test_thousands_of_calls_on_one_connection(service: Service, connect: Connect) -> None:
    wire = await connect(service.running.http.partition("//")[2])
    count = 3000
    wire.send(head("/v1/nothing") * count)

    async def answers() -> list[Answer]:
        return [await wire.answer() for _ in range(count)]

    found, checks = await neighbour(service, answers())
    assert {answer.status for answer in found} == {404}
    assert checks > 0


async def test_the_next_call_is_answered(service: Service) -> None:
    async with httpx.AsyncClient(base_url=service.running.http, timeout=SECONDS) as client:
        for body, _, _ in list(ATTACKS.values())[:4]:
            await client.post(EVALUATE, content=body, headers=JSON)
        assert (await client.post(EVALUATE, json={"case": SEIZURE})).status_code == 200
