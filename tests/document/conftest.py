"""Where the official documents are, for the tests that need them."""

from collections.abc import Callable
from pathlib import Path

import pytest

SourceReader = Callable[[str], str]


@pytest.fixture(scope="session")
def read_source(repo_root: Path) -> SourceReader:
    """Read a district's document. Documents are not in the repository: without them a test is skipped."""

    def read(district: str) -> str:
        path = repo_root.parent / "shared" / "sources" / f"{district}.txt"
        if not path.is_file():
            pytest.skip(f"no {path.name}: official documents are kept outside the repository")
        return path.read_text(encoding="utf-8")

    return read
