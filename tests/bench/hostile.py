"""What a hostile client does: each attack by its name, on a service reached in plain text or over TLS.

Some need nothing but the address; others are made by somebody who may call, and wants more than their share.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from grpc_health.v1 import health_pb2

from linkage.v1 import policy_service_pb2 as api

PATIENCE_SECONDS = 30.0
LONGEST_SECONDS = 60.0
FLOOD_SECONDS = 5.0
DISTRICT = "liwan"

_EVALUATE = b"/linkage.v1.PolicyService/Evaluate"
_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes.fromhex("000000040000000000")
_SETTINGS_SEEN = bytes.fromhex("000000040100000000")
_STREAMS = 150
"""Calls that one connection may have open at once, by the service's default, are a few more."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a client calls, what it trusts and shows (PEM files), and the token or key that it brings."""

    address: str
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    token: str = ""

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """What each call says of its caller."""
        return (("authorization", f"Bearer {self.token}"),) if self.token else ()

    def channel(self) -> grpc.Channel:
        """A connection of its own."""
        options = [("grpc.max_send_message_length", -1), ("grpc.use_local_subchannel_pool", 1)]
        if self.ca is None:
            return grpc.insecure_channel(self.address, options)
        own = (None if path is None else path.read_bytes() for path in (self.key, self.certificate))
        return grpc.secure_channel(
            self.address, grpc.ssl_channel_credentials(self.ca.read_bytes(), *own), options
        )

    def connection(self) -> socket.socket:
        """A connection for bytes of one's own, HTTP/2 by agreement where it is TLS."""
        host, _, port = self.address.rpartition(":")
        plain = socket.create_connection((host, int(port)), PATIENCE_SECONDS)
        if self.ca is None:
            return plain
        context = ssl.create_default_context(cafile=str(self.ca))
        context.set_alpn_protocols(["h2"])
        if self.certificate is not None:
            context.load_cert_chain(self.certificate, self.key)
        return context.wrap_socket(plain, server_hostname=host)


def small_case(number: int) -> api.EvaluateRequest:
    """A case of one event, as most are."""
    request = api.EvaluateRequest()
    request.case.id, request.case.district, request.case.kind = f"n{number}", DISTRICT, "enforcement"
    seized = request.case.events.add(id="e1", type="vehicle_seized", actor="traffic_police")
    seized.at.seconds = 1_709_343_000
    return request


def _frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    return len(payload).to_bytes(3, "big") + bytes((kind, flags)) + stream.to_bytes(4, "big") + payload


def _headers(path: bytes) -> bytes:
    """A header block of plain literals (RFC 7541)."""
    headers = (
        (b":method", b"POST"),
        (b":scheme", b"http"),
        (b":path", path),
        (b":authority", b"x"),
        (b"te", b"trailers"),
        (b"content-type", b"application/grpc"),
    )
    return b"".join(b"\0" + _literal(name) + _literal(value) for name, value in headers)


def _literal(text: bytes) -> bytes:
    return bytes((len(text),)) + text


def _unary(to: Target, method: str, request: bytes, times: int = 1) -> str:
    """Sends one request some times at once; how the calls ended."""
    return _in_words(_sent(to, method, request, times))


def _sent(to: Target, method: str, request: bytes, times: int) -> set[str]:
    with to.channel() as channel:
        call: Any = channel.unary_unary(f"/linkage.v1.PolicyService/{method}")
        calls = [call.future(request, timeout=LONGEST_SECONDS, metadata=to.metadata) for _ in range(times)]
        return {_end(each) for each in calls}


def _end(call: Any) -> str:
    error = call.exception()
    return "OK" if error is None else str(error.code().name)


def _in_words(ends: set[str]) -> str:
    return ", ".join(sorted(ends))


def _not_utf8(to: Target) -> str:
    with to.connection() as connection:
        call = _frame(1, 4, 1, _headers(b"/\xff")) + _frame(0, 1, 1, bytes(5))
        connection.sendall(_PREFACE + call)
        connection.settimeout(1)
        got = b""
        with suppress(TimeoutError):
            while b"grpc-message" not in got and (more := connection.recv(4096)):
                got += more
    return "refused" if b"grpc-status" in got else "no answer"


def _headers_alone(to: Target) -> str:
    """A thousand calls whose message never comes, from seven connections."""
    with ExitStack() as stack:
        connections = [stack.enter_context(to.connection()) for _ in range(7)]
        for connection in connections:
            calls = (_frame(1, 4, 2 * n + 1, _headers(_EVALUATE)) for n in range(_STREAMS))
            connection.sendall(_PREFACE + _SETTINGS_SEEN + b"".join(calls))
        ended = sum(_ended(connection) for connection in connections)
    return f"{ended:,} of {7 * _STREAMS:,} ended by the service"


