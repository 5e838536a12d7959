"""Facts that no rule of the district can read, and bodies that it does not know.

Looked for in the case as it was sent: what another spelling is brought into counts for it. One notice for
each code or field, at the first place, with how often it is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from linkage.v1 import facts_pb2
from policy.decide.decision import Notice
from policy.facts.labels import PARTS
from policy.pack.vocabulary import CODE_FIELDS
from policy.program.reads import Reads

_UNREAD, _FOREIGN = "LNK852", "LNK853"
_CODED = {
    ("Event", "type"): "events",
    ("Request", "matter"): "matters",
    ("Document", "type"): "documents",
    ("Status", "kind"): "traits",
    ("Party", "traits"): "traits",
}
"""Fields whose every code is looked at by itself."""
_BODIES = frozenset(pair for pair, section in CODE_FIELDS.items() if section == "bodies")


def unread_facts(case: facts_pb2.Case, reads: Reads) -> Iterator[Notice]:
    """Notices on what no rule can read, in the order of the case."""
    found: dict[tuple[str, str], list[Any]] = {}
    for code, fact, place in _facts(case, reads):
        seen = found.setdefault((code, fact), [place, 0])
        seen[1] += 1
    for (code, fact), (place, count) in found.items():
        yield Notice(code, place, (("count", (str(count),)), ("fact", (fact,))))


_Found = tuple[str, str, str]
"""Code of the notice, the fact, and where it is."""


def _facts(case: facts_pb2.Case, reads: Reads) -> Iterator[_Found]:
    """Everything that is not read."""
    yield from _message(case, "Case", reads, "case")
    for name in sorted(case.attributes):
        if name not in reads.attributes:
            yield _UNREAD, f"attribute:{name}", f"case.attributes[{name}]"


def _message(message: Any, name: str, reads: Reads, place: str) -> Iterator[_Found]:
    for field, value in message.ListFields():
        own = (name, field.name)
        if field.name == "attributes":
            continue
        if own not in reads.fields:
            yield _UNREAD, f"field:{name}.{field.name}", f"{place}.{field.name}"
        elif (section := _CODED.get(own)) is not None:
            yield from _codes(_several(value), section, reads, f"{place}.{field.name}")
        elif own in _BODIES:
            for code in _several(value):
                if code not in reads.bodies:
                    yield _FOREIGN, f"bodies:{code}", f"{place}.{field.name}"
        elif field.message_type is not None and field.message_type.file is facts_pb2.DESCRIPTOR:
            below = field.message_type.name
            if field.name in PARTS:
                yield from _message(value, below, reads, f"{place}.{field.name}")
            else:
                for index, element in enumerate(value):
                    yield from _message(element, below, reads, f"{place}.{field.name}[{index}]")


def _codes(codes: Iterable[str], section: str, reads: Reads, place: str) -> Iterator[_Found]:
    known = reads.codes[section]
    for code in codes:
        if code not in known:
            yield _UNREAD, f"{section}:{code}", place


def _several(value: Any) -> Iterable[str]:
    return (value,) if isinstance(value, str) else value
