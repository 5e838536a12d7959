"""Acts that end an obligation: events, requests, services, and the ends of states.

    matchers of a rule, the case --Acts.first--> the earliest act that satisfies one of them

Only what happened when the obligation arose, or later, counts; what it is bound to is not an act on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from policy.decide.decision import State
from policy.engines import Engine, Hit
from policy.engines.protocol import Doubt
from policy.engines.unknowns import Failure
from policy.facts.paths import element
from policy.facts.periods import ends_at
from policy.facts.timeline import time_of
from policy.facts.views import CaseView
from policy.pack.model import Bearing
from policy.pack.vocabulary import Vocabulary
from policy.program.plan import MatcherPlan, RulePlan

if TYPE_CHECKING:
    from policy.decide.lifecycle import Owed

FAILED = ""
"""Stands among the doubts for an evaluation error, which no fact settles."""


_FULFILLED = State.FULFILLED


class Doubts(list[str]):
    """The facts that keep a state open; of acts, the earliest moment at which one of them can have been."""

    def __init__(self, facts: Iterable[str] = ()) -> None:
        super().__init__(facts)
        self._dated = 0
        self._first: int | None = None

    def of_act(self, missing: Iterable[str], earliest: int | None) -> None:
        """Notes what is missing of an act that was not before ``earliest`` (None: nobody knows)."""
        before = len(self)
        self.extend(missing)
        if earliest is not None:
            self._dated += len(self) - before
            self._first = earliest if self._first is None else min(self._first, earliest)

    def of_time(self, act: Any) -> None:
        """Notes that an act does not say when it was."""
        self.of_act((f"{act.path}.at",), not_before(act))

    @property
    def first(self) -> int | None:
        """Before this moment nothing is in doubt; None where that is not known, or nothing is in doubt."""
        return self._first if self._dated == len(self) else None


class Ending(NamedTuple):
    """What ended an obligation, when, and the path of the act."""

    at: int
    state: State
    event: str


class Done(NamedTuple):
    """An act that satisfies a matcher: when it was, where it stands, and the element itself."""

    at: int
    path: str
    view: Any


class Acts:
    """The acts of one case; ``errors`` collects evaluation errors, each once for an obligation."""

    def __init__(self, case: CaseView, vocabulary: Vocabulary, engine: Engine) -> None:
        self._case = case
        self._vocabulary = vocabulary
        self._engine = engine
        self.errors: list[tuple[Hit, str]] = []
        self._types = frozenset(case.by_type)
        self._periods = vocabulary.equivalences.periods
        self.posted: dict[str, tuple[int, int | None]] = {}
        """Acts that count as done when they were posted, by path: then, and when they arrived."""
        self._taken: dict[tuple[str, tuple[str, ...], str], set[str]] = {}
        """Acts that ended a period's duty, by rule and bearer: one act is of one period."""

    def may_end(self, plan: RulePlan) -> bool:
        """Whether the case holds anything that might end an obligation of this rule."""
        return plan.ends_otherwise or not plan.ending_events.isdisjoint(self._types)

    def first(
        self, matchers: Iterable[MatcherPlan], owed: Owed, state: State, doubts: Doubts
    ) -> Ending | None:
        """The earliest act of these matchers; facts that keep one undecided, and errors, go to ``doubts``.

        A doubt about an act that another matcher accepts, or that is no earlier than the one found, decides
        nothing.
        """
        found: Ending | None = None
        accepted: set[str] = set()
        open_: list[tuple[int | None, str, Doubt, int | None]] = []
        # What did it before the first day did it; what broke it before there was a duty, broke none.
        since, period = owed.since if state is State.OVERDUE else owed.from_, self._period(owed)

        def fits(act: Any, at: int | None, path: str) -> bool:
            ahead = at is not None and since is not None and at < since
            if ahead and not (state is _FULFILLED and period and _for_period(act, owed, period)):
                return False
            return period is None or self._of_this(act, at, path, owed, period)

        for act, at, path, verdict in self._judged(matchers, owed, fits, state is State.OVERDUE):
            at = self.posted_at(act, at, path, since) if state is not State.OVERDUE else at
            if verdict is True and at is not None:
                accepted.add(path)
                if found is None or (at, path) < (found.at, found.event):
                    found = Ending(at, state, path)
            elif missing := self._open(owed, at, path, verdict):
                open_.append((at, path, missing, at if at is not None else not_before(act)))
        for at, path, missing, earliest in open_:
            if path not in accepted and (at is None or found is None or at < found.at):
                doubts.of_act(missing, earliest)
        if found is not None and state is State.FULFILLED and period is not None:
            self._taken.setdefault(_whose(owed), set()).add(found.event)
        return found

    def every(
        self, matchers: Iterable[MatcherPlan], owed: Owed, since: int | None, doubts: list[str]
    ) -> list[Done]:
        """All acts of these matchers from ``since`` on, in the order of time."""
        found: dict[str, Done] = {}
        open_: list[tuple[str, Doubt]] = []

        def fits(_act: Any, at: int | None, _path: str) -> bool:
            return at is None or since is None or at >= since

        for act, at, path, verdict in self._judged(matchers, owed, fits, False):
            if verdict is True and at is not None:
                found.setdefault(path, Done(at, path, act))
            elif missing := self._open(owed, at, path, verdict):
                open_.append((path, missing))
        for path, missing in open_:
            if path not in found:
                doubts.extend(missing)
        return sorted(found.values(), key=lambda done: (done.at, done.path))

    def _judged(
        self,
        matchers: Iterable[MatcherPlan],
        owed: Owed,
        fits: Callable[[Any, int | None, str], bool],
        strict: bool,
    ) -> Iterator[tuple[Any, int | None, str, bool | Doubt | Failure]]:
        """Every act that ``fits``: the element, when, its path, and whether it satisfies a matcher."""
        for matcher in matchers:
            for act in self._candidates(matcher, owed.hit):
                if act in owed.hit.binding and matcher.collection != "statuses":
                    continue
                if owed.hit.plan.id in getattr(act, "deemed", ()):
                    continue  # it only counts as done because this was not
                path, at = act.path, time_of(act)
                if matcher.collection == "statuses":
                    path, at = _begin_of(act) if matcher.typed.begins else _end_of(act)
                if fits(act, at, path):
                    yield act, at, path, self._verdict(matcher, owed, act, strict)

    def _open(self, owed: Owed, at: int | None, path: str, verdict: bool | Doubt | Failure) -> Doubt:
        """What keeps an act from being decided: facts, its time, or an error, which is noted."""
        if isinstance(verdict, Failure):
            if (owed.hit, verdict.reason) not in self.errors:
                self.errors.append((owed.hit, verdict.reason))
            return (FAILED,)
        if verdict is True:
            return (f"{path}.at",) if at is None else ()
        return verdict or ()

    def posted_at(self, act: Any, at: int | None, path: str, since: int | None) -> int | None:
        """When the act counts as done: what went by post, when it was posted (Civil Procedure Law art. 85).

        What was posted before there was a duty is done when it arrives.
        """
        posted: int | None = getattr(act, "posted_at", None)
        if posted is None or (at is not None and at <= posted) or (since is not None and posted < since):
            return at
        self.posted[path] = posted, at
        return posted

    def _candidates(self, matcher: MatcherPlan, hit: Hit) -> Iterator[Any]:
        """What may satisfy the matcher, by its list and its codes."""
        case: Any = self._case
        if matcher.collection == "events":
            for kind in matcher.codes:
                yield from case.by_type.get(kind, ())
        elif matcher.collection == "requests":
            yield from (request for request in case.requests if request.matter in matcher.codes)
        elif matcher.collection == "services":
            yield from (s for d in case.documents if d.type in matcher.codes for s in d.services)
        else:
            yield from self._states(matcher, dict(zip(hit.plan.variables, hit.binding, strict=True)))

    def _states(self, matcher: MatcherPlan, bound: dict[str, Any]) -> Iterator[Any]:
        """States that ended, or began; what became of one since it was bound, says the case of today."""
        case: Any = self._case
        typed = matcher.typed
        if matcher.end_of:
            path = bound[matcher.end_of].path
            yield from (s for p in case.parties for s in p.statuses if s.path == path and s.ended)
            return
        party = case.index["parties"][bound[typed.party].id]
        for status in party.statuses:
            if status.kind in matcher.codes and (not status.undated if typed.begins else status.ended):
                yield status

    def _verdict(self, matcher: MatcherPlan, owed: Owed, act: Any, strict: bool) -> bool | Doubt | Failure:
        own = self._by_bearer(act, owed, strict) if matcher.by_bearer else True
        if own is False:  # whatever else is unknown of it
            return False
        verdict: bool | Doubt | Failure = True
        if matcher.collection != "statuses":
            verdict = self._engine.ends(matcher, owed.hit, self._case, act)
        return own if verdict is True else verdict

    def _by_bearer(self, act: Any, owed: Owed, strict: bool) -> bool | Doubt:
        """Whether the bearer, or an organ of it, did it.

        An act that does not say who did it, but is about what the obligation is bound to, is the bearer's:
        who answers is who was asked. ``strict``: of a violation nobody assumes that.
        """
        actor, said = actor_of(act)
        unit = getattr(act, "actor_unit", "")
        named = owed.bearer_unit if owed.bearer_unit not in self._vocabulary.codes("bodies") else ""
        if (named and unit and unit != named) or another_unit(act, owed):
            return False  # another unit of the same kind: one street's act is not another's, nor all streets'
        if actor is not None:
            return any(actor in self._vocabulary.organs(bearer) for bearer in owed.bearers)
        if owed.bearer_party and getattr(act, "party", None) == owed.bearer_party:
            return True
        if not strict and (act.collection not in _BY or _named(act, owed)):
            return True
        return (said,)

    def _period(self, owed: Owed) -> tuple[int, int] | None:
        """Of a duty that a calendar period brings: the period's first moment, and the first after it."""
        trigger = owed.hit.binding[owed.hit.plan.trigger_position]
        kind = self._periods.get(trigger.type) if trigger.collection == "events" else None
        if kind is None or not hasattr(trigger, "at"):
            return None
        return trigger.at, ends_at(trigger, kind)

    def _of_this(self, act: Any, at: int | None, path: str, owed: Owed, period: tuple[int, int]) -> bool:
        """Whether the act is of this period: the one it names, else the one in which it was done.

        What was done after a period that the sender told of is that period's, late, as long as it is open:
        who tells of a year and then of an act means that year. Of a year that nobody told of, nobody knows.
        """
        end = period[1]
        if getattr(act, "period_from", None) is not None or _named(act, owed):
            return _for_period(act, owed, period)
        others = self._case.by_type.get(owed.hit.binding[owed.hit.plan.trigger_position].type, ())
        if any(other.id in getattr(act, "answers", ()) for other in others):
            return False  # it names another period
        if path in self._taken.get(_whose(owed), ()):
            return False
        told = not hasattr(owed.hit.binding[owed.hit.plan.trigger_position], "standing")
        return told or at is None or at < max(end, owed.due or end)


