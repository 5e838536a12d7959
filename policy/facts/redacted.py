"""A case without whose case it is: ids and free texts become made-up ones, the same for the same.

    {id: （2024）粤0103执1号, parties: [{id: 张三}]}  -->  {id: case, parties: [{id: p1}]}

What is known (codes, units that a pack lists, words that a rule compares with) stays; so do moments, amounts
and numbers: they are what rules are about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from linkage.v1 import facts_pb2
from policy.facts.views import is_list

_PREFIXES = {"Party": "p", "Document": "d", "Service": "s", "Request": "r", "Property": "v", "Event": "e"}
_UNITS = frozenset(("unit", "actor_unit", "to_unit", "concerning_unit", "subdistrict", "community"))
_UNIT, _TEXT = "单位", "文字"
CASE = "case"
"""The id of every redacted case."""


class Redacted(NamedTuple):
    """The case, and what stands in it for each text that it had."""

    case: facts_pb2.Case
    names: dict[str, str]


def redacted(case: facts_pb2.Case, known: Callable[[str], bool]) -> Redacted:
    """A copy of the case; ``known`` says which texts tell of no citizen and stay.

    ``Event.obligation`` is left to the caller: it names what is derived from the rest.
    """
    names = {case.id: CASE}
    counts: dict[str, int] = {}

    def numbered(text: str, prefix: str) -> None:
        if text not in names:
            counts[prefix] = counts.get(prefix, 0) + 1
            names[text] = f"{prefix}{counts[prefix]}"

    for message, field, text in _texts(case):
        if field.name == "id" and message.DESCRIPTOR.name in _PREFIXES:
            numbered(text, _PREFIXES[message.DESCRIPTOR.name])
    for _, field, text in _texts(case):
        if not known(text):
            numbered(text, _UNIT if field.name in _UNITS else _TEXT)
    made = facts_pb2.Case()
    made.CopyFrom(case)
    _rename(made, names)
    return Redacted(made, names)


def _messages(message: Message) -> Iterator[Message]:
    """The message and all in it."""
    yield message
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        if field.message_type.GetOptions().map_entry:
            inner = [value[key] for key in sorted(value)]
        else:
            inner = list(value) if is_list(field) else [value]
        for one in inner:
            yield from _messages(one)


def _texts(message: Message) -> Iterator[tuple[Message, FieldDescriptor, str]]:
    for one in _messages(message):
        for field, value in one.ListFields():
            if field.type == FieldDescriptor.TYPE_STRING and field.name != "obligation":
                for text in value if is_list(field) else (value,):
                    yield one, field, text


def _rename(message: Message, names: dict[str, str]) -> None:
    for one in _messages(message):
        for field, value in one.ListFields():
            if field.type != FieldDescriptor.TYPE_STRING or field.name == "obligation":
                continue
            if is_list(field):
                value[:] = [names.get(text, text) for text in value]
            else:
                setattr(one, field.name, names.get(value, value))
