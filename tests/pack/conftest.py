"""What the tests of packs share."""

import contextlib
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--update-golden`` writes what is found in place of what was expected: read every difference."""
    with contextlib.suppress(ValueError):  # another folder of tests has the same option
        parser.addoption("--update-golden", action="store_true", help="rewrite the golden files")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be rewritten."""
    return bool(request.config.getoption("--update-golden", default=False))


@pytest.fixture(scope="session")
def good() -> Path:
    """A small rules folder without a fault, which uses every section of the format."""
    return Path(__file__).parent / "good"
