"""A request of HTTP as its doors look at it: headers, language, how long it may take, body."""

from __future__ import annotations

import asyncio
import re
import zlib
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from policy.review.wording import LANGUAGES
from server.api.reading import Unread
from server.convert.http_errors import Problem
from server.http.context import Context, peer_of
from server.settings.limits import Limits

BESIDE_BYTES = 16 * 1024
"""More than this is packed and unpacked beside the loop."""
PACKED_BYTES = 1400
"""Less than this fits one packet as it is."""

IGNORE_UNKNOWN, PRETTY = "ignoreUnknown", "pretty"
_TIMEOUT = re.compile(r"([0-9]{1,8})([HMSmun])", re.ASCII)
_UNITS = {"H": 3600.0, "M": 60.0, "S": 1.0, "m": 1e-3, "u": 1e-6, "n": 1e-9}
_CONNECT_TIMEOUT = re.compile(r"[0-9]{1,10}", re.ASCII)


class Room:
    """How many bytes of bodies may be held at once, by all requests together."""

    def __init__(self, limits: Limits) -> None:
        self.largest = limits.request_bytes
        self._left = limits.waiting_bytes + limits.request_bytes

    @contextmanager
    def held(self) -> Iterator[Held]:
        """A request's share, until it has been answered."""
        held = Held(self)
        try:
            yield held
        finally:
            self._left += held.size

    def take(self, size: int) -> None:
        """Raises ``Problem`` where there is no room for so many bytes."""
        if size > self._left:
            raise Problem("BODIES_WAITING")
        self._left -= size


class Held:
    """What one request holds."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self.most = room.largest
        self.size = 0

    def hold(self, size: int) -> None:
        """From now on so many bytes. Raises ``Problem``: too many of its own, or of all."""
        if size > self.most:
            raise too_large(self.most)
        self._room.take(size - self.size)
        self.size = size


def too_large(limit: int) -> Problem:
    """The body, or a message of it, is larger than ``limit``."""
    return Problem("BODY_TOO_LARGE", limit=f"{limit:,}")


class Request:
    """One request. Its methods raise ``Problem``."""

    def __init__(self, scope: Any, receive: Any) -> None:
        self.scope = scope
        self.receive = receive
        self.body: Unread | None = None
        """What was read of it, which may name a language."""
        self.verb: str = scope["method"]
        self.path: str = scope["raw_path"].decode("ascii")

    @cached_property
    def headers(self) -> dict[bytes, bytes]:
        """By name in lower case; values of equal ones are joined with commas."""
        found: dict[bytes, bytes] = {}
        for name, value in self.scope["headers"]:
            found[name] = found[name] + b", " + value if name in found else value
        return found

    def header(self, name: str) -> str:
        """The value of a header; empty where it is not given."""
        return self.headers.get(name.encode(), b"").decode("latin1").strip()

    @cached_property
    def asked(self) -> str:
        """The language that ``Accept-Language`` asks for, of those there are; empty: it asks for none."""
        best, found = 0.0, ""
        for part in self.header("accept-language").split(","):
            tag, _, quality = part.strip().partition(";")
            weight = _quality(quality)
            primary = tag.strip().split("-")[0].lower()
            if primary in LANGUAGES and weight > best:
                best, found = weight, primary
        return found

    @property
    def lang(self) -> str:
        """The language to speak: that of the body, where it names one, or what the headers ask for."""
        said = "" if self.body is None else self.body.language
        return said or self.asked or LANGUAGES[0]

    @cached_property
    def content_type(self) -> str:
        """The media type of the body, without its parameters; another charset than UTF-8 is a part of it."""
        kind, *parameters = (part.strip().lower() for part in self.header("content-type").split(";"))
        charset = next((p for p in parameters if p.startswith("charset=")), "charset=utf-8")
        plain = charset.removeprefix("charset=").strip('"') in ("utf-8", "utf8", "us-ascii")
        return kind if plain else f"{kind}; {charset}"

    @cached_property
    def query(self) -> list[tuple[str, str]]:
        """The query's parameters, in order."""
        text = self.scope["query_string"].decode("latin1")
        try:
            return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=1000)
        except ValueError:
            raise Problem("QUERY", name="?", allowed="name=value, UTF-8, %XX") from None

    def flag(self, name: str) -> bool:
        """A parameter of the query, or header ``X-Name``, that is true or false."""
        values = [value for key, value in self.query if key == name]
        values += [text] if (text := self.header(f"x-{_dashed(name)}")) else []
        if not values:
            return False
        if len(set(values)) > 1 or values[0] not in ("true", "false"):
            raise Problem("QUERY", name=name, allowed="true / false")
        return values[0] == "true"

    @cached_property
    def seconds(self) -> float | None:
        """How long the call may take: ``Connect-Timeout-Ms``, or ``grpc-timeout`` as gRPC writes it."""
        if text := self.header("connect-timeout-ms"):
            if not _CONNECT_TIMEOUT.fullmatch(text):
                raise Problem("HEADER", name="Connect-Timeout-Ms", allowed="1234 (ms)")
            return int(text) / 1000
        if text := self.header("grpc-timeout"):
            found = _TIMEOUT.fullmatch(text)
            if found is None:
                raise Problem("HEADER", name="grpc-timeout", allowed="5S / 500m")
            return int(found[1]) * _UNITS[found[2]]
        return None

    def context(self) -> Context:
        """What handlers get."""
        chain = self.scope.get("extensions", {}).get("tls", {}).get("client_cert_chain") or ()
        peer = peer_of(self.scope.get("client"))
        return Context(self.scope["headers"], peer, [pem.encode() for pem in chain], self.seconds, self.asked)

    async def whole(self, held: Held) -> bytes:
        """The body, unpacked."""
        encoding = self.header("content-encoding") or "identity"
        if encoding not in ("identity", "gzip"):
            raise unknown_encoding(encoding)
        declared = self.header("content-length")
        if declared.isdecimal() and (len(declared) > 18 or int(declared) > held.most):
            raise too_large(held.most)  # before any of it is read
        pieces = []
        async for piece in self.pieces():
            held.hold(held.size + len(piece))
            pieces.append(piece)
        data = b"".join(pieces)
        return await unpacked(data, held) if encoding == "gzip" else data

    async def pieces(self) -> AsyncGenerator[bytes]:
        """The body as it comes. Where the client has gone, the request is cancelled."""
        more = True
        while more:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise asyncio.CancelledError
            if piece := message.get("body", b""):
                yield piece
            more = message.get("more_body", False)

    @property
    def takes_gzip(self) -> bool:
        """Whether the answer may be packed."""
        return accepts_gzip(self.header("accept-encoding"))


