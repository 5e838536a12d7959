"""A pack for people who read no YAML: each clause, and what the service does with it, in sentences.

PackProgram, attached document, results of the rule tests --book_of--> Book --> HTML (pack.html.j2)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from policy.decide.decision import Obligation
from policy.decide.snapshot import District
from policy.documents.sources import Sources
from policy.pack.model import Clause, Condition, Force, Modality, Parameter
from policy.program.plan import RulePlan
from policy.program.program import PackProgram
from policy.review.classes import CLASSES
from policy.review.report.packs import in_force, rules_by_clause
from policy.review.report.templates import rendered
from policy.review.ruletest.coverage import Ratio
from policy.review.ruletest.coverage_words import KINDS
from policy.review.ruletest.run import Result
from policy.review.sentence import sentence
from policy.review.statement import PARTS, Statement, statement
from policy.review.wording import Wording

_MOST_TESTS = 4
_TOLD = ("outputs", "fulfilled", "discharged", "violated", "returns", "objection", "overrides", "consequence")
"""What is told of a rule below its sentence, by the keys of a statement."""


@dataclass(frozen=True, slots=True)
class Example:
    """A duty of a rule test whose due time was counted: from what to when, and how."""

    test: str
    start: str
    due: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleCard:
    """A rule as it is printed."""

    id: str
    title: str
    kind: str
    sentence: str
    conditions: tuple[str, ...]
    exceptions: tuple[str, ...]
    told: tuple[tuple[str, tuple[str, ...]], ...]
    basis: str
    reading: tuple[str, str] | None
    note: str
    example: Example | None
    tests: tuple[str, ...]
    more_tests: int


@dataclass(frozen=True, slots=True)
class ClauseCard:
    """A clause as it is printed, with the rules that rest on it: in full where they stand first."""

    number: str
    kind: str
    text: str
    verbatim: bool
    rules: tuple[RuleCard, ...]
    elsewhere: tuple[tuple[str, str], ...]
    no_rule: str
    note: str


@dataclass(frozen=True, slots=True)
class Open:
    """A value that the document leaves open: what it means, what the district set, what waits for it."""

    means: str
    value: str
    note: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """What the template draws."""

    lang: str
    title: str
    facts: tuple[tuple[str, str], ...]
    headline: tuple[tuple[str, str], ...]
    clauses: tuple[ClauseCard, ...]
    open: tuple[Open, ...]
    readings: tuple[tuple[str, str, str, str], ...]
    bodies: tuple[tuple[str, tuple[int, ...], tuple[str, ...]], ...]
    ratios: tuple[tuple[str, str], ...]
    failed: int
    receipt: str


def pack_html(book: Book) -> str:
    """The page; it needs nothing from the network."""
    return rendered("pack.html.j2", book=book, lang=book.lang)


def book_of(
    district: District,
    program: PackProgram,
    sources: Sources,
    results: Sequence[Result],
    ratios: Sequence[Ratio],
    lang: str,
) -> Book:
    """The book of one version. ``results`` are those of the district's rule tests."""
    return _Maker(district, program, sources, results, lang).book(ratios)


