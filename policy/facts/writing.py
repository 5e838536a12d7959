"""A case as plain data, in the form of case files: what the reader of the facts reads back as the same case.

Case --case_json--> mapping of texts, numbers and lists; moments in Shanghai's time
"""

from __future__ import annotations

from typing import Any

from google.protobuf.message import Message

from linkage.v1 import facts_pb2
from policy.facts.views import TIMESTAMP, is_list
from policy.time.moment import NANO, moment_text


def case_json(case: facts_pb2.Case) -> dict[str, Any]:
    """The case; fields that it does not state are left out."""
    plain = plain_message(case)
    if case.attributes:
        plain["attributes"] = {name: _attribute(one) for name, one in sorted(case.attributes.items())}
    return plain


def plain_message(message: Message) -> dict[str, Any]:
    """An element of a case, as a case file has it; what it does not state is left out."""
    found: dict[str, Any] = {}
    for field, value in message.ListFields():
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            continue
        found[field.name] = [_value(one) for one in value] if is_list(field) else _value(value)
    return found


def _value(value: Any) -> Any:
    if not isinstance(value, Message):
        return value
    if value.DESCRIPTOR.full_name == TIMESTAMP:
        stamp: Any = value
        return moment_text(stamp.seconds * NANO + stamp.nanos)
    return plain_message(value)


def _attribute(attribute: facts_pb2.Attribute) -> Any:
    name = attribute.WhichOneof("value")
    return None if name is None else _value(getattr(attribute, name))
