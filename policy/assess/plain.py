"""What a case adds, as plain data: for another process, or a file. It comes back as what reports show.

    CaseCount --plain_count--> Plain (JSON) --count_of--> CaseCount
    Obligation --plain_duty--> Duty --obligation_of--> Obligation

An obligation that came back knows what a report says of it, and no more: of the steps that counted its due
time the last one alone, and nothing of its triggers, counterparties and amounts.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import date, datetime
from typing import Any, NamedTuple

from policy.assess.counting import CaseCount, Entry
from policy.decide.decision import NANO, Obligation, Standing, State
from policy.decide.snapshot import District
from policy.time.calendar import SHANGHAI
from policy.time.due import Due, Kind, Mark
from policy.time.moment import Instant

Plain = list[Any]
"""Values that JSON has."""


class Duty(NamedTuple):
    """An obligation as plain values; moments are nanoseconds, ``due_ends`` the day at whose end it is due."""

    id: str
    version: str
    rule: str
    bearers: tuple[str, ...]
    bearer_party: str
    bearer_unit: str
    about: str
    basis: tuple[str, ...]
    arose_at: int | None
    due_kind: str | None
    due_at: int | None
    provisional: bool
    due_ends: str | None
    stands_still: bool
    original_due: int | None
    original_ends: str | None
    due_missing: tuple[str, ...]
    state: str
    state_at: int | None
    state_event: str
    state_missing: tuple[str, ...]
    violated_at: int | None
    missing: tuple[str, ...]


def plain_duty(o: Obligation) -> Duty:
    """The obligation as plain values."""
    due, standing = o.due, o.standing
    ends, still, original, original_ends = _steps(due)
    return Duty(
        id=o.id,
        version=o.program.pack.version,
        rule=o.rule,
        bearers=o.bearers,
        bearer_party=o.bearer_party,
        bearer_unit=o.bearer_unit,
        about=o.about,
        basis=o.basis,
        arose_at=o.arose_at,
        due_kind=None if due is None else due.kind.value,
        due_at=None if due is None else due.nanos,
        provisional=due is not None and due.provisional,
        due_ends=ends,
        stands_still=still,
        original_due=original,
        original_ends=original_ends,
        due_missing=o.due_missing,
        state=standing.state.value,
        state_at=standing.at,
        state_event=standing.event,
        state_missing=standing.missing,
        violated_at=standing.violated_at,
        missing=o.missing,
    )


def obligation_of(duty: Duty, district: District) -> Obligation:
    """The obligation again. Raises ``KeyError`` for a version or a rule that the district does not have."""
    program = district.by_version[duty.version]
    return Obligation(
        id=duty.id,
        program=program,
        plan=program.by_rule[duty.rule],
        bearers=tuple(duty.bearers),
        bearer_party=duty.bearer_party,
        bearer_unit=duty.bearer_unit,
        counterparties=(),
        counterparty_party="",
        about=duty.about,
        concerns="",
        concerns_unit="",
        bound=(),
        trigger="",
        triggered_at=None,
        arose_at=duty.arose_at,
        due=_due(duty),
        due_missing=tuple(duty.due_missing),
        missing=tuple(duty.missing),
        standing=_standing(duty),
        basis=tuple(duty.basis),
        breach=None,
        amount=None,
        numbers=(),
    )


def plain_count(count: CaseCount) -> Plain:
    """What a case adds as values that JSON has."""
    entries = [list(one) for one in count.entries]
    return [
        count.case,
        count.digest,
        count.undetermined,
        entries,
        [list(plain_duty(o)) for o in count.behind],
        b64encode(count.own).decode(),
    ]


def count_of(plain: Plain, district: District) -> CaseCount:
    """What a case adds, again. Raises ``KeyError`` as ``obligation_of`` does."""
    case, digest, undetermined, entries, duties, own = plain
    counted = tuple(
        Entry(body, unit, ident, tuple(figures), tuple((name, nanos) for name, nanos in took))
        for body, unit, ident, figures, took in entries
    )
    behind = tuple(obligation_of(Duty(*duty), district) for duty in duties)
    return CaseCount(case, digest, undetermined, counted, behind, b64decode(own))


def day_end(due: Due) -> str | None:
    """The day at whose 24:00 it is due, where that is how it was counted."""
    return None if due.nanos is None else _ends(due.marks[-1])


def original_end(due: Due) -> str | None:
    """The same of the due time before it was extended."""
    if due.original_nanos is None:
        return None
    codes = [code for code, _ in due.marks]
    return _ends(due.marks[min(codes.index(code) for code in _EXTENDED if code in codes) - 1])


def is_still(due: Due) -> bool:
    """Whether its clock stands still."""
    return bool(due.marks) and due.marks[-1][0] == _STILL


_EXTENDED, _STILL = ("extended", "extended_by_law"), "stands_still"


def _steps(due: Due | None) -> tuple[str | None, bool, int | None, str | None]:
    if due is None:
        return None, False, None, None
    return day_end(due), is_still(due), due.original_nanos, original_end(due)


def _ends(mark: Mark) -> str | None:
    code, values = mark
    return values[0].isoformat() if code == "ends" and isinstance(values[0], date) else None


def _due(duty: Duty) -> Due | None:
    if duty.due_kind is None:
        return None
    marks: list[Mark] = []
    original: datetime | Instant | None = None
    if duty.original_due is not None:
        former, below = _moment(duty.original_due)
        marks += [_mark(former, duty.original_ends), ("extended", (former,))]
        original = Instant(former, below) if below else former
    at, below = (None, 0) if duty.due_at is None else _moment(duty.due_at)
    if duty.stands_still:
        marks.append((_STILL, ()))
    elif at is not None:
        marks.append(_mark(at, duty.due_ends))
    return Due(Kind(duty.due_kind), at, duty.provisional, tuple(marks) or (("due", ()),), below, original)


def _moment(nanos: int) -> tuple[datetime, int]:
    """A moment in Shanghai time, and the nanoseconds that it cannot hold."""
    seconds, fraction = divmod(nanos, NANO)
    at = datetime.fromtimestamp(seconds, SHANGHAI).replace(microsecond=fraction // 1000)
    return at, fraction % 1000


def _mark(at: datetime, ends: str | None) -> Mark:
    return ("due", (at,)) if ends is None else ("ends", (date.fromisoformat(ends),))


def _standing(duty: Duty) -> Standing:
    missing = tuple(duty.state_missing)
    return Standing(State(duty.state), duty.state_at, duty.state_event, duty.violated_at, missing)
