"""Rules of a program message: their plans with conditions, effects, matchers and deadlines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from linkage.program.v1 import program_pb2
from policy.native.texts import NotCarried, Texts
from policy.native.trees import Trees
from policy.pack.model import Lifecycle, Matcher
from policy.program.dues import DuePlan
from policy.program.plan import MatcherPlan, RulePlan
from policy.program.typed import TypedCondition
from policy.text.messages import Words
from policy.time.deadline import Part
from policy.time.period import Period, Unit
from policy.time.recurrence import Recurrence

_OFFICE = (Part.MORNING, Part.OFFICE_HOURS)
_ROLLS: Mapping[object, str] = {None: "", False: "no", True: "yes", "back": "back"}


class Rules:
    """Makes the rules of one version. Each method raises ``NotCarried`` for a form that the core has not."""

    def __init__(self, texts: Texts, trees: Trees) -> None:
        self._texts = texts
        self._trees = trees

    def rule(self, plan: RulePlan) -> program_pb2.Rule:
        """One rule."""
        texts, rule, trigger = self._texts, plan.rule, plan.trigger
        _check(plan)
        made = program_pb2.Rule(
            id=texts.at(rule.id),
            each=self._each(plan),
            trigger=plan.trigger_position,
            collection=texts.at(trigger.collection),
            codes=texts.all(trigger.codes),
            order=[plan.variables.index(name) for name in trigger.order],
            when=[self._line(line, line in trigger.implied) for line in plan.typed.when],
            unless=[self._line(line, False) for line in plan.typed.unless],
            effects=[
                program_pb2.Effect(name=texts.at(name), node=self._trees.at(tree))
                for name, tree in sorted(plan.typed.effects.items())
            ],
            fulfilled_by=self._matchers(plan, plan.fulfilled_by, rule.fulfilled_by),
            discharged_by=self._matchers(plan, plan.discharged_by, rule.discharged_by),
            violated_by=self._matchers(plan, plan.violated_by, rule.violated_by),
            deadline=None if plan.due is None else self._deadline(plan.due),
            waits=plan.waits,
            timed=plan.timed,
            lists=texts.all(sorted(plan.lists)),
            moved_by=texts.all(sorted(plan.moves.whole)),
            clocked=plan.moves.clocked,
            kinds=plan.kinds,
            modality=texts.at(rule.modality),
            force=texts.at(rule.force),
            bearing=texts.at(rule.bearing),
            of_case=rule.lifecycle is Lifecycle.CASE,
            accrues=rule.accrues,
            bearers=texts.all(rule.bearer.bodies),
            counterparties=texts.all(rule.counterparty.bodies),
            action=texts.at(rule.action),
            basis=texts.all(rule.basis),
            overrides=texts.all(rule.overrides),
        )
        moves: dict[str, list[str]] = {}
        for name, code in sorted(plan.moves.codes):
            moves.setdefault(name, []).append(code)
        made.moves.extend(texts.groups(moves))
        return made

    def _each(self, plan: RulePlan) -> list[program_pb2.Binding]:
        made = []
        for binding in plan.rule.each:
            owner, _, name = binding.path.rpartition(".")
            place = 0 if owner in ("", "case") else plan.variables.index(owner) + 1
            made.append(
                program_pb2.Binding(name=self._texts.at(binding.name), list=self._texts.at(name), owner=place)
            )
        return made

    def _line(self, line: TypedCondition, implied: bool) -> program_pb2.Line:
        return program_pb2.Line(
            node=self._trees.at(line.tree),
            implied=implied,
            basis=self._texts.all(line.source.basis),
            alternatives=[self._line(part, False) for part in line.alternatives],
        )

    def _matchers(
        self, plan: RulePlan, matchers: Sequence[MatcherPlan], sources: Sequence[Matcher]
    ) -> list[program_pb2.Matcher]:
        def place(name: str) -> int:
            return plan.variables.index(name) + 1 if name else 0

        made = []
        for matcher, source in zip(matchers, sources, strict=True):
            predicate = matcher.typed.predicate
            made.append(
                program_pb2.Matcher(
                    collection=self._texts.at(matcher.collection),
                    codes=self._texts.all(matcher.codes),
                    predicate=0 if predicate is None else self._trees.at(predicate) + 1,
                    by_bearer=matcher.by_bearer,
                    end_of=place(matcher.end_of),
                    party=place(matcher.typed.party),
                    begins=matcher.typed.begins,
                    about=place(source.about),
                    by=self._texts.all(source.by),
                )
            )
        return made

    def _deadline(self, plan: DuePlan) -> program_pb2.Deadline:
        source, texts = plan.source, self._texts
        halves = any(
            period is not None and period.unit is Unit.HALF_DAY for period in (plan.period, source.after)
        )
        if plan.late is not None or halves or source.end_of in _OFFICE:
            raise NotCarried(Words("办公时间或一天中的时刻", "office hours, or a time of day"))
        made = program_pb2.Deadline(
            form=texts.at(source.form),
            period=self._period(plan.period),
            word=texts.at(source.word),
            on=None if source.on is None else source.on.toordinal(),
            month=source.month,
            day=source.day,
            every=self._recurrence(source.every),
            end_of=texts.at(source.end_of or ""),
            after=self._period(source.after),
            roll=texts.at(_ROLLS[source.roll]),
            hours=texts.at(source.hours),
        )
        if source.from_duty is not None:
            made.duties.extend(texts.all(source.from_duty.meant))
            made.duty_moment = texts.at(source.from_duty.at)
        if plan.no_later_than is not None:
            made.no_later_than.CopyFrom(self._deadline(plan.no_later_than))
        if plan.no_earlier_than is not None:
            made.no_earlier_than.CopyFrom(self._deadline(plan.no_earlier_than))
        return made

    def _period(self, period: Period | None) -> program_pb2.Period | None:
        if period is None:
            return None
        return program_pb2.Period(amount=period.amount, unit=self._texts.at(period.unit))

    def _recurrence(self, text: str) -> program_pb2.Recurrence | None:
        if not text:
            return None
        rule = Recurrence.parse(text)
        return program_pb2.Recurrence(
            text=self._texts.at(rule.text),
            frequency=self._texts.at(rule.freq),
            interval=rule.interval,
            months=rule.months,
            month_days=rule.month_days,
            weekdays=_flat(rule.weekdays),
            positions=rule.positions,
        )


def _flat(pairs: Iterable[tuple[int, int]]) -> list[int]:
    return [number for pair in pairs for number in pair]


def _check(plan: RulePlan) -> None:
    """Raises ``NotCarried`` for what the core has not."""
    for form, used in (
        (Words("视为的事实", "a deemed fact"), plan.rule.deemed is not None),
        (Words("金额", "an amount"), plan.amount is not None),
        (Words("事物的数量", "a number of things"), bool(plan.quantities)),
        (Words("随行为变动的期限", "a clock that acts move"), plan.clock is not None),
    ):
        if used:
            raise NotCarried(form, plan.id)
