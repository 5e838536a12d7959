"""Looking through the log: decisions by case, district, rule, body, time, caller; in order, a page at a time.

The order is that of ids, which is that of time; a page ends with an id, after which the next one begins, so
that rows which are added meanwhile move nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, cast, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from server.store.failures import store_errors
from server.store.tables import DECISIONS

_PAGE = 500
_SHOWN = (
    "id",
    "place",
    "received_at",
    "district",
    "case_id",
    "as_of",
    "snapshot",
    "digest",
    "caller",
    "request_id",
    "rules",
    "bodies",
)


class Wanted(NamedTuple):
    """Which decisions; empty: whichever. ``since`` and ``until`` (excluded) are of their receipt."""

    case: str = ""
    district: str = ""
    rule: str = ""
    body: str = ""
    caller: str = ""
    since: int | None = None
    until: int | None = None
    text: str = ""
    """A part of the case's id, a rule, a body, the caller or the call's id."""


class Listed(NamedTuple):
    """A decision without its facts and its outcome; ``erased``: nobody can read them any more."""

    id: str
    place: int
    received_at: int
    district: str
    case_id: str
    as_of: int
    snapshot: str
    digest: str
    caller: str
    request_id: str
    rules: tuple[str, ...]
    bodies: tuple[str, ...]
    erased: bool


async def found(
    engine: AsyncEngine, wanted: Wanted, after: str = "", limit: int | None = None, newest: bool = False
) -> AsyncIterator[Listed]:
    """The decisions in order (``newest``: the last first), after the id ``after``. Raises ``StoreError``."""
    while limit is None or limit > 0:
        query = _query(wanted, after, newest).limit(_PAGE if limit is None else min(limit, _PAGE))
        with store_errors():
            async with engine.connect() as connection:
                rows = (await connection.execute(query)).all()
        for row in rows:
            values = row._asdict()
            values["rules"], values["bodies"] = (tuple(values[name].split()) for name in ("rules", "bodies"))
            yield Listed(**values)
        if len(rows) < _PAGE:
            return
        after = rows[-1][0]
        limit = None if limit is None else limit - len(rows)


def _query(wanted: Wanted, after: str, newest: bool) -> Select[Any]:
    own = DECISIONS.c
    query = select(*(own[name] for name in _SHOWN), own.data_key.is_(None).label("erased")).where(
        *_conditions(wanted)
    )
    if after:
        query = query.where(own.id < after if newest else own.id > after)
    return query.order_by(own.id.desc() if newest else own.id)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    own = DECISIONS.c
    found = [
        own[name] == value
        for name, value in (
            ("case_id", wanted.case),
            ("district", wanted.district),
            ("caller", wanted.caller),
        )
        if value
    ]
    if wanted.since is not None:
        found.append(own.received_at >= wanted.since)
    if wanted.until is not None:
        found.append(own.received_at < wanted.until)
    for column, code in ((own.rules, wanted.rule), (own.bodies, wanted.body)):
        if code:
            found.append((literal(" ") + column + " ").contains(f" {code} ", autoescape=True))
    if wanted.text:
        everywhere = (cast(own.case_id, String), own.rules, own.bodies, own.caller, own.request_id)
        found.append(or_(*(column.contains(wanted.text, autoescape=True) for column in everywhere)))
    return found
