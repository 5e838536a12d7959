"""The process of ``durable`` may die or hang at any moment: that call fails, with a code, and no other."""

from __future__ import annotations

import gc
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from policy.cli import app, run
from policy.cli.options import EngineName
from policy.decide import decide
from policy.decide.snapshot import snapshot_of
from policy.engines import ENGINES, NATIVE
from policy.engines.durable import Durable, DurableError, durable
from policy.engines.durable import engine as module
from policy.engines.durable.process import Worker
from policy.pack import check_rules
from policy.review.ruletest.model import RuleTest
from policy.review.ruletest.run import run_test
from tests.loading import FIXTURES, by, loaded, some_test

pytest.importorskip("durable_rules_engine", reason="durable-rules is not installed")


def test_a_process_that_is_killed_between_calls_is_replaced(own: Durable) -> None:
    snapshot, test = some_test()
    expected = run_test(snapshot, test).decision.canonical_bytes
    for _ in range(2):
        assert run_test(snapshot, test, runs=by(own)).decision.canonical_bytes == expected
        kill(own)


def kill(engine: Durable) -> None:
    """Kills the process, and waits until the engine can see it."""
    process = engine.worker.child._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def test_a_process_that_is_killed_while_it_works_fails_that_call_alone(own: Durable) -> None:
    snapshot, test = some_test()
    run_test(snapshot, test, runs=by(own))
    pid = own.worker.child.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)  # it is at work, and stays so
    threading.Timer(0.2, os.kill, (pid, signal.SIGKILL)).start()
    with pytest.raises(DurableError, match="died"):
        run_test(snapshot, test, runs=by(own))
    assert run_test(snapshot, test, runs=by(own)).passed
    assert own.worker.child.pid != pid


def test_what_is_closed_starts_no_other_process() -> None:
    snapshot, test = some_test()
    with durable() as made:
        run_test(snapshot, test, runs=by(made))
    with pytest.raises(DurableError, match="died"):
        run_test(snapshot, test, runs=by(made))
    assert made.worker.child.pid is None


def test_a_process_that_hangs_fails_that_call_alone(own: Durable, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot, test = some_test()
    run_test(snapshot, test, runs=by(own))
    pid = own.worker.child.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    with monkeypatch.context() as impatient:
        impatient.setattr(own.worker.child, "_seconds", 0.5)
        with pytest.raises(DurableError, match="too_slow"):
            run_test(snapshot, test, runs=by(own))
    assert run_test(snapshot, test, runs=by(own)).passed


def test_what_durable_rules_refuses_fails_that_call_alone(
    own: Durable, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot, test = some_test()
    program = snapshot.districts[test.district].programs[-1]
    book = own._book(program)
    sheet = next(iter(book.sheets))
    good = dict(sheet.rules)
    sheet.rules = {name: {"$iall": 3} for name in good}
    with pytest.raises(DurableError, match="died"):
        own.worker.ask([sheet], {sheet.name: [{"id": 0}]})
    sheet.rules = good
    assert run_test(snapshot, test, runs=by(own)).passed


def test_closing_frees_a_call_that_waits(own: Durable) -> None:
    snapshot, test = some_test()
    run_test(snapshot, test, runs=by(own))
    pid = own.worker.child.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    threading.Timer(0.2, own.close).start()
    with pytest.raises(DurableError, match="died"):
        run_test(snapshot, test, runs=by(own))


def test_threads_share_it(engine: Durable) -> None:
    snapshot, tests = loaded(FIXTURES)

    def same(test: RuleTest) -> bool:
        again = run_test(snapshot, test, runs=by(engine)).decision
        return again.canonical_bytes == run_test(snapshot, test).decision.canonical_bytes

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(same, tests))


def test_rules_that_are_gone_leave_its_process_too(own: Durable) -> None:
    snapshot, test = some_test()
    run_test(snapshot, test, runs=by(own))
    first = own.worker.child.pid
    again, faults = check_rules(FIXTURES)
    assert again is not None
    other = snapshot_of(again, faults)
    assert run_test(other, test, runs=by(own)).passed
    assert own.worker.child.pid == first
    del again, other
    gc.collect()
    assert run_test(snapshot, test, runs=by(own)).passed
    assert own.worker.child.pid != first


def test_the_facts_of_one_case_are_forgotten_for_the_next(engine: Durable) -> None:
    snapshot, test = some_test()
    district = snapshot.districts[test.district]
    once = decide(district, test.case.case, test.as_of, engine)
    assert decide(district, test.case.case, test.as_of, engine).canonical_bytes == once.canonical_bytes


# ---- on the command line


def test_the_command_line_knows_every_engine() -> None:
    assert [name.value for name in EngineName] == [*ENGINES, NATIVE]


@pytest.mark.parametrize("engine_name", list(ENGINES))
def test_rule_tests_run_on_any_engine(engine_name: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["test", str(FIXTURES / "qiaobei"), "--engine", engine_name, "--lang", "en"]
    assert run(app, arguments) == 0
    assert "0 failed" in capsys.readouterr().out


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_missing_package_is_a_coded_message(
    lang: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    monkeypatch.setenv("LINKAGE_LANG", lang)
    assert run(app, ["test", str(FIXTURES / "qiaobei"), "--engine", "durable"]) == 2
    told = capsys.readouterr().err
    assert "LNK911" in told
    assert "-e '.[durable]'" in told


@pytest.mark.parametrize("reason", ["died", "too_slow", "contradiction"])
def test_a_process_that_fails_is_a_coded_message(
    reason: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object) -> None:
        raise DurableError(reason)

    monkeypatch.setattr(Worker, "ask", fails)
    assert run(app, ["test", str(FIXTURES / "qiaobei"), "--engine", "durable", "--lang", "en"]) == 2
    assert "LNK912" in capsys.readouterr().err
