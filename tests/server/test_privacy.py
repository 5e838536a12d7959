"""Nothing of a case reaches the log, whatever happens to the call."""

import asyncio
import gc
import io
import json
import logging

import grpc
import pytest

from linkage.v1 import policy_service_pb2 as api
from server.decisions import work
from server.settings.logs import Level, configure, event, place_of
from server.store.errors import StoreError
from tests.server.cases import case, request
from tests.server.conftest import Start
from tests.server.logging_state import restored_logging

PRIVATE = "甲某某-Secret-44010"


@pytest.mark.usefixtures("decided_by_python")
async def test_logs_name_no_fact(start: Start, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    with restored_logging():
        configure(Level.DEBUG, stream)
        async with start(database=database, calls="all") as service:
            stub = service.stub
            await stub.Evaluate(request(id=PRIVATE, parties=[{"id": PRIVATE, "role": "debtor"}]))
            bad = [{"id": PRIVATE, "type": PRIVATE, "about": f"{PRIVATE}-2"}]
            batch = [request(id=PRIVATE, events=bad), request(id=PRIVATE, district=PRIVATE), request(PRIVATE)]
            await stub.BatchEvaluate(api.BatchEvaluateRequest(requests=batch))
            for each in batch:
                with pytest.raises(grpc.aio.AioRpcError):
                    await stub.Evaluate(each, metadata=(("x-request-id", "id with spaces"),))
            with pytest.raises(grpc.aio.AioRpcError):
                await stub.Explain(api.ExplainRequest(case=case(), rules=[PRIVATE]))
            with pytest.raises(grpc.aio.AioRpcError):
                await stub.GetPack(api.GetPackRequest(district=PRIVATE))

            def fails(*_: object) -> None:
                raise ValueError(f"cannot read {PRIVATE}")

            monkeypatch.setattr(work, "decide", fails)
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await stub.Evaluate(request(id=PRIVATE), metadata=(("x-request-id", "my-id-7"),))
    assert caught.value.code() is grpc.StatusCode.INTERNAL
    assert PRIVATE not in str(caught.value)
    text = stream.getvalue()
    assert PRIVATE not in text
    assert "Secret" not in text
    assert '"error":"ValueError at test_privacy.py:' in text
    assert '"request_id":"my-id-7"' in text
    assert "id with spaces" not in text
    assert '"faults":"LNK802,LNK804"' in text


async def test_errors_that_nobody_waited_for_keep_their_values_to_themselves() -> None:
    def fails(value: str) -> None:
        raise ValueError(value)

    async def fails_too(value: str) -> None:
        fails(value)

    stream = io.StringIO()
    with restored_logging():
        configure(Level.INFO, stream)
        loop = asyncio.get_running_loop()
        loop.call_soon(fails, PRIVATE)
        task = loop.create_task(fails_too(PRIVATE))
        await asyncio.wait([task])
        del task
        gc.collect()
        await asyncio.sleep(0)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["template"].split(" ")[:2] for line in lines] == [["Exception", "in"], ["Task", "exception"]]
    assert all(line["error"].startswith("ValueError at test_privacy.py:") for line in lines)
    assert "Secret" not in stream.getvalue()


def test_library_messages_keep_their_values_to_themselves() -> None:
    stream = io.StringIO()
    with restored_logging():
        configure(Level.INFO, stream)
        logging.getLogger("some.library").warning("failed for %s", PRIVATE)
        try:
            raise StoreError("LNK962")
        except StoreError:
            logging.getLogger("asyncio").exception("task died")
    text = stream.getvalue()
    assert PRIVATE not in text
    assert '"template":"failed for %s"' in text
    assert '"error":"StoreError at test_privacy.py:' in text


def test_levels_and_places() -> None:
    stream = io.StringIO()
    with restored_logging():
        configure(Level.WARNING, stream)
        event(Level.INFO, "quiet")
        event(Level.ERROR, "loud", count=3)
    assert '"event":"loud","count":3}' in stream.getvalue()
    assert "quiet" not in stream.getvalue()
    assert place_of(ValueError(PRIVATE)) == "ValueError"
