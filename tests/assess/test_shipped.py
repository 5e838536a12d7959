"""The assessments of the shipped packs: whom each counts, and every figure counted once more, plainly.

The recount knows the documents' members and the meaning of each figure, and shares no code with the
assessment: plain sums over the obligations of a made-up year of cases, and over the events of the messages.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from statistics import mean, median
from typing import NamedTuple

import pytest

from linkage.v1 import facts_pb2
from policy.assess import Appraisal, appraise
from policy.decide import decide
from policy.decide.decision import Decision, Obligation
from policy.decide.run import run
from policy.decide.snapshot import District
from policy.facts.parsing import parse_case
from policy.facts.reading import FactsError
from policy.text.diagnostics import Faults
from policy.text.source import Source
from tests.loading import SHIPPED, loaded

_SNAPSHOT, _TESTS = loaded(SHIPPED)
_CASES = Path(__file__).parent / "cases"
_DAY = 86_400
_BILLION = 10**9


class Expected(NamedTuple):
    """Whom a pack's assessment counts, by the code of who bears the duty."""

    subjects: tuple[str, ...]
    parts: Mapping[str, str]
    """Other bearers, and for whom their duties count."""
    by_unit: frozenset[str]
    """Bearers that stand for several units."""
    events: Mapping[str, str] = {}
    """By count over events: their type."""
    of_no_unit: frozenset[str] = frozenset()
    """Actions whose unit is not one of the subject's."""


