"""A message to protobuf's JSON, several times as fast as protobuf's own writer, and equal to it.

Names in lowerCamelCase, fields that are not set left out, 64-bit integers as texts, moments in UTC (Protocol
Buffers documentation, "ProtoJSON Format"). What our answers do not hold is left to protobuf's writer.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, cast

import orjson
from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from policy.facts.views import TIMESTAMP, is_list


def json_text(message: Message, indent: bool = False) -> bytes:
    """The message as JSON in UTF-8; ``indent``: for people."""
    return orjson.dumps(json_of(message), option=orjson.OPT_INDENT_2 if indent else None)


def json_of(message: Message) -> Any:
    """The message as values of JSON."""
    plan = _plan(cast(Descriptor, message.DESCRIPTOR))
    written: dict[str, Any] = {}
    for field, value in message.ListFields():
        name, write = plan[field.number]
        written[name] = write(value)
    return written


@lru_cache(maxsize=512)
def _plan(descriptor: Descriptor) -> Mapping[int, tuple[str, Callable[[Any], Any]]]:
    return {field.number: (field.json_name, _writer(field)) for field in descriptor.fields}


def _writer(field: FieldDescriptor) -> Callable[[Any], Any]:
    inner = field.message_type
    if inner is not None and inner.GetOptions().map_entry:
        one = _one(inner.fields_by_name["value"])
        return lambda values: {_key(key): one(value) for key, value in values.items()}
    one = _one(field)
    if not is_list(field):
        return one
    if one is _same:
        return list
    return lambda values: [one(value) for value in values]


def _key(key: Any) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)


def _one(field: FieldDescriptor) -> Callable[[Any], Any]:
    inner = field.message_type
    if inner is not None:
        if inner.full_name == TIMESTAMP:
            return _stamp
        return json_format.MessageToDict if inner.full_name.startswith("google.") else json_of
    if field.enum_type is not None:
        names = {number: value.name for number, value in field.enum_type.values_by_number.items()}
        return lambda number: names.get(number, number)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return lambda value: base64.b64encode(value).decode()
    return _SCALARS.get(field.cpp_type, _same)


def _same(value: Any) -> Any:
    return value


def _double(value: float) -> Any:
    if math.isfinite(value):
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


@lru_cache(maxsize=4096)
def _moment(seconds: int, nanos: int) -> str:
    return Timestamp(seconds=seconds, nanos=nanos).ToJsonString()


def _stamp(value: Timestamp) -> str:
    return _moment(value.seconds, value.nanos)


_SCALARS: Mapping[int, Callable[[Any], Any]] = {
    FieldDescriptor.CPPTYPE_INT64: str,
    FieldDescriptor.CPPTYPE_UINT64: str,
    FieldDescriptor.CPPTYPE_DOUBLE: _double,
    FieldDescriptor.CPPTYPE_FLOAT: _double,
}
