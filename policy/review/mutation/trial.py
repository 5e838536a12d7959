"""A pack changed in one place: does ``check`` refuse it, does a test notice it, does any decision change?

Bench (the district as it is, its tests, what each decides) --tried(change)--> Verdict
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import orjson

from policy.decide.decision import Decision, canonical
from policy.decide.run import run
from policy.decide.snapshot import District, Snapshot, collector_resting, snapshot_of
from policy.facts.reading import FactsError
from policy.pack.folder import CALENDAR, Files
from policy.pack.load import rules_of
from policy.pack.model import Expression, Pack
from policy.pack.vocabulary import Vocabulary
from policy.program import PackProgram, program_of
from policy.program.typed import TypedRule
from policy.review.mutation.changes import Change, Names, Tree, changes_of
from policy.review.ruletest.assessed import Assessed, assessed_tests_of, run_assessed
from policy.review.ruletest.compare import mismatches
from policy.review.ruletest.local import local_district
from policy.review.ruletest.model import AssessTest, RuleTest
from policy.review.ruletest.run import tests_of
from policy.text.diagnostics import Faults, Severity
from policy.text.source import Source, Span

Plain = dict[str, object]


class Fate(StrEnum):
    """What became of a change."""

    REFUSED = "refused"
    """``check`` says that it is wrong."""
    NOTICED = "noticed"
    """A rule test fails by it."""
    SURVIVED = "survived"
    """Decisions change by it, and no test says so."""
    SAME = "same"
    """No decision of any test's case changes by it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a change, and by what: the code of a fault, or the name of a test.

    Of one that survived: ``test`` is the first whose decision changes, ``lost`` and ``won`` the obligations
    (as plain data) that it has no more, and has instead; both empty where something else of it changes.
    """

    fate: Fate
    by: str = ""
    test: str = ""
    lost: tuple[Plain, ...] = ()
    won: tuple[Plain, ...] = ()


class Bench:
    """A district, ready to be changed and tested. Its files have no errors, and its tests pass."""

    def __init__(self, files: Files, code: str) -> None:
        self._files = _of_district(files, code)
        self._code = code
        faults = Faults()
        rules = rules_of(self._files, faults)
        if rules is None or faults.errors:
            raise ValueError(f"{code} has errors")
        self.rules, self.snapshot = rules, snapshot_of(rules, faults)
        self.faults = Faults()
        """What is wrong with its tests."""
        self.tests = tests_of(self.rules, self.snapshot, self.faults)
        self.years = assessed_tests_of(self.rules, self.snapshot, self.faults)

    @cached_property
    def trees(self) -> tuple[Tree, ...]:
        """The files of the pack that may be changed."""
        return tuple(
            Tree(source)
            for name, source in self._files.items()
            if source is not None and "/" in name and not name.startswith(CALENDAR) and "/tests/" not in name
        )

    def changes(self) -> Iterator[tuple[Tree, Change]]:
        """Every change, file by file."""
        packs = self.rules.districts[self._code]
        bodies = sorted({body for pack in packs for body in pack.bodies})
        clauses = list(dict.fromkeys(clause for pack in packs for clause in pack.clauses))
        names = Names.of(self.rules.vocabulary, bodies, clauses)
        for tree in self.trees:
            for change in changes_of(tree, names):
                yield tree, change

    @cached_property
    def _decided(self) -> tuple[bytes, ...]:
        """What each test decides, unchanged."""
        return tuple(self._said(self._decision(self._district, test)) for test in self.tests)

    @property
    def _district(self) -> District:
        return self.snapshot.districts[self._code]

    def failing(self) -> tuple[str, ...]:
        """The names of its tests that fail as it is."""
        wrong = [test.name for test in self.tests if self._noticed(self._district, test)]
        return (*wrong, *(test.name for test in self.years if self._year(self.snapshot, test)))

    def tried(self, tree: Tree, change: Change) -> Verdict:
        """Makes the change and runs the tests, those that name what is changed first."""
        changed = dict(self._files)
        changed[tree.name] = Source(tree.name, tree.text_of(change))
        faults = Faults()
        snapshot = self._loaded(changed, faults)
        if snapshot is None or faults.errors:
            errors = [fault for fault in faults if fault.severity is Severity.ERROR]
            return Verdict(Fate.REFUSED, errors[0].code if errors else "")
        district = snapshot.districts[self._code]
        altered: tuple[RuleTest, Decision] | None = None
        for number in self._order(change.owner):
            test = self.tests[number]
            try:
                decision = self._decision(district, test)
            except FactsError:  # it is too much to decide now
                return Verdict(Fate.NOTICED, test.name)
            if mismatches(test, decision):
                return Verdict(Fate.NOTICED, test.name)
            if altered is None and self._said(decision) != self._decided[number]:
                altered = test, decision
        for year in self.years:
            if self._year(snapshot, year):
                return Verdict(Fate.NOTICED, year.name)
        return Verdict(Fate.SAME) if altered is None else self._survived(*altered)

    def _loaded(self, files: Files, faults: Faults) -> Snapshot | None:
        """The changed rules; what was typed before and has not changed is not typed again."""
        with collector_resting():
            rules = rules_of(files, faults)
            return None if rules is None else snapshot_of(rules, faults, self._program)

    def _program(self, pack: Pack, vocabulary: Vocabulary, faults: Faults) -> PackProgram:
        before = self._district.by_version.get(pack.version)
        known: dict[str, TypedRule] = {}
        if before is not None and _declared(before.pack) == _declared(pack):
            known = {
                rule.id: before.by_rule[rule.id].typed
                for rule in pack.rules
                if rule.id in before.by_rule and _bare(before.by_rule[rule.id].rule) == _bare(rule)
            }
        return program_of(pack, vocabulary, faults, known)

    def _order(self, owner: str) -> list[int]:
        named = [n for n, test in enumerate(self.tests) if any(r.startswith(owner) for r in test.rules)]
        first = set(named)
        return [*named, *(n for n in range(len(self.tests)) if n not in first)]

    def _survived(self, test: RuleTest, decision: Decision) -> Verdict:
        before = _obligations(self._decision(self._district, test))
        after = _obligations(decision)
        lost = tuple(one for one in before if one not in after)
        won = tuple(one for one in after if one not in before)
        return Verdict(Fate.SURVIVED, "", test.name, lost, won)

    def test(self, name: str) -> RuleTest:
        """The test of that name."""
        return next(test for test in self.tests if test.name == name)

    @staticmethod
    def _decision(district: District, test: RuleTest) -> Decision:
        return run(local_district(district, test), test.case.case, test.as_of)[0]

    def _noticed(self, district: District, test: RuleTest) -> bool:
        return bool(mismatches(test, self._decision(district, test)))

    @staticmethod
    def _year(snapshot: Snapshot, test: AssessTest) -> bool:
        """Whether a test of an assessment fails."""
        faults = Faults()
        found: Assessed | None = run_assessed(snapshot, test, faults)
        return found is None or not found.passed

    @staticmethod
    def _said(decision: Decision) -> bytes:
        """Everything that an answer says, save which text of the rules it was."""
        said = canonical(decision)
        del said["packs"]
        return orjson.dumps([said, _obligations(decision)], default=str)


def _declared(pack: Pack) -> object:
    """What the expressions of a pack rest on."""
    return _bare((pack.terms, pack.parameters, pack.attributes, pack.bodies, pack.units))


def _bare(value: Any) -> object:
    """A value without the places in files where it was read."""
    if isinstance(value, Span):
        return None
    if isinstance(value, Expression):
        return value.text
    if is_dataclass(value) and not isinstance(value, type):
        return type(value), tuple(_bare(getattr(value, name.name)) for name in fields(value))
    if isinstance(value, Mapping):
        return tuple((key, _bare(each)) for key, each in value.items())
    if isinstance(value, tuple):
        return tuple(_bare(each) for each in value)
    return value


def _obligations(decision: Decision) -> list[Plain]:
    """Each obligation with what an answer says of its rule."""
    plain = canonical(decision)["obligations"]
    return [
        {
            **one,
            "consequence": obligation.plan.rule.consequence,
            "outputs": [output.text.zh for output in obligation.plan.rule.outputs],
            "reading": _reading(obligation.plan.rule.reading),
        }
        for one, obligation in zip(plain, decision.obligations, strict=True)
    ]


def _reading(reading: object) -> str:
    chosen = getattr(reading, "chosen", None)
    return "" if chosen is None else str(chosen.zh)


def _of_district(files: Files, code: str) -> Files:
    """The files that the district's decisions depend on, and its tests."""
    folders = _folders(files, code)
    return {
        name: source
        for name, source in files.items()
        if "/" not in name or name.startswith((CALENDAR, *folders))
    }


def _folders(files: Files, code: str) -> Sequence[str]:
    rules = rules_of(files, Faults())
    packs = () if rules is None else rules.districts[code]
    return [pack.span.source.name.rpartition("/")[0] + "/" for pack in packs]
