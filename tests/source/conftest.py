"""What the tests of documents and coverage share."""

from pathlib import Path

import pytest

from tests.golden import pytest_addoption, update_golden

__all__ = ["official", "pytest_addoption", "rules", "update_golden"]

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def rules() -> Path:
    """The rules of an invented district, whose register is that of ``official``."""
    return HERE / "rules"


@pytest.fixture(scope="session")
def official() -> str:
    """The document of the invented district."""
    return (HERE / "document.txt").read_text(encoding="utf-8")
