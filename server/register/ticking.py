"""What time brings: cases that are due are found by their index and brought up to now, each once.

    clock --due cases--> policy.register --> states and changes, in one transaction with the claim

Several processes may do it at once: PostgreSQL gives each cases that no other holds, SQLite lets one write. A
process that dies in the middle has done nothing. What is told, and how it is dated, does not hang on when a
case was looked at.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from policy.facts.reading import FactsError
from policy.time.moment import NANO
from server.convert.ends import NoAnswer
from server.identity.asking import Asking, answering
from server.identity.caller import Caller
from server.identity.refusals import Busy
from server.register.book import Register
from server.register.kept import Kept, Writing
from server.register.moving import Mover
from server.settings.logs import Level, event, place_of
from server.telemetry.figures import REGISTER_CASES, REGISTER_FAILURES, REGISTER_LATE

BATCH = 20
"""Cases of one transaction."""
AHEAD_SECONDS = 3_600
"""A clock that is further ahead of the database's own makes nothing overdue: time waits until it is right."""
LOOK_SECONDS = 60
"""So much may go by on the clock before it is compared again; a clock that leaps is, at once."""
ATTEMPTS = 3
"""How often it is tried to decide a case over which the process that decides dies."""

Sleep = Callable[[float], Awaitable[None]]
Ahead = Callable[[int], Awaitable[int]]
"""How far a moment is ahead of a clock that is not this process's; nanoseconds."""


class Ticker:
    """Brings the cases of a register up to now, again and again. ``clock`` gives ns since 1970 UTC."""

    def __init__(
        self,
        register: Register,
        clock: Callable[[], int],
        seconds: float,
        mover: Mover | None = None,
        ahead: Ahead | None = None,
    ) -> None:
        """``mover``: moves cases to other rules that serve; None: nobody does. ``ahead``: asked whether
        ``clock`` is right; None: it is."""
        self._register = register
        self._mover = mover
        self._clock = clock
        self._seconds = seconds
        self._ahead = ahead
        self._right_at: int | None = None
        self._warned = False
        self._unanswered: dict[tuple[str, str], int] = {}

    async def run(self, sleep: Sleep = asyncio.sleep) -> None:
        """Looks every so many seconds, until it is cancelled. Whatever fails is tried again."""
        answering(Asking(Caller("register")))
        while True:
            try:
                await self.tick()
            except Exception as error:  # whatever it is: time goes on
                code = getattr(error, "code", "") or type(error).__name__
                REGISTER_FAILURES.add(code)
                event(Level.WARNING, "register_behind", code=code, error=place_of(error))
            await sleep(self._seconds)

    async def tick(self) -> int:
        """Brings every case that is due up to now; how many were. Raises ``NotKept``.

        None, where the clock is far ahead: what is once overdue, and what that brings about, has been told.
        """
        if not await self._right(self._clock()):
            return 0
        done = await self._due()
        if self._mover is not None:
            await self._mover.run(self._due)  # there may be many to move: time goes on meanwhile
        return done

    async def _right(self, now: int) -> bool:
        """Whether the clock may be right."""
        last = self._right_at
        if self._ahead is None or (last is not None and 0 <= now - last < LOOK_SECONDS * NANO):
            return True
        ahead = await self._ahead(now)
        right = ahead <= AHEAD_SECONDS * NANO
        self._right_at = now if right else None
        if not right and not self._warned:
            REGISTER_FAILURES.add("LNK098")
            event(Level.ERROR, "register_clock", code="LNK098", seconds=ahead // NANO)
        self._warned = not right
        return right

    async def _due(self) -> int:
        now, done = self._clock(), 0
        while found := await self.step(now):
            done += found
        REGISTER_LATE.set(0.0)
        return done

    async def step(self, now: int) -> int:
        """One transaction of ``tick``; how many cases it brought up to now, or noted why it could not."""
        wrong: list[tuple[Kept, str]] = []
        unanswered: list[Kept] = []
        later = 0

        async def work(kept: Kept) -> Writing | None:
            nonlocal later
            REGISTER_LATE.set(max(0.0, (now - (kept.state.next_at or now)) / NANO))
            try:
                passed = await self._register.passed(kept, max(now, kept.state.as_of))
                self._unanswered.pop((kept.district, kept.case_id), None)
                return passed
            except FactsError as error:  # its rules do not know what the case says
                wrong.append((kept, min(each.code for each in error.violations)))
            except KeyError:  # nor its district
                wrong.append((kept, "LNK810"))
            except NoAnswer:
                later += 1
                unanswered.append(kept)
            except Busy:  # others have the room that it takes: nothing is wrong with the case
                later += 1
            return None

        found = await self._register.keeper.due(now, BATCH, work)
        REGISTER_CASES.add(amount=found - len(wrong) - later)
        wrong += [(kept, "LNK042") for kept in unanswered if self._given_up(kept)]
        for kept, code in wrong:
            await self._register.keeper.set_aside(kept, code)
            REGISTER_FAILURES.add(code)
            event(Level.ERROR, "register_stuck", district=kept.district, code=code)
        return found - later

    def _given_up(self, kept: Kept) -> bool:
        """Whether deciding a case has failed too often: it must not hold the others up."""
        key = kept.district, kept.case_id
        self._unanswered[key] = self._unanswered.get(key, 0) + 1
        return self._unanswered[key] >= ATTEMPTS and self._unanswered.pop(key) > 0
