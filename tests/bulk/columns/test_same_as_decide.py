"""Columns say what ``decide`` says, row by row, wherever they are sure; and they are mostly sure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkage.v1 import facts_pb2
from policy.bulk.columns import Columns
from policy.bulk.findings import Findings
from policy.bulk.schema import finding_schema
from policy.decide import decide
from tests.bench.cases import bench_cases
from tests.bulk.columns.harness import Asked, batch_of, check, decided, engine_of, rows_of
from tests.decide.cases import AS_OF, cases
from tests.loading import FIXTURES, SHIPPED, loaded

_DAY = 86_400
_DISTRICTS = [(root, code) for root in (FIXTURES, SHIPPED) for code in sorted(loaded(root)[0].districts)]
_IDS = [code for _, code in _DISTRICTS]


def _tests(root: Path, code: str) -> list[Asked]:
    return [Asked(test.case.case, test.as_of) for test in loaded(root)[1] if test.district == code]


@pytest.mark.parametrize(("root", "code"), _DISTRICTS, ids=_IDS)
def test_every_rule_test(root: Path, code: str) -> None:
    asked = _tests(root, code)
    doubtful = check(loaded(root)[0].districts[code], asked)
    if root is SHIPPED:  # the invented districts are all odd ends
        assert doubtful < 0.15 * len(asked)


@pytest.mark.parametrize(("root", "code"), _DISTRICTS, ids=_IDS)
def test_every_rule_test_at_other_moments(root: Path, code: str) -> None:
    """What has not happened yet is cut off, and what is pending becomes overdue."""
    moved = [
        Asked(case, as_of + days * _DAY * 10**9)
        for number, (case, as_of) in enumerate(_tests(root, code))
        for days in ((-40, -3, 2, 400)[number % 4],)
    ]
    check(loaded(root)[0].districts[code], moved)


def _mix(copies: int) -> list[Asked]:
    """The benchmarks' cases, each copy some days apart."""
    asked = []
    for number in range(copies):
        for item in bench_cases():
            case = facts_pb2.Case()
            case.CopyFrom(item.message)
            case.id = f"{case.id}-{number}"
            shift = -11 * _DAY * number - 977 * number
            for stamp in _stamps(case):
                stamp.seconds += shift
            asked.append(Asked(case, item.as_of + shift * 10**9))
    return asked


def _stamps(message: Any) -> list[Any]:
    found: list[Any] = []
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        for item in value if field.is_repeated else (value,):
            found += [item] if field.message_type.name == "Timestamp" else _stamps(item)
    return found


def test_the_mix_leaves_nothing_doubtful() -> None:
    assert check(loaded(SHIPPED)[0].districts["liwan"], _mix(15)) == 0


@pytest.mark.parametrize(("root", "code"), _DISTRICTS, ids=_IDS)
def test_random_cases(root: Path, code: str) -> None:
    """Many at a time: a batch of one case would hide what cases do to each other."""
    district = loaded(root)[0].districts[code]

    @settings(max_examples=6, suppress_health_check=list(HealthCheck))
    @given(st.lists(cases(district), min_size=1, max_size=12))
    def same(drawn: list[facts_pb2.Case]) -> None:
        for number, case in enumerate(drawn):
            case.id = f"c{number}"
        check(district, [Asked(case, AS_OF - number * 3600 * 10**9) for number, case in enumerate(drawn)])

    same()


def test_without_ids_the_rest_is_the_same() -> None:
    district = loaded(SHIPPED)[0].districts["liwan"]
    asked = _mix(2)
    with_ids, _ = decided(Columns(district), asked)
    without, doubtful = decided(Columns(district, ids=False), asked)
    assert without.schema == finding_schema(ids=False)
    assert rows_of(without) == rows_of(with_ids.drop_columns(["id"]))
    assert not doubtful.any()


def test_one_moment_for_all_cases() -> None:
    district = loaded(SHIPPED)[0].districts["liwan"]
    item = bench_cases()[2]
    found, doubtful = Columns(district).decide(batch_of([item.message] * 3), item.as_of)
    expected = Findings()
    for row in (1, 2, 3):
        expected.add(row, decide(district, item.message, item.as_of))
    assert rows_of(found) == rows_of(expected.table())
    assert not doubtful.any()


def test_a_part_of_a_batch() -> None:
    """Arrow hands out slices of arrays that begin somewhere inside."""
    engine = engine_of(loaded(SHIPPED)[0].districts["liwan"])
    asked = _mix(3)
    moments = np.array([item.as_of for item in asked], np.int64)
    batch = batch_of([item.case for item in asked])
    whole, _ = engine.decide(batch, moments)
    parts = [engine.decide(batch.slice(at, 5), moments[at : at + 5])[0] for at in range(0, len(asked), 5)]
    assert [row for part in parts for row in rows_of(part)] == rows_of(whole)


def test_no_cases_at_all() -> None:
    engine = Columns(loaded(SHIPPED)[0].districts["liwan"])
    found, doubtful = engine.decide(batch_of([]), np.zeros(0, np.int64))
    assert found.schema == finding_schema()
    assert len(found) == len(doubtful) == 0


@pytest.mark.parametrize("dense", [0, 4_000_000])
def test_ids_that_stand_in_one_case_alone(dense: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Elements are found in a table of cases by ids, or by search where there are too many different ids."""
    monkeypatch.setattr("policy.bulk.columns.ids._DENSE", dense)
    renamed = []
    for number, (case, as_of) in enumerate(_mix(4)):
        copy = facts_pb2.Case.FromString(case.SerializeToString())
        _rename(copy, f"-{number:08d}")
        renamed.append(Asked(copy, as_of))
    assert check(loaded(SHIPPED)[0].districts["liwan"], renamed) == 0


def _rename(message: Any, suffix: str) -> None:
    references = ("id", "party", "property", "document", "request", "about", "owner")
    for field, value in message.ListFields():
        if field.message_type is not None:
            for item in value if field.is_repeated else (value,):
                _rename(item, suffix)
        elif field.name in references and message.DESCRIPTOR.name != "Case":
            setattr(message, field.name, value + suffix)