_BY = {"events": "actor", "requests": "requester"}


def not_before(act: Any) -> int | None:
    """Before which moment an act without a day was not: it was posted, or what it serves issued, then."""
    document = act.parent if act.collection == "services" else getattr(act, "served", None)
    known = (getattr(document, "issued_at", None), getattr(act, "posted_at", None))
    return max((moment for moment in known if moment is not None), default=None)


def another_unit(act: Any, owed: Owed) -> bool:
    """Whether each unit bears a duty of its own, and the act is not this one's."""
    own = owed.hit.plan.rule.bearing is Bearing.EACH_UNIT and owed.bearer_unit
    return bool(own) and getattr(act, "actor_unit", "") != own


def actor_of(act: Any) -> tuple[str | None, str]:
    """Whose act it was, where it says so, and the path of what says it; of a service the issuer's."""
    name = _BY.get(act.collection)
    if name is None:
        return getattr(act.parent, "issuer", None), f"{act.parent.path}.issuer"
    return getattr(act, name, None), f"{act.path}.{name}"


def _begin_of(status: Any) -> tuple[str, int | None]:
    """The event that began a state, or the state where no event did, and when."""
    by = getattr(status, "begun_by", "")
    return element("events", by) if by else status.path, time_of(status)


def _end_of(status: Any) -> tuple[str, int | None]:
    """The event that ended a state, or the state where no event did, and when."""
    by = getattr(status, "ended_by", "")
    return element("events", by) if by else status.path, getattr(status, "until", None)


def _for_period(act: Any, owed: Owed, period: tuple[int, int]) -> bool:
    """Whether the act names this period as its own: then it may be done ahead of it, too (遇节假日提前)."""
    named = getattr(act, "period_from", None)
    return _named(act, owed) if named is None else bool(period[0] <= named < period[1])


def _whose(owed: Owed) -> tuple[str, tuple[str, ...], str]:
    return owed.hit.plan.id, owed.bearers, owed.bearer_unit


def _named(act: Any, owed: Owed) -> bool:
    """Whether the act is about something that the obligation is bound to."""
    ids = {
        element.id
        for element in owed.hit.binding
        if hasattr(element, "id") and element.collection != "parties"
    }
    about = getattr(act, "about", None)
    return about in ids or not ids.isdisjoint(getattr(act, "answers", ()))
