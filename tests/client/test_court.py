"""docs/examples/court: the night's job and the receiver, in Python and in Java, against a real service."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

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


@pytest.fixture(scope="module")
def service(
    language: str, rules_dir: Path, tmp_path_factory: pytest.TempPathFactory, folder_of_keys: None
) -> Iterator[Service]:
    """A service with a register of one of the shipped districts; each language has one of its own."""
    with registering(rules_dir, tmp_path_factory.mktemp(language)) as found:
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
    numbers = range(60)
    with (job.export / "cases.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"演{n},2024-01-08 09:00,法人,车{n}\n" for n in numbers)
    job.add(*(f"s{n},演{n},查扣车辆,2024-03-04 10:30,交警大队,,车{n}," for n in numbers))
    with job.begin() as night:
        until = time.monotonic() + SECONDS
        while len(entries(job.service, "演")) < 80 and time.monotonic() < until:
            pass  # somewhere in the middle
        night.send_signal(signal.SIGKILL)
    assert not (job.state / "owed.json").exists()
    assert 80 <= len(entries(job.service, "演")) < 120
    job.run()
    assert entries(job.service, "演") == sorted([*["opening"] * 60, *(f"s{n}" for n in numbers)])
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


def test_both_languages_have_the_same_words() -> None:
    """What is said in one is said in the other."""
    python = (COURT / "nightly.py").read_text(encoding="utf-8")
    java = (COURT / "java/src/main/java/Nightly.java").read_text(encoding="utf-8")
    said = set(re.findall(r"[\u4e00-\u9fff]{2,}", java))
    assert {word for word in said if word not in python} == set()
    assert json.loads((COURT / "export/mapping.json").read_text(encoding="utf-8"))["地区"] == "liwan"
