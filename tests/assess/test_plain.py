"""What cases add goes through plain data and back, and every report is the same."""

from __future__ import annotations

import json

import pytest

from linkage.v1 import facts_pb2
from policy.assess import appraisal, appraise, count_of, counted, plain_count, span_of
from policy.decide.snapshot import District
from policy.review.report.appraisal import appraisal_json
from policy.review.report.appraisal_book import appraisal_xlsx
from policy.review.report.appraisal_page import page_of
from policy.review.wording import Wording
from tests.assess.test_scoring import DISTRICT, case_of, case_read
from tests.assess.test_shipped import _SNAPSHOT, _YEARS, _year_of_cases


def _same(district: District, cases: list[facts_pb2.Case], asked: str = "") -> int:
    """Compares the reports of counts that were plain data in between; how many duties they are of."""
    program = district.programs[-1]
    start, end = _YEARS[0]
    (assessment,) = (one for one in program.pack.assessments if asked in ("", one.id))
    span = span_of(assessment, start, end)
    told = [json.dumps(plain_count(one)) for one in counted(district, program, assessment, span, cases)]
    again = (count_of(json.loads(one), district) for one in reversed(told))
    found = appraisal(district, program, assessment, span, again, end)
    plain = appraise(district, program, assessment, cases, start, end, end)
    wording = Wording(district, "zh")
    assert found.rows == plain.rows
    assert found.facts == plain.facts
    assert appraisal_json(found, wording) == appraisal_json(plain, wording)
    assert page_of(found, None, district, "zh") == page_of(plain, None, district, "zh")
    assert appraisal_xlsx([(found, plain)], district, "en") == appraisal_xlsx(
        [(plain, plain)], district, "en"
    )
    return sum(row.duties for row in found.rows)


@pytest.mark.parametrize("code", ["liwan", "gongan", "xisaishan"])
def test_the_shipped_districts(code: str) -> None:
    assert _same(_SNAPSHOT.districts[code], [*_year_of_cases(code)][:80]) > 20


def test_a_district_with_points() -> None:
    text = case_of(("tax", 1), ("tax", 30), ("civil_affairs", None))
    assert _same(DISTRICT, [case_read(text)], "hedong.scored") == 3
