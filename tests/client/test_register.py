"""Cases that live, through both clients: each call, what may be called again, pages, refusals by kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from linkage.v1 import facts_pb2, register_pb2
from linkage_client import (
    ChangeKind,
    Client,
    Exists,
    Handling,
    LinkageError,
    NotFound,
    Refused,
    Register,
    Stale,
    State,
    Watched,
    Why,
    WrongState,
    shanghai,
)
from tests.client.conftest import Server, serving, twin
from tests.client.cutting import Cutting

RULES = Path(__file__).parents[1] / "server" / "register" / "rules"
KINDS = pytest.mark.parametrize("kind", ["threads", "asyncio"])


@pytest.fixture(scope="module")
def living(tmp_path_factory: pytest.TempPathFactory, folder_of_keys: None) -> Iterator[Server]:
    """A service with a register, of the small district of the register's own tests."""
    with serving(RULES, tmp_path_factory.mktemp("living")) as found:
        yield found


@pytest.fixture(params=["threads", "asyncio"])
def register(request: pytest.FixtureRequest, living: Server) -> Iterator[Register]:
    """The register of the district, by each of the twins."""
    with twin(request.param, living.address) as client:
        yield client.register("qiaonan")


@pytest.fixture
def case_id(request: pytest.FixtureRequest) -> str:
    """A case of the test's own: its name holds for both twins apart."""
    return str(request.node.name)


def opened(register: Register, case_id: str) -> None:
    register.open_case(
        {
            "id": case_id,
            "district": "qiaonan",
            "kind": "enforcement",
            "parties": [{"id": "d", "role": "debtor", "kind": "natural_person"}],
            "properties": [{"id": "car", "type": "vehicle"}],
        }
    )


def asked(key: str, matter: str = "tax_query", to: str = "tax") -> dict[str, Any]:
    at = shanghai(2024, 3, 4, 9)
    request = {"id": key, "matter": matter, "to": to, "requester": "court", "at": at, "party": "d"}
    return {"id": key, "request": request}


def duties(register: Register, case_id: str) -> dict[str, Any]:
    return {
        duty.rule.removeprefix("qiaonan."): duty
        for duty in register.obligations(case_id=case_id, include_ended=True)
    }


def test_a_case_from_its_opening_to_its_end(register: Register, case_id: str) -> None:
    opened(register, case_id)
    recorded = register.record(case_id, [asked("r1", "marriage_query", "residents_committee")])
    (change,) = (each for each in recorded.changes if each.rule == "qiaonan.survey")
    assert (change.kind, change.why, change.entries) == (ChangeKind.CREATED, Why.ENTRIES, ("r1",))
    assert (change.case_id, change.state_before, change.due) == (case_id, None, shanghai(2024, 3, 15))
    (duty,) = register.obligations(case_id=case_id, body="residents_committee")
    assert (duty.id, duty.rule) == (change.obligation_id, change.rule)
    assert ([body.code for body in duty.bearers], duty.handling) == (["residents_committee"], Handling.OPEN)
    accepted = register.accept(duty.id, handler="desk-3").obligation
    assert (accepted.handling, accepted.handler) == (Handling.ACCEPTED, "desk-3")
    found = register.obligation(duty.id)
    assert [output.id for output in found.expected_outputs] == ["survey", "2"]
    answers = [{"field": "home", "options": ["在本辖区"]}, {"field": "assets", "options": ["均无"]}]
    form = {"id": "survey", "reference": "file-9", "answers": answers}
    done = register.fulfil(duty.id, [form, register_pb2.ProvidedOutput(id="2")]).obligation
    assert (done.state, done.handling, done.ended) == (State.FULFILLED_LATE, Handling.REPORTED, True)
    assert register.confirm(duty.id, reject=True).obligation.state is State.OVERDUE
    register.fulfil(duty.id, [form, {"id": "2"}])
    assert register.confirm(duty.id).obligation.handling is Handling.CONFIRMED
    history = [change.kind for change in register.obligation(duty.id).history]
    assert history[0] is ChangeKind.CREATED
    assert history[-1] is ChangeKind.HANDLED
    closed = register.close_case(case_id, "case_completed", event_id="end")
    assert closed.case is not None
    assert closed.case.closed_at is not None
    assert register.close_case(case_id, "case_completed", event_id="end").already_recorded == ("end",)
    whole = register.case(case_id, entries=True)
    assert (whole.case.etag, len(whole.entries)) == (closed.case.etag, whole.case.message.entries)
    assert whole.facts.requests[0].id == "r1"


