"""From the Case message to its view, checked on the way: one pass, every violation found.

A violation names the field the way the API does (``case.events[2].type``) and carries a code of
docs/faults.md. Values of fields other than codes are never repeated in a violation: facts hold
citizens' data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from linkage.v1 import facts_pb2
from policy.facts.views import (
    COLLECTIONS,
    REFERENCES,
    REQUIRED,
    TIME_FIELDS,
    TIMESTAMP,
    VIEWS,
    CaseView,
    View,
    is_list,
)
from policy.vocabulary import CODE_FIELDS, Vocabulary

NANO = 1_000_000_000
TIME_MIN = 631_152_000 * NANO
"""2000-01-01T00:00:00Z: no linkage document is older."""
TIME_MAX = 4_102_444_800 * NANO
"""2100-01-01T00:00:00Z, excluded."""
MAX_ELEMENTS = 1000
"""Most elements of one list of a case; a larger case is refused, so that no request can hang the server."""
MAX_TEXT = 256
"""Longest string of a case, in characters."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing wrong with a case: field, fault code, the message's arguments, codes that may be meant."""

    field: str
    code: str
    args: tuple[tuple[str, str], ...] = ()
    candidates: tuple[str, ...] = ()


class FactsError(Exception):
    """The case cannot be decided upon; carries every violation, in field order."""

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        super().__init__(f"{len(violations)} violations")
        self.violations = violations


_PLAIN, _CODE, _TIME, _CODES, _MESSAGE, _LIST, _ATTRIBUTES = range(7)

# The Python type that an attribute of each declared type arrives as, by its field of the oneof.
ATTRIBUTE_FIELDS: Mapping[str, str] = {
    "bool": "bool_value",
    "int": "int_value",
    "double": "double_value",
    "string": "string_value",
    "timestamp": "time_value",
}


class CaseReader:
    """Reads cases of one district: its vocabulary and its pack's attributes (name -> type)."""

    def __init__(self, vocabulary: Vocabulary, attributes: Mapping[str, str]) -> None:
        self._attributes = dict(attributes)
        self._generic = frozenset(
            name for name, code in vocabulary.sections["events"].items() if code.effect.endswith("_one")
        )
        self._tables: dict[str, dict[str, tuple[int, Any]]] = {
            name: self._table(name, vocabulary) for name in (*COLLECTIONS, "Case")
        }
        self._list_fields = {name: _list_fields(name) for name in (*COLLECTIONS, "Case")}

    @staticmethod
    def _table(name: str, vocabulary: Vocabulary) -> dict[str, tuple[int, Any]]:
        table: dict[str, tuple[int, Any]] = {}
        for field in facts_pb2.DESCRIPTOR.message_types_by_name[name].fields:
            section = CODE_FIELDS.get((name, field.name))
            if section is not None:
                table[field.name] = (_CODES if is_list(field) else _CODE, vocabulary.codes(section))
            elif field.message_type is None:
                table[field.name] = (_PLAIN, None)
            elif field.message_type.full_name == TIMESTAMP:
                table[field.name] = (_TIME, None)
            elif field.name == "attributes":
                table[field.name] = (_ATTRIBUTES, None)
            else:
                table[field.name] = (_LIST if is_list(field) else _MESSAGE, field.message_type.name)
        return table

    def read(self, case: facts_pb2.Case, as_of: int) -> CaseView:
        """The view of ``case`` at ``as_of`` (nanoseconds). Raises ``FactsError``."""
        reading = _Reading(self._tables, self._list_fields, self._attributes, self._generic, as_of)
        return reading.case(case)


def _list_fields(name: str) -> tuple[str, ...]:
    return tuple(f.name for f in facts_pb2.DESCRIPTOR.message_types_by_name[name].fields if is_list(f))


