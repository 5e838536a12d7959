"""What rule tests cover: rules that gave something, outcomes of each rule, both values of each condition
line (those of terms included), parts of conditions that settled them alone (``mcdc``), acts that ended
obligations (``endings``), and clauses whose rules gave something.

Every condition line is evaluated by the three-valued engine on every combination of elements that triggers
its rule, each line by itself: a line counts although another one has already settled the rule. What is asked
of the acts that end an obligation is evaluated on every act of its kind: terms say that, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from policy.decide.decision import Decision
from policy.decide.snapshot import Snapshot
from policy.decide.tried import combinations, every_moment
from policy.engines.protocol import Binding
from policy.engines.three import Evaluator
from policy.expr.tree import Field, Node, TermCall, Var, walk
from policy.facts.timeline import Timeline
from policy.facts.views import DISCRIMINATORS, REQUIRED, CaseView, View
from policy.program.plan import RulePlan
from policy.program.program import PackProgram
from policy.program.typed import TypedCondition, TypedMatcher, TypedTerm
from policy.review.ruletest.endings import Endings
from policy.review.ruletest.mcdc import Formulas, text_of
from policy.review.ruletest.model import RuleTest
from policy.text.source import Span

APPLIES, DOES_NOT_APPLY, UNDETERMINED = "applies", "does_not_apply", "undetermined"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that no test covers: of a rule, term or clause ``name``, at ``span``; ``lacks`` says what."""

    name: str
    span: Span
    lacks: str = ""
    means: str = ""


@dataclass(frozen=True, slots=True)
class Ratio:
    """How much of a kind is covered, and what is not: rules, outcomes, conditions, mcdc, endings, clauses."""

    kind: str
    total: int
    gaps: tuple[Gap, ...]

    @property
    def covered(self) -> int:
        """How many are covered."""
        return self.total - len(self.gaps)

    @property
    def percent(self) -> float:
        """Percentage to one decimal, never rounded up; 100 where there is nothing to cover."""
        return 100.0 if not self.total else self.covered * 1000 // self.total / 10


@dataclass(slots=True)
class _Watching(Evaluator):
    """An evaluator that notes the value of every condition line it comes by."""

    lines: Mapping[int, str] = field(default_factory=dict)
    seen: set[tuple[str, bool]] = field(default_factory=set)

    def value(self, node: Node, bound: Mapping[str, Any]) -> Any:
        result = Evaluator.value(self, node, bound)
        if isinstance(node, TermCall):
            self._watch_alternatives(node, bound)
        if isinstance(result, bool) and id(node) in self.lines:
            self.seen.add((self.lines[id(node)], result))
        return result

    def _watch_alternatives(self, node: TermCall, bound: Mapping[str, Any]) -> None:
        """A line's tree is the disjunction, so that its alternatives are nobody's to evaluate but ours."""
        term = self.terms[node.term]
        parts = [part for line in term.conditions for part in _own_alternatives(line)]
        if parts:
            names = [name for name, _ in term.params]
            inner = {name: self.value(arg, bound) for name, arg in zip(names, node.args, strict=True)}
            for part in parts:
                self.value(part.tree, inner)


@dataclass(frozen=True, slots=True)
class _Line:
    """A condition line of a rule or term."""

    owner: str
    key: str
    condition: TypedCondition