def test_returning_objecting_and_asking(register: Register, case_id: str) -> None:
    opened(register, case_id)
    request = facts_pb2.Request(matter="tax_query", to="tax", party="d")
    first = register.request(case_id, request, event_id="r1")
    assert register.request(case_id, request, event_id="r1").already_recorded == ("r1",)
    (duty,) = register.obligations(case_id=case_id, body="tax", states=[State.PENDING])
    assert first.changes[0].obligation_id == duty.id
    assert [reason.code for reason in register.obligation(duty.id).return_reasons] == ["documents_missing"]
    back = register.give_back(duty.id, "documents_missing", event_id="b1").obligation
    assert (back.handling, back.return_reason and back.return_reason.code) == (
        Handling.RETURNED,
        "documents_missing",
    )
    assert not list(register.obligations(case_id=case_id, handlings=[Handling.OPEN]))
    held = register.object_to(duty.id).obligation
    assert (held.state, held.objected_at is not None) == (State.SUSPENDED, True)


def test_a_list_is_fetched_page_by_page(register: Register, case_id: str) -> None:
    opened(register, case_id)
    register.record(case_id, [asked(f"r{number}") for number in range(7)])
    paged = [duty.id for duty in register.obligations(case_id=case_id, page_size=2)]
    assert len(set(paged)) == 14  # each with its breach
    assert paged == [duty.id for duty in register.obligations(case_id=case_id)]
    for first in register.obligations(case_id=case_id, page_size=1):
        assert first.id == paged[0]
        break  # the others are never asked for


@KINDS
def test_what_a_lost_answer_recorded_is_not_recorded_again(living: Server, kind: str) -> None:
    with Cutting(living.address) as line, twin(kind, line.address) as client:
        register = client.register("qiaonan")
        opened(register, f"lost-{kind}")
        line.swallow = 1
        recorded = register.record(f"lost-{kind}", [asked(f"r{number}") for number in range(9)])
        assert line.swallow == 0
        assert recorded.already_recorded == tuple(f"r{number}" for number in range(9))
        entries = [entry.id for entry in register.case(f"lost-{kind}", entries=True).entries]
        assert entries == ["opening", *(f"r{number}" for number in range(9))]


def following(watch: Iterator[Watched], count: int) -> list[Watched]:
    """The next so many changes that a watch tells."""
    return list(islice((seen for seen in watch if seen.change), count))


def test_a_watch_tells_what_becomes_of_obligations(register: Register, case_id: str) -> None:
    opened(register, case_id)
    watch = register.watch(case_id=case_id)
    first = next(watch)
    assert (first.change, bool(first.token)) == (None, True)
    recorded = register.record(case_id, [asked("r1")])
    seen = following(watch, 2)
    assert [each.change and each.change.position for each in seen] == [c.position for c in recorded.changes]
    (duty,) = register.obligations(case_id=case_id, body="tax")
    created = next(each.change for each in seen if each.change and each.change.obligation_id == duty.id)
    assert (created.kind, created.title, created.bearers) == (ChangeKind.CREATED, duty.title, ("tax",))
    watch.close()  # type: ignore[attr-defined]
    register.accept(duty.id)
    again = register.watch(case_id=case_id, resume_token=seen[-1].token)
    assert [each.change and each.change.kind for each in following(again, 1)] == [ChangeKind.HANDLED]
    again.close()  # type: ignore[attr-defined]
    whole = register.watch(case_id=case_id, from_start=True, kinds=[ChangeKind.CREATED])
    assert [each.change and each.change.position for each in following(whole, 2)] == [
        change.position for change in recorded.changes
    ]
    whole.close()  # type: ignore[attr-defined]


@KINDS
def test_a_watch_whose_connection_breaks_goes_on(living: Server, kind: str) -> None:
    case_id = f"cut-{kind}"
    with (
        Cutting(living.address) as line,
        twin(kind, living.address) as direct,
        twin(kind, line.address) as client,
    ):
        register = direct.register("qiaonan")
        opened(register, case_id)
        watch = client.register("qiaonan").watch(case_id=case_id)
        next(watch)
        expected, told = [], []
        for number in range(6):
            line.cut()
            expected += [c.position for c in register.record(case_id, [asked(f"r{number}")]).changes]
            told += [each.change.position for each in following(watch, 2) if each.change]
        watch.close()  # type: ignore[attr-defined]
        assert line.connections > 1
    assert told == expected
    assert len(told) == 12


