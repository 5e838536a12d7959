"""What is decided in the process of its own is what is decided here; it is given up, replaced and ended."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import grpc
import pytest

from linkage.v1 import facts_pb2
from linkage.v1 import policy_service_pb2 as api
from policy.documents.sources import Sources
from policy.engines import COMPILED, Engine, engine_named
from policy.facts.reading import FactsError
from policy.text.diagnostics import PackError
from server.convert.ends import NoAnswer
from server.decisions import work
from server.decisions.active import Active, Rules, load
from server.decisions.apart import Apart, apart, frames, process
from server.decisions.apart.apart import KEPT
from server.decisions.apart.frames import LENGTH, Head, framed, parted
from server.decisions.deciding import by
from server.decisions.work import Question
from server.identity.rights import View
from tests.server.cases import NOW, case, large_case, request
from tests.server.conftest import Start
from tests.server.waiting import until

ASKED = Question("qiaonan", NOW, "zh")


def bytes_of(told: facts_pb2.Case) -> bytes:
    """A case as the log keeps it."""
    return told.SerializeToString(deterministic=True)


FACTS = bytes_of(case())


@pytest.fixture(scope="module")
def active(small_rules: Path) -> Active:
    return load(small_rules, small_rules / "none")


@asynccontextmanager
async def running(engine: str = COMPILED.name) -> AsyncIterator[Apart]:
    made = Apart(engine)
    try:
        yield made
    finally:
        await made.close()


@pytest.mark.parametrize("engine", ["compiled", "explain"])
async def test_the_same_is_made_there(active: Active, engine: str) -> None:
    here: Engine = engine_named(engine)
    own = View(frozenset(("public_security",)))
    questions = (ASKED, ASKED._replace(lang="en", taken=True), ASKED._replace(view=own))
    cases = (case(), case(id="c2", attributes={}), large_case(60))
    async with running(engine) as there:
        for asked in questions:
            for each in cases:
                found = await there.evaluate(active.rules, asked, bytes_of(each), "01ID")
                assert found == work.evaluated(active, asked, each, "01ID", here)


async def test_explanations_and_comparisons_are_made_there(active: Active) -> None:
    explained = api.ExplainRequest(case=case(), rules=["qiaonan.police.notify"], include_untriggered=True)
    compared = api.CompareRequest(case=case())
    hidden = ASKED._replace(view=View(masked=True))
    async with running() as there:
        for asked in (ASKED, hidden):
            assert await there.explain(active.rules, asked, explained) == work.explanation(
                active, asked, explained
            )
            assert await there.compare(active.rules, asked, compared, ["qiaonan"]) == work.comparison(
                active, asked, compared, ["qiaonan"]
            )


async def test_what_is_wrong_with_a_case_comes_back_whole(active: Active) -> None:
    wrong = case(events=[{"id": "e", "type": "vehicle_siezed"}, {"id": "e", "type": ""}], kind="nothing")
    with pytest.raises(FactsError) as here:
        work.evaluated(active, ASKED, wrong, "")
    async with running() as there:
        with pytest.raises(FactsError) as found:
            await there.evaluate(active.rules, ASKED, bytes_of(wrong), "")
    assert found.value.violations == here.value.violations
    assert found.value.more == here.value.more


def test_far_moments_go_there_and_back() -> None:
    last = Question("qiaonan", 253_402_300_799 * 10**9, "zh")
    assert frames.question_of(parted(framed(frames.told_question(last))[LENGTH:])[0]) == last


async def test_other_rules_and_documents_reach_the_process(active: Active) -> None:
    pack = active.snapshot.districts["qiaonan"].programs[0].pack
    clause = next(iter(pack.clauses))
    quoting = replace(
        active, sources=Sources({("qiaonan", pack.version): {clause: "原文。"}}, {}), _answers={}
    )
    assert quoting.rules.key != active.rules.key
    async with running() as there:
        for rules in (active, quoting, active, quoting):
            assert await there.evaluate(rules.rules, ASKED, FACTS, "") == work.evaluated(
                rules, ASKED, case(), ""
            )
        pid = there.pid
        refused = Rules("broken", {"qiaonan/pack.yaml": "nonsense"})
        for _ in range(2):
            with pytest.raises(PackError):
                await there.evaluate(refused, ASKED, FACTS, "")
        for number in range(KEPT + 1):
            await there.evaluate(active.rules._replace(key=str(number)), ASKED, FACTS, "")
        assert there.pid == pid


async def test_a_process_that_dies_fails_its_job_and_is_replaced(active: Active) -> None:
    async with running() as there:
        await there.evaluate(active.rules, ASKED, FACTS, "")
        first = there.pid
        assert first is not None
        os.kill(first, signal.SIGSTOP)  # it is at the job, and stays so
        job = asyncio.create_task(there.evaluate(active.rules, ASKED, FACTS, ""))
        await asyncio.sleep(0)
        os.kill(first, signal.SIGKILL)
        with pytest.raises(NoAnswer):
            await job
        made, *_ = await there.evaluate(active.rules, ASKED, FACTS, "")
        assert made == work.evaluated(active, ASKED, case(), "")[0]
        assert there.pid != first


async def test_a_process_that_hears_nothing_is_killed(active: Active) -> None:
    async with running() as there:
        await there.evaluate(active.rules, ASKED, FACTS, "")
        first = there.pid
        assert first is not None
        os.kill(first, signal.SIGSTOP)
        jobs = [asyncio.create_task(there.evaluate(active.rules, ASKED, FACTS, "")) for _ in range(3)]
        await asyncio.sleep(0.01)
        for job in jobs:
            job.cancel()  # the first is being done, the others wait
        assert all(
            isinstance(each, asyncio.CancelledError)
            for each in await asyncio.gather(*jobs, return_exceptions=True)
        )
        await there.evaluate(active.rules, ASKED, FACTS, "")
        assert there.pid != first


async def test_who_does_not_wait_does_not_stop_its_beginning(
    active: Active, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rules take seconds to be made on a busy machine: killing it meanwhile would begin all over again."""
    monkeypatch.setattr(apart, "GIVE_UP_SECONDS", 0.0)
    async with running() as there:
        job = asyncio.create_task(there.evaluate(active.rules, ASKED, FACTS, ""))
        await until(lambda: there.pid is not None)
        first = there.pid
        assert first is not None
        os.kill(first, signal.SIGSTOP)
        job.cancel()
        await asyncio.wait({job})
        await asyncio.sleep(0.05)
        os.kill(first, signal.SIGCONT)
        await there.evaluate(active.rules, ASKED, FACTS, "")
        assert there.pid == first


