"""Normalisation and digests: layout never counts, substance always does."""

import pytest

from policy.documents.cut import cut, digest, normalise

SENTENCE = "第三条 公安机关应当在24小时内反馈（附：清单），不得拖延。"


@pytest.mark.parametrize(
    "layout",
    [
        "第三条　公安机关应当在 24 小时内反馈（附：清单），不得拖延。",
        "## 第三条 公安机关应当在２４小时内反馈(附:清单),不得拖延。",
        "**第三条** 公安机关应当\n\n在24小时内反馈（附：清单），\n不得拖延。\n",
        "- 第三条 公安机关应当在24小时内反馈（附：清单），不得拖延。",
        "| 第三条 | 公安机关应当在24小时内反馈（附：清单），不得拖延。 |\n|---|---|",
        "<b>第三条</b>&nbsp;公安机关应当在24小时内反馈（附：清单），不得拖延。<br/>",
        "第三条 公安机关应当在24小时内反馈（附：\n— 12 —\n清单），不得拖延。",
        "第三条 公安机关应当在24小时内反馈（附：\n第 12 页 共 30 页\n清单），不得拖延。",
        "第三条 公安机关应当\v在24小时内反馈（附：\f－１２－\u2028清单），不得拖延。",
        "\ufeff> 第三条 公安机关\u200b应当在24小时内反馈（附：清单），不得拖延。\r\n---\r\n",
    ],
)
def test_layout_leaves_the_digest(layout: str) -> None:
    assert normalise(layout) == normalise(SENTENCE) == "第三条公安机关应当在24小时内反馈(附:清单),不得拖延。"
    assert digest(layout) == digest(SENTENCE)


@pytest.mark.parametrize(
    "change",
    [
        "第三条 公安机关应当在48小时内反馈（附：清单），不得拖延。",
        "第三条 公安机关可以在24小时内反馈（附：清单），不得拖延。",
        "第三条 公安机关应当在24小时内反馈（附：清单）、不得拖延。",
        "第三条 公安机关应当在24小时内反馈（附：清单），不得拖延",
        "第三条 公安机关应当在24小时内反馈<附：清单>，不得拖延。",
        "第三条 公安机关应当在24-小时内反馈（附：清单），不得拖延。",
    ],
)
def test_substance_changes_the_digest(change: str) -> None:
    assert digest(change) != digest(SENTENCE)


def test_digest_names_its_algorithm_and_holds_128_bits() -> None:
    # printf '甲' | sha256sum
    assert digest(" 甲\n") == "sha256:33e3580c093111e1c4cac922872c4037"


@pytest.mark.parametrize(
    "marked", ["|甲", "** * # 甲", "- - 甲", "&nbsp;&nbsp;# 甲", "> <b># 甲</b>", "<<b>b>甲"]
)
def test_a_unit_without_its_marks_keeps_its_digest(marked: str) -> None:
    (unit,) = cut(marked).units
    assert digest(unit.text) == digest(marked)
    assert unit.text.endswith("甲")
    assert not set(unit.text) & set("#*|")
