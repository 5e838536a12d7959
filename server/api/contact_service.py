"""The handlers of ContactService: convert, call the contacts, convert. What goes wrong is ``guard``'s."""

from __future__ import annotations

import asyncio
from collections.abc import Container
from functools import partial
from typing import Any, cast

from google.protobuf.timestamp_pb2 import Timestamp

from linkage.v1 import contact_service_pb2 as api
from linkage.v1 import contact_service_pb2_grpc as stubs
from policy.facts.reading import TIME_MAX, TIME_MIN, FactsError, Violation
from policy.register.checks import moment_of
from server.api.case_requests import check_fields, known_district
from server.api.contact_answers import ContactWords, check_own, only_role, own_bodies, person_of
from server.api.guard import Call, Guard
from server.contacts.book import Contacts, Plan
from server.contacts.contact import Contact
from server.contacts.exporting import workbook
from server.contacts.importing import Asked, Found, found_in
from server.contacts.keeping import Held, in_office, order
from server.contacts.offices import roles_of
from server.convert.paging import paged
from server.convert.requests import language_of
from server.register.book import Register
from server.settings.limits import Limits

Context = Any
_NEVER = -1


class ContactService:
    """ContactService over the contacts of one register."""

    def __init__(self, contacts: Contacts, register: Register, guard: Guard, limits: Limits) -> None:
        self._contacts = contacts
        self._register = register
        self._guard = guard
        self._limits = limits

    async def ListContacts(
        self, request: api.ListContactsRequest, context: Context
    ) -> api.ListContactsResponse:
        """A page of contacts: who is in office is everybody's of the district, former times one's own."""
        with self._guard.call("ListContacts", request.language) as call:
            own = self._admit(call, request)
            district = self._contacts.district(request.district)
            found = await self._found(request, own)
            words = ContactWords(district, language_of(request.language))
            of = f"contacts {request.district} {request.body} {request.unit} {request.role}"
            page, token = paged(found, order, request, of, self._limits.page_items)
            return api.ListContactsResponse(
                contacts=[words.contact(each) for each in page], next_page_token=token, roles=words.roles()
            )
        return await call.abort(context)

    async def _found(self, request: api.ListContactsRequest, own: frozenset[str] | None) -> list[Contact]:
        district = self._contacts.district(request.district)
        roles = roles_of(district)
        if request.role and request.role not in roles:
            raise FactsError((Violation("role", "LNK071", (("name", request.role[:64]),), tuple(roles)),))
        self._known_body(request.district, request.body)
        held = await self._contacts.held(request.district)
        now = self._contacts.now()
        listed = in_office(held.contacts.values(), _moment(request, "at", now))
        if own is not None:  # of the others, who was there once is none of its business
            listed = [each for each in listed if each.body in own or each.in_office(now)]
        if request.include_past:
            mine = [c for c in held.contacts.values() if own is None or c.body in own]
            listed = sorted({c.id: c for c in (*listed, *mine)}.values(), key=order)
        bodies = district.vocabulary.organs(request.body) if request.body else None
        return [
            contact
            for contact in listed
            if (bodies is None or contact.body in bodies)
            and request.unit in ("", contact.unit)
            and request.role in ("", contact.role)
        ]

    async def AppointContact(
        self, request: api.AppointContactRequest, context: Context
    ) -> api.AppointContactResponse:
        """Somebody takes office."""
        with self._guard.call("AppointContact", request.language) as call:
            own = self._admit(call, request, "contact_id", "person")
            wanted = await self._wanted(request)
            check_own(wanted.body, own)
            contact = await self._contacts.appoint(request.district, wanted)
            return api.AppointContactResponse(contact=self._words(request).contact(contact))
        return await call.abort(context)

    async def _wanted(self, request: api.AppointContactRequest) -> Contact:
        """The contact that a call says; what it leaves out is the predecessor's, or can be nothing else."""
        held = await self._contacts.held(request.district)
        before = held.contacts.get(request.contact_id)
        predecessor = held.contacts.get(request.replaces)
        body, unit, role = request.body, request.unit, request.role
        post = request.post
        if predecessor is not None:
            body, unit, role = body or predecessor.body, unit or predecessor.unit, role or predecessor.role
            post = post or predecessor.post
        role = role or only_role(body, roles_of(self._contacts.district(request.district)))
        now = self._contacts.now() if before is None else before.since  # sent again, it is of the same time
        until = _moment(request, "until", _NEVER)
        return Contact(
            id=request.contact_id,
            body=body,
            unit=unit,
            role=role,
            post=post,
            since=_moment(request, "since", now),
            until=None if until == _NEVER else until,
            person=person_of(request.person),
            replaces=request.replaces,
        )

    async def UpdateContact(
        self, request: api.UpdateContactRequest, context: Context
    ) -> api.UpdateContactResponse:
        """What is known of a person."""
        with self._guard.call("UpdateContact", request.language) as call:
            await self._admit_own(call, request, "contact_id", "person")
            person = person_of(request.person)
            contact = await self._contacts.update(request.district, request.contact_id, person)
            return api.UpdateContactResponse(contact=self._words(request).contact(contact))
        return await call.abort(context)

    async def EndContact(self, request: api.EndContactRequest, context: Context) -> api.EndContactResponse:
        """Somebody leaves office."""
        with self._guard.call("EndContact", request.language) as call:
            await self._admit_own(call, request, "contact_id")
            moment = _moment(request, "at", self._contacts.now())
            contact = await self._contacts.end(request.district, request.contact_id, moment)
            return api.EndContactResponse(contact=self._words(request).contact(contact))
        return await call.abort(context)

    async def EraseContact(
        self, request: api.EraseContactRequest, context: Context
    ) -> api.EraseContactResponse:
        """A person is forgotten."""
        with self._guard.call("EraseContact", request.language) as call:
            await self._admit_own(call, request, "contact_id")
            return api.EraseContactResponse(
                contact_ids=await self._contacts.erase(request.district, request.contact_id)
            )
        return await call.abort(context)

    async def ImportContacts(
        self, request: api.ImportContactsRequest, context: Context
    ) -> api.ImportContactsResponse:
        """A list, all of it or nothing."""
        with self._guard.call("ImportContacts", request.language) as call:
            own = self._admit(call, request, "workbook")
            now = self._contacts.now()
            since, handed_in = _moment(request, "since", now), _moment(request, "submitted_at", _NEVER)
            asked = Asked(request.role, since, None if handed_in == _NEVER else handed_in, own)
            found = await imported(self._contacts, request.district, request.workbook, asked, request.check)
            return self._words(request).imported(found)
        return await call.abort(context)

    async def ExportContacts(
        self, request: api.ExportContactsRequest, context: Context
    ) -> api.ExportContactsResponse:
        """The list of those in office."""
        with self._guard.call("ExportContacts", request.language) as call:
            self._admit(call, request)
            self._known_body(request.district, request.body)
            lang = language_of(request.language)
            made = await exported(self._contacts, request.district, request.body, lang)
            return api.ExportContactsResponse(workbook=made)
        return await call.abort(context)

    def _words(self, request: Any) -> ContactWords:
        return ContactWords(self._contacts.district(request.district), language_of(request.language))

    @property
    def _districts(self) -> Container[str]:
        return self._register.rules.current.snapshot.districts

    def _admit(self, call: Call, request: Any, *required: str) -> frozenset[str] | None:
        """The bodies that the caller speaks for. Raises ``Denied``, ``FactsError`` for what is missing."""
        view = call.view(request.district, self._districts)
        check_fields(request, ("district", *required))
        known_district(request.district, self._register.rules.current.snapshot)
        return own_bodies(view.bodies, self._contacts.district(request.district))

    async def _admit_own(self, call: Call, request: Any, *required: str) -> None:
        """Raises as ``_admit`` does, and where the contact is another department's."""
        own = self._admit(call, request, *required)
        if own is not None:
            held = await self._contacts.held(request.district)
            contact = held.contacts.get(request.contact_id)
            if contact is not None:
                check_own(contact.body, own, "contact_id")

    def _known_body(self, district: str, body: str) -> None:
        known = self._contacts.district(district).vocabulary.codes("bodies")
        if body and body not in known:
            raise FactsError((Violation("body", "LNK802", (("name", body[:64]),), tuple(sorted(known))),))


