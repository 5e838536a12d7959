"""A draft's program: what has a fault of its own is left out, with all that rests on it.

    Pack --typed_pack--> TypedPack --without what failed--> TypedPack --compiled--> PackProgram

An issued pack with an error is refused as a whole, and never comes here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from policy.expr.tree import Node, TermCall, walk
from policy.pack.model import Pack
from policy.pack.unfinished import closed
from policy.pack.vocabulary import Vocabulary
from policy.program.build import check_program, compiled
from policy.program.program import PackProgram
from policy.program.strata import circle_of
from policy.program.typed import TypedCondition, TypedPack, TypedRule, TypedTerm
from policy.program.typer import expressions_of, typed_pack
from policy.text.diagnostics import Faults


def sound_program(pack: Pack, vocabulary: Vocabulary, faults: Faults) -> PackProgram:
    """As ``program_of``; every fault is told, and the program is what of the pack has none."""
    typed = typed_pack(pack, vocabulary, faults)
    terms = _sound_terms([term for term in typed.terms if term.source.name not in pack.unsound])
    known = {term.source.name for term in terms}
    sound = [rule for rule in typed.rules if rule.source.id not in pack.unsound]
    rules = [rule for rule in sound if _calls(rule, known)]
    program = compiled(_without(typed, terms, rules))
    check_program(program, faults)
    while circle := circle_of(program.plans, program.terms, vocabulary):
        rules = [rule for rule in rules if rule.source.id not in circle]
        program = compiled(_without(typed, terms, rules))
    return program


def _without(typed: TypedPack, terms: tuple[TypedTerm, ...], rules: Iterable[TypedRule]) -> TypedPack:
    """The typed pack with these terms and rules, and the assessments all of whose expressions are typed."""
    found = {rule.source.id: rule for rule in rules}
    kept = closed([rule.source for rule in found.values()])
    assessments = tuple(
        one
        for one in typed.source.assessments
        if all((one.id, name) in typed.counts for name, *_ in expressions_of(one))
        and (one.unit is None or one.id in typed.units)
    )
    good = {term.source.name for term in terms}
    named = {name: term for name, term in typed.source.terms.items() if name in good}
    pack = replace(typed.source, rules=kept, terms=named, assessments=assessments)
    return replace(
        typed, source=pack, terms=terms, rules=tuple(replace(found[rule.id], source=rule) for rule in kept)
    )


def _sound_terms(terms: Iterable[TypedTerm]) -> tuple[TypedTerm, ...]:
    """Those without a line that failed, and that call no other ones; they stand in dependency order."""
    kept: dict[str, TypedTerm] = {}
    for term in terms:
        trees = [line.tree for line in term.conditions]
        if len(trees) == len(term.source.conditions) and _known(trees, kept):
            kept[term.source.name] = term
    return tuple(kept.values())


def _calls(rule: TypedRule, terms: Collection[str]) -> bool:
    """Whether a rule calls no other terms than these."""
    lines = [*_lines(rule.when), *_lines(rule.unless)]
    predicates = [matcher.predicate for matcher in rule.matchers if matcher.predicate is not None]
    return _known([*(line.tree for line in lines), *rule.effects.values(), *predicates], terms)


def _lines(lines: Iterable[TypedCondition]) -> Iterable[TypedCondition]:
    for line in lines:
        yield line
        yield from _lines(line.alternatives)


def _known(trees: Iterable[Node], terms: Collection[str]) -> bool:
    called = (node.term for tree in trees for node in walk(tree) if isinstance(node, TermCall))
    return all(name in terms for name in called)
