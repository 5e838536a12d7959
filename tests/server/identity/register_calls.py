"""CaseService as the table of rights asks for it: each call on a case of its own, and what came of it.

Of a department it is asked whether it gets what is its body's, and no more: what it bears it acts on, what it
is owed it sees, and of anything else it is not even told that it exists.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

import grpc
import jwt
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from linkage.v1 import adoption_service_pb2 as adoption_api
from linkage.v1 import adoption_service_pb2_grpc as adoption_stubs
from linkage.v1 import board_service_pb2 as board_api
from linkage.v1 import board_service_pb2_grpc as board_stubs
from linkage.v1 import case_service_pb2 as api
from linkage.v1 import case_service_pb2_grpc as stubs
from linkage.v1 import facts_pb2, register_pb2
from server.register.adoptions import Adoptions
from tests.server.cases import case
from tests.server.conftest import Service

Metadata = tuple[tuple[str, str], ...]
NOTIFY = "vehicle.notify"
SEES = {"bearer": 1, "its_parent": 1, "counterparty": 2, "none": 0}
"""How many of the two duties each department sees: to notify of the seizure, to circulate the breach."""
ACTS = ("bearer", "its_parent")
"""Departments that act as its bearer."""
_NUMBERS = count()


async def opened(service: Service, district: str) -> tuple[str, str]:
    """A new case of the register, and its duty to notify the court."""
    register = service.running.register
    assert register is not None
    identity = f"c{next(_NUMBERS)}"
    outcome = await register.open(case(id=identity, district=district))
    (duty,) = [duty for duty in outcome.kept.state.duties if duty.rule.endswith(NOTIFY)]
    return identity, duty.id


def department(metadata: Metadata) -> str:
    """What the body of the caller is to the duty; "" for another role."""
    for _, value in metadata:
        said = jwt.decode(value.removeprefix("Bearer "), options={"verify_signature": False})["sub"]
        return str(said.removeprefix("department_")) if said.startswith("department_") else ""
    return ""


def reason(error: grpc.aio.AioRpcError) -> str:
    """The stable reason of a refusal."""
    status = rpc_status.from_call(error)  # type: ignore[arg-type]
    info = error_details_pb2.ErrorInfo()
    assert status is not None
    for detail in status.details:
        detail.Unpack(info)
    return str(info.reason)


async def open_case(service: Service, district: str, metadata: Metadata) -> str:
    stub = stubs.CaseServiceStub(service.channel)
    request = api.OpenCaseRequest(case=case(id=f"o{next(_NUMBERS)}", district=district))
    await stub.OpenCase(request, metadata=metadata)
    return "whole"


async def record(service: Service, district: str, metadata: Metadata) -> str:
    identity, _ = await opened(service, district)
    entry = register_pb2.CaseEntry(id="x", party=facts_pb2.Party(id="x", role="debtor"))
    request = api.RecordEventsRequest(district=district, case_id=identity, entries=[entry])
    await stubs.CaseServiceStub(service.channel).RecordEvents(request, metadata=metadata)
    return "whole"


async def get_case(service: Service, district: str, metadata: Metadata) -> str:
    identity, _ = await opened(service, district)
    request = api.GetCaseRequest(district=district, case_id=identity)
    await stubs.CaseServiceStub(service.channel).GetCase(request, metadata=metadata)
    return "whole"


async def assistance(service: Service, district: str, metadata: Metadata) -> str:
    identity, _ = await opened(service, district)
    wanted = facts_pb2.Request(matter="tax_query", to="tax")
    request = api.RequestAssistanceRequest(district=district, case_id=identity, event_id="r", request=wanted)
    await stubs.CaseServiceStub(service.channel).RequestAssistance(request, metadata=metadata)
    return "whole"


async def close(service: Service, district: str, metadata: Metadata) -> str:
    identity, _ = await opened(service, district)
    request = api.CloseCaseRequest(
        district=district, case_id=identity, event_id="z", event_type="case_completed"
    )
    await stubs.CaseServiceStub(service.channel).CloseCase(request, metadata=metadata)
    return "whole"


async def listing(service: Service, district: str, metadata: Metadata) -> str:
    identity, _ = await opened(service, district)
    request = api.ListObligationsRequest(district=district, case_id=identity)
    found = await stubs.CaseServiceStub(service.channel).ListObligations(request, metadata=metadata)
    body = department(metadata)
    if not body:
        return "whole" if len(found.obligations) == 2 else "a part"
    return "own" if len(found.obligations) == SEES[body] else "another's"


async def watching(service: Service, district: str, metadata: Metadata) -> str:
    """What it is told of a new case, up to the first answer that says that there is nothing more."""
    stub = stubs.CaseServiceStub(service.channel)
    request = api.WatchObligationsRequest(district=district)
    (first,) = await _answers(stub.WatchObligations(request, metadata=metadata))
    await opened(service, district)
    request.resume_token = first.resume_token
    found = await _answers(stub.WatchObligations(request, metadata=metadata), skip=1)
    body, told = department(metadata), sum(each.HasField("change") for each in found)
    if not body:
        return "whole" if told == 2 else "a part"
    return "own" if told == SEES[body] else "another's"


async def _answers(call: Any, skip: int = 0) -> list[api.WatchObligationsResponse]:
    """The answers up to one without a change, after so many of these."""
    found: list[api.WatchObligationsResponse] = []
    try:
        while True:
            answer = await call.read()
            found.append(answer)
            if not answer.HasField("change"):
                if not skip:
                    return found
                skip -= 1
    finally:
        call.cancel()


async def get(service: Service, district: str, metadata: Metadata) -> str:
    _, duty = await opened(service, district)
    request = api.GetObligationRequest(district=district, obligation_id=duty)
    return await of_own(
        stubs.CaseServiceStub(service.channel).GetObligation(request, metadata=metadata),
        metadata,
        {"none": "OBLIGATION_NOT_FOUND"},
    )


def act(name: str, **fields: Any) -> Callable[[Service, str, Metadata], Awaitable[str]]:
    """A call by which its bearer acts on the duty."""

    async def acting(service: Service, district: str, metadata: Metadata) -> str:
        _, duty = await opened(service, district)
        kind: Any = getattr(api, f"{name}Request")
        request = kind(district=district, obligation_id=duty, event_id="a", **fields)
        made = getattr(stubs.CaseServiceStub(service.channel), name)(request, metadata=metadata)
        refused = {"none": "OBLIGATION_NOT_FOUND", "counterparty": "BODY_OF_OTHERS"}
        if name == "ReturnObligation":  # no clause of the tests' district lets it be sent back
            refused |= dict.fromkeys((*ACTS, "", "counterparty"), "NOT_RETURNABLE")
        return await of_own(made, metadata, refused)

    return acting


async def confirm(service: Service, district: str, metadata: Metadata) -> str:
    _, duty = await opened(service, district)
    stub = stubs.CaseServiceStub(service.channel)
    request = api.ConfirmObligationRequest(district=district, obligation_id=duty, event_id="k")
    return await of_own(
        stub.ConfirmObligation(request, metadata=metadata), metadata, {"": "NOTHING_TO_CONFIRM"}
    )


async def rule_changes(service: Service, district: str, metadata: Metadata) -> str:
    identity, _ = await opened(service, district)
    register = service.running.register
    assert register is not None
    kept = await register.kept(district, identity)
    await Adoptions(register.keeper).mark(kept, kept.regime, True)
    request = adoption_api.ListRuleChangesRequest(district=district)
    stub = adoption_stubs.AdoptionServiceStub(service.channel)
    found = await stub.ListRuleChanges(request, metadata=metadata)
    return "masked" if all(each.case_id.startswith("#") for each in found.cases) else "whole"


async def of_own(call: Awaitable[Any], metadata: Metadata, refused: dict[str, str]) -> str:
    """What its caller got, where the refusals of some are part of what is theirs."""
    body = department(metadata)
    try:
        await call
    except grpc.aio.AioRpcError as error:
        if body not in refused or reason(error) != refused[body]:
            raise
    else:
        assert body not in refused
    return "own" if body else "whole"


BEARS = {
    "bearer": {"traffic_police"},
    "its_parent": {"public_security"},
    "counterparty": {"court"},
    "none": {"tax"},
}
"""The rows that each department has on the board: what its bodies bear."""
MAY_BEAR = {"tax"}
"""What another cell of the table may have asked of it by then."""


async def get_board(service: Service, district: str, metadata: Metadata) -> str:
    await opened(service, district)
    request = board_api.GetBoardRequest(district=district)
    found = (await board_stubs.BoardServiceStub(service.channel).GetBoard(request, metadata=metadata)).board
    body, rows = department(metadata), {row.of.code for row in found.rows}
    if not body:
        return "whole" if found.ranked_by and len(rows) > 1 else "a part"
    return (
        "own" if rows <= BEARS[body] and rows | MAY_BEAR >= BEARS[body] and not found.ranked_by else "other"
    )


async def behind_board(service: Service, district: str, metadata: Metadata) -> str:
    await opened(service, district)
    request = board_api.ListBoardObligationsRequest(district=district, figure="past_due")
    stub = board_stubs.BoardServiceStub(service.channel)
    found = await stub.ListBoardObligations(request, metadata=metadata)
    body, bearers = department(metadata), {each.code for one in found.obligations for each in one.bearers}
    if not body:
        return "whole" if "traffic_police" in bearers else "a part"
    return "own" if bearers == ({"traffic_police"} if body in ACTS else set()) else "another's"


async def circular(service: Service, district: str, metadata: Metadata) -> str:
    request = board_api.DraftCircularRequest(district=district, year=2024)
    await board_stubs.BoardServiceStub(service.channel).DraftCircular(request, metadata=metadata)
    return "whole"


ANSWERS: dict[str, Any] = {
    "OpenCase": open_case,
    "RecordEvents": record,
    "GetCase": get_case,
    "RequestAssistance": assistance,
    "CloseCase": close,
    "ListObligations": listing,
    "WatchObligations": watching,
    "GetObligation": get,
    "AcceptObligation": act("AcceptObligation"),
    "ReturnObligation": act("ReturnObligation", reason="documents_missing"),
    "FulfilObligation": act("FulfilObligation"),
    "RaiseObjection": act("RaiseObjection"),
    "ConfirmObligation": confirm,
    "ListRuleChanges": rule_changes,
    "GetBoard": get_board,
    "ListBoardObligations": behind_board,
    "DraftCircular": circular,
}
