"""Several processes on one port: killed, told to load rules again, told to stop, and left alone."""

import asyncio
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import grpc
import pytest

from linkage.v1 import policy_service_pb2 as api
from linkage.v1 import policy_service_pb2_grpc as stubs
from server.commands.replay import replay
from server.decisions.replay import Replayer, Verdict
from server.listening import ListenError
from server.process.workers import supervisor
from server.process.workers.channel import Channel
from server.process.workers.port import reserved
from server.process.workers.process import Worker
from server.process.workers.supervisor import WorkerError
from server.settings.config import settings_from, settings_text
from server.settings.logs import Level, configure
from server.store.archive import RuleArchive
from server.store.decisions import DecisionStore
from tests.server.log.records import findings
from tests.server.logging_state import restored_logging
from tests.server.logs import key_setting, open_keyed
from tests.server.process import SECONDS, server_process, stopped
from tests.server.test_process import hammer

TWO = ("--workers", "2", "--set", "calls=all")
OFF = ("--set", "log.enabled=false")


class Log:
    """What the service and its workers have logged so far."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def lines(self, event: str) -> list[dict[str, Any]]:
        """Lines of one event."""
        found = [json.loads(line) for line in self.path.read_text().splitlines()]
        return [line for line in found if line["event"] == event]

    def until(self, event: str, count: int) -> list[dict[str, Any]]:
        """Waits for that many lines of an event."""
        wait(lambda: len(self.lines(event)) >= count)
        return self.lines(event)


def wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def call(address: str) -> str:
    """One call on a connection of its own, tried again while the connection breaks; the rules' digest."""
    options = [("grpc.use_local_subchannel_pool", 1)]
    with grpc.insecure_channel(address, options) as channel:
        stub = stubs.PolicyServiceStub(channel)
        wanted = api.ListPacksRequest()
        return stub.ListPacks(wanted, timeout=SECONDS, wait_for_ready=True).snapshot_digest


def pids(parent: int) -> list[int]:
    """The workers of a service."""
    text = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return sorted(map(int, text.split()))


