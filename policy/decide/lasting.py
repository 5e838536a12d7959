"""What lasts: whether a fact that began before a moment is still so at that moment.

A case that is pending, a request that nobody has dealt with and the notice about it, a state that has not
ended, the document itself, a year that runs. Anything else happens and is over.
"""

from __future__ import annotations

from typing import Any

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

        A request is until it is dealt with, which only the endings of its obligation can tell.
        """
        if element.collection == "requests":
            return True
        if element.collection == "statuses":
            return bool(element.holds_at(moment))
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
        return not any(
            getattr(end, "at", moment) <= moment and getattr(end, "at", moment) >= event.at
            for kind in until
            for end in self._case.by_type.get(kind, ())
        )
