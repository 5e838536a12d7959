"""compose.yaml: a valid file, whose services are shut in, and settings that are settings."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from server.identity.caller import CallerLimits
from server.identity.callers import read_callers
from server.settings.config import settings_from
from tests.deploy.conftest import ran, tool


@pytest.fixture(scope="module")
def compose(repo_root: Path) -> dict[str, Any]:
    """The file."""
    found: dict[str, Any] = yaml.safe_load((repo_root / "deploy/compose.yaml").read_text())
    return found


def test_it_is_by_the_schema(repo_root: Path) -> None:
    command = (tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", "deploy/compose.yaml")
    ran(*command, folder=repo_root)


def test_compose_takes_it(repo_root: Path) -> None:
    ran(tool("docker-compose"), "--file", "deploy/compose.yaml", "config", "--quiet", folder=repo_root)


def test_every_service_is_shut_in(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        if not service.get("profiles"):
            assert service["mem_limit"], name
            assert service["pids_limit"], name
            assert service["logging"], name


def test_the_database_is_reached_from_inside_alone(compose: dict[str, Any]) -> None:
    assert compose["services"]["database"]["networks"] == ["inside"]
    assert "ports" not in compose["services"]["database"]
    assert compose["networks"]["inside"] == {"internal": True}


def test_a_stop_takes_no_longer_than_it_may(repo_root: Path, compose: dict[str, Any]) -> None:
    settings = settings_from(repo_root / "deploy/compose/linkage.yaml")
    allowed = float(compose["services"]["linkage"]["stop_grace_period"].removesuffix("s"))
    assert settings.notice_seconds + settings.grace_seconds + 10 <= allowed  # ends itself 10 s later (LNK999)


def test_its_callers_are_callers(repo_root: Path) -> None:
    table = read_callers(repo_root / "deploy/compose/callers.yaml", CallerLimits(1, 1, 1, 1))
    assert list(table.callers) == ["court"]
    assert table.certificates == {"CN=court,O=Linkage development": "court"}


def test_the_script_is_plain_sh(repo_root: Path) -> None:
    script = repo_root / "deploy/compose/prepare.sh"
    ran("/bin/sh", "-n", script, folder=repo_root)
    if shutil.which("shellcheck"):
        ran("shellcheck", script, folder=repo_root)
