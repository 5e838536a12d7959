"""Batches: other ids and moments in each copy, and an engine that finds otherwise is caught."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.bench.cases import BenchCase, bench_cases
from tests.bench.peers import batches
from tests.bench.peers.batches import OneByOne, batch, batch_calls
from tests.bench.peers.protocol import Disagreement, Finding
from tests.bench.subset import Ours, rule_set, whole

RULES = Path(__file__).resolve().parents[3] / "rules"


@pytest.fixture(scope="module")
def ours() -> Ours:
    return whole(rule_set(RULES))


class _Forgetful(OneByOne):
    """Leaves the last finding of the last case out."""

    def prepare(self, ours: Ours, cases: Sequence[BenchCase]) -> Callable[[], Any]:
        self.name = "forgetful"
        return super().prepare(ours, cases)

    def findings(self, answer: Any) -> list[list[Finding]]:
        found = super().findings(answer)
        return [*found[:-1], found[-1][:-1]]


def test_each_copy_is_the_mix_a_day_later_under_other_ids() -> None:
    mix, copies = bench_cases(), batch(2)
    assert len({case.message.id for case in copies}) == len(copies) == 2 * len(mix)
    first, second = copies[len(mix) - 1], copies[-1]
    day = 86_400
    assert first.message.events[0].at == mix[-1].message.events[0].at
    assert second.message.events[0].at.seconds == first.message.events[0].at.seconds + day
    assert (
        second.message.documents[0].services[0].at.seconds
        == first.message.documents[0].services[0].at.seconds + day
    )
    assert second.as_of == first.as_of + day * 10**9
    assert second.plain["as_of"] == first.plain["as_of"] + day


def test_every_way_decides_the_whole_batch(ours: Ours) -> None:
    one_by_one, *others = batch_calls(ours, copies=1)
    assert one_by_one.cases == len(bench_cases())
    decisions = one_by_one.call()
    assert [len(decision.obligations) > 0 for decision in decisions].count(True) == one_by_one.cases - 1
    assert all(call.cases == one_by_one.cases for call in others)


def test_an_engine_that_finds_otherwise_is_refused(ours: Ours, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCHED", (_Forgetful, lambda _: None))
    with pytest.raises(Disagreement, match="forgetful on bench-12-0"):
        batch_calls(ours, copies=1)
