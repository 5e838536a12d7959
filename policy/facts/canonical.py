"""One canonical form for each fact: the other spellings are brought into it before any rule sees the case.

    case view --codes, bodies, filing, requests, services, papers, states, periods, answers-->
    case view in canonical form, with what was derived from what and which spellings contradict each other

What equals what is data (``policy.pack.equivalences``). Nothing that was stated is taken away: elements are
added, fields filled in, and the traits and optional booleans of a party are replaced by its dated states.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from policy.facts.answers import link_answers
from policy.facts.findings import Findings
from policy.facts.periods import Standing
from policy.facts.results import Results, tell_figures
from policy.facts.states import settle, spells_of
from policy.facts.views import VIEWS, CaseView
from policy.pack.equivalences import Equivalences, ServiceEvent
from policy.pack.model import AttributeDecl
from policy.pack.vocabulary import Vocabulary


class Canon:
    """Brings the cases of one district into canonical form.

    ``standing`` says which events of the district's own file happen by themselves, ``results`` what results
    of assessments are asked for.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        standing: Standing | None = None,
        attributes: Mapping[str, AttributeDecl] | None = None,
        results: Results | None = None,
    ) -> None:
        self._attributes = attributes or {}
        self._results = results or {}
        self._vocabulary = vocabulary
        self._table = vocabulary.equivalences
        self._standing = standing

    def bring(self, view: Any) -> Findings:
        """Brings ``view``, fresh from the reader, into canonical form."""
        findings = Findings()
        table = self._table
        _order(view)
        _rename(view, table, findings)
        _raise_flags(view, table, findings)
        _settle_attributes(view, self._attributes, findings)
        _part_bodies(view, table, findings)
        _fold_requests(view)
        _file(view, table, findings)
        _ask(view, table, findings)
        _serve(view, table, findings)
        _receive(view, table, findings)
        _issue(view, table, findings)
        _show(view, table, findings)
        if self._standing is not None:
            for event in self._standing.events(view):
                view.events = (*view.events, event)
                findings.derive(event.path)
        _name_nobody(view)
        tell_figures(view, self._results)
        spells_of(view, table, findings)
        for party in view.parties:
            _known_not(party, view, table)
            settle(party, view.as_of, self._vocabulary, party.statuses)
        link_answers(view)
        view.events = _in_time(view.events)
        view.requests = _in_time(view.requests)
        return findings


def _known_not(party: Any, view: CaseView, table: Equivalences) -> None:
    """A flag that is false of the case is false of every party that it could mean."""
    flags = getattr(view, "flags", None)
    for state in table.states:
        told = state.field and state.flag and getattr(flags, state.flag, None) is False
        if told and party.role in state.roles and not hasattr(party, state.field):
            setattr(party, state.field, False)


def _order(view: CaseView) -> None:
    """Which of two spellings stands for a fact must not hang on the order in which they were sent."""
    view.events, view.requests = _in_time(view.events), _in_time(view.requests)
    view.documents = tuple(sorted(view.documents, key=lambda document: document.id))
    for document in view.documents:
        document.services = _in_time(document.services)


def _in_time(elements: Sequence[Any]) -> tuple[Any, ...]:
    """In order of time, undated ones last: what had happened by a moment is then a first part."""
    return tuple(sorted(elements, key=lambda e: (getattr(e, "at", _NEVER), e.id)))


_UNNAMED = ("person", "actor_unit", "to_unit", "concerning_unit")

_NEVER = 1 << 70
"""Later than any moment."""


def _rename(view: CaseView, table: Equivalences, findings: Findings) -> None:
    """Two codes of one kind of event become one."""
    if not table.same_events:
        return
    for event in view.events:
        if (canonical := table.same_events.get(event.type)) is not None:
            event.type = canonical
            findings.derive(f"{event.path}.type", f"{event.path}.type")


def _raise_flags(view: Any, table: Equivalences, findings: Findings) -> None:
    """A flag that says another all the more sets it where nobody has decided it."""
    flags = getattr(view, "flags", None)
    for one, other in sorted(table.flags.items()):
        if getattr(flags, one, None) is True and not hasattr(flags, other):
            setattr(flags, other, True)
            findings.derive(f"flags.{other}", f"flags.{one}")


