"""Who calls, by what they bring: each good credential names its caller, each bad one is refused."""

import asyncio
import base64
import io
import json
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import RSAAlgorithm

from linkage.v1 import policy_service_pb2 as api
from server.api import guard
from server.identity.authentication import Authentication
from server.identity.caller import CallerLimits
from server.identity.development import DAYS, authority
from server.identity.keys import read_keys, revoke_key
from server.identity.refusals import Unauthenticated, Why
from server.identity.watched import FileError
from server.settings.logs import Level, configure
from server.store.decisions import DecisionStore
from tests.server.cases import request
from tests.server.conftest import Start
from tests.server.identity.world import CALLERS, ISSUER, World, bearer, eventually, parts, replace
from tests.server.logging_state import restored_logging
from tests.server.logs import open_keyed

NOW, DAY = int(time.time()), 86_400
"""A whole run of the tests lies between the two, however slow the machine."""


def unsigned(world: World) -> str:
    """The oldest trick: a token that says it needs no signature."""
    return jwt.encode({"iss": ISSUER, "aud": "linkage", "sub": "court", "exp": NOW + DAY}, "", "none")


def shared_secret(world: World) -> str:
    """Signed with the public key as if it were a shared secret (algorithm confusion)."""
    head = base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "kid": "k1"}).encode()).rstrip(b"=")
    return ".".join((head.decode(), *world.token().split(".")[1:]))


def stranger(world: World) -> str:
    """Another key under a known name."""
    claims = {"iss": ISSUER, "aud": "linkage", "sub": "court", "exp": NOW + DAY}
    return jwt.encode(claims, ec.generate_private_key(ec.SECP256R1()), "ES256", headers={"kid": "k1"})


def other_kind(world: World) -> str:
    """An RSA signature under the name of a key for elliptic curves."""
    claims = {"iss": ISSUER, "aud": "linkage", "sub": "court", "exp": NOW + DAY}
    return jwt.encode(claims, rsa.generate_private_key(65537, 2048), "RS256", headers={"kid": "k1"})


def changed(world: World) -> str:
    head, _, signature = world.token().split(".")
    body = base64.urlsafe_b64encode(
        json.dumps({"iss": ISSUER, "aud": "linkage", "sub": "staff", "exp": NOW + DAY}).encode()
    )
    return ".".join((head, body.rstrip(b"=").decode(), signature))


BAD: dict[str, tuple[Callable[[World], str], str]] = {
    "unsigned": (unsigned, "algorithm"),
    "shared secret": (shared_secret, "algorithm"),
    "a stranger's signature": (stranger, "signature"),
    "a signature of another kind": (other_kind, "algorithm"),
    "changed after it was signed": (changed, "signature"),
    "expired": (lambda world: world.token(exp=NOW - 60), "expired"),
    "not yet valid": (lambda world: world.token(nbf=NOW + DAY), "not_yet_valid"),
    "without an end": (lambda world: world.token(exp=None), "claims"),
    "for another service": (lambda world: world.token(aud="other"), "audience"),
    "for nobody": (lambda world: world.token(aud=None), "claims"),
    "of another issuer": (lambda world: world.token(iss="https://example.com/other"), "issuer"),
    "of no issuer": (lambda world: world.token(iss=None), "issuer"),
    "of a key that is not published": (lambda world: world.token(headers={"kid": "k9"}), "unknown_key"),
    "whose subject is a list": (lambda world: world.token(sub=None, groups="police"), "claims"),
    "whose subject has spaces": (lambda world: world.token(sub="张 三", groups="police"), "claims"),
    "of nobody known": (lambda world: world.token(sub="nobody"), "unknown_caller"),
    "of half of what is asked": (lambda world: world.token(sub="staff"), "unknown_caller"),
    "that is none": (lambda world: "x.y.z", "malformed"),
    "that is empty": (lambda world: "", "malformed"),
    "that is very long": (lambda world: world.token(pad="x" * 5000), "malformed"),
    "an API key of nobody": (lambda world: f"lk_{'0' * 12}_{'A' * 43}", "unknown_key"),
    "an API key cut short": (lambda world: "lk_00", "malformed"),
}


@pytest.mark.parametrize("name", BAD)
async def test_bad_tokens(name: str, start: Start, world: World) -> None:
    make, why = BAD[name]
    stream = io.StringIO()
    with restored_logging():
        configure(Level.INFO, stream)
        async with start(**world.settings(tls=False)) as service:
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await service.stub.Evaluate(request(), metadata=bearer(make(world)))
    assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    told = [line for line in lines if line["event"] == "call"]
    assert [line["why"] for line in told] == [why]
    assert told[0]["reason"] == ("TOKEN_EXPIRED" if why == "expired" else "CREDENTIALS_REFUSED")
    assert "caller" not in told[0]