_LIWAN = (
    "political_legal_committee publicity npc_legal_committee cppcc procuratorate public_security "
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
_GRASS_ROOTS = ("residents_committee", "villagers_committee", "grid_worker")

EXPECTED = {
    "liwan": Expected(
        tuple(_LIWAN.split()),
        {**_POLICE, **_OFFICES},
        frozenset(["subdistrict"]),
        {"circulated": "non_cooperation_circulated"},
    ),
    "gongan": Expected(
        tuple(_GONGAN.split()),
        {**_POLICE, **_OFFICES},
        frozenset(["bank", "insurance_company"]),
        {"admonished": "admonition_given"},
    ),
    "xisaishan": Expected(
        ("subdistrict",),
        dict.fromkeys(_GRASS_ROOTS, "subdistrict"),
        frozenset(["subdistrict", *_GRASS_ROOTS]),
        of_no_unit=frozenset(["resolve_petition"]),
    ),
}

Key = tuple[str, str]
Figures = dict[str, Fraction | None]
"""By figure, its value; ``response.median`` too, and what is ``released`` and ``carried``."""
_NAMES = ("duties", "in_time", "late", "overdue", "refused", "settled", "at_fault", "fulfilled", "cases")


def _figures(found: Appraisal) -> dict[Key, Figures]:
    return {
        (row.body, row.unit): {
            **{name: figure.value for name, figure in row.figures.items()},
            "response.median": row.figures["response"].median,
            "released": Fraction(len(row.released)),
            "carried": Fraction(len(row.carried)),
            "unknown": Fraction(len(row.unknown)),
        }
        for row in found.rows
    }


class _Year:
    """A plain recount: sums in dictionaries."""

    def __init__(self, expected: Expected, start: int, end: int) -> None:
        self.expected, self.start, self.end = expected, start, end
        self.sums: dict[Key, dict[str, int]] = {}
        self.hours: dict[Key, list[Fraction]] = {}

    def add(self, key: Key, name: str, number: int = 1) -> None:
        row = self.sums.setdefault(key, {})
        row[name] = row.get(name, 0) + number

    def take(self, case: facts_pb2.Case, decision: Decision) -> None:
        served = set()
        for obligation in decision.obligations:
            served |= self._obligation(case, obligation)
        if case.kind != "district":
            for key in served:
                self.add(key, "cases")
        for event in case.events:
            at = event.at.seconds * _BILLION + event.at.nanos
            for name, type_ in self.expected.events.items():
                if event.type == type_ and event.HasField("at") and self.start <= at < self.end:
                    said = next((e for e in (event, _answered(case, event)) if e.concerning or e.body), event)
                    body = said.concerning or said.body
                    body = self.expected.parts.get(body, body)
                    if body in self.expected.subjects:
                        self.add((body, said.concerning_unit), name)

    def _obligation(self, case: facts_pb2.Case, obligation: Obligation) -> set[Key]:
        rule, standing, arose = obligation.plan.rule, obligation.standing, obligation.arose_at
        state, violated = standing.state.value, standing.violated_at
        due = obligation.due.nanos if obligation.due else None
        if rule.force.value == "reported" or rule.modality.value == "permission" or arose is None:
            return set()
        if rule.modality.value == "prohibition":
            if violated is None or not self.start <= violated < self.end:
                return set()
        elif due is not None and due > self.end and arose >= due:
            return set()
        elif due is not None and due > arose:  # the last moment of a day is that day's
            if due > self.end:
                if arose < self.end:
                    for key in self._rows(obligation):
                        self.add(key, "carried")
                return set()
            if due <= self.start:
                return set()
        elif not self.start <= arose < self.end:
            return set()
        rows = self._rows(obligation)
        if violated is None and state in ("discharged", "suspended", "terminated"):
            for key in rows:
                self.add(key, "released")
            return set()
        for key in rows:
            self._duty(key, case, obligation, due)
        return rows

    def _duty(self, key: Key, case: facts_pb2.Case, obligation: Obligation, due: int | None) -> None:
        state, violated = obligation.standing.state.value, obligation.standing.violated_at
        self.add(key, "duties")
        if state == "undetermined":
            self.add(key, "unknown")
            return
        done = state in ("fulfilled", "fulfilled_late")
        self.add(key, "in_time", state == "fulfilled")
        self.add(key, "late", state == "fulfilled_late")
        self.add(key, "overdue", state == "overdue")
        self.add(key, "refused", violated is not None and (due is None or violated < due))
        self.add(key, "settled", done or violated is not None)
        self.add(key, "at_fault", violated is not None)
        self.add(key, "fulfilled", done)
        asked = {f"requests[{request.id}]" for request in case.requests if request.matter}
        at, arose = obligation.standing.at, obligation.arose_at
        if done and at is not None and arose is not None and asked & set(obligation.bound):
            self.hours.setdefault(key, []).append(Fraction(at - arose, 3_600 * _BILLION))

    def _rows(self, obligation: Obligation) -> set[Key]:
        expected = self.expected
        named = obligation.plan.rule.action not in expected.of_no_unit
        return {
            (
                bearer if bearer in expected.subjects else expected.parts[bearer],
                obligation.bearer_unit if bearer in expected.by_unit and named else "",
            )
            for bearer in obligation.bearers
            if bearer in expected.subjects or bearer in expected.parts
        }

    def figures(self, names: Iterator[str]) -> dict[Key, Figures]:
        wanted = set(names)
        for subject in self.expected.subjects:
            if all(body != subject for body, _ in self.sums):
                self.sums[subject, ""] = {}
        found: dict[Key, Figures] = {}
        for key, sums in self.sums.items():
            row: Figures = {
                name: Fraction(sums.get(name, 0))
                for name in (*_NAMES, *self.expected.events, "released", "carried", "unknown")
                if name in wanted
            }
            hours = self.hours.get(key, [])
            row["response"] = mean(hours) if hours else None
            row["response.median"] = median(hours) if hours else None
            for name, of, among in (
                ("in_time_rate", "in_time", "settled"),
                ("done_rate", "fulfilled", "duties"),
            ):
                if name in wanted:
                    whole = sums.get(among, 0)
                    row[name] = Fraction(sums.get(of, 0), whole) if whole else None
            found[key] = row
        return found


def _answered(case: facts_pb2.Case, event: facts_pb2.Event) -> facts_pb2.Event:
    """The event that another answers; one that says nothing where it answers none."""
    return next((e for e in case.events if e.id == event.about), facts_pb2.Event())


def _shifted(case: facts_pb2.Case, days: int, ident: str) -> facts_pb2.Case:
    """The same case, every moment of it some days later, under another id."""
    made = facts_pb2.Case()
    made.CopyFrom(case)
    made.id = ident

    def move(message) -> None:  # type: ignore[no-untyped-def]
        for field, value in message.ListFields():
            if field.message_type is None or field.message_type.GetOptions().map_entry:
                continue
            for each in value if field.is_repeated else [value]:
                if field.message_type.full_name == "google.protobuf.Timestamp":
                    each.seconds += days * _DAY
                else:
                    move(each)

    move(made)
    return made


def _year_of_cases(code: str, seed: int) -> list[facts_pb2.Case]:
    """The cases of the pack's own tests, scattered over some years around 2024."""
    chance = random.Random(f"{code}{seed}")  # noqa: S311 - the same made-up year at every run
    cases = [test.case.case for test in _TESTS if test.district == code and not test.parameters]
    chosen = chance.sample(cases, min(300, len(cases)))
    found = []
    for number, case in enumerate(chosen):
        moved = _shifted(case, chance.randrange(-300, 301), f"{code}-{number}")
        try:
            decide(_SNAPSHOT.districts[code], moved, _moment(2026))
        except FactsError:
            continue
        found.append(moved)
    return found


def _moment(year: int) -> int:
    return int(datetime.fromisoformat(f"{year}-01-01T00:00:00+08:00").timestamp()) * _BILLION


_YEAR_2024 = (_moment(2024), _moment(2025))


@pytest.mark.parametrize("code", EXPECTED)
def test_every_figure_equals_a_plain_recount(code: str) -> None:
    cases = _year_of_cases(code, 1)
    district = _SNAPSHOT.districts[code]
    total: dict[str, Fraction] = {}
    for year in (2023, 2024, 2025):
        start, end = _moment(year), _moment(year + 1)
        found = _figures(_appraised(district, cases, start, end))
        recount = _Year(EXPECTED[code], start, end)
        for case in cases:
            recount.take(case, run(district, case, end + 1, past=True)[0])
        names = next(iter(found.values()))
        assert found == recount.figures(iter(names))
        for row in found.values():
            for name, value in row.items():
                total[name] = total.get(name, Fraction(0)) + (value or 0)
    assert total["duties"] > 30
    assert {name for name, value in total.items() if not value} <= _NEVER[code]


# Hours that run over a year's end are rare; the others fix no time by which anything could be late.
_NEVER: Mapping[str, set[str]] = {
    "liwan": {"carried"},
    "gongan": {"carried", "late"},
    "xisaishan": {"late", "overdue", "carried", "refused", "at_fault", "released"},
}


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


def test_the_streets_of_liwan_have_rows_with_figures() -> None:
    found = _figures(_appraised(_SNAPSHOT.districts["liwan"], _year_of_cases("liwan", 1), *_YEAR_2024))
    streets = {unit: row["duties"] for (body, unit), row in found.items() if body == "subdistrict"}
    assert len(streets) > 1
    assert any(streets.values())


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


def _counted(found: Appraisal, *names: str) -> dict[Key, tuple[int, ...]]:
    """Rows that are not all 0: these of their figures."""
    return {
        key: tuple(int(row[name] or 0) for name in names)
        for key, row in _figures(found).items()
        if any(row.values())
    }


def test_nobody_is_late_with_what_was_done_in_time() -> None:
    found = _case_of("liwan-in-time", 2018)
    assert {key: late for key, (late,) in _counted(found, "late").items()} == {
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
