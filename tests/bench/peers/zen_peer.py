"""zen-engine in two set-ups: at its best, and as its quickstart shows it.

At its best: the static loader, which compiles the graph once, and the facts as JSON text made beforehand (a
dict takes about a tenth longer). Its quickstart: ``create_decision`` with the graph as text, and a dict.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from zen import ZenEngine  # type: ignore[import-not-found, unused-ignore]

from tests.bench.cases import BenchCase
from tests.bench.peers.protocol import Finding, ordered
from tests.bench.peers.zen_graph import TABLES, graph

_KEY = "liwan"


class Zen:
    """The rules in zen-engine. ``compiled_once``: at its best, else as in its quickstart."""

    rules = frozenset(rule for _, rows in TABLES.values() for rule, _ in rows)

    def __init__(self, *, compiled_once: bool = True) -> None:
        self.name = "zen-engine" if compiled_once else "zen-engine, quickstart"
        self._compiled_once = compiled_once
        self._engine = ZenEngine({"loader": {"type": "static", "content": {_KEY: graph()}}})
        self._decision = ZenEngine().create_decision(json.dumps(graph()))

    def prepare(self, case: BenchCase) -> Callable[[], Any]:
        """The evaluation, with the facts ready as JSON text (in the quickstart as a dict)."""
        evaluate, text = self._engine.evaluate, json.dumps(case.plain)
        decide, plain = self._decision.evaluate, case.plain
        if self._compiled_once:
            return lambda: evaluate(_KEY, text)["result"]
        return lambda: decide(plain)["result"]

    def findings(self, answer: Any) -> list[Finding]:
        """The rows of every table, with the dues as whole seconds."""
        found: list[Finding] = []
        for field in TABLES:
            for hits in answer.get("found_" + field, []):
                found += [(h["rule"], h["trigger"], _seconds(h.get("due"))) for h in hits]
        return ordered(found)


def _seconds(due: float | None) -> int | None:
    return None if due is None else int(due)
