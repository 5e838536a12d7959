"""The obligations behind a figure of a board, by when they are due, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, select, tuple_

from policy.decide.snapshot import District
from policy.register.duty import Duty, duty_from
from server.board.asked import Asked
from server.board.board import is_reported
from server.board.figures import MARKED, OUTCOMES, RATES
from server.board.standing import F, flags_at, marked_by, of_period, owed_at, with_outcome
from server.board.whose import Whose
from server.register.keeping import Keeper
from server.store.register import MARKS, OBLIGATIONS

_O = OBLIGATIONS.c


class Of(NamedTuple):
    """A figure, and whose: of a body, a unit, a clause, a matter; "" asks for nothing."""

    figure: str
    body: str = ""
    unit: str = ""
    clause: str = ""
    matter: str = ""


class Found(NamedTuple):
    """An obligation and its case."""

    due: int
    id: str
    case_id: str
    duty: Duty


async def behind(
    keeper: Keeper, district: District, asked: Asked, of: Of, after: tuple[int, str] | None, count: int
) -> list[Found]:
    """The next so many obligations behind a figure, and one more where there is one; due time and id part
    the pages."""
    where = _counted(asked, of.figure, is_reported(district, asked.until))
    where = and_(where, *_in_row(district, asked, of))
    found = select(F.due, F.id, F.district, F.year).where(where)
    if after is not None:
        found = found.where(tuple_(F.due, F.id) > tuple_(*after))
    # The page first: so the narrow rows alone are looked through.
    page = found.order_by(F.due, F.id).limit(count + 1).subquery()
    same = and_(_O.district == page.c.district, _O.id == page.c.id, _O.year == page.c.year)
    query = select(page.c.due, page.c.id, _O.case_id, _O.duty).join_from(page, OBLIGATIONS, same)
    async with keeper.reading() as connection:
        rows = await connection.execute(query.order_by(page.c.due, page.c.id))
        return [Found(row.due, row.id, row.case_id, duty_from(row.duty)) for row in rows]


def _counted(asked: Asked, figure: str, reported: bool) -> ColumnElement[bool]:
    """What a figure counts: of a rate what it is a share of, of a time what it is measured on."""
    if figure in (flags := flags_at(asked)):
        return and_(owed_at(asked, reported), flags[figure])
    base = and_(of_period(asked, reported), with_outcome(asked.at, OUTCOMES["duties"]))
    if figure in OUTCOMES:
        own = OUTCOMES[figure]
        within = of_period(asked, reported)
        return and_(within if figure == "released" else base, with_outcome(asked.at, own))
    if figure in MARKED:
        return and_(base, marked_by(asked.at, figure))
    if figure in RATES:
        return and_(base, with_outcome(asked.at, OUTCOMES[RATES[figure][0]]))
    done = with_outcome(asked.at, OUTCOMES["fulfilled"])
    return and_(base, F.asked, F.accepted_at <= asked.at if figure == "accept_hours" else done)


def _in_row(district: District, asked: Asked, of: Of) -> list[ColumnElement[bool]]:
    """The duties of a row that its reader sees."""
    whose = Whose(district, asked.until, asked.own)
    found: list[ColumnElement[bool]] = []
    if of.body:
        found.append(_marked("bearer", whose.bearers(of.body)))
    elif asked.own is not None:
        own = (bearer for body in sorted(asked.own) for bearer in whose.bearers(body))
        found.append(_marked("bearer", own))
    if of.unit:
        found.append(F.unit == of.unit)
    for role, code in (("clause", of.clause), ("matter", of.matter)):
        if code:
            found.append(_marked(role, (code,)))
    return found


def _marked(role: str, codes: Iterable[str]) -> ColumnElement[bool]:
    """Whether an obligation has one of these marks."""
    marks: Any = MARKS.alias()
    return exists().where(
        marks.c.district == F.district,
        marks.c.obligation == F.id,
        marks.c.role == role,
        marks.c.code.in_(tuple(codes)),
    )
