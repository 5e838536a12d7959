"""The order in which deemed facts are found: what one rests on never hangs on a fact that comes of it.

    rules, terms, vocabulary --produced, read--> edges between deemed facts --strata_of--> 1, 2, …
                                                                            --circle_of--> LNK559

A deemed fact hangs on another one where a rule that it rests on may read it: in a condition, in a term, in an
act that ends the duty, in a deadline, through a breach, or through a rule that displaces it. That is looked
for from the codes alone and errs on the side of an edge. One edge is none: that the act which counts as done
would fulfil the very duty whose breach it rests on (逾期不答复视为同意); there, only told acts are acts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from policy.pack.circles import circles
from policy.pack.deadline import Deadline, FromDuty
from policy.pack.deemed import FactKind
from policy.pack.vocabulary import Vocabulary
from policy.program.moves import SERVICE, moves_of
from policy.program.reads import element_codes
from policy.program.typed import TypedMatcher, TypedTerm

if TYPE_CHECKING:
    from policy.program.plan import RulePlan

MAX_STRATA = 8
"""Most deemed facts that rest on one another in a row: a case is decided once more for each."""

Key = tuple[str, str]
"""A list of the facts and a code of its elements."""
_ANY = ""
_EFFECT = ("effects", _ANY)
"""What an event does to obligations of the whole case, or to one that it names."""


class _Reads:
    """What a rule reads: keys, and lists of which it reads every element."""

    def __init__(self) -> None:
        self.keys: set[Key] = {_EFFECT}
        self.whole: set[str] = set()

    def any_of(self, keys: Iterable[Key]) -> bool:
        return any(key in self.keys or key[0] in self.whole for key in keys)

    def add(self, other: _Reads) -> None:
        self.keys |= other.keys
        self.whole |= other.whole


class _Graph:
    def __init__(
        self, plans: Sequence[RulePlan], terms: Mapping[str, TypedTerm], vocabulary: Vocabulary
    ) -> None:
        self._plans = {plan.id: plan for plan in plans}
        self._terms = terms
        self._vocabulary = vocabulary
        self._deemed = [plan for plan in plans if plan.rule.deemed is not None]

    def edges(self) -> dict[str, list[str]]:
        """The deemed facts that each hangs on, by rule id."""
        produced = {plan.id: self._produced(plan) for plan in self._deemed}
        found: dict[str, list[str]] = {}
        for plan in self._deemed:
            base = plan.rule.deemed.base if plan.rule.deemed is not None else ""
            own = [plan, *([self._plans[base]] if base in self._plans else [])]
            reads, acts = _Reads(), _Reads()
            for rule in self._behind(own):
                reads.add(self._conditions(rule))
                (acts if rule in own else reads).add(self._acts(rule))
            for other, keys in produced.items():
                direct = self._direct(plan) if other == plan.id else set()
                if reads.any_of(keys) or acts.any_of(keys - direct):
                    found.setdefault(plan.id, []).append(other)
        return found

    def _behind(self, plans: Iterable[RulePlan]) -> list[RulePlan]:
        """The rules, and all that may change what they give."""
        found: dict[str, RulePlan] = {}
        waiting = list(plans)
        while waiting:
            plan = waiting.pop()
            if plan.id in found:
                continue
            found[plan.id] = plan
            rule = plan.rule
            names = {name for one in _duties(rule.deadline) for name in one.meant}
            names |= {other.id for other in self._plans.values() if plan.id in other.rule.overrides}
            if any(binding.path == "breaches" for binding in rule.each):
                codes = plan.trigger.codes
                names |= {o.id for o in self._plans.values() if not codes or o.rule.action in codes}
            waiting += [self._plans[name] for name in sorted(names) if name in self._plans]
        return list(found.values())

    def _conditions(self, plan: RulePlan) -> _Reads:
        """What conditions and effects read."""
        found = _Reads()
        moves = moves_of(plan.typed, self._terms, self._vocabulary, plan.typed.effects.values())
        found.keys |= moves.codes
        found.whole |= moves.whole
        return found

    def _acts(self, plan: RulePlan) -> _Reads:
        """What is looked at to see whether the duty was done, withdrawn or violated, and when it is due."""
        found, matchers = _Reads(), plan.typed.matchers
        for matcher in matchers:
            found.keys |= _waited(matcher)
            if matcher.end_of:
                found.whole.add("statuses")
        predicates = [matcher.predicate for matcher in matchers if matcher.predicate is not None]
        if predicates:
            moves = moves_of(plan.typed, self._terms, self._vocabulary, predicates)
            found.keys |= moves.codes - self._conditions(plan).keys
            found.whole |= moves.whole - self._conditions(plan).whole
        return found

    def _direct(self, plan: RulePlan) -> set[Key]:
        """The keys under which the very act stands that counts as done."""
        deemed = plan.rule.deemed
        if deemed is None or deemed.kind is FactKind.STATE:
            return set()
        if deemed.kind is FactKind.SERVICE:
            return {SERVICE}
        same = self._vocabulary.equivalences.same_events
        return {("events", same.get(deemed.code, deemed.code))}

    def _produced(self, plan: RulePlan) -> set[Key]:
        """All that the fact may be read as, once the case is in canonical form."""
        deemed, table = plan.rule.deemed, self._vocabulary.equivalences
        if deemed is None:
            return set()
        if deemed.kind is FactKind.STATE:
            return {("statuses", code) for code in self._vocabulary.implied((deemed.code,))}
        if deemed.kind is FactKind.SERVICE:
            codes = element_codes(plan.typed, self._terms)[deemed.code]
            return {SERVICE, *_told_events(table.documents, codes)}
        found = self._direct(plan)
        found |= {("statuses", code) for code in self._vocabulary.told_by(deemed.code)}
        if deemed.code in table.requests:
            found.add(("requests", table.requests[deemed.code][0]))
        if (told := table.services.get(deemed.code)) is not None:
            found |= {SERVICE, *(("documents", code) for code in told.documents)}
            found |= _told_events(table.documents, None)
        if self._vocabulary.codes("events")[deemed.code].effect:
            found.add(_EFFECT)
        return found


def _told_events(documents: Mapping[str, str], codes: Iterable[str] | None) -> set[Key]:
    """The events that a service of documents of these types is."""
    kinds = documents if codes is None else [code for code in codes if code in documents]
    return {("events", documents[kind]) for kind in kinds}


def _waited(matcher: TypedMatcher) -> set[Key]:
    if matcher.collection == "services":
        return {SERVICE}
    return {(matcher.collection, code) for code in matcher.codes}


def _duties(deadline: Deadline | None) -> list[FromDuty]:
    return [] if deadline is None else deadline.duties()


def strata_of(
    plans: Sequence[RulePlan], terms: Mapping[str, TypedTerm], vocabulary: Vocabulary
) -> Mapping[int, int]:
    """The stratum of each deemed fact, by the number of its plan; of a circle any, as it is refused."""
    deemed = {plan.id: plan.number for plan in plans if plan.rule.deemed is not None}
    if not deemed:
        return {}
    edges = _Graph(plans, terms, vocabulary).edges()
    levels: dict[str, int] = {}

    def level(name: str) -> int:
        if name not in levels:
            levels[name] = 1
            levels[name] = 1 + max(
                (level(other) for other in edges.get(name, ()) if other != name), default=0
            )
        return levels[name]

    return {number: level(name) for name, number in deemed.items()}


def circle_of(
    plans: Sequence[RulePlan], terms: Mapping[str, TypedTerm], vocabulary: Vocabulary
) -> Sequence[str]:
    """The first circle of deemed facts that rest on each other; empty where there is none."""
    if not any(plan.rule.deemed is not None for plan in plans):
        return ()
    return next(iter(circles(_Graph(plans, terms, vocabulary).edges())), ())
