"""A call made: the method's handler, with the gate and the guard around it, within its time.

In: the method, what came (read by whoever is let in), the context. Out: serialized answers.
Raises ``Ended`` (the status that the handler ended with) and ``Problem``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

from google.protobuf.message import Message

from server.api.reading import Given
from server.convert.http_errors import Problem
from server.convert.to_json import json_text
from server.decisions.fairness import Fairness
from server.http.context import Context
from server.http.methods import Method

BESIDE_BYTES = 32 * 1024
"""A larger answer is written as JSON beside the loop."""


class Calls:
    """Makes calls. ``largest``: bytes that an answer may have."""

    def __init__(self, fairness: Fairness, largest: int) -> None:
        self._fairness = fairness
        self._largest = largest

    async def one(self, method: Method, given: Given, context: Context) -> bytes:
        """The answer to one request."""
        handler: Any = method.handler.unary_unary
        try:
            async with asyncio.timeout(_left(context)):
                answer = await handler(given, context)
        except TimeoutError:
            raise Problem("TIME_IS_UP") from None
        return self._written(method, answer)

    async def many(
        self, method: Method, given: AsyncIterator[Given] | Given, context: Context
    ) -> AsyncGenerator[bytes]:
        """The answers, one after the other."""
        handler: Any = method.handler.stream_stream if method.takes_many else method.handler.unary_stream
        answers: AsyncGenerator[Any]
        async with aclosing(handler(given, context)) as answers:
            while True:
                try:
                    async with asyncio.timeout(_left(context)):
                        answer = await anext(answers)
                except TimeoutError:
                    raise Problem("TIME_IS_UP") from None
                except StopAsyncIteration:
                    return
                yield self._written(method, answer)

    def _written(self, method: Method, answer: Any) -> bytes:
        written: bytes = method.handler.response_serializer(answer)  # type: ignore[misc]
        if len(written) > self._largest:
            raise Problem("ANSWER_TOO_LARGE", limit=f"{self._largest:,}")
        return written

    async def json(self, method: Method, answer: bytes, indent: bool = False) -> bytes:
        """The answer as JSON."""
        if len(answer) <= BESIDE_BYTES:
            return _json(method.response, answer, indent)
        return await self._fairness.beside(len(answer), _json, method.response, answer, indent)


def _left(context: Context) -> float | None:
    """The seconds that are left; raises ``TimeoutError`` where there are none."""
    left = context.time_remaining()
    if left is not None and left <= 0.0:
        raise TimeoutError
    return left


def _json(kind: type[Message], answer: bytes, indent: bool) -> bytes:
    return json_text(kind.FromString(answer), indent)
