"""How calls are accepted: by tasks that no request can end, and that lose no call when the server stops.

grpc.aio accepts every call in one task, which reads the name of the method as UTF-8: a name that is none ends
the task, and with it the server (grpcio 1.85.1, ``AioServer._server_main_loop``). And it asks gRPC's core for
one call at a time: calls that wait to be asked for are cancelled when the server stops. Here the methods are
registered with the core, which compares bytes, and several calls of each are asked for beforehand; what is
none of these methods is refused, its name unread.

This rests on parts of grpcio that are not published; where another version has them no longer, its own server
serves, and a call that ends its task ends the process (``server.process.app``).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, cast

import grpc
from grpc._cython import cygrpc
from grpc.aio import _server as aio

from server.decisions.fairness import LET_NEXT
from server.settings.logs import Level, event

ASKED = 32
"""Calls of one method that the core may hand over before the loop looks again."""

SETTLE_SECONDS, SETTLE_TIMES = 0.02, 10
"""Before the server stops calls are held until none has come for so long, at most so many times: clients that
wait for an answer send no further call into the moment in which the core refuses it with CANCELLED."""

AT_ONCE = 8
"""Calls of one connection that are on their way to their turn; its further ones wait, read by nobody. What
gRPC does for each before it can be anybody's turn would make the others wait as long."""

HEALTH_AT_ONCE: Mapping[str, int] = MappingProxyType(
    {"/grpc.health.v1.Health/Check": 256, "/grpc.health.v1.Health/Watch": 64}
)
"""Calls at once of health, which anybody may ask for: they have places of their own, so that nobody keeps the
others' by watching, nor is health refused because the service has much to do."""

_PARTS = ("_request_call", "_request_registered_call", "_make_request_call_future")
_FUNCTIONS = ("_ServicerContext", "_MethodResolver", "_RequestCallError", "_handle_rpc", "_schedule_rpc_coro")

Options = Sequence[tuple[str, Any]]


def make_server(options: Options, concurrent_calls: int) -> grpc.aio.Server:
    """A server of ``grpc.aio`` that refuses calls beyond so many at once."""
    if fits():
        return cast(grpc.aio.Server, Server(options, concurrent_calls))
    event(Level.WARNING, "other_grpcio", version=grpc.__version__)
    return grpc.aio.server(options=options, maximum_concurrent_rpcs=concurrent_calls)


def fits() -> bool:
    """Whether this grpcio has the parts that ``Server`` rests on."""
    core = getattr(cygrpc, "AioServer", None)
    return all(hasattr(core, name) for name in _PARTS) and all(hasattr(cygrpc, name) for name in _FUNCTIONS)


class Server(aio.Server):
    """``grpc.aio.Server`` whose methods are registered (``add_registered_method_handlers``)."""

    def __init__(self, options: Options, concurrent_calls: int) -> None:
        self._loop = cygrpc.get_working_loop()
        self._server = _Core(self._loop, tuple(options), concurrent_calls)

    def add_generic_rpc_handlers(self, generic_rpc_handlers: object) -> None:
        """Does nothing: generated code also calls ``add_registered_method_handlers``."""

    async def stop(self, grace: float | None) -> None:
        """Takes no more calls; those that have been accepted may take ``grace`` seconds."""
        self._server.opened.clear()
        for _ in range(SETTLE_TIMES):
            before = self._server.accepted
            await asyncio.sleep(SETTLE_SECONDS)
            if self._server.accepted == before:
                break
        stopping = asyncio.create_task(super().stop(grace))
        await self._server.refusing()
        self._server.opened.set()
        await stopping


