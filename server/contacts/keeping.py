"""The tables of contacts: read at one state of the database, written in the transaction of the district's
file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.contacts.contact import Contact, Person
from server.contacts.sealing import Unreadable, opened, sealed
from server.proof.keys import LogKeys
from server.register.keeping import Keeper
from server.register.kept import Beside
from server.store.contacts import BOOKS, CONTACTS, PERSONS
from server.store.dialects import insert_unless_there
from server.store.errors import NotKept


class Moved(Exception):
    """Somebody changed the district's contacts meanwhile."""


class Held(NamedTuple):
    """The contacts of a district, by id, as they are after so many changes."""

    version: int
    contacts: Mapping[str, Contact]


class Changing(NamedTuple):
    """What is to be written: contacts as they are to be, by whom and when."""

    district: str
    before: Held
    changed: tuple[Contact, ...]
    made_at: int
    who: str


class ContactKeeper:
    """The contacts of one database, whose persons open with these keys."""

    def __init__(self, keeper: Keeper, keys: LogKeys) -> None:
        self._keeper = keeper
        self._keys = keys

    async def held(self, district: str) -> Held:
        """The contacts of a district. Raises ``NotKept`` (LNK964 where a row is damaged)."""
        book = select(BOOKS.c.version).where(BOOKS.c.district == district)
        query = (
            select(CONTACTS, PERSONS.c.sealed)
            .select_from(
                CONTACTS.outerjoin(
                    PERSONS, (PERSONS.c.district == CONTACTS.c.district) & (PERSONS.c.id == CONTACTS.c.id)
                )
            )
            .where(CONTACTS.c.district == district)
        )
        async with self._keeper.reading() as connection:
            version = (await connection.execute(book)).scalar() or 0
            rows = (await connection.execute(query)).all()
        return Held(version, {row.id: self._contact(row, district) for row in rows})

    def _contact(self, row: Row[Any], district: str) -> Contact:
        person = None
        if row.sealed is not None:
            try:
                person = opened(self._keys, district, row.id, row.sealed)
            except Unreadable as error:
                raise NotKept("LNK964") from error
        return Contact(
            row.id, row.body, row.unit, row.role, row.post, row.since, row.until, person, row.replaces
        )

    def writes(self, changing: Changing) -> Beside:
        """Writes the changes within another transaction. Raises ``Moved`` there where they are stale."""

        async def beside(connection: AsyncConnection) -> None:
            await _take(connection, changing.district, changing.before.version)
            before = changing.before.contacts
            for contact in changing.changed:
                old = before.get(contact.id)
                await _put(connection, changing, contact, old)
                if old is None or old.person != contact.person:
                    await self._put_person(connection, changing, contact.id, contact.person)

        return beside

    async def _put_person(
        self, connection: AsyncConnection, changing: Changing, identity: str, person: Person | None
    ) -> None:
        district = changing.district
        data = None if person is None else sealed(self._keys, district, identity, person)
        await connection.execute(
            delete(PERSONS).where(PERSONS.c.district == district, PERSONS.c.id == identity)
        )
        row = {"district": district, "id": identity, "sealed": data, "changed_at": changing.made_at}
        await connection.execute(insert(PERSONS), row)


async def _take(connection: AsyncConnection, district: str, version: int) -> None:
    """The next version of a district's contacts, which nobody else makes."""
    taken = (
        update(BOOKS)
        .where(BOOKS.c.district == district, BOOKS.c.version == version)
        .values(version=version + 1)
    )
    if version == 0:
        made = insert_unless_there(connection.dialect.name, BOOKS)
        await connection.execute(made, {"district": district, "version": 0})
    if not (await connection.execute(taken)).rowcount:
        raise Moved


async def _put(
    connection: AsyncConnection, changing: Changing, contact: Contact, old: Contact | None
) -> None:
    row = {
        name: getattr(contact, name)
        for name in ("body", "unit", "role", "post", "since", "until", "replaces")
    }
    if old is None:
        row |= {"district": changing.district, "id": contact.id}
        row |= {"recorded_at": changing.made_at, "recorded_by": changing.who}
        await connection.execute(insert(CONTACTS), row)
        return
    where = CONTACTS.c.district == changing.district, CONTACTS.c.id == contact.id
    await connection.execute(update(CONTACTS).where(*where).values(row))


def in_office(contacts: Iterable[Contact], moment: int) -> list[Contact]:
    """Those in office at a moment, by body, unit, kind and post."""
    found = (contact for contact in contacts if contact.in_office(moment))
    return sorted(found, key=order)


def order(contact: Contact) -> tuple[str, str, str, int, str, str]:
    """What lists are in the order of."""
    return contact.body, contact.unit, contact.role, contact.since, contact.post, contact.id
