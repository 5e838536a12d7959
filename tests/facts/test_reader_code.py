"""The generated case reader: plain, closed, the same every time, and what it takes for granted."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from google.api import field_behavior_pb2
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, timestamp_pb2

from linkage.v1 import facts_pb2
from policy.facts.reader_code import reader_source
from policy.facts.views import EITHER, REQUIRED
from policy.pack.paths import MESSAGES
from tests.loading import FIXTURES, loaded


def test_the_source_is_plain_and_closed() -> None:
    """Only functions; no import, no dunder, nothing that reaches out."""
    tree = ast.parse(reader_source())
    assert tree.body
    assert all(isinstance(node, ast.FunctionDef) for node in tree.body)
    for node in ast.walk(tree):
        assert not isinstance(node, (ast.Import, ast.ImportFrom, ast.Global, ast.Lambda, ast.With, ast.While))
        if isinstance(node, ast.Attribute):
            assert not node.attr.startswith("_")


def test_writing_it_again_gives_the_same_text() -> None:
    assert reader_source() == reader_source()


@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_required_fields_have_the_lowest_numbers(name: str) -> None:
    """So that the n-th stated field is the n-th required one just where none of them is missing."""
    fields = sorted(MESSAGES[name].fields, key=lambda field: field.number)
    assert tuple(field.name for field in fields[: len(REQUIRED[name])]) == REQUIRED[name]
    assert [field.name for field in MESSAGES[name].fields] == [field.name for field in fields]


@pytest.mark.parametrize("name", sorted(EITHER))
def test_fields_of_which_only_one_applies_are_texts(name: str) -> None:
    """The others read as the empty text."""
    for field in EITHER[name]:
        assert MESSAGES[name].fields_by_name[field].type == MESSAGES[name].fields_by_name[field].TYPE_STRING


def test_a_message_of_other_descriptors_is_refused() -> None:
    """Fields are told by identity: another pool's would otherwise pass unread."""
    pool = descriptor_pool.DescriptorPool()
    for module in (descriptor_pb2, field_behavior_pb2, timestamp_pb2, facts_pb2):
        pool.Add(descriptor_pb2.FileDescriptorProto.FromString(module.DESCRIPTOR.serialized_pb))
    other: Any = message_factory.GetMessageClass(pool.FindMessageTypeByName("linkage.v1.Case"))
    reader = loaded(FIXTURES)[0].districts["qiaonan"].reader
    with pytest.raises(TypeError, match=r"linkage\.v1\.Case\.id is of another descriptor pool"):
        reader.read(other(id="q"), 1_710_000_000_000_000_000)
