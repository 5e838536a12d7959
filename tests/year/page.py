"""The page of a year that was run: docs/benchmarks/year.md."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import text

from tests.bench.machine import machine_facts
from tests.year.run import Served, Told

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "benchmarks"
_FACTS = ("day", "processor", "cores", "system", "Python", "grpcio")


class Passed(NamedTuple):
    """One run of the year: what it counted, and by what was proven, what does not hold."""

    store: str
    cases: int
    seconds: float
    proof_seconds: float
    figures: Mapping[str, int]
    wrong: Mapping[str, Sequence[str]]


async def figures_of(server: Served, told: Told) -> dict[str, int]:
    """What happened in the year, counted by its clients and in the database."""
    found = {f"calls of {name}": times for name, times in sorted(told.calls.items())}
    for (what, code), times in sorted(told.refused.items()):
        found[f"refused: {what}, {code}"] = times
    async with server.register.keeper.reading() as connection:
        for table in ("cases", "entries", "obligations", "marks", "changes"):
            count = await connection.execute(text(f"SELECT count(*) FROM register_{table}"))  # noqa: S608
            found[f"rows of register_{table}"] = count.scalar_one()
        rows = await connection.execute(
            text("SELECT why, kind, count(*) FROM register_changes GROUP BY why, kind ORDER BY why, kind")
        )
        found |= {f"changes by {why}: {kind}": count for why, kind, count in rows}
    for district, program in sorted(server.running.rules.current.snapshot.districts.items()):
        rules = {rule for one in program.programs for rule in one.by_rule}
        arose = len(await _arisen(server, district))
        found[f"rules of {district} with duties, of {len(rules)}"] = arose
    found["cases that time moved"] = told.ticked
    return found


async def _arisen(server: Served, district: str) -> set[str]:
    query = text("SELECT DISTINCT rule FROM register_obligations WHERE district = :district")
    async with server.register.keeper.reading() as connection:
        return {row[0] for row in await connection.execute(query, {"district": district})}


def write(found: Sequence[Passed], seed: int, folder: Path = FOLDER) -> None:
    """Writes year.md and year.json."""
    facts = {name: fact for name, fact in machine_facts().items() if name in _FACTS}
    data = {"machine": facts, "seed": seed, "stores": [one._asdict() for one in found]}
    (folder / "year.json").write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (folder / "year.md").write_text(page(found, seed, facts), encoding="utf-8")


def page(found: Sequence[Passed], seed: int, facts: Mapping[str, str]) -> str:
    """The page in Markdown."""
    lines = [
        "# A scripted year",
        "",
        "Made by `python -m tests.year --write`; do not edit.",
        "",
        "| " + " | ".join(facts) + " |",
        "|" + "---|" * len(facts),
        "| " + " | ".join(facts.values()) + " |",
        "",
        f"{found[0].cases:,} cases of the five districts (seed {seed}), made from the rule tests of the",
        "packs and from the plain generator of the assessments' tests: told late, in any order, some",
        "wrongly and corrected, some twice, some taken back. Departments accept, return, report, object; the",
        "court confirms, rejects, answers, withdraws. In July 公安县 gets a new version and two districts",
        "other parameters. All of it goes through CaseService of a running server, whose clock the year",
        "moves. Afterwards (how many things did not hold):",
        "",
        "| proven | " + " | ".join(one.store for one in found) + " |",
        "|---|" + "---:|" * len(found),
    ]
    for what, means in _MEANS.items():
        lines.append(
            f"| {means} | " + " | ".join(f"{len(one.wrong.get(what, ())):,}" for one in found) + " |"
        )
    lines += ["", "| | " + " | ".join(one.store for one in found) + " |", "|---|" + "---:|" * len(found)]
    lines.append("| seconds of the year | " + " | ".join(f"{one.seconds:,.0f}" for one in found) + " |")
    lines.append(
        "| seconds of the proof | " + " | ".join(f"{one.proof_seconds:,.0f}" for one in found) + " |"
    )
    names = dict.fromkeys(name for one in found for name in one.figures)
    for name in names:
        lines.append(f"| {name} | " + " | ".join(f"{one.figures.get(name, 0):,}" for one in found) + " |")
    return "\n".join([*lines, ""])


_MEANS = {
    "answered": "calls refused that should not have been",
    "replayed": "cases whose stored state is not its replay (`linkage register verify`)",
    "recorded": "entries not there just once, or never acknowledged",
    "streamed": "breaks in the stream of changes, and changes told to a client twice or otherwise",
    "counted": "figures of boards and assessments that SQL counts otherwise",
    "told": "changes that a watch or a webhook was not told just once, in order",
    "listed": "bodies whose lists, page by page, are not what SQL counts",
}
