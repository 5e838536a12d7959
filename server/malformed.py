"""Bytes that are not the request's message: refused with a code, like every other fault of a request.

gRPC itself would answer UNKNOWN with a Python exception's text, and log a traceback.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import grpc
from google.protobuf.message import DecodeError

from policy.facts.reading import FactsError, Violation
from server.guard import Guard

_MALFORMED = object()
"""Stands for a request that could not be read."""


class MalformedRequests(grpc.aio.ServerInterceptor):
    """Answers unreadable unary requests with INVALID_ARGUMENT. A stream ends at its first unreadable one."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    async def intercept_service(
        self, continuation: Callable[..., Awaitable[Any]], handler_call_details: grpc.HandlerCallDetails
    ) -> Any:
        """The handler, its reading of requests made safe."""
        handler = await continuation(handler_call_details)
        if handler is None or handler.unary_unary is None or handler.request_deserializer is None:
            return handler
        method = handler_call_details.method.rsplit("/", 1)[-1]
        read, answer, guard = handler.request_deserializer, handler.unary_unary, self._guard

        def reading(data: bytes) -> Any:
            try:
                return read(data)
            except DecodeError:
                return _MALFORMED

        async def answering(request: Any, context: Any) -> Any:
            if request is not _MALFORMED:
                return await answer(request, context)
            with guard.call(method, "") as call:
                raise FactsError((Violation("request", "LNK835"),))
            return await call.abort(context)

        return grpc.unary_unary_rpc_method_handler(
            answering, request_deserializer=reading, response_serializer=handler.response_serializer
        )
