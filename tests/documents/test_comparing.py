"""A register beside a document: layout never counts, substance always does, and what moved is found."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from policy.documents.cut import cut
from policy.documents.sources import Comparison, compare
from policy.documents.sources.comparing import Change
from policy.pack.model import Clause, ClauseClass, Text
from policy.text.source import whole


def register_of(text: str) -> Mapping[str, Clause]:
    """The register that a document gives."""
    return {
        unit.id: Clause(
            unit.id, whole("x"), unit.number, ClauseClass.DUTY, Text("甲"), unit.digest, "", Text("")
        )
        for unit in cut(text).units
    }


def compared(before: str, after: str) -> Comparison:
    return compare(register_of(before), cut(after))


def changes(before: str, after: str) -> dict[str, tuple[str, str]]:
    """Kind of change and new place, by clause."""
    return {d.clause: (d.change.value, d.moved_to) for d in compared(before, after).differences}


ARTICLES = "第一条　甲应当通知。\n第二条　乙应当协助。\n第三条　丙应当反馈。\n"


def test_an_article_taken_out_moves_those_after_it() -> None:
    after = "第一条　甲应当通知。\n第二条　丙应当反馈。\n"
    assert changes(ARTICLES, after) == {"2": ("changed", ""), "3": ("missing", "2")}


def test_an_article_put_in_moves_those_after_it() -> None:
    after = "第一条　甲应当通知。\n第二条　丁应当公布。\n第三条　乙应当协助。\n第四条　丙应当反馈。\n"
    assert changes(ARTICLES, after) == {"2": ("changed", "3"), "3": ("changed", "4"), "4": ("new", "")}


def test_a_numbered_item_that_moved_deep_down() -> None:
    before = "一、职责\n（一）公安\n1、查找；\n2、扣押。\n"
    after = "一、职责\n（一）民政\n1、查询。\n（二）公安\n1、通知；\n2、查找；\n3、扣押。\n"
    found = changes(before, after)
    assert (found["1.1"], found["1.1.1"], found["1.1.2"]) == (
        ("changed", "1.2"),
        ("changed", "1.2.2"),
        ("missing", "1.2.3"),
    )


def test_a_paragraph_put_in_moves_the_next_one() -> None:
    before = "第一条　甲应当通知。\n乙应当协助。\n第二条　丙。\n"
    after = "第一条　甲应当通知。\n丁应当公布。\n乙应当协助。\n第二条　丙。\n"
    assert changes(before, after) == {"1.p2": ("changed", "1.p3"), "1.p3": ("new", "")}


CLAUSES = st.lists(st.sampled_from("甲乙丙丁戊己庚辛"), min_size=1, max_size=8)


def document_of(words: list[str], mark: str = "、", gap: str = "\n") -> str:
    return gap.join(f"{number}{mark}{word}应当协助执行。" for number, word in enumerate(words, 1)) + "\n"


@given(CLAUSES, st.sampled_from(["\n", "\n\n", "\r\n", "\n　\n", "\n— 2 —\n"]))
def test_layout_is_no_difference(words: list[str], gap: str) -> None:
    found = compared(document_of(words), document_of(words, gap=gap))
    assert found.differences == ()
    assert len(found.unchanged) == len(words)


@given(CLAUSES, CLAUSES)
def test_every_clause_of_either_is_accounted_for(before: list[str], after: list[str]) -> None:
    register, document = register_of(document_of(before)), cut(document_of(after))
    found = compare(register, document)
    kinds = {change: {d.clause for d in found.differences if d.change is change} for change in Change}
    old, new = set(register), {unit.id for unit in document.units}
    assert kinds[Change.MISSING] == old - new
    assert kinds[Change.NEW] == new - old
    assert kinds[Change.CHANGED] | set(found.unchanged) == old & new
    assert kinds[Change.CHANGED] == {id_ for id_ in old & new if before[int(id_) - 1] != after[int(id_) - 1]}
    assert all(d.change is not Change.NEW for d in found.stale)
    for item in found.differences:
        if item.moved_to:
            assert before[int(item.clause) - 1] == after[int(item.moved_to) - 1]
