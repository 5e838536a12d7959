"""Legal time: counting with every step, working days with 调休, provisional dates.

In: a start and a length, a date or a recurrence, as a pack writes them.
Out: a ``Due`` with its steps (deadline), counted on a ``Calendar`` of the published holiday notices
     (calendar, notice).
"""

__all__ = ["calendar", "deadline", "notice", "period", "recurrence"]
