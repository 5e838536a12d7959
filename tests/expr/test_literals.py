"""Literals of moments and lengths of time: what our reader takes, the official evaluator reads alike."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from policy.time.moment import DurationError, MomentError, parse_duration, parse_moment
from tests.expr.harness import case_of, compiled, official, three

_CASE = case_of(
    events=[{"id": "e1", "type": "x", "at": "2024-03-02T09:30:00Z"}], parties=[{"id": "p1", "role": "debtor"}]
)

_zones = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes)))
_written = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31), timezones=_zones).map(datetime.isoformat)
_near_misses = st.builds(
    "{}-{}-{}{}{}:{}:{}{}{}".format,
    st.sampled_from(["2024", "0000", "0001", "9999", "24", "+2024"]),
    st.sampled_from(["02", "2", "13", "00"]),
    st.sampled_from(["29", "30", "01", "1"]),
    st.sampled_from(["T", "t", " ", ""]),
    st.sampled_from(["09", "24", "9"]),
    st.sampled_from(["30", "60"]),
    st.sampled_from(["00", "59", "60"]),
    st.sampled_from(["", ".5", ".123456789", ".1234567891", ".", ",5"]),
    st.sampled_from(["Z", "z", "+08:00", "-00:00", "+0800", "", "+24:00", " Z"]),
)


@given(st.one_of(_written, _near_misses))
def test_a_moment_that_is_read_is_the_official_one(text: str) -> None:
    try:
        nanos = parse_moment(text)
    except MomentError:
        return
    literal = f'timestamp("{text}")'
    assert official(literal, _CASE) == nanos
    assert compiled(literal, _CASE) == three(literal, _CASE) == nanos


_part = st.builds(
    "{}{}{}".format,
    st.integers(0, 10**12),
    st.one_of(st.just(""), st.integers(0, 10**9 - 1).map(lambda digits: f".{digits}")),
    st.sampled_from(["h", "m", "s", "ms", "us", "ns"]),
)
_lengths = st.builds(
    "{}{}".format, st.sampled_from(["", "-", "+", "--"]), st.lists(_part, max_size=3).map("".join)
)


@given(_lengths)
def test_a_length_that_is_read_is_the_official_one(text: str) -> None:
    try:
        nanos = parse_duration(text)
    except DurationError:
        return
    literal = f'duration("{text}")'
    assert official(literal, _CASE) == nanos
    assert compiled(literal, _CASE) == three(literal, _CASE) == nanos
