"""``linkage bulk``: what comes out, what is refused, and what a run that ends early leaves behind."""

import errno
import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from policy.bulk import job, parts, pool
from policy.bulk.footer import Joined
from policy.bulk.job import Order, Progress
from policy.bulk.reader import Parquet, open_cases
from policy.bulk.schema import stored_schema
from policy.text.files import write_whole
from tests.bulk.conftest import Ran, Rules, everything
from tests.bulk.dying import die
from tests.bulk.files import Asked, as_columns, line, plain, read, written

Bulk = Callable[..., Ran]


def exit_code(rows: list[dict[str, Any]]) -> int:
    """1 where something is to be looked at."""
    return int(any(row["kind"] in ("error", "conflict") for row in rows))


@pytest.fixture
def some(invented: Rules) -> list[Asked]:
    """Cases of each district, with findings of every kind among them."""
    return list(invented.asked)


def test_a_whole_run(invented: Rules, some: list[Asked], bulk: Bulk, tmp_path: Path) -> None:
    ran = bulk(written(tmp_path, "lines", some), "-o", "out.parquet", "--workers", 1, "--batch", 7)
    wanted = everything(invented, some)
    assert ran.code == exit_code(wanted)
    assert read(Path("out.parquet")) == wanted
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cases.jsonl", "out.parquet"]
    assert f"{len(some):,} cases: {len(some):,} decided, 0 refused" in ran.out
    assert pq.read_schema("out.parquet").equals(stored_schema())


def test_the_receipt(invented: Rules, some: list[Asked], bulk: Bulk, tmp_path: Path) -> None:
    at = "2024-03-02T12:00:00+08:00"
    bulk(written(tmp_path, "columns", some), "-o", "out.parquet", "--workers", 1, "--as-of", at)
    receipt = json.loads(pq.read_metadata("out.parquet").metadata[b"linkage"])
    assert receipt["rules"] == invented.snapshot.digest
    assert receipt["vocabulary"] == invented.snapshot.vocabulary.digest
    assert receipt["calendar"] == invented.snapshot.calendar.digest
    assert ["qiaobei", "2020"] in [pack[:2] for pack in receipt["packs"]]
    assert receipt["as_of"] == 1_709_352_000 * 10**9
    assert (receipt["read"], receipt["decided"], receipt["bad"]) == (len(some), len(some), 0)
    assert {row["as_of"] for row in read(Path("out.parquet"))} == {1_709_352_000 * 10**9}


def test_a_district_for_all(invented: Rules, bulk: Bulk, tmp_path: Path) -> None:
    asked = [item for item in invented.asked if item.district == "qiaonan"][:20]
    table = as_columns(asked).drop_columns(["district"])
    pq.write_table(table, "cases.parquet")
    assert bulk("cases.parquet", "-o", "no.parquet").code == 2
    wanted = everything(invented, asked)
    ran = bulk("cases.parquet", "-o", "out.parquet", "--workers", 1, "--district", "qiaonan")
    assert ran.code == exit_code(wanted)
    assert read(Path("out.parquet")) == wanted


def test_workers_and_batches_change_nothing(some: list[Asked], bulk: Bulk, tmp_path: Path) -> None:
    cases = written(tmp_path, "columns", some)
    bulk(cases, "-o", "one.parquet", "--workers", 1, "--batch", 1000)
    ran = bulk(cases, "-o", "two.parquet", "--workers", 2, "--batch", 5, "--format", "json")
    assert read(Path("one.parquet")) == read(Path("two.parquet"))
    assert json.loads(ran.out)["read"] == len(some)


@pytest.fixture
def grouped(some: list[Asked], tmp_path: Path) -> Path:
    """Cases in row groups of 7, so many that two workers read them themselves."""
    path = tmp_path / "grouped.parquet"
    pq.write_table(as_columns(some), path, row_group_size=7)
    assert open_cases(path, False).apart(3, 2)
    return path


