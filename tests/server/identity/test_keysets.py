"""Key sets at an address: fetched, rotated, and never more often than an issuer can bear."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from server.identity import keysets
from server.identity.callers import Issuer
from server.identity.keysets import AT_LEAST_SECONDS, EVERY_SECONDS, KeySet
from server.identity.watched import FileError
from tests.server.identity.world import World


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
