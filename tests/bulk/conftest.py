"""What the tests of this folder share: rules, the cases of all their tests, and a way to run."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from policy.cli import app, run
from policy.decide import decide
from policy.decide.snapshot import Snapshot
from tests.bulk.files import Asked, expected
from tests.loading import FIXTURES, SHIPPED, loaded


class Rules(NamedTuple):
    """A rules folder, loaded, and the cases of its rule tests."""

    root: Path
    snapshot: Snapshot
    asked: tuple[Asked, ...]


def rules_of(root: Path) -> Rules:
    """A rules folder and the cases of all its rule tests."""
    snapshot, tests = loaded(root)
    return Rules(root, snapshot, tuple(Asked(t.case.case, t.as_of, t.district) for t in tests))


def everything(rules: Rules, asked: Sequence[Asked]) -> list[dict[str, Any]]:
    """What should be found in these cases of the rules, one row after another; each is decided once."""
    found = []
    for number, item in enumerate(asked, 1):
        key = id(item.case), item.as_of
        if key not in _ROWS:
            decision = decide(rules.snapshot.districts[item.district], item.case, item.as_of)
            _ROWS[key] = item, expected(0, decision)
        found += [row | {"row": number} for row in _ROWS[key][1]]
    return found


_ROWS: dict[tuple[int, int], tuple[Asked, list[dict[str, Any]]]] = {}
"""By the case and its moment. What is kept also keeps the case alive, so that no other takes its place."""


@pytest.fixture(scope="session")
def shipped() -> Rules:
    """The packs that the repository ships."""
    return rules_of(SHIPPED)


@pytest.fixture(scope="session")
def invented() -> Rules:
    """The invented districts: every kind of finding, and loaded in a moment by each process of a run."""
    return rules_of(FIXTURES)


class Ran(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def bulk(
    invented: Rules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    """``linkage bulk`` with these arguments, in English, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    # Loaded once for all runs; those in processes of their own load as users do.
    monkeypatch.setattr("policy.cli.loading.load_usable", lambda root, lang: (None, invented.snapshot))
    for name in ("LINKAGE_RULES", "LINKAGE_LANG"):
        monkeypatch.delenv(name, raising=False)

    def command(*arguments: Any) -> Ran:
        listed = ["linkage", "bulk", *map(str, arguments), "--rules", str(invented.root), "--lang", "en"]
        monkeypatch.setattr("sys.argv", listed)
        capsys.readouterr()
        code = run(app)
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return command
