"""Rules of a program message: their plans with conditions, effects, matchers and deadlines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from linkage.program.v1 import program_pb2
from policy.native.sums import Sums
from policy.native.texts import Texts
from policy.native.trees import Trees
from policy.pack.clock import Extension, Given, matchers_of
from policy.pack.deemed import FactKind
from policy.pack.model import Lifecycle, Matcher
from policy.program.dues import DuePlan
from policy.program.plan import ClockPlan, MatcherPlan, RulePlan
from policy.program.program import PackProgram
from policy.program.typed import TypedCondition
from policy.time.office import OfficeHours
from policy.time.period import Period
from policy.time.recurrence import Recurrence

_ROLLS: Mapping[object, str] = {None: "", False: "no", True: "yes", "back": "back"}


class Rules:
    """Makes the rules of one version."""

    def __init__(self, texts: Texts, trees: Trees, program: PackProgram) -> None:
        self._texts = texts
        self._trees = trees
        self._sums = Sums(texts)
        self._program = program

    def rule(self, plan: RulePlan) -> program_pb2.Rule:
        """One rule."""
        texts, rule, trigger = self._texts, plan.rule, plan.trigger
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
            amount=self._sums.amount(plan.amount),
            quantities=[self._sums.quantity(quantity) for quantity in plan.quantities],
            clock=self._clock(plan),
            deemed=self._deemed(plan),
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
            office=_minutes(plan.office),
            param=texts.at(source.param),
        )
        if plan.late is not None and source.late_after is not None:
            made.late.CopyFrom(self._deadline(plan.late))
            after = source.late_after
            made.late_after = (after.hour * 60 + after.minute) * 60 + after.second
        if source.from_duty is not None:
            made.duties.extend(texts.all(source.from_duty.meant))
            made.duty_moment = texts.at(source.from_duty.at)
        if plan.no_later_than is not None:
            made.no_later_than.CopyFrom(self._deadline(plan.no_later_than))
        if plan.no_earlier_than is not None:
            made.no_earlier_than.CopyFrom(self._deadline(plan.no_earlier_than))
        return made

    def _clock(self, plan: RulePlan) -> program_pb2.Clock | None:
        clock = plan.clock
        if clock is None:
            return None
        sources = iter(matchers_of(plan.rule.clock, plan.rule.extension))

        def matchers(plans: Sequence[MatcherPlan]) -> list[program_pb2.Matcher]:
            return self._matchers(plan, plans, [next(sources) for _ in plans])

        made = program_pb2.Clock(suspended=self._texts.at(clock.suspended or ""))
        for pause in clock.pauses:
            made.pauses.add(begins=matchers(pause.begins), ends=matchers(pause.ends), again=pause.again)
        made.restarts.extend(matchers(clock.restarts))
        if (extension := clock.extension) is not None:
            for matcher, granted in zip(matchers(clock.grants), extension.granted_by, strict=True):
                made.grants.add(matcher=matcher, by=self._texts.all(granted.by), bearer=granted.bearer)
            made.extension.CopyFrom(self._extension(plan, clock, extension))
        return made

    def _extension(self, plan: RulePlan, clock: ClockPlan, extension: Extension) -> program_pb2.Extension:
        own = "" if plan.due is None else plan.due.source.param
        return program_pb2.Extension(
            given=extension.given is Given.GIVEN,
            length=self._period(clock.length),
            at_most=self._period(clock.at_most),
            times=extension.times,
            param=self._texts.at(extension.param or own),
            local=extension.local,
        )

    def _deemed(self, plan: RulePlan) -> program_pb2.Deemed | None:
        deemed, texts = plan.rule.deemed, self._texts
        if deemed is None:
            return None
        service = deemed.kind is FactKind.SERVICE
        return program_pb2.Deemed(
            kind=texts.at(deemed.kind),
            code=0 if service else texts.at(deemed.code),
            document=plan.variables.index(deemed.code) + 1 if service else 0,
            base=texts.at(deemed.base),
            passing=deemed.passing,
            matter=texts.at(deemed.matter),
            result=texts.at(deemed.result),
            of_bearer=texts.all(sorted(deemed.of_bearer)),
            stratum=self._program.strata[plan.number],
            clauses=texts.all(plan.typed.clauses),
        )

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


def _minutes(office: OfficeHours | None) -> list[int]:
    """When the morning begins and ends, and the afternoon."""
    if office is None:
        return []
    return [clock.hour * 60 + clock.minute for clock in (*office.morning, *office.afternoon)]
