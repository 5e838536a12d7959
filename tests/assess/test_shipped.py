"""The assessments of the shipped packs: whom each counts, and every figure counted once more, plainly."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from linkage.v1 import facts_pb2
from policy.assess import Appraisal, appraise
from policy.decide import decide
from policy.decide.run import run
from policy.decide.snapshot import District
from policy.facts.parsing import parse_case
from policy.facts.reading import FactsError
from policy.pack.assessment import Assessment
from policy.program import PackProgram, with_pack
from policy.review.ruletest.local import with_values
from policy.text.diagnostics import Faults
from policy.text.source import Source
from tests.assess.recount import BILLION, EXPECTED, VALUES, Figures, Key, Recount, following, scored
from tests.assess.years import cases_of
from tests.loading import SHIPPED, loaded

_SNAPSHOT, _TESTS = loaded(SHIPPED)
_CASES = Path(__file__).parent / "cases"
_DAY = 86_400
_EACH = {"liwan": "circulated", "gongan": "admonished"}


def _figures(found: Appraisal) -> dict[Key, Figures]:
    rows = {}
    for row in found.rows:
        figures: Figures = {name: figure.value for name, figure in row.figures.items()}
        if "response" in figures:
            figures["response.median"] = row.figures["response"].median
        figures |= {
            name: Fraction(len(members))
            for name, members in (
                ("released", row.released),
                ("carried", row.carried),
                ("unknown", row.unknown),
            )
        }
        rows[row.body, row.unit] = figures
    return rows


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


def _moment(text: str) -> int:
    return int(datetime.fromisoformat(f"{text}T00:00:00+08:00").timestamp()) * BILLION


@cache
def _district(code: str) -> District:
    """The district with times and points fixed, and (but for a press report) a second version in mid-2024."""
    own = _SNAPSHOT.districts[code]
    (program,) = own.programs
    values: dict[str, str | float] = {
        name: "2 days" for name, one in program.pack.parameters.items() if one.type == "period"
    }
    district = with_values(own, {**values, **VALUES.get(code, {})})
    (program,) = district.programs
    if program.pack.reported:
        return district
    day = datetime.fromisoformat("2024-07-01T00:00:00+08:00")
    first = replace(program.pack, effective_to=day)
    second = replace(program.pack, version="second", effective_from=day)
    return replace(district, programs=(with_pack(program, first), with_pack(program, second)))


@cache
def _year_of_cases(code: str) -> tuple[facts_pb2.Case, ...]:
    """Cases from the generator, and those of the pack's own tests, scattered over some years around 2024."""
    chance = random.Random(f"{code}1")  # noqa: S311 - the same made-up year at every run
    told = [test.case.case for test in _TESTS if test.district == code and not test.parameters]
    chosen = chance.sample(told, min(40, len(told)))
    found = cases_of(code, 1, 61)
    for number, case in enumerate(chosen):
        moved = _shifted(case, chance.randrange(-300, 301), f"{code}-test-{number}")
        try:
            decide(_district(code), moved, _moment("2026-01-01"))
        except FactsError:
            continue
        found.append(moved)
    return tuple(found)


_YEARS = [(_moment(f"{year}-01-01"), _moment(f"{year + 1}-01-01")) for year in (2024, 2025)]


def _assessment(district: District, name: str) -> tuple[PackProgram, Assessment]:
    program = district.programs[-1]
    return program, next(one for one in program.pack.assessments if one.id == name)


@cache
def _of_year(name: str, year: int) -> tuple[Appraisal, dict[Key, Figures]]:
    """The assessment of a year, and the recount."""
    code = name.split(".")[0]
    district, (start, end) = _district(code), _YEARS[year]
    found = appraise(district, *_assessment(district, name), _year_of_cases(code), start, end)
    recount = Recount(EXPECTED[name], start, end)
    for case in _year_of_cases(code):
        recount.take(case, run(district, case, end + 1, past=True)[0])
    names = next(iter(_figures(found).values()))
    return found, recount.figures(names)


@pytest.mark.parametrize("name", EXPECTED)
def test_every_figure_equals_a_plain_recount(name: str) -> None:
    total: dict[str, Fraction] = {}
    for year in range(len(_YEARS)):
        found, recount = _of_year(name, year)
        assert _figures(found) == recount
        for row in recount.values():
            for figure, value in row.items():
                total[figure] = total.get(figure, Fraction(0)) + (value or 0)
    assert total["duties"] > 20
    assert {figure for figure, value in total.items() if not value} <= _NEVER[name.split(".")[0]]


# What is reported has no due time by which anything could be late; nobody can refuse in 西塞山.
_NEVER: Mapping[str, set[str]] = {
    "liwan": {"unknown"},
    "gongan": {"unknown"},
    "xisaishan": {"unknown"},
    "guangxi": {"carried", "unknown"},
    "qijiang": {"carried", "unknown", "released"},
}


@pytest.mark.parametrize("name", EXPECTED)
def test_points_ranks_and_what_follows_equal_a_plain_recount(name: str) -> None:
    code, seen = name.split(".")[0], set()
    for year in range(len(_YEARS)):
        found, rows = _of_year(name, year)
        expected = scored(rows, _EACH[code]) if code in _EACH else {}
        keys = [(row.body, row.unit) for row in found.rows]
        scores = [(score.value, score.rank) for score in found.scores] if found.scores is not None else []
        assert dict(zip(keys, scores, strict=False)) == expected
        after = {
            key: {one.consequence.id for one in found.follows if (one.body, one.unit) == key and one.sure}
            for key in keys
        }
        recount = {
            key: following(code, key, rows[key], expected[key][0] if key in expected else None)
            for key in keys
        }
        assert after == recount
        seen |= {consequence for each in after.values() for consequence in each}
    _, assessment = _assessment(_district(code), name)
    assert seen == {one.id for one in assessment.consequences}


def test_every_assessment_that_is_shipped_is_counted_again() -> None:
    shipped = {
        one.id
        for d in _SNAPSHOT.districts.values()
        for program in d.programs
        for one in program.pack.assessments
    }
    assert shipped == set(EXPECTED)


@pytest.mark.parametrize(("name", "body"), [("liwan.assess", "subdistrict"), ("gongan.assess", "bank")])
def test_units_of_one_body_have_rows_of_their_own(name: str, body: str) -> None:
    found, _ = _of_year(name, 0)
    units = {row.unit: row.duties for row in found.rows if row.body == body}
    assert len(units) > 1
    assert any(units.values())


def _appraised(district: District, cases: list, start: int, end: int) -> Appraisal:  # type: ignore[type-arg]
    program = district.programs[-1]
    return appraise(district, program, program.pack.assessments[0], cases, start, end)


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
    assert bodies == set(EXPECTED["gongan.assess"].subjects)
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
