"""Every worked case of cases.yaml, which a reviewer can read without Python."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from policy.time.calendar import SHANGHAI, Calendar
from policy.time.deadline import (
    Due,
    Part,
    bounded,
    due_before,
    due_by_month_day,
    due_end_of,
    due_on,
    due_recurring,
    due_within,
    qualitative,
)
from policy.time.period import Period

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text("utf-8"))
FORMS = ("within", "on", "by", "every", "before", "end_of", "word")
BOUNDS = ("no_later_than", "no_earlier_than")
KEYS = {"name", "why", *FORMS, *BOUNDS, "after", "roll", "hours", "start", "last_day", "at", "awaits"}


def counted(case: dict[str, Any], calendar: Calendar) -> Due:
    latest, earliest = (counted(case[bound], calendar) if bound in case else None for bound in BOUNDS)
    return bounded(plain(case, calendar), latest=latest, earliest=earliest)


def plain(case: dict[str, Any], calendar: Calendar) -> Due:
    options: dict[str, Any] = {key: case[key] for key in ("roll", "hours") if key in case}
    if "on" in case:
        return due_on(case["on"], calendar, **options)
    if "word" in case:
        return qualitative()
    start: datetime = case["start"]
    if "before" in case:
        return due_before(start, Period.parse(case["before"]), calendar, **options)
    if "end_of" in case:
        after = Period.parse(case["after"]) if "after" in case else None
        return due_end_of(start, Part(case["end_of"]), calendar, after=after, **options)
    if "within" in case:
        return due_within(start, Period.parse(case["within"]), calendar, **options)
    if "by" in case:
        month, day = case["by"].split("-")
        return due_by_month_day(start, int(month), int(day), calendar, **options)
    return due_recurring(case["every"], start, calendar, **options)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_worked_case(case: dict[str, Any], calendar: Calendar) -> None:
    due = counted(case, calendar)
    if "at" in case:
        expected: datetime = case["at"]
    else:
        last_day: date = case["last_day"]
        expected = datetime(last_day.year, last_day.month, last_day.day, tzinfo=SHANGHAI) + timedelta(days=1)
    assert due.at == expected
    assert due.at.tzinfo is SHANGHAI
    awaits = {dict(step.args)["year"] for step in due.steps if step.code == "provisional"}
    assert awaits == ({str(case["awaits"])} if "awaits" in case else set())
    assert due.provisional == ("awaits" in case)


def test_cases_are_well_formed() -> None:
    names = [case["name"] for case in CASES]
    assert len(names) == len(set(names))
    for case in CASES:
        assert case.keys() <= KEYS, case["name"]
        assert case["why"].strip(), case["name"]
        assert sum(key in case for key in FORMS) == 1, case["name"]
        assert ("at" in case) != ("last_day" in case), case["name"]
