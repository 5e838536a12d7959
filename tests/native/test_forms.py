"""Forms of rules in the core: deadlines, clocks and amounts, on districts that tests make themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.decide import decide
from policy.decide.snapshot import District
from policy.native import installed
from policy.time.calendar import SHANGHAI
from policy.time.moment import nanos_of
from tests.decide import test_clocks
from tests.decide.corners import case_of, district, duty, event, moment
from tests.native.beside import Beside, beside_the_core
from tests.time.test_forms import lab, starts

LATER = moment("2024-12-31")
_OFFICE_DAY = datetime(2024, 3, 1, tzinfo=SHANGHAI)


def _harder() -> int:
    return 1 if settings.get_current_profile_name() == "default" else 20


@pytest.fixture(scope="module", autouse=True)
def beside() -> Iterator[Beside]:
    """Every decision below is compared with that of the core, and none is left to Python."""
    if installed() is None:
        pytest.skip("the native core is not installed (make native; takes cargo)")
    with beside_the_core() as made:
        yield made
    assert made.handed == []
    assert made.decided > 0


@settings(max_examples=60 * _harder())
@given(start=starts, micros=st.sampled_from((0, 1, 999_999)), nanos=st.sampled_from((0, 1, 999)))
def test_deadlines_of_every_form(start: datetime, micros: int, nanos: int) -> None:
    at = nanos_of(start.replace(microsecond=micros)) + nanos
    case = case_of(events=[event("e", "vehicle_seized", start.isoformat())])
    case.events[0].at.seconds, case.events[0].at.nanos = divmod(at, 10**9)
    decide(lab(), case, nanos_of(start + timedelta(days=40)))


@settings(max_examples=30 * _harder())
@given(minute=st.integers(0, 7 * 24 * 60))
def test_deadlines_at_the_hours_of_offices(minute: int) -> None:
    start = _OFFICE_DAY + timedelta(minutes=minute)
    case = case_of(events=[event("e", "vehicle_seized", start.isoformat())])
    decide(lab(), case, nanos_of(start + timedelta(days=40)))


_KINDS = ("plan_submitted", "closed", "other", "stayed", "excused", "answered")
_ACT = st.tuples(
    st.sampled_from(_KINDS),
    st.integers(-2, 40 * 24),
    st.sampled_from(("court", "tax", "")),
    st.booleans(),
    st.integers(0, 60),
)


@settings(max_examples=60 * _harder())
@given(st.lists(_ACT, max_size=6), st.integers(0, 60))
def test_clocks_that_random_acts_move(acts: list[tuple[str, int, str, bool, int]], seen: int) -> None:
    events = [event("e", "vehicle_seized", test_clocks.START.isoformat())]
    for number, (kind, hours, actor, dated, limit) in enumerate(acts):
        at = (test_clocks.START + timedelta(hours=hours)).isoformat() if dated or number % 3 else ""
        more = {"actor": actor} if actor else {}
        if kind == "excused":
            more["rule"] = "lab.pauses" if limit % 2 else "lab.extends"
            more["limit_at"] = (test_clocks.START + timedelta(days=limit)).isoformat()
        events.append(event(f"x{number}", kind, at, about="e", **more))
    decide(test_clocks.rules(), case_of(events=events), nanos_of(test_clocks.START + timedelta(days=seen)))


_SHARE = "of: case.claim_fen, round: {{to: {to}, how: {how}}}, provenance: local"
_AMOUNTS = {
    "share": "{share: 1.5%, " + _SHARE.format(to="1元", how="half_up") + "}",
    "even": "{share: 百分之零点五, ".replace("百分之零点五", "0.5%")
    + _SHARE.format(to="10元", how="half_even")
    + "}",
    "bounds": "{share: 2.5‰, " + _SHARE.format(to="1角", how="up") + ", floor: 100元, cap: 5000元}",
    "parts": "{tiers: [{up_to: 1万元, fixed: 50元}, {up_to: 10万元, share: 2.5%}, {share: 2%}], by: part, "
    + _SHARE.format(to="1分", how="down")
    + "}",
    "whole": "{tiers: [{up_to: 1万元, fixed: 50元}, {up_to: 100万元, share: 1‰}], by: whole, "
    + _SHARE.format(to="10元", how="up")
    + "}",
    "times": "{fixed: 200元, times: e.count, provenance: local}",
    "between": "{floor: 5万元, cap: 100万元, provenance: local}",
}


@cache
def _paying() -> District:
    seized = 'e.type == "vehicle_seized"'
    return district(
        *[
            duty(name, "e: case.events", seized, about=f"'\"{name}\"'", amount=written)
            for name, written in _AMOUNTS.items()
        ]
    )


_FEN = st.one_of(
    st.integers(0, 10**13), st.sampled_from((0, 1, 999_999, 1_000_000, 10_000_000, 10**17, 2**62))
)


@settings(max_examples=60 * _harder())
@given(claim=st.one_of(st.none(), _FEN), count=st.one_of(st.none(), st.integers(-1, 10**9)))
def test_amounts_of_every_form(claim: int | None, count: int | None) -> None:
    case = case_of(events=[event("e", "vehicle_seized", "2024-03-01")])
    if claim is not None:
        case.claim_fen = claim
    if count is not None:
        case.events[0].count = count
    decide(_paying(), case, LATER)
