"""Notices of the running server: watches are woken, subscriptions are told, their file is followed."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from policy.decide.snapshot import Snapshot
from policy.time.moment import NANO
from server.contacts.book import Contacts
from server.convert.requests import Clock
from server.identity.watched import Watched
from server.notices.audience import RegisterAudience
from server.notices.correspondence import RegisterCorrespondents
from server.notices.delivering import Deliverer
from server.notices.feed import Feed
from server.notices.outbox import Outbox
from server.notices.patience import Patience
from server.notices.ports import DEAD, WAITING
from server.notices.rounds import Rounds
from server.notices.standing import waiting
from server.notices.subscriptions import Subscriptions, read_subscriptions, unknown_codes
from server.register.book import Register
from server.settings.config import NoticesSettings
from server.settings.logs import Level, event, place_of
from server.telemetry.figures import NOTICES_DEAD, NOTICES_OLDEST, NOTICES_WAITING

LOOK_SECONDS = 1.0
"""How often the file of subscriptions is looked at."""
MEASURE_SECONDS = 15.0
"""How often it is counted what waits."""

_EVENTS = ("subscriptions_changed", "subscriptions_refused")


class Telling(NamedTuple):
    """What tells: the register with its contacts, its feed, the rules that serve, a clock."""

    register: Register
    contacts: Contacts
    feed: Feed
    rules: Callable[[], Snapshot]
    clock: Clock


@asynccontextmanager
async def notifying(telling: Telling, settings: NoticesSettings) -> AsyncIterator[None]:
    """Watches are told, and subscriptions, while the block lasts. Raises ``FileError`` and ``NotKept``."""
    keeper, feed = telling.register.keeper, telling.feed
    doing = [feed.run(settings.poll_seconds)]
    if settings.subscriptions:
        path = Path(settings.subscriptions)
        people = RegisterCorrespondents(telling.register, telling.contacts, lambda: file.current.by_name)
        file: Watched[Subscriptions] = Watched(
            (path,), lambda: read_subscriptions(path, telling.clock, people), lambda read: read.files, _EVENTS
        )
        outbox = Outbox(keeper)
        patience = Patience(settings.attempts, settings.give_up_days)
        audience = RegisterAudience(telling.rules)
        deliverer = Deliverer(
            await feed.database(),
            outbox,
            lambda: file.current.by_name,
            audience,
            telling.clock,
            secrets.SystemRandom().random,
            patience,
        )
        rounds = Rounds(
            deliverer,
            outbox,
            lambda: file.current.by_name,
            keeper.alarm,
            telling.clock,
            settings.poll_seconds,
            settings.keep_days,
        )
        _look_at_rights(file.current, telling.rules())
        await deliverer.begin()
        doing += [rounds.run(), _following(file, telling), _measuring(file, telling)]
    tasks = [asyncio.create_task(each, name="notices") for each in doing]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _following(file: Watched[Subscriptions], telling: Telling) -> None:
    async def look() -> None:
        if await asyncio.to_thread(file.refresh):
            _look_at_rights(file.current, telling.rules())

    await _again_and_again(LOOK_SECONDS, look)


async def _measuring(file: Watched[Subscriptions], telling: Telling) -> None:
    async def look() -> None:
        now, names = telling.clock(), list(file.current.by_name)
        found = await waiting(telling.register.keeper, names)
        for name in names:
            count, oldest = found.get((name, WAITING), (0, now))
            NOTICES_WAITING.set(count, name)
            NOTICES_OLDEST.set(max(0.0, (now - oldest) / NANO), name)
            NOTICES_DEAD.set(found.get((name, DEAD), (0, now))[0], name)

    await _again_and_again(MEASURE_SECONDS, look)


async def _again_and_again(seconds: float, look: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await look()
        except Exception as error:  # whatever it is, the next look may go well
            code = getattr(error, "code", "") or type(error).__name__
            event(Level.WARNING, "notices_behind", code=code, error=place_of(error))
        await asyncio.sleep(seconds)


def _look_at_rights(subscriptions: Subscriptions, rules: Snapshot) -> None:
    """Logs rights in districts and for bodies that do not exist."""
    bodies = rules.vocabulary.codes("bodies")
    for name, code, meant in unknown_codes(subscriptions, rules.districts, bodies):
        event(Level.WARNING, "right_of_nothing", code="LNK069", caller=name, name=code, meant=meant)
