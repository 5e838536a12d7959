"""A call that cannot be ended any more, because its line broke or the service stopped, is no fault."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
import pytest

from server.api.guard import Guard
from server.convert.ends import NoAnswer


class Context:
    """A context on which ending a call raises this."""

    def __init__(self, error: type[Exception]) -> None:
        self.error = error

    def invocation_metadata(self) -> tuple[tuple[str, str], ...]:
        return ()

    async def abort(self, *_: Any) -> None:
        raise self.error


@pytest.mark.parametrize("error", [grpc.aio.InternalError, grpc.aio.UsageError])
async def test_nobody_is_told(error: type[Exception], caplog: pytest.LogCaptureFixture) -> None:
    with Guard(False).call("Evaluate", "en") as call:
        raise NoAnswer("process_died")
    with pytest.raises(asyncio.CancelledError):
        await call.abort(Context(error))
    assert [record.message for record in caplog.records] == ["call"]  # and no unexpected error


async def test_the_end_of_a_call_is_the_caller_s() -> None:
    with Guard(False).call("Evaluate", "en") as call:
        raise NoAnswer("process_died")
    with pytest.raises(grpc.aio.AbortError):
        await call.abort(Context(grpc.aio.AbortError))
