"""The figures of a board again, from every stored duty, in plain Python: by no definitions but these."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from statistics import median
from typing import NamedTuple

from sqlalchemy import select

from policy.register.duty import Duty, duty_from
from server.register.keeping import Keeper
from server.store.register import OBLIGATIONS

ROWS = {"traffic_police": "public_security"}
"""Bodies that count for another."""
HOURS = 3600 * 10**9
DAYS = 24 * HOURS
EAST = 8 * HOURS

Key = tuple[str, str]


class Asked(NamedTuple):
    """The moment, the period, and how long before they are due duties are due soon."""

    at: int
    since: int
    until: int
    lead: int = DAYS


async def duties_of(keeper: Keeper) -> list[Duty]:
    """Every duty that is stored."""
    async with keeper.reading() as connection:
        rows = await connection.execute(select(OBLIGATIONS.c.duty))
        return [duty_from(row.duty) for row in rows]


def keys_of(duty: Duty, by: str) -> set[Key]:
    """The rows that a duty counts for."""
    bodies = {ROWS.get(body, body) for body in duty.bearers}
    if by == "unit":
        return {(body, duty.bearer_unit) for body in bodies}
    if by == "clause":
        return {(clause, "") for clause in duty.basis}
    if by == "matter":
        return {(matter, "") for matter in duty.matters} or {("", "")}
    return {(body, "") for body in bodies}


def counted(duties: Iterable[Duty], asked: Asked) -> dict[str, set[str]]:
    """Under each count the ids of its duties, as they stand now."""
    found: dict[str, set[str]] = {}
    for duty in duties:
        for figure, holds in _figures(duty, asked).items():
            if holds:
                found.setdefault(figure, set()).add(duty.id)
    return found


def _figures(duty: Duty, asked: Asked) -> dict[str, bool]:
    state, violated = duty.state.value, duty.violated_at is not None
    owed = duty.modality == "obligation" and state in ("pending", "overdue", "undetermined")
    waits = owed and state == "pending" and duty.due_at is not None
    end_of_today = (asked.at + EAST) // DAYS * DAYS + DAYS - EAST
    progress = duty.progress
    figures = {
        "open": owed,
        "due_today": waits and duty.due_at is not None and asked.at <= duty.due_at <= end_of_today,
        "due_soon": waits and duty.due_at is not None and asked.at <= duty.due_at <= asked.at + asked.lead,
        "past_due": owed and state == "overdue",
        "unaccepted": owed and (progress is None or progress.accepted_at is None),
        "suspended": duty.modality == "obligation" and state == "suspended",
    }
    if not _in_period(duty, asked):
        return figures
    base = violated or state not in ("discharged", "suspended", "terminated")
    done = state in ("fulfilled", "fulfilled_late")
    figures |= {
        "duties": base,
        "released": not base,
        "fulfilled": done,
        "in_time": state == "fulfilled",
        "late": state == "fulfilled_late",
        "overdue": state == "overdue",
        "refused": violated and (duty.due_at is None or (duty.violated_at or 0) < duty.due_at),
        "settled": done or violated,
        "at_fault": violated,
        "unknown": state == "undetermined",
        "returned": base and progress is not None and progress.returned_at is not None,
        "objected": base and progress is not None and progress.objected_at is not None,
        "rejected": base and progress is not None and progress.rejected_at is not None,
    }
    return figures


def _in_period(duty: Duty, asked: Asked) -> bool:
    if duty.modality == "permission" or (duty.modality == "prohibition" and duty.violated_at is None):
        return False
    moment = duty.violated_at if duty.modality == "prohibition" else duty.arose_at
    if duty.modality == "obligation" and duty.due_at is not None and duty.arose_at is not None:
        moment = max(duty.due_at - 1, duty.arose_at)
    return moment is not None and asked.since <= moment < asked.until


def times(duties: Iterable[Duty], until: Callable[[Duty], int | None]) -> tuple[Fraction, Fraction] | None:
    """The mean and the median of how long it took those that were asked for, in hours."""
    found = []
    for duty in duties:
        end = until(duty)
        if duty.matters and end is not None and duty.arose_at is not None:
            found.append(Fraction(end - duty.arose_at, HOURS))
    return (sum(found, Fraction(0)) / len(found), median(found)) if found else None