def _settle_attributes(view: Any, declared: Mapping[str, AttributeDecl], findings: Findings) -> None:
    """What true attributes imply and exclude, and false ones rule out, where nobody has stated it."""
    rules: list[tuple[str, bool, str, bool]] = []
    for name, declaration in sorted(declared.items()):
        for other in declaration.excludes:
            rules += [(name, True, other, False), (other, True, name, False)]
        for other in declaration.implies:
            rules += [(name, True, other, True), (other, False, name, False)]
    attrs, found = view.attrs, True
    while found:
        found = False
        for name, value, other, becomes in rules:
            if attrs.get(name) is value and other not in attrs:
                attrs[other] = becomes
                findings.derive(f"attributes[{other}]", f"attributes[{name}]")
                found = True
    for name, value, other, becomes in rules:
        if attrs.get(name) is value and attrs.get(other) is not becomes:
            findings.contradict("LNK850", f"attributes[{other}]", f"attributes[{name}]")


def _part_bodies(view: Any, table: Equivalences, findings: Findings) -> None:
    """``body`` becomes ``to`` or ``concerning``; an act of several bodies, or to several, one of each."""
    events = []
    for event in view.events:
        body = getattr(event, "body", None)
        if body is not None:
            name = "concerning" if event.type in table.body_concerns else "to"
            stated = getattr(event, name, None)
            if stated is None:
                setattr(event, name, body)
                findings.derive(f"{event.path}.{name}", f"{event.path}.body")
            elif stated != body:
                findings.contradict("LNK850", f"{event.path}.body", f"{event.path}.{name}")
        events.append(event)
        if event.also_by or event.also_to:
            events += _shared(event, {e.id for e in (*view.events, *events)}, findings)
    view.events = tuple(events)


def _shared(event: Any, taken: set[str], findings: Findings) -> list[Any]:
    """The act as one of each further body, and to each further body."""
    actors = (getattr(event, "actor", None), *event.also_by)
    recipients = (getattr(event, "to", None), *event.also_to)
    acts = []
    for actor in dict.fromkeys(actors):
        for recipient in dict.fromkeys(recipients):
            if (actor, recipient) == (actors[0], recipients[0]):
                continue
            act = event.copy()
            act.id = "~".join(filter(None, (event.id, actor, recipient)))
            while act.id in taken:
                act.id += "~"
            taken.add(act.id)
            act.also_by = act.also_to = ()
            for name, value in (("actor", actor), ("to", recipient)):
                if value is not None:
                    setattr(act, name, value)
            act.twin = event.id
            acts.append(act)
            findings.derive(act.path, event.path)
    return acts


def _fold_requests(view: CaseView) -> None:
    """The request that a document names stands among its ``requests``."""
    for document in view.documents:
        request = getattr(document, "request", None)
        if request is not None and request not in document.requests:
            document.requests = (request, *document.requests)


def _file(view: Any, table: Equivalences, findings: Findings) -> None:
    """``filed_at`` and the event of filing fill each other in."""
    if not table.filing or getattr(view, "kind", "") != "enforcement":
        return
    filings = [event for event in view.events if event.type == table.filing]
    stated = getattr(view, "filed_at", None)
    if stated is not None and stated > view.as_of:  # as any event of later: it has not happened
        del view.filed_at
        view.to_come = (*view.to_come, "filed_at")
        stated = None
    if stated is not None and not filings:
        event = _added(view, "events", "Event", "filed_at", type=table.filing, at=stated)
        findings.derive(event.path, "filed_at")
        return
    dated = [event for event in filings if hasattr(event, "at")]
    if stated is None and dated:
        first = min(dated, key=lambda e: (e.at, e.id))
        view.filed_at = first.at
        findings.derive("filed_at", f"{first.path}.at")
    elif stated is not None and dated and all(event.at != stated for event in dated):
        findings.contradict("LNK850", "filed_at", *[f"{event.path}.at" for event in dated])
    elif stated is not None and not dated:
        for event in filings:
            event.at = stated
            findings.derive(f"{event.path}.at", "filed_at")


