"""What lasts: whether a fact that began before a moment is still so at that moment.

A case that is pending, a request that nobody has dealt with and the notice about it, a state that has not
ended, the document itself, a year that runs. Anything else happens and is over.
"""

from __future__ import annotations

from typing import Any

from policy.facts.paths import element as path
from policy.facts.periods import ends_at
from policy.facts.views import CaseView
from policy.pack.equivalences import Equivalences


class Lasting:
    """What lasts on one case, by the equivalences of the vocabulary."""

    def __init__(self, case: CaseView, table: Equivalences) -> None:
        self._case = case
        self._table = table

    def lasts(self, element: Any, moment: int) -> bool:
        """Whether the element, which began before ``moment``, is still so at it.

        A request is until it is dealt with, which only the endings of its obligation can tell. What ended
        nobody knows when, may be; ``doubts`` says so.
        """
        if element.collection == "requests":
            return True
        if element.collection == "statuses":
            return bool(element.holds_at(moment)) or bool(self.doubts(element))
        if element.collection in ("documents", "services"):  # what was served on a request that is open
            document = element if element.collection == "documents" else element.parent
            return bool(document.requests)
        return element.collection == "events" and self._event_lasts(element, moment)

    def _event_lasts(self, event: Any, moment: int) -> bool:
        table = self._table
        if event.type == table.instrument:
            return True
        if (period := table.periods.get(event.type)) is not None:
            return ends_at(event, period) > moment
        if (until := table.lasting.get(event.type)) is None:
            return False
        ends = [end for kind in until for end in self._case.by_type.get(kind, ())]
        return not any(event.at <= getattr(end, "at", moment + 1) <= moment for end in ends)

    def doubts(self, element: Any) -> tuple[str, ...]:
        """The times without which nobody knows whether it still was so: those of its ends."""
        if element.collection == "statuses":
            by = "" if hasattr(element, "until") else getattr(element, "ended_by", "")
            return (f"{path('events', by)}.at",) if by else ()
        kinds = self._table.lasting.get(element.type, ()) if element.collection == "events" else ()
        ends = [end for kind in kinds for end in self._case.by_type.get(kind, ())]
        if any(getattr(end, "at", element.at - 1) >= element.at for end in ends):
            return ()
        return tuple(sorted(f"{end.path}.at" for end in ends if not hasattr(end, "at")))
