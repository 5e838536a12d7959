"""What delivering needs of the world: each a small protocol, so that another world can take its place.

Moments are nanoseconds since 1970 UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple, Protocol

from server.identity.caller import Caller
from server.register.rows import Told

WAITING, DELIVERED, DEAD, WITHHELD = "waiting", "delivered", "dead", "withheld"
"""What a delivery is: it waits (or is in hand), has arrived, nobody took it, or may not be seen any more."""

Clock = Callable[[], int]
"""Gives now."""
Chance = Callable[[], float]
"""Gives a number from 0 to less than 1, each as probable as any other: ``random.Random(seed).random``."""


class Notice(NamedTuple):
    """What one subscription is told of one change. It has ids, codes, titles of rules and moments: no free
    text of a case, and no name.

    ``id`` is the same each time that it is sent, and no other notice of the same receiver has it; ``attempt``
    counts from 1. ``titles``: of the rule, by language.
    """

    id: str
    database: str
    subscription: str
    attempt: int
    told: Told
    titles: Mapping[str, str]


class Delivered(NamedTuple):
    """The receiver has it."""


class TryAgain(NamedTuple):
    """It may take it another time: not before ``after`` seconds have passed, where it said so."""

    after: float | None
    code: str


class Refused(NamedTuple):
    """It will never take this one."""

    code: str


class Gone(NamedTuple):
    """There is no such receiver any more: nothing more is to be sent to it."""

    code: str


Outcome = Delivered | TryAgain | Refused | Gone


class Channel(Protocol):
    """A way to a receiver."""

    async def send(self, notice: Notice) -> Outcome:
        """Sends a notice once; what became of that. Codes are words such as ``http_503``."""

    async def trial(self, identity: str) -> Outcome:
        """Sends, under this id, what says nothing: whether it arrives is the question."""

    async def close(self) -> None:
        """Gives up what it keeps open: it may be used again."""


class Subscription(Protocol):
    """Who is told."""

    @property
    def name(self) -> str:
        """Its name, by which it is known from one start to the next."""

    @property
    def caller(self) -> Caller:
        """The rights by which it is decided what it may see."""

    @property
    def kinds(self) -> frozenset[str]:
        """Which changes it is told, of ``kinds.KINDS``; none: all."""

    @property
    def settings(self) -> str:
        """Another text with each other receiver."""

    @property
    def from_start(self) -> bool:
        """Whether it is told what happened before it was made."""

    @property
    def at_once(self) -> int:
        """How many notices may be on their way to it at once."""

    @property
    def channel(self) -> Channel:
        """The way to it."""


class Audience(Protocol):
    """Who may see what, under the rules that serve."""

    def districts(self, subscription: Subscription) -> Collection[str]:
        """Whose changes it is told."""

    def sees(self, subscription: Subscription, told: Told) -> bool:
        """Whether it is told this change."""

    def titles(self, told: Told) -> Mapping[str, str]:
        """What the rule of a change is called, by language."""


class Held(NamedTuple):
    """A delivery that this process has in hand until ``until``; ``first_at``: when it was first tried."""

    subscription: str
    district: str
    position: int
    obligation: str
    attempt: int
    first_at: int
    until: int
    told: Told


class Outbox(Protocol):
    """The deliveries. Each method is one transaction; each raises ``NotKept`` where it did not happen."""

    async def behind(self, wanted: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Of these subscriptions and districts those that have not read their stream to its end."""

    async def spread(
        self, name: str, district: str, wants: Callable[[Told], bool], now: int, from_start: bool
    ) -> int:
        """Makes deliveries of the next changes of a stream; how many changes were looked at.

        A subscription that has read nothing yet begins at the stream's start, or at its end.
        """

    async def claim(
        self, name: str, districts: Collection[str], now: int, until: int, count: int
    ) -> list[Held]:
        """Takes up to so many deliveries in hand that may be tried, none of which waits for another."""

    async def delivered(self, held: Held, now: int) -> None:
        """It has arrived: also where it had been given up by then."""

    async def again(self, held: Held, at: int, code: str, now: int) -> None:
        """It is to be tried again at ``at``, and what waits for it no sooner."""

    async def given_up(self, held: Held, code: str, now: int, state: str) -> bool:
        """It is not tried any more (``dead``, or ``withheld``): what waits for it goes on.

        False, and nothing, where another process has taken it over.
        """

    async def gone(self, held: Held, settings: str, code: str, now: int) -> None:
        """Nothing is sent to this receiver any more, as long as its settings are these."""

    async def open_to(self, name: str, settings: str) -> bool:
        """Whether its receiver is there: it was not gone, or has other settings since."""

    async def recall(self, now: int) -> int:
        """Lets what a wrong clock has put off for longer than anything is put off be tried now; how many."""

    async def forget(self, before: int) -> int:
        """Takes rows away that were delivered before that; how many."""
