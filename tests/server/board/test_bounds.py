"""What a caller can make large, or forge: told by its code, and no fault of the service."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

import grpc
import pytest

from linkage.v1 import board_service_pb2 as api
from linkage.v1 import board_service_pb2_grpc as stubs
from tests.server.board.conftest import fill, get_board
from tests.server.register.conftest import Registered

BY_UNIT = {"by": "BOARD_BY_UNIT"}


@pytest.fixture
async def filled(empty: Registered) -> Registered:
    await fill(empty, 21)
    return empty


async def refused(call: Any) -> str:
    """What a call is told that is refused as wrong."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    return str(caught.value.details())


async def test_a_board_has_no_more_rows_than_anybody_reads(
    filled: Registered, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A unit is a text of whoever asks: there may be any number."""
    assert len((await get_board(filled)).rows) > 1
    monkeypatch.setattr("server.board.board.MAX_BOARD_ROWS", 1)
    assert "by: 看板超过" in await refused(get_board(filled, **BY_UNIT))
    assert len((await get_board(filled, body="tax")).rows) == 1
    monkeypatch.setattr("server.board.board.MAX_BOARD_ROWS", 100)
    monkeypatch.setattr("server.board.counting.MOST_GROUPS", 1)
    assert "by: 看板超过" in await refused(get_board(filled))


def parts(token: str) -> list[Any]:
    found: list[Any] = json.loads(base64.urlsafe_b64decode(token))
    return found


def forged(told: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode()


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 2**80])
async def test_a_token_that_no_database_gave_is_none(filled: Registered, number: int) -> None:
    stub = stubs.BoardServiceStub(filled.channel)
    request = api.ListBoardObligationsRequest(district="qiaonan", figure="duties", page_size=1)
    name, at, due, last = parts((await stub.ListBoardObligations(request)).next_page_token)
    for told in ([name, number, due, last], [name, at, number, last], [name, at, due, "\0"]):
        request.page_token = forged(told)
        assert "page_token: " in await refused(stub.ListBoardObligations(request))
    name, due, last = parts((await filled.call("ListObligations", page_size=1)).next_page_token)
    for told in ([name, number, last], [name, due, "\0"]):
        call = filled.call("ListObligations", page_size=1, page_token=forged(told))
        assert "page_token: " in await refused(call)


@pytest.mark.parametrize("moment", [2**63 - 1, -(2**63), 0])
async def test_no_list_was_read_at_such_a_moment(filled: Registered, moment: int) -> None:
    stub = stubs.BoardServiceStub(filled.channel)
    wanted = api.ListBoardObligationsRequest(district="qiaonan", figure="duties", page_size=1)
    name, _, due, last = parts((await stub.ListBoardObligations(wanted)).next_page_token)
    wanted.page_token = forged([name, moment, due, last])
    assert "page_token: " in await refused(stub.ListBoardObligations(wanted))
