"""Random cases of every district, decided by every engine: the same decision, byte for byte.

``pytest --hypothesis-profile=ci`` decides twenty times as many.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkage.v1 import facts_pb2
from policy.decide import decide
from policy.engines import Engine
from tests.decide.cases import AS_OF, cases
from tests.loading import FIXTURES, FORMS, SHIPPED, loaded

_DISTRICTS = [
    (root, code) for root in (FIXTURES, FORMS, SHIPPED) for code in sorted(loaded(root)[0].districts)
]
_EXAMPLES = {"explain": 10, "cel": 15, "durable": 3}
_EXAMPLES_SHIPPED = _EXAMPLES | {"cel": 5}
"""The official evaluator is slow on a case of the largest packs."""
_LARGE = [HealthCheck.too_slow, HealthCheck.data_too_large]


def _harder() -> int:
    """How many times as many examples the profile asks for."""
    return 1 if settings.get_current_profile_name() == "default" else 20


@pytest.mark.parametrize(("root", "code"), _DISTRICTS, ids=[code for _, code in _DISTRICTS])
def test_every_engine_decides_the_same(root: Path, code: str, other_engine: Engine) -> None:
    district = loaded(root)[0].districts[code]
    examples = (_EXAMPLES_SHIPPED if root == SHIPPED else _EXAMPLES)[other_engine.name]

    @settings(max_examples=examples * _harder(), suppress_health_check=_LARGE)
    @given(st.data())
    def decided(data: st.DataObject) -> None:
        case = data.draw(cases(district))
        expected = decide(district, case, AS_OF).canonical_bytes
        assert decide(district, case, AS_OF, other_engine).canonical_bytes == expected

    decided()


def test_the_random_cases_are_worth_deciding() -> None:
    """They put duties on somebody, and leave some of them open."""
    district = loaded(FIXTURES)[0].districts["qiaonan"]
    found = {"obligations": 0, "undetermined": 0}

    @settings(max_examples=30, suppress_health_check=_LARGE)
    @given(cases(district))
    def decided(case: facts_pb2.Case) -> None:
        decision = decide(district, case, AS_OF)
        found["obligations"] += len(decision.obligations)
        found["undetermined"] += len(decision.undetermined)

    decided()
    assert all(count > 30 for count in found.values()), found
