"""What the vocabulary's general events do to obligations; suspensions of the case and of single duties.

vocabulary --EventEffects--> what each type of event does
case, obligation --Suspensions.of--> from when to when it is suspended
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from policy.decide.acts import Doubts
from policy.engines.protocol import Binding
from policy.facts.views import CaseView
from policy.pack.model import Bearing, Lifecycle
from policy.pack.vocabulary import Vocabulary

if TYPE_CHECKING:
    from policy.decide.lifecycle import Owed

# Looked up once: reading a member from its enum takes ten times as long as reading a global.
_CASE, _EACH_UNIT = Lifecycle.CASE, Bearing.EACH_UNIT
_SUSPENDING = frozenset(("suspend", "suspend_one"))

Pause = tuple[int, int | None, str]
"""A suspension: from, to (None: it lasts), and the event that began it."""


class Act(NamedTuple):
    """A dated act: when, and where it stands in the case."""

    at: int
    path: str


@dataclass(frozen=True, slots=True)
class EventEffects:
    """What each event type does to obligations, from the vocabulary; types without effect are left out.

    ``only``: the body that alone may do it, for the types that name one, with its organs.
    """

    by_type: Mapping[str, str]
    only: Mapping[str, frozenset[str]]

    @staticmethod
    def of(vocabulary: Vocabulary) -> EventEffects:
        """The effects that ``vocabulary.yaml`` declares."""
        events = sorted(vocabulary.sections["events"].items())
        return EventEffects(
            {name: code.effect for name, code in events if code.effect},
            {name: vocabulary.organs(code.by) for name, code in events if code.by},
        )

    def events(self, case: CaseView) -> dict[str, list[Any]]:
        """The events of the case that have an effect, by effect."""
        found: dict[str, list[Any]] = {}
        for name, events in case.by_type.items():
            if (effect := self.by_type.get(name)) is not None:
                found.setdefault(effect, []).extend(events)
        return found


class Suspensions:
    """The suspensions of one case; ``effects`` are its events by what they do."""

    def __init__(self, effects: Mapping[str, list[Any]]) -> None:
        self._effects = effects
        self.any = not _SUSPENDING.isdisjoint(effects)
        """Whether anything may be suspended at all."""
        if self.any:
            starts, ends = effects.get("suspend", ()), effects.get("resume", ())
            self._names_one = "suspend_one" in effects or "resume_one" in effects
            self._pausing = frozenset((*starts, *ends))
            # Worked out once: the same for every obligation that is not about these events themselves.
            self._case = self._without(())
            self._undated = undated((*starts, *ends), ())

    def of(self, owed: Owed, doubts: Doubts) -> list[Pause]:
        """Suspensions in time order, not overlapping; times that are missing go to ``doubts``.

        The case's and the obligation's own end each by themselves; either of them holds the obligation.
        """
        pauses: list[Pause] = []
        if not self.any:
            return pauses
        plan, binding = owed.hit.plan, owed.hit.binding
        if plan.rule.lifecycle is _CASE:
            if self._pausing.isdisjoint(binding):
                pauses = self._case
                for event in self._undated:
                    doubts.of_time(event)
            else:
                pauses = self._without(binding)
        if self._names_one:
            named = [
                [e for e in self._effects.get(effect, ()) if names(e, owed)]
                for effect in ("suspend_one", "resume_one")
            ]
            for event in undated((*named[0], *named[1]), binding):
                doubts.of_time(event)
            own = pauses_of(dated(named[0], binding), dated(named[1], binding))
            pauses = merged(pauses + own)
        return pauses

    def _without(self, binding: Binding) -> list[Pause]:
        """The case's suspensions, the bound events themselves left out."""
        starts, ends = self._effects.get("suspend", ()), self._effects.get("resume", ())
        return merged(pauses_of(dated(starts, binding), dated(ends, binding)))


def pauses_of(starts: Iterable[Act], ends: Iterable[Act]) -> list[Pause]:
    """Suspensions begun and ended by these acts, in time order, not overlapping.

    What is suspended and resumed at one moment was never suspended; what is resumed and suspended again goes
    on being suspended.
    """
    begins: dict[int, str] = {}
    for act in sorted(starts):
        begins.setdefault(act.at, act.path)
    over = {act.at for act in ends}
    result: list[Pause] = []
    begun: tuple[int, str] | None = None
    for at in sorted({*begins, *over}):
        if begun is None:
            begun = (at, begins[at]) if at in begins and at not in over else None
        elif at in over:
            result.append((begun[0], at, begun[1]))
            begun = (at, begins[at]) if at in begins else None
    if begun is not None:
        result.append((begun[0], None, begun[1]))
    return result


def merged(pauses: Sequence[Pause]) -> list[Pause]:
    """The union of suspensions, each under the event that began it first."""
    result: list[Pause] = []
    for start, end, path in sorted(pauses, key=lambda p: (p[0], p[2])):
        if result and (result[-1][1] is None or start <= result[-1][1]):
            first, until, began = result[-1]
            result[-1] = (first, None if until is None or end is None else max(until, end), began)
        else:
            result.append((start, end, path))
    return result


def undated(events: Iterable[Any], binding: Binding) -> list[Any]:
    """Those that do not say when they were; the bound ones are left out."""
    return [e for e in events if e not in binding and getattr(e, "at", None) is None]


def dated(events: Iterable[Any], binding: Binding) -> list[Act]:
    """The dated events that are not themselves bound."""
    return [
        Act(at, e.path) for e in events if e not in binding and (at := getattr(e, "at", None)) is not None
    ]


def names(event: Any, owed: Owed) -> bool:
    """Whether a generic event names this duty: its id, or its rule, and the unit where each has its own."""
    plan, binding = owed.hit.plan, owed.hit.binding
    if (named := getattr(event, "obligation", None)) is not None:
        return bool(named == owed.identity)
    if getattr(event, "rule", None) != plan.id:
        return False
    unit = getattr(event, "actor_unit", "")
    if unit and plan.rule.bearing is _EACH_UNIT and unit != owed.bearer_unit:
        return False
    about = getattr(event, "about", None)
    return about is None or any(getattr(element, "id", None) == about for element in binding)
