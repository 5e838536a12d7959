"""``linkage log witness --server``: an auditor has a public key, and is told when the log was rewritten."""

import asyncio
import shutil
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from policy.cli import run
from server.cli import app
from server.log.opening import open_log
from server.log.rotation import rotate
from server.proof.keys import LogKeys, read_keys
from tests.server.cases import request
from tests.server.conftest import Start
from tests.server.identity.conftest import world
from tests.server.identity.world import World, bearer
from tests.server.logging_state import restored_logging
from tests.server.logs import key_setting

__all__ = ["world"]

Asking = Callable[..., Coroutine[Any, Any, tuple[int, str]]]


@pytest.fixture
def auditor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Asking:
    """Runs the command, in a folder of the auditor's, beside the service."""
    folder = tmp_path / "auditor"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("LINKAGE_LANG", "en")
    for name in ("LINKAGE_TOKEN", "LINKAGE_DATABASE", "LINKAGE_CONFIG"):
        monkeypatch.delenv(name, raising=False)

    async def asking(address: str, *words: str) -> tuple[int, str]:
        arguments = ["log", "witness", "--server", address, "-o", "w", *words]
        capfd.readouterr()
        with restored_logging():
            code = await asyncio.to_thread(run, app, arguments)
        printed = capfd.readouterr()
        lines = (printed.out + printed.err).splitlines()
        return code, "\n".join(line for line in lines if not line.startswith('{"time"'))

    return asking


def kept(name: str) -> str:
    """What a file of the auditor's holds; "" where there is none."""
    return Path(name).read_text() if Path(name).exists() else ""


def save_key(key: str) -> None:
    Path("key").write_text(f"{key}\n")


async def decide(service: Any, count: int, metadata: Any = ()) -> None:
    for number in range(count):
        await service.stub.Evaluate(request(id=f"c{number}"), metadata=metadata)


async def test_a_witness_grows_with_the_log_and_its_keys(
    start: Start, any_database: str, auditor: Asking
) -> None:
    keys = Path(key_setting(any_database))
    async with start(database=any_database) as service:
        address = service.running.address
        code, text = await auditor(address)
        assert (code, text.splitlines()[0][:9]) == (0, "w: 0 rows")
        first = str(read_keys(keys).verifier)
        assert kept("w.key") == f"{first}\n"
        for rows in (2, 5, 8):
            await decide(service, 2)
            code, text = await auditor(address)
            assert (code, text.startswith(f"w: {rows} rows")) == (0, True), text
            log = await open_log(any_database, str(keys))
            await rotate(log, keys)
            await log.engine.dispose()
        assert (await auditor(address, "--key", first))[0] == 0
        assert (await auditor(address, "--key", str(read_keys(keys).verifier)))[0] == 0
        before = kept("w")
        code, text = await auditor(address, "--key", str(LogKeys.made().verifier))
        assert (code, "LNK868" in text) == (1, True)
        assert kept("w") == before


async def test_a_log_that_was_rewritten(start: Start, database: str, tmp_path: Path, auditor: Asking) -> None:
    """By whoever has its keys: put back to an older state, and grown anew from there."""
    file, old = tmp_path / "log.sqlite3", tmp_path / "old"
    async with start(database=database) as service:
        await decide(service, 2)
    shutil.copy(file, old)
    async with start(database=database) as service:
        await decide(service, 3)
        assert (await auditor(service.running.address))[0] == 0
    before = kept("w")
    shutil.copy(old, file)
    for more in (1, 5):
        async with start(database=database) as service:
            await decide(service, more)
            code, text = await auditor(service.running.address)
        assert (code, "LNK899" in text, "w.contradicted-by" in text) == (1, True, True)
        assert kept("w") == before
        assert kept("w.contradicted-by").split("\n")[0] == before.split("\n")[0]


async def test_a_log_that_was_replaced(start: Start, tmp_path: Path, auditor: Asking) -> None:
    """With another one, that has keys of its own."""
    for name, code, fault in (("a", 0, ""), ("b", 1, "LNK868")):
        async with start(database=f"sqlite:///{tmp_path / name}") as service:
            await decide(service, 2)
            found, text = await auditor(service.running.address)
        assert (found, fault in text) == (code, True)


async def test_whoever_may_ask(
    start: Start, world: World, database: str, auditor: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over TLS, with a key, a token or a certificate; others get no answer, and leave no file."""
    _, key = world.api_key("court")
    save_key(key)
    ca = ("--ca", str(world.folder / "ca.pem"))
    options = {**world.settings(keys=True), "database": database}
    async with start(**options) as service:
        address = "localhost:" + service.running.address.rpartition(":")[2]
        code, text = await auditor(address, *ca)
        assert (code, "LNK915" in text, kept("w")) == (1, True, "")
        assert (await auditor(address, *ca, "--token-file", "key"))[0] == 0
        assert (await auditor(address, *ca, "--token-file", "nowhere"))[0] == 2
        monkeypatch.setenv("LINKAGE_TOKEN", world.token())
        assert (await auditor(address, *ca))[0] == 0
        monkeypatch.setenv("LINKAGE_TOKEN", world.token(sub="staff", groups="writers"))
        assert (await auditor(address, *ca))[0] == 1
        assert (await auditor(address))[0] == 1  # it speaks TLS alone
    world.client("court").write(world.folder, "court")
    own = (
        "--certificate",
        str(world.folder / "court.pem"),
        "--certificate-key",
        str(world.folder / "court.key"),
    )
    monkeypatch.delenv("LINKAGE_TOKEN")
    async with start(**{**options, **world.settings(mutual=True)}) as service:
        address = "localhost:" + service.running.address.rpartition(":")[2]
        await decide_over(world, address)
        assert (await auditor(address, *ca, *own))[0] == 0


async def decide_over(world: World, address: str) -> None:
    async with world.stub(address, world.client("court")) as stub:
        await stub.Evaluate(request(), metadata=bearer(world.token()))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--server", "192.0.2.1:1", "-o", "w"), "LNK906"),  # neither --ca nor --tls
        (("--server", "x", "-o", "w"), "LNK916"),
        (("--server", "127.0.0.1:1"), "LNK906"),
        (("w", "-o", "w"), "LNK906"),
        (("--server", "127.0.0.1:1", "-o", "w", "--key", "x+y"), "LNK894"),
        (("--server", "127.0.0.1:1", "-o", "w", "--certificate", "x"), "LNK906"),
    ],
)
async def test_what_cannot_be_asked(
    words: tuple[str, ...], code: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert await asyncio.to_thread(run, app, ["log", "witness", *words]) == 2
    assert code in capfd.readouterr().err
