"""What happens without anybody sending it: the document's own issue, and the beginning of calendar periods.

    first day of the pack, as_of, kinds of events that rules wait for --Standing.events--> events

Only on the district's own file: a case has its duties from its own facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from policy.facts.paths import key_of
from policy.facts.views import VIEWS, CaseView
from policy.time.calendar import SHANGHAI

_NANO = 1_000_000_000
_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Standing:
    """The events of one district that need nobody: ``instrument`` at ``first``, and ``periods``.

    ``first`` is the first moment of the first version, in nanoseconds, or the day of a report; None where
    that is unknown: then the instrument is there without a time, and no period begins. ``periods`` gives
    event types and the calendar period of each.
    """

    first: int | None
    instrument: str
    periods: Mapping[str, str]

    def events(self, view: CaseView) -> Iterator[Any]:
        """Those that the case does not state itself, from the first version up to ``as_of``."""
        if getattr(view, "kind", "") != "district" or (self.first is not None and self.first > view.as_of):
            return
        stated: dict[str, list[Any]] = {}
        for event in view.events:
            stated.setdefault(event.type, []).append(event)
        if self.instrument and self.instrument not in stated:
            yield _event(view, self.instrument, self.instrument, self.first)
        if self.first is None:
            return
        for kind, period in sorted(self.periods.items()):
            told = {_start(e.at, period) for e in stated.get(kind, ()) if hasattr(e, "at")}
            for start, end, name in _periods(self.first, view.as_of, period):
                if start not in told:
                    event = _event(view, kind, f"{kind}:{name}", start)
                    event.period_from, event.period_to = start, end
                    yield event

    def past(self, trigger: str, view: CaseView) -> bool:
        """Whether the trigger is a period that was not sent and is over."""
        for kind, period in self.periods.items():
            if trigger.startswith(f"events[{kind}:"):
                event = view.index["events"].get(key_of(trigger))
                return event is not None and ends_at(event, period) <= view.as_of
        return False


def ends_at(event: Any, period: str) -> int:
    """When the period that this event begins is over, in nanoseconds."""
    stated: int | None = getattr(event, "period_to", None)
    if stated is not None:
        return stated
    moment = datetime.fromtimestamp(event.at // _NANO, SHANGHAI)
    return _nanos(_next(_first_month(moment, period), period))


def _event(view: CaseView, kind: str, key: str, at: int | None) -> Any:
    event: Any = VIEWS["Event"].blank()
    taken = {e.id for e in view.events}
    while key in taken:
        key += "~"
    event.id, event.type, event.standing = key, kind, True
    if at is None:
        event.timeless = True
    else:
        event.at = at
    return event


def _periods(first: int, as_of: int, period: str) -> Iterator[tuple[int, int, str]]:
    """The calendar periods from the one that holds ``first`` to the one that holds ``as_of``."""
    start = _first_month(datetime.fromtimestamp(first // _NANO, SHANGHAI), period)
    while _nanos(start) <= as_of:
        end = _next(start, period)
        name = str(start.year) if period == "year" else f"{start.year}-{start.month:02}"
        yield _nanos(start), _nanos(end), name
        start = end


def _start(at: int, period: str) -> int:
    return _nanos(_first_month(datetime.fromtimestamp(at // _NANO, SHANGHAI), period))


def _first_month(moment: datetime, period: str) -> datetime:
    months = _MONTHS[period]
    return datetime(moment.year, (moment.month - 1) // months * months + 1, 1, tzinfo=SHANGHAI)


def _next(start: datetime, period: str) -> datetime:
    months = start.month - 1 + _MONTHS[period]
    return datetime(start.year + months // 12, months % 12 + 1, 1, tzinfo=SHANGHAI)


def _nanos(moment: datetime) -> int:
    return int(moment.timestamp()) * _NANO
