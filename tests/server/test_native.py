"""A server under `native` answers as one under `compiled` does, byte for byte but for who decided."""

from __future__ import annotations

from contextlib import closing
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2

from linkage.v1 import decision_pb2, facts_pb2
from linkage.v1 import policy_service_pb2 as api
from policy.cli import run
from policy.documents.sources import Sources
from policy.engines import COMPILED, NATIVE
from policy.facts.reading import FactsError
from policy.native import Core, checked, installed
from policy.native import core as module
from server.api.service import SLICE
from server.cli import app
from server.convert.extent import BASIC, FULL, mask_of
from server.decisions import evaluation
from server.decisions.active import Active
from server.decisions.deciding import Wanted, by, chosen, natively, natively_many, unusable
from server.decisions.second import SecondProcess
from server.decisions.work import Question
from server.identity.rights import View
from server.process.checks import Checks
from server.settings.config import given_by
from server.settings.logs import kept_events
from server.telemetry.figures import DECISIONS_BY_ENGINE
from tests.loading import FIXTURES, FORMS, SHIPPED, loaded
from tests.server.cases import NOW, case, large_case, request
from tests.server.conftest import Service, Start
from tests.server.log.test_repeats import keyed

needs_core = pytest.mark.skipif(
    installed() is None, reason="the native core is not installed (make native; takes cargo)"
)
CASE = """\
id: c1
district: qiaonan
kind: enforcement
parties: [{id: p1, role: debtor}]
events: [{id: e1, type: vehicle_seized, at: 2024-03-02T09:30:00+08:00, party: p1}]
"""


@lru_cache(maxsize=4)
def active(root: Path) -> Active:
    return Active(loaded(root)[0], {}, Sources({}, {}), 0)


def unnamed(answer: bytes) -> bytes:
    """An answer without who decided, and without what names it in a log."""
    decision = decision_pb2.Decision.FromString(answer)
    decision.receipt.ClearField("engine")
    return decision.SerializeToString(deterministic=True)


def bytes_of(told: facts_pb2.Case) -> bytes:
    return told.SerializeToString(deterministic=True)


# ---- one case


@needs_core
@pytest.mark.parametrize(("root", "share"), [(FIXTURES, 1), (SHIPPED, 5)], ids=["fixtures", "shipped"])
def test_rule_tests_are_answered_alike(root: Path, share: int) -> None:
    """Whole, masked and brief, in both languages; what is kept for the log is the same, too."""
    rules = active(root)
    mask = FULL._replace(mask=mask_of(("obligations.due.at", "receipt.engine"), decision_pb2.Decision))
    asked = (("zh", FULL, True), ("en", FULL, False), ("en", mask, True), ("zh", BASIC, False))
    found: dict[str, int] = {}
    for place, test in enumerate(loaded(root)[1][::share]):
        lang, extent, taken = asked[place % len(asked)]
        question = Question(test.district, test.as_of, lang, taken, extent=extent)
        here = natively(rules, question, test.case.case, bytes_of(test.case.case), "ID")
        there = by(COMPILED)(rules, question, test.case.case, b"", "ID")
        assert here.made == there.made, test.name
        assert unnamed(here.answer) == unnamed(there.answer), test.name
        named = decision_pb2.Decision.FromString(here.answer).receipt.engine
        assert named in (here.engine, ""), test.name
        found[here.engine] = found.get(here.engine, 0) + 1
    assert found[NATIVE] > 0


@needs_core
@pytest.mark.parametrize(
    "change",
    [
        {"kind": "nothing"},
        {"events": [{"id": "e", "type": "vehicle_siezed"}, {"id": "e", "type": ""}]},
        {"parties": [{"role": "debtor"}]},
    ],
    ids=["kind", "code", "incomplete"],
)
async def test_what_is_wrong_is_said_alike(change: dict[str, Any], start: Start) -> None:
    said = []
    for engine in ("compiled", NATIVE):
        async with start(engine=engine) as service:
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await service.stub.Evaluate(request("en", **change))
            said.append((caught.value.code(), caught.value.details(), _details(caught.value)))
    assert said[0] == said[1]


def _details(error: grpc.aio.AioRpcError) -> list[bytes]:
    """What is wrong, without that part which names the call."""
    data = dict(error.trailing_metadata() or ())["grpc-status-details-bin"]
    assert isinstance(data, bytes)
    told = status_pb2.Status.FromString(data).details
    return [each.value for each in told if not each.Is(error_details_pb2.ErrorInfo.DESCRIPTOR)]


