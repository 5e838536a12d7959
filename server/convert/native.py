"""Answers written by the native core: what is fixed is made beforehand, what a case says is worded here.

district, language --answers_message--> linkage.program.v1.Answers --bytes--> linkage_native.Answers
case bytes, as_of --NativeAnswers.answer--> what the log keeps, serialized linkage.v1.Decision
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from linkage.program.v1 import program_pb2
from linkage.v1 import decision_pb2
from policy.decide.amounts import Number
from policy.decide.decision import ENGINE_VERSION, Notice
from policy.decide.dues import moment_of_nanos
from policy.decide.snapshot import District
from policy.engines import NATIVE
from policy.facts.findings import Deeming, Derivation
from policy.money import Amount, Share, Step
from policy.native import FORMAT, Core, cores_allowed, within
from policy.pack.model import Matcher
from policy.program.plan import RulePlan
from policy.program.program import PackProgram
from policy.program.typed import TypedCondition
from policy.review.ends import Ending, EndingAct, ending_groups, ends_of_any
from policy.time.due import Due, Kind, Mark
from policy.time.moment import Instant
from policy.time.period import Period, Unit
from policy.time.span import Span
from server.convert.amounts import amount as amount_message
from server.convert.amounts import quantities
from server.convert.answers import Answers, step_message
from server.convert.extent import FULL, Extent
from server.convert.told import breached_duty, ending_act, warning
from server.convert.told import derivation as derivation_message
from server.convert.words import body as body_message
from server.convert.words import bound, clauses

_BY = {"events": "actor", "requests": "requester", "services": "issuer"}
_TO = {"events": "to", "requests": "to", "services": "body"}


class Answered(NamedTuple):
    """What is kept of a decision, and its answer; ``rules`` and ``bodies`` are joined by spaces."""

    case: str
    canonical: bytes
    digest: str
    facts_digest: str
    rules: str
    bodies: str
    obligations: int
    undetermined: int
    errors: tuple[str, ...]
    answer: bytes


class Given(NamedTuple):
    """A case to be answered in its deterministic form, and the rest as ``NativeAnswers.answer`` has it."""

    case: bytes
    as_of: int
    log_id: str = ""
    notices: Sequence[Notice] = ()
    extent: Extent = FULL


class NativeAnswers:
    """Decides the cases of one district in the core and answers in one language ("zh" or "en")."""

    def __init__(self, core: Core, answers: Answers) -> None:
        self._words = answers.words
        data = answers_message(answers).SerializeToString(deterministic=True)
        self._answers = core.answers(data, _Said(answers))

    def answer(
        self,
        case: bytes,
        as_of: int,
        log_id: str = "",
        notices: Iterable[Notice] = (),
        extent: Extent = FULL,
    ) -> Answered | str:
        """The decision on a case in its deterministic form, and its answer; or why Python decides it.

        ``log_id``, ``notices`` and ``extent`` as ``Answers`` has them.
        """
        given = Given(case, as_of, log_id, tuple(notices), extent)
        made: Answered | str = _answered(self._answers.answer(*self._plain(given)), given)
        return made

    def answer_many(
        self, given: Sequence[Given], threads: int = 0, stop: Any = None
    ) -> list[Answered | str | Exception]:
        """``answer`` of many, in their order, without Python's lock but for words.

        ``threads``, ``stop`` and what would be raised: as ``Core.decide_many``.
        """
        asked = [self._plain(one) for one in given]
        made = self._answers.answer_many(asked, threads or cores_allowed(), stop)
        return [_answered(*pair) for pair in zip(made, given, strict=True)]

    def _plain(self, given: Given) -> tuple[bytes, int, str, list[bytes], bool]:
        brief = given.extent.basic
        told = [self._told(notice, brief).SerializeToString() for notice in given.notices]
        return given.case, within(given.as_of), given.log_id, told, brief

    def _told(self, notice: Notice, brief: bool) -> decision_pb2.Warning:
        if brief:
            return decision_pb2.Warning(code=notice.code, path=notice.path)
        return warning(self._words, notice)


def _answered(made: Any, given: Given) -> Any:
    """What the core gives for a case, named, and no more of the answer than was asked for."""
    if not isinstance(made, tuple):
        return made
    found = Answered(*made)
    if given.extent.mask is None:
        return found
    cut = given.extent.of(decision_pb2.Decision.FromString(found.answer))
    return found._replace(answer=cut.SerializeToString())


def answers_message(answers: Answers) -> program_pb2.Answers:
    """What the answers of a district hold before any case, in their language."""
    district = answers.district
    making = _Making(answers, district)
    return program_pb2.Answers(
        format=FORMAT,
        receipt=answers.fixed_receipt(NATIVE, ENGINE_VERSION),
        versions=[making.version(program) for program in district.programs],
        generic=making.generic(),
    )


class _Making:
    """The parts of one message."""

    def __init__(self, answers: Answers, district: District) -> None:
        self._answers = answers
        self._words = answers.words
        self._vocabulary = district.vocabulary

    def version(self, program: PackProgram) -> program_pb2.VersionAnswers:
        made = program_pb2.VersionAnswers(rules=[self._rule(program, plan) for plan in program.plans])
        for code in self._vocabulary.codes("bodies"):
            data = body_message(self._words, program, code).SerializeToString()
            made.bodies.add(name=code, data=data)
        cited = {clause for plan in program.plans for clause in plan.typed.clauses}
        for clause, message in zip(sorted(cited), clauses(self._words, program, sorted(cited)), strict=True):
            made.clauses.add(name=clause, data=message.SerializeToString())
        return made

    def _rule(self, program: PackProgram, plan: RulePlan) -> program_pb2.RuleAnswer:
        if plan.rule.deemed is not None:  # nobody owes it: it can be open, and no more
            return program_pb2.RuleAnswer(
                open=self._answers.fixed_open(program, plan), brief_open=self._answers.brief.fixed_open(plan)
            )
        fixed, brief = self._answers.fixed(program, plan), self._answers.brief
        short = brief.fixed(program, plan)
        return program_pb2.RuleAnswer(
            fields=fixed.fields,
            due=fixed.due,
            open=self._answers.fixed_open(program, plan),
            computed=fixed.computed,
            names_bearers=fixed.names_bearers,
            because=[self._meaning(line) for line in plan.typed.when] if fixed.grounds else [],
            ends=self._ends(plan),
            brief=short.fields,
            brief_due=short.due,
            brief_open=brief.fixed_open(plan),
        )

    def _meaning(self, line: TypedCondition) -> program_pb2.Meaning:
        return program_pb2.Meaning(
            means=line.source.means.get(self._words.lang),
            basis=line.source.basis,
            alternatives=[self._meaning(part) for part in line.alternatives],
        )

    def _ends(self, plan: RulePlan) -> list[program_pb2.EndingAct]:
        return [
            act
            for ending, matchers in ending_groups(plan.rule)
            for matcher in matchers
            for act in self._matcher(plan, ending, matcher)
        ]

    def _matcher(self, plan: RulePlan, ending: Ending, matcher: Matcher) -> list[program_pb2.EndingAct]:
        def place(variable: str) -> int:
            return plan.variables.index(variable) + 1

        if matcher.collection == "statuses":
            return self._states(ending, matcher, place)
        fields = [
            program_pb2.EndingField(field=field, variable=place(variable))
            for field, variable in (
                ("about", matcher.about),
                ("party", matcher.party),
                ("property", matcher.property),
            )
            if variable
        ]
        if matcher.by_bearer:
            fields.append(program_pb2.EndingField(field=_BY[matcher.collection], bearers=True))
        fields += [
            program_pb2.EndingField(field=field, values=bodies)
            for field, bodies in (
                (_BY[matcher.collection], matcher.by),
                (_TO[matcher.collection], matcher.to),
                ("concerning", matcher.concerning),
            )
            if bodies
        ]
        where = matcher.where.text.strip() if matcher.where is not None else ""
        return [
            program_pb2.EndingAct(data=self._act(ending, matcher.collection, code, where), fields=fields)
            for code in matcher.codes
        ]

    def _states(
        self, ending: Ending, matcher: Matcher, place: Callable[[str], int]
    ) -> list[program_pb2.EndingAct]:
        """The end of the state that the obligation is bound to; or that one of a party ends, or begins."""
        changed = program_pb2.EndingField(field="since" if matcher.begins else "until")
        if matcher.end_of:
            held = place(matcher.end_of)
            made = program_pb2.EndingAct(state=held)
            made.fields.append(program_pb2.EndingField(field="party", party_of=held))
            made.fields.append(changed)
            for kind in self._vocabulary.codes("traits"):
                made.kinds.add(name=kind, data=self._act(ending, "statuses", kind, ""))
            return [made]
        if matcher.party:
            party = program_pb2.EndingField(field="party", variable=place(matcher.party))
        else:
            party = program_pb2.EndingField(field="party", values=("",))
        return [
            program_pb2.EndingAct(data=self._act(ending, "statuses", code, ""), fields=(party, changed))
            for code in matcher.codes
        ]

    def generic(self) -> list[program_pb2.EndingAct]:
        """What may be recorded of any obligation to end it."""
        return [
            program_pb2.EndingAct(
                data=self._act(act.ending, act.list, act.code, act.where),
                fields=(program_pb2.EndingField(field="obligation", obligation=True),),
            )
            for act in ends_of_any(self._vocabulary)
            if act.ending in (Ending.FULFILS, Ending.DISCHARGES)
        ]

    def _act(self, ending: Ending, list_: str, code: str, where: str) -> bytes:
        return ending_act(self._words, EndingAct(ending, list_, code, (), where)).SerializeToString()


_UNITS = {unit.value: unit for unit in Unit}
_Args = Sequence[tuple[str, int, int, str]]
"""Values of a counting step: what each is, and one or two numbers or a text."""
_Counted = tuple[str, int | None, bool, Sequence[tuple[str, _Args]], int | None]
"""A due time: its kind, when, whether that is provisional, its steps, when it was due before an extension."""
_Sum = tuple[Sequence[int | None], Sequence[tuple[str, Sequence[tuple[str, str]]]], Sequence[str]]
"""An amount: the sum and its bounds, the steps, what is missing."""
_VALUES: Mapping[str, Callable[[str], int | Fraction | Share | str | None]] = {
    "whole": int,
    "exact": Fraction,
    "share": Share.parse,
    "word": str,
    "none": lambda _: None,
}


class _Sums(NamedTuple):
    """As much of an obligation as its amount and its numbers of things are told from."""

    plan: RulePlan
    amount: Amount | None
    numbers: tuple[Number, ...]


class _Known(NamedTuple):
    """As much of a duty as its title is told from."""

    program: PackProgram
    plan: RulePlan
    rule: str
    basis: tuple[str, ...]


class _Said:
    """What the core asks: a case's texts, each as a serialized message, or (``label``) as itself."""

    def __init__(self, answers: Answers) -> None:
        self._words = answers.words
        self._calendar = answers.district.calendar
        self._by_version = answers.district.by_version

    def step(self, code: str, args: _Args) -> bytes:
        """A counting step."""
        return step_message(self._mark(code, args), self._words.lang).SerializeToString()

    def _mark(self, code: str, args: _Args) -> Mark:
        return code, tuple(self._value(*arg) for arg in args)

    def _value(self, kind: str, one: int, other: int, word: str) -> Any:
        if kind == "moment":
            return moment_of_nanos(one)
        if kind == "day":
            return date.fromordinal(one)
        if kind == "period":
            return Period(one, _UNITS[word])
        if kind == "span":
            return Span(date.fromordinal(one), date.fromordinal(other), self._calendar)
        return one if kind == "number" else word

    def label(self, path: str) -> str:
        """A missing fact."""
        return self._words.fact(path)

    def derivation(self, path: str, sources: tuple[str, ...]) -> bytes:
        """What was derived from what."""
        return derivation_message(self._words, Derivation(path, sources)).SerializeToString()

    def deemed(
        self,
        path: str,
        sources: tuple[str, ...],
        by: tuple[str, str, Sequence[str], int],
        counted: _Counted | None,
        known: Sequence[tuple[str, str, str, Sequence[str]]],
    ) -> bytes:
        """What counts as a fact by a rule (version, rule, clauses, from when); ``known``: duties among the
        sources by id, version and rule, and their clauses."""
        version, rule, basis, at = by
        deeming = Deeming(version, rule, tuple(basis), at, None if counted is None else self._due(*counted))
        duties = {}
        for identity, own, name, cited in known:
            program = self._by_version[own]
            duties[identity] = _Known(program, program.by_rule[name], name, tuple(cited))
        words = self._words.knowing(duties) if duties else self._words
        return derivation_message(words, Derivation(path, sources, deeming)).SerializeToString()

    def _due(
        self,
        kind: str,
        at: int | None,
        provisional: bool,
        steps: Sequence[tuple[str, _Args]],
        original: int | None,
    ) -> Due:
        moment = None if at is None else moment_of_nanos(at)
        whole, below = moment if isinstance(moment, Instant) else (moment, 0)
        marks = tuple(self._mark(code, args) for code, args in steps)
        before = None if original is None else moment_of_nanos(original)
        return Due(Kind(kind), whole, provisional, marks, below, before)

    def sums(
        self,
        version: str,
        rule: str,
        amount: _Sum | None,
        numbers: Sequence[tuple[int | None, int | None, int | None, Sequence[str]]],
        brief: bool,
    ) -> bytes:
        """The fields of an obligation that hold its amount and (not ``brief``) its numbers of things."""
        found = None
        if amount is not None:
            (fen, low, high), steps, missing = amount
            worked = tuple(
                Step(code, tuple(_VALUES[kind](text) for kind, text in own)) for code, own in steps
            )
            found = Amount(fen, low, high, worked, tuple(missing))
        told = tuple(Number(*one[:3], tuple(one[3])) for one in numbers)
        owed = _Sums(self._by_version[version].by_rule[rule], found, told)
        made = decision_pb2.Obligation(amount=amount_message(self._words, owed, brief))
        if not brief:
            made.quantities.extend(quantities(self._words, owed))
        return made.SerializeToString()

    def warning(self, code: str, path: str, args: Sequence[tuple[str, Sequence[str]]]) -> bytes:
        """A notice."""
        notice = Notice(code, path, tuple((name, tuple(values)) for name, values in args))
        return warning(self._words, notice).SerializeToString()

    def error(self, code: str, reason: str, rule: str, variables: list[str], paths: list[str]) -> bytes:
        """A rule that failed, or (without a rule) a trigger that no version governs."""
        made = decision_pb2.RuleError(
            code=code,
            message=self._words.failure(code, reason, rule, tuple(paths)),
            rule=rule,
            bound=bound(variables if rule else [""] * len(paths), paths),
        )
        return made.SerializeToString()

    def conflict(self, sides: Sequence[tuple[str, str, str, Sequence[str]]]) -> bytes:
        """Two rules that contradict each other: ids, rules, versions, and what each rests on."""
        made = decision_pb2.Conflict(
            obligations=[identity for identity, *_ in sides],
            rules=[rule for _, rule, *_ in sides],
            message=self._words.opposed(
                [(rule, self._by_version[version], tuple(basis)) for _, rule, version, basis in sides]
            ),
        )
        for _, _, version, basis in sides:
            made.basis.extend(clauses(self._words, self._by_version[version], basis))
        return made.SerializeToString()

    def breached(
        self, identity: str, rule: str, bearer: str, version: str, own: tuple[str, Sequence[str]] | None
    ) -> bytes:
        """The duty whose breach triggers another one; ``own``: its version and what it rests on."""
        known = None if own is None else (self._by_version[own[0]], tuple(own[1]))
        made = breached_duty(self._words, (identity, rule, bearer), self._by_version[version], known)
        return made.SerializeToString()
