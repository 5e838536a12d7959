"""What the three-valued engine takes from compiled code is what it would have found by walking."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy.engines import conditions
from policy.engines.three import Evaluator
from policy.review.ruletest.run import run_test
from tests.loading import loaded

SHIPPED = Path(__file__).resolve().parents[2] / "rules"


def test_compiled_parts_change_no_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot, tests = loaded(SHIPPED)
    asked = 0

    def walking(*args: object, part: object) -> Evaluator:
        nonlocal asked
        asked += part is not None
        return Evaluator(*args)  # type: ignore[arg-type]

    with_parts = [run_test(snapshot, test).decision.canonical_bytes for test in tests]
    monkeypatch.setattr(conditions, "Evaluator", walking)
    assert [run_test(snapshot, test).decision.canonical_bytes for test in tests] == with_parts
    assert asked
