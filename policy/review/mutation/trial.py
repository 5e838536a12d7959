"""A pack changed in one place: does ``check`` refuse it, does a test notice it, does any decision change?

Bench (the district as it is, its tests, what each decides) --tried(change)--> Verdict
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property, partial
from typing import NamedTuple

import orjson

from policy.assess import year_of
from policy.decide.decision import Decision, canonical
from policy.decide.run import run
from policy.decide.snapshot import District, Snapshot, collector_resting, snapshot_of
from policy.facts.reading import FactsError
from policy.facts.timeline import Timeline
from policy.pack.folder import CALENDAR, Files
from policy.pack.load import rules_of
from policy.pack.model import Pack
from policy.pack.vocabulary import Vocabulary
from policy.program import PackProgram, RulePlan, program_of
from policy.review.mutation.changes import Change, Names, Tree, changes_of
from policy.review.mutation.reach import Present, Unchanged, bare, present, waits_for
from policy.review.ruletest.assessed import Assessed, assessed_tests_of, run_assessed
from policy.review.ruletest.compare import mismatches
from policy.review.ruletest.local import local_district, with_values
from policy.review.ruletest.model import AssessTest, RuleTest
from policy.review.ruletest.run import tests_of
from policy.text.diagnostics import Faults, Severity
from policy.text.source import Source

Plain = dict[str, object]
Reaches = Callable[[Present], bool]
"""Whether a change can alter what is decided of a case with these elements."""


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


class _Known(NamedTuple):
    """What an unchanged test comes to, and what there is in its case."""

    said: bytes
    there: Present


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
        return tuple(Tree(source) for name, source in self._texts.items() if source and "/" in name)

    @cached_property
    def _texts(self) -> Files:
        """What is read anew after a change: all but the tests and the calendar's notices."""
        own = {name: source for name, source in self._files.items() if "/tests/" not in name}
        return {name: source for name, source in own.items() if not name.startswith(CALENDAR)}

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
    def _decided(self) -> tuple[_Known, ...]:
        """What each test decides, unchanged."""
        return tuple(self._known(test) for test in self.tests)

    def _known(self, test: RuleTest) -> _Known:
        decision, timeline = self._run(self._district, test)
        return _Known(_said(decision), present(timeline))

    @cached_property
    def _appraised(self) -> tuple[_Known, ...]:
        """What each test of an assessment comes to, unchanged."""
        return tuple(self._year_known(test) for test in self.years)

    def _year_known(self, test: AssessTest) -> _Known:
        district, (_, end) = with_values(self._district, test.parameters), year_of(test.year)
        seen = (run(district, one.case, end, past=True, warned=False)[1] for one in test.cases)
        return _Known(_come_to(self._year(self.snapshot, test)), frozenset().union(*map(present, seen)))

    @property
    def _district(self) -> District:
        return self.snapshot.districts[self._code]

    def failing(self) -> tuple[str, ...]:
        """The names of its tests that fail as it is."""
        wrong = [t.name for t in self.tests if mismatches(t, self._run(self._district, t)[0])]
        return (*wrong, *(t.name for t in self.years if _fails(self._year(self.snapshot, t))))

    def tried(self, tree: Tree, change: Change) -> Verdict:
        """Makes the change and runs the tests that it reaches, those that name what is changed first."""
        faults = Faults()
        snapshot = self._loaded(tree, tree.text_of(change), faults)
        if snapshot is None or faults.errors:
            errors = [fault for fault in faults if fault.severity is Severity.ERROR]
            return Verdict(Fate.REFUSED, errors[0].code if errors else "")
        district = snapshot.districts[self._code]
        reaches = self._reaching(district, tree)
        found = self._tests_tried(district, change, reaches) or self._years_tried(snapshot, reaches)
        return found or Verdict(Fate.SAME)

    def _tests_tried(self, district: District, change: Change, reaches: Reaches) -> Verdict | None:
        altered: tuple[RuleTest, Decision] | None = None
        for number in self._order(change.owner):
            test, known = self.tests[number], self._decided[number]
            if not reaches(known.there):
                continue
            try:
                decision = self._run(district, test)[0]
            except FactsError:  # it is too much to decide now
                return Verdict(Fate.NOTICED, test.name)
            if mismatches(test, decision):
                return Verdict(Fate.NOTICED, test.name)
            if altered is None and _said(decision) != known.said:
                altered = test, decision
        return None if altered is None else self._survived(*altered)

    def _years_tried(self, snapshot: Snapshot, reaches: Reaches) -> Verdict | None:
        altered: Verdict | None = None
        for test, known in zip(self.years, self._appraised, strict=True):
            if not reaches(known.there):
                continue
            found = self._year(snapshot, test)
            if _fails(found):
                return Verdict(Fate.NOTICED, test.name)
            if altered is None and _come_to(found) != known.said:
                altered = Verdict(Fate.SURVIVED, test=test.name)
        return altered

    def _reaching(self, after: District, tree: Tree) -> Reaches:
        """Which cases the changed rules of a district are tried on; all, where nobody can say."""
        before = self._district
        if before.strata or after.strata or before.standing != after.standing:
            return lambda there: True
        plans: list[RulePlan] = []
        for old, new in zip(before.programs, after.programs, strict=True):
            rules = self._changed_rules(new.pack, tree)
            if rules is None or bare(old.pack.assessments) != bare(new.pack.assessments):
                return lambda there: True
            plans += [plan for plan in (*old.plans, *new.plans) if plan.id in rules]
        return partial(waits_for, plans)

    def _changed_rules(self, pack: Pack, tree: Tree) -> frozenset[str] | None:
        before = self._unchanged.get(pack.version)
        return None if before is None else before.changed_rules(pack, tree.name, tree.shared)

    @cached_property
    def _unchanged(self) -> Mapping[str, Unchanged]:
        return {pack.version: Unchanged(pack) for pack in self.rules.districts[self._code]}

    def _loaded(self, tree: Tree, text: str, faults: Faults) -> Snapshot | None:
        """The rules with one file changed; what was typed and planned before, and is the same, is kept."""

        def program(pack: Pack, vocabulary: Vocabulary, faults: Faults) -> PackProgram:
            rules = self._changed_rules(pack, tree)
            if rules is None:
                return program_of(pack, vocabulary, faults)
            plans = self._district.by_version[pack.version].by_rule
            known = {name: plan for name, plan in plans.items() if name not in rules}
            return program_of(pack, vocabulary, faults, known)

        files = {**self._texts, tree.name: Source(tree.name, text)}
        with collector_resting():
            rules = rules_of(files, faults, known=self.rules.vocabulary)
            if rules is None:
                return None
            rules = replace(rules, calendar=self.rules.calendar, own_notices=self.rules.own_notices)
            return snapshot_of(rules, faults, program)

    def _order(self, owner: str) -> list[int]:
        named = [n for n, test in enumerate(self.tests) if any(r.startswith(owner) for r in test.rules)]
        first = set(named)
        return [*named, *(n for n in range(len(self.tests)) if n not in first)]

    def _survived(self, test: RuleTest, decision: Decision) -> Verdict:
        before = _obligations(self._run(self._district, test)[0])
        after = _obligations(decision)
        lost = tuple(one for one in before if one not in after)
        won = tuple(one for one in after if one not in before)
        return Verdict(Fate.SURVIVED, "", test.name, lost, won)

    def test(self, name: str) -> RuleTest:
        """The test of that name."""
        return next(test for test in self.tests if test.name == name)

    @staticmethod
    def _run(district: District, test: RuleTest) -> tuple[Decision, Timeline]:
        """Without warnings, which decide nothing, where the test asks for none."""
        return run(
            local_district(district, test), test.case.case, test.as_of, warned=test.warnings is not None
        )

    @staticmethod
    def _year(snapshot: Snapshot, test: AssessTest) -> Assessed | None:
        """What a test of an assessment comes to; None where its cases cannot be counted."""
        return run_assessed(snapshot, test, Faults())


def _fails(found: Assessed | None) -> bool:
    return found is None or not found.passed


def _said(decision: Decision) -> bytes:
    """What an answer decides: everything save its warnings, and which text of the rules it was."""
    said = canonical(decision)
    del said["packs"], said["warnings"]
    return orjson.dumps([said, _obligations(decision)], default=str)


def _come_to(found: Assessed | None) -> bytes:
    """What an assessment comes to, as a text to be compared."""
    if found is None:
        return b""
    made = found.appraisal
    follows = [(one.consequence.id, one.body, one.unit, one.sure) for one in made.follows]
    appeal = None if made.appeal_until is None else made.appeal_until.nanos
    return repr((made.rows, made.scores, made.missing, follows, appeal)).encode()


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