async def test_no_credentials_and_too_many(start: Start, world: World) -> None:
    good = bearer(world.token())
    async with start(**world.settings(tls=False)) as service:
        for metadata in ((), good * 2, (("authorization", f"Basic {world.token()}"),)):
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await service.stub.Evaluate(request(), metadata=metadata)
            assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
        await service.stub.Evaluate(request(), metadata=good)
        await service.stub.Evaluate(request(), metadata=good)  # from what is remembered


async def test_refusals_are_told_in_the_callers_language(start: Start, world: World) -> None:
    async with start(**world.settings(tls=False)) as service:
        said = {"en-GB,en": "the call does not say", "zh-CN": "请求没有说明", "": "请求没有说明"}
        for language, words in said.items():
            call = service.stub.Evaluate(request(), metadata=(("accept-language", language),))
            assert (await call.details()).startswith(words)


async def test_what_is_remembered_ends(world: World) -> None:
    """A token that was verified is not verified again, and still expires; so does a certificate."""
    now = int(time.time())
    clock = [float(now)]
    known = Authentication(world.folder / "callers.yaml", None, CallerLimits(), lambda: clock[0])
    by_token = Bringing(bearer(world.token(exp=now + 300)))
    by_certificate = Bringing((), parts(world.client("court"))[0])
    for context in (by_token, by_token, by_certificate):
        assert (await known.caller(context)).name == "court"
    clock[0] += DAYS * 86_400
    for context in (by_token, by_certificate):
        with pytest.raises(Unauthenticated) as caught:
            await known.caller(context)
        assert caught.value.why is Why.EXPIRED


async def test_what_is_remembered_ends_with_its_key(world: World) -> None:
    """A token with a new key brings the new set; from then on those of the old key are refused, at once."""
    known = Authentication(world.folder / "callers.yaml", None, CallerLimits())
    old = Bringing(bearer(world.token()))
    for _ in range(2):
        await known.caller(old)
    world.rotate("k2")
    await known.caller(old)  # nobody has looked at the file yet
    await known.caller(Bringing(bearer(world.token())))
    with pytest.raises(Unauthenticated) as caught:
        await known.caller(old)
    assert caught.value.why is Why.KEY


class Bringing:
    """A servicer's context as far as callers are told by it."""

    def __init__(self, metadata: tuple[tuple[str, str], ...], pem: bytes = b"") -> None:
        self._metadata = metadata
        self._pem = pem

    def invocation_metadata(self) -> tuple[tuple[str, str], ...]:
        return self._metadata

    def auth_context(self) -> dict[str, list[bytes]]:
        return {"x509_pem_cert": [self._pem]} if self._pem else {}

    def peer(self) -> str:
        return "ipv4:192.0.2.7:5000"


async def test_tokens_of_the_wrong_type(start: Start, world: World) -> None:
    """Where the issuer's access tokens say what they are, others of its tokens are none."""
    world.write_callers(CALLERS.replace("keys: jwks.json", "keys: jwks.json, type: at+jwt"))
    async with start(**world.settings(tls=False)) as service:
        for kind, code in (("at+jwt", grpc.StatusCode.OK), ("JWT", grpc.StatusCode.UNAUTHENTICATED)):
            for typ in (kind, f"application/{kind}"):
                token = world.token(headers={"kid": "k1", "typ": typ})
                call = service.stub.ListPacks(api.ListPacksRequest(), metadata=bearer(token))
                assert await call.code() is code


async def test_weak_keys_of_an_issuer(start: Start, world: World) -> None:
    """A key that is published and too short signs nothing that is believed."""
    keys = {bits: rsa.generate_private_key(65537, bits) for bits in (1024, 2048)}
    published = [
        RSAAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": str(bits)} for bits, key in keys.items()
    ]
    replace(world.folder / "jwks.json", json.dumps({"keys": published}).encode())
    claims = {"iss": ISSUER, "aud": "linkage", "sub": "court", "exp": NOW + DAY}
    async with start(**world.settings(tls=False)) as service:
        for bits, code in ((1024, grpc.StatusCode.UNAUTHENTICATED), (2048, grpc.StatusCode.OK)):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # PyJWT's, that the key is short
                token = jwt.encode(claims, keys[bits], "RS256", headers={"kid": str(bits)})
            call = service.stub.ListPacks(api.ListPacksRequest(), metadata=bearer(token))
            assert await call.code() is code


async def test_keys_of_an_issuer_rotate(start: Start, world: World) -> None:
    async with start(**world.settings(tls=False)) as service:

        async def accepted(token: str) -> bool:
            try:
                await service.stub.ListPacks(api.ListPacksRequest(), metadata=bearer(token))
            except grpc.aio.AioRpcError:
                return False
            return True

        old = world.token()
        await accepted(old)
        world.rotate("k1", "k2")
        new = world.token()
        await accepted(new)  # at once, before anybody has looked at the file again
        await accepted(old)
        world.rotate("k2")
        await eventually(lambda: accepted(old), False)
        await accepted(new)


