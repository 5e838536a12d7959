"""Growth: the pack with 100, 1,000 and 10,000 more rules that wait for events which no case of the mix has.

Run as a module with a number and a rules folder it loads that pack alone and prints its load time and memory
as JSON: memory is only measured well in a process of its own.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path
from time import process_time

from policy.decide.snapshot import Snapshot, load_snapshot
from policy.pack.vocabulary import Vocabulary
from tests.bench.cases import bench_cases
from tests.bench.subset import DISTRICT, Ours
from tests.bench.timing import Samples, geometric_mean_ratio, side_by_side

SIZES = (0, 100, 1_000, 10_000)
_A_FILE = 500

# Shapes of duties as they occur in the pack: one event, an event with a party, an event that answers another.
_SHAPES = (
    """\
  - id: liwan.growth.single.r{n}
    title: {{zh: 规模测试, en: Growth}}
    basis: ["4.7.2"]
    each: {{happening: case.events}}
    when:
      - {{expr: happening.type == "{event}", means: 事件}}
      - {{expr: happening.actor == "{body}", means: 主体}}
    modality: obligation
    bearer: court
    counterparty: public_security
    action: notify_court
    about: happening.id
    deadline: {{within: 24 hours, from: happening.at}}
    fulfilled_by: {{event: court_notified, about: happening}}
""",
    """\
  - id: liwan.growth.party.r{n}
    title: {{zh: 规模测试, en: Growth}}
    basis: ["4.7.2"]
    each: {{happening: case.events, debtor: case.parties}}
    when:
      - {{expr: happening.type == "{event}", means: 事件}}
      - {{expr: happening.actor == "{body}", means: 主体}}
      - {{expr: happening.party == debtor.id, means: 当事人}}
      - {{expr: counts_as_debtor(debtor), means: 被执行人}}
    modality: obligation
    bearer: public_security
    counterparty: court
    action: locate_debtor
    about: debtor.id
    deadline: {{word: promptly, from: happening.at}}
    fulfilled_by: {{event: debtor_found, party: debtor}}
""",
    """\
  - id: liwan.growth.answer.r{n}
    title: {{zh: 规模测试, en: Growth}}
    basis: ["4.7.2"]
    each: {{happening: case.events, earlier: case.events}}
    when:
      - {{expr: happening.type == "{event}", means: 事件}}
      - {{expr: happening.about == earlier.id, means: 针对此前事件}}
      - {{expr: earlier.actor == "{body}", means: 主体}}
      - {{expr: case.flags.major_complex || case.flags.may_affect_stability, means: 重大或影响稳定}}
    modality: obligation
    bearer: court
    counterparty: public_security
    action: give_feedback
    about: earlier.id
""",
)


@dataclass(frozen=True, slots=True)
class Size:
    """One pack: its rules, processor seconds to load it, resident megabytes then, the times of decisions."""

    more: int
    rules: int
    load_seconds: float
    megabytes: float
    samples: Samples
    ratio: float
    """Times the cost of a decision on the pack without the additional rules."""


@contextmanager
def grown(rules: Path, more: int) -> Iterator[Path]:
    """A copy of the district's pack in a temporary folder, with ``more`` rules that nothing will trigger."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("vocabulary.yaml", "equivalences.yaml"):
            shutil.copy(rules / name, root)
        shutil.copytree(rules / DISTRICT, root / DISTRICT, ignore=shutil.ignore_patterns("tests"))
        if (rules / "calendar").is_dir():
            shutil.copytree(rules / "calendar", root / "calendar")
        if more:
            _write(root / DISTRICT / "growth", load_snapshot(rules)[0].vocabulary, more)
        yield root


def _write(folder: Path, vocabulary: Vocabulary, more: int) -> None:
    folder.mkdir()
    duties = islice(_duties(vocabulary), more)
    for number in range(0, more, _A_FILE):
        text = "".join(islice(duties, _A_FILE))
        (folder / f"r{number:05}.yaml").write_text("duties:\n" + text, encoding="utf-8")


def _duties(vocabulary: Vocabulary) -> Iterator[str]:
    for n, (body, event, shape) in enumerate(
        product(sorted(vocabulary.sections["bodies"]), _absent_events(vocabulary), _SHAPES)
    ):
        yield shape.format(n=n, event=event, body=body)


def _absent_events(vocabulary: Vocabulary) -> list[str]:
    """Events that the mix does not have, neither as sent nor in canonical form."""
    present = {event.type for case in bench_cases() for event in case.message.events}
    table = vocabulary.equivalences
    present |= {*table.noncanonical_events, *table.documents.values(), *table.periods}
    present |= {table.filing, table.papers, table.instrument}
    return [name for name in sorted(vocabulary.sections["events"]) if name not in present]


def measure(rules: Path, sizes: Sequence[int], rounds: int, advance: Callable[[], None]) -> tuple[Size, ...]:
    """Loads every size in a process of its own, then times the decisions of all sizes side by side."""
    loads, ours = [], []
    for more in sizes:
        with grown(rules, more) as root:
            loads.append(_load_apart(root))
            ours.append(Ours(f"+{more}", load_snapshot(root)[0].districts[DISTRICT]))
        advance()
    cases = bench_cases()
    calls = [[engine.prepare(case) for case in cases] for engine in ours]
    samples = side_by_side(calls, rounds, advance)
    return tuple(
        Size(more, len(engine.rules), seconds, megabytes, s, geometric_mean_ratio(s, samples[0]))
        for more, engine, (seconds, megabytes), s in zip(sizes, ours, loads, samples, strict=True)
    )


def _load_apart(root: Path) -> tuple[float, float]:
    command = [sys.executable, "-m", "tests.bench.growth", str(root)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(answer.stdout)
    return found["seconds"], found["megabytes"]


def _load_here(root: Path) -> tuple[Snapshot, dict[str, float]]:
    begin = process_time()
    snapshot, _ = load_snapshot(root)
    seconds = process_time() - begin
    return snapshot, {"seconds": seconds, "megabytes": _resident_megabytes()}


def _resident_megabytes() -> float:
    """Resident memory now where the system tells it, else the most there ever was."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        pages = int(statm.read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    _, figures = _load_here(Path(sys.argv[1]))
    print(json.dumps(figures))
