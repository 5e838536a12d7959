"""How gRPC calls the methods of a service: through the gate; unreadable requests are refused, answers may be
bytes already.

Bytes that are not the request's message are refused with a code, like every other fault of a request; gRPC
itself would answer UNKNOWN with a Python exception's text, and log a traceback. A message is read once its
caller has been let in, and in the caller's turn.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import aclosing
from typing import Any, NoReturn, Protocol, cast

import grpc
from google.protobuf.message import Message

from server.api.entry import moved
from server.api.gate import Gate
from server.api.guard import Guard
from server.api.reading import Given, Reading
from server.api.refusing import refused

BY_ITEM = frozenset(
    (
        *(f"linkage.v1.PolicyService/{name}" for name in ("BatchEvaluate", "EvaluateStream")),
        "linkage.v1.AssessmentService/AssessStream",
    )
)
"""Calls whose handlers get bytes: they read each item in its turn."""


class Registry(Protocol):
    """Where methods are registered: ``grpc.aio.Server`` is one."""

    def add_registered_method_handlers(self, service: str, handlers: Any, /) -> None:
        """Takes the methods of a service."""


class SafeServer:
    """What the generated ``add_…Servicer_to_server`` functions get as their server.

    Registers each method with ``servers``, gRPC's and other doors: its calls pass the gate, requests that
    cannot be read get INVALID_ARGUMENT, and an answer is a message or a serialized message. Wrapped once,
    here: an interceptor would wrap the method anew for every call.
    """

    def __init__(self, servers: Sequence[Registry], guard: Guard, gate: Gate, reading: Reading) -> None:
        self._servers = servers
        self._guard = guard
        self._gate = gate
        self._reading = reading

    def add_generic_rpc_handlers(self, handlers: Iterable[grpc.GenericRpcHandler]) -> None:
        """Does nothing: generated code also calls ``add_registered_method_handlers``."""

    def add_registered_method_handlers(
        self, service: str, handlers: Mapping[str, grpc.RpcMethodHandler[Any, Any]]
    ) -> None:
        """Registers the methods of the service ``service``."""
        safe = {name: self._safe(f"{service}/{name}", handler) for name, handler in handlers.items()}
        for server in self._servers:
            server.add_registered_method_handlers(service, safe)

    def _safe(self, call: str, handler: grpc.RpcMethodHandler[Any, Any]) -> grpc.RpcMethodHandler[Any, Any]:
        # Generated code gives a message's own FromString; messages of BY_ITEM are their handlers' to read.
        kind = None if call in BY_ITEM else cast(Any, handler.request_deserializer).__self__
        if handler.unary_unary is not None:
            return grpc.unary_unary_rpc_method_handler(
                self._answering(call, handler.unary_unary, kind), None, _written
            )
        if handler.unary_stream is not None:
            return grpc.unary_stream_rpc_method_handler(
                self._streaming(call, self._of_one(handler.unary_stream, kind)), None, _written
            )
        if handler.stream_unary is not None:
            return grpc.stream_unary_rpc_method_handler(
                self._gathering(call, cast(Any, handler.stream_unary), kind), None, _written
            )
        return grpc.stream_stream_rpc_method_handler(
            self._streaming(call, self._of_many(cast(Any, handler.stream_stream), kind)), None, _written
        )

    async def _message(self, kind: type[Message] | None, data: Given) -> Any:
        return data if kind is None else await self._reading.message(kind, data)

    def _answering(
        self, call: str, answer: Callable[..., Any], kind: type[Message] | None
    ) -> Callable[..., Any]:
        async def answering(data: Given, context: Any) -> Any:
            moved()
            try:
                async with self._gate.admitted(call, context, len(data)):
                    return await answer(await self._message(kind, data), context)
            except grpc.aio.AbortError:
                raise
            except Exception as error:  # of the gate, or of reading: the handler's own are aborted there
                refusal = error
            return await self._refused(call, refusal, context, getattr(data, "language", ""))

        return answering

    def _of_one(self, answer: Callable[..., Any], kind: type[Message] | None) -> Callable[..., Any]:
        async def responses(data: Given, context: Any) -> AsyncGenerator[Any]:
            moved()
            answering = answer(await self._message(kind, data), context)
            if isinstance(answering, Coroutine):  # writes its responses itself, as Health.Watch does
                await answering
                return
            async for response in answering:
                yield response

        return responses

    def _gathering(
        self, call: str, answer: Callable[..., Any], kind: type[Message] | None
    ) -> Callable[..., Any]:
        async def gathering(requests: AsyncIterator[Given], context: Any) -> Any:
            try:
                async with self._gate.admitted(call, context):
                    return await answer(self._messages(requests, kind), context)
            except grpc.aio.AbortError:
                raise
            except Exception as error:  # of the gate, as above
                refusal = error
            return await self._refused(call, refusal, context)

        return gathering

    def _of_many(self, answer: Callable[..., Any], kind: type[Message] | None) -> Callable[..., Any]:
        def responses(requests: AsyncIterator[Given], context: Any) -> AsyncIterator[Any]:
            read: AsyncIterator[Any] = answer(self._messages(requests, kind), context)
            return read

        return responses

    async def _messages(
        self, requests: AsyncIterator[Given], kind: type[Message] | None
    ) -> AsyncGenerator[Any]:
        async for data in requests:
            moved()
            yield await self._message(kind, data)

    def _streaming(self, call: str, answer: Callable[..., Any]) -> Callable[..., Any]:
        """``answer`` takes what gRPC gives: the bytes of the request, or an iterator of those of many."""

        async def streaming(given: Any, context: Any) -> AsyncGenerator[Any]:
            try:
                async with self._gate.admitted(call, context):
                    async with aclosing(answer(given, context)) as responses:
                        async for response in responses:
                            yield response
                            moved()
                    return
            except grpc.aio.AbortError:
                raise
            except Exception as error:  # of the gate, as above
                refusal = error
            await self._refused(call, refusal, context)

        return streaming

    async def _refused(self, call: str, refusal: Exception, context: Any, language: str = "") -> NoReturn:
        await refused(self._guard, call, refusal, context, language)


def _written(answer: bytes | Message) -> bytes:
    return answer if isinstance(answer, bytes) else answer.SerializeToString()
