"""Equivalences: several ways of telling one fact, as data of rules/equivalences.yaml.

``policy.pack.read_equivalences`` makes them; ``policy.facts.canonical`` brings a case into the one form that
rules are written in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

PERIODS = ("month", "quarter", "half_year", "year")
"""Calendar periods that begin by themselves."""


@dataclass(frozen=True, slots=True)
class StateSource:
    """How a state of a party may be told beside its trait: ``kind`` is the code of the trait.

    ``field`` is an optional boolean of Party; ``flag`` one of the case, which speaks of a party only where
    the case has one of these ``roles``. With ``everyone`` a true flag speaks of each of them, and is read
    as a finding about the case, too. ``begins`` and ``ends`` are event types.
    """

    kind: str
    field: str = ""
    flag: str = ""
    roles: tuple[str, ...] = ()
    everyone: bool = False
    begins: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceEvent:
    """An event type that tells a service: its ``result``, and the documents where the event names none."""

    documents: tuple[str, ...]
    result: str = ""
    results: Mapping[str, str] = field(default_factory=dict)
    """Result of the event -> result of the service; another result of the event is none of a service."""


@dataclass(frozen=True)
class Equivalences:
    """All equivalences. Event types, matters and documents are codes of the vocabulary."""

    same_events: Mapping[str, str] = field(default_factory=dict)
    """Event type -> the canonical type of the same happening."""
    filing: str = ""
    """The event that ``Case.filed_at`` of a case of enforcement tells, too."""
    body_concerns: frozenset[str] = frozenset()
    """Event types whose ``body`` is the one concerned; of all others it is the one acted towards."""
    states: tuple[StateSource, ...] = ()
    flags: Mapping[str, str] = field(default_factory=dict)
    """Flag of the case -> the flag that it says all the more."""
    requests: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Event type -> matter of the request that it is, and the body that is asked where none is named."""
    services: Mapping[str, ServiceEvent] = field(default_factory=dict)
    received: str = ""
    """What the result of a service on a unit is where nobody says."""
    documents: Mapping[str, str] = field(default_factory=dict)
    """Document type -> type of the event that serving it is."""
    papers: str = ""
    """The event that ``Request.documents_shown`` tells, too."""
    lasting: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Event type of a fact that lasts -> event types that end it."""
    instrument: str = ""
    """The event of the document's own issue, which nobody has to send."""
    periods: Mapping[str, str] = field(default_factory=dict)
    """Event type -> the calendar period (of ``PERIODS``) whose beginning it is, which nobody has to send."""

    @cached_property
    def noncanonical_events(self) -> Mapping[str, str]:
        """Event types that no rule reads, and what it reads in their place, as an author would write it."""
        found = dict(self.same_events)
        for state in self.states:
            for kind in (*state.begins, *state.ends):
                if kind not in self.kept_events:
                    found[kind] = f"statuses ({state.kind})"
        found |= {kind: f"requests ({matter})" for kind, (matter, _) in self.requests.items()}
        found |= dict.fromkeys(self.services, "documents.services")
        return MappingProxyType(found)

    @cached_property
    def plain(self) -> list[Any]:
        """All of it as lists of codes, in an order of their own: for the digest."""
        return [
            sorted(self.same_events.items()),
            self.filing,
            sorted(self.body_concerns),
            [
                [s.kind, s.field, s.flag, s.roles, s.everyone, s.begins, s.ends]
                for s in sorted(self.states, key=_kind)
            ],
            sorted(self.requests.items()),
            sorted(self.flags.items()),
            sorted(
                [kind, told.documents, told.result, sorted(told.results.items())]
                for kind, told in self.services.items()
            ),
            self.received,
            sorted(self.documents.items()),
            self.papers,
            sorted(self.lasting.items()),
            self.instrument,
            sorted(self.periods.items()),
        ]

    @cached_property
    def kept_events(self) -> frozenset[str]:
        """Events that end a state and are acts as well: where a debtor is found, somebody found him."""
        return frozenset(kind for state in self.states if state.field for kind in state.ends)


def _kind(state: StateSource) -> str:
    return state.kind
