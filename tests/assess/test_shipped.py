"""The assessments of the shipped packs: whom each counts, and every figure counted once more, plainly."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from policy.assess import Appraisal, appraise
from policy.decide import decide
from policy.decide.decision import Decision, Obligation
from policy.decide.snapshot import District
from policy.facts.parsing import parse_case
from policy.review.ruletest.local import local_district
from policy.text.diagnostics import Faults
from policy.text.source import Source
from tests.loading import SHIPPED, loaded

_SNAPSHOT, _TESTS = loaded(SHIPPED)
_CASES = Path(__file__).parent / "cases"
_ONE_YEAR = 366 * 86_400 * 10**9


class Expected(NamedTuple):
    """Whom a pack's assessment counts, by the code of who bears the duty, and what its counts ask for."""

    subjects: tuple[str, ...]
    parts: Mapping[str, str]
    """Other bearers, and for whom their duties count."""
    by_unit: frozenset[str]
    """Bearers that stand for several units."""
    states: Mapping[str, tuple[str, ...]]
    """By count: the states that it counts."""
    only_violated: frozenset[str] = frozenset()
    """Counts that ask for a violation as well."""
    of_no_unit: frozenset[str] = frozenset()
    """Actions whose unit is not one of the subject's."""


_LIWAN = (
    "political_legal_committee publicity npc_legal_committee cppcc court procuratorate public_security "
    "development_reform industry_commerce education ethnic_religious_affairs civil_affairs justice finance "
    "human_resources housing_construction health audit market_regulation natural_resources urban_management "
    "legal_affairs_office state_tax local_tax subdistrict"
)
_GONGAN = (
    "political_legal_committee discipline_inspection organisation_department publicity procuratorate "
    "public_security development_reform government_office finance civilisation_office justice "
    "natural_resources civil_affairs agriculture central_bank bank tax market_regulation human_resources "
    "housing_fund financial_regulator insurance_company armed_forces_department"
)
_POLICE = dict.fromkeys(("traffic_police", "police_station", "detention_centre"), "public_security")
_OFFICES = {
    "marriage_registry": "civil_affairs",
    "real_estate_centre": "natural_resources",
    "social_insurance_agency": "human_resources",
}
_COURT = dict.fromkeys(("enforcement_bureau", "people_tribunal"), "court")
_GRASS_ROOTS = ("residents_committee", "villagers_committee", "grid_worker")

EXPECTED = {
    "liwan": Expected(
        tuple(_LIWAN.split()),
        {**_POLICE, **_OFFICES, **_COURT},
        frozenset(["subdistrict"]),
        {"overdue": ("overdue",), "late": ("fulfilled_late",)},
    ),
    "gongan": Expected(
        tuple(_GONGAN.split()),
        {**_POLICE, **_OFFICES},
        frozenset(["bank", "insurance_company"]),
        {"overdue": ("overdue",), "late": ("fulfilled", "fulfilled_late")},
        frozenset(["late"]),
    ),
    "xisaishan": Expected(
        ("subdistrict",),
        dict.fromkeys(_GRASS_ROOTS, "subdistrict"),
        frozenset(["subdistrict", *_GRASS_ROOTS]),
        {
            "fulfilled": ("fulfilled", "fulfilled_late"),
            "overdue": ("overdue",),
            "late": ("fulfilled_late",),
        },
        of_no_unit=frozenset(["resolve_petition"]),
    ),
}

_NEVER = {("xisaishan", "overdue"), ("xisaishan", "late")}

Figures = dict[tuple[str, str], dict[str, int]]
"""By (subject, unit): how many ``duties``, and every count."""


def _figures(found: Appraisal) -> Figures:
    ids = ["duties", *(count.id for count in found.assessment.counts)]
    return {
        (row.body, row.unit): dict(zip(ids, (row.duties, *row.counts), strict=True)) for row in found.rows
    }


def _recounted(decision: Decision, expected: Expected, start: int, end: int) -> Figures:
    figures: Figures = {}
    for obligation in decision.obligations:
        at = _counts_at(obligation)
        if at is None or not start <= at < end:
            continue
        for key in _rows_of(obligation, expected):
            row = figures.setdefault(key, dict.fromkeys(("duties", *expected.states), 0))
            row["duties"] += 1
            for name, states in expected.states.items():
                asked = name not in expected.only_violated or obligation.standing.violated_at is not None
                row[name] += obligation.standing.state.value in states and asked
    for subject in expected.subjects:
        if all(body != subject for body, _ in figures):
            figures[subject, ""] = dict.fromkeys(("duties", *expected.states), 0)
    return figures


def _rows_of(obligation: Obligation, expected: Expected) -> set[tuple[str, str]]:
    named = obligation.plan.rule.action not in expected.of_no_unit
    return {
        (
            bearer if bearer in expected.subjects else expected.parts[bearer],
            obligation.bearer_unit if bearer in expected.by_unit and named else "",
        )
        for bearer in obligation.bearers
        if bearer in expected.subjects or bearer in expected.parts
    }


