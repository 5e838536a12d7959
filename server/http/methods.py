"""The methods of the services as HTTP has them: paths, bodies, what may be GET, all from the descriptors.

``Methods`` stands in for a server where services are registered (``server.api.malformed``): each handler that
gRPC gets, it gets too, with the gate and the guard around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import grpc
from google.api import annotations_pb2, http_pb2
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.descriptor_pb2 import MethodOptions
from google.protobuf.descriptor_pool import Default
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from server.http.templates import Binding, Template

LEFT_OUT = frozenset(("grpc.health.v1.Health/Watch",))
"""Methods that write to gRPC's own stream."""
LEFT_OUT_SERVICES = ("grpc.reflection.",)
"""Services that are about gRPC: HTTP's schema is at /openapi.json."""


@dataclass(frozen=True, eq=False)
class Method:
    """A method that can be called."""

    descriptor: MethodDescriptor
    handler: grpc.RpcMethodHandler[Any, Any]
    """Empty where it is only described."""

    @cached_property
    def call(self) -> str:
        """``linkage.v1.PolicyService/Evaluate``."""
        return f"{self.descriptor.containing_service.full_name}/{self.descriptor.name}"

    @cached_property
    def request(self) -> type[Message]:
        """The class of its requests."""
        return GetMessageClass(self.descriptor.input_type)

    @cached_property
    def response(self) -> type[Message]:
        """The class of its answers."""
        return GetMessageClass(self.descriptor.output_type)

    @property
    def streams(self) -> bool:
        """Whether requests or answers are a stream."""
        return self.takes_many or self.gives_many

    @property
    def takes_many(self) -> bool:
        """Whether requests are a stream."""
        return bool(self.descriptor.client_streaming)

    @property
    def gives_many(self) -> bool:
        """Whether answers are a stream."""
        return bool(self.descriptor.server_streaming)

    @cached_property
    def readable(self) -> bool:
        """Whether it says that it changes nothing: it may be called by GET, and answers be kept."""
        level = self.descriptor.GetOptions().idempotency_level
        return level == MethodOptions.NO_SIDE_EFFECTS and not self.streams

    @cached_property
    def bindings(self) -> tuple[Binding, ...]:
        """The paths that its google.api.http option gives it. Raises ``TemplateError``."""
        options: Any = self.descriptor.GetOptions()
        if not options.HasExtension(annotations_pb2.http):
            return ()
        return tuple(_bindings(options.Extensions[annotations_pb2.http]))


def _bindings(rule: http_pb2.HttpRule) -> Iterator[Binding]:
    pattern = rule.WhichOneof("pattern")
    if pattern == "custom":
        yield Binding(rule.custom.kind.upper(), Template(rule.custom.path), rule.body)
    elif pattern is not None:
        yield Binding(pattern.upper(), Template(getattr(rule, pattern)), rule.body)
    for other in rule.additional_bindings:
        yield from _bindings(other)


class Methods:
    """Every method that can be called over HTTP."""

    def __init__(self) -> None:
        self._found: dict[str, Method] = {}

    def add_registered_method_handlers(
        self, service: str, handlers: Mapping[str, grpc.RpcMethodHandler[Any, Any]]
    ) -> None:
        """Takes the methods of a service."""
        if service.startswith(LEFT_OUT_SERVICES):
            return
        descriptor = Default().FindServiceByName(service)
        for name, handler in handlers.items():
            made = Method(descriptor.methods_by_name[name], handler)
            if made.call not in LEFT_OUT:
                self._found[made.call] = made

    def add_generic_rpc_handlers(self, handlers: Iterable[grpc.GenericRpcHandler]) -> None:
        """Does nothing: generated code also calls ``add_registered_method_handlers``."""

    @classmethod
    def described(cls, services: Iterable[str]) -> Methods:
        """The methods of services by their schemas alone: none can be called."""
        made = cls()
        for service in services:
            names = Default().FindServiceByName(service).methods_by_name
            made.add_registered_method_handlers(service, dict.fromkeys(names, grpc.RpcMethodHandler()))
        return made

    def __iter__(self) -> Iterator[Method]:
        return iter(self._found.values())

    def get(self, call: str) -> Method | None:
        """The method of that name, as ``linkage.v1.PolicyService/Evaluate``."""
        return self._found.get(call)
