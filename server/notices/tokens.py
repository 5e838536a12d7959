"""Places in a stream, as texts that others keep: opaque to them, and good for one database and one query.

A token holds no secret and opens nothing: what may be seen is decided by who asks, each time.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import NamedTuple

import orjson

from policy.facts.reading import FactsError, Violation
from server.register.rows import Told

FIELD = "resume_token"
_VERSION = 1


class Place(NamedTuple):
    """The place after a change: its position, and a mark of what it says.

    A database that was put back to an earlier state, and has gone another way since, has another one there.
    """

    position: int
    mark: str = ""


def place_of(told: Told) -> Place:
    """The place after a change."""
    said = f"{told.obligation} {told.kind.value} {told.at} {told.made_at} {told.etag}"
    return Place(told.position, hashlib.sha256(said.encode()).hexdigest()[:12])


def token_of(database: str, query: str, place: Place) -> str:
    """The token of a place in what ``query`` names."""
    return base64.urlsafe_b64encode(orjson.dumps([_VERSION, database, query, *place])).decode()


def place_in(token: str, database: str, query: str) -> Place:
    """The place of a token.

    Raises ``FactsError``: LNK053 for what is no token, LNK054 for one of another database, LNK055 for one of
    another query.
    """
    try:
        told = orjson.loads(base64.b64decode(token, altchars=b"-_", validate=True))
        version, of, asked, position, mark = told
    except (binascii.Error, ValueError, TypeError) as error:
        raise wrong("LNK053") from error
    kinds = [type(each) for each in (of, asked, position, mark)]
    if version != _VERSION or kinds != [str, str, int, str] or not 0 <= position < 2**62:
        raise wrong("LNK053")
    if of != database:
        raise wrong("LNK054")
    if asked != query:
        raise wrong("LNK055")
    return Place(position, mark)


def wrong(code: str) -> FactsError:
    """There is something wrong with a token."""
    return FactsError((Violation(FIELD, code),))
