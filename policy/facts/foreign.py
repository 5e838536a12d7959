"""Fields that a message holds and this version of the protocol does not know: a newer client, or a wrong one.

protobuf keeps them aside in silence. A fact that was sent and is not read must not look like one that was not
sent, so they are refused as an unknown field of a file is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from google.protobuf.message import Message
from google.protobuf.unknown_fields import UnknownFieldSet

from policy.facts.views import is_list


class Foreign(NamedTuple):
    """An unknown field: where the message that holds it stands, that message's descriptor, its own number."""

    at: str
    message: Any
    number: int


def foreign_fields(message: Message, at: str) -> list[Foreign]:
    """The unknown fields of a message that stands at ``at``, and of those within it. It is left as it was."""
    # To look into every message would take longer than to decide; nearly always there are none at all.
    size = message.ByteSize()
    data = message.SerializeToString()
    message.DiscardUnknownFields()
    if message.ByteSize() == size:
        return []
    message.ParseFromString(data)
    return list(_within(message, at))


def unknown_numbers(message: Any) -> list[int]:
    """The numbers of the unknown fields of this very message."""
    fields = UnknownFieldSet(message)
    return sorted({fields[index].field_number for index in range(len(fields))})


def _within(message: Any, at: str) -> Iterator[Foreign]:
    for number in unknown_numbers(message):
        yield Foreign(at, message.DESCRIPTOR, number)
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        place = f"{at}.{field.name}"
        if field.message_type.GetOptions().map_entry:
            for key in sorted(value):
                yield from _within(value[key], f"{place}[{key}]")
        elif is_list(field):
            for index, item in enumerate(value):
                yield from _within(item, f"{place}[{index}]")
        else:
            yield from _within(value, place)
