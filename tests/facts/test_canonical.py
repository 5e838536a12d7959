"""One canonical form: what each spelling is brought into, what contradicts, and the states of each moment."""

from __future__ import annotations

from typing import Any

import pytest

from policy.facts.canonical import Canon
from policy.facts.findings import Findings
from policy.facts.parsing import parse_case
from policy.facts.timeline import Timeline
from policy.text.diagnostics import Faults
from policy.text.source import Source
from policy.time.moment import parse_moment
from tests.loading import SHIPPED, loaded

_VOCABULARY = loaded(SHIPPED)[0].vocabulary
_READER = loaded(SHIPPED)[0].districts["liwan"].reader
_AS_OF = parse_moment("2024-06-30T12:00:00+08:00")


def _brought(text: str) -> tuple[Any, Findings]:
    """The view of a case in canonical form; the case is the YAML of its fields."""
    faults = Faults()
    parsed = parse_case(Source("case.yaml", "id: c\ndistrict: liwan\nkind: enforcement\n" + text), faults, {})
    assert parsed is not None, list(faults)
    view = _READER.read(parsed.case, _AS_OF)
    return view, Canon(_VOCABULARY).bring(view)


def _day(number: int, month: int = 6) -> str:
    return f"2024-{month:02}-{number:02}T09:00:00+08:00"


def _spells(party: Any) -> list[tuple[str, int | None, int | None]]:
    """Each state with the June days on which it began and ended."""
    june = parse_moment(_day(1))
    return [
        (
            status.kind,
            *(
                None if (at := getattr(status, name, None)) is None else (at - june) // (86_400 * 10**9) + 1
                for name in ("since", "until")
            ),
        )
        for status in party.statuses
    ]


LISTED = f"{{id: l, type: dishonest_listed, at: {_day(1)}, party: p}}"
DELISTED = f"{{id: d, type: dishonest_delisted, at: {_day(5)}, party: p}}"
AGAIN = f"{{id: g, type: dishonest_listed, at: {_day(9)}, party: p}}"


@pytest.mark.parametrize(
    ("party", "events", "expected"),
    [
        ("traits: [dishonest_debtor]", "", [("dishonest_debtor", None, None)]),
        ("traits: [dishonest_debtor]", LISTED, [("dishonest_debtor", 1, None)]),
        ("", f"{LISTED}, {DELISTED}", [("dishonest_debtor", 1, 5)]),
        ("", f"{AGAIN}, {DELISTED}, {LISTED}", [("dishonest_debtor", 1, 5), ("dishonest_debtor", 9, None)]),
        ("traits: [dishonest_debtor]", DELISTED, [("dishonest_debtor", None, 5)]),
        ("", DELISTED, [("dishonest_debtor", None, 5)]),
        (
            f"statuses: [{{kind: dishonest_debtor, since: {_day(1)}}}]",
            LISTED,
            [("dishonest_debtor", 1, None)],
        ),
        (
            f"statuses: [{{kind: dishonest_debtor, since: {_day(1)}, until: {_day(5)}}}]",
            AGAIN,
            [("dishonest_debtor", 1, 5), ("dishonest_debtor", 9, None)],
        ),
        ("whereabouts_unclear: true", "", [("whereabouts_unclear", None, None)]),
        ("", f"{{id: f, type: debtor_found, at: {_day(5)}, party: p}}", []),
        ("traits: [lawyer]", "", [("lawyer", None, None)]),
        # Listed and taken off at one moment is never listed; who is not named is the only debtor.
        ("", f"{LISTED}, {{id: d, type: dishonest_delisted, at: {_day(1)}, party: p}}", []),
        ("", f"{{id: l, type: dishonest_listed, at: {_day(1)}}}", [("dishonest_debtor", 1, None)]),
    ],
)
def test_a_state_is_a_spell_however_it_is_told(party: str, events: str, expected: list[Any]) -> None:
    more = f", {party}" if party else ""
    view, _ = _brought(f"parties: [{{id: p, role: debtor{more}}}]\nevents: [{events}]\n")
    assert _spells(view.parties[0]) == expected


