"""Legal time: counting with every step, working days with 调休, provisional dates.

In: a start and a length, a date or a recurrence, as a pack writes them.
Out: a ``Due`` with its steps (deadline), counted on a ``Calendar`` of the published holiday notices
     (calendar, notice); moments and lengths of time as texts write them, to the nanosecond (moment).
"""

__all__ = ["calendar", "deadline", "moment", "notice", "period", "recurrence"]
