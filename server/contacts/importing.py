"""The rows of a list -> contacts: all of them, or none where anything is wrong.

A row says who is in office in a place (body, unit, kind, post). Whoever is there already under the same name
stays, with what the list now says of them; where a post is another's, that one's time ends as this one's
begins. Nobody is put out of office because a list does not name them: ends are told as such.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import NamedTuple

from linkage.v1 import facts_pb2
from policy.decide.snapshot import District
from policy.facts.reading import FactsError, Violation
from policy.pack.contacts import ContactRole
from policy.pack.model import Pack
from policy.text.messages import Words
from policy.text.suggest import suggest
from policy.time.calendar import SHANGHAI
from policy.time.moment import NANO
from server.contacts.book import Plan
from server.contacts.columns import NEEDED, plain, titles
from server.contacts.contact import Contact, Person, Place
from server.contacts.keeping import Held
from server.contacts.offices import MAX_CONTACTS, clashes, roles_of, too_many, wrong_contact
from server.contacts.reading import Mistake, Row, mistaken, rows_of
from server.contacts.telling import submission

MAX_MISTAKES = 200
"""Most mistakes that are told of one file."""

_DAY = 86_400 * NANO

_COLUMNS = {
    "body": "unit",
    "unit": "concrete",
    "role": "kind",
    "post": "place",
    "since": "since",
    "until": "until",
    "person.name": "person",
    "person.post": "post",
    "person.office": "office",
    "person.telephone": "telephone",
    "person.mobile": "mobile",
    "person.email": "email",
}
"""The column in which a field of a contact stands."""

_MISSING = {
    "person": (
        Words("没有写姓名", "there is no name"),
        Words("补上姓名，或删去这一行。", "Add it, or take the row out."),
    ),
    "unit": (Words("没有写单位", "there is no unit"), Words("补上单位。", "Add the unit.")),
}
_TWICE = (
    Words("名单里前面已经写了同一个人", "the list names the same person before"),
    Words("删去重复的一行。", "Take one of the two rows out."),
)
_TAKEN = (
    Words("名单里同一单位的这一角色已经写了别人", "the list has somebody else in this post of the unit"),
    Words(
        "每个角色一人：改成另一个角色，或删去一行。",
        "One person a post: give another post, or take a row out.",
    ),
)
_TOO_MANY = (
    Words("这一单位写的人比角色多", "the unit has more people than there are posts"),
    Words("删去多出的人，或另写“任职起”。", "Take out those who are too many."),
)
_ASSUMED = Words(
    "名单没有写角色，按先后顺序认定为“{post}”", "the list gives no post: by their order this one is “{post}”"
)
_REPLACES = Words(
    "接替在任的人，后者的任期到此为止", "takes the place of who is in office, whose time ends with it"
)


@dataclass
class Found:
    """What a list would do: contacts, events of lists handed in; what is wrong, and what was assumed."""

    plan: Plan = field(default_factory=Plan)
    appointed: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: int = 0
    mistakes: list[Mistake] = field(default_factory=list)
    notes: list[tuple[str, str, Words]] = field(default_factory=list)
    """Sheet, cell, what was assumed."""


class Asked(NamedTuple):
    """What a call says beside the file. Moments are nanoseconds since 1970 UTC.

    ``role``: the kind of contact where the list does not say ("": the first that has a list, or the only
    one). ``since``: since when those are in office of whom it is not said. ``submitted``: when the list was
    handed in, None where this is no receipt. ``own``: the bodies that the caller may speak for, None: all.
    """

    role: str
    since: int
    submitted: int | None
    own: frozenset[str] | None


def found_in(data: bytes, district: District, held: Held, asked: Asked) -> Found:
    """What a file would do to the contacts of a district. Raises ``FactsError`` for what the call says."""
    pack, roles = district.programs[-1].pack, roles_of(district)
    role = _role(asked.role, roles)
    rows, mistakes = rows_of(data, titles(pack, roles.values()))
    importing = _Importing(district, pack, roles, role, held, asked)
    importing.found.mistakes += mistakes
    for row in rows:
        importing.take(row)
    return importing.done()


def _role(asked: str, roles: Mapping[str, ContactRole]) -> ContactRole | None:
    if asked:
        if asked not in roles:
            raise FactsError((Violation("role", "LNK071", (("name", asked[:64]),), tuple(roles)),))
        return roles[asked]
    with_list = [role for role in roles.values() if role.form or role.submitted]
    chosen = with_list or list(roles.values())
    return chosen[0] if chosen else None


class _Importing:
    def __init__(
        self,
        district: District,
        pack: Pack,
        roles: Mapping[str, ContactRole],
        role: ContactRole | None,
        held: Held,
        asked: Asked,
    ) -> None:
        self._district, self._pack, self._roles, self._role = district, pack, roles, role
        self._asked = asked
        self._contacts = dict(held.contacts)
        self._places: dict[Place, list[str]] = defaultdict(list)
        for contact in held.contacts.values():
            self._places[contact.place].append(contact.id)
        self._names: set[tuple[Place, str]] = set()
        self._changed: dict[str, Contact] = {}
        self._listed: dict[str, Row] = {}
        self._wanting: list[tuple[Row, Contact]] = []
        self.found = Found()

    def take(self, row: Row) -> None:
        """One row of a list."""
        wanted = self._wanted(row)
        if wanted is None:
            return
        said = wanted.place, row.text("person")
        if said in self._names:
            self._wrong(row, "person", mistaken(_TWICE))
        else:
            self._names.add(said)
            self._wanting.append((row, wanted))

    def done(self) -> Found:
        """What all rows come to: who is there stays, and then who is new has what is left."""
        coming = []
        for row, wanted in self._wanting:
            known = self._known(wanted)
            if known is None:
                coming.append((row, wanted))
            else:
                self._stays(row, known, wanted)
        for row, wanted in coming:
            if placed := self._posted(row, wanted):
                self._comes(row, placed)
        found = self.found
        if len(self._contacts) > MAX_CONTACTS:
            found.mistakes.append(Mistake("", "", too_many(len(self._contacts))))
        found.mistakes.sort(key=lambda each: (each.sheet, _row_of(each.cell), each.cell))
        if len(found.mistakes) > MAX_MISTAKES:
            del found.mistakes[MAX_MISTAKES:]
        if found.mistakes:
            found.appointed.clear()
            found.updated.clear()
            found.unchanged = 0
            return found
        found.plan = Plan(tuple(self._changed.values()), tuple(self._submissions()))
        return found

    def _wrong(self, row: Row, column: str, violation: Violation) -> None:
        self.found.mistakes.append(Mistake(row.sheet, row.place(column), violation))

    def _there(self, place: Place) -> list[Contact]:
        """Those of a place at any time."""
        return [self._contacts[identity] for identity in self._places[place]]

    def _of_list(self) -> Iterator[Contact]:
        """Those that earlier rows of the list named."""
        return (self._contacts[identity] for identity in self._listed)

    def _wanted(self, row: Row) -> Contact | None:
        """The contact that a row says, without its post where it gives none."""
        missing = [name for name in NEEDED if not row.text(name)]
        for name in missing:
            if name not in row.wrong:
                self._wrong(row, name, mistaken(_MISSING[name]))
        if missing:
            return None
        role = self._kind(row)
        named = self._body(row, role) if role is not None else None
        if role is None or named is None:
            return None
        body, unit = named
        if self._asked.own is not None and body not in self._asked.own:
            names = tuple(sorted(self._name(code) for code in self._asked.own))
            args = (("body", self._name(body)), ("bodies", "、".join(names)))
            self._wrong(row, "unit", Violation("", "LNK036", args))
            return None
        post = self._post(row, role)
        if post is None:
            return None
        days = {name: row.cells[name].day if name in row.cells else None for name in ("since", "until")}
        since, until = days["since"], days["until"]
        person = Person(
            row.text("person"), *map(row.text, ("post", "office", "telephone", "mobile", "email"))
        )
        return Contact(
            id=f"c-{secrets.token_hex(8)}",
            body=body,
            unit=row.text("concrete") or unit,
            role=role.id,
            post=post,
            since=self._asked.since if since is None else _midnight(since),
            until=None if until is None else _midnight(until) + _DAY,
            person=person,
        )

    def _kind(self, row: Row) -> ContactRole | None:
        text = row.text("kind")
        if not text:
            if self._role is None:
                self._wrong(row, "kind", Violation("role", "LNK071", (("name", ""),)))
            return self._role
        for role in self._roles.values():
            if plain(text) in (plain(role.title.zh), plain(role.title.en), role.id):
                return role
        known = tuple(role.title.zh for role in self._roles.values())
        self._wrong(row, "kind", Violation("role", "LNK071", (("name", text[:64]),), known))
        return None

    def _post(self, row: Row, role: ContactRole) -> str | None:
        """The id of the post; "" where the row gives none."""
        text = row.text("place")
        if not text or not role.posts:
            return ""
        for post, title in role.posts.items():
            if plain(text) in (plain(title.zh), plain(title.en), post):
                return post
        known = tuple(title.zh for title in role.posts.values())
        self._wrong(row, "place", Violation("post", "LNK071", (("name", text[:64]),), known))
        return None

    def _name(self, body: str) -> str:
        found = self._pack.bodies.get(body)
        return body if found is None else found.zh

    def _body(self, row: Row, role: ContactRole) -> tuple[str, str] | None:
        """The body that a unit's local name means, and the concrete unit where the name is one's."""
        text = row.text("unit")
        args: tuple[tuple[str, str], ...]
        names = {plain(self._name(code)): code for code in role.bodies}
        if (code := names.get(plain(text))) is not None:
            return code, ""
        for code in role.bodies:
            units = self._pack.units.get(code)
            if units is not None and text in units.names:
                return code, text
        for code in sorted(role.bodies, key=lambda code: -len(self._name(code))):
            kind = _kind_of_units(self._name(code))
            if kind and text != kind and text.endswith(kind):
                return code, text
        if any(plain(name.zh) == plain(text) for name in self._pack.bodies.values()):
            args = (("role", role.title.zh),)
            self._wrong(row, "unit", Violation("body", "LNK072", args, tuple(map(self._name, role.bodies))))
            return None
        labels = {self._name(code): self._name(code) for code in role.bodies}
        args = (("name", text[:64]),)
        if near := suggest(text, labels, labels) or _shares(text, labels):
            args += (("meant", near),)
        self._wrong(row, "unit", Violation("body", "LNK082", args, tuple(labels)))
        return None

    def _known(self, wanted: Contact) -> Contact | None:
        """Who is in office in the place under the same name when this one's time begins."""
        for contact in self._there(wanted.place):
            after = contact.until is not None and contact.until <= wanted.since
            if not after and _named_alike(contact, wanted):
                return contact
        return None

    def _stays(self, row: Row, known: Contact, wanted: Contact) -> None:
        if wanted.post and known.post != wanted.post:
            self._wrong(row, "place", Violation("post", "LNK074", (("contact", known.id),)))
            return
        until = known.until if wanted.until is None else wanted.until
        merged = replace(known, person=_merged(row, known.person, wanted.person), until=until)
        if merged != known:
            self._put(row, merged, self.found.updated)
        else:
            self.found.unchanged += 1
            self._listed[known.id] = row

    def _posted(self, row: Row, wanted: Contact) -> Contact | None:
        """The contact with a post, where its kind has posts: the first that no row of the list has taken."""
        role = self._roles[wanted.role]
        if not role.posts:
            return wanted
        there = self._there(wanted.place)
        taken = {c.post for c in there if c.id in self._listed and c.overlaps(wanted)}
        if wanted.post:
            if wanted.post not in taken:
                return wanted
            self._wrong(row, "place", mistaken(_TAKEN))
            return None
        free = [post for post in role.posts if post not in taken]
        if not free:
            self._wrong(row, "person", mistaken(_TOO_MANY))
            return None
        title = role.posts[free[0]]
        said = Words(_ASSUMED.zh.format(post=title.zh), _ASSUMED.en.format(post=title.get("en")))
        self.found.notes.append((row.sheet, row.place("person"), said))
        return replace(wanted, post=free[0])

    def _comes(self, row: Row, wanted: Contact) -> None:
        for other in self._there(wanted.place):
            taken = wanted.post and other.post == wanted.post
            if taken and other.since < wanted.since and other.overlaps(wanted):
                self._contacts[other.id] = self._changed[other.id] = other.ended(wanted.since)
                wanted = replace(wanted, replaces=other.id)
                self.found.notes.append((row.sheet, row.place("person"), _REPLACES))
        self._put(row, wanted, self.found.appointed)

    def _put(self, row: Row, contact: Contact, into: list[str]) -> None:
        wrong = list(wrong_contact(contact, self._roles, self._pack.bodies))
        wrong = wrong or list(clashes(contact, self._there(contact.place)))
        for violation in wrong:
            self._wrong(row, _COLUMNS.get(violation.field, "person"), violation)
        self._listed[contact.id] = row
        if contact.id not in self._contacts:
            self._places[contact.place].append(contact.id)
        self._contacts[contact.id] = self._changed[contact.id] = contact
        into.append(contact.id)

    def _submissions(self) -> Iterator[facts_pb2.Event]:
        """The events of the lists that these rows are."""
        if self._asked.submitted is None:
            return
        counts: dict[tuple[str, str, str], int] = {}
        for contact in self._of_list():
            counts[contact.place] = counts.get(contact.place, 0) + 1
        for (body, unit, kind), count in sorted(counts.items()):
            role = self._roles[kind]
            if role.submitted and role.submitted_by in ("", body):
                yield submission(role, body, unit, self._asked.submitted, count)


def _merged(row: Row, known: Person | None, wanted: Person | None) -> Person | None:
    """What is known of a person once a list has said what it says: of columns that it has not, as before."""
    if known is None or wanted is None:
        return wanted
    unsaid = {name for name in Person._fields if _COLUMNS[f"person.{name}"] not in row.letters}
    return wanted._replace(**{name: getattr(known, name) for name in unsaid})


def _row_of(cell: str) -> int:
    return int("".join(character for character in cell if character.isdigit()) or 0)


def _named_alike(one: Contact, other: Contact) -> bool:
    return bool(one.person and other.person and one.person.name == other.person.name)


def _kind_of_units(name: str) -> str:
    """What the names of a body's units end with, where its local name is that of a kind: 各街道, 村, 社区."""
    if name.startswith("各"):
        return name[1:]
    return name if len(name) <= 2 else ""


def _shares(text: str, names: Iterable[str]) -> str:
    """The one name with all characters of the text in order (区法院: 区人民法院); "": none or several."""

    def within(name: str) -> bool:
        rest = iter(name)
        return all(character in rest for character in text)

    found = [name for name in names if within(name)]
    return found[0] if len(found) == 1 else ""


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), SHANGHAI).timestamp()) * NANO
