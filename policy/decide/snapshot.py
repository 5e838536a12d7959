"""The active rules: every pack compiled, with the vocabulary and the calendar, as one immutable whole.

rules/ --load_rules--> RuleSet --snapshot_of--> Snapshot
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, time
from functools import cached_property
from pathlib import Path

from policy.decide.suspensions import EventEffects
from policy.facts.canonical import Canon
from policy.facts.periods import Standing
from policy.facts.reading import CaseReader
from policy.facts.results import ResultNames
from policy.pack import RuleSet, check_rules
from policy.pack.assessment import FROM_LAST
from policy.pack.model import Pack
from policy.pack.vocabulary import Vocabulary
from policy.program import PackProgram, program_of
from policy.program.reads import Reads, reads_of
from policy.program.sound import sound_program
from policy.text.diagnostics import Faults, PackError
from policy.time.calendar import SHANGHAI, Calendar
from policy.time.moment import NANO


@dataclass(frozen=True)
class District:
    """What decides the cases of one district: its versions in order of time, vocabulary, calendar."""

    code: str
    programs: tuple[PackProgram, ...]
    vocabulary: Vocabulary
    calendar: Calendar
    reader: CaseReader
    canon: Canon
    standing: Standing
    effects: EventEffects

    @cached_property
    def reads(self) -> Reads:
        """What its rules can read; worked out when first asked for."""
        return reads_of(self.programs, self.vocabulary)

    @cached_property
    def strata(self) -> int:
        """How many strata its deemed facts have; none where it deems none."""
        return max((stratum for program in self.programs for stratum in program.strata.values()), default=0)

    @cached_property
    def by_version(self) -> Mapping[str, PackProgram]:
        """The versions by their names."""
        return {program.pack.version: program for program in self.programs}

    def in_force(self, nanos: int) -> PackProgram | None:
        """The version in force at a moment, if there is one."""
        for program in self.programs:
            if program.since <= nanos and (program.until is None or nanos < program.until):
                return program
        return None


@dataclass(frozen=True)
class Snapshot:
    """All districts. ``digest`` names the whole: packs, vocabulary, calendar."""

    districts: Mapping[str, District]
    vocabulary: Vocabulary
    calendar: Calendar
    digest: str


MakesProgram = Callable[[Pack, Vocabulary, Faults], PackProgram]


def load_snapshot(root: Path) -> tuple[Snapshot, Faults]:
    """The snapshot of a rules folder, and its warnings. Raises ``PackError`` if there is an error."""
    snapshot, faults = check_snapshot(root)
    if snapshot is None:
        raise PackError(faults.sorted())
    return snapshot, faults


def check_snapshot(root: Path) -> tuple[Snapshot | None, Faults]:
    """The snapshot, or None where the rules have errors; and every fault of every file."""
    with collector_resting():
        rule_set, faults = check_rules(root)
        if rule_set is None:
            return None, faults
        snapshot = snapshot_of(rule_set, faults)
    return (None if faults.errors else snapshot), faults


@contextmanager
def collector_resting() -> Iterator[None]:
    """No garbage collection within: what loading makes stays, and a quarter of its time went into looking."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def snapshot_of(rule_set: RuleSet, faults: Faults, program: MakesProgram = program_of) -> Snapshot:
    """Compiles every pack, by ``program``; faults of expressions go to ``faults``."""
    vocabulary = rule_set.vocabulary
    effects = EventEffects.of(vocabulary)
    districts = {}
    for code, packs in sorted(rule_set.districts.items()):
        programs = tuple(program(pack, vocabulary, faults) for pack in packs)
        attributes = {name: decl.type for pack in packs for name, decl in pack.attributes.items()}
        rules = frozenset(rule.id for pack in packs for rule in pack.rules)
        results = _results(packs)
        reader = CaseReader(vocabulary, attributes, rules, results)
        waited = {code for program in programs for plan in program.plans for code in plan.trigger.codes}
        standing = _standing(packs, vocabulary, waited)
        declared = {name: decl for pack in packs for name, decl in pack.attributes.items()}
        canon = Canon(vocabulary, standing, declared, results)
        calendar = rule_set.calendar_of(code)
        districts[code] = District(code, programs, vocabulary, calendar, reader, canon, standing, effects)
    return Snapshot(districts, vocabulary, rule_set.calendar, digest_of(rule_set))


def snapshot_of_drafts(rule_set: RuleSet, faults: Faults) -> tuple[RuleSet, Snapshot]:
    """What of unfinished packs can decide, and the rule set that knows which rules are left out."""
    snapshot = snapshot_of(rule_set, faults, sound_program)
    programs = [program for district in snapshot.districts.values() for program in district.programs]
    kept = {plan.id for program in programs for plan in program.plans}
    missing = {rule.id for pack in rule_set.packs for rule in pack.rules} - kept
    before = rule_set.unsettled
    after = before._replace(names=before.names | missing, rules=before.rules | missing)
    return replace(rule_set, unsettled=after), snapshot


def _standing(packs: tuple[Pack, ...], vocabulary: Vocabulary, waited: set[str]) -> Standing:
    """What happens in a district by itself: nothing before its first version, or the day of its report.

    ``waited`` are the codes that rules wait for: what none waits for need not happen.
    """
    first = packs[0]
    day: datetime | None = first.effective_from
    if first.reported:
        on = first.reported_on
        day = None if on is None else datetime.combine(on, time(0), tzinfo=SHANGHAI)
    since = None if day is None else int(day.timestamp()) * NANO
    table = vocabulary.equivalences
    periods = {kind: period for kind, period in table.periods.items() if kind in waited}
    return Standing(since, table.instrument if table.instrument in waited else "", periods)


def _results(packs: tuple[Pack, ...]) -> dict[str, ResultNames]:
    """What results of the district's assessments may name, under whichever version."""
    found: dict[str, ResultNames] = {}
    for assessment in (one for pack in packs for one in pack.assessments):
        grades = () if assessment.scoring is None else assessment.scoring.grades
        asked = {line.of for one in assessment.consequences for line in one.when}
        own = ResultNames(
            frozenset(grade.id for grade in grades),
            frozenset((*assessment.figures, FROM_LAST)),
            frozenset(asked.intersection((*assessment.figures, FROM_LAST))),
        )
        known = found.get(assessment.id)
        found[assessment.id] = own if known is None else ResultNames(*map(frozenset.union, known, own))
    return found


def digest_of(rule_set: RuleSet) -> str:
    """The digest that names the whole: packs, vocabulary, calendar; without any pack compiled."""
    lines = [rule_set.vocabulary.digest, rule_set.calendar.digest]
    lines += [
        f"{code} {calendar.digest}"
        for code in sorted(rule_set.districts)
        if (calendar := rule_set.calendar_of(code)) != rule_set.calendar
    ]
    lines += [
        f"{p.district} {p.version} {p.digest}"
        for _, packs in sorted(rule_set.districts.items())
        for p in packs
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
