"""What the calls on cases ask for, checked: fields that are needed, districts, matters, filters of lists."""

from __future__ import annotations

from typing import Any

from linkage.v1 import case_service_pb2 as api
from linkage.v1 import decision_pb2, facts_pb2, register_pb2
from policy.decide.snapshot import District, Snapshot
from policy.facts.reading import MAX_ELEMENTS, FactsError, Violation
from policy.register.checks import moment_of
from policy.time.moment import NANO
from server.convert.register import HANDLING, KIND
from server.convert.requests import check_plain, unknown_district
from server.convert.words import STATE
from server.identity.rights import View
from server.notices.watching import Interest
from server.register.acting import COURT, organs
from server.register.acts import etag_differs, resumed
from server.register.book import Prepare
from server.register.kept import Kept
from server.register.listing import Wanted
from server.register.sent import Moment, Sent

_CLOSING = ("terminate", "discharge")
_STATES = {number: state.value for state, number in STATE.items()}
_HANDLINGS = {number: handling.value for handling, number in HANDLING.items()}
_KINDS = {number: kind.value for kind, number in KIND.items()}


def check_fields(request: Any, required: tuple[str, ...]) -> None:
    """Raises ``FactsError`` for what is missing, for fields that the request has not, and its language."""
    check_plain(request)
    if wrong := [
        Violation(name, "LNK801", (("field", name),)) for name in required if not _given(request, name)
    ]:
        raise FactsError(wrong)


def _given(request: Any, name: str) -> bool:
    field = request.DESCRIPTOR.fields_by_name[name]
    if field.message_type is not None and not field.is_repeated:
        return bool(request.HasField(name))
    return bool(getattr(request, name))


def known_district(code: str, snapshot: Snapshot) -> None:
    """Raises ``FactsError`` (LNK810) for a district that there is not."""
    if code not in snapshot.districts:
        raise FactsError((unknown_district("district", code, snapshot),))


def opening_of(request: api.OpenCaseRequest, snapshot: Snapshot) -> facts_pb2.Case:
    """The case to be opened. Raises ``FactsError``."""
    check_fields(request, ("case",))
    case = request.case
    missing = [name for name in ("id", "district") if not getattr(case, name)]
    if missing:
        raise FactsError(Violation(f"case.{name}", "LNK801", (("field", name),)) for name in missing)
    if case.district not in snapshot.districts:
        raise FactsError((unknown_district("case.district", case.district, snapshot),))
    return case


def entries_of(request: api.RecordEventsRequest) -> Prepare:
    """What a call records. An answer to an objection lets the duty go on that the objection suspended."""
    if len(request.entries) > MAX_ELEMENTS:
        args = (("count", str(len(request.entries))), ("limit", str(MAX_ELEMENTS)))
        raise FactsError((Violation("entries", "LNK807", args),))

    def prepare(moment: Moment) -> Sent:
        known = {entry.id for entry in moment.kept.entries}
        more = (resumed(entry, moment) for entry in request.entries if entry.id not in known)
        entries = (*request.entries, *(entry for entry in more if entry is not None))
        return Sent(entries, {}, _seen(request))

    return prepare


def request_of(request: api.RequestAssistanceRequest) -> Prepare:
    """A request of the district's catalogue."""

    def prepare(moment: Moment) -> Sent:
        _check_matter(request.request, moment.district)
        asked = facts_pb2.Request()
        asked.CopyFrom(request.request)
        asked.id = asked.id or request.event_id
        if not asked.HasField("requester"):
            asked.requester = COURT
        before = next((e for e in moment.kept.entries if e.id == request.event_id), None)
        if not asked.HasField("at"):
            if before is not None:
                asked.at.CopyFrom(before.request.at)  # sent again, it is of the same time
            else:
                asked.at.seconds, asked.at.nanos = divmod(moment.now, NANO)
        elif before is None and moment_of(asked.at) > moment.now:
            raise FactsError((Violation("request.at", "LNK037"),))
        entry = register_pb2.CaseEntry(id=request.event_id, request=asked)
        names = {"entries[0].id": "event_id", "entries[0].request": "request"}
        return Sent((entry,), names, _seen(request))

    return prepare


def _check_matter(asked: facts_pb2.Request, district: District) -> None:
    wrong = [
        Violation(f"request.{name}", "LNK801", (("field", name),))
        for name in ("matter", "to")
        if not getattr(asked, name)
    ]
    matters = district.reads.codes["matters"]
    if asked.matter and asked.matter not in matters:
        args = (("name", asked.matter[:64]),)
        wrong.append(Violation("request.matter", "LNK026", args, tuple(sorted(matters))))
    if wrong:
        raise FactsError(wrong)


