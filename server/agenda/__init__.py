"""A department's calendar: what it has to do and by when, as iCalendar (RFC 5545).

In: obligations as the register gives them, how often and when each changed last, how long before it is due a
    duty is due soon.
Out: a calendar of to-dos, or of events for programs that show no to-dos, which a program may subscribe to.

    gathering   what a body owes, and how often each duty changed
    calendar    obligations -> iCalendar

An obligation keeps its UID, its own id; each change raises SEQUENCE. No calendar says more of a case than the
list of obligations does.
"""

__all__ = ["calendar", "gathering"]
