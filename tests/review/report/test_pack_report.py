"""The page of a pack: everything of the document is in it, what it says is readable, nothing is fetched."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from policy.cli import app, run
from tests.golden import check
from tests.loading import SHIPPED, loaded

SMALL = Path(__file__).parents[1] / "mutation" / "rules"


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not {name for name, _ in attrs} & {"src", "href", "onclick"}, "nothing is fetched or run"
        if tag not in ("meta",):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.parts.append(data)


def text_of(page: str) -> str:
    parser = _Text()
    parser.feed(page.partition("\n")[2] if page.startswith("\n") else page)
    assert parser.open == []
    return "".join(parser.parts)


def written(tmp_path: Path, *words: str) -> str:
    out = tmp_path / "report.html"
    assert run(app, ["report", *words, "-o", str(out)]) == 0
    return out.read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_small_pack_whole(lang: str, tmp_path: Path, update_golden: bool) -> None:
    page = written(tmp_path, "qiaonan", "--rules", str(SMALL), "--lang", lang)
    shown = "\n".join(line.strip() for line in text_of(page).splitlines() if line.strip())
    shown = re.sub(r"\b[0-9a-f]{64}\b", "DIGEST", shown)
    check(Path(__file__).parent / f"small-{lang}.golden", shown + "\n", update_golden)


def test_every_clause_rule_reading_and_open_value_of_a_shipped_pack(tmp_path: Path) -> None:
    district = loaded(SHIPPED)[0].districts["xisaishan"]
    pack = district.programs[-1].pack
    page = text_of(written(tmp_path, "xisaishan", "--rules", str(SHIPPED)))
    for clause in pack.clauses.values():
        assert clause.number in page
        assert clause.summary.zh in page
        assert clause.no_rule in page
    for rule in pack.rules:
        told = re.findall(rf"{re.escape(rule.id)}(?![.\w])", page)
        assert len(told) == 1, "each rule is told once in full"
        assert rule.title.zh in page
        if rule.reading is not None:
            assert rule.reading.other.zh in page
        for line in (*rule.when, *rule.unless):
            assert line.means.zh in page
    for parameter in pack.parameters.values():
        assert parameter.basis or parameter.means.zh in page
    assert "FREQ=" not in page.replace("FREQ=YEARLY：起算日", "")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["nowhere", "-o", "x.html"], "LNK810"),
        (["qiaonan", "-o", "x.pdf"], "LNK906"),
        (["qiaonan", "--version", "1999", "-o", "x.html"], "LNK620"),
    ],
)
def test_what_cannot_be_written_is_said(
    words: list[str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(app, ["report", *words, "--rules", str(SMALL)]) == 2
    assert code in capsys.readouterr().err
