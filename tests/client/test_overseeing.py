"""What a district sees, through both clients: boards, circulars, officers, what other rules change."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from linkage_client import Light, LinkageError, NotFound, Refused, Register, shanghai
from tests.client.conftest import Server, serving, twin
from tests.server.contacts.conftest import MOBILE, with_contacts

PERSON = {"name": "赵某", "mobile": MOBILE}
SINCE, UNTIL = shanghai(2024, 1, 1), shanghai(2025, 1, 1)


@pytest.fixture(scope="module")
def overseen(tmp_path_factory: pytest.TempPathFactory, folder_of_keys: None) -> Iterator[Server]:
    """A service whose small district names contacts."""
    folder = tmp_path_factory.mktemp("overseen")
    with serving(with_contacts(folder / "rules"), folder) as found:
        yield found


@pytest.fixture(params=["threads", "asyncio"])
def register(request: pytest.FixtureRequest, overseen: Server) -> Iterator[Register]:
    """The register of the district, by each of the twins."""
    with twin(request.param, overseen.address) as client:
        yield client.register("qiaonan")


@pytest.fixture
def key(request: pytest.FixtureRequest) -> str:
    """A key of the test's own: its name holds for both twins apart."""
    return str(request.node.name).replace("[", ".").rstrip("]")


def asked(register: Register, case_id: str) -> None:
    debtor: dict[str, Any] = {"id": "d", "role": "debtor", "kind": "natural_person"}
    register.open_case({"id": case_id, "district": "qiaonan", "kind": "enforcement", "parties": [debtor]})
    at = shanghai(2024, 3, 4, 9)
    wanted = {"id": "r1", "matter": "tax_query", "to": "tax", "requester": "court", "at": at, "party": "d"}
    register.record(case_id, [{"id": "r1", "request": wanted}])


def test_a_board_and_what_stands_behind_a_figure(register: Register, key: str) -> None:
    asked(register, key)
    board = register.board(since=SINCE, until=UNTIL, by="unit", trend="month", rank_by="in_time_rate")
    assert (board.since, board.until) == (SINCE, UNTIL)
    assert [point.start for point in board.trend][:2] == ["2024-01-01", "2024-02-01"]
    (tax,) = (row for row in board.rows if row.of.code == "tax")
    behind = list(register.behind("past_due", since=SINCE, until=UNTIL, body="tax", page_size=1))
    assert tax.value("past_due") == Decimal(len(behind)) > 0
    assert key in {duty.case_id for duty in behind}
    assert board.total.value("past_due") is not None
    assert tax.light in Light
    assert set(tax.lights) <= set(tax.figures)
    assert tax.name not in repr(tax)
    with pytest.raises(KeyError):
        tax.value("no_such_figure")


def test_a_circular_of_a_month_and_of_a_year(register: Register) -> None:
    month, year = register.circular(2024, 3), register.circular(2024, language="zh")
    assert month.title != year.title
    assert "2024" in year.text
    assert year.html.lower().startswith("<!doctype html>")
    assert month.at.utcoffset() is not None


def test_officers_come_go_and_are_forgotten(register: Register, key: str) -> None:
    first = register.appoint(PERSON, contact_id=key, body="tax", role="fixed", post="a")
    assert (first.id, first.body.code, first.role.code) == (key, "tax", "fixed")
    assert first.post is not None
    assert first.post.name == "A"
    assert register.appoint(PERSON, contact_id=key, body="tax", role="fixed", post="a").id == key
    assert key in {contact.id for contact in register.contacts(body="tax")}
    assert PERSON["name"] not in repr(register.contacts())
    moved = register.update_contact(key, {**PERSON, "office": "3-12"})
    assert moved.person is not None
    assert moved.person.office == "3-12"
    second = register.appoint(PERSON, body="tax", role="fixed", post="a", replaces=key)
    ended = register.end_contact(second.id)
    assert ended.until is not None
    assert second.id not in {contact.id for contact in register.contacts(body="tax")}
    assert second.id in {contact.id for contact in register.contacts(body="tax", include_past=True)}
    assert set(register.erase_contact(second.id)) == {key, second.id}  # one person's two appointments
    gone = {contact.id: contact for contact in register.contacts(include_past=True)}[second.id]
    assert gone.person is None


def test_a_workbook_comes_back_as_it_was_given_out(register: Register, key: str) -> None:
    name, post = ("钱某", "a") if key.endswith("threads") else ("孙某", "b")
    register.appoint({**PERSON, "name": name}, contact_id=key, body="court", role="fixed", post=post)
    workbook = register.export_contacts("court")
    assert name in str([list(sheet.values) for sheet in load_workbook(BytesIO(workbook)).worksheets])
    again = register.import_contacts(workbook, role="fixed", check=True)
    assert (again.mistakes, again.appointed, again.updated) == ((), (), ())
    assert again.unchanged > 0
    (mistake,) = register.import_contacts(b"no workbook", role="fixed").mistakes
    assert mistake.code.startswith("LNK")


def test_what_other_rules_would_change(register: Register) -> None:
    changes = register.rule_changes()
    assert (changes.waiting_cases, changes.rejected, changes.cases) == (0, False, ())
    assert len(changes.rules_digest) == 64
    assert changes.engine_version


@pytest.mark.parametrize(
    ("call", "error", "field"),
    [
        (lambda register: register.board(body="no_such_body"), Refused, "body"),
        (lambda register: register.board(at="yesterday"), Refused, "at"),
        (lambda register: list(register.behind("no_such_figure")), Refused, "figure"),
        (lambda register: register.circular(2024, 13), Refused, "month"),
        (lambda register: register.appoint({"nom": "x"}, body="tax"), Refused, "person"),
        (lambda register: register.end_contact("nobody"), NotFound, "contact_id"),
    ],
)
def test_wrong_input_is_refused_by_its_field(
    register: Register, call: Any, error: type[LinkageError], field: str
) -> None:
    with pytest.raises(error) as caught:
        call(register)
    assert caught.value.violations[0].field.startswith(field)


def test_names_that_there_are_not(register: Register) -> None:
    with pytest.raises(ValueError, match="BOARD_BY_PERSON"):
        register.board(by="person")  # type: ignore[arg-type]


def test_a_district_that_there_is_not(overseen: Server) -> None:
    with twin("threads", overseen.address) as client, pytest.raises(Refused) as caught:
        client.register("elsewhere").board()
    assert caught.value.violations[0].field == "district"
