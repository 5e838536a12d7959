"""Deadlines of a pack, ready to count: the parameter resolved, the source of its number known.

Deadline (as written) + parameters --due_plan--> DuePlan --count--> Due
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, cast

from policy.pack.deadline import Deadline, DeadlineForm
from policy.pack.model import Parameter
from policy.time.calendar import Calendar
from policy.time.clock import Stop, due_running
from policy.time.deadline import (
    Due,
    Part,
    due_at,
    due_before,
    due_by_month_day,
    due_end_of,
    due_on,
    due_recurring,
    due_within,
    qualitative,
)
from policy.time.moment import Instant
from policy.time.office import OfficeHours
from policy.time.period import Period, Unit

# Looked up once: reading a member from its enum takes ten times as long as reading a global.
_WITHIN, _WORD, _AT = DeadlineForm.WITHIN, DeadlineForm.WORD, DeadlineForm.AT
_BY, _EVERY, _BEFORE, _END_OF = (
    DeadlineForm.BY,
    DeadlineForm.EVERY,
    DeadlineForm.BEFORE,
    DeadlineForm.END_OF,
)


@dataclass(frozen=True, slots=True)
class DuePlan:
    """A deadline ready to count. ``period`` is its own or its parameter's; None: nobody has fixed it.

    ``basis`` are the clauses its number comes from; ``local``: the district set it itself. The bounds are
    other deadlines: it is due at the latest, or no earlier than they are.
    """

    source: Deadline
    period: Period | None
    basis: tuple[str, ...]
    local: bool
    no_later_than: DuePlan | None = None
    no_earlier_than: DuePlan | None = None
    late: DuePlan | None = None
    """What counts where it starts after the hour ``source.late_after``."""
    office: OfficeHours | None = None

    @property
    def counts_on(self) -> bool:
        """Whether it ends after the moment that it is counted from."""
        return self.source.form is not _BEFORE

    @property
    def needs_start(self) -> bool:
        """Whether it is counted from a moment."""
        form = self.source.form
        if form is _WITHIN or form is _WORD:
            return self.period is not None
        return form in (_BY, _EVERY, _BEFORE, _END_OF)

    @property
    def runs(self) -> bool:
        """Whether it is a period, which a clock that stops makes longer."""
        form = self.source.form
        return (form is _WITHIN or form is _WORD) and self.period is not None

    @property
    def needs_moment(self) -> bool:
        """Whether the facts give the due time itself."""
        return self.source.form is _AT

    def count(
        self,
        start: datetime | Instant | None,
        moment: datetime | Instant | None,
        calendar: Calendar,
        day_ends: bool = False,
        stops: Sequence[Stop] = (),
    ) -> Due:
        """The due time from ``start`` (or the given ``moment``), both aware.

        ``day_ends``: ``start`` is the end of a period at 24:00; ``stops``: when the clock of a period stands
        still. Raises ``DeadlineError``.
        """
        source = self.source
        if moment is not None:
            return due_at(moment)
        if self.late is not None and source.late_after is not None and start is not None:
            clock = (start.at if isinstance(start, Instant) else start).time()
            if clock > source.late_after or day_ends:  # 24:00 is after any hour of the day that ends
                due = self.late.count(start, None, calendar, day_ends, stops)
                marks = (("after_hour", (source.late_after.strftime("%H:%M"),)), *due.marks)
                return replace(due, marks=marks)
        if source.on is not None:
            return due_on(source.on, calendar, roll=source.roll or False)
        if start is None or not self.needs_start:
            return qualitative()
        if source.form is _BY:
            return due_by_month_day(start, source.month, source.day, calendar, roll=source.roll or False)
        if source.form is _EVERY:
            return due_recurring(source.every, start, calendar, roll=source.roll or False)
        if source.form is _END_OF and source.end_of is not None:
            return due_end_of(
                start,
                source.end_of,
                calendar,
                after=source.after,
                roll=source.roll or False,
                office=self.office,
                day_ends=day_ends,
            )
        if self.period is None:
            return qualitative()
        if source.form is _BEFORE:
            return due_before(start, self.period, calendar, roll=source.roll or False, day_ends=day_ends)
        return self.running(start, self.period, calendar, day_ends, stops)

    def running(
        self,
        start: datetime | Instant,
        period: Period,
        calendar: Calendar,
        day_ends: bool = False,
        stops: Sequence[Stop] = (),
    ) -> Due:
        """The end of a period that is counted as this deadline's own is. Raises ``DeadlineError``."""
        source = self.source
        hours = cast(Literal["exact", "next_hour"], source.hours)
        roll = True if source.roll is None else source.roll
        office = self.office
        if not stops:
            return due_within(
                start, period, calendar, roll=roll, hours=hours, office=office, day_ends=day_ends
            )
        return due_running(
            start, period, calendar, stops, roll=roll, hours=hours, office=office, day_ends=day_ends
        )


def due_plan(
    deadline: Deadline,
    parameters: Mapping[str, Parameter],
    rule_basis: tuple[str, ...],
    office: OfficeHours | None,
) -> DuePlan:
    """The plan of a checked deadline; without a basis of its own the rule's counts.

    Its basis holds that of its bounds too, and it is local where one of them, or office hours it needs, are.
    """
    if deadline.param:
        parameter = parameters[deadline.param]
        period = Period.parse(str(parameter.value)) if parameter.value is not None else None
        basis, local = parameter.basis, parameter.provenance == "local"
    else:
        period, local = deadline.period, deadline.provenance == "local"
        basis = () if local else deadline.basis or rule_basis
    others = [
        None if other is None else due_plan(other, parameters, rule_basis, office)
        for other in (deadline.no_later_than, deadline.no_earlier_than, deadline.late)
    ]
    if office is not None and _in_office(deadline, period):
        basis, local = (*basis, *office.basis), local or office.local
    for other in others:
        if other is not None:
            basis, local = (*basis, *other.basis), local or other.local
    latest, earliest, late = others
    basis = tuple(dict.fromkeys(basis))
    return DuePlan(deadline, period, basis, local, latest, earliest, late, office)


def _in_office(deadline: Deadline, period: Period | None) -> bool:
    halves = period is not None and period.unit is Unit.HALF_DAY
    return halves or deadline.end_of in (Part.MORNING, Part.OFFICE_HOURS)
