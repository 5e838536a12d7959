"""The language of a command stands after it, before it, or in the environment; the nearest counts."""

import pytest

from policy.cli import run
from server.cli import app

ENGLISH, CHINESE = "there is no database file", "没有数据库文件"


@pytest.mark.parametrize(
    ("words", "environment", "said"),
    [
        ("log list", None, CHINESE),
        ("log list --lang en", None, ENGLISH),
        ("--lang en log list", None, ENGLISH),
        ("--lang=en log list", None, ENGLISH),
        ("log --lang en list", None, ENGLISH),
        ("log list", "en", ENGLISH),
        ("--lang zh log list", "en", CHINESE),
        ("log --lang zh list", "en", CHINESE),
        ("--lang en log --lang zh list", None, CHINESE),
        ("--lang zh log list --lang en", None, ENGLISH),
        ("--lang en packs", None, "is no rules folder"),
        ("--lang en source attach liwan x", None, "is no rules folder"),
        ("--lang fr log list", None, "LNK906"),
    ],
)
def test_where_the_language_stands(
    words: str,
    environment: str | None,
    said: str,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("empty"))
    monkeypatch.setattr("sys.argv", ["linkage", *words.split()])
    for name in ("LINKAGE_LANG", "LINKAGE_DATABASE", "LINKAGE_CONFIG", "LINKAGE_RULES"):
        monkeypatch.delenv(name, raising=False)
    if environment is not None:
        monkeypatch.setenv("LINKAGE_LANG", environment)
    assert run(app) == 2
    assert said in capsys.readouterr().err
