"""Moments as people and programs write them: RFC 3339, always with a zone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType

from policy.text.messages import Words

_NANO = 1_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:([Zz])|([+-])(\d{2}):(\d{2}))?",
    re.ASCII,
)
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}", re.ASCII)

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
    """Nanoseconds since 1970-01-01 UTC of an RFC 3339 moment (year 1 to 9999).

    Raises ``MomentError`` where it is a bare date, has no zone, does not exist or has another form.
    """
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise MomentError("date_only" if _DATE.fullmatch(text) else "form")
    if found[8] is None and found[9] is None:
        raise MomentError("naive")
    try:
        moment = datetime(*(int(part) for part in found.group(1, 2, 3, 4, 5, 6)), tzinfo=_zone(found))  # type: ignore[arg-type,misc]
        since = moment - _EPOCH
    except (ValueError, OverflowError) as error:
        raise MomentError("impossible") from error
    fraction = int((found[7] or "").ljust(9, "0"))
    return (since.days * 86_400 + since.seconds) * _NANO + fraction


def _zone(found: re.Match[str]) -> timezone:
    if found[8]:
        return UTC
    if int(found[10]) > 23 or int(found[11]) > 59:
        raise ValueError
    offset = timedelta(hours=int(found[10]), minutes=int(found[11]))
    return timezone(-offset if found[9] == "-" else offset)
