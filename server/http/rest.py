"""Plain JSON over HTTP, at the paths that google.api.http gives the methods (AIP-127); streams as JSON Lines.

POST /v1/cases:evaluate       the body is the request
GET  /v1/packs/{district}     path and query are its fields
POST /v1/cases:evaluateStream a request a line, an answer a line, each answered as soon as it is decided
POST /v1/cases:assessStream   a request a line, one answer
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from typing import Any, NamedTuple, cast

import orjson
from google.protobuf.descriptor import Descriptor
from google.rpc import status_pb2

from policy.facts.reading import FactsError, Violation
from server.api.reading import Given
from server.convert.http_errors import Problem, status_json
from server.http.answers import JSON, Answer, Sending, error_answer, headers_of
from server.http.bodies import JsonBody
from server.http.calls import Body, Calls
from server.http.context import Context, Ended
from server.http.methods import Method, Methods
from server.http.query import SYSTEM, fields_of
from server.http.request import IGNORE_UNKNOWN, PRETTY, Held, Request, Room, too_large, unknown_encoding
from server.http.templates import Binding

LINES = "application/x-ndjson"
FILES: Mapping[str, tuple[str, str, str]] = {
    "linkage.v1.GetCalendarResponse": (".ics", "calendar", "text/calendar; charset=utf-8"),
    "linkage.v1.ExportContactsResponse": (
        ".xlsx",
        "workbook",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}
"""Answers that are a file: how a path ends that gives the file itself, the field that holds it, its type."""
_LINES = (LINES, "application/jsonl", "application/ndjson", JSON)


class Found(NamedTuple):
    """What a path leads to, and the fields that it holds."""

    method: Method
    binding: Binding
    fields: Mapping[str, str]


class Paths:
    """The paths of all methods."""

    def __init__(self, methods: Methods) -> None:
        self._literal: dict[str, list[tuple[Method, Binding]]] = {}
        self._others: list[tuple[Method, Binding]] = []
        for method in methods:
            for binding in method.bindings:
                if binding.template.literal:
                    self._literal.setdefault(binding.template.text, []).append((method, binding))
                else:
                    self._others.append((method, binding))

    @property
    def all(self) -> list[str]:
        """Every path, as templates write it."""
        return [*self._literal, *dict.fromkeys(binding.template.text for _, binding in self._others)]

    def at(self, path: str) -> list[Found]:
        """What the path leads to, one for each HTTP method that it can be called with."""
        try:
            if "%" not in path and path in self._literal:
                return [Found(method, binding, {}) for method, binding in self._literal[path]]
            matched = ((m, b, b.template.match(path)) for m, b in self._others)
            found = [
                Found(method, binding, fields) for method, binding, fields in matched if fields is not None
            ]
        except UnicodeDecodeError:
            return []
        # `…/c-1:record` is the verb, not a case of that name (which is written c-1%3Arecord).
        return [each for each in found if each.binding.template.verb] or found

    def meant(self, path: str, verb: str, found: list[Found]) -> list[str]:
        """What a path whose verb after the colon there is not was probably meant to be; else nothing."""
        called = "GET" if verb == "HEAD" else verb
        if ":" not in path.rpartition("/")[2] or any(each.binding.verb == called for each in found):
            return []
        stems = {each.binding.template.text for each in found}
        templates = [binding.template for _, binding in self._others if binding.template.verb]
        verbs = [each.verb for each in templates if each.text.removesuffix(f":{each.verb}") in stems]
        return [f"{path.rpartition(':')[0]}:{each}" for each in verbs]


class Rest:
    """Answers calls by their paths."""

    def __init__(self, calls: Calls, room: Room) -> None:
        self._calls = calls
        self._room = room

    async def answer(self, found: list[Found], request: Request, sending: Sending) -> None:
        """Answers one call, errors of the call too; raises ``Problem`` for what is none."""
        verb = "GET" if request.verb == "HEAD" else request.verb
        chosen = next((each for each in found if each.binding.verb == verb), None)
        if chosen is None:
            verbs = {each.binding.verb for each in found}
            allowed = ", ".join(sorted(verbs | ({"HEAD"} if "GET" in verbs else set()) | {"OPTIONS"}))
            raise Problem("METHOD_NOT_ALLOWED", {"allow": allowed}, name=request.verb, allowed=allowed)
        if chosen.binding.body:
            _check_type(request, _LINES if chosen.method.takes_many else (JSON,))
        context = request.context()
        try:
            if chosen.method.takes_many and not chosen.method.gives_many:
                await self._gathered(chosen, request, sending, context)
            elif chosen.method.streams:
                await self._lines(chosen, request, sending, context)
            else:
                await self._one(chosen, request, sending, context)
        except Ended as ended:
            await self._failed(ended.status, request, sending, headers_of(context))
        except Problem as problem:
            headers = headers_of(context) | dict(problem.headers)
            await self._failed(problem.status(request.lang), request, sending, headers)

    async def _one(self, found: Found, request: Request, sending: Sending, context: Context) -> None:
        pretty = request.flag(PRETTY)
        with self._room.held() as held:
            answer = await self._calls.one(found.method, self._body(found, request, held), context)
        if (file := _file(found, answer)) is not None:
            body, kind = file
        else:
            body, kind = await self._calls.json(found.method, answer, pretty), JSON
        await sending.whole(Answer(200, body, {"content-type": kind, **headers_of(context)}))

    def _body(self, found: Found, request: Request, held: Held) -> Body:
        ignore = request.flag(IGNORE_UNKNOWN)
        descriptor = found.method.request.DESCRIPTOR
        added = _added(found, request.query, cast(Any, descriptor))

        async def received() -> Given:
            data = await request.whole(held) if found.binding.body else b""
            request.body = JsonBody(data, request.asked, ignore, added, found.binding.body)
            return request.body

        return received

    async def _gathered(self, found: Found, request: Request, sending: Sending, context: Context) -> None:
        """Many lines and one answer."""
        pretty, answer = request.flag(PRETTY), b""

        async def take(given: bytes) -> None:
            nonlocal answer
            answer = given

        with self._room.held() as held:
            await self._calls.many(found.method, self._given(request, held), context, take)
        body = await self._calls.json(found.method, answer, pretty)
        await sending.whole(Answer(200, body, {"content-type": JSON, **headers_of(context)}))

    async def _lines(self, found: Found, request: Request, sending: Sending, context: Context) -> None:
        async def take(answer: bytes) -> None:
            if not sending.begun:
                await self._begin(sending, context)
            await sending.piece(await self._calls.json(found.method, answer) + b"\n")

        with self._room.held() as held:
            given: AsyncIterator[Given] | Body = self._body(found, request, held)
            if found.method.takes_many:
                given = self._given(request, held)
            await self._calls.many(found.method, given, context, take)
        if not sending.begun:
            await self._begin(sending, context)
        await sending.end()

    async def _begin(self, sending: Sending, context: Context) -> None:
        # Proxies that keep back what they are sent (nginx) are asked not to.
        headers = {"content-type": LINES, "x-accel-buffering": "no"}
        await sending.begin(200, headers | headers_of(context))

    async def _given(self, request: Request, held: Held) -> AsyncGenerator[Given]:
        """The lines of a body, as they come; empty ones keep a connection alive and mean nothing."""
        encoding = request.header("content-encoding") or "identity"
        if encoding != "identity":
            raise unknown_encoding(encoding)
        ignore = request.flag(IGNORE_UNKNOWN)
        buffer = bytearray()
        async for piece in request.pieces():
            start = len(buffer)
            buffer += piece
            while (end := buffer.find(b"\n", start)) >= 0:
                line = bytes(buffer[:end]).strip()
                del buffer[: end + 1]
                start = 0
                if len(line) > held.most:
                    raise too_large(held.most)
                if line:
                    yield JsonBody(line, request.asked, ignore)
            held.hold(len(buffer))
        if line := bytes(buffer).strip():
            yield JsonBody(line, request.asked, ignore)

    async def _failed(
        self, status: status_pb2.Status, request: Request, sending: Sending, headers: Mapping[str, str]
    ) -> None:
        if sending.begun:  # a stream that fails says so in its last line
            line = orjson.dumps({"error": status_json(status)})
            await sending.piece(line + b"\n")
            await sending.end()
        else:
            await sending.whole(error_answer(status, request.lang, headers))


def file_type(method: Method, binding: Binding) -> str:
    """The type of the file that a path gives; "" where it gives JSON."""
    ending, _, kind = FILES.get(method.descriptor.output_type.full_name, ("", "", ""))
    return kind if ending and binding.template.text.endswith(ending) else ""


def _file(found: Found, answer: bytes) -> tuple[bytes, str] | None:
    """The file of an answer that is one, and its type."""
    if not (kind := file_type(found.method, found.binding)):
        return None
    response: Any = found.method.response.FromString(answer)
    return bytes(getattr(response, FILES[found.method.descriptor.output_type.full_name][1])), kind


def _check_type(request: Request, allowed: tuple[str, ...]) -> None:
    if request.content_type not in allowed:
        listed = ", ".join(allowed)
        name = request.content_type or "(none)"
        raise Problem("CONTENT_TYPE", {"accept-post": listed}, name=name, allowed=allowed[0])


def _added(
    found: Found, query: list[tuple[str, str]], descriptor: Descriptor
) -> Callable[[], dict[str, Any]]:
    """Gives the fields of path and query; or raises ``FactsError``, once it is known who asks."""

    def added() -> dict[str, Any]:
        if found.binding.body == "*":
            stray = list(dict.fromkeys(name for name, _ in query if name not in SYSTEM))
            if stray:
                raise FactsError(Violation("query", "LNK849", (("name", name[:64]),)) for name in stray)
        given = [*found.fields.items(), *query]
        return fields_of(given, descriptor)

    return added
