"""The pure register: what time brings is found before it comes, and every way to a moment gives one state.

Cases are legal but random: seizures and requests, late, answered or not, suspended, corrected.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from google.protobuf import json_format
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.v1 import facts_pb2, register_pb2
from policy.decide.snapshot import District, load_snapshot
from policy.register import Kind, Step, Why, derived, difference, folded
from policy.register.advance import NOTHING, Asked, Told, advanced, advanced_from, asked_from, asked_plain
from policy.register.duty import Duty, duty_from, plain_bytes
from policy.register.state import CaseState
from policy.time.moment import NANO

HOUR = 3600 * NANO
DAY = 24 * HOUR
START = 1_709_341_200 * NANO
RULES = Path(__file__).parent.parent / "server" / "register" / "rules"


@cache
def rules() -> District:
    return load_snapshot(RULES)[0].districts["qiaonan"]


def opening(kind: str = "enforcement") -> register_pb2.CaseEntry:
    case = facts_pb2.Case(id="c", district="qiaonan", kind=kind)
    case.parties.add(id="d", role="debtor", kind="natural_person")
    case.properties.add(id="car", type="vehicle")
    return register_pb2.CaseEntry(id="opening", facts=case)


def event(key: str, kind: str, at: int, **more: Any) -> register_pb2.CaseEntry:
    found = facts_pb2.Event(id=key, type=kind, **more)
    found.at.seconds, found.at.nanos = divmod(at, NANO)
    return register_pb2.CaseEntry(id=key, event=found)


def request(key: str, matter: str, to: str, at: int) -> register_pb2.CaseEntry:
    found = facts_pb2.Request(id=key, matter=matter, to=to, requester="court", party="d")
    found.at.seconds, found.at.nanos = divmod(at, NANO)
    return register_pb2.CaseEntry(id=key, request=found)


MOMENTS = st.integers(0, 40 * 24).map(lambda hours: START + hours * HOUR)


@st.composite
def histories(draw: st.DrawFn) -> list[register_pb2.CaseEntry]:
    """Entries in any order of time; what answers something answers what there is."""
    entries = [opening()]
    for number in range(draw(st.integers(1, 3))):
        at = draw(MOMENTS)
        if draw(st.booleans()):
            entries.append(event(f"e{number}", "vehicle_seized", at, actor="traffic_police", property="car"))
            answer = "court_notified", "traffic_police"
        else:
            matter, to = draw(st.sampled_from([("tax_query", "tax"), ("marriage_query", "civil_affairs")]))
            entries.append(request(f"e{number}", matter, to, at))
            answer = "answered", to
        if draw(st.booleans()):
            later = at + draw(st.integers(0, 20 * 24)) * HOUR
            entries.append(event(f"a{number}", answer[0], later, actor=answer[1], about=f"e{number}"))
    for number in range(draw(st.integers(0, 2))):
        kind = draw(st.sampled_from(["case_suspended", "case_resumed", "case_completed"]))
        entries.append(event(f"s{number}", kind, draw(MOMENTS)))
    if len(entries) > 2 and draw(st.booleans()):
        entries.append(register_pb2.CaseEntry(id="k", supersedes=entries[-1].id))
    return entries


def told(entries: Sequence[register_pb2.CaseEntry]) -> Told:
    found = folded(entries)
    assert not found.wrong
    return Told(found.facts, found.handlers)


def at_rest(state: CaseState) -> CaseState:
    """The state without the moments of looking."""
    return state._replace(as_of=0, next_at=None)


@settings(max_examples=15)
@given(entries=histories(), looks=st.lists(st.integers(1, 20 * 24 * 60), min_size=1, max_size=6))
def test_nothing_changes_before_the_next_moment(
    entries: list[register_pb2.CaseEntry], looks: list[int]
) -> None:
    """Whenever somebody looks before ``next_at``, the state is the same."""
    case = folded(entries).case
    now = START
    for minutes in looks:
        now += minutes * 60 * NANO
        state = derived(rules(), case, now, DAY)
        if state.next_at is None:
            continue
        for moment in {now + 1, (now + state.next_at) // 2, state.next_at - 1} - {now}:
            if moment > now:
                assert at_rest(derived(rules(), case, moment, DAY)) == at_rest(state)


@settings(max_examples=15)
@given(entries=histories(), looks=st.lists(st.integers(1, 30 * 24 * 60), min_size=1, max_size=6))
def test_the_way_to_a_moment_does_not_matter(entries: list[register_pb2.CaseEntry], looks: list[int]) -> None:
    """Looking often and looking once tell the same changes, and come to what the facts give at once."""
    facts = told(entries)
    first = advanced(rules(), Asked(NOTHING, facts, None, True, START, DAY)).state
    last = START + sum(looks) * 60 * NANO
    once = advanced(rules(), Asked(facts, facts, first, True, last, DAY))
    steps: list[Step] = []
    state, now = first, START
    for minutes in looks:
        now += minutes * 60 * NANO
        found = advanced(rules(), Asked(facts, facts, state, True, now, DAY))
        state, steps = found.state, [*steps, *found.steps]
    assert once.whole
    assert tuple(steps) == once.steps
    assert at_rest(state) == at_rest(once.state)
    assert at_rest(state) == at_rest(derived(rules(), folded(entries).case, last, DAY))
    assert all(step.why is Why.TIME for step in steps)


@settings(max_examples=15)
@given(entries=histories(), data=st.data())
def test_the_order_of_recording_does_not_matter(
    entries: list[register_pb2.CaseEntry], data: st.DataObject
) -> None:
    """Late and out of order: the same entries give the same duties."""
    rest = data.draw(st.permutations(entries[1:]))
    one, other = (
        derived(rules(), folded(each).case, START + 60 * DAY, DAY) for each in (entries, [entries[0], *rest])
    )
    assert at_rest(one) == at_rest(other)


@settings(max_examples=15)
@given(entries=histories())
def test_changes_lead_from_one_state_to_the_next(entries: list[register_pb2.CaseEntry]) -> None:
    """Applied to the state before, they give the state after; a record of them is the register."""
    facts = told(entries)
    first = advanced(rules(), Asked(NOTHING, facts, None, True, START, DAY))
    passed = advanced(rules(), Asked(facts, facts, first.state, True, START + 90 * DAY, DAY))
    duties: dict[str, object] = {}
    for step in (*first.steps, *passed.steps):
        for change in step.changes:
            assert duties.get(change.duty.id) == change.before
            assert (change.kind is Kind.CREATED) == (change.before is None)
            duties[change.duty.id] = change.after
    assert duties == passed.state.by_id
    assert not difference(passed.state, passed.state)


@settings(max_examples=20)
@given(entries=histories())
def test_it_goes_to_another_process_and_back(entries: list[register_pb2.CaseEntry]) -> None:
    facts = told(entries)
    asked = Asked(NOTHING, facts, None, True, START + 50 * DAY, DAY)
    found = advanced(rules(), asked)
    assert advanced_from(found.plain()) == found
    again = asked._replace(before=facts, state=found.state)
    assert asked_from(*asked_plain(again)) == again
    assert [duty_from(plain_bytes(duty)) for duty in found.state.duties] == list(found.state.duties)


def test_other_rules_are_told_apart_from_time() -> None:
    facts = told([opening(), event("e", "vehicle_seized", START, actor="traffic_police", property="car")])
    state = advanced(rules(), Asked(NOTHING, facts, None, True, START, DAY)).state
    older = state._replace(duties=state.duties[1:])
    found = advanced(rules(), Asked(facts, facts, older, False, START + 2 * DAY, DAY))
    assert [step.why for step in found.steps] == [Why.RULES, Why.TIME]
    assert found.steps[0].at == START + 2 * DAY


def test_facts_are_added_and_a_service_finds_its_document() -> None:
    entries = [
        opening(),
        register_pb2.CaseEntry(id="f", facts=facts_pb2.Case(claim_fen=5, categories=["labour_wages"])),
        register_pb2.CaseEntry(id="g", facts=facts_pb2.Case(categories=["labour_wages"])),
        json_format.ParseDict(
            {"id": "s", "service": {"document": "n", "service": {"id": "s1", "body": "tax"}}},
            register_pb2.CaseEntry(),
        ),
        register_pb2.CaseEntry(id="n", document=facts_pb2.Document(id="n", type="assistance_notice")),
    ]
    found = folded(entries)
    assert not found.wrong
    assert (found.case.claim_fen, list(found.case.categories)) == (5, ["labour_wages"])
    assert [each.id for each in found.case.documents[0].services] == ["s1"]
    origin = found.origin("case.documents[0].services[0].body")
    assert origin is not None
    assert (origin.entry, origin.place) == ("s", "service.service.body")
    wrong = folded(entries[:-1]).wrong
    assert [(each.field, each.code) for each in wrong] == [("entries[s].service.document", "LNK804")]


def test_what_was_kept_before_a_field_was_added_reads_as_it_did() -> None:
    """A duty without it has the same bytes, and so the same etag; one with it is another."""
    case = folded([opening(), event("e", "vehicle_seized", START, actor="traffic_police")]).case
    for duty in derived(rules(), case, START, DAY).duties:
        assert len(orjson.loads(plain_bytes(duty))) == len(Duty._fields) - len(Duty._field_defaults)
        longer = duty._replace(original_due=START)
        assert duty_from(plain_bytes(longer)) == longer
        assert longer.etag != duty.etag
