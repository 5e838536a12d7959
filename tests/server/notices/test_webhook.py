"""Webhooks against a real HTTP server: what is sent and signed, what an answer means, who is not called."""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
from datetime import UTC, datetime
from email.utils import format_datetime
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from policy.decide.decision import State
from policy.register import Handling, Kind, Why
from policy.time.moment import NANO
from server.identity.development import authority, server_pair
from server.notices.addresses import permitted
from server.notices.cloud import signer_of, trial_of
from server.notices.ports import Delivered, Gone, Notice, Outcome, TryAgain
from server.notices.webhook import Receiver, Webhook, outcome_of, seconds_of
from server.register.rows import Told
from tests.server.notices.receiving import (
    Behave,
    answering,
    endless,
    house,
    saying,
    silent,
    trickling,
)

LOOPBACK = (ip_network("127.0.0.0/8"),)
OLD, NEW = (f"whsec_{base64.b64encode(bytes((number,)) * 32).decode()}" for number in (1, 2))
PRIVATE = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
OWN = f"whsk_{base64.b64encode(b'k' * 32).decode()}"

TOLD = Told(
    7,
    "qiaonan",
    "c1",
    "o1",
    Kind.STATE,
    Why.TIME,
    1_709_341_200 * NANO,
    1_709_341_201 * NANO,
    "qiaonan.vehicle.notify",
    (),
    ("traffic_police", "court"),
    (State.PENDING, State.OVERDUE),
    (1_709_341_200 * NANO,) * 2,
    (Handling.OPEN,) * 2,
    "e7",
    bearers=("traffic_police",),
)
NOTICE = Notice("db-qiaonan-7", "db", "police", 1, TOLD, {"zh": "查扣车辆后通知法院", "en": "Tell the court"})


def now() -> int:
    """The receiver's own clock: signatures are good for some minutes."""
    return round(datetime.now(UTC).timestamp()) * NANO


def webhook(url: str, *secrets: str, **more: Any) -> Webhook:
    seconds = more.pop("seconds", 10.0)
    receiver = Receiver(url, tuple(map(signer_of, secrets or (OLD,))), more.pop("networks", LOOPBACK), **more)
    return Webhook(receiver, now, seconds)


async def sent(own: Webhook, notice: Notice = NOTICE) -> Outcome:
    try:
        return await own.send(notice)
    finally:
        await own.close()


