"""Writes src/message.rs: the program message as prost reads it, from the descriptors of linkage.program.v1.

    python native/messages.py            bring it up to date
    python native/messages.py --check    exit 1 where it is stale

So that the crate builds without a protobuf compiler. Texts by place are plain numbers; see `program.proto`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from linkage.program.v1 import program_pb2

TARGET = Path(__file__).resolve().parent / "src" / "message.rs"
_HEAD = """\
//! The program message, as `proto/linkage/program/v1/program.proto` defines it. Written by `messages.py`.

"""
_SCALARS = {
    FieldDescriptor.TYPE_UINT32: ("uint32", "u32"),
    FieldDescriptor.TYPE_INT32: ("int32", "i32"),
    FieldDescriptor.TYPE_INT64: ("int64", "i64"),
    FieldDescriptor.TYPE_BOOL: ("bool", "bool"),
    FieldDescriptor.TYPE_DOUBLE: ("double", "f64"),
    FieldDescriptor.TYPE_STRING: ("string", "String"),
    FieldDescriptor.TYPE_BYTES: ('bytes = "vec"', "Vec<u8>"),
}
_BOXED = {("Deadline", name) for name in ("no_later_than", "no_earlier_than", "late")}


def source() -> str:
    """The text of the module."""
    descriptors = program_pb2.DESCRIPTOR.message_types_by_name.values()
    return _HEAD + "\n".join(map(_message, descriptors))


def _message(message: Descriptor) -> str:
    lines = ["#[derive(Clone, PartialEq, prost::Message)]", f"pub struct {message.name} {{"]
    after: list[str] = []
    for one in message.oneofs:
        if one.fields[0].has_presence and not one.name.startswith("_"):
            tags = ", ".join(str(field.number) for field in one.fields)
            kind = f"{message.name}Kind"
            lines += [
                f'    #[prost(oneof = "{kind}", tags = "{tags}")]',
                f"    pub {one.name}: Option<{kind}>,",
            ]
            after += ["", "#[derive(Clone, PartialEq, prost::Oneof)]", f"pub enum {kind} {{"]
            for field in one.fields:
                word, type_ = _SCALARS[field.type]
                after += [
                    f'    #[prost({word}, tag = "{field.number}")]',
                    f"    {_camel(field.name)}({type_}),",
                ]
            after += ["}"]
    for field in message.fields:
        if field.containing_oneof is None or field.containing_oneof.name.startswith("_"):
            lines += _field(message, field)
    return "\n".join([*lines, "}", *after, ""])


def _field(message: Descriptor, field: FieldDescriptor) -> list[str]:
    name = f"r#{field.name}" if field.name == "type" else field.name
    if field.type == FieldDescriptor.TYPE_MESSAGE:
        word, type_ = "message", field.message_type.name
    elif field.type == FieldDescriptor.TYPE_ENUM:
        word, type_ = "int32", "i32"
    else:
        word, type_ = _SCALARS[field.type]
    boxed = ", boxed" if (message.name, field.name) in _BOXED else ""
    if boxed:
        type_ = f"Box<{type_}>"
    if field.is_repeated:
        how, shape = f"{word}, repeated", f"Vec<{type_}>"
    elif field.has_presence:
        how, shape = f"{word}, optional{boxed}", f"Option<{type_}>"
    else:
        how, shape = word, type_
    return [f'    #[prost({how}, tag = "{field.number}")]', f"    pub {name}: {shape},"]


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.removesuffix("_value").split("_"))


def main() -> int:
    """Writes or checks; the exit status."""
    made = source()
    if "--check" not in sys.argv:
        TARGET.write_text(made, encoding="utf-8")
        return 0
    fresh = TARGET.exists() and TARGET.read_text(encoding="utf-8") == made
    if not fresh:
        print("native/src/message.rs is stale: run `python native/messages.py`", file=sys.stderr)
    return 0 if fresh else 1


if __name__ == "__main__":
    raise SystemExit(main())
