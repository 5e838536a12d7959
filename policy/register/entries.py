"""What was recorded -> the case as it stands.

    entries in the order of recording --folded--> Case, and which entry each of its elements came from

An entry that another supersedes does not count; whoever supersedes takes its place. Nothing is ever edited.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from linkage.v1 import facts_pb2, register_pb2
from policy.facts.paths import element
from policy.facts.reading import Violation

LISTS: Mapping[str, str] = {
    "party": "parties",
    "document": "documents",
    "request": "requests",
    "property": "properties",
    "event": "events",
}
"""The contents of entries that are elements of a case, and the lists of the case that hold them."""

_PLACE = re.compile(r"case\.([a-z_]+)\[(\d+)\](?:\.services\[(\d+)\])?")
_OWN = ("id", "district", "kind")


class Origin(NamedTuple):
    """Where an element of the folded case came from: the entry, and its place within that."""

    entry: str
    place: str


@dataclass(frozen=True)
class Folded:
    """A case as it stands, made of what counts of its entries.

    ``wrong`` are entries that do not fit together, their places as ``entries[ID].…``; ``handlers`` says who
    took something in hand, by the id of the event.
    """

    case: facts_pb2.Case
    wrong: tuple[Violation, ...] = ()
    handlers: Mapping[str, str] = field(default_factory=dict)
    _origins: Mapping[str, Origin] = field(default_factory=dict, repr=False)

    @property
    def facts(self) -> bytes:
        """The case serialized, the same for the same entries."""
        return self.case.SerializeToString(deterministic=True)

    def origin(self, place: str) -> Origin | None:
        """Where the element came from that a violation names: ``case.events[2].actor``; and what follows."""
        found = _PLACE.match(place)
        if found is None:
            return None
        collection, index, service = found.groups()
        whole = f"{collection}[{index}]"
        nested = None if service is None else self._origins.get(f"{whole}.services[{service}]")
        origin, rest = nested, place[found.end() :]
        if origin is None:
            origin, rest = self._origins.get(whole), place[len("case.") + len(whole) :]
        return None if origin is None else Origin(origin.entry, f"{origin.place}{rest}")


def folded(entries: Sequence[register_pb2.CaseEntry]) -> Folded:
    """The case that the entries make; the first that counts tells its own fields."""
    superseded = {entry.supersedes for entry in entries if entry.supersedes}
    live = [entry for entry in entries if entry.id not in superseded and entry.WhichOneof("content")]
    folding = _Folding()
    # Acts of service come last: their documents may be recorded, or corrected, after them.
    for entry in sorted(live, key=lambda each: each.WhichOneof("content") == "service"):
        folding.take(entry)
    handlers = {entry.event.id: entry.handler for entry in live if entry.handler}
    return Folded(folding.case, tuple(folding.wrong), handlers, folding.origins)


class _Folding:
    def __init__(self) -> None:
        self.case = facts_pb2.Case()
        self.origins: dict[str, Origin] = {}
        self.wrong: list[Violation] = []

    def take(self, entry: register_pb2.CaseEntry) -> None:
        """Adds one entry that counts."""
        content = entry.WhichOneof("content") or ""
        if content == "facts":
            self._facts(entry)
        elif content == "service":
            self._service(entry)
        else:
            self._element(LISTS[content], getattr(entry, content), Origin(entry.id, content))

    def _facts(self, entry: register_pb2.CaseEntry) -> None:
        """What is set is added to what is known; a category is told once."""
        own, known = facts_pb2.Case(), self.case
        own.CopyFrom(entry.facts)
        for name in _OWN:
            said, before = getattr(own, name), getattr(known, name)
            if said and before and said != before:
                args = (("field", name),)
                self.wrong.append(Violation(f"entries[{entry.id}].facts.{name}", "LNK052", args))
        categories = dict.fromkeys((*known.categories, *own.categories))
        elements = {name: list(getattr(own, name)) for name in LISTS.values()}
        for name in (*LISTS.values(), "categories"):
            own.ClearField(name)
        known.MergeFrom(own)
        del known.categories[:]
        known.categories.extend(categories)
        for name, listed in elements.items():
            for index, one in enumerate(listed):
                self._element(name, one, Origin(entry.id, f"facts.{name}[{index}]"))

    def _element(self, collection: str, one: Any, origin: Origin) -> None:
        into: Any = getattr(self.case, collection)
        self.origins[f"{collection}[{len(into)}]"] = origin
        into.append(one)

    def _service(self, entry: register_pb2.CaseEntry) -> None:
        for index, document in enumerate(self.case.documents):
            if document.id == entry.service.document:
                place = f"documents[{index}].services[{len(document.services)}]"
                self.origins[place] = Origin(entry.id, "service.service")
                document.services.append(entry.service.service)
                return
        place = f"entries[{entry.id}].service.document"
        self.wrong.append(Violation(place, "LNK804", (("lists", "documents"),)))


def paths_of(entries: Iterable[register_pb2.CaseEntry], before: Folded) -> Mapping[str, str]:
    """The elements that these new entries tell of, or take back, by path; and the id of the entry.

    ``before``: the case without them.
    """
    found: dict[str, str] = {}
    for entry in entries:
        for index, collection, one in _elements(before.case):
            origin = before.origin(f"case.{collection}[{index}]")
            if entry.supersedes and origin is not None and origin.entry == entry.supersedes:
                found[element(collection, one.id)] = entry.id
        content = entry.WhichOneof("content")
        if content == "facts":
            for _, collection, one in _elements(entry.facts):
                found[element(collection, one.id)] = entry.id
        elif content == "service":
            found[element("documents", entry.service.document)] = entry.id
        elif content is not None:
            found[element(LISTS[content], getattr(entry, content).id)] = entry.id
        if not content or content == "facts":
            found.setdefault(f"facts[{entry.id}]", entry.id)  # no element's: of a field of the case
    return found


def _elements(case: facts_pb2.Case) -> Iterable[tuple[int, str, Any]]:
    for collection in LISTS.values():
        for index, one in enumerate(getattr(case, collection)):
            yield index, collection, one
