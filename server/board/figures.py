"""The figures of a board: what each is called, and what it counts.

Whether a duty was done in time, late, refused … is said by ``policy.assess.outcome``, for assessments too: a
figure that both have has the same id here and in the packs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from policy.assess.outcome import Outcome
from server.settings.lights import MORE_IS_WORSE


class Kind(StrEnum):
    """What a value is: so many, a share of 1, hours."""

    COUNT = "count"
    RATE = "rate"
    HOURS = "hours"


class Figure(NamedTuple):
    """A figure and its names. ``now``: it says how things stand, and not what became of a period's duties."""

    id: str
    zh: str
    en: str
    kind: Kind = Kind.COUNT
    now: bool = False


class Value(NamedTuple):
    """A value, exact; None: there was nothing to measure. ``median`` beside the mean of hours."""

    value: Fraction | None
    median: Fraction | None = None


FIGURES: tuple[Figure, ...] = (
    Figure("open", "未办结", "open", now=True),
    Figure("due_today", "今日到期", "due today", now=True),
    Figure("due_soon", "即将到期", "due soon", now=True),
    Figure("past_due", "已逾期", "past due", now=True),
    Figure("unaccepted", "待接单", "not accepted", now=True),
    Figure("suspended", "暂停", "suspended", now=True),
    Figure("duties", "本期应办", "duties due"),
    Figure("fulfilled", "已办", "done"),
    Figure("in_time", "按期", "done in time"),
    Figure("late", "逾期后办", "done late"),
    Figure("overdue", "逾期未办", "overdue"),
    Figure("refused", "拒绝或违反", "refused or breached"),
    Figure("settled", "已办或已违期", "done or violated"),
    Figure("at_fault", "违期", "violated"),
    Figure("returned", "退回", "returned"),
    Figure("objected", "异议", "objected to"),
    Figure("rejected", "核单不过", "reports rejected"),
    Figure("released", "已解除", "released"),
    Figure("unknown", "状态不明", "unknown"),
    Figure("in_time_rate", "按期率", "in time", Kind.RATE),
    Figure("done_rate", "办理率", "share done", Kind.RATE),
    Figure("accept_hours", "接单用时", "time to accept", Kind.HOURS),
    Figure("response", "回单用时", "time to respond", Kind.HOURS),
)
BY_ID: Mapping[str, Figure] = {each.id: each for each in FIGURES}

Counts = Callable[[Outcome | None], bool]
"""Whether a duty of such an outcome counts; None: facts leave its state open."""

OUTCOMES: Mapping[str, Counts] = {
    "duties": lambda one: one is None or one.counts,
    "fulfilled": lambda one: one is not None and one.fulfilled,
    "in_time": lambda one: one is not None and one.in_time,
    "late": lambda one: one is not None and one.late,
    "overdue": lambda one: one is not None and one.owed,
    "refused": lambda one: one is not None and one.counts and one.refused,
    "settled": lambda one: one is not None and one.settled,
    "at_fault": lambda one: one is not None and one.violated,
    "released": lambda one: one is not None and not one.counts,
    "unknown": lambda one: one is None,
}
"""Of the duties of the period: those that count under each figure."""

MARKED = ("returned", "objected", "rejected")
"""Of the duties of the period: those with which it was done at least once."""

RATES: Mapping[str, tuple[str, str]] = {
    "in_time_rate": ("in_time", "settled"),
    "done_rate": ("fulfilled", "duties"),
}
"""The share that one count has in another."""

RANKED = tuple(MORE_IS_WORSE)
"""Figures that rows can be ranked by: the best first."""


def rate(of: int, among: int) -> Fraction | None:
    """A share; None: of nothing."""
    return Fraction(of, among) if among else None