def test_traits_are_those_of_the_moment() -> None:
    view, _ = _brought(
        f"parties: [{{id: p, role: debtor, traits: [bank]}}]\nevents: [{LISTED}, {DELISTED}, {AGAIN}]\n"
    )
    timeline = Timeline(view, _VOCABULARY)

    def traits(day: int) -> set[str]:
        return set(timeline.at(parse_moment(_day(day))).parties[0].traits)

    always = {"bank", "financial_institution"}
    assert [traits(day) - always for day in (1, 4, 5, 8, 9)] == [
        {"dishonest_debtor"},
        {"dishonest_debtor"},
        set(),
        set(),
        {"dishonest_debtor"},
    ]
    assert all(always <= traits(day) for day in (1, 5, 9))


def test_a_field_says_what_held_at_the_moment_and_stays_unknown_where_nobody_said() -> None:
    lost = f"{{id: a, type: whereabouts_lost, at: {_day(2)}, party: p}}"
    found = f"{{id: b, type: debtor_found, at: {_day(6)}, party: p}}"
    view, _ = _brought(
        f"parties: [{{id: p, role: debtor}}, {{id: q, role: guarantor}}]\nevents: [{lost}, {found}]\n"
    )
    timeline = Timeline(view, _VOCABULARY)
    told = [
        [
            getattr(party, "whereabouts_unclear", None)
            for party in timeline.at(parse_moment(_day(day))).parties
        ]
        for day in (2, 6)
    ]
    assert told == [[True, None], [False, None]]


def test_a_flag_speaks_of_the_only_party_it_can_mean() -> None:
    view, findings = _brought("flags: {evasion: true}\nparties: [{id: p, role: debtor}]\n")
    assert view.parties[0].traits == ("evading",)
    assert not findings.contradictions


def test_a_flag_that_may_mean_two_says_nothing_of_either() -> None:
    view, findings = _brought(
        "flags: {evasion: true}\nparties: [{id: p, role: debtor}, {id: q, role: debtor}]\n"
    )
    assert [party.traits for party in view.parties] == [(), ()]
    assert [one.code for one in findings.contradictions] == ["LNK851"]


def test_a_flag_that_a_party_explains_needs_no_warning() -> None:
    view, findings = _brought(
        "flags: {evasion: true}\nparties: [{id: p, role: debtor, traits: [evading]}, {id: q, role: debtor}]\n"
    )
    assert [party.traits for party in view.parties] == [("evading",), ()]
    assert not findings.contradictions


@pytest.mark.parametrize("told", ["field", "event"])
def test_the_filing_is_a_field_and_an_event(told: str) -> None:
    text = {
        "field": f"filed_at: {_day(3)}\n",
        "event": f"events: [{{id: f, type: enforcement_filed, at: {_day(3)}}}]\n",
    }
    view, findings = _brought(text[told])
    assert view.filed_at == parse_moment(_day(3))
    assert [(event.type, event.at) for event in view.events] == [("enforcement_filed", view.filed_at)]
    assert len(findings.derived) == 1


def test_two_times_of_filing_contradict_each_other() -> None:
    _, findings = _brought(
        f"filed_at: {_day(3)}\nevents: [{{id: f, type: enforcement_filed, at: {_day(4)}}}]\n"
    )
    assert [(one.code, one.path) for one in findings.contradictions] == [("LNK850", "filed_at")]


def test_a_filing_of_later_has_not_happened() -> None:
    view, findings = _brought(f"filed_at: {_day(3, month=7)}\nevents: [{{id: f, type: enforcement_filed}}]\n")
    assert not hasattr(view, "filed_at")
    assert [(event.type, hasattr(event, "at")) for event in view.events] == [("enforcement_filed", False)]
    assert view.to_come == ("filed_at",)
    assert not findings.contradictions


