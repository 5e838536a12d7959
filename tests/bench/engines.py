"""The comparison of engines: the same rules on the same cases, the same answers, side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.cases import BenchCase, bench_cases
from tests.bench.peers.cel_peer import Cel
from tests.bench.peers.clips_peer import Clips
from tests.bench.peers.durable_peer import Durable
from tests.bench.peers.protocol import Disagreement, Engine, Finding
from tests.bench.peers.rego_peer import Rego
from tests.bench.peers.zen_peer import Zen
from tests.bench.subset import (
    Ours,
    OursAnswered,
    OursExplained,
    OursFrom,
    OursNative,
    only,
    rule_set,
    whole,
)
from tests.bench.timing import WARM_UP, Samples, geometric_mean_ratio, side_by_side


@dataclass(frozen=True, slots=True)
class Row:
    """One engine's times. ``ratio``: how many times ours (on the same rules) goes into it, case by case."""

    name: str
    rules: int
    samples: Samples
    ratio: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The rows in the order they are shown, the cases, and how many obligations each has (same rules)."""

    rows: tuple[Row, ...]
    cases: tuple[str, ...]
    findings: tuple[int, ...]
    rounds: int


@dataclass(frozen=True, slots=True)
class Contest:
    """Everything loaded and found to agree."""

    cases: tuple[BenchCase, ...]
    ours: Ours
    subjects: tuple[Engine, ...]
    findings: tuple[int, ...]


def contest(rules: Path) -> Contest:
    """Loads every engine. Raises ``Disagreement`` unless all give the same findings on every case."""
    peers: tuple[Engine, ...] = (Zen(), Clips(), Durable(), Rego(), Cel(), *Zen.variants())
    checked = rule_set(rules)
    ours, all_rules = only(checked, peers[0].rules), whole(checked)
    cases = bench_cases()
    forms: tuple[Engine, ...] = (OursFrom.protobuf(ours), OursFrom.json(ours))
    native, whole_native = tuple(OursNative.of(ours)), tuple(OursNative.of(all_rules))
    counts = tuple(len(_agreed(case, ours, (*forms, *native, *peers))) for case in cases)
    own = (ours, *forms, *native, all_rules, OursAnswered(all_rules), *whole_native, OursExplained(all_rules))
    subjects: tuple[Engine, ...] = (*own, *peers)
    return Contest(cases, ours, subjects, counts)


def _agreed(case: BenchCase, ours: Ours, peers: Sequence[Engine]) -> list[Finding]:
    expected = ours.findings(ours.prepare(case)())
    for peer in peers:
        if unknown := sorted(peer.rules ^ ours.rules):
            raise Disagreement(f"{peer.name}: rules that only one side has: {', '.join(unknown)}")
        found = peer.findings(peer.prepare(case)())
        if found != expected:
            more = [
                f"+{rule} {trigger} {due}"
                for rule, trigger, due in found
                if (rule, trigger, due) not in expected
            ]
            less = [
                f"-{rule} {trigger} {due}"
                for rule, trigger, due in expected
                if (rule, trigger, due) not in found
            ]
            raise Disagreement(
                f"{peer.name} on {case.name}: {'; '.join([*more, *less]) or 'repeated findings'}"
            )
    return expected


def steps(rounds: int) -> int:
    """How often ``compare`` calls ``advance``."""
    return rounds + WARM_UP


def compare(loaded: Contest, rounds: int, advance: Callable[[], None]) -> Comparison:
    """Times every engine on every case."""
    calls = [[engine.prepare(case) for case in loaded.cases] for engine in loaded.subjects]
    samples = side_by_side(calls, rounds, advance)
    ours = samples[0]
    rows = tuple(
        Row(engine.name, len(engine.rules), s, None if s is ours else geometric_mean_ratio(s, ours))
        for engine, s in zip(loaded.subjects, samples, strict=True)
    )
    names = tuple(case.name for case in loaded.cases)
    return Comparison(rows, names, loaded.findings, rounds)
