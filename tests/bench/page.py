"""The results as files under docs/benchmarks: a page in Markdown, its pictures, and the data as JSON.

``notes.md`` in that folder is written by hand and ends the page: what limited each figure, what did not help.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from statistics import fmean
from typing import Any

from tests.bench.growth import SIZES
from tests.bench.machine import VARYING
from tests.bench.peers.limits import LIMITS
from tests.bench.picture import Bar, bar_chart
from tests.bench.results import Data, aims
from tests.bench.timing import GC_POLICY, TIMED

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "benchmarks"
NOTES = "notes.md"
_RESULTS = "results.json"


class OtherMachine(Exception):
    """Results of one page come from one machine and the same versions."""


def write(data: Data, folder: Path = FOLDER, *, keep: bool = False) -> None:
    """Writes every file. With ``keep``, parts that ``data`` does not hold stay as the folder has them.

    Raises ``OtherMachine`` where these were measured on another machine or with other versions.
    """
    folder.mkdir(parents=True, exist_ok=True)
    whole = _merged(data, folder / _RESULTS) if keep else data
    files = {
        _RESULTS: json.dumps(whole, ensure_ascii=False, indent=1) + "\n",
        **{f"{part}.svg": picture(whole[part]) for part, picture in _PICTURES.items() if part in whole},
        "README.md": _page(whole, folder),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def _merged(data: Data, results: Path) -> Data:
    if not results.exists():
        return data
    before: Data = json.loads(results.read_text(encoding="utf-8"))
    now, then = data["machine"], before["machine"]
    changed = sorted(
        name for name in now.keys() | then if name not in VARYING and now.get(name) != then.get(name)
    )
    if changed:
        raise OtherMachine(
            f"{results.name} was measured with another {', '.join(changed)}: measure every part"
        )
    return before | data


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
    note = "µs of processor time, logarithmic. Bar: median over the mix, stroke: p99."
    return bar_chart("One decision", note, bars, logarithmic=True)


def _growth_picture(data: list[Data]) -> str:
    bars = [
        Bar(f"{s['rules']:,} rules", s["median_us"], f"{s['median_us']:,.0f} µs", ours=True) for s in data
    ]
    return bar_chart("One decision as the pack grows", "Microseconds, median over the mix.", bars)


def _serving_picture(data: Data) -> str:
    bars = [
        Bar(s["name"], rate, f"{rate:,.0f}/s", ours=not s["name"].startswith("echo"))
        for s in data["subjects"]
        for rate in (s["per_second"] * max(1, s["cases"]),)
    ]
    return bar_chart("Cases a second (echo: calls)", "Longer is better.", bars)


def _cerbos_picture(data: Data) -> str:
    bars = [
        Bar(r["name"], r["per_second"], f"{r['per_second']:,.0f}/s", ours=r["name"].startswith("Linkage"))
        for r in data["rows"]
    ]
    return bar_chart("Cases a second over gRPC, two cores", "Longer is better.", bars)


def _bulk_picture(data: Data) -> str:
    bars = [Bar(_job(job), job["per_second"], f"{job['per_second']:,}/s", ours=True) for job in data["jobs"]]
    return bar_chart("Cases a second of whole files", "Longer is better.", bars)


def _job(job: Data) -> str:
    return f"{job['engine']}, {job['form']}, {job['workers']} worker{'s' * (job['workers'] > 1)}"


def _page(data: Data, folder: Path) -> str:
    sections = [line for part, section in _SECTIONS.items() if part in data for line in section(data[part])]
    notes = folder / NOTES
    text = notes.read_text(encoding="utf-8").splitlines() if notes.exists() else []
    return "\n".join([*_head(data["machine"]), *_others(folder), *_aims(data), *sections, *text, ""])


def _others(folder: Path) -> list[str]:
    """Pages that other parts write by themselves."""
    names = sorted(path.name for path in folder.glob("*.md") if path.name not in (NOTES, "README.md"))
    links = ", ".join(f"[{name.removesuffix('.md')}]({name})" for name in names)
    return [f"Pages of their own: {links}.", ""] if names else []


def _head(machine: dict[str, str]) -> list[str]:
    return [
        "# Benchmarks",
        "",
        "Made by `make bench`, which writes this folder; do not edit (but `notes.md`, the end of this page).",
        "`python -m tests.bench --only PART` measures one part again, `--quick` shows that it works. Times",
        "depend on the machine, which should do nothing else (`load before`: processes that wanted to run in",
        "the minute before): read the ratios, which were measured side by side. No test asserts a time.",
        "",
        "| " + " | ".join(machine) + " |",
        "|" + "---|" * len(machine),
        "| " + " | ".join(machine.values()) + " |",
        "",
    ]


def _aims(data: Data) -> list[str]:
    lines = ["## Aims", "", "| what | aim | measured | met | what limits it |", "|---|---:|---:|---|---|"]
    for aim in aims(data):
        met = "yes" if aim.met else "**no**"
        lines.append(f"| {aim.what} | {aim.bound} | {aim.found} | {met} | {LIMITS[aim.kind]} |")
    return [*lines, ""]


_ENGINES = """\
`python -m tests.bench --only engines`

