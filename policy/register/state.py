"""Facts and a moment -> what a case owes then: the state that the register stores.

district, case, as_of --decide--> obligations, with how each is handled --> duties, by id
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from linkage.v1 import facts_pb2
from policy.decide.decision import Obligation, State
from policy.decide.run import run
from policy.decide.snapshot import District
from policy.facts.paths import parts
from policy.facts.views import CaseView
from policy.register.duty import Duty, duty_of, plain_bytes
from policy.register.handling import Handlers
from policy.register.moments import next_moment

_CLOSING = ("terminate", "discharge")


class CaseState(NamedTuple):
    """What a case owes at ``as_of``: its duties in the order of their ids.

    ``next_at``: when to look again though nobody sends anything; ``closed_at``: since when the case is over.
    Moments are nanoseconds since 1970 UTC.
    """

    as_of: int
    next_at: int | None
    closed_at: int | None
    duties: tuple[Duty, ...]

    @property
    def by_id(self) -> Mapping[str, Duty]:
        """The duties by their ids."""
        return {duty.id: duty for duty in self.duties}

    @property
    def digest(self) -> str:
        """sha256 of the duties and of the end of the case; the moments of looking are not in it."""
        found = hashlib.sha256(repr(self.closed_at).encode())
        for duty in self.duties:
            found.update(plain_bytes(duty.shown))
        return found.hexdigest()


def state_of(values: Any) -> CaseState:
    """The state of a JSON array. Raises ``ValueError`` where it is none."""
    as_of, next_at, closed_at, duties = values
    return CaseState(as_of, next_at, closed_at, tuple(duty_of(each) for each in duties))


def derived(
    district: District,
    case: facts_pb2.Case,
    as_of: int,
    lead: int,
    handlers: Mapping[str, str] = MappingProxyType({}),
) -> CaseState:
    """The state of a case at ``as_of``, nanoseconds since 1970 UTC.

    ``lead``: so long before it is due, in nanoseconds, a duty is due soon; ``handlers``: who took something
    in hand, by the id of the event. Raises ``FactsError``.
    """
    decision, timeline = run(district, case, as_of, past=True, warned=False)
    view = timeline.now
    handling = Handlers(view, district.effects, handlers)
    duties = [_duty(o, view, handling, lead) for o in decision.obligations]
    return CaseState(
        as_of,
        next_moment(district, case, as_of, lead),
        _closed_at(view, district),
        tuple(sorted(duties, key=lambda duty: duty.id)),
    )


def _duty(o: Obligation, view: CaseView, handlers: Handlers, lead: int) -> Duty:
    rule, standing = o.plan.rule, o.standing
    due = None if o.due is None else o.due.nanos
    soon = standing.state is State.PENDING and due is not None and due - lead <= view.as_of <= due
    return Duty(
        id=o.id,
        rule=rule.id,
        version=o.program.pack.version,
        modality=rule.modality.value,
        force=rule.force.value,
        bearers=o.bearers,
        bearer_party=o.bearer_party,
        bearer_unit=o.bearer_unit,
        counterparties=o.counterparties,
        counterparty_party=o.counterparty_party,
        action=rule.action,
        about=o.about,
        matters=tuple(dict.fromkeys(_matters(o, view))),
        basis=o.basis,
        bound=o.bound,
        trigger=o.trigger,
        triggered_at=o.triggered_at,
        arose_at=o.arose_at,
        due_at=due,
        provisional=o.due is not None and o.due.provisional,
        soon=soon,
        state=standing.state,
        state_at=standing.at,
        state_event=standing.event,
        violated_at=standing.violated_at,
        missing=tuple(sorted({*standing.missing, *o.missing, *o.due_missing})),
        handled=handlers.of(o),
        original_due=None if o.due is None else o.due.original_nanos,
        progress=handlers.progress(o),
    )


def _matters(o: Obligation, view: CaseView) -> Iterator[str]:
    """What was asked for by the elements that the obligation is bound to."""
    index: Any = view.index
    for path in o.bound:
        collection, key = next(parts(path), ("", ""))
        element = index[collection].get(key) if collection in ("events", "requests") else None
        if matter := getattr(element, "matter", ""):
            yield matter


def _closed_at(view: CaseView, district: District) -> int | None:
    """When the first event that ends the whole case happened."""
    moments = [
        event.at
        for event in view.events
        if district.effects.by_type.get(event.type) in _CLOSING
        and getattr(event, "at", view.as_of + 1) <= view.as_of
    ]
    return min(moments, default=None)
