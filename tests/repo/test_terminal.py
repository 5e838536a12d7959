"""Nothing is printed past ``policy.text.terminal`` and the report's screen: no data steers a terminal."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PRINTERS = {
    "policy/text/terminal.py",
    "policy/review/report/screen.py",
    # These write pages of the repository, made of our own tables.
    "policy/text/messages/__main__.py",
    "policy/expr/__main__.py",
}


def test_every_print_is_escaped(repo_root: Path) -> None:
    found = [
        f"{name}:{line}"
        for folder in ("policy", "server")
        for path in sorted((repo_root / folder).rglob("*.py"))
        if (name := path.relative_to(repo_root).as_posix()) not in PRINTERS
        for line in _prints(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


def _prints(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        if called in {"print", "sys.stdout.write", "sys.stderr.write", "typer.echo", "typer.secho"}:
            yield node.lineno
        # A progress bar on standard error shows nothing but our own words.
        if called == "Console" and [ast.unparse(item.value) for item in node.keywords] != ["True"]:
            yield node.lineno
