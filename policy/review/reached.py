"""What the tests reach of a pack's assessments: each figure, item, veto, grade, consequence and step.

A part is reached where a test that passes expects something that hangs on it: a figure that is not zero, the
score of a row that an item or a veto made, the grade, the consequence, the duty that a step is, or the end of
the time for objections.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from policy.assess import Row, Score
from policy.pack.assessment import Assessment, Step
from policy.pack.model import Pack, Text
from policy.review.ruletest.assessed import Assessed
from policy.review.ruletest.model import ExpectedRow


class Part(StrEnum):
    """A kind of part of an assessment."""

    FIGURE = "figure"
    ITEM = "item"
    VETO = "veto"
    GRADE = "grade"
    CONSEQUENCE = "consequence"
    STEP = "step"
    APPEAL = "appeal"


@dataclass(frozen=True, slots=True)
class Reached:
    """One part: of which assessment, what it is called, and the tests that reach it (none: a gap)."""

    assessment: str
    part: Part
    name: str
    title: Text
    tests: tuple[str, ...]


def reached_parts(
    pack: Pack, assessed: Iterable[Assessed], by_rule: Mapping[str, tuple[str, ...]]
) -> tuple[Reached, ...]:
    """Every part of the assessments of one version, in the order of the pack; ``by_rule``: tests by rule."""
    passed = [one for one in assessed if one.passed and one.appraisal.program.pack.version == pack.version]
    found: list[Reached] = []
    for assessment in pack.assessments:
        own = [one for one in passed if one.test.assessment == assessment.id]
        seen: dict[tuple[Part, str], set[str]] = {}
        for one in own:
            for key in _seen(one):
                seen.setdefault(key, set()).add(one.test.name)
        for part, name, title in _parts(assessment):
            tests = set(seen.get((part, name), ()))
            if part is Part.CONSEQUENCE:
                tests |= set(by_rule.get(f"{assessment.id}.{name}", ()))
            elif part is Part.STEP:
                tests |= _of_step(assessment.steps[int(name)], pack, by_rule, own)
            found.append(Reached(assessment.id, part, name, title, tuple(sorted(tests))))
    return tuple(found)


def _parts(assessment: Assessment) -> Iterator[tuple[Part, str, Text]]:
    """Kind, name and title; vetoes and steps have no id and are known by their place."""
    yield from ((Part.FIGURE, one.id, one.means) for one in assessment.counts)
    yield from ((Part.FIGURE, one.id, one.means) for one in assessment.durations)
    yield from ((Part.FIGURE, one.id, one.means) for one in assessment.rates)
    if (scoring := assessment.scoring) is not None:
        for section in scoring.sections:
            yield from ((Part.ITEM, item.id, item.title) for item in section.items)
        yield from ((Part.VETO, str(place), veto.title) for place, veto in enumerate(scoring.vetoes))
        yield from ((Part.GRADE, grade.id, grade.title) for grade in scoring.grades)
    yield from ((Part.CONSEQUENCE, one.id, one.title) for one in assessment.consequences)
    yield from ((Part.STEP, str(place), step.title) for place, step in enumerate(assessment.steps))
    if assessment.appeal is not None:
        yield Part.APPEAL, "", Text("申诉", "objections")


def _seen(one: Assessed) -> Iterator[tuple[Part, str]]:
    """What the expectations of a test hang on."""
    found = one.appraisal
    scores: tuple[Score | None, ...] = found.scores or (None,) * len(found.rows)
    by_key = {(row.body, row.unit): pair for pair in zip(found.rows, scores, strict=True) for row in pair[:1]}
    for expected in one.test.expect:
        yield from _of_row(found.assessment, expected, *by_key[expected.body, expected.unit])
    if one.test.appeal_until is not None and one.test.appeal_until[0] is not None:
        yield Part.APPEAL, ""


def _of_row(
    assessment: Assessment, expected: ExpectedRow, row: Row, score: Score | None
) -> Iterator[tuple[Part, str]]:
    for name, value in expected.figures.items():
        if value and name in row.figures:
            yield Part.FIGURE, name
    if expected.grade:
        yield Part.GRADE, expected.grade
    for name in expected.follows or ():
        yield Part.CONSEQUENCE, name
    if score is not None and expected.figures.get("score") is not None and assessment.scoring is not None:
        for section in score.sections:
            yield from ((Part.ITEM, one.item.id) for one in section.items if one.points)
        yield from ((Part.VETO, str(assessment.scoring.vetoes.index(veto))) for veto in score.vetoes)


def _of_step(
    step: Step, pack: Pack, by_rule: Mapping[str, tuple[str, ...]], own: Iterable[Assessed]
) -> set[str]:
    """The tests of the duty that a step is; of one that no rule lays on anybody, those of the assessment."""
    rules = [
        rule.id for rule in pack.rules if step.action == rule.action and step.bearer in rule.bearer.bodies
    ]
    if not rules:
        return {one.test.name for one in own}
    return {test for rule in rules for test in by_rule.get(rule, ())}
