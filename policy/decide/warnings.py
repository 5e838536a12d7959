"""Say what was not used: what the sender should know of a decision, as coded notices in canonical order.

    case as sent, its canonical form, what was found on the way, obligations --warnings_of--> notices

Nothing here changes what is decided. The work is in proportion to the case and to its obligations; of very
many notices the first are kept and the others counted.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from linkage.v1 import facts_pb2
from policy.decide.clocks import STRANGER
from policy.decide.decision import Notice, Obligation
from policy.decide.foreign_units import foreign_units
from policy.decide.idle import idle_acts
from policy.decide.unread import unread_facts
from policy.facts.findings import Findings
from policy.facts.paths import parts
from policy.facts.views import CaseView
from policy.pack.vocabulary import Vocabulary

if TYPE_CHECKING:
    from policy.decide.snapshot import District

MAX_WARNINGS = 50
"""Most notices of one decision; one more says how many others there are (LNK861)."""
MAX_AWAITED = 8
"""Most kinds of facts that a case with nothing to say for itself is told of."""

NOTHING = "LNK860"
"""The notice of a case that has nothing to say for itself."""
_LATER, _RESUMED, _NO_MOMENT, _MORE = "LNK857", "LNK858", "LNK859", "LNK861"
_NOT_EXTENDED = "LNK060"


def warnings_of(
    district: District,
    case: facts_pb2.Case,
    view: CaseView,
    findings: Findings,
    obligations: tuple[Obligation, ...],
    contradicted: Iterable[Notice],
    used: Collection[str],
    silent: bool,
) -> tuple[Notice, ...]:
    """The notices of one decision; ``silent``: whether it says nothing else."""
    places = _Places(case)
    found = [
        *(Notice(c.code, places.of(c.path), _others(c.others)) for c in findings.contradictions),
        *(notice for notice in unread_facts(case, district.reads)),
        *(
            notice._replace(path=places.of(notice.path))
            for notice in idle_acts(view, obligations, used, district.reads, district.vocabulary)
        ),
        *(notice._replace(path=places.of(notice.path)) for notice in contradicted),
        *foreign_units(case, district.programs, obligations),
        *(notice._replace(path=places.of(notice.path)) for notice in _not_extended(obligations)),
        *(Notice(_LATER, path) for path in view.to_come),
        *(Notice(_RESUMED, places.of(path)) for path in _resumed(view, district.vocabulary)),
    ]
    if silent and (wanted := _wanted(district, view)):
        found.append(Notice(NOTHING, "", (("awaited", wanted),)))
    ordered = sorted(found, key=lambda n: (n.code, _in_order(n.path), n.args))
    kept = tuple(ordered[:MAX_WARNINGS])
    if len(ordered) > MAX_WARNINGS:
        kept += (Notice(_MORE, "", (("count", (str(len(ordered) - MAX_WARNINGS),)),)),)
    return kept


def moment_taken(as_of: int) -> Notice:
    """The notice of a request that names no moment: that of its arrival was taken.

    It is the request's and not the decision's, which is the same whoever names its moment.
    """
    return Notice(_NO_MOMENT, "as_of", (("moment", (str(as_of),)),))


def _others(paths: Iterable[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return (("others", tuple(f"path:{path}" for path in paths) or ("nobody:",)),)


def _not_extended(obligations: Iterable[Obligation]) -> Iterator[Notice]:
    """Acts that were to extend the times of duties and did not: one notice for each act and reason.

    Whoever may extend one duty and did so, was not to extend the other that somebody else may.
    """
    obligations = tuple(obligations)
    moving = {path for o in obligations for path in o.moved_by}
    found: dict[tuple[str, str], dict[str, None]] = {}
    for o in obligations:
        for act in o.uncounted:
            if act[0] in moving and act[1] == STRANGER:
                continue
            found.setdefault(act, {})[f"rule:{o.program.pack.version}:{o.rule}"] = None
    for (path, why), rules in found.items():
        yield Notice(_NOT_EXTENDED, path, (("rule", tuple(sorted(rules))), ("why", (f"why:{why}",))))


def _resumed(view: CaseView, vocabulary: Vocabulary) -> Iterator[str]:
    """Resumptions of what was not suspended: of the case, and of single duties by what they name."""
    effects: Mapping[str, Any] = vocabulary.codes("events")
    acts: dict[tuple[str, str], list[tuple[int, bool, str]]] = {}
    for kind, events in view.by_type.items():
        effect = effects[kind].effect
        if effect.partition("_")[0] not in ("suspend", "resume"):
            continue
        for event in events:
            if hasattr(event, "at"):
                key = getattr(event, "obligation", ""), getattr(event, "rule", "")
                acts.setdefault(key, []).append((event.at, effect.startswith("resume"), event.path))
    for told in acts.values():
        held = False
        for _, resumes, path in sorted(told):
            if resumes and not held:
                yield path
            held = not resumes


def _wanted(district: District, view: CaseView) -> tuple[str, ...]:
    """What most rules for this kind of case wait for, and the case does not hold."""
    awaited = district.reads.awaited.get(getattr(view, "kind", ""), ())
    held = {("roles", party.role) for party in view.parties}
    held |= {("traits", trait) for party in view.parties for trait in party.traits}
    held |= {("events", kind) for kind in view.by_type}
    held |= {("matters", request.matter) for request in view.requests}
    held |= {("documents", document.type) for document in view.documents}
    held |= {("property_types", thing.type) for thing in view.properties}
    lacking = [one for one in awaited if one not in held]
    return tuple(f"{section}:{code}" for section, code in lacking[:MAX_AWAITED])


_INDEX = re.compile(r"\d+")


def _in_order(path: str) -> tuple[tuple[str, int], ...]:
    """Paths in the order of the case: the second element before the tenth."""
    words, numbers = _INDEX.split(path), _INDEX.findall(path)
    return tuple((word, int(number)) for word, number in zip(words, [*numbers, "-1"], strict=True))


class _Places:
    """Where elements stand in the case as it was sent: ``events[e1].at`` is ``case.events[2].at``."""

    def __init__(self, case: facts_pb2.Case) -> None:
        self._case = case
        self._indexes: dict[tuple[str, ...], dict[str, int]] = {}

    def of(self, path: str) -> str:
        """The place of a path; of what was not sent, the place of what holds it."""
        message: Any = self._case
        steps = list(parts(path))
        written, key = "case", tuple[str, ...]()
        for position, (name, identity) in enumerate(steps):
            if not identity:  # a field, or one of a part such as the flags
                return ".".join((written, *(field for field, _ in steps[position:])))
            if name not in message.DESCRIPTOR.fields_by_name:
                return written
            elements = getattr(message, name)
            index = self._index((*key, name), elements).get(identity)
            if index is None:
                return written
            key, message = (*key, name, identity), elements[index]
            written = f"{written}.{name}[{index}]"
        return written

    def _index(self, key: tuple[str, ...], elements: Any) -> dict[str, int]:
        found = self._indexes.get(key)
        if found is None:
            found = {getattr(e, "id", ""): n for n, e in reversed(list(enumerate(elements)))}
            self._indexes[key] = found
        return found
