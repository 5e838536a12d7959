"""Lines of JSON as Case messages, fast: orjson reads the line, descriptors say where everything goes.

Only a line that is certain to mean the same to ``policy.facts.parsing`` is read here. Everything else (wrong
types, unknown or repeated keys, escapes, rare characters, other forms that the parser understands) is left to
that parser, which words what is wrong. So both accept the same lines, with the same meaning.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from linkage.v1 import facts_pb2
from policy.facts.views import TIMESTAMP, is_list
from policy.time.moment import MomentError, parse_moment

_NANO = 1_000_000_000
# Each key of an object gives one match, so equal counts mean that no key is repeated.
_KEY = re.compile(rb'" *:')
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})", re.ASCII)
_MAX_KEY = 512


class Read(NamedTuple):
    """A case's fields, and its moment (nanoseconds) where the line gives one."""

    fields: dict[str, Any]
    as_of: int | None


class _Unsure(Exception):
    """The line is for the parser."""


def fast_case(line: bytes) -> Read | None:
    """The case in one line, the case itself or ``{"case": …, "as_of": …}``; None: ask the parser.

    The fields are what the constructor of the message takes.
    """
    try:
        text = line.decode()
        if "\\" in text or not text.isprintable():
            return None
        reading = _Reading()
        read = reading.request(orjson.loads(text))
    except (ValueError, _Unsure):
        return None
    return read if reading.keys == len(_KEY.findall(line)) else None


class _Reading:
    """One line being read; counts its keys."""

    __slots__ = ("keys",)

    def __init__(self) -> None:
        self.keys = 0

    def request(self, found: Any) -> Read:
        if type(found) is not dict:
            raise _Unsure
        if "case" not in found:
            return Read(self.message(found, _CASE), None)
        self.keys += len(found)
        if found.keys() - {"case", "as_of"}:
            raise _Unsure
        stated = "as_of" in found
        return Read(self.message(found["case"], _CASE), _moment(found["as_of"]) if stated else None)

    def message(self, found: Any, fields: Mapping[str, _Field]) -> dict[str, Any]:
        if type(found) is not dict:
            raise _Unsure
        self.keys += len(found)
        read: dict[str, Any] = {}
        for key, value in found.items():
            field = fields.get(key)
            if field is None:
                raise _Unsure
            name, plain, reader = field
            if name in read:
                raise _Unsure
            # A null says that the fact is unknown; it stays, so that the field cannot be given twice.
            read[name] = value if type(value) is plain or value is None else reader(self, value)
        return read


class _Field(NamedTuple):
    name: str
    plain: type | None
    """Values of this very type are taken as they are."""
    read: Callable[[_Reading, Any], Any]


def _refuse(_: _Reading, value: Any) -> Any:
    raise _Unsure


def _integer(_: _Reading, value: Any) -> int:
    if type(value) is str and _INTEGER.fullmatch(value):
        return int(value)
    if type(value) is not int or not -(2**63) <= value < 2**63:
        raise _Unsure
    return value


def _decimal(_: _Reading, value: Any) -> float:
    if type(value) is not float or not math.isfinite(value):
        raise _Unsure
    return value


def _stamp(_: _Reading, value: Any) -> dict[str, int]:
    if type(value) is not str:
        raise _Unsure
    return _stamp_of(value)


@lru_cache(maxsize=65_536)
def _stamp_of(text: str) -> dict[str, int]:
    seconds, nanos = divmod(_moment(text), _NANO)
    return {"seconds": seconds, "nanos": nanos}


def _texts(_: _Reading, value: Any) -> list[str]:
    if type(value) is not list or not all(type(item) is str for item in value):
        raise _Unsure
    return value


def _moment(value: Any) -> int:
    if type(value) is not str:
        raise _Unsure
    try:
        return parse_moment(value)
    except MomentError:
        raise _Unsure from None


def _attributes(reading: _Reading, value: Any) -> dict[str, facts_pb2.Attribute]:
    """Attributes in the form of protobuf's JSON; what the pack declares decides on other forms."""
    if type(value) is not dict:
        raise _Unsure
    reading.keys += len(value)
    read = {}
    for key, item in value.items():
        if not key or len(key) > _MAX_KEY:
            raise _Unsure
        if item is not None:
            if type(item) is not dict or len(item) > 1:
                raise _Unsure
            read[key] = facts_pb2.Attribute(**reading.message(item, _ATTRIBUTE))
    return read


def _nested(fields: Mapping[str, _Field], many: bool) -> Callable[[_Reading, Any], Any]:
    def one(reading: _Reading, value: Any) -> dict[str, Any]:
        return reading.message(value, fields)

    def several(reading: _Reading, value: Any) -> list[dict[str, Any]]:
        if type(value) is not list:
            raise _Unsure
        return [reading.message(item, fields) for item in value]

    return several if many else one


def _fields(descriptor: Descriptor) -> dict[str, _Field]:
    fields = {}
    for field in descriptor.fields:
        read = _reader(field)
        if read is not None:
            plain = None if is_list(field) else _PLAIN.get(field.cpp_type)
            fields[field.name] = fields[field.json_name] = _Field(field.name, plain, read)
    return fields


def _reader(field: FieldDescriptor) -> Callable[[_Reading, Any], Any] | None:
    """How a field is read; None for what only the parser reads."""
    message = field.message_type
    if field.name == "attributes":
        return _attributes
    if message is not None:
        if message.full_name == TIMESTAMP:
            return _stamp
        return _nested(_fields(message), is_list(field))
    if field.cpp_type == FieldDescriptor.CPPTYPE_STRING:
        return _texts if is_list(field) else _refuse
    return _SCALARS.get(field.cpp_type)


_PLAIN: Mapping[int, type] = {FieldDescriptor.CPPTYPE_STRING: str, FieldDescriptor.CPPTYPE_BOOL: bool}
_SCALARS: Mapping[int, Callable[[_Reading, Any], Any]] = {
    FieldDescriptor.CPPTYPE_BOOL: _refuse,
    FieldDescriptor.CPPTYPE_INT64: _integer,
    FieldDescriptor.CPPTYPE_DOUBLE: _decimal,
}

_MESSAGES = facts_pb2.DESCRIPTOR.message_types_by_name
_CASE, _ATTRIBUTE = _fields(_MESSAGES["Case"]), _fields(_MESSAGES["Attribute"])
