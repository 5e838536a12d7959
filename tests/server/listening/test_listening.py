"""Connections that behave, and those that do not: what the application sees, and what it never does."""

from __future__ import annotations

import asyncio
import io
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from server.identity.development import authority, client_pair, server_pair
from server.identity.transport import Transport
from server.listening import ConnectionLimits, Listener, ListenError, listening
from server.listening import listener as module
from server.listening.connection import MAX_HEAD_BYTES, MAX_HEADERS
from server.settings.config import TlsSettings
from server.settings.logs import Level, configure
from tests.server.listening.raw import Connect, head
from tests.server.logging_state import restored_logging
from tests.server.waiting import until


class Application:
    """Answers what it is asked by the path."""

    def __init__(self) -> None:
        self.scopes: list[Any] = []
        self.go_on = asyncio.Event()
        self.cancelled = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scopes.append(scope)
        body = b""
        if scope["path"] == "/fail":
            raise ZeroDivisionError("of Zhang San")
        if scope["path"] == "/wait":
            try:
                await self.go_on.wait()
            except asyncio.CancelledError:
                self.cancelled.set()
                raise
        elif scope["path"] == "/much":
            body = bytes(8 * 1024 * 1024)
        elif scope["path"] != "/early":
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return
                body += message["body"]
                more = message["more_body"]
        headers = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


Begin = Callable[..., AbstractAsyncContextManager[tuple[Listener, Application]]]


@pytest.fixture
def begin(monkeypatch: pytest.MonkeyPatch) -> Begin:
    """Begins to listen; options are those of the limits, and of ``listening``."""
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.01)

    @asynccontextmanager
    async def beginning(
        address: str = "127.0.0.1:0", transport: Transport | None = None, **limits: Any
    ) -> AsyncIterator[tuple[Listener, Application]]:
        application = Application()
        async with listening(address, application, ConnectionLimits(**limits), transport) as listener:
            yield listener, application

    return beginning


async def test_requests_on_one_connection(begin: Begin, connect: Connect) -> None:
    async with begin() as (listener, _):
        wire = await connect(listener.address)
        for text in (b"one", b"two"):
            wire.send(head(method="POST", content_length=3) + text)
            answer = await wire.answer()
            assert (answer.status, answer.body) == (200, text)
            assert answer.headers["date"].endswith("GMT")
            assert "server" not in answer.headers
        assert (listener.open, listener.accepted, listener.refused) == (1, 1, 0)
        wire.close()
        await until(lambda: listener.open == 0)


async def test_requests_sent_at_once_are_answered_in_order(begin: Begin, connect: Connect) -> None:
    async with begin() as (listener, _):
        wire = await connect(listener.address)
        wire.send(b"".join(head(method="POST", content_length=1) + b"%d" % i for i in range(8)))
        assert [(await wire.answer()).body for _ in range(8)] == [b"%d" % i for i in range(8)]


async def test_a_client_that_would_rather_speak_http2(begin: Begin, connect: Connect) -> None:
    """Java's asks so at every request, with its body right behind."""
    async with begin() as (listener, application):
        wire = await connect(listener.address)
        asks = {"connection": "Upgrade, HTTP2-Settings", "upgrade": "h2c", "http2_settings": "AAEAAEAAAAIA"}
        for text in (b"first", b"again"):
            wire.send(head("/x?a=b", "POST", **asks, content_length=5, authorization="Bearer x") + text)
            assert (await wire.answer()).body == text
        assert [scope["query_string"] for scope in application.scopes] == [b"a=b", b"a=b"]
        assert (b"authorization", b"Bearer x") in application.scopes[0]["headers"]


MALFORMED = {
    "no http": b"hello\r\n\r\n",
    "http/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "no length": head(method="POST", content_length="x"),
    "two lengths": head(method="POST", content_length=1)[:-2] + b"content-length: 2\r\n\r\n",
    "length and pieces": head(method="POST", content_length=1, transfer_encoding="chunked"),
    "a line folded": head()[:-2] + b"a: b\r\n c\r\n\r\n",
    "no utf-8": head().replace(b"GET /", b"GET /\xff"),
    "connect": head("localhost:1", "CONNECT"),
    "unknown method": head(method="FROB"),
    "a bad piece": head(method="POST", transfer_encoding="chunked") + b"zz\r\n",
}


