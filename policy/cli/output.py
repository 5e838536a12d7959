"""What every command prints with."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from policy.cli.guard import CommandError
from policy.text.characters import printable_json
from policy.text.source import os_reason
from policy.text.terminal import show


def print_json(value: Mapping[str, Any]) -> None:
    """JSON for programs: keys in their documented order, Chinese as it is."""
    show(printable_json(json.dumps(value, ensure_ascii=False, indent=2)))


def write_text(text: str, path: Path | None) -> None:
    """Text to a file, whole or not at all, or to standard output. Raises CommandError (LNK908)."""
    if path is None:
        show(text, end="")
        return
    write_bytes(text.encode(), path)


def write_bytes(data: bytes, path: Path, *, private: bool = False) -> None:
    """Bytes to a file, whole or not at all; ``private``: its owner alone reads it. Raises CommandError
    (LNK908)."""
    waiting = path.with_name(path.name + ".part")
    try:
        waiting.unlink(missing_ok=True)  # what was left there may be readable for others
        number = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666)
        with os.fdopen(number, "wb") as file:
            file.write(data)
        waiting.replace(path)
    except OSError as error:
        waiting.unlink(missing_ok=True)
        raise CommandError("LNK908", file=str(path), reason=os_reason(error)) from error
