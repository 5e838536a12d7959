"""From a request to what policy needs: language, district, moment. Every violation is found."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from linkage.v1 import decision_pb2, facts_pb2
from policy.decide.decision import NANO
from policy.decide.snapshot import District, Snapshot
from policy.facts.foreign import unknown_numbers
from policy.facts.reading import MAX_VIOLATIONS, TIME_MIN, FactsError, Violation, foreign_violation
from policy.review.wording import LANGUAGES
from policy.text.characters import forbidden_in_fact, name_of
from server.convert.extent import FULL, Extent, ViewRequest, extent_of
from server.settings.limits import MAX_NAMED

Clock = Callable[[], int]
"""Nanoseconds since 1970 UTC."""

SMALL_BYTES = 4 * 1024
"""A case of no more bytes is read in a moment."""

system_clock: Clock = time.time_ns


class CaseRequest(ViewRequest, Protocol):
    """What Evaluate and Explain have in common."""

    @property
    def case(self) -> facts_pb2.Case:
        """The facts."""

    @property
    def as_of(self) -> Timestamp:
        """The moment to decide for."""

    @property
    def language(self) -> str:
        """zh, en or empty."""

    def HasField(self, name: str) -> bool:
        """Whether a message field is set."""


class Asked(NamedTuple):
    """A request understood: the district, the moment in nanoseconds, the language."""

    district: District
    as_of: int
    lang: str
    extent: Extent = FULL


def language_of(text: str) -> str:
    """The language to answer in; Chinese where the request names none that is known."""
    return text if text in LANGUAGES else LANGUAGES[0]


def moment_and_language(request: CaseRequest, clock: Clock, answer: type[Message]) -> tuple[int, str, Extent]:
    """The moment, the language and the wanted part of an ``answer`` of a request without a district.

    Raises ``FactsError``.
    """
    as_of = moment_of(request.as_of) if request.HasField("as_of") else clock()
    extent, unseen = _extent(request, answer, FULL)
    wrong = [*foreign(request), *language_violations(request.language), *unseen]
    if not request.HasField("case"):
        wrong.append(Violation("case", "LNK801", (("field", "case"),)))
    if as_of is None:
        wrong.append(Violation("as_of", "LNK806"))
    if wrong or as_of is None:
        raise FactsError(tuple(wrong))
    return as_of, request.language or LANGUAGES[0], extent


def asked(
    request: CaseRequest,
    snapshot: Snapshot,
    clock: Clock,
    answer: type[Message] = decision_pb2.Decision,
    default: Extent = FULL,
) -> Asked:
    """What ``request`` asks for of an ``answer``; ``default`` where it asks for no view of it.

    Raises ``FactsError`` with what is wrong beside the facts themselves, and then, of a small case, with what
    is wrong with these: who mends a request wants to do so once.
    """
    district = snapshot.districts.get(request.case.district)
    as_of = moment_of(request.as_of) if request.HasField("as_of") else clock()
    extent, unseen = _extent(request, answer, default)
    wrong = request.language and request.language not in LANGUAGES
    if district is None or as_of is None or wrong or unseen or unknown_numbers(request):
        beside = (*_violations(request, snapshot, as_of), *unseen)
        facts = FactsError(()) if district is None else _of_facts(request.case, district, as_of)
        raise FactsError((*beside, *facts.violations), facts.more)
    return Asked(district, as_of, request.language or LANGUAGES[0], extent)


def _of_facts(case: facts_pb2.Case, district: District, as_of: int | None) -> FactsError:
    """What is wrong with the facts of a case that is read in no time."""
    if case.ByteSize() <= SMALL_BYTES:
        try:
            district.reader.read(case, TIME_MIN if as_of is None else as_of)
        except FactsError as error:
            return error
    return FactsError(())


def _extent(
    request: ViewRequest, answer: type[Message], default: Extent
) -> tuple[Extent, tuple[Violation, ...]]:
    """How much is asked for, and what is wrong with that."""
    try:
        return extent_of(request, answer, default), ()
    except FactsError as error:
        return default, error.violations


def foreign(request: Any) -> list[Violation]:
    """The fields of the request that this version of the protocol does not have."""
    numbers = unknown_numbers(request)[:MAX_VIOLATIONS]
    return [foreign_violation("request", request.DESCRIPTOR, number) for number in numbers]


def _violations(request: CaseRequest, snapshot: Snapshot, as_of: int | None) -> list[Violation]:
    found = foreign(request)
    if as_of is None:
        found.append(Violation("as_of", "LNK806"))
    name = request.case.district
    if not request.HasField("case"):
        found.append(Violation("case", "LNK801", (("field", "case"),)))
    elif not name:
        found.append(Violation("case.district", "LNK801", (("field", "district"),)))
    elif name not in snapshot.districts:
        found.append(unknown_district("case.district", name, snapshot))
    return found + language_violations(request.language)


def unknown_district(field: str, name: str, snapshot: Snapshot) -> Violation:
    """No pack of this district; or what no text of a case may hold."""
    if found := forbidden_in_fact(name):
        return Violation(field, "LNK103", (("character", name_of(found[0])),))
    allowed = tuple(sorted(snapshot.districts))
    return Violation(field, "LNK810", (("name", name[:64]), ("allowed", ", ".join(allowed))), allowed)


def language_violations(text: str) -> list[Violation]:
    """The violation of a language that does not exist, if any."""
    if not text or text in LANGUAGES:
        return []
    return [Violation("language", "LNK819", (("name", text[:64]),), LANGUAGES)]


def check_plain(request: Any) -> None:
    """Raises ``FactsError`` for a language that does not exist, and for fields that the request has not."""
    if wrong := [*foreign(request), *language_violations(request.language)]:
        raise FactsError(tuple(wrong))


def moment_of(value: Timestamp) -> int | None:
    """Nanoseconds of a timestamp, or None where its own nanoseconds are out of range."""
    return value.seconds * NANO + value.nanos if 0 <= value.nanos < NANO else None


def districts_of(codes: list[str], snapshot: Snapshot) -> list[str]:
    """The districts to compare, all where none is named. Raises ``FactsError``: unknown or repeated ones."""
    _check_count("districts", len(codes))
    wrong, seen = [], set()
    for index, code in enumerate(codes):
        if code not in snapshot.districts:
            wrong.append(unknown_district(f"districts[{index}]", code, snapshot))
        elif code in seen:
            wrong.append(Violation(f"districts[{index}]", "LNK834", (("name", code),)))
        seen.add(code)
    if wrong:
        raise FactsError(tuple(wrong))
    return codes or list(snapshot.districts)


def _check_count(field: str, count: int) -> None:
    if count > MAX_NAMED:
        args = (("count", str(count)), ("limit", str(MAX_NAMED)))
        raise FactsError((Violation(field, "LNK807", args),))


def check_rules(rules: list[str], district: District) -> None:
    """Raises ``FactsError`` for rule ids that the district does not have."""
    _check_count("rules", len(rules))
    known = {rule for program in district.programs for rule in program.by_rule}
    allowed = tuple(sorted(known))
    wrong = [
        Violation(f"rules[{index}]", "LNK821", (("name", name[:64]),), allowed)
        for index, name in enumerate(rules)
        if name not in known
    ]
    if wrong:
        raise FactsError(tuple(wrong))
