"""Many worlds in which everything fails that can fail: nothing is lost, and nothing comes twice.

In CI 10,000 seeds and every fault, elsewhere some of them; `python -m tests.simulation` runs others.
docs/simulation.md says how it is done.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.__main__ import several
from tests.simulation.faulty import FAULTY
from tests.simulation.plan import Plan, plan_of
from tests.simulation.run import run
from tests.simulation.shrinking import shrunk

IN_CI = bool(os.environ.get("CI"))
SEEDS, PIECES = (10_000, 50) if IN_CI else (200, 4)
FEW = ("all-at-once", "held-for-ever", "noted-before-sent", "one-id-each-time", "two-transactions")
ENOUGH = 300
"""Among so many seeds each fault of ``FAULTY`` is found."""


@pytest.mark.parametrize("piece", range(PIECES))
def test_nothing_is_lost_and_nothing_comes_twice(piece: int) -> None:
    failed = [each for each in several(list(range(piece, SEEDS, PIECES))) if each.wrong]
    told = [f"python -m tests.simulation --seed {each.plan.seed} --trace: {each.wrong}" for each in failed]
    assert not told, "\n".join(told)


def _digests(hash_seed: str) -> str:
    asked = "[each.digest for each in several([*range(12)])]"
    program = f"from tests.simulation.__main__ import several; print({asked})"
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    root = Path(__file__).parents[2]
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment, cwd=root
    )
    assert not found.stderr
    return found.stdout


def test_a_seed_is_the_same_world_in_every_process() -> None:
    """Whatever ran before it, and however this Python hashes."""
    here = f"{[each.digest for each in several([*range(12)])]}\n"
    assert _digests("1") == _digests("77") == here


@pytest.mark.parametrize("name", sorted(FAULTY) if IN_CI else FEW)
def test_a_fault_of_the_product_is_found(name: str) -> None:
    for seed in range(ENOUGH):
        if several([seed], name)[0].wrong:
            return
    pytest.fail(f"{name} was not found in {ENOUGH} seeds")


def _size(plan: Plan) -> int:
    return len(plan.intents) + len(plan.faults) + len(plan.leaps) + plan.nodes


def test_what_fails_is_made_smaller_and_fails_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    for where, what, other in FAULTY["two-transactions"]:
        monkeypatch.setattr(where, what, other)
    failing = next(found for seed in range(ENOUGH) if (found := run(plan_of(seed))).wrong)
    small = shrunk(failing)
    assert small.wrong
    assert _size(small.plan) < _size(failing.plan)
    assert run(small.plan).digest == small.digest