def _ask(view: CaseView, table: Equivalences, findings: Findings) -> None:
    """An event that is a request becomes one, unless the request is there already."""
    for event in view.events:
        if event.type not in table.requests:
            continue
        matter, asked = table.requests[event.type]
        same = _same_request(view, event, matter)
        if same is not None:
            event.twin = same.id
            for mine, theirs in (("to", "to"), ("to_unit", "unit"), ("actor", "requester")):
                if hasattr(event, mine) and getattr(same, theirs, None) not in (None, getattr(event, mine)):
                    findings.contradict("LNK850", f"{event.path}.{mine}", f"{same.path}.{theirs}")
            if hasattr(event, "at") and hasattr(same, "at") and event.at != same.at:
                findings.contradict("LNK850", f"{event.path}.at", f"{same.path}.at")
            elif hasattr(event, "at") and not hasattr(same, "at"):
                same.at = event.at
                findings.derive(f"{same.path}.at", f"{event.path}.at")
            continue
        stated = {"at": "at", "actor": "requester", "to": "to", "to_unit": "unit", "party": "party"}
        stated |= {"property": "property", "document": "document"}
        fields = {into: getattr(event, name) for name, into in stated.items() if hasattr(event, name)}
        if asked:
            fields.setdefault("to", asked)
        request = _added(view, "requests", "Request", event.id, matter=matter, **fields)
        request.documents_shown = ()
        event.twin = request.id
        findings.derive(request.path, event.path)


def _same_request(view: CaseView, event: Any, matter: str) -> Any:
    """The request that the event tells, too: the one it names, else the only one that agrees with it."""
    named = getattr(event, "about", None)
    fitting = [r for r in view.requests if r.matter == matter]
    for request in fitting:
        if request.id == named:
            return request
    agreeing = [
        r
        for r in fitting
        if all(
            getattr(r, mine, None) in (None, getattr(event, theirs, None))
            or getattr(event, theirs, None) is None
            for mine, theirs in (("party", "party"), ("at", "at"))
        )
    ]
    return agreeing[0] if len(agreeing) == 1 and named is None else None


def _serve(view: CaseView, table: Equivalences, findings: Findings) -> None:
    """An event that is a service becomes one, of the document it names or of one of the declared type."""
    if not table.services:
        return
    for event in view.events:
        if (told := table.services.get(event.type)) is not None:
            asked = next((r for r in view.requests if r.id == getattr(event, "about", None)), None)
            for document in _documents_served(view, event, told, findings):
                _service_of(document, event, asked, told, findings)


def _documents_served(view: CaseView, event: Any, told: ServiceEvent, findings: Findings) -> list[Any]:
    """The documents whose service the event tells."""
    index = {document.id: document for document in view.documents}
    for name in ("document", "about"):
        found = index.get(getattr(event, name, ""))
        if found is not None and len(told.documents) == 1:
            return [found]
    request = getattr(event, "about", None)
    asked = {r.id for r in view.requests}
    served = []
    for kind in told.documents:
        fitting = [
            d for d in view.documents if d.type == kind and (request not in asked or request in d.requests)
        ]
        if len(fitting) == 1:
            served.append(fitting[0])
            continue
        key = event.id if len(told.documents) == 1 else f"{event.id}.{kind}"
        document = _added(view, "documents", "Document", key, type=kind)
        document.services = ()
        document.requests = (request,) if request in asked else ()
        if hasattr(event, "actor"):
            document.issuer = event.actor
        findings.derive(document.path, event.path)
        served.append(document)
    return served


def _service_of(document: Any, event: Any, asked: Any, told: ServiceEvent, findings: Findings) -> None:
    """Adds the service to the document, unless it is there already."""
    party, body = getattr(event, "party", None), getattr(event, "to", None)
    if party is None and body is None:  # the unit that was asked is the one that was served
        body = getattr(asked, "to", None)
    at, result = getattr(event, "at", None), _result(event, told)
    for service in document.services:
        agrees = (
            (party is None or getattr(service, "party", "") in ("", party))
            and (body is None or getattr(service, "body", "") in ("", body))
            and (result is None or getattr(service, "result", result) == result)
            and (at is None or getattr(service, "at", at) == at)
        )
        if agrees:
            event.twin = service.id
            if at is not None and not hasattr(service, "at"):
                service.at = at
            return
    service = VIEWS["Service"]()
    service.parent = document
    service.id = event.id if document.id == event.id else f"{document.id}~{event.id}"
    for name, value in (("at", at), ("result", result)):
        if value is not None:
            setattr(service, name, value)
    service.party, service.body = party or "", body or ""
    document.services = (*document.services, service)
    event.twin = service.id
    findings.derive(service.path, event.path)


