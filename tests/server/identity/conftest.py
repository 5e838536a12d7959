"""Installations with callers."""

from pathlib import Path

import pytest

from server.process import protection
from tests.server.identity.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An installation in a folder of its own."""
    folder = tmp_path / "world"
    folder.mkdir()
    return World(folder)


@pytest.fixture(autouse=True)
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Changed files are seen at once."""
    monkeypatch.setattr(protection, "LOOK_SECONDS", 0.02)