async def test_it_ends_with_its_parent(active: Active) -> None:
    there = Apart(COMPILED.name)
    there.expect(active)
    await until(lambda: there.pid is not None)
    await there.evaluate(active.rules, ASKED, FACTS, "")
    pid = there.pid
    assert pid is not None
    await there.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    await there.close()  # once more is no error


async def test_it_ends_where_it_was_only_expected(active: Active) -> None:
    there = Apart(COMPILED.name)
    there.expect(active)
    await there.close()
    assert there.pid is None


# ---- in the process


@contextmanager
def fed(*sent: bytes) -> Iterator[list[Head]]:
    """Runs the process here, on the main thread as there; what it answers."""
    ours, theirs = socket.socketpair()
    before, answers = signal.getsignal(signal.SIGINT), list[Head]()

    def feed() -> None:
        with ours, ours.makefile("rb") as reader:
            for frame in sent:
                ours.sendall(frame)
                if b"forever" not in frame:  # that one has no answer before it is given up
                    answers.append(parted(reader.read(int.from_bytes(reader.read(LENGTH), "big")))[0])
            ours.shutdown(socket.SHUT_WR)
            while size := reader.read(LENGTH):
                answers.append(parted(reader.read(int.from_bytes(size, "big")))[0])

    feeding = Thread(target=feed)
    feeding.start()
    try:
        with theirs, theirs.makefile("rb") as reader, theirs.makefile("wb") as writer:
            process.Process(reader, writer).run(by(COMPILED))
        feeding.join()
        yield answers
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.fixture
def forever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job that never ends by itself."""

    def endless(*_: Any) -> tuple[Head, bytes]:
        while True:
            pass

    monkeypatch.setitem(process.JOBS, "forever", endless)


def job(name: str, number: int, key: str, body: bytes = b"") -> bytes:
    told = frames.told_question(ASKED) | {"job": name, "number": number, "rules": key, "log_id": ""}
    return framed(told, body)


@pytest.mark.usefixtures("forever")
def test_a_job_is_given_up_and_the_next_is_done(active: Active) -> None:
    rules, small = framed(frames.told_rules(active.rules, ())), case().SerializeToString()
    key = active.rules.key
    sent = (
        rules,
        job("forever", 1, key),
        framed({"cancel": 1}),
        job("evaluate", 2, key, small),
        job("forever", 3, key),  # its parent ends meanwhile
    )
    with fed(*sent) as answers:
        pass
    assert answers[0] == {"ready": key}
    assert answers[1] == {"number": 1, "given_up": True}
    assert "made" in answers[2]
    assert answers[2]["number"] == 2
    assert answers[3:] == [{"number": 3, "given_up": True}]


def test_what_nobody_expects_is_told_by_its_place(active: Active) -> None:
    rules, key = framed(frames.told_rules(active.rules, ())), active.rules.key
    with fed(rules, job("evaluate", 1, key, b"\xff"), job("nothing", 2, key)) as answers:
        pass
    assert answers[1]["failed"].startswith("DecodeError at ")
    assert answers[2]["failed"].startswith("KeyError at ")


# ---- in the service


async def test_a_large_case_whose_caller_has_gone_is_given_up(start: Start) -> None:
    async with start() as service:
        message = api.EvaluateRequest(case=large_case(300))
        call = service.stub.Evaluate(message)
        await asyncio.sleep(0.05)
        call.cancel()
        answers = await asyncio.gather(
            service.stub.Evaluate(request()), service.stub.Explain(api.ExplainRequest(case=case()))
        )
        assert all(each.decision.obligations for each in answers)


async def test_a_large_case_is_not_tried_again_where_it_kills(start: Start) -> None:
    async with start() as service:
        await service.stub.Explain(api.ExplainRequest(case=case()))
        pid = service.running.apart.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        call = service.stub.Evaluate(api.EvaluateRequest(case=large_case(300)))
        await service.stub.Evaluate(request())  # small calls go on meanwhile
        await until(lambda: service.running.apart.busy)
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
        assert (await service.stub.Evaluate(api.EvaluateRequest(case=large_case(300)))).decision.obligations
