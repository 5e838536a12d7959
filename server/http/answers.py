"""Answers as HTTP sends them: headers that all of them have, one body or pieces of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import orjson
from google.rpc import status_pb2

from server.convert.http_errors import http_status, retry_seconds, status_json
from server.http.context import Context
from server.http.request import PACKED_BYTES, Request, packed

JSON = "application/json"
REQUEST_ID = "x-request-id"

YEAR_SECONDS = 31_536_000

_ALWAYS = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))
_OVER_TLS = ((b"strict-transport-security", f"max-age={YEAR_SECONDS}".encode()),)


class Answer(NamedTuple):
    """A whole answer."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = {}


Page = Callable[[Request], Answer]
"""What stands at a path beside the calls."""


class Sending:
    """Sends the answer to one request: whole, or begun and then piece by piece."""

    def __init__(self, request: Request, send: Any) -> None:
        self._request = request
        self._send = send
        self.begun = False

    async def whole(self, answer: Answer) -> None:
        """All of it; packed where the client takes that."""
        body, headers = answer.body, dict(answer.headers)
        headers.setdefault("vary", "accept-encoding, accept-language")
        if len(body) > PACKED_BYTES and self._request.takes_gzip and "content-encoding" not in headers:
            body = await packed(body)
            headers["content-encoding"] = "gzip"
        if answer.status not in (204, 304):
            headers["content-length"] = str(len(body))
        await self.begin(answer.status, headers)
        await self._send({"type": "http.response.body", "body": body})

    async def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """Status and headers."""
        self.begun = True
        over_tls = _OVER_TLS if self._request.scope["scheme"] == "https" else ()
        named = [(name.encode(), value.encode("latin1", "replace")) for name, value in headers.items()]
        own = {name for name, _ in named}
        common = [pair for pair in (*_ALWAYS, *over_tls) if pair[0] not in own]
        await self._send({"type": "http.response.start", "status": status, "headers": [*named, *common]})

    async def piece(self, data: bytes) -> None:
        """A piece of the body."""
        await self._send({"type": "http.response.body", "body": data, "more_body": True})

    async def end(self) -> None:
        """Its end."""
        await self._send({"type": "http.response.body", "body": b""})


def headers_of(context: Context | None) -> dict[str, str]:
    """What the gate and the guard have set for the client."""
    trailers = context.trailers if context is not None else {}
    plain = ((name, value) for name, value in trailers.items() if isinstance(value, str))
    found = {name: value for name, value in plain if not name.startswith("grpc-")}
    return found if context is None else found | context.headers


def error_headers(status: status_pb2.Status, lang: str) -> dict[str, str]:
    """What goes with an error: its language, when to come back, how to say who calls."""
    headers = {"content-language": "en" if lang == "en" else "zh-CN"}
    if seconds := retry_seconds(status):
        headers["retry-after"] = str(math.ceil(seconds))
    if status.code == _UNAUTHENTICATED:
        headers["www-authenticate"] = 'Bearer realm="linkage"'
    return headers


_UNAUTHENTICATED = 16


def error_answer(status: status_pb2.Status, lang: str, headers: Mapping[str, str]) -> Answer:
    """google.rpc.Status as JSON."""
    body = orjson.dumps(status_json(status))
    every = {"content-type": JSON, **error_headers(status, lang), **headers}
    return Answer(http_status(status), body, every)