def closing_of(request: api.CloseCaseRequest) -> Prepare:
    """An event that ends a case."""

    def prepare(moment: Moment) -> Sent:
        effects = moment.district.effects.by_type
        if effects.get(request.event_type) not in _CLOSING:
            ending = tuple(sorted(code for code, effect in effects.items() if effect in _CLOSING))
            args = (("name", request.event_type[:64]),)
            raise FactsError((Violation("event_type", "LNK027", args, ending),))
        event = facts_pb2.Event(id=request.event_id, type=request.event_type)
        before = next((e for e in moment.kept.entries if e.id == request.event_id), None)
        if request.HasField("at"):
            event.at.CopyFrom(request.at)
            if moment_of(request.at) > moment.now:
                raise FactsError((Violation("at", "LNK037"),))
        elif before is not None:
            event.at.CopyFrom(before.event.at)
        else:
            event.at.seconds, event.at.nanos = divmod(moment.now, NANO)
        names = {
            "entries[0].id": "event_id",
            "entries[0].event.id": "event_id",
            "entries[0].event.at": "at",
            "entries[0].event.type": "event_type",
        }
        return Sent((register_pb2.CaseEntry(id=event.id, event=event),), names, _seen(request))

    return prepare


def _seen(request: Any) -> Any:
    """Raises ``FactsError`` (LNK004) where the sender has not seen the case as it is."""

    def fresh(kept: Kept) -> None:
        etag_differs("etag", request.etag, kept.etag)

    return fresh


def wanted_of(
    request: api.ListObligationsRequest | api.WatchObligationsRequest, view: View, district: District
) -> Wanted:
    """What a list, or a watch, asks for. Raises ``FactsError`` for what does not exist."""
    vocabulary = district.vocabulary
    wrong = []
    for field, section, code in (("body", "bodies", request.body), ("matter", "matters", request.matter)):
        known = vocabulary.codes(section)
        if code and code not in known:
            wrong.append(Violation(field, "LNK802", (("name", code[:64]),), tuple(sorted(known))))
    clauses = {clause for program in district.programs for clause in program.pack.clauses}
    if request.clause and request.clause not in clauses:
        args = (("name", request.clause[:64]),)
        wrong.append(Violation("clause", "LNK043", args, tuple(sorted(clauses))))
    wrong += _unknown_numbers("states", request.states, _STATES, decision_pb2.State)
    wrong += _unknown_numbers("handlings", request.handlings, _HANDLINGS, register_pb2.Handling)
    if isinstance(request, api.WatchObligationsRequest):
        wrong += _unknown_numbers("kinds", request.kinds, _KINDS, register_pb2.ChangeKind)
    for field in ("due_from", "due_before"):
        if request.HasField(field) and not 0 <= getattr(request, field).nanos < NANO:
            wrong.append(Violation(field, "LNK806"))
    both = request.HasField("due_from") and request.HasField("due_before")
    if not wrong and both and moment_of(request.due_before) <= moment_of(request.due_from):
        wrong.append(Violation("due_before", "LNK091"))
    if wrong:
        raise FactsError(wrong)
    own = None if view.bodies is None else tuple(sorted(organs(view.bodies, vocabulary)))
    return Wanted(
        district=request.district,
        bearers=tuple(sorted(vocabulary.organs(request.body))) if request.body else (),
        own=own,
        unit=request.unit,
        states=tuple(sorted({_STATES[number] for number in request.states})),
        due_from=moment_of(request.due_from) if request.HasField("due_from") else None,
        due_before=moment_of(request.due_before) if request.HasField("due_before") else None,
        matter=request.matter,
        clause=request.clause,
        handler=request.handler,
        handlings=tuple(sorted({_HANDLINGS[number] for number in request.handlings})),
        case_id=request.case_id,
        include_ended=isinstance(request, api.WatchObligationsRequest) or request.include_ended,
    )


def interest_of(request: api.WatchObligationsRequest, view: View, district: District) -> Interest:
    """What a watch asks for. Raises ``FactsError`` for what does not exist."""
    wanted = wanted_of(request, view, district)
    return Interest(wanted, tuple(sorted({_KINDS[number] for number in request.kinds})))


def _unknown_numbers(field: str, given: Any, known: Any, enum: Any) -> list[Violation]:
    names = tuple(enum.Name(number) for number in sorted(known))
    return [
        Violation(f"{field}[{index}]", "LNK044", (("field", field), ("name", str(number))), names)
        for index, number in enumerate(given)
        if number not in known
    ]
