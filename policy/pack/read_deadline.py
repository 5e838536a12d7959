"""Deadlines, in each of their forms, and what bounds them."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import time

from policy.pack.deadline import Deadline, DeadlineForm, DutyMoment, FromDuty
from policy.pack.draft import PackReader
from policy.pack.reader import Reader, Schema
from policy.text import nodes
from policy.text.diagnostics import Words
from policy.text.nodes import Node
from policy.time.calendar import FIRST_DAY, LAST_DAY
from policy.time.deadline import Part
from policy.time.period import Period, PeriodError, Unit
from policy.time.recurrence import Recurrence, RecurrenceError
from policy.time.rolling import Roll

_WHAT = Words("期限", "a deadline")
_FORMS = tuple(form.value for form in DeadlineForm)
_ORIGIN = ("basis", "provenance")
_BOUNDS = ("no_later_than", "no_earlier_than")
_FROM_DUTY = Schema(Words("from 一项", "from"), ("duty", "at"))
_GROUP = Schema(Words("duty 一项", "duty"), ("group",))
_LATE = Schema(Words("late 一项", "late"), ("after", "then"))

_KEYS = {
    "within": (("within", "from"), ("roll", "hours", *_ORIGIN)),
    "word": (("word",), ("from", "param", "roll", "hours", *_ORIGIN)),
    "on": (("on",), ("roll", *_ORIGIN)),
    "by": (("by", "from"), ("roll", *_ORIGIN)),
    "every": (("every", "from"), ("roll", *_ORIGIN)),
    "before": (("before", "from"), ("roll", *_ORIGIN)),
    "end_of": (("end_of", "from"), ("after", "roll", *_ORIGIN)),
    "at": (("at",), _ORIGIN),
}
_SCHEMAS = {
    form: Schema(_WHAT, needed, (*rest, *_BOUNDS, *(("late",) if "from" in needed else ())))
    for form, (needed, rest) in _KEYS.items()
}
_BOUND = {form: Schema(_WHAT, needed, rest) for form, (needed, rest) in _KEYS.items()}
"""A bound has no bounds of its own: which of three counts, no sentence of a document would say."""
_PARAM = Schema(_WHAT, ("param",))
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
_MONTH_DAY = re.compile(r"(\d{1,2})-(\d{1,2})", re.ASCII)


_INSTEAD = {
    form: Schema(_WHAT, (form,), tuple(key for key in rest if key != "from"))
    for form, (needed, rest) in _KEYS.items()
    if "from" in needed
}
"""What counts for what comes late in the day is counted from the same moment."""


def read_deadline(
    reader: PackReader, node: Node | None, schemas: Mapping[str, Schema] = _SCHEMAS
) -> Deadline | None:
    """A deadline written out; its basis is empty where it says none (then that of the rule counts)."""
    if node is None or isinstance(node, nodes.Refused):
        return None
    if not isinstance(node, nodes.Mapping):
        reader.mistyped(node, _WHAT)
        return None
    forms = [key.text for key, _ in node.entries if key.text in _FORMS]
    if len(forms) != 1 or forms[0] not in schemas:
        reader.faults.add("LNK213", node.span, found=", ".join(forms) or Words("都没有", "none of them"))
        return None
    form = forms[0]
    found = reader.fields(node, schemas[form])
    if found is None:
        return None
    basis, provenance = reader.origin(found, _WHAT, node.span, needed="basis" in found)
    from_duty = _from_duty(reader, found.get("from"))
    common = Deadline(
        form=DeadlineForm(form),
        span=node.span,
        from_=None if isinstance(found.get("from"), nodes.Mapping) else reader.expression(found.get("from")),
        from_duty=from_duty,
        roll=_roll(reader, found.get("roll")),
        hours=reader.choice(found.get("hours"), ("exact", "next_hour")) or "exact",
        basis=basis,
        provenance=provenance or "document",
        no_later_than=read_deadline(reader, found.get("no_later_than"), _BOUND),
        no_earlier_than=read_deadline(reader, found.get("no_earlier_than"), _BOUND),
    )
    made = _form(reader, common, found)
    _check_office(reader, made, node)
    return _with_late(reader, made, found["late"]) if made and "late" in found else made


def _with_late(reader: PackReader, deadline: Deadline, node: Node) -> Deadline | None:
    """``late: {after: "16:00", then: …}``: another deadline for what comes after that hour."""
    found = reader.fields(node, _LATE) or {}
    hour = reader.string(found.get("after"))
    clock = _CLOCK.fullmatch(hour) if hour else None
    if hour and not clock:
        reader.faults.add("LNK228", found["after"].span, value=hour)
    then = read_deadline(reader, found.get("then"), _INSTEAD)
    if clock is None or then is None:
        return None
    return replace(deadline, late_after=time(int(clock[1]), int(clock[2])), late=then)


def _check_office(reader: PackReader, deadline: Deadline | None, node: Node) -> None:
    """Says so where a deadline needs office hours that the pack does not give (LNK229)."""
    if deadline is None or reader.draft.office_given:
        return
    halves = deadline.period is not None and deadline.period.unit is Unit.HALF_DAY
    if halves or deadline.end_of in (Part.MORNING, Part.OFFICE_HOURS):
        reader.faults.add("LNK229", node.span)


def _from_duty(reader: PackReader, node: Node | None) -> FromDuty | None:
    """``from: {duty: RULE, at: due}``, or that of a group; whether there is one is looked at later."""
    if not isinstance(node, nodes.Mapping):
        return None
    found = reader.fields(node, _FROM_DUTY) or {}
    duty, group = found.get("duty"), ""
    if isinstance(duty, nodes.Mapping):
        group = reader.name(reader.scalar((reader.fields(duty, _GROUP) or {}).get("group"))) or ""
    rule = "" if group else reader.rule_id(duty)
    at = reader.choice(found.get("at"), tuple(DutyMoment))
    return FromDuty(rule or "", DutyMoment(at), found["duty"].span, group) if (rule or group) and at else None


def _roll(reader: PackReader, node: Node | None) -> Roll | None:
    """``true`` (on), ``false`` (not at all) or ``back``."""
    found = reader.choice(node, ("true", "false", "back"))
    if found is None:
        return None
    return "back" if found == "back" else found == "true"


def _form(reader: PackReader, common: Deadline, found: dict[str, Node]) -> Deadline | None:
    """``common`` with what its form says of its own, or None."""
    match common.form:
        case DeadlineForm.WITHIN:
            return _within(reader, common, found)
        case DeadlineForm.WORD:
            return read_word(reader, common, found)
        case DeadlineForm.ON:
            on = reader.date(found.get("on"), FIRST_DAY, LAST_DAY)
            return replace(common, on=on) if on else None
        case DeadlineForm.BY:
            month_day = read_month_day(reader, found.get("by"))
            return replace(common, month=month_day[0], day=month_day[1]) if month_day else None
        case DeadlineForm.EVERY:
            every = read_recurrence(reader, found.get("every"))
            return replace(common, every=every) if every else None
        case DeadlineForm.BEFORE:
            before = _counted_in_days(reader, found.get("before"))
            return replace(common, period=before) if before else None
        case DeadlineForm.END_OF:
            return _end_of(reader, common, found)
        case DeadlineForm.AT:
            at = reader.expression(found.get("at"))
            return replace(common, at=at) if at else None


def _end_of(reader: PackReader, common: Deadline, found: dict[str, Node]) -> Deadline | None:
    end_of = reader.choice(found.get("end_of"), tuple(Part))
    after = _counted_in_days(reader, found.get("after"))
    if after and after.unit in (Unit.MINUTE, Unit.HOUR):
        reader.faults.add("LNK224", found["after"].span, value=str(after))
        return None
    if end_of is None or (after is None and "after" in found):
        return None
    return replace(common, end_of=Part(end_of), after=after)


def _within(reader: PackReader, common: Deadline, found: dict[str, Node]) -> Deadline | None:
    node = found.get("within")
    if isinstance(node, nodes.Mapping):
        given = reader.fields(node, _PARAM) or {}
        param = period_parameter(reader, given.get("param"))
        return replace(common, param=param) if param else None
    period = read_period(reader, node)
    return replace(common, period=period) if period else None


def read_word(reader: PackReader, common: Deadline, found: Mapping[str, Node]) -> Deadline | None:
    """A deadline in words, and the parameter through which a district may fix a time for it."""
    word = reader.code(found.get("word"), "deadline_words")
    param = period_parameter(reader, found.get("param"))
    if param and common.from_ is None and "from" not in found:
        # A period that the district fixes needs a moment to run from.
        reader.faults.add("LNK202", found["param"].span, key="from", what=_WHAT)
    return replace(common, word=word, param=param or "") if word else None


def period_parameter(reader: PackReader, node: Node | None) -> str | None:
    """The name of a parameter that is a period."""
    name = reader.refer("parameter", "LNK305", node)
    parameter = reader.draft.parameters.get(name or "")
    if name and node and parameter and parameter.type != "period":
        reader.faults.add("LNK515", node.span, name=name, type=parameter.type)
    return name


def _counted_in_days(reader: PackReader, node: Node | None) -> Period | None:
    """A period that is no half day."""
    found = read_period(reader, node)
    if found is not None and node is not None and found.unit is Unit.HALF_DAY:
        reader.faults.add("LNK224", node.span, value=str(found))
        return None
    return found


def read_period(reader: Reader, node: Node | None) -> Period | None:
    """A period of time, such as ``24 hours``."""
    found = reader.scalar(node)
    if found is None:
        return None
    try:
        return Period.parse(found.text)
    except PeriodError as error:
        reader.faults.add("LNK207", found.span, reason=Words(error.text("zh"), error.text("en")))
        return None


def read_recurrence(reader: PackReader, node: Node | None) -> str | None:
    """A recurrence rule of RFC 5545, within what ``policy.time.recurrence`` can count."""
    found = reader.scalar(node)
    if found is None:
        return None
    try:
        Recurrence.parse(found.text)
    except RecurrenceError as error:
        reader.faults.add("LNK215", found.span, reason=Words(error.text("zh"), error.text("en")))
        return None
    return found.text


def read_month_day(reader: PackReader, node: Node | None) -> tuple[int, int] | None:
    """A day of every year, as ``03-31``."""
    found = reader.scalar(node)
    if found is None:
        return None
    if written := _MONTH_DAY.fullmatch(found.text):
        month, day = int(written[1]), int(written[2])
        # 2000 was a leap year: 02-29 is a day of some years.
        if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(2000, month)[1]:
            return month, day
    reader.faults.add("LNK214", found.span, value=found.text)
    return None
