"""Assessments in steps: so many cases are counted at a time, and then all counts are added up.

    Asked, cases --counted_part--> counts (bytes), ids and digests        one step of several cases
    Asked, parts --assessment--> answer (bytes)                           the last step

Everything that comes in or goes out is plain, so that it can go to another process and back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import orjson

from linkage.v1 import assessment_service_pb2 as api
from linkage.v1 import facts_pb2
from policy.assess import (
    Appraisal,
    Span,
    appraisal,
    count_of,
    counted,
    digest_of,
    facts_digest_of,
    plain_count,
    span_of,
)
from policy.decide.decision import ENGINE_VERSION
from policy.decide.snapshot import District
from policy.engines import COMPILED
from policy.facts.reading import MAX_VIOLATIONS, FactsError, Violation
from policy.pack.assessment import Assessment
from policy.program.program import PackProgram
from policy.text.diagnostics import fault
from policy.text.diagnostics import message as said
from server.convert.assessing import Asked, Value, chosen, day_of
from server.convert.assessment import Own, assessment_message, merged_facts
from server.convert.words import pack_ref
from server.decisions.active import Active
from server.identity.rights import View


class Given(NamedTuple):
    """One case as it came: where it stands in the request, as violations name it."""

    place: str
    case: facts_pb2.Case


class Part(NamedTuple):
    """What some cases add: a line of plain counts, and the id and digest of each case."""

    counts: bytes
    cases: list[tuple[str, str]]


class _Way(NamedTuple):
    """One assessment of one period."""

    program: PackProgram
    assessment: Assessment
    span: Span


def counted_part(active: Active, asked: Asked, cases: Iterable[Given]) -> Part:
    """Counts some cases. Raises ``FactsError`` with what is wrong with all of them."""
    district = _district(active, asked)
    ways = tuple(_ways(asked, district))
    counts, told = [], []
    wrong: list[Violation] = []
    more = 0
    for place, case in cases:
        try:
            _check(place, case, district)
            case.district = district.code
            found = [next(counted(district, *way, (case,))) for way in ways]
        except FactsError as error:
            wrong += (_moved(one, place) for one in error.violations)
            more += error.more
            continue
        if found:
            told.append((case.id, found[0].digest))
        counts.append([plain_count(one) for one in found])
    if wrong:
        raise FactsError(tuple(wrong[:MAX_VIOLATIONS]), more + len(wrong[MAX_VIOLATIONS:]))
    return Part(orjson.dumps(counts), told)


def assessment(active: Active, asked: Asked, view: View, parts: Sequence[bytes]) -> bytes:
    """A serialized ``AssessResponse`` (and ``AssessStreamResponse``) of all parts."""
    district = _district(active, asked)
    counts = [row for part in parts for row in orjson.loads(part)]
    found: list[list[Appraisal]] = []
    for number, way in enumerate(_ways(asked, district)):
        added = (count_of(row[number], district) for row in counts)
        made = appraisal(district, *way, added, asked.confirmed)
        if number % len(asked.spans):
            found[-1].append(made)
        else:
            found.append([made])
    words = active.answers(active.snapshot.districts[district.code], asked.lang).words
    own = None if view.bodies is None else Own.of(view.bodies, district.vocabulary)
    brief = asked.extent.basic
    messages = [
        assessment_message(now, before[0] if before else None, words, brief=brief, own=own)
        for now, *before in found
    ]
    for message, (now, *_) in zip(messages, found, strict=True):
        message.notes[:0] = _early(now.span, asked)
    answer = api.AssessResponse(
        assessments=messages,
        receipt=_receipt(active, asked, district, [one for each in found for one in each]),
    )
    return asked.extent.of(answer).SerializeToString()


def _early(span: Span, asked: Asked) -> list[str]:
    """Of the register: that its cut-off has not come (LNK737)."""
    if asked.now is None or span.cut_off <= asked.now:
        return []
    return [said(fault("LNK737", None, end=day_of(span.cut_off - 1)), asked.lang)]


def _receipt(
    active: Active, asked: Asked, district: District, found: Sequence[Appraisal]
) -> api.AssessmentReceipt:
    words = active.answers(active.snapshot.districts[district.code], asked.lang).words
    facts = merged_facts(found)
    return api.AssessmentReceipt(
        engine=COMPILED.name,
        engine_version=ENGINE_VERSION,
        packs=[pack_ref(words, program) for program in district.programs],
        vocabulary_digest=district.vocabulary.digest,
        calendar_digest=district.calendar.digest,
        facts_digest=facts_digest_of(facts),
        cases=[]
        if asked.extent.basic
        else [api.CountedCase(case=case, facts_digest=digest) for case, digest in facts],
        parameters={name: _written(value) for name, value in asked.parameters.items()},
        assessment_digest=digest_of(found),
    )


def _written(value: Value) -> str:
    """A value as a request writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.15g}"
    return "" if value is None else str(value)


def _ways(asked: Asked, district: District) -> Iterator[_Way]:
    """Each assessment over each period, the periods of one assessment next to each other."""
    for program, one in chosen(asked, district):
        for start, end in asked.spans:
            yield _Way(program, one, span_of(one, start, end))


def _district(active: Active, asked: Asked) -> District:
    """The district with the parameters of the request."""
    return active.with_values(asked.district, asked.parameters)


def _check(place: str, case: facts_pb2.Case, district: District) -> None:
    if case.district not in ("", district.code):
        args = (("district", district.code), ("name", case.district[:64]))
        raise FactsError((Violation(f"{place}.district", "LNK828", args),))


def _moved(violation: Violation, place: str) -> Violation:
    """What is wrong with a field of a case, at its place in the request."""
    field = violation.field
    if field == "case" or field.startswith(("case.", "case[")):
        return replace(violation, field=place + field[len("case") :])
    return violation if field.startswith(place) else replace(violation, field=f"{place}.{field}")
