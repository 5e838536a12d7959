"""From a request to assess to what policy needs: periods, parameters. Every violation is found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from linkage.v1 import assessment_service_pb2 as api
from policy.assess import assessed, year_of
from policy.decide.snapshot import District, Snapshot
from policy.facts.reading import TIME_MAX, TIME_MIN, FactsError, Violation
from policy.pack.assessment import Assessment
from policy.pack.model import Parameter
from policy.program.program import PackProgram
from policy.text.diagnostics import Words
from policy.time.calendar import SHANGHAI
from policy.time.moment import NANO
from policy.time.period import LegalTimeError, Period
from server.convert.extent import FULL, Extent, extent_of
from server.convert.requests import foreign, language_of, language_violations, moment_of, unknown_district

FIRST_YEAR, LAST_YEAR = 2000, 2098
"""Years that can be assessed: what is due after one is within what can be counted."""

Value = str | int | float | bool | None
Spans = tuple[tuple[int, int], ...]
"""The period that is assessed, and perhaps one to compare it with: from a moment until before another."""

_WHAT = {
    "period": Words("期间，如 3 months", "a period, as 3 months"),
    "bool": Words("true 或 false", "true or false"),
    "int": Words("整数", "an integer"),
    "double": Words("数", "a number"),
}
_NUMBER = {
    "int": re.compile(r"-?(0|[1-9]\d{0,17})", re.ASCII),
    "double": re.compile(r"-?(0|[1-9]\d{0,17})(\.\d{1,9})?", re.ASCII),
}


class Asked(NamedTuple):
    """A request to assess, understood; plain, so that it can go to another process.

    ``now``: when the register is assessed, which has nothing of what comes; None: the cases were given.
    """

    district: str
    assessment: str
    spans: Spans
    confirmed: int | None
    parameters: dict[str, Value]
    lang: str
    now: int | None = None
    extent: Extent = FULL


def assessing(request: api.AssessRequest, snapshot: Snapshot, answer: type, now: int) -> Asked:
    """What ``request`` asks for of an ``answer``, its cases aside, at ``now``. Raises ``FactsError``."""
    wrong = [*foreign(request), *language_violations(request.language)]
    district = snapshot.districts.get(request.district)
    if district is None:
        wrong.append(_no_district(request.district, snapshot))
    extent = FULL
    try:
        extent = extent_of(request, answer)
    except FactsError as error:
        wrong += error.violations
    span, faults = _span(request, "period")
    wrong += faults
    earlier, faults = _span(request, "compared_with") if request.HasField("compared_with") else (None, ())
    wrong += faults
    if span is not None and earlier is not None and earlier[0] >= span[0]:
        wrong.append(Violation("compared_with", "LNK722"))
    confirmed = moment_of(request.confirmed_at) if request.HasField("confirmed_at") else None
    if request.HasField("confirmed_at") and not _usable(confirmed):
        wrong.append(Violation("confirmed_at", "LNK806"))
    elif confirmed is not None and span is not None and confirmed < span[1]:
        wrong.append(Violation("confirmed_at", "LNK736", (("end", day_of(span[1] - 1)),)))
    parameters: dict[str, Value] = {}
    if district is not None:
        parameters, faults = _parameters(request.parameters, district)
        wrong += faults
        if span is not None and request.assessment:
            wrong += _no_assessment(request.assessment, district, span[1])
    if wrong or span is None:
        raise FactsError(tuple(wrong))
    spans = (span,) if earlier is None else (span, earlier)
    lang = language_of(request.language)
    at = now if request.register else None
    return Asked(request.district, request.assessment, spans, confirmed, parameters, lang, at, extent)


def chosen(asked: Asked, district: District) -> tuple[tuple[PackProgram, Assessment], ...]:
    """The assessments that are to be made."""
    found = assessed(district, asked.spans[0][1])
    return tuple(pair for pair in found if asked.assessment in ("", pair[1].id))


def day_of(nanos: int) -> str:
    """The day of a moment in China: 2024-12-31."""
    return datetime.fromtimestamp(nanos // NANO, SHANGHAI).date().isoformat()


def _no_district(name: str, snapshot: Snapshot) -> Violation:
    if not name:
        return Violation("district", "LNK801", (("field", "district"),))
    return unknown_district("district", name, snapshot)


def _span(request: api.AssessRequest, field: str) -> tuple[tuple[int, int] | None, tuple[Violation, ...]]:
    """The period in a field; or what is wrong with it."""
    if not request.HasField(field):
        return None, (Violation(field, "LNK801", (("field", field),)),)
    period: api.AssessedPeriod = getattr(request, field)
    bounds = period.HasField("start"), period.HasField("end")
    if bounds == (False, False) and period.year:
        if not FIRST_YEAR <= period.year <= LAST_YEAR:
            args = (("first", str(FIRST_YEAR)), ("last", str(LAST_YEAR)), ("name", str(period.year)))
            return None, (Violation(f"{field}.year", "LNK723", args),)
        return year_of(period.year), ()
    if period.year or bounds != (True, True):
        return None, (Violation(field, "LNK720"),)
    start, end = moment_of(period.start), moment_of(period.end)
    wrong = tuple(
        Violation(f"{field}.{name}", "LNK806")
        for name, moment in (("start", start), ("end", end))
        if not _usable(moment)
    )
    if wrong or start is None or end is None:
        return None, wrong
    return (start, end) if start < end else None, () if start < end else (
        Violation(f"{field}.end", "LNK721"),
    )


def _usable(moment: int | None) -> bool:
    return moment is not None and TIME_MIN <= moment < TIME_MAX


def _no_assessment(name: str, district: District, end: int) -> Iterator[Violation]:
    known = tuple(one.id for _, one in assessed(district, end))
    if name not in known:
        args = (("allowed", ", ".join(known) or "–"), ("district", district.code), ("name", name[:64]))
        yield Violation("assessment", "LNK724", args, known)


def _parameters(
    given: Mapping[str, str], district: District
) -> tuple[dict[str, Value], tuple[Violation, ...]]:
    """Values by the names of parameters that some version of the district has."""
    declared = {n: one for program in district.programs for n, one in program.pack.parameters.items()}
    values: dict[str, Value] = {}
    wrong = []
    for name, text in sorted(given.items()):
        field = f"parameters[{name[:64]}]"
        if name not in declared:
            known = tuple(sorted(declared))
            args = (("allowed", ", ".join(known) or "–"), ("district", district.code), ("name", name[:64]))
            wrong.append(Violation(field, "LNK725", args, known))
            continue
        try:
            values[name] = _value(text, declared[name])
        except ValueError:
            args_ = (("name", name), ("value", text[:64]), ("what", _WHAT[declared[name].type]))
            wrong.append(Violation(field, "LNK726", args_))
    return values, tuple(wrong)


def _value(text: str, parameter: Parameter) -> Value:
    """The value that a text is. Raises ``ValueError`` for one that is not of the parameter's type."""
    kind = parameter.type
    if not text:
        return None
    if kind == "period":
        try:
            return str(Period.parse(text))
        except LegalTimeError as error:
            raise ValueError from error
    if kind == "bool":
        if text not in ("true", "false"):
            raise ValueError
        return text == "true"
    if kind == "string":
        return text
    if not _NUMBER[kind].fullmatch(text):
        raise ValueError
    return int(text) if kind == "int" else float(text)
