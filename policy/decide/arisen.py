"""What a rule gives at a moment: what arose, what is open and what failed; and the times that it lacks."""

from __future__ import annotations

from typing import Any, NamedTuple

from policy.engines import Hit
from policy.engines.protocol import Binding, Doubt
from policy.facts.timeline import time_of
from policy.facts.views import CaseView


class Arisen(NamedTuple):
    """A hit, the view that it was judged on, and when it arose (None: nobody can say).

    ``carried``: when its trigger happened, where that was before the version's first day.
    """

    hit: Hit
    view: CaseView
    at: int | None
    carried: int | None = None


class Round(NamedTuple):
    """What one round of trying found."""

    hits: list[Arisen]
    undetermined: list[tuple[Arisen, Doubt]]
    errors: list[tuple[Arisen, str]]


def timeless(binding: Binding) -> bool:
    return not times_missing(binding)


def times_missing(binding: Binding) -> Doubt:
    """The times that bound elements lack: acts happen at a moment; documents and states may just be there."""
    return tuple(sorted(f"{e.path}.at" for e in binding if time_of(e) is None and _acts(e)))


def with_times(hit: Hit, missing: Doubt) -> Doubt:
    """What settles a rule that is open: the facts that it waits for, and the times that its elements lack."""
    return tuple(sorted({*missing, *times_missing(hit.binding)}))


def _acts(element: Any) -> bool:
    dated = element.collection in ("events", "requests", "services")
    return dated and not getattr(element, "timeless", False)
