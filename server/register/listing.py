"""Lists of obligations: by when they are due, those without a due time last, each page where the one before
ended.

Whatever is asked for, an index gives obligations in this order: of one body, clause or matter (marks), one
case, handler, unit, state or handling, or of the whole district. Where several may be meant (a body's organs,
states), each is read by itself and the pages are merged. What else is asked for is looked for among those: no
page looks at more of them than a few times what it may hold. It ends there, and the next one goes on: a page
costs the same among a million obligations as among a thousand, also where nearly none is wanted.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson
from sqlalchemy import ColumnElement, Select, exists, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from policy.decide.decision import ENDED
from policy.register.duty import Duty, duty_from
from server.register.keeping import Keeper
from server.store.register import MARKS, OBLIGATIONS

_O, _M = OBLIGATIONS.c, MARKS.c
_OWN = ("bearer", "counterparty")

LOOKED_AT = 10
"""So many times as many obligations as a page may have are looked at for it, of each part of an index."""

Key = tuple[int, str]
"""Due time and id: the place of an obligation in every list."""


class Wanted(NamedTuple):
    """What a list asks for; what is empty or None asks for nothing. Moments are nanoseconds since 1970 UTC.

    ``bearers`` are the bodies of whom one must bear it, ``own`` those who must bear it or be owed it: what
    its reader may see.
    """

    district: str
    bearers: tuple[str, ...] = ()
    own: tuple[str, ...] | None = None
    unit: str = ""
    states: tuple[str, ...] = ()
    due_from: int | None = None
    due_before: int | None = None
    matter: str = ""
    clause: str = ""
    handler: str = ""
    handlings: tuple[str, ...] = ()
    case_id: str = ""
    include_ended: bool = False

    @property
    def name(self) -> str:
        """Names this very list: a token of another one does not go on with it."""
        return hashlib.sha256(orjson.dumps(self, default=tuple)).hexdigest()[:16]

    def ended(self) -> tuple[bool, ...]:
        """Whether those are wanted of which nothing is owed any more, and those of which something is."""
        if self.states:
            return tuple(sorted({state in ENDED for state in self.states}))
        return (False, True) if self.include_ended else (False,)


class Listed(NamedTuple):
    """An obligation of a list, with the case it is of."""

    due: int
    id: str
    case_id: str
    duty: Duty


class Page(NamedTuple):
    """Some obligations of a list. ``after``: where the next page begins; None: there is none."""

    found: list[Listed]
    after: Key | None


async def listed(keeper: Keeper, wanted: Wanted, after: Key | None, count: int) -> Page:
    """The next so many obligations; fewer, where others had to be looked at that are not wanted."""
    look = LOOKED_AT * (count + 1)
    async with keeper.reading() as connection:
        parts = [await _part(connection, query, wanted, after, (count, look)) for query in _queries(wanted)]
    found: list[Listed] = []
    reached = min((part.after for part in parts if part.after is not None), default=None)
    for one in heapq.merge(*(part.found for part in parts)):
        if len(found) > count or (reached is not None and (one.due, one.id) > reached):
            break
        if not found or found[-1].id != one.id:
            found.append(one)
    if len(found) > count:
        last = found[count - 1]
        return Page(found[:count], (last.due, last.id))
    return Page(found, reached)


async def _part(
    connection: AsyncConnection, query: _Query, wanted: Wanted, after: Key | None, size: tuple[int, int]
) -> Page:
    """What one index gives, one more than a page if there are so many; ``after``: how far it was looked."""
    count, look = size
    keys = query.keys
    columns = keys.selected_columns
    if wanted.due_from is not None:
        keys = keys.where(columns.due >= wanted.due_from)
    if wanted.due_before is not None:
        keys = keys.where(columns.due < wanted.due_before)
    if after is not None:
        keys = keys.where(tuple_(columns.due, columns.id) > tuple_(*after))
    keys = keys.order_by("due", "id").limit(look if query.rest else count + 1)
    seen = keys.subquery("seen")
    whole = (
        select(seen.c.due, seen.c.id, _O.case_id, _O.duty)
        .join(OBLIGATIONS, (_O.district == wanted.district) & (_O.id == seen.c.id) & (_O.year == seen.c.year))
        .where(*query.rest)
        .order_by(seen.c.due, seen.c.id)
        .limit(count + 1)
    )
    rows = await connection.execute(whole)
    found = [Listed(row.due, row.id, row.case_id, duty_from(row.duty)) for row in rows]
    if not query.rest or len(found) > count:
        return Page(found, None)
    # Those that were looked at do not fill the page: where there may be more, it ends with the last of them.
    last = (await connection.execute(keys.offset(look - 1).limit(1))).first()
    return Page(found, None if last is None else (last.due, last.id))


class _Query(NamedTuple):
    """``keys``: due, id and year of obligations, as an index has them; ``rest``: what else must hold."""

    keys: Select[Any]
    rest: tuple[ColumnElement[bool], ...]


def _queries(wanted: Wanted) -> Iterator[_Query]:
    """What is wanted is in one of them at least."""
    marks = _driving(wanted)
    for ended in wanted.ended():
        if marks:
            for role, code in marks:
                yield _Query(_by_mark(wanted.district, role, code, ended), tuple(_rest(wanted, role)))
            continue
        of_all = select(_O.due, _O.id, _O.year).where(_O.district == wanted.district)
        for column, values in _columns(wanted):
            for value in values:
                if column is not _O.state or (value in ENDED) == ended:
                    keys = of_all.where(column == value)
                    keys = keys if column is _O.state else keys.where(_O.ended == ended)
                    yield _Query(keys, tuple(_rest(wanted, column.name)))


def _columns(wanted: Wanted) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """The column by whose index the list is read, and the values that are wanted of it."""
    for column, values in (
        (_O.case_id, (wanted.case_id,)),
        (_O.handler, (wanted.handler,)),
        (_O.unit, (wanted.unit,)),
        (_O.state, wanted.states),
        (_O.handling, wanted.handlings),
    ):
        if any(values):
            yield column, values
            return
    yield _O.district, (wanted.district,)


def _driving(wanted: Wanted) -> list[tuple[str, str]]:
    """The marks that an obligation must have one of, where they narrow the list most; none else."""
    if wanted.case_id or wanted.handler or wanted.unit:
        return []
    if wanted.bearers:
        return [("bearer", body) for body in wanted.bearers]
    if wanted.clause:
        return [("clause", wanted.clause)]
    if wanted.matter:
        return [("matter", wanted.matter)]
    return [(role, body) for body in wanted.own or () for role in _OWN]


def _by_mark(district: str, role: str, code: str, ended: bool) -> Select[Any]:
    return select(_M.due, _M.obligation.label("id"), _M.year).where(
        _M.district == district, _M.role == role, _M.code == code, _M.ended == ended
    )


def _rest(wanted: Wanted, by: str) -> Iterator[ColumnElement[bool]]:
    """What is wanted beside what the index ``by`` gives: a role of marks, or the name of a column."""
    for column, values in (
        (_O.unit, (wanted.unit,)),
        (_O.handler, (wanted.handler,)),
        (_O.case_id, (wanted.case_id,)),
        (_O.state, wanted.states),
        (_O.handling, wanted.handlings),
    ):
        if any(values) and column.name != by:
            yield column.in_(values)
    for role, codes in (
        ("bearer", wanted.bearers),
        ("clause", (wanted.clause,) if wanted.clause else ()),
        ("matter", (wanted.matter,) if wanted.matter else ()),
    ):
        if codes and role != by:
            yield _marked((role,), codes)
    if wanted.own is not None and (wanted.bearers or by not in _OWN):
        yield _marked(_OWN, wanted.own)


def _marked(roles: tuple[str, ...], codes: tuple[str, ...]) -> ColumnElement[bool]:
    """Whether the obligation has one of these marks, by all of its key: one probe, whoever else has it."""
    marks = MARKS.alias()
    return exists().where(
        marks.c.district == _O.district,
        marks.c.role.in_(roles),
        marks.c.code.in_(codes),
        marks.c.ended == _O.ended,
        marks.c.due == _O.due,
        marks.c.obligation == _O.id,
        marks.c.year == _O.year,
    )
