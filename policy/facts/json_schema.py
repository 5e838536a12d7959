"""The JSON Schema (draft 2020-12) of a case of one district: what a client can check before it sends it.

    descriptors of facts.proto, vocabulary, the pack's own facts --case_schema--> a schema as plain data

It takes the JSON of protobuf: moments as texts with a zone, whole numbers of 64 bits as numbers or texts.
Codes are lists of constants with titles; keys that are not in it are refused. What it takes the service may
still refuse: that ids refer to something, and what depends on several fields, no schema can say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from policy.facts.labels import ELEMENTS, FIELDS
from policy.facts.reading import ATTRIBUTE_FIELDS, MAX_ELEMENTS, MAX_TEXT, MAX_TEXTS
from policy.facts.views import DERIVED, REQUIRED, TIMESTAMP, is_list
from policy.pack.model import AttributeDecl
from policy.pack.paths import MESSAGES
from policy.pack.vocabulary import CODE_FIELDS, SECTIONS, Vocabulary

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MOMENT = r"^20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\d(\.\d{1,9})?(Z|[+-][0-2]\d:[0-5]\d)$"
"""RFC 3339 with a zone, in the years of which facts may tell."""

_LISTED = {name: (zh, en) for name, (_, zh, en) in ELEMENTS.items()}
_LISTS = {message: (zh, en) for message, zh, en in ELEMENTS.values()}
_OWN = ("本地事实", "the district's own facts")
_FLAGS = ("法官对案件的认定", "what a judge has found of the case")
_KINDS: Mapping[int, Schema] = {
    FieldDescriptor.CPPTYPE_BOOL: {"type": "boolean"},
    FieldDescriptor.CPPTYPE_DOUBLE: {"type": "number"},
    FieldDescriptor.CPPTYPE_INT64: {"type": ["integer", "string"], "pattern": "^-?[0-9]{1,19}$"},
    FieldDescriptor.CPPTYPE_STRING: {"type": "string", "minLength": 1, "maxLength": MAX_TEXT},
}
_MOMENT = {"type": "string", "format": "date-time", "pattern": MOMENT}


def case_schema(
    district: str,
    vocabulary: Vocabulary,
    attributes: Mapping[str, AttributeDecl],
    lang: str,
    *,
    camel: bool = False,
) -> Schema:
    """The schema of the district's cases, with titles in "zh" or "en".

    ``camel``: fields are named as protobuf's JSON writes them (filedAt), else as the schemas do (filed_at).
    """
    return _Writer(vocabulary, attributes, lang, camel).case(district)


class _Writer:
    def __init__(
        self, vocabulary: Vocabulary, attributes: Mapping[str, AttributeDecl], lang: str, camel: bool
    ) -> None:
        self._vocabulary = vocabulary
        self._attributes = attributes
        self._english = lang == "en"
        self._camel = camel
        self._defs: dict[str, Schema] = {}

    def case(self, district: str) -> Schema:
        label = self._vocabulary.label("districts", district, "en" if self._english else "zh")
        title = self._pick((f"{label}的案件", f"a case of {label}"))
        body = self._message(MESSAGES["Case"])
        body["properties"]["district"] = {"const": district, "title": label}
        head = {"$schema": DIALECT, "$id": f"urn:linkage:case:{district}", "title": title}
        return head | body | {"$defs": dict(sorted(self._defs.items()))}

    def _pick(self, pair: tuple[str, str]) -> str:
        return pair[self._english]

    def _message(self, message: Descriptor) -> Schema:
        fields = [field for field in message.fields if (message.name, field.name) not in DERIVED]
        required = REQUIRED.get(message.name, ())
        found: Schema = {
            "type": "object",
            "properties": {self._name(field): self._field(message.name, field) for field in fields},
            "additionalProperties": False,
        }
        if required:
            found["required"] = [self._name(message.fields_by_name[name]) for name in required]
        return found

    def _name(self, field: FieldDescriptor) -> str:
        return field.json_name if self._camel else field.name

    def _field(self, owner: str, field: FieldDescriptor) -> Schema:
        if field.name == "attributes":
            return self._own_facts()
        one = self._one(owner, field)
        label = FIELDS.get((owner, field.name)) or _LISTED.get(field.name)
        title = {"title": self._pick(label)} if label is not None else {}
        if not is_list(field):
            return title | one
        most = MAX_TEXTS if field.message_type is None else MAX_ELEMENTS
        return title | {"type": "array", "items": one, "maxItems": most}

    def _one(self, owner: str, field: FieldDescriptor) -> Schema:
        section = CODE_FIELDS.get((owner, field.name))
        if section is not None:
            return self._codes(section)
        if field.message_type is None:
            return dict(_KINDS[field.cpp_type])
        if field.message_type.full_name == TIMESTAMP:
            return dict(_MOMENT)
        return self._part(field.message_type)

    def _part(self, message: Descriptor) -> Schema:
        if message.name not in self._defs:
            self._defs[message.name] = {}  # so that a message within itself ends
            label = _LISTS.get(message.name, _FLAGS if message.name == "Flags" else None)
            title = {"title": self._pick(label)} if label is not None else {}
            self._defs[message.name] = title | self._message(message)
        return {"$ref": f"#/$defs/{message.name}"}

    def _codes(self, section: str) -> Schema:
        if section not in self._defs:
            lang = "en" if self._english else "zh"
            self._defs[section] = codes_schema(section, self._vocabulary, lang)
        return {"$ref": f"#/$defs/{section}"}

    def _own_facts(self) -> Schema:
        facts = {name: self._own_fact(decl) for name, decl in sorted(self._attributes.items())}
        return {
            "title": self._pick(_OWN),
            "type": "object",
            "properties": facts,
            "additionalProperties": False,
        }

    def _own_fact(self, decl: AttributeDecl) -> Schema:
        field = MESSAGES["Attribute"].fields_by_name[ATTRIBUTE_FIELDS[decl.type]]
        means = decl.means.get("en" if self._english else "zh")
        title = {"title": means} if means else {}
        return title | {
            "type": "object",
            "properties": {self._name(field): self._one("Attribute", field)},
            "required": [self._name(field)],
            "additionalProperties": False,
        }


def codes_schema(section: str, vocabulary: Vocabulary, lang: str) -> Schema:
    """The codes of a section of the vocabulary, each with its label in "zh" or "en" as its title."""
    told = list(_told(section, vocabulary, lang))
    # A vocabulary without any code of a section leaves nothing to say: no value fits.
    codes: Schema = {"oneOf": told} if told else {"not": {}}
    return {"title": SECTIONS[section][lang == "en"]} | codes


def _told(section: str, vocabulary: Vocabulary, lang: str) -> Iterator[Schema]:
    replaced = vocabulary.equivalences.same_events if section == "events" else {}
    for code in vocabulary.codes(section).values():
        found: Schema = {"const": code.code, "title": code.en if lang == "en" else code.zh}
        yield found | {"deprecated": True} if code.code in replaced else found


def paths_of_codes() -> Mapping[str, tuple[str, ...]]:
    """By section of the vocabulary, the fields of a case that hold its codes: ``events[].type``."""
    found: dict[str, list[str]] = {section: [] for section in SECTIONS}
    for path, message, field in fields_of_case():
        if (section := CODE_FIELDS.get((message, field.name))) is not None:
            found[section].append(path)
    return {section: tuple(paths) for section, paths in found.items()}


def fields_of_case() -> Iterator[tuple[str, str, FieldDescriptor]]:
    """Every field that a client may state: its path, the message it stands in, and itself."""
    yield from _fields(MESSAGES["Case"], "")


def _fields(message: Descriptor, at: str) -> Iterable[tuple[str, str, FieldDescriptor]]:
    for field in message.fields:
        if (message.name, field.name) in DERIVED:
            continue
        path = f"{at}{field.name}"
        listed = is_list(field) and field.name != "attributes"
        whole = f"{path}[]" if listed and field.message_type is not None else path
        yield whole, message.name, field
        inner = field.message_type
        if inner is not None and inner.full_name != TIMESTAMP and field.name != "attributes":
            yield from _fields(inner, f"{whole}.")
