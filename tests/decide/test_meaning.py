"""What the meaning of the law asks of every case of every district (design, section 2), on random cases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkage.v1 import facts_pb2
from policy.decide import decide
from policy.decide.decision import Decision, canonical
from policy.decide.snapshot import District
from policy.facts.reading import FactsError
from policy.program.moves import Moves
from tests.decide.cases import AS_OF, cases
from tests.loading import FIXTURES, SHIPPED, loaded

_DISTRICTS = [(root, code) for root in (FIXTURES, SHIPPED) for code in sorted(loaded(root)[0].districts)]
_SETTINGS = settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
each_district = pytest.mark.parametrize(("root", "code"), _DISTRICTS, ids=[code for _, code in _DISTRICTS])

Change = Callable[[facts_pb2.Case, st.DataObject], facts_pb2.Case]


def _said(decision: Decision) -> dict[str, Any]:
    """All that a decision says but what it was made from."""
    said = canonical(decision)
    for name in ("facts", "derived", "warnings"):
        said.pop(name, None)
    return said


def _unchanged(root: Path, code: str, change: Change) -> None:
    """The decision is the same whatever ``change`` makes of the case."""
    district = loaded(root)[0].districts[code]

    @_SETTINGS
    @given(st.data())
    def decided(data: st.DataObject) -> None:
        case = data.draw(cases(district))
        try:
            expected = _said(decide(district, case, AS_OF))
        except FactsError:
            return
        assert _said(decide(district, change(case, data), AS_OF)) == expected

    decided()


@each_district
def test_the_order_of_lists_decides_nothing(root: Path, code: str) -> None:
    def shuffled(case: facts_pb2.Case, data: st.DataObject) -> facts_pb2.Case:
        other = facts_pb2.Case()
        other.CopyFrom(case)
        for name in ("parties", "documents", "requests", "properties", "events"):
            elements = data.draw(st.permutations(list(getattr(case, name))))
            other.ClearField(name)
            getattr(other, name).extend(elements)
        return other

    _unchanged(root, code, shuffled)


@each_district
def test_a_fact_that_no_rule_reads_decides_nothing(root: Path, code: str) -> None:
    district = loaded(root)[0].districts[code]
    unread = _unread(district)

    def more(case: facts_pb2.Case, data: st.DataObject) -> facts_pb2.Case:
        other = facts_pb2.Case()
        other.CopyFrom(case)
        event = other.events.add(id="unread", type=data.draw(st.sampled_from(unread)))
        event.at.seconds = AS_OF // 10**9 - data.draw(st.integers(0, 10**7))
        return other

    if unread:
        _unchanged(root, code, more)


def _unread(district: District) -> list[str]:
    """Event types of which no rule, no state and no effect knows."""
    known = set().union(*(program.generated.text.split("'") for program in district.programs))
    plans = [plan for program in district.programs for plan in program.plans]
    known = known.union(*(plan.ending_events for plan in plans), *(plan.trigger.codes for plan in plans))
    table = district.vocabulary.equivalences
    known |= {kind for state in table.states for kind in (*state.begins, *state.ends)}
    known |= {*table.requests, *table.services, *table.same_events, *table.periods, *table.lasting}
    known |= {table.instrument, table.filing, table.papers, *table.documents.values()}
    codes = district.vocabulary.codes("events").values()
    return sorted(code.code for code in codes if code.code not in known and not code.effect)


@each_district
def test_a_recipient_may_be_told_by_the_old_field(root: Path, code: str) -> None:
    """``body`` says what ``to`` or ``concerning`` says, whichever its type means."""
    table = loaded(root)[0].vocabulary.equivalences

    def parted(case: facts_pb2.Case, _: st.DataObject) -> facts_pb2.Case:
        other = facts_pb2.Case()
        other.CopyFrom(case)
        for event in other.events:
            name = "concerning" if event.type in table.body_concerns else "to"
            if event.HasField("body") and not event.HasField(name):
                setattr(event, name, event.body)
                event.ClearField("body")
        return other

    _unchanged(root, code, parted)


@each_district
def test_what_had_arisen_at_any_moment_is_there_later(root: Path, code: str) -> None:
    """Later facts end a duty; they never make it not to have existed.

    Traits and fields that tell a state without saying when are left out: they tell of today. So is a date of
    filing beside an event of filing: the two may contradict each other, and the event may be still to come.
    """
    district = loaded(root)[0].districts[code]
    states, filing = district.vocabulary.equivalences.states, district.vocabulary.equivalences.filing

    @_SETTINGS
    @given(st.data())
    def decided(data: st.DataObject) -> None:
        case = data.draw(cases(district))
        told = {state.kind for state in states if state.begins or state.ends}
        for party in case.parties:
            dated = told | {status.kind for status in party.statuses}
            party.traits[:] = [trait for trait in party.traits if trait not in dated]
            for state in states:
                if state.field:
                    party.ClearField(state.field)
        if any(event.type == filing for event in case.events):
            case.ClearField("filed_at")
        moment = AS_OF - data.draw(st.integers(0, 20)) * 43_200 * 10**9
        try:
            later = decide(district, case, AS_OF)
            earlier = decide(district, case, moment)
        except FactsError:
            return
        arisen = {o.id: o.arose_at for o in later.obligations}
        open_later = {(u.rule, u.bound) for u in later.undetermined}
        for obligation in earlier.obligations:
            if obligation.trigger in earlier.standing or (obligation.rule, obligation.bound) in open_later:
                continue  # an earlier period of which nothing is owed is not told again
            assert obligation.id in arisen, obligation.rule
            assert arisen[obligation.id] == obligation.arose_at

    decided()


@each_district
def test_rules_that_nothing_moved_give_what_they_gave(root: Path, code: str, monkeypatch: Any) -> None:
    """Trying every rule at every moment gives the same as trying those that something has moved."""
    district = loaded(root)[0].districts[code]

    def decided(case: facts_pb2.Case) -> bytes:
        try:
            return decide(district, case, AS_OF).canonical_bytes
        except FactsError:
            return b""

    def forget() -> None:
        for program in district.programs:
            program._gathering.clear()

    @_SETTINGS
    @given(cases(district))
    def same(case: facts_pb2.Case) -> None:
        expected = decided(case)
        with monkeypatch.context() as patched:
            patched.setattr(Moves, "by", lambda *_: True)
            forget()
            assert decided(case) == expected
        forget()

    same()
