"""Paths: whatever an id holds, it is an id; the words for a path never come from within one."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from policy.decide import decide
from policy.facts.paths import element, key_of, parts, quoted
from policy.review.wording import Wording
from tests.lab import AS_OF, case_of, district

_ids = st.text(min_size=1, max_size=12)
_ODD = "（2024）]粤\\执[1].events[e9"


@given(_ids, _ids)
@example(_ODD, "]")
@example("\\", "]\\")
def test_a_path_gives_back_its_ids(one: str, other: str) -> None:
    path = f"{element('documents', one)}.{element('services', other)}.at"
    assert list(parts(path)) == [("documents", one), ("services", other), ("at", "")]
    assert key_of(element("events", one)) == one


@given(_ids, _ids)
def test_different_ids_are_different_paths(one: str, other: str) -> None:
    assert (quoted(one) == quoted(other)) == (one == other)


@given(st.text(max_size=12))
def test_any_text_is_a_path_or_none(text: str) -> None:
    assert all(name for name, _ in parts(text))


def test_a_usual_id_stands_as_it_is() -> None:
    assert element("events", "（2024）粤0103执1号") == "events[（2024）粤0103执1号]"
    assert list(parts("flags.major_complex")) == [("flags", ""), ("major_complex", "")]


def test_words_are_of_the_element_and_not_of_what_its_id_looks_like() -> None:
    rules = district({"who": 'e.actor == "tax"'})
    case = case_of()
    case.events[0].id = "x].parties[p9"
    (open_,) = decide(rules, case, AS_OF).undetermined
    assert open_.missing == (r"events[x\].parties[p9].actor",)
    wording = Wording(rules, "en")
    assert wording.path(open_.bound[0]) == "event x].parties[p9"
    assert wording.fact(open_.missing[0]) == "event x].parties[p9: body that acted"
