"""What holds for every document: layout moves nothing, no character is lost, a change is seen where it is."""

import random
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.documents.cut import DocumentError, cut, normalise

WORDS = "法院执行查封扣押冻结财产车辆房屋账户信息协助配合反馈送达"
HAN = "一二三四五六七八九"

words = st.text(alphabet=WORDS, min_size=2, max_size=10)
sentences = st.builds("{}，{}，{}。".format, words, words, words)
paragraphs = st.lists(sentences, min_size=1, max_size=3).map("".join)
items = st.lists(paragraphs, max_size=3)


def _lines_of_headed(sections: list[tuple[str, list[str], list[str]]]) -> list[str]:
    lines = []
    for order, (heading, body, listed) in enumerate(sections):
        lines += [f"{HAN[order]}、{heading}", *body]
        lines += [f"（{HAN[place]}）{text}" for place, text in enumerate(listed)]
    return lines


def _lines_of_articles(articles: list[tuple[str, list[str], list[str]]]) -> list[str]:
    lines = ["第一章 总则"]
    for order, (heading, body, listed) in enumerate(articles):
        lines += [f"第{HAN[order]}条 {heading}，应当办理。", *body]
        lines += [f"{place}. {text}" for place, text in enumerate(listed, 1)]
    return lines


def _lines_of_lists(paragraphs_: list[tuple[str, list[str], list[str]]]) -> list[str]:
    lines = []
    for order, (intro, body, listed) in enumerate(paragraphs_, 1):
        inner = "；".join(f"（{place}）{text.rstrip('。')}" for place, text in enumerate(listed, 1))
        lines += [f"{order}、{intro}，包括：{inner or '其他'}。", *body]
    return lines


sections = st.lists(st.tuples(words, items, items), min_size=1, max_size=4)
documents = st.one_of(
    sections.map(_lines_of_headed), sections.map(_lines_of_articles), sections.map(_lines_of_lists)
).map(lambda lines: ["执行协作办法", "为了协作，制定本办法。", *lines])


def with_noise(lines: list[str], seed: int) -> str:
    """The lines as another converter would print them."""
    chance = random.Random(seed)  # noqa: S311 - layout noise, not a secret
    wide = str.maketrans("0123456789()（）.，", "０１２３４５６７８９（）()．,")
    out: list[str] = []
    for line in lines:
        noisy = line.translate(wide) if chance.random() < 0.5 else line
        noisy = "".join(char + " " * (chance.random() < 0.1) for char in noisy)
        broken = noisy.find("，", 24) + 1
        if broken > 24 and chance.random() < 0.5:
            noisy = noisy[:broken] + "\n" * chance.randint(1, 3) + noisy[broken:]
        elif chance.random() < 0.3:
            noisy = f"**{noisy}**"
        noisy = chance.choice(["", "# ", "### ", "　　", "> ", "- "]) + noisy
        out += [noisy, *[""] * chance.randint(0, 2)]
    return chance.choice(["", "\ufeff", "---\n"]) + chance.choice(["\n", "\r\n"]).join(out)


@given(documents, st.integers(0, 2**32))
def test_layout_moves_no_clause(lines: list[str], seed: int) -> None:
    plain, noisy = cut("\n".join(lines)), cut(with_noise(lines, seed))
    assert dict(noisy.digests()) == dict(plain.digests())
    assert [unit.number for unit in noisy.units] == [unit.number for unit in plain.units]


@given(documents, st.data())
def test_a_changed_character_changes_one_digest(lines: list[str], data: st.DataObject) -> None:
    text = "\n".join(lines)
    places = [place for place, char in enumerate(text) if char in WORDS and place > len(lines[0])]
    place = data.draw(st.sampled_from(places))
    before, after = cut(text).digests(), cut(f"{text[:place]}某{text[place + 1 :]}").digests()
    assert list(before) == list(after)
    assert sum(before[id_] != after[id_] for id_ in before) == 1


PIECES = st.sampled_from(
    [
        *(
            "第一条",
            "第二条",
            "第三条之一",
            "第一章",
            "第二节",
            "一、",
            "二、",
            "（一）",
            "(二)",
            "1、",
            "2.",
            "1.1",
        ),
        *(
            "1.1.1",
            "①",
            "②",
            "1）",
            "一是",
            "附件1",
            "附件：",
            "附件",
            "目录",
            "2020年1月1日",
            "注：",
            "各单位：",
            "抄送：",
        ),
        *(
            "关于印发《某办法》的通知",
            "\n",
            "\n\n",
            "。",
            "；",
            "：",
            "，",
            "甲",
            "乙方应当",
            "|",
            "\t",
            "#",
            "*",
            "- ",
        ),
        *("<br/>", "&nbsp;", " ", "　", "24小时", "—3—", "---", "\ufeff", "½", "㈠", "”"),
    ]
)


@given(st.one_of(st.lists(PIECES, max_size=60).map("".join), st.text(max_size=200)))
def test_no_character_is_lost_or_doubled(text: str) -> None:
    if not normalise(text):
        with pytest.raises(DocumentError):
            cut(text)
        return
    document = cut(text)
    # NFKC once more: a combining character at the start of a unit joins the one before it in the whole.
    units = unicodedata.normalize("NFKC", "".join(normalise(unit.text) for unit in document.units))
    assert units == normalise(text)
    assert len({unit.id for unit in document.units}) == len(document.units)
    assert all(re.fullmatch(r"[a-z0-9]+(\.[a-z0-9]+)*", unit.id) for unit in document.units)
    starts = [unit.first_line for unit in document.units]
    assert starts == sorted(starts)
