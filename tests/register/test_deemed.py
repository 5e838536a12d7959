"""What comes to count as a fact by itself (视为) is looked for when its time is over, and not later."""

from __future__ import annotations

from datetime import datetime

from linkage.v1 import facts_pb2
from policy.register import Kind, Why, derived
from policy.register.advance import NOTHING, Asked, Told, advanced
from policy.time.calendar import SHANGHAI
from policy.time.moment import NANO, nanos_of
from tests.loading import FORMS, loaded

DAY = 86_400 * NANO
ASKED = datetime(2024, 3, 1, 9, tzinfo=SHANGHAI)
OVER = nanos_of(datetime(2024, 3, 5, tzinfo=SHANGHAI))
"""24:00 of the third day after it, a Monday."""
ANNOUNCED = nanos_of(datetime(2024, 4, 1, tzinfo=SHANGHAI))
"""24:00 of the thirtieth day, which does not move."""


def _case() -> facts_pb2.Case:
    case = facts_pb2.Case(id="c1", district="hezhong", kind="enforcement")
    case.parties.add(id="p1", role="applicant")
    request = case.requests.add(id="r1", matter="marriage_query", to="civil_affairs", party="p1")
    request.at.FromDatetime(ASKED)
    letter = case.documents.add(id="l1", type="reply_letter")
    letter.issued_at.FromDatetime(ASKED)
    return case


def test_time_brings_what_counts_as_a_fact() -> None:
    """With a period of its own nobody owes anything meanwhile: only what follows says that it is over."""
    district, case = loaded(FORMS)[0].districts["hezhong"], _case()
    told = Told(case.SerializeToString(deterministic=True), {})
    first = advanced(district, Asked(NOTHING, told, None, True, nanos_of(ASKED), DAY)).state
    now = nanos_of(ASKED) + 60 * DAY
    found = advanced(district, Asked(told, told, first, True, now, DAY))
    assert found.state.duties == derived(district, case, now, DAY).duties
    new = {
        (change.duty.rule.removeprefix("hezhong."), step.at)
        for step in found.steps
        for change in step.changes
        if change.kind is Kind.CREATED and step.why is Why.TIME
    }
    assert new >= {("listed", OVER + 1), ("listing", OVER + 1), ("served", ANNOUNCED + 1)}