async def test_api_keys(start: Start, world: World, database: str) -> None:
    identity, key = world.api_key("court")
    _, old = world.api_key("court", expires=NOW - 1)
    _, orphan = world.api_key("nobody")
    path = world.folder / "keys.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert key not in path.read_text()
    async with start(**world.settings(tls=False, keys=True), database=database) as service:
        await service.stub.Evaluate(request(), metadata=bearer(key))
        for bad in (old, orphan, key[:-1] + ("A" if key[-1] != "A" else "B"), f"{key}A"):
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await service.stub.Evaluate(request(), metadata=bearer(bad))
            assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
        _, later = world.api_key("court")
        assert revoke_key(path, identity, NOW)

        async def refused() -> bool:
            try:
                await service.stub.Evaluate(request(), metadata=bearer(key))
            except grpc.aio.AioRpcError as error:
                return error.code() is grpc.StatusCode.UNAUTHENTICATED
            return False

        await eventually(refused)
        await service.stub.Evaluate(request(), metadata=bearer(later))
    assert [bool(entry.revoked) for entry in read_keys(path)] == [True, False, False, False]


async def test_streams_end_with_their_credentials(
    start: Start, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was answered is answered; the next item finds that the key is no longer good."""
    monkeypatch.setattr(guard, "AGAIN_SECONDS", 0.0)
    identity, key = world.api_key("court")
    async with start(**world.settings(tls=False, keys=True)) as service:
        call: Any = service.stub.EvaluateStream(metadata=bearer(key))
        await call.write(api.EvaluateStreamRequest(request=request()))
        assert (await call.read()).result.HasField("decision")
        assert revoke_key(world.folder / "keys.json", identity, NOW)

        async def ended() -> bool:
            await call.write(api.EvaluateStreamRequest(request=request()))
            return await call.read() is grpc.aio.EOF

        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await eventually(ended)
        assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED


async def test_decisions_keep_who_asked(start: Start, world: World, database: str) -> None:
    async with start(**world.settings(tls=False), database=database) as service:
        for sub in ("zhang.san", "li.si"):
            metadata = (*bearer(world.token(sub=sub, groups=["x", "police"])), ("x-request-id", f"r-{sub}"))
            await service.stub.Evaluate(request(), metadata=metadata)
        await service.stub.Evaluate(request(), metadata=bearer(world.token()))
    engine, keys, _ = await open_keyed(database)
    found = [(row.caller, row.request_id) async for row in DecisionStore(engine, keys).scan()]
    await engine.dispose()
    assert found[:2] == [("police/zhang.san", "r-zhang.san"), ("police/li.si", "r-li.si")]
    assert found[2][0] == "court/court"
    assert len(found[2][1]) == 26


async def test_certificates(start: Start, world: World) -> None:
    async with start(**world.settings(mutual=True)) as service:
        address = service.running.address
        async with world.stub(address, world.client("court")) as stub:
            await stub.Evaluate(request())
            with pytest.raises(grpc.aio.AioRpcError) as caught:  # a bad token is not made good by it
                await stub.Evaluate(request(), metadata=bearer("x"))
            assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
        async with world.stub(address, world.client("stranger")) as stub:
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await stub.Evaluate(request())
            assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
        for wrong in (None, world.client("court", authority())):
            async with world.stub(address, wrong) as stub:
                with pytest.raises(grpc.aio.AioRpcError) as caught:
                    await stub.Evaluate(request(), timeout=5)
                assert caught.value.code() is grpc.StatusCode.UNAVAILABLE  # the handshake fails


async def test_callers_change_while_it_serves(start: Start, world: World, tmp_path: Path) -> None:
    async with start(**world.settings(tls=False)) as service:
        token = bearer(world.token())
        await service.stub.Evaluate(request(), metadata=token)
        text = (world.folder / "callers.yaml").read_text()
        world.write_callers("callers: [")  # cannot be used: the last good one stays
        await asyncio.sleep(0.1)
        await service.stub.Evaluate(request(), metadata=token)
        world.write_callers(text.replace("role: integrator", "role: operator"))

        async def denied() -> bool:
            try:
                await service.stub.Evaluate(request(), metadata=token)
            except grpc.aio.AioRpcError as error:
                return error.code() is grpc.StatusCode.PERMISSION_DENIED
            return False

        await eventually(denied)
        await service.stub.ListPacks(api.ListPacksRequest(), metadata=token)


@pytest.mark.parametrize(
    "entry",
    [
        {"id": "a", "caller": "c", "sha256": "0", "created": 1, "expires": "2027"},
        {"id": "a", "caller": 3, "sha256": "0", "created": 1},
        {"id": "a", "caller": "c", "sha256": "0", "created": 1, "revoked": True},
        {"id": "a"},
        "a",
    ],
)
def test_a_file_of_keys_that_a_hand_has_changed_is_refused_whole(entry: object, tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"keys": [entry]}), encoding="utf-8")
    with pytest.raises(FileError) as caught:
        read_keys(path)
    assert [fault.code for fault in caught.value.faults] == ["LNK938"]
