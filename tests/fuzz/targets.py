"""What is fuzzed: each target does with bytes what the service or a command does with them.

A target returns, whatever the bytes are: what is wrong with them is a coded fault; anything else is raised.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import json_format
from google.protobuf.message import DecodeError
from grpc_health.v1 import health_pb2, health_pb2_grpc

from linkage.v1 import facts_pb2
from linkage.v1 import policy_service_pb2 as api
from policy.decide import decide
from policy.decide.snapshot import Snapshot, snapshot_of
from policy.facts.parsing import parse_case
from policy.facts.reading import FactsError
from policy.pack.load import rules_of
from policy.text.diagnostics import Faults, render
from policy.text.source import Source
from server.api.reading import batch_items, read, stream_item
from server.convert.errors import failure_of
from server.convert.status import item_error, status_of
from tests.lab import faults_of
from tests.server.cases import NOW, case, request

Target = Callable[[bytes], None]

RULES = Path(__file__).parents[1] / "server" / "rules"
HEALTH_SECONDS = 5.0


@cache
def _files() -> Mapping[str, str]:
    return {str(file.relative_to(RULES)): file.read_text(encoding="utf-8") for file in RULES.rglob("*.yaml")}


def _loaded(files: Mapping[str, str]) -> tuple[Snapshot | None, Faults]:
    faults = Faults()
    rules = rules_of({name: Source(name, text) for name, text in files.items()}, faults)
    return (None if rules is None else snapshot_of(rules, faults)), faults


@cache
def _snapshot() -> Snapshot:
    found, _ = _loaded(_files())
    if found is None:
        raise ValueError("the tests' own rules")
    return found


def packs(data: bytes) -> None:
    """A file of rules: faults that can be shown, or rules that decide a case."""
    text = data.decode(errors="replace")
    found, faults = _loaded({**_files(), "qiaonan/duties.yaml": text})
    for item in faults:
        for lang in ("zh", "en"):
            render(item, lang)
    if found is not None and not faults.errors:
        decide(found.districts["qiaonan"], case(), NOW)


def expressions(data: bytes) -> None:
    """A condition of a rule: faults, or what can be evaluated."""
    text = data.decode(errors="replace").replace("'", "''").replace("\n", " ")
    faults_of({"fuzz": text})


def cases(data: bytes) -> None:
    """A case, as a message or as a file that people wrote: violations, or always the same decision."""
    district = _snapshot().districts["qiaonan"]
    try:
        message = facts_pb2.Case.FromString(data)
    except DecodeError:
        parsed = parse_case(Source("case.yaml", data.decode(errors="replace")), Faults())
        if parsed is None:
            return
        message = parsed.case
    message.district = "qiaonan"
    try:
        first = decide(district, message, NOW)
    except FactsError as error:
        status_of(failure_of(error, "zh"), "id", "zh")
        return
    if first.canonical_bytes != decide(district, message, NOW).canonical_bytes:
        raise AssertionError("two decisions of one case")


def requests(data: bytes) -> None:
    """The bytes of a request, taken apart and read: what is refused is refused with a code."""
    kinds: tuple[Any, ...] = (api.EvaluateRequest, api.ExplainRequest, api.CompareRequest)
    for kind in kinds:
        _refused_or(read, kind, data)
    whole = _refused_or(read, api.BatchEvaluateRequest, data)
    items = _refused_or(batch_items, data, 100)
    if whole is not None and len(whole.requests) <= 100:
        apart = [api.EvaluateRequest.FromString(each) for each in items or ()]
        if items is None or apart != list(whole.requests):
            raise AssertionError("a batch is read in two ways")
    streamed = _refused_or(read, api.EvaluateStreamRequest, data)
    key, inner = stream_item(data, "requests[0]")
    if streamed is not None:
        if isinstance(inner, FactsError) or key != streamed.key:
            raise AssertionError("a stream's message is read in two ways")
        if api.EvaluateRequest.FromString(inner) != streamed.request:
            raise AssertionError("a stream's request is read in two ways")


def _refused_or(reading: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return reading(*arguments)
    except FactsError as error:
        item_error(failure_of(error, "en"))
        return None


def http2(address: str) -> Target:
    """Raw bytes to the port, after the beginning of a connection: the server goes on answering others."""
    host, _, port = address.rpartition(":")
    channel = grpc.insecure_channel(address, [("grpc.use_local_subchannel_pool", 1)])
    stub: Any = health_pb2_grpc.HealthStub(channel)

    def target(data: bytes) -> None:
        with socket.create_connection((host, int(port)), HEALTH_SECONDS) as connection:
            connection.settimeout(0.01)
            try:
                connection.sendall(PREFACE + data)
                connection.recv(65_536)
            except OSError:
                pass  # closed, or nothing to say
        stub.Check(health_pb2.HealthCheckRequest(), timeout=HEALTH_SECONDS)

    return target


def http1(address: str) -> Target:
    """Raw bytes to the port of HTTP, which may be requests: whatever they are, others are answered."""
    host, _, port = address.rpartition(":")
    place = (host, int(port))

    def target(data: bytes) -> None:
        with socket.create_connection(place, HEALTH_SECONDS) as connection:
            connection.settimeout(0.01)
            answer = b""
            try:
                connection.sendall(data)
                answer = connection.recv(65_536)
            except OSError:
                pass  # closed, or nothing to say
        if answer and not answer.startswith(b"HTTP/1.1 "):
            raise AssertionError("no answer of HTTP")
        if answer.startswith(b"HTTP/1.1 500"):
            raise AssertionError("the service failed")
        with socket.create_connection(place, HEALTH_SECONDS) as neighbour:
            neighbour.settimeout(HEALTH_SECONDS)
            neighbour.sendall(_HEALTH)
            if not neighbour.recv(65_536).startswith(b"HTTP/1.1 200"):
                raise AssertionError("a neighbour is not answered")

    return target


def _post(path: str, body: bytes, kind: str = "application/json") -> bytes:
    head = f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {kind}\r\n"
    return head.encode() + b"content-length: %d\r\n\r\n" % len(body) + body


_HEALTH = _post("/grpc.health.v1.Health/Check", b"{}")

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes.fromhex("000000040000000000")


def _call(path: bytes) -> bytes:
    """The frames of a call, its headers as plain literals (RFC 9113, RFC 7541)."""
    headers = {b":method": b"POST", b":scheme": b"http", b":path": path, b":authority": b"x"}
    headers |= {b"te": b"trailers", b"content-type": b"application/grpc"}
    literals = [b"\0" + bytes((len(k),)) + k + bytes((len(v),)) + v for k, v in headers.items()]
    block = b"".join(literals)
    head = len(block).to_bytes(3, "big") + b"\x01\x04\x00\x00\x00\x01" + block
    return head + b"\x00\x00\x05\x00\x01\x00\x00\x00\x01" + bytes(5)


TARGETS: Mapping[str, Target] = {
    "packs": packs,
    "cases": cases,
    "expressions": expressions,
    "requests": requests,
}
"""Those that need no server; ``http1`` and ``http2`` are made for the address of one."""


def seeds(name: str) -> list[bytes]:
    """What the inputs of a target are made of."""
    if name == "packs":
        return [text.encode() for file, text in _files().items() if file.startswith("qiaonan/duties")]
    if name == "expressions":
        texts = (
            'e.type == "vehicle_seized" && e.at + duration("24h") < as_of',
            "case.events.exists(x, x.at < e.at) || size(case.parties) > 2",
            "attr.n / 2 + 1 >= 3 ? attr.score < 0.5 : attr.b",
            'attr.t + duration("2540400h") > timestamp("9999-12-31T23:59:59Z")',
            "[1, 2, 3].map(x, [x, x].map(y, y * 2)).size() == 3",
        )
        return [text.encode() for text in texts]
    if name == "cases":
        whole = case(parties=[{"id": "p1", "role": "debtor", "kind": "natural_person"}], claimFen=1)
        return [whole.SerializeToString(), b"{id: c1, kind: enforcement, events: [{id: e1, type: answered}]}"]
    if name == "requests":
        one = request("en")
        batch = api.BatchEvaluateRequest(requests=[one, one])
        stream = api.EvaluateStreamRequest(key="k", request=one)
        return [message.SerializeToString() for message in (one, batch, stream)]
    if name == "http1":
        text = json_format.MessageToJson(request()).encode()
        line = b'{"key": "k", "request": ' + b" ".join(text.split()) + b"}\n"
        lines = _post("/v1/cases:evaluateStream", line, "application/x-ndjson")
        pieces = lines.replace(b"content-length: %d" % len(line), b"transfer-encoding: chunked")
        chunked = pieces.replace(line, b"%x\r\n%s\r\n0\r\n\r\n" % (len(line), line))
        envelope = b"\0" + len(line).to_bytes(4, "big") + line
        return [
            _post("/v1/cases:evaluate?pretty=true&ignoreUnknown=true", text),
            _post("/linkage.v1.PolicyService/Evaluate", request().SerializeToString(), "application/proto"),
            chunked,
            _post("/linkage.v1.PolicyService/EvaluateStream", envelope, "application/connect+json"),
            b"GET /v1/packs/qiaonan?language=%65n HTTP/1.1\r\nhost: localhost\r\n\r\n" * 2,
        ]
    return [
        _call(b"/linkage.v1.PolicyService/Evaluate"),
        _call(b"/\xff"),
        _call(b"/grpc.health.v1.Health/Check"),
    ]
