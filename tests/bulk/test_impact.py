"""What other rules would change of many cases: every duty of every case, whatever it is counted on."""

import csv
import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from policy.bulk import sides
from policy.bulk.errors import BulkError
from policy.bulk.impact import Ask, impacts
from policy.bulk.reader import open_cases
from policy.bulk.sides import Side, rules_of_side
from policy.cli import app, run
from policy.review.impact.shifts import What
from policy.review.impact.totals import Totals
from policy.review.impact.words import span
from policy.time.moment import parse_duration
from tests.loading import FIXTURES

CASES = 6
NOTIFY = "qiaonan.vehicle.notify"


def case(number: int, district: str = "qiaonan") -> str:
    seized = {
        "id": "e1",
        "type": "vehicle_seized",
        "actor": "traffic_police",
        "at": "2024-03-04T09:30:00+08:00",
    }
    facts = {"id": f"c{number}", "district": district, "kind": "enforcement"}
    whole = {**facts, "events": [seized], "attributes": {"pilot": False}}
    return json.dumps({"as_of": "2024-03-04T12:00:00+08:00", "case": whole})


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """Six cases in which the police seized a car, a line that is no case, and a case of another district."""
    path = tmp_path / "cases.jsonl"
    lines = [*map(case, range(CASES)), "{}", case(9, "qiaobei")]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def other(tmp_path: Path, find: str, put: str) -> Path:
    root = tmp_path / "other"
    shutil.copytree(FIXTURES, root)
    duties = root / "qiaonan" / "duties.yaml"
    text = duties.read_text(encoding="utf-8")
    assert find in text
    duties.write_text(text.replace(find, put, 1), encoding="utf-8")
    return root


def with_draft(tmp_path: Path) -> Path:
    """The rules, with a draft that allows 48 hours in place of 24."""
    root = other(tmp_path, "within: 24 hours", "within: 24 hours")
    shutil.copytree(root / "qiaonan", root / "next")
    head = root / "next" / "pack.yaml"
    text = head.read_text(encoding="utf-8").replace("from: 2020-01-01", "from: 2028-01-01")
    head.write_text("status: draft\n" + text.replace('version: "2020"', 'version: "2028"'), encoding="utf-8")
    duties = root / "next" / "duties.yaml"
    duties.write_text(duties.read_text(encoding="utf-8").replace("24 hours", "48 hours"), encoding="utf-8")
    return root


def counted(cases: Path, new: Side, workers: int = 1) -> Totals:
    totals, source = Totals(), open_cases(cases, False)
    ask = Ask(Side(str(FIXTURES)), new, "", "qiaonan", None, 0)
    for one in impacts(ask, source.batches(2), source.layout, workers):
        totals.take(one)
    return totals


@pytest.mark.parametrize(
    ("find", "put", "expected"),
    [
        ("within: 24 hours", "within: 48 hours", {("traffic_police", What.LATER)}),
        ("within: 24 hours", "within: 12 hours", {("traffic_police", What.EARLIER)}),
        (
            "bearer: traffic_police",
            "bearer: tax",
            {("traffic_police", What.BEARER), ("tax", What.BEARER)},
        ),
        ('actor == "traffic_police"', 'actor == "tax"', {("traffic_police", What.GONE)}),
        ("consequence: [", "note: 一\n    consequence: [", set()),
    ],
    ids=["due later", "due earlier", "another bearer", "gone", "nothing"],
)
def test_what_would_become_of_the_duties(
    find: str, put: str, expected: set[tuple[str, What]], cases: Path, tmp_path: Path
) -> None:
    totals = counted(cases, Side(str(other(tmp_path, find, put)), "qiaonan"))
    assert (totals.read, totals.elsewhere, totals.refused, totals.compared) == (CASES + 2, 1, 1, CASES)
    assert [(one.row, one.code) for one in totals.rows] == [(7, "LNK801")]
    assert totals.differing == (CASES if expected else 0)
    found = Counter(
        {(key.body, key.what): n.number for key, n in totals.counts.items() if key.rule == NOTIFY}
    )
    assert found == dict.fromkeys(expected, CASES)


