"""Every worked case of cases.yaml, which a reviewer can read without Python."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from policy.time.calendar import SHANGHAI, Calendar
from policy.time.deadline import Due, due_by_month_day, due_on, due_recurring, due_within
from policy.time.period import Period

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text("utf-8"))
KEYS = {"name", "why", "within", "on", "by", "every", "roll", "hours", "start", "last_day", "at", "awaits"}


def counted(case: dict[str, Any], calendar: Calendar) -> Due:
    options = {key: case[key] for key in ("roll", "hours") if key in case}
    if "on" in case:
        return due_on(case["on"], calendar, **options)
    start: datetime = case["start"]
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
    awaits = [dict(step.args)["year"] for step in due.steps if step.code == "provisional"]
    assert awaits == ([str(case["awaits"])] if "awaits" in case else [])
    assert due.provisional == ("awaits" in case)


def test_cases_are_well_formed() -> None:
    names = [case["name"] for case in CASES]
    assert len(names) == len(set(names))
    for case in CASES:
        assert case.keys() <= KEYS, case["name"]
        assert case["why"].strip(), case["name"]
        assert sum(key in case for key in ("within", "on", "by", "every")) == 1, case["name"]
        assert ("at" in case) != ("last_day" in case), case["name"]
