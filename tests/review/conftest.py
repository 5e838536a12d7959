"""What the tests of this folder share."""

from pathlib import Path

import pytest

from tests.golden import pytest_addoption, update_golden

__all__ = ["pytest_addoption", "rules", "update_golden"]


@pytest.fixture(scope="session")
def rules(repo_root: Path) -> Path:
    """The rules of two invented districts."""
    return repo_root / "tests" / "fixtures" / "rules"
