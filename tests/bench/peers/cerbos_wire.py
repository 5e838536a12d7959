"""The messages of Cerbos' ``CheckResources`` call, as far as the benchmark uses them.

Field numbers are those of ``cerbos.request.v1``, ``cerbos.response.v1`` and ``cerbos.engine.v1``
(Apache-2.0), so that the bytes are the ones its own client libraries send and read. Declared here instead of
generated: eight messages do not need a compiler run.
"""

from __future__ import annotations

from typing import Any

from google.protobuf import descriptor_pool, message_factory, struct_pb2
from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto

CHECK_RESOURCES = "/cerbos.svc.v1.CerbosService/CheckResources"
ALLOW = 1
"""``cerbos.effect.v1.Effect.EFFECT_ALLOW``."""

_PACKAGE = "bench.cerbos"
_STRING, _INT = FieldDescriptorProto.TYPE_STRING, FieldDescriptorProto.TYPE_INT32
_VALUE = ".google.protobuf.Value"

# Message -> field -> (number, kind); a kind that starts with "*" is repeated, with "{}" a map from strings.
_MESSAGES: dict[str, dict[str, tuple[int, str]]] = {
    "Principal": {"id": (1, "string"), "roles": (3, "*string"), "attr": (4, "{}" + _VALUE)},
    "Resource": {"kind": (1, "string"), "id": (3, "string"), "attr": (4, "{}" + _VALUE)},
    "Entry": {"actions": (1, "*string"), "resource": (2, "Resource")},
    "Request": {"request_id": (1, "string"), "principal": (3, "Principal"), "resources": (4, "*Entry")},
    "Named": {"id": (1, "string"), "kind": (2, "string")},
    "Output": {"src": (1, "string"), "val": (2, _VALUE), "action": (3, "string")},
    "Result": {"resource": (1, "Named"), "actions": (2, "{}int"), "outputs": (5, "*Output")},
    "Response": {"request_id": (1, "string"), "results": (2, "*Result")},
}


def _declared() -> FileDescriptorProto:
    file = FileDescriptorProto(name="bench/cerbos.proto", package=_PACKAGE, syntax="proto3")
    file.dependency.append(struct_pb2.DESCRIPTOR.name)
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, (number, kind) in fields.items():
            _add_field(message, field, number, kind)
    return file


def _add_field(message: DescriptorProto, name: str, number: int, kind: str) -> None:
    repeated = kind.startswith(("*", "{}"))
    label = FieldDescriptorProto.LABEL_REPEATED if repeated else FieldDescriptorProto.LABEL_OPTIONAL
    field = message.field.add(name=name, number=number, label=label)
    if not kind.startswith("{}"):
        _set_type(field, kind.removeprefix("*"))
        return
    entry = message.nested_type.add(name=f"{name.capitalize()}Entry")  # the name that maps must have
    entry.options.map_entry = True
    for number_of, name_of, kind_of in ((1, "key", "string"), (2, "value", kind.removeprefix("{}"))):
        _add_field(entry, name_of, number_of, kind_of)
    field.type, field.type_name = (
        FieldDescriptorProto.TYPE_MESSAGE,
        f".{_PACKAGE}.{message.name}.{entry.name}",
    )


def _set_type(field: FieldDescriptorProto, kind: str) -> None:
    if kind in ("string", "int"):
        field.type = _STRING if kind == "string" else _INT
        return
    field.type = FieldDescriptorProto.TYPE_MESSAGE
    field.type_name = kind if kind.startswith(".") else f".{_PACKAGE}.{kind}"


_POOL = descriptor_pool.DescriptorPool()
_POOL.AddSerializedFile(struct_pb2.DESCRIPTOR.serialized_pb)
_POOL.AddSerializedFile(_declared().SerializeToString())


def _class(name: str) -> Any:
    return message_factory.GetMessageClass(_POOL.FindMessageTypeByName(f"{_PACKAGE}.{name}"))


Request = _class("Request")
Response = _class("Response")