def test_workers_that_read_change_nothing_and_tell_how_far_they_are(
    invented: Rules, some: list[Asked], grouped: Path
) -> None:
    out, bad = grouped.with_name("out.parquet"), grouped.with_name("bad.jsonl")
    order = Order(grouped, out, bad, invented.root, "", None, 0, "compiled", "en", 3, 2, True, None)
    seen: list[Progress] = []
    job.run(order, invented.snapshot, seen.append)
    assert read(out) == everything(invented, some)
    units = [progress.units for progress in seen]
    assert units == sorted(units)
    assert seen[-1].units == seen[-1].total == seen[-1].counts.read == len(some)


def test_workers_go_on_in_the_middle_of_a_share(
    invented: Rules, some: list[Asked], bulk: Bulk, grouped: Path, broken_disk: Callable[[int], None]
) -> None:
    # The folder's own file, the first row group's three batches, and one of the second's.
    broken_disk(5)
    assert bulk(grouped, "-o", "out.parquet", "--workers", 1, "--batch", 3).code == 2
    broken_disk(1000)
    ran = bulk(grouped, "-o", "out.parquet", "--workers", 2, "--batch", 3)
    assert "10 of the cases had been done by an earlier run" in ran.out
    assert read(Path("out.parquet")) == everything(invented, some)


def test_a_share_that_a_worker_cannot_read(bulk: Bulk, grouped: Path) -> None:
    start = pq.read_metadata(grouped).row_group(2).column(0).data_page_offset
    data = grouped.read_bytes()
    grouped.write_bytes(data[:start] + b"\xff" * 20 + data[start + 60 :])
    ran = bulk(grouped, "-o", "out.parquet", "--workers", 2, "--batch", 7)
    assert ran.code == 2
    assert "LNK972" in ran.err
    assert not Path("out.parquet").exists()


