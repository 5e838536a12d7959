"""How many changes of each kind are noticed, of those by which a decision changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from policy.review.mutation.changes import Change, Kind
from policy.review.mutation.trial import Fate, Verdict

Tried = tuple[Change, Verdict]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many changes met each fate."""

    fates: Mapping[Fate, int]

    @property
    def changing(self) -> int:
        """Those by which a decision of some test's case changes."""
        return self.fates.get(Fate.NOTICED, 0) + self.fates.get(Fate.SURVIVED, 0)

    @property
    def percent(self) -> float | None:
        """How many of these a test notices, to one decimal, never rounded up; None where there are none."""
        noticed = self.fates.get(Fate.NOTICED, 0)
        return noticed * 1000 // self.changing / 10 if self.changing else None


def tally(tried: Iterable[Tried]) -> Tally:
    """All together."""
    return Tally(Counter(verdict.fate for _, verdict in tried))


def by_kind(tried: Iterable[Tried]) -> dict[Kind, Tally]:
    """By what was changed, the worst first."""
    found: dict[Kind, list[Tried]] = {}
    for one in tried:
        found.setdefault(one[0].kind, []).append(one)
    made = {kind: tally(each) for kind, each in found.items()}
    order = sorted(made, key=lambda kind: (_worth(made[kind]), -made[kind].changing, kind))
    return {kind: made[kind] for kind in order}


def _worth(found: Tally) -> float:
    return 101.0 if found.percent is None else found.percent


def survivors(tried: Iterable[Tried]) -> list[Tried]:
    """Those that no test notices, and which change a decision; what touches the law most first."""
    order = list(Kind)
    found = [one for one in tried if one[1].fate is Fate.SURVIVED]
    return sorted(
        found, key=lambda one: (_RANK[one[0].kind], order.index(one[0].kind), one[0].file, one[0].line)
    )


_FIRST = (
    *(Kind.MODALITY, Kind.BODY, Kind.NUMBER, Kind.UNIT, Kind.DEADLINE_DROPPED, Kind.CONDITION_DROPPED),
    *(Kind.EXCEPTION_DROPPED, Kind.PRECEDENCE_DROPPED, Kind.FIGURE, Kind.FORCE, Kind.ACTION, Kind.CLAUSE),
)
_RANK: Mapping[Kind, int] = {kind: _FIRST.index(kind) if kind in _FIRST else len(_FIRST) for kind in Kind}
