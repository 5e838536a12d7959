"""The digest of an assessment: of what was counted and what it comes to, free of language."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import orjson

from policy.assess.assess import Appraisal
from policy.assess.figures import Figure, Member


def digest_of(found: Iterable[Appraisal]) -> str:
    """sha256, in hex, of every figure with what is behind it, every score, and what follows."""
    return hashlib.sha256(orjson.dumps([_told(one) for one in found])).hexdigest()


def facts_digest_of(facts: Iterable[tuple[str, str]]) -> str:
    """sha256, in hex, of cases by their ids and digests, in whatever order."""
    return hashlib.sha256(orjson.dumps(sorted(facts))).hexdigest()


def _told(found: Appraisal) -> list[Any]:
    rows = [
        [row.body, row.unit, [_figure(name, one) for name, one in sorted(row.figures.items())]]
        + [_members(out) for out in (row.released, row.carried, row.unknown)]
        for row in found.rows
    ]
    scores = [[str(one.value), one.grade, one.rank] for one in found.scores or ()]
    follows = [[one.id, one.sure, None if one.due is None else one.due.nanos] for one in found.follows]
    heading = [found.assessment.id, found.program.pack.version, *found.span, found.undetermined]
    return [heading, rows, scores, follows, sorted(found.facts.items())]


def _figure(name: str, figure: Figure) -> list[Any]:
    value, middle = (None if one is None else str(one) for one in (figure.value, figure.median))
    return [name, value, middle, _members(figure.members)]


def _members(members: Iterable[Member]) -> list[list[str]]:
    return [list(each) for each in members]