def test_a_single_batch_needs_no_processes(
    invented: Rules, some: list[Asked], bulk: Bulk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(pool, "ProcessPoolExecutor")
    for form in ("columns", "lines"):
        out = tmp_path / f"{form}.out.parquet"
        bulk(written(tmp_path, form, some), "-o", out, "--workers", 2)
        assert read(out) == everything(invented, some)


def test_without_names(invented: Rules, some: list[Asked], bulk: Bulk, tmp_path: Path) -> None:
    cases = written(tmp_path, "columns", some)
    ran = bulk(cases, "-o", "out.parquet", "--workers", 1, "--no-ids", "--engine", "compiled")
    table = pq.read_table("out.parquet")
    assert "id" not in table.schema.names
    named = [row | {"other_id": None} for row in everything(invented, some)]
    for row in named:
        del row["id"]
    assert ran.code == exit_code(named)
    assert plain(table) == named


def test_bad_rows_go_aside_and_the_rest_goes_on(invented: Rules, some: list[Asked], bulk: Bulk) -> None:
    good = [line(item) for item in some[:4]]
    secret = "secret-" + "x" * 300
    bad = [
        b"{",
        b'{"case":{"id":"c","district":"qiaonan","kind":"enforcement","events":[{"id":"e","type":"no_such"}]}}',
        b'{"case":{"id":"c","district":"qiaonann","kind":"enforcement"}}',
        b'{"case":{"id":"c","kind":"enforcement"}}',
        b'{"case":{"id":"' + secret.encode() + b'","district":"qiaonan","kind":"enforcement"}}',
        b'{"case":{"id":"\xff"}}',
        b'{"case":{"id":"c","district":"qiaonan","kind":"enforcement","filed_at":"9999-12-31T00:00:00Z"}}',
    ]
    Path("cases.jsonl").write_bytes(b"\n".join([good[0], *bad[:3], good[1], good[2], *bad[3:], good[3]]))
    ran = bulk("cases.jsonl", "-o", "out.parquet", "--workers", 1, "--batch", 3, "--bad", "aside.jsonl")
    assert ran.code == 1
    assert "11 cases: 4 decided, 7 refused" in ran.out
    kept = [row | {"row": (1, 5, 6, 11)[row["row"] - 1]} for row in everything(invented, some[:4])]
    assert read(Path("out.parquet")) == kept
    text = Path("aside.jsonl").read_text(encoding="utf-8")
    reasons = [json.loads(reason) for reason in text.splitlines()]
    assert [(r["row"], r["code"], r["field"]) for r in reasons] == [
        (2, "LNK110", ""),
        (3, "LNK802", "case.events[0].type"),
        (4, "LNK810", "case.district"),
        (7, "LNK801", "case.district"),
        (8, "LNK813", "case.id"),
        (9, "LNK979", ""),
        (10, "LNK806", "case.filed_at"),
    ]
    assert reasons[2]["suggestion"] == "qiaonan"
    assert reasons[2]["message"] == "there is no pack of a district “qiaonann”"
    assert secret not in text


@pytest.mark.parametrize(("missing", "named"), [("LNK612", "compiled"), ("", "native")])
def test_the_receipt_names_what_decided(
    some: list[Asked], bulk: Bulk, monkeypatch: pytest.MonkeyPatch, missing: str, named: str
) -> None:
    """The core where there is one; without it the same result."""
    monkeypatch.setattr("policy.native.why_not", lambda: missing)
    Path("good.jsonl").write_bytes(line(some[0]))
    bulk("good.jsonl", "-o", "out.parquet", "--district", some[0].district)
    stated = json.loads(pq.read_metadata("out.parquet").metadata[job.RECEIPT])
    assert stated["engine"] == named


@pytest.mark.parametrize("code", ["LNK612", "LNK613"])
def test_a_core_that_is_asked_for_and_missing_is_told(
    some: list[Asked], bulk: Bulk, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    monkeypatch.setattr("policy.native.why_not", lambda: code)
    Path("good.jsonl").write_bytes(line(some[0]))
    ran = bulk("good.jsonl", "-o", "out.parquet", "--engine", "native")
    assert ran.code == 2
    assert code in ran.err
    assert not Path("out.parquet").exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), "LNK906"),
        (("good.jsonl",), "LNK906"),
        (("good.jsonl", "-o", "out.parquet", "--workers", "-1"), "LNK906"),
        (("good.jsonl", "-o", "out.parquet", "--batch", "0"), "LNK906"),
        (("good.jsonl", "-o", "out.parquet", "--engine", "columns"), "LNK906"),
        (("good.jsonl", "-o", "out.parquet", "--as-of", "yesterday"), "LNK812"),
        (("good.jsonl", "-o", "out.parquet", "--district", "qiaonann"), "LNK810"),
        (("no.jsonl", "-o", "out.parquet"), "LNK902"),
        ((".", "-o", "out.parquet"), "LNK902"),
        (("cases.csv", "-o", "out.parquet"), "LNK971"),
        (("empty.jsonl", "-o", "out.parquet"), "LNK986"),
        (("blank.jsonl", "-o", "out.parquet"), "LNK986"),
        (("cut.parquet", "-o", "out.parquet"), "LNK972"),
        (("typed.parquet", "-o", "out.parquet"), "LNK973"),
        (("named.parquet", "-o", "out.parquet"), "LNK974"),
        (("good.jsonl", "-o", "there.parquet"), "LNK976"),
        (("good.jsonl", "-o", "good.jsonl", "--restart"), "LNK989"),
        (("good.jsonl", "-o", ".", "--restart"), "LNK989"),
        (("good.jsonl", "-o", "other.parquet"), "LNK989"),
        (("good.jsonl", "-o", "out.parquet", "--bad", "out.parquet"), "LNK989"),
        (("good.jsonl", "-o", "out.parquet", "--bad", "no/bad.jsonl"), "LNK989"),
        (("good.jsonl", "-o", "out.parquet", "--bad", "there.parquet"), "LNK976"),
        (("good.jsonl", "-o", "out.parquet", "--resume"), "LNK978"),
    ],
)
def test_a_hurried_clerk(some: list[Asked], bulk: Bulk, arguments: tuple[str, ...], code: str) -> None:
    Path("good.jsonl").write_bytes(line(some[0]))
    Path("cases.csv").write_text("id;district\n")
    Path("empty.jsonl").touch()
    Path("blank.jsonl").write_text("\n \n")
    Path("cut.parquet").write_bytes(b"PAR1abc")
    pq.write_table(pa.table({"id": [1], "district": ["qiaonan"], "kind": ["enforcement"]}), "typed.parquet")
    pq.write_table(pa.table({"case_id": ["1"], "district": ["qiaonan"], "kind": ["x"]}), "named.parquet")
    Path("there.parquet").write_text("mine")
    Path("other.parquet.parts").mkdir()
    Path("other.parquet.parts", "letter.txt").write_text("mine")
    before = sorted(Path().rglob("*"))
    ran = bulk(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert code in ran.err
    left = [path for path in sorted(Path().rglob("*")) if path not in before]
    assert left == []
    assert Path("there.parquet").read_text() == "mine"
    assert Path("other.parquet.parts", "letter.txt").read_text() == "mine"


def test_columns_are_listed(bulk: Bulk) -> None:
    ran = bulk("--schema")
    assert ran.code == 0
    assert "  claim_fen: int64\n" in ran.out
    assert "  due_at: timestamp[ns, tz=Asia/Shanghai]\n" in ran.out


@pytest.mark.parametrize(
    ("missing", "options", "extra"),
    [("pyarrow", (), "bulk"), ("pyspark", ("--on", "local"), "spark")],
)
def test_packages_that_are_not_installed(
    some: list[Asked],
    bulk: Bulk,
    monkeypatch: pytest.MonkeyPatch,
    missing: str,
    options: tuple[str, ...],
    extra: str,
) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == missing else real(name))
    Path("cases.jsonl").write_bytes(line(some[0]))
    ran = bulk("cases.jsonl", "-o", "out.parquet", *options)
    assert ran.code == 2
    assert f"error LNK980: {missing} has to be installed first" in ran.err
    assert f"-e '.[{extra}]'" in ran.err


