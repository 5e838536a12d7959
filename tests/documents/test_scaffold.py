"""New packs: whole or not made, never the document's text, and unfinished until a reader has been through."""

import shutil
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from policy.cli import app, run
from policy.cli.loading import load_drafts
from policy.documents.cut import cut
from policy.documents.scaffold import pack_files, register, with_district
from policy.pack.read_vocabulary import read_vocabulary
from policy.text.diagnostics import Faults
from policy.text.source import Source
from tests.documents.failing import failing_calls

TEXT = "新区执行协助办法\n一、各单位应当协助执行，及时反馈情况。\n二、自印发之日起施行。\n"


@pytest.fixture
def root(rules: Path, tmp_path: Path) -> Path:
    """A copy of the rules, beside the document of a new district."""
    (tmp_path / "new.txt").write_text(TEXT, encoding="utf-8")
    return Path(shutil.copytree(rules, tmp_path / "rules"))


def init(root: Path, *more: str) -> int:
    return run(app, ["init", "xinqu", "--from", str(root.parent / "new.txt"), "--rules", str(root), *more])


def tree(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def test_the_scaffold_is_unfinished_clause_by_clause(root: Path) -> None:
    assert init(root, "--name", "新区") == 0
    faults = load_drafts(root).faults
    codes = [item.code for item in faults]
    assert codes.count("LNK516") == 3
    assert set(codes) == {"LNK516", "LNK223"}
    places = {str(item.span) for item in faults if item.code == "LNK223"}
    assert all(place.startswith("xinqu/pack.yaml") for place in places)


def test_the_other_files_stay_as_they_were(root: Path) -> None:
    before = tree(root)
    init(root, "--name", "新区")
    after = tree(root)
    assert set(after) - set(before) == {"xinqu/pack.yaml", "xinqu/clauses.yaml"}
    line = '  xinqu: {zh: "新区", en: "Xinqu"}\n'.encode()
    assert after["vocabulary.yaml"].replace(line, b"") == before["vocabulary.yaml"]
    assert {name: data for name, data in after.items() if name in before and name != "vocabulary.yaml"} == {
        name: data for name, data in before.items() if name != "vocabulary.yaml"
    }


def test_no_words_of_the_document_but_its_title_and_number(root: Path) -> None:
    init(root)
    written = "".join(
        (root / "xinqu" / name).read_text(encoding="utf-8") for name in ("pack.yaml", "clauses.yaml")
    )
    for words in ("各单位", "应当协助", "及时反馈", "印发之日"):
        assert words not in written
    assert "新区执行协助办法" in written


def test_an_init_that_fails_leaves_the_rules_as_they_were(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk: everything as before. A killed program: each file and folder whole, or as before."""
    before = tree(root)
    done = 0
    for attempt in failing_calls(monkeypatch):
        shutil.rmtree(root / "xinqu", ignore_errors=True)
        (root / "vocabulary.yaml").write_bytes(before["vocabulary.yaml"])
        with attempt:
            code = init(root, "--name", "新区")
        visible = {name: data for name, data in tree(root).items() if not name.startswith(".new-")}
        made = {name for name in visible if name.startswith("xinqu/")}
        assert made in (set(), {"xinqu/pack.yaml", "xinqu/clauses.yaml"})
        done += bool(made)
        if not made and code == 2:
            assert visible == before
        vocabulary = Source("vocabulary.yaml", visible["vocabulary.yaml"].decode())
        faults = Faults()
        assert read_vocabulary(vocabulary, faults) is not None
        assert not faults.errors
    assert done > 0


def test_line_ends_stay_as_they_were(root: Path) -> None:
    vocabulary = root / "vocabulary.yaml"
    vocabulary.write_bytes(vocabulary.read_bytes().replace(b"\n", b"\r\n"))
    init(root)
    data = vocabulary.read_bytes()
    assert data.count(b"\r\n") == data.count(b"\n")


def test_a_district_that_is_declared_already_is_left_alone(root: Path) -> None:
    vocabulary = root / "vocabulary.yaml"
    text = vocabulary.read_text(encoding="utf-8").replace(
        "xitang: {zh: 西", "xinqu: {zh: 新, en: X}\n  xitang: {zh: 西"
    )
    vocabulary.write_text(text, encoding="utf-8")
    assert init(root) == 0
    assert vocabulary.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    "text",
    [
        "districts:\n  a: {zh: 甲, en: A}\n",
        "districts:\n  a: {zh: 甲, en: A}",
        "districts:\n    a:\n      zh: 甲\n      en: A  # one\n\n# two\nkinds:\n  k: {zh: 类, en: k}\n",
        "kinds:\n  k: {zh: 类, en: k}\ndistricts:\n  a: {zh: 甲, en: A} # 末行\n\n\n",
        "kinds:\n  k: {zh: 类, en: k}\n",
    ],
)
def test_a_line_is_added_and_nothing_else(text: str) -> None:
    found = with_district(Source("vocabulary.yaml", text), "xinqu", "新区")
    assert found is not None
    before, after = yaml.safe_load(text), yaml.safe_load(found)
    before.setdefault("districts", {})["xinqu"] = {"zh": "新区", "en": "Xinqu"}
    assert after == before
    assert all(line in found.split("\n") for line in text.rstrip().split("\n"))


@pytest.mark.parametrize(
    "text", ["", "districts: [", "districts: {a: {zh: 甲, en: A}}", "districts: {}", "- a\n"]
)
def test_a_vocabulary_that_no_line_fits_in_is_left_to_people(text: str) -> None:
    assert with_district(Source("vocabulary.yaml", text), "xinqu", "新区") is None


@given(st.text(alphabet="第一二三条、（）1.①\n：。甲乙章节附件|# ", min_size=1, max_size=120))
def test_a_register_of_any_document_is_whole(text: str) -> None:
    """Whatever the document, its register is YAML with one unclassified entry for each clause."""
    try:
        document = cut(text)
    except ValueError:
        return
    entries = yaml.safe_load(register(document))["clauses"]
    assert [(entry["id"], entry["number"], entry["digest"]) for entry in entries] == [
        (unit.id, unit.number, unit.digest) for unit in document.units
    ]
    assert {entry["class"] for entry in entries} == {"unclassified"}
    assert set(pack_files(document, "xinqu")) == {"pack.yaml", "clauses.yaml"}
