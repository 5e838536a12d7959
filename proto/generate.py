"""Generate the Python of every schema below `proto/linkage` into `proto/gen`.

    python proto/generate.py            bring proto/gen up to date
    python proto/generate.py --check    write nothing; exit 1 and name the files that differ

The generated code is committed, so that neither a user nor an integrator needs a protobuf compiler.
For each schema: messages (`_pb2.py`), their types (`_pb2.pyi`), and, where it defines a service, the
gRPC classes (`_pb2_grpc.py`, `_pb2_grpc.pyi`). For all of the API: its comments, which compiled schemas do
not hold, for its description to programs (`comments.py`). The result depends on the schemas and on the exact
versions of grpcio-tools and mypy-protobuf, which `constraints.txt` pins.
"""

import argparse
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from grpc_tools import protoc

SCHEMAS = Path(__file__).resolve().parent
THIRD_PARTY = SCHEMAS / "third_party"
"""Schemas of others that ours import; their Python is in the package googleapis-common-protos."""
GENERATED = SCHEMAS / "gen"
API = "linkage/v1"
COMMENTS = "linkage/internal/v1/comments.py"
FIX = "run `make proto` and commit the result"

Tree = dict[str, bytes]
"""Contents of the files of a directory by their relative POSIX path, sorted."""


class GenerationError(Exception):
    """The protobuf compiler refused a schema; it has said why on standard error."""


def schema_names() -> list[str]:
    """Return the schemas as the compiler and `import` statements name them: `linkage/v1/facts.proto`."""
    return sorted(path.relative_to(SCHEMAS).as_posix() for path in SCHEMAS.glob("linkage/**/*.proto"))


def include_options() -> list[str]:
    """Return where imports are looked for: our schemas, google/api, google/protobuf."""
    spec = find_spec("grpc_tools")
    if spec is None or spec.submodule_search_locations is None:
        raise GenerationError("package grpc_tools is not installed")
    well_known = Path(next(iter(spec.submodule_search_locations))) / "_proto"
    return [f"--proto_path={folder}" for folder in (SCHEMAS, THIRD_PARTY, well_known)]


def compile_schemas(options: list[str], names: list[str]) -> None:
    """Run the protobuf compiler on the named schemas.

    Raises:
        GenerationError: the compiler refused.
    """
    if protoc.main(["protoc", *include_options(), *options, *names]) != 0:
        raise GenerationError("the schemas do not compile")


def names_with_services(names: list[str], scratch: Path) -> list[str]:
    """Return the schemas that define a service: for the others a gRPC module would be empty."""
    compiled = scratch / "schemas.binpb"
    compile_schemas([f"--descriptor_set_out={compiled}"], names)
    return [file.name for file in FileDescriptorSet.FromString(compiled.read_bytes()).file if file.service]


def comments(names: list[str], scratch: Path) -> dict[str, str]:
    """Return what the schemas say of each message, field, enum, value, service and method, by full name."""
    compiled = scratch / "commented.binpb"
    compile_schemas(["--include_source_info", f"--descriptor_set_out={compiled}"], names)
    found: dict[str, str] = {}
    for file in FileDescriptorSet.FromString(compiled.read_bytes()).file:
        for place in file.source_code_info.location:
            if lines := place.leading_comments.strip().splitlines():
                found[named_at(file, list(place.path))] = "\n".join(line.strip() for line in lines)
    return dict(sorted(found.items()))


def named_at(file: FileDescriptorProto, path: list[int]) -> str:
    """Return the full name of what stands at a path of a file: pairs of a field's number and an index."""
    name, at = file.package, file
    for number, index in zip(path[::2], path[1::2], strict=False):
        at = getattr(at, at.DESCRIPTOR.fields_by_number[number].name)[index]
        name = f"{name}.{at.name}"
    return name


def expected_tree() -> Tree:
    """Return what `proto/gen` has to hold.

    Raises:
        GenerationError: the compiler refused a schema.
    """
    names = schema_names()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        out = scratch / "gen"
        out.mkdir()
        with_services = names_with_services(names, scratch)
        compile_schemas([f"--python_out={out}", f"--pyi_out={out}"], names)
        if with_services:
            stub_writer = Path(sys.executable).with_name("protoc-gen-mypy_grpc")
            options = [
                f"--plugin=protoc-gen-mypy_grpc={stub_writer}",
                f"--grpc_python_out={out}",
                f"--mypy_grpc_out=quiet:{out}",
            ]
            compile_schemas(options, with_services)
        for package in sorted({(out / name).parent for name in names}):
            title = package.relative_to(out).as_posix().replace("/", ".")
            (package / "__init__.py").write_text(f'"""Generated code of the protobuf package {title}."""\n')
            (package / "py.typed").touch()
        said = comments([name for name in names if name.startswith(API)], scratch)
        lines = "".join(f"    {name!r}: {text!r},\n" for name, text in said.items())
        (out / COMMENTS).write_text(f'"""What the schemas of {API} say."""\n\nCOMMENTS = {{\n{lines}}}\n')
        return tree_of(out)


def tree_of(folder: Path) -> Tree:
    """Return the files below `folder`, without what Python leaves behind by importing them."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def drift(expected: Tree, found: Tree) -> list[str]:
    """Return one line, sorted by file, for each file that is missing, stale or left over."""
    lines = []
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            lines.append(f"{name}: missing")
        elif name not in expected:
            lines.append(f"{name}: left over, no schema generates it")
        elif expected[name] != found[name]:
            lines.append(f"{name}: differs from what its schema generates")
    return lines


def write(expected: Tree, found: Tree) -> None:
    """Make `proto/gen` equal to `expected`, leaving files that are right untouched."""
    for name in found.keys() - expected.keys():
        (GENERATED / name).unlink()
    for name, content in expected.items():
        if found.get(name) != content:
            path = GENERATED / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def main() -> int:
    """Generate or check, and return the exit status: 0 right, 1 drift or a schema that does not compile."""
    parser = argparse.ArgumentParser(
        description="Generate the Python of the protobuf schemas into proto/gen."
    )
    parser.add_argument("--check", action="store_true", help="write nothing; fail where proto/gen is stale")
    check: bool = parser.parse_args().check
    try:
        expected = expected_tree()
    except GenerationError as error:
        print(f"proto/generate.py: {error}", file=sys.stderr)
        return 1
    found = tree_of(GENERATED)
    lines = drift(expected, found)
    if not check:
        write(expected, found)
        print(f"proto/gen: {len(expected)} files, {len(lines)} brought up to date")
        return 0
    if lines:
        for line in lines:
            print(f"proto/gen/{line}", file=sys.stderr)
        print(f"proto/gen is stale: {FIX}", file=sys.stderr)
        return 1
    print(f"proto/gen: {len(expected)} files, all up to date")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
