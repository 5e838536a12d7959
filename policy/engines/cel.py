"""The engine ``cel``: the official evaluator decides every expression, as an oracle for the others.

    program --each expression's own text, compiled once--> Expression
    case view --Facts--> messages --official evaluator--> value of each line, effect and matcher

The official evaluator knows no missing facts: a field that is not stated reads as zero, false or empty. So
the three-valued engine says first whether the expression has one value whatever the missing facts are. Where
it has, these defaults are as good as any other completion, and the official value counts. Where it has not,
the answer of the three-valued engine, which names the facts, stands. Errors: whether there is one says the
official evaluator, and the three-valued engine gives its stable word.

Moments finer than a microsecond are exact everywhere but in functions of ours (``add_period``, terms with a
moment among their parameters): expressions that use these on such a case, or with such a literal, are left to
the three-valued engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any, NamedTuple

from policy.engines.conditions import settled
from policy.engines.explain import Walking
from policy.engines.official import Environment, Expression, Facts, absent, current, in_fixed_hours, moment
from policy.engines.protocol import Engine
from policy.engines.three import Evaluator
from policy.engines.unknowns import Failure
from policy.expr.tree import (
    DURATION,
    SCALARS,
    TIMESTAMP,
    Call,
    CelType,
    Const,
    Node,
    TermCall,
    free_vars,
    list_of,
    message,
    walk,
)
from policy.facts.views import CaseView, View
from policy.pack.clock import matchers_of
from policy.pack.model import Expression as Written
from policy.pack.model import Rule
from policy.pack.vocabulary import Vocabulary
from policy.program.matching import DONE, text_of
from policy.program.plan import RulePlan
from policy.program.program import PackProgram
from policy.program.typed import TypedTerm
from policy.program.typer import param_type

MAX_PROGRAMS = 32
"""Most programs whose compiled expressions are kept."""


class _Line(NamedTuple):
    """The text of one expression and the types of the elements it may read."""

    text: str
    elements: tuple[tuple[str, CelType], ...]


class _Prepared(NamedTuple):
    """An expression ready to run, the names it reads, whether it hands moments to functions of ours, and
    whether some literal is finer than what they get of it."""

    expression: Expression
    names: tuple[str, ...]
    cuts_moments: bool
    fine: bool


class _Program:
    """The expressions of one program for the official evaluator."""

    def __init__(self, program: PackProgram) -> None:
        self.source = program
        pack = program.pack
        self._fixed: dict[str, CelType] = {
            "case": message("Case"),
            "as_of": TIMESTAMP,
            "breaches": list_of(message("Breach")),
        }
        self._fixed |= {f"attr.{name}": SCALARS[decl.type] for name, decl in pack.attributes.items()}
        self._fixed |= {f"param.{name}": param_type(decl.type) for name, decl in pack.parameters.items()}
        self._lines: dict[int, _Line] = {}
        for plan in program.plans:
            self._lines |= _lines_of(plan, program.vocabulary)
        self._environments: dict[tuple[tuple[str, CelType], ...], Environment] = {}
        self._prepared: dict[int, _Prepared] = {}
        self._terms: dict[str, Callable[..., bool]] = {
            name: self._computed(term) for name, term in program.terms.items()
        }
        self._cutting = _cutting(program.terms)

    def prepared(self, tree: Node) -> _Prepared:
        """The expression of this tree; compiled when it is first asked for."""
        found = self._prepared.get(id(tree))
        if found is None:
            line = self._lines[id(tree)]
            text = in_fixed_hours(line.text, tree)
            expression = Expression(self._environment(line.elements), text)
            names = tuple(sorted(free_vars(tree)))
            cuts, fine = _cuts_moments(tree, self._cutting), _is_fine(tree, self.source.terms)
            found = self._prepared[id(tree)] = _Prepared(expression, names, cuts, fine)
        return found

    def values(self, facts: Facts, names: tuple[str, ...], bound: Mapping[str, Any]) -> dict[str, Any]:
        """What the names stand for: ``bound`` first, then the case, its attributes, the parameters."""
        return {name: bound[name] if name in bound else self._value(facts, name) for name in names}

    def _value(self, facts: Facts, name: str) -> Any:
        if name == "case":
            return facts.case
        if name == "as_of":
            return facts.now
        if name == "breaches":
            return [facts.message(breach) for breach in facts.view.breaches]
        kind, _, key = name.partition(".")
        value: Any = facts.view.attrs.get(key) if kind == "attr" else self.source.params[key]
        type_ = self._fixed[name]
        if value is None:
            return absent(type_)
        return moment(value) if type_ is TIMESTAMP else value

    def _environment(self, elements: tuple[tuple[str, CelType], ...]) -> Environment:
        found = self._environments.get(elements)
        if found is None:
            terms = {
                name: (tuple(type_ for _, type_ in term.params), self._terms[name])
                for name, term in self.source.terms.items()
            }
            found = self._environments[elements] = Environment(
                {**self._fixed, **dict(elements)}, terms, self.source.vocabulary
            )
        return found

    def _computed(self, term: TypedTerm) -> Callable[..., bool]:
        """The term as a function: all its lines as one conjunction, for the case being evaluated."""
        names = [name for name, _ in term.params]
        reads = sorted({name for line in term.conditions for name in free_vars(line.tree)})
        lines = [in_fixed_hours(line.source.expr.text, line.tree) for line in term.conditions]
        text = " && ".join(f"({line})" for line in lines)
        made: list[Expression] = []

        def compute(*args: Any) -> bool:
            if not made:
                made.append(Expression(self._environment(term.params), text))
            facts = current()
            values = self.values(facts, tuple(reads), dict(zip(names, args, strict=True)))
            value = made[0].value(facts, values)
            if isinstance(value, Failure):
                raise ValueError(value.reason)
            return bool(value)

        return compute


class _Judge:
    """Judges expressions on one case: the official value wherever it does not hang on missing facts."""

    def __init__(self, program: _Program, case: CaseView) -> None:
        self._program = program
        self._facts = _facts(case)
        self._three = Evaluator(case, program.source.params, program.source.terms)

    def value(self, tree: Node, bound: Mapping[str, View]) -> Any:
        three = self._three
        verdict = three.value(tree, {name: three.ref(view) for name, view in bound.items()})
        if isinstance(settled(verdict), tuple):
            return verdict
        prepared, facts = self._program.prepared(tree), self._facts
        if prepared.cuts_moments and (facts.fine or prepared.fine):
            return verdict
        messages = {name: facts.message(bound[name]) for name in prepared.names if name in bound}
        value = prepared.expression.value(facts, self._program.values(facts, prepared.names, messages))
        return verdict if isinstance(value, Failure) and isinstance(verdict, Failure) else value


_last: ContextVar[Facts | None] = ContextVar("last", default=None)


def _facts(case: CaseView) -> Facts:
    """The messages of the case; a decision asks for them many times in a row."""
    facts = _last.get()
    if facts is None or facts.view is not case:
        facts = Facts(case)
        _last.set(facts)
    return facts


def _lines_of(plan: RulePlan, vocabulary: Vocabulary) -> Iterator[tuple[int, _Line]]:
    typed, rule = plan.typed, plan.rule
    elements = tuple(sorted((name, message(type_)) for name, type_ in typed.element.items()))
    for line in (*typed.when, *typed.unless):
        yield id(line.tree), _Line(line.source.expr.text, elements)
    written = _effects(rule)
    for name, tree in typed.effects.items():
        yield id(tree), _Line(written[name].text, elements)
    sources = (
        *rule.fulfilled_by,
        *rule.discharged_by,
        *rule.violated_by,
        *matchers_of(rule.clock, rule.extension),
    )
    for matcher, source in zip(plan.matchers, sources, strict=True):
        if matcher.typed.predicate is not None:
            done = ("done", message(DONE[source.collection]))
            text = text_of(source, vocabulary)
            yield id(matcher.typed.predicate), _Line(text, tuple(sorted((*elements, done))))


def _effects(rule: Rule) -> dict[str, Written]:
    deadline = rule.deadline
    found = {
        "bearer": rule.bearer.expr,
        "bearer_party": rule.bearer.party,
        "bearer_unit": rule.bearer_unit,
        "counterparty": rule.counterparty.expr,
        "counterparty_party": rule.counterparty.party,
        "about": rule.about,
        "concerns": rule.concerns,
        "concerns_unit": rule.concerns_unit,
    }
    found |= rule.numbers()
    if deadline is not None:
        found |= deadline.moments()
    if rule.deemed is not None:
        found |= dict(rule.deemed.values)
    return {name: written for name, written in found.items() if written is not None}


def _cutting(terms: Mapping[str, TypedTerm]) -> frozenset[str]:
    """Terms that hand moments to functions of ours, themselves or through other terms; leaves first."""
    found: frozenset[str] = frozenset()
    for name, term in terms.items():
        handed = any(type_ is TIMESTAMP for _, type_ in term.params)
        if handed or any(_cuts_moments(line.tree, found) for line in term.conditions):
            found |= {name}
    return found


def _cuts_moments(tree: Node, cutting: frozenset[str]) -> bool:
    for node in walk(tree):
        if isinstance(node, Call) and node.op == "add_period":
            return True
        if isinstance(node, TermCall) and node.term in cutting:
            return True
    return False


def _is_fine(tree: Node, terms: Mapping[str, TypedTerm]) -> bool:
    """Whether a moment or a length of time in it, or in a term that it uses, is finer than a microsecond."""
    for node in walk(tree):
        if isinstance(node, Const) and node.type in (TIMESTAMP, DURATION) and int(node.value) % 1000:
            return True
        if isinstance(node, TermCall) and any(
            _is_fine(line.tree, terms) for line in terms[node.term].conditions
        ):
            return True
    return False


class _Official(Walking):
    """The walk with the official evaluator as its judge; keeps compiled expressions by program."""

    def __init__(self) -> None:
        super().__init__("cel", lambda program, case: _Judge(self._of(program), case))
        self._programs: dict[int, _Program] = {}

    def _of(self, program: PackProgram) -> _Program:
        """By identity; what is kept also keeps the program alive, so that no other takes its place."""
        found = self._programs.get(id(program))
        if found is None:
            if len(self._programs) >= MAX_PROGRAMS:
                self._programs = {}
            found = self._programs[id(program)] = _Program(program)
        return found


def official() -> Engine:
    """The engine of the official evaluator."""
    return _Official()
