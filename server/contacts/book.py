"""The contacts of the districts: each change in one transaction with the district's own file.

    contacts as held --change--> contacts as they are to be --telling--> entries of the district's own file
                                          └──────────── written together, or not at all ────────────┘

The district's own file is the case of kind ``district`` whose id the setting ``register.district_file``
gives; it is opened with the first contact where the court has not opened it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import NamedTuple

from linkage.v1 import facts_pb2
from policy.decide.snapshot import District
from policy.facts.reading import FactsError, Violation
from server.contacts.contact import Contact, Person
from server.contacts.keeping import Changing, ContactKeeper, Held, Moved, in_office
from server.contacts.offices import (
    MAX_CONTACTS,
    clashes,
    roles_of,
    too_many,
    wrong_contact,
    wrong_person,
    wrong_times,
)
from server.contacts.telling import entries_for, entries_of_lists, events_of
from server.convert.requests import Clock
from server.identity.asking import asking
from server.register.book import TRIES, Register, busy
from server.register.sent import Moment, Sent

FILE_KIND = "district"
"""The kind of a district's own file."""


class Plan(NamedTuple):
    """Contacts as they are to be, those that change; and events of lists that were handed in."""

    changed: tuple[Contact, ...] = ()
    submitted: tuple[facts_pb2.Event, ...] = ()


Planning = Callable[[Held], Plan]
"""What a call does to the contacts as they are. Raises ``FactsError``."""