def test_how_far_due_times_move(cases: Path, tmp_path: Path) -> None:
    totals = counted(cases, Side(str(other(tmp_path, "within: 24 hours", "within: 48 hours"))))
    ((key, count),) = totals.of_body("qiaonan", "traffic_police")
    assert (key.what, count.least, count.most) == (What.LATER, *(parse_duration("24h"),) * 2)
    assert [one.case for one in count.cases] == ["c0", "c1", "c2"]


def test_on_several_processes_it_is_the_same(cases: Path, tmp_path: Path) -> None:
    new = Side(str(other(tmp_path, "within: 24 hours", "within: 48 hours")))
    one, two = counted(cases, new), counted(cases, new, 2)
    assert (one.counts, one.read, one.rows) == (two.counts, two.read, two.rows)


def test_without_the_core_it_is_the_same(
    cases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("linkage_native")
    new = Side(str(other(tmp_path, "bearer: traffic_police", "bearer: tax")))
    by_core = counted(cases, new)
    monkeypatch.setattr(sides, "core_of", lambda district: None)
    # Another side, for the first one's rules are kept.
    assert counted(cases, new._replace(as_if=True)).counts == by_core.counts != {}


def test_a_draft_is_taken_as_if_it_had_always_been_in_force(cases: Path, tmp_path: Path) -> None:
    root = str(with_draft(tmp_path))
    assert counted(cases, Side(root, draft=True, as_if=True)).differing == CASES
    assert counted(cases, Side(root, "qiaonan", draft=True, as_if=True)).differing == CASES
    assert counted(cases, Side(root, "qiaonan", "2028", draft=True, as_if=True)).differing == CASES
    assert counted(cases, Side(root, draft=True)).differing == 0


@pytest.mark.parametrize(
    ("side", "code"),
    [
        (Side(str(FIXTURES), draft=True), "LNK240"),
        (Side(str(FIXTURES), "nobody"), "LNK810"),
        (Side(str(FIXTURES), "qiaonan", "1999", as_if=True), "LNK620"),
    ],
)
def test_what_is_no_side(side: Side, code: str) -> None:
    with pytest.raises(BulkError) as found:
        rules_of_side(side)
    assert found.value.code == code


@pytest.mark.parametrize(
    ("length", "zh", "en"),
    [
        ("24h", "1 天", "1 d"),
        ("36h", "36 小时", "36 h"),
        ("90m", "1 小时 30 分", "1 h 30 min"),
        ("5m", "5 分", "5 min"),
    ],
)
def test_lengths_of_time(length: str, zh: str, en: str) -> None:
    assert (span(parse_duration(length), "zh"), span(parse_duration(length), "en")) == (zh, en)


class Office:
    """Policy staff at the command line, with the six cases."""

    def __init__(self, cases: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.cases = cases
        self._capsys = capsys

    def asks(self, new: str, *words: str) -> tuple[int, str]:
        """``linkage impact``: its exit code, and what it said."""
        rules = [] if "--rules" in words else ["--rules", str(FIXTURES)]
        given = ["impact", new, "--cases", str(self.cases), *rules, "--workers", "1", *words]
        code = run(app, given)
        said = self._capsys.readouterr()
        return code, said.out + said.err


@pytest.fixture
def office(cases: Path, capsys: pytest.CaptureFixture[str]) -> Office:
    return Office(cases, capsys)


def test_the_command(office: Office, tmp_path: Path) -> None:
    new = str(other(tmp_path, "within: 24 hours", "within: 48 hours"))
    code, said = office.asks(new, "--district", "qiaonan")
    assert code == 1
    assert "共 8 个案件，比较了 7 个，其中 7 个会有变化" in said
    assert "第 7 行（LNK801）" in said
    assert "到期推迟" in said
    code, said = office.asks(new, "--format", "json")
    found: dict[str, Any] = json.loads(said[said.index("{") : said.rindex("}") + 1])
    assert (found["cases"], found["compared"], found["differing"], found["refused"]) == (8, 6, 6, 2)
    (department,) = found["departments"]
    assert department["effects"] == {"later": CASES}
    assert department["rules"][0]["moved_seconds"] == [86_400, 86_400]
    code, said = office.asks(str(FIXTURES))
    assert (code, "其中 0 个会有变化" in said) == (0, True)


def test_files_of_what_differs(office: Office, tmp_path: Path) -> None:
    new = str(other(tmp_path, "within: 24 hours", "within: 48 hours"))
    lines, rows, page = (tmp_path / f"found{ending}" for ending in (".jsonl", ".csv", ".html"))
    for path in (lines, rows, page):
        assert office.asks(new, "-o", str(path))[0] == 1
    assert [json.loads(line)["case"] for line in lines.read_text().splitlines()] == [
        f"c{n}" for n in range(CASES)
    ]
    with rows.open(encoding="utf-8-sig", newline="") as file:
        first, *rest = csv.DictReader(file)
    assert len(rest) == CASES - 1
    assert (first["case"], first["effect"], first["due"]) == ("c0", "later", "2024-03-06T09:30:00+08:00")
    text = page.read_text(encoding="utf-8")
    assert "到期推迟 1 天" in text
    assert '<details id="c2">' in text


def test_one_case_opened(office: Office, tmp_path: Path) -> None:
    new = str(other(tmp_path, 'actor == "traffic_police"', 'actor == "tax"'))
    code, said = office.asks(new, "--case", "c3")
    assert code == 1
    assert "案件 c3（第 4 行）" in said
    assert "到期 2024-03-05T09:30:00+08:00，待履行" in said
    assert "新规则下为什么没有" in said
    assert 'actor == "tax"' in said
    assert office.asks(str(FIXTURES), "--case", "c3")[0] == 0
    code, said = office.asks(new, "--case", "c3", "--format", "json")
    assert json.loads(said)["obligations"][0]["effect"] == "gone"


def test_versions_and_drafts_by_name(office: Office, tmp_path: Path) -> None:
    rules = ("--rules", str(with_draft(tmp_path)))
    assert office.asks("qiaonan@draft", *rules)[0] == 1
    assert office.asks("draft", *rules)[0] == 1
    assert office.asks("qiaonan@2020", *rules)[0] == 0
    assert office.asks("qiaonan", "--old", "qiaonan@draft", *rules)[0] == 1


@pytest.mark.parametrize(
    ("new", "words", "code"),
    [
        ("qiaonan@draft", (), "LNK240"),
        ("qiaonan@1999", (), "LNK620"),
        ("qiaonam", (), "LNK810"),
        ("./nowhere", (), "LNK903"),
        ("qiaonan", ("--old", "qiaobei"), "LNK422"),
        ("qiaonan", ("--district", "qiaobei"), "LNK422"),
        ("qiaonan", ("-o", "found.txt"), "LNK423"),
        ("qiaonan", ("--case", "c1", "-o", "found.csv"), "LNK906"),
        ("qiaonan", ("--case", "nobody"), "LNK252"),
        ("qiaonan", ("--cases", "nothing.jsonl"), "LNK902"),
        ("qiaonan", ("--cases", "cases.txt"), "LNK902"),
        ("qiaonan", ("--as-of", "2024-03-02"), "LNK812"),
    ],
)
def test_what_a_hurried_clerk_writes(office: Office, new: str, words: tuple[str, ...], code: str) -> None:
    assert office.asks(new, *words)[0] == 2
    assert code in office.asks(new, *words)[1]


def test_cases_of_another_district_alone(office: Office) -> None:
    office.cases.write_text(case(1, "qiaobei") + "\n{}\n", encoding="utf-8")
    code, said = office.asks("qiaonan")
    assert (code, "LNK424" in said) == (2, True)
    assert "2 个案件中没有一个可以比较：要比较的是 qiaonan，读不了的有 1 个" in said


def test_the_cases_are_not_written_over(office: Office, tmp_path: Path) -> None:
    path = office.cases
    before = path.read_bytes()
    assert "LNK989" in office.asks("qiaonan", "-o", str(path))[1]
    assert path.read_bytes() == before
