"""docs/examples/court: the night's job and the receiver, in Python and in Java, against a real service."""

from __future__ import annotations

import base64
import csv
import json
import os
import re
import runpy
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from linkage_client import Client, shanghai
from tests.client.conftest import environment
from tests.client.services import Service, registering
from tests.client.tools import UNREACHABLE, needs
from tests.server.waiting import SECONDS

COURT = Path(__file__).parents[2] / "docs/examples/court"
Table = list[dict[str, str]]


@pytest.fixture(scope="module", params=["python", "java"])
def language(request: pytest.FixtureRequest) -> str:
    """What the programs are written in."""
    return str(request.param)


SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes ...").decode()


class Receiving:
    """The receiver, which may be killed and started again on its port, and what it has kept."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self._command = command
        self._database = folder / "notices.sqlite3"
        self._process: subprocess.Popen[str] | None = None
        self.port = 0

    def start(self) -> None:
        """Starts it, and waits until it listens."""
        command = [*self._command, f"127.0.0.1:{self.port}", str(self._database)]
        known = environment(LINKAGE_SECRET=SECRET)
        self._process = subprocess.Popen(command, env=known, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        word, _, port = self._process.stdout.readline().split()
        assert word == "listening"
        self.port = int(port)

    def kill(self) -> None:
        """Kills it."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    def rows(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        """Rows of its database."""
        with closing(sqlite3.connect(self._database)) as database:
            return database.execute(query, values).fetchall()

    def post(self, body: bytes, identity: str, at: datetime | None = None, secret: str = SECRET) -> int:
        """Sends a notice as the service would; the status of the answer."""
        moment = at or datetime.now(UTC)
        headers = {
            "webhook-id": identity,
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": Webhook(secret).sign(identity, moment, body.decode()),
        }
        return httpx.post(f"http://127.0.0.1:{self.port}/", content=body, headers=headers).status_code


@pytest.fixture(scope="module")
def receiving(
    language: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Receiving]:
    """A receiver that runs."""
    found = Receiving(program(language, "receiver", request), tmp_path_factory.mktemp("receiver"))
    found.start()
    yield found
    found.kill()


@pytest.fixture(scope="module")
def service(
    language: str,
    receiving: Receiving,
    rules_dir: Path,
    tmp_path_factory: pytest.TempPathFactory,
    folder_of_keys: None,
) -> Iterator[Service]:
    """A service that tells the receiver everything; each language has one of its own."""
    folder = tmp_path_factory.mktemp(language)
    (folder / "court.secret").write_text(SECRET, encoding="utf-8")
    (folder / "subscriptions.yaml").write_text(
        f"""\
subscriptions:
  court:
    role: integrator
    districts: [liwan]
    webhook:
      url: http://127.0.0.1:{receiving.port}/
      insecure: true
      networks: [127.0.0.0/8]
      secrets: [court.secret]
""",
        encoding="utf-8",
    )
    told = f"notices.subscriptions={folder / 'subscriptions.yaml'}"
    with registering(rules_dir, folder, "--set", told) as found:
        yield found


@pytest.fixture(scope="session")
def classes(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The class path of the programs in Java, compiled once."""
    needs("javac", "-version", 17)
    needs("mvn", "-version", 3)
    folder = tmp_path_factory.mktemp("java") / "court"
    shutil.copytree(COURT / "java", folder, ignore=shutil.ignore_patterns("target"))
    command = ["mvn", "-q", "-B", "compile", "dependency:copy-dependencies"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if ran.returncode and UNREACHABLE.search(ran.stdout + ran.stderr):
        pytest.skip("the packages of Java cannot be fetched")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return f"{folder}/target/classes{os.pathsep}{folder}/target/dependency/*"


def program(language: str, name: str, request: pytest.FixtureRequest) -> list[str]:
    """The command of a program, without its arguments."""
    if language == "python":
        return [sys.executable, str(COURT / f"{name}.py")]
    classes = request.getfixturevalue("classes")
    return ["java", "-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8", "-cp", classes, name.capitalize()]


class Job:
    """The night's job with its export and its state."""

    def __init__(self, command: list[str], service: Service, folder: Path) -> None:
        self.command, self.service = command, service
        self.export, self.state = folder / "export", folder / "state"
        shutil.copytree(COURT / "export", self.export)

    def begin(self) -> subprocess.Popen[str]:
        """A night that has begun."""
        known = environment(LINKAGE=self.service.grpc, LINKAGE_HTTP=self.service.http)
        command = [*self.command, str(self.export), str(self.state)]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=known, stdout=pipe, stderr=pipe, text=True, encoding="utf-8")

    def run(self) -> str:
        """A night: what it prints."""
        with self.begin() as night:
            out, err = night.communicate(timeout=SECONDS)
        assert (night.returncode, err) == (0, "")
        return out.strip()

    def file(self, name: str) -> Table:
        """A file that it left."""
        with (self.state / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def add(self, *rows: str) -> None:
        """More rows of the court's system."""
        with (self.export / "events.csv").open("a", encoding="utf-8") as file:
            file.writelines(f"{row}\n" for row in rows)


@pytest.fixture
def job(language: str, service: Service, tmp_path: Path, request: pytest.FixtureRequest) -> Job:
    """The job before its first night."""
    return Job(program(language, "nightly", request), service, tmp_path)


def wait(holds: Callable[[], bool]) -> None:
    """Waits for what another process does."""
    until = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.01)


