"""Documents of the genre, wrapped anywhere and with page furniture anywhere: not one clause changes."""

import random
import re
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from policy.documents.cut import Document, cut

HERE = Path(__file__).parent
DOCUMENTS = {
    path.stem: path.read_text(encoding="utf-8")
    for path in (*sorted((HERE / "genre").glob("*.txt")), HERE / "document.txt")
}
FOOTERS = [
    *("— {n} —", "- {n} -", "第 {n} 页", "第 {n} 页 共 {m} 页", "第{n}页，共{m}页", "共 {m} 页 第 {n} 页"),
    *("{n}/{m}", "—{n}/{m}—", "Page {n} of {m}", "（第 {n} 页）", "－{wide}－", "第{wide}页", "\f– {n} –"),
]
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
# After these a line may end a paragraph as well, and within a number it is not the number's line any more.
ENDS = "。；：！？…;:!?.”"
LEAST = 6
OTHER = "执行协作文件汇编"


def clauses(document: Document) -> list[tuple[str, str, str]]:
    return [(unit.id, unit.number, unit.digest) for unit in document.units]


EXPECTED = {name: clauses(cut(text)) for name, text in DOCUMENTS.items()}


def is_prose(line: str) -> bool:
    return any(mark in line for mark in "。；") and "|" not in line and not re.match("附件|各|注|备注", line)


def wrapped(line: str, chance: random.Random) -> list[str]:
    """A line of prose broken at random places, inside words and numbers too."""
    pieces, start = [], 0
    for place in range(LEAST, len(line) - 1):
        may = (
            place - start >= LEAST and line[place - 1] not in ENDS and " " not in line[place - 1 : place + 1]
        )
        if may and chance.random() < 0.06:
            pieces.append(line[start:place])
            start = place
    return [*pieces, line[start:]]


def on_pages(lines: list[str], header: str, chance: random.Random) -> list[str]:
    """The lines with a page number at random places, and below each the running title of the next page."""
    form, page, out = chance.choice(FOOTERS), 1, []
    for place, line in enumerate(lines):
        out.append(line)
        if place > LEAST and chance.random() < 0.12:
            page += 1
            out += [""] * chance.randint(0, 1)
            out.append(form.format(n=page, m=99, wide=str(page).translate(WIDE)))
            out += [header] if header else []
            out += [""] * chance.randint(0, 1)
    return out


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_documents_are_cut_without_a_doubt(name: str) -> None:
    assert cut(DOCUMENTS[name]).notes == ()
    assert len(EXPECTED[name]) > 5


@pytest.mark.parametrize("name", DOCUMENTS)
@given(seed=st.integers(0, 2**32), running=st.sampled_from(["", "title", "other"]), paged=st.booleans())
def test_wrapping_and_page_furniture_change_no_clause(
    name: str, seed: int, running: str, paged: bool
) -> None:
    chance = random.Random(seed)  # noqa: S311 - layout noise, not a secret
    lines = [
        piece
        for line in DOCUMENTS[name].split("\n")
        for piece in (wrapped(line, chance) if is_prose(line) else [line])
    ]
    header = {"": "", "title": DOCUMENTS[name].split("\n")[0], "other": OTHER}[running]
    pages = on_pages(lines, header, chance) if paged else lines
    assume(pages.count(OTHER) != 1)  # what stands once may be anything
    assert clauses(cut("\n".join(pages))) == EXPECTED[name]


@pytest.mark.parametrize("name", DOCUMENTS)
@given(width=st.integers(18, 60))
def test_wrapping_at_a_width_changes_no_clause_or_is_said(name: str, width: int) -> None:
    lines = []
    for line in DOCUMENTS[name].split("\n"):
        cuts = range(0, len(line), width) if is_prose(line) else [0]
        pieces = [line[start : start + width] if is_prose(line) else line for start in cuts]
        if any(piece[-1] in ENDS for piece in pieces[:-1]):
            pieces = [line]  # a line that ends with a sentence may end the paragraph
        lines += pieces or [line]
    assert clauses(cut("\n".join(lines))) == EXPECTED[name]


@pytest.mark.parametrize("name", DOCUMENTS)
@given(end=st.sampled_from(["\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"]))
def test_any_line_end_is_a_line_end(name: str, end: str) -> None:
    assert clauses(cut(DOCUMENTS[name].replace("\n", end))) == EXPECTED[name]
