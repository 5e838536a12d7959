"""Moments: every form of RFC 3339 with a zone, nothing else."""

from datetime import datetime, timedelta, timezone

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as st

from policy.facts.moments import REASONS, MomentError, parse_moment

NANO = 1_000_000_000

zones = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=zones)


@given(moments)
def test_agrees_with_protobuf(moment: datetime) -> None:
    text = moment.isoformat()
    stamp = Timestamp()
    stamp.FromJsonString(text)
    assert parse_moment(text) == stamp.seconds * NANO + stamp.nanos


@pytest.mark.parametrize(
    ("text", "nanos"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01t08:00:00+08:00", 0),
        ("1970-01-01 00:00:01.5Z", 1_500_000_000),
        ("1969-12-31T23:59:59.999999999Z", -1),
        ("2024-02-29T00:00:00.000000001-23:59", 1709251140 * NANO + 1),
    ],
)
def test_forms(text: str, nanos: int) -> None:
    assert parse_moment(text) == nanos


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2024-03-02", "date_only"),
        ("2024-3-2", "date_only"),
        ("2024-03-02T09:30:00", "naive"),
        ("2024-02-30T09:30:00+08:00", "impossible"),
        ("2024-03-02T24:00:00+08:00", "impossible"),
        ("2024-03-02T09:30:60+08:00", "impossible"),
        ("2024-03-02T09:30:00+24:00", "impossible"),
        ("0000-03-02T09:30:00Z", "impossible"),
        ("2024-03-02T09:30+08:00", "form"),
        ("2024-03-02T09:30:00.0000000001Z", "form"),
        ("二〇二四年三月二日", "form"),
        ("٢٠٢٤-03-02T09:30:00Z", "form"),
        ("1709343000", "form"),
        ("", "form"),
    ],
)
def test_refusals(text: str, reason: str) -> None:
    with pytest.raises(MomentError) as caught:
        parse_moment(text)
    assert caught.value.reason == reason
    assert caught.value.words == REASONS[reason]


@given(st.text(max_size=40))
def test_any_text_is_a_moment_or_refused(text: str) -> None:
    try:
        parse_moment(text)
    except MomentError as error:
        found = error
    else:
        return
    assert found.words == REASONS[found.reason]
