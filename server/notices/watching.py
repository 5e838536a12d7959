"""One watch: the changes after a place that meet what was asked for, in order, each once.

Of a change both sides are looked at: what begins or ceases to meet the conditions is told, too. Where nothing
is to be told for a while, the place that has been reached is.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Iterator
from typing import NamedTuple

import orjson

from server.convert.errors import STOPPING, Failure, Refused
from server.notices.feed import Feed
from server.notices.tokens import Place, place_in, place_of, wrong
from server.register.listing import Wanted
from server.register.rows import NO_DUE, Told


class Stopping(Refused):
    """The service stops: whoever watches goes on elsewhere, with the last token."""

    kind = STOPPING

    def failure(self, lang: str) -> Failure:
        """In words."""
        return Failure(STOPPING, STOPPING.en if lang == "en" else STOPPING.zh)


class Interest(NamedTuple):
    """What a watch asks for: obligations as a list would, and kinds of changes (none: all)."""

    wanted: Wanted
    kinds: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Names this very query."""
        return hashlib.sha256(orjson.dumps((self.wanted.name, self.kinds))).hexdigest()[:16]

    def meets(self, told: Told) -> bool:
        """Whether a change is to be told."""
        wanted = self.wanted
        exact = (
            (wanted.unit, told.unit),
            (wanted.case_id, told.case_id),
        )
        among = (
            (wanted.bearers, (*told.bearers, *told.former)),
            ((wanted.matter,) if wanted.matter else (), told.matters),
            ((wanted.clause,) if wanted.clause else (), told.basis),
        )
        return (
            (wanted.own is None or not set(wanted.own).isdisjoint(told.bodies))
            and (not self.kinds or told.kind.value in self.kinds)
            and all(not asked or asked == found for asked, found in exact)
            and all(not asked or not set(asked).isdisjoint(found) for asked, found in among)
            and any(_side(wanted, told, side) for side in _sides(told))
        )


def _sides(told: Told) -> Iterator[int]:
    """Before and now, as far as there was a duty."""
    return (side for side in (0, 1) if told.state[side] is not None)


def _side(wanted: Wanted, told: Told, side: int) -> bool:
    state, due, handling = told.state[side], told.due[side], told.handling[side]
    moment = NO_DUE if due is None else due
    return (
        (not wanted.states or state in wanted.states)
        and (not wanted.handlings or handling in wanted.handlings)
        and (not wanted.handler or told.handlers[side] == wanted.handler)
        and (wanted.due_from is None or moment >= wanted.due_from)
        and (wanted.due_before is None or moment < wanted.due_before)
    )


class Seen(NamedTuple):
    """A change, or None where there was nothing to tell; and the place that has been reached."""

    told: Told | None
    place: Place


async def beginning(feed: Feed, interest: Interest, token: str, from_start: bool) -> Place:
    """Where a watch begins: after the token, at the start of the stream, or at its end.

    Raises ``FactsError`` (LNK053–LNK055, and LNK061 for a place that this stream has not), ``NotKept``.
    """
    district = interest.wanted.district
    if token:
        place = place_in(token, await feed.database(), interest.name)
        if await feed.place(district, place.position) != place:
            raise wrong("LNK061")
        return place
    return Place(0) if from_start else await feed.end(district)


async def watched(feed: Feed, interest: Interest, place: Place, heartbeat: float) -> AsyncGenerator[Seen]:
    """What there is to tell after ``place``, without an end; at first where it begins.

    Every ``heartbeat`` seconds without anything to tell the place is given alone. Raises ``Stopping`` where
    the service stops, ``NotKept``.
    """
    loop = asyncio.get_running_loop()
    yield Seen(None, place)
    said = loop.time()
    while True:
        if feed.closing:
            raise Stopping
        alarm = feed.alarm
        found = await feed.after(interest.wanted.district, place.position)
        for told in found:
            place = place_of(told)
            if interest.meets(told):
                yield Seen(told, place)
                said = loop.time()
        left = said + heartbeat - loop.time()
        if not found and left > 0.0:
            await asyncio.wait({alarm}, timeout=left)
            left = said + heartbeat - loop.time()
        if left <= 0.0:
            yield Seen(None, place)
            said = loop.time()
