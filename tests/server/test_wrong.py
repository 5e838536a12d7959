"""Wrong requests, as strangers make them: what each is told, in Chinese and in English, through every door.

A case is a file of ``wrong/``: ``call``; ``request`` as JSON, where ``{repeat: value, times: n}`` stands for
a long text or list; or ``bytes``. ``view`` and ``nanos`` set what JSON cannot. ``json: false``: it is not
sent to doors that speak JSON. The golden file beside it is to be read as whoever made the mistake would.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
import yaml
from google.protobuf import json_format
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from linkage.v1 import policy_service_pb2 as api
from tests.golden import check
from tests.server.conftest import Service
from tests.server.http.conftest import client
from tests.server.http.doors import DOORS, by_connect_json, by_grpc, by_path, method_of, told

__all__ = ["client"]

CASES = sorted((Path(__file__).parent / "wrong").glob("*.yaml"))
JSON = (by_connect_json, by_path)


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def expanded(value: Any) -> Any:
    """The value with its repetitions written out."""
    if isinstance(value, dict):
        if value.keys() == {"repeat", "times"}:
            one, times = expanded(value["repeat"]), value["times"]
            return one * times if isinstance(one, str) else [one] * times
        return {key: expanded(item) for key, item in value.items()}
    return [expanded(item) for item in value] if isinstance(value, list) else value


def message_of(case: dict[str, Any], lang: str) -> Any:
    message: Any = method_of(called(case))[0]()
    json_format.ParseDict(expanded(case["request"]), message)
    if hasattr(message, "language") and not message.language:
        message.language = lang
    if "view" in case:
        message.view = case["view"]
    if "nanos" in case:
        message.as_of.nanos = case["nanos"]
    if "appended" in case:
        message.case.MergeFromString(bytes.fromhex(case["appended"]["case"]))
    return message


def called(case: dict[str, Any]) -> str:
    return f"linkage.v1.{case['call']}"


async def refused(service: Service, call: str, data: bytes, lang: str) -> status_pb2.Status:
    """The status with which gRPC refuses these bytes; that of the first item where there are items."""
    kind: Any = method_of(call)[1]
    method: Any = service.channel.unary_unary(f"/{call}", response_deserializer=kind.FromString)
    try:
        answer = await method(data, metadata=(("accept-language", lang),))
    except grpc.aio.AioRpcError as error:
        status = rpc_status.from_call(error)  # type: ignore[arg-type]
        assert status is not None
        return status
    item: api.ItemError = answer.results[0].error
    assert item.message, "the request is not refused"
    info = error_details_pb2.ErrorInfo(reason=item.reason)
    bad = error_details_pb2.BadRequest(
        field_violations=[
            {"field": each.field, "reason": each.code, "description": each.description}
            for each in item.violations
        ]
    )
    status = status_pb2.Status(message=item.message)
    status.code = item.code
    links = error_details_pb2.Help(links=[error_details_pb2.Help.Link(url=item.help)])
    for detail in (info, bad, links):
        status.details.add().Pack(detail)
    return status


def shown(status: status_pb2.Status) -> str:
    """A refusal as text: code, reason, message; further violations; where it is explained."""
    code = next(code for code in grpc.StatusCode if code.value[0] == status.code)
    reason, lines = "", [""]
    for packed in status.details:
        for kind in (error_details_pb2.ErrorInfo, error_details_pb2.BadRequest, error_details_pb2.Help):
            detail: Any = kind()
            if not packed.Unpack(detail):
                continue
            if kind is error_details_pb2.ErrorInfo:
                reason = detail.reason
            elif kind is error_details_pb2.BadRequest:
                further = detail.field_violations[1:]
                lines += [f"- {each.field}: {each.description} [{each.reason}]" for each in further]
            else:
                lines += [f"see {link.url}" for link in detail.links]
    lines[0] = f"{code.name} {reason}\n{status.message}"
    return "\n".join(lines) + "\n"


@pytest.mark.usefixtures("decided_by_python")  # sizes of answers are told: the name of who decides is in them
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
async def test_what_it_is_told(path: Path, logged: Service, update_golden: bool) -> None:
    case, texts = read(path), []
    for lang in ("zh", "en"):
        data = bytes.fromhex(case["bytes"]) if "bytes" in case else None
        data = message_of(case, lang).SerializeToString() if data is None else data
        texts.append(shown(await refused(logged, called(case), data, lang)))
    check(path.with_suffix(".golden"), "\n".join(texts), update_golden)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
async def test_every_door_tells_the_same(path: Path, service: Service, client: httpx.AsyncClient) -> None:
    case = read(path)
    if "bytes" in case or case["call"].startswith("LogService"):
        return
    message = message_of(case, "en")
    first = await by_grpc(service, client, called(case), message)
    for door in DOORS[1:]:
        if door in JSON and not case.get("json", True):
            continue
        found = await door(service, client, called(case), message)
        if first.status is None:
            assert found.answer == first.answer
        else:
            assert found.status is not None, door.__doc__
            assert told(found.status) == told(first.status), door.__doc__


def test_there_are_enough_and_each_has_its_golden() -> None:
    assert len(CASES) >= 30
    folder = CASES[0].parent
    assert {path.stem for path in folder.glob("*.golden")} == {path.stem for path in CASES}
