"""Moments and lengths of time as people and programs write them: one reader, one writer.

    text --parse_moment--> nanoseconds since 1970-01-01 UTC --moment_text--> text
    text --parse_duration--> nanoseconds

Facts, ``as_of``, the command line, rule tests, bulk files and the literals of conditions are read here, so
that a text is the same moment wherever it stands. A moment is an RFC 3339 date-time, always with a zone, from
``EARLIEST`` to ``LATEST``; a length of time is in h, m, s, ms, us, ns, as CEL has it, ``LONGEST`` at most.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from types import MappingProxyType
from typing import NamedTuple

from policy.text.messages import Words
from policy.time.calendar import SHANGHAI

NANO = 1_000_000_000
EARLIEST = -62_135_596_800 * NANO
"""0001-01-01T00:00:00Z, as CEL and protobuf have it."""
LATEST = 253_402_300_800 * NANO - 1
"""9999-12-31T23:59:59.999999999Z."""
LONGEST = 2**63 - 1
"""About 292 years: what every engine can add, subtract and compare without loss."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})([Tt ])(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:([Zz])|([+-])(\d{2}):(\d{2}))?",
    re.ASCII,
)
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}", re.ASCII)
_DIGITS = 9
"""Digits of a fraction that nanoseconds hold."""

#: Why a text is no moment.
REASONS: Mapping[str, Words] = MappingProxyType(
    {
        "date_only": Words(
            "只有日期，没有时刻：同一天的早晚会改变期限",
            "a date without a time of day: the hour may change what is due",
        ),
        "naive": Words("没有时区，末尾应为 +08:00", "no time zone: end it with +08:00"),
        "impossible": Words(
            "没有这一天或这一时刻（24:00 写成次日 00:00）",
            "no such day or time (24:00 is 00:00 of the next day)",
        ),
        "space": Words("日期与时刻之间应为 T", "date and time of day are joined by T"),
        "too_fine": Words("小数部分最多九位（纳秒）", "a fraction has at most nine digits (nanoseconds)"),
        "out_of_range": Words("不在公元 1 年至 9999 年之间", "not between the years 1 and 9999"),
        "form": Words("写法不对", "not in the form of RFC 3339"),
    }
)


class MomentError(ValueError):
    """A text that is no moment. ``reason`` is a key of ``REASONS``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    @property
    def words(self) -> Words:
        """The reason for people."""
        return REASONS[self.reason]


def parse_moment(text: str) -> int:
    """Nanoseconds since 1970-01-01 UTC of an RFC 3339 date-time.

    Raises ``MomentError`` where it is a bare date, has no zone, does not exist, cannot be held to the last
    digit or has another form. The second 60 of RFC 3339 is refused: nanoseconds since 1970 have none.
    """
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise MomentError("date_only" if _DATE.fullmatch(text) else "form")
    if found[4] == " ":
        raise MomentError("space")
    if found[9] is None and found[10] is None:
        raise MomentError("naive")
    fraction = found[8] or ""
    if len(fraction) > _DIGITS:
        raise MomentError("too_fine")
    try:
        moment = datetime(*(int(part) for part in found.group(1, 2, 3, 5, 6, 7)), tzinfo=_zone(found))  # type: ignore[arg-type,misc]
    except ValueError as error:
        raise MomentError("impossible") from error
    nanos = nanos_of(moment) + int(fraction.ljust(_DIGITS, "0"))
    if not EARLIEST <= nanos <= LATEST:
        raise MomentError("out_of_range")
    return nanos


def _zone(found: re.Match[str]) -> timezone:
    if found[9]:
        return UTC
    if int(found[11]) > 23 or int(found[12]) > 59:
        raise ValueError
    offset = timedelta(hours=int(found[11]), minutes=int(found[12]))
    return timezone(-offset if found[10] == "-" else offset)


def nanos_of(moment: datetime) -> int:
    """Nanoseconds of an aware moment."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * NANO + since.microseconds * 1000


class Instant(NamedTuple):
    """A moment that a ``datetime`` cannot hold: what it holds, and the nanoseconds below its microsecond."""

    at: datetime
    below: int

    def __str__(self) -> str:
        whole = self.at.isoformat(timespec="microseconds")
        cut = len("2024-03-02T09:30:00.123456")
        return f"{whole[:cut]}{self.below:03d}{whole[cut:]}"

    @property
    def nanos(self) -> int:
        """Nanoseconds since 1970-01-01 UTC."""
        return nanos_of(self.at) + self.below

    def date(self) -> date:
        """Its day."""
        return self.at.date()


def shanghai(nanos: int) -> datetime | Instant:
    """The moment in Shanghai's time, exact. Raises OverflowError in the last eight hours of ``LATEST``."""
    micros, below = divmod(nanos, 1000)
    at = (_EPOCH + timedelta(microseconds=micros)).astimezone(SHANGHAI)
    return Instant(at, below) if below else at


def moment_text(nanos: int) -> str:
    """The moment as ``parse_moment`` reads it, to the last digit; in Shanghai time where it has the year."""
    try:
        moment = shanghai(nanos)
    except OverflowError:
        seconds, below = divmod(nanos, NANO)
        whole = (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
        return f"{whole}.{below:09d}Z" if below else f"{whole}Z"
    return str(moment) if isinstance(moment, Instant) else moment.isoformat()


class DurationError(ValueError):
    """A text that is no length of time: ``reason`` is form or out_of_range."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


_UNITS = {"h": 3600 * NANO, "m": 60 * NANO, "s": NANO, "ms": 1_000_000, "us": 1000, "ns": 1}
_PART = re.compile(r"(\d{1,20})(?:\.(\d{1,9}))?(h|ms|us|ns|m|s)", re.ASCII)
_DURATION = re.compile(r"([+-]?)((?:\d{1,20}(?:\.\d{1,9})?(?:h|ms|us|ns|m|s))+)", re.ASCII)


def parse_duration(text: str) -> int:
    """Nanoseconds of a length of time: 24h, 1h30m, -5s, 1.5h.

    Raises ``DurationError`` for another form, a part that is no whole number of nanoseconds, and for one
    beyond ``LONGEST``.
    """
    found = _DURATION.fullmatch(text)
    if found is None:
        raise DurationError("form")
    total = 0
    for whole, fraction, unit in _PART.findall(found[2]):
        part, rest = divmod(int(fraction or "0") * _UNITS[unit], 10 ** len(fraction))
        if rest:
            raise DurationError("form")
        total += int(whole) * _UNITS[unit] + part
    if total > LONGEST:
        raise DurationError("out_of_range")
    return -total if found[1] == "-" else total
