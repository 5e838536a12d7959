"""What counts as a fact without being told: exactly where, and from when, the act did not come in time."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.v1 import facts_pb2
from policy.decide import decide
from policy.decide.decision import Decision, State
from policy.decide.snapshot import check_snapshot
from policy.engines import engine_named
from policy.time.calendar import SHANGHAI
from policy.time.moment import nanos_of
from tests.loading import FORMS, loaded
from tests.pack.trees import edited

RECEIVED = datetime(2024, 3, 1, 9, tzinfo=SHANGHAI)
DUE = datetime(2024, 3, 7, tzinfo=SHANGHAI)
"""24:00 of the fifth day after the materials came in, a working day."""
HOURS = st.integers(0, 24 * 14)


def _at(hours: int) -> datetime:
    return RECEIVED + timedelta(hours=hours)


def _case(told: int | None = None, dated: bool = True) -> facts_pb2.Case:
    case = facts_pb2.Case(id="c1", district="hezhong", kind="enforcement")
    act = case.events.add(id="e1", type="materials_received", actor="tax", to="court")
    act.at.FromDatetime(RECEIVED)
    if told is not None:
        answer = case.events.add(id="e2", type="lacking_told", about="e1", actor="court", to="tax")
        if dated:
            answer.at.FromDatetime(_at(told))
    return case


def _decided(case: facts_pb2.Case, now: datetime) -> Decision:
    return decide(loaded(FORMS)[0].districts["hezhong"], case, nanos_of(now))


def _deemed(decision: Decision) -> list[int]:
    return [one.deemed.at for one in decision.derived if one.deemed is not None]


@given(told=st.none() | HOURS, now=HOURS)
def test_it_counts_from_the_due_moment_and_only_where_nothing_was_told_in_time(
    told: int | None, now: int
) -> None:
    decision = _decided(_case(told), _at(now))
    late = _at(now) > DUE and (told is None or told > now or _at(told) > DUE)
    assert _deemed(decision) == ([nanos_of(DUE)] if late else [])
    accept = [o for o in decision.obligations if o.rule == "hezhong.accept"]
    assert [o.arose_at for o in accept] == _deemed(decision)
    # What it rests on does not change with what comes of it.
    (tell,) = [o for o in decision.obligations if o.rule == "hezhong.tell"]
    assert (tell.standing.violated_at is not None) == late


@given(now=st.integers(0, 24 * 10))
def test_what_may_count_leaves_open_what_hangs_on_it(now: int) -> None:
    decision = _decided(_case(0, dated=False), _at(now))
    passed = _at(now) > DUE
    open_ = {entry.rule: entry.missing for entry in decision.undetermined}
    expected = dict.fromkeys(("hezhong.accept", "hezhong.complete"), ("events[e2].at",))
    assert open_ == (expected if passed else {})
    assert _deemed(decision) == []


def test_an_id_that_was_sent_is_left_to_its_event() -> None:
    case = _case()
    told = case.events.add(id="hezhong.complete:e1", type="report_made")
    told.at.FromDatetime(RECEIVED)
    decision = _decided(case, DUE + timedelta(days=1))
    (one,) = [one for one in decision.derived if one.deemed is not None]
    assert one.path == "events[hezhong.complete:e1~]"
    assert [o.trigger for o in decision.obligations if o.rule == "hezhong.accept"] == [one.path]


def test_of_a_circle_that_a_snapshot_may_not_have_each_fact_has_a_stratum() -> None:
    (program,) = loaded(FORMS)[0].districts["hezhong"].programs
    strata = {program.plans[number].id: stratum for number, stratum in program.strata.items()}
    assert strata["hezhong.complete"] < strata["hezhong.unaccepted"]
    assert strata["hezhong.agreed"] == 1  # the answer that counts as given does not answer the duty


def test_a_deemed_act_does_not_fulfil_the_duty_that_was_breached() -> None:
    case = facts_pb2.Case(id="c1", district="hezhong", kind="enforcement")
    request = case.requests.add(id="r1", matter="deposit_query", to="tax")
    request.at.FromDatetime(RECEIVED)
    decision = _decided(case, RECEIVED + timedelta(days=10))
    (consult,) = [o for o in decision.obligations if o.rule == "hezhong.consult"]
    assert consult.standing.state is State.OVERDUE


_FAILING = """\
deemed:
  - id: hezhong.failing
    title: 何时算起算不出来
    basis: ["5"]
    breach_of: hezhong.tell
    fact: {event: silence_noted, about: act.id, at: 'case.claim_fen / case.claimants > 1 ? act.at : act.at'}
