"""What a call sends to a case: entries, and how what is wrong with them is said in the call's own fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from linkage.v1 import register_pb2
from policy.decide.snapshot import District
from policy.facts.reading import FactsError, Violation
from policy.register import CaseState
from policy.register.entries import Folded
from server.register.kept import Beside, Kept
from server.register.rows import Told


class Moment(NamedTuple):
    """A case at the moment of a call: as it is kept, the rules of its district, now (ns since 1970 UTC)."""

    kept: Kept
    district: District
    now: int


def _nothing(_: CaseState) -> None:
    """Nothing is wrong with it."""


def _fresh(_: Kept) -> None:
    """Whatever the case is."""


@dataclass(frozen=True)
class Sent:
    """The entries that a call sends. ``names``: places within them, and the fields of the call that they are.

    ``fresh`` raises ``FactsError`` where the sender has not seen the case as it is; ``check`` does where the
    state that follows is not what the call is for. ``beside`` writes what else belongs to it, in the same
    transaction, also where no entry is new.
    """

    entries: tuple[register_pb2.CaseEntry, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    fresh: Callable[[Kept], None] = _fresh
    check: Callable[[CaseState], None] = _nothing
    beside: Beside | None = None

    def raise_wrong(self, found: Iterable[Violation], more: int = 0) -> None:
        """Raises ``FactsError`` where there is anything wrong, in the call's own fields."""
        if wrong := tuple(replace(each, field=self._named(each.field)) for each in found):
            raise FactsError(wrong, more)

    def of_facts(self, error: FactsError, after: Folded, kept: Kept | None) -> None:
        """Raises what is wrong with the case that the entries make, in the call's own fields."""
        places = self.places(kept)
        wrong = []
        for each in error.violations:
            origin = after.origin(each.field)
            if origin is not None and origin.entry in places:
                each = replace(each, field=f"{places[origin.entry]}.{origin.place}")
            elif origin is None and each.field.startswith("case.") and (own := self._facts(places)):
                each = replace(each, field=f"{own}.{each.field.removeprefix('case.')}")
            wrong.append(each)
        self.raise_wrong(wrong, error.more)

    def places(self, kept: Kept | None) -> Mapping[str, str]:
        """Where the new entries stand in the call, by their ids."""
        known = set() if kept is None else {entry.id for entry in kept.entries}
        return {
            entry.id: f"entries[{number}]"
            for number, entry in enumerate(self.entries)
            if entry.id not in known
        }

    def _facts(self, places: Mapping[str, str]) -> str:
        """Where the call tells fields of the case itself; "" where it does not."""
        told = [places[e.id] for e in self.entries if e.id in places and e.WhichOneof("content") == "facts"]
        return f"{told[-1]}.facts" if told else ""

    def _named(self, place: str) -> str:
        for within in sorted(self.names, key=len, reverse=True):
            if place == within or place.startswith((f"{within}.", f"{within}[")):
                return self.names[within] + place[len(within) :]
        return place


class Outcome(NamedTuple):
    """What a call recorded: the case then, what changed, and which entries had been recorded before."""

    kept: Kept
    changes: tuple[Told, ...]
    again: tuple[str, ...]
