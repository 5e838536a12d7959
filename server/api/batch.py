"""What a batch says of all its items: how much of each decision is wanted, how large the answer may be."""

from __future__ import annotations

from linkage.v1 import decision_pb2
from linkage.v1 import policy_service_pb2 as api
from policy.facts.reading import FactsError
from server.api.room import BatchRoom, room_for
from server.convert.extent import extent_of
from server.convert.requests import foreign, language_violations
from server.settings.limits import Limits


class Batch:
    """A batch of ``count`` items; ``request`` is the message without them.

    Raises ``FactsError``.
    """

    def __init__(self, request: api.BatchEvaluateRequest, count: int, limits: Limits) -> None:
        wrong = [*foreign(request), *language_violations(request.language)]
        if wrong:
            raise FactsError(tuple(wrong))
        self.language = request.language
        self.extent = extent_of(request, decision_pb2.Decision)
        self._room = room_for(request.max_response_bytes, limits)
        self._count = count
        self.room()

    def room(self) -> BatchRoom:
        """All of the room that the answer has."""
        return BatchRoom(self._room, self._count)