def entries(service: Service, cases: str) -> list[str]:
    """The ids of all entries of cases whose numbers begin so."""
    query = "select entry from register_entries where case_id like ? order by entry"
    with closing(sqlite3.connect(service.database)) as database:
        return [row[0] for row in database.execute(query, (f"{cases}%",))]


def test_two_nights(job: Job) -> None:
    assert job.run() == "变动 17 项，在办 17 项，未收 3 条"
    refused = {
        row["流水号"]: (row["代码"], row["字段"].partition("].")[2]) for row in job.file("refused.csv")
    }
    assert refused == {
        "20240304-0006": ("LNK009", "event.at"),
        "20240304-0009": ("", ""),
        "20240304-0010": ("LNK001", ""),
    }
    report = job.file("report.csv")
    assert {row["变动"] for row in report} == {"新增"}
    assert ("区公安分局（交警大队）", "2024-03-05 17:00") in {(row["单位"], row["期限"]) for row in report}
    before = entries(job.service, "（2024）")
    assert job.run() == "变动 0 项，在办 17 项，未收 3 条"
    assert entries(job.service, "（2024）") == before
    job.add("20240305-0001,（2024）演0103执102号,通知法院,2024-03-05 21:00,派出所,20240304-0005,,")
    job.add("20240305-0002,（2024）演0103执103号,,,,,,20240304-0008")
    assert job.run().startswith("变动 ")
    told = {row["变动"] for row in job.file("report.csv")}
    assert told == {"了结", "撤销"}


