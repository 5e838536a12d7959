"""The JSON Schema (draft 2020-12) of a kind of file, for editors that check and complete by one.

    grammar, vocabulary --file_schema--> a schema as plain data

It says what can be said of one file by itself: keys, types, forms, codes of the vocabulary. What it takes
``linkage check`` may still refuse. Values are what YAML 1.2 makes of them: ``basis: [4.1]`` holds a number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from policy.editor.grammar import KINDS
from policy.editor.shapes import (
    Anything,
    Choice,
    Code,
    Either,
    Expression,
    Facts,
    Items,
    Keys,
    Many,
    Name,
    Named,
    Number,
    Plain,
    Shape,
    Text,
    Truth,
)
from policy.facts.json_schema import DIALECT, case_schema, codes_schema
from policy.pack.model import AttributeDecl
from policy.pack.read_table import ROW_ID
from policy.pack.reader import CLAUSE_ID, RULE_ID
from policy.pack.vocabulary import CODE, Vocabulary

Schema = dict[str, Any]

_WRITTEN: Schema = {"type": ["string", "number"]}
"""A text as people write it: YAML makes numbers of some."""
_DISTRICT = "district"
_NEW = {"rule": RULE_ID, "table": RULE_ID, "assessment": RULE_ID, "clause": CLAUSE_ID, "row": ROW_ID}


def file_schema(
    kind: str, vocabulary: Vocabulary, attributes: Mapping[str, AttributeDecl], lang: str
) -> Schema:
    """The schema of one of KINDS, with descriptions in "zh" or "en".

    ``attributes`` are the own facts that cases may tell, of one district or of all. Raises KeyError for a
    kind that there is not.
    """
    writer = _Writer(vocabulary, attributes, lang)
    body = writer.shape(KINDS[kind])
    head: Schema = {"$schema": DIALECT, "$id": f"urn:linkage:file:{kind}"}
    return head | body | {"$defs": dict(sorted(writer.defs.items()))}


class _Writer:
    def __init__(self, vocabulary: Vocabulary, attributes: Mapping[str, AttributeDecl], lang: str) -> None:
        self._vocabulary = vocabulary
        self._attributes = attributes
        self._lang = lang
        self._names: dict[int, str] = {}
        self.defs: dict[str, Schema] = {}

    def shape(self, shape: Shape) -> Schema:
        """The schema of what may stand at one place."""
        match shape:
            case Text():
                return {"anyOf": [_WRITTEN, self._text()]}
            case Plain(pattern, example):
                return _plain(pattern, example)
            case Truth():
                return {"type": "boolean"}
            case Number(whole):
                return {"type": "integer" if whole else "number"}
            case Choice(values):
                return {"enum": [one for value in values for one in _readings(value)]}
            case Code(section):
                return self._codes(section)
            case Name(kind, new):
                return _plain(_NEW.get(kind, CODE).pattern, "") if new else dict(_WRITTEN)
            case Expression():
                return {"type": ["string", "boolean", "number"]}
            case Anything():
                return {"type": ["string", "number", "boolean", "null"]}
            case _:
                return self._composed(shape)

    def _composed(self, shape: Shape) -> Schema:
        match shape:
            case Facts(whole):
                return self._facts(whole)
            case Items(of, least):
                return {"type": "array", "items": self.shape(of)} | ({"minItems": least} if least else {})
            case Many(of):
                one = self.shape(of)
                return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}
            case Either(of):
                return {"anyOf": [self.shape(one) for one in of]}
            case Named():
                return self._named(shape)
            case Keys():
                return self._keys(shape)
            case _:
                raise TypeError(shape)

    def _text(self) -> Schema:
        zh, en = ("中文", "英文") if self._lang == "zh" else ("in Chinese", "in English")
        parts = {"zh": _WRITTEN | {"description": zh}, "en": _WRITTEN | {"description": en}}
        return self._defined("text", _closed(parts, ["zh"]))

    def _named(self, shape: Named) -> Schema:
        value = self.shape(shape.value)
        if shape.nullable:
            value = {"anyOf": [value, {"type": "null"}]}
        found: Schema = {"type": "object", "additionalProperties": value}
        if isinstance(shape.key, Code | Choice):
            found["propertyNames"] = self.shape(shape.key)
        return found

    def _keys(self, shape: Keys) -> Schema:
        if id(shape) not in self._names:
            name = self._names[id(shape)] = self._free(shape.schema.what.en)
            self.defs[name] = {}  # so that a shape within itself ends
            told = {key: self._value(shape, key) for key in shape.schema.keys}
            title = {"title": shape.schema.what.get(self._lang)}
            self.defs[name] = title | _closed(told, list(shape.schema.required))
        return {"$ref": f"#/$defs/{self._names[id(shape)]}"}

    def _value(self, shape: Keys, key: str) -> Schema:
        found = self.shape(shape.keys[key].shape)
        if key in shape.schema.nullable:
            found = {"anyOf": [found, {"type": "null"}]}
        return {"description": shape.keys[key].means.get(self._lang)} | found

    def _codes(self, section: str) -> Schema:
        return self._defined(section, codes_schema(section, self._vocabulary, self._lang))

    def _facts(self, whole: bool) -> Schema:
        """A case as files tell it; ``whole`` also as a request, ``{case: …, as_of: …}``."""
        name = "case" if whole else "part_of_a_case"
        if name not in self.defs:
            found = case_schema("", self._vocabulary, self._attributes, self._lang)
            for part, schema in found.pop("$defs").items():
                self.defs.setdefault(part, _loose(schema))
            body = {key: value for key, value in found.items() if not key.startswith("$")}
            body["properties"][_DISTRICT] = self._codes("districts")
            body.pop("title")
            body.pop("required", None)
            if not whole:  # a test's case may name the shared one that it is laid over
                body["properties"]["base"] = dict(_WRITTEN)
            self.defs[name] = _loose(body)
        case = {"$ref": f"#/$defs/{name}"}
        if not whole:
            return case
        asked = {"case": case, "as_of": dict(_WRITTEN)}
        return {"if": {"required": ["case"]}, "then": _closed(asked, ["case"]), "else": case}

    def _defined(self, name: str, schema: Schema) -> Schema:
        self.defs.setdefault(name, schema)
        return {"$ref": f"#/$defs/{name}"}

    def _free(self, words: str) -> str:
        """A name in ``$defs`` made of what a map is called; other maps of that name are numbered."""
        name = re.sub(r"\W+", "_", re.sub(r"^an? ", "", words)).strip("_").lower()
        taken = [name, *(f"{name}_{number}" for number in range(2, 100))]
        return next(one for one in taken if one not in self.defs and one not in self._vocabulary.sections)


def _closed(properties: Mapping[str, Schema], required: list[str]) -> Schema:
    found: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return found | ({"required": required} if required else {})


def _plain(pattern: str, example: str) -> Schema:
    found = dict(_WRITTEN)
    if pattern:
        found["pattern"] = f"^({pattern})$"
    if example:
        found["examples"] = [example]
    return found


def _readings(value: str) -> list[str | int | bool]:
    """A word of a choice, and what YAML makes of it where it stands without quotes."""
    if value in ("true", "false"):
        return [value == "true", value]
    return [int(value), value] if value.isdecimal() else [value]


def _loose(schema: Any) -> Any:
    """A schema of the JSON of protobuf, for what people write in files.

    One value may stand for a list of them, ``null`` for what is not known, a plain value for an own fact.
    """
    if not isinstance(schema, dict):
        return schema
    found = {key: value if key == "properties" else _loose(value) for key, value in schema.items()}
    if found.get("type") == "string" and "pattern" not in found:
        found["type"] = ["string", "number"]
    if "properties" in found:
        found["properties"] = {key: _or_null(_loose(value)) for key, value in found["properties"].items()}
    return found


def _or_null(schema: Schema) -> Schema:
    told = {key: schema[key] for key in ("title", "description") if key in schema}
    ways = [schema, {"type": "null"}]
    if schema.get("type") == "array":
        ways.insert(1, schema["items"])
    if len(schema.get("properties", ())) == 1 and schema.get("required"):
        ways.insert(1, {"type": ["string", "number", "boolean"]})
    return told | {"anyOf": ways}
