"""Who cites a clause: rules by their basis, and whatever else of a pack rests on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from policy.pack.assessment import Assessment
from policy.pack.deadline import Deadline
from policy.pack.model import Condition, Pack, Rule, Term


class Kind(StrEnum):
    """What cites a clause. A rule rests on it, or only names it as what follows when the duty is not done."""

    RULE = "rule"
    CONSEQUENCE = "consequence"
    HANDLING = "handling"
    TERM = "term"
    PARAMETER = "parameter"
    ASSESSMENT = "assessment"
    FORM = "form"
    CONTACT = "contact"
    UNITS = "units"
    OFFICE_HOURS = "office_hours"
    FACT = "fact"
    EFFECTIVE = "effective"


@dataclass(frozen=True, slots=True, order=True)
class Citation:
    """One that cites: its kind and its id or name ("" for the dates of the pack and its office hours)."""

    kind: Kind
    name: str


def citations_of(pack: Pack) -> Mapping[str, tuple[Citation, ...]]:
    """Everything that cites each clause, by clause id; each citation once, sorted by kind and name."""
    found: dict[str, set[Citation]] = {}
    for kind, name, clauses in _citing(pack):
        for clause in clauses:
            found.setdefault(clause, set()).add(Citation(kind, name))
    return {clause: tuple(sorted(found[clause])) for clause in sorted(found)}


def _citing(pack: Pack) -> Iterator[tuple[Kind, str, Iterable[str]]]:
    yield Kind.EFFECTIVE, "", pack.effective_basis
    if pack.office_hours is not None:
        yield Kind.OFFICE_HOURS, "", pack.office_hours.basis
    for rule in pack.rules:
        yield Kind.RULE, rule.id, _rests_on(rule)
        yield Kind.CONSEQUENCE, rule.id, rule.consequence
        yield Kind.HANDLING, rule.id, (*rule.objection_suspends, *_returned(rule))
    for term in pack.terms.values():
        yield Kind.TERM, term.name, _of_term(term)
    for parameter in pack.parameters.values():
        yield Kind.PARAMETER, parameter.name, parameter.basis
    for assessment in pack.assessments:
        yield Kind.ASSESSMENT, assessment.id, _of_assessment(assessment)
    for form in pack.forms.values():
        yield Kind.FORM, form.id, form.basis
    for contact in pack.contacts.values():
        yield Kind.CONTACT, contact.id, contact.basis
    for body, units in pack.units.items():
        yield Kind.UNITS, body, units.basis
    for fact in pack.facts:
        yield Kind.FACT, fact.id, fact.basis


def _rests_on(rule: Rule) -> Iterator[str]:
    """The basis of a rule, its conditions and exceptions, its deadline, what moves that, and its numbers."""
    yield from rule.basis
    yield from _of_lines((*rule.when, *rule.unless))
    if rule.deadline is not None:
        yield from _of_deadline(rule.deadline)
    for part in (rule.clock, rule.extension):
        if part is not None:
            yield from part.basis
    for numbers in (*rule.quantities, *((rule.amount,) if rule.amount is not None else ())):
        yield from numbers.basis
        for figure in numbers.figures():
            yield from figure.basis


def _of_deadline(deadline: Deadline) -> Iterator[str]:
    yield from deadline.basis
    for part in (deadline.no_later_than, deadline.no_earlier_than, deadline.late):
        if part is not None:
            yield from part.basis


def _returned(rule: Rule) -> Iterator[str]:
    """The clauses that let the duty be sent back."""
    for ground in rule.returns:
        yield from ground.basis


def _of_term(term: Term) -> Iterator[str]:
    yield from term.basis
    yield from _of_lines(term.conditions)


def _of_lines(lines: Iterable[Condition]) -> Iterator[str]:
    for line in lines:
        yield from line.basis
        yield from _of_lines(line.alternatives)


def _of_assessment(assessment: Assessment) -> Iterator[str]:
    yield from assessment.basis
    for _, basis, _ in assessment.outcomes:
        yield from basis
    for consequence in assessment.consequences:
        yield from consequence.basis
    for step in assessment.steps:
        yield from step.basis
    if assessment.appeal is not None:
        yield from assessment.appeal.basis
    if (scoring := assessment.scoring) is not None:
        yield from scoring.basis
        for section in scoring.sections:
            yield from section.basis
            for item in section.items:
                yield from item.basis
        for veto in scoring.vetoes:
            yield from veto.basis
