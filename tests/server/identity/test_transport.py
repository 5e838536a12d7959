"""TLS: certificates change under running calls, what cannot be used stays out, nobody listens unprotected."""

import asyncio
import io
import json
import os
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import pytest

from linkage.v1 import policy_service_pb2 as api
from linkage.v1 import policy_service_pb2_grpc as stubs
from server.identity.development import authority, client_pair, server_pair
from server.identity.exposure import ExposedError, check_exposure, is_loopback
from server.identity.transport import Transport
from server.identity.watched import FileError
from server.process import app
from server.settings.config import TlsSettings, settings_from
from server.settings.logs import Level, configure
from tests.server.cases import request
from tests.server.conftest import Start
from tests.server.identity.world import CALLERS, World, eventually, parts, replace
from tests.server.logging_state import restored_logging
from tests.server.waiting import SECONDS


async def served(world: World, address: str) -> int:
    """The serial number of the certificate that a new connection is shown."""
    context = ssl.create_default_context(cafile=str(world.folder / "ca.pem"))
    context.set_alpn_protocols(["h2"])
    port = address.rpartition(":")[2]
    _, writer = await asyncio.open_connection(
        "127.0.0.1", int(port), ssl=context, server_hostname="localhost"
    )
    shown = writer.get_extra_info("peercert")
    writer.close()
    return int(shown["serialNumber"], 16)


async def test_certificates_rotate_under_running_calls(start: Start, world: World) -> None:
    async with start(**world.settings()) as service:
        address = service.running.address
        before = await served(world, address)
        async with world.channel(address) as channel:
            questions: asyncio.Queue[int | None] = asyncio.Queue()

            async def asked() -> AsyncIterator[api.EvaluateStreamRequest]:
                while (number := await questions.get()) is not None:
                    yield api.EvaluateStreamRequest(key=str(number), request=request(id=f"c{number}"))

            metadata = (("authorization", f"Bearer {world.token()}"),)
            answers: Any = stubs.PolicyServiceStub(channel).EvaluateStream(asked(), metadata=metadata)
            questions.put_nowait(1)
            assert (await answers.read()).key == "1"
            made = server_pair(world.authority, ["localhost"])
            pem, key = parts(made)
            replace(world.folder / "server.pem", pem)  # half of it: does not fit the key that is there
            await asyncio.sleep(0.1)
            assert await served(world, address) == before
            replace(world.folder / "server.key", key)

            async def new() -> bool:
                return await served(world, address) == made.certificate.serial_number

            await eventually(new)
            questions.put_nowait(2)  # on the old connection, in the call that was running all the time
            assert (await answers.read()).result.WhichOneof("result") == "decision"
            questions.put_nowait(None)
            assert await answers.read() is grpc.aio.EOF


async def test_authority_of_the_clients_rotates(start: Start, world: World) -> None:
    other = authority()
    async with start(**world.settings(mutual=True)) as service:
        address = service.running.address

        async def accepted() -> bool:
            async with world.stub(address, client_pair(other, "court")) as stub:
                try:
                    await stub.Evaluate(request(), timeout=5)
                except grpc.aio.AioRpcError:
                    return False
                return True

        assert not await accepted()
        both = parts(world.authority)[0] + parts(other)[0]
        replace(world.folder / "ca.pem", both)
        await eventually(accepted)
        async with world.stub(address, world.client("court")) as stub:
            await stub.Evaluate(request())


async def test_plain_text_is_not_answered(start: Start, world: World) -> None:
    async with start(**world.settings()) as service:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await service.stub.Evaluate(request(), timeout=2)
    assert caught.value.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)


async def test_ciphers(start: Start, world: World) -> None:
    """What gRPC offers below TLS 1.3: nothing without forward secrecy and authenticated encryption."""
    async with start(**world.settings()) as service:
        port = int(service.running.address.rpartition(":")[2])
        context = ssl.create_default_context(cafile=str(world.folder / "ca.pem"))
        context.set_alpn_protocols(["h2"])
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname="localhost")
        cipher = writer.get_extra_info("cipher")[0]
        writer.close()
        assert cipher.startswith("ECDHE")
        assert "GCM" in cipher or "CHACHA20" in cipher
        context.set_ciphers("AES256-SHA:AES128-SHA256:ECDHE-ECDSA-AES128-SHA")
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname="localhost")


def materials(world: World, what: str) -> TlsSettings:
    """Files with one thing wrong."""
    folder = world.folder
    pem, key, ca = folder / "server.pem", folder / "server.key", folder / "ca.pem"
    if what == "no key":
        key.unlink()
    elif what == "key of another certificate":
        key.write_bytes(parts(world.client("x"))[1])
    elif what == "no certificate":
        pem.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    elif what == "no authority":
        ca.write_bytes(b"")
    elif what == "expired":
        old = server_pair(world.authority, ["localhost"], days=0)
        pem.write_bytes(parts(old)[0])
        key.write_bytes(parts(old)[1])
    return TlsSettings(str(pem), str(key), str(ca))


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("no key", "LNK947"),
        ("key of another certificate", "LNK947"),
        ("no certificate", "LNK947"),
        ("no authority", "LNK947"),
        ("expired", "LNK950"),
    ],
)
def test_files_that_cannot_be_used(what: str, code: str, world: World) -> None:
    with pytest.raises(FileError) as caught:
        Transport(materials(world, what))
    assert [item.code for item in caught.value.faults] == [code]


