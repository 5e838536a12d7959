"""What a siege gave, and its page."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "benchmarks"

_INTRODUCTION = """\
`linkage serve --workers 2`, mutual TLS, callers by certificate, API key and token, each decision logged in
SQLite; rules changed and loaded again every 20 s, a worker killed (SIGKILL) in the middle, a witness kept by
an auditor each minute over gRPC. A neighbour asks for a small decision, and a probe for health, one after the
other; others send cases, batches and streams, as fast as they are answered; then a hostile client does all
that `tests/bench/hostile.py` has, in turn, as a caller and as a stranger. Clients and service share the
machine. What the attacks cost is the difference between the minutes that have a number and `others`.
"""


@dataclass(frozen=True, slots=True)
class Minute:
    """One minute of the run. Times are milliseconds; calls of the neighbour and of the probe for health.

    ``name``: its number under attack, ``quiet`` while the neighbour is alone, ``others`` while all but the
    hostile client are there.
    """

    name: str
    decisions: int
    small: tuple[float, float]
    health: tuple[float, float]
    failed: int
    megabytes: float


@dataclass(frozen=True, slots=True)
class Siege:
    """What a run gave."""

    minutes: tuple[Minute, ...]
    attacks: tuple[tuple[str, int, float, str], ...]
    """Name, how often, the seconds that it took the last time, and what came of it."""
    counts: dict[str, int]
    events: dict[str, int]
    ends: dict[str, str]
    """What is said at the end: exit codes, what verifying found, what is missing."""

    @property
    def sound(self) -> bool:
        """Whether nothing is missing, nothing was found, and everything ended as it should."""
        return all(value in _GOOD[name] for name, value in self.ends.items() if name in _GOOD)


_GOOD = {
    "exit code at SIGTERM": ("0",),
    "acknowledged and not in the log": ("0",),
    "exit code of log verify": ("0",),
    "witnesses that a service refused": ("0",),
}


def write(siege: Siege, facts: dict[str, str], folder: Path = FOLDER) -> None:
    """Writes siege.md and siege.json."""
    folder.mkdir(parents=True, exist_ok=True)
    data = {"machine": facts, **asdict(siege)}
    (folder / "siege.json").write_text(
        json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    (folder / "siege.md").write_text(page(siege, facts), encoding="utf-8")


def page(siege: Siege, facts: dict[str, str]) -> str:
    """The page in Markdown."""
    lines = [
        "# Soak with everything on",
        "",
        "Made by `python -m tests.bench --only siege --minutes N`; do not edit.",
        "",
        "| " + " | ".join(facts) + " |",
        "|" + "---|" * len(facts),
        "| " + " | ".join(facts.values()) + " |",
        "",
        _INTRODUCTION,
        "| minute | decisions | small call, p50 / p99 ms | health, p50 / p99 ms | failed | MB in all |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    for minute in siege.minutes:
        times = [f"{p50:.1f} / {p99:.1f}" for p50, p99 in (minute.small, minute.health)]
        cells = [minute.name, f"{minute.decisions:,}", *times, str(minute.failed)]
        lines.append(f"| {' | '.join(cells)} | {minute.megabytes:,.0f} |")
    lines += ["", "| attack | times | seconds | came to |", "|---|---:|---:|---|"]
    lines += [
        f"| {name} | {times} | {seconds:.1f} | {said} |" for name, times, seconds, said in siege.attacks
    ]
    lines += ["", "| at the end | |", "|---|---:|"]
    lines += [f"| {name} | {value} |" for name, value in siege.ends.items()]
    lines += ["", "| counted by the clients | |", "|---|---:|"]
    lines += [f"| {name} | {count:,} |" for name, count in siege.counts.items()]
    lines += ["", "| the service's log says | times |", "|---|---:|"]
    lines += [f"| `{name}` | {count:,} |" for name, count in siege.events.items()]
    return "\n".join([*lines, ""])
