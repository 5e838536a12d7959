"""Spans of calls: under whose trace they are, what they say, what they never say; off, there are none."""

import asyncio
import io
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest

from linkage.v1 import policy_service_pb2 as api
from server.settings.logs import Level, configure
from server.telemetry.traces import ProtocolError, check_packages, span, tracing
from tests.server.cases import large_case, request
from tests.server.conftest import Service, Start
from tests.server.logging_state import restored_logging
from tests.server.waiting import SECONDS, until

pytest.importorskip("opentelemetry.sdk", reason="OpenTelemetry is not installed")

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
TRACEPARENT = f"00-{TRACE}-{PARENT}-01"


class Spans:
    """What has been exported."""

    def __init__(self, exporter: InMemorySpanExporter) -> None:
        self._exporter = exporter

    def _named(self, name: str) -> list[ReadableSpan]:
        return [each for each in self._exporter.get_finished_spans() if each.name == name]

    async def named(self, name: str, count: int = 1) -> list[ReadableSpan]:
        """So many of that name: a client may have its answer before the call's span has ended."""
        await until(lambda: len(self._named(name)) >= count)
        found = self._named(name)
        assert len(found) == count
        return found

    async def decided(self, call: ReadableSpan, cases: int) -> None:
        """Returns once so many cases have been decided within the call, one by one or several at once."""

        def count() -> int:
            within = [each for each in self._named("decide") if parent_of(each) == id_of(call)]
            return sum(int(str((each.attributes or {}).get("linkage.cases", 1))) for each in within)

        await until(lambda: count() >= cases)
        assert count() == cases

    @property
    def text(self) -> str:
        """Everything that went out."""
        return " ".join(each.to_json() for each in self._exporter.get_finished_spans())


@pytest.fixture
async def spans() -> AsyncIterator[Spans]:
    """Traces are on."""
    exporter = InMemorySpanExporter()
    async with tracing(True, exporter):
        yield Spans(exporter)


def trace_of(found: ReadableSpan) -> str:
    return f"{found.get_span_context().trace_id:032x}"  # type: ignore[union-attr]


def parent_of(found: ReadableSpan) -> str:
    return "" if found.parent is None else f"{found.parent.span_id:016x}"


def id_of(found: ReadableSpan) -> str:
    return f"{found.get_span_context().span_id:016x}"  # type: ignore[union-attr]


EVALUATE = "linkage.v1.PolicyService/Evaluate"


async def test_a_call_under_the_trace_of_its_caller(spans: Spans, logged: Service) -> None:
    metadata = (("traceparent", TRACEPARENT), ("tracestate", "a=b"), ("x-request-id", "r-1"))
    call = logged.stub.Evaluate(request(), metadata=metadata)
    await call
    (evaluate,) = await spans.named(EVALUATE)
    assert (trace_of(evaluate), parent_of(evaluate)) == (TRACE, PARENT)
    assert evaluate.kind is SpanKind.SERVER
    assert dict(evaluate.attributes or {}) == {
        "rpc.service": "linkage.v1.PolicyService",
        "rpc.method": "Evaluate",
        "rpc.grpc.status_code": 0,
        "linkage.request_id": "r-1",
        "linkage.door": "grpc",
        "linkage.district": "qiaonan",
        "linkage.items": 0,
    }
    for name in ("read", "decide", "log"):
        (part,) = await spans.named(name)
        assert (trace_of(part), parent_of(part)) == (TRACE, id_of(evaluate))
    told: Any = dict(await call.trailing_metadata())
    assert told["traceresponse"] == f"00-{TRACE}-{id_of(evaluate)}-01"


async def test_a_call_that_nobody_traces_begins_a_trace(spans: Spans, service: Service) -> None:
    for bad in ((), (("traceparent", "nonsense"),), (("traceparent", f"00-{'0' * 32}-{PARENT}-01"),)):
        await service.stub.Evaluate(request(), metadata=bad)
    found = await spans.named(EVALUATE, 3)
    assert [parent_of(each) for each in found] == ["", "", ""]
    assert len({trace_of(each) for each in found}) == 3


