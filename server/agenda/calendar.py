"""Obligations -> iCalendar (RFC 5545), by the library icalendar.

A duty is a to-do: DUE is its due time in Asia/Shanghai (24:00 as 23:59:59, so that it is shown on the day
that it ends), an alarm goes when it is due soon, and once nothing is owed any more it is COMPLETED
(fulfilled) or CANCELLED (discharged, terminated). A duty without a due time (立即, 及时, while the district
has not said how long that is) is a to-do without DUE: nobody invents a moment. Programs that show no to-dos
are given events at the due times instead; what has no due time is not among them. A due time beyond the last
published holiday notice says that it is provisional.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from google.protobuf.timestamp_pb2 import Timestamp
from icalendar import Alarm, Calendar, Component, Event, Timezone, TimezoneStandard, Todo

from linkage.v1 import decision_pb2, register_pb2

ZONE = "Asia/Shanghai"
_REFRESH = timedelta(hours=1)
_FULFILLED = (decision_pb2.STATE_FULFILLED, decision_pb2.STATE_FULFILLED_LATE)
_PRODUCT = "-//Linkage//Obligations//ZH"

_STATES = {
    decision_pb2.STATE_PENDING: ("待履行", "pending"),
    decision_pb2.STATE_OVERDUE: ("已逾期", "overdue"),
    decision_pb2.STATE_FULFILLED: ("已履行", "fulfilled"),
    decision_pb2.STATE_FULFILLED_LATE: ("逾期后履行", "fulfilled late"),
    decision_pb2.STATE_DISCHARGED: ("已解除", "discharged"),
    decision_pb2.STATE_SUSPENDED: ("已中止", "suspended"),
    decision_pb2.STATE_TERMINATED: ("已终止", "terminated"),
    decision_pb2.STATE_UNDETERMINED: ("待定", "undetermined"),
}


class Item(NamedTuple):
    """An obligation of a calendar; ``sequence`` is how often it changed, ``changed`` when it did last.

    ``lead``: so long before it is due it is due soon. ``unit``: the unit that bears it, by its name;
    ``basis``: its clauses, as the document numbers them.
    """

    obligation: register_pb2.RegisteredObligation
    sequence: int
    changed: datetime
    lead: timedelta
    unit: str
    basis: str


def calendar_of(
    items: Iterable[Item], title: str, lang: str, *, events: bool = False, method: str = ""
) -> bytes:
    """The calendar. ``events``: no to-dos; ``method``: what a mail program is to do with it (RFC 5546)."""
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", title)
    calendar.add("x-wr-calname", title)
    calendar.add("x-wr-timezone", ZONE)
    if method:
        calendar.add("method", method)
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    calendar.add_component(_zone())
    for item in items:
        if item.obligation.HasField("due_at") or not events:
            calendar.add_component(_component(item, lang, events))
    return bytes(calendar.to_ical())


def _zone() -> Timezone:
    """Asia/Shanghai as it has been since 1992: no summer time."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", ZONE)
    standard.add("dtstart", datetime(1992, 1, 1))  # noqa: DTZ001 - local time, by definition (RFC 5545, 3.6.5)
    standard.add("tzoffsetfrom", timedelta(hours=8))
    standard.add("tzoffsetto", timedelta(hours=8))
    standard.add("tzname", "CST")
    zone.add_component(standard)
    return zone


def _component(item: Item, lang: str, events: bool) -> Component:
    obligation = item.obligation
    made: Component = Event() if events else Todo()
    made.add("uid", obligation.id)
    made.add("sequence", item.sequence)
    made.add("dtstamp", item.changed.replace(microsecond=0))
    made.add("last-modified", item.changed.replace(microsecond=0))
    made.add("summary", _summary(obligation, lang))
    made.add("description", description(item, lang))
    made.add("class", "CONFIDENTIAL")
    if obligation.HasField("due_at"):
        made.add("dtstart" if events else "due", shown(obligation.due_at))
    if obligation.HasField("arose_at") and not events:
        made.add("created", utc(obligation.arose_at))
    if events:
        made.add("transp", "TRANSPARENT")
        open_status = "TENTATIVE" if obligation.due_provisional else "CONFIRMED"
        made.add("status", "CANCELLED" if obligation.ended else open_status)
    else:
        _say_status(made, obligation)
    if obligation.HasField("due_at") and not obligation.ended:
        made.add_component(_alarm(item, lang, events))
    return made


def _say_status(made: Component, obligation: register_pb2.RegisteredObligation) -> None:
    if not obligation.ended:
        taken = obligation.handling == register_pb2.HANDLING_ACCEPTED
        made.add("status", "IN-PROCESS" if taken else "NEEDS-ACTION")
    elif obligation.state in _FULFILLED:
        made.add("status", "COMPLETED")
        made.add("percent-complete", 100)
        if obligation.HasField("state_at"):
            made.add("completed", utc(obligation.state_at))
    else:
        made.add("status", "CANCELLED")


def _alarm(item: Item, lang: str, events: bool) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _summary(item.obligation, lang))
    alarm.add("trigger", -item.lead, parameters={} if events else {"RELATED": "END"})
    return alarm


def _summary(obligation: register_pb2.RegisteredObligation, lang: str) -> str:
    if not obligation.due_provisional:
        return obligation.title
    return f"{obligation.title} (provisional)" if lang == "en" else f"{obligation.title}（暂定）"


def description(item: Item, lang: str) -> str:
    """What a list of obligations says of one, a line each: no fact of its case."""
    english, obligation = lang == "en", item.obligation
    colon, comma = (": ", ", ") if english else ("：", "、")
    due = said(obligation.due_at) if obligation.HasField("due_at") else ""
    none = "no due time" if english else "没有到期时间"
    beyond = (
        " (provisional: beyond the published holiday notices)"
        if english
        else "（暂定：超出已公布的节假日安排）"
    )
    unit = (f" ({item.unit})" if english else f"（{item.unit}）") if item.unit else ""
    lines = [
        ("By" if english else "由", comma.join(b.name for b in obligation.bearers) + unit),
        ("For" if english else "对", comma.join(body.name for body in obligation.counterparties)),
        ("Case" if english else "案件", obligation.case_id),
        ("Clauses" if english else "依据", item.basis),
        ("Due" if english else "到期", (due or none) + (beyond if obligation.due_provisional else "")),
        ("State" if english else "状态", _STATES.get(obligation.state, ("", ""))[english]),
    ]
    return "\n".join(f"{name}{colon}{value}" for name, value in lines if value)


def local(stamp: Timestamp) -> datetime:
    """A moment in Shanghai; the second in which it lies begins, so that nothing is shown later than it is."""
    return datetime.fromtimestamp(stamp.seconds, ZoneInfo(ZONE))


def shown(stamp: Timestamp) -> datetime:
    """The same where calendar programs are to show it: 24:00 as the last second of the day that it ends.

    As 0:00 of the day after, which it is too, they show it on that day, when it is too late.
    """
    moment = local(stamp)
    return moment - timedelta(seconds=1) if moment.time() == time() else moment


def said(stamp: Timestamp) -> str:
    """A moment in Shanghai as documents write it: a day ends at 24:00."""
    moment = local(stamp)
    if (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return f"{(moment - timedelta(days=1)).date().isoformat()} 24:00"
    return moment.strftime("%Y-%m-%d %H:%M")


def utc(stamp: Timestamp) -> datetime:
    """A moment in UTC."""
    return datetime.fromtimestamp(stamp.seconds, UTC)
