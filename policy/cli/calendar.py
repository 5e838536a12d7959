"""``linkage calendar``: a year's working days, as deadlines are counted by. ``linkage due``: one due time."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from policy.cli.language import say
from policy.cli.options import DEFAULT_RULES, Format, FormatOption, Lang, LangOption, RulesOption
from policy.text.terminal import show

if TYPE_CHECKING:
    from policy.decide.snapshot import District
    from policy.time.calendar import Calendar
    from policy.time.office import OfficeHours
    from policy.time.period import Period

DistrictOption = Annotated[
    str | None,
    typer.Option(
        "--district",
        help=say("按这个地区的日历，含其自己的假日", "by this district's calendar, with its own holidays"),
    ),
]


class Roll(StrEnum):
    """Where a last day that is a rest day moves to."""

    ON = "on"
    BACK = "back"
    OFF = "off"


def calendar(
    year: Annotated[int, typer.Argument(metavar="YEAR", min=2004, max=2099, help=say("年份", "a year"))],
    district: DistrictOption = None,
    rules: RulesOption = DEFAULT_RULES,
    lang: LangOption = Lang.ZH,
    output: FormatOption = Format.TEXT,
) -> None:
    from policy.cli.output import print_json
    from policy.review.report.calendar import year_json, year_lines
    from policy.review.report.screen import screen

    found = _calendar(rules, district, lang)
    if output is Format.JSON:
        print_json(year_json(found, year))
        return
    console = screen()
    for line in year_lines(found, year, lang, console.width):
        console.print(line, soft_wrap=True)


_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def due(
    period: Annotated[
        str,
        typer.Argument(metavar="PERIOD", help=say("期间，如 3个工作日", "a period, such as 3 working days")),
    ],
    start: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="TIME",
            help=say(
                "自何时起，如 2024-01-01T09:30:00+08:00；按日、月、年计算的可以只写 2024-01-01",
                "from when, such as 2024-01-01T09:30:00+08:00; for days, months, years 2024-01-01 will do",
            ),
        ),
    ],
    before: Annotated[
        bool, typer.Option("--before", help=say("往前算：届满前若干日", "count back: so long before"))
    ] = False,
    roll: Annotated[
        Roll | None,
        typer.Option(
            "--roll", help=say("最后一日逢休息日：顺延、提前、不动", "a last day that rests: on, back, off")
        ),
    ] = None,
    district: DistrictOption = None,
    rules: RulesOption = DEFAULT_RULES,
    lang: LangOption = Lang.ZH,
    output: FormatOption = Format.TEXT,
) -> None:
    from policy.cli.guard import CommandError
    from policy.cli.loading import load_calendar, moment
    from policy.cli.output import print_json
    from policy.review.report.calendar import due_json, due_lines
    from policy.text.diagnostics import Words
    from policy.time.deadline import DeadlineError, due_before, due_within
    from policy.time.moment import shanghai
    from policy.time.period import Unit

    length = _period(period)
    if length.unit in (Unit.DAY, Unit.WORKING_DAY, Unit.MONTH, Unit.YEAR) and _DAY.fullmatch(start):
        start = f"{start}T00:00:00+08:00"  # the day is not counted (art. 85): its hour changes nothing
    nanos = moment(start, lang, "--from")
    at, place = shanghai(nanos), None if district is None else _district(rules, district, lang)
    found = load_calendar(rules, lang) if place is None else place.calendar
    if before and length.unit is Unit.HALF_DAY:
        raise CommandError("LNK224", value=str(length))
    office = _office(place, nanos) if length.unit is Unit.HALF_DAY else None
    try:
        if before:
            result = due_before(at, length, found, roll=_roll(roll, default=Roll.OFF))
        else:
            result = due_within(at, length, found, roll=_roll(roll, default=Roll.ON), office=office)
    except DeadlineError as error:
        raise CommandError("LNK830", reason=Words(error.text("zh"), error.text("en"))) from error
    if output is Format.JSON:
        print_json(due_json(result, lang))
        return
    for line in due_lines(result, lang):
        show(line)


def _roll(wanted: Roll | None, *, default: Roll) -> bool | Literal["back"]:
    chosen = wanted or default
    return "back" if chosen is Roll.BACK else chosen is Roll.ON


def _period(text: str) -> Period:
    from policy.cli.guard import CommandError
    from policy.text.diagnostics import Words
    from policy.time.period import Period, PeriodError

    try:
        return Period.parse(text)
    except PeriodError as error:
        raise CommandError("LNK207", reason=Words(error.text("zh"), error.text("en"))) from error


def _calendar(rules: Path, district: str | None, lang: str) -> Calendar:
    """The calendar of the rules, or of one of their districts."""
    from policy.cli.loading import load_calendar

    return load_calendar(rules, lang) if district is None else _district(rules, district, lang).calendar


def _district(rules: Path, code: str, lang: str) -> District:
    from policy.cli.loading import load_usable, unknown_district

    _, snapshot = load_usable(rules, lang)
    if code not in snapshot.districts:
        unknown_district(snapshot, code, lang)
    return snapshot.districts[code]


def _office(district: District | None, nanos: int) -> OfficeHours:
    """Whose half days are counted: the hours of the version in force. Raises CommandError (LNK906)."""
    from policy.cli.guard import CommandError

    program = None if district is None else district.in_force(nanos)
    if program is None or program.pack.office_hours is None:
        detail = say(
            "半日按上班时间计算：用 --district 写明地区，其规则包须写明 office_hours",
            "half days are those of office hours: give --district, of a pack that states office_hours",
        )
        raise CommandError("LNK906", command="linkage due", detail=detail)
    return program.pack.office_hours
