"""JSON Schemas of the files: the shipped ones validate, faults of form do not, no key is told twice."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import jsonschema_rs
import pytest
import yaml

import policy.pack
import policy.review.ruletest
from policy.editor.grammar import KINDS, kind_of
from policy.editor.json_schema import file_schema
from policy.editor.plain import plain
from policy.editor.shapes import Either, Items, Keys, Many, Named, Shape
from policy.pack import RuleSet, load_rules
from policy.pack.folder import read_folder
from policy.pack.reader import Schema
from policy.text import nodes
from policy.text.diagnostics import Faults
from policy.text.source import Source
from tests.loading import FIXTURES, FORMS, SHIPPED

ONLY_REQUIRED = {"_BASED", "_NEEDED", "_OF_A_STATE", "_PARTY", "_TESTS", "_TEXT_SCHEMA"}
"""Schemas by which a reader says that a key is missing, and reads nothing."""


@pytest.fixture(scope="module")
def rules(rules_dir: Path) -> RuleSet:
    return load_rules(rules_dir)


@pytest.fixture(scope="module")
def schemas(rules: RuleSet) -> Mapping[str, dict[str, Any]]:
    attributes = {name: one for pack in rules.packs for name, one in pack.attributes.items()}
    return {kind: file_schema(kind, rules.vocabulary, attributes, "zh") for kind in KINDS}


def read(text: str) -> Any:
    tree = nodes.parse(Source("file.yaml", text), Faults())
    assert tree is not None
    return plain(tree)


def maps_of(shape: Shape) -> Iterator[Keys]:
    match shape:
        case Keys(_, keys):
            yield shape
            for key in keys.values():
                yield from maps_of(key.shape)
        case Items(of) | Many(of):
            yield from maps_of(of)
        case Named(key, value):
            yield from maps_of(key)
            yield from maps_of(value)
        case Either(of):
            for one in of:
                yield from maps_of(one)


def test_every_map_that_the_readers_read_is_in_the_grammar() -> None:
    described = {id(found.schema) for shape in KINDS.values() for found in maps_of(shape)}
    missing = []
    for package in (policy.pack, policy.review.ruletest):
        for info in iter_modules(package.__path__, package.__name__ + "."):
            for name, value in vars(import_module(info.name)).items():
                several = value.values() if isinstance(value, dict) else [value]
                missing += [
                    f"{info.name}.{name}"
                    for one in several
                    if isinstance(one, Schema) and id(one) not in described and name not in ONLY_REQUIRED
                ]
    assert missing == []


def test_the_keys_are_those_of_the_readers() -> None:
    for shape in KINDS.values():
        for found in maps_of(shape):
            assert set(found.keys) == set(found.schema.keys), found.schema.what


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_they_are_schemas_of_draft_2020_12(rules: RuleSet, lang: str) -> None:
    for kind in KINDS:
        schema = file_schema(kind, rules.vocabulary, {}, lang)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert jsonschema_rs.meta.is_valid(schema)


def test_keys_are_described_in_the_language_asked_for(rules: RuleSet) -> None:
    told = {lang: file_schema("rules", rules.vocabulary, {}, lang)["$defs"]["rule"] for lang in ("zh", "en")}
    assert told["zh"]["properties"]["bearer"]["description"] == "义务主体"
    assert told["en"]["properties"]["bearer"]["description"] == "who bears it"
    assert told["zh"]["title"] == "规则"


@pytest.mark.parametrize("folder", [SHIPPED, FIXTURES, FORMS], ids=lambda folder: str(folder.name))
def test_every_file_of_rules_validates(folder: Path) -> None:
    rules = load_rules(folder)
    attributes = {name: one for pack in rules.packs for name, one in pack.attributes.items()}
    schemas = {kind: file_schema(kind, rules.vocabulary, attributes, "zh") for kind in KINDS}
    validators = {kind: jsonschema_rs.validator_for(schema) for kind, schema in schemas.items()}
    files = read_folder(folder, Faults()) or {}
    assert len(files) > 5
    for name, source in files.items():
        tree = nodes.parse(source, Faults()) if source else None
        assert tree is not None
        errors = validators[kind_of(name)].iter_errors(plain(tree))
        assert [f"{name}: {error.message}" for error in errors] == []


RULE = (
    "duties: [{id: a.b, title: t, each: {e: case.events}, modality: obligation, bearer: court, "
    "action: give_scores"
)
REFUSED = {
    "a key that there is not": ("rules", f"{RULE}, dedline: x}}]"),
    "a value that is none of the few": ("rules", f"{RULE}, force: hard}}]"),
    "a code that is not declared": ("rules", f"{RULE}, counterparty: cuort}}]"),
    "a required key left out": ("rules", "duties: [{id: a.b}]"),
    "a list for a map": ("pack", "bodies: [court]"),
    "two forms of a deadline": (
        "rules",
        f"{RULE}, deadline: {{within: 3 days, on: 2024-01-01, from: e.at}}}}]",
    ),
    "a day that is written otherwise": (
        "calendar",
        "{year: 2027, number: n, holidays: [], through: 2027/1/1}",
    ),
    "an empty list": ("rules", "duties: []"),
    "a label that is missing": ("vocabulary", "events: {seized: {en: seized}}"),
    "a test without a name": ("tests", "tests: [{case: {}}]"),
    "a fact that there is not": ("tests", "tests: [{name: n, case: {evnts: []}}]"),
    "a type of event that is not declared": ("case", "{id: c, events: [{id: e, type: nothing_such}]}"),
    "a state of equivalences with a wrong flag": ("equivalences", "{format: 1, flags: {major: none}}"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(schemas: Mapping[str, dict[str, Any]], name: str) -> None:
    kind, text = REFUSED[name]
    assert not jsonschema_rs.is_valid(schemas[kind], read(text))


TAKEN = {
    "a district's rule": ("rules", f"{RULE}}}]"),
    "a case with unknown facts": (
        "case",
        "{id: c, district: liwan, stage: null, events: [{id: e, type: null}]}",
    ),
    "one code for a list": ("case", "{id: c, parties: [{id: d, role: debtor, traits: cppcc_member}]}"),
    "a request": ("case", "{case: {id: c, district: liwan}, as_of: 2024-03-02T12:00:00+08:00}"),
    "an own fact as a plain value": ("case", "{id: c, attributes: {within_remit: true}}"),
    "an own fact as protobuf has it": ("case", "{id: c, attributes: {within_remit: {bool_value: true}}}"),
    "a clause whose id is a number": ("rules", "facts: [{id: f, basis: [4.1], text: 2017}]"),
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_taken(schemas: Mapping[str, dict[str, Any]], name: str) -> None:
    kind, text = TAKEN[name]
    jsonschema_rs.validate(schemas[kind], read(text))


@pytest.mark.parametrize(
    "text", ["1", "-2.5", "1e3", "true", "null", "~", "text", "'1'", "2017-09-19", "0x", "1."]
)
def test_plain_values_are_those_of_yaml_1_2(text: str) -> None:
    """PyYAML reads YAML 1.1, which has these alike, but for days."""
    found = read(f"- {text}")[0]
    expected = yaml.safe_load(f"- {text}")[0]
    assert found == (
        expected.isoformat() if hasattr(expected, "isoformat") else 1000.0 if text == "1e3" else expected
    )
