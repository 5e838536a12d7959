"""What rules must pass before they are proposed: their tests, and how much these notice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from policy.bundle import Built
from policy.bundle.proving import Noticed, Watched, key_of, mutated, tested
from policy.text.diagnostics import PackError, Severity
from server.publishing.errors import PublishingError
from server.publishing.persons import Terms
from server.publishing.repository import put

_LARGEST = 4096


def checked(
    root: Path, built: Built, terms: Terms, results: Path, jobs: int, watch: Watched
) -> dict[str, Any]:
    """What is signed as the results of a bundle of the rules in ``root``.

    ``results``: the folder where what came of changing rules is kept. Raises ``PackError`` for rule tests
    that cannot be read, ``PublishingError``: LNK464 (one fails), LNK465 (they notice too little), LNK468
    (a district has none).
    """
    found = tested(built)
    if found.faults.errors:
        raise PackError(found.faults)
    if found.failed:
        raise PublishingError("LNK464", count=str(len(found.failed)), name=found.failed[0])
    if without := [code for code, passed in found.passed.items() if not passed]:
        raise PublishingError("LNK468", districts="、".join(without))
    made = {
        code: _noticed(root, built, code, terms, results, jobs, watch) for code in built.snapshot.districts
    }
    below = [f"{code} {one.percent:.1f} %" for code, one in made.items() if one.percent < terms.floor]
    if below:
        raise PublishingError("LNK465", districts="、".join(below), floor=f"{terms.floor:.1f}")
    warnings = sum(item.severity is Severity.WARNING for item in built.faults)
    mutation = {code: one._asdict() for code, one in made.items()}
    return {"warnings": warnings, "tests": dict(found.passed), "mutation": mutation}


def _noticed(
    root: Path, built: Built, code: str, terms: Terms, results: Path, jobs: int, watch: Watched
) -> Noticed:
    """What came of changing a district: as it is kept of exactly these files, else tried now, and kept."""
    key = key_of(built, code, terms.places)
    path = results / f"{code}-{key[:16]}.json"
    kept = _kept(path)
    if kept is not None and kept.key == key:
        return kept
    made = mutated(root, built, code, terms.places, jobs, watch)
    put(path, (json.dumps(made._asdict(), indent=1, sort_keys=True) + "\n").encode())
    return made


def _kept(path: Path) -> Noticed | None:
    try:
        with path.open("rb") as file:
            said: Mapping[str, Any] = json.loads(file.read(_LARGEST))
        found = Noticed(**said)
    except (OSError, ValueError, TypeError):
        return None
    counts = (found.places, found.tried, found.noticed, found.unnoticed)
    return found if all(type(one) is int for one in counts) else None