def test_a_night_that_is_killed_is_run_again(job: Job) -> None:
    numbers = range(30)
    with (job.export / "cases.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"演{n},2024-01-08 09:00,法人,车{n}\n" for n in numbers)
    job.add(*(f"s{n},演{n},查扣车辆,2024-03-04 10:30,交警大队,,车{n}," for n in numbers))
    with job.begin() as night:
        wait(lambda: len(entries(job.service, "演")) >= 40)  # somewhere in the middle
        night.send_signal(signal.SIGKILL)
    assert not (job.state / "owed.json").exists()
    assert 40 <= len(entries(job.service, "演")) < 60
    job.run()
    assert entries(job.service, "演") == sorted([*["opening"] * 30, *(f"s{n}" for n in numbers)])
    assert {row["案号"] for row in job.file("report.csv")} >= {f"演{n}" for n in numbers}


WRONG = {
    "另一种编码": ("events.csv", "gb18030", None),
    "少了一列": ("cases.csv", "utf-8", ("车牌", "车辆")),
}


@pytest.mark.parametrize("what", WRONG)
def test_an_export_that_is_not_what_it_should_be(what: str, tmp_path: Path) -> None:
    """It is looked at before anything is sent."""
    name, encoding, renamed = WRONG[what]
    job = Job(
        [sys.executable, str(COURT / "nightly.py")], Service("localhost:1", "", tmp_path, tmp_path), tmp_path
    )
    text = (job.export / name).read_text(encoding="utf-8")
    (job.export / name).write_text(text.replace(*renamed) if renamed else text, encoding=encoding)
    with job.begin() as night:
        _, err = night.communicate(timeout=SECONDS)
    assert night.returncode == 1
    assert "Traceback" not in err
    assert ("gb18030" if renamed is None else "缺少列：车牌") in err


def kept(receiving: Receiving, service: Service) -> list[tuple[Any, ...]]:
    """What the receiver has of each duty, in order, once it has worked on everything that happened."""
    with closing(sqlite3.connect(service.database)) as database:
        (happened,) = database.execute("select count(*) from register_changes").fetchone()
    wait(lambda: receiving.rows("select count(*) from notices where done = 1") >= [(happened,)])
    return receiving.rows("select position, obligation, type from notices order by rowid")


def test_the_receiver_has_every_notice_once_and_in_order(
    language: str, service: Service, receiving: Receiving
) -> None:
    case = f"通知-{language}"
    at, actor = shanghai(2024, 3, 4, 9), "traffic_police"
    with Client(service.grpc) as client:
        liwan = client.register("liwan")
        liwan.open_case({"id": case, "district": "liwan", "kind": "enforcement"})
        seized = {"id": "e1", "type": "vehicle_seized", "at": at, "actor": actor}
        liwan.record(case, [{"id": "e1", "event": seized}])
        kept(receiving, service)
        receiving.kill()
        receiving.start()
        (duty,) = (each for each in liwan.obligations(body="public_security", case_id=case) if each.due)
        liwan.accept(duty.id)
        done = liwan.fulfil(duty.id).obligation
        found = kept(receiving, service)
        watch = islice(liwan.watch(from_start=True), len(found) + 1)
        everything = [(seen.change.position, seen.change.obligation_id) for seen in watch if seen.change]
    assert sorted((place, of) for place, of, _ in found) == everything
    of_one = [place for place, of, _ in found if of == duty.id]
    assert len(of_one) == 3
    assert of_one == sorted(of_one)
    (stands,) = receiving.rows("select state, handling, title from duties where obligation = ?", duty.id)
    assert stands == ("STATE_FULFILLED_LATE", "HANDLING_REPORTED", done.title)


def test_what_the_receiver_does_not_take(receiving: Receiving) -> None:
    """Doubles, forgeries, what is old or too large; and what comes later than what came after it."""

    def notice(position: int, state: str) -> bytes:
        told = {"position": str(position), "district": "elsewhere", "rule": "r", "state": state}
        event = {
            "id": f"n-{position}",
            "type": "linkage.obligation.state.v1",
            "subject": "ob-x",
            "data": told,
        }
        return json.dumps(event).encode()

    second, first = notice(2, "STATE_OVERDUE"), notice(1, "STATE_PENDING")
    assert [receiving.post(second, "n-2") for _ in range(2)] == [204, 204]
    assert receiving.post(first, "n-1") == 204
    other = "whsec_" + base64.b64encode(b"x" * 32).decode()
    assert receiving.post(notice(3, "x"), "n-3", secret=other) == 401
    assert receiving.post(notice(3, "x"), "n-3", at=datetime.now(UTC) - timedelta(minutes=6)) == 401
    assert receiving.post(b" " * 70_000 + notice(3, "x"), "n-3") == 413
    assert receiving.post(b'{"id": "t", "type": "linkage.test.v1"}', "t") == 204
    until_done = "select count(*) from notices where district = 'elsewhere' and done = 1"
    wait(lambda: receiving.rows(until_done) == [(2,)])
    assert receiving.rows("select position, state from duties where obligation = 'ob-x'") == [
        (2, "STATE_OVERDUE")
    ]


def test_both_languages_have_the_same_words() -> None:
    """What is said in one is said in the other."""
    python = (COURT / "nightly.py").read_text(encoding="utf-8")
    java = (COURT / "java/src/main/java/Nightly.java").read_text(encoding="utf-8")
    said = set(re.findall(r"[\u4e00-\u9fff]{2,}", java))
    assert {word for word in said if word not in python} == set()
    assert json.loads((COURT / "export/mapping.json").read_text(encoding="utf-8"))["地区"] == "liwan"


def test_what_comes_from_outside_is_no_formula(repo_root: Path, tmp_path: Path) -> None:
    """A spreadsheet opens the report: a cell that begins like a formula would be carried out."""
    night = runpy.run_path(str(repo_root / "docs/examples/court/nightly.py"))
    texts = ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "（2024）001", ""]
    night["write"](tmp_path / "report.csv", ["案号"], [{"案号": text} for text in texts])
    with (tmp_path / "report.csv").open(encoding="utf-8-sig", newline="") as file:
        found = [row["案号"] for row in csv.DictReader(file)]
    assert found == ["'=1+1", "'+86", "'-1", "'@SUM(A1)", "'\t=1", "（2024）001", ""]
