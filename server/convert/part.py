"""The part of a decision that is a department's business: what its bodies bear or are owed."""

from __future__ import annotations

from dataclasses import replace

from linkage.v1 import facts_pb2
from policy.decide.decision import Decision, Notice
from policy.pack.vocabulary import Vocabulary
from policy.program.plan import RulePlan
from policy.review.explain import Explanation
from server.convert.concern import Concern

_PARTIAL = "LNK862"


class OwnPart:
    """The part of decisions that is the business of some bodies and their organs."""

    def __init__(self, bodies: frozenset[str], vocabulary: Vocabulary) -> None:
        self._named = bodies
        self._bodies = frozenset[str]().union(*(vocabulary.organs(body) for body in bodies))

    def decision(self, decision: Decision, case: facts_pb2.Case) -> Decision:
        """The duties that the bodies bear or are owed, what is open or failed of rules that name them, what
        was derived of the elements of these, and notices that concern them. Whoever reads it is told that it
        is a part."""
        obligations = tuple(o for o in decision.obligations if self._has((*o.bearers, *o.counterparties)))
        undetermined = tuple(u for u in decision.undetermined if self._named_by(u.plan))
        shown = {o.id for o in obligations}
        elements = {path for o in obligations for path in o.bound}
        elements |= {path for u in undetermined for path in u.bound}
        concern = Concern(case, self._bodies, obligations, undetermined)
        return replace(
            decision,
            obligations=obligations,
            undetermined=undetermined,
            errors=tuple(e for e in decision.errors if e.plan is None or self._named_by(e.plan)),
            conflicts=tuple(c for c in decision.conflicts if {side.id for side in c} <= shown),
            derived=tuple(d for d in decision.derived if _element(d.path) in elements),
            warnings=(*filter(concern.has, decision.warnings), self._notice()),
        )

    def explanations(self, found: tuple[Explanation, ...], decision: Decision) -> tuple[Explanation, ...]:
        """The explanations of the duties in ``decision``, and of rules that name the bodies."""
        shown = {o.id for o in decision.obligations}
        return tuple(e for e in found if e.obligation in shown or self._named_by(e.plan))

    def _named_by(self, plan: RulePlan) -> bool:
        rule = plan.rule
        return self._has((*rule.bearer.bodies, *rule.counterparty.bodies))

    def _has(self, bodies: tuple[str, ...]) -> bool:
        return not self._bodies.isdisjoint(bodies)

    def _notice(self) -> Notice:
        return Notice(_PARTIAL, "", (("bodies", tuple(f"bodies:{body}" for body in sorted(self._named))),))


def _element(path: str) -> str:
    """The element that a path of the case names: of ``parties[d].statuses[x]`` parties[d]."""
    return path.partition("]")[0] + "]"
