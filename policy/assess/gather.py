"""Events of several ordinary cases on the district's own file, where thresholds are counted.

    cases, types of events --gathered--> the district's file

An ordinary case knows of nothing but itself, so that 一年累计三次督办 can only be counted on the district's
own file. An event comes there under the id ``CASE/EVENT``, with what says what happened, when, who did it, to
whom and about which body: not with the party, the property, the document or the earlier event of its case,
which the file does not have, nor with the person. So the same event gathered twice is one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from linkage.v1 import facts_pb2
from policy.assess.cases import CaseRefused, distinct
from policy.decide.snapshot import District
from policy.expr.counting import PLACES, YEARS_RUNNING
from policy.expr.tree import Call, Node, Quant, walk
from policy.program.moves import reached
from policy.program.program import PackProgram
from policy.program.reads import codes_with_which

KIND = "district"
"""The kind of case that is the district's own file."""

_LEFT_OUT = frozenset(("party", "property", "document", "about", "obligation", "rule", "person", "answers"))
"""Fields that name something of the ordinary case, which the district's file does not hold, or a person."""


def counted_types(district: District) -> frozenset[str]:
    """The types of events that the district's rules count with helpers, in any version."""
    return frozenset(code for program in district.programs for code in _counted(program))


def gathered(
    cases: Iterable[facts_pb2.Case], district: str, types: Collection[str], ident: str = ""
) -> facts_pb2.Case:
    """The district's file: the one among the cases, or a new one called ``ident``, with the events of these
    types that the other cases hold.

    Raises ``CaseRefused`` as ``distinct`` does, for a second file of the district (LNK800), and for an event
    that stands on the file otherwise (LNK827).
    """
    given = list(cases)
    own = [position for position, case in enumerate(given) if case.kind == KIND]
    found = distinct(given, district)
    files = [case for case in found if case.kind == KIND]
    if len(files) > 1:
        raise CaseRefused("LNK800", own[1], name=files[0].id, other=files[1].id)
    made = facts_pb2.Case(id=ident or district, district=district, kind=KIND)
    if files:
        made.CopyFrom(files[0])
    known = {event.id: event for event in made.events}
    positions = {case.id: position for position, case in enumerate(given)}
    for case in found:
        for event in _of_case(case, types):
            if known.setdefault(event.id, event) != event:
                raise CaseRefused("LNK827", positions[case.id], name=event.id)
    del made.events[:]
    made.events.extend(sorted(known.values(), key=_place))
    return made


def _of_case(case: facts_pb2.Case, types: Collection[str]) -> Iterator[facts_pb2.Event]:
    if case.kind == KIND:
        return
    for event in case.events:
        if event.type in types:
            copy = facts_pb2.Event()
            copy.CopyFrom(event)
            for name in _LEFT_OUT:
                copy.ClearField(name)
            copy.id = f"{case.id}/{event.id}"
            yield copy


def _place(event: facts_pb2.Event) -> tuple[int, int, str]:
    return event.at.seconds, event.at.nanos, event.id


def _counted(program: PackProgram) -> Iterator[str]:
    for plan in program.plans:
        lines = [line.tree for line in (*plan.typed.when, *plan.typed.unless)]
        for tree in reached(lines, program.terms):
            for node in walk(tree):
                if isinstance(node, Call) and (node.op in PLACES or node.op == YEARS_RUNNING):
                    yield from _types(node, program)


def _types(node: Call, program: PackProgram) -> Iterator[str]:
    """The types of the events that a helper's list holds."""
    for inner in _filters(node):
        if inner.body is not None:
            yield from codes_with_which(inner.body, inner.var, "type", program.terms) or ()


def _filters(node: Node) -> Iterator[Quant]:
    for inner in walk(node):
        if isinstance(inner, Quant):
            elem = inner.range.type.elem
            if elem is not None and elem.name == "Event":
                yield inner
