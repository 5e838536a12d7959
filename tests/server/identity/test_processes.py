"""As an operator runs it: two processes on one port, TLS, callers; keys revoked, certificates renewed."""

import asyncio
import os
import signal
import time
from pathlib import Path

import grpc
import pytest

from linkage.v1 import policy_service_pb2 as api
from linkage.v1 import policy_service_pb2_grpc as stubs
from policy.cli import run
from server.cli import app
from server.identity.development import server_pair
from server.identity.keys import revoke_key
from tests.server.identity.test_transport import served
from tests.server.identity.world import World, bearer, eventually, parts, replace
from tests.server.process import server_process, stopped

REFUSED = (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.RESOURCE_EXHAUSTED)
"""Of a key that is no more; asked too often, it is not looked at."""


def options(world: World) -> list[str]:
    found = ["--set", "log.enabled=false", "--workers", "2"]
    for name, value in world.settings(keys=True).items():
        found += ["--set", f"{name.replace('__', '.')}={value}"]
    return found


async def test_every_process_follows_the_files(world: World, small_rules: Path, tmp_path: Path) -> None:
    identity, key = world.api_key("court")
    with server_process(*options(world), rules=small_rules, log=tmp_path / "log") as (process, address):

        async def answered(times: int = 1) -> int:
            """How many of so many calls, each on a connection of its own, are answered."""
            good = 0
            for _ in range(times):
                async with world.channel(address) as channel:
                    stub = stubs.PolicyServiceStub(channel)
                    call = stub.ListPacks(api.ListPacksRequest(), metadata=bearer(key), timeout=10)
                    code = await call.code()
                    assert code in (grpc.StatusCode.OK, *REFUSED)
                    good += code is grpc.StatusCode.OK
            return good

        assert await answered(8) == 8
        made = server_pair(world.authority, ["localhost"])
        for name, data in zip(("server.pem", "server.key"), parts(made), strict=True):
            replace(world.folder / name, data)

        async def new_everywhere() -> bool:
            shown = [await served(world, address) for _ in range(8)]
            return set(shown) == {made.certificate.serial_number}

        await eventually(new_everywhere)
        assert await answered(4) == 4
        assert revoke_key(world.folder / "keys.json", identity, int(time.time()))

        async def revoked_everywhere() -> bool:
            return await answered(8) == 0

        await eventually(revoked_everywhere)
        assert await asyncio.to_thread(stopped, process, signal.SIGTERM) == 0
    text = (tmp_path / "log").read_text()
    assert key not in text
    assert f'"by":"key {identity}"' in text
    assert '"why":"revoked"' in text


def test_revoking_and_listing(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(world.folder)
    files = ["--callers", "callers.yaml", "--keys", "keys.json"]

    def told(*words: str) -> list[str]:
        assert run(app, ["keys", *words, "--lang", "en"]) == 0
        return capsys.readouterr().out.splitlines()

    (key,) = told("create", "court", *files)
    (forever,) = told("create", "police", *files, "--days", "0")
    first, second = told("list", *files[2:])
    assert first.split()[:2] == [key.split("_")[1], "court"]
    assert "until" in first
    assert second.endswith("valid")
    assert told("revoke", key.split("_")[1], *files[2:]) == []
    assert "revoked" in told("list", *files[2:])[0]
    assert forever.split("_")[1] in told("list", *files[2:])[1]


def test_what_a_hurried_operator_does_to_the_keys(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A date for a number of days; the whole key where its id is asked for; a file that the group reads."""
    monkeypatch.chdir(world.folder)
    file = ["--keys", "keys.json"]
    create = ["keys", "create", "court", "--callers", "callers.yaml", *file]
    assert run(app, [*create, "--days", "20271231"]) == 2
    capsys.readouterr()
    assert run(app, create) == 0
    key = capsys.readouterr().out.strip()
    Path("keys.json").chmod(0o640)
    secret = key.split("_", 2)[2]
    assert run(app, ["keys", "revoke", f"lk_{'0' * 12}_{secret}", *file]) == 2
    assert run(app, ["keys", "revoke", key, *file]) == 0
    assert secret not in "".join(capsys.readouterr())
    assert Path("keys.json").stat().st_mode & 0o777 == 0o640
    assert run(app, ["keys", "list", *file, "--lang", "en"]) == 0
    assert "revoked" in capsys.readouterr().out


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone gives files away")
def test_keys_that_root_changes_stay_the_services(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(world.folder)
    create = ["keys", "create", "court", "--callers", "callers.yaml", "--keys", "keys.json"]
    assert run(app, create) == 0
    os.chown("keys.json", 65534, 65534)
    assert run(app, create) == 0
    assert Path("keys.json").stat()[4:6] == (65534, 65534)


def test_certificates_of_the_command_are_those_of_a_service(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(app, ["certs", "--host", "gate.example.com", "--host", "192.0.2.7", "--client", "court"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"certs/{name}" for name in ("ca.pem", "ca.key", "server.pem", "server.key", "court.pem", "court.key")
    ]
    assert all(path.stat().st_mode & 0o077 == 0 for path in Path("certs").glob("*.key"))
    assert run(app, ["certs", "--client", "police"]) == 0  # of the same authority
    assert capsys.readouterr().out.splitlines() == ["certs/police.pem", "certs/police.key"]
