"""Acts that were meant to end a duty and end none: for want of a duty, too early, or by the wrong hand.

Events of the district's matchers, and the generic ones that name a duty. An act that ended a duty, moved when
it is due, or brought one about, is not idle; nor is one whose other fields say that it did not do what was
owed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from policy.decide.decision import Notice, Obligation
from policy.facts.paths import key_of
from policy.facts.views import CaseView
from policy.pack.model import Bearing, Matcher
from policy.pack.vocabulary import Vocabulary
from policy.program.reads import Reads

_UNKNOWN, _EARLY, _STRANGER, _NO_UNIT = "LNK854", "LNK855", "LNK856", "LNK011"
MAX_LOOKS = 20_000
"""Most pairs of an act and a duty that are compared: what lies beyond is not looked at."""


def idle_acts(
    view: CaseView,
    obligations: Iterable[Obligation],
    used: Collection[str],
    reads: Reads,
    vocabulary: Vocabulary,
) -> Iterator[Notice]:
    """Notices on idle acts; paths are those of the view. ``used``: acts that did something else."""
    looking = _Looking(view, tuple(obligations), vocabulary)
    effects = vocabulary.codes("events")
    for event in view.events:
        if (
            event.path in used
            or hasattr(event, "standing")
            or hasattr(event, "deemed")
            or getattr(event, "twin", "") == event.id
        ):
            continue
        effect = effects[event.type].effect
        if effect.endswith("_one"):
            yield from looking.generic(event)
        elif event.type in reads.acts and not effect:  # what acts on the whole case is never idle
            yield from looking.act(event, event.type in reads.triggers)


class _Looking:
    def __init__(self, view: CaseView, obligations: tuple[Obligation, ...], vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._left = MAX_LOOKS
        self._by_id = {o.id: o for o in obligations}
        self._by_rule: dict[str, list[Obligation]] = {}
        self._waiting: dict[tuple[str, str], list[tuple[Obligation, Matcher]]] = {}
        """What an act of a type, about an element ("" where no element is asked for), may end."""
        self._ended = {path for o in obligations for path in (o.standing.event, *o.moved_by)}
        self._bound = {path for o in obligations for path in o.bound}
        types = frozenset(view.by_type)
        for o in obligations:
            self._by_rule.setdefault(o.rule, []).append(o)
            if not o.plan.ending_events.isdisjoint(types):
                self._await(o, types)

    def _await(self, o: Obligation, types: frozenset[str]) -> None:
        rule = o.plan.rule
        bound = dict(zip(o.plan.variables, o.bound, strict=True))
        for matcher in (*rule.fulfilled_by, *rule.discharged_by):
            if matcher.collection == "events":
                about = key_of(bound[matcher.about]) if matcher.about else ""
                for kind in types.intersection(matcher.codes):
                    self._waiting.setdefault((kind, about), []).append((o, matcher))

    def generic(self, event: Any) -> Iterator[Notice]:
        """An event that names its duty, or its rule."""
        named = getattr(event, "obligation", "")
        if named:
            duties = [self._by_id[named]] if named in self._by_id else []
        else:
            duties = self._by_rule.get(getattr(event, "rule", ""), [])
            about = getattr(event, "about", None)
            if about is not None:
                duties = [o for o in duties if any(key_of(path) == about for path in o.bound)]
        if not duties:
            yield Notice(_UNKNOWN, f"{event.path}.{'obligation' if named else 'rule'}", _fact(event))
        elif event.path not in self._ended and all(_early(event, o) for o in duties):
            yield Notice(_EARLY, f"{event.path}.at", (*_fact(event), *_arose(duties)))

    def act(self, event: Any, brings: bool) -> Iterator[Notice]:
        """An event that a matcher may take; ``brings``: some rule waits for it as its trigger."""
        if event.path in self._ended:
            return
        ids = sorted({getattr(event, "about", ""), *getattr(event, "answers", ()), ""})
        if event.path in self._bound:
            brings, ids = True, ids[1:]  # it did something: only what it names itself is looked at
        waiting = [pair for one in ids for pair in self._waiting.get((event.type, one), ())][: self._left]
        self._left -= len(waiting)
        if not waiting:
            if not brings and self._left:
                yield Notice(_UNKNOWN, event.path, _fact(event))
            return
        late = [(o, matcher) for o, matcher in waiting if not _early(event, o)]
        if not late:
            yield Notice(_EARLY, f"{event.path}.at", (*_fact(event), *_arose(o for o, _ in waiting)))
        elif all(_unit_open(event, o, matcher) for o, matcher in late):
            yield Notice(_NO_UNIT, f"{event.path}.actor_unit", _fact(event))
        elif all(self._stranger(event, o, matcher) for o, matcher in late):
            wanted = sorted({body for o, matcher in late for body in _wanted(o, matcher)})
            listed = tuple(f"bodies:{body}" for body in wanted)
            yield Notice(_STRANGER, f"{event.path}.actor", (*_fact(event), ("wanted", listed)))

    def _stranger(self, event: Any, o: Obligation, matcher: Matcher) -> bool:
        actor, wanted = getattr(event, "actor", None), _wanted(o, matcher)
        if actor is None or not wanted:
            return False
        return all(actor not in self._vocabulary.organs(body) for body in wanted)


def _wanted(o: Obligation, matcher: Matcher) -> tuple[str, ...]:
    return o.bearers if matcher.by_bearer else matcher.by


def _unit_open(event: Any, o: Obligation, matcher: Matcher) -> bool:
    """Whether each unit has a duty of its own, and the act is nobody's in particular."""
    own = matcher.by_bearer and o.plan.rule.bearing is Bearing.EACH_UNIT and bool(o.bearer_unit)
    return own and not getattr(event, "actor_unit", "")


def _early(event: Any, o: Obligation) -> bool:
    at = getattr(event, "at", None)
    return at is not None and o.arose_at is not None and at < o.arose_at


def _fact(event: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return (("fact", (f"events:{event.type}",)),)


def _arose(duties: Iterable[Obligation]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """When the first of these duties arose, and what it is called."""
    first = min(duties, key=lambda o: (o.arose_at or 0, o.id))
    named = f"rule:{first.program.pack.version}:{first.rule}"
    return ("moment", (str(first.arose_at),)), ("rule", (named,))
