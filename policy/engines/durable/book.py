"""A pack's conditions as questions to durable-rules, each with its patterns.

    rule, term, matcher, quantifier --Book--> Question (patterns over attributes) --> Sheet (a small ruleset)

A question asks whether a condition holds for given elements. Those of one shape stand together in a sheet, so
that one message answers all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

from policy.engines.durable.attributes import ASKED_FIRST, Attribute, Attributes, text_of
from policy.engines.durable.patterns import (
    CERTAIN,
    COMPARISONS,
    MAX_MARKERS,
    POSSIBLE,
    Pattern,
    Patterns,
    conjunction,
    markers,
)
from policy.expr.tree import Call, Node, Quant, TermCall, free_vars, walk
from policy.program.plan import RulePlan
from policy.program.program import PackProgram
from policy.program.typed import TypedMatcher

SHEET_QUESTIONS = 12
"""Most questions of a ruleset. durable-rules follows at most 64 branches of a message at once, and some 120
rules in one ruleset corrupt the memory of the process."""

ORDERS = frozenset(
    f"{name}_{kind}"
    for name in ("less", "less_equals", "greater", "greater_equals")
    for kind in ("bool", "double", "string")
)
"""Comparisons that durable-rules would get wrong: they are computed beforehand."""

Lines = tuple[tuple[Node, bool], ...]
"""Conditions that all hold; each with whether it is an exception, which must not."""


@dataclass(eq=False)
class Sheet:
    """A ruleset of durable-rules. ``names`` are its attributes by what they mean."""

    name: str
    names: dict[str, str] = field(default_factory=dict)
    rules: dict[str, Pattern] = field(default_factory=dict)
    questions: int = 0


@dataclass(eq=False)
class Question:
    """Whether ``lines`` hold for elements; ``asked`` names the attribute that says that it is asked.

    ``first`` are the attributes whose questions come before, with these questions and the names of the
    variables they are asked about. Without ``sheet`` the condition is too large for durable-rules.
    """

    number: int
    variables: tuple[str, ...]
    sheet: Sheet | None = None
    attributes: tuple[Attribute, ...] = ()
    first: tuple[tuple[Attribute, Question, tuple[str, ...]], ...] = ()

    @property
    def asked(self) -> str:
        return f"q{self.number}"

    @property
    def certain(self) -> str:
        """The name of the rule that fires where the condition certainly holds."""
        return f"t{self.number}"

    @property
    def possible(self) -> str:
        """The name of the rule that fires where the condition may hold."""
        return f"p{self.number}"


class Book:
    """Every question of one program. ``numbers`` are shared by all books of an engine."""

    def __init__(self, program: PackProgram, numbers: Iterator[int] | None = None) -> None:
        self._terms = program.terms
        self._numbers = numbers or count()
        self._open: dict[tuple[str, ...], Sheet] = {}
        self._known: dict[tuple[str, ...], Question] = {}
        self._decided: dict[int, Node] = {}
        self.rules: Mapping[int, Question] = {p.number: self._rule(p) for p in program.plans}
        self.gates: Mapping[int, Question] = {
            p.number: gate for p in program.plans if (gate := self._gate(p)) is not None
        }
        self._matchers = {
            id(matcher.typed): self._matcher(plan, matcher.typed.predicate)
            for plan in program.plans
            for matcher in plan.matchers
            if matcher.typed.predicate is not None
        }
        self._trees = tuple(_trees(program))

    def matcher(self, matcher: TypedMatcher) -> Question:
        """The question of a matcher with a predicate, over the rule's variables and ``done``."""
        return self._matchers[id(matcher)]

    @property
    def sheets(self) -> frozenset[Sheet]:
        """The rulesets of all questions made so far."""
        return frozenset(q.sheet for q in self._known.values() if q.sheet is not None)

    def comparisons(self) -> tuple[int, int]:
        """How many comparisons of the pack durable-rules decides itself, and how many there are."""
        found = [node for tree in self._trees for node in walk(tree) if _compares(node)]
        return sum(id(node) in self._decided for node in found), len(found)

    def _rule(self, plan: RulePlan) -> Question:
        lines = [(line.tree, False) for line in plan.typed.when]
        lines += [(line.tree, True) for line in plan.typed.unless]
        shape = tuple(binding.path for binding in plan.rule.each)
        return self.question(("rule", *shape), plan.variables, tuple(lines))

    def _gate(self, plan: RulePlan) -> Question | None:
        """For a rule over several elements: whether the first satisfies what is said of it alone."""
        if len(plan.variables) == 1:
            return None
        first = plan.trigger.order[0]
        others = frozenset(plan.variables) - {first}
        lines = [(line.tree, False) for line in plan.typed.when if not free_vars(line.tree) & others]
        lines += [(line.tree, True) for line in plan.typed.unless if not free_vars(line.tree) & others]
        return self.question(("gate", plan.trigger.collection), (first,), tuple(lines))

    def _matcher(self, plan: RulePlan, predicate: Node) -> Question:
        shape = tuple(binding.path for binding in plan.rule.each)
        return self.question(("matcher", *shape), (*plan.variables, "done"), ((predicate, False),))

    def question(self, shape: tuple[str, ...], variables: tuple[str, ...], lines: Lines) -> Question:
        """Whether ``lines`` hold; made once for equal conditions.

        Questions of one ``shape`` share sheets: all are made before the first of them is asked.
        """
        positions = {name: str(position) for position, name in enumerate(variables)}
        key = (*shape, *(f"{exception} {text_of(node, positions)}" for node, exception in lines))
        known = self._known.get(key)
        if known is not None:
            # Written again to nowhere, so that its comparisons are counted at this place too.
            self._write(Question(known.number, variables), Sheet(""), lines)
            return known
        made = self._known[key] = Question(next(self._numbers), variables)
        self._write(made, self._sheet(shape), lines)
        return made

    def _sheet(self, shape: tuple[str, ...]) -> Sheet:
        sheet = self._open.get(shape)
        if sheet is None or sheet.questions == SHEET_QUESTIONS:
            sheet = self._open[shape] = Sheet(f"s{next(self._numbers)}")
        sheet.questions += 1
        return sheet

    def _write(self, question: Question, sheet: Sheet, lines: Lines) -> None:
        """Writes the question's patterns into the sheet: whole or, where that is too large, in parts."""
        for parts in (False, True):
            decided: dict[int, Node] = {}
            attributes = Attributes(sheet.names, question.variables)
            patterns = Patterns(attributes, parts, decided)
            asked = {question.asked: 1}
            certain, possible = (
                conjunction((asked, patterns.lines(lines, way))) for way in (CERTAIN, POSSIBLE)
            )
            if max(_size(certain), _size(possible)) <= MAX_MARKERS:
                break
        else:
            return
        self._decided |= decided
        question.sheet = sheet
        question.attributes = tuple(a for a in attributes.found.values() if a.kind not in ASKED_FIRST)
        question.first = tuple(
            (a, *self._before(question, a)) for a in attributes.found.values() if a.kind in ASKED_FIRST
        )
        for name, pattern in ((question.certain, certain), (question.possible, possible)):
            if not isinstance(pattern, bool):
                sheet.rules[name] = pattern

    def _before(self, question: Question, attribute: Attribute) -> tuple[Question, tuple[str, ...]]:
        """The question that gives an attribute its truth, and the variables it is asked about."""
        node = attribute.node
        if isinstance(node, TermCall):
            term = self._terms[node.term]
            lines = tuple((line.tree, False) for line in term.conditions)
            shape = ("term", *(str(type_) for _, type_ in term.params))
            return self.question(shape, tuple(name for name, _ in term.params), lines), ()
        if isinstance(node, Quant) and node.body is not None:
            free = free_vars(node.body) - {node.var}
            names = tuple(name for name in question.variables if name in free)
            body = ((node.body, False),)
            return self.question(
                ("each", str(node.range.type), str(len(names))), (*names, node.var), body
            ), names
        part = ((node, False),)
        return self.question(
            ("part", str(len(question.variables))), question.variables, part
        ), question.variables


def _size(pattern: Pattern | bool) -> int:
    return 0 if isinstance(pattern, bool) else markers(pattern)


def _compares(node: Node) -> bool:
    return isinstance(node, Call) and (node.op in COMPARISONS or node.op == "in_list" or node.op in ORDERS)


def _trees(program: PackProgram) -> Iterator[Node]:
    """Every expression that decides whether a rule applies or an obligation ends."""
    for term in program.terms.values():
        yield from (line.tree for line in term.conditions)
    for plan in program.plans:
        yield from (line.tree for line in (*plan.typed.when, *plan.typed.unless))
        yield from plan.typed.effects.values()
        for matcher in plan.matchers:
            if matcher.typed.predicate is not None:
                yield matcher.typed.predicate
