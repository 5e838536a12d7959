"""The Connect protocol (connectrpc.com, "Protocol Reference"): POST /linkage.v1.PolicyService/Evaluate.

Unary calls are plain bodies in JSON or protobuf; streams are messages in envelopes, a flag and a length
before each. Its Python library was looked at and not taken: it reads every body before anything is known of
the caller, takes unknown fields of JSON silently, and brings a second implementation of protobuf.
"""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import AsyncGenerator
from typing import Any

import orjson
from google.protobuf import json_format
from google.protobuf.descriptor_pool import Default
from google.protobuf.message_factory import GetMessageClass
from google.rpc import status_pb2

from server.api.reading import Given
from server.convert.http_errors import Problem, http_status
from server.http.answers import JSON, Answer, Sending, error_headers, headers_of
from server.http.bodies import JsonBody, wire_body
from server.http.calls import Calls
from server.http.context import Context, Ended
from server.http.methods import Method
from server.http.request import (
    IGNORE_UNKNOWN,
    PACKED_BYTES,
    Held,
    Request,
    Room,
    accepts_gzip,
    packed,
    too_large,
    unknown_encoding,
    unpacked,
)

PROTO = "application/proto"
STREAM_JSON, STREAM_PROTO = "application/connect+json", "application/connect+proto"
UNARY, STREAMS = (JSON, PROTO), (STREAM_JSON, STREAM_PROTO)
_ENVELOPE = struct.Struct(">BI")
_PACKED, _END = 1, 2

NAMES = (
    "ok",
    "canceled",
    "unknown",
    "invalid_argument",
    "deadline_exceeded",
    "not_found",
    "already_exists",
    "permission_denied",
    "resource_exhausted",
    "failed_precondition",
    "aborted",
    "out_of_range",
    "unimplemented",
    "internal",
    "unavailable",
    "data_loss",
    "unauthenticated",
)
"""Codes by their numbers, as the protocol writes them."""


class Connect:
    """Answers calls of the protocol."""

    def __init__(self, calls: Calls, room: Room) -> None:
        self._calls = calls
        self._room = room

    async def answer(self, method: Method, request: Request, sending: Sending) -> None:
        """Answers one call, errors too; raises ``Problem`` for what is no call of the protocol."""
        if request.verb == "GET" and method.readable:
            await self._unary(method, request, sending)
            return
        if request.verb != "POST":
            allowed = "GET, HEAD, POST" if method.readable else "POST"
            raise Problem("METHOD_NOT_ALLOWED", {"allow": allowed}, name=request.verb, allowed=allowed)
        kinds = STREAMS if method.streams else UNARY
        if request.content_type not in kinds:
            listed = ", ".join(kinds)
            name = request.content_type or "(none)"
            raise Problem("CONTENT_TYPE", {"accept-post": listed}, name=name, allowed=listed)
        if method.streams:
            await self._stream(method, request, sending)
        else:
            await self._unary(method, request, sending)

    # -- unary calls

    async def _unary(self, method: Method, request: Request, sending: Sending) -> None:
        context: Context | None = None
        try:
            context = request.context()
            ignore = self._checked(request)
            in_json = _in_json(request)
            with self._room.held() as held:

                async def received() -> Given:
                    by_query = request.verb == "GET"
                    data = await _from_query(request, held) if by_query else await request.whole(held)
                    given = _body(in_json, data, request.asked, ignore)
                    request.body = None if isinstance(given, bytes) else given
                    return given

                answer = await self._calls.one(method, received, context)
            if in_json:
                answer = await self._calls.json(method, answer)
            headers = {"content-type": JSON if in_json else PROTO} | _trailers(context)
            await sending.whole(Answer(200, answer, headers))
        except Ended as ended:
            await sending.whole(_error(ended.status, request.lang, headers_of(context)))
        except Problem as problem:
            headers = {**_trailers(context), **problem.headers}
            await sending.whole(_error(problem.status(request.lang), request.lang, headers))

    def _checked(self, request: Request) -> bool:
        """Whether unknown fields are ignored; raises ``Problem`` for another version of the protocol."""
        _check_version(request.header("connect-protocol-version"), "Connect-Protocol-Version", "1")
        return request.flag(IGNORE_UNKNOWN)

    # -- streams

    async def _stream(self, method: Method, request: Request, sending: Sending) -> None:
        in_json = request.content_type == STREAM_JSON
        gzip = accepts_gzip(request.header("connect-accept-encoding"))
        context = request.context()
        status: status_pb2.Status | None = None

        async def take(answer: bytes) -> None:
            if not sending.begun:
                await self._begin(request, sending, context, gzip)
            data = await self._calls.json(method, answer) if in_json else answer
            await sending.piece(await _enveloped(data, gzip))

        try:
            ignore = self._checked(request)
            with self._room.held() as held:
                given = self._messages(request, in_json, ignore, held)

                async def first() -> Given:
                    return await anext(given, _body(in_json, b"", "", ignore))

                await self._calls.many(method, given if method.takes_many else first, context, take)
        except Ended as ended:
            status = ended.status
        except Problem as problem:
            status = problem.status(request.lang)
        if not sending.begun:
            await self._begin(request, sending, context, gzip)
        end: dict[str, Any] = {} if status is None else {"error": _error_json(status)}
        end["metadata"] = {name: [value] for name, value in headers_of(context).items()}
        data = orjson.dumps(end)
        await sending.piece(_ENVELOPE.pack(_END, len(data)) + data)
        await sending.end()

    async def _begin(self, request: Request, sending: Sending, context: Context, gzip: bool) -> None:
        headers = {"content-type": request.content_type, **headers_of(context)}
        headers |= {"connect-accept-encoding": "gzip"}
        await sending.begin(200, headers | ({"connect-content-encoding": "gzip"} if gzip else {}))

    async def _messages(
        self, request: Request, in_json: bool, ignore: bool, held: Held
    ) -> AsyncGenerator[Given]:
        """The messages of a stream, each taken out of its envelope. Raises ``Problem``."""
        encoding = request.header("connect-content-encoding") or "identity"
        if encoding not in ("identity", "gzip"):
            raise unknown_encoding(encoding)
        buffer = bytearray()
        async for piece in request.pieces():
            buffer += piece
            while (data := await self._taken(buffer, encoding, held)) is not None:
                held.hold(min(len(buffer) + len(data), held.most))
                yield _body(in_json, data, request.asked, ignore)
        if buffer:
            raise Problem("BODY_BROKEN", name="envelope")

    async def _taken(self, buffer: bytearray, encoding: str, held: Held) -> bytes | None:
        """The first message, taken out of the buffer; None where it is not there yet."""
        if len(buffer) < _ENVELOPE.size:
            return None
        flags, size = _ENVELOPE.unpack_from(buffer)
        if flags & ~_PACKED or (flags and encoding == "identity"):
            raise Problem("BODY_BROKEN", name=f"envelope, flags {flags}")
        if size > held.most:
            raise too_large(held.most)
        whole = _ENVELOPE.size + size
        if len(buffer) < whole:
            return None
        data = bytes(buffer[_ENVELOPE.size : whole])
        del buffer[:whole]
        return await unpacked(data, held) if flags else data


