"""Requests as the service takes them, of what the methods of a client are given."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar

from google.protobuf.field_mask_pb2 import FieldMask

from linkage.v1 import decision_pb2, facts_pb2
from linkage.v1 import policy_service_pb2 as api
from linkage_client.cases import CaseLike, case_of
from linkage_client.errors import LinkageError, Refused, Violation, refused
from linkage_client.moments import is_aware, timestamp_of
from linkage_client.views import Answer, Decision

T = TypeVar("T")

RECEIVED_BYTES = 64 * 1024 * 1024
"""The largest answer taken, which every request says: what the service sends at most unless configured."""
BATCH_ITEMS = 100
"""Cases of one batch, unless told otherwise: half of what the service takes by default."""
BATCH_BYTES = 1024 * 1024
"""Bytes of one batch, beyond which it gets no further case: a quarter of what the service takes."""
STREAM_WINDOW = 64
"""Cases of a stream that are under way at once: as many as the service works on at once by default."""

_NO_MOMENT = {"zh": "此处应为带时区的 datetime", "en": "a datetime with a zone is expected here"}
_NAIVE = {
    "zh": "不是可用的时间：没有时区，例如用 linkage_client.shanghai(…)",
    "en": "not a moment: no time zone: linkage_client.shanghai(…) makes one",
}

KeyOf = Callable[[facts_pb2.Case], str]
"""Gives a case's idempotency key: at most 128 visible ASCII characters."""


def once_per(occasion: str) -> KeyOf:
    """Keys by which the same facts are decided and logged once on one occasion, as ``nightly 2024-03-02``.

    However often a job is started anew: what was logged is given again; facts that changed have another key.
    """
    prefix = hashlib.sha256(occasion.encode()).hexdigest()[:16]

    def key(case: facts_pb2.Case) -> str:
        return f"{prefix}-{hashlib.sha256(case.SerializeToString(deterministic=True)).hexdigest()}"

    return key


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


View = Literal["basic", "full"]
"""How much of a decision is wanted: basic is an eighth of the bytes, without clauses, reasons and steps."""
VIEWS: Mapping[str, decision_pb2.DecisionView] = {
    "basic": decision_pb2.DECISION_VIEW_BASIC,
    "full": decision_pb2.DECISION_VIEW_FULL,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the cases of one call have in common.

    Raises ``Refused`` for an ``as_of`` without a zone, ``ValueError`` for a view that there is not.
    """

    language: str
    as_of: datetime | None = None
    key: KeyOf | None = None
    view: View | None = None
    read_mask: Sequence[str] = ()

    def __post_init__(self) -> None:
        if self.view is not None and self.view not in VIEWS:
            raise ValueError("a view is basic or full")
        if self.as_of is None:
            return
        language = "en" if self.language == "en" else "zh"
        if not isinstance(self.as_of, datetime):
            raise refused([Violation("as_of", "LNK815", _NO_MOMENT[language])], language)
        if not is_aware(self.as_of):
            raise refused([Violation("as_of", "LNK816", _NAIVE[language])], language)

    def evaluate(self, case: CaseLike, key: str | None = None) -> api.EvaluateRequest:
        """The request to decide a case, with a key by which it is logged once however often it is sent.

        Raises ``Refused``.
        """
        message = case_of(case, self.language)
        return api.EvaluateRequest(
            case=message,
            idempotency_key=key or (self.key(message) if self.key else uuid.uuid4().hex),
            **self._common,
        )

    def explain(self, case: CaseLike, rules: Sequence[str], include_untriggered: bool) -> api.ExplainRequest:
        """The request to say why. Raises ``Refused``."""
        message = case_of(case, self.language)
        return api.ExplainRequest(
            case=message, rules=rules, include_untriggered=include_untriggered, **self._common
        )

    def compare(self, case: CaseLike, districts: Sequence[str]) -> api.CompareRequest:
        """The request to compare districts. Raises ``Refused``."""
        return api.CompareRequest(case=case_of(case, self.language), districts=districts, **self._common)

    @property
    def _common(self) -> dict[str, Any]:
        """The fields that requests about a case have in common."""
        return {
            "as_of": None if self.as_of is None else timestamp_of(self.as_of),
            "language": self.language,
            "view": None if self.view is None else VIEWS[self.view],
            "read_mask": FieldMask(paths=self.read_mask) if self.read_mask else None,
            "max_response_bytes": RECEIVED_BYTES,
        }

    def item(self, place: int, case: CaseLike) -> Item:
        """One case of many; what is wrong with it is its answer and concerns no other."""
        try:
            return Item(place, case, self.evaluate(case))
        except Refused as error:
            return Item(place, case, error)


def at_least_one(name: str, number: int) -> int:
    """The number. Raises ``ValueError`` where it is none to work with."""
    if number < 1:
        raise ValueError(f"{name} is at least 1")
    return number


def many(cases: T) -> T:
    """The cases. Raises ``TypeError`` for a single one, whose keys would be taken for cases."""
    if isinstance(cases, facts_pb2.Case | Mapping):
        raise TypeError("several cases are expected here, as a list or an iterator: this is one")
    return cases


class Batches:
    """Gathers items until a batch is full. Raises ``ValueError`` for batches of none."""

    def __init__(self, most: int) -> None:
        self._most = at_least_one("batch", most)
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
