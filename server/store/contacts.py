"""The tables of contacts, as the newest migration leaves them.

contacts          who a body's contact was and is: keys, codes and times, and no person
contact_persons   the person of each, encrypted; nothing once the person was forgotten
contact_books     how often a district's contacts were changed, so that nobody changes what they have not seen

Moments are nanoseconds since 1970 UTC.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table, Text

from server.store.dialects import AnyText
from server.store.metadata import METADATA

CONTACTS = Table(
    "contacts",
    METADATA,
    Column("district", String(64), primary_key=True),
    Column("id", AnyText(256), primary_key=True),
    Column("body", String(64), nullable=False),
    Column("unit", AnyText(256), nullable=False),
    Column("role", String(64), nullable=False),
    Column("post", String(64), nullable=False),
    Column("since", BigInteger, nullable=False),
    # NULL: no end is known.
    Column("until", BigInteger),
    # The contact whose place this one took; "": nobody's.
    Column("replaces", AnyText(256), nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("recorded_by", Text, nullable=False),
)

PERSONS = Table(
    "contact_persons",
    METADATA,
    Column("district", String(64), primary_key=True),
    Column("id", AnyText(256), primary_key=True),
    # server.contacts.sealing; NULL: forgotten.
    Column("sealed", LargeBinary),
    Column("changed_at", BigInteger, nullable=False),
)

BOOKS = Table(
    "contact_books",
    METADATA,
    Column("district", String(64), primary_key=True),
    Column("version", BigInteger, nullable=False),
)
