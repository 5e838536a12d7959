"""A stream of cases with asyncio: a task reads the cases, gRPC's sends them, the caller takes the answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Any, TypeVar, cast

import grpc
from google.protobuf.message import Message

from linkage.v1 import policy_service_pb2 as api
from linkage_client import plans
from linkage_client.cases import CaseLike
from linkage_client.errors import Ended, LinkageError, error_of_call
from linkage_client.plans import Asking, Plan
from linkage_client.requests import Item
from linkage_client.views import Answer
from linkage_client.window import Window, ended_early

T = TypeVar("T")
R = TypeVar("R", bound=Message)

Opened = Callable[[AsyncIterator[api.EvaluateStreamRequest]], Awaitable[Any]]
"""Opens a stream with the requests that it is given, on a connection that works."""

_CORE = "Internal error from Core"
"""What grpc.aio, and no service, says where a connection breaks while it is sending."""


async def each(items: Iterable[T] | AsyncIterable[T]) -> AsyncIterator[tuple[int, T]]:
    """The items with their places, wherever they come from."""
    place = 0
    if isinstance(items, AsyncIterable):
        async for item in items:
            yield place, item
            place += 1
    else:
        for place, item in enumerate(items):
            yield place, item


class Stream:
    """One stream, over as many connections as it takes. Iterated once."""

    def __init__(
        self,
        cases: Iterable[CaseLike] | AsyncIterable[CaseLike],
        item: Callable[[int, CaseLike], Item],
        window: int,
        opened: Opened,
        run: Callable[[Plan[Any]], Awaitable[Any]],
        asking: Asking,
    ) -> None:
        self._cases = cases
        self._item = item
        self._opened = opened
        self._run = run
        self._asking = asking
        self._window = Window(window)
        self._changed = asyncio.Condition()
        self._connection = 0
        """Counts connections, so that what sends on an old one ends."""

    async def __aiter__(self) -> AsyncIterator[Answer]:
        reader = asyncio.create_task(self._read(), name="linkage-cases")
        call, made = None, 0
        try:
            while (item := await self._first()) is not None:
                if not isinstance(item.request, api.EvaluateRequest):
                    yield await self._answered(item.request)
                    continue
                try:
                    call = call or await self._connect()
                    result = self._window.result(await received(call, api.EvaluateStreamResponse))
                except LinkageError as error:
                    call, made = None, made + 1
                    await self._run(plans.again(error, made, self._asking))
                    continue
                made = 0
                if isinstance(result, LinkageError) and result.retryable:
                    result = await self._run(plans.settled(item.request, self._asking))
                yield await self._answered(result)
            await reader
        finally:
            reader.cancel()
            if call is not None:
                call.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await reader

    async def _first(self) -> Item | None:
        """The case whose answer comes next, as soon as there is one; None at the end."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._window.first or self._window.ended)
            return self._window.first

    async def _answered(self, result: Any) -> Answer:
        async with self._changed:
            item = self._window.take()
            self._changed.notify_all()
        return item.answer(result)

    async def _connect(self) -> Any:
        async with self._changed:
            self._connection += 1
            self._window.reconnected()
            self._changed.notify_all()
        return await self._opened(self._sent(self._connection))

    async def _read(self) -> None:
        """Takes the cases up as the window has room."""
        try:
            async for place, case in each(self._cases):
                item = self._item(place, case)
                async with self._changed:
                    await self._changed.wait_for(lambda: not self._window.is_full)
                    self._window.add(item)
                    self._changed.notify_all()
        finally:
            async with self._changed:
                self._window.ended = True
                self._changed.notify_all()

    async def _sent(self, connection: int) -> AsyncIterator[api.EvaluateStreamRequest]:
        """What is sent on one connection: what has no answer yet, then what comes."""

        def ready() -> bool:
            return self._connection != connection or self._window.may_send or self._window.ended

        while True:
            async with self._changed:
                await self._changed.wait_for(ready)
                if self._connection != connection or not self._window.may_send:
                    return
                request = self._window.sending()
            if request is not None:
                yield request


async def received(call: Any, kind: type[R]) -> R:
    """The next message of a stream. Raises ``LinkageError``, ``Unavailable`` where it has ended."""
    try:
        response = await call.read()
    except grpc.RpcError as error:
        found = error_of_call(cast(Ended, error))
        if found.code is grpc.StatusCode.INTERNAL and str(found).startswith(_CORE):
            raise ended_early() from error
        raise found from error
    if response is grpc.aio.EOF:
        raise ended_early()
    return cast(R, response)