@pytest.mark.usefixtures("decided_by_python")
async def test_calls_that_fail(spans: Spans, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await service.stub.Evaluate(request(district="nowhere"))
    told: Any = dict(raised.value.trailing_metadata())
    (refused,) = await spans.named(EVALUATE)
    assert told["traceresponse"].split("-")[1] == trace_of(refused)
    assert refused.attributes is not None
    assert refused.attributes["rpc.grpc.status_code"] == grpc.StatusCode.NOT_FOUND.value[0]
    assert refused.status.status_code is StatusCode.UNSET  # the caller's mistake, not the service's

    def broken(*_: object) -> None:
        raise RuntimeError("案件 of 王五")

    monkeypatch.setattr("server.decisions.deciding.evaluated", broken)
    with pytest.raises(grpc.aio.AioRpcError):
        await service.stub.Evaluate(request())
    failed = (await spans.named(EVALUATE, 2))[1]
    assert failed.status.status_code is StatusCode.ERROR
    assert failed.attributes is not None
    assert failed.attributes["error.type"] == "INTERNAL"
    raw: Any = service.channel.unary_unary(f"/{EVALUATE}")
    with pytest.raises(grpc.aio.AioRpcError):
        await raw(b"\xff")
    assert (await spans.named(EVALUATE, 3))[2].attributes["rpc.grpc.status_code"] == 3  # type: ignore[index]
    assert "王五" not in spans.text


async def test_batches_streams_and_what_is_large(spans: Spans, service: Service) -> None:
    await service.stub.BatchEvaluate(api.BatchEvaluateRequest(requests=[request(), request()]))
    (batch,) = await spans.named("linkage.v1.PolicyService/BatchEvaluate")
    assert batch.attributes is not None
    assert batch.attributes["linkage.items"] == 2
    await spans.decided(batch, 2)
    asked = [api.EvaluateStreamRequest(request=request()) for _ in range(3)]
    async for _ in service.stub.EvaluateStream(iter(asked)):
        pass
    (stream,) = await spans.named("linkage.v1.PolicyService/EvaluateStream")
    await spans.decided(stream, 3)
    await service.stub.Evaluate(api.EvaluateRequest(case=large_case(200)))
    (large,) = await spans.named(EVALUATE)
    await spans.decided(large, 1)


async def test_calls_at_once_have_their_own_parts(spans: Spans, service: Service) -> None:
    await asyncio.gather(*(service.stub.Evaluate(request()) for _ in range(20)))
    calls = {id_of(each) for each in await spans.named(EVALUATE, 20)}
    assert len(calls) == 20
    assert sorted(parent_of(each) for each in await spans.named("decide", 20)) == sorted(calls)


async def test_through_the_other_door(spans: Spans, service: Service) -> None:
    async with httpx.AsyncClient(base_url=service.running.http, timeout=SECONDS) as client:
        path = "/linkage.v1.PolicyService/ListPacks"
        found = await client.post(path, json={}, headers={"traceparent": TRACEPARENT})
    (listed,) = await spans.named("linkage.v1.PolicyService/ListPacks")
    assert (trace_of(listed), parent_of(listed)) == (TRACE, PARENT)
    assert listed.attributes is not None
    assert listed.attributes["linkage.door"] == "http"
    assert found.headers["traceresponse"] == f"00-{TRACE}-{id_of(listed)}-01"


async def test_no_fact_of_a_case_is_in_a_span(spans: Spans, logged: Service) -> None:
    person = {"id": "p-王五-证件0001", "role": "debtor", "kind": "natural_person"}
    await logged.stub.Evaluate(request(id="案件-李四", parties=[person]))
    with pytest.raises(grpc.aio.AioRpcError):
        await logged.stub.Evaluate(request(id="李四", district="王五"))
    await spans.named(EVALUATE, 2)
    for secret in ("李四", "王五", "证件0001", "\\u738b", "\\u674e"):
        assert secret not in spans.text


@pytest.mark.parametrize("on", [False, True])
async def test_lines_of_the_log_name_the_trace(on: bool, start: Start) -> None:
    """Also where the service itself traces nothing: the caller's trace leads to its lines."""
    stream = io.StringIO()
    with restored_logging():
        async with tracing(on, InMemorySpanExporter()), start() as service:
            configure(Level.INFO, stream)
            await service.stub.Evaluate(request(), metadata=(("traceparent", TRACEPARENT),))
            await service.stub.Evaluate(request())
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    first, second = [line for line in lines if line["event"] == "call"]
    assert first["trace_id"] == TRACE
    assert ("trace_id" in second) == on


async def test_where_they_are_off_there_is_nothing(service: Service) -> None:
    call = service.stub.Evaluate(request(), metadata=(("traceparent", TRACEPARENT),))
    await call
    told: Any = await call.trailing_metadata()
    assert "traceresponse" not in dict(told)
    assert span("decide") is span("read", linkage__bytes=1)


def test_where_they_are_off_nothing_is_imported(repo_root: Path) -> None:
    code = "import sys, server.process.app; print([m for m in sys.modules if 'opentelemetry' in m])"
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=repo_root
    )
    assert found.stdout == "[]\n"


@pytest.mark.parametrize("protocol", ["", "http/protobuf", "grpc"])
def test_exporters(protocol: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", protocol)
    check_packages()


def test_a_protocol_that_there_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json")
    with pytest.raises(ProtocolError) as raised:
        check_packages()
    assert raised.value.variable == "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"
