"""Each unit that a pack lists bears a duty of its own, which only its own act ends."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from linkage.v1 import facts_pb2
from policy.decide import decide
from policy.decide.decision import State
from policy.time.calendar import SHANGHAI
from policy.time.moment import nanos_of
from tests.loading import FORMS, loaded

UNITS = ("东街街道", "西街街道", "南关镇")
_DAY = datetime(2024, 3, 5, 12, tzinfo=SHANGHAI)


def _case(acted: frozenset[str], generic: bool) -> facts_pb2.Case:
    case = facts_pb2.Case(id="c1", district="hezhong", kind="enforcement")
    case.events.add(id="e1", type="vehicle_seized").at.FromDatetime(_DAY)
    for number, unit in enumerate(sorted(acted)):
        act = case.events.add(id=f"a{number}", actor="subdistrict", actor_unit=unit, about="e1")
        act.type = "fulfilled" if generic else "court_notified"
        act.at.FromDatetime(_DAY)
        if generic:
            act.rule = "hezhong.found"
    return case


@given(acted=st.frozensets(st.sampled_from((*UNITS, "北街街道"))), generic=st.booleans())
def test_exactly_the_units_that_acted_are_done(acted: frozenset[str], generic: bool) -> None:
    district = loaded(FORMS)[0].districts["hezhong"]
    decision = decide(district, _case(acted, generic), nanos_of(_DAY))
    own = [o for o in decision.obligations if o.rule == "hezhong.found"]
    assert sorted(o.bearer_unit for o in own) == sorted(UNITS)
    assert len({o.id for o in own}) == len(UNITS)
    done = {o.bearer_unit for o in own if o.standing.state is State.FULFILLED}
    assert done == acted & set(UNITS)
    foreign = [w for w in decision.warnings if w.code == "LNK010"]
    assert bool(foreign) == ("北街街道" in acted)
