"""Calls on the register, of what the methods of a register are given: which method, which request.

Everything that changes a case has a key of its own, so that it may be asked again: an ``event_id`` that the
program chooses keeps its meaning when the program is started anew, one that it leaves out is made up here.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict, TypeVar, cast

from google.protobuf.message import Message

from linkage.v1 import case_service_pb2 as api
from linkage.v1 import decision_pb2, facts_pb2, register_pb2
from linkage_client.calling import Calling, Sending, methods_of, numbers
from linkage_client.cases import CaseLike, case_of, message_of
from linkage_client.plans import Method, Plan
from linkage_client.registered import (
    Acted,
    CaseFile,
    ChangeKind,
    Handling,
    ObligationFile,
    Recorded,
    RegisteredObligation,
    recorded_of,
)
from linkage_client.views import State

M = TypeVar("M", bound=Message)

_METHODS = methods_of(api)
WATCH: Method[api.WatchObligationsResponse] = _METHODS["WatchObligations"].method

EntryLike = register_pb2.CaseEntry | Mapping[str, Any]
"""An entry of a case: the message, or plain data with the names of JSON."""
OutputLike = register_pb2.ProvidedOutput | Mapping[str, Any]
"""Something that is handed over with a report: ``{"id": …, "reference": …, "answers": […]}``."""
RequestLike = facts_pb2.Request | Mapping[str, Any]
"""A request for assistance, as facts have it."""
EventLike = facts_pb2.Event | Mapping[str, Any]
"""Something that happened, as facts have it."""


class Changing(Sending, total=False):
    """What may be said of any call that changes a case."""

    event_id: str
    """The program's own key of what is recorded, unique within the case; without it, one is made up."""
    etag: str
    """The etag that was seen: where it is another by now, the call is ``Stale`` and nothing is recorded."""


class Acting(Changing, total=False):
    """What may be said of anything that is done with an obligation."""

    body: str
    """Code of the body that acts; without it, the only one that the caller may act for."""
    unit: str
    """The concrete unit, where the code names many."""
    at: datetime
    """When it happened, with its zone; without it, now by the service's clock."""


class Conditions(TypedDict, total=False):
    """Which obligations are asked for: those that meet all of it."""

    body: str
    unit: str
    states: Iterable[State]
    """Where they stand; without it a list has those of which something is owed, and a watch all."""
    due_from: datetime
    due_before: datetime
    matter: str
    clause: str
    handler: str
    handlings: Iterable[Handling]
    case_id: str
    language: str
    """zh or en."""


class Sought(Conditions, total=False):
    """What may be said of a list."""

    include_ended: bool
    """Those of which nothing is owed any more, too."""
    page_size: int
    """How many come with one call."""
    timeout: float
    """Seconds for each page."""


class Watching(Conditions, total=False):
    """What may be said of a watch."""

    kinds: Iterable[ChangeKind]
    """What became of them; without it, whatever."""
    resume_token: str
    """The token that came last, of a watch with the same conditions: what happened after it is told."""
    from_start: bool
    """Without a token: all that ever happened, else what happens from now on."""


@dataclass(frozen=True, slots=True)
class Registering:
    """The calls on the register of one district. All raise ``Refused`` for what the schema does not have."""

    calling: Calling

    def open_case(self, case: CaseLike, sending: Sending) -> Plan[Recorded]:
        """Opens a case."""
        language = sending.get("language") or self.calling.language
        request = api.OpenCaseRequest(case=case_of(case, language), language=language)
        return self._recorded("OpenCase", request, sending)

    def record(
        self, case_id: str, entries: Iterable[EntryLike], etag: str, sending: Sending
    ) -> Plan[Recorded]:
        """Records entries."""
        fields = {"case_id": case_id, "entries": list(entries), "etag": etag}
        return self._recorded("RecordEvents", self._request("RecordEvents", sending, fields), sending)

    def request(self, case_id: str, request: RequestLike, changing: Changing) -> Plan[Recorded]:
        """Asks a body for assistance."""
        fields = {"case_id": case_id, "request": request}
        return self._changed("RequestAssistance", fields, changing)

    def close_case(
        self, case_id: str, event_type: str, at: datetime | None, changing: Changing
    ) -> Plan[Recorded]:
        """Ends a case."""
        fields = {"case_id": case_id, "event_type": event_type, "at": at}
        return self._changed("CloseCase", fields, changing)

    def case(self, case_id: str, entries: bool, sending: Sending) -> Plan[CaseFile]:
        """One case."""
        fields = {"case_id": case_id, "include_entries": entries}
        response = yield from self._call("GetCase", self._request("GetCase", sending, fields), sending)
        return CaseFile(response)

    def obligation(self, obligation_id: str, sending: Sending) -> Plan[ObligationFile]:
        """One obligation in full."""
        request = self._request("GetObligation", sending, {"obligation_id": obligation_id})
        return ObligationFile((yield from self._call("GetObligation", request, sending)))

    def acted(self, name: str, obligation_id: str, acting: Acting, **more: Any) -> Plan[Acted]:
        """Something that is done with an obligation."""
        fields = {"obligation_id": obligation_id, **more}
        response = yield from self._call(name, self._with_key(name, fields, acting), acting)
        return Acted(RegisteredObligation(response.obligation), recorded_of(response.recorded))

    def sought(self, sought: Sought) -> api.ListObligationsRequest:
        """The request for the first page of a list."""
        given: dict[str, Any] = {**sought}
        given.pop("timeout", None)
        size = given.pop("page_size", 0)
        request = self._conditions(given, api.ListObligationsRequest)
        request.page_size = size
        return request

    def watched(self, watching: Watching) -> api.WatchObligationsRequest:
        """The request of a watch."""
        given: dict[str, Any] = {**watching}
        kinds = given.pop("kinds", ())
        request = self._conditions(given, api.WatchObligationsRequest)
        request.kinds.extend(numbers(register_pb2.ChangeKind, kinds))
        return request

    def _conditions(self, given: dict[str, Any], kind: type[M]) -> M:
        states, handlings = given.pop("states", ()), given.pop("handlings", ())
        own = self.calling
        fields = {"district": own.district, "language": own.language, **given}
        request: Any = message_of(fields, kind, "", fields["language"])
        request.states.extend(numbers(decision_pb2.State, states))
        request.handlings.extend(numbers(register_pb2.Handling, handlings))
        return cast(M, request)

    def page(
        self, request: api.ListObligationsRequest, sought: Sought
    ) -> Plan[tuple[list[RegisteredObligation], str]]:
        """A page, and the token of the next one; "": there is none."""
        response = yield from self._call("ListObligations", request, sought)
        return list(map(RegisteredObligation, response.obligations)), response.next_page_token

    def _changed(self, name: str, fields: Mapping[str, Any], changing: Changing) -> Plan[Recorded]:
        return self._recorded(name, self._with_key(name, fields, changing), changing)

    def _recorded(self, name: str, request: Message, sending: Sending) -> Plan[Recorded]:
        response = yield from self._call(name, request, sending)
        return recorded_of(response.recorded)

    def _with_key(self, name: str, fields: Mapping[str, Any], changing: Changing) -> Message:
        key = changing.get("event_id") or uuid.uuid4().hex
        return self._request(name, changing, {**fields, "event_id": key})

    def _request(self, name: str, given: Mapping[str, Any], fields: Mapping[str, Any]) -> Message:
        request: Message = self.calling.request(_METHODS[name], given, fields)
        return request

    def _call(self, name: str, request: Message, given: Mapping[str, Any]) -> Plan[Any]:
        return self.calling.call(_METHODS[name], request, given)