async def imported(contacts: Contacts, district: str, data: bytes, asked: Asked, check: bool) -> Found:
    """What a list did, or (``check``) would do. Raises ``FactsError`` for what is wrong beside the list."""
    if asked.submitted is not None and asked.submitted > contacts.now():
        raise FactsError((Violation("submitted_at", "LNK037"),))
    found = Found()

    def plan(held: Held) -> Plan:
        nonlocal found
        found = made.pop() if made and held.version == read.version else find(held)
        return Plan() if check or found.mistakes else found.plan

    find = partial(found_in, data, contacts.district(district), asked=asked)
    read = await contacts.held(district)
    # A file is read beside the loop; where somebody changes the contacts meanwhile, once more within it.
    made = [await asyncio.to_thread(find, read)]
    await contacts.change(district, plan)
    return found


async def exported(contacts: Contacts, district: str, body: str, lang: str) -> bytes:
    """The list of those in office, of a body and its organs or of all."""
    found = contacts.district(district)
    held = await contacts.held(district)
    listed = in_office((c for c in held.contacts.values() if c.person is not None), contacts.now())
    if body:
        bodies = found.vocabulary.organs(body)
        listed = [contact for contact in listed if contact.body in bodies]
    return await asyncio.to_thread(workbook, found.programs[-1].pack, roles_of(found), listed, lang)


def _moment(request: Any, name: str, otherwise: int) -> int:
    if not request.HasField(name):
        return otherwise
    stamp: Timestamp = getattr(request, name)
    moment = moment_of(stamp)
    if not 0 <= stamp.nanos < 1_000_000_000 or not TIME_MIN <= moment < TIME_MAX:
        raise FactsError((Violation(name, "LNK806"),))
    return moment


def add_to(server: Any, service: ContactService) -> str:
    """Registers the service with a ``SafeServer``; its full name."""
    stubs.add_ContactServiceServicer_to_server(cast(Any, service), server)
    return "linkage.v1.ContactService"
