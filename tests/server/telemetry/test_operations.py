"""The operations address: probes, versions, figures; of one process and of several."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from linkage.v1 import policy_service_pb2 as api
from linkage.v1 import policy_service_pb2_grpc as stubs
from server.listening import ListenError
from server.process.app import State
from server.telemetry.exposition import Exposition
from server.telemetry.pages import Pages
from server.telemetry.readiness import PARTS, Readiness
from tests.server.cases import large_case, request
from tests.server.conftest import Start
from tests.server.process import SECONDS, server_process
from tests.server.telemetry.asked import ask, asked, operations_of, scraped
from tests.server.telemetry.scraped import Scrape
from tests.server.test_workers import pids
from tests.server.waiting import until

ANY = "127.0.0.1:0"


def wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


async def test_every_page(start: Start, database: str) -> None:
    async with start(database=database, operations__address=ANY) as service:
        address = service.running.operations
        for path in ("/livez", "/readyz"):
            answer = await asked(address, path)
            assert (answer.status, answer.text) == (200, "ok\n")
        verbose = await asked(address, "/readyz?verbose")
        assert verbose.text.splitlines() == [*(f"[+] {part}: ok" for part in PARTS), "readyz: ok"]
        told = (await asked(address, "/readyz", "application/json")).json
        assert told == {"status": "ok", "checks": [{"name": p, "ok": True, "reason": ""} for p in PARTS]}
        versions = (await asked(address, "/version")).json
        assert versions["rules_digest"] == service.running.rules.current.snapshot.digest
        assert versions["packs"] == [{"district": "qiaonan", "version": "2020"}]
        plain = await asked(address, "/metrics")
        assert plain.headers["content-type"].startswith("text/plain")
        modern = await asked(address, "/metrics", "application/openmetrics-text; version=1.0.0")
        assert modern.headers["content-type"].startswith("application/openmetrics-text")
        assert modern.text.endswith("# EOF\n")
        assert (await asked(address, "/")).text.split() == ["/", "/livez", "/metrics", "/readyz", "/version"]
        assert (await asked(address, "/secrets")).status == 404
        refused = await asked(address, "/metrics", method="POST")
        assert (refused.status, refused.headers["allow"]) == (405, "GET, HEAD")
        head = await asked(address, "/readyz", method="HEAD")
        assert (head.status, head.text, head.headers["content-length"]) == (200, "", "3")


async def test_a_database_that_is_gone(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.process.watching.LOOK_SECONDS", 0.02)
    file, elsewhere = tmp_path / "log.sqlite3", tmp_path / "elsewhere"
    async with start(database=f"sqlite:///{file}", operations__address=ANY) as service:
        address, readiness = service.running.operations, service.running.readiness
        await service.stub.Evaluate(request())
        file.rename(elsewhere)
        await until(lambda: not readiness.ready)
        answer = await asked(address, "/readyz")
        assert answer.status == 503
        assert "[-] database: LNK994" in answer.text.splitlines()
        assert answer.text.endswith("readyz: failed\n")
        assert (await asked(address, "/livez")).status == 200
        told = (await asked(address, "/readyz", "application/json")).json
        assert {"name": "database", "ok": False, "reason": "LNK994"} in told["checks"]
        found = (await asked(address, "/metrics")).text
        assert 'linkage_ready{part="database"} 0.0' in found
        with pytest.raises(grpc.aio.AioRpcError):
            await service.stub.Evaluate(request())
        elsewhere.rename(file)
        await until(lambda: readiness.ready)
        await service.stub.Evaluate(request())
        assert (await asked(address, "/readyz")).status == 200


async def test_calls_that_nobody_takes_any_more(start: Start) -> None:
    async with start(operations__address=ANY) as service:
        await service.running.server.stop(0)
        await until(service.running.ended.done)
        for path in ("/livez", "/readyz"):
            answer = await asked(service.running.operations, path)
            assert answer.status == 503
            assert "[-] calls: ended" in answer.text.splitlines()


async def test_before_it_serves() -> None:
    sent = []

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    state = State(Readiness())
    pages = Pages(Exposition(), state.live, state.ready)
    scope = {"type": "http", "method": "GET", "path": "/readyz", "query_string": b"", "headers": []}
    await pages(scope, None, send)
    assert sent[0]["status"] == 503
    assert b"[-] rules: starting" in sent[1]["body"]  # type: ignore[operator]
    await pages(scope | {"path": "/livez"}, None, send)
    assert sent[2]["status"] == 200


async def test_an_address_that_is_taken_or_none_or_not_wanted(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        occupied = "127.0.0.1:{1}".format(*taken.getsockname())
        with pytest.raises(ListenError) as raised:
            async with start(operations__address=occupied):
                pass
        assert raised.value.address == occupied
        monkeypatch.setattr("server.process.operations.operations_address", lambda _: occupied)
        async with start(operations__address="auto") as service:
            assert service.running.operations not in ("", occupied)  # what nobody asked for gives way
        monkeypatch.undo()
    with pytest.raises(ListenError):
        async with start(operations__address="nonsense"):
            pass
    async with start(operations__address="off") as service:
        assert service.running.operations == ""
    async with start(operations__address="auto") as service:
        assert (await asked(service.running.operations, "/livez")).status == 200


@pytest.mark.parametrize("workers", ["1", "2"])
def test_told_to_stop_it_is_not_ready_first(workers: str, small_rules: Path, tmp_path: Path) -> None:
    """Who deals out calls has the notice to hear of it, and calls that come meanwhile are answered."""
    log = tmp_path / "log"
    options = ("--workers", workers, "--set", "log.enabled=false", "--set", "notice_seconds=600")
    with (
        server_process(*options, rules=small_rules, log=log) as (process, address),
        grpc.insecure_channel(address) as channel,
    ):
        operated = operations_of(log)
        assert ask(operated, "/readyz").status == 200
        process.send_signal(signal.SIGTERM)
        wait(lambda: ask(operated, "/readyz").status == 503)
        assert "[-] serving: stopping" in ask(operated, "/readyz").text
        assert ask(operated, "/livez").status == 200
        health: Any = health_pb2_grpc.HealthStub(channel)
        wanted, down = health_pb2.HealthCheckRequest(), health_pb2.HealthCheckResponse.NOT_SERVING
        wait(lambda: bool(health.Check(wanted, timeout=SECONDS).status == down))
        stubs.PolicyServiceStub(channel).Evaluate(request(), timeout=SECONDS)
        assert scraped(operated).total("linkage_calls_total", method="Evaluate", code="OK") == 1


def test_one_scrape_sees_every_worker_and_a_killed_one_takes_nothing_away(
    small_rules: Path, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    options = ("--workers", "2", "--set", "log.enabled=false")
    with server_process(*options, rules=small_rules, log=log) as (process, address):
        operated = operations_of(log)
        made = 0
        before = scraped(operated)
        assert before.value("linkage_workers") == before.value("linkage_workers_wanted") == 2
        assert {"supervisor", "0", "1"} <= before.labels("process_resident_memory_bytes")
        for number in pids(process.pid):
            made += _calls(address, 40)
            assert scraped(operated).total("linkage_calls_total", method="Evaluate") == made
            os.kill(number, signal.SIGKILL)
            wait(lambda: scraped(operated).value("linkage_workers") == 1)
            assert scraped(operated).total("linkage_calls_total", method="Evaluate") == made
            assert ask(operated, "/readyz").status == 200
            wait(lambda: scraped(operated).value("linkage_workers") == 2)
        made += _calls(address, 40)
        after = scraped(operated)
        assert after.total("linkage_calls_total", method="Evaluate", code="OK") == made
        assert after.value("linkage_decision_duration_seconds_count") == made
        assert after.value("linkage_worker_ends_total") == 2
        assert after.value("linkage_calls_running", method="Evaluate") == 0
        assert {s.labels["pid"] for s in after.families["linkage_ready"].samples} == {"0", "1"}
        assert ask(operated, "/version").json["packs"] == [{"district": "qiaonan", "version": "2020"}]
        for number in pids(process.pid):
            os.kill(number, signal.SIGSTOP)  # neither answers any more; the service itself lives
        assert ask(operated, "/livez").status == 200
        for number in pids(process.pid):
            os.kill(number, signal.SIGKILL)
        wait(lambda: scraped(operated).value("linkage_worker_ends_total") == 4)


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="the system tells of no children")
async def test_processes_that_help_are_seen(start: Start) -> None:
    async with start(shadow__share=1, shadow__engine="explain", operations__address=ANY) as service:
        await service.stub.Evaluate(request())
        await service.stub.Evaluate(api.EvaluateRequest(case=large_case(200)))
        shadow = service.running.shadow
        assert shadow is not None
        await until(lambda: shadow.counts.agreed == 2)
        found = Scrape((await asked(service.running.operations, "/metrics")).text)
        seen = found.families["process_resident_memory_bytes"].samples
        assert sorted(sample.labels.get("process", "") for sample in seen) == ["", "apart", "shadow"]
        assert all(sample.value > 10_000_000 for sample in seen)


def _calls(address: str, count: int) -> int:
    """That many calls from several connections; all are answered."""
    errors: list[grpc.RpcError] = []

    def send() -> None:
        options = [("grpc.use_local_subchannel_pool", 1)]
        with grpc.insecure_channel(address, options) as channel:
            stub = stubs.PolicyServiceStub(channel)
            for _ in range(count // 8):
                try:
                    stub.Evaluate(request(), timeout=SECONDS, wait_for_ready=True)
                except grpc.RpcError as error:
                    errors.append(error)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    return count
