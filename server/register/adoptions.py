"""What was decided of rules, district by district, and which cases wait for that: the rows behind it.

    served      rules began to serve; cases that they change nothing of move to them
    adopted     whoever may has said that the others move, too
    rejected    they stay where they are, and nobody is reminded any more

The last of ``adopted`` and ``rejected`` counts, and only for the rules and the engine that it names: going
back to rules of before is asked for again, and so is another engine under the same rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.register.keeping import Keeper
from server.register.kept import Kept, Regime
from server.store.dialects import insert_unless_there
from server.store.register import CASES, RULES

SERVICE = "register"
"""Who says that rules began to serve, or adopts them where the settings say to."""


class Outcome(StrEnum):
    """What is said of rules in a district."""

    SERVED = "served"
    ADOPTED = "adopted"
    REJECTED = "rejected"


class Said(NamedTuple):
    """What was said, when (nanoseconds since 1970 UTC) and by whom."""

    district: str
    number: int
    rules: str
    outcome: Outcome
    made_at: int
    made_by: str
    engine: str

    @property
    def regime(self) -> Regime:
        """The rules, and the engine under which it was said of them."""
        return Regime(self.rules, self.engine)


class Standing(NamedTuple):
    """Where a district is: the rules that began to serve last, and what was decided last, of any rules."""

    served: Said | None = None
    decided: Said | None = None

    def serves(self, regime: Regime) -> bool:
        """Whether it is these that began to serve last."""
        return self.served is not None and self.served.regime == regime

    def of(self, regime: Regime) -> Outcome | None:
        """What was decided of these; None: nothing yet."""
        decided = self.decided
        return decided.outcome if decided is not None and decided.regime == regime else None


NOWHERE = Standing()


class Adoptions:
    """What was said of rules, in one database. Every method raises ``NotKept``."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper

    async def standing(self) -> Mapping[str, Standing]:
        """Where each district is."""
        kinds = RULES.c.outcome == Outcome.SERVED.value
        last = select(RULES.c.district, func.max(RULES.c.number).label("number")).group_by(
            RULES.c.district, kinds
        )
        newest = last.subquery()
        own = and_(RULES.c.district == newest.c.district, RULES.c.number == newest.c.number)
        async with self._keeper.reading() as connection:
            rows = (await connection.execute(select(RULES).select_from(RULES.join(newest, own)))).all()
        found: dict[str, Standing] = {}
        for row in rows:
            said = Said(*row)._replace(outcome=Outcome(row.outcome))
            before = found.get(row.district, NOWHERE)
            part = {"served" if said.outcome is Outcome.SERVED else "decided": said}
            found[row.district] = before._replace(**part)
        return found

    async def say(
        self, districts: Iterable[str], regime: Regime, outcome: Outcome, now: int, who: str
    ) -> None:
        """Notes what is said of rules in these districts, in one transaction."""
        async with self._keeper.transaction() as connection:
            for district in sorted(districts):
                await _say(connection, Said(district, 0, regime.rules, outcome, now, who, regime.engine))

    # -- cases

    async def unchecked(self, district: str, regime: Regime, limit: int) -> list[str]:
        """Cases that were last compared with other rules, or by another engine; found by an index."""
        found: list[str] = []
        async with self._keeper.reading() as connection:
            for other in (CASES.c.checked < regime.key, CASES.c.checked > regime.key):
                query = select(CASES.c.case_id).where(CASES.c.district == district, other)
                found += (await connection.execute(query.limit(limit - len(found)))).scalars()
                if len(found) >= limit:
                    break
        return found

    async def waiting(self, district: str, after: str, limit: int) -> list[str]:
        """Cases that wait for rules to be adopted, in the order of their ids."""
        query = select(CASES.c.case_id).where(CASES.c.district == district, CASES.c.waiting.is_(True))
        query = query.where(CASES.c.case_id > after).order_by(CASES.c.case_id).limit(limit)
        async with self._keeper.reading() as connection:
            return list((await connection.execute(query)).scalars())

    async def counts(self) -> Mapping[str, int]:
        """How many cases of each district wait."""
        query = select(CASES.c.district, func.count()).where(CASES.c.waiting.is_(True))
        async with self._keeper.reading() as connection:
            rows = await connection.execute(query.group_by(CASES.c.district))
            return {row[0]: row[1] for row in rows}

    async def stands(self) -> Sequence[tuple[str, Regime, int]]:
        """District, rules and engine, and how many cases stand under them, in order."""
        key = CASES.c.district, CASES.c.rules, CASES.c.engine
        query = select(*key, func.count()).group_by(*key).order_by(*key)
        async with self._keeper.reading() as connection:
            return [(row[0], Regime(row[1], row[2]), row[3]) for row in await connection.execute(query)]

    async def mark(self, kept: Kept, regime: Regime, waiting: bool) -> None:
        """Notes that a case was compared with these rules, unless it was written meanwhile."""
        where = (
            CASES.c.district == kept.district,
            CASES.c.case_id == kept.case_id,
            CASES.c.version == kept.version,
        )
        async with self._keeper.transaction() as connection:
            values = {"checked": regime.key, "waiting": waiting}
            await connection.execute(update(CASES).where(*where).values(values))

    async def mark_unread(self, district: str, case_id: str, regime: Regime) -> None:
        """Notes that a case was to be compared with these rules, and that its rows do not read."""
        own = CASES.c.district == district, CASES.c.case_id == case_id
        async with self._keeper.transaction() as connection:
            await connection.execute(update(CASES).where(*own).values(checked=regime.key, waiting=True))

    async def relabel(self, district: str, old: str, new: Regime, limit: int) -> int:
        """Cases of the same engine, under rules that decide the same, stand under the new ones; how many, up
        to ``limit``."""
        key = tuple_(CASES.c.district, CASES.c.case_id)
        some = select(CASES.c.district, CASES.c.case_id).where(
            CASES.c.district == district, *_under(Regime(old, new.engine)), CASES.c.checked != new.key
        )
        values = {"rules": new.rules, "checked": new.key, "waiting": False, "version": CASES.c.version + 1}
        async with self._keeper.transaction() as connection:
            # Said twice: a case that was moved elsewhere meanwhile is looked at as it is now.
            own = key.in_(some.limit(limit)), *_under(Regime(old, new.engine))
            done = await connection.execute(update(CASES).where(*own).values(values))
        return done.rowcount


def _under(regime: Regime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return CASES.c.rules == regime.rules, CASES.c.engine == regime.engine


async def _say(connection: AsyncConnection, said: Said) -> None:
    """Adds a row after the last of its district; whoever is quicker is before."""
    query = select(func.max(RULES.c.number)).where(RULES.c.district == said.district)
    made = insert_unless_there(connection.dialect.name, RULES)
    while True:
        number = ((await connection.execute(query)).scalar() or 0) + 1
        row = said._replace(number=number, outcome=said.outcome)._asdict()
        if (await connection.execute(made, row | {"outcome": said.outcome.value})).rowcount:
            return
