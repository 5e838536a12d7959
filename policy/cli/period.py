"""The period that an assessment is of, on the command line."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated

import typer

from policy.cli.guard import CommandError
from policy.cli.language import say

FIRST_YEAR, LAST_YEAR = 2000, 2098
_MOMENT = "2024-01-01T00:00:00+08:00"

YearOption = Annotated[
    int | None,
    typer.Option(
        "--year",
        metavar="YEAR",
        min=FIRST_YEAR,
        max=LAST_YEAR,
        help=say("考核年度", "the calendar year that is assessed"),
    ),
]
FromOption = Annotated[
    str | None,
    typer.Option("--from", metavar="TIME", help=say(f"期间开始，如 {_MOMENT}", "begin of the period")),
]
ToOption = Annotated[
    str | None,
    typer.Option("--to", metavar="TIME", help=say("期间结束（不含）", "end of the period, excluded")),
]

Period = tuple[int, int]
"""From a moment until before another, in nanoseconds since 1970 UTC."""


def period_of(command: str, year: int | None, start: str | None, end: str | None, lang: str) -> Period:
    """The period that the options say. Raises CommandError (LNK906)."""
    from policy.assess import year_of
    from policy.cli.loading import moment

    if year is not None and start is None and end is None:
        return year_of(year)
    if year is not None or start is None or end is None:
        raise _wrong(command, "写 --year，或者同时写 --from 和 --to", "give --year, or both --from and --to")
    if (written := _in_moments(start, end)) is not None:
        raise _wrong(
            command,
            f"期间的首尾要写时刻：从 {start} 起、含 {end} 的期间是 {written}",
            f"a period has moments: from {start} on, {end} included, it is {written}",
        )
    since, until = moment(start, lang, "--from"), moment(end, lang, "--to")
    if until <= since:
        raise _wrong(command, "--to 须晚于 --from", "--to must be later than --from")
    return since, until


def confirmed_at(text: str | None, period: Period, lang: str) -> int | None:
    """When the results were confirmed. Raises CommandError (LNK736) for a moment within the period."""
    from policy.cli.loading import moment

    if text is None:
        return None
    at = moment(text, lang, "--confirmed")
    if at < period[1]:
        raise CommandError("LNK736", end=day_of(period[1] - 1))
    return at


def day_of(nanos: int) -> str:
    """The day of a moment in China: 2024-12-31."""
    from policy.time.calendar import SHANGHAI

    return datetime.fromtimestamp(nanos // 10**9, SHANGHAI).date().isoformat()


def _in_moments(start: str, end: str) -> str | None:
    """How a period is written of which only days are given; None where they are no days."""
    try:
        first, last = (date.fromisoformat(text) for text in (start, end))
    except ValueError:
        return None
    return f"--from {first}T00:00:00+08:00 --to {last + timedelta(days=1)}T00:00:00+08:00"


def period_before(year: int | None, period: Period) -> Period:
    """The period before: the calendar year, or the same length of time."""
    from policy.assess import year_of

    since, until = period
    return year_of(year - 1) if year is not None else (2 * since - until, since)


def _wrong(command: str, zh: str, en: str) -> CommandError:
    return CommandError("LNK906", command=f"linkage {command}", detail=say(zh, en))