def test_both_workers_answer_on_one_port(small_rules: Path, tmp_path: Path) -> None:
    log = Log(tmp_path / "log")
    with server_process(*TWO, *OFF, rules=small_rules, log=log.path) as (process, address):
        assert len(log.lines("serving")) == 3  # two workers, and the service as a whole
        deadline = time.monotonic() + SECONDS
        while {line["worker"] for line in log.lines("call")} != {0, 1}:
            assert time.monotonic() < deadline
            call(address)
        workers = pids(process.pid)
        assert len(workers) == 2
        assert stopped(process, signal.SIGTERM) == 0
        assert len(log.lines("stopped")) == 2
        assert log.lines("worker_ended") == []
        wait(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
    with socket.create_server((address.rpartition(":")[0], int(address.rpartition(":")[2]))):
        pass  # nobody holds the port any more


def test_a_killed_worker_is_started_again_with_the_rules_that_serve(
    small_rules: Path, tmp_path: Path
) -> None:
    log = Log(tmp_path / "log")
    rules = shutil.copytree(small_rules, tmp_path / "rules")
    with server_process(*TWO, *OFF, rules=rules, log=log.path) as (process, address):
        before = call(address)
        # Changed, but nobody has said yet that it shall serve.
        duties = rules / "qiaonan/duties.yaml"
        duties.write_text(duties.read_text().replace("within: 24 hours", "within: 48 hours"))
        first, second = pids(process.pid)
        os.kill(first, signal.SIGKILL)
        (ended,) = log.until("worker_ended", 1)
        assert (ended["code"], ended["pid"], ended["exit"]) == ("LNK996", first, -signal.SIGKILL)
        assert call(address) == before
        log.until("worker_restarted", 1)
        assert len(pids(process.pid)) == 2
        os.kill(second, signal.SIGTERM)
        log.until("worker_restarted", 2)
        assert {call(address) for _ in range(8)} == {before}
        assert {line["digest"] for line in log.lines("rules_loaded")} == {before}
        assert stopped(process, signal.SIGINT) == 0


def test_new_rules_serve_in_all_workers_or_in_none(small_rules: Path, tmp_path: Path) -> None:
    log = Log(tmp_path / "log")
    rules = shutil.copytree(small_rules, tmp_path / "rules")
    with server_process(*TWO, *OFF, rules=rules, log=log.path) as (process, address):
        before = call(address)
        duties = rules / "qiaonan/duties.yaml"
        good = duties.read_text()
        duties.write_text(good.replace("modality: prohibition", "modality: never"))
        process.send_signal(signal.SIGHUP)
        (refused,) = log.until("rules_refused", 1)
        assert (refused["codes"], refused["still_serving"]) == ("LNK205", before)
        assert {call(address) for _ in range(8)} == {before}
        duties.write_text(good.replace("within: 24 hours", "within: 48 hours"))
        process.send_signal(signal.SIGHUP)
        (switched,) = log.until("workers_switched", 1)
        after = switched["digest"]
        assert after != before
        assert {call(address) for _ in range(8)} == {after}
        os.kill(pids(process.pid)[0], signal.SIGKILL)
        log.until("worker_restarted", 1)
        assert {call(address) for _ in range(8)} == {after}
        shutil.rmtree(rules)
        process.send_signal(signal.SIGHUP)
        assert log.until("rules_refused", 2)[1]["still_serving"] == after


@pytest.mark.parametrize("moment", [0.0, 0.5])
def test_told_to_stop_while_it_starts(moment: float, small_rules: Path, tmp_path: Path) -> None:
    """At whatever moment: nothing is left, and nothing is written about a failure."""
    command = [sys.executable, "-m", "server.cli", "serve", "--address", "127.0.0.1:0", *TWO, *OFF]
    log = tmp_path / "log"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [*command, "--rules", str(small_rules)], stdout=subprocess.DEVNULL, stderr=errors, text=True
        ) as process,
    ):
        try:
            wait(lambda: _listens_to_sigterm(process.pid))
            time.sleep(moment)
            started = pids(process.pid)
            assert stopped(process, signal.SIGTERM) == 0
        finally:
            process.kill()
    wait(lambda: not any(Path(f"/proc/{pid}").exists() for pid in started))
    assert [line for line in map(json.loads, log.read_text().splitlines()) if line["level"] != "info"] == []


def _listens_to_sigterm(pid: int) -> bool:
    """Whether the process has a handler for it (proc(5), SigCgt)."""
    status = Path(f"/proc/{pid}/status").read_text()
    return bool(int(status.partition("SigCgt:")[2].split()[0], 16) >> (signal.SIGTERM - 1) & 1)


def test_no_worker_outlives_its_service(small_rules: Path, tmp_path: Path) -> None:
    with server_process(*TWO, *OFF, rules=small_rules, log=tmp_path / "log") as (process, _):
        workers = pids(process.pid)
        assert stopped(process, signal.SIGKILL) == -signal.SIGKILL
        wait(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))


@pytest.mark.parametrize(
    ("who", "any_database"),
    [("worker", "sqlite"), ("worker", "postgresql"), ("service", "sqlite")],
    indirect=["any_database"],
)
async def test_every_acknowledged_decision_survives(
    who: str, small_rules: Path, tmp_path: Path, any_database: str
) -> None:
    acknowledged: list[str] = []
    enough = threading.Event()
    given = (*TWO, "--database", any_database)
    with server_process(*given, rules=small_rules, log=tmp_path / "log") as (process, address):
        threads = hammer(address, acknowledged, enough, threads=6)
        assert enough.wait(SECONDS)
        for pid in pids(process.pid):
            if who == "worker":
                os.kill(pid, signal.SIGKILL)
        assert stopped(process, signal.SIGTERM) == 0
        for thread in threads:
            thread.join(SECONDS)
    log = await open_keyed(any_database)
    engine, keys, _ = log
    replayer = Replayer(RuleArchive(engine))
    logged = {
        item.id: (await replayer.replay(item)).verdict async for item in DecisionStore(engine, keys).scan()
    }
    assert await findings(log) == []
    await engine.dispose()
    assert set(acknowledged) <= set(logged)
    assert len(acknowledged) > 60
    assert set(logged.values()) == {Verdict.EQUAL}
    options = {"database": any_database, "rules": str(small_rules), "log.keys": key_setting(any_database)}
    settings = settings_from(options=options)
    assert await asyncio.to_thread(replay, settings, None, False, "en") == 0


