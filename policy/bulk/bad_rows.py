"""Rows that are no case, or whose facts are refused, for the side file: where, which code, why.

What a fact says is never repeated: only fields, codes of the vocabulary and the catalog's words.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from policy.facts.reading import Violation
from policy.text.diagnostics import Fault, fault, to_dict
from policy.text.suggest import suggest

MAX_REASONS = 20
"""Most reasons listed for one row."""


def of_faults(row: int, faults: Iterable[Fault], lang: str) -> list[dict[str, Any]]:
    """A row that is no case: a line for each fault, with its column in the row's text where it has one."""
    reasons = []
    for item in faults:
        words = to_dict(item, lang)
        reason = {"row": row, "code": words["code"], "field": "", "message": words["message"]}
        if "column" in words:
            reason["column"] = words["column"]
        if "suggestion" in words:
            reason["suggestion"] = words["suggestion"]
        reasons.append(reason)
    return _limited(row, reasons, lang)


def of_violations(row: int, violations: Iterable[Violation], lang: str) -> list[dict[str, Any]]:
    """A case whose facts are refused: a line for each violation."""
    reasons = []
    for violation in violations:
        meant = suggest(violation.name, violation.candidates)
        words = to_dict(fault(violation.code, None, meant, **dict(violation.args)), lang)
        reason = {
            "row": row,
            "code": violation.code,
            "field": violation.field,
            "message": words["message"],
        }
        if meant:
            reason["suggestion"] = meant
        reasons.append(reason)
    return _limited(row, reasons, lang)


def _limited(row: int, reasons: list[dict[str, Any]], lang: str) -> list[dict[str, Any]]:
    if len(reasons) <= MAX_REASONS:
        return reasons
    more = to_dict(fault("LNK901", None, count=str(len(reasons) - MAX_REASONS)), lang)
    return [
        *reasons[:MAX_REASONS],
        {"row": row, "code": "LNK901", "field": "", "message": more["message"]},
    ]


def as_lines(reasons: Iterable[dict[str, Any]]) -> bytes:
    """The side file's text: JSON, a line a reason."""
    return b"".join(orjson.dumps(reason, option=orjson.OPT_APPEND_NEWLINE) for reason in reasons)
