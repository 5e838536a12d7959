"""The cases of a stream that are not answered yet, so that a lost connection loses and repeats nothing.

A case stays until its answer has come. On a new connection everything that is still here is sent again, in
order, with the idempotency keys that it had: the service gives the decision that it logged the first time.
"""

from __future__ import annotations

from collections import deque

import grpc

from linkage.v1 import policy_service_pb2 as api
from linkage_client.errors import LinkageError, Refused, ServiceFailed, Unavailable
from linkage_client.plans import result_of
from linkage_client.requests import Item, at_least_one
from linkage_client.views import Decision


class Window:
    """At most ``size`` cases, in the order in which they were given. Raises ``ValueError``: none."""

    def __init__(self, size: int) -> None:
        self._size = at_least_one("window", size)
        self._items: deque[Item] = deque()
        self._sent = 0
        self.ended = False
        """Whether no further case will come."""

    @property
    def is_full(self) -> bool:
        """Whether the next case has to wait for an answer."""
        return len(self._items) >= self._size

    def add(self, item: Item) -> None:
        """Takes up the next case."""
        self._items.append(item)

    def reconnected(self) -> None:
        """On this connection nothing has been sent yet."""
        self._sent = 0

    @property
    def may_send(self) -> bool:
        """Whether a case waits to be sent on this connection."""
        return self._sent < len(self._items)

    def sending(self) -> api.EvaluateStreamRequest | None:
        """The next case to send; None for one that has its error already and is not sent."""
        item = self._items[self._sent]
        self._sent += 1
        if isinstance(item.request, Refused):
            return None
        return api.EvaluateStreamRequest(key=str(item.place), request=item.request)

    @property
    def first(self) -> Item | None:
        """The case whose answer is given next."""
        return self._items[0] if self._items else None

    def take(self) -> Item:
        """Ends the first case: its answer is there."""
        self._sent = max(self._sent - 1, 0)
        return self._items.popleft()

    def result(self, response: api.EvaluateStreamResponse) -> Decision | LinkageError:
        """What the service says of the first case. Raises ``ServiceFailed`` for an answer to another one."""
        if self.first is None or response.key != str(self.first.place):
            raise ServiceFailed("the stream's answers are not in order", code=grpc.StatusCode.INTERNAL)
        return result_of(response.result)


def ended_early() -> Unavailable:
    """The service ended a stream in the middle, as one that stops does."""
    return Unavailable("the stream ended before its end", code=grpc.StatusCode.UNAVAILABLE)
