"""The official CEL evaluator, rule by rule: each expression compiled once, evaluated for every binding.

The activation of a binding is made once and used for all the rules that share it, which takes half as long as
handing the facts to each evaluation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from cel_expr_python import cel

from linkage.v1 import facts_pb2
from policy.decide.decision import NANO
from tests.bench.cases import BenchCase
from tests.bench.peers.cel_rules import RULES
from tests.bench.peers.protocol import Finding, ordered

_DAY = 86_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_VARIABLES = {
    "case": cel.Type("linkage.v1.Case"),
    "event": cel.Type("linkage.v1.Event"),
    "other": cel.Type("linkage.v1.Event"),
    "party": cel.Type("linkage.v1.Party"),
    "request": cel.Type("linkage.v1.Request"),
    "document": cel.Type("linkage.v1.Document"),
    "service": cel.Type("linkage.v1.Service"),
    "as_of": cel.Type.TIMESTAMP,
    "three_months_ago": cel.Type.TIMESTAMP,
}
# Variables that are bound together -> their combinations in a case.
_BINDINGS: dict[tuple[str, ...], Callable[[facts_pb2.Case], Iterator[dict[str, Any]]]] = {
    ("event",): lambda c: ({"event": e} for e in c.events),
    ("party",): lambda c: ({"party": p} for p in c.parties),
    ("request",): lambda c: ({"request": r} for r in c.requests),
    ("document", "service"): lambda c: (
        {"document": d, "service": s} for d in c.documents for s in d.services
    ),
    ("event", "party"): lambda c: ({"event": e, "party": p} for e in c.events for p in c.parties),
    ("request", "party"): lambda c: ({"request": r, "party": p} for r in c.requests for p in c.parties),
    ("event", "other"): lambda c: (
        {"event": e, "other": o} for e in c.events if e.about for o in c.events if o is not e
    ),
}


class Cel:
    """The rules in CEL."""

    name = "CEL, rule by rule"
    rules = frozenset(rule.id for rule in RULES)

    def __init__(self) -> None:
        self._environment = cel.NewEnv(variables=_VARIABLES)
        groups: dict[tuple[str, ...], list[tuple[Any, str, str, str]]] = defaultdict(list)
        for rule in RULES:
            compiled = self._environment.compile(rule.condition)
            groups[rule.each].append((compiled.eval, rule.id, rule.trigger, rule.due))
        self._groups = dict(groups)

    def prepare(self, case: BenchCase) -> Callable[[], Any]:
        """The loops over bindings and rules; the facts are the message itself."""
        groups, activation, message = self._groups, self._environment.Activation, case.message
        moments = {
            "as_of": _EPOCH + timedelta(seconds=case.as_of // NANO),
            "three_months_ago": _EPOCH + timedelta(seconds=case.plain["three_months_ago"]),
        }

        def call() -> list[Finding]:
            found: list[Finding] = []
            for each, rules in groups.items():
                for binding in _BINDINGS[each](message):
                    values = activation({"case": message, **moments, **binding})
                    for evaluate, rule, trigger, due in rules:
                        if evaluate(values).value() is True:
                            found.append((rule, binding[trigger].id, _due(due, binding)))
            return found

        return call

    def findings(self, answer: Any) -> list[Finding]:
        """The bindings that satisfied a rule."""
        return ordered(answer)


def _due(due: str, binding: dict[str, Any]) -> int | None:
    if due == "day":
        return int(binding["event"].at.seconds) + _DAY
    if due == "limit" and binding["event"].HasField("limit_at"):
        return int(binding["event"].limit_at.seconds)
    return None
