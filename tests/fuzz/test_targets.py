"""A few hundred inputs of each target, the same at each run, and all that was found before."""

import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from tests.fuzz import targets
from tests.fuzz.driver import NAMES, found, mutated, run
from tests.server.process import server_process

COUNTS = {"packs": 12, "cases": 150, "expressions": 30, "requests": 400, "http2": 40}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server to send bytes to."""
    log = tmp_path_factory.mktemp("fuzz") / "log"
    with server_process("--set", "log.enabled=false", rules=targets.RULES, log=log) as (_, found_address):
        yield found_address


@pytest.mark.parametrize("name", NAMES)
def test_any_bytes(name: str, request: pytest.FixtureRequest) -> None:
    server = request.getfixturevalue("address") if name == "http2" else ""
    target = targets.http2(server) if server else targets.TARGETS[name]
    for data in targets.seeds(name):
        target(data)
    for path in found(name):
        target(path.read_bytes())
    chance = random.Random(9)  # noqa: S311 - nothing secret
    for data in islice(mutated(targets.seeds(name), chance), COUNTS[name]):
        target(data)


def test_what_fails_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.fuzz.driver.FOUND", tmp_path)
    seen: list[bytes] = []

    def target(data: bytes) -> None:
        seen.append(data)
        if len(seen) == 3:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run("cases", target, seconds=60, seed=1)
    assert [path.read_bytes() for path in found("cases")] == [seen[2]]
