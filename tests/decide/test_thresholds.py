"""Thresholds on the district's own file: recounted event by event, and sound where facts are missing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from google.protobuf import json_format
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.v1 import facts_pb2
from policy.decide import decide
from policy.decide.decision import Decision
from policy.engines import COMPILED, Engine
from policy.engines.cel import official
from policy.engines.explain import explain
from policy.review.explain import explain as explain_rule
from policy.review.report.as_json import explanation_json
from policy.review.wording import Wording
from policy.time.calendar import SHANGHAI
from policy.time.moment import nanos_of
from tests.loading import FORMS, loaded

DISTRICT = loaded(FORMS)[0].districts["hedong"]
EXPLAIN, CEL = explain(), official()
UNITS = ("tax", "civil_affairs", "finance", "public_security")
AS_OF = nanos_of(datetime(2026, 12, 31, tzinfo=SHANGHAI))
FIRST = datetime(2023, 1, 1, 9, tzinfo=SHANGHAI)

# Few days, so that some events happen at one moment, and enough of them to pass years and rolling months.
supervised = st.tuples(st.integers(0, 14), st.sampled_from(UNITS), st.booleans())
failing = st.tuples(st.integers(2022, 2025), st.sampled_from(UNITS[:2]))
failing_hidden = st.tuples(failing, st.booleans())
Supervised = list[tuple[int, str, bool]]


def at(step: int) -> datetime:
    """Every seventy days from the beginning of 2023 on."""
    return FIRST + timedelta(days=70 * step)


def file_of(events: list[dict[str, Any]]) -> facts_pb2.Case:
    case = {"id": "file", "district": "hedong", "kind": "district", "events": events}
    return json_format.ParseDict(case, facts_pb2.Case())


def supervisions(told: Supervised, hide: bool = False) -> list[dict[str, Any]]:
    return [
        {"id": f"s{n:02}", "type": "supervised", "at": at(step).isoformat()}
        | ({} if hide and hidden else {"concerning": unit})
        for n, (step, unit, hidden) in enumerate(told)
    ]


def failed_year(n: int, year: int, unit: str, hide: bool = False) -> dict[str, Any]:
    """The result of a year, told in the January after it; hidden, nobody says of which year it is."""
    told = datetime(year + 1, 1, 20, tzinfo=SHANGHAI)
    first = {} if hide else {"period_from": datetime(year, 1, 1, tzinfo=SHANGHAI).isoformat()}
    return {"id": f"f{n}", "type": "found_failing", "at": told.isoformat(), "concerning": unit} | first


def found(decision: Decision, rule: str) -> list[str]:
    return [
        o.trigger.removeprefix("events[").removesuffix("]") for o in decision.obligations if o.rule == rule
    ]


def by(case: facts_pb2.Case, engine: Engine = COMPILED) -> Decision:
    return decide(DISTRICT, case, AS_OF, engine)


def months_later(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    return date(day.year + year, month + 1, min(day.day, 28))


@given(st.lists(supervised, max_size=12))
def test_the_third_is_found_as_one_counts_by_hand(told: Supervised) -> None:
    decision = by(file_of(supervisions(told)))
    order = sorted((at(step), f"s{n:02}", unit) for n, (step, unit, _) in enumerate(told))
    thrice, rolling, third, units = [], [], [], []
    for place, (moment, ident, unit) in enumerate(order):
        before = order[: place + 1]
        own = [when for when, _, other in before if other == unit]
        if sum(when.year == moment.year for when in own) == 3:
            thrice.append(ident)
        if sum(moment.date() <= months_later(when.date(), 12) for when in own) == 3:
            rolling.append(ident)
        if len(own) % 3 == 0:
            third.append(ident)
        this_year = [other for when, _, other in before if when.year == moment.year]
        if len(set(this_year)) == 3 and unit not in this_year[:-1]:
            units.append(ident)
    for rule, expected in (
        ("thrice", thrice),
        ("rolling", rolling),
        ("every_third", third),
        ("three_units", units),
    ):
        assert found(decision, f"hedong.{rule}") == sorted(expected), rule
    assert decision.undetermined == ()
    assert decision.errors == ()


@given(st.lists(failing, max_size=8, unique=True))
def test_the_second_year_running(told: list[tuple[int, str]]) -> None:
    """Each result is given in January for the year before; years before the version's first are not told."""
    events = [failed_year(n, year, unit) for n, (year, unit) in enumerate(told)]
    failed = set(told)
    expected = [
        f"f{n}"
        for n, (year, unit) in enumerate(told)
        if (year - 1, unit) in failed and (year - 2, unit) not in failed
    ]
    assert found(by(file_of(events)), "hedong.two_years") == sorted(expected)