@pytest.mark.parametrize("name", MALFORMED)
async def test_what_is_no_http(begin: Begin, name: str, connect: Connect) -> None:
    async with begin() as (listener, _):
        wire = await connect(listener.address)
        wire.send(MALFORMED[name])
        answer = await wire.answer()
        assert (answer.status, answer.reason) == (400, "HTTP_MALFORMED")
        assert answer.headers["connection"] == "close"
        assert await wire.ended() == b""


async def test_what_came_before_is_answered(begin: Begin, connect: Connect) -> None:
    async with begin() as (listener, application):
        wire = await connect(listener.address)
        wire.send(head("/wait") + head(method="POST", content_length=2) + b"ok" + b"?\r\n\r\n" + head())
        await until(lambda: len(application.scopes) == 1)
        application.go_on.set()
        assert (await wire.answer()).status == 200
        assert (await wire.answer()).body == b"ok"
        assert (await wire.answer()).reason == "HTTP_MALFORMED"
        assert await wire.ended() == b""


@pytest.mark.parametrize("hosts", [b"", b"host: a\r\nhost: b\r\n"])
async def test_hosts(begin: Begin, hosts: bytes, connect: Connect) -> None:
    async with begin() as (listener, application):
        wire = await connect(listener.address)
        wire.send(b"GET / HTTP/1.1\r\naccept-language: en-GB\r\n" + hosts + b"\r\n")
        answer = await wire.answer()
        assert (answer.status, answer.reason) == (400, "HTTP_HOST")
        assert "header Host" in answer.json["message"]
        assert application.scopes == []


HEADS = {
    "many": b"".join(b"x-%d: y\r\n" % i for i in range(MAX_HEADERS + 1)),
    "large": b"x: " + bytes([120]) * MAX_HEAD_BYTES + b"\r\n\r\n",
    "endless": b"x: " + bytes([120]) * 4 * MAX_HEAD_BYTES,
}


@pytest.mark.parametrize("name", HEADS)
async def test_heads_that_are_too_large(begin: Begin, name: str, connect: Connect) -> None:
    async with begin() as (listener, application):
        wire = await connect(listener.address)
        sent = head()[:-2] + HEADS[name]
        for at in range(0, len(sent), 4096):  # in pieces, as an attacker's would come
            wire.send(sent[at : at + 4096])
            await asyncio.sleep(0)
        answer = await wire.answer()
        assert (answer.status, answer.reason) == (431, "HTTP_HEAD_TOO_LARGE")
        assert application.scopes == []


async def test_an_address_that_is_too_long(begin: Begin, connect: Connect) -> None:
    async with begin() as (listener, _):
        wire = await connect(listener.address)
        wire.send(b"GET /" + b"x" * MAX_HEAD_BYTES + b" HTTP/1.1\r\n")
        assert (await wire.answer()).status == 431


async def test_a_head_that_comes_slowly(begin: Begin, connect: Connect) -> None:
    async with begin(head_seconds=0.05) as (listener, application):
        wire = await connect(listener.address)
        wire.send(head()[:-2])
        answer = await wire.answer()
        assert (answer.status, answer.reason) == (408, "HTTP_TOO_SLOW")
        assert application.scopes == []


async def test_whoever_says_nothing_is_let_go(begin: Begin, connect: Connect) -> None:
    async with begin(head_seconds=0.05) as (listener, _):
        wire = await connect(listener.address)
        assert await wire.ended() == b""


async def test_a_body_that_does_not_come(begin: Begin, connect: Connect) -> None:
    async with begin(still_seconds=0.05) as (listener, _):
        wire = await connect(listener.address)
        wire.send(head(method="POST", content_length=10) + b"12345")
        assert await wire.ended() == b""
        await until(lambda: listener.running == 0)


async def test_an_answer_that_nobody_reads(begin: Begin, connect: Connect) -> None:
    async with begin(head_seconds=0.2) as (listener, application):
        wire = await connect(listener.address)
        wire.reader._transport.pause_reading()  # type: ignore[attr-defined]
        wire.send(head("/much"))
        await until(lambda: len(application.scopes) == 1)
        await until(lambda: listener.open == 0)


async def test_an_answer_before_the_body_is_read(begin: Begin, connect: Connect) -> None:
    """The client finds it although it goes on sending, and the connection can be used again."""
    size = 4 * 1024 * 1024
    async with begin() as (listener, _):
        wire = await connect(listener.address)
        wire.send(head("/early", "POST", content_length=size))
        assert (await wire.answer()).status == 200
        wire.send(bytes(size))
        wire.send(head(method="POST", content_length=2) + b"ok")
        assert (await wire.answer()).body == b"ok"


