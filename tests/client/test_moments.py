"""Moments keep their instant on the way to the protocol and back, whatever their zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as st

from linkage_client import SHANGHAI, moment_of, shanghai, start_of_day, timestamp_of
from policy.time import calendar

ZONES = st.sampled_from([UTC, SHANGHAI, timezone(-timedelta(hours=11)), timezone(timedelta(hours=14))])
# Every zone has the year's first and last day, so that a moment near either end exists in all of them.
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=ZONES)


@given(MOMENTS)
def test_there_and_back(moment: datetime) -> None:
    back = moment_of(timestamp_of(moment))
    assert back == moment
    assert back.utcoffset() == timedelta(hours=8)


def test_the_zone_is_the_one_in_which_the_service_counts() -> None:
    assert SHANGHAI == calendar.SHANGHAI
    assert shanghai(2024, 3, 2, 9, 30) == datetime(2024, 3, 2, 1, 30, tzinfo=UTC)
    assert start_of_day(date(2024, 3, 2)).isoformat() == "2024-03-02T00:00:00+08:00"


def test_nanoseconds_are_cut_to_the_microsecond_below() -> None:
    assert moment_of(Timestamp(seconds=0, nanos=1_999)).microsecond == 1
    before = moment_of(Timestamp(seconds=-1, nanos=999_999_999))
    assert before == datetime(1970, 1, 1, tzinfo=UTC) - timedelta(microseconds=1)


def test_the_last_hours_there_are() -> None:
    last = Timestamp(seconds=253_402_300_799, nanos=999_999_999)
    assert moment_of(last) == datetime.max.replace(tzinfo=UTC)


def test_a_datetime_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match=r"a moment needs a zone: linkage_client.shanghai\(...\) makes one"):
        timestamp_of(datetime(2024, 3, 2, 9, 30))
