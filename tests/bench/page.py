"""The results as files under docs/benchmarks: a page in Markdown, its pictures, and the data as JSON."""

from __future__ import annotations

import json
from pathlib import Path

from tests.bench.growth import SIZES
from tests.bench.picture import Bar, bar_chart
from tests.bench.results import Data, aims
from tests.bench.serving import IN_FLIGHT, SECONDS
from tests.bench.timing import GC_POLICY, TIMED

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "benchmarks"


def write(data: Data, folder: Path = FOLDER) -> None:
    """Writes every file; ``data`` holds all parts."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "results.json": json.dumps(data, ensure_ascii=False, indent=1) + "\n",
        "engines.svg": _engines_picture(data["engines"]),
        "growth.svg": _growth_picture(data["growth"]),
        "serving.svg": _serving_picture(data["serving"]),
        "README.md": _page(data),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def _engines_picture(data: Data) -> str:
    bars = [
        Bar(
            e["name"],
            e["median_us"],
            f"{e['median_us']:,.0f} µs",
            e["p99_us"],
            e["name"].startswith("Linkage"),
        )
        for e in data["engines"]
    ]
    note = "Microseconds, logarithmic. Bar: median over the mix; stroke: 99th percentile. Shorter is better."
    return bar_chart("One decision", note, bars, logarithmic=True)


def _growth_picture(data: list[Data]) -> str:
    bars = [
        Bar(f"{s['rules']:,} rules", s["median_us"], f"{s['median_us']:,.0f} µs", ours=True) for s in data
    ]
    return bar_chart("One decision as the pack grows", "Microseconds, median over the mix.", bars)


def _serving_picture(data: list[Data]) -> str:
    bars = [
        Bar(s["name"], s["per_second"], f"{s['per_second']:,}/s", ours=s["name"].startswith("Evaluate"))
        for s in data
    ]
    return bar_chart("Calls a second, one server process", "Longer is better.", bars)


def _page(data: Data) -> str:
    return "\n".join(
        [
            "# Benchmarks",
            "",
            "Made by `make bench`, which writes this folder; do not edit. Times depend on the machine: read",
            "the ratios, which were measured side by side in one run. No test asserts a time.",
            "",
            "| " + " | ".join(data["machine"]) + " |",
            "|" + "---|" * len(data["machine"]),
            "| " + " | ".join(data["machine"].values()) + " |",
            "",
            *_aims(data),
            *_engines(data["engines"]),
            *_growth(data["growth"]),
            *_serving(data["serving"]),
        ]
    )


def _aims(data: Data) -> list[str]:
    lines = ["## Aims", "", "| what | aim | measured | met |", "|---|---:|---:|---|"]
    for aim in aims(data):
        bound = "≥" if aim.least else "≤"
        met = "yes" if aim.met else "**no**"
        lines.append(f"| {aim.what} | {bound} {aim.aim:g}{aim.unit} | {aim.measured:.3g}{aim.unit} | {met} |")
    return [*lines, ""]


_ENGINES = """\
`Linkage` is `policy.decide.decide` on a protobuf message: facts checked, rules matched in three-valued logic,
obligations with identity, bearers, counterparties, due times counted by the legal calendar with every step,
states, clause references, and the receipt. `explained` adds why every rule that could be triggered applies
or does not. The others were given the same {rules} rules, written by hand in their own language, and answer
which rule applies to which element with which due time; unknown facts are false to them, and states,
identities and clauses are left out. Before anything is timed their answers are compared with ours on every
case, and one difference ends the run.

- **zen-engine**: a decision graph of decision tables, compiled once by the static loader, facts as ready
  JSON. `quickstart` is the set-up that its own introduction begins with: `create_decision`, facts as a dict.
- **CLIPS** (clipspy): templates and rules in one environment; each case resets it, asserts ready slots, runs.
  clipspy 1.0.6 never frees a fact, which makes each call slower than the last; the benchmark frees them.
- **CEL**: the official `cel-expr-python`, each expression compiled once and evaluated for every binding.

Facts are converted to each engine's own input beforehand. Two things are worked out for the others outside
what is timed: the moment three months before the decision, and clock times as seconds.

{cases} cases in `tests/bench/cases`, {rounds} rounds; a round takes every case, and for each case every
engine in a shuffled order: one call that does not count, then {timed} that do. {gc}.
`times ours` is the geometric mean over the cases of the ratio of medians: below 1 it is faster than ours."""


def _engines(data: Data) -> list[str]:
    engines = data["engines"]
    text = _ENGINES.format(
        rules=engines[0]["rules"], cases=len(data["cases"]), rounds=data["rounds"], timed=TIMED, gc=GC_POLICY
    )
    lines = ["## One decision", "", "![One decision](engines.svg)", "", text, ""]
    lines += ["| engine | rules | median µs | p99 µs | times ours |", "|---|---:|---:|---:|---:|"]
    for e in engines:
        ratio = "" if e["ratio"] is None else f"{e['ratio']:.2f}"
        lines.append(f"| {e['name']} | {e['rules']} | {e['median_us']:,.0f} | {e['p99_us']:,.0f} | {ratio} |")
    lines += ["", "Medians by case, µs:", ""]
    lines += ["| case | findings | " + " | ".join(e["name"] for e in engines) + " |"]
    lines += ["|---|---:|" + "---:|" * len(engines)]
    for number, case in enumerate(data["cases"]):
        medians = " | ".join(f"{e['case_medians_us'][number]:,.0f}" for e in engines)
        lines.append(f"| {case['name']} | {case['findings']} | {medians} |")
    return [*lines, ""]


def _growth(data: list[Data]) -> list[str]:
    sizes = ", ".join(f"{size:,}" for size in SIZES[1:])
    lines = [
        "## Growth",
        "",
        "![One decision as the pack grows](growth.svg)",
        "",
        f"The pack with {sizes} more rules that wait for events which no case of the mix has. Load:",
        "processor time from YAML to compiled rules, in a process of its own; memory: resident after that.",
        "",
        "| rules | load CPU s | memory MB | median µs | p99 µs | times the pack alone |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    for s in data:
        times = f"{s['median_us']:,.0f} | {s['p99_us']:,.0f} | {s['ratio']:.2f}"
        lines.append(f"| {s['rules']:,} | {s['load_seconds']:.1f} | {s['megabytes']:,.0f} | {times} |")
    return [*lines, ""]


_SERVING = f"""\
`linkage serve` on the same mix, against an echo on the same stack (grpc.aio, uvloop, the same options) that
answers nothing, or about as many bytes as an answer of the mix has. The client is the same for all: one
HTTP/2 connection with {IN_FLIGHT} calls in flight and frames made beforehand, so that it costs little beside
the server. Rounds of {SECONDS:g} s on each subject, in a shuffled order; medians of the rounds. With the
log on each answer waits until its decision is durable in SQLite. Client and server share the machine."""


def _serving(data: list[Data]) -> list[str]:
    lines = [
        "## Server",
        "",
        "![Calls a second](serving.svg)",
        "",
        _SERVING,
        "",
        "| subject | calls/s | of the empty echo | median ms | p99 ms | server CPU µs a call |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for s in data:
        cpu = "" if s["cpu_us"] is None else f"{s['cpu_us']:,.0f}"
        latency = f"{s['median_ms']:.1f} | {s['p99_ms']:.1f}"
        lines.append(f"| {s['name']} | {s['per_second']:,} | {s['share']:.0%} | {latency} | {cpu} |")
    return [*lines, ""]