`Linkage` is `policy.decide.decide` on a protobuf message: facts checked, rules matched in three-valued
logic, obligations with identity, bearers, counterparties, due times counted by the legal calendar with
every step, states, clause references, and the receipt. `from bytes to the answer` is all that the service
does with a case between reading the request and logging; `native core` the same by the core
(docs/native.md), where it is installed. `explained` adds why every rule that could be
triggered applies or does not. The others were given the same {rules} rules, written by hand in their own
language, and answer which rule applies to which element with which due time; unknown facts are false to
them, and states, identities and clauses are left out. Before anything is timed their answers are compared
with ours on every case, and one difference ends the run.

- **zen-engine**: a decision graph of decision tables, compiled once by the static loader; it parses the
  facts from JSON text in each call, which is no slower than a dict. `quickstart` is the set-up that its
  own introduction begins with: `create_decision`, facts as a dict.
- **CLIPS** (clipspy): templates and rules in one environment; each case resets it, asserts ready slots,
  runs. clipspy 1.0.6 never frees a fact, which makes each call slower than the last; the benchmark frees
  them.
- **durable-rules**: one ruleset in Python's DSL, definitions that assert facts, a session a case, which is
  deleted. It writes its facts as JSON in each call; there is no other way in.
- **Rego** (regopy, which is rego-cpp): one module, built into a bundle once; the input is an object made
  beforehand; the answer is read as JSON.
- **CEL**: the official `cel-expr-python`, each expression compiled once and evaluated for every binding.

