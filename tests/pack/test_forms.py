"""What the forms of the format become in the checked pack."""

from __future__ import annotations

from datetime import date, datetime

from policy.pack.citations import Citation, Kind, citations_of
from policy.pack.model import Actor, Pack, Rule
from policy.time.calendar import SHANGHAI
from tests.loading import FORMS, loaded


def _pack() -> Pack:
    (program,) = loaded(FORMS)[0].districts["hexi"].programs
    return program.pack


def _rule(name: str) -> Rule:
    return next(rule for rule in _pack().rules if rule.id == name)


def test_a_report_has_a_day_and_no_first_day_in_force() -> None:
    pack = _pack()
    assert pack.reported_on == date(2021, 5, 1)
    assert (pack.effective_from, pack.effective_to) == (datetime(2000, 1, 1, tzinfo=SHANGHAI), None)


def test_characters_of_a_disjunction_point_to_the_alternatives() -> None:
    line = _rule("hexi.list.post").when[1]
    text, offsets = line.expr.text, line.expr.offsets
    source = line.expr.span.source.text
    assert text == '(debtor.role == "debtor") || ("bank" in debtor.traits)'
    assert len(offsets) == len(text)
    assert source[offsets[text.index("traits")] :].startswith("traits")
    assert source[offsets[text.index("role")] :].startswith("role")


def test_the_others_of_a_family_are_those_without_a_row_that_may_hold_beside_it() -> None:
    # tax_query has a row of its own, but for the tax office alone.
    texts = [line.expr.text for line in _rule("hexi.query.other").when]
    assert texts == [
        'request.matter in ["deposit_query", "tax_query"]',
        'request.to in ["civil_affairs", "public_security"]',
    ]
    assert _rule("hexi.query.other").when[0].means.get("en") == "协助事项: other queries"


def test_each_of_several_bearers_is_asked_for_acts_of_its_own() -> None:
    rule = _rule("hexi.list.post")
    assert [matcher.by_bearer for matcher in rule.fulfilled_by] == [True]
    (end,) = rule.discharged_by
    assert (end.collection, end.codes, end.end_of, end.by_bearer) == ("statuses", (), "listing", False)


def test_by_bearer_is_not_a_body() -> None:
    (matcher,) = _rule("hexi.police.notify").fulfilled_by
    assert (matcher.by, matcher.to, matcher.by_bearer) == ((), ("court",), True)


def test_nobody_is_owed_it() -> None:
    assert _rule("hexi.passive.fixed").counterparty == Actor()


def test_a_code_stands_for_the_body_concerned() -> None:
    concerns = _rule("hexi.passive.fixed").concerns
    assert concerns is not None
    assert (concerns.text, len(concerns.offsets)) == ('"court"', 7)


def test_conditions_may_come_together_later() -> None:
    assert _rule("hexi.start").accrues
    assert not _rule("hexi.year").accrues


def test_office_hours_and_bounds_of_deadlines_cite_their_clauses() -> None:
    (program,) = loaded(FORMS)[0].districts["hedong"].programs
    found = citations_of(program.pack)
    assert Citation(Kind.OFFICE_HOURS, "") in found["1"]
    assert Citation(Kind.RULE, "hedong.promptly_capped") in found["3"]
    assert Citation(Kind.RULE, "hedong.later_of") in found["2"]
