"""What is asked of rules before they are published: that their tests pass, and would notice a change.

Built --tested--> how many rule tests of each district pass
folder --mutated--> how many changes of a district its tests notice, and of which rules that was found

Changing rules in thousands of places takes long, so what came of it is kept under a key, which is the digest
of all that it hangs on: what is published later with the very same files need not be tried again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from policy.bundle.building import Built
from policy.decide.decision import ENGINE_VERSION
from policy.review.mutation.running import bench_of, run, sampled
from policy.review.mutation.tally import tally
from policy.review.mutation.trial import Fate, Verdict
from policy.review.ruletest.assessed import assessed_tests_of, run_assessed
from policy.review.ruletest.run import run_all, tests_of
from policy.text.diagnostics import Faults

Watched = Callable[[Iterator[tuple[int, Verdict]], int, str], Iterator[tuple[int, Verdict]]]
"""Passes verdicts on, so many of a district, as they come: a progress bar."""


class Tested(NamedTuple):
    """How many rule tests of each district pass, the names of those that fail, faults in their files."""

    passed: Mapping[str, int]
    failed: tuple[str, ...]
    faults: Faults


class Noticed(NamedTuple):
    """What came of changing a district's rules: how many places there are, how many were tried; of these
    how many a test notices, and how many change a decision unnoticed. ``key``: of exactly which files."""

    key: str
    places: int
    tried: int
    noticed: int
    unnoticed: int

    @property
    def percent(self) -> float:
        """How many of a hundred changes of decisions a test notices, to one decimal, never rounded up."""
        changing = self.noticed + self.unnoticed
        return self.noticed * 1000 // changing / 10 if changing else 0.0


def tested(built: Built) -> Tested:
    """Runs every rule test."""
    faults = Faults()
    tests = tests_of(built.rules, built.snapshot, faults)
    years = assessed_tests_of(built.rules, built.snapshot, faults)
    results = run_all(built.snapshot, tests, faults)
    made = [run_assessed(built.snapshot, test, faults) for test in years]
    said = [(one.test.district, one.test.name, one.passed) for one in results]
    said += [(one.test.district, one.test.name, one.passed) for one in made if one is not None]
    passed = Counter(code for code, _, passes in said if passes)
    failed = tuple(f"{code}: {name}" for code, name, passes in said if not passes)
    return Tested({code: passed[code] for code in built.snapshot.districts}, failed, faults)


def key_of(built: Built, code: str, most: int) -> str:
    """The key of what comes of changing a district in ``most`` places (0: all): a digest of its files with
    their tests, of the vocabulary and the calendar, and of the meaning that decisions have."""
    folders = {pack.span.source.name.rpartition("/")[0] for pack in built.rules.districts[code]}
    others = {pack.span.source.name.rpartition("/")[0] for pack in built.rules.packs} - folders
    total = sha256(f"{ENGINE_VERSION}\n{code}\n{most}\n".encode())
    for name, digest in sorted(built.manifest.files.items()):
        own = name.removeprefix("rules/")
        if own != name and not any(own.startswith(f"{folder}/") for folder in others):
            total.update(f"{digest} {own}\n".encode())
    return total.hexdigest()


def mutated(root: Path, built: Built, code: str, most: int, jobs: int, watch: Watched) -> Noticed:
    """Changes a district's rules in at most ``most`` places, evenly from all (0: all of them)."""
    _, changes = bench_of(root, code)
    numbers = sampled(range(len(changes)), most)
    made = list(watch(run(root, code, numbers, jobs), len(numbers), code))
    found = tally((changes[number][1], verdict) for number, verdict in made)
    fates = found.fates
    return Noticed(
        key_of(built, code, most),
        len(changes),
        len(numbers),
        fates.get(Fate.NOTICED, 0),
        fates.get(Fate.SURVIVED, 0),
    )