Facts are otherwise ready in each engine's own form. What getting there costs is shown for ours: `from
bytes` parses the message that a caller sends, `from JSON` the JSON form of the message. Worked out for the
others outside what is timed: the moment three months before the decision (for durable-rules also whether
the case is older), and clock times as seconds.

{cases} cases in `tests/bench/cases`, {rounds} rounds; a round takes every case, and for each case every
engine in a shuffled order: one call that does not count, then {timed} that do. {gc}. Times are processor
time of the process, all threads together. `times ours` is the geometric mean over the cases of the ratio
of medians: below 1 it is faster than ours. `mean µs` weighs each case of the mix the same."""


def _engines(data: Data) -> list[str]:
    engines = data["engines"]
    text = _ENGINES.format(
        rules=engines[0]["rules"], cases=len(data["cases"]), rounds=data["rounds"], timed=TIMED, gc=GC_POLICY
    )
    lines = ["## One decision", "", "![One decision](engines.svg)", "", text, ""]
    lines += [
        "| engine | rules | median µs | mean µs | p99 µs | times ours |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for e in engines:
        ratio = "" if e["ratio"] is None else f"{e['ratio']:.2f}"
        times = f"{e['median_us']:,.0f} | {fmean(e['case_medians_us']):,.0f} | {e['p99_us']:,.0f}"
        lines.append(f"| {e['name']} | {e['rules']} | {times} | {ratio} |")
    return [*lines, *_by_case(data), ""]


def _by_case(data: Data) -> list[str]:
    engines = data["engines"]
    lines = [
        "",
        "Medians by case, µs:",
        "",
        "| case | findings | " + " | ".join(e["name"] for e in engines) + " |",
    ]
    lines += ["|---|---:|" + "---:|" * len(engines)]
    for number, case in enumerate(data["cases"]):
        medians = " | ".join(f"{e['case_medians_us'][number]:,.0f}" for e in engines)
        lines.append(f"| {case['name']} | {case['findings']} | {medians} |")
    return lines


_CERBOS = """\
`python -m tests.bench --only cerbos`

Cerbos’ own server (npm `@cerbos/cerbos-linux-x64` {version}) with the same rules as policies: a resource
is an element of a case, an action a duty, a condition CEL over attributes, an output a due time. Its
answers are compared with ours first. At its best: its limits for resources and actions in a request at the
highest it accepts, no audit, no metrics, no watching of files, Go's collector at rest until a gigabyte is
full; and a client that asks of each element only for the duties which its code can trigger. Linkage serves
its whole pack, without a log.

Both get prepared bytes from h2load on the same two cores as the server: {single} connections with one call
each, or {whole} with one batch each. A turn takes one case of the mix by itself, each subject one after
the other; cases a second are those of the mix with each case as often as another. A batch is as large as
Cerbos' 500 resources a request allow. Processor time is the server's."""


def _cerbos(data: Data) -> list[str]:
    text = _CERBOS.format(
        version=data["version"], single=data["connections"], whole=data["batch_connections"]
    )
    lines = ["## Beside Cerbos, over gRPC", "", "![Cases a second](cerbos.svg)", "", text, ""]
    lines += ["| subject | cases a call | cases/s | median ms | p99 ms | server CPU µs a case |"]
    lines += ["|---|---:|---:|---:|---:|---:|"]
    for r in data["rows"]:
        cpu = "" if r["cpu_us"] is None else f"{r['cpu_us']:,.0f}"
        times = f"{r['per_second']:,.0f} | {r['median_ms']:.1f} | {r['p99_ms']:.1f}"
        lines.append(f"| {r['name']} | {r['cases']} | {times} | {cpu} |")
    return [*lines, ""]


def _growth(data: list[Data]) -> list[str]:
    sizes = ", ".join(f"{size:,}" for size in SIZES[1:])
    lines = [
        "## Growth",
        "",
        "![One decision as the pack grows](growth.svg)",
        "",
        "`python -m tests.bench --only growth`",
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


_SERVING = """\
`python -m tests.bench --only serving`

`linkage serve` on the same mix, against an echo on the same stack (grpc.aio, uvloop, the same options, as
many processes) that answers nothing, or about as many bytes as an answer of the mix has. The client is the
same for all: {client}. Rounds of a second or more on each subject, in a shuffled order; medians of the
rounds. With the log on each answer waits until its decision is durable. Client and server share the
machine."""


def _serving(data: Data) -> list[str]:
    lines = ["## Server", "", "![Cases a second](serving.svg)", ""]
    lines += [_SERVING.format(client=data["client"]), ""]
    lines += [
        "| subject | cases a call | calls/s | of the empty echo | median ms | p99 ms | server CPU µs a call |"
    ]
    lines += ["|---|---:|---:|---:|---:|---:|---:|"]
    for s in data["subjects"]:
        cpu = "" if s["cpu_us"] is None else f"{s['cpu_us']:,.0f}"
        times = f"{s['per_second']:,.4g} | {s['share']:.0%} | {s['median_ms']:.1f} | {s['p99_ms']:.1f}"
        lines.append(f"| {s['name']} | {s['cases'] or ''} | {times} | {cpu} |")
    return [*lines, ""]


_BULK = """\
`python -m tests.bench --only bulk`

`linkage bulk` on files with the mix of cases many times over, each time under other ids and in another week.
Processor time by stage is that of one core, the best of some rounds; a job's rate is that from each worker's
first finished batch of {batch:,} cases to the last, with everything written."""


def _bulk(data: Data) -> list[str]:
    lines = ["## Bulk", "", "![Cases a second](bulk.svg)", "", _BULK.format(batch=data["batch"]), ""]
    lines += [
        "| engine | file | read µs | decide µs | write µs | sum |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for s in data["stages"]:
        spent = s["read_us"], s["decide_us"], s["write_us"]
        figures = " | ".join(f"{value:,.1f}" for value in (*spent, sum(spent)))
        lines.append(f"| {s['engine']} | {s['form']} | {figures} |")
    lines += [
        "",
        "| job | cases | cases/s | seconds in all | bytes written a case |",
        "|---|---:|---:|---:|---:|",
    ]
    for j in data["jobs"]:
        figures = f"{j['cases']:,} | {j['per_second']:,} | {j['seconds']:.1f} | {j['bytes_a_case']:,}"
        lines.append(f"| {_job(j)} | {figures} |")
    many = data.get("many", [])
    if many:
        lines += ["", "| by the native core, from bytes in memory | threads | cases/s |", "|---|---:|---:|"]
        lines += [f"| {m['what']} | {m['threads']} | {m['per_second']:,} |" for m in many]
    return [*lines, ""]


_SECTIONS: dict[str, Callable[[Any], list[str]]] = {
    "engines": _engines,
    "cerbos": _cerbos,
    "growth": _growth,
    "serving": _serving,
    "bulk": _bulk,
}
_PICTURES: dict[str, Callable[[Any], str]] = {
    "engines": _engines_picture,
    "cerbos": _cerbos_picture,
    "growth": _growth_picture,
    "serving": _serving_picture,
    "bulk": _bulk_picture,
}
