"""Between messages and contacts: what calls say of a person, and contacts in the words of the district."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from linkage.v1 import contact_pb2, decision_pb2
from linkage.v1 import contact_service_pb2 as api
from policy.decide.snapshot import District
from policy.facts.reading import FactsError, Violation
from policy.pack.contacts import ContactRole
from policy.text.messages import Words
from server.contacts.contact import Contact, Person
from server.contacts.importing import Found
from server.contacts.offices import roles_of
from server.contacts.reading import Mistake
from server.convert.violations import told
from server.convert.words import set_moment
from server.register.acting import organs


def person_of(message: contact_pb2.ContactPerson) -> Person:
    """A person as a call tells it: half-width, without spaces around."""
    return Person(*(_plain(getattr(message, name)) for name in Person._fields))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


class ContactWords:
    """Makes the messages of a district's contacts in one language."""

    def __init__(self, district: District, lang: str) -> None:
        self._bodies = {
            code: name for program in district.programs for code, name in program.pack.bodies.items()
        }
        self._roles = roles_of(district)
        self._vocabulary = district.vocabulary
        self._lang = lang

    def contact(self, contact: Contact) -> contact_pb2.Contact:
        """A contact."""
        role = self._roles.get(contact.role)
        message = contact_pb2.Contact(
            id=contact.id,
            body=self._body(contact.body),
            unit=contact.unit,
            role=decision_pb2.Coded(
                code=contact.role, name=contact.role if role is None else role.title.get(self._lang)
            ),
            replaces=contact.replaces,
        )
        if contact.post:
            title = None if role is None else role.posts.get(contact.post)
            name = contact.post if title is None else title.get(self._lang)
            message.post.CopyFrom(decision_pb2.Coded(code=contact.post, name=name))
        set_moment(message.since, contact.since)
        if contact.until is not None:
            set_moment(message.until, contact.until)
        if contact.person is not None:
            message.person.CopyFrom(contact_pb2.ContactPerson(**contact.person._asdict()))
        return message

    def roles(self) -> list[contact_pb2.ContactRole]:
        """The kinds of contact of the district."""
        return [self._role(role) for role in self._roles.values()]

    def _role(self, role: ContactRole) -> contact_pb2.ContactRole:
        return contact_pb2.ContactRole(
            id=role.id,
            title=role.title.get(self._lang),
            basis=role.basis,
            posts=[
                decision_pb2.Coded(code=code, name=title.get(self._lang))
                for code, title in role.posts.items()
            ],
            bodies=[self._body(code) for code in role.bodies],
        )

    def _body(self, code: str) -> decision_pb2.Coded:
        name = self._bodies.get(code)
        if name is None:
            return decision_pb2.Coded(code=code, name=self._vocabulary.label("bodies", code, self._lang))
        return decision_pb2.Coded(code=code, name=name.get(self._lang))

    def imported(self, found: Found) -> api.ImportContactsResponse:
        """What a list did, or would do."""
        return api.ImportContactsResponse(
            mistakes=[self._mistake(each) for each in found.mistakes],
            appointed=found.appointed,
            updated=found.updated,
            unchanged=found.unchanged,
            notes=[
                contact_pb2.SheetMistake(sheet=sheet, cell=cell, message=words.get(self._lang))
                for sheet, cell, words in found.notes
            ],
        )

    def _mistake(self, mistake: Mistake) -> contact_pb2.SheetMistake:
        says = told((mistake.violation,), self._lang)[0]
        return contact_pb2.SheetMistake(
            sheet=mistake.sheet, cell=mistake.cell, code=mistake.violation.code, message=says.description
        )


def own_bodies(bodies: Iterable[str] | None, district: District) -> frozenset[str] | None:
    """The bodies that a caller speaks for, and their organs; None: every one."""
    return None if bodies is None else organs(bodies, district.vocabulary)


def check_own(body: str, own: frozenset[str] | None, field: str = "body") -> None:
    """Raises ``FactsError`` (LNK036) where a department would change another's contacts."""
    if own is not None and body not in own:
        args: tuple[tuple[str, str | Words], ...] = (
            ("body", body[:64]),
            ("bodies", ", ".join(sorted(own))[:200]),
        )
        raise FactsError((Violation(field, "LNK036", args),))


def only_role(body: str, roles: Mapping[str, ContactRole]) -> str:
    """The one kind of contact that a body has; "" where it has several, or none."""
    found = [role.id for role in roles.values() if body in role.bodies]
    return found[0] if len(found) == 1 else ""


def given(message: Any, name: str) -> bool:
    """Whether a field of a message is set."""
    return bool(message.HasField(name))
