"""The page of a run: docs/benchmarks/kills.md."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from tests.bench.machine import machine_facts
from tests.kills.killing import CLIENTS, EARLY, LIVES, Killed

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "benchmarks"
_FACTS = ("day", "processor", "cores", "system", "Python", "grpcio")
_ROWS = {
    "kills": "kills (SIGKILL)",
    "early": "of these while the process started",
    "seconds": "seconds in all",
    "calls": "calls that were answered in the end",
    "repeats": "times that one had to be sent again",
    "entries": "entries acknowledged",
    "changes": "changes told in answers",
    "stream": "changes in the stream",
    "breaks": "times that the watch broke off and went on",
    "requests": "requests that the webhook got",
}


def write(found: Mapping[str, Killed], folder: Path = FOLDER) -> None:
    """Writes kills.md and kills.json."""
    facts = {name: fact for name, fact in machine_facts().items() if name in _FACTS}
    data = {"machine": facts, "stores": {store: one._asdict() for store, one in found.items()}}
    (folder / "kills.json").write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    (folder / "kills.md").write_text(page(found, facts), encoding="utf-8")


def page(found: Mapping[str, Killed], facts: Mapping[str, str]) -> str:
    """The page in Markdown."""
    lines = [
        "# Killed outright",
        "",
        "Made by `python -m tests.kills --write`; do not edit.",
        "",
        "| " + " | ".join(facts) + " |",
        "|" + "---|" * len(facts),
        "| " + " | ".join(facts.values()) + " |",
        "",
        f"{CLIENTS} clients write cases, accept and fulfil duties, close cases, and send again under the",
        f"same ids what has no answer. After {LIVES:g} s on average a server process is killed, its clock",
        f"set wrong by up to forty days, and it is started again; {EARLY:.0%} are killed once more while",
        "they start. One process serves the SQLite file, two serve the PostgreSQL. At the end every",
        "acknowledged entry must be there once, every change that an answer told must stand in the stream as",
        "it was told, and none be told twice, the stream must have no gap, and every stored state must be",
        "its replay. A watch, which goes on after its last token, must have heard the stream itself, each",
        "change once; a webhook each change under one id with one text, those of one obligation in order.",
        "",
        "| | " + " | ".join(found) + " |",
        "|---|" + "---:|" * len(found),
    ]
    for name, means in _ROWS.items():
        lines.append(
            f"| {means} | " + " | ".join(f"{getattr(one, name):,.0f}" for one in found.values()) + " |"
        )
    lines.append("| **what does not hold** | " + " | ".join(str(len(o.wrong)) for o in found.values()) + " |")
    return "\n".join([*lines, ""])