class Coverage:
    """Collects what the tests of ``districts`` cover: ``watch`` each decision, then ask for ``ratios``."""

    def __init__(self, snapshot: Snapshot, districts: Iterable[str]) -> None:
        self._districts = {code: snapshot.districts[code] for code in sorted(set(districts))}
        self._outcomes: set[tuple[str, str, str, str]] = set()
        self._seen: set[tuple[str, bool]] = set()
        self._cited: set[tuple[str, str, str]] = set()
        self._lines = {id(program): _lines(program) for _, program in self._programs()}
        self._formulas = {id(program): Formulas(program) for _, program in self._programs()}
        self._endings = {id(program): Endings(program) for _, program in self._programs()}
        self._watched = {
            number: {id(line.condition.tree): line.key for line in lines}
            for number, lines in self._lines.items()
        }

    def watch(self, test: RuleTest, decision: Decision, timeline: Timeline) -> None:
        """Notes what one decision covers."""
        applied = {(o.program.pack.version, o.rule, o.bound) for o in decision.obligations}
        deemed = [(one.deemed, one.sources) for one in decision.derived if one.deemed is not None]
        applied |= {(by.version, by.rule, bound) for by, bound in deemed}
        for by, _ in deemed:
            self._cited.update((test.district, by.version, clause) for clause in by.basis)
        for o in decision.obligations:
            self._cited.update((test.district, o.program.pack.version, clause) for clause in o.basis)
        unsettled = {(u.program.pack.version, u.rule, u.bound) for u in decision.undetermined}
        # A test with parameters of its own is decided by programs of its own, over the same trees.
        programs = zip(self._districts[test.district].programs, decision.receipt.packs, strict=True)
        for original, program in programs:
            watched = self._watched[id(original)]
            engines: dict[int, _Watching] = {}
            plain: dict[int, Evaluator] = {}
            self._endings[id(original)].watch(program, decision, timeline)
            for plan in program.plans:
                self._skipped(plan, timeline.now)
                for binding, view in _tried(plan, program, timeline):
                    three = _watching(engines, view, program, watched, self._seen)
                    key = (program.pack.version, plan.id, tuple(element.path for element in binding))
                    holds = _evaluate(three, plan, binding)
                    self._show(id(original), plan, binding, plain, view, program)
                    if key in applied:
                        _evaluate_acts(
                            _watching(engines, timeline.now, program, watched, self._seen), plan, binding
                        )
                    outcome = APPLIES if key in applied else UNDETERMINED if key in unsettled else ""
                    if outcome or not holds:
                        self._note(test.district, program, plan, outcome or DOES_NOT_APPLY)

    def spans(self) -> Iterator[Span]:
        """Where everything stands that is to be covered."""
        for _, program in self._programs():
            yield from (plan.typed.source.span for plan in program.plans)
            yield from (line.condition.source.expr.span for line in self._lines[id(program)])
            yield from (part.span for _, part in self._formulas[id(program)].parts())
            yield from self._endings[id(program)].spans.values()

    def _show(
        self,
        number: int,
        plan: RulePlan,
        binding: Binding,
        engines: dict[int, Evaluator],
        view: CaseView,
        program: PackProgram,
    ) -> None:
        """What the combination shows of the parts of conditions; engines keep the values of terms."""
        three = engines.get(view.as_of)
        if three is None:
            three = engines[view.as_of] = Evaluator(view, program.params, program.terms)
        bound = {name: three.ref(element) for name, element in zip(plan.variables, binding, strict=True)}
        self._formulas[number].watch(plan, three, bound)

    def ratios(self) -> tuple[Ratio, ...]:
        """Rules, outcomes, conditions, their parts (MC/DC), endings and clauses, in this order."""
        return (
            self._rules(),
            self._all_outcomes(),
            self._conditions(),
            self._parts(),
            self._ended(),
            self._clauses(),
        )

    def _note(self, district: str, program: PackProgram, plan: RulePlan, outcome: str) -> None:
        self._outcomes.add((district, program.pack.version, plan.id, outcome))

    def _skipped(self, plan: RulePlan, view: CaseView) -> None:
        """An element that the trigger index passes over shows that the indexed conditions can be false."""
        trigger = plan.trigger
        name = DISCRIMINATORS[trigger.collection]
        if trigger.codes and any(
            getattr(element, name) not in trigger.codes for element in getattr(view, trigger.collection)
        ):
            self._seen |= {(_key(line), False) for line in trigger.implied}

    def _programs(self) -> Iterator[tuple[str, PackProgram]]:
        for code, district in self._districts.items():
            for program in district.programs:
                yield code, program

    def _gave(self, district: str, program: PackProgram, rule: str) -> bool:
        return (district, program.pack.version, rule, APPLIES) in self._outcomes

    def _rules(self) -> Ratio:
        gaps = [
            Gap(plan.id, plan.typed.source.span)
            for code, program in self._programs()
            for plan in program.plans
            if not self._gave(code, program, plan.id)
        ]
        return Ratio("rules", sum(len(program.plans) for _, program in self._programs()), tuple(gaps))

    def _all_outcomes(self) -> Ratio:
        total, gaps = 0, []
        for code, program in self._programs():
            for plan in program.plans:
                for outcome in _possible(plan, program.terms):
                    total += 1
                    if (code, program.pack.version, plan.id, outcome) not in self._outcomes:
                        gaps.append(Gap(plan.id, plan.typed.source.span, outcome))
        return Ratio("outcomes", total, tuple(gaps))

    def _conditions(self) -> Ratio:
        total, gaps = 0, []
        for _, program in self._programs():
            for line in self._lines[id(program)]:
                for value in (True, False):
                    total += 1
                    if (line.key, value) not in self._seen:
                        source = line.condition.source
                        lacks = "true" if value else "false"
                        gaps.append(Gap(line.owner, source.expr.span, lacks, source.means.zh))
        return Ratio("conditions", total, tuple(gaps))

    def _parts(self) -> Ratio:
        total, gaps = 0, []
        for _, program in self._programs():
            for owner, part in self._formulas[id(program)].parts():
                total += 1
                if not part.done:
                    lacks = {0: "alone", 1: "alone_false" if True in part.shown else "alone_true"}
                    gaps.append(Gap(owner, part.span, lacks[len(part.shown)], text_of(part)))
        return Ratio("mcdc", total, tuple(gaps))

    def _ended(self) -> Ratio:
        total, gaps = 0, []
        for _, program in self._programs():
            endings = self._endings[id(program)]
            total += len(endings.spans)
            gaps += [
                Gap(ending.rule, span, ending.brings)
                for ending, span in endings.spans.items()
                if ending not in endings.seen
            ]
        return Ratio("endings", total, tuple(gaps))

    def _clauses(self) -> Ratio:
        total, gaps = 0, []
        for code, program in self._programs():
            citing: dict[str, None] = {}
            for plan in program.plans:
                for clause in plan.typed.clauses:
                    citing[clause] = None
            total += len(citing)
            gaps += [
                Gap(clause, program.pack.clauses[clause].span, "", program.pack.clauses[clause].number)
                for clause in sorted(citing)
                if (code, program.pack.version, clause) not in self._cited
            ]
        return Ratio("clauses", total, tuple(gaps))


