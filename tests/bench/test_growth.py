"""The grown pack: it loads, has as many more rules, and none of them touches the mix."""

from __future__ import annotations

from pathlib import Path

from policy.decide import decide
from policy.decide.snapshot import load_snapshot
from tests.bench.cases import bench_cases
from tests.bench.growth import grown
from tests.bench.subset import DISTRICT

RULES = Path(__file__).resolve().parents[2] / "rules"


def test_more_rules_change_no_decision() -> None:
    alone = load_snapshot(RULES)[0].districts[DISTRICT]
    with grown(RULES, 40) as root:
        more = load_snapshot(root)[0].districts[DISTRICT]
    assert sum(len(p.plans) for p in more.programs) == sum(len(p.plans) for p in alone.programs) + 40
    for case in bench_cases():
        one, other = (decide(district, case.message, case.as_of) for district in (alone, more))
        assert [o.id for o in one.obligations] == [o.id for o in other.obligations]
        assert [u.missing for u in one.undetermined] == [u.missing for u in other.undetermined]
