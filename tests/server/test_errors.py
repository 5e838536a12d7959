"""Errors of calls as a client sees them, in both languages: code, message, details. Cases and goldens are
files.

``call`` and ``request`` (as JSON) say what is sent; ``raises`` puts an exception in the place of the
decision.
"""

from pathlib import Path
from typing import Any

import grpc
import pytest
import yaml
from google.protobuf import json_format
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from linkage.v1 import policy_service_pb2 as api
from policy.facts.reading import FactsError, Violation
from server.convert.ends import NoAnswer
from server.convert.errors import BY_FAULT, KINDS, UNAUTHENTICATED, failure_of
from server.convert.status import DETAILS_BYTES, status_of
from server.decisions import work
from server.log.writer import LogClosed, LogFull
from server.store.errors import StoreError
from tests.golden import check
from tests.server.cases import request
from tests.server.conftest import Service, Start

HERE = Path(__file__).parent
CASES = sorted(
    path
    for path in (*HERE.glob("errors/*.yaml"), *HERE.glob("bad/*.yaml"))
    if "call:" in path.read_text(encoding="utf-8")
)
RAISED = {
    "ValueError": ValueError("a secret"),
    "StoreError": StoreError("LNK962"),
    "LogFull": LogFull(),
    "LogClosed": LogClosed(),
    "NoAnswer": NoAnswer("died"),
}
DETAILS = {
    cls.DESCRIPTOR.full_name: cls
    for cls in (
        error_details_pb2.ErrorInfo,
        error_details_pb2.RetryInfo,
        error_details_pb2.BadRequest,
        error_details_pb2.Help,
        error_details_pb2.LocalizedMessage,
    )
}


@pytest.fixture
def data(path: Path) -> dict[str, Any]:
    """The case's file."""
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.usefixtures("decided_by_python")
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
async def test_whole_error(
    path: Path,
    data: dict[str, Any],
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
    update_golden: bool,
) -> None:
    if "raises" in data:

        def fails(*_: object) -> None:
            raise RAISED[data["raises"]]

        monkeypatch.setattr(work, "decide", fails)
    async with start(**data.get("settings", {})) as service:
        found = "\n".join([await told(service, data, lang) for lang in ("zh", "en")])
    check(path.with_suffix(".golden"), found, update_golden)


async def told(service: Service, data: dict[str, Any], lang: str) -> str:
    """What the client is told, as YAML."""
    method = api.DESCRIPTOR.services_by_name["PolicyService"].methods_by_name[data["call"]]
    message = json_format.ParseDict(as_json(data["request"]), getattr(api, method.input_type.name)())
    if method.input_type.name != "BatchEvaluateRequest":
        message.language = data.get("language", lang)
    if "as_of_nanos" in data:
        message.as_of.nanos = data["as_of_nanos"]
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await getattr(service.stub, data["call"])(message, metadata=(("x-request-id", "r-1"),))
    status = status_of_call(caught.value)
    assert status is not None
    assert (status.code, status.message) == (caught.value.code().value[0], caught.value.details())
    seen = {
        "code": caught.value.code().name,
        "message": status.message,
        "details": list(map(unpacked, status.details)),
    }
    return yaml.safe_dump(seen, allow_unicode=True, sort_keys=False, width=200)


def status_of_call(error: grpc.aio.AioRpcError) -> status_pb2.Status | None:
    """The rich status in the trailers. Its reader is typed for the calls of the other gRPC API only."""
    call: Any = error
    return rpc_status.from_call(call)


def as_json(value: Any) -> Any:
    """YAML's moments as JSON has them."""
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return value.isoformat().replace("+00:00", "Z") if hasattr(value, "isoformat") else value


def unpacked(detail: Any) -> dict[str, Any]:
    message = DETAILS[detail.type_url.rpartition("/")[2]]()
    detail.Unpack(message)
    found = json_format.MessageToDict(message)
    if "metadata" in found:  # a map has no order of its own
        found["metadata"] = dict(sorted(found["metadata"].items()))
    return {message.DESCRIPTOR.name: found}


def test_every_golden_has_its_case() -> None:
    folders = (HERE / "errors", HERE / "bad")
    assert {p.stem for f in folders for p in f.glob("*.golden")} == {
        p.stem for f in folders for p in f.glob("*.yaml")
    }


def test_reasons_are_stable_and_unlike() -> None:
    kinds = [kind for _, kind in KINDS] + list(BY_FAULT.values()) + list(UNAUTHENTICATED.values())
    assert sorted(kind.reason for kind in kinds) == [
        "ANSWER_GONE",
        "BODY_OF_OTHERS",
        "BUSY",
        "CALLER_LIMIT",
        "CASE_BUSY",
        "CASE_ERASED",
        "CASE_EXISTS",
        "CASE_NOT_FOUND",
        "CODE_NOT_FOUND",
        "CONTACT_NOT_FOUND",
        "CREDENTIALS_MISSING",
        "CREDENTIALS_REFUSED",
        "DEADLINE_EXCEEDED",
        "DISTRICT_FILE_ERASED",
        "DISTRICT_FILE_OF_ANOTHER_KIND",
        "DISTRICT_NOT_FOUND",
        "ENGINE_FAILED",
        "ENTRY_EXISTS",
        "ETAG_STALE",
        "INTERNAL",
        "LOG_QUEUE_FULL",
        "LOG_UNAVAILABLE",
        "NOTHING_TO_CONFIRM",
        "NOT_FULFILLED",
        "NOT_REPORTED",
        "NOT_RETURNABLE",
        "NO_DUTY",
        "NO_MESSAGE",
        "NO_PROOF",
        "NO_SUCH_PLACE",
        "NO_VERSION_IN_FORCE",
        "OBLIGATION_ENDED",
        "OBLIGATION_NOT_FOUND",
        "PERMISSION_DENIED",
        "REGISTER_UNAVAILABLE",
        "RESPONSE_FULL",
        "RESPONSE_TOO_LARGE",
        "RULES_GONE",
        "STOPPING",
        "TOKEN_EXPIRED",
        "TOKEN_OF_ANOTHER_DATABASE",
        "TOO_MANY_CALLS",
        "TOO_MANY_FAILURES",
        "VERSION_NOT_FOUND",
        "VOCABULARY_INCOMPLETE",
    ]
    retried = {kind.reason for kind in kinds if kind.retry_seconds}
    assert retried == {
        "BUSY",
        "CALLER_LIMIT",
        "CASE_BUSY",
        "ENGINE_FAILED",
        "LOG_QUEUE_FULL",
        "LOG_UNAVAILABLE",
        "REGISTER_UNAVAILABLE",
        "STOPPING",
        "TOO_MANY_CALLS",
        "TOO_MANY_FAILURES",
    }


async def test_hundreds_of_violations_fit_into_the_trailers(service: Service) -> None:
    events = [{"id": f"e{i}", "type": "nonsense"} for i in range(900)]
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await service.stub.Evaluate(request(events=events))
    status = status_of_call(caught.value)
    assert status is not None
    info, bad, _help, _message = (unpacked(detail) for detail in status.details)
    assert info["ErrorInfo"]["metadata"]["violations"] == "900"
    assert 20 < len(bad["BadRequest"]["fieldViolations"]) < 900
    assert status.ByteSize() < DETAILS_BYTES + 512


def test_no_version_in_force_now() -> None:
    failure = failure_of(FactsError((Violation("district", "LNK609", (("district", "qiaonan"),)),)), "en")
    assert isinstance(status_of(failure, "r", "en"), status_pb2.Status)
    assert failure.message.startswith("district: no version of the district “qiaonan” is in force now")
