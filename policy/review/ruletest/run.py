"""Runs rule tests: reads every test of a rule set, decides each case, and compares."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from policy.decide.decision import Decision
from policy.decide.run import Runs, run
from policy.decide.snapshot import Snapshot
from policy.facts.reading import FactsError
from policy.facts.timeline import Timeline
from policy.pack import RuleSet
from policy.review.ruletest.compare import Mismatch, mismatches
from policy.review.ruletest.local import local_district
from policy.review.ruletest.model import AssessTest, RuleTest
from policy.review.ruletest.read import read_tests
from policy.text.diagnostics import Faults
from policy.text.source import Span

T = TypeVar("T", RuleTest, AssessTest)


@dataclass(frozen=True, slots=True)
class Result:
    """A test that was run, the decision, and what is wrong with it (nothing: it passed)."""

    test: RuleTest
    decision: Decision
    mismatches: tuple[Mismatch, ...]

    @property
    def passed(self) -> bool:
        """Whether the decision is what the test expects."""
        return not self.mismatches


Watcher = Callable[[RuleTest, Decision, Timeline], None]
"""Is shown every decision, with the view of the case that it was made on."""


def tests_of(rule_set: RuleSet, snapshot: Snapshot, faults: Faults) -> tuple[RuleTest, ...]:
    """Every readable test of the rule set, by district, version and place; faults are added to ``faults``."""
    tests: list[RuleTest] = []
    found = Faults()
    for (code, _), sources in sorted(rule_set.tests.items()):
        for source in sources:
            tests += read_tests(source, snapshot.districts[code], found)
    # A test of a draft's rule that has a fault waits for that rule.
    faults.extend(item for item in found if not rule_set.unsettled.behind(item))
    first: dict[tuple[str, str], Span] = {}
    for test in tests:
        span = first.setdefault((test.district, test.name), test.span)
        if span is not test.span:
            faults.add("LNK701", test.span, name=test.name, first=str(span))
    return tuple(tests)


def selected(tests: Iterable[T], files: tuple[str, ...] = (), word: str = "") -> tuple[T, ...]:
    """The tests of ``files`` whose name, rules or file contain ``word``.

    ``files`` are names of files, or of folders with a ``/`` at the end; none means all.
    """
    return tuple(test for test in tests if _lies_in(test, files) and _has(test, word.casefold()))


def _lies_in(test: RuleTest | AssessTest, files: tuple[str, ...]) -> bool:
    name = test.span.source.name
    return not files or any(name == file or (file[-1:] == "/" and name.startswith(file)) for file in files)


def _has(test: RuleTest | AssessTest, word: str) -> bool:
    return any(word in text.casefold() for text in (test.name, test.span.source.name, *test.rules))


def run_all(
    snapshot: Snapshot,
    tests: Iterable[RuleTest],
    faults: Faults,
    watch: Watcher | None = None,
    runs: Runs = run,
) -> tuple[Result, ...]:
    """The results of the tests, in order; a test whose case is too large to decide is a fault instead."""
    results = []
    for test in tests:
        try:
            results.append(run_test(snapshot, test, watch, runs))
        except FactsError as error:
            vocabulary = snapshot.vocabulary
            faults.extend(test.case.fault(violation, vocabulary) for violation in error.violations)
    return tuple(results)


def run_test(snapshot: Snapshot, test: RuleTest, watch: Watcher | None = None, runs: Runs = run) -> Result:
    """Decides the test's case and compares. Raises ``FactsError`` for a case too large to decide."""
    district = local_district(snapshot.districts[test.district], test)
    decision, timeline = runs(district, test.case.case, test.as_of)
    if watch is not None:
        watch(test, decision, timeline)
    return Result(test, decision, mismatches(test, decision))