async def test_a_notice_is_a_cloud_event_that_its_receiver_can_check() -> None:
    async with house() as there:
        own = webhook(there.url, OLD, NEW, OWN)
        assert await own.send(NOTICE) == await own.send(NOTICE) == Delivered()
        await own.close()
    assert there.connections == 1
    first, again = there.got
    assert first.body == again.body
    for secret in (OLD, NEW):  # whichever of the two it has, while one takes the other's place
        Verifier(secret).verify(first.body, first.headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(f"whsec_{base64.b64encode(b'x' * 32).decode()}").verify(first.body, first.headers)
    identity, at = first.headers["webhook-id"], first.headers["webhook-timestamp"]
    signed = next(each for each in first.headers["webhook-signature"].split() if each.startswith("v1a,"))
    PRIVATE.public_key().verify(
        base64.b64decode(signed.removeprefix("v1a,")), f"{identity}.{at}.".encode() + first.body
    )
    event = from_http_event(HTTPMessage(headers=first.headers, body=first.body))
    assert event.get_id() == identity == "db-qiaonan-7"
    assert event.get_type() == "linkage.obligation.overdue.v1"
    assert event.get_source() == "/linkage/db/districts/qiaonan"
    assert event.get_subject() == "o1"
    assert event.get_time() == datetime(2024, 3, 2, 1, 0, tzinfo=UTC)
    assert event.get_extension("sequence") == "00000000000000000007"
    data: Any = event.get_data()
    assert data["title"] == "查扣车辆后通知法院"
    assert (data["state"], data["etag"], data["dueAt"]) == ("STATE_OVERDUE", "e7", "2024-03-02T01:00:00Z")
    assert data["bearers"] == ["traffic_police"]


ANSWERS: list[tuple[Behave, Outcome]] = [
    (answering(200, body=b"ok"), Delivered()),
    (answering(204), Delivered()),
    (answering(202, "retry-after: 9"), Delivered()),
    (endless, Delivered()),
    (answering(301, "location: http://127.0.0.1:1/"), TryAgain(None, "http_301")),
    (answering(308, "location: https://example.com/"), TryAgain(None, "http_308")),
    (answering(400), TryAgain(None, "http_400")),
    (answering(410), Gone("http_410")),
    (answering(429, "retry-after: 120"), TryAgain(120.0, "http_429")),
    (answering(503, "retry-after: soon"), TryAgain(None, "http_503")),
    (answering(500, body=b"<html>" * 1000), TryAgain(None, "http_500")),
    (answering(99), TryAgain(None, "no_http")),
    (saying(b""), TryAgain(None, "no_http")),
    (saying(b"\x00\xff nonsense \r\n\r\n"), TryAgain(None, "no_http")),
    (saying(b"SSH-2.0-OpenSSH\r\n"), TryAgain(None, "no_http")),
    (saying(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab"), TryAgain(None, "no_http")),
    (saying(b"HTTP/1.1 200 OK\r\nx: " + b"y" * 200_000), TryAgain(None, "no_http")),
]


@pytest.mark.parametrize(("behave", "outcome"), ANSWERS)
async def test_what_an_answer_means(behave: Behave, outcome: Outcome) -> None:
    async with house() as there:
        there.behave = behave
        assert await sent(webhook(there.url)) == outcome
    assert [each.line for each in there.got] == ["POST /linkage HTTP/1.1"]


@pytest.mark.parametrize("behave", [silent, trickling])
async def test_who_answers_slowly_is_not_waited_for(behave: Behave) -> None:
    async with house() as there:
        there.behave = behave
        outcome = await sent(webhook(there.url, seconds=0.2))
        # A body that only trickles says nothing that is not known already.
        assert outcome == TryAgain(None, "timeout")


async def test_who_is_not_there_is_tried_again() -> None:
    async with house() as there:
        pass
    assert await sent(webhook(there.url)) == TryAgain(None, "unreachable")
    assert await sent(webhook("http://nobody.example/")) == TryAgain(None, "unreachable")


async def test_only_certificates_of_a_trusted_authority_will_do(tmp_path: Path) -> None:
    own = authority()
    own.write(tmp_path, "ca")
    server_pair(own, ["127.0.0.1"]).write(tmp_path, "server")
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trust.load_cert_chain(tmp_path / "server.pem", tmp_path / "server.key")
    async with house(trust) as there:
        url = there.url.replace("http://", "https://")
        assert await sent(webhook(url)) == TryAgain(None, "tls")
        assert there.got == []
        known = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
        assert await sent(webhook(url, trust=known)) == Delivered()
        # The same house under a name that its certificate does not say.
        other = webhook(url.replace("127.0.0.1", "localhost"), trust=known)
        assert await sent(other) == TryAgain(None, "tls")


HOUSES = (
    "127.0.0.1",
    "localhost",
    "[::1]",
    "0.0.0.0",  # noqa: S104
    "2130706433",
    "[::ffff:127.0.0.1]",
)


@pytest.mark.parametrize("host", HOUSES)
async def test_nobody_within_is_called(host: str) -> None:
    async with house() as there:
        url = there.url.replace("127.0.0.1", host)
        assert await sent(webhook(url, networks=())) == TryAgain(None, "forbidden_address")
        assert (there.got, there.connections) == ([], 0)


INSIDE = (
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.168.1.1",
    "0.0.0.0",  # noqa: S104
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fd00::1",
    "ff02::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "2002:a00:1::1",
)


@pytest.mark.parametrize("address", INSIDE)
def test_what_lies_within_must_be_named(address: str) -> None:
    found = ip_address(address)
    assert not permitted(found, ())
    assert not permitted(found, (ip_network("198.51.100.0/24"),))
    assert permitted(found, (ip_network(f"{address}/{found.max_prefixlen}"),))


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_the_internet_may_be_called(address: str) -> None:
    assert permitted(ip_address(address), ())


AT = 1_709_341_200


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        (" 120 ", 120.0),
        (format_datetime(datetime.fromtimestamp(AT + 60, UTC), usegmt=True), 60.0),
        (format_datetime(datetime.fromtimestamp(AT - 60, UTC), usegmt=True), 0.0),
        ("", None),
        ("-1", None),
        ("1e9", None),
        ("٣", None),
        ("soon", None),
        ("Fri, 99 Foo 2024", None),
    ],
)
def test_when_to_come_back(text: str, seconds: float | None) -> None:
    assert seconds_of(text, AT * NANO) == seconds


@given(st.integers(0, 999), st.text(max_size=40))
def test_every_answer_means_something(status: int, after: str) -> None:
    found = outcome_of(status, after, AT * NANO)
    assert isinstance(found, Delivered) == (200 <= status < 300)
    assert isinstance(found, Gone) == (status == 410)
    if isinstance(found, TryAgain):
        assert found.after is None or found.after >= 0.0


async def test_many_at_once_share_connections() -> None:
    async with house() as there:
        own = webhook(there.url)
        assert set(await asyncio.gather(*(own.send(NOTICE) for _ in range(20)))) == {Delivered()}
        await own.close()
    assert len(there.got) == 20


def test_a_trial_says_nothing() -> None:
    assert json.loads(trial_of("x", AT * NANO))["type"] == "linkage.test.v1"
