"""The mix of cases: readable, and as varied as the comparison says."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkage.v1 import facts_pb2
from policy.decide import decide
from policy.decide.snapshot import load_snapshot
from tests.bench.cases import BenchCase, bench_cases, plain_case
from tests.bench.subset import DISTRICT

RULES = Path(__file__).resolve().parents[2] / "rules"


@pytest.fixture(scope="module")
def cases() -> tuple[BenchCase, ...]:
    return bench_cases()


def test_the_mix_goes_from_nothing_to_a_heavy_case(cases: tuple[BenchCase, ...]) -> None:
    district = load_snapshot(RULES)[0].districts[DISTRICT]
    decisions = [decide(district, case.message, case.as_of) for case in cases]
    counts = [len(decision.obligations) for decision in decisions]
    assert len(cases) == 12
    assert counts[0] == 0
    assert counts[-1] == max(counts) > 40
    assert len(cases[-1].message.events) == 25
    assert any(decision.undetermined for decision in decisions)
    assert not any(decision.errors for decision in decisions)


def test_plain_facts_leave_absent_fields_out_and_keep_lists() -> None:
    case = facts_pb2.Case(id="c", district="liwan", kind="enforcement")
    case.flags.no_property = False
    case.events.add(id="e1", type="enforcement_filed").at.seconds = 1_709_258_400
    plain = plain_case(case, 1_709_258_400_000_000_000)
    assert plain["flags"] == {"no_property": False}
    assert plain["events"] == [
        {
            "id": "e1",
            "type": "enforcement_filed",
            "at": 1_709_258_400,
            "also_by": [],
            "also_to": [],
            "answers": [],
            "figures": [],
        }
    ]
    assert plain["parties"] == []
    assert "claim_fen" not in plain


def test_three_months_before_is_the_first_day_that_is_not_yet_past() -> None:
    # 2024-03-01 10:00 in Shanghai: whoever was last seen on 2023-11-30 is gone for more than three months.
    plain = plain_case(facts_pb2.Case(), 1_709_258_400_000_000_000)
    assert plain["three_months_ago"] == 1_701_360_000  # 2023-12-01 00:00
