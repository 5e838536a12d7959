"""Appraisals as messages: the same cells as the terminal, the book and the page have (``review.report``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from linkage.v1 import assessment_service_pb2 as api
from linkage.v1 import decision_pb2
from policy.assess import Appraisal, Member, Score
from policy.assess.scoring import rounded
from policy.pack.vocabulary import Vocabulary
from policy.review.report.scorecard import (
    CARRIED,
    COUNT,
    HOURS,
    RATE,
    RELEASED,
    UNKNOWN,
    Card,
    Cell,
    Line,
    card_of,
    grade_of,
)
from policy.review.wording import Wording
from server.convert.words import STATE, body, clauses, coded, pack_ref, set_moment

KINDS: Mapping[str, api.FigureKind] = {
    COUNT: api.FIGURE_KIND_COUNT,
    RATE: api.FIGURE_KIND_RATE,
    HOURS: api.FIGURE_KIND_HOURS,
}
_BESIDE = (RELEASED, CARRIED, UNKNOWN)
"""Columns that stand in fields of their own."""
_DECIMALS = 4

Earlier = Mapping[tuple[str, str], Line]
"""Rows of the period compared with, by body and unit."""


@dataclass(frozen=True, slots=True)
class Own:
    """The bodies whose part alone is shown, and their organs."""

    named: frozenset[str]
    bodies: frozenset[str]

    @classmethod
    def of(cls, named: frozenset[str], vocabulary: Vocabulary) -> Own:
        """Those of bodies that a caller speaks for."""
        return cls(named, frozenset[str]().union(*(vocabulary.organs(body) for body in named)))


def assessment_message(
    found: Appraisal, before: Appraisal | None, words: Wording, *, brief: bool, own: Own | None
) -> api.Assessment:
    """The message; ``brief`` without what is behind the figures; ``own``: the rows of these bodies alone."""
    return _Made(found, before, words, brief, own).message()


class _Made:
    """One message being made."""

    def __init__(
        self, found: Appraisal, before: Appraisal | None, words: Wording, brief: bool, own: Own | None
    ) -> None:
        self._found, self._words, self._brief, self._own = found, words, brief, own
        self._before = before
        self._program = found.program
        self._card = self._shown(card_of(found, words, before))
        self._past: Earlier = (
            {} if before is None else {(one.body, one.unit): one for one in card_of(before, words).lines}
        )

    def message(self) -> api.Assessment:
        """All of it."""
        found, words, program, card = self._found, self._words, self._program, self._card
        assessment, own = found.assessment, self._own
        made = api.Assessment(
            id=assessment.id,
            title=card.title,
            basis=clauses(words, program, assessment.basis),
            pack=pack_ref(words, program),
            scorer=body(words, program, assessment.scorer),
            cases=found.cases,
            undetermined=found.undetermined,
            figures=[
                api.AssessedFigure(id=one.id, title=one.title, kind=KINDS[one.kind])
                for one in card.columns[: len(assessment.figures)]
            ],
            scorecards=[self._scorecard(line) for line in card.lines],
            totals=[] if own else list(self._totals()),
            missing_parameters=[
                api.MissingParameter(name=name, means=words.text(program.pack.parameters[name].means))
                for name in found.missing
            ],
            consequences=self._consequences(),
            steps=list(self._steps()),
            outcomes=list(self._outcomes()),
            notes=card.notes,
            obligations=[] if self._brief else list(self._obligations()),
            part_of=[body(words, program, code) for code in sorted(own.named)] if own else [],
        )
        if assessment.decider:
            made.decider.CopyFrom(body(words, program, assessment.decider))
        for into, moment in zip((made.period_start, made.period_end, made.cut_off), found.span, strict=True):
            set_moment(into, moment)
        if self._before is not None:
            set_moment(made.compared_start, self._before.span.start)
            set_moment(made.compared_end, self._before.span.end)
        self._appeal(made)
        return made

    def _shown(self, card: Card) -> Card:
        """The rows that may be seen."""
        own = self._own
        if own is None:
            return card
        return replace(card, lines=tuple(line for line in card.lines if line.body in own.bodies))

    # -- rows

    def _scorecard(self, line: Line) -> api.Scorecard:
        past = self._past.get((line.body, line.unit))
        own, beside = [], {}
        for number, column in enumerate(self._card.columns):
            if column.kind not in KINDS or column.id in ("score", "rank"):
                continue
            # A figure of the pack may be called as one of those beside it: its place tells them apart.
            earlier = None if past is None or number >= len(past.cells) else past.cells[number]
            made = self._figure(column.id, line.cells[number], earlier)
            if number < len(self._found.assessment.figures):
                own.append(made)
            else:
                beside[column.id] = made
        return api.Scorecard(
            body=body(self._words, self._program, line.body),
            unit=line.unit,
            name=line.name,
            figures=own,
            **{name: beside[name] for name in _BESIDE},
            score=None if line.score is None else self._score(line.score, past),
            change=line.change,
        )

    def _figure(self, name: str, cell: Cell, earlier: Cell | None = None) -> api.Figure:
        return api.Figure(
            id=name,
            value="" if cell.number is None else str(cell.number),
            text=cell.text,
            median=cell.median,
            earlier="" if earlier is None or earlier.number is None else str(earlier.number),
            behind=[] if self._brief else [self._item(member) for member in cell.members],
        )

    def _item(self, member: Member) -> api.CountedItem:
        if member.ident in self._found.behind:
            return api.CountedItem(case=member.case, obligation=member.ident)
        return api.CountedItem(case=member.case, path=member.ident)

    def _totals(self) -> Iterator[api.Figure]:
        card = self._card
        for column, cell in zip(card.columns, card.totals, strict=True):
            if cell.number is not None and column.id in self._found.assessment.figures:
                # What is behind a sum is behind its rows.
                yield api.Figure(id=column.id, value=str(cell.number), text=cell.text)

    def _score(self, score: Score, past: Line | None) -> api.Score:
        words, then = self._words, None if past is None else past.score
        made = api.Score(
            value=str(score.value),
            rank=score.rank,
            vetoes=[words.text(veto.title) for veto in score.vetoes],
            earlier="" if then is None else str(then.value),
            earlier_rank=0 if then is None else then.rank,
        )
        if score.grade:
            made.grade.CopyFrom(
                decision_pb2.Coded(code=score.grade, name=grade_of(self._found, score, words))
            )
        for part in () if self._brief else score.sections:
            section = made.sections.add(
                id=part.section.id,
                title=words.text(part.section.title),
                base=f"{rounded(part.base, _DECIMALS, 'up').normalize():f}",
                points=f"{rounded(part.points, _DECIMALS, 'up').normalize():f}",
            )
            for one in part.items:
                section.items.add(
                    id=one.item.id,
                    title=words.text(one.item.title),
                    points=f"{rounded(one.points, _DECIMALS, 'up').normalize():f}",
                    measured=one.measured,
                    figure=one.item.per,
                )
        return made

    # -- what follows, and what is behind

    def _consequences(self) -> list[api.AssessmentConsequence]:
        """What is certain, row by row, and what waits, once; of a part, what is its bodies' own."""
        made, by_id = [], {one.id: one for one in self._found.follows}
        for duty in self._card.duties:
            follows = by_id[duty.id]
            consequence, own = follows.consequence, self._own
            if own is not None and not own.bodies & {consequence.bearer, follows.body if duty.sure else ""}:
                continue
            words, program = self._words, self._program
            one = api.AssessmentConsequence(
                id=duty.id if duty.sure else "",
                consequence=consequence.id,
                title=duty.title,
                unit=follows.unit if duty.sure else "",
                bearer=body(words, program, consequence.bearer),
                action=coded(words, "actions", consequence.action),
                basis=clauses(words, program, consequence.basis),
                due=duty.due,
                certain=duty.sure,
                proposed=duty.proposed,
            )
            if duty.sure:
                one.body.CopyFrom(body(words, program, follows.body))
            if follows.due is not None and follows.due.nanos is not None:
                set_moment(one.due_at, follows.due.nanos)
            made.append(one)
        return made

    def _steps(self) -> Iterator[api.AssessmentStep]:
        for step in self._found.assessment.steps:
            yield api.AssessmentStep(
                title=self._words.text(step.title),
                bearer=body(self._words, self._program, step.bearer),
                action=self._action(step.action),
                basis=clauses(self._words, self._program, step.basis),
            )

    def _outcomes(self) -> Iterator[api.AssessmentOutcome]:
        for title, basis, action in self._found.assessment.outcomes:
            yield api.AssessmentOutcome(
                title=self._words.text(title),
                action=self._action(action),
                basis=clauses(self._words, self._program, basis),
            )

    def _action(self, code: str) -> decision_pb2.Coded | None:
        return coded(self._words, "actions", code) if code else None

    def _appeal(self, made: api.Assessment) -> None:
        appeal, until = self._found.assessment.appeal, self._found.appeal_until
        if appeal is None:
            return
        made.appeal.CopyFrom(
            api.AppealRight(
                to=body(self._words, self._program, appeal.to),
                text=self._card.appeal,
                basis=clauses(self._words, self._program, appeal.basis),
            )
        )
        if until is not None and until.nanos is not None:
            set_moment(made.appeal.until, until.nanos)

    def _obligations(self) -> Iterator[api.CountedObligation]:
        """Those behind the rows that are shown, in order of their cases."""
        wanted = {member for line in self._card.lines for cell in line.cells for member in cell.members}
        for member in sorted(wanted):
            if member.ident in self._found.behind:
                yield self._obligation(member)

    def _obligation(self, member: Member) -> api.CountedObligation:
        duty, words = self._found.behind[member.ident].obligation, self._words
        made = api.CountedObligation(
            id=duty.id,
            case=member.case,
            rule=duty.rule,
            title=words.text(duty.plan.rule.title),
            bearers=[body(words, duty.program, code) for code in duty.bearers],
            bearer_unit=duty.bearer_unit,
            provisional=duty.due is not None and duty.due.provisional,
            due=words.due(duty),
            state=STATE[duty.standing.state],
            basis=clauses(words, duty.program, duty.basis),
            pack_version=duty.program.pack.version,
        )
        if duty.due is not None and duty.due.nanos is not None:
            set_moment(made.due_at, duty.due.nanos)
        if duty.standing.at is not None:
            set_moment(made.state_at, duty.standing.at)
        if duty.standing.violated_at is not None:
            set_moment(made.violated_at, duty.standing.violated_at)
        return made


def merged_facts(found: Sequence[Appraisal]) -> list[tuple[str, str]]:
    """Ids and digests of every case of the appraisals, by their ids."""
    every: Iterable[tuple[str, str]] = (pair for one in found for pair in one.facts.items())
    return sorted(set(every))
