"""Contacts -> .xlsx, a sheet for each kind of contact, in the shape of the document's annex.

Every cell is written as text: a name that begins with = or + is a name, and no program calculates it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from policy.pack.contacts import ContactRole
from policy.pack.model import Pack
from policy.time.calendar import SHANGHAI
from policy.time.moment import NANO
from server.contacts.columns import of_list
from server.contacts.contact import Contact

_WIDTHS = {"unit": 26, "post": 18, "telephone": 18, "mobile": 18, "email": 26, "kind": 18, "office": 16}
_WIDTH = 12
_NAME = 31
"""Longest name of a sheet."""
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def workbook(pack: Pack, roles: Mapping[str, ContactRole], contacts: Iterable[Contact], lang: str) -> bytes:
    """The file. A kind without contacts has an empty sheet: the list to be filled in."""
    into = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    book = xlsxwriter.Workbook(into, options)
    kinds = {
        "title": book.add_format({"bold": True, "font_size": 14, "align": "center", "valign": "vcenter"}),
        "head": book.add_format({"bold": True, "border": 1, "align": "center", "bg_color": "#E7EEF7"}),
        "cell": book.add_format({"border": 1, "num_format": "@", "text_wrap": True, "valign": "vcenter"}),
        "note": book.add_format({"italic": True, "font_color": "#555555"}),
    }
    listed = list(contacts)
    used: set[str] = set()
    for role in roles.values():
        own = [contact for contact in listed if contact.role == role.id]
        _sheet(book, kinds, pack, role, own, lang, _sheet_name(role.title.get(lang), used))
    if not roles:
        book.add_worksheet("—")
    book.close()
    return into.getvalue()


def _sheet_name(title: str, used: set[str]) -> str:
    name = " ".join(title.translate(_FORBIDDEN).split())[:_NAME] or "—"
    for number in range(2, 100):
        if name.casefold() not in used:
            break
        name = f"{name[: _NAME - 3]} {number}"
    used.add(name.casefold())
    return name


def _sheet(
    book: Any,
    kinds: Mapping[str, Any],
    pack: Pack,
    role: ContactRole,
    contacts: list[Contact],
    lang: str,
    name: str,
) -> None:
    sheet = book.add_worksheet(name)
    columns = of_list(pack, role)
    form = pack.forms.get(role.form)
    title = (role.title if form is None else form.title).get(lang)
    sheet.merge_range(0, 0, 0, len(columns) - 1, title, kinds["title"])
    sheet.set_row(0, 28)
    for place, (column, words) in enumerate(columns):
        sheet.set_column(place, place, _WIDTHS.get(column, _WIDTH), kinds["cell"])
        sheet.write_string(1, place, words.get(lang), kinds["head"])
    for line, contact in enumerate(contacts, 2):
        values = values_of(contact, pack, role, lang)
        for place, (column, _) in enumerate(columns):
            sheet.write_string(line, place, values.get(column, ""), kinds["cell"])
    sheet.freeze_panes(2, 0)
    cited = "、".join(pack.clauses[clause].number for clause in role.basis if clause in pack.clauses)
    says = f"Clauses: {cited}" if lang == "en" else f"依据：{cited}"
    sheet.write_string(len(contacts) + 3, 0, says, kinds["note"])


def values_of(contact: Contact, pack: Pack, role: ContactRole, lang: str) -> dict[str, str]:
    """What the columns say of a contact."""
    person = contact.person
    body = pack.bodies.get(contact.body)
    post = role.posts.get(contact.post)
    known = (
        {}
        if person is None
        else {
            "person": person.name,
            "post": person.post,
            "telephone": person.telephone,
            "mobile": person.mobile,
            "office": person.office,
            "email": person.email,
        }
    )
    return known | {
        "unit": contact.body if body is None else body.get(lang),
        "concrete": contact.unit,
        "kind": role.title.get(lang),
        "place": "" if post is None else post.get(lang),
        "since": _day(contact.since),
        "until": "" if contact.until is None else _day(contact.until - 1),
    }


def _day(moment: int) -> str:
    """The day in Shanghai that a moment lies in."""
    return datetime.fromtimestamp(moment // NANO, SHANGHAI).date().isoformat()
