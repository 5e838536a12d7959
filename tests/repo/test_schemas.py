"""The schemas as strangers meet them: everything has a comment, every call a path, every file its options."""

import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import run
from typing import Any, NamedTuple

import pytest
from google.api import annotations_pb2, field_behavior_pb2
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

EXPRESSIONS = "linkage/expr/"
"""Our reading of CEL's own schema, whose specification is elsewhere."""
WORDS = """\
and as assert async await break case class const continue def default defer del delete do else enum export
extends false final finally for from func function global go goto if implements import in interface internal
is lambda let long map native new nil none nonlocal not null or package pass private protected public raise
range return select self static struct super switch synchronized this throw true try type typeof var void
volatile while with yield
"""
"""Words of Python, Go, Java, JavaScript and C# that generated code could not use as they are."""
TAKEN = {"case", "type", "from", "to"}
"""Words that are fields all the same: `case` and `type` are what a case and its elements call them."""


class Part(NamedTuple):
    """Anything of a schema that has a name: its path in the source information, its name, its descriptor."""

    file: str
    path: tuple[int, ...]
    name: str
    what: Any


@pytest.fixture(scope="module")
def files(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> list[FileDescriptorProto]:
    """Our schemas, compiled with the places of their comments."""
    out = tmp_path_factory.mktemp("schemas") / "all.binpb"
    proto = repo_root / "proto"
    names = sorted(path.relative_to(proto).as_posix() for path in proto.glob("linkage/**/*.proto"))
    command = [sys.executable, "-m", "grpc_tools.protoc", f"--proto_path={proto}"]
    command += [f"--proto_path={proto / 'third_party'}", "--include_source_info"]
    run([*command, f"--descriptor_set_out={out}", *names], check=True)
    return list(FileDescriptorSet.FromString(out.read_bytes()).file)


def parts(file: FileDescriptorProto) -> Iterator[Part]:
    """Services, calls, messages, fields, enums and values."""
    for i, service in enumerate(file.service):
        yield Part(file.name, (6, i), service.name, service)
        for j, method in enumerate(service.method):
            yield Part(file.name, (6, i, 2, j), f"{service.name}.{method.name}", method)
    for i, enum in enumerate(file.enum_type):
        yield from _enum(file.name, (5, i), "", enum)
    for i, message in enumerate(file.message_type):
        yield from _message(file.name, (4, i), "", message)


def _enum(file: str, path: tuple[int, ...], within: str, enum: Any) -> Iterator[Part]:
    yield Part(file, path, within + enum.name, enum)
    for j, value in enumerate(enum.value):
        yield Part(file, (*path, 2, j), f"{within}{enum.name}.{value.name}", value)


def _message(file: str, path: tuple[int, ...], within: str, message: Any) -> Iterator[Part]:
    if message.options.map_entry:
        return
    name = within + message.name
    yield Part(file, path, name, message)
    for j, field in enumerate(message.field):
        yield Part(file, (*path, 2, j), f"{name}.{field.name}", field)
    for j, one in enumerate(message.oneof_decl):
        if not any(field.proto3_optional and field.oneof_index == j for field in message.field):
            yield Part(file, (*path, 8, j), f"{name}.{one.name}", one)
    for j, inner in enumerate(message.nested_type):
        yield from _message(file, (*path, 3, j), f"{name}.", inner)
    for j, enum in enumerate(message.enum_type):
        yield from _enum(file, (*path, 4, j), f"{name}.", enum)


def comments(file: FileDescriptorProto) -> dict[tuple[int, ...], str]:
    """The comment before each part, by its path."""
    return {tuple(at.path): at.leading_comments.strip() for at in file.source_code_info.location}


def test_everything_has_a_comment(files: list[FileDescriptorProto]) -> None:
    bare = [
        f"{part.file}: {part.name}"
        for file in files
        if not file.name.startswith(EXPRESSIONS)
        for part in parts(file)
        if not comments(file).get(part.path)
    ]
    assert bare == []


def test_what_is_required_is_marked_and_said(files: list[FileDescriptorProto]) -> None:
    for file in files:
        said = comments(file)
        for part in parts(file):
            if hasattr(part.what, "json_name"):
                marks = part.what.options.Extensions[field_behavior_pb2.field_behavior]
                required = field_behavior_pb2.REQUIRED in marks
                assert required == ("Required." in said.get(part.path, "")), part.name


def test_every_call_has_a_path_of_its_own(files: list[FileDescriptorProto]) -> None:
    paths: dict[tuple[str, str], str] = {}
    for file in files:
        for service in file.service:
            for method in service.method:
                rule = method.options.Extensions[annotations_pb2.http]
                verb = rule.WhichOneof("pattern") or ""
                path = getattr(rule, verb, "")
                assert path.startswith("/v1/"), method.name
                assert (rule.body == "*") == (verb == "post"), method.name
                other = paths.setdefault((verb, path), method.name)
                assert other == method.name
    assert paths


def test_files_say_how_other_languages_name_them(files: list[FileDescriptorProto]) -> None:
    for file in files:
        if file.package == "linkage.v1":
            stem = file.name.rpartition("/")[2].removesuffix(".proto")
            outer = "".join(word.capitalize() for word in stem.split("_")) + "Proto"
            options = file.options
            assert options.go_package.endswith("/linkage/v1;linkagev1"), file.name
            assert options.java_package == "linkage.v1", file.name
            assert options.java_multiple_files, file.name
            assert options.java_outer_classname == outer, file.name
            assert options.csharp_namespace == "Linkage.V1", file.name


def test_what_is_never_sent_stands_apart(files: list[FileDescriptorProto]) -> None:
    """No message of the API uses one of the engine's own."""
    for file in files:
        if file.package == "linkage.v1":
            assert not [name for name in file.dependency if name.startswith("linkage/internal/")], file.name


def test_no_field_is_a_word_that_languages_reserve(files: list[FileDescriptorProto]) -> None:
    fields = {
        part.what.name
        for file in files
        if file.package == "linkage.v1"
        for part in parts(file)
        if hasattr(part.what, "json_name")
    }
    assert fields & set(WORDS.split()) <= TAKEN
