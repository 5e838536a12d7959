"""What the tests of this folder share: the shipped rules, the cases of all their tests, and a way to run."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from linkage.v1 import facts_pb2
from policy.cli import app, run
from policy.decide.snapshot import Snapshot
from tests.loading import SHIPPED, loaded


class Asked(NamedTuple):
    """A case, the moment to decide it for, and its district."""

    case: facts_pb2.Case
    as_of: int
    district: str


class Rules(NamedTuple):
    """A rules folder, loaded, and the cases of its rule tests."""

    root: Path
    snapshot: Snapshot
    asked: tuple[Asked, ...]


def rules_of(root: Path) -> Rules:
    """A rules folder and the cases of all its rule tests."""
    snapshot, tests = loaded(root)
    return Rules(root, snapshot, tuple(Asked(t.case.case, t.as_of, t.district) for t in tests))


@pytest.fixture(scope="session")
def shipped() -> Rules:
    """The packs that the repository ships."""
    return rules_of(SHIPPED)


class Ran(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def bulk(
    shipped: Rules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    """``linkage bulk`` with these arguments, in English, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    # Loading takes longer than everything else here; runs in processes of their own load as users do.
    monkeypatch.setattr("policy.cli.loading.load_usable", lambda root, lang: (None, shipped.snapshot))
    for name in ("LINKAGE_RULES", "LINKAGE_LANG"):
        monkeypatch.delenv(name, raising=False)

    def command(*arguments: Any) -> Ran:
        listed = ["linkage", "bulk", *map(str, arguments), "--rules", str(shipped.root), "--lang", "en"]
        monkeypatch.setattr("sys.argv", listed)
        capsys.readouterr()
        code = run(app)
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return command
