"""The server as a process: killed at any moment, told to stop, told to load its rules again."""

import json
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import grpc
import pytest

from linkage.v1 import policy_service_pb2 as api
from linkage.v1 import policy_service_pb2_grpc as stubs
from server.decisions.replay import Replayer, Verdict
from server.store.archive import RuleArchive
from server.store.decisions import DecisionStore
from tests.server.cases import request
from tests.server.log.records import findings
from tests.server.logs import open_keyed
from tests.server.process import SECONDS, server_process, stopped


def hammer(
    address: str, acknowledged: list[str], enough: threading.Event, threads: int = 4
) -> list[threading.Thread]:
    """Threads that send cases until the server is gone, noting what was acknowledged."""

    def send(number: int) -> None:
        with grpc.insecure_channel(address) as channel:
            stub = stubs.PolicyServiceStub(channel)
            while True:
                try:
                    response = stub.Evaluate(request(id=f"t{number}"), timeout=SECONDS)
                except grpc.RpcError:
                    return
                acknowledged.append(response.decision.receipt.log_id)
                if len(acknowledged) > 60:
                    enough.set()

    found = [threading.Thread(target=send, args=(i,)) for i in range(threads)]
    for thread in found:
        thread.start()
    return found


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
async def test_every_acknowledged_decision_survives(
    number: signal.Signals, small_rules: Path, tmp_path: Path, database: str
) -> None:
    acknowledged: list[str] = []
    enough = threading.Event()
    with server_process("--database", database, rules=small_rules, log=tmp_path / "log") as (
        process,
        address,
    ):
        threads = hammer(address, acknowledged, enough)
        assert enough.wait(SECONDS)
        code = stopped(process, number)
        for thread in threads:
            thread.join(SECONDS)
    assert code == (0 if number is signal.SIGTERM else -signal.SIGKILL)
    log = await open_keyed(database)
    engine, keys, _ = log
    replayer = Replayer(RuleArchive(engine))
    logged = {}
    async for record in DecisionStore(engine, keys).scan():
        logged[record.id] = (await replayer.replay(record)).verdict
    assert await findings(log) == []
    await engine.dispose()
    assert set(acknowledged) <= set(logged)
    assert set(logged.values()) == {Verdict.EQUAL}
    if number is signal.SIGTERM:
        # A drained server has answered what it logged, save for calls that the clients' end cut off.
        assert len(logged) - len(acknowledged) <= 4


def test_hangup_loads_the_rules_again(small_rules: Path, tmp_path: Path) -> None:
    rules = shutil.copytree(small_rules, tmp_path / "rules")
    off = ("--set", "log.enabled=false")
    with (
        server_process(*off, rules=rules, log=tmp_path / "log") as (process, address),
        grpc.insecure_channel(address) as channel,
    ):
        stub = stubs.PolicyServiceStub(channel)

        def digest() -> str:
            return stub.ListPacks(api.ListPacksRequest(), timeout=SECONDS).snapshot_digest

        def lines(event: str) -> list[dict[str, str]]:
            found = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
            return [line for line in found if line["event"] == event]

        def until(event: str, count: int) -> None:
            deadline = time.monotonic() + SECONDS
            while len(lines(event)) < count:
                assert time.monotonic() < deadline
                time.sleep(0.02)

        before = digest()
        duties = rules / "qiaonan/duties.yaml"
        good = duties.read_text()
        duties.write_text(good.replace("modality: prohibition", "modality: never"))
        process.send_signal(signal.SIGHUP)
        until("rules_refused", 1)
        assert digest() == before
        assert lines("rules_refused")[0]["codes"] == "LNK205"
        assert lines("rules_refused")[0]["still_serving"] == before
        duties.write_text(good.replace("within: 24 hours", "within: 48 hours"))
        process.send_signal(signal.SIGHUP)
        until("rules_loaded", 2)
        assert digest() != before
        assert stopped(process, signal.SIGINT) == 0
        assert [line["event"] for line in map(json.loads, (tmp_path / "log").read_text().splitlines())][
            -2:
        ] == [
            "draining",
            "stopped",
        ]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_hangup_while_it_stops_does_not_end_it(workers: str, small_rules: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    options = ("--workers", workers, "--set", "log.enabled=false", "--set", "notice_seconds=0.5")
    with server_process(*options, rules=small_rules, log=log) as (process, _):
        process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + SECONDS
        while "draining" not in log.read_text():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert stopped(process, signal.SIGHUP) == 0


@pytest.mark.parametrize("workers", ["1", "2"])
def test_hangup_while_it_starts_does_not_end_it(workers: str, small_rules: Path, tmp_path: Path) -> None:
    pytest.importorskip("asyncpg", reason="the driver of PostgreSQL is not installed")
    log = tmp_path / "log"
    with socket.create_server(("127.0.0.1", 0)) as database, log.open("w") as errors:
        url = "postgresql://clerk@{}:{}/linkage?sslmode=disable".format(*database.getsockname())
        options = ("--address", "127.0.0.1:0", "--rules", str(small_rules), "--workers", workers)
        command = [sys.executable, "-m", "server.cli", "serve", *options, "--database", url]
        database.settimeout(SECONDS)
        with subprocess.Popen(command, stderr=errors) as process:
            connection, _ = database.accept()  # the service waits for its database now
            process.send_signal(signal.SIGHUP)
            connection.close()
            code = process.wait(SECONDS)
    assert code == 2, log.read_text()
    assert "LNK967" in log.read_text()


def test_help_imports_little(repo_root: Path) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "server.cli", "--help"]
    shown = subprocess.run(command, cwd=repo_root, capture_output=True, text=True, check=True)
    for name in ("serve", "replay", "demo", "check", "evaluate"):
        assert f"  {name}" in shown.stdout
    imported = {line.rpartition("|")[2].strip() for line in shown.stderr.splitlines()}
    assert not imported & {"grpc", "sqlalchemy", "rich", "alembic", "yaml", "google.protobuf"}
