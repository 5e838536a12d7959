"""Proof that the stored states follow from what was recorded: every case is derived again, and compared.

Of a case that differs the first difference is named, and whether another engine decided it: then it is none
in what is stored. The streams are looked at too: no position is missing,
and of each obligation the last change says what is stored.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, bindparam, func, select

from policy.decide.decision import ENGINE_VERSION
from policy.decide.snapshot import District
from policy.facts.reading import FactsError
from policy.register import Duty, derived
from policy.register.duty import duty_from
from policy.register.entries import folded
from server.register.keeping import DAMAGED, Keeper, named, of_case
from server.register.kept import Kept
from server.register.rows import duty_row, figure_row, mark_rows, told_of
from server.register.rules import Snapshots
from server.register.seals import erased_in
from server.store.errors import NotKept
from server.store.register import CASES, CHANGES, DISTRICTS, FIGURES, MARKS, OBLIGATIONS

_MARK = tuple(column.name for column in MARKS.c)
_PAGE = 1000
"""Obligations whose last changes are looked at together."""
_FIELDS = ("as_of", "next_at", "closed_at")

# Of every case, and of every thousand obligations: these are built once.
_DUTIES = select(OBLIGATIONS).where(of_case(OBLIGATIONS))
_IDS = select(OBLIGATIONS.c.id).where(of_case(OBLIGATIONS))
_OWN: BindParameter[str] = bindparam("own_district")
_FIGURES = select(FIGURES).where(FIGURES.c.district == _OWN, FIGURES.c.id.in_(_IDS))
_MARKS = select(MARKS).where(MARKS.c.district == _OWN, MARKS.c.obligation.in_(_IDS))
_COUNTED = select(CASES.c.entries, CASES.c.digest).where(of_case(CASES))
_HEADS = select(DISTRICTS).order_by(DISTRICTS.c.district)
_LENGTHS = select(
    CHANGES.c.district, func.count(), func.min(CHANGES.c.position), func.max(CHANGES.c.position)
).group_by(CHANGES.c.district)
_NEWEST = (
    select(CHANGES.c.obligation, func.max(CHANGES.c.position).label("position"))
    .where(CHANGES.c.district == _OWN, CHANGES.c.obligation > bindparam("last"))
    .group_by(CHANGES.c.obligation)
    .order_by(CHANGES.c.obligation)
    .limit(_PAGE)
    .subquery()
)
_LAST_CHANGES = (
    select(CHANGES).join(_NEWEST, CHANGES.c.position == _NEWEST.c.position).where(CHANGES.c.district == _OWN)
)
_STORED = select(OBLIGATIONS.c.id, OBLIGATIONS.c.case_id, OBLIGATIONS.c.duty).where(
    OBLIGATIONS.c.district == _OWN, OBLIGATIONS.c.id > bindparam("last")
)
_STORED_UNTIL = _STORED.where(OBLIGATIONS.c.id <= bindparam("until"))


class Difference(NamedTuple):
    """Where what is stored is not what follows: of a district, a case, perhaps an obligation.

    ``code`` is the fault that says so; ``what`` the field, ``stored`` and ``found`` its values: codes,
    ids and numbers.
    """

    district: str
    case_id: str
    obligation: str
    code: str
    what: str = ""
    stored: str = ""
    found: str = ""


async def differences(keeper: Keeper, snapshots: Snapshots) -> AsyncIterator[Difference | None]:
    """For each case what is wrong with it, None where nothing is; then what is wrong with the streams."""
    async for name in keeper.names():
        try:
            kept = await keeper.get(*name)
            while kept is not None:
                wrong = await _of_case(keeper, snapshots, kept)
                again = kept if wrong is None else await keeper.get(*name)
                if again is None or again.version == kept.version:
                    yield wrong
                    break
                kept = again  # it was written while it was looked at
        except NotKept as error:
            if error.code != DAMAGED:
                raise
            yield Difference(*name, "", DAMAGED)
    async for other in _of_streams(keeper):
        yield other


async def _of_case(keeper: Keeper, snapshots: Snapshots, kept: Kept) -> Difference | None:
    def wrong(code: str, obligation: str = "", *what: object) -> Difference:
        return Difference(kept.district, kept.case_id, obligation, code, *map(str, what))

    if kept.erased_at is not None:  # what it was cannot be derived any more; nothing must be left of it
        left = kept.state.duties
        return wrong("LNK032", left[0].id, "erased", left[0].id, "") if left else None
    if kept.fault:
        return wrong("LNK039", "", "fault", kept.fault)
    try:
        snapshot = await snapshots.of(kept.rules)
    except FactsError:
        return wrong("LNK030", "", "rules", kept.rules[:12])
    district = snapshot.districts.get(kept.district)
    if district is None:
        return wrong("LNK030", "", "rules", kept.rules[:12])
    of_state = _of_state(kept, district)
    other_engine = of_state is not None and kept.engine != ENGINE_VERSION
    found = await _of_rows(keeper, kept) if of_state is None or other_engine else of_state
    if found is None and of_state is not None:
        return wrong("LNK093", of_state[0], of_state[1], kept.engine or "?", ENGINE_VERSION)
    return None if found is None else wrong("LNK032", *found)


def _of_state(kept: Kept, district: District) -> tuple[str, ...] | None:
    """The first thing in which the state that follows is another: obligation, field, stored, found."""
    told = folded(kept.entries)
    try:
        again = derived(district, told.case, kept.state.as_of, kept.lead, told.handlers)
    except FactsError as error:
        return "", error.violations[0].field, "", error.violations[0].code
    stored = dict(kept.state.by_id)
    for duty in again.duties:
        if (old := stored.pop(duty.id, None)) != duty:
            return (duty.id, *_first(old, duty))
    for identity in stored:
        return identity, "id", identity, ""
    for name in _FIELDS:
        if getattr(kept.state, name) != getattr(again, name):
            return "", name, str(getattr(kept.state, name)), str(getattr(again, name))
    return None


def _first(old: Duty | None, duty: Duty) -> tuple[str, str, str]:
    """The first field in which a stored duty is another."""
    if old is None:
        return "id", "", duty.id
    for name in Duty._fields:
        if getattr(old, name) != getattr(duty, name):
            return name, str(getattr(old, name)), str(getattr(duty, name))
    return "", "", ""


async def _of_rows(keeper: Keeper, kept: Kept) -> tuple[str, ...] | None:
    """The first column that does not say what its duty says; the version and the counts of the case."""
    async with keeper.reading() as connection:
        own_case = named(kept.district, kept.case_id)
        rows = {row["id"]: dict(row) for row in (await connection.execute(_DUTIES, own_case)).mappings()}
        figures = {row["id"]: dict(row) for row in (await connection.execute(_FIGURES, own_case)).mappings()}
        marks: dict[str, set[tuple[Any, ...]]] = {}
        for row in (await connection.execute(_MARKS, own_case)).mappings():
            marks.setdefault(row["obligation"], set()).add(tuple(row[name] for name in _MARK))
        count, digest = (await connection.execute(_COUNTED, own_case)).one()
    for duty in kept.state.duties:
        wanted = duty_row(kept.district, kept.case_id, kept.year, duty)
        counted = figure_row(kept.district, kept.year, duty)
        for has, should in ((rows.get(duty.id, {}), wanted), (figures.get(duty.id, {}), counted)):
            for name, value in should.items():
                if has.get(name) != value:
                    return duty.id, name, str(has.get(name)), str(value)
        own = {tuple(row[name] for name in _MARK) for row in mark_rows(kept.district, kept.year, duty)}
        if marks.get(duty.id, set()) != own:
            return duty.id, "marks", str(len(marks.get(duty.id, ()))), str(len(own))
    for name, stored, value in (
        ("entries", count, len(kept.entries)),
        ("digest", digest, kept.state.digest),
    ):
        if stored != value:
            return "", name, str(stored), str(value)
    return None


async def _of_streams(keeper: Keeper) -> AsyncIterator[Difference]:
    """What is wrong with the districts' streams, the first thing of each."""
    async with keeper.reading() as connection:
        districts = {row.district: row.position for row in await connection.execute(_HEADS)}
        found = {row[0]: tuple(row[1:]) for row in await connection.execute(_LENGTHS)}
    for district in sorted(districts.keys() | found.keys()):
        position, own = districts.get(district, 0), found.get(district, (0, 1, 0))
        if own != (position, 1, position):
            yield Difference(district, "", "", "LNK040", "position", str(position), str(own[0]))
            continue
        async for wrong in _of_last_changes(keeper, district):
            yield wrong


