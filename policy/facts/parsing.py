"""A case that people wrote, in YAML or JSON, as the Case message; every value keeps its place in the file.

    text --nodes--> tree --by the descriptors of facts.proto--> ParsedCase

Only form is looked at here: known fields, types, moments. Whether codes are declared and references resolve,
``policy.facts.reading`` says; ``ParsedCase.fault`` puts its violations back to their places in the file.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from linkage.v1 import facts_pb2
from policy.facts.reading import ATTRIBUTE_FIELDS, NUMBER, Violation
from policy.facts.views import TIMESTAMP, is_list
from policy.pack.vocabulary import Vocabulary
from policy.text import nodes
from policy.text.diagnostics import Fault, Faults, Words, fault
from policy.text.json_text import is_json, parse_json
from policy.text.nodes import Node, Refused, Scalar
from policy.text.source import Source, Span
from policy.text.suggest import suggest
from policy.time.moment import MomentError, parse_moment

_MAP = Words("键值对", "a map of fields")
_LIST = Words("列表", "a list")
_TEXT = Words("文字", "text")
_BOOL = Words("“true”或“false”", "true or false")
_INT = Words("整数", "an integer")
_NOTHING = Words("空值", "nothing")
_CASE = Words("案件", "a case")
_REQUEST = Words("请求", "a request")
_ATTRIBUTE = Words("本地事实", "an attribute")

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,18})", re.ASCII)
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)
_INT_MIN, _INT_MAX = -(2**63), 2**63 - 1


@dataclass(frozen=True, slots=True)
class ParsedCase:
    """The message, ``as_of`` (nanoseconds) where the file gives it, and where each field stands in it."""

    case: facts_pb2.Case
    as_of: int | None
    span: Span
    places: Mapping[str, Span]
    """By field, as violations name it: ``case.events[2].type``."""

    def fault(self, violation: Violation, vocabulary: Vocabulary) -> Fault:
        """A violation of the reader as a fault at its place; a missing field's is what should hold it."""
        meant = suggest(violation.name, violation.candidates, _labels(violation, vocabulary))
        return fault(violation.code, self.place(violation.field), meant, **dict(violation.args))

    def place(self, path: str) -> Span:
        """Where a field stands, or what should hold it."""
        while path:
            if path in self.places:
                return self.places[path]
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.span


def _labels(violation: Violation, vocabulary: Vocabulary) -> Mapping[str, str]:
    """Chinese labels of the candidates, so that 交警 finds its code."""
    for codes in vocabulary.sections.values():
        if codes and tuple(codes) == violation.candidates:
            return {name: code.zh for name, code in codes.items()}
    return {}


def parse_case(
    source: Source, faults: Faults, attributes: Mapping[str, str] | None = None
) -> ParsedCase | None:
    """The case in a YAML or JSON text: the case itself, or ``{case: …, as_of: …}``.

    ``attributes`` are the declared types of the district's own facts by name; without one a value's own form
    decides. None after adding at least one fault.
    """
    found = Faults()
    node = parse_json(source, found) if _in_json(source) else nodes.parse(source, found)
    parsed = None if node is None else case_of_node(node, found, attributes)
    faults.extend(found)
    return None if found.errors else parsed


def _in_json(source: Source) -> bool:
    """By the file's name; a text of another name is JSON where it can be. Lines of bulk files, which have no
    name, are JSON."""
    name = source.name.lower()
    if name.endswith((".yaml", ".yml")):
        return False
    return not name or name.endswith((".json", ".jsonl")) or is_json(source.text)


def case_of_node(node: Node, faults: Faults, attributes: Mapping[str, str] | None = None) -> ParsedCase:
    """The case in a tree; what is wrong with it is added to ``faults`` and left out."""
    reading = _Parsing(faults, attributes or {})
    as_of = None
    body: Node | None = node
    if isinstance(node, nodes.Mapping) and any(key.text == "case" for key, _ in node.entries):
        body, as_of = reading.request(node)
    message = facts_pb2.Case()
    if body is not None:
        reading.message(body, message, "case", _CASE)
    return ParsedCase(message, as_of, node.span, MappingProxyType(reading.places))


def _json_names(descriptor: Descriptor) -> Mapping[str, FieldDescriptor]:
    names = {f.name: f for f in descriptor.fields}
    return names | {f.json_name: f for f in descriptor.fields}


