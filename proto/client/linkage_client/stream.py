"""A stream of cases with threads: one reads the cases, gRPC's sends them, the caller's takes the answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
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

R = TypeVar("R", bound=Message)

Opened = Callable[[Iterator[api.EvaluateStreamRequest]], Any]
"""Opens a stream with the requests that it is given, on a connection that works."""


class Stream:
    """One stream, over as many connections as it takes. Iterated once."""

    def __init__(
        self,
        cases: Iterable[CaseLike],
        item: Callable[[int, CaseLike], Item],
        window: int,
        opened: Opened,
        run: Callable[[Plan[Any]], Any],
        asking: Asking,
    ) -> None:
        self._cases = cases
        self._item = item
        self._opened = opened
        self._run = run
        self._asking = asking
        self._window = Window(window)
        self._changed = threading.Condition()
        self._connection = 0
        """Counts connections, so that what sends on an old one ends; -1: nobody takes answers any more."""
        self._failure: BaseException | None = None

    def __iter__(self) -> Iterator[Answer]:
        threading.Thread(target=self._read, name="linkage-cases", daemon=True).start()
        call, made = None, 0
        try:
            while (item := self._first()) is not None:
                if not isinstance(item.request, api.EvaluateRequest):
                    yield self._answered(item.request)
                    continue
                try:
                    call = call or self._connect()
                    result = self._window.result(received(call, api.EvaluateStreamResponse))
                except LinkageError as error:
                    call, made = None, made + 1
                    self._run(plans.again(error, made, self._asking))
                    continue
                made = 0
                if isinstance(result, LinkageError) and result.retryable:
                    result = self._run(plans.settled(item.request, self._asking))
                yield self._answered(result)
            if self._failure is not None:
                raise self._failure
        finally:
            with self._changed:
                self._connection = -1
                self._changed.notify_all()
            if call is not None:
                call.cancel()

    def _first(self) -> Item | None:
        """The case whose answer comes next, as soon as there is one; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._window.first or self._window.ended)
            return self._window.first

    def _answered(self, result: Any) -> Answer:
        with self._changed:
            item = self._window.take()
            self._changed.notify_all()
        return item.answer(result)

    def _connect(self) -> Any:
        with self._changed:
            self._connection += 1
            self._window.reconnected()
            self._changed.notify_all()
            return self._opened(self._sent(self._connection))

    def _read(self) -> None:
        """Takes the cases up as the window has room."""
        try:
            for place, case in enumerate(self._cases):
                item = self._item(place, case)
                with self._changed:
                    self._changed.wait_for(lambda: not self._window.is_full or self._connection < 0)
                    if self._connection < 0:
                        return
                    self._window.add(item)
                    self._changed.notify_all()
        except BaseException as error:
            self._failure = error
        finally:
            with self._changed:
                self._window.ended = True
                self._changed.notify_all()

    def _sent(self, connection: int) -> Iterator[api.EvaluateStreamRequest]:
        """What is sent on one connection: what has no answer yet, then what comes."""

        def ready() -> bool:
            return self._connection != connection or self._window.may_send or self._window.ended

        while True:
            with self._changed:
                self._changed.wait_for(ready)
                if self._connection != connection or not self._window.may_send:
                    return
                request = self._window.sending()
            if request is not None:
                yield request


def received(call: Any, kind: type[R]) -> R:
    """The next message of a stream. Raises ``LinkageError``, ``Unavailable`` where it has ended."""
    try:
        return cast(R, next(call))
    except StopIteration:
        raise ended_early() from None
    except grpc.RpcError as error:
        raise error_of_call(cast(Ended, error)) from error
