"""durable-rules used directly, in this process: a session a case, its facts asserted at once, then deleted.

Measured here to be its fastest way: all rules in one ruleset (split into five by subject a fifth slower), one
``assert_facts`` call. Its host looks for timers and for work of other processes five times a second; nothing
here needs that, and it is stopped.

Sessions must be deleted: the 1,025th raises ``MemoryError``. But ``delete_state`` of 2.0.28 frees two
pointers of a session's record that nobody has set, and ends the process where the memory held anything
before. The records are allocated with the ruleset, so glibc is asked for zeroed memory while that is made.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from durable.lang import get_host

from tests.bench.cases import BenchCase, Plain
from tests.bench.peers.durable_ruleset import NAME, Rules
from tests.bench.peers.protocol import Finding, ordered

Fact = dict[str, Any]

_TEXTS: dict[str, tuple[str, ...]] = {
    "party": ("role", "kind", "traits"),
    "property": ("state_owned",),
    "document": ("type", "issued_at", "party"),
    "service": ("body",),
    "request": ("matter", "to", "requester", "at", "form", "party"),
    "event": ("type", "at", "actor", "body", "party", "about", "matter", "limit_at"),
}


_M_PERTURB = -6
_ZEROES = 255


@contextmanager
def _zeroed_memory() -> Iterator[None]:
    """What is allocated within is zero: mallopt(3), M_PERTURB fills with the byte's complement."""
    libc = ctypes.CDLL(None)
    libc.mallopt(_M_PERTURB, _ZEROES)
    try:
        yield
    finally:
        libc.mallopt(_M_PERTURB, 0)


class Durable:
    """The rules in durable-rules. One object a process: its host and rulesets are global."""

    name = "durable-rules"

    def __init__(self) -> None:
        rules = Rules()
        self.rules = frozenset(rules.names)
        self._owed = rules.owed
        with _zeroed_memory():
            self._host = get_host()
        for timer in (self._host._d_timer, self._host._t_timer):
            timer.cancel()

    def prepare(self, case: BenchCase) -> Callable[[], Any]:
        """Assert, collect, delete; the facts are made beforehand."""
        session = case.name
        facts = [{"sid": session, **fact} for fact in facts_of(case.plain)]
        owed, assert_facts, delete_state = self._owed, self._host.assert_facts, self._host.delete_state

        def call() -> set[Any]:
            assert_facts(NAME, facts)
            delete_state(NAME, session)
            found = owed.copy()
            owed.clear()
            return found

        return call

    def findings(self, answer: Any) -> list[Finding]:
        """What the handlers were called with."""
        return ordered([(rule, trigger, due) for rule, trigger, due, _ in answer])


def facts_of(plain: Plain) -> Iterator[Fact]:
    """The case as facts with an id each; absent fields are left out."""
    filed = plain.get("filed_at")
    case: Fact = {key: plain[key] for key in ("kind", "as_of", "three_months_ago") if key in plain}
    long_filed = filed is not None and filed < plain["three_months_ago"]
    yield {"id": "case", "fact": "case", "long_filed": long_filed, **case, **plain["flags"]}
    for party in plain["parties"]:
        yield _fact("party", party, within=party.get("household", {}).get("within_district", False))
        for number, tie in enumerate(party["relations"]):
            of = {"of": party["id"], "kind": tie["kind"], "to": tie["party"]}
            yield {"id": f"relation {party['id']} {number}", "fact": "relation", **of}
    for document in plain["documents"]:
        yield _fact("document", document)
        for service in document["services"]:
            of = {"type": document["type"], "request": document.get("request", "")}
            yield _fact("service", service, **of)
    for element in plain["properties"]:
        yield _fact("property", element)
    for request in plain["requests"]:
        yield _fact("request", request, shown=request["documents_shown"])
    for event in plain["events"]:
        yield _fact("event", event)


def _fact(kind: str, element: Plain, **more: Any) -> Fact:
    texts = {key: element[key] for key in _TEXTS[kind] if key in element}
    return {"id": f"{kind} {element['id']}", "fact": kind, "key": element["id"], **texts, **more}
