"""The client for asyncio with the methods of the one for threads, so that one test is for both."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from types import TracebackType
from typing import Any, cast

from linkage_client import AsyncClient, AsyncRegister, Client


class Blocking:
    """Runs an ``AsyncClient`` on a loop of its own, a call at a time."""

    def __init__(self, made: Callable[[], AsyncClient]) -> None:
        self._runner = asyncio.Runner()
        self._client = made()

    def __enter__(self) -> Blocking:
        return self

    def __exit__(
        self, cls: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._client.close())
        self._runner.close()

    @property
    def client(self) -> Client:
        """It, as type checkers know it: the same methods, and blocking."""
        return cast(Client, self)

    def __getattr__(self, name: str) -> Any:
        return self._blocking(getattr(self._client, name))

    def _blocking(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            found = method(*args, **options)
            if isinstance(found, AsyncRegister):
                return Calls(found, self._blocking)
            if isinstance(found, AsyncIterator):
                return self._each(found)
            return self._runner.run(_awaited(found)) if inspect.isawaitable(found) else found

        return call

    def _each(self, items: AsyncIterator[Any]) -> Iterator[Any]:
        try:
            while (item := self._runner.run(_next(items))) is not _END:
                yield item
        finally:
            self._runner.run(cast(Any, items).aclose())


class Calls:
    """Methods of a thing, made blocking."""

    def __init__(self, thing: object, blocking: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
        self._thing = thing
        self._blocking = blocking

    def __getattr__(self, name: str) -> Any:
        return self._blocking(getattr(self._thing, name))


_END = object()


async def _next(items: AsyncIterator[Any]) -> Any:
    return await anext(items, _END)


async def _awaited(found: Any) -> Any:
    return await found