@settings(max_examples=40)
@given(st.lists(supervised, max_size=7))
def test_every_engine_gives_the_same(told: Supervised) -> None:
    case = file_of(supervisions(told, hide=True))
    decision = by(case)
    assert decision.canonical_bytes == by(case, EXPLAIN).canonical_bytes
    assert decision.canonical_bytes == by(case, CEL).canonical_bytes


@given(st.lists(supervised, max_size=8))
def test_what_is_said_of_missing_facts_holds_once_they_are_known(told: Supervised) -> None:
    """A rule that is not open gives the same whatever the missing facts are, and names only missing ones."""
    partly, wholly = by(file_of(supervisions(told, hide=True))), by(file_of(supervisions(told)))
    hidden = {f"events[s{n:02}].concerning" for n, (_, _, hide) in enumerate(told) if hide}
    for rule in ("hedong.thrice", "hedong.rolling", "hedong.three_units"):
        open_ = {path for u in partly.undetermined if u.rule == rule for path in u.bound}
        assert {path for u in partly.undetermined if u.rule == rule for path in u.missing} <= hidden
        certain = set(found(partly, rule))
        assert certain <= set(found(wholly, rule))
        assert {f"events[{ident}]" for ident in set(found(wholly, rule)) - certain} <= open_


@settings(max_examples=40)
@given(st.lists(failing_hidden, max_size=6))
def test_a_year_that_nobody_gives_leaves_open_what_it_can_change(
    told: list[tuple[tuple[int, str], bool]],
) -> None:
    rule, files = (
        "hedong.two_years",
        [
            file_of(
                [failed_year(n, year, unit, hide and some) for n, ((year, unit), some) in enumerate(told)]
            )
            for hide in (True, False)
        ],
    )
    partly, wholly = map(by, files)
    open_ = {path for u in partly.undetermined for path in u.bound}
    hidden = {f"events[f{n}].period_from" for n, (_, some) in enumerate(told) if some}
    assert {path for u in partly.undetermined for path in u.missing} <= hidden
    certain, all_ = set(found(partly, rule)), set(found(wholly, rule))
    assert certain <= all_
    assert {f"events[{ident}]" for ident in all_ - certain} <= open_
    for engine in (EXPLAIN, CEL):
        assert by(files[0], engine).canonical_bytes == partly.canonical_bytes


def test_the_explanation_names_what_was_counted() -> None:
    told: Supervised = [(0, "tax", False), (1, "finance", False), (2, "tax", False), (3, "tax", False)]
    (reason,) = [
        one
        for one in explain_rule(DISTRICT, file_of(supervisions(told)), AS_OF, ("hedong.rolling",))
        if one.bound == ("events[s03]",)
    ]
    wording = Wording(DISTRICT, "zh")
    counted = [
        (fact["counted"], fact["path"])
        for condition in explanation_json(reason, wording)["conditions"]
        for fact in condition["facts"]
        if fact["counted"]
    ]
    assert counted == [(1, "events[s00]"), (2, "events[s02]"), (3, "events[s03]")]
