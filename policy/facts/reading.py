"""From the Case message to its view, checked on the way: one pass, every violation found.

A violation names the field the way the API does (``case.events[2].type``) and carries a code of
docs/faults.md. Values of fields other than codes are never repeated in a violation: facts hold
citizens' data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import FieldDescriptor

from linkage.v1 import facts_pb2
from policy.facts.views import (
    COLLECTIONS,
    EITHER,
    NESTED,
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
TIME_MIN = 946_684_800 * NANO
"""2000-01-01T00:00:00Z: no linkage document is older."""
TIME_MAX = 4_102_444_800 * NANO
"""2100-01-01T00:00:00Z, excluded."""
MAX_ELEMENTS = 1000
"""Most elements of a case, all lists together: a larger one is refused, so that no request can hang."""
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


_PLAIN, _TEXT, _REFERENCE, _CODE, _TIME, _CODES, _MESSAGE, _LIST, _ATTRIBUTES = range(9)

# The field of the Attribute message that holds a value of each declared type.
ATTRIBUTE_FIELDS: Mapping[str, str] = {
    "bool": "bool_value",
    "int": "int_value",
    "double": "double_value",
    "string": "string_value",
    "timestamp": "time_value",
}

# Where a field stands: (where its owner stands, its own label). Written out only for a violation.
Place = tuple[Any, str | int]


@dataclass(frozen=True, slots=True)
class _Shape:
    """How one message is read: its fields by descriptor, the lists to preset, what it must state."""

    name: str
    fields: Mapping[FieldDescriptor, tuple[str, int, Any]]
    lists: tuple[str, ...]
    required: tuple[str, ...]
    either: tuple[str, ...]
    """Fields of which only one applies: where one is stated, the others are known to be none."""


class CaseReader:
    """Reads cases of one district: its vocabulary, its pack's attributes (name -> type), its rules' ids."""

    def __init__(
        self, vocabulary: Vocabulary, attributes: Mapping[str, str], rules: frozenset[str] = frozenset()
    ) -> None:
        self.attributes = dict(attributes)
        self.rules = rules
        self.generic = frozenset(
            name for name, code in vocabulary.sections["events"].items() if code.effect.endswith("_one")
        )
        self.shapes = {name: _shape(name, vocabulary) for name in (*COLLECTIONS, "Case")}

    def read(self, case: facts_pb2.Case, as_of: int) -> CaseView:
        """The view of ``case`` at ``as_of`` (nanoseconds). Raises ``FactsError``."""
        return _Reading(self, as_of).case(case)


def _shape(name: str, vocabulary: Vocabulary) -> _Shape:
    descriptor = facts_pb2.DESCRIPTOR.message_types_by_name[name]
    fields = {field: (field.name, *_kind(name, field, vocabulary)) for field in descriptor.fields}
    lists = tuple(field.name for field in descriptor.fields if is_list(field))
    return _Shape(name, fields, lists, REQUIRED.get(name, ()), EITHER.get(name, ()))


def _kind(name: str, field: FieldDescriptor, vocabulary: Vocabulary) -> tuple[int, Any]:
    section = CODE_FIELDS.get((name, field.name))
    if section is not None:
        return (_CODES if is_list(field) else _CODE), vocabulary.codes(section)
    if field.message_type is None:
        if (name, field.name) in REFERENCES:
            return _REFERENCE, REFERENCES[name, field.name]
        return (_TEXT if field.type == field.TYPE_STRING else _PLAIN), None
    if field.message_type.full_name == TIMESTAMP:
        return _TIME, None
    if field.name == "attributes":
        return _ATTRIBUTES, None
    return (_LIST if is_list(field) else _MESSAGE), field.message_type.name


class _Reading:
    """One case being read."""

    def __init__(self, reader: CaseReader, as_of: int) -> None:
        self._reader = reader
        self._shapes = reader.shapes
        self._as_of = as_of
        self._violations: list[Violation] = []
        self._references: list[tuple[Place, tuple[str, ...], str]] = []
        self._elements = 0
        self._ids: dict[str, set[str]] = {collection: set() for collection in COLLECTIONS.values()}

    def case(self, case: facts_pb2.Case) -> CaseView:
        view = CaseView()
        view.as_of, view.attrs, view.breaches = self._as_of, {}, ()
        if not TIME_MIN <= self._as_of < TIME_MAX:
            self._violations.append(Violation("as_of", "LNK806"))
        self._fill(view, case, self._shapes["Case"], (None, "case"))
        self._check_references()
        by_type: dict[str, list[Any]] = {}
        for event in view.events:
            if (kind := getattr(event, "type", None)) is not None:
                by_type.setdefault(kind, []).append(event)
        view.by_type = by_type
        if not self._reader.generic.isdisjoint(by_type):
            self._check_named_targets(case)
        if self._violations:
            raise FactsError(tuple(sorted(self._violations, key=lambda v: (v.field, v.code))))
        return view

    def _fill(self, view: View, message: Any, shape: _Shape, at: Place) -> None:
        for name in shape.lists:
            setattr(view, name, ())
        fields = shape.fields
        for field, value in message.ListFields():
            name, kind, detail = fields[field]
            if kind == _CODE:
                if value not in detail:
                    self._bad_code((at, name), value, detail)
            elif kind == _TEXT:
                if not 0 < len(value) <= MAX_TEXT:
                    self._bad_text((at, name), value)
            elif kind == _TIME:
                value = self._time(value, (at, name))
            elif kind == _REFERENCE:
                if not 0 < len(value) <= MAX_TEXT:
                    self._bad_text((at, name), value)
                self._references.append(((at, name), detail, value))
            elif kind == _LIST:
                value = self._list(view, value, self._shapes[detail], (at, name))
            elif kind != _PLAIN:
                value = self._rarer(kind, view, value, detail, (at, name))
            setattr(view, name, value)
        for name in shape.required:
            if not hasattr(view, name):
                self._violation((at, name), "LNK801", field=name)
        if shape.either:
            _settle_either(view, shape.either)

    def _rarer(self, kind: int, view: View, value: Any, detail: Any, at: Place) -> Any:
        if kind == _CODES:
            for index, code in enumerate(value):
                if code not in detail:
                    self._bad_code((at, index), code, detail)
            return tuple(value)
        if kind == _MESSAGE:
            inner = VIEWS[detail]()
            self._fill(inner, value, self._shapes[detail], at)
            return inner
        self._read_attributes(view, value, at)
        return ()

    def _list(self, parent: View, values: Any, shape: _Shape, at: Place) -> tuple[View, ...]:
        self._elements += len(values)
        if self._elements > MAX_ELEMENTS:
            self._violation(at, "LNK807", count=str(self._elements), limit=str(MAX_ELEMENTS))
            return ()
        cls = VIEWS[shape.name]
        collection = COLLECTIONS[shape.name]
        ids = self._ids[collection]
        time_field = TIME_FIELDS.get(shape.name)
        nested = collection in NESTED
        as_of = self._as_of
        result = []
        for index, value in enumerate(values):
            view = cls()
            if nested:
                view.parent = parent
            self._fill(view, value, shape, (at, index))
            key = getattr(view, "id", None)
            if key is not None:
                if key in ids:
                    self._violation(((at, index), "id"), "LNK803")
                ids.add(key)
            if time_field is None or getattr(view, time_field, 0) <= as_of:
                result.append(view)
        return tuple(result)

    def _violation(self, at: Place, code: str, candidates: tuple[str, ...] = (), **args: str) -> None:
        self._violations.append(Violation(_written(at), code, tuple(sorted(args.items())), candidates))

    def _bad_text(self, at: Place, value: str) -> None:
        if value:
            self._violation(at, "LNK813", count=str(len(value)), limit=str(MAX_TEXT))
        else:
            self._violation(at, "LNK805")

    def _bad_code(self, at: Place, value: str, allowed: Mapping[str, object]) -> None:
        if value:
            self._violation(at, "LNK802", tuple(sorted(allowed)), name=value[:64])
        else:
            self._violation(at, "LNK805")

    def _check_references(self) -> None:
        ids = self._ids
        for at, collections, value in self._references:
            for collection in collections:
                if value in ids[collection]:
                    break
            else:
                self._violation(at, "LNK804", lists=", ".join(collections))

    def _check_named_targets(self, case: facts_pb2.Case) -> None:
        """A generic event must say which obligation, or which rule's, it is about; the rule must exist."""
        for index, event in enumerate(case.events):
            if event.type not in self._reader.generic:
                continue
            place = ((None, "case.events"), index)
            if not (event.obligation or event.rule):
                self._violation((place, "obligation"), "LNK814")
            elif event.rule and event.rule not in self._reader.rules:
                known = tuple(sorted(self._reader.rules))
                self._violation((place, "rule"), "LNK821", known, name=event.rule[:64])

    def _time(self, value: Any, at: Place) -> int:
        below: int = value.nanos
        nanos: int = value.seconds * NANO + below
        if not TIME_MIN <= nanos < TIME_MAX or not 0 <= below < NANO:
            self._violation(at, "LNK806")
        return nanos

    def _read_attributes(self, view: View, values: Any, at: Place) -> None:
        attrs = view.attrs  # type: ignore[attr-defined]
        declared = self._reader.attributes
        for name in sorted(values):
            place = (at, f"[{name[:64]}]")
            if name not in declared:
                self._violation(place, "LNK808", tuple(sorted(declared)), name=name[:64])
                continue
            stated = values[name].WhichOneof("value")
            if stated is None:
                continue
            if stated != ATTRIBUTE_FIELDS[declared[name]]:
                self._violation(place, "LNK809", expected=declared[name])
                continue
            raw = getattr(values[name], stated)
            attrs[name] = self._time(raw, place) if declared[name] == "timestamp" else raw


def _settle_either(view: View, names: tuple[str, ...]) -> None:
    if any(hasattr(view, name) for name in names):
        for name in names:
            if not hasattr(view, name):
                setattr(view, name, "")


def _written(at: Place) -> str:
    """``case.events[2].type`` for a place."""
    owner, label = at
    if owner is None:
        return str(label)
    if isinstance(label, int):
        return f"{_written(owner)}[{label}]"
    return _written(owner) + (label if label.startswith("[") else f".{label}")