"""


@pytest.mark.parametrize("engine", ["compiled", "explain", "cel"])
def test_what_cannot_be_worked_out_is_reported(engine: str, tmp_path: Path) -> None:
    root = edited(FORMS, tmp_path, [{"file": "hezhong/failing.yaml", "create": _FAILING}])
    snapshot, faults = check_snapshot(root)
    assert snapshot is not None, list(faults)
    case = _case()
    case.claim_fen, case.claimants = 1, 0
    made = decide(snapshot.districts["hezhong"], case, nanos_of(DUE) + 1, engine_named(engine))
    assert [(error.code, error.rule, error.bound) for error in made.errors] == [
        ("LNK418", "hezhong.failing", ("events[e1]",))
    ]
    assert [one.deemed.rule for one in made.derived if one.deemed is not None] == ["hezhong.complete"]


def test_what_two_versions_say_of_one_silence_counts_once(tmp_path: Path) -> None:
    """A request that is open on the first day of a version is no second request: no second consent."""
    first, later = "effective: {from: 2022-01-01, basis: [", 'version: "2024"\n'
    pack = (FORMS / "hezhong" / "pack.yaml").read_text("utf-8")
    second = pack.replace('version: "2022"\n', later).replace(
        first, first.replace("2022-01-01", "2024-03-04")
    )
    deemed = (FORMS / "hezhong" / "deemed.yaml").read_text("utf-8")
    edits = [
        {
            "file": "hezhong/pack.yaml",
            "find": first,
            "put": first.replace("2022-01-01,", "2022-01-01, to: 2024-03-03,"),
        },
        {"file": "hezhong_2024/pack.yaml", "create": second},
        {"file": "hezhong_2024/deemed.yaml", "create": deemed},
    ]
    snapshot, faults = check_snapshot(edited(FORMS, tmp_path, edits))
    assert snapshot is not None, list(faults)
    case = facts_pb2.Case(id="c1", district="hezhong", kind="enforcement")
    case.requests.add(id="r1", matter="deposit_query", to="tax").at.FromDatetime(RECEIVED)
    made = decide(snapshot.districts["hezhong"], case, nanos_of(RECEIVED + timedelta(days=15)))
    assert _deemed(made) == [nanos_of(datetime(2024, 3, 5, tzinfo=SHANGHAI))]
    assert [o.rule for o in made.obligations] == ["hezhong.consult", "hezhong.proceed"]


@pytest.mark.parametrize("engine", ["compiled", "explain", "cel"])
def test_what_speaks_against_the_last_layer_is_said(engine: str, tmp_path: Path) -> None:
    """Nothing rests on what counts as a fact here: no further look at it finds what was told late."""
    root = edited(FORMS, tmp_path, [])
    file = root / "hezhong" / "deemed.yaml"
    head, *rules = re.split(r"(?m)^(?=  - id: )", file.read_text(encoding="utf-8"))
    later = ("  - id: hezhong.unaccepted\n", "  - id: hezhong.unanswered\n")
    file.write_text(head + "".join(r for r in rules if not r.startswith(later)), encoding="utf-8")
    snapshot, faults = check_snapshot(root)
    assert snapshot is not None, list(faults)
    district = snapshot.districts["hezhong"]
    assert district.strata == 1
    late = 24 * 6 + 6
    made = decide(district, _case(late), nanos_of(_at(late + 24)), engine_named(engine))
    assert _deemed(made) == [nanos_of(DUE)]
    assert [warning.code for warning in made.warnings] == ["LNK012"]
