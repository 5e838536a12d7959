"""The register of the running server: its calls, and what time brings to its cases."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncEngine

from server.api import adoption_service, board_service, case_service, contact_service
from server.api.adoption_service import AdoptionService
from server.api.board_service import BoardService
from server.api.case_service import CaseService
from server.api.contact_service import ContactService
from server.api.guard import Guard
from server.api.register_answers import RegisterAnswers
from server.api.watching import Watches
from server.contacts.book import Contacts
from server.contacts.keeping import ContactKeeper
from server.convert.requests import Clock
from server.decisions.active import ActiveRules
from server.decisions.apart import Apart
from server.decisions.fairness import Fairness
from server.notices.feed import Feed
from server.proof.keys import LogKeys
from server.register.book import Register
from server.register.keeping import Keeper
from server.register.moving import Adopt, Mover
from server.register.rules import RulesByDigest
from server.register.ticking import Ticker
from server.settings.config import Settings
from server.settings.leads import leads_of
from server.settings.lights import lights_of
from server.store.archive import RuleArchive
from server.store.presence import DatabaseFile
from server.store.turns import Turn


class Place(NamedTuple):
    """Where the register is kept: the database, whose turn it is to write there, its file; and the keys under
    which entries, and the persons of contacts, are closed."""

    engine: AsyncEngine
    turns: Turn | None
    file: DatabaseFile | None
    keys: LogKeys


class Alone:
    """Turns of what writes one SQLite file within one process."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    def turn(self) -> AbstractAsyncContextManager[None]:
        """Waits for the turn, which lasts as long as the block."""
        return self._turn()

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        async with self._lock:
            yield


class Deciding(NamedTuple):
    """What decides: the rules that serve, now, and where it is done."""

    rules: ActiveRules
    clock: Clock
    fairness: Fairness
    apart: Apart


def register_of(place: Place, deciding: Deciding, settings: Settings) -> Register:
    """The register."""
    keeper = Keeper(place.engine, place.turns, place.file, place.keys)
    rules = RulesByDigest(deciding.rules, RuleArchive(place.engine))
    leads = leads_of(settings.register.due_soon)
    return Register(keeper, rules, deciding.clock, deciding.fairness, deciding.apart, leads)


def mover_of(register: Register, clock: Clock, settings: Settings) -> Mover:
    """What moves its cases to other rules."""
    return Mover(register, clock, Adopt(settings.register.adopt))


def contacts_of(register: Register, place: Place, clock: Clock, settings: Settings) -> Contacts:
    """The contacts of the register's districts."""
    keeper = ContactKeeper(register.keeper, place.keys)
    return Contacts(register, keeper, clock, settings.register.district_file)


class Parts(NamedTuple):
    """The register and what moves it, the contacts of its districts, what is known of its streams."""

    mover: Mover
    contacts: Contacts
    feed: Feed


def add_to(safe: Any, parts: Parts, deciding: Deciding, guard: Guard, settings: Settings) -> list[str]:
    """Registers the calls on a register with a ``SafeServer``; the full names of their services."""
    (mover, contacts, feed), limits = parts, settings.limits
    answers = RegisterAnswers(mover.register, contacts, deciding.fairness, deciding.apart)
    watches = Watches(feed, settings.notices.heartbeat_seconds)
    cases = CaseService(mover.register, answers, watches, guard, limits)
    lights = lights_of(settings.register.lights)
    boards = BoardService(mover.register, answers, guard, limits, deciding.clock, lights)
    return [
        case_service.add_to(safe, cases),
        adoption_service.add_to(safe, AdoptionService(mover, answers, guard, limits)),
        board_service.add_to(safe, boards),
        contact_service.add_to(safe, ContactService(contacts, mover.register, guard, limits)),
    ]


@asynccontextmanager
async def ticking(mover: Mover, clock: Clock, settings: Settings) -> AsyncIterator[Ticker]:
    """Time goes on for the cases of a register while the block lasts."""
    register = mover.register
    seconds = settings.register.tick_seconds
    ticker = Ticker(register, clock, seconds, mover, register.keeper.ahead)
    task = asyncio.create_task(ticker.run(), name="register")
    try:
        yield ticker
    finally:
        task.cancel()
        await asyncio.wait({task})
