"""Golden files: whole texts that people see, rewritten by ``pytest --update-golden``; read every difference.

A folder of tests takes part by importing both names into its conftest.
"""

import contextlib
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--update-golden`` writes what is found in place of what was expected."""
    with contextlib.suppress(ValueError):  # another folder of tests has the same option
        parser.addoption("--update-golden", action="store_true", help="rewrite the golden files")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be rewritten."""
    return bool(request.config.getoption("--update-golden", default=False))


def check(path: Path, found: str, update: bool) -> None:
    """Compares ``found`` with the golden file, or writes it."""
    if update:
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")