def test_a_request_told_as_an_event_is_one_request() -> None:
    asked = f"{{id: s, type: search_requested, at: {_day(3)}, actor: court, body: public_security, party: p}}"
    request = f"{{id: r, matter: locate_debtor, to: public_security, at: {_day(3)}, party: p}}"
    party = "parties: [{id: p, role: debtor}]\n"
    alone, _ = _brought(party + f"events: [{asked}]\n")
    both, _ = _brought(party + f"events: [{asked}]\nrequests: [{request}]\n")
    assert [(r.id, r.matter, r.to, r.requester, r.party) for r in alone.requests] == [
        ("s", "locate_debtor", "public_security", "court", "p")
    ]
    assert [r.id for r in both.requests] == ["r"]
    assert "r" in both.events[0].answers or both.events[0].twin == "r"


def test_a_service_told_as_an_event_stands_with_its_document() -> None:
    view, _ = _brought(
        "parties: [{id: p, role: debtor}]\n"
        "documents: [{id: s, type: summons}]\n"
        f"events: [{{id: n, type: service_refused, at: {_day(3)}, party: p, document: s}}]\n"
    )
    (service,) = view.documents[0].services
    assert (service.result, service.party, service.body) == ("refused", "p", "")


def test_papers_shown_are_papers_provided() -> None:
    shown = f"{{id: r, matter: tax_query, to: state_tax, at: {_day(3)}, documents_shown: [work_permit]}}"
    view, _ = _brought(f"requests: [{shown}]\n")
    (event,) = view.events
    assert (event.type, event.about, event.at) == ("documents_provided", "r", parse_moment(_day(3)))


@pytest.mark.parametrize(
    ("event", "field"), [("court_notified", "to"), ("non_cooperation_found", "concerning")]
)
def test_the_old_field_means_what_its_event_means(event: str, field: str) -> None:
    view, _ = _brought(f"events: [{{id: e, type: {event}, at: {_day(3)}, body: finance}}]\n")
    assert getattr(view.events[0], field) == "finance"
    assert not hasattr(view.events[0], {"to": "concerning", "concerning": "to"}[field])


def test_an_act_of_several_to_several_is_one_of_each() -> None:
    view, _ = _brought(
        f"events: [{{id: e, type: court_notified, at: {_day(3)}, actor: finance, also_by: [audit],"
        " to: court, also_to: [procuratorate]}]\n"
    )
    pairs = {(event.actor, event.to) for event in view.events}
    assert pairs == {(a, t) for a in ("finance", "audit") for t in ("court", "procuratorate")}


def test_an_act_by_another_and_to_the_same_has_an_id_of_its_own() -> None:
    view, _ = _brought(
        f"events: [{{id: e, type: court_notified, at: {_day(3)}, also_by: [audit], also_to: [audit]}}]\n"
    )
    assert [event.id for event in view.events] == ["e", "e~audit", "e~audit~", "e~audit~audit"]


def test_an_act_answers_every_step_of_its_chain() -> None:
    view, _ = _brought(
        f"requests: [{{id: r, matter: real_estate_seizure, at: {_day(1)}}}]\n"
        "documents:\n  - {id: n, type: assistance_notice, request: r,\n"
        f"     services: [{{id: s, body: finance, at: {_day(2)}}}]}}\n"
        f"events:\n  - {{id: a, type: assistance_refused, at: {_day(3)}, about: s}}\n"
        f"  - {{id: b, type: court_notified, at: {_day(4)}, about: a}}\n"
    )
    answers = {event.id: set(event.answers) for event in view.events}
    assert {"s", "n", "r"} <= answers["a"]
    assert {"a", "s", "n", "r"} <= answers["b"]


@pytest.mark.parametrize(("more", "answered"), [("", {"submitted", "conflict"}), ("twice", {"submitted"})])
def test_who_names_the_document_means_the_only_finding_about_it(more: str, answered: set[str]) -> None:
    finding = "type: normative_document_conflict_found"
    second = f"  - {{id: second, {finding}, at: {_day(3)}, about: submitted}}\n" if more else ""
    view, _ = _brought(
        f"events:\n  - {{id: submitted, type: normative_document_submitted, at: {_day(1)}}}\n"
        f"  - {{id: conflict, {finding}, at: {_day(2)}, about: submitted}}\n{second}"
        f"  - {{id: rejected, type: normative_document_rejected, at: {_day(4)}, about: submitted}}\n"
    )
    assert {*next(e.answers for e in view.events if e.id == "rejected")} == answered