class Entrance:
    """Lets so many at once in of each key, until they let the next one in; the others wait in their order."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._inside: dict[str, int] = {}
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    async def enter(self, key: str) -> Callable[[], None]:
        """Waits until it is let in; what lets the next one in, however often it is called."""
        if self._inside.get(key, 0) < self._at_once:
            self._inside[key] = self._inside.get(key, 0) + 1
        else:
            place = asyncio.get_running_loop().create_future()
            self._waiting.setdefault(key, deque()).append(place)
            try:
                await place
            except asyncio.CancelledError:
                if place.done() and not place.cancelled():
                    self._leave(key)  # let in at the very moment in which it went away
                raise
        left = False

        def leave() -> None:
            nonlocal left
            if not left:
                left = True
                self._leave(key)

        return leave

    def _leave(self, key: str) -> None:
        waiting = self._waiting.get(key)
        while waiting:
            place = waiting.popleft()
            if not waiting:
                del self._waiting[key]
            if not place.done():
                place.set_result(None)
                return
        self._inside[key] -= 1
        if not self._inside[key]:
            del self._inside[key]


class _Core(cygrpc.AioServer):  # type: ignore[misc]
    def __init__(self, loop: asyncio.AbstractEventLoop, options: Options, concurrent_calls: int) -> None:
        super().__init__(loop, None, (), None, options, None)
        self._concurrent = concurrent_calls
        self._handlers: dict[str, grpc.RpcMethodHandler[Any, Any]] = {}
        self._short: set[str] = set()
        self._entrance = Entrance(AT_ONCE)
        self._accepting: set[asyncio.Task[None]] = set()
        self._calls: set[asyncio.Task[None]] = set()
        self._health: Mapping[str, set[asyncio.Task[None]]] = {name: set() for name in HEALTH_AT_ONCE}
        self.accepted = 0
        self.opened = asyncio.Event()
        self.opened.set()

    def add_registered_method_handlers(self, handlers: Mapping[str, grpc.RpcMethodHandler[Any, Any]]) -> None:
        super().add_registered_method_handlers(dict(handlers))
        self._handlers |= handlers
        long = (name for name, each in handlers.items() if each.request_streaming or each.response_streaming)
        self._short |= handlers.keys() - set(long)

    async def refusing(self) -> None:
        """Returns once the core takes no more calls."""
        if self._accepting:
            await asyncio.wait(self._accepting, timeout=1.0)

    def _make_request_call_future(self, method: bytes | None) -> asyncio.Task[None]:
        """For the loop of grpc.aio: what it believes to be the next call of ``method`` (None: of any other).

        It never comes: ends with the server, and with an exception where calls are accepted no more.
        """
        resolver = cygrpc._MethodResolver([], self._handlers)
        if method is None:
            name, count, ask = "", 1, super()._request_call
        else:
            registered = super()._request_registered_call
            name, count = method.decode(), ASKED

            async def ask() -> Any:
                return await registered(method)

        accepting = [asyncio.create_task(self._accept(name, resolver, ask)) for _ in range(count)]
        self._accepting.update(accepting)
        return asyncio.create_task(_until_stopped(accepting))

    async def _accept(self, name: str, resolver: Any, ask: Callable[[], Awaitable[Any]]) -> None:
        """Accepts calls until the server stops."""
        loop = asyncio.get_running_loop()
        while self.is_running():
            try:
                state = await ask()
            except cygrpc._RequestCallError:  # it was gone before it came, or the server stops
                continue
            self.accepted += 1
            calls = self._health.get(name, self._calls)
            full = len(calls) >= HEALTH_AT_ONCE.get(name, self._concurrent)
            handling = self._handle(name, resolver, state, full)
            call = loop.create_task(cygrpc._schedule_rpc_coro(handling, state, loop, name))
            calls.add(call)
            call.add_done_callback(calls.discard)

    async def _handle(self, name: str, resolver: Any, state: Any, full: bool) -> None:
        await self.opened.wait()
        loop = asyncio.get_running_loop()
        if full or name not in self._short:
            await cygrpc._handle_rpc(name, resolver, (), state, loop, full)
            return
        peer = cygrpc._ServicerContext(state, None, None, loop).peer()
        leave = await self._entrance.enter(peer)
        LET_NEXT.set(leave)
        try:
            await cygrpc._handle_rpc(name, resolver, (), state, loop, full)
        finally:
            leave()


async def _until_stopped(accepting: list[asyncio.Task[None]]) -> None:
    # Not cancelled with this task: a call that has just been handed over is answered.
    await asyncio.shield(asyncio.gather(*accepting))
    raise cygrpc._RequestCallError
