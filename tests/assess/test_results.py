"""Results of an assessment: its consequences are decided on the district's own file, once and everywhere."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.v1 import facts_pb2
from policy.assess import Appraisal, appraise, year_of
from policy.assess.results import results
from policy.decide import decide
from policy.decide.decision import Decision, State
from policy.decide.snapshot import District
from policy.engines import COMPILED, running
from policy.facts.parsing import parse_case
from policy.review.report.appraisal import appraisal_json
from policy.review.ruletest.local import with_values
from policy.review.wording import Wording
from policy.text.diagnostics import Faults
from policy.text.source import Source
from tests.assess.test_scoring import DISTRICT, case_of

FIXED = with_values(DISTRICT, {"bonus": 5.5})
_LATER = datetime.fromisoformat("2025-06-01T00:00:00+08:00")
_CONFIRMED = "2025-01-22T00:00:00+08:00"


def _case(ident: str, kind: str, text: str) -> facts_pb2.Case:
    faults = Faults()
    parsed = parse_case(Source("c.yaml", f"id: {ident}\nkind: {kind}\ndistrict: hedong\n{text}"), faults)
    assert parsed is not None
    assert not faults.errors, list(faults)
    return parsed.case


def _nanos(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * 10**9


def _appraised(*cases: facts_pb2.Case, confirmed: str = _CONFIRMED, district: District = FIXED) -> Appraisal:
    program = district.programs[-1]
    (asked,) = (one for one in program.pack.assessments if one.id == "hedong.scored")
    moment = _nanos(confirmed) if confirmed else None
    return appraise(district, program, asked, cases, *year_of(2024), moment)


YEAR = _case("c", "enforcement", case_of(*[("tax", None)] * 9, ("civil_affairs", 2), ("civil_affairs", 3)))


def _file(found: Appraisal, *events: facts_pb2.Event) -> facts_pb2.Case:
    """The district's own file with the results, and what happened since."""
    file = facts_pb2.Case(id="hedong", district="hedong", kind="district")
    moment = found.confirmed or found.span.end - 1
    file.events.extend(results(found.assessment, found.rows, found.scores, found.span, moment))
    file.events.extend(events)
    return file


def test_results_are_written_as_a_case_file_has_them() -> None:
    """What `linkage assess --format json` gives for the district's own file is read as the same events."""
    found = _appraised(YEAR)
    told = appraisal_json(found, Wording(FIXED, "zh"))["results"]
    assert told
    text = f"events: {json.dumps(told, ensure_ascii=False)}"
    assert _case("hedong", "district", text).events == _file(found).events
    assert appraisal_json(_appraised(YEAR, confirmed=""), Wording(FIXED, "zh"))["results"] == []


def _of_results(decision: Decision) -> dict[str, tuple[str, int | None, State]]:
    return {
        one.id: (one.rule, one.due.nanos if one.due else None, one.standing.state)
        for one in decision.obligations
        if one.trigger.startswith("events[hedong.scored")
    }


def test_what_follows_is_what_is_decided_on_the_districts_own_file() -> None:
    found = _appraised(YEAR)
    decided = _of_results(decide(FIXED, _file(found), found.span.cut_off + 10**18))
    told = {
        one.id: (one.consequence.rule, one.due.nanos if one.due else None, one.obligation.standing.state)
        for one in found.follows
        if one.obligation is not None
    }
    assert {rule for rule, _, _ in told.values()} == {
        f"hedong.scored.{n}" for n in ("circulate", "speak", "best")
    }
    assert {key: rest[:2] for key, rest in told.items()} == {key: rest[:2] for key, rest in decided.items()}


@pytest.mark.parametrize("name", ["explain", "cel", "durable"])
def test_every_engine_decides_them_alike(name: str) -> None:
    file = _file(_appraised(YEAR))
    as_of = int(_LATER.timestamp()) * 10**9
    expected = decide(FIXED, file, as_of, COMPILED)
    assert _of_results(expected)
    with running(name) as engine:
        found = decide(FIXED, file, as_of, engine)
    assert _of_results(found) == _of_results(expected)
    assert len(found.undetermined) == len(expected.undetermined)


def test_until_they_are_confirmed_results_have_no_due_times_and_the_same_ids() -> None:
    draft, final = _appraised(YEAR, confirmed=""), _appraised(YEAR)
    assert [one.id for one in draft.follows] == [one.id for one in final.follows]
    assert all(one.due is None for one in draft.follows)
    assert any(one.due is not None for one in final.follows)


def test_an_act_in_the_districts_own_file_fulfils_them() -> None:
    found = _appraised(YEAR)
    (result,) = (e for e in _file(found).events if e.concerning == "tax")
    told = facts_pb2.Event(id="told", type="circulated", actor="court", about=result.id)
    told.at.FromJsonString("2025-01-23T09:00:00+08:00")
    file = facts_pb2.Case(id="hedong", district="hedong", kind="district", events=[result, told])
    again = _appraised(YEAR, file)
    assert [one.id for one in again.follows] == [one.id for one in found.follows]
    state = {(o.consequence.id, o.body): o.obligation.standing.state for o in again.follows if o.obligation}
    assert state["circulate", "tax"] is State.FULFILLED
    assert state["speak", "tax"] is State.PENDING


def test_what_is_only_proposed_may_be_done_and_need_not() -> None:
    found = {one.consequence.id: one for one in _appraised(YEAR).follows}
    best, speak = found["best"].obligation, found["speak"].obligation
    assert best is not None
    assert speak is not None
    assert (best.plan.rule.modality, speak.plan.rule.modality) == ("permission", "obligation")


def test_what_waits_for_a_score_is_no_duty_yet() -> None:
    found = _appraised(YEAR, district=DISTRICT)
    assert found.scores is None
    waiting = {(one.consequence.id, one.body) for one in found.follows if not one.sure}
    bodies = ("civil_affairs", "public_security", "tax")
    assert waiting == {(name, body) for name in ("circulate", "best") for body in bodies}
    assert {one.consequence.id for one in found.follows if one.sure} == {"speak"}


def test_figures_that_nobody_told_leave_a_consequence_open() -> None:
    event = facts_pb2.Event(id="r", type="assessment_result", assessment="hedong.scored", concerning="tax")
    event.at.FromJsonString(_CONFIRMED)
    file = facts_pb2.Case(id="hedong", district="hedong", kind="district", events=[event])
    decision = decide(FIXED, file, int(_LATER.timestamp()) * 10**9)
    missing = {one.rule: one.missing for one in decision.undetermined}
    assert missing["hedong.scored.speak"] == ("events[r].figures[owed].value",)
    assert missing["hedong.scored.circulate"] == ("events[r].grade",)
    event.figures.add(name="owed", unmeasured=True)
    file.events[0].CopyFrom(event)
    decision = decide(FIXED, file, int(_LATER.timestamp()) * 10**9)
    assert "hedong.scored.speak" not in {one.rule for one in decision.undetermined}
    assert "hedong.scored.speak" not in {one.rule for one in decision.obligations}


_DECIMALS = st.decimals(-10_000, 10_000, places=6, allow_nan=False, allow_infinity=False)


@given(_DECIMALS, _DECIMALS, st.integers(1, 1000), st.integers(0, 1000))
def test_figures_told_as_doubles_compare_as_they_do(
    one: Decimal, other: Decimal, whole: int, part: int
) -> None:
    for exact in (Fraction(one), Fraction(part, whole)):
        bound = Fraction(other)
        assert (exact >= bound) == (float(exact) >= float(bound))
        assert (exact <= bound) == (float(exact) <= float(bound))
