"""The five official documents, where they are at hand: whole, in order, and numbered as printed."""

from collections.abc import Callable

import pytest

from policy.documents.cut import cut, normalise

DISTRICTS = ("liwan", "xisaishan", "gongan", "qijiang", "guangxi")


@pytest.mark.parametrize("district", DISTRICTS)
def test_every_character_belongs_to_one_unit(district: str, read_source: Callable[[str], str]) -> None:
    text = read_source(district)
    document = cut(text)
    assert "".join(normalise(unit.text) for unit in document.units) == normalise(text)
    assert len({unit.id for unit in document.units}) == len(document.units)
    assert document.notes == ()


@pytest.mark.parametrize("district", DISTRICTS)
def test_no_sentence_is_left_broken(district: str, read_source: Callable[[str], str]) -> None:
    """A clause of prose ends as a sentence or an item does."""
    broken = [
        unit.id
        for unit in cut(read_source(district)).units
        if len(unit.text) > 60
        and unit.text[-1] not in "。；：;”"
        and not unit.id.startswith(("title", "cover.title", "annex"))
    ]
    assert broken == []


@pytest.mark.parametrize(
    ("district", "expected"),
    [
        (
            "liwan",
            {"3.5": 66, "4.7.2.3": 128, "4.7.3.p2": 136, "4.22.2": 234, "cover.2": 15, "annex2.note": 263},
        ),
        (
            "xisaishan",
            {"cover.signature": 13, "preamble": 19, "2.3": 31, "3.2": 47, "annex1": 51, "imprint": 66},
        ),
        ("gongan", {"chapter4": 37, "9": 39, "9.p3": 45, "21.p3": 89, "25": 99, "32": 121, "41": 145}),
        ("qijiang", {"title": 1, "preamble": 2, "1": 3, "4": 6}),
        ("guangxi", {"title": 1, "p1": 6, "p4": 12, "p16": 40}),
    ],
)
def test_clauses_stand_where_they_are_printed(
    district: str, expected: dict[str, int], read_source: Callable[[str], str]
) -> None:
    lines = {unit.id: unit.first_line for unit in cut(read_source(district)).units}
    assert {id_: lines.get(id_) for id_ in expected} == expected
