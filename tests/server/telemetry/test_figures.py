"""What is counted, under which names; that nothing of a case and nothing from outside gets in."""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest

from linkage.v1 import policy_service_pb2 as api
from server.telemetry import figures
from server.telemetry.exposition import Exposition, forget
from server.telemetry.figures import ALL, DECISIONS, OTHER, Figure, Kind
from tests.server.cases import request
from tests.server.conftest import Service, Start
from tests.server.telemetry.scraped import Scrape, scrape
from tests.server.waiting import SECONDS


@pytest.mark.parametrize("figure", ALL.values(), ids=ALL.keys())
def test_names_are_prometheus_own(figure: Figure) -> None:
    assert re.fullmatch(r"linkage(_[a-z]+)+", figure.name)
    assert figure.name.endswith("_total") == (figure.kind is Kind.COUNTER)
    assert figure.name.endswith("_seconds") or figure.kind is not Kind.HISTOGRAM
    assert "milli" not in figure.name
    assert figure.says.endswith(".")
    assert not {"le", "quantile", "instance", "job"} & set(figure.labels)


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
async def test_promtool_finds_nothing_to_say(service: Service) -> None:
    await service.stub.Evaluate(request())
    command = ["promtool", "check", "metrics"]
    found = await asyncio.to_thread(
        subprocess.run, command, input=(await scrape()).text, capture_output=True, text=True, check=False
    )
    # A gauge or two of the process collector are named as its specification has them.
    assert [line for line in found.stderr.splitlines() if "linkage_" in line] == []
    assert "error" not in found.stdout.lower()


async def test_calls_and_decisions_are_counted(logged: Service) -> None:
    before = await scrape()
    await logged.stub.Evaluate(request())
    with pytest.raises(grpc.aio.AioRpcError):
        await logged.stub.Evaluate(request(district="nowhere"))
    batch = api.BatchEvaluateRequest(requests=[request(), request(district="nowhere"), request()])
    await logged.stub.BatchEvaluate(batch)
    after = await scrape()

    def grown(name: str, **labels: str) -> float:
        return after.total(name, **labels) - before.total(name, **labels)

    assert grown("linkage_calls_total", method="Evaluate", code="OK", door="grpc") == 1
    assert grown("linkage_calls_total", method="Evaluate", code="NOT_FOUND", door="grpc") == 1
    assert grown("linkage_calls_total", method="BatchEvaluate", code="OK") == 1
    assert grown("linkage_call_duration_seconds_count", method="Evaluate", door="grpc") == 2
    assert after.total("linkage_calls_running") == before.total("linkage_calls_running")
    assert grown("linkage_items_total", method="BatchEvaluate") == 3
    assert grown("linkage_items_refused_total", method="BatchEvaluate", reason="DISTRICT_NOT_FOUND") == 1
    assert grown("linkage_decisions_total", district="qiaonan") == 3
    assert grown("linkage_decision_duration_seconds_count") == 3
    assert grown("linkage_obligations_total", district="qiaonan") > 0
    assert grown("linkage_log_records_written_total") == 3
    assert grown("linkage_log_commit_duration_seconds_count") >= 2
    assert (
        after.value("linkage_log_queue_records") == after.value("linkage_log_oldest_unwritten_seconds") == 0
    )
    assert after.labels("linkage_rules_info") == {logged.running.rules.current.snapshot.digest}
    assert ("district", "qiaonan") in {label for _, has in after.samples for label in has}
    assert {s.value for s in after.families["linkage_ready"].samples} == {1.0}


async def test_each_door_is_told_apart(service: Service) -> None:
    before = await scrape()
    await service.stub.ListPacks(api.ListPacksRequest())
    async with httpx.AsyncClient(base_url=service.running.http, timeout=SECONDS) as client:
        for headers in ({}, {"connect-protocol-version": "1"}):
            path = "/linkage.v1.PolicyService/ListPacks"
            found = await client.post(path, json={}, headers=headers)
            assert found.status_code == 200
        assert (await client.post("/made-up/place", json={})).status_code == 404
    after = await scrape()

    def grown(door: str) -> float:
        labels = {"method": "ListPacks", "code": "OK", "door": door}
        name = "linkage_calls_total"
        return after.value(name, **labels) - before.value(name, **labels)

    assert (grown("grpc"), grown("http")) == (1, 2)
    made_up: Any = service.channel.unary_unary("/linkage.v1.PolicyService/MadeUp")
    with pytest.raises(grpc.aio.AioRpcError):
        await made_up(b"")
    after = await scrape()
    for code, door in (("NOT_FOUND", "http"), ("UNIMPLEMENTED", "grpc")):
        labels = {"method": OTHER, "code": code, "door": door}
        assert after.value("linkage_calls_total", **labels) > before.value("linkage_calls_total", **labels)
    assert "made-up" not in after.text.lower()