class _Maker:
    def __init__(
        self,
        district: District,
        program: PackProgram,
        sources: Sources,
        results: Sequence[Result],
        lang: str,
    ) -> None:
        self._district, self._program, self._results = district, program, results
        self._words = Wording(district, lang, sources)
        self._tests: dict[str, list[str]] = {}
        self._examples: dict[str, tuple[Result, Obligation]] = {}
        for result in results:
            for rule in result.test.rules:
                self._tests.setdefault(rule, []).append(result.test.name)
            for one in result.decision.obligations:
                if one.due is not None and one.due.at is not None and one.program.pack == program.pack:
                    self._examples.setdefault(one.rule, (result, one))
        self._said: dict[str, Statement] = {
            plan.id: statement(program, plan, self._words) for plan in program.plans
        }

    def book(self, ratios: Sequence[Ratio]) -> Book:
        words, pack = self._words, self._program.pack
        failed = sum(not result.passed for result in self._results)
        return Book(
            lang=words.lang,
            title=words.text(pack.title),
            facts=tuple(self._facts()),
            headline=tuple(self._headline()),
            clauses=tuple(self._clauses()),
            open=tuple(self._open(one) for one in pack.parameters.values() if not one.basis),
            readings=tuple(self._readings()),
            bodies=tuple(self._bodies()),
            ratios=tuple((KINDS[one.kind].get(words.lang), f"{one.percent:.1f} %") for one in ratios),
            failed=failed,
            receipt=f"{pack.district} {pack.version} {pack.digest}",
        )

    def _facts(self) -> Iterable[tuple[str, str]]:
        words, pack = self._words, self._program.pack
        instrument = pack.instrument
        yield words.pick(("文件", "document")), words.text(instrument.title)
        if instrument.number:
            yield words.pick(("文号", "number")), instrument.number
        if instrument.issuer:
            yield words.pick(("制发", "issued by")), instrument.issuer
        if instrument.issued is not None:
            yield words.pick(("印发", "issued on")), instrument.issued.isoformat()
        yield words.pick(("施行", "in force")), in_force(pack, words)
        attached = words.sources.attached(pack)
        yield (
            words.pick(("原文", "text")),
            words.pick(
                ("已接入，条文逐字引用", "attached, quoted verbatim")
                if attached
                else ("未接入，条文为内容提要", "not attached: clauses are summarised")
            ),
        )

    def _headline(self) -> Iterable[tuple[str, str]]:
        words, rules = self._words, [plan.rule for plan in self._program.plans]
        counts = Counter(rule.modality for rule in rules)
        yield words.pick(("条款", "clauses")), str(len(self._program.pack.clauses))
        yield words.pick(("规则", "rules")), str(len(rules))
        for modality in Modality:
            if counts[modality]:
                yield words.norm(modality), str(counts[modality])
        yield words.pick(("规则测试", "rule tests")), str(len(self._results))

    def _clauses(self) -> Iterable[ClauseCard]:
        by_clause = rules_by_clause(self._program.plans)
        printed: dict[str, str] = {}
        for clause in self._program.pack.clauses.values():
            yield self._clause(clause, by_clause.get(clause.id, []), printed)

    def _clause(self, clause: Clause, rules: Sequence[str], printed: dict[str, str]) -> ClauseCard:
        words = self._words
        quote = words.quote(self._program, clause.id)
        fresh = [name for name in rules if name not in printed]
        again = [name for name in rules if name in printed]
        printed.update(dict.fromkeys(fresh, clause.number))
        by_rule = self._program.by_rule
        return ClauseCard(
            number=clause.number,
            kind=words.pick(CLASSES[clause.class_]),
            text=quote or words.text(clause.summary),
            verbatim=bool(quote),
            rules=tuple(self._rule(by_rule[name]) for name in fresh),
            elsewhere=tuple((words.text(by_rule[name].rule.title), printed[name]) for name in again),
            no_rule=clause.no_rule,
            note=words.text(clause.note),
        )

    def _rule(self, plan: RulePlan) -> RuleCard:
        words, rule, said = self._words, plan.rule, self._said[plan.id]
        tests = self._tests.get(plan.id, [])
        reading = rule.reading
        return RuleCard(
            id=plan.id,
            title=words.text(rule.title),
            kind=_kind(rule.modality, rule.force),
            sentence=sentence(said, words),
            conditions=tuple(self._condition(line) for line in rule.when),
            exceptions=tuple(self._condition(line) for line in rule.unless),
            told=tuple(
                (words.pick(PARTS[key]), tuple(line.text for line in said[key]))
                for key in _TOLD
                if key in said
            ),
            basis=words.basis(self._program, plan.typed.clauses),
            reading=None if reading is None else (words.text(reading.chosen), words.text(reading.other)),
            note=words.text(rule.note),
            example=self._example(plan.id),
            tests=tuple(tests[:_MOST_TESTS]),
            more_tests=max(0, len(tests) - _MOST_TESTS),
        )

    def _condition(self, line: Condition) -> str:
        means = self._words.text(line.means) or line.expr.text
        parts = [self._condition(part) for part in line.alternatives]
        pick = self._words.pick
        return means + pick(("：", ": ")) + pick(("；或 ", "; or ")).join(parts) if parts else means

    def _example(self, rule: str) -> Example | None:
        found = self._examples.get(rule)
        if found is None:
            return None
        result, one = found
        due = one.due
        if due is None:
            return None
        start = "" if one.triggered_at is None else self._words.moment(one.triggered_at)
        steps = tuple(text for _, text in self._words.steps(due))
        return Example(result.test.name, start, self._words.due_time(due), steps)

    def _open(self, parameter: Parameter) -> Open:
        words = self._words
        value = words.pick(("未定", "not fixed")) if parameter.value is None else str(parameter.value)
        waiting = tuple(
            words.text(plan.rule.title)
            for plan in self._program.plans
            if plan.rule.deadline is not None and plan.rule.deadline.param == parameter.name
        )
        return Open(words.text(parameter.means), value, words.text(parameter.note), waiting)

    def _readings(self) -> Iterable[tuple[str, str, str, str]]:
        for plan in self._program.plans:
            reading = plan.rule.reading
            if reading is not None:
                basis = self._words.basis(self._program, plan.typed.clauses)
                title = self._words.text(plan.rule.title)
                yield title, basis, self._words.text(reading.chosen), self._words.text(reading.other)

    def _bodies(self) -> Iterable[tuple[str, tuple[int, ...], tuple[str, ...]]]:
        """Of each body how many duties, permissions, prohibitions, deadlines, and their titles."""
        rules: dict[str, list[RulePlan]] = {}
        for plan in self._program.plans:
            for body in plan.rule.bearer.bodies:
                rules.setdefault(body, []).append(plan)
        for body in self._program.pack.bodies:
            own = rules.get(body, [])
            if own:
                counts = Counter(plan.rule.modality for plan in own)
                numbers = (
                    *(
                        counts[one]
                        for one in (Modality.OBLIGATION, Modality.PERMISSION, Modality.PROHIBITION)
                    ),
                    sum(plan.due is not None for plan in own),
                )
                yield (
                    self._words.body(self._program, body),
                    numbers,
                    tuple(self._words.text(plan.rule.title) for plan in own),
                )


def _kind(modality: Modality, force: Force) -> str:
    """The class of its mark in the page."""
    return "soft" if force is not Force.BINDING and modality is Modality.OBLIGATION else modality.value
