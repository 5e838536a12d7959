"""The engine of deliveries: makes them from the streams, claims, sends, and notes what became of each.

    stream --spread--> deliveries --claim--> held --send--> Delivered | TryAgain | Refused | Gone --> noted

Any number of processes may do it at once. One that dies between claiming and noting leaves its deliveries to
the others when its time with them is over; what it may have sent is sent again with the same id. Nothing here
knows of a database, a clock or a network: all of them are given, so that a made-up world can have this very
code do its work, step by step.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from policy.time.moment import NANO
from server.notices.patience import Patience
from server.notices.ports import (
    DEAD,
    WITHHELD,
    Audience,
    Chance,
    Clock,
    Delivered,
    Gone,
    Held,
    Notice,
    Outbox,
    Outcome,
    Subscription,
    TryAgain,
)
from server.notices.tokens import place_of
from server.register.keeping import DAMAGED
from server.register.rows import Told
from server.settings.logs import Level, event
from server.settings.logs import place_of as error_of
from server.store.errors import NotKept
from server.telemetry.figures import NOTICES_DELIVERED, NOTICES_FAILED, NOTICES_FAILURES, NOTICES_SECONDS

SEND_SECONDS = 30.0
"""No channel takes longer for one notice."""
HOLD_SECONDS = 120.0
"""For so long a process has in hand what it claims: several times what sending takes."""

Subscriptions = Callable[[], Mapping[str, Subscription]]


class Deliverer:
    """Delivers to the subscriptions that there are, by their names, one round after the other."""

    def __init__(
        self,
        database: str,
        outbox: Outbox,
        subscriptions: Subscriptions,
        audience: Audience,
        clock: Clock,
        chance: Chance,
        patience: Patience,
    ) -> None:
        """``database`` names the one of which it tells: two of them never give one id to two notices."""
        self._database = database
        self._outbox = outbox
        self._subscriptions = subscriptions
        self._audience = audience
        self._clock = clock
        self._chance = chance
        self._patience = patience

    async def begin(self) -> None:
        """Has every subscription begin to read: what happens from now on is told. Raises ``NotKept``."""
        await self._read(to_the_end=False)

    async def spread(self) -> int:
        """Makes deliveries of all that happened; how many changes were looked at. Raises ``NotKept``."""
        return await self._read(to_the_end=True)

    async def _read(self, to_the_end: bool) -> int:
        looked = 0
        for name, district in await self._outbox.behind(self._places()):
            try:
                while found := await self._page(name, district):
                    looked += found
                    if not to_the_end:
                        break
            except NotKept as error:
                if error.code != DAMAGED:
                    raise
                # A stream that does not read holds up no other.
                NOTICES_FAILURES.add(error.code)
                event(Level.WARNING, "notices_behind", code=error.code, error=error_of(error))
        return looked

    def _places(self) -> list[tuple[str, str]]:
        """Each subscription, with each district of which it is told."""
        own = self._subscriptions()
        return [(name, each) for name in own for each in self._audience.districts(own[name])]

    async def _page(self, name: str, district: str) -> int:
        """Makes deliveries of the next changes of one stream; 0 where there are none, or nobody to tell."""
        own = self._subscriptions().get(name)
        if own is None:  # it has been taken out meanwhile
            return 0
        wants = self._wants(own)
        return await self._outbox.spread(name, district, wants, self._clock(), own.from_start)

    async def deliver(self, name: str) -> int:
        """Sends what may be sent to a subscription now, so much as it takes at once; how many were tried.

        Raises ``NotKept``.
        """
        own = self._subscriptions().get(name)
        if own is None or not await self._outbox.open_to(name, own.settings):
            return 0
        now = self._clock()
        until = now + round(HOLD_SECONDS * NANO)
        districts = self._audience.districts(own)
        held = await self._outbox.claim(name, districts, now, until, own.at_once)
        await together([self._one(own, each) for each in held])
        return len(held)

    def _wants(self, own: Subscription) -> Callable[[Any], bool]:
        return lambda told: self._audience.sees(own, told)

    async def _one(self, own: Subscription, held: Held) -> None:
        """Tries one delivery, and notes what became of it."""
        if not self._audience.sees(own, held.told):  # its rights are others since the row was made
            await self._outbox.given_up(held, WITHHELD, self._clock(), WITHHELD)
            return
        if self._clock() + round(SEND_SECONDS * NANO) > held.until:
            return  # too late to be done before it is another's
        outcome = await self._sent(own, self._notice(held))
        now = self._clock()
        if isinstance(outcome, Delivered):
            await self._outbox.delivered(held, now)
            NOTICES_DELIVERED.add(held.subscription)
            NOTICES_SECONDS.observe(max(0.0, (now - held.told.made_at) / NANO))
            return
        NOTICES_FAILED.add(held.subscription, family(outcome.code))
        if isinstance(outcome, TryAgain) and not self._patience.spent(held.attempt, held.first_at, now):
            at = self._patience.next_at(held.attempt, outcome.after, now, self._chance)
            await self._outbox.again(held, at, outcome.code, now)
        elif isinstance(outcome, Gone):
            await self._outbox.gone(held, own.settings, outcome.code, now)
            event(Level.ERROR, "receiver_gone", subscription=held.subscription, why=outcome.code)
        elif await self._outbox.given_up(held, outcome.code, now, DEAD):
            _say_dead(held, outcome.code)

    async def _sent(self, own: Subscription, notice: Notice) -> Outcome:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                return await own.channel.send(notice)
        except TimeoutError:
            return TryAgain(None, "timeout")
        except Exception as error:  # a fault of ours: the notice is none the worse for it
            event(Level.ERROR, "unexpected_error", what="notice", error=error_of(error))
            return TryAgain(None, "internal")

    def _notice(self, held: Held) -> Notice:
        identity = notice_id(self._database, held.told)
        titles = self._audience.titles(held.told)
        return Notice(identity, self._database, held.subscription, held.attempt, held.told, titles)


def _say_dead(held: Held, code: str) -> None:
    event(
        Level.ERROR,
        "notice_dead",
        subscription=held.subscription,
        district=held.district,
        position=held.position,
        attempts=held.attempt,
        why=code,
    )


def notice_id(database: str, told: Told) -> str:
    """The id of what is told of one change, whoever is told, and however often.

    A database that was put back to a backup tells other changes at positions that it has had before: they are
    known by what they say.
    """
    return f"{database}-{told.district}-{told.position}-{place_of(told).mark}"


def family(code: str) -> str:
    """A code as a label of figures, of which there are few: ``http_5xx`` for ``http_503``."""
    return f"{code[:6]}xx" if code.startswith(("http_", "smtp_")) else code


async def together(doing: list[Coroutine[Any, Any, None]]) -> None:
    """Does all of it at once. Raises ``NotKept`` where a part of it did, once the others are done."""
    found = await asyncio.gather(*doing, return_exceptions=True)
    for each in found:
        if isinstance(each, BaseException):
            raise each