def test_what_is_worth_a_warning(world: World) -> None:
    soon = server_pair(world.authority, ["localhost"], days=3)
    for name, data in zip(("server.pem", "server.key"), parts(soon), strict=True):
        (world.folder / name).write_bytes(data)
    os.chmod(world.folder / "server.key", 0o644)
    os.chmod(world.folder / "ca.pem", 0o664)
    stream = io.StringIO()
    with restored_logging():
        configure(Level.INFO, stream)
        Transport(materials(world, ""))
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(line["event"], line["code"]) for line in lines] == [
        ("certificate_expires", "LNK946"),
        ("key_file_readable", "LNK940"),
        ("file_writable", "LNK969"),
    ]


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone gives files away")
@pytest.mark.parametrize(
    ("owner", "mode", "warned"),
    [(0, 0o640, False), (0, 0o644, True), (10001, 0o640, True), (10001, 0o600, False)],
    ids=["root's, for the group", "root's, for everybody", "the service's, for the group", "the service's"],
)
def test_a_key_that_is_mounted_for_the_group(
    world: World, owner: int, mode: int, warned: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.chown(world.folder / "server.key", owner, 10001)
    os.chmod(world.folder / "server.key", mode)
    monkeypatch.setattr("server.identity.transport.os.geteuid", lambda: 10001)
    stream = io.StringIO()
    with restored_logging():
        configure(Level.INFO, stream)
        Transport(materials(world, ""))
    assert ("LNK940" in stream.getvalue()) is warned


@pytest.mark.parametrize(
    ("address", "loopback"),
    [
        ("127.0.0.1:1", True),
        ("127.8.9.10:1", True),
        ("localhost:1", True),
        ("[::1]:1", True),
        ("0.0.0.0:1", False),
        ("[::]:1", False),
        ("192.0.2.1:1", False),
        ("[::ffff:192.0.2.1]:1", False),
        ("2130706433:1", True),  # 127.0.0.1 as a number
        ("0:1", False),
        ("no-such-host.invalid:1", False),
    ],
)
def test_loopback_addresses(address: str, loopback: bool) -> None:
    assert is_loopback(address) is loopback


EXPOSED = {"address": "0.0.0.0:0"}


@pytest.mark.parametrize(
    ("options", "allowed"),
    [
        ({}, False),
        ({"tls.certificate": "c"}, False),
        ({"identity.callers": "c"}, False),
        ({"tls.certificate": "c", "identity.callers": "c"}, True),
        ({"insecure": "true"}, True),
    ],
)
def test_unprotected_addresses(options: dict[str, str], allowed: bool) -> None:
    settings = settings_from(options=EXPOSED | options)
    if allowed:
        check_exposure(settings)
    else:
        with pytest.raises(ExposedError):
            check_exposure(settings)


def test_insecure_is_said_loudly() -> None:
    stream = io.StringIO()
    with restored_logging():
        configure(Level.ERROR, stream)
        check_exposure(settings_from(options=EXPOSED | {"insecure": "true"}))
    (line,) = [json.loads(text) for text in stream.getvalue().splitlines()]
    assert (line["level"], line["event"], line["tls"], line["identity"]) == (
        "error",
        "insecure",
        False,
        False,
    )


async def test_nothing_is_left_of_a_start_that_was_refused(start: Start, tmp_path: Path) -> None:
    database = tmp_path / "log.sqlite3"
    with pytest.raises(ExposedError):
        async with start(address="0.0.0.0:0", database=f"sqlite:///{database}"):
            pass
    assert not database.exists()


async def test_connections_that_say_nothing_are_closed(
    start: Start, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "HANDSHAKE_MS", 200)
    async with start(**world.settings()) as service:
        port = int(service.running.address.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.timeout(SECONDS):
            assert await reader.read() == b""
        writer.close()


async def test_rights_that_grant_nothing_are_told(start: Start, world: World) -> None:
    stream = io.StringIO()
    world.write_callers(CALLERS.replace("[traffic_police]", "[trafic_police]"))
    with restored_logging():
        configure(Level.WARNING, stream)
        async with start(**world.settings(tls=False)):
            world.write_callers(CALLERS.replace("districts: [qiaonan]", "districts: [qianan]", 1))

            async def told() -> bool:
                return "qianan" in stream.getvalue()

            await eventually(told)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    found = [(line["event"], line["caller"], line["name"], line["meant"]) for line in lines]
    assert found == [
        ("right_of_nothing", "police", "trafic_police", "traffic_police"),
        ("right_of_nothing", "court", "qianan", "qiaonan"),
    ]
