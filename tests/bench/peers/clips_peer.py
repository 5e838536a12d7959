"""CLIPS through clipspy: one environment, built once; each case is a reset, its facts, a run.

Measured here to be its fastest way: fact builders with ready symbols (facts as one text take four times as
long). A host function takes the results, which is as fast as reading facts back.

clipspy 1.0.6 never frees a fact, so that every call is slower than the one before: its destructor hands
``ReleaseFact`` one argument too many and swallows the error. ``_release`` does what it means to do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import clips
from clips._clips import ffi, lib

from tests.bench.cases import BenchCase, Plain
from tests.bench.peers.protocol import Finding, ordered

RULES = Path(__file__).with_name("rules.clp")

Fact = tuple[str, dict[str, Any]]

# Template -> slot -> key of the plain facts.
_SLOTS: Mapping[str, Mapping[str, str]] = {
    "party": {"id": "id", "role": "role", "kind": "kind", "traits": "traits"},
    "property": {"id": "id", "state-owned": "state_owned"},
    "document": {"id": "id", "type": "type", "issued": "issued_at", "party": "party", "request": "request"},
    "service": {"id": "id", "body": "body"},
    "request": {
        "id": "id",
        "matter": "matter",
        "to": "to",
        "requester": "requester",
        "at": "at",
        "form": "form",
        "party": "party",
        "shown": "documents_shown",
    },
    "event": {
        "id": "id",
        "type": "type",
        "at": "at",
        "actor": "actor",
        "body": "body",
        "party": "party",
        "about": "about",
        "matter": "matter",
        "limit": "limit_at",
    },
}


def _release(fact: Any) -> None:
    lib.ReleaseFact(fact._fact)


if len(ffi.typeof(lib.ReleaseFact).args) == 1:
    clips.facts.Fact.__del__ = _release


class Clips:
    """The rules in CLIPS."""

    name = "CLIPS"

    def __init__(self) -> None:
        self.rules = frozenset(re.findall(r"\bliwan\.[a-z_.]+", RULES.read_text(encoding="utf-8")))
        self._found: list[tuple[Any, ...]] = []
        self._environment = clips.Environment()
        self._environment.define_function(lambda *finding: self._found.append(finding), name="owe")
        self._environment.load(str(RULES))

    def prepare(self, case: BenchCase) -> Callable[[], Any]:
        """Reset, assert, run; the slots of the facts are made beforehand."""
        reset, run, found = self._environment.reset, self._environment.run, self._found
        find = self._environment.find_template
        facts = [(find(template).assert_fact, slots) for template, slots in facts_of(case.plain)]

        def call() -> list[tuple[Any, ...]]:
            reset()
            for assert_fact, slots in facts:
                assert_fact(**slots)
            run()
            result = found.copy()
            found.clear()
            return result

        return call

    def findings(self, answer: Any) -> list[Finding]:
        """What the host function was given; the symbol nil is no due time."""
        return ordered([(str(r), str(t), None if str(due) == "nil" else int(due)) for r, t, due in answer])


def facts_of(plain: Plain) -> Iterator[Fact]:
    """The case as facts: template and slots. Absent fields are left to their default, nil."""
    yield (
        "matter",
        {
            "kind": _value(plain["kind"]),
            "as-of": plain["as_of"],
            "three-months-ago": plain["three_months_ago"],
            "filed": _value(plain.get("filed_at")),
        },
    )
    for name, value in plain["flags"].items():
        if value:
            yield "flag", {"name": _value(name)}
    for party in plain["parties"]:
        within = party.get("household", {}).get("within_district")
        yield _fact("party", party, within=_value(within))
        for r in party["relations"]:
            yield "relation", {"of": _value(party["id"]), "kind": _value(r["kind"]), "to": _value(r["party"])}
    for document in plain["documents"]:
        yield _fact("document", document)
        for service in document["services"]:
            yield _fact("service", service, document=_value(document["id"]))
    for template, key in (("property", "properties"), ("request", "requests"), ("event", "events")):
        for element in plain[key]:
            yield _fact(template, element)


def _fact(template: str, element: Plain, **more: Any) -> Fact:
    slots = {
        slot: _value(element[key]) for slot, key in _SLOTS[template].items() if element.get(key) is not None
    }
    return template, slots | more


def _value(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(clips.Symbol(item) for item in value)
    if isinstance(value, bool):
        return clips.Symbol("TRUE" if value else "FALSE")
    if value is None:
        return clips.Symbol("nil")
    return value if isinstance(value, int) else clips.Symbol(value)
