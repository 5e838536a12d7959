"""What the tests of documents and coverage share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.golden import pytest_addoption, update_golden

__all__ = ["official", "pytest_addoption", "read_source", "rules", "update_golden"]

SourceReader = Callable[[str], str]

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def rules() -> Path:
    """The rules of an invented district, whose register is that of ``official``."""
    return HERE / "rules"


@pytest.fixture(scope="session")
def official() -> str:
    """The document of the invented district."""
    return (HERE / "document.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def read_source(repo_root: Path) -> SourceReader:
    """Read a district's document. Documents are not in the repository: without them a test is skipped."""

    def read(district: str) -> str:
        path = repo_root.parent / "shared" / "sources" / f"{district}.txt"
        if not path.is_file():
            pytest.skip(f"no {path.name}: official documents are kept outside the repository")
        return path.read_text(encoding="utf-8")

    return read
