"""JSON Schemas of messages, for OpenAPI 3.1: what the door takes, and what it gives.

Of a request, a field that is not there is refused, ``null`` means unset, and whole numbers may be texts. Of
an answer, a reader is not to fail on what a later version adds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from google.api import field_behavior_pb2
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

from linkage.internal.v1.comments import COMMENTS
from policy.facts.views import TIMESTAMP, is_list

_PACKAGE = "linkage.v1."
_MASK = "google.protobuf.FieldMask"
_STRUCT = "google.protobuf.Struct"


class Schemas:
    """The schemas of messages, made when they are first named. ``requested``: those of requests."""

    def __init__(self, requested: frozenset[str]) -> None:
        self._requested = requested
        self.made: dict[str, Any] = {}

    def reference(self, descriptor: Any) -> dict[str, Any]:
        """A reference to the schema of a message."""
        name = descriptor.full_name.removeprefix(_PACKAGE)
        if name not in self.made:
            self.made[name] = {}
            self.made[name] = self._message(descriptor)
        return {"$ref": f"#/components/schemas/{name}"}

    def _message(self, descriptor: Descriptor) -> dict[str, Any]:
        requested = descriptor.full_name in self._requested
        properties = {}
        for field in descriptor.fields:
            properties[field.json_name] = described(self.field(field, requested), field.full_name)
        schema: dict[str, Any] = {"type": "object", "properties": properties}
        if requested:
            schema["additionalProperties"] = False
            if needed := [field.json_name for field in descriptor.fields if required(field)]:
                schema["required"] = needed
        return described(schema, descriptor.full_name)

    def field(self, field: FieldDescriptor, requested: bool) -> dict[str, Any]:
        """The schema of a field; one of a request that need not be given may be null."""
        inner = field.message_type
        if inner is not None and inner.GetOptions().map_entry:
            value = self._one(inner.fields_by_name["value"], requested)
            many: dict[str, Any] = {"type": "object", "additionalProperties": _nullable(value, requested)}
        elif is_list(field):
            many = {"type": "array", "items": self._one(field, requested)}
        else:
            many = self._one(field, requested)
        return _nullable(many, requested and not required(field))

    def parameter(self, field: FieldDescriptor) -> dict[str, Any]:
        """The schema of a field that path or query gives."""
        one = self._one(field, requested=True)
        if field.cpp_type in _NUMBERS:
            one = _number(field.cpp_type, requested=False) if field.cpp_type in _WIDE else one["anyOf"][0]
        if field.type == FieldDescriptor.TYPE_STRING and required(field):
            one = one | {"minLength": 1}
        return {"type": "array", "items": one} if is_list(field) else one

    def _one(self, field: FieldDescriptor, requested: bool) -> dict[str, Any]:
        inner = field.message_type
        if inner is not None:
            if inner.full_name == TIMESTAMP:
                return {"type": "string", "format": "date-time", "examples": ["2024-03-02T09:30:00+08:00"]}
            if inner.full_name == _STRUCT:
                return {"type": "object"}
            if inner.full_name == _MASK:
                return {"type": "string", "description": "Paths, with commas between."}
            return self.reference(inner)
        if field.enum_type is not None:
            return _enum(field.enum_type, requested)
        if field.type == FieldDescriptor.TYPE_BYTES:
            return {"type": "string", "contentEncoding": "base64"}
        if field.cpp_type in _NUMBERS:
            return _number(field.cpp_type, requested)
        return {"type": "boolean" if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL else "string"}


_NUMBERS: Mapping[int, tuple[str, str, int, int]] = {
    FieldDescriptor.CPPTYPE_INT32: ("integer", "int32", -(2**31), 2**31 - 1),
    FieldDescriptor.CPPTYPE_UINT32: ("integer", "int64", 0, 2**32 - 1),
    FieldDescriptor.CPPTYPE_INT64: ("integer", "int64", -(2**63), 2**63 - 1),
    FieldDescriptor.CPPTYPE_UINT64: ("integer", "int64", 0, 2**64 - 1),
    FieldDescriptor.CPPTYPE_DOUBLE: ("number", "double", 0, 0),
    FieldDescriptor.CPPTYPE_FLOAT: ("number", "float", 0, 0),
}
_WIDE = (FieldDescriptor.CPPTYPE_INT64, FieldDescriptor.CPPTYPE_UINT64)
_WHOLE, _DECIMAL = "^-?(0|[1-9][0-9]*)$", "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?$"


def _number(cpp_type: int, requested: bool) -> dict[str, Any]:
    """Answers have 64-bit integers as texts, since many languages lose their last digits; requests either."""
    kind, form, low, high = _NUMBERS[cpp_type]
    bounds = {"minimum": low, "maximum": high} if high else {}
    number = {"type": kind, "format": form, **bounds}
    text = {"type": "string", "pattern": _WHOLE if kind == "integer" else _DECIMAL}
    if requested:
        return {"anyOf": [number, text]}
    return {**text, "format": form} if cpp_type in _WIDE else number


def _enum(enum: EnumDescriptor, requested: bool) -> dict[str, Any]:
    names = [value.name for value in enum.values]
    # A reader is not to fail on a value that a later version adds.
    return (
        {"enum": [*names, *(value.number for value in enum.values)]}
        if requested
        else {"type": "string", "examples": names}
    )


def _nullable(schema: dict[str, Any], nullable: bool) -> dict[str, Any]:
    if not nullable:
        return schema
    if isinstance(schema.get("type"), str):
        return schema | {"type": [schema["type"], "null"]}
    if "enum" in schema:
        return schema | {"enum": [*schema["enum"], None]}
    if "anyOf" in schema:
        return schema | {"anyOf": [*schema["anyOf"], {"type": "null"}]}
    return {"anyOf": [schema, {"type": "null"}]}


def described(schema: dict[str, Any], name: str) -> dict[str, Any]:
    """The schema with what the schemas say of it."""
    said = " ".join(COMMENTS.get(name, "").split())
    return {**schema, "description": said} if said else schema


def required(field: FieldDescriptor) -> bool:
    """Whether a request has to give it."""
    options: Any = field.GetOptions()
    return field_behavior_pb2.REQUIRED in options.Extensions[field_behavior_pb2.field_behavior]


def within(descriptor: Any, found: dict[str, Descriptor] | None = None) -> Iterable[Descriptor]:
    """A message and all that it can hold."""
    seen = {} if found is None else found
    if descriptor.full_name not in seen and not descriptor.full_name.startswith("google."):
        seen[descriptor.full_name] = descriptor
        for field in descriptor.fields:
            if field.message_type is not None:
                within(field.message_type, seen)
    return seen.values()
