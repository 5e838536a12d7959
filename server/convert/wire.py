"""Protobuf's wire format, as far as answers need it: fields written without building a message.

A field is a tag (its number and how its value is written), then the value; a text or a message is preceded by
its length. Fields stand in any order and messages are fields of messages, so an answer is a join of bytes,
most of which were made when a rule first applied. (Protocol Buffers documentation, "Encoding".)
"""

from __future__ import annotations

from functools import lru_cache

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from server.convert.words import set_moment

_LENGTH_DELIMITED = 2
_DELIMITED = (FieldDescriptor.TYPE_MESSAGE, FieldDescriptor.TYPE_STRING)


class _Sizes(dict[int, bytes]):
    """Numbers as they are written: seven bits a byte, the lowest first. Small ones are kept."""

    def __missing__(self, number: int) -> bytes:
        written, rest = bytearray(), number
        while rest > 0x7F:
            written.append(rest & 0x7F | 0x80)
            rest >>= 7
        written.append(rest)
        made = bytes(written)
        if number < _KEPT:
            self[number] = made
        return made


_KEPT = 1 << 14

SIZES = _Sizes()
"""``SIZES[number]`` is the number, which is not negative, as it is written."""


def tag(message: type[Message], field: str) -> bytes:
    """The tag of a field that holds a text, a message, an enum or a bool. KeyError where there is none."""
    found = message.DESCRIPTOR.fields_by_name[field]
    return SIZES[found.number << 3 | (_LENGTH_DELIMITED if found.type in _DELIMITED else 0)]


def delimited(tag: bytes, value: bytes) -> bytes:
    """The field ``tag`` with a text in UTF-8 or a serialized message."""
    return tag + SIZES[len(value)] + value


def text(tag: bytes, value: str) -> bytes:
    """The field ``tag`` with a text; nothing where it is empty, as protobuf has it."""
    return delimited(tag, value.encode()) if value else b""


@lru_cache(maxsize=4096)
def moment(tag: bytes, nanos: int) -> bytes:
    """The field ``tag`` with a timestamp, of nanoseconds since 1970 UTC. Moments repeat within an answer."""
    value = Timestamp()
    set_moment(value, nanos)
    return delimited(tag, value.SerializeToString())
