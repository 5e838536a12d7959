"""What acts do to due times: properties over random acts, what is asked of facts, and breaches excused."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.decide import decide
from policy.decide.decision import Obligation, State
from policy.decide.snapshot import District
from policy.time.calendar import SHANGHAI, Calendar
from policy.time.deadline import due_within
from policy.time.moment import nanos_of
from policy.time.period import Period, Unit
from tests.decide.corners import case_of, district, duty, event, moment

CALENDAR = Calendar.published()
START = datetime(2024, 3, 1, 10, tzinfo=SHANGHAI)
LATER = moment("2024-12-31")
_SEIZED = 'e.type == "vehicle_seized"'
_OTHER = "{event: other, about: e}"
_ASKED, _SENT = "{event: plan_submitted, about: e}", "{event: closed, about: e}"


def _rule(name: str, deadline: str, **more: str) -> str:
    return duty(
        name,
        "e: case.events",
        _SEIZED,
        deadline=deadline,
        about=f"'\"{name}\"'",
        fulfilled_by="{event: answered, about: e}",
        **more,
    )


@cache
def rules() -> District:
    within = "{within: 10 days, from: e.at, roll: false}"
    pauses = f"[{{from: {_ASKED}, until: {_SENT}, then: THEN}}]"
    return district(
        _rule("plain", within),
        _rule("pauses", within, clock=f"{{pauses: {pauses.replace('THEN', 'goes_on')}}}"),
        _rule("again", within, clock=f"{{pauses: {pauses.replace('THEN', 'starts_again')}}}"),
        _rule("restarts", within, clock=f"{{restarted_by: {_OTHER}}}"),
        _rule(
            "extends",
            within,
            extension="{granted_by: {event: other, about: e, by: court}, for: 5 days, times: 2}",
        ),
        duty("report", "b: breaches", 'b.rule == "lab.pauses"', deadline="{within: 3 days, from: b.at}"),
    )


def _obligation(rule: str, *events: dict[str, Any], as_of: int = LATER) -> Obligation:
    case = case_of(events=[event("e", "vehicle_seized", START.isoformat()), *events])
    (found,) = [o for o in decide(rules(), case, as_of).obligations if o.rule == f"lab.{rule}"]
    return found


def _due(obligation: Obligation) -> datetime:
    assert obligation.due is not None
    assert obligation.due.at is not None
    return obligation.due.at


def _act(key: str, kind: str, hours: int, **more: Any) -> dict[str, Any]:
    return event(key, kind, (START + timedelta(hours=hours)).isoformat(), about="e", **more)


hours = st.integers(0, 30 * 24)
ENDS = START.replace(hour=0) + timedelta(days=11)


@given(hours, st.integers(0, 30))
def test_pausing_for_n_days_moves_the_due_time_by_n_days(after: int, days: int) -> None:
    begin, end = _act("l", "plan_submitted", after), _act("f", "closed", after + days * 24)
    paused = timedelta(days=days) if START + timedelta(hours=after) < ENDS else timedelta(0)
    assert _due(_obligation("pauses", begin, end)) == ENDS + paused
    assert _due(_obligation("plain", begin, end)) == ENDS


@given(hours, hours)
def test_what_starts_again_counts_from_there_up_to_the_due_time(first: int, second: int) -> None:
    due = ENDS
    for after in sorted((first, second)):
        at = START + timedelta(hours=after)
        if START < at <= due:
            due = at.replace(hour=0) + timedelta(days=11)
    assert _due(_obligation("restarts", _act("a", "other", first), _act("b", "other", second))) == due


@given(st.lists(hours, max_size=4), st.sampled_from(["court", "tax"]))
def test_an_extension_counts_in_time_and_as_often_as_it_may(afters: list[int], actor: str) -> None:
    due, times = ENDS, 0
    for after in sorted(afters) if actor == "court" else ():
        if times < 2 and START + timedelta(hours=after) <= due:
            ended = due_within(due - timedelta(hours=1), Period(5, Unit.DAY), CALENDAR, roll=False).at
            assert ended is not None
            due, times = ended, times + 1
    acts = [_act(f"x{n}", "other", after, actor=actor) for n, after in enumerate(afters)]
    found = _obligation("extends", *acts)
    assert _due(found) == due
    assert found.due is not None
    assert found.due.original == (ENDS if times else None)
    assert len(found.uncounted) == len(afters) - times


@given(hours, hours)
def test_a_clock_that_starts_again_is_never_due_earlier_than_one_that_goes_on(begin: int, more: int) -> None:
    acts = (_act("l", "plan_submitted", begin), _act("f", "closed", begin + more))
    assert _due(_obligation("again", *acts)) >= _due(_obligation("pauses", *acts)) >= ENDS


@pytest.mark.parametrize("rule", ["pauses", "again", "restarts", "extends"])
def test_an_act_without_a_time_is_asked_for(rule: str) -> None:
    kind = "plan_submitted" if rule in ("pauses", "again") else "other"
    found = _obligation(rule, event("x", kind, about="e", actor="court"))
    assert found.due is None
    assert found.due_missing == ("events[x].at",)
    assert found.standing.state is State.UNDETERMINED
    assert found.standing.missing == ("events[x].at",)


def _excused(at: str, limit: str, **more: Any) -> dict[str, Any]:
    return event("x", "excused", at, rule="lab.pauses", limit_at=moment_text(limit), **more)


def moment_text(day: str) -> str:
    return f"{day}T00:00:00+08:00"


def test_a_lapse_that_the_court_excuses_ends_what_followed_from_it() -> None:
    """The breach was one until the decision: its duty stays, and ends with it. A second lapse is a breach."""
    grant = _excused("2024-04-01", "2024-04-20", actor="court")
    for as_of, lapse, report in (
        ("2024-03-20", State.OVERDUE, State.OVERDUE),
        ("2024-04-02", State.PENDING, State.DISCHARGED),
        ("2024-05-01", State.OVERDUE, State.OVERDUE),
    ):
        found = _obligation("pauses", grant, as_of=moment(as_of))
        assert found.standing.state is lapse
        assert _report(grant, as_of=moment(as_of)).standing.state is report
    assert found.due is not None
    assert found.due.original == ENDS
    found = _obligation("pauses", grant, as_of=moment("2024-04-02"))
    assert found.excused == (nanos_of(ENDS), moment("2024-04-01"), "events[x]")


def _report(*events: dict[str, Any], as_of: int) -> Obligation:
    case = case_of(events=[event("e", "vehicle_seized", START.isoformat()), *events])
    (found,) = [o for o in decide(rules(), case, as_of).obligations if o.rule == "lab.report"]
    return found


def test_what_was_done_after_the_lapse_is_in_time_once_it_is_excused() -> None:
    grant = _excused("2024-04-01", "2024-04-20")
    done = event("d", "answered", "2024-03-25", about="e")
    found = _obligation("pauses", grant, done)
    assert (found.standing.state, found.standing.violated_at) == (State.FULFILLED, None)
    assert _obligation("pauses", done).standing.state is State.FULFILLED_LATE


@pytest.mark.parametrize(
    ("posted", "arrived", "expected"),
    [
        ("2024-03-11", "2024-03-15", State.FULFILLED),
        ("2024-03-11", "", State.FULFILLED),
        ("2024-03-13", "2024-03-15", State.FULFILLED_LATE),
        ("2024-02-20", "2024-03-15", State.FULFILLED_LATE),
        ("2024-02-20", "2024-03-05", State.FULFILLED),
    ],
    ids=["in time", "not arrived", "too late", "before there was a duty", "arrived in time"],
)
def test_what_was_posted_in_time_is_in_time(posted: str, arrived: str, expected: State) -> None:
    act = event("a", "answered", arrived, about="e", posted_at=moment_text(posted))
    found = _obligation("plain", act, as_of=moment("2024-03-20"))
    assert found.standing.state is expected
    codes = [code for code, _ in found.due.marks] if found.due is not None else []
    assert ("posted" in codes) == (posted == "2024-03-11")


@pytest.mark.parametrize("as_of", ["2024-03-12", "2024-03-14", "2024-03-16"])
def test_what_is_in_the_post_is_not_overdue_meanwhile(as_of: str) -> None:
    act = event("a", "answered", "2024-03-15", about="e", posted_at=moment_text("2024-03-11"))
    found = _obligation("plain", act, as_of=moment(as_of))
    assert (found.standing.state, found.standing.at) == (State.FULFILLED, moment("2024-03-11"))


def test_what_is_not_posted_yet_has_not_happened() -> None:
    act = event("a", "answered", about="e", posted_at=moment_text("2024-03-11"))
    assert _obligation("plain", act, as_of=moment("2024-03-10")).standing.state is State.PENDING
