"""What an act does to a period that runs: the clock stops, starts again, or runs on; the period is extended.

``Clock`` and ``Extension`` stand beside the deadline of a rule. See docs/pack-format.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from policy.pack.model import Matcher
from policy.text.source import Span
from policy.time.period import Period


class Running(StrEnum):
    """What becomes of the clock: it stops and goes on (不计入), starts again (重新计算), or runs on."""

    GOES_ON = "goes_on"
    STARTS_AGAIN = "starts_again"
    RUNS_ON = "runs_on"


@dataclass(frozen=True, slots=True)
class Pause:
    """Acts that stop the clock, and those that let it go on, or (``again``) start it again."""

    span: Span
    begins: tuple[Matcher, ...]
    ends: tuple[Matcher, ...]
    again: bool
    basis: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clock:
    """``suspended``: what a suspension of the case or of the duty does; None: the rule says nothing of it.

    ``restarted_by``: acts with which the period starts again. ``basis``: the clauses that say all this.
    """

    span: Span
    suspended: Running | None = None
    pauses: tuple[Pause, ...] = ()
    restarted_by: tuple[Matcher, ...] = ()
    basis: tuple[str, ...] = ()

    @property
    def needs_period(self) -> bool:
        """Whether it asks for a period that is counted, which fixed dates are not."""
        stops = self.suspended in (Running.GOES_ON, Running.STARTS_AGAIN)
        return stops or bool(self.pauses or self.restarted_by)


class Given(StrEnum):
    """How long an extension is, where the pack gives no period: as the period itself, or as the act says."""

    ORIGINAL = "original"
    GIVEN = "given"


@dataclass(frozen=True, slots=True)
class Granted:
    """Acts that extend the period, and who alone may do them; ``bearer``: the bearer itself."""

    matcher: Matcher
    by: tuple[str, ...]
    bearer: bool = False


@dataclass(frozen=True, slots=True)
class Extension:
    """How long a period may be extended, at most how often, and by whom.

    ``length`` is a period, a parameter (``param``), or ``given`` otherwise; ``at_most`` bounds what the act
    gives, in all, by a period or by the original one (``at_most_original``).
    """

    span: Span
    granted_by: tuple[Granted, ...]
    length: Period | None = None
    param: str = ""
    given: Given | None = None
    at_most: Period | None = None
    at_most_original: bool = False
    times: int = 1
    basis: tuple[str, ...] = ()
    local: bool = False


def matchers_of(clock: Clock | None, extension: Extension | None) -> Iterator[Matcher]:
    """Every matcher of a rule's clock and extension, in the order that programs keep them."""
    if clock is not None:
        for pause in clock.pauses:
            yield from pause.begins
            yield from pause.ends
        yield from clock.restarted_by
    if extension is not None:
        yield from (granted.matcher for granted in extension.granted_by)
