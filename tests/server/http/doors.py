"""One call through each door (gRPC, Connect in JSON and protobuf, plain JSON), to compare what each gives."""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import grpc
import httpx
from google.protobuf import json_format
from google.protobuf.any_pb2 import Any as Packed
from google.protobuf.descriptor_pool import Default
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc import code_pb2, status_pb2
from grpc_status import rpc_status

from server.http.connect import NAMES
from tests.server.conftest import Service

ENVELOPE = struct.Struct(">BI")


@dataclass(frozen=True)
class Outcome:
    """What a call gives: an answer, or a status."""

    answer: Message | None = None
    status: status_pb2.Status | None = None
    http: int = 0


def method_of(call: str) -> tuple[type[Message], type[Message]]:
    """The classes of request and answer of ``linkage.v1.PolicyService/Evaluate``."""
    service, _, name = call.partition("/")
    found = Default().FindServiceByName(service).methods_by_name[name]
    return GetMessageClass(found.input_type), GetMessageClass(found.output_type)


Door = Callable[[Service, httpx.AsyncClient, str, Message], Coroutine[Any, Any, Outcome]]


async def by_grpc(service: Service, _: httpx.AsyncClient, call: str, request: Message) -> Outcome:
    """gRPC."""
    kind = method_of(call)[1]
    stub: Any = service.channel.unary_unary(f"/{call}", response_deserializer=kind.FromString)
    try:
        return Outcome(await stub(request.SerializeToString()))
    except grpc.aio.AioRpcError as error:
        return Outcome(status=rpc_status.from_call(error))  # type: ignore[arg-type]


async def by_connect_json(_: Service, client: httpx.AsyncClient, call: str, request: Message) -> Outcome:
    """The Connect protocol in JSON."""
    text = json_format.MessageToJson(request)
    headers = {"content-type": "application/json", "connect-protocol-version": "1"}
    found = await client.post(f"/{call}", content=text, headers=headers)
    if found.status_code != 200:
        return Outcome(status=connect_status(found.json()), http=found.status_code)
    return Outcome(json_format.Parse(found.content, method_of(call)[1]()))


async def by_connect_proto(_: Service, client: httpx.AsyncClient, call: str, request: Message) -> Outcome:
    """The Connect protocol in protobuf, packed both ways."""
    headers = {"content-type": "application/proto", "accept-encoding": "gzip"}
    found = await client.post(f"/{call}", content=request.SerializeToString(), headers=headers)
    if found.status_code != 200:
        return Outcome(status=connect_status(found.json()), http=found.status_code)
    assert found.headers["content-type"] == "application/proto"
    return Outcome(method_of(call)[1].FromString(found.content))


async def by_path(service: Service, client: httpx.AsyncClient, call: str, request: Message) -> Outcome:
    """Plain JSON, at the path that the schema gives the method."""
    verb, path, query, body = plain(call, request)
    headers = {"content-type": "application/json"} if body is not None else {}
    found = await client.request(verb, path, params=dict(query), content=body, headers=headers)
    if found.status_code != 200:
        status = json_format.ParseDict(found.json(), status_pb2.Status())
        return Outcome(status=status, http=found.status_code)
    return Outcome(json_format.Parse(found.content, method_of(call)[1]()))


DOORS: Sequence[Door] = (by_grpc, by_connect_json, by_connect_proto, by_path)


def plain(call: str, request: Message) -> tuple[str, str, list[tuple[str, str]], str | None]:
    """HTTP method, path, query and body of a plain call."""
    from google.api import annotations_pb2

    service, _, name = call.partition("/")
    options: Any = Default().FindServiceByName(service).methods_by_name[name].GetOptions()
    rule = options.Extensions[annotations_pb2.http]
    fields = json_format.MessageToDict(request, preserving_proto_field_name=True)
    path = rule.post or rule.get
    for key in list(fields):
        if f"{{{key}}}" in path:
            path = path.replace(f"{{{key}}}", quote(str(fields.pop(key)), safe=""))
    if rule.body == "*":
        return "POST", path, [], json.dumps(fields)
    query = [
        (key, str(one))
        for key, value in fields.items()
        for one in (value if isinstance(value, list) else [value])
    ]
    return "GET", path, query, None


def connect_status(error: dict[str, Any]) -> status_pb2.Status:
    """An error of the Connect protocol as google.rpc.Status."""
    status = status_pb2.Status(message=error["message"])
    status.code = code_pb2.Code.ValueType(NAMES.index(error["code"]))
    for detail in error.get("details", ()):
        value = base64.b64decode(detail["value"] + "==")
        status.details.append(Packed(type_url=f"type.googleapis.com/{detail['type']}", value=value))
    return status


def told(status: status_pb2.Status) -> tuple[int, str, list[Message]]:
    """A status without what is another one in each call: its id."""
    details = []
    for packed in status.details:
        kind = GetMessageClass(Default().FindMessageTypeByName(packed.type_url.rpartition("/")[2]))
        detail: Any = kind.FromString(packed.value)
        if detail.DESCRIPTOR.name == "ErrorInfo":
            detail.metadata.pop("request_id", None)
        details.append(detail)
    return status.code, status.message, details


def enveloped(*messages: bytes) -> bytes:
    """Messages of a stream of the Connect protocol."""
    return b"".join(ENVELOPE.pack(0, len(each)) + each for each in messages)


async def opened(pieces: AsyncIterator[bytes]) -> AsyncIterator[tuple[int, bytes]]:
    """Flags and bytes of each envelope."""
    buffer = b""
    async for piece in pieces:
        buffer += piece
        while len(buffer) >= ENVELOPE.size:
            flags, size = ENVELOPE.unpack_from(buffer)
            if len(buffer) < ENVELOPE.size + size:
                break
            yield flags, buffer[ENVELOPE.size : ENVELOPE.size + size]
            buffer = buffer[ENVELOPE.size + size :]


def lines(*values: Any) -> bytes:
    """JSON Lines."""
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)
