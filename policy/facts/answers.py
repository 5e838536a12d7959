"""What an event answers: everything that it is about, directly or through what that is about.

    about, documents' requests, requests' documents, services --link_answers--> Event.answers

A clerk may register an act about any step of a chain: the refusal about the request or about its notice, the
rejection about the document filed or about the finding on it. It is the same act. Where what is named was
answered by two findings of one kind, the act does not say which of them it means, and answers neither.
"""

from __future__ import annotations

from typing import Any

from policy.facts.views import CaseView


def link_answers(view: CaseView) -> None:
    """Fills ``answers`` of every event; ids in order of spelling."""
    links = _links(view)
    targets = {event.id: event for event in view.events}
    up: dict[str, frozenset[str]] = {}

    def above(event: Any) -> frozenset[str]:
        """Every id that the event is about, up the chain."""
        found = up.get(event.id)
        if found is None:
            up[event.id] = frozenset()  # events that are about each other end here
            about = getattr(event, "about", None)
            ids: set[str] = set()
            if about is not None:
                ids = {about, *links.get(about, ())}
                for one in tuple(ids):
                    if one in targets and one != event.id:
                        ids |= above(targets[one])
            found = up[event.id] = frozenset(ids - {event.id})
        return found

    answered: dict[tuple[str, str], list[Any]] = {}
    for event in view.events:
        for one in above(event):
            answered.setdefault((one, event.type), []).append(event)
    sole: dict[str, list[tuple[Any, int | None]]] = {}
    for (one, _), events in sorted(answered.items()):
        dated = sorted((e for e in events if hasattr(e, "at")), key=lambda e: (e.at, e.id))
        if dated:
            second = dated[1].at if len(dated) > 1 else None
            sole.setdefault(one, []).append((dated[0], second))
    for event in view.events:
        answers = set(above(event))
        named, at = getattr(event, "about", None), getattr(event, "at", None)
        if named is not None and at is not None:
            for other, second in sole.get(named, ()):
                alone = other.at <= at and (second is None or second > at)
                if alone and other.type != event.type:
                    answers.add(other.id)
        event.answers = tuple(sorted(answers - {event.id}))


def _links(view: CaseView) -> dict[str, frozenset[str]]:
    """What names the same as an id: a request and its documents, a document and its services, twins."""
    found: dict[str, set[str]] = {}

    def tie(one: str, other: str) -> None:
        found.setdefault(one, set()).add(other)

    for document in view.documents:
        for request in document.requests:
            tie(document.id, request)
            tie(request, document.id)
        for service in document.services:
            tie(service.id, document.id)
            for request in document.requests:
                tie(service.id, request)
    for request in view.requests:
        document = getattr(request, "document", None)
        if document is not None:
            tie(request.id, document)
            tie(document, request.id)
    for event in view.events:
        twin = getattr(event, "twin", None)
        if twin is not None and twin != event.id:
            tie(event.id, twin)
            tie(twin, event.id)
    return {one: frozenset(others) for one, others in found.items()}
