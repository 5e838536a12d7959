"""From the checked pack to typed rules: every expression parsed, type-checked and checked for codes.

All faults of all expressions are collected; a rule with a fault is left out of the result.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from policy.expr.cel import Environment, ExprFault
from policy.expr.codes import canonical_faults, code_faults
from policy.expr.details import in_words, type_in_words, types_in_words, what_to_do
from policy.expr.lower import Refused, lower
from policy.expr.tree import (
    BOOL,
    INT,
    SCALARS,
    STRING,
    TIMESTAMP,
    Call,
    CelType,
    Node,
    TermCall,
    Var,
    list_of,
    message,
    substituted,
    walk,
)
from policy.facts.labels import FIELDS
from policy.facts.views import COLLECTIONS
from policy.pack.assessment import AMONG, Assessment, Over
from policy.pack.clock import matchers_of
from policy.pack.model import Actor, Condition, Expression, Matcher, Pack, Rule
from policy.pack.paths import MESSAGES
from policy.pack.vocabulary import Vocabulary
from policy.program.impossible import contradictions
from policy.program.matching import DONE, said_of
from policy.program.typed import TypedCondition, TypedMatcher, TypedPack, TypedRule, TypedTerm
from policy.text.diagnostics import Faults, Words
from policy.text.source import Span
from policy.text.suggest import suggest

_NONE: Mapping[str, TypedRule] = {}
_PARAM_TYPES = {"period": STRING, "share": STRING, "money": INT}


def typed_pack(
    pack: Pack, vocabulary: Vocabulary, faults: Faults, known: Mapping[str, TypedRule] = _NONE
) -> TypedPack:
    """Types every expression of ``pack``; faults go to ``faults``.

    ``known``: rules, by their ids, that have been typed before, under the same terms and declarations.
    """
    typer = _Typer(pack, vocabulary, faults)
    terms = typer.terms()
    rules = [known.get(rule.id) or typer.rule(rule) for rule in sorted(pack.rules, key=lambda r: r.id)]
    counts, units = {}, {}
    for assessment in pack.assessments:
        for figure, expression, over, expected in expressions_of(assessment):
            tree = typer.performance(expression, expected, over)
            if tree is not None:
                counts[assessment.id, figure] = tree
        if assessment.unit is not None and (tree := typer.performance(assessment.unit, STRING)) is not None:
            units[assessment.id] = tree
    found = tuple(rule for rule in rules if rule is not None)
    return TypedPack(pack, vocabulary, terms, found, counts, units)


def expressions_of(assessment: Assessment) -> Iterator[tuple[str, Expression, Over, CelType]]:
    """The expressions of its figures: a name, the text, what it is asked of, and the type it has.

    A count is named by its id; ``ID.body.0``, ``ID.unit.0`` and so on say whom an event counts for,
    ``ID.from`` and ``ID.to`` between which moments a duration runs, ``AMONG`` of which cases it is.
    """
    if assessment.cases is not None:
        yield AMONG, assessment.cases, Over.CASES, BOOL
    for count in assessment.counts:
        yield count.id, count.where, count.over, BOOL
        for part, said in (("body", count.body), ("unit", count.unit)):
            for place, expression in enumerate(said):
                yield f"{count.id}.{part}.{place}", expression, count.over, STRING
    for duration in assessment.durations:
        yield f"{duration.id}.from", duration.from_, Over.OBLIGATIONS, TIMESTAMP
        yield f"{duration.id}.to", duration.to, Over.OBLIGATIONS, TIMESTAMP
        if duration.where is not None:
            yield duration.id, duration.where, Over.OBLIGATIONS, BOOL


_ASKED = {
    Over.OBLIGATIONS: ("obligation", "Performance"),
    Over.EVENTS: ("event", "Event"),
    Over.CASES: ("case", "Case"),
}


MAX_TERM_LEVELS = 64
"""Most terms that use one another in a row: each is a call within a call, in every engine."""


def param_type(name: str) -> CelType:
    """The CEL type of a parameter's declared type; a period and a share are their texts, money is in fen."""
    return _PARAM_TYPES.get(name) or SCALARS[name]