async def test_nothing_from_outside_becomes_a_label(service: Service) -> None:
    """Neither facts of a case nor names that somebody made up, in whatever place they stand."""
    person = {"id": "p-王五-" + "证件0001" + "19900101" + "1234", "role": "debtor", "kind": "natural_person"}
    wanted = request(id="案件-李四", parties=[person])
    await service.stub.Evaluate(wanted, metadata=(("x-request-id", "made-up-id"),))
    for district in ("王五", "made-up", "x" * 300):
        with pytest.raises(grpc.aio.AioRpcError):
            await service.stub.Evaluate(request(district=district))
        with pytest.raises(grpc.aio.AioRpcError):
            await service.stub.GetPack(api.GetPackRequest(district=district))
    made_up: Any = service.channel.unary_unary("/linkage.v1.PolicyService/MadeUp")
    with pytest.raises(grpc.aio.AioRpcError):
        await made_up(b"")
    text = (await scrape()).text
    for secret in ("李四", "王五", "证件0001", "made-up", "MadeUp", "xxxx"):
        assert secret not in text


async def test_rules_that_are_loaded_again_and_refused(
    start: Start, small_rules: Path, tmp_path: Path
) -> None:
    rules = shutil.copytree(small_rules, tmp_path / "rules")
    async with start(rules=rules) as service:
        before = await scrape()
        assert before.value("linkage_rules_last_reload_successful") == 1
        assert await service.running.rules.reload()
        duties = rules / "qiaonan/duties.yaml"
        duties.write_text(duties.read_text().replace("modality: prohibition", "modality: never"))
        assert not await service.running.rules.reload()
        after = await scrape()
    for result in ("ok", "failed"):
        labels = {"result": result}
        name = "linkage_rules_reloads_total"
        assert after.value(name, **labels) - before.value(name, **labels) == 1
    assert after.value("linkage_rules_last_reload_successful") == 0


async def test_a_figure_has_only_so_many_series(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "MOST_SERIES", 3)
    figures.begin()
    for number in range(10):
        DECISIONS.add(f"d{number}", "none")
    found = await scrape()
    figures.begin()
    assert len(found.families["linkage_decisions"].samples) <= 2 * (3 + 1)
    assert found.value("linkage_decisions_total", district=OTHER, outcome=OTHER) == 7


COUNTING = """
import sys, time
from pathlib import Path
from typing import Any
from server.telemetry import figures
from server.telemetry.figures import CALLS, DECISION_SECONDS, LOG_QUEUE
figures.begin(Path(sys.argv[1]), sys.argv[2])
for _ in range(1000):
    CALLS.add("Evaluate", "OK", "grpc")
    DECISION_SECONDS.observe(0.001)
LOG_QUEUE.set(7)
print("counted", flush=True)
time.sleep(600)
"""


def test_a_killed_process_loses_nothing_and_counts_nothing_twice(tmp_path: Path) -> None:
    exposition = Exposition(tmp_path, lambda: {"supervisor": os.getpid()})
    for round_ in (1, 2, 3):
        workers = [
            subprocess.Popen(
                [sys.executable, "-c", COUNTING, str(tmp_path), name], stdout=subprocess.PIPE, text=True
            )
            for name in ("0", "1")
        ]
        for number, worker in enumerate(workers):
            with worker:
                assert worker.stdout is not None
                assert worker.stdout.readline() == "counted\n"
                found = Scrape(asyncio.run(exposition.page())[0].decode())
                assert found.value("linkage_log_queue_records") >= 7
                worker.send_signal(signal.SIGKILL)
            forget(tmp_path, str(number))
        found = Scrape(asyncio.run(exposition.page())[0].decode())
        assert found.total("linkage_calls_total", method="Evaluate") == 2000 * round_
        assert found.value("linkage_decision_duration_seconds_count") == 2000 * round_
        assert found.value("linkage_decision_duration_seconds_bucket", le="+Inf") == 2000 * round_
        assert "linkage_log_queue_records" not in found.families
    assert len(list(tmp_path.iterdir())) <= 2 * 3
