"""The book of one version of a pack, put together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from policy.decide.decision import ENGINE_VERSION
from policy.decide.snapshot import District
from policy.documents.sources import Sources
from policy.pack.model import Clause, Force, Modality, Parameter
from policy.program.plan import RulePlan
from policy.program.program import PackProgram
from policy.review.book.figures import Figures
from policy.review.book.matrix import clauses_of, matrices_of
from policy.review.book.measures import Noticed, measures_of
from policy.review.book.model import Book, ClauseCard, Open, ReadingTaken, Tasks
from policy.review.book.rules import Rules
from policy.review.book.stories import Stories
from policy.review.classes import CLASSES
from policy.review.report.packs import in_force, rules_by_clause
from policy.review.ruletest.coverage import Ratio
from policy.review.ruletest.run import Result
from policy.review.wording import Wording


def book_of(
    district: District,
    program: PackProgram,
    sources: Sources,
    results: Sequence[Result],
    ratios: Sequence[Ratio],
    noticed: Noticed | None,
    lang: str,
) -> Book:
    """The book of one version.

    ``results`` and ``ratios`` are those of the district's rule tests, ``noticed`` that of their mutation
    (None: it was not measured). The same arguments give an equal book.
    """
    words, pack = Wording(district, lang, sources), program.pack
    return Book(
        lang=lang,
        title=words.text(pack.title),
        version=pack.version,
        facts=tuple(_facts(program, words)),
        headline=tuple(_headline(program, results, words)),
        measures=tuple(measures_of(results, ratios, noticed, pack.digest, words)),
        failed=sum(not result.passed for result in results),
        clauses=tuple(_clauses(program, results, words)),
        matrices=tuple(matrices_of(program, words)),
        duty=_norm(program, Modality.OBLIGATION, words),
        tasks=tuple(_tasks(program, words)),
        open=tuple(_open(program, one, words) for one in pack.parameters.values() if not one.basis),
        readings=tuple(_readings(program, words)),
        identity=tuple(_identity(district, program, words)),
    )


def _facts(program: PackProgram, words: Wording) -> Iterator[tuple[str, str]]:
    pack, pick = program.pack, words.pick
    instrument = pack.instrument
    yield pick(("文件", "document")), words.text(instrument.title)
    if instrument.number:
        yield pick(("文号", "number")), instrument.number
    if instrument.issuer:
        yield pick(("制发", "issued by")), instrument.issuer
    if instrument.issued is not None:
        yield pick(("印发", "issued on")), instrument.issued.isoformat()
    yield pick(("施行", "in force")), in_force(pack, words)
    attached = words.sources.attached(pack)
    quoted = ("已接入，条文逐字引用", "attached, quoted verbatim")
    summarised = ("未接入，条文为内容提要", "not attached: clauses are summarised")
    yield pick(("原文", "text")), pick(quoted if attached else summarised)


def _headline(program: PackProgram, results: Sequence[Result], words: Wording) -> Iterator[tuple[str, str]]:
    rules = [plan.rule for plan in program.plans]
    counts = Counter(rule.modality for rule in rules)
    yield words.pick(("条款", "clauses")), str(len(program.pack.clauses))
    yield words.pick(("规则", "rules")), str(len(rules))
    for modality in Modality:
        if counts[modality]:
            yield _norm(program, modality, words), str(counts[modality])
    yield words.pick(("规则测试", "rule tests")), str(len(results))


def _norm(program: PackProgram, modality: Modality, words: Wording) -> str:
    """应当, 可以 …; of a press report, which binds nobody, no 应当."""
    told = program.pack.reported and modality is Modality.OBLIGATION
    return words.strength(Force.REPORTED) if told else words.norm(modality)


def _clauses(program: PackProgram, results: Sequence[Result], words: Wording) -> Iterator[ClauseCard]:
    by_clause = rules_by_clause(program.plans)
    tests = Counter(rule for result in results for rule in result.test.rules)
    rules = Rules(program, words, tests, Figures(program, results, words))
    stories = Stories(program, results, words)
    printed: dict[str, str] = {}
    told: set[str] = set()
    for clause in clauses_of(program.pack):
        names = by_clause.get(clause.id, [])
        fresh = [program.by_rule[name] for name in names if name not in printed]
        again = [
            (words.text(program.by_rule[name].rule.title), printed[name]) for name in names if name in printed
        ]
        printed.update((plan.id, clause.number) for plan in fresh)
        yield _clause(program, clause, fresh, again, rules, stories, told, words)


def _clause(
    program: PackProgram,
    clause: Clause,
    fresh: Sequence[RulePlan],
    again: Iterable[tuple[str, str]],
    rules: Rules,
    stories: Stories,
    told: set[str],
    words: Wording,
) -> ClauseCard:
    quote = words.quote(program, clause.id)
    common, groups = rules.of(fresh)
    return ClauseCard(
        anchor=f"c-{clause.id}",
        number=clause.number,
        kind=words.pick(CLASSES[clause.class_]),
        text=quote or words.text(clause.summary),
        verbatim=bool(quote),
        common=common,
        groups=groups,
        stories=tuple(stories.of(fresh, told)),
        elsewhere=tuple(again),
        no_rule=clause.no_rule,
        note=words.text(clause.note),
    )


def _open(program: PackProgram, parameter: Parameter, words: Wording) -> Open:
    value = words.pick(("未定", "not fixed")) if parameter.value is None else str(parameter.value)
    waiting = tuple(
        words.text(plan.rule.title)
        for plan in program.plans
        if plan.rule.deadline is not None and plan.rule.deadline.param == parameter.name
    )
    return Open(words.text(parameter.means), value, words.text(parameter.note), tuple(dict.fromkeys(waiting)))


def _readings(program: PackProgram, words: Wording) -> Iterator[ReadingTaken]:
    for plan in program.plans:
        reading = plan.rule.reading
        if reading is not None:
            yield ReadingTaken(
                words.text(plan.rule.title),
                words.basis(program, plan.typed.clauses),
                words.text(reading.chosen),
                words.text(reading.other),
            )


def _tasks(program: PackProgram, words: Wording) -> Iterator[Tasks]:
    rules: dict[str, list[RulePlan]] = {}
    for plan in program.plans:
        for body in plan.rule.bearer.bodies:
            rules.setdefault(body, []).append(plan)
    for body in program.pack.bodies:
        own = rules.get(body, [])
        if own:
            counts = Counter(plan.rule.modality for plan in own)
            kinds = (Modality.OBLIGATION, Modality.PERMISSION, Modality.PROHIBITION)
            numbers = (*(counts[one] for one in kinds), sum(plan.due is not None for plan in own))
            name = words.body(program, body)
            titles = (words.text(plan.rule.title).removeprefix(name) for plan in own)
            yield Tasks(name, numbers, tuple(dict.fromkeys(titles)))


def _identity(district: District, program: PackProgram, words: Wording) -> Iterator[tuple[str, str]]:
    pack, pick = program.pack, words.pick
    yield pick(("规则包", "pack")), pack.district
    yield pick(("版本", "version")), pack.version
    yield pick(("施行", "in force")), in_force(pack, words)
    yield pick(("规则包摘要", "digest of the pack")), pack.digest
    yield pick(("词汇摘要", "of the vocabulary")), district.vocabulary.digest
    yield pick(("日历摘要", "of the calendar")), district.calendar.digest
    yield pick(("引擎版本", "version of the engine")), ENGINE_VERSION
