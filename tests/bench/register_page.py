"""The page of the register at scale: docs/benchmarks/register.md."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from tests.bench.machine import machine_facts
from tests.bench.register import CLIENTS, CLOSED, PAGE, Measured
from tests.bench.register_fill import DISTRICT

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "benchmarks"
NOTES = "register-notes.txt"
"""What limits the figures: written by hand, and put at the end of the page."""
_FACTS = ("day", "processor", "cores", "system", "Python", "protobuf", "grpcio", "uvloop")


def write(found: Sequence[Measured], folder: Path = FOLDER) -> None:
    """Writes register.md and register.json."""
    facts = {name: fact for name, fact in machine_facts().items() if name in _FACTS}
    data = {"machine": facts, "measured": [asdict(one) for one in found]}
    (folder / "register.json").write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    notes = folder / NOTES
    more = notes.read_text(encoding="utf-8") if notes.exists() else ""
    (folder / "register.md").write_text(page(found, facts) + more, encoding="utf-8")


def page(found: Sequence[Measured], facts: Mapping[str, str]) -> str:
    """The page in Markdown."""
    lines = [
        "# The register at scale",
        "",
        "Made by `python -m tests.bench --only register`; do not edit (but `register-notes.txt`, its end).",
        "",
        "| " + " | ".join(facts) + " |",
        "|" + "---|" * len(facts),
        "| " + " | ".join(facts.values()) + " |",
        "",
        f"All obligations are of one district, {DISTRICT}, under its shipped rules: copies of cases that",
        "were decided once, written by the register's own writer; a sample is replayed before anything is",
        f"measured. Then {CLOSED:.0%} of the cases end, and it is measured again. The server is one",
        "process, its client another, on the same machine. Times of a call are the client's, in ms.",
        "`times empty`: of the medians, to those with 1,000 obligations on the same store.",
        "",
        *_recording(found),
        *_listing(found),
        *_sizes(found),
    ]
    return "\n".join([*lines, ""])


def _recording(found: Sequence[Measured]) -> list[str]:
    lines = [
        "## RecordEvents",
        "",
        f"One event of a case that goes on, by which a duty arises: one client, then {CLIENTS} at once.",
        "",
        "| store | obligations | ended | one: median | p99 | calls/s "
        "| many: median | p99 | calls/s | times empty |",
        "|---|---:|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    empty = {one.store: one for one in reversed(found) if not one.closed}
    for one in found:
        if one.record_one is None or one.record_many is None:
            continue
        figures = " | ".join(
            f"{times.median:,.1f} | {times.p99:,.1f} | {times.per_second:,.0f}"
            for times in (one.record_one, one.record_many)
        )
        base = empty[one.store].record_one
        ratio = "" if base is None else f"{one.record_one.median / base.median:.2f}"
        lines.append(f"| {_name(one)} | {figures} | {ratio} |")
    return [*lines, ""]


def _listing(found: Sequence[Measured]) -> list[str]:
    empty = {one.store: one for one in reversed(found) if not one.closed}
    lines = [
        "## ListObligations",
        "",
        f"The first page of {PAGE}. Every filter by itself, and every two of them, of which one hardly ever",
        "holds or never does: such a page looks at a bounded number of obligations, and is short.",
        "",
        "| store | obligations | ended | no filter: median | p99 | pages/s | single filters: slowest median "
        "| combinations: slowest median | p99 | which | times empty |",
        "|---|---:|---|---:|---:|---:|---:|---:|---:|---|---:|",
    ]
    for one in found:
        plain = one.lists["nothing"]
        singles = max(t.median for name, t in one.lists.items() if "," not in name)
        slowest = max((name for name in one.lists if "," in name), key=lambda name: one.lists[name].median)
        worst = one.lists[slowest]
        ratio = max(one.lists[name].median / times.median for name, times in empty[one.store].lists.items())
        lines.append(
            f"| {_name(one)} | {plain.median:,.1f} | {plain.p99:,.1f} | {plain.per_second:,.0f} "
            f"| {singles:,.1f} "
            f"| {worst.median:,.1f} | {worst.p99:,.1f} | {slowest} | {ratio:.1f} |"
        )
    lines += ["", "Medians of every filter, milliseconds:", ""]
    lines.append("| filter | " + " | ".join(_short(one) for one in found) + " |")
    lines.append("|---|" + "---:|" * len(found))
    for name in found[0].lists:
        medians = " | ".join(f"{one.lists[name].median:,.1f}" if name in one.lists else "" for one in found)
        lines.append(f"| {name} | {medians} |")
    return [*lines, ""]


def _sizes(found: Sequence[Measured]) -> list[str]:
    lines = [
        "## Size",
        "",
        "| store | obligations | ended | rows an obligation | bytes an obligation | of which | written/s |",
        "|---|---:|---|---:|---:|---|---:|",
    ]
    for one in found:
        count = one.rows["obligations"]
        rows, size = sum(one.rows.values()) / count, sum(one.bytes.values()) / count
        shares = ", ".join(f"{table} {value / count:,.0f}" for table, value in one.bytes.items())
        lines.append(f"| {_name(one)} | {rows:.1f} | {size:,.0f} | {shares} | {one.filled_per_second:,.0f} |")
    wrong = sum(len(one.wrong) for one in found)
    return [*lines, "", f"Cases of the samples that are not as replayed: {wrong}.", ""]


def _name(one: Measured) -> str:
    return f"{one.store} | {one.obligations:,} | {f'{CLOSED:.0%}' if one.closed else 'none'}"


def _short(one: Measured) -> str:
    return f"{one.store} {one.obligations:,}{f', {CLOSED:.0%} ended' if one.closed else ''}"
