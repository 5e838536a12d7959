"""The figures of a board: what a reader of every duty counts, and what the assessment counts."""

from __future__ import annotations

import os
import time
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from linkage.v1 import assessment_service_pb2 as assess_api
from linkage.v1 import assessment_service_pb2_grpc as assess_stubs
from policy.assess.scoring import rounded
from policy.register.duty import Duty
from server.board.asked import Asked, window
from server.board.behind import Of, behind
from server.board.board import board
from tests.server.board import recount
from tests.server.board.conftest import DAY, YEAR_END, fill, get_behind, get_board, moment
from tests.server.register.conftest import HOUR, START, Registered, asked, seized

YEAR = recount.Asked(0, YEAR_END - 366 * DAY, YEAR_END)
COUNTS = (
    "open",
    "due_today",
    "due_soon",
    "past_due",
    "unaccepted",
    "suspended",
    "duties",
    "fulfilled",
    "in_time",
    "late",
    "overdue",
    "refused",
    "settled",
    "at_fault",
    "returned",
    "objected",
    "rejected",
    "released",
    "unknown",
)
SHARED = ("duties", "in_time", "late", "overdue", "refused", "fulfilled", "settled", "at_fault")


def values(row: Any) -> dict[str, str]:
    return {figure.id: figure.value for figure in row.figures}


async def test_every_figure_is_what_a_reader_counts(empty: Registered) -> None:
    await fill(empty, 1)
    duties = await recount.duties_of(empty.keeper)
    year = YEAR._replace(at=empty.clock.now)
    seen = recount.counted(duties, year)
    # What the random cases never bring about would be tested by nothing.
    assert {name for name in COUNTS if not seen.get(name)} <= {"unknown", "due_today"}
    for by in ("body", "unit", "clause", "matter"):
        found = await get_board(empty, by=f"BOARD_BY_{by.upper()}")
        rows = {(row.of.code, row.unit): row for row in found.rows}
        keys = {duty.id: recount.keys_of(duty, by) for duty in duties}
        shown = set().union(*(keys[one] for ids in seen.values() for one in ids))
        assert set(rows) == shown
        for key, row in [*rows.items(), (None, found.total)]:
            own = [duty for duty in duties if key is None or key in keys[duty.id]]
            _same_figures(row, own, year)


def _same_figures(row: Any, duties: list[Duty], year: recount.Asked) -> None:
    counts, shown = recount.counted(duties, year), values(row)
    assert {name: shown[name] for name in COUNTS} == {name: str(len(counts.get(name, ()))) for name in COUNTS}
    base = [duty for duty in duties if duty.id in counts.get("duties", ())]
    for name, of, among in (("in_time_rate", "in_time", "settled"), ("done_rate", "fulfilled", "duties")):
        whole = len(counts.get(among, ()))
        share = rounded(Fraction(len(counts.get(of, ())), whole), 4, "up") if whole else ""
        assert shown[name] == str(share)
    done = counts.get("fulfilled", set())
    for name, until in (
        ("accept_hours", lambda duty: duty.progress and duty.progress.accepted_at),
        ("response", lambda duty: duty.state_at if duty.id in done else None),
    ):
        took = recount.times(base, until)
        figure = next(each for each in row.figures if each.id == name)
        expected = ("", "") if took is None else tuple(str(rounded(each, 1, "up")) for each in took)
        assert (figure.value, figure.median) == expected


async def test_behind_each_figure_are_its_obligations(empty: Registered) -> None:
    await fill(empty, 2)
    duties = await recount.duties_of(empty.keeper)
    seen = recount.counted(duties, YEAR._replace(at=empty.clock.now))
    for name in COUNTS:
        found = await get_behind(empty, name)
        assert {each.id for each in found} == seen.get(name, set()), name
        assert len({each.id for each in found}) == len(found)
    own = {duty.id for duty in duties if "tax" in duty.bearers}
    assert {each.id for each in await get_behind(empty, "duties", body="tax")} == own & seen["duties"]
    asked_for = {duty.id for duty in duties if "tax_query" in duty.matters and "3" in duty.basis}
    found = await get_behind(empty, "open", matter="tax_query", clause="3")
    assert {each.id for each in found} == asked_for & seen["open"]


async def test_the_assessment_of_the_register_has_the_same_figures(empty: Registered) -> None:
    """At the end of the year, and when it is looked at again after more has happened."""
    await fill(empty, 3)
    await _until_the_year_ends(empty)
    await empty.tick()
    first = await _compared(empty)
    assert Decimal(values(first.total)["late"])
    assert Decimal(values(first.total)["overdue"])
    empty.clock.now += 3 * DAY
    for duty in (await empty.call("ListObligations", body="tax", states=["STATE_OVERDUE"])).obligations:
        await empty.call("FulfilObligation", obligation_id=duty.id, event_id=f"z{duty.id[:8]}", body="tax")
    again = await _compared(empty)
    assert values(again.total) == values(first.total)
    now = await get_board(empty, since=moment(YEAR.since), until=moment(YEAR_END), at=moment(empty.clock.now))
    assert values(now.total)["overdue"] != values(first.total)["overdue"]


