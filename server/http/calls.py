"""A call made: the method's handler, with the gate and the guard around it, within its time.

In: the method, its body (received once the caller has been let in, by the headers), the context. Out:
serialized answers.
Raises ``Ended`` (the status that the handler ended with) and ``Problem``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any

from google.protobuf.message import Message

from server.api.entry import Entry
from server.api.guard import Guard
from server.api.reading import Given
from server.api.refusing import refused
from server.convert.http_errors import Problem
from server.convert.to_json import json_text
from server.decisions.fairness import Fairness
from server.http.context import Context
from server.http.methods import Method

BESIDE_BYTES = 32 * 1024
"""A larger answer is written as JSON beside the loop."""


Body = Callable[[], Awaitable[Given]]
"""Gives the body of a request, once its caller has been let in. Raises ``Problem``."""


class Calls:
    """Makes calls. ``largest``: bytes that an answer may have."""

    def __init__(self, entry: Entry, guard: Guard, fairness: Fairness, largest: int) -> None:
        self._entry = entry
        self._guard = guard
        self._fairness = fairness
        self._largest = largest

    async def one(self, method: Method, body: Body, context: Context) -> bytes:
        """The answer to one request."""
        handler: Any = method.handler.unary_unary
        answer = b""

        async def handle() -> None:
            nonlocal answer
            given = await self._received(method, body, context)
            answer = self._written(method, await handler(given, context))

        await self._in_time(method, handle, context)
        return answer

    async def many(
        self,
        method: Method,
        given: AsyncIterator[Given] | Body,
        context: Context,
        take: Callable[[bytes], Awaitable[None]],
    ) -> None:
        """Has each answer taken, one after the other; the one answer to many requests, too."""
        handler: Any = _streaming(method)

        async def handle() -> None:
            asked = await self._received(method, given, context) if callable(given) else given
            if not method.gives_many:
                await take(self._written(method, await handler(asked, context)))
                return
            answers: AsyncGenerator[Any]
            async with aclosing(handler(asked, context)) as answers:
                async for answer in answers:
                    await take(self._written(method, answer))

        await self._in_time(method, handle, context)

    async def _in_time(self, method: Method, handle: Callable[[], Awaitable[None]], context: Context) -> None:
        try:
            async with asyncio.timeout(_left(context)):
                streams = method.takes_many, method.gives_many
                await self._entry.through(method.call, streams, context, handle)
        except TimeoutError:
            raise Problem("TIME_IS_UP") from None

    async def _received(self, method: Method, body: Body, context: Context) -> Given:
        try:
            return await body()
        except Problem as problem:
            context.headers.update(problem.headers)
            await refused(self._guard, method.call, problem, context)

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


def _streaming(method: Method) -> Any:
    """The handler of a method whose requests or answers are a stream."""
    if not method.takes_many:
        return method.handler.unary_stream
    return method.handler.stream_stream if method.gives_many else method.handler.stream_unary


def _left(context: Context) -> float | None:
    """The seconds that are left; raises ``TimeoutError`` where there are none."""
    left = context.time_remaining()
    if left is not None and left <= 0.0:
        raise TimeoutError
    return left


def _json(kind: type[Message], answer: bytes, indent: bool) -> bytes:
    return json_text(kind.FromString(answer), indent)
