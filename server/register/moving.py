"""Cases under other rules: compared with those that serve, moved where nothing changes or once it is adopted.

    rules serve --> every case is compared --nothing would change--> it stands under them
                                           --something would------> it waits, until they are adopted

What serves last counts, wherever several processes serve: one that has older rules moves nothing. Each case
is moved in a transaction of its own, with what changed in the stream (``Why.RULES``), so that whoever goes on
after a crash goes on where it ended. Rules under which a case cannot be derived leave it where it is.

An engine of another version counts as other rules do. Only there is none of before to go on under: of a case
that waits for it, whatever comes next, time or an entry, is decided by the engine that is there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import NamedTuple

from policy.facts.reading import FactsError
from policy.register import Change, Why
from server.convert.ends import NoAnswer
from server.identity.refusals import Busy
from server.register.adoptions import NOWHERE, SERVICE, Adoptions, Outcome, Standing
from server.register.book import Register
from server.register.keeping import DAMAGED
from server.register.kept import Kept, Regime, Writing
from server.settings.logs import Level, event
from server.store.errors import NotKept
from server.telemetry.figures import REGISTER_WAITING

BATCH = 20
"""Cases that are looked at before it is looked again what time has brought."""
ALIKE = 1000
"""Cases that move in one transaction to rules that decide the same."""


class Adopt(StrEnum):
    """Whether open cases move to other rules when these begin to serve, or somebody is asked."""

    ASK = "ask"
    AT_ONCE = "at_once"


class Seen(NamedTuple):
    """What became of one case: it moved, with so many changes; or it waits. ``unfit``: it cannot move."""

    moved: bool = False
    changes: int = 0
    waiting: bool = False
    unfit: str = ""


class Mover:
    """Moves the cases of one register. ``clock`` gives ns since 1970 UTC."""

    def __init__(self, register: Register, clock: Callable[[], int], adopt: Adopt = Adopt.ASK) -> None:
        self.register = register
        self._clock = clock
        self._adopt = adopt
        self.adoptions = Adoptions(register.keeper)
        self._announced: Regime | None = None
        self._before: Mapping[str, Standing] = {}
        self._unfit: set[tuple[str, str]] = set()
        self._warned: set[str] = set()

    async def run(self, between: Callable[[], Awaitable[object]] | None = None) -> int:
        """Looks at all cases that have not been compared with what serves; how many. Raises ``NotKept``.

        ``between``: what is done after each of its steps, of which there may be very many.
        """
        await self._announce()
        done = 0
        while found := await self.step():
            done += found
            if between is not None:
                await between()
        standing = await self.adoptions.standing()
        if done or standing != self._before:
            await self._tell(standing)
            self._before = standing
        return done

    async def step(self) -> int:
        """Some of these cases; how many."""
        rules = self.register.rules
        regime = rules.regime
        standing = await self.adoptions.standing()
        for district in rules.current.snapshot.districts:
            own = standing.get(district, NOWHERE)
            if not own.serves(regime):
                continue  # another process serves what is newer
            if found := await self._some(district, regime, own):
                return found
        return 0

    async def _some(self, district: str, regime: Regime, standing: Standing) -> int:
        """Some cases of a district that are to be looked at."""
        adopted = standing.of(regime) is Outcome.ADOPTED
        done = 0
        for name in await self.adoptions.unchecked(district, regime, BATCH):
            done += await self._alike_or_one(district, name, adopted)
        after = ""
        while adopted and not done and (names := await self.adoptions.waiting(district, after, BATCH)):
            fit = [name for name in names if (district, name) not in self._unfit]
            done, after = sum([(await self.one(district, name, True)).moved for name in fit]), names[-1]
        return done

    async def _alike_or_one(self, district: str, name: str, adopted: bool) -> int:
        try:
            kept = await self.register.keeper.get(district, name)
        except NotKept:
            return int(await self.one(district, name, adopted) != BUSY)
        regime = self.register.rules.regime
        if kept is None:
            return 0
        if kept.erased_at is not None:
            await self.adoptions.mark(kept, regime, False)
            return 1
        if kept.regime != regime and await self.register.rules.alike(kept):
            return await self.adoptions.relabel(district, kept.rules, regime, ALIKE)
        seen = await self.one(district, name, adopted)
        return int(seen != BUSY)

    async def one(self, district: str, name: str, adopted: bool) -> Seen:
        """Compares one case with the rules that serve, and moves it where it may."""
        register = self.register
        regime = register.rules.regime
        try:
            kept = await register.keeper.get(district, name)
        except NotKept as error:
            if error.code != DAMAGED:
                raise
            await self.adoptions.mark_unread(district, name, regime)
            self._unfit.add((district, name))
            return Seen(waiting=True, unfit=error.code)
        if kept is None or kept.erased_at is not None:
            return Seen()
        if kept.regime == regime:
            await self.adoptions.mark(kept, regime, False)
            return Seen(moved=True)
        try:
            kept, writing = await self.compared(kept)
        except FactsError as error:
            await self.adoptions.mark(kept, regime, True)
            self._unfit.add((district, name))
            return Seen(waiting=True, unfit=min(each.code for each in error.violations))
        except (NoAnswer, Busy):
            return BUSY
        changes = len(_of_rules(writing))
        if changes and not adopted:
            await self.adoptions.mark(kept, regime, True)
            return Seen(changes=changes, waiting=True)
        written = await register.keeper.write(writing)
        return BUSY if written is None else Seen(True, changes)

    async def compared(self, kept: Kept) -> tuple[Kept, Writing]:
        """A case brought up to now under its own rules, and what those that serve make of it then.

        Raises ``FactsError`` for facts that these do not read, ``NoAnswer`` and ``Busy``.
        """
        register = self.register
        now = max(self._clock(), kept.state.as_of)
        while self._goes_on(kept) and register.behind(kept, await register.under(kept), now):
            passed = await register.passed(kept, now)
            written = await register.keeper.write(passed)
            found = written.kept if written is not None else await register.kept(kept.district, kept.case_id)
            now, kept = max(now, found.state.as_of), found
        return kept, await register.moved(kept, now)

    async def changes(self, kept: Kept) -> list[Change]:
        """What the rules that serve would change of a case; nothing is written.

        Raises ``FactsError`` for facts that these do not read.
        """
        register = self.register
        now = max(self._clock(), kept.state.as_of)
        if self._goes_on(kept) and register.behind(kept, await register.under(kept), now):
            found = (await register.passed(kept, now)).advanced.state
            kept = replace(kept, state=found, fault="")
            now = max(now, found.as_of)
        return _of_rules(await register.moved(kept, now))

    def _goes_on(self, kept: Kept) -> bool:
        """Whether a case can go on as it was decided: by the engine that is there."""
        return kept.engine == self.register.rules.engine

    async def _announce(self) -> None:
        """Notes that these rules serve from now on; where the settings say so, that they are adopted."""
        rules = self.register.rules
        regime = rules.regime
        if self._announced == regime:
            return
        standing = await self.adoptions.standing()
        places = {name: standing.get(name, NOWHERE) for name in rules.current.snapshot.districts}
        new = [name for name, at in places.items() if not at.serves(regime)]
        await self.adoptions.say(new, regime, Outcome.SERVED, self._clock(), SERVICE)
        if self._adopt is Adopt.AT_ONCE:
            open_ = [name for name, at in places.items() if at.of(regime) is not Outcome.ADOPTED]
            await self.adoptions.say(open_, regime, Outcome.ADOPTED, self._clock(), SERVICE)
        self._announced = regime
        self._unfit.clear()
        self._warned.clear()

    async def _tell(self, standing: Mapping[str, Standing]) -> None:
        """What waits: in the figures, and once in the log."""
        counts, regime = await self.adoptions.counts(), self.register.rules.regime
        for district in self.register.rules.current.snapshot.districts:
            rejected = standing.get(district, NOWHERE).of(regime) is Outcome.REJECTED
            count = 0 if rejected else counts.get(district, 0)
            REGISTER_WAITING.set(count, district)
            if count and district not in self._warned:
                self._warned.add(district)
                told = {"digest": regime.rules, "engine": regime.engine}
                event(Level.WARNING, "register_rules_wait", district=district, cases=count, **told)


def _of_rules(writing: Writing) -> list[Change]:
    """What of it other rules do, or another engine, and not time."""
    return [change for step in writing.advanced.steps if step.why is Why.RULES for change in step.changes]


BUSY = Seen(unfit="busy")
"""Somebody else wrote the case meanwhile, or there was no room to decide it: it is looked at again."""
