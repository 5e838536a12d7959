"""Assessment: how the bodies of a district performed over a period, as its document asks it to be counted.

    cases --counted: decided, each; whom its duties count for--> CaseCount
    counts --appraisal: added up--> rows of figures --points--> scores --conditions--> what follows

The document's own appraisal stays with people: nothing is scored that the pack does not fix.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from linkage.v1 import facts_pb2
from policy.assess.cases import distinct
from policy.assess.consequences import Follows, appeal_until, follows
from policy.assess.counting import CaseCount, Counting
from policy.assess.figures import Row
from policy.assess.period import Span, span_of
from policy.assess.results import own_file
from policy.assess.scoring import Score, missing, scores
from policy.assess.tally import Behind, Tally
from policy.decide.run import run
from policy.decide.snapshot import District
from policy.pack.assessment import Assessment
from policy.program.program import PackProgram
from policy.time.due import Due


class Appraisal(NamedTuple):
    """An assessment of one period.

    ``rows`` in order of their bodies' codes; ``scores`` in the same order, None where there is no score:
    nothing says how, or ``missing`` names parameters without a value. ``undetermined`` counts the rules and
    duties that facts kept open. ``behind`` has every obligation that a figure counts, by its id; ``facts``
    the digest of each case, by its id.
    """

    program: PackProgram
    assessment: Assessment
    span: Span
    rows: tuple[Row, ...]
    scores: tuple[Score, ...] | None
    missing: tuple[str, ...]
    follows: tuple[Follows, ...]
    confirmed: int | None
    appeal_until: Due | None
    undetermined: int
    behind: Mapping[str, Behind]
    facts: Mapping[str, str]

    @property
    def cases(self) -> int:
        """How many cases it is of."""
        return len(self.facts)


def assessed(district: District, end: int) -> tuple[tuple[PackProgram, Assessment], ...]:
    """The assessments of the version that is in force at the end of a period, or else was last before it.

    A year under two versions is assessed as the later one says, over the duties of both.
    """
    began = [program for program in district.programs if program.since < end]
    return tuple((began[-1], one) for one in began[-1].pack.assessments) if began else ()


def appraise(
    district: District,
    program: PackProgram,
    assessment: Assessment,
    cases: Iterable[facts_pb2.Case],
    start: int,
    end: int,
    confirmed: int | None = None,
) -> Appraisal:
    """Counts the duties of the period from ``start`` until before ``end`` (nanoseconds) at its cut-off.

    Duties of every version of the district count, each in exactly one period (``period.counts_at``).
    Permissions and reported practice are no duties; a prohibition counts in the period in which it was
    violated; what was released before anyone was at fault, is out of the base and shown. Every subject has a
    row, with zeros where nothing counts for it. ``confirmed``: when the results were; deadlines of what
    follows run from it. Raises ``FactsError`` for a case that cannot be read, ``CaseRefused`` for one of
    another district or given twice and different.
    """
    span = span_of(assessment, start, end)
    counts = counted(district, program, assessment, span, distinct(cases, district.code))
    return appraisal(district, program, assessment, span, counts, confirmed)


def counted(
    district: District,
    program: PackProgram,
    assessment: Assessment,
    span: Span,
    cases: Iterable[facts_pb2.Case],
) -> Iterator[CaseCount]:
    """What each case adds, decided at the cut-off. Raises ``FactsError`` for one that cannot be read."""
    counting = Counting(program, assessment, span)
    for case in cases:
        yield counting.of(case, *run(district, case, span.as_of, past=True))


def appraisal(
    district: District,
    program: PackProgram,
    assessment: Assessment,
    span: Span,
    counts: Iterable[CaseCount],
    confirmed: int | None = None,
) -> Appraisal:
    """What the counts come to, in whatever order they are given. Raises ``CaseRefused`` (LNK827)."""
    tally = Tally(program, assessment)
    owned: dict[str, bytes] = {}
    for position, count in enumerate(counts):
        tally.add(count, position)
        owned |= {count.case: count.own} if count.own else {}
    rows, values = tally.rows(), program.params
    scored = scores(assessment, rows, values)
    own = own_file(owned.values(), district.code)
    after = tuple(follows(district, assessment, rows, scored, span, confirmed, own))
    objected = appeal_until(assessment, values, confirmed, district.calendar)
    return Appraisal(
        *(program, assessment, span, rows, scored, missing(assessment, values), after, confirmed, objected),
        *(tally.undetermined, tally.behind, tally.facts),
    )