async def test_an_assessment_of_a_year_that_goes_on_says_so(empty: Registered) -> None:
    await fill(empty, 3)
    request = assess_api.AssessRequest(district="qiaonan", register=True, language="en")
    request.period.year = 2024
    stub = assess_stubs.AssessmentServiceStub(empty.channel)
    early = (await stub.Assess(request)).assessments[0].notes
    assert early[0].startswith("the period ends on 2024-12-31 only: what is not due yet")
    await _until_the_year_ends(empty)
    assert list((await stub.Assess(request)).assessments[0].notes) == early[1:]


async def _until_the_year_ends(registered: Registered) -> None:
    """The first nanosecond after the year: what is due at its very end has not been done."""
    registered.clock.now = YEAR_END + 1


async def _compared(registered: Registered) -> Any:
    """The board of the year, each figure of which the assessment has too, with the same duties behind it."""
    request = assess_api.AssessRequest(district="qiaonan", register=True)
    request.period.year = 2024
    stub = assess_stubs.AssessmentServiceStub(registered.channel)
    (made,) = (await stub.Assess(request)).assessments
    found = await get_board(
        registered, since=moment(YEAR.since), until=moment(YEAR_END), by="BOARD_BY_UNIT", rank_by="late"
    )
    rows = {(row.of.code, row.unit): row for row in found.rows}
    cards = {(card.body.code, card.unit): card for card in made.scorecards}
    for key, row in rows.items():
        figures = {figure.id: figure for figure in cards[key].figures}
        shown = {figure.id: figure for figure in row.figures}
        for name in (*SHARED, "in_time_rate", "done_rate", "response"):
            assert (shown[name].value, shown[name].median) == (figures[name].value, figures[name].median)
        assert shown["released"].value == cards[key].released.value
    for name in SHARED:
        own = await get_behind(registered, name, since=moment(YEAR.since), until=moment(YEAR_END))
        behind = (figure.behind for card in made.scorecards for figure in card.figures if figure.id == name)
        assert {each.id for each in own} == {one.obligation for each in behind for one in each}
    nothing = [figure.value for key in cards.keys() - rows.keys() for figure in cards[key].figures]
    assert set(nothing) <= {"", "0"}
    return found


async def test_a_past_moment_is_as_it_was(empty: Registered) -> None:
    """Where nothing was taken back since."""
    await fill(empty, 4, back=False)
    then, span = empty.clock.now, {"since": moment(YEAR.since), "until": moment(YEAR_END)}
    before = await get_board(empty, **span, trend="TREND_STEP_DAY")
    await fill(empty, 5, back=False, name="x")
    now = await get_board(empty, **span)
    again = await get_board(empty, **span, trend="TREND_STEP_DAY", at=moment(then))
    assert values(again.total) == values(before.total) != values(now.total)
    assert [values(row) for row in again.rows] == [values(row) for row in before.rows]
    assert again.trend == before.trend


async def test_the_trend_is_what_happened_each_day(empty: Registered) -> None:
    await fill(empty, 6)
    duties = [d for d in await recount.duties_of(empty.keeper) if d.modality == "obligation" and d.bearers]
    for step in ("DAY", "WEEK", "MONTH"):
        found = await get_board(empty, trend=f"TREND_STEP_{step}")
        starts = [int(time.mktime(time.strptime(p.start, "%Y-%m-%d"))) for p in found.trend]
        assert starts == sorted(set(starts))
        assert sum(point.arisen for point in found.trend) == len(duties)
        assert sum(point.violated for point in found.trend) == sum(d.violated_at is not None for d in duties)
        done = [d for d in duties if d.state in ("fulfilled", "fulfilled_late")]
        assert sum(point.done for point in found.trend) == len(done)
        assert sum(point.late for point in found.trend) == sum(d.state == "fulfilled_late" for d in done)
        assert found.trend[-1].left == sum(not d.ended for d in duties)
        left = 0
        for point in found.trend:
            assert point.left >= 0
            left = point.left
        assert left


