"""How gRPC calls the methods of a service: unreadable requests are refused, answers may be bytes already.

Bytes that are not the request's message are refused with a code, like every other fault of a request; gRPC
itself would answer UNKNOWN with a Python exception's text, and log a traceback.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import grpc
from google.protobuf.message import DecodeError, Message

from policy.facts.reading import FactsError, Violation
from server.api.guard import Guard

_MALFORMED = object()
"""Stands for a request that could not be read."""


class SafeServer:
    """What the generated ``add_…Servicer_to_server`` functions get as their server.

    Registers each method with ``server``: unary requests that cannot be read get INVALID_ARGUMENT, a stream
    of requests ends at its first unreadable one, and an answer is a message or a serialized message. Wrapped
    once, here: an interceptor would wrap the method anew for every call.
    """

    def __init__(self, server: grpc.aio.Server, guard: Guard) -> None:
        self._server = server
        self._guard = guard

    def add_generic_rpc_handlers(self, handlers: Iterable[grpc.GenericRpcHandler]) -> None:
        """Does nothing: generated code also calls ``add_registered_method_handlers``."""

    def add_registered_method_handlers(
        self, service: str, handlers: Mapping[str, grpc.RpcMethodHandler[Any, Any]]
    ) -> None:
        """Registers the methods of the service ``service``."""
        safe = {name: self._safe(name, handler) for name, handler in handlers.items()}
        self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, safe),))

    def _safe(self, name: str, handler: grpc.RpcMethodHandler[Any, Any]) -> grpc.RpcMethodHandler[Any, Any]:
        if handler.stream_stream is not None:
            return grpc.stream_stream_rpc_method_handler(
                handler.stream_stream, handler.request_deserializer, _written
            )
        if handler.unary_unary is None or handler.request_deserializer is None:
            return handler
        answer: Callable[..., Any] = handler.unary_unary
        read, guard = handler.request_deserializer, self._guard

        def reading(data: bytes) -> Any:
            try:
                return read(data)
            except DecodeError:
                return _MALFORMED

        async def answering(request: Any, context: Any) -> Any:
            if request is not _MALFORMED:
                return await answer(request, context)
            with guard.call(name, "") as call:
                raise FactsError((Violation("request", "LNK835"),))
            return await call.abort(context)

        return grpc.unary_unary_rpc_method_handler(answering, reading, _written)


def _written(answer: bytes | Message) -> bytes:
    return answer if isinstance(answer, bytes) else answer.SerializeToString()