def _ended(connection: socket.socket) -> int:
    """How many calls of a connection the service ends, until nothing comes for some seconds."""
    connection.settimeout(FLOOD_SECONDS)
    ended, data = 0, b""
    while ended < _STREAMS:
        try:
            data += (got := connection.recv(65_536))
        except OSError:
            break
        if not got:
            break
        while len(data) >= 9 + (size := int.from_bytes(data[:3], "big")):
            ended += data[3] == 1 and bool(data[4] & 1)  # headers that end a stream: the status
            data = data[9 + size :]
    return ended


def _silence(to: Target) -> str:
    """Connections that say nothing."""
    host, _, port = to.address.rpartition(":")
    with ExitStack() as stack:
        for _ in range(300):
            stack.enter_context(socket.create_connection((host, int(port)), PATIENCE_SECONDS))
        time.sleep(FLOOD_SECONDS)
    return "300 connections"


def _guessing(to: Target) -> str:
    """Credentials that are none."""
    guess = Target(to.address, to.ca, to.certificate, to.key, f"lk_{'0' * 12}_{'A' * 43}")
    found: set[str] = set()
    for _ in range(10):
        found |= _sent(guess, "Evaluate", small_case(0).SerializeToString(), 100)
    return _in_words(found)


def _watching(to: Target) -> str:
    """Health watched as often as can be, from two connections."""
    request = health_pb2.HealthCheckRequest().SerializeToString()
    with to.channel() as one, to.channel() as other:
        methods: list[Any] = [each.unary_stream("/grpc.health.v1.Health/Watch") for each in (one, other)]
        calls = [method(request, timeout=FLOOD_SECONDS) for method in methods for _ in range(100)]
        return _in_words({_end(each) for each in calls})


def _no_message(to: Target) -> str:
    with to.channel() as channel:
        call: Any = channel.stream_stream("/linkage.v1.PolicyService/EvaluateStream")
        right = api.EvaluateStreamRequest(key="k", request=small_case(0)).SerializeToString()
        try:
            found = call(iter([b"\xff", right]), timeout=PATIENCE_SECONDS, metadata=to.metadata)
            answers = list(found)
        except grpc.RpcError as error:
            return str(error.code().name)
    return f"{len(answers)} answers of 2"


def _flood(to: Target) -> str:
    """Two hundred small calls in flight on one connection."""
    request = small_case(0).SerializeToString()
    end, answered, found = time.monotonic() + FLOOD_SECONDS, 0, set[str]()
    while time.monotonic() < end:
        found |= _sent(to, "Evaluate", request, 200)
        answered += 200
    return f"{answered:,} calls: {_in_words(found)}"


def _named(method: str, name: str, value: str, count: int) -> bytes:
    kinds: dict[str, Any] = {"Explain": api.ExplainRequest, "Compare": api.CompareRequest}
    request = kinds[method](case=small_case(0).case)
    getattr(request, name).extend([value] * count)
    data: bytes = request.SerializeToString()
    return data


def _categories(value: str, count: int) -> bytes:
    request = small_case(0)
    request.case.categories.extend([value] * count)
    return request.SerializeToString()


def _events(count: int) -> bytes:
    """Elements of two bytes each: what is read of them is some hundred times as large."""
    number = api.EvaluateRequest().case.DESCRIPTOR.fields_by_name["events"].number
    case = bytes((number << 3 | 2, 0)) * count
    size, written = len(case), b""
    while size > 0x7F:
        written += bytes((size & 0x7F | 0x80,))
        size >>= 7
    return b"\x0a" + written + bytes((size,)) + case


Attack = Callable[[Target], str]
"""Does it; what came of it, in words."""

ATTACKS: Mapping[str, Attack] = {
    "a method's name that is not UTF-8": _not_utf8,
    "headers without a message, 1,050 at once": _headers_alone,
    "connections that say nothing, 300": _silence,
    "credentials that are none, 1,000": _guessing,
    "health watched, 200 at once": _watching,
    "Explain: 2,000 unknown rules": lambda to: _unary(
        to, "Explain", _named("Explain", "rules", "liwan.police.vehicle.notifx", 2_000)
    ),
    "Compare: one district 590,000 times": lambda to: _unary(
        to, "Compare", _named("Compare", "districts", DISTRICT, 590_000)
    ),
    "Evaluate: 40,000 wrong codes": lambda to: _unary(to, "Evaluate", _categories("abcdefgh_jk", 40_000)),
    "Evaluate: 3.9 MB of codes of a letter": lambda to: _unary(to, "Evaluate", _categories("x", 1_300_000)),
    "the same, eight at once": lambda to: _unary(to, "Evaluate", _categories("x", 1_300_000), 8),
    "Evaluate: 2,000,000 empty events": lambda to: _unary(to, "Evaluate", _events(2_000_000)),
    "a stream's message that is none": _no_message,
    "small calls, 200 at once": _flood,
}
"""By name: what each does."""


def deciding(file: Path) -> Attack:
    """Has a case decided: a ``linkage.v1.Case`` as bytes."""
    request = api.EvaluateRequest()
    request.case.ParseFromString(file.read_bytes())
    return lambda to: _unary(to, "Evaluate", request.SerializeToString())
