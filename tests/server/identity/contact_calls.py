"""ContactService, and a department's calendar, as the table of rights asks for them.

The court and the district's bodies see who is in office; a department sees the former times of its own alone,
and changes nobody else's.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from linkage.v1 import case_service_pb2, case_service_pb2_grpc, contact_pb2
from linkage.v1 import contact_service_pb2 as api
from linkage.v1 import contact_service_pb2_grpc as stubs
from server.contacts.book import Plan
from server.contacts.contact import Contact, Person
from tests.server.conftest import Service
from tests.server.identity.register_calls import ACTS, Metadata, department, of_own, opened

SAW = {"bearer": 1, "its_parent": 1, "counterparty": 0, "none": 1}
"""How many of the two former contacts each department sees: one is the traffic police's, one the tax
office's."""
OTHERS = dict.fromkeys(("counterparty", "none"), "BODY_OF_OTHERS")
_SOMEBODY = contact_pb2.ContactPerson(name="某")


async def kept(service: Service, district: str) -> Timestamp:
    """A contact in office and a former one, of two bodies each; a moment at which all four were in office."""
    contacts = service.running.contacts
    assert contacts is not None
    now = contacts.now()
    made = tuple(
        Contact(f"{body}-{end}", body, "", "fixed", "", now - 100, end and now - 50, Person(f"{body}{end}"))
        for body in ("traffic_police", "tax")
        for end in (None, 1)
    )
    await contacts.change(district, lambda _: Plan(made))
    then = Timestamp()
    then.FromNanoseconds(now - 75)
    return then


async def listing(service: Service, district: str, metadata: Metadata) -> str:
    then = await kept(service, district)
    stub = stubs.ContactServiceStub(service.channel)
    past = api.ListContactsRequest(district=district, include_past=True)
    found = await stub.ListContacts(past, metadata=metadata)
    former = [each for each in found.contacts if each.HasField("until")]
    assert {each.id for each in found.contacts} >= {"traffic_police-None", "tax-None"}
    once = await stub.ListContacts(api.ListContactsRequest(district=district, at=then), metadata=metadata)
    assert list(once.contacts) == list(found.contacts)
    body = department(metadata)
    if not body:
        return "whole" if len(former) == 2 else "a part"
    return "own" if len(former) == SAW[body] else "another's"


def changing(
    name: str, refused: dict[str, str], **fields: Any
) -> Callable[[Service, str, Metadata], Awaitable[str]]:
    """A call that changes a contact of the traffic police."""

    async def made(service: Service, district: str, metadata: Metadata) -> str:
        await kept(service, district)
        kind: Any = getattr(api, f"{name}Request")
        request = kind(district=district, **{"contact_id": "traffic_police-None", **fields})
        call = getattr(stubs.ContactServiceStub(service.channel), name)(request, metadata=metadata)
        return await of_own(call, metadata, OTHERS | refused)

    return made


async def importing(service: Service, district: str, metadata: Metadata) -> str:
    request = api.ImportContactsRequest(district=district, workbook=b"no list")
    call = stubs.ContactServiceStub(service.channel).ImportContacts(request, metadata=metadata)
    return await of_own(call, metadata, {})


async def exporting(service: Service, district: str, metadata: Metadata) -> str:
    request = api.ExportContactsRequest(district=district)
    call = stubs.ContactServiceStub(service.channel).ExportContacts(request, metadata=metadata)
    return await of_own(call, metadata, {})


async def calendar(service: Service, district: str, metadata: Metadata) -> str:
    _, duty = await opened(service, district)
    request = case_service_pb2.GetCalendarRequest(district=district)
    stub = case_service_pb2_grpc.CaseServiceStub(service.channel)
    found = await stub.GetCalendar(request, metadata=metadata)
    body, there = department(metadata), duty.encode() in found.calendar
    if not body:
        return "whole" if there else "a part"
    return "own" if there == (body in ACTS) else "another's"


# The tests' district asks for no contacts: who may appoint somebody is told so.
_NO_KIND = dict.fromkeys(("", *ACTS), "INVALID_REQUEST")
_APPOINT: dict[str, Any] = {"contact_id": "new", "body": "traffic_police", "person": _SOMEBODY}
ANSWERS = {
    "GetCalendar": calendar,
    "ListContacts": listing,
    "AppointContact": changing("AppointContact", _NO_KIND, **_APPOINT),
    "UpdateContact": changing("UpdateContact", {}, person=_SOMEBODY),
    "EndContact": changing("EndContact", {}),
    "EraseContact": changing("EraseContact", {}),
    "ImportContacts": importing,
    "ExportContacts": exporting,
}
