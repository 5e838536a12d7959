"""Units that facts name and the pack does not list: a street that is misspelt is another street.

    case as sent, obligations --foreign_units--> notices

Looked at only for bodies of which a version of the district lists the units.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from linkage.v1 import facts_pb2
from policy.decide.decision import Notice, Obligation
from policy.program import PackProgram
from policy.text.suggest import suggest

_FOREIGN = "LNK010"
_FIELDS: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "events": (
        ("actor_unit", ("actor",)),
        ("to_unit", ("to", "body")),
        ("concerning_unit", ("concerning", "body")),
    ),
    "requests": (("unit", ("to",)),),
}
"""Fields that name a unit, and those that say of which body it is: the first that is there."""


def foreign_units(
    case: facts_pb2.Case, programs: Sequence[PackProgram], obligations: Iterable[Obligation]
) -> Iterator[Notice]:
    """A notice for each unit of a body that no version lists: where facts say so, or a duty comes to rest."""
    listed: dict[str, dict[str, None]] = {}
    for program in programs:
        for body, units in program.pack.units.items():
            listed.setdefault(body, {}).update(dict.fromkeys(units.names))
    if not listed:
        return
    told: set[tuple[str, str]] = set()
    for body, unit, path in (*_named(case), *_borne(obligations)):
        if body in listed and unit not in listed[body] and (body, unit) not in told:
            told.add((body, unit))
            meant = suggest(unit, listed[body])
            args = (("body", (f"bodies:{body}",)), ("unit", (unit,)), ("meant", (meant,)))
            yield Notice(_FOREIGN, path, args)


def _named(case: facts_pb2.Case) -> Iterator[tuple[str, str, str]]:
    """Body, unit and place of each unit that the case names."""
    for name, fields in _FIELDS.items():
        for index, element in enumerate(getattr(case, name)):
            for field, bodies in fields:
                unit = _stated(element, field)
                body = next((code for one in bodies if (code := _stated(element, one))), "")
                if unit and body:
                    yield body, unit, f"case.{name}[{index}].{field}"


def _stated(element: Any, field: str) -> str:
    return str(getattr(element, field)) if element.HasField(field) else ""


def _borne(obligations: Iterable[Obligation]) -> Iterator[tuple[str, str, str]]:
    """The same of duties, whose unit a rule may take from anywhere in the case."""
    for obligation in obligations:
        if obligation.bearer_unit and len(obligation.bearers) == 1:
            yield obligation.bearers[0], obligation.bearer_unit, "case"
