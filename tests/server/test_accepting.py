"""How calls are accepted: no request ends the server, no call is lost when it stops, and an end is told."""

import asyncio
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import grpc
import pytest

from linkage.v1 import policy_service_pb2_grpc as stubs
from policy.cli.guard import CommandError
from server.commands.common import coded_errors
from server.decisions.active import Shared, read_texts
from server.process import accepting
from server.process.accepting import Entrance
from server.process.app import serve
from server.process.workers.channel import Channel
from server.process.workers.probe import hangs
from server.process.workers.process import Worker
from server.process.workers.supervisor import Supervisor
from server.process.workers.worker import FAILED, work
from server.settings.config import settings_from, settings_text
from server.telemetry import figures
from tests.server.cases import request
from tests.server.conftest import Service
from tests.server.logging_state import restored_logging
from tests.server.process import SECONDS, server_process, stopped
from tests.server.test_workers import Log, call, pids

OFF = ("--set", "log.enabled=false")


def call_of(path: bytes, body: bytes = b"\0\0\0\0\0", whole: bool = True) -> bytes:
    """An HTTP/2 connection and a call of ``path`` (RFC 9113, RFC 7541: plain literals), or its beginning."""
    headers = (
        (b":method", b"POST"),
        (b":scheme", b"http"),
        (b":path", path),
        (b":authority", b"x"),
        (b"te", b"trailers"),
        (b"content-type", b"application/grpc"),
    )
    block = b"".join(b"\0" + _literal(name) + _literal(value) for name, value in headers)
    start = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + _frame(4, 0, 0)
    return start + _frame(1, 4, 1, block) + _frame(0, int(whole), 1, body)


def _literal(text: bytes) -> bytes:
    return bytes((len(text),)) + text


def _frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    return len(payload).to_bytes(3, "big") + bytes((kind, flags)) + stream.to_bytes(4, "big") + payload


NOT_UTF8 = call_of(b"/\xff")


def send(address: str, data: bytes) -> bytes:
    """Sends bytes and gives what comes back, up to the refusal of the call."""
    host, _, port = address.rpartition(":")
    with socket.create_connection((host, int(port)), SECONDS) as connection:
        connection.sendall(data)
        got = b""
        while b"grpc-message" not in got and (more := connection.recv(4096)):
            got += more
        return got


def test_this_grpcio_is_known() -> None:
    """Where it fails a newer grpcio has other parts: see what became of the fault, and of ``accepting``."""
    assert accepting.fits()


async def test_a_method_whose_name_is_not_utf8_is_refused(service: Service) -> None:
    for _ in range(3):
        assert b"grpc-status\x0212" in await asyncio.to_thread(send, service.running.address, NOT_UTF8)
        assert (await service.stub.Evaluate(request())).HasField("decision")


async def test_so_many_of_each_are_let_in_at_once() -> None:
    entrance = Entrance(2)
    inside: list[str] = []

    async def enter(key: str) -> Callable[[], None]:
        leave = await entrance.enter(key)
        inside.append(key)
        return leave

    tasks = [asyncio.create_task(enter(key)) for key in ("a", "a", "a", "a", "a", "b")]
    await asyncio.sleep(0)
    assert inside == ["a", "a", "b"]
    tasks[2].cancel()  # whoever goes away while it waits takes nobody's place
    await asyncio.sleep(0)
    leave = tasks[0].result()
    leave()
    leave()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert inside == ["a", "a", "b", "a"]
    tasks[1].result()()
    tasks[4].cancel()  # let in, and gone before it knew
    await asyncio.gather(*tasks, return_exceptions=True)
    for task in (tasks[3], tasks[5]):
        task.result()()
    assert (entrance._inside, entrance._waiting) == ({}, {})


async def test_an_unknown_method_is_refused(service: Service) -> None:
    unknown: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = service.channel.unary_unary("/linkage.v1.No/No")
    for _ in range(3):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await unknown(b"")
        assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


def test_workers_do_not_notice(small_rules: Path, tmp_path: Path) -> None:
    log = Log(tmp_path / "log")
    options = ("--workers", "2", *OFF)
    with server_process(*options, rules=small_rules, log=log.path) as (process, address):
        before = pids(process.pid)
        for _ in range(8):
            assert b"grpc-status" in send(address, NOT_UTF8)
            call(address)
        assert pids(process.pid) == before
        assert stopped(process, signal.SIGTERM) == 0
    assert log.lines("worker_ended") == []


def test_no_call_is_cancelled_when_the_server_stops(small_rules: Path, tmp_path: Path) -> None:
    """Calls that have arrived are answered; later ones find nobody, and may be tried elsewhere."""
    ends: Counter[str] = Counter()

    def send_until_refused(address: str, number: int) -> None:
        with grpc.insecure_channel(address, [("grpc.use_local_subchannel_pool", 1)]) as channel:
            stub = stubs.PolicyServiceStub(channel)
            try:
                while True:
                    stub.Evaluate(request(id=f"c{number}"), timeout=SECONDS)
                    ends["answered"] += 1
            except grpc.RpcError as error:
                ends[error.code().name] += 1

    with server_process(*OFF, rules=small_rules, log=tmp_path / "log") as (process, address):
        clients = [threading.Thread(target=send_until_refused, args=(address, i)) for i in range(8)]
        for client in clients:
            client.start()
        while ends["answered"] < 16:
            time.sleep(0.01)
        assert stopped(process, signal.SIGTERM) == 0
        for client in clients:
            client.join(SECONDS)
    assert ends.keys() == {"answered", "UNAVAILABLE"}


@pytest.fixture
def spoilt(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server whose accepting tasks fail soon after it has started."""

    async def accept(*_: object) -> None:
        await asyncio.sleep(0.05)
        raise ValueError("spoilt")

    monkeypatch.setattr("server.process.accepting._Core._accept", accept)


OPTIONS = {"address": "127.0.0.1:0", "log.enabled": "false"}


@pytest.mark.usefixtures("spoilt")
async def test_a_service_that_ends_by_itself_says_so(small_rules: Path) -> None:
    serving: list[str] = []
    with pytest.raises(CommandError, match="LNK998"), coded_errors(str(small_rules), "en"):
        await serve(settings_from(options=OPTIONS | {"rules": str(small_rules)}), serving.append)
    assert serving


@pytest.mark.usefixtures("spoilt")
async def test_a_worker_that_ends_by_itself_has_failed(small_rules: Path, tmp_path: Path) -> None:
    ours, theirs = socket.socketpair()
    channel = await Channel.over(ours)
    with restored_logging():
        working = asyncio.create_task(work(theirs))
        answer = await channel.ask(
            {
                "number": 0,
                "settings": settings_text(settings_from(options=OPTIONS)),
                "rules": [read_texts(small_rules), "", 0],
                "aside": f"unix:{tmp_path}/0",
                "figures": str(tmp_path),
            }
        )
        assert answer is not None
        assert "serving" in answer
        assert await working == FAILED
    channel.close()
    figures.begin()


async def test_a_worker_that_hangs_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.process.workers.probe.PATIENCE_SECONDS", 0.2)
    keeper = Supervisor(settings_from(options={}), Shared({}), "", tmp_path)
    worker = await Worker.start(0)
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "0"))
        silent.listen()
        await keeper._ended(worker)
    assert worker.exit_code == -signal.SIGKILL


async def test_a_worker_that_stops_is_left_to_it(service: Service) -> None:
    hanging = asyncio.create_task(hangs(service.running.address))
    await service.running.server.stop(0)
    assert await asyncio.wait({hanging}, timeout=0.3) == (set(), {hanging})
    hanging.cancel()
