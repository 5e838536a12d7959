"""Clause coverage: each clause, the rules that carry it out, the rule tests that show them at work; and what
the tests reach of each assessment.

A definition is carried out by the rules that use its term, a parameter by the rules that count with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from policy.documents.sources import Comparison
from policy.expr.tree import Node, TermCall, Var, walk
from policy.pack.citations import Citation, Kind, citations_of
from policy.pack.model import Clause, ClauseClass, Pack
from policy.program.plan import RulePlan
from policy.program.program import PackProgram
from policy.program.typed import TypedTerm
from policy.review.reached import Reached, reached_parts
from policy.review.ruletest.assessed import Assessed, Outcome

_PARAM = "param."


class State(StrEnum):
    """How a clause is accounted for; the first three and ``non_operative`` are well."""

    TESTED = "tested"
    CITED = "cited"
    EXPLAINED = "explained"
    UNTESTED = "untested"
    UNCOVERED = "uncovered"
    STALE = "stale"
    NON_OPERATIVE = "non_operative"


@dataclass(frozen=True, slots=True)
class RuleUse:
    """A rule that carries out a clause, and the tests that expect an obligation of it and passed.

    ``through``: the term or parameter of the clause that it uses; "" where it cites the clause itself.
    """

    rule: str
    through: str
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClauseCoverage:
    """One clause. ``others``: what else cites it, beyond rules, and the terms and parameters behind them."""

    clause: Clause
    state: State
    rules: tuple[RuleUse, ...]
    others: tuple[Citation, ...]

    @property
    def tests(self) -> tuple[str, ...]:
        """Names of the tests of its rules, sorted."""
        return tuple(sorted({test for use in self.rules for test in use.tests}))


@dataclass(frozen=True, slots=True)
class PackCoverage:
    """Every clause of one version, in the order of the register, and every part of its assessments.

    ``attached``: whether its document is at hand, so that stale clauses are known.
    """

    pack: Pack
    clauses: tuple[ClauseCoverage, ...]
    attached: bool
    parts: tuple[Reached, ...] = ()

    @property
    def operative(self) -> tuple[ClauseCoverage, ...]:
        """The clauses that ought to be accounted for."""
        return tuple(item for item in self.clauses if item.state is not State.NON_OPERATIVE)

    @property
    def open(self) -> tuple[ClauseCoverage, ...]:
        """Those that are not: untested, uncovered, stale."""
        wanting = (State.UNTESTED, State.UNCOVERED, State.STALE)
        return tuple(item for item in self.clauses if item.state in wanting)

    @property
    def percent(self) -> float:
        """Percentage accounted for, to one decimal, never rounded up; 100 where no clause is operative."""
        total = len(self.operative)
        return (total - len(self.open)) * 1000 // total / 10 if total else 100.0

    @property
    def unreached(self) -> tuple[Reached, ...]:
        """The parts of assessments that no test reaches."""
        return tuple(part for part in self.parts if not part.tests)

    @property
    def parts_percent(self) -> float:
        """Percentage of the parts of assessments that tests reach, as ``percent`` is worked out."""
        total = len(self.parts)
        return (total - len(self.unreached)) * 1000 // total / 10 if total else 100.0

    def many(self, more_than: int) -> tuple[ClauseCoverage, ...]:
        """Clauses that more rules than this cite: perhaps one is too broad, or a rule stands twice."""
        return tuple(item for item in self.clauses if sum(not use.through for use in item.rules) > more_than)


def coverage_of(
    program: PackProgram, results: Iterable[Outcome], comparison: Comparison | None
) -> PackCoverage:
    """The coverage of one version by the tests of its district; ``comparison`` with its attached document."""
    pack, results = program.pack, tuple(results)
    tests = _tests_by_rule(pack, results)
    citing, users = citations_of(pack), _users(program)
    stale = frozenset(item.clause for item in comparison.stale) if comparison else frozenset[str]()
    clauses = []
    for clause in sorted(pack.clauses.values(), key=lambda item: (item.span.source.name, item.span.start)):
        cited = citing.get(clause.id, ())
        uses = tuple(
            RuleUse(rule, through, tests.get(rule, ())) for rule, through in _carried_out(cited, users)
        )
        uses += tuple(
            RuleUse(item.name, "", tests[item.name])
            for item in cited
            if item.kind is Kind.ASSESSMENT and item.name in tests
        )
        others = tuple(item for item in cited if item.kind is not Kind.RULE)
        state = _state(clause, uses, others, clause.id in stale)
        clauses.append(ClauseCoverage(clause, state, uses, others))
    own = [one for one in results if isinstance(one, Assessed) and one.test.district == pack.district]
    return PackCoverage(pack, tuple(clauses), comparison is not None, reached_parts(pack, own, tests))


def _state(clause: Clause, uses: tuple[RuleUse, ...], others: tuple[Citation, ...], stale: bool) -> State:
    if stale and (uses or others or clause.class_ is not ClauseClass.NON_NORMATIVE):
        return State.STALE
    if clause.class_ is ClauseClass.NON_NORMATIVE:
        return State.NON_OPERATIVE
    if any(use.tests for use in uses):
        return State.TESTED
    if uses:
        return State.UNTESTED
    if others:
        return State.CITED
    return State.EXPLAINED if clause.no_rule else State.UNCOVERED


def _carried_out(
    cited: Iterable[Citation], users: Mapping[Citation, tuple[str, ...]]
) -> Iterator[tuple[str, str]]:
    """The rules of a clause: those that cite it, then those that use what cites it; each once."""
    seen: dict[str, str] = {}
    for item in cited:
        if item.kind is Kind.RULE:
            seen[item.name] = ""
    for item in cited:
        for rule in users.get(item, ()):
            seen.setdefault(rule, item.name)
    return iter(seen.items())


def _tests_by_rule(pack: Pack, results: Iterable[Outcome]) -> Mapping[str, tuple[str, ...]]:
    """Names of the passed tests that expect an obligation of a rule and got it from this version, by rule;
    and of those of an assessment, by its id."""
    found: dict[str, set[str]] = {}
    for result in results:
        if not result.passed or result.test.district != pack.district:
            continue
        if isinstance(result, Assessed):
            found.setdefault(result.test.assessment, set()).add(result.test.name)
            continue
        expected = {item.rule for item in result.test.expect or ()}
        for obligation in result.decision.obligations:
            if obligation.rule in expected and obligation.program.pack.version == pack.version:
                found.setdefault(obligation.rule, set()).add(result.test.name)
    return {rule: tuple(sorted(names)) for rule, names in found.items()}


def _users(program: PackProgram) -> Mapping[Citation, tuple[str, ...]]:
    """The rules that use each term and parameter, directly or through terms."""
    found: dict[Citation, dict[str, None]] = {}
    for plan in program.plans:
        for citation in sorted(set(_used(plan, program.terms))):
            found.setdefault(citation, {})[plan.id] = None
    return {citation: tuple(rules) for citation, rules in found.items()}


def _used(plan: RulePlan, terms: Mapping[str, TypedTerm]) -> Iterator[Citation]:
    deadline = plan.rule.deadline
    for part in () if deadline is None else (deadline, deadline.no_later_than, deadline.no_earlier_than):
        if part is not None and part.param:
            yield Citation(Kind.PARAMETER, part.param)
    waiting: list[Node] = [line.tree for line in (*plan.typed.when, *plan.typed.unless)]
    seen: set[str] = set()
    while waiting:
        for node in walk(waiting.pop()):
            if isinstance(node, TermCall):
                yield Citation(Kind.TERM, node.term)
                if node.term not in seen:
                    seen.add(node.term)
                    waiting += [line.tree for line in terms[node.term].conditions]
            elif isinstance(node, Var) and node.name.startswith(_PARAM):
                yield Citation(Kind.PARAMETER, node.name.removeprefix(_PARAM))
