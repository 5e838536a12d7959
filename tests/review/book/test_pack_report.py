"""The page of a pack: everything of the document is in it, what it says is readable, nothing is fetched."""

from __future__ import annotations

import os
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from policy.cli import app, run
from policy.decide.snapshot import District
from policy.pack.model import Modality
from policy.program.program import PackProgram
from policy.review.book import Book
from policy.review.book.matrix import kind_of, matrices_of
from policy.review.book.page import page_of
from policy.review.wording import Wording
from tests.golden import check
from tests.loading import SHIPPED
from tests.review.book.conftest import SMALL

VOID = {"meta", "br", "wbr", "rect"}


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.open: list[str] = []
        self.targets: set[str] = set()
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        assert not found.keys() & {"src", "onclick"}, "nothing is fetched or run"
        if "href" in found:
            assert (found["href"] or "").startswith("#"), "nothing is fetched"
            self.targets.add((found["href"] or "")[1:])
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Of an SVG."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "title"} & set(self.open):
            self.parts.append(data)


def parsed(page: str) -> _Text:
    parser = _Text()
    parser.feed(page)
    assert parser.open == []
    return parser


def text_of(page: str) -> str:
    return "".join(parsed(page).parts)


def written(tmp_path: Path, *words: str) -> str:
    out = tmp_path / "report.html"
    assert run(app, ["report", *words, "-o", str(out)]) == 0
    return out.read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_small_pack_whole(lang: str, tmp_path: Path, update_golden: bool) -> None:
    page = written(tmp_path, "qiaonan", "--rules", str(SMALL), "--lang", lang)
    shown = "\n".join(line.strip() for line in text_of(page).splitlines() if line.strip())
    shown = re.sub(r"[0-9a-f]{64}", "DIGEST", shown)
    check(Path(__file__).parent / f"small-{lang}.golden", shown + "\n", update_golden)


def test_every_clause_rule_reading_and_open_value_of_a_shipped_pack(shipped: District, large: Book) -> None:
    pack = shipped.programs[-1].pack
    page = text_of(page_of(large))
    written_down = (SHIPPED / "xisaishan" / "clauses.yaml").read_text(encoding="utf-8")
    ids = re.findall(r'\bid: "([^"]+)"', written_down)
    assert [clause.number for clause in large.clauses] == [pack.clauses[one].number for one in ids]
    for clause in pack.clauses.values():
        assert clause.summary.zh in page
        assert clause.no_rule in page
    told = [
        one for clause in large.clauses for group in clause.groups for card in group.rules for one in card.ids
    ]
    assert sorted(told) == sorted(rule.id for rule in pack.rules), "each rule is told once in full"
    for rule in pack.rules:
        if rule.reading is not None:
            assert rule.reading.other.zh in page
        for line in (*rule.when, *rule.unless):
            assert line.means.zh in page
    for parameter in pack.parameters.values():
        assert parameter.basis or parameter.means.zh in page
    assert "done." not in page, "no formula is shown to who reads no YAML"


def test_every_place_that_is_linked_to_is_there_once(large: Book) -> None:
    page = parsed(page_of(large))
    assert page.targets <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_the_matrix_marks_every_duty_of_every_department(shipped: District) -> None:
    program: PackProgram = shipped.programs[-1]
    words = Wording(shipped, "zh")
    marked = {
        (number, body, kind)
        for matrix in matrices_of(program, words)
        for number, _, row in matrix.rows
        for body, kinds in zip(matrix.bodies, row, strict=True)
        for kind in kinds
    }
    wanted = {
        (program.pack.clauses[clause].number, words.body(program, body), kind_of(plan.rule))
        for plan in program.plans
        if plan.rule.modality is not Modality.DEEMED
        for clause in plan.typed.clauses
        for body in plan.rule.bearer.bodies
    }
    assert wanted == {item for item in marked if item[1] != "由案情确定"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["nowhere", "-o", "x.html"], "LNK810"),
        (["qiaonan", "-o", "x.doc"], "LNK481"),
        (["qiaonan", "-o", "report"], "LNK481"),
        (["qiaonan", "-o", "folder.pdf"], "LNK908"),
        (["qiaonan", "-o", "no/such/folder.html"], "LNK908"),
        (["qiaonan", "--version", "1999", "-o", "x.html"], "LNK620"),
        (["qiaonan", "--mutation", "nowhere.json", "-o", "x.html"], "LNK902"),
        (["qiaonan", "--mutation", "other.json", "-o", "x.html"], "LNK484"),
        (["qiaonan", "--mutation", "qiaobei.json", "-o", "x.html"], "LNK485"),
    ],
)
def test_what_cannot_be_written_is_said(
    words: list[str],
    code: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder.pdf").mkdir()
    Path("other.json").write_text('{"qiaonan": {"all": "none"}}', encoding="utf-8")
    Path("qiaobei.json").write_text(
        '{"qiaobei": {"all": {"refused": 1, "noticed": 2, "survived": 1, "same": 0}}}', encoding="utf-8"
    )
    assert run(app, ["report", *words, "--rules", str(SMALL)]) == 2
    assert code in capsys.readouterr().err
    assert sorted(os.listdir()) == ["folder.pdf", "other.json", "qiaobei.json"], "nothing is left behind"


@pytest.mark.parametrize(
    ("ending", "package", "extra"), [("docx", "docx", "word"), ("pdf", "weasyprint", "pdf")]
)
def test_a_package_that_is_not_installed_is_named(
    ending: str, package: str, extra: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    assert run(app, ["report", "qiaonan", "-o", f"x.{ending}", "--rules", str(SMALL)]) == 2
    said = capsys.readouterr().err
    assert "LNK980" in said
    assert f"[{extra}]" in said


def test_what_was_measured_is_told_with_the_rules_that_it_was_measured_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        run(
            app,
            ["test", "--mutate", "--rules", str(SMALL), "--jobs", "1", "--changes", "6", "--format", "json"],
        )
        == 0
    )
    result = tmp_path / "result.json"
    result.write_text(capsys.readouterr().out, encoding="utf-8")
    page = text_of(written(tmp_path, "qiaonan", "--rules", str(SMALL), "--mutation", str(result)))
    assert "逐处试改规则 6 处" in page
    assert "对本版测量" in page
    digest = re.search(r'"2020": "([0-9a-f]{64})"', result.read_text(encoding="utf-8"))
    assert digest is not None
    result.write_text(result.read_text(encoding="utf-8").replace(digest[1], "0" * 64), encoding="utf-8")
    page = text_of(written(tmp_path, "qiaonan", "--rules", str(SMALL), "--mutation", str(result)))
    assert "须重新测量" in page
