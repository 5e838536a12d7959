"""A call with a key that is repeated gets the decision that was logged, and none is logged twice."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import grpc
import pytest
from sqlalchemy import update

from linkage.v1 import policy_service_pb2 as api
from server.log.retention import erase
from server.store.decisions import DecisionStore
from server.store.errors import StoreError
from server.store.tables import DECISIONS
from tests.server.cases import request
from tests.server.conftest import Service, Start
from tests.server.logs import open_keyed


def keyed(key: str = "k-1", **changes: Any) -> api.EvaluateRequest:
    made = request(**changes)
    made.idempotency_key = key
    return made


async def count(service: Service) -> int:
    assert service.running.store is not None
    return await service.running.store.count()


async def code_of(service: Service, wanted: api.EvaluateRequest) -> tuple[str, str]:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await service.stub.Evaluate(wanted)
    return caught.value.code().name, caught.value.details() or ""


async def test_the_first_answer_again(start: Start, any_database: str) -> None:
    async with start(database=any_database) as service:
        first = await service.stub.Evaluate(keyed())
        assert await service.stub.Evaluate(keyed()) == first
        english = keyed()
        english.language = "en"
        again = await service.stub.Evaluate(english)
        assert again.decision.receipt.log_id == first.decision.receipt.log_id
        assert again.decision.obligations[0].id == first.decision.obligations[0].id
        assert await count(service) == 1
        other = await service.stub.Evaluate(keyed("k-2"))
        assert other.decision.receipt.log_id != first.decision.receipt.log_id
        assert await count(service) == 2


async def test_an_id_that_is_given_for_a_key_is_logged_also_where_nobody_waits(
    start: Start, any_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With ``log.acknowledge: false``: no answer stands for a decision whose write failed."""
    append, failing = DecisionStore.append, True

    async def writing(self: DecisionStore, records: Any) -> Any:
        if failing:
            raise StoreError("LNK962")
        return await append(self, records)

    monkeypatch.setattr(DecisionStore, "append", writing)
    async with start(database=any_database, log__acknowledge=False) as service:
        assert (await code_of(service, keyed()))[0] == "UNAVAILABLE"
        unkeyed = await service.stub.Evaluate(request(id="c2"))
        failing = False
        answers = await asyncio.gather(*(service.stub.Evaluate(keyed()) for _ in range(5)))
        ids = {answer.decision.receipt.log_id for answer in answers}
        assert len(ids) == 1
        store = service.running.store
        assert store is not None
        assert await store.get(ids.pop()) is not None
    log = await open_keyed(any_database)
    assert await DecisionStore(log.engine, log.keys).get(unkeyed.decision.receipt.log_id) is not None
    await log.engine.dispose()


async def test_at_once_in_a_batch_and_in_a_stream(start: Start, any_database: str) -> None:
    async with start(database=any_database) as service:
        answers = await asyncio.gather(*(service.stub.Evaluate(keyed()) for _ in range(8)))
        ids = {answer.decision.receipt.log_id for answer in answers}
        batch = api.BatchEvaluateRequest(requests=[keyed(), keyed("k-2"), keyed("k-2"), keyed(id="c2")])
        results = (await service.stub.BatchEvaluate(batch)).results
        assert results[0].decision.receipt.log_id in ids
        assert results[1] == results[2]
        assert results[3].error.violations[0].code == "LNK897"
        streamed = service.stub.EvaluateStream(
            iter([api.EvaluateStreamRequest(request=keyed("k-3")) for _ in range(5)])
        )
        ids |= {answer.result.decision.receipt.log_id async for answer in streamed}
        assert len(ids) == 2
        assert await count(service) == 3


async def test_another_request_under_the_same_key_at_once(start: Start, any_database: str) -> None:
    async with start(database=any_database) as service:
        batch = api.BatchEvaluateRequest(requests=[keyed(), keyed(id="c2"), keyed()])
        first, other, again = (await service.stub.BatchEvaluate(batch)).results
        assert first == again
        assert [violation.code for violation in other.error.violations] == ["LNK897"]
        assert await count(service) == 1


async def test_after_the_rules_have_changed(
    start: Start, any_database: str, small_rules: Path, tmp_path: Path
) -> None:
    rules = shutil.copytree(small_rules, tmp_path / "rules")
    async with start(database=any_database, rules=rules) as service:
        first = await service.stub.Evaluate(keyed())
        duties = rules / "qiaonan/duties.yaml"
        duties.write_text(duties.read_text().replace("within: 24 hours", "within: 48 hours"))
        assert await service.running.rules.reload()
        for _ in range(2):
            assert await service.stub.Evaluate(keyed()) == first
        assert (await service.stub.Evaluate(keyed("k-2"))).decision != first.decision
    async with start(database=any_database, rules=rules) as service:
        assert await service.stub.Evaluate(keyed()) == first


async def test_another_request_under_the_same_key(start: Start, any_database: str) -> None:
    async with start(database=any_database) as service:
        await service.stub.Evaluate(keyed())
        assert (await code_of(service, keyed(id="c2")))[0] == "INVALID_ARGUMENT"
        timed = keyed()
        timed.as_of.seconds = 1_709_618_400
        assert (await code_of(service, timed))[0] == "INVALID_ARGUMENT"
        for wrong in ("键", "a b", "x" * 129, "\0"):
            assert "idempotency_key" in (await code_of(service, keyed(wrong)))[1]
        assert await count(service) == 1


async def test_what_cannot_be_given_again(start: Start, any_database: str) -> None:
    async with start(database=any_database) as service:
        await service.stub.Evaluate(keyed())
        await service.stub.Evaluate(keyed("k-2", id="c2"))
        log = await open_keyed(any_database)
        assert await erase(log, "c1") == 1
        async with log.engine.begin() as connection:
            changed = update(DECISIONS).where(DECISIONS.c.case_id == "c2").values(facts=b"x")
            await connection.execute(changed)
        await log.engine.dispose()
        assert (await code_of(service, keyed()))[0] == "FAILED_PRECONDITION"
        assert (await code_of(service, keyed("k-2", id="c2")))[0] == "FAILED_PRECONDITION"


async def test_without_a_log_every_call_is_new(start: Start) -> None:
    async with start() as service:
        assert (await service.stub.Evaluate(keyed())).decision.obligations
        assert (await service.stub.Evaluate(keyed())).decision.obligations
