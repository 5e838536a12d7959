"""Two packs side by side: what is new, gone, or said otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from policy.pack.model import Parameter, Term
from policy.program.program import PackProgram
from policy.review.classes import CLASSES
from policy.review.statement import WEAKER, Line, Statement, statement
from policy.review.wording import Wording


class Change(StrEnum):
    """What became of a thing."""

    ADDED = "added"
    GONE = "gone"
    CHANGED = "changed"
    WORDED = "worded"
    """Its title, its clauses or its reading: nothing of what is owed."""


class Kind(StrEnum):
    """What a difference is of."""

    RULE = "rule"
    TERM = "term"
    PARAMETER = "parameter"
    ASSESSMENT = "assessment"
    CLAUSE = "clause"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a thing that differs: what was said and is no more, and what is said instead."""

    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def scope(self) -> str:
        """Whether what it is of reaches less ("narrower") or more ("wider"), where that is sure; else "".

        All conditions must hold and no exception: one more condition, and nothing else, can only narrow.
        """
        if self.name not in ("conditions", "exceptions") or bool(self.before) is bool(self.after):
            return ""
        return "narrower" if bool(self.after) is (self.name == "conditions") else "wider"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was; ``clauses`` are the printed numbers that it rests on."""

    kind: Kind
    change: Change
    id: str
    title: str
    clauses: str
    parts: tuple[Part, ...] = ()
    bearers: tuple[str, ...] = ()


Side = tuple[PackProgram, Wording]


def differences(old: Side, new: Side) -> tuple[Difference, ...]:
    """What ``new`` says otherwise than ``old``: rules first, in the order of their ids."""
    return (
        *_rules(old, new),
        *_things(Kind.TERM, _terms(old), _terms(new)),
        *_things(Kind.PARAMETER, _parameters(old), _parameters(new)),
        *_things(Kind.ASSESSMENT, _assessments(old), _assessments(new)),
        *_things(Kind.CLAUSE, _clauses(old), _clauses(new)),
        *_things(Kind.BODY, _bodies(old), _bodies(new)),
    )


def _rules(old: Side, new: Side) -> Iterator[Difference]:
    before = {_own(plan.id): plan for plan in old[0].plans}
    after = {_own(plan.id): plan for plan in new[0].plans}
    for name in sorted(before.keys() | after.keys()):
        side, plan = (new, after[name]) if name in after else (old, before[name])
        program, words = side
        title = words.text(plan.rule.title)
        bearers = tuple(words.body(program, code) for code in plan.rule.bearer.bodies)
        clauses = words.basis(program, plan.typed.clauses)
        if name not in before or name not in after:
            change = Change.ADDED if name in after else Change.GONE
            said = statement(program, plan, words)
            parts = tuple(_alone(key, lines, change) for key, lines in said.items() if key not in WEAKER)
        else:
            one = statement(old[0], before[name], old[1])
            parts = tuple(_parts(one, statement(new[0], after[name], new[1])))
            if not parts:
                continue
            change = Change.WORDED if {part.name for part in parts} <= set(WEAKER) else Change.CHANGED
        yield Difference(Kind.RULE, change, plan.id, title, clauses, parts, bearers)


def _own(rule: str) -> str:
    """A rule's id without its district: packs of two districts are compared by the rest."""
    return rule.partition(".")[2]


def _alone(name: str, lines: Sequence[Line], change: Change) -> Part:
    told = tuple(line.text for line in lines)
    return Part(name, (), told) if change is Change.ADDED else Part(name, told, ())


def _parts(one: Statement, other: Statement) -> Iterator[Part]:
    for name in (*one, *(key for key in other if key not in one)):
        before, after = one.get(name, ()), other.get(name, ())
        gone, come = _without(before, after), _without(after, before)
        if gone or come:
            yield Part(name, gone, come)
        elif [line.same for line in before] != [line.same for line in after]:
            yield Part(name, tuple(line.text for line in before), tuple(line.text for line in after))


def _without(lines: Iterable[Line], others: Iterable[Line]) -> tuple[str, ...]:
    known = [line.same for line in others]
    return tuple(line.text for line in lines if line.same not in known)


_Thing = tuple[str, str, Statement]
"""Its title, the clauses it rests on, and what it says."""


def _things(kind: Kind, old: Mapping[str, _Thing], new: Mapping[str, _Thing]) -> Iterator[Difference]:
    for name in (*old, *(name for name in new if name not in old)):
        title, clauses, said = new[name] if name in new else old[name]
        if name not in old or name not in new:
            change = Change.ADDED if name in new else Change.GONE
            parts = tuple(_alone(key, lines, change) for key, lines in said.items())
        else:
            change, parts = Change.CHANGED, tuple(_parts(old[name][2], said))
            if not parts:
                continue
        yield Difference(kind, change, name, title, clauses, parts)


def _terms(side: Side) -> dict[str, _Thing]:
    return {name: _term(side, term) for name, term in side[0].pack.terms.items()}


def _term(side: Side, term: Term) -> _Thing:
    program, words = side
    lines = tuple(
        Line(
            f"{words.text(line.means)}〔{' '.join(line.expr.text.split())}〕",
            " ".join(line.expr.text.split()),
        )
        for line in term.conditions
    )
    return words.text(term.means), words.basis(program, term.basis), {"conditions": lines}


def _parameters(side: Side) -> dict[str, _Thing]:
    return {name: _parameter(side, one) for name, one in side[0].pack.parameters.items()}


def _parameter(side: Side, parameter: Parameter) -> _Thing:
    program, words = side
    value = "" if parameter.value is None else str(parameter.value)
    said: Statement = {"value": (Line(value or words.pick(("未定", "not fixed")), value),)}
    return words.text(parameter.means), words.basis(program, parameter.basis), said


def _assessments(side: Side) -> dict[str, _Thing]:
    program, words = side
    found: dict[str, _Thing] = {}
    for one in program.pack.assessments:
        name = _own(one.id)
        said: Statement = {}
        if one.scoring is not None:
            said["points"] = tuple(
                Line(f"{words.text(item.title)} {item.points}", (item.id, item.points, item.per, item.when))
                for section in one.scoring.sections
                for item in section.items
            )
            said["grades"] = tuple(
                Line(f"{words.text(grade.title)} {grade.at_least}", (grade.id, grade.at_least))
                for grade in one.scoring.grades
            )
        said["figures"] = tuple(
            Line(
                f"{words.text(count.means)}〔{' '.join(count.where.text.split())}〕",
                (count.id, count.where.text),
            )
            for count in one.counts
        )
        said["consequences"] = tuple(
            Line(words.text(each.title), (each.id, each.when, each.bearer, each.action))
            for each in one.consequences
        )
        found[name] = words.text(one.title), words.basis(program, one.basis), said
    return found


def _clauses(side: Side) -> dict[str, _Thing]:
    program, words = side
    return {
        clause.id: (
            words.text(clause.summary),
            clause.number,
            {
                "number": (Line(clause.number, clause.number),),
                "summary": (Line(words.text(clause.summary), clause.digest),),
                "class": (Line(words.pick(CLASSES[clause.class_]), clause.class_),),
            },
        )
        for clause in program.pack.clauses.values()
    }


def _bodies(side: Side) -> dict[str, _Thing]:
    program, words = side
    return {
        code: (words.body(program, code), "", {"name": (Line(name.zh, name.zh),)})
        for code, name in program.pack.bodies.items()
    }
