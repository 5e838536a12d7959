"""More than the service can do: it says so with a code or lets the sender wait, and never piles it up."""

import asyncio
import itertools
import socket
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import grpc
import pytest

from linkage.v1 import policy_service_pb2 as api
from linkage.v1 import policy_service_pb2_grpc as stubs
from server.store.decisions import DecisionStore
from server.store.turns import Turns
from tests.server.cases import request
from tests.server.conftest import Service, Start
from tests.server.logs import open_keyed
from tests.server.waiting import until


async def test_full_queue_is_told_with_when_to_come_back(
    start: Start, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = asyncio.Event()
    append = DecisionStore.append

    async def slow(self: DecisionStore, records: Any) -> Any:
        await held.wait()
        return await append(self, records)

    monkeypatch.setattr(DecisionStore, "append", slow)
    async with start(database=database, log__queue=3, log__group=1) as service:
        calls = [asyncio.ensure_future(service.stub.Evaluate(request(id=f"c{i}"))) for i in range(10)]
        # Three wait in the queue, one is being written: there is room for no other.
        await until(lambda: sum(call.done() for call in calls) >= 6)
        done, waiting = [c for c in calls if c.done()], [c for c in calls if not c.done()]
        errors = [call.exception() for call in done]
        assert {error.code().name for error in errors} == {"RESOURCE_EXHAUSTED"}  # type: ignore[union-attr]
        assert (len(done), len(waiting)) == (6, 4)
        held.set()
        answers = await asyncio.gather(*waiting)
        assert service.running.store is not None
        assert await service.running.store.count() == 4
        assert len({answer.decision.receipt.log_id for answer in answers}) == 4


async def test_unacknowledged_log_still_gets_everything(start: Start, database: str) -> None:
    async with start(database=database, log__acknowledge=False) as service:
        ids = [(await service.stub.Evaluate(request(id=f"c{i}"))).decision.receipt.log_id for i in range(50)]
    opened, keys, _ = await open_keyed(database)
    assert [found.id async for found in DecisionStore(opened, keys).scan()] == ids
    await opened.dispose()


async def settled(value: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """The value once it has begun to grow and is the same at each of several looks."""
    seen = [await value()]
    while len(seen) < 5 or seen[-1] == 0 or len(set(seen[-5:])) > 1:
        await asyncio.sleep(0.2)
        seen.append(await value())
    return seen[-1]


async def decided(service: Service) -> int:
    assert service.running.store is not None
    return await service.running.store.count()


async def test_a_stream_whose_answers_nobody_reads_stops_being_read(start: Start, any_database: str) -> None:
    """The window fills, then the connection's, and then the sender waits: nothing is decided ahead."""
    small = [("grpc.http2.bdp_probe", 0), ("grpc.http2.lookahead_bytes", 16_384)]
    async with (
        start(database=any_database, limits__stream_window=4) as service,
        grpc.aio.insecure_channel(service.running.address, small) as channel,
    ):
        stream = stubs.PolicyServiceStub(channel).EvaluateStream()
        sent = 0

        async def send() -> None:
            nonlocal sent
            for number in itertools.count():
                await stream.write(api.EvaluateStreamRequest(key=str(number), request=request()))
                sent += 1

        sending = asyncio.create_task(send())
        at_rest = await settled(lambda: decided(service))
        assert 4 < at_rest < sent
        # Another call is not held up by it.
        assert (await service.stub.Evaluate(request())).HasField("decision")
        assert await decided(service) == at_rest + 1
        answers = aiter(stream)
        keys = [(await anext(answers)).key for _ in range(2 * at_rest)]
        assert keys == [str(number) for number in range(2 * at_rest)]
        sending.cancel()
        stream.cancel()
        await asyncio.gather(sending, return_exceptions=True)


async def test_an_overload_is_refused_with_a_code_and_passes(start: Start, any_database: str) -> None:
    async with start(database=any_database, limits__concurrent_calls=8, log__queue=4) as service:
        calls = [asyncio.ensure_future(service.stub.Evaluate(request(id=f"c{i}"))) for i in range(300)]
        answers = await asyncio.gather(*calls, return_exceptions=True)
        ids = {
            answer.decision.receipt.log_id for answer in answers if isinstance(answer, api.EvaluateResponse)
        }
        errors = [answer for answer in answers if isinstance(answer, grpc.aio.AioRpcError)]
        assert len(ids) + len(errors) == 300
        assert ids
        assert {error.code() for error in errors} == {grpc.StatusCode.RESOURCE_EXHAUSTED}
        assert await decided(service) == len(ids)
        assert (await service.stub.Evaluate(request())).HasField("decision")


async def test_a_client_that_never_reads_costs_no_more_than_its_window(start: Start) -> None:
    """A connection of raw bytes that opens HTTP/2 and goes silent does not keep others waiting."""
    async with start() as service:
        host, _, port = service.running.address.rpartition(":")
        silent = [socket.create_connection((host, int(port))) for _ in range(50)]
        try:
            for connection in silent:
                connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
            assert (await service.stub.Evaluate(request())).HasField("decision")
        finally:
            for connection in silent:
                connection.close()


async def test_processes_that_write_one_file_take_turns(tmp_path: Path) -> None:
    one, other = Turns(tmp_path / "log.sqlite3"), Turns(tmp_path / "log.sqlite3")
    inside: list[str] = []

    async def write(turns: Turns, name: str) -> None:
        for _ in range(20):
            async with turns.turn():
                inside.append(name)
                await asyncio.sleep(0.001)
                assert inside[-1] == name
            await asyncio.sleep(0)

    await asyncio.gather(write(one, "one"), write(other, "other"))
    assert sorted(inside) == ["one"] * 20 + ["other"] * 20
    one.close()
    other.close()


async def test_a_turn_that_never_comes_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.store.turns.PATIENCE_SECONDS", 0.05)
    one, other = Turns(tmp_path / "log.sqlite3"), Turns(tmp_path / "log.sqlite3")
    async with one.turn(), other.turn():
        pass
    async with one.turn():  # whoever had no turn has not ended that of the other
        pass
    one.close()
    other.close()
