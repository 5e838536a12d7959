"""How calls are accepted: by tasks that no request can end, and that lose no call when the server stops.

grpc.aio accepts every call in one task, which reads the name of the method as UTF-8: a name that is none ends
the task, and with it the server (grpcio 1.85.1, ``AioServer._server_main_loop``). And it asks gRPC's core for
one call at a time: calls that wait to be asked for are cancelled when the server stops. Here the methods are
registered with the core, which compares bytes, and several calls of those that are called are asked for
beforehand; what is none of these methods is refused, its name unread.

This rests on parts of grpcio that are not published; where another version has them no longer, its own server
serves, and a call that ends its task ends the process (``server.process.app``).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import Any, cast

import grpc
from grpc._cython import cygrpc
from grpc.aio import _server as aio

from server.api.entry import Entry
from server.decisions.fairness import LET_NEXT
from server.identity.peers import host_of
from server.identity.refusals import Crowded
from server.process.places import Places
from server.settings.limits import Limits
from server.settings.logs import Level, event
from server.telemetry.figures import CALLS, OTHER
from server.telemetry.recording import GRPC

ASKED = 32
"""Calls of one method that the core may hand over before the loop looks again, at most: one at first, and one
more with each that came. Most methods are hardly called, and a task for each of theirs would be in vain."""

SETTLE_SECONDS, SETTLE_TIMES = 0.05, 10
"""Before the server stops calls are held until none has come for so long, at most so many times: clients that
wait for an answer send no further call into the moment in which the core refuses it with CANCELLED."""

AT_ONCE = 8
"""Calls of one connection that are on their way to their turn; its further ones wait, read by nobody. What
gRPC does for each before it can be anybody's turn would make the others wait as long."""

AGAIN_SECONDS = 0.5
"""When whoever finds no place should try again."""

_PARTS = ("_request_call", "_request_registered_call", "_make_request_call_future")
_FUNCTIONS = ("_ServicerContext", "_MethodResolver", "_RequestCallError", "_handle_rpc", "_schedule_rpc_coro")

Options = Sequence[tuple[str, Any]]


def make_server(options: Options, limits: Limits, entry: Entry) -> grpc.aio.Server:
    """A server of ``grpc.aio`` that refuses calls beyond so many at once; the others pass ``entry``."""
    if fits():
        return cast(grpc.aio.Server, Server(options, Places(limits), entry))
    event(Level.WARNING, "other_grpcio", version=grpc.__version__)
    return grpc.aio.server(options=options, maximum_concurrent_rpcs=limits.concurrent_calls)


def fits() -> bool:
    """Whether this grpcio has the parts that ``Server`` rests on."""
    core = getattr(cygrpc, "AioServer", None)
    return all(hasattr(core, name) for name in _PARTS) and all(hasattr(cygrpc, name) for name in _FUNCTIONS)


class Server(aio.Server):
    """``grpc.aio.Server`` whose methods are registered (``add_registered_method_handlers``)."""

    def __init__(self, options: Options, places: Places, entry: Entry) -> None:
        self._loop = cygrpc.get_working_loop()
        self._server = _Core(self._loop, tuple(options), places, entry)

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


class _Asking:
    """Tasks that ask the core for calls: one, and one more with each call that comes, up to ``most``.

    ``accept`` makes such a task's work; it is given what is to be called when a call has come. ``ended``
    fails when one of them does, or all have ended.
    """

    def __init__(self, accept: Callable[[Callable[[], None]], Coroutine[Any, Any, None]], most: int) -> None:
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.tasks: set[asyncio.Task[None]] = set()
        self._accept = accept
        self._most = most
        self._came()

    def _came(self) -> None:
        if len(self.tasks) < self._most:
            task = asyncio.create_task(self._accept(self._came))
            self.tasks.add(task)
            task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if not self.ended.done() and (error is not None or not self.tasks):
            self.ended.set_exception(error or cygrpc._RequestCallError())


class _Core(cygrpc.AioServer):  # type: ignore[misc]
    def __init__(
        self, loop: asyncio.AbstractEventLoop, options: Options, places: Places, entry: Entry
    ) -> None:
        super().__init__(loop, None, (), None, options, None)
        self._places = places
        self._entry = entry
        self._handlers: dict[str, grpc.RpcMethodHandler[Any, Any]] = {}
        self._short: set[str] = set()
        self._entrance = Entrance(AT_ONCE)
        self._asking: list[_Asking] = []
        self._calls: set[asyncio.Task[None]] = set()
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
        if tasks := {task for each in self._asking for task in each.tasks}:
            await asyncio.wait(tasks, timeout=1.0)

    def _make_request_call_future(self, method: bytes | None) -> asyncio.Future[None]:
        """For the loop of grpc.aio: what it believes to be the next call of ``method`` (None: of any other).

        It never comes: ends with the server, and with an exception where calls are accepted no more. Its end
        ends nothing: a call that has just been handed over is answered.
        """
        resolver = cygrpc._MethodResolver([], self._handlers)
        if method is None:
            name, most, ask = "", 1, super()._request_call
        else:
            registered = super()._request_registered_call
            name, most = method.decode(), ASKED

            async def ask() -> Any:
                return await registered(method)

        asking = _Asking(partial(self._accept, name, resolver, ask), most)
        self._asking.append(asking)
        return asking.ended

    async def _accept(
        self, name: str, resolver: Any, ask: Callable[[], Awaitable[Any]], came: Callable[[], None]
    ) -> None:
        """Accepts calls until the server stops."""
        loop = asyncio.get_running_loop()
        while self.is_running():
            try:
                state = await ask()
            except cygrpc._RequestCallError:  # it was gone before it came, or the server stops
                continue
            came()
            self.accepted += 1
            context = cygrpc._ServicerContext(state, None, None, loop)
            host = host_of(context.peer())
            limit = self._places.take(name, host)
            handle = partial(cygrpc._handle_rpc, name, resolver, (), state, loop, False)
            handling = self._handle(name, handle, context, limit)
            call = loop.create_task(cygrpc._schedule_rpc_coro(handling, state, loop, name))
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)
            if not limit:
                call.add_done_callback(lambda _, name=name, host=host: self._places.leave(name, host))  # type: ignore[misc]

    async def _handle(
        self, name: str, handle: Callable[[], Awaitable[None]], context: Any, limit: str
    ) -> None:
        await self.opened.wait()
        call = name[1:]
        if limit:
            await self._entry.refuse(call, Crowded(limit, AGAIN_SECONDS), context)
        elif not name:
            CALLS.add(OTHER, grpc.StatusCode.UNIMPLEMENTED.name, GRPC)
            await handle()  # of no method of ours, and refused as such
        elif name not in self._short:
            own = self._handlers[name]
            streams = own.request_streaming, own.response_streaming
            await self._entry.through(call, streams, context, handle)
        else:
            leave = await self._entrance.enter(context.peer())
            LET_NEXT.set(leave)
            try:
                await self._entry.through(call, (False, False), context, handle, leave)
            finally:
                leave()
