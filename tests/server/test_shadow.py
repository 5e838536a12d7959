"""Decisions made again by another engine: compared, counted, logged without facts; no answer waits for it."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format

from linkage.v1 import facts_pb2
from policy.cli import run
from policy.decide import decide
from policy.decide.decision import Decision
from policy.engines import COMPILED, ENGINES, Compiled, Engine, Matches
from policy.engines.durable import engine as durable_module
from policy.engines.durable.child import ChildError
from server.cli import app
from server.decisions import shadow as module
from server.decisions.active import Active, Shared, load, load_shared
from server.decisions.second import SecondError, SecondProcess
from server.decisions.shadow import Counts, Decider, Live, Shadow, different_rules
from server.decisions.work import made_of
from server.process import app as server_app
from server.settings.config import ShadowSettings
from server.settings.logs import Level, configure
from tests.server.cases import NOW, case, request
from tests.server.conftest import Service, Start
from tests.server.logging_state import restored_logging
from tests.server.waiting import until

Replace = Callable[[Decider], None]
needs_durable = pytest.mark.skipif(find_spec("durable") is None, reason="durable-rules is not installed")


class Here:
    """A decider in this process, with an engine of the test's."""

    def __init__(self, engine: Engine = COMPILED) -> None:
        self.engine = engine

    def outcome(self, active: Active, district: str, case: facts_pb2.Case, as_of: int) -> bytes:
        return decide(active.snapshot.districts[district], case, as_of, self.engine).canonical_bytes

    def kill(self) -> None:
        pass

    def close(self) -> None:
        pass


class Blind(Compiled):
    """An engine that finds nothing."""

    name = "blind"

    def matches(self, *_: Any, **__: Any) -> Matches:
        return Matches([], [], [])


class Slow(Here):
    """A decider that waits until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()

    def outcome(self, *arguments: Any) -> bytes:
        self.let_go.wait(20.0)
        return super().outcome(*arguments)


@pytest.fixture
def decider(monkeypatch: pytest.MonkeyPatch) -> Replace:
    """Puts a decider in the place of the process."""
    return lambda made: monkeypatch.setattr(server_app, "SecondProcess", lambda _: made)


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """The log's lines while the block lasts."""
    stream = io.StringIO()
    with restored_logging():
        configure(Level.DEBUG, stream)
        yield stream


def lines(stream: io.StringIO, name: str) -> list[dict[str, Any]]:
    """The log's lines of one event."""
    found = [json.loads(line) for line in stream.getvalue().splitlines()]
    return [line for line in found if line["event"] == name]


def counts(service: Service) -> Counts:
    """What the server's shadow has counted."""
    assert service.running.shadow is not None
    return service.running.shadow.counts


async def test_decisions_that_agree_are_counted(start: Start) -> None:
    with logged() as stream:
        async with start(shadow__engine="explain", shadow__share=1) as service:
            for number in range(3):
                await service.stub.Evaluate(request(id=f"c{number}"))
            await until(lambda: counts(service).agreed == 3)
    assert asdict(counts(service)) == {"sampled": 3, "agreed": 3, "disagreed": 0, "dropped": 0, "failed": 0}
    (stopped,) = lines(stream, "shadow_stopped")
    assert stopped.items() >= {"engine": "explain", **asdict(counts(service))}.items()
    assert lines(stream, "shadow_disagreed") == lines(stream, "shadow_failed") == []


async def test_a_disagreement_is_logged_without_a_fact(start: Start, decider: Replace) -> None:
    decider(Here(Blind()))
    private = "甲某某-Secret"
    with logged() as stream:
        async with start(shadow__engine="explain", shadow__share=1) as service:
            answer = await service.stub.Evaluate(request(id=private))
            await until(lambda: counts(service).disagreed == 1)
    (line,) = lines(stream, "shadow_disagreed")
    assert (line["level"], line["code"], line["engine"]) == ("error", "LNK913", "explain")
    assert line["decision_digest"] == answer.decision.receipt.decision_digest != line["shadow_digest"]
    assert set(line["rules"].split(",")) == {o.rule for o in answer.decision.obligations}
    assert line["rules_count"] == len({o.rule for o in answer.decision.obligations}) > 0
    assert line["packs"].startswith("qiaonan@")
    assert private not in stream.getvalue()


async def test_engines_agree_on_what_is_too_much_to_try(start: Start) -> None:
    many = range(450)  # debtors, and searches of nobody knows whom: 202,500 combinations
    parties = [{"id": f"p{i}", "role": "debtor"} for i in many]
    searches = [{"id": f"s{i}", "type": "search_requested", "at": "2024-03-01T01:30:00Z"} for i in many]
    async with start(shadow__engine="explain", shadow__share=1) as service:
        answer = await service.stub.Evaluate(request(parties=parties, events=searches))
        assert "LNK823" in {error.code for error in answer.decision.errors}
        await until(lambda: counts(service).agreed == 1)
    assert asdict(counts(service)) == {"sampled": 1, "agreed": 1, "disagreed": 0, "dropped": 0, "failed": 0}


