"""How gRPC calls the methods of a service: through the gate; unreadable requests are refused, answers may be
bytes already.

Bytes that are not the request's message are refused with a code, like every other fault of a request; gRPC
itself would answer UNKNOWN with a Python exception's text, and log a traceback. A message is read once its
caller has been let in.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping
from contextlib import aclosing
from typing import Any, NoReturn

import grpc
from google.protobuf.message import DecodeError, Message

from policy.facts.reading import FactsError, Violation
from server.api.gate import Gate
from server.api.guard import Guard
from server.identity.rights import OPEN


class SafeServer:
    """What the generated ``add_…Servicer_to_server`` functions get as their server.

    Registers each method with ``server``: its calls pass the gate, unary requests that cannot be read get
    INVALID_ARGUMENT, a stream of requests ends at its first unreadable one, and an answer is a message or a
    serialized message. Wrapped once, here: an interceptor would wrap the method anew for every call.
    """

    def __init__(self, server: grpc.aio.Server, guard: Guard, gate: Gate) -> None:
        self._server = server
        self._guard = guard
        self._gate = gate

    def add_generic_rpc_handlers(self, handlers: Iterable[grpc.GenericRpcHandler]) -> None:
        """Does nothing: generated code also calls ``add_registered_method_handlers``."""

    def add_registered_method_handlers(
        self, service: str, handlers: Mapping[str, grpc.RpcMethodHandler[Any, Any]]
    ) -> None:
        """Registers the methods of the service ``service``."""
        safe = {name: self._safe(f"{service}/{name}", handler) for name, handler in handlers.items()}
        self._server.add_registered_method_handlers(service, safe)

    def _safe(self, call: str, handler: grpc.RpcMethodHandler[Any, Any]) -> grpc.RpcMethodHandler[Any, Any]:
        if handler.stream_stream is not None:
            streaming = self._streaming(call, handler.stream_stream)
            return grpc.stream_stream_rpc_method_handler(streaming, handler.request_deserializer, _written)
        if handler.unary_unary is None or handler.request_deserializer is None:
            if call not in OPEN:
                raise ValueError(f"{call} would not pass the gate")
            return handler
        answering = self._answering(call, handler.unary_unary, handler.request_deserializer)
        return grpc.unary_unary_rpc_method_handler(answering, None, _written)

    def _answering(
        self, call: str, answer: Callable[..., Any], read: Callable[[bytes], Any]
    ) -> Callable[..., Any]:
        async def answering(data: bytes, context: Any) -> Any:
            try:
                async with self._gate.admitted(call, context, len(data)):
                    return await answer(_read(read, data), context)
            except grpc.aio.AbortError:
                raise
            except Exception as error:  # of the gate, or of reading: the handler's own are aborted there
                refusal = error
            return await self._refused(call, refusal, context)

        return answering

    def _streaming(self, call: str, answer: Callable[..., Any]) -> Callable[..., Any]:
        async def streaming(requests: AsyncIterator[Any], context: Any) -> AsyncGenerator[Any]:
            try:
                async with self._gate.admitted(call, context):
                    async with aclosing(answer(requests, context)) as responses:
                        async for response in responses:
                            yield response
                    return
            except grpc.aio.AbortError:
                raise
            except Exception as error:  # of the gate, as above
                refusal = error
            await self._refused(call, refusal, context)

        return streaming

    async def _refused(self, call: str, refusal: Exception, context: Any) -> NoReturn:
        with self._guard.call(call.rpartition("/")[2], "") as refused:
            raise refusal
        await refused.abort(context)


def _read(read: Callable[[bytes], Any], data: bytes) -> Any:
    """The message of a request. Raises ``FactsError`` for bytes that are none."""
    try:
        return read(data)
    except DecodeError as error:
        raise FactsError((Violation("request", "LNK835"),)) from error


def _written(answer: bytes | Message) -> bytes:
    return answer if isinstance(answer, bytes) else answer.SerializeToString()