def _is_a_duty(obligation: Obligation) -> bool:
    rule, standing = obligation.plan.rule, obligation.standing
    if rule.force.value == "reported" or rule.modality.value == "permission":
        return False
    if rule.modality.value == "prohibition":
        return standing.violated_at is not None
    return standing.violated_at is not None or standing.state.value not in (
        "discharged",
        "suspended",
        "terminated",
    )


def _counts_at(obligation: Obligation) -> int | None:
    """The moment whose year it counts in: a ban's violation, a duty's arising. None: it counts in none."""
    if not _is_a_duty(obligation):
        return None
    banned = obligation.plan.rule.modality.value == "prohibition"
    return obligation.standing.violated_at if banned else obligation.arose_at


def _left_open(decision: Decision, expected: Expected) -> int:
    """Rules that may lay a duty on a subject, and duties of which nobody can say whose or when."""
    counted = {*expected.subjects, *expected.parts}
    rules = [u.plan.rule for u in decision.undetermined if u.plan.rule.modality.value == "obligation"]
    rules += [
        o.plan.rule
        for o in decision.obligations
        if _is_a_duty(o) and (_counts_at(o) is None or not (o.bearers or o.bearer_party))
    ]
    return sum(
        rule.force.value != "reported"
        and (rule.bearer.expr is not None or not counted.isdisjoint(rule.bearer.bodies))
        for rule in rules
    )


@pytest.mark.parametrize("code", EXPECTED)
def test_every_figure_equals_a_plain_recount(code: str) -> None:
    """Over the case of every rule test, for the year before its moment."""
    expected, total = EXPECTED[code], dict.fromkeys(("duties", *EXPECTED[code].states), 0)
    for test in _TESTS:
        if test.district != code:
            continue
        district = local_district(_SNAPSHOT.districts[code], test)
        end = test.as_of
        start = end - _ONE_YEAR
        found = _appraised(district, [test.case.case], start, end)
        figures, decision = _figures(found), decide(district, test.case.case, end + 1)
        assert figures == _recounted(decision, expected, start, end), test.name
        assert found.undetermined == _left_open(decision, expected), test.name
        for row in figures.values():
            for name, count in row.items():
                total[name] += count
    assert total["duties"] > 30
    # Xisaishan fixes no time by which anything could be overdue.
    assert all(count > 0 or (code, name) in _NEVER for name, count in total.items())


def _appraised(district: District, cases: list, start: int, end: int) -> Appraisal:  # type: ignore[type-arg]
    (program,) = district.programs
    (assessment,) = program.pack.assessments
    return appraise(district, program, assessment, cases, start, end)


def test_the_shipped_packs_with_an_assessment_are_these() -> None:
    with_one = {
        code
        for code, district in _SNAPSHOT.districts.items()
        for program in district.programs
        if program.pack.assessments
    }
    assert with_one == set(EXPECTED)


# -- the cases


def _case_of(name: str, year: int) -> Appraisal:
    code = name.split("-")[0]
    faults = Faults()
    parsed = parse_case(Source(name, (_CASES / f"{name}.yaml").read_text(encoding="utf-8")), faults)
    assert not faults.errors, list(faults)
    assert parsed is not None
    start, end = (
        int(datetime.fromisoformat(f"{y}-01-01T00:00:00+08:00").timestamp()) for y in (year, year + 1)
    )
    return _appraised(_SNAPSHOT.districts[code], [parsed.case], start * 10**9, end * 10**9)


def _counted(found: Appraisal, *names: str) -> dict[tuple[str, str], tuple[int, ...]]:
    """Rows that are not all 0: these of their figures."""
    return {
        key: tuple(row[name] for name in names) for key, row in _figures(found).items() if any(row.values())
    }


def test_nobody_is_late_with_what_was_done_in_time() -> None:
    found = _case_of("liwan-in-time", 2018)
    assert {key: late for key, (late,) in _counted(found, "late").items()} == {
        ("court", ""): 0,
        ("public_security", ""): 0,
    }


def test_what_an_organ_did_late_its_body_did_late_and_nobody_else() -> None:
    found = _counted(_case_of("liwan-late", 2018), "late")
    assert [key for key, (late,) in found.items() if late] == [("public_security", "")]
    assert found["public_security", ""] == (1,)


def test_only_members_are_assessed_and_what_reports_and_incidents_lead_to_is_no_outcome() -> None:
    found = _case_of("gongan-members", 2023)
    assert [body for body, _ in _counted(found, "overdue")] == ["civil_affairs"]
    bodies = {row.body for row in found.rows}
    assert bodies == set(EXPECTED["gongan"].subjects)
    assert not bodies & {"anyone", "joint_meeting", "joint_meeting_office", "court", "marriage_registry"}
    cited = {clause for _, clauses, _ in found.assessment.outcomes for clause in clauses}
    assert not cited & {"37", "39"}


def test_the_duties_of_a_town_count_for_the_town() -> None:
    found = _case_of("xisaishan-towns", 2024)
    assert _counted(found, "duties", "fulfilled") == {
        ("subdistrict", "dong"): (3, 1),
        ("subdistrict", "xi"): (1, 0),
        ("subdistrict", ""): (1, 0),
    }
    assert all(row.body == "subdistrict" for row in found.rows)
