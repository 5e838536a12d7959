"""WatchObligations: what becomes of obligations, told as it happens."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing

from linkage.v1 import case_service_pb2 as api
from policy.decide.snapshot import District
from server.api.case_requests import interest_of
from server.api.guard import Call
from server.convert.register import change_message
from server.convert.requests import language_of
from server.identity.rights import View
from server.notices.audience import title_of
from server.notices.feed import Feed
from server.notices.tokens import token_of, wrong
from server.notices.watching import beginning, watched


class Watches:
    """Answers watches of one feed; a watch with nothing to tell says so every ``heartbeat`` seconds."""

    def __init__(self, feed: Feed, heartbeat: float) -> None:
        self._feed = feed
        self._heartbeat = heartbeat

    async def answers(
        self,
        call: Call,
        request: api.WatchObligationsRequest,
        view: View,
        districts: Callable[[], Mapping[str, District]],
    ) -> AsyncGenerator[api.WatchObligationsResponse]:
        """The answers to a watch, as long as its caller may see what it saw at first; ``districts`` are those
        of the rules that serve, whenever they are asked for.

        Raises ``FactsError`` for what is wrong with the request, ``Crowded``, ``Stopping``, ``NotKept``.
        """
        interest = interest_of(request, view, districts()[request.district])
        database = await self._feed.database()
        place = await beginning(self._feed, interest, request.resume_token, request.from_start)
        lang = language_of(request.language)
        with self._feed.watch():
            async with aclosing(watched(self._feed, interest, place, self._heartbeat)) as seen:
                async for told, reached in seen:
                    await call.still()
                    now = districts()
                    if call.view(request.district, now) != view:
                        raise wrong("LNK055")
                    token = token_of(database, interest.name, reached)
                    answer = api.WatchObligationsResponse(resume_token=token)
                    if told is not None:
                        answer.change.CopyFrom(change_message(told))
                        answer.change.title = title_of(told, now.get(request.district), lang)
                        call.items += 1
                    yield answer
