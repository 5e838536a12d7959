"""Deliveries of a small register, to receivers that answer as the test says, by a clock that it moves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from server.identity.caller import EVERY_DISTRICT, Caller, Grant, Role
from server.notices.audience import RegisterAudience
from server.notices.delivering import Deliverer
from server.notices.outbox import Outbox
from server.notices.patience import Patience
from server.notices.ports import Channel, Delivered, Notice, Outcome
from server.notices.subscriptions import Subscription
from tests.golden import pytest_addoption, update_golden
from tests.server.conftest import any_database, folder_of_keys, postgres
from tests.server.register.conftest import Registered, on_sqlite, registered, start_register

__all__ = [
    "any_database",
    "folder_of_keys",
    "on_sqlite",
    "postgres",
    "pytest_addoption",
    "registered",
    "start_register",
    "update_golden",
]

Answer = Callable[[Notice], Outcome]


def taken(_: Notice) -> Outcome:
    """Whatever comes is taken."""
    return Delivered()


@dataclass
class Receiver:
    """Keeps what it is sent, and answers as ``answer`` says."""

    answer: Answer = taken
    got: list[Notice] = field(default_factory=list)

    async def send(self, notice: Notice) -> Outcome:
        """Takes a notice; others go on meanwhile."""
        await asyncio.sleep(0)
        self.got.append(notice)
        return self.answer(notice)

    async def trial(self, identity: str) -> Outcome:
        """Takes it."""
        return Delivered()

    async def close(self) -> None:
        """Keeps nothing open."""

    @property
    def told(self) -> list[tuple[int, str, str]]:
        """What it was sent: position, kind, obligation."""
        return [(each.told.position, each.told.kind.value, each.told.obligation) for each in self.got]


def subscription(name: str, channel: Channel, *bodies: str, **more: Any) -> Subscription:
    """A subscription in every district: of a department's bodies, or (none) the court's."""
    role = Role.DEPARTMENT if bodies else Role.INTEGRATOR
    grant = Grant(role, more.pop("districts", frozenset((EVERY_DISTRICT,))), frozenset(bodies))
    values = {"kinds": frozenset(), "from_start": True, "at_once": 8, "settings": "s1", **more}
    return Subscription(name=name, caller=Caller(name, (grant,)), channel=channel, **values)


class Post:
    """What delivers of one process: the engine over the register's database."""

    def __init__(self, registered: Registered, *subscriptions: Subscription, **patience: Any) -> None:
        self.registered = registered
        self.subscriptions = {each.name: each for each in subscriptions}
        self.outbox = Outbox(registered.keeper)
        self.clock = registered.clock
        audience = RegisterAudience(lambda: registered.running.rules.current.snapshot)
        self.deliverer = Deliverer(
            "db", self.outbox, self._now, audience, self.clock, lambda: 1.0 - 2**-50, Patience(**patience)
        )

    def _now(self) -> Mapping[str, Subscription]:
        return self.subscriptions

    async def spread(self) -> int:
        """Makes deliveries."""
        return await self.deliverer.spread()

    async def once(self, name: str) -> int:
        """One round of a subscription."""
        return await self.deliverer.deliver(name)

    async def all(self) -> None:
        """Makes deliveries, and sends them until nothing may be sent now."""
        await self.spread()
        for name in self.subscriptions:
            while await self.once(name):
                pass


@pytest.fixture
def receiver() -> Receiver:
    """A receiver that takes everything."""
    return Receiver()
