"""The same job on Spark: a real cluster of two workers on this machine, each in a process of its own."""

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa
import pytest

from policy.bulk import spark
from policy.bulk.errors import BulkError
from policy.bulk.runner import Counts
from policy.bulk.settings import Settings
from policy.bulk.spark import Remote, finish_shares
from policy.bulk.work import Task, know
from tests.bulk.conftest import Ran, Rules
from tests.bulk.files import line, read, written

needs_spark = pytest.mark.skipif(
    find_spec("pyspark") is None or find_spec("pandas") is None or spark._java() is None,
    reason="PySpark, pandas or Java is not installed",
)
CLUSTER = "local-cluster[2,1,1024]"
"""Two workers of one core and 1024 MiB."""


def linkage(folder: Path, *arguments: object) -> Ran:
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-c",
        "from policy.cli import app, run; raise SystemExit(run(app))",
    ]
    command += ["bulk", *map(str, arguments), "--lang", "en", "--format", "json"]
    environment = os.environ | {"SPARK_LOCAL_IP": "127.0.0.1"}
    ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return Ran(ran.returncode, ran.stdout, ran.stderr)


@needs_spark
@pytest.mark.parametrize("form", ["columns", "lines"])
def test_a_cluster_gives_what_one_process_gives(invented: Rules, tmp_path: Path, form: str) -> None:
    cases = written(tmp_path, form, invented.asked)
    if form == "lines":
        with open(cases, "ab") as file:
            file.write(b'\n{"case":{"id":"c","district":"nowhere","kind":"enforcement"}}\n')
    options = ["--rules", invented.root, "--batch", 50]
    here = linkage(tmp_path, cases, "-o", "here.parquet", "--workers", 1, *options)
    there = linkage(tmp_path, cases, "-o", "there.parquet", "--on", CLUSTER, *options)
    assert (there.code, here.code) == (1, 1), there.err
    said_here, said_there = json.loads(here.out), json.loads(there.out)
    for name in Counts._fields:
        assert said_here[name] == said_there[name]
    assert read(tmp_path / "here.parquet") == read(tmp_path / "there.parquet")
    if form == "lines":
        aside = [tmp_path / f"{name}.parquet.bad.jsonl" for name in ("here", "there")]
        assert aside[0].read_bytes() == aside[1].read_bytes() != b""
    assert not list(tmp_path.glob("*.parts"))


@needs_spark
def test_a_cluster_that_is_not_there(invented: Rules, tmp_path: Path) -> None:
    (tmp_path / "cases.jsonl").write_bytes(line(invented.asked[0]))
    ran = linkage(tmp_path, "cases.jsonl", "-o", "out.parquet", "--on", "nonsense", "--rules", invented.root)
    assert ran.code == 2
    assert "LNK982" in ran.err


def test_without_java(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, path=None: None)
    with pytest.raises(BulkError) as raised, spark.on_spark("local"):
        pass
    assert raised.value.code == "LNK981"


# -- what an executor does, without Spark


def remote(rules: Rules, cases: Path, folder: Path, digest: str, done: frozenset[int]) -> Remote:
    from policy.bulk.reader import open_cases

    folder.mkdir(exist_ok=True)
    settings = Settings("", None, 0, "en")
    layout = open_cases(cases, False).layout
    task = Task(str(cases), 10, str(rules.root), digest, "compiled", settings, layout, str(folder))
    return Remote(task, done)


def shares(cases: Path) -> pa.RecordBatch:
    from policy.bulk.reader import open_cases

    return pa.RecordBatch.from_pylist([share._asdict() for share in open_cases(cases, False).shares(10)])


@pytest.mark.parametrize("form", ["columns", "lines"])
def test_an_executor_puts_parts_down_and_reports_them(shipped: Rules, tmp_path: Path, form: str) -> None:
    know(shipped.snapshot)
    cases = written(tmp_path, form, shipped.asked[:35])
    asked = remote(shipped, cases, tmp_path / "parts", shipped.snapshot.digest, frozenset({1}))
    reports = [row for batch in finish_shares(asked, iter([shares(cases)])) for row in batch.to_pylist()]
    assert [(row["number"], row["read"], row["fault"]) for row in reports] == [
        (0, 10, None),
        (2, 10, None),
        (3, 5, None),
    ]
    names = sorted(path.name for path in (tmp_path / "parts").iterdir())
    assert names == [f"part-0000000{number}.parquet" for number in (0, 2, 3)]


def test_an_executor_with_other_rules_says_so(shipped: Rules, tmp_path: Path) -> None:
    cases = written(tmp_path, "lines", shipped.asked[:3])
    asked = remote(shipped, cases, tmp_path / "parts", "another", frozenset())
    (report,) = (row for batch in finish_shares(asked, iter([shares(cases)])) for row in batch.to_pylist())
    assert report["number"] == -1
    assert json.loads(report["fault"]) == ["LNK988", {}]
