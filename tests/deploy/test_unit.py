"""The systemd unit: right by systemd's own word, and shut in as far as it can be."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from server.settings.config import settings_from
from tests.deploy.conftest import ran, tool

MOST_EXPOSED = "20"
"""Tenths: systemd calls 2.0 and less OK; it gives 9.6 to a unit that says nothing."""


@pytest.fixture
def unit(repo_root: Path, tmp_path: Path) -> Path:
    """The unit, as it would be where the program that it starts is installed."""
    text = (repo_root / "deploy/systemd/linkage.service").read_text()
    assert "ExecStart=/opt/linkage/bin/linkage serve\n" in text
    path = tmp_path / "linkage.service"
    path.write_text(text.replace("/opt/linkage/bin/linkage", sys.executable))
    return path


def test_systemd_takes_it(unit: Path) -> None:
    done = ran(tool("systemd-analyze"), "verify", unit, folder=unit.parent)
    assert done.stdout + done.stderr == ""


def test_it_is_shut_in(unit: Path) -> None:
    words = ("security", "--offline=true", f"--threshold={MOST_EXPOSED}", unit)
    ran(tool("systemd-analyze"), *words, folder=unit.parent)


def test_its_user_and_folders_are_made(repo_root: Path, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("root alone makes users and gives folders away")
    files = repo_root / "deploy/systemd"
    (tmp_path / "etc").mkdir()
    ran(tool("systemd-sysusers"), f"--root={tmp_path}", files / "linkage.sysusers", folder=tmp_path)
    ran(
        tool("systemd-tmpfiles"),
        f"--root={tmp_path}",
        "--create",
        files / "linkage.tmpfiles",
        folder=tmp_path,
    )
    users = (tmp_path / "etc/passwd").read_text()
    assert "linkage:" in users
    modes = {name: (tmp_path / "etc/linkage" / name).stat().st_mode & 0o777 for name in (".", "tls", "rules")}
    assert modes == {".": 0o750, "tls": 0o750, "rules": 0o755}


def test_its_settings_are_settings_and_fit_its_times(repo_root: Path) -> None:
    settings = settings_from(repo_root / "deploy/systemd/linkage.yaml")
    lines = (repo_root / "deploy/systemd/linkage.service").read_text().splitlines()
    allowed = next(float(line.partition("=")[2]) for line in lines if line.startswith("TimeoutStopSec="))
    assert settings.notice_seconds + settings.grace_seconds + 10 <= allowed
