"""The names of events in the code are those of the table, which is in the documentation."""

import ast
from collections.abc import Iterator
from pathlib import Path

from server.settings.events import EVENTS


def names_in(path: Path) -> Iterator[str]:
    """Events that a module logs by name; one that it chooses is a string of the module all the same."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "event":
            for each in ast.walk(node.args[1]):
                if isinstance(each, ast.Constant):
                    yield str(each.value)


def test_every_event_is_in_the_table(repo_root: Path) -> None:
    found = {name for path in (repo_root / "server").rglob("*.py") for name in names_in(path)}
    assert found - set(EVENTS) == set()


def test_every_event_of_the_table_is_logged_somewhere(repo_root: Path) -> None:
    paths = (path for path in (repo_root / "server").rglob("*.py") if path.name != "events.py")
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    assert [name for name in EVENTS if f'"{name}"' not in text] == []
