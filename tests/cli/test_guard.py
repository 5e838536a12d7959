"""Whatever goes wrong is a coded message and an exit code, never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from policy.cli import CommandError, app, run
from policy.cli.language import language_of
from policy.pack import shipped
from policy.text.source import MAX_FILE_BYTES

SECONDS = 120
"""Longer than any of these takes on a slow and busy machine."""

LINKAGE = [sys.executable, "-c", "from policy.cli import main; main()"]


def app_that(fails: BaseException | None) -> typer.Typer:
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

    @app.command()
    def command() -> None:
        if fails is not None:
            raise fails

    return app


@pytest.mark.parametrize(
    ("fails", "code", "said"),
    [
        (None, 0, ""),
        (typer.Exit(1), 1, ""),
        (CommandError("LNK903", path="x"), 2, "错误 LNK903：x 不是规则文件夹"),
        (KeyboardInterrupt(), 130, "错误 LNK904：已中断"),
        (RuntimeError("secret"), 2, "错误 LNK905：程序内部出错（RuntimeError），这不是规则或案件的问题"),
        (RecursionError(), 2, "错误 LNK905：程序内部出错（RecursionError），这不是规则或案件的问题"),
        (OSError(28, "No space left on device"), 2, "错误 LNK908：不能写出结果：磁盘已满"),
    ],
)
def test_outcomes(
    fails: BaseException | None,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["linkage"])
    monkeypatch.delenv("LINKAGE_LANG", raising=False)
    monkeypatch.delenv("LINKAGE_DEBUG", raising=False)
    assert run(app_that(fails), []) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.split("\n")[0] == said
    assert "secret" not in printed.err


def test_whoever_debugs_gets_the_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKAGE_DEBUG", "1")
    with pytest.raises(RuntimeError):
        run(app_that(RuntimeError()), [])


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        ([], {}, "zh"),
        ([], {"LINKAGE_LANG": "en"}, "en"),
        (["--lang", "zh"], {"LINKAGE_LANG": "en"}, "zh"),
        (["check", "--lang=en"], {}, "en"),
        (["--lang"], {"LINKAGE_LANG": "fr"}, "zh"),
    ],
)
def test_language(arguments: list[str], environment: dict[str, str], language: str) -> None:
    assert language_of(arguments, environment) == language


def linkage(
    *arguments: str, cwd: Path, stdin: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), **environment}
    return subprocess.run(
        [*LINKAGE, *arguments],
        cwd=cwd,
        input=stdin,
        env=env,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )


def test_help_in_both_languages(tmp_path: Path) -> None:
    chinese, english = (
        linkage("--help", cwd=tmp_path),
        linkage("check", "--help", "--lang", "en", cwd=tmp_path),
    )
    assert chinese.returncode == english.returncode == 0
    assert "检查规则，列出所有错误" in chinese.stdout.decode()
    assert "fail on warnings, too" in english.stdout.decode()


def test_help_needs_neither_rich_nor_the_engine(tmp_path: Path) -> None:
    probe = "import sys; from policy.cli import app, run; run(app, ['--help']); print(*sorted(sys.modules))"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run(
        [sys.executable, "-c", probe], cwd=tmp_path, env=env, capture_output=True, check=True
    )
    loaded = set(done.stdout.decode().splitlines()[-1].split())
    assert loaded.isdisjoint({"rich", "yaml", "google.protobuf", "cel_expr_python", "policy.pack"})


def test_a_reader_that_goes_away_is_no_error(rules: Path, tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    arguments = [*LINKAGE, "packs", "--rules", str(rules), "--list-rules", "--clauses"]
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as sink:
        done = subprocess.run(
            arguments,
            cwd=tmp_path,
            env=env,
            stdout=sink,
            stderr=subprocess.PIPE,
            timeout=SECONDS,
            check=False,
        )
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_terminal_without_chinese_gets_escapes(rules: Path, tmp_path: Path) -> None:
    done = linkage("packs", "--rules", str(rules), cwd=tmp_path, PYTHONIOENCODING="ascii", LANG="C")
    assert done.returncode == 0
    assert "\\u" in done.stdout.decode("ascii")


@pytest.mark.parametrize(
    ("stdin", "code"), [(b"\xff", b"LNK101"), (b"x" * (MAX_FILE_BYTES + 1), b"LNK102"), (b"", b"LNK112")]
)
def test_standard_input_that_is_no_case(stdin: bytes, code: bytes, rules: Path, tmp_path: Path) -> None:
    done = linkage("evaluate", "-", "--rules", str(rules), cwd=tmp_path, stdin=stdin)
    assert done.returncode == 2
    assert code in done.stderr
    assert b"Traceback" not in done.stderr


def test_packs_that_are_not_installed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(shipped, "_INSTALLED", tmp_path)
    monkeypatch.setattr(shipped, "_CHECKOUT", tmp_path)
    assert run(app, ["init-rules", str(tmp_path / "rules")]) == 2
    assert "LNK917" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