async def test_the_counts_are_logged_from_time_to_time(start: Start, decider: Replace) -> None:
    decider(Here())
    with logged() as stream:
        options = {"shadow__engine": "explain", "shadow__share": 1, "shadow__report_seconds": 0.1}
        async with start(**options) as service:
            await service.stub.Evaluate(request())
            await until(lambda: bool(lines(stream, "shadow")))
            assert lines(stream, "shadow")[-1]["sampled"] == 1


async def test_a_full_queue_drops_and_the_answers_go_on(start: Start, decider: Replace) -> None:
    slow = Slow()
    decider(slow)
    async with start(shadow__engine="explain", shadow__share=1, shadow__queue=2) as service:
        for number in range(10):
            await service.stub.Evaluate(request(id=f"c{number}"))
        found = counts(service)
        assert found.sampled == 10
        assert found.dropped in (7, 8)  # one may have left the queue
        slow.let_go.set()
        await until(lambda: found.agreed + found.dropped == 10)


async def test_what_still_waits_at_the_end_is_dropped(start: Start, decider: Replace) -> None:
    slow = Slow()
    decider(slow)
    async with start(shadow__engine="explain", shadow__share=1) as service:
        for number in range(4):
            await service.stub.Evaluate(request(id=f"c{number}"))
        threading.Timer(0.3, slow.let_go.set).start()
    found = counts(service)
    assert found.sampled == 4 == found.agreed + found.dropped


async def test_large_cases_are_dropped(
    start: Start, decider: Replace, monkeypatch: pytest.MonkeyPatch
) -> None:
    decider(Here())
    monkeypatch.setattr(module, "MAX_BYTES", 100)
    async with start(shadow__engine="explain", shadow__share=1) as service:
        await service.stub.Evaluate(request())
        assert counts(service).dropped == 1


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("a secret"), "ValueError at "),
        (ChildError("too_slow"), "too_slow"),
        (SecondError("KeyError at three.py:7"), "KeyError at three.py:7"),
    ],
)
async def test_a_decider_that_fails_is_logged_once(
    error: Exception, told: str, start: Start, decider: Replace
) -> None:
    class Failing(Here):
        def outcome(self, *_: Any) -> bytes:
            raise error

    decider(Failing())
    with logged() as stream:
        async with start(shadow__engine="explain", shadow__share=1) as service:
            for number in range(3):
                await service.stub.Evaluate(request(id=f"c{number}"))
            await until(lambda: counts(service).failed == 3)
    (line,) = lines(stream, "shadow_failed")
    assert line["code"] == "LNK914"
    assert line["error"].startswith(told)
    assert "secret" not in stream.getvalue()


async def test_no_share_no_shadow(start: Start) -> None:
    async with start(shadow__share=0) as service:
        await service.stub.Evaluate(request())
        assert service.running.shadow is None


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_the_sample_is_the_same_every_time(share: float, active: Active) -> None:
    cases = [case(id=f"c{number}") for number in range(200)]
    live = [Live(active, each, made_of(decided(active, each))) for each in cases]

    def sampled() -> list[int]:
        shadow = Shadow(ShadowSettings(share=share, queue=1_000), Here())
        chosen = []
        for number, each in enumerate(live):
            before = shadow.counts.sampled
            shadow.offer(each)
            if shadow.counts.sampled > before:
                chosen.append(number)
        return chosen

    assert sampled() == sampled()
    assert abs(len(sampled()) - 200 * share) <= 30 * (share not in (0.0, 1.0))


@pytest.fixture(scope="module")
def active(small_rules: Path) -> Active:
    """The small rules."""
    return load(small_rules, small_rules / "none")


def decided(active: Active, facts: facts_pb2.Case, engine: Engine = COMPILED) -> Decision:
    """The decision of the made-up district."""
    return decide(active.snapshot.districts["qiaonan"], facts, NOW, engine)


def test_rules_that_differ_are_named(active: Active) -> None:
    decision = decided(active, case())
    one, other = decision.canonical_bytes, decided(active, case(), Blind()).canonical_bytes
    assert different_rules(one, one) == []
    assert different_rules(one, other) == different_rules(other, one)
    assert different_rules(one, other) == sorted({o.rule for o in decision.obligations})


# ---- in a process of its own


@pytest.fixture(params=["explain", "durable"])
def second(request: pytest.FixtureRequest) -> Iterator[SecondProcess]:
    """The process, with two engines."""
    if request.param == "durable" and find_spec("durable") is None:
        pytest.skip("durable-rules is not installed")
    with closing(SecondProcess(request.param)) as process:
        yield process


def test_the_process_decides_the_same(second: SecondProcess, active: Active) -> None:
    for number in range(3):
        facts = case(id=f"c{number}")
        again = second.outcome(active, "qiaonan", facts, NOW)
        assert again == decided(active, facts).canonical_bytes