async def test_a_district_without_a_case(empty: Registered) -> None:
    found = await get_board(empty, trend="TREND_STEP_MONTH")
    assert not found.rows
    assert set(values(found.total).values()) == {"0", ""}
    assert [point.left for point in found.trend] == [0] * 3
    assert not await get_behind(empty, "duties")


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Pacific/Kiritimati"])
async def test_a_day_ends_at_midnight_in_shanghai(on_sqlite: Registered, zone: str) -> None:
    """Whatever the zone of the server: what is due at 24:00 is of the day that ends then."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    try:
        await on_sqlite.open()
        on_sqlite.clock.now = START + HOUR
        await on_sqlite.record(asked("r1", "tax_query", "tax", "2024-03-01T15:59:59Z"))  # 23:59:59 of 1 March
        await on_sqlite.record(asked("r2", "tax_query", "tax", "2024-03-01T16:00:00Z"))  # 0:00 of 2 March
        trend = (await get_board(on_sqlite, trend="TREND_STEP_DAY")).trend
        assert [(p.start, p.arisen) for p in trend if p.arisen] == [("2024-03-01", 1), ("2024-03-02", 1)]
        (first, second) = (await on_sqlite.call("ListObligations", body="tax")).obligations
        due = {first.due_at.ToJsonString(), second.due_at.ToJsonString()}
        assert due == {"2024-03-08T16:00:00Z"}  # five working days: 24:00 of Friday 8 March
        week = {"since": "2024-03-08T00:00:00+08:00", "until": "2024-03-09T00:00:00+08:00"}
        on_sqlite.clock.now = START + 6 * DAY  # 9:00 of 8 March
        found = values((await get_board(on_sqlite, **week)).total)
        assert (found["duties"], found["due_today"], found["due_soon"]) == ("2", "2", "2")
        on_sqlite.clock.now = START + 6 * DAY - 10 * HOUR  # 23:00 of 7 March
        found = values(
            (await get_board(on_sqlite, since="2024-03-01T00:00:00+08:00", until=week["until"])).total
        )
        assert (found["due_today"], found["due_soon"]) == ("0", "0")
    finally:
        os.environ.pop("TZ") if before is None else os.environ.__setitem__("TZ", before)
        time.tzset()


async def test_a_refusal_counts_at_once(on_sqlite: Registered) -> None:
    """An act that violates a prohibition does so at its own moment, and not only after it."""
    await on_sqlite.open()
    on_sqlite.clock.now += HOUR
    await on_sqlite.record(seized())
    at = moment(on_sqlite.clock.now)
    event = {"id": "i1", "type": "interference", "at": at, "actor": "party_committee"}
    await on_sqlite.record({"id": "i1", "event": event})
    found = await get_board(on_sqlite, at=at)
    row = next(values(row) for row in found.rows if row.of.code == "party_committee")
    assert (row["refused"], row["overdue"], row["at_fault"]) == ("1", "1", "1")


async def test_a_department_sees_its_own_and_no_ranking(on_sqlite: Registered) -> None:
    await fill(on_sqlite, 7)
    district = on_sqlite.register.rules.current.snapshot.districts["qiaonan"]
    span = window(on_sqlite.clock.now)
    whole = await board(on_sqlite.keeper, district, Asked("qiaonan", *span, DAY), {})
    own = await board(on_sqlite.keeper, district, Asked("qiaonan", *span, DAY, own=frozenset(["tax"])), {})
    assert [row.code for row in own.rows] == ["tax"]
    theirs = next(row for row in whole.rows if row.code == "tax")
    assert own.rows[0].values == theirs.values == own.total.values
    organ = Asked("qiaonan", *span, DAY, own=frozenset(["traffic_police"]))
    part = await board(on_sqlite.keeper, district, organ, {})
    police = next(row for row in whole.rows if row.code == "public_security")
    assert [(row.code, row.values) for row in part.rows] == [("traffic_police", police.values)]
    for body in ("tax", "civil_affairs", ""):
        found = await behind(on_sqlite.keeper, district, organ, Of("duties", body), None, 100)
        assert all("traffic_police" in each.duty.bearers for each in found)
        assert bool(found) == (body == "")
    nobody = Asked("qiaonan", *span, DAY, own=frozenset())
    assert not (await board(on_sqlite.keeper, district, nobody, {})).rows
    assert not await behind(on_sqlite.keeper, district, nobody, Of("open"), None, 100)


async def test_rows_are_ranked_with_equals_sharing_one(on_sqlite: Registered) -> None:
    await fill(on_sqlite, 8)
    for figure, best in (("in_time_rate", max), ("overdue", min)):
        found = await get_board(on_sqlite, rank_by=figure)
        ranked = [(row.rank, Decimal(values(row)[figure])) for row in found.rows if row.rank]
        assert ranked == sorted(ranked, key=lambda one: one[0])
        assert ranked[0][1] == best(value for _, value in ranked)
        for rank, value in ranked:
            better = [other for _, other in ranked if (other < value if best is min else other > value)]
            assert rank == 1 + len(better)
