"""What an engine is: it decides the expressions of a pack's rules on one case. The rest is the same for all.

    program, case view --Engine.matches--> hits, undetermined, errors
    hit --Engine.effects--> bearer, counterparty, subject, start of the deadline
    matcher, event --Engine.ends--> whether the event fulfils, discharges or violates

Versions in force, precedence, deadlines, lifecycles and identities are no engine's business: ``decide`` works
them out once. Two engines that agree on every expression therefore give byte-equal decisions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from policy.engines.unknowns import Failure
from policy.facts.views import CaseView, View
from policy.program.plan import MatcherPlan, RulePlan, Selection
from policy.program.program import PackProgram

Binding = tuple[Any, ...]
"""The elements a rule is tried for, in the order of its ``each``."""

Focus = Mapping[str, Sequence[Any]]
"""Elements by the list of the case that holds them."""

Doubt = tuple[str, ...]
"""Facts without which nobody can say; sorted."""


class Hit(NamedTuple):
    """A rule whose conditions hold for these elements."""

    program: PackProgram
    plan: RulePlan
    binding: Binding


class Matches(NamedTuple):
    """What one round of matching gave. Reasons of errors are the stable words of ``Failure``."""

    hits: list[Hit]
    undetermined: list[tuple[Hit, Doubt]]
    errors: list[tuple[Hit, str]]


class Effects(NamedTuple):
    """Computed values of a rule; ``missing`` are (effect, facts) that are absent. Moments are nanoseconds."""

    bearers: tuple[str, ...]
    bearer_party: str
    bearer_unit: str
    counterparties: tuple[str, ...]
    counterparty_party: str
    about: str
    concerns: str
    concerns_unit: str
    start: int | None
    moment: int | None
    latest_start: int | None
    latest_moment: int | None
    earliest_start: int | None
    earliest_moment: int | None
    fact_at: int | None
    """This and the next four are of what a rule deems a fact."""
    fact_party: str
    fact_property: str
    fact_document: str
    fact_to_unit: str
    amount_of: int | None
    amount_times: int | None
    quantity: int | None
    missing: tuple[tuple[str, Doubt], ...] = ()

    def missing_for(self, *names: str) -> Doubt:
        """The facts missing for these effects, sorted."""
        return tuple(sorted({path for name, paths in self.missing if name in names for path in paths}))


class Engine(Protocol):
    """Decides expressions. Pure: the same program and case give the same answers, in any thread."""

    @property
    def name(self) -> str:
        """What receipts and options call it."""

    def matches(
        self, program: PackProgram, case: CaseView, selection: Selection, only: Focus | None = None
    ) -> Matches:
        """Every rule of the selection tried on the case, which may be the case of an earlier moment.

        ``only`` restricts the elements that rules are indexed by to these of each list (none of other lists).

        Raises ``FactsError`` where there are more hits than one decision may have.
        """

    def effects(self, hit: Hit, case: CaseView) -> Effects | Failure:
        """What the rule puts on whom for these elements, or its evaluation error."""

    def ends(self, matcher: MatcherPlan, hit: Hit, case: CaseView, event: Any) -> bool | Doubt | Failure:
        """Whether the event satisfies the matcher of the rule, or the facts it waits for, or its error."""


def bindings(
    plan: RulePlan,
    case: CaseView,
    prefix: Binding,
    possible: Callable[[Mapping[str, View]], bool] | None = None,
) -> Iterator[Binding]:
    """All bindings of a rule that begin with ``prefix`` in loop order, as tuples in the order of ``each``.

    ``possible``, where given, is asked about the elements chosen so far, from ``prefix`` on and again after
    each one more; where it says no, nothing that begins with them is tried.
    """
    order = plan.trigger.order
    paths = {b.name: b.path for b in plan.rule.each}

    def extend(bound: dict[str, View], level: int) -> Iterator[Binding]:
        if possible is not None and not possible(bound):
            return
        if level == len(order):
            yield tuple([bound[name] for name in plan.variables])
            return
        owner, _, attribute = paths[order[level]].rpartition(".")
        holder: Any = case if owner in ("", "case") else bound[owner]
        for element in getattr(holder, attribute):
            yield from extend({**bound, order[level]: element}, level + 1)

    if len(order) == 1 and possible is None:
        yield prefix
        return
    yield from extend(dict(zip(order, prefix, strict=False)), len(prefix))
