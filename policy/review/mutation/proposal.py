"""What to write in a test, so that it notices a change that it did not.

The test is the first whose decision changes. What it should say is what the unchanged pack decides: that is
for a person to compare with the document before it is written down.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from policy.review.mutation.trial import Fate, Plain, Verdict
from policy.time.moment import Instant


def proposed(verdict: Verdict) -> tuple[str, ...]:
    """Lines of YAML to add to the test; none where what changes is no obligation."""
    if verdict.fate is not Fate.SURVIVED:
        return ()
    if verdict.lost:
        lost = verdict.lost[0]
        rival = next((won for won in verdict.won if _same(won, lost)), None)
        keys = {} if rival is None else dict(_differing(lost, rival))
        said = ", ".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in keys.items())
        tail = f", {said}" if said else ""
        return ("expect:", f"  - {{rule: {lost['rule']}, trigger: {_trigger(lost)}{tail}}}")
    if verdict.won:
        won = verdict.won[0]
        return ("expect_not:", f"  - {{rule: {won['rule']}, trigger: {_trigger(won)}, because: …}}")
    return ()


def _same(one: Plain, other: Plain) -> bool:
    """Whether both are of one rule for one trigger."""
    return (one["rule"], one["trigger"]) == (other["rule"], other["trigger"])


def _trigger(plain: Plain) -> str:
    return json.dumps(str(plain["trigger"]), ensure_ascii=False)


def _differing(lost: Plain, won: Plain) -> Iterator[tuple[str, Any]]:
    for key, (name, said) in _KEYS.items():
        if lost.get(key) != won.get(key):
            yield name, said(lost.get(key))


def _list(value: Any) -> Any:
    return list(value)


def _due(value: Any) -> Any:
    at = None if value is None else value["at"]
    return None if at is None else str(at) if isinstance(at, Instant) else at.isoformat()


def _state(value: Any) -> Any:
    return str(value[0])


def _plain(value: Any) -> Any:
    return value or None


_KEYS: Mapping[str, tuple[str, Any]] = {
    "bearers": ("bearer", _list),
    "bearer_party": ("bearer_party", _plain),
    "bearer_unit": ("bearer_unit", _plain),
    "counterparties": ("counterparty", _list),
    "counterparty_party": ("counterparty_party", _plain),
    "action": ("action", _plain),
    "modality": ("modality", str),
    "force": ("force", str),
    "about": ("about", _plain),
    "due": ("due", _due),
    "state": ("state", _state),
    "basis": ("basis", _list),
    "consequence": ("consequence", _list),
    "outputs": ("outputs", _list),
    "reading": ("reading", _plain),
}
"""Keys of plain obligations, what a test calls them, and how it writes them."""


def lines(parts: Sequence[str], indent: str) -> str:
    """The proposal, moved to the right."""
    return "\n".join(indent + part for part in parts)
