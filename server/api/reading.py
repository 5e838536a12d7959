"""Bytes to the message of a request: counted before they are read, and large ones beside the loop.

A batch is taken apart and not read; each of its items is, in its turn, as those of a stream are. gRPC brings
requests as bytes of protobuf's own, other doors bring what reads itself (``Unread``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Protocol, TypeVar, cast

from google.protobuf.message import DecodeError, Message

from linkage.v1 import policy_service_pb2 as api
from policy.facts.reading import FactsError, Violation
from server.convert.measure import Schema, check_values, parts, schema_of, without
from server.decisions.fairness import INLINE_BYTES, Fairness
from server.telemetry.traces import span

M = TypeVar("M", bound=Message)

_ITEMS = api.BatchEvaluateRequest.REQUESTS_FIELD_NUMBER
_KEY, _REQUEST = api.EvaluateStreamRequest.KEY_FIELD_NUMBER, api.EvaluateStreamRequest.REQUEST_FIELD_NUMBER


class Unread(Protocol):
    """A request in another form than protobuf's own. Its methods raise ``FactsError``.

    ``language``: that in which to refuse it, or empty.
    """

    language: str

    def __len__(self) -> int:
        """Its bytes."""

    def message(self, kind: type[M]) -> M:
        """The message of that kind."""

    def batch(self, most: int) -> Batch:
        """A BatchEvaluateRequest without its items, and these: all, or ``most`` + 1 where there are more."""

    def item(self, place: str) -> tuple[str, Given | FactsError]:
        """Key and request, not read, of an EvaluateStreamRequest; or what is wrong with it at ``place``."""


Given = bytes | Unread
"""A request as it came."""

Batch = tuple[api.BatchEvaluateRequest, Sequence[Given]]
"""What a batch says of all its items, and the items, not read."""


class Reading:
    """Reads requests, large ones in their caller's turn. What reads raises is raised, and ``Busy``."""

    def __init__(self, fairness: Fairness) -> None:
        self._fairness = fairness

    async def message(self, kind: type[M], data: Given) -> M:
        """The message of that kind."""
        work: Callable[..., M] = read if isinstance(data, bytes) else _message
        with span("read", linkage__bytes=len(data)):
            if len(data) <= INLINE_BYTES:
                return work(kind, data)
            return await self._fairness.beside(len(data), work, kind, data)

    async def batch(self, data: Given, most: int) -> Batch:
        """A BatchEvaluateRequest without its items, and these: all, or ``most`` + 1 where there are more."""
        if isinstance(data, bytes):
            items = batch_items(data, most)
            return batch_itself(data), items
        if len(data) <= INLINE_BYTES:
            return data.batch(most)
        return await self._fairness.beside(len(data), data.batch, most)

    async def item(self, data: Given, place: str) -> tuple[str, Given | FactsError]:
        """Key and request, not read, of an EvaluateStreamRequest; or what is wrong with it at ``place``."""
        if isinstance(data, bytes):
            return stream_item(data, place)
        if len(data) <= INLINE_BYTES:
            return data.item(place)
        return await self._fairness.beside(len(data), data.item, place)


def _message(kind: type[M], data: Unread) -> M:
    return data.message(kind)


def read(kind: type[M], data: bytes) -> M:
    """The message. Raises ``FactsError``: LNK835 for bytes that are none, LNK836 for too many values."""
    check_values(data, _schema(cast(Any, kind)))
    try:
        return kind.FromString(data)
    except DecodeError as error:
        raise FactsError((Violation("request", "LNK835"),)) from error


@lru_cache
def _schema(kind: type[Message]) -> Schema:
    return schema_of(kind)


def batch_items(data: bytes, most: int) -> list[bytes]:
    """The items of a BatchEvaluateRequest, not read: all, or ``most`` + 1 where there are more.

    Raises ``FactsError`` (LNK835) for bytes that are no such message.
    """
    found = []
    try:
        for number, value in parts(data):
            if number == _ITEMS:
                found.append(value)
                if len(found) > most:
                    break
    except DecodeError as error:
        raise FactsError((Violation("request", "LNK835"),)) from error
    return found


def batch_itself(data: bytes) -> api.BatchEvaluateRequest:
    """A BatchEvaluateRequest without its items: what it says of all of them. Raises as ``read`` does."""
    try:
        return read(api.BatchEvaluateRequest, without(data, _ITEMS))
    except DecodeError as error:
        raise FactsError((Violation("request", "LNK835"),)) from error


def stream_item(data: bytes, place: str) -> tuple[str, bytes | FactsError]:
    """Key and request, not read, of an EvaluateStreamRequest; or that it is none, at ``place``."""
    key, request = b"", b""
    try:
        for number, value in parts(data):
            if number == _KEY:
                key = value
            elif number == _REQUEST:
                request += value  # as protobuf merges a message that is given in pieces
        return key.decode(), request
    except (DecodeError, UnicodeDecodeError):
        return "", FactsError((Violation(place, "LNK835"),))