_FIELDS: Mapping[str, Mapping[str, FieldDescriptor]] = {
    name: _json_names(descriptor) for name, descriptor in facts_pb2.DESCRIPTOR.message_types_by_name.items()
}


def is_null(node: Node) -> bool:
    """Whether ``null`` or ``~`` stands here: the fact is unknown."""
    return isinstance(node, Scalar) and node.style == "plain" and node.text in {"null", "~"}


@dataclass(slots=True)
class _Parsing:
    faults: Faults
    attributes: Mapping[str, str]
    places: dict[str, Span] = field(default_factory=dict)

    def request(self, node: nodes.Mapping) -> tuple[Node | None, int | None]:
        """The case and the moment of ``{case: …, as_of: …}``."""
        body, as_of = None, None
        for key, value in node.entries:
            if key.text == "case":
                body = value
            elif key.text in {"as_of", "asOf"}:
                self.places["as_of"] = value.span
                as_of = self.moment(value)
            else:
                self._unknown(key, _REQUEST, ("case", "as_of"))
        return body, as_of

    def message(self, node: Node, message: Any, at: str, what: Words | None = None) -> None:
        """Fills ``message`` from a map."""
        self.places[at] = node.span
        if isinstance(node, Refused):
            return
        if not isinstance(node, nodes.Mapping):
            self._mistyped(node, what or _MAP)
            return
        name = message.DESCRIPTOR.name
        known = _FIELDS[name]
        seen: set[str] = set()
        for key, value in node.entries:
            descriptor = known.get(key.text)
            if descriptor is None:
                self._unknown(key, what or Words(name, name), tuple(sorted({f.name for f in known.values()})))
            elif descriptor.name in seen:
                self.faults.add("LNK818", key.span, name=descriptor.name)
            else:
                seen.add(descriptor.name)
                self._field(value, message, descriptor, f"{at}.{descriptor.name}")

    def _field(self, node: Node, message: Any, descriptor: FieldDescriptor, at: str) -> None:
        self.places[at] = node.span
        if isinstance(node, Refused) or is_null(node):
            return
        if descriptor.message_type is None:
            if is_list(descriptor):
                self._texts(node, getattr(message, descriptor.name), at)
            else:
                value = self._scalar(node, descriptor)
                if value is not None:
                    setattr(message, descriptor.name, value)
        elif descriptor.message_type.full_name == TIMESTAMP:
            nanos = self.moment(node)
            if nanos is not None:
                _set_time(getattr(message, descriptor.name), nanos)
        elif descriptor.name == "attributes":
            self._attributes(node, message, at)
        elif is_list(descriptor):
            self._elements(node, getattr(message, descriptor.name), at)
        else:
            inner = getattr(message, descriptor.name)
            inner.SetInParent()
            self.message(node, inner, at)

    def _elements(self, node: Node, container: Any, at: str) -> None:
        if not isinstance(node, nodes.Sequence):
            self._mistyped(node, _LIST)
            return
        for index, item in enumerate(node.items):
            self.message(item, container.add(), f"{at}[{index}]")

    def _texts(self, node: Node, container: Any, at: str) -> None:
        """A list of codes, or one code in its place."""
        items = node.items if isinstance(node, nodes.Sequence) else (node,)
        for index, item in enumerate(items):
            self.places[f"{at}[{index}]"] = item.span
            value = self._text(item)
            if value is not None:
                container.append(value)

    def _scalar(self, node: Node, descriptor: FieldDescriptor) -> str | bool | int | float | None:
        read: Mapping[int, Callable[[Node], str | bool | int | float | None]] = {
            FieldDescriptor.CPPTYPE_STRING: self._text,
            FieldDescriptor.CPPTYPE_BOOL: self._boolean,
            FieldDescriptor.CPPTYPE_INT64: self._integer,
            FieldDescriptor.CPPTYPE_DOUBLE: self._double,
        }
        return read[descriptor.cpp_type](node)

    # -- single values

    def _text(self, node: Node) -> str | None:
        if not isinstance(node, Scalar) or (node.style == "plain" and not node.text):
            self._mistyped(node, _TEXT)
            return None
        return node.text

    def _boolean(self, node: Node) -> bool | None:
        if isinstance(node, Scalar) and node.style == "plain" and node.text in {"true", "false"}:
            return node.text == "true"
        self._mistyped(node, _BOOL)
        return None

    def _integer(self, node: Node) -> int | None:
        # Quoted digits are how protobuf writes 64-bit integers in JSON.
        if isinstance(node, Scalar) and re.fullmatch(r"-?[0-9]{20,}", node.text, re.ASCII):
            self.faults.add("LNK817", node.span)
            return None
        if not isinstance(node, Scalar) or not _INTEGER.fullmatch(node.text):
            self._mistyped(node, _INT)
            return None
        value = int(node.text)
        if not _INT_MIN <= value <= _INT_MAX:
            self.faults.add("LNK817", node.span)
            return None
        return value

    def _double(self, node: Node) -> float | None:
        if isinstance(node, Scalar) and _DECIMAL.fullmatch(node.text):
            value = float(node.text)
            if math.isfinite(value):
                return value
            self.faults.add("LNK840", node.span)
            return None
        self._mistyped(node, NUMBER)
        return None

    def moment(self, node: Node) -> int | None:
        """Nanoseconds of a moment."""
        if isinstance(node, Refused):
            return None
        if not isinstance(node, Scalar) or not node.text:
            self._mistyped(node, Words("时间", "a moment"))
            return None
        try:
            return parse_moment(node.text)
        except MomentError as error:
            self.faults.add("LNK816", node.span, reason=error.words)
            return None

    # -- the district's own facts

    def _attributes(self, node: Node, message: facts_pb2.Case, at: str) -> None:
        if not isinstance(node, nodes.Mapping):
            self._mistyped(node, _MAP)
            return
        for key, value in node.entries:
            self.places[f"{at}[{key.text}]"] = value.span
            if isinstance(value, Refused) or is_null(value):
                continue
            if isinstance(value, nodes.Mapping):
                # The form of protobuf's JSON: {"boolValue": true}.
                self._wrapped(value, message.attributes[key.text])
            else:
                declared = self.attributes.get(key.text) or _guessed(value)
                self._attribute(value, message.attributes[key.text], declared)

    def _wrapped(self, node: nodes.Mapping, attribute: facts_pb2.Attribute) -> None:
        types = {name: type_ for type_, name in ATTRIBUTE_FIELDS.items()}
        for key, value in node.entries:
            descriptor = _FIELDS["Attribute"].get(key.text)
            if descriptor is None:
                self._unknown(key, _ATTRIBUTE, tuple(types))
            else:
                self._attribute(value, attribute, types[descriptor.name])

    def _attribute(self, node: Node, attribute: facts_pb2.Attribute, type_: str) -> None:
        if type_ == "timestamp":
            nanos = self.moment(node)
            if nanos is not None:
                _set_time(attribute.time_value, nanos)
            return
        read: Mapping[str, Callable[[Node], Any]] = {
            "bool": self._boolean,
            "int": self._integer,
            "double": self._double,
            "string": self._text,
        }
        value = read[type_](node)
        if value is not None:
            setattr(attribute, ATTRIBUTE_FIELDS[type_], value)

    # -- faults

    def _mistyped(self, node: Node, expected: Words) -> None:
        if isinstance(node, Refused):
            return
        self.faults.add("LNK815", node.span, expected=expected, found=_kind(node))

    def _unknown(self, key: Scalar, what: Words, allowed: tuple[str, ...]) -> None:
        word = key.text.split("：")[0].strip()
        meant = word if word in allowed else suggest(word, allowed)
        self.faults.add("LNK811", key.span, meant, name=key.text, what=what, allowed=", ".join(allowed))


def _set_time(stamp: Any, nanos: int) -> None:
    stamp.seconds, stamp.nanos = divmod(nanos, 1_000_000_000)


def _guessed(node: Node) -> str:
    """The type of an attribute's value by its own form."""
    if not isinstance(node, Scalar) or node.style != "plain":
        return "string"
    if node.text in {"true", "false"}:
        return "bool"
    if _INTEGER.fullmatch(node.text):
        return "int"
    if _DECIMAL.fullmatch(node.text):
        return "double"
    try:
        parse_moment(node.text)
    except MomentError:
        return "string"
    return "timestamp"


def _kind(node: Node) -> Words:
    """What stands there, by its form: facts are never repeated."""
    if isinstance(node, nodes.Mapping):
        return _MAP
    if isinstance(node, nodes.Sequence):
        return _LIST
    if not isinstance(node, Scalar) or (node.style == "plain" and node.text in {"", "null", "~"}):
        return _NOTHING
    if node.style == "plain" and node.text in {"true", "false"}:
        return _BOOL
    return NUMBER if node.style == "plain" and _DECIMAL.fullmatch(node.text) else _TEXT
