"""The case as it was: what had happened by a moment, and the states of that moment.

    case view in canonical form, moment --Timeline.at--> the view of that moment

A duty is judged by what had happened when it arose, whenever that became known. Elements without a time are
there at every moment.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

from policy.facts.states import certain_party, party_at
from policy.facts.views import DISCRIMINATORS, TIME_FIELDS, BreachView, CaseView
from policy.pack.vocabulary import Vocabulary


class Timeline:
    """The views of one case at its moments; each is made once."""

    def __init__(self, view: Any, vocabulary: Vocabulary) -> None:
        self.now: CaseView = view
        self._vocabulary = vocabulary
        self._views: dict[int, CaseView] = {view.as_of: view}
        self._breaches: tuple[BreachView, ...] = ()
        self._events = _Dated(view.events)
        self._requests = _Dated(view.requests)
        self.elements: dict[int, dict[str, list[Any]]] = {}
        """Elements by the moment at which they happened, and by list."""
        self.doubts: tuple[str, ...] = ()
        """Acts that lack a time, by path: of an earlier moment nobody can say whether they had happened."""
        self._certain: dict[tuple[int, str], CaseView] = {}
        self._happened: dict[int, frozenset[tuple[str, str]]] = {}
        self._collect()
        self._times = sorted(self.elements)

    def _collect(self) -> None:
        view: Any = self.now
        for name, elements in (("events", view.events), ("requests", view.requests)):
            for element in elements:
                self._put(getattr(element, "at", None), name, element)
        for document in view.documents:
            self._put(getattr(document, "issued_at", None), "documents", document)
            for service in document.services:
                self._put(getattr(service, "at", None), "services", service)
        for party in view.parties:
            for status in party.statuses:
                self._put(getattr(status, "since", None), "statuses", status)
                self._put(getattr(status, "until", None), "", status)

        acts = (*view.events, *view.requests, *(s for d in view.documents for s in d.services))
        self.doubts = tuple(sorted(act.path for act in acts if undated(act)))

    def _put(self, at: int | None, collection: str, element: Any) -> None:
        if at is not None and at <= self.now.as_of:
            self.elements.setdefault(at, {}).setdefault(collection, []).append(element)

    def at(self, moment: int) -> Any:
        """The case as it was at a moment not after ``as_of``."""
        found = self._views.get(moment)
        if found is None:
            last = bisect_right(self._times, moment)
            happened = self._times[last - 1] if last else None
            if happened == moment or happened is None:
                found = self._views[moment] = self._then(moment)
            else:  # nothing has happened since: only the clock is another
                found = self.at(happened).copy()
                found.as_of, found.memo, found.attrs = moment, {}, self.now.attrs
                found.breaches = self._breaches_at(moment)
        return found

    def certain(self, moment: int, act: str = "") -> Any:
        """The case as it was at an earlier moment, without the acts of which nobody knows when they were.

        ``act``: without this one of them alone, by its path.
        """

        def left_out(element: Any) -> bool:
            return undated(element) and act in ("", element.path)

        found = self._certain.get((moment, act))
        if found is None:
            then = self.at(moment).copy()
            then.as_of, then.memo, then.attrs, then.breaches = (
                moment,
                {},
                self.now.attrs,
                self.at(moment).breaches,
            )
            for name in ("events", "requests"):
                setattr(then, name, tuple(e for e in getattr(then, name) if not left_out(e)))
            then.documents = tuple(_without(document, left_out) for document in then.documents)
            then.parties = tuple(
                certain_party(p, moment, self._vocabulary, act.removeprefix("events[").removesuffix("]"))
                for p in then.parties
            )
            found = self._certain[moment, act] = then
        return found

    def moments(self) -> list[int]:
        """Every moment at which something happens, and ``as_of``, in order."""
        return sorted({*self.elements, self.now.as_of})

    def happened(self, moment: int) -> frozenset[tuple[str, str]]:
        """What happened at a moment, as (list, code); a state with all that it implies.

        Services and the filing have no code.
        """
        found = self._happened.get(moment)
        if found is None:
            keys = {
                key
                for elements in self.elements.get(moment, {}).values()
                for e in elements
                for key in self._keys(e)
            }
            if getattr(self.now, "filed_at", None) == moment:
                keys.add(("filed_at", ""))
            found = self._happened[moment] = frozenset(keys)
        return found

    @cached_property
    def of_the_undated(self) -> frozenset[tuple[str, str]]:
        """What the acts without a time are, as ``happened`` says it."""
        view: Any = self.now
        acts = (*view.events, *view.requests, *(s for d in view.documents for s in d.services))
        return frozenset(key for act in acts if undated(act) for key in self._keys(act))

    def _keys(self, element: Any) -> Iterator[tuple[str, str]]:
        collection = element.collection
        if collection == "statuses":
            yield from (("statuses", kind) for kind in self._vocabulary.implied((element.kind,)))
        elif collection == "services":
            yield "services", ""
        else:
            code = getattr(element, DISCRIMINATORS[collection])
            yield collection, code
            if collection == "events":
                yield from (("statuses", kind) for kind in self._vocabulary.told_by(code))

    def undated_lists(self) -> frozenset[str]:
        """The lists with elements that are there at every moment: states and documents without a time."""
        found = set()
        if any(time_of(s) is None for p in self.now.parties for s in p.statuses):
            found.add("statuses")
        if any(time_of(d) is None for d in self.now.documents):
            found.add("documents")
        return frozenset(found)

    def bound_at(self, binding: tuple[Any, ...], moment: int) -> tuple[Any, ...]:
        """The same elements as the view of a moment holds them; those of later stay as they are."""
        view: Any = self.at(moment)
        return tuple([_held(element, view) for element in binding])

    def refresh(self, breaches: Sequence[BreachView]) -> None:
        """Forgets the views: what they say of breaches has changed."""
        self._breaches = tuple(breaches)
        self.now.breaches = self._breaches_at(self.now.as_of)
        self.now.memo.clear()  # a term may read the breaches
        self._views = {self.now.as_of: self.now}
        self._certain = {}

    def _breaches_at(self, moment: int) -> tuple[BreachView, ...]:
        """The breaches that there were by a moment, each as it was then."""
        return tuple([breach.then(moment) for breach in self._breaches if breach.at <= moment])

    def _then(self, moment: int) -> CaseView:
        now: Any = self.now
        then = now.copy()
        then.as_of, then.memo, then.attrs = moment, {}, now.attrs
        then.events = self._events.until(moment)
        then.requests = self._requests.until(moment)
        then.documents = tuple(
            _document_at(d, moment) for d in now.documents if getattr(d, "issued_at", moment) <= moment
        )
        then.parties = tuple(party_at(p, moment, self._vocabulary) for p in now.parties)
        then.breaches = self._breaches_at(moment)
        if getattr(now, "filed_at", moment) > moment:
            del then.filed_at
        result: CaseView = then
        return result


class _Dated:
    """A list in order of time, undated elements last."""

    def __init__(self, elements: tuple[Any, ...]) -> None:
        self._all = elements
        self._times = [e.at for e in elements if hasattr(e, "at")]
        self._undated = elements[len(self._times) :]

    def until(self, moment: int) -> tuple[Any, ...]:
        return self._all[: bisect_right(self._times, moment)] + self._undated


def _document_at(document: Any, moment: int) -> Any:
    """The document with the services of that moment; itself where there are no later ones."""
    services = tuple(s for s in document.services if getattr(s, "at", moment) <= moment)
    if len(services) == len(document.services):
        return document
    then = document.copy()
    then.services = services
    return then


def _held(element: Any, view: Any) -> Any:
    """The element as the view has it: of an earlier moment, a party, document or breach may be another."""
    if element.collection == "breaches":
        return element.then(view.as_of)
    if element.collection in ("parties", "documents"):
        return view.index[element.collection].get(element.id, element)
    if element.collection == "statuses":
        party = view.index["parties"][element.parent.id]
        return next((status for status in party.statuses if status.path == element.path), element)
    return element


def latest_of(binding: tuple[Any, ...]) -> int | None:
    """The latest time of the bound elements; None where none has one."""
    times = [at for element in binding if (at := time_of(element)) is not None]
    return max(times) if times else None


def undated(element: Any) -> bool:
    """Whether it is an act that does not say when it happened."""
    acts = element.collection in ("events", "requests", "services")
    return acts and not hasattr(element, "at") and not getattr(element, "timeless", False)


def _without(document: Any, left_out: Callable[[Any], bool]) -> Any:
    services = tuple(s for s in document.services if not left_out(s))
    if len(services) == len(document.services):
        return document
    then = document.copy()
    then.services = services
    return then


def time_of(element: Any) -> int | None:
    """When an element happened, in nanoseconds; None where it does not say, or has no time."""
    field = TIME_FIELDS.get(type(element).__name__)
    return None if field is None else getattr(element, field, None)