def test_tokens_that_are_not_of_this_watch(register: Register, case_id: str) -> None:
    opened(register, case_id)
    token = next(register.watch(case_id=case_id)).token
    for other, code in (
        ({"resume_token": "abc"}, "LNK053"),
        ({"resume_token": token, "body": "tax"}, "LNK055"),
    ):
        with pytest.raises(Refused) as caught:
            next(register.watch(case_id=case_id, **other))  # type: ignore[arg-type]
        assert [(v.field, v.code) for v in caught.value.violations] == [("resume_token", code)]


WRONG: dict[str, tuple[type[LinkageError], str, str]] = {
    "an unknown case": (NotFound, "case_id", "LNK001"),
    "an unknown obligation": (NotFound, "obligation_id", "LNK002"),
    "opened with other facts": (Exists, "case", "LNK003"),
    "a stale etag": (Stale, "etag", "LNK004"),
    "an id that is taken": (Exists, "entries[0].id", "LNK005"),
    "an event before its cause": (Refused, "entries[0].event.at", "LNK009"),
    "by another body": (Refused, "body", "LNK013"),
    "sent back for no reason of the clause": (Refused, "reason", "LNK016"),
    "without the seal": (Refused, "outputs", "LNK017"),
    "confirmed before it is done": (WrongState, "obligation_id", "LNK024"),
    "a field that is not there": (Refused, "entries[0].evnt", "LNK811"),
    "an entry of two things": (Refused, "entries[0]", "LNK846"),
    "a moment without a zone": (Refused, "at", "LNK816"),
}


def attempt(register: Register, case_id: str, what: str) -> None:
    """Does that wrong thing."""
    found = duties(register, case_id)
    tax, survey = found["query.tax"].id, found["survey"].id
    event = {"id": "n", "type": "answered", "about": "r1", "at": shanghai(2024, 3, 1)}
    form = {"id": "survey", "answers": [{"field": "home", "options": ["在本辖区"]}]}
    form["answers"] += [{"field": "assets", "options": ["均无"]}]  # type: ignore[operator]
    doing: dict[str, Callable[[], object]] = {
        "an unknown case": lambda: register.case("nowhere"),
        "an unknown obligation": lambda: register.accept("ob-1"),
        "opened with other facts": lambda: register.open_case(
            {"id": case_id, "district": "qiaonan", "kind": "enforcement", "claim_fen": 5}
        ),
        "a stale etag": lambda: register.record(case_id, [asked("r9")], etag="0123456789abcdef"),
        "an id that is taken": lambda: register.record(case_id, [{"id": "r1", "supersedes": "opening"}]),
        "an event before its cause": lambda: register.record(case_id, [{"id": "n", "event": event}]),
        "by another body": lambda: register.accept(tax, body="civil_affairs"),
        "sent back for no reason of the clause": lambda: register.give_back(tax, "not_competent"),
        "without the seal": lambda: register.fulfil(survey, [form]),
        "confirmed before it is done": lambda: register.confirm(tax),
        "a field that is not there": lambda: register.record(case_id, [{"id": "x", "evnt": {}}]),
        "an entry of two things": lambda: register.record(
            case_id, [{"id": "x", "event": {"id": "x"}, "party": {"id": "p"}}]
        ),
        "a moment without a zone": lambda: register.accept(tax, at=datetime(2024, 3, 4)),
    }
    doing[what]()


def test_every_refusal_has_its_kind_place_and_code(register: Register, case_id: str) -> None:
    opened(register, case_id)
    register.record(case_id, [asked("r1"), asked("r2", "marriage_query", "residents_committee")])
    before = register.case(case_id).case.etag
    for what, (kind, field, code) in WRONG.items():
        with pytest.raises(LinkageError) as caught:
            attempt(register, case_id, what)
        assert type(caught.value) is kind, what
        assert [(v.field, v.code) for v in caught.value.violations] == [(field, code)], what
        assert caught.value.violations[0].description in caught.value.message
    assert register.case(case_id).case.etag == before


def test_a_state_that_there_is_not(living: Server) -> None:
    with Client(living.address) as client, pytest.raises(ValueError, match="OPNE"):
        list(client.register("qiaonan").obligations(handlings=["opne"]))  # type: ignore[list-item]
