"""How large an answer may be: what its client receives, and not what it would refuse once all is done.

A client of gRPC takes messages of 4 MiB unless told otherwise; one that takes more says so with its request.
"""

from __future__ import annotations

from collections.abc import Callable

from policy.facts.reading import FactsError, Violation
from policy.review.wording import LANGUAGES
from server.convert.ends import ResponseFull, ResponseTooLarge
from server.convert.errors import failure_of
from server.convert.status import item_error
from server.settings.limits import Limits

_FRAME = 8
"""Most bytes around a part of a message: its tag and its length."""


def room_for(asked: int, limits: Limits) -> int:
    """The largest answer to a request with that ``max_response_bytes``, in bytes. Raises ``FactsError``."""
    if asked < 0:
        raise FactsError((Violation("max_response_bytes", "LNK842"),))
    return min(asked or limits.default_response_bytes, limits.response_bytes)


def fitting(asked: int, limits: Limits, around: int = 0) -> Callable[[int], None]:
    """What raises ``ResponseTooLarge`` for too many bytes of an answer, with ``around`` others beside."""
    room = room_for(asked, limits)

    def fits(size: int) -> None:
        whole = size + around + 3 * _FRAME
        if whole > room:
            raise ResponseTooLarge(whole, room, limits.response_bytes)

    return fits


class BatchRoom:
    """What is left of an answer of ``size`` bytes to ``count`` cases, each of which may still fail.

    Raises ``FactsError`` (LNK843) where not even that would fit.
    """

    def __init__(self, size: int, count: int) -> None:
        self.size = size
        self.full = False
        """Whether some result had no room: no other is begun then."""
        refusal = ResponseFull(size)
        errors = [item_error(failure_of(refusal, lang)).ByteSize() for lang in LANGUAGES]
        self._kept = max(errors) + 2 * _FRAME
        self._left = size - count * self._kept
        if self._left < 0:
            args = (("count", str(count)), ("least", str(count * self._kept)))
            raise FactsError((Violation("max_response_bytes", "LNK843", args),))

    def take(self, size: int) -> None:
        """Takes the room of a result of that many bytes. Raises ``ResponseFull`` where it is not left."""
        more = max(0, size + 2 * _FRAME - self._kept)
        if more > self._left:
            self.full = True
            raise ResponseFull(self.size)
        self._left -= more