async def test_a_body_without_end_after_its_answer(begin: Begin, connect: Connect) -> None:
    async with begin() as (listener, _):
        wire = await connect(listener.address)
        wire.send(head("/early", "POST", transfer_encoding="chunked"))
        assert (await wire.answer()).status == 200

        async def sending() -> None:
            while True:
                wire.send(b"10000\r\n" + bytes(0x10000) + b"\r\n")
                await wire.writer.drain()

        with pytest.raises(ConnectionError):
            await sending()


async def test_a_body_that_was_not_wanted(begin: Begin, connect: Connect) -> None:
    async with begin() as (listener, _):
        wire = await connect(listener.address)
        wire.send(head("/early", "POST", content_length=5, expect="100-continue"))
        assert (await wire.answer()).status == 200
        assert await wire.ended() == b""


async def test_the_longest_waiting_makes_room(begin: Begin, connect: Connect) -> None:
    async with begin(connections=2) as (listener, application):
        busy, idle, third = [await connect(listener.address) for _ in range(3)]
        assert await busy.ended() == b""  # it had asked nothing yet
        idle.send(head("/wait"))
        third.send(head("/wait"))
        await until(lambda: len(application.scopes) == 2)
        late = await connect(listener.address)
        answer = await late.answer()
        assert (answer.status, answer.reason) == (503, "HTTP_CONNECTIONS")
        assert answer.headers["retry-after"] == "1"
        assert listener.refused == 1
        application.go_on.set()
        assert (await idle.answer()).status == 200


async def test_one_address_has_a_share(begin: Begin, connect: Connect) -> None:
    async with begin(share=1, connections=9) as (listener, application):
        first = await connect(listener.address)
        second = await connect(listener.address)
        assert await first.ended() == b""
        second.send(head("/wait"))
        await until(lambda: len(application.scopes) == 1)
        assert (await (await connect(listener.address)).answer()).status == 503
        application.go_on.set()
        assert (await second.answer()).status == 200


async def test_what_runs_is_finished(begin: Begin, connect: Connect) -> None:
    async with begin() as (listener, application):
        asks, idle = await connect(listener.address), await connect(listener.address)
        asks.send(head("/wait"))
        await until(lambda: len(application.scopes) == 1)
        draining = asyncio.create_task(listener.drain(grace=60))
        assert await idle.ended() == b""
        with pytest.raises(OSError, match=r"refused|failed|Connect"):
            await connect(listener.address)
        application.go_on.set()
        answer = await asks.answer()
        assert (answer.status, answer.headers["connection"]) == (200, "close")
        await draining
        assert listener.open == 0


async def test_what_does_not_end_is_cut_off(begin: Begin, connect: Connect) -> None:
    async with begin() as (listener, application):
        wire = await connect(listener.address)
        wire.send(head("/wait"))
        await until(lambda: len(application.scopes) == 1)
        await listener.drain(grace=0.01)
        assert application.cancelled.is_set()
        assert listener.running == listener.open == 0
        await wire.ended()


async def test_what_nobody_waits_for_is_cancelled(begin: Begin, connect: Connect) -> None:
    async with begin() as (listener, application):
        wire = await connect(listener.address)
        wire.send(head("/wait"))
        await until(lambda: len(application.scopes) == 1)
        wire.close()
        await application.cancelled.wait()
        await until(lambda: listener.running == listener.open == 0)


@pytest.mark.parametrize("address", ["nowhere", "127.0.0.1", ":1", "127.0.0.1:99999", "192.0.2.1:0"])
async def test_addresses_that_cannot_be_listened_on(begin: Begin, address: str) -> None:
    with pytest.raises(ListenError):
        async with begin(address):
            pass


async def test_an_address_that_is_taken(begin: Begin) -> None:
    async with begin() as (listener, _):
        with pytest.raises(ListenError):
            async with begin(listener.address):
                pass


async def test_a_shared_port(begin: Begin, connect: Connect) -> None:
    application = Application()
    async with (
        listening("127.0.0.1:0", application, share_port=True) as first,
        listening(first.address, application, share_port=True) as second,
    ):
        wires = [await connect(first.address) for _ in range(64)]
        await until(lambda: first.accepted + second.accepted == 64)
        assert first.accepted
        assert second.accepted
        for wire in wires:
            wire.close()


