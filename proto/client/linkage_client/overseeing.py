"""Calls of those who oversee a district: boards, circulars, officers, what other rules would change."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from linkage.v1 import adoption_service_pb2 as adoption
from linkage.v1 import board_service_pb2 as api
from linkage.v1 import contact_pb2
from linkage.v1 import contact_service_pb2 as officers
from linkage_client.boards import (
    Board,
    Circular,
    Contact,
    ImportedContacts,
    RuleChanges,
    changes_of,
    circular_of,
    imported_of,
)
from linkage_client.calling import Calling, Sending, methods_of, numbers
from linkage_client.plans import Plan
from linkage_client.registered import RegisteredObligation

PersonLike = contact_pb2.ContactPerson | Mapping[str, Any]
"""Name and ways to reach somebody: ``{"name": …, "telephone": …}``."""

_METHODS = methods_of(api, officers, adoption)


class Looking(Sending, total=False):
    """Which part of a board is looked at."""

    at: datetime
    """The moment at which things are looked at; without it, now or the end of the period."""
    since: datetime
    """The first moment of the period; without ``until`` too, the calendar year of now."""
    until: datetime
    """The first moment after it."""
    body: str
    """The duties that count for this body alone."""
    unit: str
    """The duties of this unit alone."""


class Boarding(Looking, total=False):
    """What may be said of a board."""

    by: Literal["body", "unit", "clause", "matter"]
    """What rows are of; without it, bodies."""
    trend: Literal["day", "week", "month"]
    """How finely the trend is told; without it, not at all."""
    rank_by: str
    """Id of the figure that rows are ranked by; without it, in_time_rate."""


class Behind(Looking, total=False):
    """Which obligations behind a figure are asked for."""

    clause: str
    matter: str
    page_size: int
    """How many come with one call."""


class Finding(Sending, total=False):
    """Which officers are asked for; without any of it, all who are in office."""

    body: str
    unit: str
    role: str
    """Id of a kind of contact of the district's pack."""
    at: datetime
    """In office at this moment; without it, now."""
    include_past: bool
    """Those who have left, and those who are still to come, too."""


class Appointing(Sending, total=False):
    """What may be said of an appointment."""

    contact_id: str
    """The program's own key of it, unique within the district; without it, one is made up."""
    body: str
    unit: str
    role: str
    post: str
    """Which of several posts: A角, B角."""
    since: datetime
    """From when on; without it, now."""
    until: datetime
    """Until when, where that is known."""
    replaces: str
    """The contact whose place this one takes."""


class Importing(Sending, total=False):
    """What may be said of a workbook."""

    role: str
    """The kind of contact that it lists; without it, the only one that the district has."""
    since: datetime
    """From when on those who are new in it are in office; without it, now."""
    submitted_at: datetime
    """When the bodies in it handed in their lists, where that is to be recorded."""
    check: bool
    """Says what it would bring, and takes nothing."""


@dataclass(frozen=True, slots=True)
class Overseeing:
    """The calls. All raise ``Refused`` for what the schema does not have."""

    calling: Calling

    def board(self, looking: Boarding) -> Plan[Board]:
        """The board."""
        given: dict[str, Any] = {**looking}
        by, trend = given.pop("by", "unspecified"), given.pop("trend", "unspecified")
        request = self._request("GetBoard", given)
        (request.by,), (request.trend,) = numbers(api.BoardBy, [by]), numbers(api.TrendStep, [trend])
        return Board((yield from self._call("GetBoard", request, looking)).board)

    def behind(self, figure: str, behind: Behind) -> Any:
        """The request for the first page of the obligations behind a figure."""
        return self._request("ListBoardObligations", behind, {"figure": figure})

    def page(self, request: Any, behind: Behind) -> Plan[tuple[list[RegisteredObligation], str]]:
        """A page of them, and the token of the next one; "": there is none."""
        response = yield from self._call("ListBoardObligations", request, behind)
        return list(map(RegisteredObligation, response.obligations)), response.next_page_token

    def circular(self, year: int, month: int, at: datetime | None, sending: Sending) -> Plan[Circular]:
        """The draft of a circular."""
        request = self._request("DraftCircular", sending, {"year": year, "month": month, "at": at})
        return circular_of((yield from self._call("DraftCircular", request, sending)))

    def rule_changes(self, sending: Sending) -> Plan[RuleChanges]:
        """What other rules would change, of all open cases."""
        pages = yield from self._pages("ListRuleChanges", self._request("ListRuleChanges", sending), sending)
        return changes_of(pages)

    def contacts(self, finding: Finding) -> Plan[list[Contact]]:
        """Officers, from every page."""
        pages = yield from self._pages("ListContacts", self._request("ListContacts", finding), finding)
        return [Contact(one) for page in pages for one in page.contacts]

    def appoint(self, person: PersonLike, appointing: Appointing) -> Plan[Contact]:
        """Appoints somebody."""
        key = appointing.get("contact_id") or uuid.uuid4().hex
        return self._contact("AppointContact", appointing, {"contact_id": key, "person": person})

    def update_contact(self, contact_id: str, person: PersonLike, sending: Sending) -> Plan[Contact]:
        """Changes how somebody is reached."""
        return self._contact("UpdateContact", sending, {"contact_id": contact_id, "person": person})

    def end_contact(self, contact_id: str, at: datetime | None, sending: Sending) -> Plan[Contact]:
        """Ends an appointment."""
        return self._contact("EndContact", sending, {"contact_id": contact_id, "at": at})

    def erase_contact(self, contact_id: str, sending: Sending) -> Plan[tuple[str, ...]]:
        """Forgets a person."""
        request = self._request("EraseContact", sending, {"contact_id": contact_id})
        return tuple((yield from self._call("EraseContact", request, sending)).contact_ids)

    def import_contacts(self, workbook: bytes, importing: Importing) -> Plan[ImportedContacts]:
        """Takes a workbook in."""
        request = self._request("ImportContacts", importing, {"workbook": workbook})
        return imported_of((yield from self._call("ImportContacts", request, importing)))

    def export_contacts(self, body: str, sending: Sending) -> Plan[bytes]:
        """Gives a workbook out."""
        request = self._request("ExportContacts", sending, {"body": body})
        workbook: bytes = (yield from self._call("ExportContacts", request, sending)).workbook
        return workbook

    def _contact(self, name: str, given: Mapping[str, Any], fields: Mapping[str, Any]) -> Plan[Contact]:
        request = self._request(name, given, fields)
        return Contact((yield from self._call(name, request, given)).contact)

    def _pages(self, name: str, request: Any, given: Mapping[str, Any]) -> Plan[list[Any]]:
        found: list[Any] = []
        while True:
            response = yield from self._call(name, request, given)
            found.append(response)
            if not (token := response.next_page_token):
                return found
            request.page_token = token

    def _request(self, name: str, given: Mapping[str, Any], fields: Mapping[str, Any] | None = None) -> Any:
        return self.calling.request(_METHODS[name], given, fields or {})

    def _call(self, name: str, request: Any, given: Mapping[str, Any]) -> Plan[Any]:
        return self.calling.call(_METHODS[name], request, given)
