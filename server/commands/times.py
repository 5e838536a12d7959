"""Times of ``linkage log``: a moment, a day, or so long ago.

    2024-03-02T12:00:00+08:00   2024-03-02   today   yesterday   90m   24h   7d

A day begins at 00:00 in Shanghai. Facts take a moment alone, since the hour may change what is due; what was
received is looked for by what people remember, which is a day.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from policy.cli.guard import CommandError
from policy.text.diagnostics import Words
from policy.time.calendar import SHANGHAI
from policy.time.moment import MomentError, nanos_of, parse_moment

FORMS = "2024-03-02T12:00:00+08:00, 2024-03-02, today, yesterday, 90m, 24h, 7d"
_AGO = re.compile(r"([0-9]{1,6})([mhd])", re.ASCII)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_DAYS = {"today": 0, "yesterday": 1}


def time_of(option: str, text: str, now: datetime | None = None) -> int:
    """Nanoseconds since 1970 UTC of what an option says.

    Raises ``CommandError`` (LNK879) for what is no time.
    """
    try:
        return _time_of(text.strip(), now or datetime.now(UTC))
    except (ValueError, OverflowError) as error:
        expected = Words(FORMS.replace(", ", "、"), FORMS)
        raise CommandError("LNK879", name=f"{option} {text}", expected=expected) from error


def _time_of(text: str, now: datetime) -> int:
    if ago := _AGO.fullmatch(text):
        return nanos_of(now - int(ago[1]) * _UNITS[ago[2]])
    if text in _DAYS:
        return _begin(now.astimezone(SHANGHAI).date() - timedelta(days=_DAYS[text]))
    try:
        return parse_moment(text)
    except MomentError as error:
        if error.reason != "date_only":
            raise
    return _begin(date.fromisoformat(text))


def _begin(day: date) -> int:
    return nanos_of(datetime(day.year, day.month, day.day, tzinfo=SHANGHAI))
