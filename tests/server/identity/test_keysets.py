"""Key sets at an address: fetched, rotated, and never more often than an issuer can bear."""

import asyncio
import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from server.identity import keysets
from server.identity.authentication import Authentication
from server.identity.caller import CallerLimits
from server.identity.callers import Issuer
from server.identity.keys import revoke_key
from server.identity.keysets import AT_LEAST_SECONDS, EVERY_SECONDS, KeySet
from server.identity.refusals import Unauthenticated
from server.identity.watched import FileError
from server.process import protection
from server.settings.logs import Level, configure
from tests.server.identity.test_credentials import Bringing
from tests.server.identity.world import CALLERS, World, bearer, eventually
from tests.server.logging_state import restored_logging


class Issuing:
    """An issuer's address: what it answers, and how often it was asked."""

    def __init__(self) -> None:
        self.status = 200
        self.body = b""
        self.asked = 0
        self.address = ""


@pytest.fixture
def issuing() -> Iterator[Issuing]:
    with answered(Issuing()) as found:
        yield found


@contextmanager
def answered(issuing: Issuing) -> Iterator[Issuing]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuing.asked += 1
            self.send_response(issuing.status)
            if issuing.status == 302:
                self.send_header("Location", issuing.address)
            self.end_headers()
            self.wfile.write(issuing.body)

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        issuing.address = f"http://127.0.0.1:{server.server_port}/jwks"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield issuing
        finally:
            server.shutdown()
            thread.join()


def published(world: World, *more: dict[str, Any]) -> bytes:
    return json.dumps({"keys": [*map(world.jwk, world.keys), *more]}).encode()


async def test_keys_are_fetched_as_often_as_is_good(world: World, issuing: Issuing) -> None:
    clock = [0.0]
    keys = KeySet(Issuer("sso", "i", "a", issuing.address), lambda: clock[0])
    issuing.body = published(world)
    keys.load()
    assert (list(keys.keys), issuing.asked) == (["k1"], 1)
    world.rotate("k1", "k2")
    issuing.body = published(world)
    for _ in range(50):  # a stranger's tokens with keys of its own
        assert not await keys.refresh(AT_LEAST_SECONDS)
    assert issuing.asked == 1
    clock[0] += AT_LEAST_SECONDS
    assert await keys.refresh(AT_LEAST_SECONDS)
    assert (sorted(keys.keys), issuing.asked) == (["k1", "k2"], 2)
    clock[0] += EVERY_SECONDS
    assert await keys.refresh()
    assert issuing.asked == 3


@pytest.mark.parametrize("wrong", ["error", "redirect", "no keys", "no JSON", "too long", "nobody"])
async def test_what_cannot_be_used_leaves_the_last_keys(wrong: str, world: World, issuing: Issuing) -> None:
    clock = [0.0]
    keys = KeySet(Issuer("sso", "i", "a", issuing.address), lambda: clock[0])
    issuing.body = published(world)
    keys.load()
    clock[0] += EVERY_SECONDS
    if wrong == "error":
        issuing.status = 500
    elif wrong == "redirect":
        issuing.status = 302
    elif wrong == "nobody":
        keys = KeySet(Issuer("sso", "i", "a", "http://127.0.0.1:1/jwks"), lambda: clock[0])
    else:
        issuing.body = {"no keys": b"{}", "no JSON": b"<html>", "too long": b" " * (keysets.MAX_BYTES + 1)}[
            wrong
        ]
    before = dict(keys.keys)
    assert not await keys.refresh()
    assert keys.keys == before
    with pytest.raises(FileError):
        keys.load()


def test_keys_of_other_uses_and_kinds_are_left_out(world: World, issuing: Issuing) -> None:
    secret = {"kty": "oct", "k": "AAAA", "kid": "shared"}
    encrypting = world.jwk("k1") | {"use": "enc", "kid": "encrypting"}
    unheard = {"kty": "XYZ", "kid": "unheard"}
    koblitz = world.jwk("k1") | {"crv": "secp256k1", "alg": "ES256K", "kid": "koblitz"}
    issuing.body = published(world, secret, encrypting, unheard, koblitz)
    keys = KeySet(Issuer("sso", "i", "a", issuing.address))
    keys.load()
    assert list(keys.keys) == ["k1"]


async def test_an_issuer_that_is_away_keeps_nobody_else_out(world: World, issuing: Issuing) -> None:
    """The service starts, others are served, the table may change; its tokens are good once it is back."""
    issuing.status = 500
    world.write_callers(CALLERS.replace("jwks.json", issuing.address))
    _, key = world.api_key("court")
    known = Authentication(world.folder / "callers.yaml", world.folder / "keys.json", CallerLimits())
    token = Bringing(bearer(world.token()))
    with pytest.raises(Unauthenticated):
        await known.caller(token)
    assert (await known.caller(Bringing(bearer(key)))).name == "court"
    asked = issuing.asked
    world.write_callers(CALLERS.replace("jwks.json", issuing.address).replace("  police:", "  gendarmes:"))
    await known.refresh()
    await known.refresh_key_sets()
    assert "gendarmes" in known.table.callers
    assert issuing.asked == asked  # the change of the table asked nobody
    issuing.status, issuing.body = 200, published(world)
    (keys,) = known.key_sets
    clock = keys.now() + AT_LEAST_SECONDS
    keys.now = lambda: clock
    assert (await known.caller(token)).name == "court"


async def test_an_issuer_that_hangs_keeps_no_revoked_key_in_use(
    world: World, issuing: Issuing, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuing.body = published(world)
    world.write_callers(CALLERS.replace("jwks.json", issuing.address))
    found, key = world.api_key("court")
    known = Authentication(world.folder / "callers.yaml", world.folder / "keys.json", CallerLimits())
    asked, over = threading.Event(), threading.Event()

    def hanging(_url: str) -> bytes:
        asked.set()
        over.wait()
        return issuing.body

    async def refused() -> bool:
        with suppress(Unauthenticated):
            await known.caller(Bringing(bearer(key)))
            return False
        return True

    monkeypatch.setattr(keysets, "_fetched", hanging)
    monkeypatch.setattr(protection, "LOOK_SECONDS", 0.01)
    (keys,) = known.key_sets
    clock = keys.now() + EVERY_SECONDS
    keys.now = lambda: clock
    following = asyncio.create_task(protection.Protection(None, known).follow())
    try:
        await eventually(lambda: answered_by(asked))
        revoke_key(world.folder / "keys.json", found, 1)
        await eventually(refused)
    finally:
        over.set()
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


async def answered_by(event: threading.Event) -> bool:
    return event.is_set()


async def test_a_file_that_went_away_is_told_once(world: World) -> None:
    stream = io.StringIO()
    with restored_logging():
        configure(Level.INFO, stream)
        keys = KeySet(Issuer("sso", "i", "a", str(world.folder / "jwks.json")))
        keys.load()
        (world.folder / "jwks.json").unlink()
        for _ in range(5):
            assert not await keys.refresh()
    assert stream.getvalue().count("key_set_refused") == 1
    assert list(keys.keys) == ["k1"]