@pytest.mark.parametrize("address", ["", "nowhere", ":1", "127.0.0.1:70000", "127.0.0.1:x", "192.0.2.1:0"])
def test_addresses_that_cannot_be_held(address: str) -> None:
    with pytest.raises(ListenError), reserved(address):
        raise AssertionError


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0"])  # noqa: S104 - nobody listens
def test_a_held_port_is_ours(host: str) -> None:
    with ExitStack() as stack, reserved(f"{host}:0") as address:
        assert address.rpartition(":")[0] == host
        port = int(address.rpartition(":")[2])
        assert port > 0
        # Nobody listens yet: the workers of a service may, a second service is refused.
        with pytest.raises(ListenError), reserved(address):
            raise AssertionError
        worker = stack.enter_context(socket.socket())
        for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
            worker.setsockopt(socket.SOL_SOCKET, option, 1)
        worker.bind(("127.0.0.1", port))
        worker.listen()
        socket.create_connection(("127.0.0.1", port), SECONDS).close()
    with reserved(address) as again:
        assert again == address


def test_connections_that_linger_do_not_keep_a_port() -> None:
    with socket.socket() as service:
        service.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        service.bind(("127.0.0.1", 0))
        service.listen()
        address = "{}:{}".format(*service.getsockname())
        with socket.create_connection(service.getsockname(), SECONDS):
            service.accept()[0].close()  # closed by the service first: it lingers there
    with reserved(address) as held:
        assert held == address


def test_a_port_that_somebody_listens_on_is_refused() -> None:
    with ExitStack() as stack:
        other = stack.enter_context(socket.socket())
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(ListenError), reserved(f"127.0.0.1:{other.getsockname()[1]}"):
            raise AssertionError


def test_settings_as_text_are_the_same_settings() -> None:
    given = {"workers": "3", "log.acknowledge": "false", "grace_seconds": "1.5", "limits.batch_items": "7"}
    settings = settings_from(options={**given, "database": "postgresql://u:secret@h/d"})
    assert settings_from(options=settings_text(settings)) == settings
    assert "secret" not in repr(settings)


def test_a_worker_that_ends_while_it_starts_is_told(
    small_rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    options = {"workers": "2", "address": "127.0.0.1:0", "rules": str(small_rules), "log.enabled": "false"}
    options["operations.address"] = "off"
    stream = io.StringIO()
    with restored_logging():
        configure(Level.INFO, stream)
        with pytest.raises(WorkerError):
            supervisor.run(settings_from(options=options), print)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    failed = sorted((line["worker"], line["code"], line["exit"]) for line in lines)
    assert failed == [(0, "LNK997", 1), (1, "LNK997", 1)]


async def test_a_worker_that_does_not_answer_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.process.workers.process.ANSWER_SECONDS", 0.05)
    worker = await Worker.start(0)
    os.kill(worker.pid, signal.SIGSTOP)
    assert await worker.ask({"number": 0, "settings": {}, "rules": {}}) is None
    await worker.ended()
    assert worker.exit_code == -signal.SIGKILL


async def test_messages_arrive_whole_and_an_end_is_told() -> None:
    ours, theirs = socket.socketpair()
    one, other = await Channel.over(ours), await Channel.over(theirs)
    large = {"prepare": {"a.yaml": "文" * 1_000_000}}
    for message in ({}, large, {"switch": "x"}):
        asked = one.ask(message)

        async def answer() -> None:
            received = await other.receive()
            await other.send({"got": received})

        assert (await asyncio.gather(asked, answer()))[0] == {"got": message}
    other.close()
    assert await one.receive() is None
    assert await one.ask({"drop": True}) is None
    one.close()
