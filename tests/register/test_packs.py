"""The shipped packs and those of all forms, on their own rule tests: step by step as at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy.register import derived
from policy.register.advance import NOTHING, Asked, Told, advanced
from policy.time.moment import NANO
from tests.loading import loaded

ROOT = Path(__file__).parent.parent.parent
DAY = 86_400 * NANO


@pytest.mark.parametrize(("folder", "every"), [("rules", 40), ("tests/fixtures/forms", 3)])
def test_what_time_brings_comes_to_what_is_so_then(folder: str, every: int) -> None:
    """From twenty days before the moment of a rule test to thirty days after it."""
    snapshot, tests = loaded(ROOT / folder)
    for test in tests[::every]:
        district, case, as_of = snapshot.districts[test.district], test.case.case, test.as_of
        told = Told(case.SerializeToString(deterministic=True), {})
        first = advanced(district, Asked(NOTHING, told, None, True, as_of - 20 * DAY, DAY)).state
        last = advanced(district, Asked(told, told, first, True, as_of + 30 * DAY, DAY))
        at_once = derived(district, case, as_of + 30 * DAY, DAY)
        assert last.whole
        assert last.state.duties == at_once.duties, test.name
        assert last.state.closed_at == at_once.closed_at
