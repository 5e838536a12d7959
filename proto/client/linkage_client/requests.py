"""Requests as the service takes them, of what the methods of a client are given."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp

from linkage.v1 import policy_service_pb2 as api
from linkage_client.cases import CaseLike, case_of
from linkage_client.errors import LinkageError, Refused, Violation, refused
from linkage_client.moments import is_aware, timestamp_of
from linkage_client.views import Answer, Decision

BATCH_ITEMS = 100
"""Cases of one batch, unless told otherwise: a fifth of what the service takes by default."""
BATCH_BYTES = 1024 * 1024
"""Bytes of one batch, beyond which it gets no further case: a quarter of what the service takes."""
STREAM_WINDOW = 64
"""Cases of a stream that are under way at once: as many as the service works on at once by default."""

_NAIVE = {
    "zh": "不是可用的时间：没有时区，例如用 linkage_client.shanghai(…)",
    "en": "not a moment: no time zone: linkage_client.shanghai(…) makes one",
}

KeyOf = Callable[[CaseLike], str]
"""Gives a case's idempotency key."""


@dataclass(frozen=True, slots=True)
class Item:
    """One case of many: its place, the case as it was given, and its request, or why there is none."""

    place: int
    case: CaseLike
    request: api.EvaluateRequest | Refused

    def answer(self, result: Decision | LinkageError) -> Answer:
        """What became of it."""
        if isinstance(result, LinkageError):
            return Answer(self.case, self.place, error=result)
        return Answer(self.case, self.place, result)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the cases of one call have in common. Raises ``Refused`` for an ``as_of`` without a zone."""

    language: str
    as_of: datetime | None = None
    key: KeyOf | None = None

    def __post_init__(self) -> None:
        if self.as_of is not None and not is_aware(self.as_of):
            text = _NAIVE["en" if self.language == "en" else "zh"]
            raise refused([Violation("as_of", "LNK816", text)], self.language)

    def evaluate(self, case: CaseLike, key: str | None = None) -> api.EvaluateRequest:
        """The request to decide a case, with a key by which it is logged once however often it is sent.

        Raises ``Refused``.
        """
        return api.EvaluateRequest(
            case=case_of(case, self.language),
            as_of=self.moment,
            language=self.language,
            idempotency_key=key or (self.key(case) if self.key else uuid.uuid4().hex),
        )

    @property
    def moment(self) -> Timestamp | None:
        """``as_of`` as it is sent."""
        return None if self.as_of is None else timestamp_of(self.as_of)

    def item(self, place: int, case: CaseLike) -> Item:
        """One case of many; what is wrong with it is its answer and concerns no other."""
        try:
            return Item(place, case, self.evaluate(case))
        except Refused as error:
            return Item(place, case, error)


class Batches:
    """Gathers items until a batch is full."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._items: list[Item] = []
        self._bytes = 0

    def add(self, item: Item) -> list[Item]:
        """Adds an item; the batch that had no room for it, if any, else nothing."""
        size = 0 if isinstance(item.request, Refused) else item.request.ByteSize()
        full = self._items and (len(self._items) >= self._most or self._bytes + size > BATCH_BYTES)
        done = self.rest() if full else []
        self._items.append(item)
        self._bytes += size
        return done

    def rest(self) -> list[Item]:
        """What has been gathered since the last batch."""
        done, self._items, self._bytes = self._items, [], 0
        return done
