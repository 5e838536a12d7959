"""Parameters of a query as the fields that they are: ``view=FULL&case.id=c1`` is JSON of the same meaning."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from policy.facts.reading import FactsError, Violation
from policy.facts.views import is_list
from server.http.request import IGNORE_UNKNOWN, PRETTY

SYSTEM = frozenset((IGNORE_UNKNOWN, PRETTY))
"""Parameters that are about the answer, not of the request."""
_MOST_LEVELS = 16


def fields_of(pairs: Iterable[tuple[str, str]], descriptor: Descriptor) -> dict[str, Any]:
    """The fields, for ``server.convert.from_json`` to read: it says what is wrong with a name or a value.

    Raises ``FactsError`` (LNK845) for one that is given twice and is no list.
    """
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name not in SYSTEM:
            _put(found, name, value, descriptor)
    return found


def _put(found: dict[str, Any], name: str, value: str, descriptor: Descriptor) -> None:
    at, within = found, descriptor
    *path, last = name.split(".")[:_MOST_LEVELS]
    for part in path:
        field = _field(within, part)
        if field is None or field.message_type is None or is_list(field):
            at[part] = value  # nothing is within it: whoever reads it says so
            return
        at, within = at.setdefault(part, {}), field.message_type
        if not isinstance(at, dict):
            raise _twice(name)
    field = _field(within, last)
    if field is not None and is_list(field):
        at.setdefault(last, []).append(_typed(value, field))
    elif last in at:
        raise _twice(name)
    else:
        at[last] = value if field is None else _typed(value, field)


def _field(descriptor: Descriptor, name: str) -> FieldDescriptor | None:
    by_name = descriptor.fields_by_name.get(name)
    return by_name or next((field for field in descriptor.fields if field.json_name == name), None)


def _typed(value: str, field: FieldDescriptor) -> Any:
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        return {"true": True, "false": False}.get(value, value)
    if field.enum_type is not None and value.isdecimal() and len(value) < 10:
        return int(value)
    return value


def _twice(name: str) -> FactsError:
    return FactsError((Violation("query", "LNK845", (("name", name[:64]),)),))
