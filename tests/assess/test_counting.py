"""What an assessment counts, for whom, and in which period: one invented district, one question a test."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.v1 import facts_pb2
from policy.assess import Appraisal, CaseRefused, appraise, assessed
from policy.facts.parsing import parse_case
from policy.program import PackProgram
from policy.review.report.appraisal import appraisal_json
from policy.review.wording import Wording
from policy.text.diagnostics import Faults
from policy.text.source import Source
from tests.loading import loaded

_DISTRICT = loaded(Path(__file__).parent / "rules")[0].districts["hedong"]
_FORMER, _CURRENT = _DISTRICT.programs
_QUERY = "requests: [{id: r, matter: query, to: %s, requester: court, at: '2024-03-01T09:00:00+08:00'}]\n"
_ANSWER = "{id: e, type: answered, actor: %s, about: r, at: '%s'}"


def _case(text: str, ident: str = "c") -> facts_pb2.Case:
    faults = Faults()
    found = parse_case(
        Source("case.yaml", f"id: {ident}\nkind: enforcement\ndistrict: hedong\n{text}"), faults
    )
    assert not faults.errors, list(faults)
    assert found is not None
    return found.case


def _moment(day: str) -> int:
    return int(datetime.fromisoformat(f"{day}T00:00:00+08:00").timestamp()) * 10**9


def _appraised(
    assessment: str,
    *texts: str,
    program: PackProgram = _CURRENT,
    start: str = "2024-01-01",
    end: str = "2025-01-01",
) -> Appraisal:
    (asked,) = (a for a in program.pack.assessments if a.id == f"hedong.{assessment}")
    cases = [_case(text, f"c{number}") for number, text in enumerate(texts)]
    return appraise(_DISTRICT, program, asked, cases, _moment(start), _moment(end))


def _rows(found: Appraisal) -> dict[tuple[str, str], tuple[int, dict[str, int]]]:
    """By (body, unit): the duties, and the counts that are not 0."""
    ids = [count.id for count in found.assessment.counts]
    return {
        (row.body, row.unit): (
            row.duties,
            {name: int(row.figures[name].value or 0) for name in ids if row.figures[name].value},
        )
        for row in found.rows
    }


def _of(body: str, *texts: str, assessment: str = "members") -> tuple[int, dict[str, int]]:
    return _rows(_appraised(assessment, *texts))[body, ""]


# -- how a duty was done


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        ("2024-03-02T09:00:00+08:00", {"fulfilled": 1, "not_owed": 1}),
        ("2024-03-02T09:00:01+08:00", {"fulfilled": 1, "late": 1, "not_owed": 1, "violated": 1}),
        (None, {"owed": 1, "violated": 1}),
    ],
    ids=["at the last moment", "a second later", "never"],
)
def test_late_is_only_what_was_done_late(answered: str | None, expected: dict[str, int]) -> None:
    events = "" if answered is None else f"events: [{_ANSWER % ('tax', answered)}]"
    assert _of("tax", _QUERY % "tax" + events) == (1, expected)


def test_what_is_due_after_the_period_is_carried_over_and_counts_in_the_next() -> None:
    asked = _QUERY % "tax"
    (before,) = (row for row in _appraised("members", asked, end="2024-03-02").rows if row.body == "tax")
    assert (before.duties, len(before.carried)) == (0, 1)
    (after,) = (r for r in _appraised("members", asked, start="2024-03-02").rows if r.body == "tax")
    assert (after.duties, after.carried) == (1, ())
    assert before.carried == after.figures["owed"].members


def test_what_was_refused_and_then_done_in_time_was_violated_but_is_not_late() -> None:
    refused = "{id: n, type: refused, actor: tax, about: r, at: '2024-03-01T10:00:00+08:00'}"
    events = f"events: [{refused}, {_ANSWER % ('tax', '2024-03-01T12:00:00+08:00')}]"
    assert _of("tax", _QUERY % "tax" + events) == (1, {"fulfilled": 1, "not_owed": 1, "violated": 1})


@pytest.mark.parametrize("ending", ["withdrawn", "case_terminated", "case_suspended"])
def test_what_was_released_before_anyone_was_at_fault_is_out_and_shown(ending: str) -> None:
    event = f"events: [{{id: w, type: {ending}, about: r, at: '2024-03-01T12:00:00+08:00'}}]"
    (row,) = (r for r in _appraised("members", _QUERY % "tax" + event).rows if r.body == "tax")
    assert (row.duties, len(row.released)) == (0, 1)
    assert not any(figure.value for figure in row.figures.values())


@pytest.mark.parametrize("ending", ["withdrawn", "case_terminated", "case_suspended"])
def test_a_violation_outlives_the_release_and_is_not_late(ending: str) -> None:
    event = f"events: [{{id: w, type: {ending}, about: r, at: '2024-03-09T12:00:00+08:00'}}]"
    assert _of("tax", _QUERY % "tax" + event) == (1, {"not_owed": 1, "violated": 1, "released": 1})


def test_a_state_that_facts_leave_open_counts_as_a_duty_and_as_nothing_else() -> None:
    undated = "events: [{id: e, type: answered, about: r}]"
    assert _of("tax", _QUERY % "tax" + undated) == (1, {})


# -- what is a duty

_FILED = "{id: f, type: enforcement_filed, at: '2024-03-01T09:00:00+08:00'}"


def test_permissions_and_standing_prohibitions_are_no_duties_done() -> None:
    assert _of("tax", f"events: [{_FILED}]") == (0, {})


def test_a_violated_prohibition_counts_for_who_violated_it() -> None:
    meddled = "{id: i, type: interfered, actor: tax, at: '2024-05-01T09:00:00+08:00'}"
    assert _of("tax", f"events: [{_FILED}, {meddled}]") == (1, {"owed": 1, "violated": 1})


def test_a_prohibition_counts_in_the_year_in_which_it_was_violated() -> None:
    meddled = "{id: i, type: interfered, actor: tax, at: '2025-05-01T09:00:00+08:00'}"
    text = f"events: [{_FILED}, {meddled}]"
    assert _of("tax", text) == (0, {})
    later = _appraised("members", text, start="2025-01-01", end="2026-01-01")
    assert _rows(later)["tax", ""] == (1, {"owed": 1, "violated": 1})


def test_reported_practice_is_no_duty_and_a_soft_one_is() -> None:
    request = "requests: [{id: r, matter: %s, to: tax, requester: court, at: '2024-03-01T09:00:00+08:00'}]\n"
    shown = "events: [{id: p, type: papers_shown, at: '2024-03-01T10:00:00+08:00'}]"
    assert _of("tax", request % "custom") == (0, {})
    assert _of("tax", request % "help" + shown) == (1, {"not_owed": 1})
    to_police = (request % "help").replace("tax", "public_security")
    assert _of("public_security", to_police + shown, assessment="nested") == (1, {})


# -- who is counted


def test_exactly_the_subjects_have_rows_and_zeros_where_nothing_counts() -> None:
    found = _appraised("members", f"events: [{_FILED}]", _QUERY % "court", _QUERY % "subdistrict")
    zero: tuple[int, dict[str, int]] = (0, {})
    assert _rows(found) == {("civil_affairs", ""): zero, ("public_security", ""): zero, ("tax", ""): zero}


def test_an_organ_counts_for_its_body() -> None:
    assert _of("civil_affairs", _QUERY % "marriage_registry") == (1, {"owed": 1, "violated": 1})


def test_an_organ_that_is_itself_a_subject_counts_for_itself() -> None:
    found = _appraised("nested", _QUERY % "traffic_police", _QUERY % "police_station", _QUERY % "tax")
    one = (1, {"binding": 1})
    assert _rows(found) == {("public_security", ""): one, ("traffic_police", ""): one}


def test_a_joint_duty_counts_once_for_each_subject() -> None:
    visit = (_QUERY % "police_station").replace("query", "visit")
    once = (1, {"not_owed": 1})
    assert _rows(_appraised("members", visit)) == {
        ("civil_affairs", ""): (0, {}),
        ("public_security", ""): once,
        ("tax", ""): once,
    }


def test_without_subjects_whoever_bears_a_duty_has_a_row() -> None:
    found = _appraised("all", f"events: [{_FILED}]", _QUERY % "marriage_registry")
    assert _rows(found) == {("joint_meeting", ""): (1, {}), ("marriage_registry", ""): (1, {"dated": 1})}


# -- by unit


def _asked(to: str, unit: str = "", matter: str = "query") -> str:
    named = f", unit: {unit}" if unit else ""
    request = f"id: r, matter: {matter}, to: {to}, requester: court{named}, at: '2024-03-01T09:00:00+08:00'"
    return f"requests: [{{{request}}}]\n"


def test_duties_of_the_bearers_count_for_the_unit_of_the_subject() -> None:
    answered = f"events: [{_ANSWER % ('grid_worker', '2024-03-01T12:00:00+08:00')}]"
    found = _appraised(
        "towns",
        _asked("grid_worker", "east") + answered,
        _asked("residents_committee", "east"),
        _asked("subdistrict", "west"),
        _asked("tax", "west"),
    )
    assert _rows(found) == {
        ("subdistrict", "east"): (2, {"fulfilled": 1, "not_owed": 1, "owed": 1, "violated": 1}),
        ("subdistrict", "west"): (1, {"owed": 1, "violated": 1}),
    }


def test_a_duty_that_several_of_one_unit_bear_counts_once() -> None:
    found = _appraised("towns", _asked("grid_worker", "east", "visit"))
    assert _rows(found) == {("subdistrict", "east"): (1, {"not_owed": 1})}


def test_a_duty_that_names_no_unit_has_a_row_of_its_own() -> None:
    found = _appraised("towns", _asked("grid_worker"), _asked("grid_worker", "east"))
    owed = (1, {"owed": 1, "violated": 1})
    assert _rows(found) == {("subdistrict", ""): owed, ("subdistrict", "east"): owed}


def test_a_subject_of_several_units_has_one_row_of_zeros_where_nothing_counts() -> None:
    assert _rows(_appraised("towns", f"events: [{_FILED}]")) == {("subdistrict", ""): (0, {})}


# -- when


def test_a_duty_counts_in_the_period_in_which_it_arose() -> None:
    text = (_QUERY % "tax").replace("query", "help") + (
        "events: [{id: p, type: papers_shown, at: '2025-02-01T10:00:00+08:00'}]"
    )
    assert _of("tax", text) == (0, {})
    later = _appraised("members", text, start="2025-01-01", end="2026-01-01")
    assert _rows(later)["tax", ""] == (1, {"not_owed": 1})


def test_the_period_begins_with_its_first_moment_and_ends_before_its_last() -> None:
    at_midnight = (_QUERY % "tax").replace("09:00", "00:00")
    inside = _appraised("members", at_midnight, start="2024-03-01", end="2024-03-02")
    before = _appraised("members", at_midnight, start="2024-02-01", end="2024-03-01")
    assert [_rows(found)["tax", ""][0] for found in (inside, before)] == [1, 0]


def test_a_year_under_two_versions_is_one_assessment_over_the_duties_of_both() -> None:
    texts = [(_QUERY % "tax").replace("2024-03", month) for month in ("2023-03", "2023-08", "2023-09")]
    end = _moment("2024-01-01")
    programs = {program.pack.version for program, _ in assessed(_DISTRICT, end)}
    assert programs == {_CURRENT.pack.version}
    found = _rows(_appraised("members", *texts, start="2023-01-01", end="2024-01-01"))
    assert found["tax", ""] == (3, {"owed": 3, "violated": 3})
    of_towns = {a.id for _, a in assessed(_DISTRICT, _moment("2021-01-01"))}
    assert of_towns == {"hedong.members"}


# -- what facts leave open


def test_only_duties_of_those_assessed_are_said_to_be_left_out() -> None:
    large = (_QUERY % "tax").replace("query", "large")
    assert _appraised("members", large).undetermined == 1
    assert _appraised("towns", large).undetermined == 0


def test_a_duty_of_nobody_known_or_of_no_known_time_is_left_out() -> None:
    to_nobody = (_QUERY % "tax").replace("to: tax, ", "")
    undated = (_QUERY % "tax").replace(", at: '2024-03-01T09:00:00+08:00'", "")
    found = _appraised("members", to_nobody, undated)
    assert (_rows(found)["tax", ""], found.undetermined) == ((0, {}), 2)


# -- as plain data


def test_units_and_outcomes_are_in_the_data() -> None:
    towns = appraisal_json(_appraised("towns", _asked("grid_worker", "east")), Wording(_DISTRICT, "en"))
    assert [(row["body"]["code"], row["unit"]) for row in towns["rows"]] == [("subdistrict", "east")]
    assert towns["outcomes"] == []
    members = appraisal_json(_appraised("members"), Wording(_DISTRICT, "en"))
    assert members["outcomes"] == [
        {"title": "circular", "action": {"code": "circulate", "name": "circulate"}, "basis": ["2"]},
        {"title": "commendation", "action": None, "basis": ["2"]},
    ]


# -- the cases


def test_a_case_given_twice_counts_once_and_two_of_one_id_that_differ_are_refused() -> None:
    (asked,) = (a for a in _CURRENT.pack.assessments if a.id == "hedong.members")
    span = (_moment("2024-01-01"), _moment("2025-01-01"))
    one, other = _case(_QUERY % "tax"), _case(_QUERY % "court")
    found = appraise(_DISTRICT, _CURRENT, asked, [one, one], *span)
    assert (found.cases, _rows(found)["tax", ""][0]) == (1, 1)
    with pytest.raises(CaseRefused) as refused:
        appraise(_DISTRICT, _CURRENT, asked, [one, other], *span)
    assert (refused.value.code, refused.value.position) == ("LNK827", 1)


def test_a_case_of_another_district_is_refused() -> None:
    (asked,) = (a for a in _CURRENT.pack.assessments if a.id == "hedong.members")
    case = _case(_QUERY % "tax")
    case.district = "hexi"
    with pytest.raises(CaseRefused) as refused:
        appraise(_DISTRICT, _CURRENT, asked, [case], _moment("2024-01-01"), _moment("2025-01-01"))
    assert refused.value.details == {"name": "hexi", "district": "hedong"}


# -- each duty in exactly one period

_HOURS = 24
_FIRST = datetime.fromisoformat("2022-01-01T00:00:00+08:00")


@given(
    asked=st.lists(st.integers(0, 3 * 365 * _HOURS), min_size=1, max_size=12, unique=True),
    cuts=st.lists(st.integers(1, 3 * 365), max_size=4, unique=True),
)
@settings(max_examples=40, deadline=None)
def test_periods_that_follow_each_other_count_every_duty_once(asked: list[int], cuts: list[int]) -> None:
    """However the time is cut up, and with duties of two versions: the sum is that of the whole."""
    moments = [(_FIRST + timedelta(hours=hours)).isoformat() for hours in asked]
    requests = [
        f"{{id: r{n}, matter: query, to: tax, requester: court, at: '{at}'}}" for n, at in enumerate(moments)
    ]
    case = "requests: [" + ", ".join(requests) + "]\n"
    days = ["2021-12-31", *(str((_FIRST + timedelta(days=cut)).date()) for cut in sorted(cuts)), "2026-01-01"]
    parts = [
        next(row for row in _appraised("members", case, start=since, end=until).rows if row.body == "tax")
        for since, until in pairwise(days)
    ]
    counted = [member for row in parts for member in row.figures["duties"].members]
    assert len(counted) == len(set(counted)) == len(asked)
    assert all(row.figures["owed"].value == row.duties for row in parts)
