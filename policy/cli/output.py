"""What every command prints with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from policy.cli.guard import CommandError
from policy.text.characters import printable_json
from policy.text.terminal import show


def print_json(value: Mapping[str, Any]) -> None:
    """JSON for programs: keys in their documented order, Chinese as it is."""
    show(printable_json(json.dumps(value, ensure_ascii=False, indent=2)))


def write_text(text: str, path: Path | None) -> None:
    """Text to a file, whole or not at all, or to standard output. Raises CommandError (LNK902)."""
    if path is None:
        show(text, end="")
        return
    write_bytes(text.encode(), path)


def write_bytes(data: bytes, path: Path) -> None:
    """Bytes to a file, whole or not at all. Raises CommandError (LNK902)."""
    waiting = path.with_name(path.name + ".part")
    try:
        waiting.write_bytes(data)
        waiting.replace(path)
    except OSError as error:
        waiting.unlink(missing_ok=True)
        raise CommandError("LNK902", path=str(path), reason=error.strerror or str(error)) from error
