"""What paths into the facts mean, by the descriptors of the facts: lists, and coded fields."""

from __future__ import annotations

import re
from collections.abc import Mapping

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from linkage.internal.v1 import derived_pb2
from linkage.v1 import facts_pb2
from policy.pack.vocabulary import CODE_FIELDS

MESSAGES: Mapping[str, Descriptor] = {
    name: descriptor
    for file in (facts_pb2.DESCRIPTOR, derived_pb2.DESCRIPTOR)
    for name, descriptor in file.message_types_by_name.items()
}
"""Every message that rules can read, by its name: those of a case, and those derived from one."""

_PATH = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_ROOTS: Mapping[str, str] = {"case": "Case"}


def _listed(field: FieldDescriptor) -> str:
    """The message that a list field holds; "" for any other field, maps included."""
    message = field.message_type
    if message is None or not field.is_repeated or message.GetOptions().map_entry:
        return ""
    return message.name


# Message name -> list field -> name of the message it lists.
_LISTS: Mapping[str, Mapping[str, str]] = {
    name: {field.name: listed for field in message.fields if (listed := _listed(field))}
    for name, message in MESSAGES.items()
}


def element_of(path: str, variables: Mapping[str, str]) -> str:
    """The message that a path of ``each`` lists ("case.events" -> "Event"), or "" where it is no list.

    ``variables`` gives the message of each earlier variable.
    """
    if path == "breaches":
        return "Breach"
    root, _, field = path.partition(".")
    message = _ROOTS.get(root) or variables.get(root, "")
    return _LISTS.get(message, {}).get(field, "")


def list_paths(variables: Mapping[str, str]) -> tuple[str, ...]:
    """Every path that ``element_of`` accepts after these variables, sorted."""
    roots = {**_ROOTS, **variables}
    return tuple(
        sorted(
            [
                "breaches",
                *(f"{root}.{field}" for root, name in roots.items() for field in _LISTS.get(name, {})),
            ]
        )
    )


def section_of(expression: str, variables: Mapping[str, str]) -> str:
    """The vocabulary section of a coded field written as a plain path (``request.matter``), or ""."""
    if not _PATH.fullmatch(expression):
        return ""
    root, *steps, last = expression.split(".")
    name = _ROOTS.get(root) or variables.get(root, "")
    for step in steps:
        field = MESSAGES[name].fields_by_name.get(step) if name in MESSAGES else None
        name = field.message_type.name if field and field.message_type and not field.is_repeated else ""
    return CODE_FIELDS.get((name, last), "")