class _Typer:
    def __init__(self, pack: Pack, vocabulary: Vocabulary, faults: Faults) -> None:
        self._pack = pack
        self._vocabulary = vocabulary
        self._faults = faults
        self._failed = False
        self._terms: dict[str, TypedTerm] = {}
        self._base: dict[str, CelType] = {
            "case": message("Case"),
            "as_of": TIMESTAMP,
            "breaches": list_of(message("Breach")),
        }
        self._base |= {f"attr.{name}": SCALARS[decl.type] for name, decl in pack.attributes.items()}
        self._base |= {f"param.{name}": param_type(decl.type) for name, decl in pack.parameters.items()}
        self._signatures = {
            term.name: tuple(_named_type(type_) for _, type_ in term.params) for term in pack.terms.values()
        }

    def terms(self) -> tuple[TypedTerm, ...]:
        typed: dict[str, TypedTerm] = {}
        for term in self._pack.terms.values():
            params = {name: _named_type(type_) for name, type_ in term.params}
            conditions = self._conditions(term.conditions, params)
            typed[term.name] = TypedTerm(term, tuple(params.items()), conditions)
        return self._in_dependency_order(typed)

    def _in_dependency_order(self, typed: dict[str, TypedTerm]) -> tuple[TypedTerm, ...]:
        done: dict[str, TypedTerm] = {}
        uses = {name: _terms_used(term) for name, term in typed.items()}
        waiting = dict(sorted(typed.items()))
        level = 0
        while waiting:
            level += 1
            ready = [name for name in waiting if all(used in done for used in uses[name] if used in typed)]
            if not ready:
                circle = " → ".join(sorted(waiting))
                first = min(waiting)
                self._faults.add("LNK415", waiting[first].source.span, name=first, circle=circle)
                break
            if level > MAX_TERM_LEVELS:
                limit = str(MAX_TERM_LEVELS)
                self._faults.add("LNK433", waiting[ready[0]].source.span, name=ready[0], limit=limit)
                break
            for name in ready:
                term = waiting.pop(name)
                done[name] = replace(term, conditions=tuple(map(self._with_called, term.conditions)))
                self._terms[name] = done[name]
        return tuple(done.values())

    def _with_called(self, line: TypedCondition) -> TypedCondition:
        """A line that only calls a term offers the term's alternatives."""
        if line.alternatives:
            return replace(line, alternatives=tuple(map(self._with_called, line.alternatives)))
        if not isinstance(line.tree, TermCall) or line.tree.term not in self._terms:
            return line
        term = self._terms[line.tree.term]
        names = [name for name, _ in term.params]
        given = dict(zip(names, line.tree.args, strict=True))
        parts = [part for inner in term.conditions for part in inner.alternatives]
        return replace(line, alternatives=tuple(_in_place(part, given) for part in parts))

    def rule(self, rule: Rule) -> TypedRule | None:
        self._failed = False
        element = self._elements(rule)
        variables = {name: message(type_) for name, type_ in element.items()}
        when = self._conditions(rule.when, variables)
        unless = self._conditions(rule.unless, variables)
        effects = self._effects(rule, variables)
        matchers = [
            tuple(self._matcher(m, variables, element) for m in group)
            for group in (
                rule.fulfilled_by,
                rule.discharged_by,
                rule.violated_by,
                matchers_of(rule.clock, rule.extension),
            )
        ]
        self._refuse_breaches(rule, [*when, *unless])
        self._refuse_contradictions(when)
        if self._failed:
            return None
        return TypedRule(rule, element, when, unless, effects, *matchers)

    def _refuse_breaches(self, rule: Rule, lines: Sequence[TypedCondition]) -> None:
        """Breaches are derived one by one, in rounds: no condition ever sees all of them."""
        for line in lines:
            for node in walk(line.tree):
                if isinstance(node, Var) and node.name == "breaches":
                    self._report(line.source.expr, ExprFault("LNK419", node.pos, (("name", rule.id),)))
                    return

    def _refuse_contradictions(self, lines: Sequence[TypedCondition]) -> None:
        for found in contradictions(line.tree for line in lines):
            args = (("fact", found.fact), ("one", _either(found.one)), ("other", _either(found.other)))
            self._report(lines[found.line].source.expr, ExprFault("LNK436", found.pos, args))

    def _elements(self, rule: Rule) -> dict[str, str]:
        """The message of each variable; the paths were checked with the pack."""
        element: dict[str, str] = {}
        by_collection = {collection: name for name, collection in COLLECTIONS.items() if collection}
        for binding in rule.each:
            element[binding.name] = by_collection[binding.path.rsplit(".", 1)[-1]]
        return element

    def _conditions(
        self, conditions: Sequence[Condition], variables: Mapping[str, CelType]
    ) -> tuple[TypedCondition, ...]:
        typed = (self._condition(condition, variables) for condition in conditions)
        return tuple(self._with_called(line) for line in typed if line is not None)

    def _condition(self, condition: Condition, variables: Mapping[str, CelType]) -> TypedCondition | None:
        """A line and its alternatives; what is wrong with one of these is not said of the whole once more."""
        parts = [self._condition(part, variables) for part in condition.alternatives]
        sound = tuple(part for part in parts if part is not None)
        if len(sound) < len(parts):
            return None
        tree = self.expression(condition.expr, variables, BOOL)
        return None if tree is None else TypedCondition(condition, tree, sound)

    def _effects(self, rule: Rule, variables: Mapping[str, CelType]) -> dict[str, Node]:
        wanted: dict[str, tuple[Expression | None, CelType]] = {
            **self._actor("bearer", rule.bearer),
            **self._actor("counterparty", rule.counterparty),
            "bearer_unit": (rule.bearer_unit, STRING),
            "about": (rule.about, STRING),
            "concerns": (rule.concerns, STRING),
            "concerns_unit": (rule.concerns_unit, STRING),
        }
        wanted |= {name: (number, INT) for name, number in rule.numbers().items()}
        if rule.deadline is not None:
            wanted |= {name: (moment, TIMESTAMP) for name, moment in rule.deadline.moments().items()}
        if rule.deemed is not None:
            for name, value in rule.deemed.values:
                wanted[name] = (value, TIMESTAMP if name == "fact_at" else STRING)
        effects = {}
        for name, (expression, type_) in wanted.items():
            if expression is not None:
                tree = self.expression(expression, variables, type_)
                if tree is not None:
                    effects[name] = tree
        return effects

    @staticmethod
    def _actor(name: str, actor: Actor) -> dict[str, tuple[Expression | None, CelType]]:
        return {name: (actor.expr, STRING), f"{name}_party": (actor.party, STRING)}

    def _matcher(
        self, matcher: Matcher, variables: Mapping[str, CelType], element: Mapping[str, str]
    ) -> TypedMatcher:
        """The matcher with what it says of the act as one predicate."""
        if matcher.collection == "statuses":
            return TypedMatcher(
                matcher.codes, None, "statuses", False, matcher.end_of, matcher.party, matcher.begins
            )
        parts = list(said_of(matcher, element, self._vocabulary))
        if matcher.where is not None:
            done = message(DONE[matcher.collection])
            tree = self.expression(matcher.where, {**variables, "done": done}, BOOL)
            if tree is not None:
                parts.append(tree)
        predicate = None
        if parts:
            predicate = parts[0] if len(parts) == 1 else Call(BOOL, 0, "and", tuple(parts))
        return TypedMatcher(matcher.codes, predicate, matcher.collection, matcher.by_bearer)

    def expression(
        self, expression: Expression, variables: Mapping[str, CelType], expected: CelType
    ) -> Node | None:
        """The typed tree, or None after reporting what is wrong."""
        environment = Environment.of({**self._base, **variables}, self._signatures)
        checked, faults = environment.check(expression.text)
        if checked is None:
            for fault in faults:
                self._report(expression, fault)
            return None
        try:
            tree = lower(checked, self._vocabulary)
        except Refused as refused:
            self._report(expression, refused.fault)
            return None
        if tree.type != expected:
            self._report(
                expression, ExprFault("LNK406", 0, (("found", str(tree.type)), ("expected", str(expected))))
            )
            return None
        wrong = [*code_faults(tree, self._vocabulary), *self._param_faults(tree)]
        for fault in wrong:
            self._report(expression, fault)
        # Another spelling refuses the pack, and yet it has a meaning: archived rules are replayed with it.
        failed = self._failed
        for fault in canonical_faults(tree, self._vocabulary):
            self._report(expression, fault)
        self._failed = failed
        return None if wrong else tree

    def performance(self, where: Expression, expected: CelType, over: Over = Over.OBLIGATIONS) -> Node | None:
        """What an assessment asks of a duty, an event or a case: it sees that, and the parameters; of a case
        also the district's own facts."""
        base, (variable, type_name) = self._base, _ASKED[over]
        seen = ("param.", "attr.") if over is Over.CASES else ("param.",)
        self._base = {name: type_ for name, type_ in base.items() if name.startswith(seen)}
        try:
            tree = self.expression(where, {variable: message(type_name)}, expected)
        finally:
            self._base = base
        for node in walk(tree) if tree is not None else ():
            name = ""
            if isinstance(node, TermCall):
                name = node.term
            elif isinstance(node, Call) and node.op.startswith("lookup_") and over is Over.OBLIGATIONS:
                name = node.op.removeprefix("lookup_")
            if name:
                self._report(where, ExprFault("LNK402", node.pos, (("name", name),)))
                return None
        return tree

    def _param_faults(self, tree: Node) -> list[ExprFault]:
        """A parameter handed to add_period must be a calendar period."""
        found = []
        for node in walk(tree):
            if isinstance(node, Call) and node.op == "add_period" and isinstance(node.args[1], Var):
                name = node.args[1].name.removeprefix("param.")
                parameter = self._pack.parameters.get(name)
                if parameter is None or parameter.type != "period" or "working" in str(parameter.value):
                    allowed = (("what", "period"), ("allowed", "24 hours, 10 days, 3 months, 1 years"))
                    found.append(ExprFault("LNK414", node.args[1].pos, allowed))
        return found

    def _report(self, expression: Expression, fault: ExprFault) -> None:
        self._failed = True
        args = dict(fault.args)
        name = args.get("name", "")
        span = _span(expression, fault.offset, len(name) or 1)
        section = args.get("section", "")
        meant = self._vocabulary.suggest(section, name) if section else suggest(name, fault.candidates)
        meant = fault.meant or meant
        said: dict[str, str | Words] = {**args}
        if "detail" in args:
            said["detail"] = Words(*in_words(args["detail"]))
        if fault.code == "LNK404":
            said["how"] = Words(*what_to_do(args["name"], args["types"]))
            said["types"] = Words(*types_in_words(args["types"]))
        if fault.code == "LNK406":
            said |= {key: Words(*type_in_words(args[key])) for key in ("found", "expected")}
        if fault.code == "LNK403":
            said["fields"] = _fields(args["message"])
            said["message"] = Words(*type_in_words(args["message"]))
        self._faults.add(fault.code, span, meant, **said)


