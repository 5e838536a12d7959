"""Lists of obligations: every filter gives what a reader of all would pick, page by page, in order."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import grpc
import pytest
from sqlalchemy import event, text

from linkage.v1 import decision_pb2, register_pb2
from server.register import listing
from server.register.listing import Wanted
from tests.server.register.conftest import DAY, HOUR, Registered, asked, seized
from tests.server.register.test_keeping import many

Pick = Callable[[Any], bool]


async def everything(registered: Registered, **fields: Any) -> list[Any]:
    """The whole list, by pages of three."""
    found: list[Any] = []
    token = ""
    while True:
        page = await registered.call("ListObligations", page_size=3, page_token=token, **fields)
        assert len(page.obligations) <= 3
        found += page.obligations
        token = page.next_page_token
        if not token:
            return found


@pytest.fixture
async def filled(registered: Registered) -> Registered:
    """Cases with duties of every bearer, state and handling."""
    await registered.open()
    registered.clock.now += HOUR
    await registered.record(
        *(seized(f"e{n}") for n in range(3)),
        *(asked(f"t{n}", "tax_query", "tax") for n in range(3)),
        *(asked(f"m{n}", "marriage_query", "civil_affairs") for n in range(3)),
        *(asked(f"s{n}", "marriage_query", "residents_committee", unit=f"street-{n % 2}") for n in range(3)),
    )
    duties = await everything(registered)
    by_rule: dict[str, list[Any]] = {}
    for each in duties:
        by_rule.setdefault(each.rule.removeprefix("qiaonan."), []).append(each)
    tax = by_rule["query.tax"]
    await registered.call("AcceptObligation", obligation_id=tax[0].id, event_id="a1", handler="h1")
    await registered.call(
        "ReturnObligation", obligation_id=tax[1].id, event_id="b1", reason="documents_missing"
    )
    await registered.call("FulfilObligation", obligation_id=by_rule["query.marriage"][0].id, event_id="f1")
    await registered.call("RaiseObjection", obligation_id=tax[2].id, event_id="o1")
    await registered.pass_time(2 * DAY)
    return registered


FILTERS: dict[str, tuple[dict[str, Any], Pick]] = {
    "all that is owed": ({}, lambda each: not each.ended),
    "everything": ({"include_ended": True}, lambda each: True),
    "a body": ({"body": "tax"}, lambda each: [b.code for b in each.bearers] == ["tax"] and not each.ended),
    "a body, ended ones too": (
        {"body": "civil_affairs", "include_ended": True},
        lambda each: each.bearers[0].code == "civil_affairs",
    ),
    "a unit": ({"unit": "street-0"}, lambda each: each.bearer_unit == "street-0" and not each.ended),
    "a state": (
        {"states": ["STATE_OVERDUE"]},
        lambda each: each.state == decision_pb2.STATE_OVERDUE,
    ),
    "states of both kinds": (
        {"states": ["STATE_FULFILLED", "STATE_SUSPENDED"]},
        lambda each: each.state in (decision_pb2.STATE_FULFILLED, decision_pb2.STATE_SUSPENDED),
    ),
    "a matter": (
        {"matter": "marriage_query"},
        lambda each: [m.code for m in each.matters] == ["marriage_query"] and not each.ended,
    ),
    "a clause": ({"clause": "6"}, lambda each: "6" in each.basis and not each.ended),
    "a handler": ({"handler": "h1"}, lambda each: each.handler == "h1"),
    "a handling": (
        {"handlings": ["HANDLING_RETURNED", "HANDLING_ACCEPTED"]},
        lambda each: each.handling in (register_pb2.HANDLING_RETURNED, register_pb2.HANDLING_ACCEPTED),
    ),
    "due before": (
        {"due_before": "2024-03-08T00:00:00+08:00"},
        lambda each: each.HasField("due_at") and each.due_at.seconds < 1_709_827_200 and not each.ended,
    ),
    "due from, of a body, in a matter": (
        {"due_from": "2024-03-08T00:00:00+08:00", "body": "tax", "matter": "tax_query", "clause": "3"},
        lambda each: (
            each.rule == "qiaonan.query.tax" and each.due_at.seconds >= 1_709_827_200 and not each.ended
        ),
    ),
    "a state of a body": (
        {"states": ["STATE_SUSPENDED"], "body": "tax", "handlings": ["HANDLING_OPEN"]},
        lambda each: each.state == decision_pb2.STATE_SUSPENDED,
    ),
    "a case": ({"case_id": "c1", "body": "court"}, lambda each: each.bearers[0].code == "court"),
    "another case": ({"case_id": "c9"}, lambda each: False),
}


@pytest.mark.parametrize("looked_at", [10, 1])
async def test_every_filter_picks_what_a_reader_would(
    filled: Registered, looked_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However few obligations are looked at for a page: then it is short, and the next one goes on."""
    monkeypatch.setattr(listing, "LOOKED_AT", looked_at)
    whole = await everything(filled, include_ended=True)
    assert len({each.id for each in whole}) == len(whole) >= 18
    keys = [(each.HasField("due_at") or 2, each.due_at.ToNanoseconds(), each.id) for each in whole]
    assert keys == sorted(keys)  # those without a due time last
    for name, (fields, pick) in FILTERS.items():
        found = await everything(filled, **fields)
        assert [each.id for each in found] == [each.id for each in whole if pick(each)], name
        assert bool(found) == (name != "another case"), name


