"""What may be a contact: kinds and posts of the pack, times that do not clash, numbers that can be dialled.

Violations name fields as ``AppointContact`` has them, and never repeat a name or a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from policy.decide.snapshot import District
from policy.facts.reading import TIME_MAX, TIME_MIN, Violation
from policy.pack.contacts import ContactRole
from policy.text.characters import forbidden_in_fact, name_of, number_of_person
from policy.text.messages import Words
from server.contacts.contact import Contact, Person

MAX_ID = 128
"""Longest id of a contact, in characters."""
MAX_FIELD = 64
"""Longest text of a person, in characters; an e-mail address may have 254 (RFC 5321, 4.5.3.1.3)."""
MAX_EMAIL = 254
MAX_CONTACTS = 5_000
"""Most contacts of a district, those of former times included."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_TELEPHONE = re.compile(r"\+?[0-9(][0-9 ()/#转-]{4,38}[0-9]")
# What RFC 5322 calls a dot-atom on both sides: no quotation, no comment, nothing that could end a header
# line; and nothing (=?) that a header would take for an encoded word (RFC 2047).
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_EMAIL = re.compile(rf"{_ATOM}(\.{_ATOM})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")

_NUMBER = Words(
    "电话号码由数字、空格、- 和括号组成", "a telephone number has digits, spaces, hyphens and brackets"
)
_ADDRESS = Words("写成 name@example.cn 的样子", "an address looks like name@example.cn")
_A_NUMBER = Words("文件要求这类联系人有联系电话", "the document asks for a telephone number of such contacts")
_NO_NUMBER = Words(
    "像是电话或身份证号码；这一项会写进案卷，请换成不含号码的写法",
    "this looks like the number of a telephone or an identity card, and would stand in a case: write none",
)
_A_NAME = Words("姓名要有，且不能全是数字", "there is to be a name, and not of digits alone")


def roles_of(district: District) -> Mapping[str, ContactRole]:
    """The kinds of contact of a district, by id; of several versions the newest that declares one."""
    found: dict[str, ContactRole] = {}
    for program in district.programs:
        found |= program.pack.contacts
    return dict(sorted(found.items()))


def wrong_contact(
    contact: Contact, roles: Mapping[str, ContactRole], bodies: Iterable[str]
) -> Iterator[Violation]:
    """What is wrong with a contact by itself."""
    if not _ID.fullmatch(contact.id) or len(contact.id) > MAX_ID:
        yield Violation(
            "contact_id",
            "LNK076",
            (("what", Words("id 由字母、数字和 . _ - 组成", "an id has letters, digits and . _ -")),),
        )
    for name, text in (("contact_id", contact.id), ("unit", contact.unit)):
        if number_of_person(text):
            yield Violation(name, "LNK076", (("what", _NO_NUMBER),))
    known = tuple(sorted(bodies))
    if contact.body not in known:
        yield Violation("body", "LNK802", (("name", contact.body[:MAX_FIELD]),), known)
        return
    role = roles.get(contact.role)
    if role is None:
        yield Violation("role", "LNK071", (("name", contact.role[:MAX_FIELD]),), tuple(roles))
        return
    if contact.body not in role.bodies:
        yield Violation("body", "LNK072", (("role", role.title.zh),), role.bodies)
    if role.posts and not contact.post:
        yield Violation("post", "LNK801", (("field", "post"),), tuple(role.posts))
    elif role.posts and contact.post not in role.posts:
        yield Violation("post", "LNK071", (("name", contact.post[:MAX_FIELD]),), tuple(role.posts))
    if not role.posts and contact.post:
        yield Violation("post", "LNK071", (("name", contact.post[:MAX_FIELD]),))
    yield from _wrong_text("unit", contact.unit, 4 * MAX_FIELD)
    yield from wrong_times(contact)
    if contact.person is not None:
        yield from wrong_person(contact.person, role)


def wrong_times(contact: Contact) -> Iterator[Violation]:
    """What is wrong with a time in office."""
    for name, moment in (("since", contact.since), ("until", contact.until)):
        if moment is not None and not TIME_MIN <= moment < TIME_MAX:
            yield Violation(name, "LNK806")
    if contact.until is not None and contact.until <= contact.since:
        yield Violation("until", "LNK075")


def wrong_person(person: Person, role: ContactRole | None) -> Iterator[Violation]:
    """What is wrong with what is known of a person who is a contact of that kind (None: it is not known)."""
    if not person.name.strip() or person.name.isdigit():
        yield Violation("person.name", "LNK076", (("what", _A_NAME),))
    for name in ("name", "post", "office"):
        yield from _wrong_text(f"person.{name}", getattr(person, name), MAX_FIELD)
    for name in ("telephone", "mobile"):
        text = getattr(person, name)
        if text and not _TELEPHONE.fullmatch(text):
            yield Violation(f"person.{name}", "LNK076", (("what", _NUMBER),))
    if role is not None and role.telephone and not person.telephone and not person.mobile:
        yield Violation("person.telephone", "LNK076", (("what", _A_NUMBER),))
    if person.email and not is_address(person.email):
        yield Violation("person.email", "LNK076", (("what", _ADDRESS),))


def is_address(text: str) -> bool:
    """Whether a text is an e-mail address that can stand in a header."""
    return len(text) <= MAX_EMAIL and _EMAIL.fullmatch(text) is not None and "=?" not in text


def too_many(count: int) -> Violation:
    """What is wrong with so many contacts of one district."""
    what = Words("本地区的联系人（含离任的）", "contacts of the district, former ones included")
    args = (("what", what), ("count", f"{count:,}"), ("limit", f"{MAX_CONTACTS:,}"))
    return Violation("contact_id", "LNK079", args)


def _wrong_text(field: str, text: str, limit: int) -> Iterator[Violation]:
    if len(text) > limit:
        yield Violation(field, "LNK813", (("count", str(len(text))), ("limit", str(limit))))
    elif found := forbidden_in_fact(text):
        yield Violation(field, "LNK103", (("character", name_of(found[0])),))


def clashes(contact: Contact, others: Iterable[Contact]) -> Iterator[Violation]:
    """What of a contact cannot be beside those who are there: the post is taken, or it is the same person."""
    for other in others:
        if other.id == contact.id or other.place != contact.place or not contact.overlaps(other):
            continue
        if contact.post and other.post == contact.post:
            yield Violation("post", "LNK073", (("contact", other.id),))
            return
        if contact.person and other.person and contact.person.name == other.person.name:
            yield Violation("person.name", "LNK074", (("contact", other.id),))
            return
