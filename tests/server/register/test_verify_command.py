"""``linkage register verify`` on what is no register."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_database_without_a_register_is_said_to_be(tmp_path: Path, lang: str) -> None:
    command = [sys.executable, "-m", "server.cli", "register", "verify", "--lang", lang]
    file = tmp_path / "none.sqlite3"
    found = subprocess.run(
        [*command, "--database", f"sqlite:///{file}"], capture_output=True, text=True, check=False
    )
    assert found.returncode == 2
    assert "LNK958" in found.stderr
