"""Books of the small district and of a shipped one, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy.decide.snapshot import District
from policy.documents.sources import NO_SOURCES
from policy.review.book import Book, book_of
from policy.review.ruletest.run import run_all
from policy.text.diagnostics import Faults
from tests.loading import SHIPPED, loaded

SMALL = Path(__file__).parents[1] / "mutation" / "rules"


@pytest.fixture(scope="package")
def small() -> Book:
    """The small district, with what its tests say."""
    snapshot, tests = loaded(SMALL)
    district = snapshot.districts["qiaonan"]
    results = run_all(snapshot, tests, Faults())
    return book_of(district, district.programs[-1], NO_SOURCES, results, (), None, "zh")


@pytest.fixture(scope="package")
def shipped() -> District:
    return loaded(SHIPPED)[0].districts["xisaishan"]


@pytest.fixture(scope="package")
def large(shipped: District) -> Book:
    """西塞山, as if it had no tests."""
    return book_of(shipped, shipped.programs[-1], NO_SOURCES, (), (), None, "zh")
