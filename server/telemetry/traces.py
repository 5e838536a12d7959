"""Traces: what a call does, as spans of OpenTelemetry, where that is asked for (``traces.enabled``).

    call --┬-- read
           ├-- decide
           └-- log          (until the decision is durable)

Attributes are codes and counts: method, status, district, request id; no fact of a case, no name. Where
traces are off nothing of OpenTelemetry is imported, and a span is one look at a variable. The exporter, the
sampler and the name of the service are those of OpenTelemetry's own variables (OTEL_…).
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from contextvars import ContextVar
from types import TracebackType
from typing import TYPE_CHECKING, Any

from server.telemetry.version import version

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter

TRACEPARENT, TRACESTATE, TRACERESPONSE = "traceparent", "tracestate", "traceresponse"
"""W3C Trace Context: what comes with a call, and (level 2) what goes with its answer."""

SERVICE = "linkage"
"""The name of the service, unless OTEL_SERVICE_NAME says another."""

PROTOCOLS = ("http/protobuf", "grpc")
"""OTEL_EXPORTER_OTLP_PROTOCOL, or OTEL_EXPORTER_OTLP_TRACES_PROTOCOL; the first is the default."""

FLUSH_SECONDS = 5.0
"""How long the end of the service waits for spans to be sent."""

_PARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?")
_ZEROES = "0" * 32

Attribute = str | int | bool


class ProtocolError(Exception):
    """The variable named ``variable`` asks for a protocol that there is not."""

    def __init__(self, variable: str) -> None:
        super().__init__(variable)
        self.variable = variable


class Span:
    """A span that is open. ``None`` for ``span``: traces are off."""

    __slots__ = ("_span",)

    def __init__(self, span: Any = None) -> None:
        self._span = span

    def set(self, **attributes: Attribute) -> None:
        """Adds attributes; ``__`` stands for a dot."""
        if self._span is not None:
            for name, value in attributes.items():
                self._span.set_attribute(name.replace("__", "."), value)

    def ended_with(self, code: str, number: int) -> None:
        """The status of the call: its name, and its number in gRPC. What the service failed at is told."""
        if self._span is None:
            return
        from opentelemetry.trace import StatusCode

        self.set(rpc__grpc__status_code=number)
        if code in _OF_THE_SERVICE:
            self.set(error__type=code)
            self._span.set_status(StatusCode.ERROR, code)


_OF_THE_SERVICE = frozenset(
    ("UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS")
)
"""Statuses that are errors of the server by OpenTelemetry's conventions; the others are the caller's."""

_SERVER = "SERVER"
"""The kind of a call's own span, whose end has a status of its own."""

_OFF = Span()
_NOTHING: AbstractContextManager[Span] = nullcontext(_OFF)
_tracer: Any = None
_CURRENT: ContextVar[Span] = ContextVar("span", default=_OFF)


def current() -> Span:
    """The span of the call that is being answered."""
    return _CURRENT.get()


def span(name: str, **attributes: Attribute) -> AbstractContextManager[Span]:
    """A part of the call that is being answered, while the block lasts."""
    if _tracer is None:
        return _NOTHING
    return _Open(name, _context_of(_CURRENT.get()), attributes, "INTERNAL")


def call_span(call: str, told: Mapping[str, str], **attributes: Attribute) -> AbstractContextManager[Span]:
    """The span of a call (``linkage.v1.PolicyService/Evaluate``), a child of what its metadata ``told``."""
    if _tracer is None:
        return _NOTHING
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    service, _, method = call.rpartition("/")
    parent = TraceContextTextMapPropagator().extract(told)
    return _Open(call, parent, {"rpc__service": service, "rpc__method": method} | attributes, _SERVER)


class _Open:
    """Opens a span and closes it. Not by OpenTelemetry's own context: that of a call ends with its task."""

    def __init__(self, name: str, parent: Any, attributes: Mapping[str, Attribute], kind: str) -> None:
        self._name = name
        self._parent = parent
        self._attributes = attributes
        self._kind = kind

    def __enter__(self) -> Span:
        from opentelemetry.trace import SpanKind

        self._span = _tracer.start_span(self._name, context=self._parent, kind=SpanKind[self._kind])
        made = Span(self._span)
        made.set(**self._attributes)
        self._before = _CURRENT.get()
        _CURRENT.set(made)
        return made

    def __exit__(
        self, cls: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and self._kind != _SERVER:  # its type alone: its text may quote facts
            self._span.set_attribute("error.type", type(error).__qualname__)
        self._span.end()
        _CURRENT.set(self._before)


def _context_of(parent: Span) -> Any:
    from opentelemetry.trace import set_span_in_context

    return None if parent._span is None else set_span_in_context(parent._span)


def trace_id(told: Mapping[str, str]) -> str:
    """The id of the trace: of the span that is open, else that of the caller; empty where there is none."""
    opened = _CURRENT.get()._span
    if opened is not None:
        return f"{opened.get_span_context().trace_id:032x}"
    found = _PARENT.fullmatch(told.get(TRACEPARENT, ""))
    return found[1] if found and found[1] != _ZEROES else ""


def response() -> tuple[tuple[str, str], ...]:
    """What goes with the answer of a call that has a span: metadata."""
    opened = _CURRENT.get()._span
    if opened is None:
        return ()
    context = opened.get_span_context()
    told = f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"
    return ((TRACERESPONSE, told),)


def check_packages() -> None:
    """Raises ``ImportError`` where packages of the extra ``traces`` are missing, and ``ProtocolError``."""
    _exporter()


@asynccontextmanager
async def tracing(enabled: bool, exporter: SpanExporter | None = None) -> AsyncIterator[None]:
    """Spans are made and sent while the block lasts; ``exporter`` in place of the one that variables ask for.

    Raises as ``check_packages``.
    """
    global _tracer
    if not enabled:
        yield
        return
    provider = _provider(exporter)
    _tracer = provider.get_tracer(SERVICE, version())
    try:
        yield
    finally:
        _tracer = None
        await asyncio.to_thread(provider.force_flush, round(FLUSH_SECONDS * 1000))
        await asyncio.to_thread(provider.shutdown)


def _provider(exporter: SpanExporter | None) -> TracerProvider:
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor

    own = {"service.name": os.environ.get("OTEL_SERVICE_NAME", SERVICE), "service.version": version()}
    provider = TracerProvider(resource=Resource.create(own), shutdown_on_exit=False)
    processor = SimpleSpanProcessor(exporter) if exporter else BatchSpanProcessor(_exporter())
    provider.add_span_processor(processor)
    return provider


def _exporter() -> SpanExporter:
    names = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
    variable = next((name for name in names if os.environ.get(name)), "")
    protocol = os.environ.get(variable, PROTOCOLS[0])
    if protocol not in PROTOCOLS:
        raise ProtocolError(variable)
    made: Any
    if protocol == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as made
    else:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter as made
    exporter: SpanExporter = made()
    return exporter
