"""What the tests of this folder share."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from tests.golden import pytest_addoption, update_golden
from tests.server.publishing.office import LATER, Office

__all__ = ["editions", "office", "pytest_addoption", "update_golden"]

MakesOffice = Callable[..., Office]


@pytest.fixture(scope="session")
def editions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the editions of the small rules are, each built once."""
    return tmp_path_factory.mktemp("editions")


@pytest.fixture
def office(tmp_path: Path, editions: Path) -> MakesOffice:
    """Makes an office with a repository, which works at a moment."""

    def made(now: datetime = LATER, name: str = "repository") -> Office:
        return Office(tmp_path / name, editions, now)

    return made