@needs_core
async def test_a_server_answers_alike(start: Start) -> None:
    """On the loop and apart, alone and in a batch, brief and in part."""
    brief = request(id="c3")
    brief.view = decision_pb2.DECISION_VIEW_BASIC
    masked = request("en", id="c4")
    masked.read_mask.paths.append("obligations.id")
    wanted = [request(), request("en", as_of=NOW // 10**9), brief, masked]
    wanted.append(api.EvaluateRequest(case=large_case(60)))
    answers = []
    for engine in ("compiled", NATIVE):
        async with start(engine=engine) as service:
            single = [(await service.stub.Evaluate(each)).decision for each in wanted]
            batch = await service.stub.BatchEvaluate(api.BatchEvaluateRequest(requests=wanted))
            answers.append([*single, *(each.decision for each in batch.results)])
            found = [each.receipt.engine for each in single]
            assert [name for name in found if name] == [engine] * 3  # the others leave that field out
    for one, other in zip(*answers, strict=True):
        assert unnamed(one.SerializeToString()) == unnamed(other.SerializeToString())


@needs_core
@pytest.mark.parametrize("view", [decision_pb2.DECISION_VIEW_FULL, decision_pb2.DECISION_VIEW_BASIC])
async def test_a_batch_is_decided_together_as_each_is_alone(
    view: decision_pb2.DecisionView, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slice by slice, in order, bad ones and large ones among them; what the core leaves is decided alone."""
    together: list[int] = []

    def counted(wanted: Any, stop: Any) -> Any:
        found = natively_many(wanted, stop)
        together.append(sum(one is not None for one in found))
        return found

    monkeypatch.setattr(evaluation, "natively_many", counted)
    wanted = [request("en" if place % 2 else "zh", id=f"c{place}") for place in range(2 * SLICE + 1)]
    wanted[3] = request(district="qiaonam")
    wanted[4] = api.EvaluateRequest(case=large_case(60))
    wanted[5] = request(stage="no_such_stage")
    for each in wanted:
        each.view = view
    async with start(engine=NATIVE) as service:
        batch = await service.stub.BatchEvaluate(api.BatchEvaluateRequest(requests=wanted))
        for place, (result, each) in enumerate(zip(batch.results, wanted, strict=True)):
            assert result.HasField("error") == (place in (3, 5))
            if result.HasField("decision"):
                assert result.decision == (await service.stub.Evaluate(each)).decision
    assert together == [SLICE - 3, SLICE]  # the last one is alone


@needs_core
async def test_a_batch_that_fills_its_answer_stops_within_what_was_decided_together(start: Start) -> None:
    wanted = api.BatchEvaluateRequest(requests=[request(id=f"c{place}") for place in range(SLICE)])
    found = []
    for engine in ("compiled", NATIVE):
        async with start(engine=engine) as service:
            whole = await service.stub.BatchEvaluate(wanted)
            wanted.max_response_bytes = whole.ByteSize() * 2 // 3
            cut = await service.stub.BatchEvaluate(wanted)
            wanted.max_response_bytes = 0
            found.append([result.WhichOneof("result") for result in cut.results])
    assert found[0] == found[1]
    assert found[0] == sorted(found[0])
    assert {"decision", "error"} == set(found[0])


@needs_core
async def test_a_repeated_call_has_the_same_answer(start: Start, database: str) -> None:
    """Which is decided again in the process apart, from what the log keeps."""
    async with start(engine=NATIVE, database=database) as service:
        first = await service.stub.Evaluate(keyed())
        assert first.decision.receipt.engine == NATIVE
        assert await service.stub.Evaluate(keyed()) == first


# ---- what is left to Python


@needs_core
def test_the_part_of_some_bodies_and_far_moments_are_left_to_python() -> None:
    rules, told = active(SHIPPED), loaded(SHIPPED)[1][0]
    facts = bytes_of(told.case.case)
    usual = Question(told.district, told.as_of, "zh")
    far = usual._replace(as_of=253_402_300_799 * 10**9)
    for question, engine in (
        (usual, NATIVE),
        (usual._replace(view=View(frozenset(("court",)))), COMPILED.name),
    ):
        assert natively(rules, question, told.case.case, facts, "").engine == engine
    with pytest.raises(FactsError) as here:
        natively(rules, far, told.case.case, facts, "")
    with pytest.raises(FactsError) as there:
        by(COMPILED)(rules, far, told.case.case, facts, "")
    assert here.value.violations == there.value.violations


@needs_core
def test_a_core_that_fails_costs_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what it says, which may quote facts, is not logged."""

    class Broken:
        def answer(self, *_: object) -> None:
            raise RuntimeError("王某")

    rules = active(FIXTURES)
    monkeypatch.setattr(rules.cores, "answers", lambda *_: Broken())
    with kept_events() as events:
        wanted = Wanted(rules, Question("qiaonan", NOW, "zh"), case(), bytes_of(case()), "")
        found = natively(*wanted)
        assert natively_many([wanted, wanted]) == [None, None]
    assert found.engine == COMPILED.name
    assert len(events) == 3
    for level, name, fields in events:
        assert (level.name, name, fields["code"]) == ("ERROR", "native_failed", "LNK616")
        assert "王某" not in str(fields)


def test_nothing_installed_is_nothing_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_found", lambda: (None, "LNK612"))
    rules = Active(loaded(SHIPPED)[0], {}, Sources({}, {}), 0)
    told = loaded(SHIPPED)[1][0]
    question = Question(told.district, told.as_of, "zh")
    assert natively(rules, question, told.case.case, b"", "").engine == COMPILED.name
    assert (chosen("auto"), chosen("explain")) == ("compiled", "explain")
    assert (unusable("auto"), unusable(NATIVE), unusable("compiled")) == ("", "LNK612", "")


@needs_core
async def test_what_decides_is_logged_and_counted(start: Start) -> None:
    with kept_events() as events:
        async with start(rules=FORMS, engine="auto") as service:
            await _asked(service)
    told = {name: fields for _, name, fields in events}
    assert told["engine"] == {"engine": NATIVE, "setting": "auto"}
    assert set(str(told["native_core"]["districts"]).split(",")) == set(loaded(FORMS)[0].districts)


async def _asked(service: Service) -> None:
    """Every form is decided by the core; a case with a character that it does not know by Python."""
    for test in {test.district: test for test in loaded(FORMS)[1]}.values():
        for name, id_ in ((NATIVE, "c1"), (COMPILED.name, "ç")):
            before = _count(test.district, name)
            case = facts_pb2.Case.FromString(bytes_of(test.case.case))
            case.id = id_
            answer = await service.stub.Evaluate(api.EvaluateRequest(case=case))
            assert answer.decision.receipt.engine == name
            assert _count(test.district, name) == before + 1


def _count(*labels: str) -> float:
    found: float = DECISIONS_BY_ENGINE._of(labels)._value.get()
    return found


@needs_core
def test_the_shadow_can_be_the_core(small_rules: Path) -> None:
    rules = Active(loaded(FIXTURES)[0], _texts(FIXTURES), Sources({}, {}), 0)
    with closing(SecondProcess(NATIVE)) as second:
        told = next(test for test in loaded(FIXTURES)[1] if test.district == "qiaonan")
        again = second.outcome(rules, "qiaonan", told.case.case, told.as_of)
    usual = by(COMPILED)(rules, Question("qiaonan", told.as_of, "zh"), told.case.case, b"", "")
    assert again == usual.made.outcome


def _texts(root: Path) -> dict[str, str]:
    files = (path for path in root.rglob("*.yaml") if "tests" not in path.parts[len(root.parts) :])
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in files}


# ---- settings and commands


@pytest.fixture
def options(tmp_path: Path, small_rules: Path) -> dict[str, str]:
    return {"rules": str(small_rules), "address": "127.0.0.1:0", "log.enabled": "false"}


def codes(options: dict[str, str]) -> list[tuple[str, str]]:
    found = (item for each in Checks(given_by(options=options), {}, False).all() for item in each.faults)
    return [(item.code, item.severity.value) for item in found]


def test_a_core_that_is_missing_or_old_is_told(
    options: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for code, auto in (("LNK612", []), ("LNK613", [("LNK613", "warning")])):
        monkeypatch.setattr(module, "_found", lambda code=code: (None, code))
        assert codes(options | {"engine": NATIVE}) == [(code, "error")]
        assert codes(options | {"engine": "auto"}) == auto
        assert codes(options | {"engine": "compiled"}) == []


def test_a_module_of_another_version_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "import_module", lambda _: SimpleNamespace(FORMAT=module.FORMAT))
    assert module._found.__wrapped__() == (None, "LNK613")
    monkeypatch.setattr(module, "import_module", _missing)
    assert module._found.__wrapped__() == (None, "LNK612")


def _missing(_: str) -> None:
    raise ImportError


@pytest.fixture
def case_file(tmp_path: Path) -> list[str]:
    file = tmp_path / "case.yaml"
    file.write_text(CASE, encoding="utf-8")
    asked = ["--as-of", "2024-03-05T12:00:00+08:00", "--lang", "en"]
    return ["evaluate", str(file), "--rules", str(FIXTURES), *asked]


@needs_core
def test_commands_decide_with_the_core_beside_python(
    case_file: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    native = [*case_file, "--engine", NATIVE]
    assert run(app, [*native, "--format", "json"]) == 0
    assert '"engine": "native"' in capsys.readouterr().out
    assert run(app, ["test", str(FIXTURES / "qiaobei"), "--engine", NATIVE]) == 0
    monkeypatch.setattr(Core, "canonical", lambda *_: b"{}")
    capsys.readouterr()
    assert run(app, native) == 2
    assert "LNK614" in capsys.readouterr().err


@pytest.mark.parametrize("code", ["LNK612", "LNK613"])
def test_commands_say_that_there_is_no_core(
    code: str, case_file: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module, "_found", lambda: (None, code))
    assert run(app, [*case_file, "--engine", NATIVE]) == 2
    assert code in capsys.readouterr().err


def test_few_districts_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr(checked, "core_of", lambda district: made.append(district.code))
    monkeypatch.setattr(checked, "_KEPT", 1)
    snapshot, tests = loaded(FIXTURES)
    deciding_twice = checked.Checked()
    for code in ("qiaobei", "qiaobei", "qiaonan", "qiaobei"):
        told = next(test for test in tests if test.district == code)
        deciding_twice.run(snapshot.districts[code], told.case.case, told.as_of)
    assert made == ["qiaobei", "qiaonan", "qiaobei"]
