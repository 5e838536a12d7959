"""Credentials that are refused again and again: fewer are looked at, and nobody else is kept out."""

import asyncio
import io
import json
from collections import Counter
from typing import Any

import grpc
import pytest

from linkage.v1 import policy_service_pb2 as api
from server.identity.failures import MOST_PEERS, Failures
from server.identity.peers import host_of
from server.identity.tally import LINES, WINDOW_SECONDS, Tally
from server.settings.logs import Level, configure
from tests.server.conftest import Service, Start
from tests.server.identity.test_limits import details
from tests.server.identity.world import World, bearer
from tests.server.logging_state import restored_logging
from tests.server.waiting import SECONDS


def failures(clock: list[float], in_a_minute: int = 6) -> Failures:
    return Failures(in_a_minute, lambda: clock[0])


def test_so_many_in_a_minute_and_then_one_at_a_time() -> None:
    clock = [0.0]
    counted = failures(clock)
    for _ in range(6):
        assert counted.wait("a") == 0.0
        counted.count("a")
    assert counted.wait("a") == pytest.approx(10.0)
    assert counted.wait("b") == 0.0
    clock[0] += 4.0
    assert counted.wait("a") == pytest.approx(6.0)
    clock[0] += 6.0
    assert counted.wait("a") == 0.0
    counted.count("a")
    assert counted.wait("a") == pytest.approx(10.0)
    counted.count("a", -1)  # it was none
    assert counted.wait("a") == 0.0


def test_whoever_has_not_failed_for_long_is_forgotten() -> None:
    clock = [0.0]
    counted = failures(clock)
    counted.count("a")
    assert len(counted) == 1
    clock[0] += 10.0
    assert counted.wait("a") == 0.0
    assert len(counted) == 0
    counted.count("a")
    counted.count("a", -1)
    assert len(counted) == 0


def test_a_million_peers_take_no_more_memory_than_so_many() -> None:
    clock = [0.0]
    counted = failures(clock)
    for number in range(1_000_000):
        counted.count(f"peer {number}")
    assert len(counted) == MOST_PEERS
    assert counted.wait("peer 999999") == 0.0
    for _ in range(6):
        counted.count("peer 999999")
    assert counted.wait("peer 999999") > 0


@pytest.mark.parametrize(
    ("peer", "host"),
    [
        ("ipv4:192.0.2.7:5000", "192.0.2.7"),
        ("ipv6:%5B2001:db8::7%5D:5000", "2001:db8::/64"),
        ("ipv6:[2001:db8:0:0:1::7]:5000", "2001:db8::/64"),
        ("ipv6:[::ffff:192.0.2.7]:5000", "192.0.2.7"),
        ("ipv6:[fe80::1%25eth0]:5000", "fe80::/64"),
        ("unix:", "unix:"),
        ("unix:/run/x", "unix:/run/x"),
        ("ipv4:what", "ipv4:what"),
        ("", ""),
    ],
)
def test_the_machine_of_a_peer(peer: str, host: str) -> None:
    assert host_of(peer) == host


def told(stream: io.StringIO, name: str) -> list[dict[str, Any]]:
    return [line for line in map(json.loads, stream.getvalue().splitlines()) if line["event"] == name]


def test_a_flood_is_counted_and_told_once() -> None:
    clock, stream = [0.0], io.StringIO()
    tally = Tally(lambda: clock[0])
    with restored_logging():
        configure(Level.INFO, stream)
        own = sum(tally.line("signature", f"ipv4:192.0.2.{n % 7}:1") for n in range(LINES + 1000))
        assert not tally.line("peer_share", "ipv4:192.0.2.9:1", own=False)
        assert own == LINES
        tally.tell()
        assert stream.getvalue() == ""
        clock[0] += WINDOW_SECONDS
        tally.tell()
        assert tally.line("signature", "ipv4:192.0.2.1:1")  # a new window
        tally.tell(now=True)
    share, signature = told(stream, "calls_refused")
    assert (share["reason"], share["count"], share["peers"]) == ("peer_share", 1, 1)
    assert (signature["reason"], signature["count"], signature["peers"]) == ("signature", 1000, 7)
    assert signature["peer"] == "192.0.2.0"


async def answer(service: Service, credential: str) -> tuple[str, str, float]:
    """Status, reason, and when to come back."""
    try:
        await service.stub.ListPacks(api.ListPacksRequest(), metadata=bearer(credential))
    except grpc.aio.AioRpcError as error:
        info, seconds = details(error)
        return error.code().name, info.reason, seconds
    return "OK", "", 0.0


async def test_guessing_is_slowed_down_and_keeps_nobody_out(start: Start, world: World) -> None:
    identity, key = world.api_key("court")
    known, fresh = world.token(), world.token(sub="staff", groups="writers")
    bad, stream = world.token(sub="nobody"), io.StringIO()
    options: dict[str, Any] = {"limits__peer_failures": 5, **world.settings(tls=False, keys=True)}
    with restored_logging():
        async with start(**options) as service:
            configure(Level.INFO, stream)
            assert (await answer(service, known))[0] == "OK"
            ends = [await answer(service, bad) for _ in range(40)]
            counts = Counter(end[:2] for end in ends)
            assert counts["UNAUTHENTICATED", "CREDENTIALS_REFUSED"] >= 5
            assert counts["RESOURCE_EXHAUSTED", "TOO_MANY_FAILURES"] >= 25
            assert all(0 < end[2] <= 12 for end in ends if end[0] == "RESOURCE_EXHAUSTED")
            # Who shares the address: what was verified before, and what costs nothing to look at.
            assert (await answer(service, known))[0] == "OK"
            assert (await answer(service, key))[0] == "OK"
            assert (await answer(service, f"lk_{identity}_{'0' * 43}"))[1] == "TOO_MANY_FAILURES"
            # A token that is new must wait like everything that would have to be verified.
            assert (await answer(service, fresh))[1] in ("TOO_MANY_FAILURES", "")
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await service.stub.ListPacks(api.ListPacksRequest())
            assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED  # nothing was brought to fail
    refused = [line for line in told(stream, "call") if line["code"] != "OK"]
    assert len(refused) == counts["UNAUTHENTICATED", "CREDENTIALS_REFUSED"] + 1
    (line,) = told(stream, "calls_refused")
    assert (line["reason"], line["peer"]) == ("peer_failures", "127.0.0.1")
    assert line["count"] >= counts["RESOURCE_EXHAUSTED", "TOO_MANY_FAILURES"] + 1
    assert key not in stream.getvalue()


async def test_once_it_has_waited_a_new_token_is_looked_at(start: Start, world: World) -> None:
    bad = world.token(sub="nobody")
    options = {"limits__peer_failures": 600, **world.settings(tls=False)}  # ten in a second
    async with start(**options) as service, asyncio.timeout(SECONDS):
        while (await answer(service, bad))[1] != "TOO_MANY_FAILURES":
            pass
        fresh = world.token(sub="staff", groups="writers")
        while (await answer(service, fresh))[0] != "OK":
            pass
