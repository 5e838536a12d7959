"""The result of each row as an event of the district's own file, which is what its consequences hang on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from fractions import Fraction

from google.protobuf.message import Message

from linkage.v1 import facts_pb2
from policy.assess.figures import Row
from policy.assess.period import Span
from policy.assess.scoring import Score
from policy.pack.assessment import FROM_LAST, Assessment
from policy.pack.read_consequence import RESULT
from policy.time.calendar import SHANGHAI
from policy.time.moment import NANO

OWN = "district"
"""The kind of a district's own file."""


def own_file(files: Iterable[bytes], district: str) -> facts_pb2.Case:
    """The district's own file, of its bytes; where there is none, or several, an empty one named by it."""
    found = list(files)
    if len(found) == 1:
        return facts_pb2.Case.FromString(found[0])
    return facts_pb2.Case(id=district, district=district, kind=OWN)


def results(
    assessment: Assessment, rows: Sequence[Row], scored: Sequence[Score] | None, span: Span, at: int
) -> Iterator[facts_pb2.Event]:
    """The results of the rows in their order, confirmed at a moment (nanoseconds).

    The id names assessment, period and unit, so that a result that is told again is the same.
    """
    first, last = _day(span.start), _day(span.end - 1)
    asked = {one.of for each in assessment.consequences for one in each.when}
    for number, row in enumerate(rows):
        event = facts_pb2.Event(
            id=":".join([assessment.id, first, last, row.body, *([row.unit] if row.unit else [])]),
            type=RESULT,
            assessment=assessment.id,
            concerning=row.body,
        )
        if row.unit:
            event.concerning_unit = row.unit
        for field, moment in (("at", at), ("period_from", span.start), ("period_to", span.end)):
            stamp = getattr(event, field)
            stamp.seconds, stamp.nanos = divmod(moment, NANO)
        if scored is not None:
            score = scored[number]
            event.score, event.rank = float(score.value), score.rank
            if score.grade:
                event.grade = score.grade
            if FROM_LAST in asked:
                event.figures.append(_figure(FROM_LAST, Fraction(score.from_last)))
        # Whoever reads the event knows what its consequences hang on; the report has the other figures.
        names = sorted(asked.intersection(row.figures))
        event.figures.extend(_figure(name, row.figures[name].value) for name in names)
        yield event


def told(own: facts_pb2.Case, result: facts_pb2.Event) -> facts_pb2.Event | None:
    """The result of the same assessment, period and unit that the file has already."""

    def same(event: facts_pb2.Event) -> bool:
        return all(
            getattr(event, name) == getattr(result, name)
            for name in ("type", "assessment", "concerning", "concerning_unit", "period_from", "period_to")
        )

    return next((event for event in own.events if event.id == result.id or same(event)), None)


def elements(message: Message) -> int:
    """How many elements the lists of a case, or of one of its elements, hold."""
    lists = [
        value
        for field, value in message.ListFields()
        if field.is_repeated
        and field.message_type is not None
        and not field.message_type.GetOptions().map_entry
    ]
    return sum(1 + elements(one) for each in lists for one in each)


def _figure(name: str, value: Fraction | None) -> facts_pb2.ResultFigure:
    if value is None:
        return facts_pb2.ResultFigure(name=name, unmeasured=True)
    return facts_pb2.ResultFigure(name=name, value=float(value))


def _day(moment: int) -> str:
    return datetime.fromtimestamp(moment // NANO, SHANGHAI).date().isoformat()
