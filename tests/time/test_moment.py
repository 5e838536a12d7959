"""Moments: every form of RFC 3339 with a zone, nothing else. Lengths of time: what CEL has, without loss."""

from datetime import datetime, timedelta, timezone

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as st

from policy.time.moment import (
    EARLIEST,
    LATEST,
    LONGEST,
    NANO,
    REASONS,
    DurationError,
    MomentError,
    moment_text,
    parse_duration,
    parse_moment,
    shanghai,
)

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
        ("1970-01-01T00:00:01.5Z", 1_500_000_000),
        ("0001-01-01T00:00:00Z", EARLIEST),
        ("9999-12-31T23:59:59.999999999Z", LATEST),
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
        ("2024-03-02T09:30:00.0000000001Z", "too_fine"),
        ("2024-03-02 09:30:00Z", "space"),
        ("0001-01-01T00:00:00+00:01", "out_of_range"),
        ("9999-12-31T23:59:00-00:01", "out_of_range"),
        ("10000-01-01T00:00:00Z", "form"),
        ("2024-03-02T09:30:00.Z", "form"),
        ("2024-03-02T09:30:00,5Z", "form"),
        ("2024-03-02T09:30:00+0800", "form"),
        ("20240302T093000Z", "form"),
        ("2024-W10-6T09:30:00Z", "form"),
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


@given(st.integers(EARLIEST, LATEST))
def test_what_is_written_is_read_again(nanos: int) -> None:
    assert parse_moment(moment_text(nanos)) == nanos


@pytest.mark.parametrize(
    ("nanos", "text"),
    [
        (0, "1970-01-01T08:00:00+08:00"),
        (1_500_000_000, "1970-01-01T08:00:01.500000+08:00"),
        (1, "1970-01-01T08:00:00.000000001+08:00"),
        (LATEST, "9999-12-31T23:59:59.999999999Z"),
        (LATEST - NANO + 1, "9999-12-31T23:59:59Z"),
    ],
)
def test_how_moments_are_written(nanos: int, text: str) -> None:
    assert moment_text(nanos) == text


def test_the_last_hours_have_no_time_in_shanghai() -> None:
    with pytest.raises(OverflowError):
        shanghai(LATEST)


@pytest.mark.parametrize(
    ("text", "nanos"),
    [
        ("24h", 86_400 * NANO),
        ("1h30m", 5_400 * NANO),
        ("-5s", -5 * NANO),
        ("+1.5ms", 1_500_000),
        ("1h1h", 7_200 * NANO),
        ("1.123456789h", 4_044_444_440_400),
        (f"{LONGEST}ns", LONGEST),
    ],
)
def test_lengths(text: str, nanos: int) -> None:
    assert parse_duration(text) == nanos


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        *[
            (text, "form")
            for text in ("", "h", "1", "1d", "1H", "--1s", "+-1s", "1h 30m", " 1h", "1.h", ".5h")
        ],
        *[(text, "form") for text in ("0.5ns", "1.0000000001s", "１h", "1e3s", "inf")],
        (f"{LONGEST + 1}ns", "out_of_range"),
        ("2562048h", "out_of_range"),
        ("9" * 20 + "h", "out_of_range"),
    ],
)
def test_refused_lengths(text: str, reason: str) -> None:
    with pytest.raises(DurationError) as caught:
        parse_duration(text)
    assert caught.value.reason == reason


@given(st.text("+-0123456789.hmsnuµ \n", max_size=12))
def test_any_text_is_a_length_or_refused(text: str) -> None:
    try:
        found = parse_duration(text)
    except DurationError:
        return
    assert abs(found) <= LONGEST
