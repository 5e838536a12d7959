"""Moments between Python and the protocol: aware datetimes, in Shanghai's time where the service names them.

A day of the law begins and ends in Asia/Shanghai, whatever the zone of the machine that asks. A datetime
without a zone is therefore never guessed at: it is refused (LNK816).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from google.protobuf.timestamp_pb2 import Timestamp

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""The zone in which the service counts, and in which this package gives every moment."""


def shanghai(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """A moment by the clock in China: ``shanghai(2024, 3, 2, 9, 30)``. Raises ``ValueError``."""
    return datetime(year, month, day, hour, minute, second, tzinfo=SHANGHAI)


def start_of_day(day: date) -> datetime:
    """00:00 of a day in China, for systems that keep days only; 24:00 is that of the next day."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def is_aware(moment: datetime) -> bool:
    """Whether the datetime names one moment: it has a zone, and the zone an offset."""
    return moment.utcoffset() is not None


def timestamp_of(moment: datetime) -> Timestamp:
    """The protocol's form of an aware datetime. Raises ``ValueError`` for one without a zone."""
    if not is_aware(moment):
        raise ValueError("a moment needs a zone: linkage_client.shanghai(...) makes one")
    stamp = Timestamp()
    stamp.FromDatetime(moment)
    return stamp


def moment_of(stamp: Timestamp) -> datetime:
    """The aware datetime, in Shanghai's time, to the microsecond below: a datetime holds no nanoseconds."""
    since = timedelta(seconds=stamp.seconds, microseconds=stamp.nanos // 1000)
    moment = datetime(1970, 1, 1, tzinfo=UTC) + since
    try:
        return moment.astimezone(SHANGHAI)
    except OverflowError:  # in the last hours of the year 9999
        return moment
