"""Between what ``policy.register`` derives and the rows that keep it: each row is a function of its duty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from policy.assess.outcome import counts_at
from policy.decide.decision import State
from policy.facts.paths import parts
from policy.pack.model import Modality
from policy.register.advance import Step
from policy.register.changes import Change, Kind, Why
from policy.register.duty import Duty, Handling, Progress, plain_bytes
from policy.time.calendar import SHANGHAI
from policy.time.moment import NANO

NO_DUE = 2**62
"""Stands for no due time: later than every moment, so that it comes last."""
NOT_ENDED = NO_DUE
"""Stands for no end: later than every moment, so that what has not ended is found with what ends later."""


class Told(NamedTuple):
    """A change as the stream keeps it; moments are nanoseconds since 1970 UTC."""

    position: int
    district: str
    case_id: str
    obligation: str
    kind: Kind
    why: Why
    at: int
    made_at: int
    rule: str
    entries: tuple[str, ...]
    bodies: tuple[str, ...]
    """Who bears it and to whom it is owed: whose business the change is."""
    state: tuple[State | None, State | None]
    """Before and now, as the next two."""
    due: tuple[int | None, int | None]
    handling: tuple[Handling | None, Handling | None]
    etag: str
    """That of the duty after the change; empty where it never was."""
    bearers: tuple[str, ...] = ()
    unit: str = ""
    matters: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    version: str = ""
    provisional: bool = False
    """Of the due time now."""
    handlers: tuple[str, str] = ("", "")
    former: tuple[str, ...] = ()
    """Who bore it before, and does not any more."""


def year_of(moment: int) -> int:
    """The year in Shanghai, by which rows are partitioned."""
    return datetime.fromtimestamp(moment // NANO, SHANGHAI).year


def duty_row(district: str, case_id: str, year: int, duty: Duty) -> dict[str, Any]:
    """The row of a duty."""
    return {
        "district": district,
        "id": duty.id,
        "year": year,
        "case_id": case_id,
        "rule": duty.rule,
        "state": duty.state.value,
        "ended": duty.ended,
        "due": due_of(duty),
        "unit": duty.bearer_unit,
        "handling": "" if duty.handled is None else duty.handled.status.value,
        "handler": "" if duty.handled is None else duty.handled.handler,
        "duty": plain_bytes(duty),
    }


def due_of(duty: Duty) -> int:
    """What lists are in the order of."""
    return NO_DUE if duty.due_at is None else duty.due_at


def mark_rows(district: str, year: int, duty: Duty) -> list[dict[str, Any]]:
    """The rows by which lists find a duty."""
    fixed = {
        "district": district,
        "ended": duty.ended,
        "due": due_of(duty),
        "obligation": duty.id,
        "year": year,
    }
    return [{"role": role, "code": code, **fixed} for role, code in marks_of(duty)]


def marks_of(duty: Duty) -> Iterator[tuple[str, str]]:
    """What a duty is found by, each once and in order."""
    for role, codes in (
        ("bearer", duty.bearers),
        ("clause", duty.basis),
        ("counterparty", duty.counterparties),
        ("matter", duty.matters),
    ):
        for code in sorted(set(codes)):
            yield role, code


def figure_row(district: str, year: int, duty: Duty) -> dict[str, Any]:
    """The row that boards count a duty by. It was reported when it ended, where it was done."""
    progress, handled = duty.progress or Progress(), duty.handled
    confirmed = handled is not None and handled.status is Handling.CONFIRMED
    return {
        "district": district,
        "id": duty.id,
        "year": year,
        "bearers": _together(duty.bearers),
        "matters": _together(duty.matters),
        "clauses": _together(duty.basis),
        "unit": duty.bearer_unit,
        "modality": duty.modality,
        "force": duty.force,
        "state": duty.state.value,
        "asked": bool(duty.matters) and any(_is_request(path) for path in duty.bound),
        "due": due_of(duty),
        "ended_at": duty.state_at if duty.ended and duty.state_at is not None else NOT_ENDED,
        "counts_at": counts_at(Modality(duty.modality), duty.arose_at, duty.due_at, duty.violated_at),
        "arose_at": duty.arose_at,
        "violated_at": duty.violated_at,
        "suspended_at": duty.state_at if duty.state is State.SUSPENDED else None,
        **progress._asdict(),
        "confirmed_at": handled.at if handled is not None and confirmed else None,
    }


def _together(codes: Sequence[str]) -> str:
    return " ".join(sorted(set(codes)))


def _is_request(path: str) -> bool:
    return next(parts(path), ("", ""))[0] == "requests"


def change_rows(
    district: str, case_id: str, step: Step, made_at: int, entries: Sequence[tuple[str, ...]]
) -> list[dict[str, Any]]:
    """The rows of one step's changes, without their positions; ``entries``: what did each of them."""
    return [
        {
            "district": district,
            "year": year_of(made_at),
            "case_id": case_id,
            "obligation": change.duty.id,
            "kind": change.kind.value,
            "why": step.why.value,
            "at": step.at,
            "made_at": made_at,
            "detail": orjson.dumps(_detail(change, causes)),
        }
        for change, causes in zip(step.changes, entries, strict=True)
    ]


def _detail(change: Change, entries: tuple[str, ...]) -> dict[str, Any]:
    sides = change.before, change.after
    own = change.duty.bearers, change.duty.counterparties
    # Also those whose it was: that it is theirs no more is what they are to be told.
    were = ((), ()) if change.before is None else (change.before.bearers, change.before.counterparties)
    return {
        "rule": change.duty.rule,
        "entries": entries,
        "bodies": tuple(dict.fromkeys(body for bodies in (*own, *were) for body in bodies)),
        "state": [duty and duty.state for duty in sides],
        "due": [duty and duty.due_at for duty in sides],
        "handling": [duty and duty.handled and duty.handled.status for duty in sides],
        "etag": "" if change.after is None else change.after.etag,
        "bearers": change.duty.bearers,
        "unit": change.duty.bearer_unit,
        "matters": change.duty.matters,
        "basis": change.duty.basis,
        "version": change.duty.version,
        "provisional": change.duty.provisional,
        "handlers": [duty.handled.handler if duty and duty.handled else "" for duty in sides],
        "former": [body for body in were[0] if body not in own[0]],
    }


def told_of(row: Any) -> Told:
    """The change of a row of the stream. Raises ``ValueError`` for one that somebody damaged."""
    try:
        return _told_of(row, orjson.loads(row["detail"]))
    except (KeyError, TypeError) as error:
        raise ValueError("no change") from error


def _told_of(row: Any, detail: dict[str, Any]) -> Told:
    before, now = detail["state"]
    was, handled = detail["handling"]
    return Told(
        row["position"],
        row["district"],
        row["case_id"],
        row["obligation"],
        Kind(row["kind"]),
        Why(row["why"]),
        row["at"],
        row["made_at"],
        detail["rule"],
        tuple(detail["entries"]),
        tuple(detail["bodies"]),
        (before and State(before), now and State(now)),
        tuple(detail["due"]),
        (was and Handling(was), handled and Handling(handled)),
        detail["etag"],
        tuple(detail.get("bearers", ())),  # streams begun before these were kept
        detail.get("unit", ""),
        tuple(detail.get("matters", ())),
        tuple(detail.get("basis", ())),
        detail.get("version", ""),
        detail.get("provisional", False),
        tuple(detail.get("handlers", ("", ""))),
        tuple(detail.get("former", ())),
    )