def _result(event: Any, told: ServiceEvent) -> str | None:
    """The result of the service that an event tells: empty, no code at all, where it is another one."""
    stated = getattr(event, "result", None)
    if told.results and stated is not None:
        return told.results.get(stated, "")
    return told.result or None


def _receive(view: CaseView, table: Equivalences, findings: Findings) -> None:
    """A service on a unit that says no result was received; none was before its document was issued."""
    for document in view.documents:
        issued = getattr(document, "issued_at", None)
        for service in document.services:
            if issued is not None and getattr(service, "at", issued) < issued:
                findings.contradict("LNK850", f"{document.path}.issued_at", f"{service.path}.at")
            if table.received and getattr(service, "body", "") and not hasattr(service, "result"):
                service.result = table.received
                findings.derive(f"{service.path}.result", service.path)


def _name_nobody(view: CaseView) -> None:
    """Whom an event, sent or derived, does not name: nobody, and no unit in particular."""
    for event in view.events:
        for name in _UNNAMED:
            if not hasattr(event, name):
                setattr(event, name, "")


def _issue(view: CaseView, table: Equivalences, findings: Findings) -> None:
    """A document whose service is an event of its own becomes that event."""
    for document in view.documents:
        kind = table.documents.get(document.type)
        if kind is None:
            continue
        told = [e for e in view.events if e.type == kind]
        for service in document.services:
            if (same := _telling(told, document, service)) is not None:
                _agree(same, service, findings)
                continue
            fields = {"at": getattr(service, "at", None), "actor": getattr(document, "issuer", None)}
            fields |= {
                "to": getattr(service, "body", None) or None,
                "party": getattr(document, "party", None),
            }
            fields |= {"document": document.id, "about": document.id}
            event = _added(view, "events", "Event", service.id, type=kind, **fields)
            event.served = document
            findings.derive(event.path, service.path)


def _telling(told: Sequence[Any], document: Any, service: Any) -> Any:
    """The event that tells this service of the document; of its only service, whenever that was."""
    party, at = getattr(document, "party", None), getattr(service, "at", None)
    named = [e for e in told if document.id in (getattr(e, "document", None), getattr(e, "about", None))]
    unnamed = [
        e
        for e in told
        if not (hasattr(e, "document") or hasattr(e, "about")) and getattr(e, "party", party) == party
    ]
    for fitting in (named, unnamed):
        for event in sorted(fitting, key=lambda e: not hasattr(e, "at")):
            if at is None or getattr(event, "at", at) == at:
                return event
    return named[0] if named and len(document.services) == 1 else None


def _agree(event: Any, service: Any, findings: Findings) -> None:
    """An event and a service that are one happened at one time."""
    mine, theirs = getattr(event, "at", None), getattr(service, "at", None)
    if mine is None and theirs is not None:
        event.at = theirs
        findings.derive(f"{event.path}.at", f"{service.path}.at")
    elif theirs is None and mine is not None:
        service.at = mine
        findings.derive(f"{service.path}.at", f"{event.path}.at")
    elif mine != theirs:
        findings.contradict("LNK850", f"{event.path}.at", f"{service.path}.at")


def _show(view: CaseView, table: Equivalences, findings: Findings) -> None:
    """Papers shown with a request were provided when it was made."""
    if not table.papers:
        return
    provided = {getattr(e, "about", None) for e in view.events if e.type == table.papers}
    for request in view.requests:
        if not request.documents_shown or request.id in provided:
            continue
        stated = {"at": "at", "requester": "actor", "to": "to", "unit": "to_unit", "party": "party"}
        fields = {into: getattr(request, name) for name, into in stated.items() if hasattr(request, name)}
        event = _added(
            view, "events", "Event", f"{request.id}.shown", type=table.papers, about=request.id, **fields
        )
        findings.derive(event.path, f"{request.path}.documents_shown")


def _added(view: CaseView, collection: str, message: str, key: str, **fields: Any) -> Any:
    """A new element at the end of a list, under a key that the list does not have yet."""
    taken = {element.id for element in getattr(view, collection)}
    while key in taken:
        key += "~"
    element: Any = VIEWS[message].blank()
    element.id = key
    for name, value in fields.items():
        if value is not None:
            setattr(element, name, value)
    setattr(view, collection, (*getattr(view, collection), element))
    return element
