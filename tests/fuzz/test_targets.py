"""A few hundred inputs of each target, the same at each run, and all that was found before."""

import random
from itertools import islice
from pathlib import Path

import pytest

from tests.fuzz import targets
from tests.fuzz.driver import NAMES, SERVED, found, mutated, on_a_server, run

COUNTS = {"packs": 12, "cases": 150, "expressions": 30, "requests": 400, "http1": 60, "http2": 40}


@pytest.mark.parametrize("name", NAMES)
def test_any_bytes(name: str, tmp_path: Path) -> None:
    if name in SERVED:
        with on_a_server(name, tmp_path / "log") as target:
            _tried(name, target)
        assert '"unexpected_error","what":"http"' not in (tmp_path / "log").read_text()
    else:
        _tried(name, targets.TARGETS[name])


def _tried(name: str, target: targets.Target) -> None:
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