def _either(values: Sequence[object]) -> str:
    """Values as a condition writes them, any of which will do."""
    return " / ".join(f'"{value}"' if isinstance(value, str) else str(value).lower() for value in values)


def _fields(name: str) -> Words:
    """The fields of a message of the facts, with what they are called."""
    fields = sorted(field.name for field in MESSAGES[name].fields) if name in MESSAGES else []
    called = [(field, FIELDS.get((name, field), ("", ""))) for field in fields]
    zh = "、".join(f"{field}（{label[0]}）" if label[0] else field for field, label in called)
    en = ", ".join(f"{field} ({label[1]})" if label[1] else field for field, label in called)
    return Words(zh, en)


def _in_place(part: TypedCondition, given: Mapping[str, Node]) -> TypedCondition:
    """An alternative of a term, with these arguments."""
    inner = tuple(_in_place(each, given) for each in part.alternatives)
    return TypedCondition(part.source, substituted(part.tree, given), inner)


def _span(expression: Expression, offset: int, length: int) -> Span:
    """The place in the file of ``length`` characters of the expression from ``offset``."""
    offsets = expression.offsets
    if not offsets:
        return expression.span
    start = offsets[min(offset, len(offsets) - 1)]
    end = offsets[min(offset + length, len(offsets)) - 1] + 1
    return Span(expression.span.source, start, max(end, start + 1))


def _named_type(name: str) -> CelType:
    return message(name) if name in MESSAGES else SCALARS[name]


def _terms_used(term: TypedTerm) -> set[str]:
    return {node.term for line in term.conditions for node in walk(line.tree) if isinstance(node, TermCall)}
