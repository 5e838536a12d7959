"""Cases at the edges of the meaning: odd states, rules over breaches, moments that meet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from linkage.v1 import facts_pb2
from policy.decide import decide
from policy.decide.snapshot import District
from tests.decide.corners import case_of, district, duty, event, moment, told

_LISTED = district(
    duty("listed", "q: case.parties, s: q.statuses", 's.kind == "dishonest_debtor"', trigger="s"),
    duty("seized", "e: case.events, q: case.parties", 'e.type == "vehicle_seized"', "q.whereabouts_unclear"),
)


def _spells(rules: District, case: facts_pb2.Case) -> list[tuple[Any, Any]]:
    view = rules.reader.read(case, moment("2024-06-01"))
    rules.canon.bring(view)
    return [(getattr(s, "since", None), getattr(s, "until", None)) for p in view.parties for s in p.statuses]


def _party(*statuses: dict[str, str], **more: Any) -> list[dict[str, Any]]:
    spells = [{"kind": "dishonest_debtor"} | status for status in statuses]
    return [{"id": "p", "role": "debtor", "statuses": spells} | more]


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ([("2024-01-01", "2024-01-01")], []),
        ([("2024-01-01", "2024-04-01"), ("2024-02-01", None)], [("2024-01-01", None)]),
        (
            [("2024-01-01", "2024-04-01"), ("2024-02-01", "2024-03-01")],
            [("2024-01-01", "2024-04-01")],
        ),
        (
            [("2024-01-01", "2024-02-01"), ("2024-02-01", None)],
            [("2024-01-01", "2024-02-01"), ("2024-02-01", None)],
        ),
        ([("2024-03-01", "2024-01-01")], [("2024-03-01", None)]),
    ],
    ids=["no time at all", "overlapping", "one within another", "one after another", "ended before it began"],
)
def test_stated_states_are_united(
    statuses: list[tuple[str, str | None]], expected: list[tuple[str, str | None]]
) -> None:
    stated = [
        {name: at for name, at in (("since", since), ("until", until)) if at} for since, until in statuses
    ]
    wanted = [(moment(since), None if until is None else moment(until)) for since, until in expected if since]
    assert _spells(_LISTED, case_of(parties=_party(*stated))) == wanted
    assert _spells(_LISTED, case_of(parties=_party(*reversed(stated)))) == wanted


def test_a_state_that_ends_before_it_began_is_a_contradiction() -> None:
    case = case_of(parties=_party({"since": "2024-03-01", "until": "2024-01-01"}))
    view = _LISTED.reader.read(case, moment("2024-06-01"))
    assert [found.code for found in _LISTED.canon.bring(view).contradictions] == ["LNK850"]


def test_a_state_began_when_the_event_that_began_it_happened() -> None:
    case = case_of(parties=_party({"begun_by": "e"}), events=[event("e", "other", "2024-01-03")])
    assert _spells(_LISTED, case) == [(moment("2024-01-03"), None)]


def test_listed_and_taken_off_at_one_moment_was_never_listed() -> None:
    case = case_of(events=[event("a", "listed", "2024-01-03"), event("b", "delisted", "2024-01-03")])
    assert _spells(_LISTED, case) == []


def test_what_is_in_the_post_begins_no_state() -> None:
    case = case_of(events=[event("a", "listed", "2024-03-01", posted_at="2024-02-20")])
    assert told(decide(_LISTED, case, moment("2024-02-25"))) == {}
    assert told(decide(_LISTED, case, moment("2024-03-05"))) == {"listed": [("2024-03-01", "pending", None)]}
    unknown = case_of(events=[event("a", "listed", posted_at="2024-02-20")])
    assert told(decide(_LISTED, unknown, moment("2024-03-05"))) == {}


def test_whoever_has_been_found_is_not_missing_from_then_on() -> None:
    events = [event("f", "debtor_found", "2024-02-01"), event("b", "vehicle_seized", "2024-02-15")]
    assert told(decide(_LISTED, case_of(events=events), moment("2024-06-01"))) == {}
    events.append(event("a", "vehicle_seized", "2024-01-15"))
    found = told(decide(_LISTED, case_of(events=events), moment("2024-06-01")))
    assert found == {"seized": [("?", "parties[p].whereabouts_unclear")]}


_BROKEN = district(
    duty(
        "answer",
        "r: case.requests",
        'r.matter == "query"',
        deadline="{within: 10 days, from: r.at}",
        fulfilled_by="{event: answered, about: r}",
    ),
    duty("two", "b: breaches, e: case.events", 'b.rule == "lab.answer"', 'e.type == "other"', trigger="b"),
    duty(
        "together",
        "b: breaches",
        'b.rule == "lab.answer"',
        'case.events.exists(e, e.type == "other")',
        arises="complete",
        deadline="{within: 1 days, from: b.at}",
    ),
    duty("passing", "b: breaches", 'as_of >= b.at + duration("240h")', arises="complete"),
    duty("next", "b: breaches", 'b.rule == "lab.together"'),
)
_ASKED = [{"id": "r", "matter": "query", "at": "2024-01-02"}]


def _broken(as_of: str, *events: dict[str, Any]) -> dict[str, list[tuple[Any, ...]]]:
    return told(decide(_BROKEN, case_of(requests=_ASKED, events=list(events)), moment(as_of)))


def test_a_rule_over_a_breach_waits_for_the_time_of_what_else_it_binds() -> None:
    assert _broken("2024-01-20", event("x", "other"))["two"] == [("?", "events[x].at")]


def test_a_rule_over_a_breach_may_come_together_later() -> None:
    found = _broken("2024-03-02", event("x", "other", "2024-03-01"))
    assert [arose for arose, *_ in found["together"]] == ["2024-03-01"]
    assert [arose for arose, *_ in found["two"]] == ["2024-03-01"]


def test_a_rule_over_a_breach_may_arise_as_time_passes() -> None:
    assert "passing" not in _broken("2024-01-22")
    assert _broken("2024-03-02")["passing"] == [("2024-01-23", "pending", None)]


_OWED = district(
    duty(
        "answer",
        "r: case.requests",
        'r.matter == "query"',
        trigger="r",
        deadline="{within: 5 days, from: r.at}",
        fulfilled_by="{event: answered}",
    ),
    duty("told", "b: breaches", 'b.rule == "lab.answer"', "b.owed"),
    duty(
        "still",
        "b: breaches",
        'b.rule == "lab.answer"',
        "b.owed",
        'as_of >= b.at + duration("240h")',
        arises="complete",
    ),
    duty("late", "b: breaches", 'b.rule == "lab.answer"', "!b.owed", arises="complete"),
    duty(
        "with",
        "b: breaches, e: case.events",
        'b.rule == "lab.answer"',
        "b.owed",
        'e.type == "other"',
        trigger="b",
    ),
)


def _owed(as_of: str, *events: dict[str, Any]) -> dict[str, list[tuple[Any, ...]]]:
    return told(decide(_OWED, case_of(requests=_ASKED, events=list(events)), moment(as_of)))


def test_what_a_breach_brings_about_is_judged_at_the_breach() -> None:
    """Whatever is done later: it was owed when it was breached."""
    for later in ([], [event("a", "answered", "2024-02-01")]):
        assert _owed("2024-03-01", *later)["told"] == [("2024-01-09", "pending", None)]


def test_whether_it_is_still_owed_is_judged_when_the_rest_comes_together() -> None:
    done = event("a", "answered", "2024-01-12")
    assert _owed("2024-03-01")["still"] == [("2024-01-19", "pending", None)]
    assert "still" not in _owed("2024-03-01", done)
    # It was done once that had come about: what had arisen stays.
    found = _owed("2024-03-01", event("a", "answered", "2024-01-20"))
    assert found["still"] == [("2024-01-19", "pending", None)]
    assert found["late"] == [("2024-01-20", "pending", None)]
    assert "late" not in _owed("2024-03-01")
    # The later of the two elements is the moment.
    assert _owed("2024-03-01", event("x", "other", "2024-01-10"), done)["with"][0][0] == "2024-01-10"
    assert "with" not in _owed("2024-03-01", event("x", "other", "2024-01-15"), done)


_PLANNED = district(
    duty(
        "answer",
        "r: case.requests",
        'r.matter == "query"',
        trigger="r",
        deadline="{within: 5 days, from: r.at}",
        fulfilled_by="[{event: answered, about: r}, {event: plan_submitted}]",
    ),
    duty("told", "b: breaches", 'b.rule == "lab.answer"', "b.owed"),
    duty(
        "still",
        "b: breaches",
        'b.rule == "lab.answer"',
        "b.owed",
        'as_of >= b.at + duration("240h")',
        arises="complete",
    ),
)
_UNTIL_NOBODY_KNOWS = ("2024-01-02", "undetermined", "2024-01-09")


def _answer_of_what(at: str) -> dict[str, Any]:
    return {"events": [event("a", "answered", at)]}


def _plan_served_some_day(issued_at: str) -> dict[str, Any]:
    served = [{"id": "s", "body": "court", "result": "signed"}]
    plan = {"id": "d", "type": "plan", "issuer": "tax", "issued_at": issued_at, "services": served}
    return {"documents": [plan]}


def _stayed_by_post(posted_at: str) -> dict[str, Any]:
    return {"events": [event("a", "stayed", posted_at=posted_at)]}


def _quashed_by_post(posted_at: str) -> dict[str, Any]:
    return {"events": [event("a", "quashed", posted_at=posted_at)]}


@pytest.mark.parametrize(
    "doubtful", [_answer_of_what, _plan_served_some_day, _stayed_by_post, _quashed_by_post]
)
def test_an_act_in_doubt_undoes_no_breach_before_it(doubtful: Callable[[str], dict[str, Any]]) -> None:
    """Whatever is not known of it, it was not done in time: from then on nobody knows whether it is owed."""

    def found(at: str, as_of: str = "2024-03-01") -> dict[str, list[tuple[Any, ...]]]:
        return told(decide(_PLANNED, case_of(requests=_ASKED, **doubtful(at)), moment(as_of)))

    early, between, later = found("2024-01-05"), found("2024-01-12"), found("2024-01-25")
    assert early["answer"] == [("2024-01-02", "undetermined", None)]
    assert "told" not in early
    for one in (between, later):
        assert one["answer"] == [_UNTIL_NOBODY_KNOWS]
        assert [arose for arose, *_ in one["told"]] == ["2024-01-09"]
    # Ten days after the breach it was owed, or nobody knows: that depends on what came before then.
    assert [arose for arose, *_ in later["still"]] == ["2024-01-19"]
    assert [arose for arose, *_ in between["still"]] == ["?"]
    # The day before the act in doubt says the same of what had come about by then.
    assert found("2024-01-25", "2024-01-24")["still"] == [("2024-01-19", "pending", None)]


_KEPT = district(
    duty("answer", "r: case.requests", 'r.matter == "query"', trigger="r", violated_by="{event: other}"),
    duty("told", "b: breaches", 'b.rule == "lab.answer"', "b.owed"),
)


def test_what_was_violated_by_an_act_stays_violated() -> None:
    """Whatever ends it some time after that; where it may have ended before, nobody knows."""

    def found(posted_at: str) -> dict[str, list[tuple[Any, ...]]]:
        events = [event("x", "other", "2024-01-12"), event("a", "quashed", posted_at=posted_at)]
        return told(decide(_KEPT, case_of(requests=_ASKED, events=events), moment("2024-03-01")))

    assert found("2024-01-25")["answer"] == [("2024-01-02", "undetermined", "2024-01-12")]
    assert [arose for arose, *_ in found("2024-01-25")["told"]] == ["2024-01-12"]
    assert found("2024-01-11") == {"answer": [("2024-01-02", "undetermined", None)]}


def test_what_was_posted_ended_the_duty_when_it_was_posted() -> None:
    posted = event("a", "answered", "2024-01-20", posted_at="2024-01-12")
    assert _owed("2024-03-01", posted)["late"] == [("2024-01-12", "pending", None)]


def test_nothing_is_violated_before_it_arose() -> None:
    found = _broken("2024-03-02", event("x", "other", "2024-03-01"))
    assert found["together"] == [("2024-03-01", "overdue", "2024-03-01")]
    assert found["next"] == [("2024-03-01", "pending", None)]


def test_many_parties_and_conditions_of_time_take_no_age() -> None:
    rules = district(
        duty(
            "old",
            "q: case.parties, s: q.statuses",
            's.kind == "dishonest_debtor"',
            'as_of >= s.since + duration("240h")',
            trigger="s",
            arises="complete",
        )
    )
    parties = [{"id": f"p{n}", "role": "debtor"} for n in range(40)]
    days = [f"2022-01-01T{n // 60:02}:{n % 60:02}:00" for n in range(40)]
    events = [event(f"e{n}", "listed", day, party=f"p{n}") for n, day in enumerate(days)]
    decision = decide(rules, case_of(parties=parties, events=events), moment("2024-06-01"))
    due = 10 * 86_400 * 10**9
    assert [o.arose_at for o in decision.obligations] == [
        moment(days[int(o.bound[0][9:-1])]) + due for o in decision.obligations
    ]
    assert len(decision.obligations) == 40


_SINCE_NOBODY_KNOWS = (
    duty(
        "listed",
        "q: case.parties",
        '"dishonest_debtor" in q.traits',
        deadline="{within: 10 days, from: as_of}",
    ),
    duty("state", "q: case.parties, s: q.statuses", 's.kind == "dishonest_debtor"', trigger="s"),
)


@pytest.mark.parametrize("second", ["", "2022"])
@pytest.mark.parametrize("other", ["2019-05-01", "2021-05-01", "2023-05-01"])
def test_what_else_happened_says_nothing_of_a_state_that_nobody_dates(second: str, other: str) -> None:
    rules = district(*_SINCE_NOBODY_KNOWS, second=second)
    decided = [
        decide(rules, case_of(parties=_party({}), events=events), moment("2024-06-01"))
        for events in ([], [event("x", "other", other)])
    ]
    told_of = [[(o.id, o.arose_at, o.due, o.program.pack.version) for o in d.obligations] for d in decided]
    assert told_of[0] == told_of[1]
    assert {version for *_, version in told_of[0]} == {second or "2020"}


def test_a_state_that_ended_under_an_earlier_version_is_of_that_one() -> None:
    rules = district(*_SINCE_NOBODY_KNOWS, second="2022")
    decision = decide(rules, case_of(parties=_party({"until": "2021-06-01"})), moment("2024-06-01"))
    assert {o.program.pack.version for o in decision.obligations} == {"2020"}


_EARLIER = district(duty("filed", "e: case.events", 'e.type == "filed"'))


def test_whether_a_case_was_pending_on_the_first_day_may_be_unknown() -> None:
    def said(*events: dict[str, Any]) -> tuple[Any, list[str]]:
        case = case_of(filed_at="2019-06-01", events=list(events))
        decision = decide(_EARLIER, case, moment("2024-06-01"))
        return told(decision), [error.code for error in decision.errors]

    assert said(event("x", "closed")) == ({"filed": [("?", "events[x].at")]}, [])
    assert said(event("x", "closed", "2019-07-01"), event("y", "closed")) == ({}, ["LNK820"])
    assert said(event("x", "closed", "2020-02-01")) == ({"filed": [("2020-01-01", "pending", None)]}, [])


_PLANS = district(duty("plan", "e: case.events", 'e.type == "plan_submitted"'))


def _plan(*services: str) -> list[dict[str, Any]]:
    served = [{"id": f"s{n}", "body": "court", "at": at} for n, at in enumerate(services)]
    return [{"id": "d", "type": "plan", "services": served}]


@pytest.mark.parametrize(
    ("services", "at", "expected", "warnings"),
    [
        (("2024-01-02", "2024-02-02"), "2024-01-02", ["2024-01-02", "2024-02-02"], 0),
        (("2024-01-02",), "", ["2024-01-02"], 0),
        (("2024-01-02", "2024-02-02"), "", ["2024-01-02", "2024-02-02"], 0),
        (("2024-01-02",), "2024-01-04", ["2024-01-04"], 1),
    ],
    ids=["two services and one told again", "no date", "two and one without a date", "another date"],
)
def test_an_event_tells_one_service_of_its_document(
    services: tuple[str, ...], at: str, expected: list[str], warnings: int
) -> None:
    events = [event("e", "plan_submitted", at, document="d")]
    case = case_of(documents=_plan(*services), events=events)
    found = told(decide(_PLANS, case, moment("2024-06-01")))
    assert sorted(arose for arose, *_ in found["plan"]) == expected
    view = _PLANS.reader.read(case, moment("2024-06-01"))
    assert len(_PLANS.canon.bring(view).contradictions) == warnings


def test_a_request_told_twice_to_two_bodies_is_a_contradiction() -> None:
    rules = district(duty("search", "r: case.requests", 'r.matter == "locate"'))
    case = case_of(
        requests=[{"id": "r", "matter": "locate", "to": "police", "at": "2024-01-02"}],
        events=[event("e", "search_requested", "2024-01-02", to="tax")],
    )
    view = rules.reader.read(case, moment("2024-06-01"))
    assert [found.path for found in rules.canon.bring(view).contradictions] == ["events[e].to"]


def test_an_act_of_several_bodies_has_ids_of_its_own() -> None:
    events = [
        event("a", "answered", "2024-01-02", actor="tax", also_by=["police"]),
        event("a~police", "answered", "2024-01-03", actor="court"),
    ]
    view = _PLANS.reader.read(case_of(events=events), moment("2024-06-01"))
    _PLANS.canon.bring(view)
    ids = [e.id for e in view.events]
    assert len(set(ids)) == len(ids) == 3


_ORDER = district(
    duty("search", "r: case.requests", 'r.matter == "locate"', deadline="{within: 10 days, from: r.at}"),
    duty("plan", "e: case.events", 'e.type == "plan_submitted"'),
)


def test_which_spelling_stands_for_a_fact_does_not_hang_on_the_order_sent() -> None:
    events = [
        event("a", "search_requested", "2024-01-02"),
        event("b", "search_requested", "2024-01-05", party="p"),
        event("c", "plan_submitted", document="d"),
    ]
    lists: dict[str, list[dict[str, Any]]] = {
        "events": events,
        "documents": _plan("2024-01-02", "2024-02-02"),
        "requests": [{"id": "r", "matter": "locate"}, {"id": "q", "matter": "query", "at": "2024-01-01"}],
    }
    turned = {name: elements[::-1] for name, elements in lists.items()}
    turned["documents"] = [d | {"services": d["services"][::-1]} for d in turned["documents"]]
    one, other = (decide(_ORDER, case_of(**sent), moment("2024-06-01")) for sent in (lists, turned))
    assert one.obligations == other.obligations


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ({"since": "2024-01-01", "until": "2025-01-01"}, [("2024-01-01", None)]),
        ({"since": "2025-01-01"}, []),
        ({"since": "2024-01-01", "ended_by": "x"}, [("2024-01-01", None)]),
        ({"begun_by": "x"}, []),
    ],
    ids=["an end to come", "a beginning to come", "an event to end it", "an event to begin it"],
)
def test_what_is_still_to_come_of_a_state_has_not_come(
    status: dict[str, str], expected: list[tuple[str, str | None]]
) -> None:
    case = case_of(parties=_party(status), events=[event("x", "other", "2025-01-01")])
    wanted = [(moment(since), None) for since, _ in expected]
    assert _spells(_LISTED, case) == wanted


_MISSING = duty(
    "missing",
    "q: case.parties, s: q.statuses",
    's.kind == "whereabouts_unclear"',
    'as_of >= s.since + duration("240h")',
    trigger="s",
    arises="complete",
)


@pytest.mark.parametrize("other", [[], [event("x", "other", "2019-12-30")]], ids=["alone", "beside another"])
def test_what_time_had_completed_before_the_first_day_arises_on_it(other: list[dict[str, Any]]) -> None:
    case = case_of(events=[event("l", "lost", "2019-05-01", party="p"), *other])
    found = told(decide(district(_MISSING), case, moment("2024-06-01")))
    assert found["missing"] == [("2020-01-01", "pending", None)]


def test_what_two_versions_leave_open_alike_is_open_once() -> None:
    rules = district(duty("missing", "q: case.parties", "q.whereabouts_unclear"), second="2022")
    for events in ([], [event("x", "other", "2021-01-01")]):
        found = told(decide(rules, case_of(events=events), moment("2024-06-01")))
        assert found == {"missing": [("?", "parties[p].whereabouts_unclear")]}


_ON_REQUEST = ('r.matter == "query"', 'case.documents.exists(d, d.services.exists(s, s.body == "tax"))')
_HANGING = district(
    duty("served", "r: case.requests", *_ON_REQUEST, arises="complete"),
    duty("other", "r: case.requests", 'case.events.exists(e, e.type == "other")', arises="complete"),
    duty("unless", "r: case.requests", '!case.events.exists(e, e.type == "other")'),
    duty(
        "seized",
        "e: case.events, q: case.parties",
        'e.type == "vehicle_seized"',
        '"dishonest_debtor" in q.traits',
    ),
    duty("state", "q: case.parties, s: q.statuses", 's.kind == "dishonest_debtor"', trigger="s"),
)
_SERVED = [{"id": "d", "type": "notice", "services": [{"id": "s", "body": "tax"}]}]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (
            {"requests": _ASKED, "documents": _SERVED},
            {"served": [("?", "documents[d].services[s].at")], "unless": [("2024-01-02", "pending", None)]},
        ),
        (
            {"requests": _ASKED, "events": [event("x", "other"), event("y", "other", "2024-02-01")]},
            {"other": [("?", "events[x].at")], "unless": [("?", "events[x].at")]},
        ),
        (
            {
                "events": [
                    event("l", "listed", "2024-01-01", party="p"),
                    event("d", "delisted", party="p"),
                    event("v", "vehicle_seized", "2024-01-15"),
                ]
            },
            {"state": [("2024-01-01", "pending", None)], "seized": [("?", "events[d].at")]},
        ),
        (
            {
                "events": [
                    event("u", "listed", party="p"),
                    event("l", "listed", "2023-01-01", party="p"),
                    event("d", "delisted", "2024-01-01", party="p"),
                    event("v", "vehicle_seized", "2023-06-15"),
                    event("w", "vehicle_seized", "2024-02-15"),
                ]
            },
            {
                "state": [("2023-01-01", "pending", None), ("?", "events[u].at")],
                "seized": [("2023-06-15", "pending", None), ("?", "events[u].at")],
            },
        ),
    ],
    ids=["a service", "an event before one of known time", "an end", "a beginning beside a spell"],
)
def test_what_hangs_on_an_act_without_a_time_waits_for_it(sent: dict[str, Any], expected: Any) -> None:
    assert told(decide(_HANGING, case_of(**sent), moment("2024-06-01"))) == expected


def test_what_is_named_of_an_act_without_a_time_settles_the_rule() -> None:
    """The actor decides whether the rule applies; the time, when it arose: both are asked for at once."""
    rules = district(
        duty("alone", "e: case.events", 'e.type == "other"', 'e.actor == "tax"'),
        duty("pair", "e: case.events, q: case.parties", 'e.type == "other"', 'e.actor == "tax"'),
    )
    found = told(decide(rules, case_of(events=[event("x", "other")]), moment("2024-06-01")))
    assert found == {name: [("?", "events[x].actor", "events[x].at")] for name in ("alone", "pair")}
    settled = case_of(events=[event("x", "other", "2024-01-02", actor="tax")])
    assert "?" not in str(told(decide(rules, settled, moment("2024-06-01"))))


_ISSUED_LATER = [{**_plan("2024-01-02")[0], "issued_at": "2024-03-01"}]


@pytest.mark.parametrize(
    "sent",
    [
        {"documents": _ISSUED_LATER},
        {
            "parties": _party({"since": "2024-01-01"}),
            "events": [event("l", "listed", "2024-01-03", party="p")],
        },
        {
            "parties": [{"id": "p", "role": "debtor", "whereabouts_unclear": True}],
            "events": [event("f", "debtor_found", "2024-01-03", party="p")],
        },
    ],
    ids=["served before it was issued", "two beginnings of one state", "missing and found"],
)
def test_what_contradicts_itself_is_said(sent: dict[str, Any]) -> None:
    view = _LISTED.reader.read(case_of(**sent), moment("2024-06-01"))
    assert [found.code for found in _LISTED.canon.bring(view).contradictions] == ["LNK850"]
