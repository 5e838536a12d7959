"""Results of rule tests as plain data for JSON; docs/cli.md lists the keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from policy.decide.snapshot import Snapshot
from policy.review.ruletest.assessed import Outcome
from policy.review.ruletest.compare import Mismatch
from policy.review.ruletest.pins import passes_without
from policy.review.ruletest.words import head, reasons, shown

Json = dict[str, Any]


def results_json(results: Sequence[Outcome], snapshot: Snapshot, lang: str) -> list[Json]:
    """Every test, in order."""
    return [
        {
            "name": result.test.name,
            "file": result.test.span.source.name,
            "line": result.test.span.line,
            "district": result.test.district,
            "passed": result.passed,
            "passes_without": list(passes_without(result, snapshot)),
            "mismatches": [_mismatch(result, item, snapshot, lang) for item in result.mismatches],
        }
        for result in results
    ]


def _mismatch(result: Outcome, mismatch: Mismatch, snapshot: Snapshot, lang: str) -> Json:
    return {
        "kind": mismatch.kind.value,
        "message": head(mismatch, lang),
        "rule": mismatch.rule,
        "trigger": mismatch.trigger,
        "line": mismatch.span.line,
        "rows": [
            {"key": row.key, "expected": shown(row.key, row.expected), "actual": shown(row.key, row.actual)}
            for row in mismatch.rows
        ],
        "reasons": list(reasons(result, mismatch, snapshot, lang)),
    }
