"""When a figure of a board is yellow or red: what a district sets, and no law. Nothing set: no lights.

"liwan.past_due=1,5 liwan.in_time_rate=0.9,0.8" --lights_of--> Lights

Of what is worse the more there is of it, the first number makes yellow and the second red; of a rate, what is
below them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from operator import ge, lt
from typing import NamedTuple

from policy.text.messages import Words

MORE_IS_WORSE: Mapping[str, bool] = {
    "open": True,
    "due_today": True,
    "due_soon": True,
    "past_due": True,
    "unaccepted": True,
    "late": True,
    "overdue": True,
    "refused": True,
    "at_fault": True,
    "returned": True,
    "objected": True,
    "rejected": True,
    "in_time_rate": False,
    "done_rate": False,
    "accept_hours": True,
    "response": True,
}
"""Figures that may have lights, and whether more of them is worse."""

EXPECTED = Words(
    "地区.指标=黄,红，如 liwan.past_due=1,5；指标：" + "、".join(MORE_IS_WORSE),
    "DISTRICT.FIGURE=YELLOW,RED as liwan.past_due=1,5; figures: " + ", ".join(MORE_IS_WORSE),
)

_ONE = re.compile(r"([a-z0-9_-]+)\.([a-z_]+)=(\d{1,9}(?:\.\d{1,4})?),(\d{1,9}(?:\.\d{1,4})?)", re.ASCII)


class LightError(ValueError):
    """A text that says no such thresholds; ``part`` is what is wrong with it."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


class Threshold(NamedTuple):
    """From where on a figure is yellow, and from where on red."""

    yellow: Fraction
    red: Fraction


Thresholds = Mapping[str, Threshold]
"""By figure."""


class Lights(NamedTuple):
    """The thresholds of each district that has any."""

    own: Mapping[str, Thresholds]

    def of(self, district: str) -> Thresholds:
        """Those of a district; none where nobody set any."""
        return self.own.get(district, {})


NO_LIGHTS = Lights({})


def lights_of(text: str) -> Lights:
    """The thresholds that a setting says. Raises ``LightError``."""
    own: dict[str, dict[str, Threshold]] = {}
    for part in text.split():
        found = _ONE.fullmatch(part)
        if found is None or found[2] not in MORE_IS_WORSE or found[2] in own.get(found[1], {}):
            raise LightError(part)
        yellow, red = Fraction(found[3]), Fraction(found[4])
        if (red < yellow) if MORE_IS_WORSE[found[2]] else (red > yellow):
            raise LightError(part)
        own.setdefault(found[1], {})[found[2]] = Threshold(yellow, red)
    return Lights(own)


def written(limit: Fraction) -> str:
    """A threshold as it was set: not more than four decimals, and no power of ten."""
    return f"{float(limit):.4f}".rstrip("0").rstrip(".")


def light(figure: str, value: Fraction | None, thresholds: Thresholds) -> str:
    """Red, yellow or green; "" where nothing was measured, or nothing is set."""
    found = thresholds.get(figure)
    if found is None or value is None:
        return ""
    worse = ge if MORE_IS_WORSE[figure] else lt
    if worse(value, found.red):
        return "red"
    return "yellow" if worse(value, found.yellow) else "green"
