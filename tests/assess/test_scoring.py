"""Points, grades, ranks and what follows: one invented table of a hundred points."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.v1 import facts_pb2
from policy.assess import Appraisal, Row, appraise
from policy.assess.scoring import rounded
from policy.facts.parsing import parse_case
from policy.program import with_pack
from policy.review.report.appraisal import appraisal_json
from policy.review.report.scorecard import card_of
from policy.review.wording import Wording
from policy.text.diagnostics import Faults
from policy.text.source import Source
from tests.loading import loaded

DISTRICT = loaded(Path(__file__).parent / "rules")[0].districts["hedong"]
_PROGRAM = DISTRICT.programs[-1]
_START = datetime.fromisoformat("2024-03-01T09:00:00+08:00")

Done = tuple[str, int | None]
"""To whom a query goes, and after how many hours it is answered (None: never); 24 are allowed."""


def case_of(*duties: Done, also: str = "") -> str:
    requests, events = [], []
    for number, (to, hours) in enumerate(duties):
        requests.append(
            f"{{id: r{number}, matter: query, to: {to}, requester: court, at: '{_START.isoformat()}'}}"
        )
        if hours is not None:
            at = (_START + timedelta(hours=hours)).isoformat()
            events.append(f"{{id: e{number}, type: answered, actor: {to}, about: r{number}, at: '{at}'}}")
    events += [also] if also else []
    return f"requests: [{', '.join(requests)}]\nevents: [{', '.join(events)}]\n"


def appraised(
    text: str, bonus: float | None = 5.5, confirmed: str = "", start: str = "2024", end: str = "2025"
) -> Appraisal:
    own = _PROGRAM.pack.parameters
    pack = replace(_PROGRAM.pack, parameters={**own, "bonus": replace(own["bonus"], value=bonus)})
    program = with_pack(_PROGRAM, pack)
    (asked,) = (one for one in pack.assessments if one.id == "hedong.scored")
    at = _moment(f"{confirmed}T00:00:00+08:00") if confirmed else None
    span = [_moment(f"{year}-01-01T00:00:00+08:00") for year in (start, end)]
    return appraise(DISTRICT, program, asked, [case_read(text)], span[0], span[1], at)


def case_read(text: str) -> facts_pb2.Case:
    faults = Faults()
    parsed = parse_case(Source("c.yaml", f"id: c\nkind: enforcement\ndistrict: hedong\n{text}"), faults)
    assert parsed is not None
    assert not faults.errors, list(faults)
    return parsed.case


def _moment(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * 10**9


def _scores(found: Appraisal) -> dict[str, tuple[str, str, int]]:
    assert found.scores is not None
    return {
        row.body: (str(score.value), score.grade, score.rank)
        for row, score in zip(found.rows, found.scores, strict=True)
    }


def _row(found: Appraisal, body: str) -> Row:
    return next(row for row in found.rows if row.body == body)


def test_points_are_summed_capped_weighted_and_rounded_half_up() -> None:
    found = appraised(case_of(("tax", 1), ("tax", 2), ("civil_affairs", 30), ("civil_affairs", None)))
    # tax: 100 x 0.9, and 5.5 + 5 of a bonus of at most 10; civil affairs: (100 - 2.25 - 10) x 0.9 = 78.975
    assert _scores(found) == {
        "tax": ("100.0", "good", 1),
        "public_security": ("90.0", "good", 2),
        "civil_affairs": ("79.0", "fair", 3),
    }


def test_the_whole_is_held_under_its_cap_and_a_section_over_its_floor() -> None:
    found = appraised(case_of(*[("tax", None)] * 11))
    assert _scores(found)["tax"] == ("0.0", "poor", 3)


def test_a_veto_replaces_whatever_was_earned() -> None:
    meddled = f"{{id: m, type: interfered, actor: tax, at: '{_START.isoformat()}'}}"
    found = appraised(case_of(("tax", 1), ("tax", 1), also=meddled))
    assert _scores(found)["tax"] == ("10.0", "poor", 3)
    card = card_of(found, Wording(DISTRICT, "zh"))
    assert [line.cells[-3].text for line in card.lines] == ["90.0", "90.0", "10.0（否决）"]


def test_equals_share_a_rank_and_the_next_is_left_out() -> None:
    found = appraised(case_of(("tax", None)))
    assert {body: rank for body, (_, _, rank) in _scores(found).items()} == {
        "civil_affairs": 1,
        "public_security": 1,
        "tax": 3,
    }


def test_ranks_are_counted_from_the_end_too_and_equals_share_the_last() -> None:
    found = appraised(case_of(("tax", None), ("civil_affairs", None)))
    assert found.scores is not None
    assert [
        (row.body, score.rank, score.from_last) for row, score in zip(found.rows, found.scores, strict=True)
    ] == [
        ("civil_affairs", 2, 1),
        ("public_security", 1, 3),
        ("tax", 2, 1),
    ]


def test_without_a_number_there_are_measures_and_no_score_and_the_report_says_which() -> None:
    found = appraised(case_of(("tax", 1)), bonus=None)
    assert (found.scores, found.missing) == (None, ("bonus",))
    assert _row(found, "tax").figures["in_time"].value == 1
    data = appraisal_json(found, Wording(DISTRICT, "zh"))
    assert data["missing_parameters"] == ["bonus"]
    assert "没有计分：文件没有规定、本地也没有确定 bonus（全部按期的加分）" in data["notes"]
    assert all(row["points"] is None for row in data["rows"])


def test_what_needs_a_score_is_said_once_and_to_be_open_and_the_rest_is_certain() -> None:
    found = appraised(case_of(("tax", None), ("tax", None)), bonus=None)
    card = card_of(found, Wording(DISTRICT, "zh"))
    assert [(one.consequence, one.name, one.sure) for one in card.duties] == [
        ("circulate", "待定", False),
        ("best", "待定", False),
        ("speak", "区税务局", True),
    ]


def test_durations_are_in_hours_with_their_median() -> None:
    took = _row(appraised(case_of(("tax", 1), ("tax", 2), ("tax", 30), ("tax", None))), "tax").figures["took"]
    assert (took.value, took.median) == (Fraction(11), Fraction(2))
    assert len(took.members) == 3


def test_what_had_nothing_to_measure_has_no_value_gives_no_points_and_no_comparison_holds() -> None:
    found = appraised(case_of(("tax", 1)))
    assert _row(found, "civil_affairs").figures["share"].value is None
    assert _scores(found)["civil_affairs"][0] == "90.0"


def test_the_cut_off_sees_what_was_done_after_the_period_and_no_more() -> None:
    late = "requests: [{id: r, matter: query, to: tax, requester: court, at: '2024-12-30T09:00:00+08:00'}]\n"
    for answered, figure in (("2025-01-15T23:59:59", "late"), ("2025-01-16T00:00:01", "owed")):
        text = late + f"events: [{{id: e, type: answered, actor: tax, about: r, at: '{answered}+08:00'}}]"
        row = _row(appraised(text), "tax")
        assert [name for name in ("late", "owed") if row.figures[name].value] == [figure]
        assert not _row(appraised(text, start="2025", end="2026"), "tax").duties


def test_what_follows_is_due_from_the_confirmation_by_working_days_and_has_one_id_each() -> None:
    text = case_of(*[("tax", None)] * 9)
    found = {
        one.consequence.id: one
        for one in appraised(text, confirmed="2025-01-22").follows
        if one.body == "tax"
    }
    assert set(found) == {"circulate", "speak"}
    due = found["circulate"].due
    assert due is not None
    # Thursday, Friday, the Sunday that is worked (26th), Monday; New Year; the 5th of February.
    assert due.at == datetime.fromisoformat("2025-02-06T00:00:00+08:00")
    assert found["speak"].due is None
    again = {one.consequence.id: one.id for one in appraised(text).follows if one.body == "tax"}
    assert again == {name: one.id for name, one in found.items()}
    assert len({one.id for one in appraised(text).follows}) == len(appraised(text).follows)


@pytest.mark.parametrize(
    ("confirmed", "said"),
    [
        ("", "有异议的，可自结果确认之日起 5个工作日内向区法院提出"),
        ("2025-03-03", "有异议的，可于 2025-03-10 24:00 前向区法院提出"),
    ],
)
def test_an_appeal_says_until_when(confirmed: str, said: str) -> None:
    assert card_of(appraised(case_of(), confirmed=confirmed), Wording(DISTRICT, "zh")).appeal == said


@given(
    st.fractions(min_value=-1000, max_value=1000, max_denominator=400),
    st.integers(0, 4),
    st.sampled_from(["up", "even"]),
)
@settings(deadline=None)
def test_rounding_is_that_of_decimals(value: Fraction, places: int, half: str) -> None:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    mode = ROUND_HALF_UP if half == "up" else ROUND_HALF_EVEN
    assert rounded(value, places, half) == exact.quantize(Decimal(1).scaleb(-places), mode)


@given(st.lists(st.sampled_from([("tax", 1), ("tax", 30), ("tax", None), ("civil_affairs", 30)]), max_size=9))
@settings(max_examples=30, deadline=None)
def test_the_score_is_what_a_plain_sum_gives_and_never_rises_with_another_failure(duties: list[Done]) -> None:
    found = _scores(appraised(case_of(*duties)))
    for body in ("tax", "civil_affairs"):
        own = [hours for to, hours in duties if to == body]
        late, owed, good = own.count(30), own.count(None), own.count(1)
        work = max(Decimal(0), 100 - Decimal("2.25") * late - 10 * owed) * Decimal("0.9")
        bonus = Fraction(11, 2) if len(own) > 1 and good == len(own) else Fraction(0)
        if own:
            bonus += Fraction(5 * good, len(own))
        total = min(Fraction(work) + min(bonus, Fraction(10)), Fraction(105))
        assert found[body][0] == str(rounded(total, 1, "up"))
    worse = _scores(appraised(case_of(*duties, ("tax", None))))
    assert Decimal(worse["tax"][0]) <= Decimal(found["tax"][0])
