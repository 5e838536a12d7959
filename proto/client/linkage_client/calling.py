"""Calls on what one district has in the service: which method a name is, and the request of plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, NamedTuple, TypedDict

from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from linkage_client.cases import message_of
from linkage_client.plans import Asking, Method, Plan, call
from linkage_client.views import prefix_of


class Sending(TypedDict, total=False):
    """What may be said of any call on a district's own, in place of the client's own settings."""

    language: str
    """zh or en."""
    timeout: float
    """Seconds for the call, with all its attempts."""


class Known(NamedTuple):
    """A method, and the message that it is asked with."""

    method: Method[Any]
    request: type[Message]


def methods_of(*schemas: ModuleType) -> Mapping[str, Known]:
    """The methods of the services of these schemas, by their names."""
    return {
        method.name: Known(
            Method(f"/{service.full_name}/{method.name}", GetMessageClass(method.output_type)),
            GetMessageClass(method.input_type),
        )
        for schema in schemas
        for service in schema.DESCRIPTOR.services_by_name.values()
        for method in service.methods
    }


@dataclass(frozen=True, slots=True)
class Calling:
    """Calls on one district; ``asking`` gives how they are made, with a time-out or that of the client."""

    district: str
    language: str
    asking: Callable[[float | None], Asking]

    def request(self, known: Known, given: Mapping[str, Any], fields: Mapping[str, Any]) -> Any:
        """The request of what is given. Raises ``Refused`` for what the schema does not have."""
        own = {key: value for key, value in given.items() if key != "timeout"}
        language = own.get("language") or self.language
        whole = {**own, **fields, "district": self.district, "language": language}
        return message_of(whole, known.request, "", language)

    def call(self, known: Known, request: Message, given: Mapping[str, Any]) -> Plan[Any]:
        """Makes the call: its response."""
        return call(known.method, request, self.asking(given.get("timeout")))


def numbers(known: EnumTypeWrapper, names: Iterable[str]) -> list[Any]:
    """The numbers of names of an enum's values. Raises ``ValueError`` for one that there is not."""
    return [known.Value(prefix_of(known) + name.upper()) for name in names]