class _Reading:
    def __init__(
        self,
        tables: dict[str, dict[str, tuple[int, Any]]],
        list_fields: dict[str, tuple[str, ...]],
        attributes: dict[str, str],
        generic: frozenset[str],
        as_of: int,
    ) -> None:
        self._generic = generic
        self._tables = tables
        self._list_fields = list_fields
        self._attributes = attributes
        self._as_of = as_of
        self._violations: list[Violation] = []
        self._references: list[tuple[str, str, str, str]] = []
        self._ids: dict[str, set[str]] = {collection: set() for collection in COLLECTIONS.values()}

    def case(self, case: facts_pb2.Case) -> CaseView:
        view = CaseView()
        view.as_of, view.attrs, view.breaches = self._as_of, {}, ()
        if not TIME_MIN <= self._as_of < TIME_MAX:
            self._violations.append(Violation("as_of", "LNK806"))
        self._fill(view, case, "Case", "case")
        self._check_references()
        self._check_named_targets(case)
        if self._violations:
            raise FactsError(tuple(sorted(self._violations, key=lambda v: (v.field, v.code))))
        view.index = {
            name: {element.id: element for element in getattr(view, name)}
            for name in ("parties", "documents", "requests", "properties", "events")
        }
        by_type: dict[str, list[Any]] = {}
        for event in view.events:  # type: ignore[attr-defined]
            by_type.setdefault(event.type, []).append(event)
        view.by_type = by_type
        return view

    def _fill(self, view: View, message: Any, name: str, at: str) -> None:
        table = self._tables[name]
        for list_field in self._list_fields[name]:
            setattr(view, list_field, ())
        for field, value in message.ListFields():
            field_name = field.name
            kind, detail = table[field_name]
            if kind == _PLAIN:
                if value.__class__ is str:
                    self._check_text(value, name, field_name, at)
                setattr(view, field_name, value)
            elif kind == _CODE:
                if value not in detail:
                    self._bad_code(f"{at}.{field_name}", value, detail)
                setattr(view, field_name, value)
            elif kind == _TIME:
                setattr(view, field_name, self._time(value, f"{at}.{field_name}"))
            elif kind == _CODES:
                for index, code in enumerate(value):
                    if code not in detail:
                        self._bad_code(f"{at}.{field_name}[{index}]", code, detail)
                setattr(view, field_name, tuple(value))
            elif kind == _MESSAGE:
                inner = VIEWS[detail]()
                self._fill(inner, value, detail, f"{at}.{field_name}")
                setattr(view, field_name, inner)
            elif kind == _LIST:
                setattr(view, field_name, self._list(view, value, detail, f"{at}.{field_name}"))
            else:
                self._read_attributes(view, value, at)
        for required in REQUIRED.get(name, ()):
            if not hasattr(view, required):
                self._violations.append(Violation(f"{at}.{required}", "LNK801", (("field", required),)))

    def _list(self, parent: View, values: Any, name: str, at: str) -> tuple[View, ...]:
        if len(values) > MAX_ELEMENTS:
            args = (("count", str(len(values))), ("limit", str(MAX_ELEMENTS)))
            self._violations.append(Violation(at, "LNK807", args))
            return ()
        cls = VIEWS[name]
        ids = self._ids[COLLECTIONS[name]]
        time_field = TIME_FIELDS.get(name)
        nested = parent.__class__ is not CaseView
        result = []
        for index, value in enumerate(values):
            view = cls()
            if nested:
                view.parent = parent
            self._fill(view, value, name, f"{at}[{index}]")
            key = getattr(view, "id", None)
            if key is not None:
                if key in ids:
                    self._violations.append(Violation(f"{at}[{index}].id", "LNK803"))
                ids.add(key)
            if time_field is None or getattr(view, time_field, 0) <= self._as_of:
                result.append(view)
        return tuple(result)

    def _check_text(self, value: str, name: str, field: str, at: str) -> None:
        if not value:
            self._violations.append(Violation(f"{at}.{field}", "LNK805"))
        elif len(value) > MAX_TEXT:
            args = (("count", str(len(value))), ("limit", str(MAX_TEXT)))
            self._violations.append(Violation(f"{at}.{field}", "LNK813", args))
        lists = REFERENCES.get((name, field))
        if lists is not None:
            self._references.append((name, field, at, value))

    def _check_references(self) -> None:
        for name, field, at, value in self._references:
            lists = REFERENCES[name, field]
            if not any(value in self._ids[collection] for collection in lists):
                args = (("lists", ", ".join(lists)),)
                self._violations.append(Violation(f"{at}.{field}", "LNK804", args))

    def _check_named_targets(self, case: facts_pb2.Case) -> None:
        """A generic event must say which obligation, or which rule's, it is about."""
        for index, event in enumerate(case.events):
            if event.type in self._generic and not (event.obligation or event.rule):
                self._violations.append(Violation(f"case.events[{index}].obligation", "LNK814"))

    def _bad_code(self, at: str, value: str, allowed: Mapping[str, object]) -> None:
        if not value:
            self._violations.append(Violation(at, "LNK805"))
        else:
            self._violations.append(Violation(at, "LNK802", (("name", value[:64]),), tuple(sorted(allowed))))

    def _time(self, value: Any, at: str) -> int:
        nanos = int(value.seconds) * NANO + int(value.nanos)
        if not TIME_MIN <= nanos < TIME_MAX or not 0 <= value.nanos < NANO:
            self._violations.append(Violation(at, "LNK806"))
        return nanos

    def _read_attributes(self, view: View, values: Any, at: str) -> None:
        attrs = view.attrs  # type: ignore[attr-defined]
        for name in sorted(values):
            declared = self._attributes.get(name)
            field = f"{at}.attributes[{name[:64]}]"
            if declared is None:
                args = (("name", name[:64]),)
                self._violations.append(Violation(field, "LNK808", args, tuple(sorted(self._attributes))))
                continue
            stated = values[name].WhichOneof("value")
            if stated is None:
                continue
            if stated != ATTRIBUTE_FIELDS[declared]:
                self._violations.append(Violation(field, "LNK809", (("expected", declared),)))
                continue
            raw = getattr(values[name], stated)
            attrs[name] = self._time(raw, field) if declared == "timestamp" else raw
