"""Contacts that a document has bodies name: liaison officers, fixed contacts, persons in charge.

A pack declares each kind with the clause that asks for it. Who they are is kept elsewhere
(``server.contacts``); here is only what the kind is called, who has such contacts, and which events of the
district's own file tell how many of them a body has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from policy.pack.model import Text
from policy.text.source import Span


@dataclass(frozen=True, slots=True)
class ContactRole:
    """A kind of contact (固定联系人, 执行联络员).

    ``posts``: places of one contact each (A角, B角), by id; none: as many as a body names. ``bodies``: who
    has such contacts. ``appointed`` and ``left`` are the events by which the district's own file tells that
    one took office, or left it without a successor: their ``count`` is how many the body, or the unit, has
    then ("": nothing is told). ``form`` is the list that the document annexes, ``submitted`` the event by
    which the file tells that a list was handed in, ``submitted_by`` the body that does ("": each body its
    own). ``telephone``: the clause asks for a number, too, and without one nobody is such a contact.
    """

    id: str
    span: Span
    title: Text
    basis: tuple[str, ...]
    posts: Mapping[str, Text]
    bodies: tuple[str, ...]
    appointed: str = ""
    left: str = ""
    form: str = ""
    submitted: str = ""
    submitted_by: str = ""
    telephone: bool = False
