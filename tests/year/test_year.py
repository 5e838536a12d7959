"""A small year, on either database; the whole is ``python -m tests.year``."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.loading import SHIPPED, loaded
from tests.server.conftest import any_database, folder_of_keys, postgres
from tests.year.page import Passed, figures_of, page
from tests.year.proof import proven
from tests.year.rules import first_rules
from tests.year.run import Year, listened
from tests.year.stories import DAY, Templates, stories

__all__ = ["any_database", "folder_of_keys", "postgres"]

CASES, SEED = 25, 7


@pytest.fixture(scope="session")
def templates() -> Templates:
    return Templates.of(*loaded(SHIPPED))


async def test_whatever_happens_it_is_as_replayed(
    templates: Templates, any_database: str, tmp_path: Path
) -> None:
    rules = first_rules(SHIPPED, tmp_path / "rules")
    async with listened(any_database, rules) as (server, heard):
        at_first = server.running.rules.current.snapshot
        told = await Year(server, SEED, 15 * DAY).pass_by(stories(templates, CASES, SEED))
        known = at_first, server.running.rules.current.snapshot
        found = await proven(server, told, heard, *known)
        assert {what: list(wrong) for what, wrong in found.items() if wrong} == {}
        figures = await figures_of(server, told)
    assert figures["rows of register_cases"] == CASES
    # What a year is for has happened.
    whys = {name.split()[2] for name in figures if name.startswith("changes by")}
    assert whys == {"entries:", "time:", "rules:"}
    calls = {"AcceptObligation", "ConfirmObligation", "RaiseObjection", "RequestAssistance", "CloseCase"}
    assert calls <= set(told.calls)
    text = page([Passed("sqlite", CASES, 1.0, 1.0, figures, {})], SEED, {"day": "today"})
    assert "| calls of OpenCase | 25 |" in text


def test_the_same_seed_makes_the_same_year(templates: Templates) -> None:
    one, other = (list(stories(templates, 200, SEED)) for _ in range(2))
    assert one == other
    assert list(stories(templates, 200, SEED + 1)) != one
    calls = [call for story in one for call in story.calls]
    assert all(call.at > story.opens_at for story in one for call in story.calls)
    assert sum(call.again for call in calls) > 0
    assert sum(bool(entry.supersedes) for call in calls for entry in call.entries) > 0
    assert Counter(story.district for story in one) == dict.fromkeys(templates.cases, 40)
