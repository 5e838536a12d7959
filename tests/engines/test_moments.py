"""Moments and lengths of time mean the same in every engine: to the nanosecond, in the years 1 to 9999."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.decide import decide
from policy.engines import Engine
from policy.facts.parsing import parse_case
from policy.text.diagnostics import Faults
from policy.text.source import Source
from policy.time.moment import EARLIEST, LATEST, moment_text
from tests.lab import AS_OF, answers, case_of, district, faults_of

_FINE = "2024-03-02T09:30:00.123456789+08:00"


def _at(text: str) -> str:
    return f'timestamp("{text}")'


def test_nanoseconds_are_kept(other_engine: Engine) -> None:
    fine = _at(_FINE)
    rules = district(
        {
            "same": f"e.at == {fine}",
            "later": f"e.at > {fine}",
            "listed": f"e.at in [{fine}]",
            "next": f'e.at + duration("1ns") == {_at("2024-03-02T09:30:00.123456790+08:00")}',
            "period": f'add_period({fine}, "1 hours") == {_at("2024-03-02T10:30:00.123456789+08:00")}',
        }
    )
    case = case_of(_FINE)
    expected = dict.fromkeys(("same", "listed", "next", "period"), "pending")
    assert answers(rules, case) == expected
    assert answers(rules, case, other_engine) == expected


_FAR = (
    "0001-01-01T00:00:00Z",
    "1600-03-01T12:00:00+08:00",
    "1677-09-21T00:12:43.145224192Z",
    "1940-06-01T12:00:00+08:00",
    "2262-04-11T23:47:16.854775807Z",
    "2262-04-11T23:47:16.854775808Z",
    "2300-01-01T00:00:00+08:00",
    "9999-12-31T23:59:59+08:00",
    "9999-12-31T23:59:59.999999999Z",
)


@pytest.mark.parametrize("far", _FAR)
def test_far_moments_are_decided_alike(far: str, other_engine: Engine) -> None:
    """9999-12-31 is a usual “for ever”; durable-rules itself takes numbers of 64 bits alone."""
    moment, seized = _at(far), "2024-03-02T09:30:00+08:00"
    rules = district(
        {
            "before": f"e.at < {moment}",
            "after": f"!(e.at <= {moment})",
            "same": f"e.at == {moment}",
            "listed": f"e.at in [{moment}, {_at(seized)}]",
            "itself": f"{moment} == e.at + ({moment} - e.at) || attr.n > 0",
            "between": f"[e.at, {moment}].exists(m, m > as_of)",
            "chosen": f"(attr.n > 0 ? {moment} : {_at('9999-12-31T00:00:00Z')}) >= {moment}",
            "hour": f'{moment}.getHours("Asia/Shanghai") >= 12',
            "year": f'{moment}.getFullYear("Asia/Shanghai") > 2024',
            "period": f'add_period({moment}, "10 days") > {moment}',
        }
    )
    case = case_of(seized, attributes={"n": {"intValue": "1"}})
    assert answers(rules, case, other_engine) == answers(rules, case)


_moments = st.one_of(
    st.integers(EARLIEST, LATEST),
    st.integers(AS_OF - 5, AS_OF + 5),
    st.integers(2**63 - 3, 2**63 + 3),
    st.integers(-(2**63) - 3, -(2**63) + 3),
    st.sampled_from([EARLIEST, EARLIEST + 1, LATEST, LATEST - 1]),
).map(lambda nanos: _at(moment_text(nanos)))
_lengths = st.one_of(
    st.integers(-(2**63) + 1, 2**63 - 1),
    st.integers(-5, 5),
).map(lambda nanos: f'duration("{nanos}ns")')
_terms = st.one_of(
    _moments,
    st.sampled_from(["e.at", "as_of", "attr.t"]),
    st.builds("({} {} {})".format, st.one_of(_moments, st.just("e.at")), st.sampled_from("+-"), _lengths),
)
_conditions = st.one_of(
    st.builds("{} {} {}".format, _terms, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), _terms),
    st.builds("{} - {} > {}".format, _terms, _terms, _lengths),
    st.builds("{} in [{}, {}]".format, _terms, _terms, _terms),
    st.builds(
        '{}.{}("Asia/Shanghai") > 12'.format,
        _terms,
        st.sampled_from(["getFullYear", "getMonth", "getDate", "getHours", "getDayOfWeek"]),
    ),
)


def test_random_moments_are_decided_alike(other_engine: Engine) -> None:
    cases = [
        case_of("2024-03-02T09:30:00.000000001+08:00", attributes=attributes)
        for attributes in ({"t": {"timeValue": "2024-03-02T09:30:00.000000002+08:00"}}, {})
    ]

    @settings(max_examples=15)
    @given(st.lists(_conditions, min_size=12, max_size=12))
    def decided(conditions: list[str]) -> None:
        rules = district({f"r{number}": text for number, text in enumerate(conditions)})
        for case in cases:
            assert answers(rules, case, other_engine) == answers(rules, case)

    decided()


_zones = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
_dated = st.datetimes(datetime(2020, 1, 2), datetime(2024, 3, 7), timezones=_zones)


@st.composite
def _written(draw: st.DrawFn) -> str:
    """A moment within the rules' time and before the decision, as people and programs write it."""
    whole = draw(_dated).replace(microsecond=0).isoformat()
    fraction = draw(st.one_of(st.just(""), st.integers(0, 999_999_999).map(lambda n: f".{n:09d}")))
    text = whole[:19] + fraction[: draw(st.integers(2, 10))] + whole[19:]
    return draw(st.sampled_from([text, text.replace("T", "t"), text.replace("+00:00", "z")]))