def _watching(
    engines: dict[int, _Watching],
    view: CaseView,
    program: PackProgram,
    watched: Mapping[int, str],
    seen: set[tuple[str, bool]],
) -> _Watching:
    """The evaluator of the view's moment; each is made once."""
    three = engines.get(view.as_of)
    if three is None:
        three = engines[view.as_of] = _Watching(
            view, program.params, program.terms, True, lines=watched, seen=seen
        )
    return three


def _evaluate(three: _Watching, plan: RulePlan, binding: Binding) -> bool:
    """Evaluates every line; whether none of them says that the rule does not apply."""
    bound = {name: three.ref(element) for name, element in zip(plan.variables, binding, strict=True)}
    for line in (*plan.typed.when, *plan.typed.unless):
        for part in _own_alternatives(line):
            three.value(part.tree, bound)
    holds = [three.value(line.tree, bound) is not False for line in plan.typed.when]
    excepted = [three.value(line.tree, bound) is True for line in plan.typed.unless]
    return all(holds) and not any(excepted)


def _evaluate_acts(three: _Watching, plan: RulePlan, binding: Binding) -> None:
    """Evaluates what is asked of each act that might end the obligation."""
    bound = {name: three.ref(element) for name, element in zip(plan.variables, binding, strict=True)}
    typed = plan.typed
    for matcher in typed.matchers:
        if matcher.predicate is not None:
            for act in _acts(three.case, matcher):
                three.value(matcher.predicate, {**bound, "done": three.ref(act)})


def _acts(view: CaseView, matcher: TypedMatcher) -> Iterator[View]:
    """The acts of the case that the matcher asks about."""
    if matcher.collection == "events":
        for kind in matcher.codes:
            yield from view.by_type.get(kind, ())
    elif matcher.collection == "requests":
        yield from (request for request in view.requests if request.matter in matcher.codes)
    elif matcher.collection == "services":
        yield from (s for d in view.documents if d.type in matcher.codes for s in d.services)


def _tried(plan: RulePlan, program: PackProgram, timeline: Timeline) -> Iterator[tuple[Binding, CaseView]]:
    """The bindings that trigger the rule, at the moments of its version."""
    for binding in combinations(plan, timeline):
        for then, view in every_moment(plan, binding, timeline):
            if program.since <= view.as_of and (program.until is None or view.as_of < program.until):
                yield then, view


def _lines(program: PackProgram) -> tuple[_Line, ...]:
    """Every condition line of the pack: rules in order, then terms."""
    owners: Iterable[tuple[str, Sequence[TypedCondition]]] = [
        *((plan.id, (*plan.typed.when, *plan.typed.unless)) for plan in program.plans),
        *((name, term.conditions) for name, term in sorted(program.terms.items())),
    ]
    return tuple(
        _Line(owner, _key(part), part)
        for owner, lines in owners
        for line in lines
        for part in (line, *_own_alternatives(line))
    )


def _own_alternatives(line: TypedCondition) -> tuple[TypedCondition, ...]:
    """The alternatives that are written in this line; those of a term it calls belong to the term."""
    return line.alternatives if line.source.alternatives else ()


def _key(line: TypedCondition) -> str:
    return f"{line.source.expr.span} {line.source.expr.text}"


def _possible(plan: RulePlan, terms: Mapping[str, TypedTerm]) -> tuple[str, ...]:
    """The outcomes that a triggered rule can have, by its conditions beyond those of the trigger."""
    own = [line for line in plan.typed.when if line not in plan.trigger.implied]
    trees = [line.tree for line in (*own, *plan.typed.unless)]
    if not trees:
        return (APPLIES,)
    open_facts = any(_reads_open_fact(tree, terms) for tree in trees)
    return (APPLIES, DOES_NOT_APPLY, UNDETERMINED) if open_facts else (APPLIES, DOES_NOT_APPLY)


def _reads_open_fact(tree: Node, terms: Mapping[str, TypedTerm]) -> bool:
    """Whether the condition reads a fact that a case may leave out; the engine states all of a breach."""
    for node in walk(tree):
        if isinstance(node, Field) and node.type.kind not in ("list", "message"):
            message = node.operand.type.name
            if message != "Breach" and node.name not in REQUIRED.get(message, ()):
                return True
        elif isinstance(node, Var) and node.name.startswith("attr."):
            return True
        elif isinstance(node, TermCall):
            lines = terms[node.term].conditions
            if any(_reads_open_fact(line.tree, terms) for line in lines):
                return True
    return False
