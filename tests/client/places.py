"""Services with callers, over TLS, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.identity.world import CALLERS, World
from tests.server.process import server_process

LIMITED = (
    CALLERS
    + """\
  slow:
    tokens: [{issuer: sso, claims: {sub: slow}}]
    rights: [{role: integrator, districts: [qiaonan]}]
    limits: {calls_per_second: 5, burst: 1, request_bytes: 4096}
"""
)


class Place:
    """A service with callers: its files, and its address by the name in its certificate."""

    def __init__(self, world: World, key: str, address: str) -> None:
        self.world = world
        self.key = key
        self.address = f"localhost:{address.rpartition(':')[2]}"

    @property
    def ca(self) -> str:
        """The file of the authority."""
        return str(self.world.folder / "ca.pem")


@pytest.fixture(scope="session")
def tls(small_rules: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A service over TLS, with callers by token and key."""
    yield from _place(small_rules, tmp_path_factory.mktemp("tls"), mutual=False)


@pytest.fixture(scope="session")
def mutual(small_rules: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A service that asks every client for its certificate."""
    yield from _place(small_rules, tmp_path_factory.mktemp("mutual"), mutual=True)


def _place(rules: Path, folder: Path, *, mutual: bool) -> Iterator[Place]:
    world = World(folder)
    world.write_callers(LIMITED)
    _, key = world.api_key("court")
    settings = world.settings(mutual=mutual, keys=True) | {"log__enabled": "false"}
    pairs = [f"{name.replace('__', '.')}={value}" for name, value in settings.items()]
    options = [part for pair in pairs for part in ("--set", pair)]
    with server_process(*options, rules=rules, log=folder / "server.log") as (_, address):
        yield Place(world, key, address)