class Certificates:
    """Files of an authority, a server and a client."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.authority = authority()
        self.authority.write(folder, "ca")
        server_pair(self.authority, ["localhost"]).write(folder, "server")
        client_pair(self.authority, "court").write(folder, "court")

    def transport(self, mutual: bool = False) -> Transport:
        """The server's side."""
        names = [str(self.folder / name) for name in ("server.pem", "server.key", "ca.pem")]
        return Transport(TlsSettings(names[0], names[1], names[2] if mutual else ""))

    def client(self, name: str = "") -> ssl.SSLContext:
        """The client's."""
        context = ssl.create_default_context(cafile=str(self.folder / "ca.pem"))
        if name:
            context.load_cert_chain(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        return context


async def test_certificates_of_clients(begin: Begin, tmp_path: Path, connect: Connect) -> None:
    certificates = Certificates(tmp_path)
    async with begin(transport=certificates.transport(mutual=True)) as (listener, application):
        wire = await connect(listener.address, certificates.client("court"))
        wire.send(head())
        assert (await wire.answer()).status == 200
        chain = application.scopes[0]["extensions"]["tls"]["client_cert_chain"]
        assert chain == [(tmp_path / "court.pem").read_text()]
        assert application.scopes[0]["scheme"] == "https"

        async def nobody() -> None:
            wire = await connect(listener.address, certificates.client())
            wire.send(head())
            await wire.answer()

        with pytest.raises((ssl.SSLError, ConnectionError, asyncio.IncompleteReadError)):
            await nobody()
        plain = await connect(listener.address)
        plain.send(head())
        assert b"HTTP" not in await plain.ended()
        assert len(application.scopes) == 1


async def test_certificates_that_change(begin: Begin, tmp_path: Path, connect: Connect) -> None:
    """New connections get the new one, old ones go on; files that cannot be used change nothing."""
    certificates = Certificates(tmp_path)
    transport = certificates.transport()
    async with begin(transport=transport) as (listener, _):
        old = await connect(listener.address, certificates.client())

        async def serial() -> int:
            wire = await connect(listener.address, certificates.client())
            shown = wire.writer.get_extra_info("peercert")["serialNumber"]
            wire.close()
            return int(shown, 16)

        before = await serial()
        for name in ("server.pem", "server.key"):
            (tmp_path / name).unlink()
        new = server_pair(certificates.authority, ["localhost"])
        new.write(tmp_path, "server")
        assert transport.refresh()
        while (found := await serial()) != new.certificate.serial_number:
            assert found == before
        old.send(head())
        assert (await old.answer()).status == 200


async def test_what_a_request_sets_is_not_the_next_ones(begin: Begin, connect: Connect) -> None:
    from server.identity.asking import Asking, answering, asking

    seen: list[str] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        seen.append(asking().request_id)
        answering(Asking(request_id="mine"))
        await send({"type": "http.response.start", "status": 204})
        await send({"type": "http.response.body"})

    async with listening("127.0.0.1:0", application) as listener:
        wire = await connect(listener.address)
        for _ in range(2):
            wire.send(head())
            assert (await wire.answer()).status == 204
    assert seen == ["", ""]


async def test_a_refusal_says_what_it_is(begin: Begin, connect: Connect) -> None:
    async with begin() as (listener, _):
        wire = await connect(listener.address)
        wire.send(b"?\r\n\r\n")
        answer = await wire.answer()
    assert json.loads(answer.body) == {
        "code": 3,
        "message": "这不是 HTTP/1.1 的请求",
        "details": [
            {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "HTTP_MALFORMED",
                "domain": "linkage.v1",
                "metadata": {},
            }
        ],
    }
    assert answer.headers["content-type"] == "application/json"


async def test_an_application_that_fails(begin: Begin, connect: Connect) -> None:
    """The client is told no more than that, and the log where."""
    log = io.StringIO()
    with restored_logging():
        configure(Level.INFO, log)
        async with begin() as (listener, _):
            wire = await connect(listener.address)
            wire.send(head("/fail"))
            answer = await wire.answer()
    assert (answer.status, answer.body) == (500, b"Internal Server Error")
    line = json.loads(log.getvalue())
    assert (line["event"], line["what"]) == ("unexpected_error", "http")
    assert line["error"].startswith("ZeroDivisionError at test_listening.py")
    assert "Zhang" not in log.getvalue()