def test_new_rules_reach_the_process(active: Active, small_rules: Path) -> None:
    name = next(name for name in active.files if name.endswith("pack.yaml"))
    files = {**active.files, name: active.files[name] + "\n# changed\n"}
    changed = load_shared(Shared(files), small_rules / "none")
    assert changed.snapshot.digest != active.snapshot.digest
    with closing(SecondProcess("explain")) as process:
        for rules in (active, changed, active):
            again = process.outcome(rules, "qiaonan", case(), NOW)
            assert again == decided(rules, case()).canonical_bytes
        pid = process.child.pid
        broken = replace(active, files={name: "nonsense"}, snapshot=changed.snapshot)
        with pytest.raises(SecondError, match="PackError at "):
            process.outcome(broken, "qiaonan", case(), NOW)
        assert process.outcome(changed, "qiaonan", case(), NOW) == decided(changed, case()).canonical_bytes
        assert process.child.pid == pid


def process_of(service: Service) -> SecondProcess:
    """The process of the server's shadow."""
    assert service.running.shadow is not None
    process = service.running.shadow.decider
    assert isinstance(process, SecondProcess)
    return process


async def test_a_process_that_is_killed_does_not_touch_the_service(start: Start) -> None:
    with logged() as stream:
        async with start(shadow__engine="explain", shadow__share=1) as service:
            await service.stub.Evaluate(request())
            await until(lambda: counts(service).agreed == 1)
            pid = process_of(service).child.pid
            assert pid is not None
            os.kill(pid, signal.SIGSTOP)  # it is at work, and stays so
            answers = [await service.stub.Evaluate(request(id=f"c{number}")) for number in range(3)]
            assert all(answer.decision.obligations for answer in answers)
            os.kill(pid, signal.SIGKILL)
            await until(lambda: counts(service).agreed + counts(service).failed == 4)
            assert (counts(service).agreed, counts(service).failed) == (3, 1)
            assert process_of(service).child.pid != pid
    (line,) = lines(stream, "shadow_failed")
    assert (line["code"], line["error"]) == ("LNK914", "died")


def only_child(pid: int | None) -> int:
    """The process that this one started."""
    (child,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(child)


@needs_durable
async def test_durable_rules_killed_under_it_costs_one_decision_at_most(start: Start) -> None:
    with logged() as stream:
        async with start(shadow__engine="durable", shadow__share=1) as service:
            await service.stub.Evaluate(request())
            await until(lambda: counts(service).agreed == 1)
            pid = process_of(service).child.pid
            worker = only_child(pid)
            os.kill(worker, signal.SIGSTOP)
            await service.stub.Evaluate(request(id="c2"))
            await asyncio.sleep(0.5)  # by then it waits for the worker, mostly
            os.kill(worker, signal.SIGKILL)
            await until(lambda: counts(service).failed + counts(service).agreed == 2)
            await service.stub.Evaluate(request(id="c3"))
            await until(lambda: counts(service).failed + counts(service).agreed == 3)
            assert counts(service).failed <= 1
            assert process_of(service).child.pid == pid
            assert only_child(pid) != worker
    failed = lines(stream, "shadow_failed")
    assert len(failed) == counts(service).failed
    assert all(line["error"].startswith("DurableError at ") for line in failed)


async def test_a_process_that_hangs_does_not_keep_the_service_from_stopping(start: Start) -> None:
    async with start(shadow__engine="explain", shadow__share=1) as service:
        await service.stub.Evaluate(request())
        await until(lambda: counts(service).agreed == 1)
        pid = process_of(service).child.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        await service.stub.Evaluate(request(id="c2"))
    assert asdict(counts(service)) == {"sampled": 2, "agreed": 1, "disagreed": 0, "dropped": 1, "failed": 0}


# ---- the engine that decides


@pytest.mark.parametrize("name", ENGINES)
async def test_every_engine_gives_the_same_answer(name: str, start: Start) -> None:
    if name == "durable" and find_spec("durable") is None:
        pytest.skip("durable-rules is not installed")
    async with start(engine="compiled") as usual, start(engine=name) as other:
        answers = [await service.stub.Evaluate(request("en")) for service in (usual, other)]
    assert [answer.decision.receipt.engine for answer in answers] == ["compiled", name]
    plain = [json_format.MessageToDict(answer) for answer in answers]
    for each in plain:
        del each["decision"]["receipt"]["engine"]
    assert plain[0] == plain[1]


@pytest.mark.parametrize("options", [["engine=durable"], ["shadow.engine=durable", "shadow.share=0.5"]])
def test_a_missing_package_is_said_before_anything_starts(
    options: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(durable_module, "find_spec", lambda name: None)
    arguments = [word for option in options for word in ("--set", option)]
    with restored_logging():
        assert run(app, ["serve", "--lang", "en", *arguments]) == 2
    assert "LNK911" in capsys.readouterr().err
