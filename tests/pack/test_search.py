"""Codes by a word: what is near, and how near."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.pack.search import MAX_QUERY, folded, nearness

NAMES = ["vehicle_seized", "查扣到被执行车辆", "vehicle found and seized", "交警大队查扣"]


@pytest.mark.parametrize(
    ("query", "near"),
    [
        ("vehicle_seized", 0),
        ("Vehicle Seized", 0),
        ("ＶＥＨＩＣＬＥ－ＳＥＩＺＥＤ", 0),
        ("查扣到被执行车辆", 0),
        ("vehicle", 1),
        ("查扣到", 1),
        ("seized", 2),
        ("被执行车辆", 2),
        ("seized vehicle", 3),
        ("查车辆", 4),
        ("seizures", 5),
        ("vehicle seizure", 5),
        ("vehicle_siezed", 6),
        ("ship", None),
        ("房屋", None),
        ("", None),
        (" _ ", None),
    ],
)
def test_how_near(query: str, near: int | None) -> None:
    assert nearness(query, NAMES) == near


def test_a_word_is_near_its_own_name_however_it_is_written() -> None:
    assert folded("县（区）公安局") == folded("县(区)公安局")
    assert folded("  A\u3000b ") == "a b"


@given(st.text(max_size=MAX_QUERY), st.lists(st.text(max_size=40), max_size=5))
def test_any_words(query: str, names: list[str]) -> None:
    near = nearness(query, names)
    if folded(query) and folded(query) in map(folded, names):
        assert near == 0
