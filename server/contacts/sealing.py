"""A person, encrypted at rest: AES-256-GCM under a key derived from the master key of the log's keys.

The text is bound to the district and the contact, so that one person's row cannot be put in another's place.
Who has the database and not the file of the keys reads nobody's name.
"""

from __future__ import annotations

import secrets

import orjson
from cryptography.exceptions import InvalidTag

from server.contacts.contact import Person
from server.proof.keys import LogKeys

_NONCE_BYTES = 12


class Unreadable(Exception):
    """The row does not open: it was damaged, moved, or sealed under other keys."""


def sealed(keys: LogKeys, district: str, identity: str, person: Person) -> bytes:
    """A person, encrypted."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + keys.persons.encrypt(nonce, orjson.dumps(tuple(person)), _bound(district, identity))


def opened(keys: LogKeys, district: str, identity: str, data: bytes) -> Person:
    """The person again. Raises ``Unreadable``."""
    nonce, rest = data[:_NONCE_BYTES], data[_NONCE_BYTES:]
    try:
        return Person(*orjson.loads(keys.persons.decrypt(nonce, rest, _bound(district, identity))))
    except (InvalidTag, ValueError, TypeError) as error:
        raise Unreadable(identity) from error


def _bound(district: str, identity: str) -> bytes:
    return orjson.dumps([district, identity])
