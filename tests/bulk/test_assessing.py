"""What ``linkage bulk`` has counted comes to the figures of the cases themselves, by every way in."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from google.protobuf import json_format

from linkage.v1 import facts_pb2
from policy.assess import CaseRefused, appraise, assessed, span_of
from policy.bulk.assessing import Assessable
from policy.bulk.convert import table_of
from policy.bulk.errors import BulkError
from policy.bulk.job import Order, Outcome, run
from policy.decide.snapshot import District
from policy.review.report.appraisal import appraisal_json
from policy.review.report.appraisal_book import appraisal_xlsx
from policy.review.report.appraisal_page import page_of
from policy.review.wording import Wording
from tests.assess.test_shipped import _SNAPSHOT, _YEARS, _moment, _year_of_cases
from tests.loading import SHIPPED

Case = facts_pb2.Case


def counted(
    cases: list[Case],
    folder: Path,
    district: str = "",
    period: tuple[int, int] | None = _YEARS[0],
    lines: bool = False,
) -> tuple[Path, Outcome]:
    """A job over cases: its result, and what came of it."""
    path = folder / ("cases.jsonl" if lines else "cases.parquet")
    if lines:
        path.write_text("".join(json_format.MessageToJson(case, indent=None) + "\n" for case in cases))
    else:
        pq.write_table(pa.Table.from_batches([table_of(cases)]), path)
    out = folder / "out.parquet"
    order = Order(
        *(path, out, folder / "bad.jsonl", SHIPPED, district, None, 0, "compiled", "zh", 16, 1, True, None),
        *(period, bool(district)),
    )
    return out, run(order, _SNAPSHOT, lambda _: None)


def same(district: District, cases: list[Case], path: Path, period: tuple[int, int] = _YEARS[0]) -> int:
    """Compares every report of the two ways; how many duties they are of."""
    file, duties = Assessable(path), 0
    file.check(_SNAPSHOT)
    for program, one in assessed(district, period[1]):
        found = file.appraisal(district, program, one, span_of(one, *period), period[1])
        plain = appraise(district, program, one, cases, *period, period[1])
        wording = Wording(district, "zh")
        assert found.rows == plain.rows
        assert found.facts == plain.facts
        assert appraisal_json(found, wording) == appraisal_json(plain, wording)
        assert page_of(found, plain, district, "zh") == page_of(plain, plain, district, "zh")
        assert appraisal_xlsx([(found, None)], district, "zh") == appraisal_xlsx(
            [(plain, None)], district, "zh"
        )
        duties += sum(row.duties for row in found.rows)
    return duties


@cache
def _own(code: str) -> tuple[bytes, ...]:
    cases = [*_year_of_cases(code)][:60]
    for case in cases:
        case.district = code
    return tuple(case.SerializeToString() for case in cases)


def own(code: str, count: int = 60) -> list[Case]:
    return [Case.FromString(data) for data in _own(code)[:count]]


@pytest.mark.parametrize("lines", [False, True], ids=["parquet", "lines"])
@pytest.mark.parametrize("code", ["liwan", "gongan", "xisaishan"])
def test_the_shipped_districts(code: str, lines: bool, tmp_path: Path) -> None:
    cases = own(code)
    path, outcome = counted(cases, tmp_path, lines=lines)
    assert outcome.counts.decided == len(cases)
    assert same(_SNAPSHOT.districts[code], cases, path) > 5


def test_consequences_are_decided_on_the_own_file_among_the_cases(tmp_path: Path) -> None:
    """The duties that follow are those of the file that was sent, whatever its name."""
    district, cases = _SNAPSHOT.districts["liwan"], own("liwan")
    (file,) = (case for case in cases if case.kind == "district")
    file.id = "卷宗"
    path, _ = counted(cases, tmp_path)
    ids = []
    for program, one in assessed(district, _YEARS[0][1]):
        span = span_of(one, *_YEARS[0])
        found = Assessable(path).appraisal(district, program, one, span, _YEARS[0][1])
        ids += [each.obligation.id for each in found.follows if each.obligation]
    assert ids
    same(district, cases, path)


def test_a_case_that_is_there_twice_counts_once(tmp_path: Path) -> None:
    cases = own("liwan", 5)
    path, _ = counted([*cases, *cases], tmp_path, "liwan")
    same(_SNAPSHOT.districts["liwan"], cases, path)


def test_two_that_differ_are_told_with_their_row(tmp_path: Path) -> None:
    cases = own("liwan", 3)
    other = Case(id=cases[0].id, district="liwan", kind="enforcement")
    path, _ = counted([*cases, other], tmp_path)
    with pytest.raises(CaseRefused) as caught:
        same(_SNAPSHOT.districts["liwan"], cases, path)
    assert (caught.value.code, caught.value.position) == ("LNK827", 4)


def test_a_case_of_another_district_is_refused(tmp_path: Path) -> None:
    """Also of one whose document asks for no counts."""
    for code in ("gongan", "qijiang"):
        folder = tmp_path / code
        folder.mkdir()
        path, _ = counted([*own("liwan", 2), Case(id="x", district=code, kind="enforcement")], folder)
        with pytest.raises(CaseRefused) as caught:
            same(_SNAPSHOT.districts["liwan"], [], path)
        assert (caught.value.code, caught.value.position) == ("LNK828", 3)


def test_with_a_district_of_its_own_it_is_refused_while_it_is_counted(tmp_path: Path) -> None:
    cases = [Case(id="a", kind="enforcement"), Case(id="b", district="gongan", kind="enforcement")]
    path, outcome = counted(cases, tmp_path, "liwan")
    assert (outcome.counts.decided, outcome.counts.bad) == (1, 1)
    assert json.loads((tmp_path / "bad.jsonl").read_text())["code"] == "LNK828"
    with pytest.raises(BulkError) as caught:
        Assessable(path).check(_SNAPSHOT)
    assert caught.value.code == "LNK734"


def test_what_was_not_counted_is_no_assessment(tmp_path: Path) -> None:
    path, _ = counted(own("liwan", 2), tmp_path, period=None)
    with pytest.raises(BulkError) as caught:
        Assessable(path)
    assert caught.value.code == "LNK731"
    assert not {"counted", "added"} & set(pq.read_table(path, columns=["kind"])["kind"].to_pylist())


def test_other_rules_are_other_figures(tmp_path: Path) -> None:
    path, _ = counted(own("liwan", 1), tmp_path)
    with pytest.raises(BulkError) as caught:
        Assessable(path).check(_SNAPSHOT.__class__(_SNAPSHOT.districts, *_others()))
    assert caught.value.code == "LNK732"


def _others() -> tuple[Any, Any, str]:
    return _SNAPSHOT.vocabulary, _SNAPSHOT.calendar, "f" * 64


def test_another_period_is_another_cut_off(tmp_path: Path) -> None:
    cases, period = own("liwan"), (_moment("2023-01-01"), _moment("2024-01-01"))
    path, _ = counted(cases, tmp_path, period=period)
    assert same(_SNAPSHOT.districts["liwan"], cases, path, period) > 15