async def _of_last_changes(keeper: Keeper, district: str) -> AsyncIterator[Difference]:
    """Obligations of which the last change says something else than what is stored; some ids at a time."""
    last = ""
    while True:
        own = {"own_district": district, "last": last}
        async with keeper.reading() as connection:
            newest_ones = list((await connection.execute(_LAST_CHANGES, own)).mappings())
            whole = len(newest_ones) < _PAGE
            if whole:
                rows = (await connection.execute(_STORED, own)).all()
            else:
                last = max(row["obligation"] for row in newest_ones)
                rows = (await connection.execute(_STORED_UNTIL, own | {"until": last})).all()
            erased = await erased_in(connection, district)
        told = {}
        for row in newest_ones:
            try:
                change = told_of(row)
            except ValueError:
                yield Difference(district, row["case_id"], row["obligation"], DAMAGED)
                continue
            if change.case_id not in erased:
                told[change.obligation] = change
        for wrong in _told_otherwise(district, told, rows):
            yield wrong
        if whole:
            return


def _told_otherwise(district: str, told: dict[str, Any], rows: Any) -> Iterator[Difference]:
    for identity, case_id, data in rows:
        last = told.pop(identity, None)
        try:
            etag = duty_from(data).etag
        except ValueError:  # its case is named already
            continue
        if last is None or last.etag != etag:
            yield Difference(district, case_id, identity, "LNK041", "etag", etag, last.etag if last else "")
    for identity, last in told.items():
        if last.etag:
            yield Difference(district, last.case_id, identity, "LNK041", "etag", "", last.etag)
