"""The register for a command that works on the database itself, beside a server or without one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from server.contacts.book import Contacts
from server.convert.requests import Clock, system_clock
from server.decisions.active import ActiveRules
from server.decisions.fairness import Fairness
from server.identity.asking import Asking, answering
from server.identity.caller import Caller
from server.process.app import apart_of, store_of
from server.process.publications import published_now
from server.process.registering import Deciding, contacts_of, register_of
from server.register.book import Register
from server.settings.config import Settings


class Offline(NamedTuple):
    """The register and its contacts."""

    register: Register
    contacts: Contacts


@asynccontextmanager
async def offline(settings: Settings, who: str, clock: Clock = system_clock) -> AsyncIterator[Offline | None]:
    """The register of the settings' database under the settings' rules; None where none is kept.

    ``who`` stands in it as who recorded what. Raises ``PackError``, ``StoreError`` and ``KeyFileError``.
    """
    async with AsyncExitStack() as stack:
        answering(Asking(Caller(who)))
        archive, _, place = await store_of(settings, stack, clock, alone=True)
        if place is None:
            yield None
            return
        threads = stack.enter_context(ThreadPoolExecutor(1, thread_name_prefix="linkage"))
        apart = apart_of(settings.engine)
        stack.push_async_callback(apart.close)
        rules = ActiveRules(Path(settings.rules), Path(settings.sources), archive, None)
        await rules.start(published_now(settings))
        fairness = Fairness(threads, 1, settings.limits.waiting_bytes)
        register = register_of(place, Deciding(rules, clock, fairness, apart), settings)
        yield Offline(register, contacts_of(register, place, clock, settings))