def unknown_encoding(name: str) -> Problem:
    """A way of packing that is not known."""
    return Problem("CONTENT_ENCODING", {"accept-encoding": "gzip, identity"}, name=name[:40])


def accepts_gzip(text: str) -> bool:
    """Whether a list of encodings allows gzip."""
    for part in text.lower().split(","):
        name, _, quality = part.strip().partition(";")
        if name.strip() == "gzip":
            return _quality(quality) > 0
    return False


def _quality(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(1.0, max(0.0, float(value)))
    except ValueError:
        return 0.0


def _dashed(name: str) -> str:
    return re.sub(r"[A-Z]", lambda found: f"-{found[0].lower()}", name)


async def unpacked(data: bytes, held: Held) -> bytes:
    """The bytes that gzip packed, no more of them than a request may have. Raises ``Problem``."""
    if len(data) > BESIDE_BYTES:
        found = await asyncio.to_thread(_unpacked, data, held.most)
    else:
        found = _unpacked(data, held.most)
    held.hold(max(held.size, len(found)))
    return found


def _unpacked(data: bytes, most: int) -> bytes:
    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        found = unpacking.decompress(data, most + 1)
    except zlib.error:
        raise Problem("BODY_BROKEN", name="gzip") from None
    if len(found) > most:
        raise too_large(most)
    if not unpacking.eof or unpacking.unused_data:
        raise Problem("BODY_BROKEN", name="gzip")
    return found


async def packed(data: bytes) -> bytes:
    """The bytes packed by gzip."""
    if len(data) > BESIDE_BYTES:
        return await asyncio.to_thread(_packed, data)
    return _packed(data)


def _packed(data: bytes) -> bytes:
    packing = zlib.compressobj(5, wbits=zlib.MAX_WBITS | 16)
    return packing.compress(data) + packing.flush()