class Contacts:
    """The contacts of one register. ``file_id``: the id of each district's own file."""

    def __init__(self, register: Register, keeper: ContactKeeper, clock: Clock, file_id: str) -> None:
        self._register = register
        self._keeper = keeper
        self._clock = clock
        self._file = file_id

    def now(self) -> int:
        """Now, in nanoseconds since 1970 UTC."""
        return self._clock()

    def district(self, code: str) -> District:
        """The district under the rules that serve."""
        return self._register.rules.current.snapshot.districts[code]

    async def held(self, district: str) -> Held:
        """Everybody who is, was or will be a contact of the district."""
        return await self._keeper.held(district)

    async def in_office(
        self, district: str, bodies: Iterable[str], unit: str = "", moment: int | None = None
    ) -> list[Contact]:
        """Those in office at a moment (now), of these bodies and their organs; of one unit where it is
        named."""
        vocabulary = self.district(district).vocabulary
        own = frozenset[str]().union(*(vocabulary.organs(body) for body in bodies))
        held = await self.held(district)
        found = in_office(held.contacts.values(), self.now() if moment is None else moment)
        return [c for c in found if c.body in own and (not unit or c.unit in ("", unit))]

    async def appoint(self, district: str, wanted: Contact) -> Contact:
        """Puts somebody into office; ``wanted.replaces`` leaves it then. The same again is harmless.

        Raises ``FactsError``.
        """

        def plan(held: Held) -> Plan:
            before = held.contacts.get(wanted.id)
            if before is not None:
                if _told(before) != _told(wanted):
                    raise FactsError((Violation("contact_id", "LNK005"),))
                return Plan()
            return Plan(self._appointed(held, wanted, self.district(district)))

        held = await self.change(district, plan)
        return held.contacts[wanted.id]

    def _appointed(self, held: Held, wanted: Contact, district: District) -> tuple[Contact, ...]:
        others = dict(held.contacts)
        changed = [wanted]
        if wanted.replaces:
            predecessor = _known(held, wanted.replaces, "replaces")
            if predecessor.place != wanted.place or not predecessor.since < wanted.since:
                raise FactsError((Violation("replaces", "LNK075"),))
            if predecessor.in_office(wanted.since):
                others[predecessor.id] = predecessor.ended(wanted.since)
                changed.append(others[predecessor.id])
        wrong = [*wrong_contact(wanted, roles_of(district), _bodies(district))]
        wrong += [] if wrong else clashes(wanted, others.values())
        if len(others) >= MAX_CONTACTS:
            wrong.append(too_many(len(others) + 1))
        if wrong:
            raise FactsError(wrong)
        return tuple(changed)

    async def update(self, district: str, identity: str, person: Person) -> Contact:
        """Changes what is known of a person. Raises ``FactsError``."""

        def plan(held: Held) -> Plan:
            contact = _known(held, identity)
            if contact.person is None:
                raise FactsError((Violation("contact_id", "LNK077"),))
            role = roles_of(self.district(district)).get(contact.role)
            if wrong := tuple(wrong_person(person, role)):
                raise FactsError(wrong)
            return Plan(() if contact.person == person else (replace(contact, person=person),))

        held = await self.change(district, plan)
        return held.contacts[identity]

    async def end(self, district: str, identity: str, moment: int) -> Contact:
        """Somebody leaves office at that moment, or left it then. Raises ``FactsError``."""

        def plan(held: Held) -> Plan:
            contact = _known(held, identity)
            ended = contact.ended(moment)
            if wrong := tuple(wrong_times(ended)) or tuple(clashes(ended, held.contacts.values())):
                raise FactsError(wrong)
            return Plan(() if ended == contact else (ended,))

        held = await self.change(district, plan)
        return held.contacts[identity]

    async def erase(self, district: str, identity: str) -> list[str]:
        """Forgets a person; the ids of all contacts that were theirs. Raises ``FactsError``."""
        forgotten: list[str] = []

        def plan(held: Held) -> Plan:
            contact = _known(held, identity)
            same = [c for c in held.contacts.values() if _of_one(contact, c)]
            forgotten[:] = sorted(c.id for c in same)
            return Plan(tuple(replace(c, person=None) for c in same if c.person is not None))

        await self.change(district, plan)
        return forgotten

    async def change(self, district: str, planning: Planning) -> Held:
        """Carries out what is planned on the contacts as they are; the contacts then. Raises
        ``FactsError``."""
        for _ in range(TRIES):
            held = await self.held(district)
            plan = planning(held)
            if not plan.changed and not plan.submitted:
                return held
            after = dict(held.contacts) | {contact.id: contact for contact in plan.changed}
            try:
                await self._written(district, plan, held, after)
            except Moved:
                continue
            return Held(held.version + 1, after)
        raise busy()

    async def _written(self, district: str, plan: Plan, held: Held, after: dict[str, Contact]) -> None:
        await self._open_file(district)

        def prepare(moment: Moment) -> Sent:
            roles = roles_of(moment.district)
            staying = (contact.id for contact in after.values() if contact.role not in roles)
            recorded = moment.kept.entries
            entries = entries_for(recorded, events_of(after.values(), roles), staying)
            entries += entries_of_lists(recorded, plan.submitted)
            changing = Changing(district, held, plan.changed, moment.now, asking().caller.who)
            return Sent(tuple(entries), beside=self._keeper.writes(changing))

        await self._register.change(district, self._file, prepare)

    async def _open_file(self, district: str) -> None:
        """The district's own file, opened where it is not. Raises ``FactsError`` where it can be none:
        LNK095 where it is of another kind, LNK096 where it was erased."""
        kept = await self._register.keeper.get(district, self._file)
        if kept is not None:
            if kept.erased_at is not None:
                raise FactsError((Violation("district", "LNK096", (("name", self._file),)),))
            if kept.folded.case.kind != FILE_KIND:
                raise FactsError((Violation("district", "LNK095", (("name", self._file),)),))
            return
        case = facts_pb2.Case(id=self._file, district=district, kind=FILE_KIND)
        try:
            await self._register.open(case)
        except FactsError as error:
            if {each.code for each in error.violations} != {"LNK003"}:  # the court has opened it just now
                raise


def _bodies(district: District) -> frozenset[str]:
    return frozenset(body for program in district.programs for body in program.pack.bodies)


def _known(held: Held, identity: str, field: str = "contact_id") -> Contact:
    found = held.contacts.get(identity)
    if found is None:
        raise FactsError((Violation(field, "LNK077"),))
    return found


def _told(contact: Contact) -> Contact:
    """What a call says of a contact: its end may have come about since."""
    return replace(contact, until=None)


def _of_one(contact: Contact, other: Contact) -> bool:
    """Whether both are contacts of one person."""
    if other.id == contact.id:
        return True
    return bool(contact.person and other.person and contact.person.is_also(other.person))
