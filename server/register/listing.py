"""Lists of obligations: by when they are due, those without a due time last, each page where the one before
ended.

Whatever is asked for, an index gives the obligations in this order: of one body, clause or matter (marks),
one case, handler, unit or state, or of the whole district. Where several may be meant (a body's organs,
states), each is read by itself, no further than the page is long, and the pages are merged.
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


async def listed(keeper: Keeper, wanted: Wanted, after: tuple[int, str] | None, count: int) -> list[Listed]:
    """The next so many obligations, and one more where there is one."""
    async with keeper.reading() as connection:
        pages = [await _page(connection, query, after, count) for query in _branches(wanted)]
    found: list[Listed] = []
    for one in heapq.merge(*pages):
        if not found or found[-1].id != one.id:
            found.append(one)
        if len(found) > count:
            break
    return found


async def _page(
    connection: AsyncConnection, query: Select[Any], after: tuple[int, str] | None, count: int
) -> list[Listed]:
    if after is not None:
        query = query.where(tuple_(query.selected_columns.due, query.selected_columns.id) > tuple_(*after))
    rows = await connection.execute(query.order_by("due", "id").limit(count + 1))
    return [Listed(row.due, row.id, row.case_id, duty_from(row.duty)) for row in rows]


def _branches(wanted: Wanted) -> Iterator[Select[Any]]:
    """Queries of which an index gives each in order; what is wanted is in one of them at least."""
    marks = _driving(wanted)
    for ended in wanted.ended():
        if marks:
            for role, code in marks:
                yield _filtered(_by_mark(wanted.district, role, code, ended), wanted)
            continue
        query = select(_O.due, _O.id, _O.case_id, _O.duty).where(_O.district == wanted.district)
        if wanted.states and not (wanted.case_id or wanted.handler or wanted.unit):
            for state in wanted.states:
                if (state in ENDED) == ended:
                    yield _filtered(query.where(_O.state == state), wanted)
        else:
            yield _filtered(query.where(_O.ended == ended), wanted)


def _driving(wanted: Wanted) -> list[tuple[str, str]]:
    """The marks that an obligation must have one of, where they narrow the list most; none else."""
    if wanted.case_id or wanted.handler:
        return []
    if wanted.bearers:
        return [("bearer", body) for body in wanted.bearers]
    if wanted.clause:
        return [("clause", wanted.clause)]
    if wanted.matter:
        return [("matter", wanted.matter)]
    return [(role, body) for body in wanted.own or () for role in _OWN]


def _by_mark(district: str, role: str, code: str, ended: bool) -> Select[Any]:
    return (
        select(_M.due, _M.obligation.label("id"), _O.case_id, _O.duty)
        .select_from(
            MARKS.join(
                OBLIGATIONS, (_O.district == _M.district) & (_O.id == _M.obligation) & (_O.year == _M.year)
            )
        )
        .where(_M.district == district, _M.role == role, _M.code == code, _M.ended == ended)
    )


def _filtered(query: Select[Any], wanted: Wanted) -> Select[Any]:
    """The query with everything else that is wanted."""
    due = query.selected_columns.due
    if wanted.due_from is not None:
        query = query.where(due >= wanted.due_from)
    if wanted.due_before is not None:
        query = query.where(due < wanted.due_before)
    for column, value in ((_O.unit, wanted.unit), (_O.handler, wanted.handler), (_O.case_id, wanted.case_id)):
        if value:
            query = query.where(column == value)
    if wanted.states:
        query = query.where(_O.state.in_(wanted.states))
    if wanted.handlings:
        query = query.where(_O.handling.in_(wanted.handlings))
    for roles, codes in (
        (("bearer",), wanted.bearers),
        (("clause",), (wanted.clause,) if wanted.clause else ()),
        (("matter",), (wanted.matter,) if wanted.matter else ()),
    ):
        if codes:
            query = query.where(_marked(roles, codes))
    return query if wanted.own is None else query.where(_marked(_OWN, wanted.own))


def _marked(roles: tuple[str, ...], codes: tuple[str, ...]) -> ColumnElement[bool]:
    """Whether the obligation has one of these marks."""
    marks = MARKS.alias()
    return exists().where(
        marks.c.district == _O.district,
        marks.c.obligation == _O.id,
        marks.c.role.in_(roles),
        marks.c.code.in_(codes),
    )
