"""Paths into the facts."""

import pytest

from policy.pack.paths import element_of, list_paths, section_of

VARIABLES = {"doc": "Document", "debtor": "Party", "request": "Request"}


@pytest.mark.parametrize(
    ("path", "element"),
    [
        ("case.events", "Event"),
        ("breaches", "Breach"),
        ("doc.services", "Service"),
        ("debtor.relations", "Relation"),
        ("case.flags", ""),
        ("case.attributes", ""),
        ("case.categories", ""),
        ("request.documents_shown", ""),
        ("service.at", ""),
        ("case", ""),
        ("", ""),
    ],
)
def test_what_a_path_lists(path: str, element: str) -> None:
    assert element_of(path, VARIABLES) == element


def test_the_lists_that_are_offered_are_those_that_are_accepted() -> None:
    offered = list_paths(VARIABLES)
    assert list(offered) == sorted(offered)
    assert {"breaches", "case.parties", "doc.services", "debtor.relations"} <= set(offered)
    assert all(element_of(path, VARIABLES) for path in offered)


@pytest.mark.parametrize(
    ("expression", "section"),
    [
        ("request.matter", "matters"),
        ("request.requester", "bodies"),
        ("case.kind", "kinds"),
        ("debtor.kind", "party_kinds"),
        ("debtor.household.district", ""),
        ("debtor.relations.kind", ""),
        ("request.id", ""),
        ("unknown.matter", ""),
        ("party(request.party).kind", ""),
    ],
)
def test_which_codes_a_field_holds(expression: str, section: str) -> None:
    assert section_of(expression, VARIABLES) == section
