"""Who calls over HTTP: the same callers, told by the same means, with the same rights and limits."""

from __future__ import annotations

import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.identity.exposure import ExposedError
from server.process import protection
from tests.server.cases import SEIZURE
from tests.server.conftest import Start
from tests.server.http.doors import lines
from tests.server.identity.world import CALLERS, World
from tests.server.listening.raw import Connect, head
from tests.server.waiting import SECONDS

EVALUATE = "/v1/cases:evaluate"
BODY: dict[str, Any] = {"case": SEIZURE}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """An installation in a folder of its own, whose changes are seen at once."""
    monkeypatch.setattr(protection, "LOOK_SECONDS", 0.02)
    folder = tmp_path / "world"
    folder.mkdir()
    return World(folder)


@asynccontextmanager
async def served(
    start: Start, world: World, certificate: str = "", **options: Any
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a server with callers; ``certificate``: with which it comes."""
    mutual = bool(certificate)
    async with start(**world.settings(mutual=mutual, **options)) as service:
        context: ssl.SSLContext | bool = False
        url = service.running.http
        if url.startswith("https"):
            context = ssl.create_default_context(cafile=str(world.folder / "ca.pem"))
            url = url.replace("127.0.0.1", "localhost")
            if certificate:
                world.client(certificate).write(world.folder, certificate)
                names = [str(world.folder / f"{certificate}.{end}") for end in ("pem", "key")]
                context.load_cert_chain(*names)
        async with httpx.AsyncClient(base_url=url, verify=context, timeout=SECONDS) as client:
            yield client


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def test_by_token(start: Start, world: World) -> None:
    async with served(start, world) as client:
        found = await client.post(EVALUATE, json=BODY, headers=bearer(world.token()))
        assert found.status_code == 200
        assert found.headers["strict-transport-security"] == "max-age=31536000"
        nobody = await client.post(EVALUATE, json=BODY)
        assert nobody.status_code == 401
        assert nobody.headers["www-authenticate"] == 'Bearer realm="linkage"'
        assert nobody.json()["details"][0]["reason"] == "CREDENTIALS_MISSING"
        staff = await client.post(
            EVALUATE, json=BODY, headers=bearer(world.token(sub="staff", groups="writers"))
        )
        assert (staff.status_code, staff.json()["details"][0]["reason"]) == (403, "PERMISSION_DENIED")


async def test_by_api_key(start: Start, world: World) -> None:
    """In a header of its own, or as a bearer's; one that is given twice is none."""
    _, key = world.api_key("court")
    async with served(start, world, keys=True, tls=False) as client:
        for headers in ({"x-api-key": key}, bearer(key)):
            assert (await client.post(EVALUATE, json=BODY, headers=headers)).status_code == 200
        both = await client.post(EVALUATE, json=BODY, headers={"x-api-key": key} | bearer(key))
        assert (both.status_code, both.json()["code"]) == (401, 16)
        wrong = await client.post(EVALUATE, json=BODY, headers={"x-api-key": key[:-1]})
        assert wrong.status_code == 401
        assert "strict-transport-security" not in wrong.headers


async def test_by_certificate(start: Start, world: World) -> None:
    async with served(start, world, certificate="court") as client:
        assert (await client.post(EVALUATE, json=BODY)).status_code == 200
    async with served(start, world, certificate="stranger") as client:
        found = await client.post(EVALUATE, json=BODY)
        assert (found.status_code, found.json()["details"][0]["reason"]) == (401, "CREDENTIALS_REFUSED")


async def test_a_department_sees_its_own(start: Start, world: World) -> None:
    async with served(start, world, certificate="police") as client:
        found = (await client.post(EVALUATE, json=BODY)).json()["decision"]
    bearers = {body["code"] for duty in found["obligations"] for body in duty["bearers"]}
    assert bearers == {"traffic_police"}


async def test_nobody_is_waited_for_who_may_not_call(start: Start, world: World, connect: Connect) -> None:
    """They are refused by their headers; the body, which would be megabytes, is not asked for."""
    async with start(**world.settings(tls=False)) as service:
        wire = await connect(service.running.http.partition("//")[2])
        asks = {"content_type": "application/json", "content_length": 4_000_000, "expect": "100-continue"}
        wire.send(head(EVALUATE, "POST", **asks))
        assert (await wire.answer()).status == 401


async def test_limits_of_a_caller(start: Start, world: World) -> None:
    world.write_callers(
        CALLERS.replace(
            "rights: [{role: integrator, districts: [qiaonan]}]",
            "rights: [{role: integrator, districts: [qiaonan]}]\n"
            "    limits: {calls_per_second: 0.5, burst: 2}",
        )
    )
    async with served(start, world, tls=False) as client:
        headers = bearer(world.token())
        found = [await client.post(EVALUATE, json=BODY, headers=headers) for _ in range(3)]
    assert [each.status_code for each in found] == [200, 200, 429]
    details = found[2].json()["details"]
    assert details[0]["reason"] == "CALLER_LIMIT"
    assert details[1]["@type"].endswith("RetryInfo")
    assert found[2].headers["retry-after"] == "2"


async def test_streams_have_the_same_callers(start: Start, world: World) -> None:
    async with served(start, world, tls=False) as client:
        body = lines({"key": "1", "request": BODY})
        headers = {"content-type": "application/x-ndjson"}
        refused = await client.post("/v1/cases:evaluateStream", content=body, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (401, 16)
        found = await client.post(
            "/v1/cases:evaluateStream", content=body, headers=headers | bearer(world.token())
        )
        assert json.loads(found.text)["key"] == "1"


async def test_what_is_described_says_who_has_to_say_who_calls(start: Start, world: World) -> None:
    async with served(start, world, tls=False) as client:
        document = (await client.get("/openapi.json")).json()
    assert document["security"] == [{"bearer": []}, {"apiKey": []}, {"mutualTls": []}]
    assert "401" in document["paths"]["/v1/packs"]["get"]["responses"]


async def test_schemas_may_be_kept_back(start: Start) -> None:
    async with start(reflection=False) as service, httpx.AsyncClient(base_url=service.running.http) as client:
        assert (await client.get("/openapi.json")).status_code == 404
        assert "openapi" not in (await client.get("/")).text


async def test_pages_of_other_sites(start: Start) -> None:
    """They may call where that is allowed; where nobody is, a browser is not told that they may."""
    asks = {
        "origin": "https://example.com",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type, authorization",
    }
    for origins, allowed in (("", None), ("https://example.com", "https://example.com")):
        options = {"http__cors_origins": origins} if origins else {}
        async with start(**options) as service, httpx.AsyncClient(base_url=service.running.http) as client:
            found = await client.options(EVALUATE, headers=asks)
            assert found.headers.get("access-control-allow-origin") == allowed
            answer = await client.post(EVALUATE, json=BODY, headers={"origin": "https://example.com"})
            assert answer.headers.get("access-control-allow-origin") == allowed
            other = await client.post(EVALUATE, json=BODY, headers={"origin": "https://example.com:8443"})
            assert "access-control-allow-origin" not in other.headers


async def test_an_address_that_others_reach_needs_protection(start: Start) -> None:
    with pytest.raises(ExposedError) as caught:
        async with start(http__address="0.0.0.0:0"):
            pass
    assert caught.value.address == "0.0.0.0:0"


async def test_off(start: Start) -> None:
    async with start(http__address="off") as service:
        assert service.running.http == ""
