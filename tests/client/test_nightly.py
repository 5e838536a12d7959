"""The nightly job of docs/client.md: 500 mixed cases, a bad line in between, and a second night."""

from __future__ import annotations

import copy
import json
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest
import yaml

from linkage.v1 import policy_service_pb2 as api
from linkage.v1 import policy_service_pb2_grpc as stubs
from linkage_client import Refused, case_of, start_of_day, timestamp_of
from tests.client.conftest import Server, environment
from tests.client.cutting import Cutting

NIGHT = date(2024, 3, 9)
KINDS = 12
"""Of mixed cases that the benchmarks use, each of which stands here some forty times under ids of its own."""


@pytest.fixture(scope="module")
def cases(repo_root: Path) -> list[dict[str, Any]]:
    """500 cases as a court's system gives them out: every eleventh is wrong, each in its own way."""
    paths = sorted((repo_root / "tests/bench/cases").glob("*.yaml"))
    kinds = [yaml.safe_load(path.read_text(encoding="utf-8"))["case"] for path in paths]
    assert len(kinds) == KINDS
    wrong: list[dict[str, Any]] = [
        {"district": "atlantis"},
        {"events": [{"id": "e", "type": "vehicle_seizd", "at": "2024-03-02T09:30:00+08:00"}]},
        {"evnts": []},
        {"filed_at": "2024-03-02"},
        {"kind": None},
        {"parties": [{"id": "p", "role": "debtor"}, {"id": "p", "role": "debtor"}]},
    ]
    made = []
    for number in range(500):
        case = copy.deepcopy(kinds[number % KINDS]) | {"id": f"案{number:03}"}
        made.append(case | (wrong[number // 11 % len(wrong)] if number % 11 == 0 else {}))
    return made


def dump(path: Path, cases: list[dict[str, Any]]) -> None:
    lines = [
        json.dumps(case, default=lambda moment: moment.isoformat(), ensure_ascii=False) for case in cases
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


class Job:
    """The job as it stands in the page, in a folder of its own."""

    def __init__(self, program: Path, folder: Path) -> None:
        self._program = program
        self.folder = folder

    def run(self, night: date, address: str) -> list[dict[str, Any]]:
        """One night: the tasks it gives out."""
        files = [str(self.folder / name) for name in ("cases.jsonl", "state.json", "tasks.jsonl")]
        command = [sys.executable, "-W", "error", str(self._program), str(night), *files]
        ran = subprocess.run(
            command, env=environment(LINKAGE=address), capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr
        assert ran.stderr == ""
        return [json.loads(line) for line in Path(files[2]).read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def job(repo_root: Path, tmp_path: Path) -> Job:
    """The job, before its first night."""
    return Job(repo_root / "docs/examples/python/nightly.py", tmp_path)


def decided(server: Server, cases: list[dict[str, Any]], night: date) -> dict[str, api.EvaluateResult]:
    """What the service says of each case by the generated code alone."""
    moment, results, requests = timestamp_of(start_of_day(night)), {}, {}
    for case in cases:
        try:
            requests[case["id"]] = api.EvaluateRequest(case=case_of(case), as_of=moment)
        except Refused:
            results[case["id"]] = api.EvaluateResult(error=api.ItemError(reason="INVALID_REQUEST"))
    asked = list(requests.items())
    with grpc.insecure_channel(server.address) as channel:
        stub = stubs.PolicyServiceStub(channel)
        for some in (asked[start : start + 50] for start in range(0, len(asked), 50)):
            answer = stub.BatchEvaluate(api.BatchEvaluateRequest(requests=[one for _, one in some]))
            results |= {case: result for (case, _), result in zip(some, answer.results, strict=True)}
    return results


def standing(found: api.EvaluateResult) -> dict[str, tuple[int, int]]:
    """Each duty by its id, with what a task is about."""
    return {duty.id: (duty.state, duty.due.at.seconds) for duty in found.decision.obligations}


def test_five_hundred_cases_and_the_night_after(
    server: Server, job: Job, cases: list[dict[str, Any]]
) -> None:
    dump(job.folder / "cases.jsonl", cases)
    with closing(sqlite3.connect(server.database)) as database:
        (before,) = database.execute("select count(*) from decisions").fetchone()
        # Twice an answer is lost on its way: nothing is missing, and nothing is decided twice.
        with Cutting(server.address) as line:
            line.swallow = 2
            first = job.run(NIGHT, line.address)
            assert line.swallow == 0
        (after,) = database.execute("select count(*) from decisions").fetchone()
    one = decided(server, cases, NIGHT)
    good = {case for case, found in one.items() if found.HasField("decision")}
    assert len(good) == 500 - 46
    assert after - before == len(good)
    assert Counter(task["case"] for task in first if task["id"] == "undecided") == Counter(one.keys() - good)
    duties = {(task["case"], task["id"]) for task in first if "who" in task}
    assert duties == {(case, id) for case in good for id in standing(one[case])}
    assert len(duties) > 1000

    # The next night: three cases have changed, one is mended, one is spoilt, one is no more given out.
    changed = copy.deepcopy(cases)
    seized = {"type": "vehicle_seized", "at": "2024-03-09T11:00:00+08:00", "actor": "traffic_police"}
    for number in (3, 123, 243):
        changed[number]["events"] = [*changed[number].get("events", ()), {"id": "new", **seized}]
    changed[11] = copy.deepcopy(cases[23]) | {"id": cases[11]["id"]}
    changed[30]["evnts"] = []
    del changed[40]
    dump(job.folder / "cases.jsonl", changed)
    second = job.run(NIGHT + timedelta(days=1), server.address)
    two = decided(server, changed, NIGHT + timedelta(days=1))
    expected = {
        (case, id)
        for case, found in two.items()
        for id, stands in standing(found).items()
        if standing(one[case]).get(id) != stands
    }
    told = {(task["case"], task["id"]): task for task in second if "who" in task}
    assert told.keys() == expected
    new = [case for case, id in told if id not in standing(one[case])]
    assert {"案003", "案123", "案243", "案011"} <= set(new)
    undecided = {(task["case"], task.get("is")) for task in second if task["id"] == "undecided"}
    assert undecided == {("案030", None), ("案011", "gone")}
    assert len(second) < len(first) / 4

    # Started again, the same night has nothing new to say.
    assert job.run(NIGHT + timedelta(days=1), server.address) == []


def test_a_night_that_fails_is_run_again(server: Server, job: Job, cases: list[dict[str, Any]]) -> None:
    dump(job.folder / "cases.jsonl", cases[:20])
    with pytest.raises(AssertionError, match="Unavailable"):
        job.run(NIGHT, "localhost:1")
    assert not (job.folder / "state.json").exists()
    assert job.run(NIGHT, server.address)


def test_the_job_is_as_short_as_the_page_says(repo_root: Path) -> None:
    lines = (repo_root / "docs/examples/python/nightly.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) < 40
