"""The native core decides byte for byte what the compiled engine decides, or leaves the case to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkage.v1 import facts_pb2
from policy.decide import decide
from policy.native import Core, HandedOver
from tests.decide.cases import AS_OF, cases
from tests.loading import FIXTURES, FORMS, SHIPPED, decided, loaded

Cores = Callable[[Path, str], Core | None]

_DISTRICTS = [
    (root, code) for root in (FIXTURES, FORMS, SHIPPED) for code in sorted(loaded(root)[0].districts)
]
_UNIT = "a unit that is not listed"
"""Random cases name units that there are not: what was meant, Python looks for."""
_LARGE = [HealthCheck.too_slow, HealthCheck.data_too_large]


def _harder() -> int:
    return 1 if settings.get_current_profile_name() == "default" else 20


@pytest.mark.parametrize("root", [FIXTURES, FORMS, SHIPPED], ids=["fixtures", "forms", "shipped"])
def test_every_rule_test_is_decided_the_same(root: Path, core: Cores) -> None:
    """The core leaves none of these cases to Python but one with a unit whose likes Python looks for."""
    handed = []
    for test, expected in zip(loaded(root)[1], decided(root), strict=True):
        native = core(root, test.district)
        assert native is not None
        try:
            found = native.canonical(test.case.case, test.as_of)
        except HandedOver as over:
            handed.append(over.reason)
            continue
        assert found == expected.canonical_bytes, test.name
    assert handed == ([_UNIT] if root == FORMS else [])


@pytest.mark.parametrize(("root", "code"), _DISTRICTS, ids=[code for _, code in _DISTRICTS])
def test_random_cases_are_decided_the_same(root: Path, code: str, core: Cores) -> None:
    native = core(root, code)
    assert native is not None
    district = loaded(root)[0].districts[code]
    counted = {"decided": 0, "handed": 0}

    @settings(max_examples=15 * _harder(), suppress_health_check=_LARGE)
    @given(st.data())
    def compared(data: st.DataObject) -> None:
        case = data.draw(cases(district))
        try:
            found = native.canonical(case, AS_OF)
        except HandedOver as over:
            counted["handed"] += over.reason != _UNIT
            return
        counted["decided"] += 1
        assert found == decide(district, case, AS_OF).canonical_bytes

    compared()
    assert counted["handed"] <= counted["decided"] / 10, counted


def test_bytes_of_any_kind_are_decided_rightly_or_left_to_python(core: Cores) -> None:
    """What is changed in the bytes of a case is another case, or none."""
    snapshot, tests = loaded(SHIPPED)
    known = [test for test in tests if test.district == "xisaishan"]
    native, district = core(SHIPPED, "xisaishan"), snapshot.districts["xisaishan"]
    assert native is not None

    @settings(max_examples=200 * _harder())
    @given(st.sampled_from(known), st.integers(0, 10**6), st.integers(0, 255), st.booleans())
    def mutated(test: object, place: int, byte: int, cut: bool) -> None:
        chosen = next(one for one in known if one is test)
        data = bytearray(chosen.case.case.SerializeToString(deterministic=True))
        place %= len(data)
        data = data[:place] if cut else data[:place] + bytes([byte]) + data[place + 1 :]
        found = native.of_bytes(bytes(data), chosen.as_of)
        if isinstance(found, str):
            return
        case = facts_pb2.Case.FromString(bytes(data))
        assert case.SerializeToString(deterministic=True) == bytes(data)
        assert found == decide(district, case, chosen.as_of).canonical_bytes

    mutated()


@pytest.mark.parametrize(
    "change",
    [
        lambda case: case.events.add(id="new", type="never_declared"),
        lambda case: case.events.add(id="x", type="debtor_found", about="nobody"),
        lambda case: case.parties.add(id="p\u200b", role="debtor"),
        lambda case: case.parties.add(role="debtor"),
        lambda case: setattr(case, "kind", ""),
    ],
    ids=["code", "reference", "invisible", "incomplete", "kind"],
)
def test_what_is_wrong_with_a_case_python_says(
    change: Callable[[facts_pb2.Case], object], core: Cores
) -> None:
    native = core(SHIPPED, "liwan")
    assert native is not None
    case = facts_pb2.Case(id="c", district="liwan", kind="enforcement")
    change(case)
    with pytest.raises(HandedOver):
        native.canonical(case, AS_OF)