async def test_a_list_goes_on_although_obligations_end_meanwhile(filled: Registered) -> None:
    whole = await everything(filled)
    page = await filled.call("ListObligations", page_size=4)
    await filled.call("CloseCase", case_id="c1", event_id="z", event_type="case_completed")
    rest = await filled.call("ListObligations", page_size=100, page_token=page.next_page_token)
    left = await everything(filled)
    gone = {each.id for each in whole[:4]}
    assert [each.id for each in rest.obligations] == [each.id for each in left if each.id not in gone]


async def test_a_token_is_of_its_list(filled: Registered) -> None:
    page = await filled.call("ListObligations", page_size=1, body="tax")
    await filled.call("ListObligations", page_size=9, body="tax", page_token=page.next_page_token)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await filled.call("ListObligations", page_size=1, body="court", page_token=page.next_page_token)
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT


SINGLE: dict[str, dict[str, Any]] = {
    "bearers": {"bearers": ("b7", "b8")},
    "own": {"own": ("b7", "b9")},
    "unit": {"unit": "u"},
    "states": {"states": ("overdue", "fulfilled")},
    "due": {"due_from": 5, "due_before": 50},
    "matter": {"matter": "m"},
    "clause": {"clause": "3"},
    "handler": {"handler": "h7"},
    "handlings": {"handlings": ("returned", "accepted")},
    "case": {"case_id": "m7"},
}


@pytest.mark.parametrize("ended", [False, True])
async def test_every_two_filters_are_read_by_an_index(
    registered: Registered, ended: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No statement of any list looks at a table without one."""
    monkeypatch.setattr(listing, "duty_from", lambda _: None)  # the many are rows of nothing
    await registered.open()
    await many(registered.keeper)
    engine = registered.keeper.engine
    said: list[tuple[str, Any]] = []

    def remember(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "register_obligations" in statement or "register_marks" in statement:
            said.append((statement, parameters))

    event.listen(engine.sync_engine, "before_cursor_execute", remember)
    for one, other in itertools.combinations_with_replacement(SINGLE, 2):
        wanted = Wanted("qiaonan", include_ended=ended, **(SINGLE[one] | SINGLE[other]))
        await listing.listed(registered.keeper, wanted, (3, "o"), 20)
    event.remove(engine.sync_engine, "before_cursor_execute", remember)
    assert len(said) > 2 * len(SINGLE)
    postgresql = engine.dialect.name == "postgresql"
    async with engine.begin() as connection:
        await connection.execute(text("ANALYZE"))
    async with engine.connect() as connection:
        if postgresql:  # of three thousand rows it would rather read all
            await connection.execute(text("SET enable_seqscan = off"))
        for statement, parameters in said:
            explain = "EXPLAIN" if postgresql else "EXPLAIN QUERY PLAN"
            rows = await connection.exec_driver_sql(f"{explain} {statement}", parameters)
            plan = [str(row[-1]) for row in rows]
            scans = [line for line in plan if "Seq Scan on register_" in line]
            scans += [line for line in plan if line.startswith("SCAN register_") and "INDEX" not in line]
            # What else must hold of an obligation is looked up by it, not among all that have the mark.
            scans += [
                line for line in plan if "SEARCH register_marks_1 " in line and "obligation=?" not in line
            ]
            assert scans == [], plan
