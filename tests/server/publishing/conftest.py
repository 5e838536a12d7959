"""What the tests of this folder share."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from policy.bundle import Built, building
from policy.bundle.building import Opened
from server.telemetry.served import PUBLISHED
from tests.golden import pytest_addoption, update_golden
from tests.server.publishing.office import LATER, Office

__all__ = [
    "editions",
    "made_again_once",
    "nothing_published_is_left",
    "office",
    "pytest_addoption",
    "update_golden",
]

MakesOffice = Callable[..., Office]


@pytest.fixture(scope="session")
def editions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the editions of the small rules are, each built once."""
    return tmp_path_factory.mktemp("editions")


@pytest.fixture(scope="session", autouse=True)
def made_again_once() -> Iterator[None]:
    """Each bundle is made again from its rules the first time that somebody signs it, and not each time."""
    known: dict[str, Built] = {}

    def rebuilt(found: Opened) -> Built:
        if found.digest not in known:
            known[found.digest] = building.rebuilt(found)
        return known[found.digest]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("server.publishing.desk.rebuilt", rebuilt)
        yield


@pytest.fixture(autouse=True)
def nothing_published_is_left() -> Iterator[None]:
    """What this process says that it serves is of one test alone."""
    yield
    PUBLISHED.serve("", 0)
    PUBLISHED.fresh(0.0)
    PUBLISHED.code = ""


@pytest.fixture
def office(tmp_path: Path, editions: Path) -> MakesOffice:
    """Makes an office with a repository, which works at a moment."""

    def made(now: datetime = LATER, name: str = "repository") -> Office:
        return Office(tmp_path / name, editions, now)

    return made
