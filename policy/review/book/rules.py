"""The rules of a clause as they are printed: what several have in common is said once.

Rules of which everything but the sentence is the same are one group; of a group those that say the same of
several departments (the rows of a table) are one sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from policy.pack.model import Condition, Modality
from policy.program.plan import RulePlan
from policy.program.program import PackProgram
from policy.review.book.figures import Figures
from policy.review.book.matrix import kind_of
from policy.review.book.model import RuleCard, RuleGroup
from policy.review.book.words import mark_of
from policy.review.sentence import sentence
from policy.review.statement import PARTS, Statement, statement
from policy.review.wording import Wording

_TOLD = ("outputs", "fulfilled", "discharged", "violated", "returns", "objection", "overrides", "consequence")
"""What is told of a rule below its sentence, by the keys of a statement."""

_Key = tuple[object, ...]


class Rules:
    """Prints rules of one version. ``tests``: how many tests name each."""

    def __init__(
        self, program: PackProgram, words: Wording, tests: Mapping[str, int], figures: Figures
    ) -> None:
        self._words, self._tests, self._figures = words, tests, figures
        self._said: Mapping[str, Statement] = {
            plan.id: statement(program, plan, words, formulas=False) for plan in program.plans
        }

    def of(self, plans: Sequence[RulePlan]) -> tuple[tuple[str, ...], tuple[RuleGroup, ...]]:
        """The conditions that all of them have (none where there is one rule), and the groups in order."""
        lines = {plan.id: [self._condition(line) for line in plan.rule.when] for plan in plans}
        common = _common(list(lines.values())) if len(plans) > 1 else ()
        groups: dict[_Key, list[RulePlan]] = {}
        for plan in plans:
            own = tuple(line for line in lines[plan.id] if line not in common)
            groups.setdefault((own, *self._rest(plan)), []).append(plan)
        return common, tuple(self._group(key, found) for key, found in groups.items())

    def _rest(self, plan: RulePlan) -> Iterator[object]:
        """Everything below the sentence but the conditions."""
        rule, words = plan.rule, self._words
        yield tuple(self._condition(line) for line in rule.unless)
        yield tuple(self._told(self._said[plan.id]))
        yield (
            None
            if rule.reading is None
            else (words.text(rule.reading.chosen), words.text(rule.reading.other))
        )
        yield words.text(rule.note)

    def _told(self, said: Statement) -> Iterator[tuple[str, tuple[str, ...]]]:
        for key in _TOLD:
            if key in said:
                yield self._words.pick(PARTS[key]), tuple(line.text for line in said[key])

    def _group(self, key: _Key, plans: Sequence[RulePlan]) -> RuleGroup:
        conditions, exceptions, told, reading, note = key
        figure, see = self._figures.of(plans[0])
        cards: dict[_Key, list[RulePlan]] = {}
        for plan in plans:
            cards.setdefault(self._sameness(plan), []).append(plan)
        return RuleGroup(
            rules=tuple(self._card(found) for found in cards.values()),
            conditions=conditions,  # type: ignore[arg-type]
            exceptions=exceptions,  # type: ignore[arg-type]
            told=told,  # type: ignore[arg-type]
            reading=reading,  # type: ignore[arg-type]
            note=str(note),
            figure=figure,
            see=see,
        )

    def _sameness(self, plan: RulePlan) -> _Key:
        """What rows of one table must share to be told together: all that they say but of whom."""
        said, table = self._said[plan.id], plan.rule.table
        if not table or len(plan.rule.bearer.bodies) != 1:
            return (plan.id,)
        parts = ("modality", "force", "action", "counterparty", "deadline")
        return (table, *(tuple(line.same for line in said.get(part, ())) for part in parts))

    def _card(self, plans: Sequence[RulePlan]) -> RuleCard:
        words, first = self._words, plans[0]
        kind = kind_of(first.rule)
        said = self._said[first.id]
        title = words.text(first.rule.title)
        if len(plans) > 1:
            bearers = tuple(line for plan in plans for line in self._said[plan.id].get("bearer", ()))
            said = {**said, "bearer": bearers}
            action = words.code("actions", first.rule.action)
            many = words.pick(
                (f"（{len(plans)} 个单位，各自承担）", f" ({len(plans)} departments, each for itself)")
            )
            title = action + many
        deemed = first.rule.modality is Modality.DEEMED
        return RuleCard(
            ids=tuple(plan.id for plan in plans),
            id=first.id if len(plans) == 1 else first.id.rpartition(".")[0] + ".*",
            title=title,
            kind=kind,
            mark=mark_of(kind, words.lang),
            sentence="" if deemed else sentence(said, words),
            tests=min(self._tests.get(plan.id, 0) for plan in plans),
        )

    def _condition(self, line: Condition) -> str:
        means = self._words.text(line.means) or line.expr.text
        parts = [self._condition(part) for part in line.alternatives]
        pick = self._words.pick
        return means + pick(("：", ": ")) + pick(("；或 ", "; or ")).join(parts) if parts else means


def _common(lines: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The lines that stand in each list, in the order of the first."""
    first, *others = lines
    return tuple(dict.fromkeys(line for line in first if all(line in other for other in others)))