def _body(in_json: bool, data: bytes, asked: str, ignore: bool) -> Given:
    return JsonBody(data, asked, ignore) if in_json else wire_body(data, asked)


def _check_version(value: str, name: str, wanted: str) -> None:
    if value not in ("", wanted):
        raise Problem("HEADER", name=name, allowed=wanted)


def _in_json(request: Request) -> bool:
    """Whether the request is in JSON."""
    if request.verb != "GET":
        return request.content_type == JSON
    encoding = dict(request.query).get("encoding", "")
    if encoding not in ("json", "proto"):
        raise Problem("QUERY", name="encoding", allowed="json, proto")
    return encoding == "json"


async def _from_query(request: Request, held: Held) -> bytes:
    """The message of a call by GET."""
    given = dict(request.query)
    if given.get("connect", "v1") != "v1":
        raise Problem("QUERY", name="connect", allowed="v1")
    text = given.get("message", "")
    data = text.encode()
    if given.get("base64") == "1":
        try:
            data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise Problem("QUERY", name="message", allowed="base64url") from None
    packing = given.get("compression", "identity")
    if packing not in ("identity", "gzip"):
        raise unknown_encoding(packing)
    return await unpacked(data, held) if packing == "gzip" else data


async def _enveloped(data: bytes, gzip: bool) -> bytes:
    flags = 0
    if gzip and len(data) > PACKED_BYTES:
        flags, data = _PACKED, await packed(data)
    return _ENVELOPE.pack(flags, len(data)) + data


def _trailers(context: Context | None) -> dict[str, str]:
    """What gRPC sends after an answer: beside it, and under the protocol's own name."""
    headers = headers_of(context)
    return headers | {f"trailer-{name}": value for name, value in headers.items()}


def _error(status: status_pb2.Status, lang: str, headers: dict[str, str]) -> Answer:
    body = orjson.dumps(_error_json(status))
    every = {"content-type": JSON, **error_headers(status, lang), **headers}
    return Answer(http_status(status), body, every)


def _error_json(status: status_pb2.Status) -> dict[str, Any]:
    code = NAMES[status.code] if 0 <= status.code < len(NAMES) else "unknown"
    details = [_detail(detail) for detail in status.details]
    return {"code": code, "message": status.message, **({"details": details} if details else {})}


def _detail(detail: Any) -> dict[str, Any]:
    name = detail.type_url.rpartition("/")[2]
    value = base64.b64encode(detail.value).decode().rstrip("=")
    kind = GetMessageClass(Default().FindMessageTypeByName(name))
    shown = json_format.MessageToDict(kind.FromString(detail.value))
    return {"type": name, "value": value, "debug": shown}
