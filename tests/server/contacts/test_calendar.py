"""A department's calendar, read by the library and held to RFC 5545; over HTTP, as programs subscribe to
it."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import httpx
import pytest
from icalendar import Calendar
from openpyxl import load_workbook

from tests.server.contacts.conftest import MOBILE, Book, list_of
from tests.server.register.conftest import DAY, HOUR, asked, seized
from tests.server.waiting import SECONDS


async def calendar(book: Book, **fields: Any) -> Any:
    """The calendar, read."""
    answer = await book.registered.call("GetCalendar", **fields)
    return Calendar.from_ical(answer.calendar)


def by_rule(found: Any, kind: str) -> dict[str, Any]:
    """Its components by their summaries."""
    return {str(each["summary"]): each for each in found.walk(kind)}


async def prepared(book: Book) -> None:
    """A seized car, and a query to the tax office."""
    await book.registered.open()
    book.registered.clock.now += HOUR
    await book.registered.record(seized(), asked("r1", "tax_query", "tax"))


SEIZED = "查扣车辆后通知法院"


async def test_a_duty_is_a_todo_with_an_alarm(on_sqlite: Book) -> None:
    await prepared(on_sqlite)
    found = await calendar(on_sqlite, body="traffic_police")
    todo = by_rule(found, "VTODO")[SEIZED]
    duty = (await on_sqlite.registered.duties())["qiaonan.vehicle.notify"]
    assert str(todo["uid"]) == duty.id
    assert todo.decoded("due").isoformat() == "2024-03-03T09:30:00+08:00"
    assert todo["due"].params["TZID"] == "Asia/Shanghai"
    assert (str(todo["status"]), todo["sequence"]) == ("NEEDS-ACTION", 0)
    (alarm,) = todo.walk("VALARM")
    assert (alarm.decoded("trigger"), alarm["trigger"].params["RELATED"]) == (timedelta(hours=-24), "END")
    assert "案件：c1" in str(todo["description"])
    assert [str(zone["tzid"]) for zone in found.walk("VTIMEZONE")] == ["Asia/Shanghai"]


async def test_clauses_and_units_are_told_as_people_know_them(on_sqlite: Book) -> None:
    registered = on_sqlite.registered
    await prepared(on_sqlite)
    await registered.record(asked("r2", "marriage_query", "residents_committee", unit="甲社区"))
    told = {
        name: str(each["description"]) for name, each in by_rule(await calendar(on_sqlite), "VTODO").items()
    }
    assert "依据：第一条" in told[SEIZED]
    assert any("（甲社区）" in each for each in told.values())
    duty = (await registered.duties())["qiaonan.vehicle.notify"]
    assert list(duty.basis) == ["1"]


async def test_what_changes_keeps_its_uid_and_raises_its_sequence(on_sqlite: Book) -> None:
    await prepared(on_sqlite)
    first = by_rule(await calendar(on_sqlite), "VTODO")[SEIZED]
    on_sqlite.registered.clock.now += HOUR
    notice = {"id": "n1", "type": "court_notified", "at": "2024-03-02T02:30:00Z", "about": "e1"}
    await on_sqlite.registered.record({"id": "n1", "event": {**notice, "actor": "traffic_police"}})
    done = by_rule(await calendar(on_sqlite), "VTODO")[SEIZED]
    assert done["uid"] == first["uid"]
    assert done["sequence"] > first["sequence"]
    assert (str(done["status"]), done["percent-complete"]) == ("COMPLETED", 100)
    assert done.decoded("completed").isoformat() == "2024-03-02T02:30:00+00:00"
    assert not done.walk("VALARM")
    await on_sqlite.registered.pass_time(120 * DAY)
    assert SEIZED not in by_rule(await calendar(on_sqlite, body="traffic_police"), "VTODO")


async def test_without_a_due_time_there_is_no_moment(on_sqlite: Book) -> None:
    await on_sqlite.appoint("c1", "a")
    found = await calendar(on_sqlite, body="tax")
    todos = by_rule(found, "VTODO")
    assert "due" not in todos["区税务局报送名单"]
    assert not todos["区税务局报送名单"].walk("VALARM")
    # The tenth ends at 24:00; as 0:00 of the eleventh programs would show it on the eleventh.
    assert todos["区税务局确定两名联系人"].decoded("due").isoformat() == "2024-03-10T23:59:59+08:00"
    assert "到期：2024-03-10 24:00" in str(todos["区税务局确定两名联系人"]["description"])
    events = by_rule(await calendar(on_sqlite, body="tax", events=True), "VEVENT")
    assert set(events) == {"区税务局确定两名联系人"}
    assert events["区税务局确定两名联系人"].decoded("dtstart").isoformat() == "2024-03-10T23:59:59+08:00"


async def test_it_follows_rfc_5545(on_sqlite: Book) -> None:
    await prepared(on_sqlite)
    await on_sqlite.appoint("c1", "a")
    for events in (False, True):
        data = (await on_sqlite.registered.call("GetCalendar", events=events)).calendar
        lines = data.split(b"\r\n")
        assert lines[0] == b"BEGIN:VCALENDAR"
        assert lines[-2:] == [b"END:VCALENDAR", b""]
        assert all(len(line) <= 75 and b"\n" not in line for line in lines)  # 3.1
        found = Calendar.from_ical(data)
        assert {"PRODID", "VERSION"} <= set(found)  # 3.6
        parts = found.walk("VEVENT" if events else "VTODO")
        assert parts
        uids = [str(part["uid"]) for part in parts]
        assert len(set(uids)) == len(uids)
        for part in parts:
            assert {"UID", "DTSTAMP"} <= set(part)  # 3.6.1, 3.6.2
            assert part.decoded("dtstamp").utcoffset() == timedelta()
            assert ("DTSTART" in part) == events
        assert found.to_ical() == data
        assert data == (await on_sqlite.registered.call("GetCalendar", events=events)).calendar


async def test_programs_subscribe_over_http(on_sqlite: Book) -> None:
    await prepared(on_sqlite)
    await on_sqlite.upload(list_of(("区税务局", "张三", "", "", MOBILE)))
    async with httpx.AsyncClient(base_url=on_sqlite.registered.running.http, timeout=SECONDS) as client:
        file = await client.get("/v1/register/districts/qiaonan/calendar.ics", params={"body": "tax"})
        assert file.headers["content-type"] == "text/calendar; charset=utf-8"
        assert Calendar.from_ical(file.content).walk("VTODO")
        plain = await client.get("/v1/register/districts/qiaonan/calendar", params={"body": "tax"})
        assert set(plain.json()) == {"calendar"}
        book = await client.get("/v1/register/districts/qiaonan/contacts.xlsx")
        assert load_workbook(BytesIO(book.content)).sheetnames == ["固定联系人", "联络员"]
        wrong = await client.get("/v1/register/districts/qiaonan/calendar.ics", params={"body": "taxx"})
        assert wrong.status_code == 400
        assert wrong.json()["details"]


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_it_says_whose_it_is(on_sqlite: Book, lang: str) -> None:
    await prepared(on_sqlite)
    found = await calendar(on_sqlite, body="tax", language=lang)
    assert "税务局" in str(found["name"])
