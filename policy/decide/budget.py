"""How much work one decision may take: counted from the sizes of the case, before any rule is tried.

    programs, timeline --Budget--> the rules that would take too many steps on this case

The count is that of ``policy.program.cost`` and the same in every engine. A rule that is refused is reported,
never silent; the others are decided as ever.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import chain
from typing import Any

from policy.decide.doubts import MAX_ALONE
from policy.decide.shares import most_shares
from policy.engines.protocol import Hit
from policy.facts.reading import FactsError, Violation
from policy.facts.timeline import Timeline
from policy.facts.views import DISCRIMINATORS, VIEWS
from policy.program import PackProgram
from policy.program.cost import DECISION_STEPS, RULE_STEPS, Size
from policy.program.plan import RulePlan

MANY = 32
"""Elements in a list beyond which a case is always counted."""
FEW = 200
"""Obligations that a case of short lists may have before what they cost is counted."""

Refused = Mapping[int, Collection[int]]
"""Numbers of rules that are not tried, by ``id`` of their program."""


class Budget:
    """The steps that the rules of a district would take on one case."""

    def __init__(self, programs: Iterable[PackProgram], timeline: Timeline) -> None:
        self._programs = tuple(programs)
        self._timeline = timeline
        self._sizes: dict[Size, int] = {}
        self._light = self._all_short()
        self._ending = 0

    def first(self) -> Refused:
        """The refused rules among those that need no breach."""
        return {} if self._light else self._over(False)

    def after(self) -> Refused:
        """The refused rules among those over breaches, with the breaches there are by now."""
        self._sizes.clear()
        return self._over(True)

    def endings(self, hits: Collection[Hit]) -> None:
        """Counts what these hits' obligations may cost. Raises ``FactsError`` where it is too much."""
        shares = [most_shares(program, plan) for program, plan, _ in hits]
        if self._light and sum(shares) <= FEW:
            return
        for (program, plan, _), many in zip(hits, shares, strict=True):
            self._ending += many * program.ending_costs[plan.number].at(self._size)
        if self._ending > DECISION_STEPS:
            args = (("count", f"{self._ending:,}"), ("limit", f"{DECISION_STEPS:,}"))
            raise FactsError((Violation("case", "LNK826", args),))

    def _all_short(self) -> bool:
        """Whether the lists of the case are so short that nothing need be counted."""
        view: Any = self._timeline.now
        lists = (view.parties, view.documents, view.requests, view.properties, view.events)
        nested = (
            getattr(element, name)
            for name, owners in _NESTED.items()
            for owner in owners
            for element in getattr(view, owner)
        )
        largest = max(map(len, chain(lists, nested)), default=0)
        if largest > MANY:
            return False
        tries = 2 * (len(self._timeline.elements) + 1) * self._without()
        steps = [program.steps(largest) for program in self._programs]
        return all(dearest <= RULE_STEPS and total * tries <= DECISION_STEPS for dearest, total in steps)

    def _without(self) -> int:
        """How often a rule is tried at a moment: once, without any act that lacks a time, without each."""
        doubts = len(self._timeline.doubts)
        return 1 if not doubts else 2 + (doubts if doubts <= MAX_ALONE else 0)

    def _over(self, on_breach: bool) -> Refused:
        """Rules that are too dear, and the dearest of the others while all together are."""
        refused: dict[int, set[int]] = {}
        spent: list[tuple[int, str, int, int]] = []
        for program in self._programs:
            for plan in program.plans:
                if (plan.trigger.collection == "breaches") is not on_breach:
                    continue
                steps = program.costs[plan.number].at(self._size)
                if steps > RULE_STEPS:
                    refused.setdefault(id(program), set()).add(plan.number)
                elif steps:
                    spent.append((steps * self._tries(program, plan), plan.id, id(program), plan.number))
        total = sum(steps for steps, *_ in spent)
        for steps, _, program_id, number in sorted(spent, key=lambda item: (-item[0], item[1])):
            if total <= DECISION_STEPS:
                break
            refused.setdefault(program_id, set()).add(number)
            total -= steps
        return refused

    def _tries(self, program: PackProgram, plan: RulePlan) -> int:
        """How often a rule is tried: when something moves it, and again without acts that lack a time."""
        timeline, tries = self._timeline, 1
        if plan.number not in program.at_once:
            moments = timeline.elements
            if plan.moves.clocked:
                tries += 2 * len(moments)
            else:
                tries += sum(plan.moves.by(timeline.happened(moment)) for moment in moments)
        if timeline.doubts and plan.moves.by(timeline.of_the_undated):
            tries *= self._without()
        return tries

    def _size(self, size: Size) -> int:
        """How many elements a list of the case has; a nested one in the owner that has most."""
        found = self._sizes.get(size)
        if found is None:
            found = self._sizes[size] = self._counted(size)
        return found

    def _counted(self, size: Size) -> int:
        view: Any = self._timeline.now
        if (owners := _NESTED.get(size.list)) is None:
            elements = getattr(view, size.list)
            if size.codes is None:
                return len(elements)
            field = DISCRIMINATORS[size.list]
            return sum(1 for element in elements if getattr(element, field) in size.codes)
        counts = (len(getattr(element, size.list)) for owner in owners for element in getattr(view, owner))
        return max(counts, default=0)


_CASE_LISTS = ("parties", "documents", "requests", "properties", "events", "breaches")
_HOLDERS = tuple(view for view in VIEWS.values() if view.collection in _CASE_LISTS)
_NESTED: Mapping[str, tuple[str, ...]] = {
    name: tuple(view.collection for view in _HOLDERS if name in view.lists)
    for name in sorted({name for view in _HOLDERS for name in view.lists} - set(_CASE_LISTS))
}
"""Lists of the case's elements, with the lists that hold these."""
