"""Bounds of a deadline that leave no time between them: what may not be due before is due at the latest.

Only what is certain whatever the facts are is told: fixed days, and periods of one kind from one moment.
"""

from __future__ import annotations

from policy.pack.deadline import Deadline, DeadlineForm
from policy.pack.draft import Draft
from policy.text.diagnostics import Faults, Words
from policy.text.source import Span
from policy.time.period import Period, Unit

_LONGER = {Unit.HOUR: (Unit.MINUTE, 60), Unit.YEAR: (Unit.MONTH, 12)}
"""Units that are a number of others, however they are counted."""


def check_bounds(draft: Draft, faults: Faults) -> None:
    """No deadline is due at the latest before it may be due at the earliest (LNK033)."""
    told: set[Span] = set()
    for rule in draft.rules:
        deadline = rule.deadline
        if deadline is None or deadline.no_earlier_than is None or deadline.no_later_than is None:
            continue
        earliest, latest = deadline.no_earlier_than, deadline.no_later_than
        if earliest.span in told or not _beyond(earliest, latest, draft):
            continue
        told.add(earliest.span)
        shown = _shown(earliest, draft), _shown(latest, draft)
        faults.add("LNK033", earliest.span, earliest=shown[0], latest=shown[1])


def _beyond(earliest: Deadline, latest: Deadline, draft: Draft) -> bool:
    """Whether the one certainly ends after the other."""
    if earliest.on is not None and latest.on is not None:
        return earliest.on > latest.on
    one, other = _counted(earliest, draft), _counted(latest, draft)
    if one is None or other is None or _start(earliest) != _start(latest):
        return False
    (back, unit, amount), (other_back, other_unit, other_amount) = one, other
    if back != other_back:
        return other_back  # the one counts on from the moment, and the other back from it
    return unit is other_unit and (amount < other_amount if back else amount > other_amount)


def _counted(deadline: Deadline, draft: Draft) -> tuple[bool, Unit, int] | None:
    """Whether it is counted back, in which unit, and how many; None where it is no period."""
    period = _period(deadline, draft)
    if period is None:
        return None
    unit, factor = _LONGER.get(period.unit, (period.unit, 1))
    return deadline.form is DeadlineForm.BEFORE, unit, period.amount * factor


def _period(deadline: Deadline, draft: Draft) -> Period | None:
    """Its period, be it that of a parameter."""
    parameter = draft.parameters.get(deadline.param)
    if parameter is None:
        return deadline.period
    return Period.parse(str(parameter.value)) if parameter.value is not None else None


def _start(deadline: Deadline) -> tuple[str, ...]:
    """From what it is counted."""
    duty = deadline.from_duty
    if duty is not None:
        return duty.rule, duty.group, duty.at
    return ("" if deadline.from_ is None else deadline.from_.text.strip(),)


def _shown(deadline: Deadline, draft: Draft) -> str | Words:
    period = _period(deadline, draft)
    return str(deadline.on) if period is None else Words(period.text("zh"), period.text("en"))
