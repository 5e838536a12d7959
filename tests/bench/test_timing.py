"""The stopwatch: percentiles, the order of turns, ratios."""

from __future__ import annotations

import pytest

from tests.bench.timing import TIMED, WARM_UP, Samples, geometric_mean_ratio, percentile, side_by_side


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [([5], 99, 5), ([3, 1, 2], 50, 2), (list(range(1, 101)), 99, 99), (list(range(1, 201)), 99, 198)],
)
def test_percentile_is_the_smallest_value_that_covers_the_share(
    values: list[float], percent: float, expected: float
) -> None:
    assert percentile(values, percent) == expected


def test_every_subject_runs_every_workload_in_every_round() -> None:
    calls: list[tuple[int, int]] = []
    rounds: list[int] = []
    subjects = [[lambda s=s, w=w: calls.append((s, w)) for w in range(3)] for s in range(2)]
    samples = side_by_side(subjects, 4, lambda: rounds.append(len(calls)))
    assert [len(times) for sample in samples for times in sample.rounds] == [4 * TIMED] * 6
    assert len(rounds) == 4 + WARM_UP
    assert {pair: calls.count(pair) for pair in calls} == {
        (s, w): (4 + WARM_UP) * (TIMED + 1) for s in range(2) for w in range(3)
    }


def test_a_turn_is_not_interrupted_by_other_subjects() -> None:
    calls: list[int] = []
    side_by_side([[lambda: calls.append(0)], [lambda: calls.append(1)]], 20)
    turns = [calls[at : at + TIMED + 1] for at in range(0, len(calls), TIMED + 1)]
    assert all(len(set(turn)) == 1 for turn in turns)
    order = [turn[0] for turn in turns]
    rounds = {(one, other) for one, other in zip(order[::2], order[1::2], strict=True)}
    assert rounds == {(0, 1), (1, 0)}


def test_the_ratio_weighs_workloads_the_same() -> None:
    slow, fast = Samples(((2000,), (8000,))), Samples(((1000,), (1000,)))
    assert geometric_mean_ratio(slow, fast) == pytest.approx(4)
    assert slow.medians == (2.0, 8.0)
    assert slow.median == 5.0
