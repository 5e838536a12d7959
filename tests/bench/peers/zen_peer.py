"""zen-engine in three set-ups: at its best, with the facts as a dict, and as its quickstart shows it.

At its best: the static loader, which compiles the graph once, and the facts as JSON text made beforehand,
which it parses within the call; a dict takes about as long. Its quickstart: ``create_decision`` with the
graph as text, and a dict.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from zen import ZenEngine  # type: ignore[import-not-found, unused-ignore]

from tests.bench.cases import BenchCase, Plain
from tests.bench.peers.protocol import Finding, ordered
from tests.bench.peers.zen_graph import TABLES, graph

Facts = Callable[[Plain], Any]

_KEY = "liwan"


class Zen:
    """The rules in zen-engine."""

    rules = frozenset(rule for _, rows in TABLES.values() for rule, _ in rows)

    def __init__(
        self, name: str = "zen-engine", *, compiled_once: bool = True, facts: Facts = json.dumps
    ) -> None:
        self.name = name
        self._facts = facts
        if compiled_once:
            engine = ZenEngine({"loader": {"type": "static", "content": {_KEY: graph()}}})
            self._evaluate: Callable[[Any], Any] = partial(engine.evaluate, _KEY)
        else:
            self._evaluate = ZenEngine().create_decision(json.dumps(graph())).evaluate

    @classmethod
    def variants(cls) -> tuple[Zen, Zen]:
        """What else its users do."""
        as_dict = cls("zen-engine, facts as a dict", facts=dict)
        return as_dict, cls("zen-engine, quickstart", compiled_once=False, facts=dict)

    def prepare(self, case: BenchCase) -> Callable[[], Any]:
        """The evaluation, with the facts ready."""
        evaluate, facts = self._evaluate, self._facts(case.plain)
        return lambda: evaluate(facts)["result"]

    def findings(self, answer: Any) -> list[Finding]:
        """The rows of every table, with the dues as whole seconds."""
        found: list[Finding] = []
        for field in TABLES:
            for hits in answer.get("found_" + field, []):
                found += [(h["rule"], h["trigger"], _seconds(h.get("due"))) for h in hits]
        return ordered(found)


def _seconds(due: float | None) -> int | None:
    return None if due is None else int(due)
