"""A request's bytes measured before they are read: how many values a message of them would hold.

To read two bytes may make an object of a hundred, and to look at each again takes its time: a message of a
few megabytes could cost a gigabyte and minutes. Counted on the wire, which takes no more than the count that
is allowed, it is refused before any of that. (Protocol Buffers documentation, "Encoding".)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import DecodeError, Message

from policy.facts.reading import FactsError, Violation
from server.settings.limits import MAX_VALUES

Schema = Mapping[int, "Schema | None"]
"""By the number of a field that holds messages: the schema of these; of other known fields: None."""


def check_values(data: bytes, schema: Schema, most: int = MAX_VALUES) -> None:
    """Raises ``FactsError`` (LNK836) where ``data`` holds more than ``most`` values.

    Bytes that are no message are left to whoever reads them.
    """
    if len(data) <= most * _SMALLEST:
        return
    left = most
    within: list[tuple[int, int, Schema]] = [(0, len(data), schema)]
    while within:
        at, end, known = within.pop()
        while at < end:
            left -= 1
            if left < 0:
                raise FactsError((Violation("request", "LNK836", (("limit", f"{most:,}"),)),))
            tag, at = _number(data, at)
            kind = tag & 7
            if kind == _LENGTH:
                size, at = _number(data, at)
                inner = known.get(tag >> 3)
                if inner is not None and at + size <= end:
                    within.append((at, at + size, inner))
                at += size
            elif kind == _VARINT:
                _, at = _number(data, at)
            else:
                at += _FIXED.get(kind, 0)


_SMALLEST = 2
"""Bytes that a value takes at least: a tag, and a number or a length."""
_VARINT, _LENGTH = 0, 2
_FIXED = {1: 8, 5: 4}


def _number(data: bytes, at: int) -> tuple[int, int]:
    """The number that is written at ``at``, and where it ends; 0 and the end of all where there is none."""
    value = shift = 0
    for place in range(at, min(at + 10, len(data))):
        byte = data[place]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place + 1
        shift += 7
    return 0, len(data)


def parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The fields of a message that hold texts or messages: number and bytes, in order, none of them read.

    Raises ``DecodeError`` where the bytes end too early.
    """
    for number, _, start, end in _delimited(data):
        yield number, data[start:end]


def _delimited(data: bytes) -> Iterator[tuple[int, int, int, int]]:
    """The same fields: number, where the field begins, where its value begins, where both end."""
    at = 0
    while at < len(data):
        begin = at
        tag, at = _number(data, at)
        kind = tag & 7
        if not tag >> 3:
            raise DecodeError
        if kind == _LENGTH:
            size, at = _number(data, at)
            if at + size > len(data):
                raise DecodeError
            yield tag >> 3, begin, at, at + size
            at += size
        elif kind == _VARINT:
            _, at = _number(data, at)
        elif kind in _FIXED:
            at += _FIXED[kind]
        else:
            raise DecodeError


def without(data: bytes, number: int) -> bytes:
    """The message without the fields of that number, of those that hold texts or messages.

    Raises ``DecodeError`` where the bytes end too early.
    """
    kept, start = [], 0
    for found, begin, _, end in _delimited(data):
        if found == number:
            kept.append(data[start:begin])
            start = end
    return b"".join((*kept, data[start:]))


def schema_of(kind: type[Message]) -> Schema:
    """The schema of the messages of a kind, recursive where they are."""
    return _schema(cast(Descriptor, kind.DESCRIPTOR), {})


def _schema(message: Descriptor, made: dict[str, Any]) -> Schema:
    found = made.get(message.full_name)
    if found is None:
        found = made[message.full_name] = {}
        for field in message.fields:
            inner = field.message_type if field.type == FieldDescriptor.TYPE_MESSAGE else None
            found[field.number] = None if inner is None else _schema(inner, made)
    schema: Schema = found
    return schema
