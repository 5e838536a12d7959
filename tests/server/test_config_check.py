"""``linkage config check`` beside what a start meets. Its messages are golden files in bad/."""

import asyncio
import json
import socket
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from policy.cli import run
from server.cli import app
from server.identity.development import authority, client_pair, server_pair
from server.log.opening import open_log
from server.process.checks import Check, Checks
from server.settings.config import given_by
from server.settings.limits import Limits
from tests.server.conftest import Start
from tests.server.logging_state import restored_logging


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty folder of its own."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    with restored_logging():
        yield


@pytest.fixture
def options(small_rules: Path) -> dict[str, str]:
    """Settings with which nothing is wrong."""
    return {"rules": str(small_rules), "address": "127.0.0.1:0"}


def codes(options: Mapping[str, str], running: bool = False) -> dict[str, list[str]]:
    """What is wrong, by part."""
    return {each.name: [item.code for item in each.faults] for each in checks(options, running)}


def checks(options: Mapping[str, str], running: bool = False) -> list[Check]:
    return list(Checks(given_by(options=options), {}, running).all())


def wrong(options: Mapping[str, str], running: bool = False) -> dict[str, list[str]]:
    return {name: found for name, found in codes(options, running).items() if found}


def test_what_would_start_has_no_errors_and_looking_writes_nothing(options: dict[str, str]) -> None:
    assert wrong(options) == {"database": ["LNK920"]}
    assert list(Path.cwd().iterdir()) == []
    asyncio.run(_made("sqlite:///linkage.sqlite3"))
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in Path.cwd().iterdir()}
    assert wrong(options) == {}
    assert {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in Path.cwd().iterdir()} == before


async def _made(url: str) -> None:
    await (await open_log(url)).engine.dispose()


async def test_a_start_and_a_check_say_the_same(start: Start, options: dict[str, str]) -> None:
    """What the check takes for good does start."""
    assert not [code for found in wrong(options).values() for code in found if code != "LNK920"]
    async with start(**{name.replace(".", "__"): value for name, value in options.items()}):
        pass


def test_keys_that_are_not_those_of_the_log(options: dict[str, str]) -> None:
    asyncio.run(_made("sqlite:///linkage.sqlite3"))
    keys = Path("linkage.sqlite3-keys")
    aside = keys.rename("aside")
    assert wrong(options) == {"database": ["LNK871"]}
    asyncio.run(_made("sqlite:///other.sqlite3"))
    assert wrong(options | {"log.keys": "other.sqlite3-keys"}) == {"database": ["LNK874"]}
    aside.rename(keys)
    keys.chmod(0o644)
    assert wrong(options) == {"database": ["LNK872"]}
    assert wrong(options | {"log.enabled": "false"}) == {}


def test_an_address_that_somebody_listens_on(options: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = "127.0.0.1:{1}".format(*taken.getsockname())
        off = options | {"log.enabled": "false"}
        assert wrong(off | {"address": address, "operations.address": "off"}) == {"addresses": ["LNK953"]}
        assert wrong(off | {"operations.address": address}) == {"addresses": ["LNK953"]}
        assert wrong(off | {"operations.address": address}, running=True) == {}


def test_certificates(options: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    signer = authority()
    signer.write(Path(), "ca")
    server_pair(signer, ["localhost"]).write(Path(), "server")
    client_pair(signer, "other").write(Path(), "other")
    tls = {"tls.certificate": "server.pem", "tls.key": "server.key", "tls.client_ca": "ca.pem"}
    options |= tls | {"log.enabled": "false"}
    assert wrong(options) == {}
    Path("server.key").chmod(0o644)
    assert wrong(options) == {"tls": ["LNK940"]}
    assert wrong(options | {"tls.key": "other.key"}) == {"tls": ["LNK947"]}
    monkeypatch.setattr("server.identity.transport.SOON_DAYS", 100_000)
    assert set(wrong(options)["tls"]) == {"LNK940", "LNK946", "LNK993"}
    assert wrong(options | {"tls.key": "nowhere.key", "tls.client_ca": "nowhere.pem"})["tls"] == [
        "LNK947",
        "LNK947",
    ]
    del options["tls.certificate"]
    assert wrong(options) == {"tls": ["LNK951"]}


def test_callers_keys_and_issuers(options: dict[str, str]) -> None:
    options |= {"log.enabled": "false", "identity.callers": "callers.yaml", "identity.keys": "keys.json"}
    issuers = "issuers: {sso: {issuer: 'https://example.com', audience: linkage, keys: jwks.json}}\n"
    callers = "callers: {court: {rights: [{role: integrator, districts: [qiaonan]}]}}\n"
    Path("callers.yaml").write_text(issuers + callers)
    assert wrong(options) == {"identity": ["LNK937"]}
    Path("callers.yaml").write_text(callers)
    assert wrong(options) == {}
    Path("keys.json").write_text("no keys")
    Path("callers.yaml").write_text("callers: {court: {}}\n")
    assert wrong(options) == {"identity": ["LNK938", "LNK202"]}
    Path("callers.yaml").write_text(callers)
    Path("callers.yaml").chmod(stat.S_IRUSR | stat.S_IWUSR | stat.S_IWOTH)
    Path("keys.json").unlink()
    assert wrong(options) == {"identity": ["LNK969"]}
    del options["identity.callers"]
    assert wrong(options) == {"identity": ["LNK951"]}


def test_as_json(small_rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["config", "check", "--rules", str(small_rules), "--running", "--format", "json", "--lang", "en"]
    secret = "postgresql://linkage:geheim@127.0.0.1:1/db"  # noqa: S105 - made up
    assert run(app, [*words, "--database", secret]) == 1
    printed = capsys.readouterr().out
    assert "geheim" not in printed
    told: dict[str, Any] = json.loads(printed)
    assert (told["ok"], told["counts"]) == (False, {"error": 1, "warning": 0, "note": 0})
    parts = {each["name"]: each for each in told["checks"]}
    assert [name for name, each in parts.items() if not each["ok"]] == ["database"]
    assert parts["database"]["faults"][0]["code"] == "LNK967"
    settings = {each["name"]: each for each in parts["database"]["settings"]}
    assert settings["database"]["from"] == "--set database"
    assert settings["log.keys"] == {"name": "log.keys", "value": "auto", "default": True, "from": "default"}
    assert run(app, ["config", "show", "--format", "json", "--database", secret]) == 0
    shown = capsys.readouterr().out
    assert "geheim" not in shown
    found = {each["name"]: each["value"] for each in json.loads(shown)["settings"]}
    assert found["log.enabled"] is True
    assert found["limits.batch_items"] == Limits().batch_items


def test_strict(small_rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["config", "check", "--rules", str(small_rules), "--running", "--set", "insecure=true"]
    words += ["--address", "0.0.0.0:50051"]
    assert run(app, words) == 0
    assert run(app, [*words, "--strict"]) == 1
    capsys.readouterr()


def test_traces(options: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    options |= {"log.enabled": "false", "traces.enabled": "true"}
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "soap")
    assert wrong(options) == {"engines": ["LNK951"]}

    def missing() -> None:
        raise ImportError(name="opentelemetry")

    monkeypatch.setattr("server.process.checks.check_packages", missing)
    assert wrong(options) == {"engines": ["LNK909"]}
    assert wrong(options | {"traces.enabled": "false"}) == {}