def test_a_text_is_the_same_moment_as_a_fact_and_as_a_literal(other_engine: Engine) -> None:
    @settings(max_examples=10)
    @given(st.lists(_written(), min_size=8, max_size=8))
    def decided(texts: list[str]) -> None:
        rules = district({f"r{number}": f'e.at == timestamp("{text}")' for number, text in enumerate(texts)})
        for number, text in enumerate(texts):
            written = f'{{"id": "c1", "district": "lab", "kind": "enforcement", "events": [{_event(text)}]}}'
            parsed = parse_case(Source("case.json", written), Faults())
            assert parsed is not None
            found = answers(rules, parsed.case, other_engine)
            assert found[f"r{number}"] == "pending"
            assert found == answers(rules, parsed.case)

    decided()


def _event(at: str) -> str:
    return f'{{"id": "e1", "type": "vehicle_seized", "at": "{at}"}}'


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ('e.at < timestamp("2024-W10-6T09:30:00+08:00")', "LNK414"),
        ('e.at < timestamp("20240309T093000+0800")', "LNK414"),
        ('e.at < timestamp("2024-03-09T09:30+08:00")', "LNK414"),
        ('e.at < timestamp("2024-03-09T09:30:00,5+08:00")', "LNK414"),
        ('e.at < timestamp("2024-03-09T09:30:00.Z")', "LNK414"),
        ('e.at < timestamp("2024-03-09 09:30:00Z")', "LNK414"),
        ('e.at < timestamp("2024-03-09T09:30:60Z")', "LNK414"),
        ('e.at < timestamp(" 2024-03-09T09:30:00Z")', "LNK414"),
        ('e.at < timestamp("10000-01-01T00:00:00Z")', "LNK414"),
        ('e.at < timestamp("0001-01-01T00:00:00+08:00")', "LNK431"),
        ('e.at < timestamp("9999-12-31T23:59:59-08:00")', "LNK431"),
        ('e.at - as_of < duration("--1s")', "LNK414"),
        ('e.at - as_of < duration("+-1s")', "LNK414"),
        ('e.at - as_of < duration("1d")', "LNK414"),
        ('e.at - as_of < duration("0.5ns")', "LNK414"),
        ('e.at - as_of < duration("17532000h")', "LNK431"),
    ],
)
def test_what_some_engine_would_read_otherwise_is_refused_at_load(condition: str, code: str) -> None:
    assert faults_of({"r": condition}) == [code]


def test_a_period_beyond_the_last_year_is_an_error_of_the_rule(other_engine: Engine) -> None:
    last = _at("9999-12-31T12:00:00+08:00")
    periods = {"days": "10 days", "hours": "99 hours"}
    rules = district({name: f'add_period({last}, "{period}") > e.at' for name, period in periods.items()})
    assert answers(rules, case_of()) == {"days": "overflow", "hours": "overflow"}
    assert answers(rules, case_of(), other_engine) == answers(rules, case_of())


_DUE = "    deadline: {{within: 24 hours, from: {start}}}\n    fulfilled_by: {{event: court_notified}}\n"


@pytest.mark.parametrize("start", ["e.at", 'timestamp("2024-03-02T09:30:00.123456789+08:00")'])
@pytest.mark.parametrize(("nanos", "state"), [("789", "fulfilled"), ("790", "fulfilled_late")])
def test_an_act_at_the_very_due_moment_is_in_time(
    start: str, nanos: str, state: str, other_engine: Engine
) -> None:
    rules = district({"day": 'e.type == "vehicle_seized"'}, _DUE.format(start=start))
    case = case_of(_FINE)
    done = case.events.add(id="e2", type="court_notified")
    done.at.FromJsonString(f"2024-03-03T09:30:00.123456{nanos}+08:00")
    assert answers(rules, case) == {"day": state}
    assert answers(rules, case, other_engine) == {"day": state}
    due = decide(rules, case, AS_OF).obligations[0].due
    assert due is not None
    assert (due.below, due.steps[-1].args[-1]) == (789, ("at", "2024-03-03T09:30:00.123456789+08:00"))


@pytest.mark.parametrize("moment", ["1600-01-01T00:00:00Z", "2300-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
@pytest.mark.parametrize("form", ["at: {}", "within: 24 hours, from: {}"])
def test_a_deadline_beyond_the_calendar_is_an_error_of_the_rule(
    form: str, moment: str, other_engine: Engine
) -> None:
    deadline = form.format(f"'{_at(moment)}'")
    rules = district({"far": 'e.type == "vehicle_seized"'}, f"    deadline: {{{deadline}}}\n")
    assert answers(rules, case_of()) == {"far": "out_of_range"}
    assert answers(rules, case_of(), other_engine) == {"far": "out_of_range"}
