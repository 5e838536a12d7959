"""OPA's language through regopy (rego-cpp, an implementation in C++): a bundle built once, one entry point.

Measured here to be its fastest way: a bundle (a query as text is compiled in every call, and takes ten times
as long), the input as an object made beforehand (as JSON text it is parsed anew).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Loaded first: its libraries and regopy's are made for different C++ runtimes, and the other way round the
# process ends.
from cel_expr_python import cel as _cel  # noqa: F401
from regopy import Input, Interpreter

from tests.bench.cases import BenchCase
from tests.bench.peers.protocol import Finding, ordered

RULES = Path(__file__).with_name("rules.rego")
_ENTRY = "liwan/owed"


class Rego:
    """The rules in Rego."""

    name = "Rego (regopy)"

    def __init__(self) -> None:
        text = RULES.read_text(encoding="utf-8")
        self.rules = frozenset(re.findall(r"\bliwan\.[a-z_.]+", text))
        self._interpreter = Interpreter()
        self._interpreter.add_module("liwan", text)
        self._bundle = self._interpreter.build(None, [_ENTRY])

    def prepare(self, case: BenchCase) -> Callable[[], Any]:
        """Set the input, evaluate, read the answer."""
        value, bundle = Input(case.plain), self._bundle
        set_input, query = self._interpreter.set_input, self._interpreter.query_bundle_entrypoint

        def call() -> Any:
            set_input(value)
            output = query(bundle, _ENTRY)  # has to outlive its nodes, which point into it
            return json.loads(output.expressions().json())[0]

        return call

    def findings(self, answer: Any) -> list[Finding]:
        """The set ``owed``; the party of a match only tells matches apart."""
        return ordered([(rule, trigger, due) for rule, trigger, due, _ in answer])
