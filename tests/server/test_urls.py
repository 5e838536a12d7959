"""URLs of databases: what is taken, and that a password in one goes nowhere."""

import sys
from pathlib import Path
from typing import Any

import pytest

from policy.cli import run
from server.cli import app
from server.store.database import open_database, parse_url
from server.store.errors import StoreError
from server.store.postgresql import postgresql_engine
from tests.server.logging_state import restored_logging


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("sqlite:///a/b.sqlite3", "sqlite+aiosqlite"),
        ("sqlite+aiosqlite:////srv/x", "sqlite+aiosqlite"),
    ],
)
def test_urls(url: str, driver: str) -> None:
    assert parse_url(url).drivername == driver


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_schemes_of_postgresql(scheme: str) -> None:
    assert parse_url(f"{scheme}://u@h/d").drivername == "postgresql+asyncpg"


async def test_a_driver_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    with pytest.raises(StoreError, match="LNK960"):
        await open_database("postgresql://u@h/d")


async def test_a_password_from_a_file_is_read_for_each_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "password"
    given = []

    async def connect(**options: Any) -> None:
        given.append(options["password"]())
        raise ConnectionRefusedError

    monkeypatch.setattr("asyncpg.connect", connect)
    engine = postgresql_engine(parse_url(f"postgresql://clerk@127.0.0.1:1/linkage?password_file={file}"))
    for password in ("Secret-1", "Secret-2"):
        file.write_text(f"{password}\n")
        with pytest.raises(ConnectionRefusedError):
            await engine.connect()
    assert given == ["Secret-1", "Secret-2"]


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://clerk:Secret-1@127.0.0.1:1/linkage",
        "postgresql://clerk:Secret-1@127.0.0.1:x/linkage",
        "postgresql://clerk:Secret-1@127.0.0.1:99999/linkage",
        "postgresql://clerk:Secret-1@127.0.0.1:1/linkage?nosuch=1",
        "postgresql://clerk:Secret-1@[::1/linkage",
        "clerk:Secret-1@127.0.0.1/linkage",
        "mysql://clerk:Secret-1@127.0.0.1/linkage",
    ],
)
@pytest.mark.parametrize("command", [["serve"], ["serve", "--workers", "2"], ["replay", "--all"]])
def test_a_password_is_never_printed(
    command: list[str],
    url: str,
    small_rules: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither in messages nor in the log, nor in the traceback that a developer asks for."""
    monkeypatch.setenv("LINKAGE_DEBUG", "1")
    monkeypatch.setenv("LINKAGE_DATABASE", url)
    with restored_logging():
        assert run(app, [*command, "--rules", str(small_rules)]) == 2
    printed = capfd.readouterr()
    assert "LNK96" in printed.err
    assert "Secret-1" not in printed.out + printed.err


@pytest.mark.parametrize(
    "url",
    ["", "x", "mysql://u@h/d", "sqlite://", "sqlite:///:memory:", "nosuch:///x", "sqlite+pysqlite:///x"],
)
def test_urls_that_cannot_be_used(url: str) -> None:
    with pytest.raises(StoreError, match="LNK960"):
        parse_url(url)
