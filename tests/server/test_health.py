"""`linkage health` asks a running server as a container does: what it prints, and its exit code."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from policy.cli import run
from server.cli import app
from tests.server.conftest import Start
from tests.server.identity.world import World, parts
from tests.server.waiting import SECONDS


async def asked(*words: str) -> int:
    """The exit code, asked from a thread beside the server's loop."""
    return await asyncio.to_thread(run, app, ["health", "--lang", "en", *words])


@pytest.fixture
def world(tmp_path: Path) -> World:
    """The files of an installation with TLS."""
    folder = tmp_path / "world"
    folder.mkdir()
    return World(folder)


async def test_a_server_that_serves(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    async with start() as service:
        port = service.running.address.rpartition(":")[2]
        assert await asked("--address", f"0.0.0.0:{port}", "--service", "linkage.v1.PolicyService") == 0
    assert capsys.readouterr().out == f"127.0.0.1:{port} SERVING\n"


async def test_a_service_that_nobody_has(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    async with start() as service:
        assert await asked("--address", service.running.address, "--service", "nothing") == 1
    assert capsys.readouterr().out == f"{service.running.address} SERVICE_UNKNOWN\n"


async def test_a_server_that_cannot_answer(
    start: Start, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "log.sqlite3"
    async with start(database=f"sqlite:///{file}") as service:
        file.rename(tmp_path / "elsewhere")
        async with asyncio.timeout(SECONDS):
            while await asked("--address", service.running.address) == 0:
                pass
        (tmp_path / "elsewhere").rename(file)
    assert capsys.readouterr().out.endswith(f"{service.running.address} NOT_SERVING\n")


@pytest.mark.parametrize("mutual", [False, True], ids=["tls", "mutual"])
async def test_tls_as_the_settings_have_it(start: Start, world: World, mutual: bool) -> None:
    """The certificate that the server shows is trusted by itself: the check knows no authority."""
    pem, key = parts(world.client("probe"))
    (world.folder / "probe.pem").write_bytes(pem)
    (world.folder / "probe.key").write_bytes(key)
    own = ["--certificate", str(world.folder / "probe.pem"), "--key", str(world.folder / "probe.key")]
    settings = world.settings(mutual=mutual)
    async with start(**settings) as service:
        words = ["--address", service.running.address]
        words += ["--set", f"tls.certificate={settings['tls__certificate']}"]
        assert await asked(*words, *own) == 0
        assert await asked(*words) == int(mutual)


async def test_readyz_in_place_of_a_certificate(
    start: Start, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = world.settings(mutual=True)
    async with start(**settings, operations__address="127.0.0.1:0") as service:
        operations = service.running.operations
        words = [f"{name.replace('__', '.')}={value}" for name, value in settings.items()]
        given = [word for pair in words for word in ("--set", pair)]
        given += ["--address", service.running.address, "--set", f"operations.address={operations}"]
        assert await asked(*given) == 0
        assert await asked("--readyz", "--set", f"operations.address={operations}") == 0
    assert await asked("--readyz", "--set", f"operations.address={operations}") == 1
    assert await asked("--readyz", "--set", "operations.address=off") == 2
    printed = capsys.readouterr().out
    assert printed.startswith(f"{operations}/readyz 200 ")
    assert f"LNK915: {operations} gives no answer: Connection refused\n" in printed


async def test_tls_by_its_authority(start: Start, world: World) -> None:
    async with start(**world.settings()) as service:
        words = ["--address", service.running.address, "--ca", str(world.folder / "ca.pem")]
        assert await asked(*words) == 0
        assert await asked(*words, "--server-name", "localhost") == 0
        assert await asked(*words, "--server-name", "elsewhere") == 1
        assert await asked("--address", service.running.address) == 1


def test_it_starts_without_the_server() -> None:
    """It runs every few seconds in each container: nothing that serves or stores is imported."""
    code = "import sys, server.cli, server.commands.given, server.commands.health; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"sqlalchemy", "server.process.app", "server.store", "server.api", "server.decisions"}
    assert heavy & set(done.stdout.split()) == set()
