"""What settles a condition alone, against turning each of its parts over; what rule tests show of parts."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.decide.snapshot import load_snapshot
from policy.review.ruletest.coverage import Coverage, Ratio
from policy.review.ruletest.coverage_page import coverage_html
from policy.review.ruletest.coverage_words import coverage_json
from policy.review.ruletest.mcdc import Shape, _settling, _value
from policy.review.ruletest.read import read_tests
from policy.review.ruletest.run import run_test
from policy.text.diagnostics import Faults
from policy.text.source import Source
from tests.pack.trees import edited

_LEAF = Shape("")
_SHAPES = st.recursive(
    st.just(_LEAF),
    lambda inner: st.one_of(
        st.builds(
            lambda op, parts: Shape(op, tuple(parts)),
            st.sampled_from(("and", "or")),
            st.lists(inner, min_size=1, max_size=3),
        ),
        st.builds(lambda part: Shape("not", (part,)), inner),
        st.builds(lambda *parts: Shape("if", parts), inner, inner, inner),
    ),
    max_leaves=7,
)
_VALUES = st.lists(st.sampled_from((True, False, None)), min_size=16, max_size=16)


def numbered(shape: Shape, numbers: Iterator[int]) -> Shape:
    """The shape, its parts numbered from 0."""
    if not shape.op:
        return Shape("", part=next(numbers))
    return Shape(shape.op, tuple(numbered(part, numbers) for part in shape.shapes))


def parts(shape: Shape) -> Iterator[int]:
    if not shape.op:
        yield shape.part
    for part in shape.shapes:
        yield from parts(part)


def turned(shape: Shape, values: Sequence[bool | None], part: int) -> set[bool | None]:
    """The values of the shape with the part true, and with it false."""
    return {_value(shape, [*values[:part], value, *values[part + 1 :]]) for value in (True, False)}


@given(_SHAPES, _VALUES)
def test_a_part_settles_alone_where_turning_it_turns_the_whole(
    shape: Shape, values: list[bool | None]
) -> None:
    whole = numbered(shape, itertools.count())
    expected = {part for part in parts(whole) if turned(whole, values, part) == {True, False}}
    assert set(_settling(whole, values)) == expected


TOLD = ", {id: t, type: court_notified, about: e, actor: traffic_police, at: 2024-03-02T10:00:00+08:00}"


def of_tests(rules: Path, folder: Path, *actors: str) -> tuple[Ratio, Ratio, str]:
    """MC/DC, endings and the page of tests in which these seized a car; the first has told the court."""
    find = 'seizure.actor == "traffic_police"'
    edits = [
        {"file": "qiaonan/duties.yaml", "find": find, "put": f'{find} || seizure.actor == "court"'},
    ]
    snapshot = load_snapshot(edited(rules, folder, edits))[0]
    tests = ["tests:"]
    for number, actor in enumerate(actors):
        told = "" if number else TOLD
        seized = f"{{id: e, type: vehicle_seized, actor: {actor}, at: 2024-03-02T09:30:00+08:00}}"
        tests += [
            f"  - name: t{number}",
            "    as_of: 2024-03-02T12:00:00+08:00",
            "    case:",
            "      kind: enforcement",
            "      attributes: {pilot: false}",
            f"      events: [{seized}{told}]",
            "    expect_not: [{rule: qiaonan.search.do, because: 没有请求}]",
        ]
    source = Source("qiaonan/tests/x.yaml", "\n".join(tests) + "\n")
    faults, coverage = Faults(), Coverage(snapshot, ["qiaonan"])
    for test in read_tests(source, snapshot.districts["qiaonan"], faults):
        run_test(snapshot, test, coverage.watch)
    assert not faults.errors, list(faults)
    found = {ratio.kind: ratio for ratio in coverage.ratios()}
    return found["mcdc"], found["endings"], coverage_html(coverage.ratios(), coverage.spans(), "zh")


@pytest.mark.parametrize(
    ("actors", "gaps"),
    [
        (("traffic_police", "court", "tax"), {}),
        (("traffic_police", "tax"), {"court": "alone_true"}),
        (("traffic_police",), {"traffic_police": "alone_false", "court": "alone"}),
    ],
)
def test_what_tests_show_of_alternatives(
    actors: tuple[str, ...], gaps: dict[str, str], rules: Path, tmp_path: Path
) -> None:
    mcdc, endings, page = of_tests(rules, tmp_path, *actors)
    own = {gap.means: gap.lacks for gap in mcdc.gaps if gap.name == "qiaonan.vehicle.notify"}
    expected = {f'seizure.actor == "{actor}"': lacks for actor, lacks in gaps.items()}
    assert own == expected | {"attr.pilot": "alone_true"}
    assert "qiaonan.vehicle.notify" not in {gap.name for gap in endings.gaps if gap.lacks == "fulfilled"}
    assert coverage_json((mcdc,))["mcdc"]["covered"] == mcdc.total - len(mcdc.gaps)
    assert "seizure.actor == &#34;court&#34;" in page
    assert 'class="gap"' in page