# -- runs that end early


@pytest.mark.parametrize(("form", "work"), [("lines", "finish_whole_share"), ("columns", "finish_sent")])
def test_a_worker_that_dies(
    some: list[Asked], bulk: Bulk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, work: str
) -> None:
    monkeypatch.setattr(pool, work, die)
    ran = bulk(written(tmp_path, form, some), "-o", "out.parquet", "--workers", 2, "--batch", 20)
    assert ran.code == 2
    assert "LNK984" in ran.err
    assert not Path("out.parquet").exists()


def test_a_case_that_gets_lost_is_noticed(
    some: list[Asked], bulk: Bulk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Parquet.batches
    monkeypatch.setattr(Parquet, "batches", lambda self, size, skip: islice(real(self, size, skip), 1))
    ran = bulk(written(tmp_path, "columns", some), "-o", "out.parquet", "--workers", 1, "--batch", 50)
    assert ran.code == 2
    assert f"{len(some)} cases were read but 50 are accounted for" in ran.err
    assert not Path("out.parquet").exists()


@pytest.fixture
def broken_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Lets so many files be written; then the disk is full, until more are allowed."""
    left = [0]

    def full(path: Path, data: bytes) -> None:
        if left[0] == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        left[0] -= 1
        write_whole(path, data)

    monkeypatch.setattr(parts, "write_whole", full)

    def allow(count: int) -> None:
        left[0] = count

    return allow


def test_a_full_disk_and_then_room(
    invented: Rules, some: list[Asked], bulk: Bulk, tmp_path: Path, broken_disk: Callable[[int], None]
) -> None:
    cases = written(tmp_path, "lines", some)
    broken_disk(4)
    ran = bulk(cases, "-o", "out.parquet", "--workers", 1, "--batch", 10)
    assert (ran.code, ran.out) == (2, "")
    assert "LNK908" in ran.err
    assert not Path("out.parquet").exists()
    broken_disk(100)
    ran = bulk(cases, "-o", "out.parquet", "--workers", 1, "--batch", 10, "--resume")
    assert "30 of the cases had been done by an earlier run" in ran.out
    assert read(Path("out.parquet")) == everything(invented, some)
    assert not Path("out.parquet.parts").exists()


def test_a_disk_that_is_full_at_the_end(
    some: list[Asked], bulk: Bulk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(joined: Joined, metadata: dict[bytes, bytes]) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    cases = written(tmp_path, "lines", some)
    monkeypatch.setattr(Joined, "finish", full)
    assert "LNK908" in bulk(cases, "-o", "out.parquet", "--workers", 1).err
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"cases.jsonl", "out.parquet.parts"}


def test_a_run_that_ends_between_its_two_files(
    some: list[Asked], bulk: Bulk, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("cases.jsonl").write_bytes(line(some[0]) + b"\n{")
    real = os.replace

    def killed(old: Path, new: Path) -> None:
        if Path(new).name == "out.parquet":
            raise KeyboardInterrupt
        real(old, new)

    with monkeypatch.context() as patched:
        patched.setattr("policy.bulk.job.os.replace", killed)
        assert bulk("cases.jsonl", "-o", "out.parquet", "--workers", 1).code == 130
    assert Path("out.parquet.bad.jsonl").exists()
    assert not Path("out.parquet").exists()
    assert bulk("cases.jsonl", "-o", "out.parquet", "--workers", 1).code == 1
    assert Path("out.parquet.bad.jsonl").read_text().count("\n") == 1
    assert not Path("out.parquet.parts").exists()


@pytest.fixture
def halted(some: list[Asked], bulk: Bulk, tmp_path: Path, broken_disk: Callable[[int], None]) -> Path:
    """Cases of which a part is done."""
    cases = written(tmp_path, "lines", some)
    broken_disk(3)
    at = "2024-03-02T12:00:00+08:00"
    assert bulk(cases, "-o", "out.parquet", "--workers", 1, "--batch", 10, "--as-of", at).code == 2
    broken_disk(1000)
    return cases


@pytest.mark.parametrize(
    ("options", "differs"),
    [
        (("--batch", 11, "--as-of", "2024-03-02T12:00:00+08:00"), "the batch size"),
        (("--batch", 10, "--as-of", "2024-03-02T12:00:01+08:00"), "the moment decided for"),
        (("--batch", 10), "the moment decided for"),
        (
            ("--batch", 11, "--district", "qiaonan", "--as-of", "2024-03-02T12:00:00+08:00"),
            "the district, the batch size",
        ),
    ],
)
@pytest.mark.parametrize("way", [(), ("--resume",)])
def test_other_work_is_not_gone_on_with(
    halted: Path, bulk: Bulk, options: tuple[object, ...], differs: str, way: tuple[str, ...]
) -> None:
    ran = bulk(halted, "-o", "out.parquet", "--workers", 1, *options, *way)
    assert ran.code == 2
    assert "LNK977" in ran.err
    assert differs in ran.err
    assert len(list(Path("out.parquet.parts").glob("part-*.parquet"))) == 2


def test_a_changed_input_is_not_gone_on_with(halted: Path, bulk: Bulk) -> None:
    halted.write_bytes(halted.read_bytes().replace(b"e1", b"e9"))
    ran = bulk(halted, "-o", "out.parquet", "--batch", 10, "--as-of", "2024-03-02T12:00:00+08:00")
    assert "the input's content" in ran.err


def test_beginning_again_replaces_everything(
    invented: Rules, some: list[Asked], halted: Path, bulk: Bulk
) -> None:
    Path("out.parquet").write_text("old")
    Path("out.parquet.bad.jsonl").write_text("old")
    bulk(halted, "-o", "out.parquet", "--workers", 1, "--batch", 50, "--restart")
    assert read(Path("out.parquet")) == everything(invented, some)
    assert not Path("out.parquet.bad.jsonl").exists()
    assert not Path("out.parquet.parts").exists()


def test_a_part_that_is_not_whole_is_made_again(
    invented: Rules, some: list[Asked], halted: Path, bulk: Bulk
) -> None:
    part = Path("out.parquet.parts/part-00000001.parquet")
    part.write_bytes(part.read_bytes()[:-30])
    at = "2024-03-02T12:00:00+08:00"
    ran = bulk(halted, "-o", "out.parquet", "--workers", 1, "--batch", 10, "--as-of", at)
    assert "10 of the cases had been done by an earlier run" in ran.out
    moment = 1_709_352_000 * 10**9
    assert read(Path("out.parquet")) == everything(invented, [item._replace(as_of=moment) for item in some])


def test_two_runs_on_one_output(halted: Path, bulk: Bulk) -> None:
    with parts.held(Path("out.parquet.parts")):
        ran = bulk(halted, "-o", "out.parquet", "--batch", 10, "--as-of", "2024-03-02T12:00:00+08:00")
    assert ran.code == 2
    assert "LNK987" in ran.err


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_killed_run_is_gone_on_with(invented: Rules, bulk: Bulk, tmp_path: Path, workers: int) -> None:
    asked = list(invented.asked) * 20
    cases = written(tmp_path, "lines", asked)
    options = ["-o", "out.parquet", "--batch", "10", "--engine", "compiled", "--lang", "en"]
    command = [sys.executable, "-c", "from policy.cli import app, run; raise SystemExit(run(app))"]
    command += ["bulk", str(cases), *options, "--rules", str(invented.root), "--workers", str(workers)]
    folder = tmp_path / "out.parquet.parts"
    with subprocess.Popen(command, cwd=tmp_path) as process:
        while len(list(folder.glob("part-*.parquet"))) < 3:
            assert process.poll() is None
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
    _all_gone(folder)
    assert not (tmp_path / "out.parquet").exists()
    ran = bulk(cases, *options, "--resume", "--format", "json", "--workers", 1)
    said = json.loads(ran.out)
    assert said["read"] == said["decided"] == len(asked)
    assert 0 < said["resumed"] < len(asked)
    assert read(tmp_path / "out.parquet") == everything(invented, asked)


def _all_gone(folder: Path) -> None:
    """Waits until no worker of the killed run writes any more."""
    while True:
        before = sorted(folder.iterdir())
        time.sleep(1.0)
        if sorted(folder.iterdir()) == before:
            return


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_an_interrupted_run_says_so_and_keeps_its_parts(invented: Rules, tmp_path: Path) -> None:
    cases = written(tmp_path, "lines", list(invented.asked) * 20)
    # Tests that run in the background of a shell have interruptions switched off, and so have their children.
    listen = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    command = [sys.executable, "-c", listen + "from policy.cli import app, run; raise SystemExit(run(app))"]
    command += ["bulk", str(cases), "-o", "out.parquet", "--workers", "2", "--batch", "10"]
    command += ["--engine", "compiled", "--rules", str(invented.root)]
    folder = tmp_path / "out.parquet.parts"
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, start_new_session=True) as process:
        while len(list(folder.glob("part-*.parquet"))) < 3:
            assert process.poll() is None
            time.sleep(0.005)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=120)
    assert process.returncode == 130
    assert b"LNK904" in said
    assert b"Traceback" not in said
    assert not (tmp_path / "out.parquet").exists()
    assert not list(folder.glob(".new-*"))
