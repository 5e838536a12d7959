"""The rows: what cases add, summed up."""

from __future__ import annotations

from typing import NamedTuple

from policy.assess.cases import CaseRefused
from policy.assess.counting import CaseCount, Key
from policy.assess.figures import CARRIED, RELEASED, UNKNOWN, Counted, Member, Row
from policy.decide.decision import Obligation
from policy.pack.assessment import Assessment
from policy.program.program import PackProgram


class Behind(NamedTuple):
    """An obligation behind a figure, and its case."""

    case: str
    obligation: Obligation


class Tally:
    """Adds up what cases add; then gives ``rows``, and ``behind``: every obligation that counts, by its id.

    ``facts``: the digest of each case, by its id. ``undetermined``: what facts kept open.
    """

    def __init__(self, program: PackProgram, assessment: Assessment) -> None:
        self._program = program
        self._assessment = assessment
        self._rows: dict[Key, Counted] = {}
        self.behind: dict[str, Behind] = {}
        self.facts: dict[str, str] = {}
        self.undetermined = 0

    def add(self, count: CaseCount, position: int = 0) -> None:
        """Adds one case; the same one given twice is one.

        Raises ``CaseRefused`` (LNK827) for two of one id that differ; ``position`` is said of it.
        """
        if count.case in self.facts:
            if self.facts[count.case] != count.digest:
                raise CaseRefused("LNK827", position, name=count.case)
            return
        self.facts[count.case] = count.digest
        self.undetermined += count.undetermined
        self.behind |= {one.id: Behind(count.case, one) for one in count.behind}
        for entry in count.entries:
            row, member = self._row((entry.body, entry.unit)), Member(count.case, entry.ident)
            for figure in entry.figures:
                row.add(figure, member)
            for duration, nanos in entry.took:
                row.took(duration, member, nanos)

    def rows(self) -> tuple[Row, ...]:
        """What was counted, and zeros for the subjects that nothing counted for."""
        for key in self._listed():
            self._row(key)
        out = (RELEASED, CARRIED, UNKNOWN)
        return tuple(
            Row(*key, counted.figures(self._assessment), *(counted.of(name) for name in out))
            for key, counted in sorted(self._rows.items())
        )

    def _listed(self) -> list[Key]:
        """The rows that there are whatever was counted: of each listed unit, where units are told apart."""
        seen, units = {subject for subject, _ in self._rows}, self._program.pack.units
        apart = self._assessment.unit is not None
        listed: list[Key] = []
        for subject in self._assessment.subjects:
            if apart and subject in units:
                listed += [(subject, name) for name in units[subject].names]
            elif subject not in seen:
                listed.append((subject, ""))
        return listed

    def _row(self, key: Key) -> Counted:
        found = self._rows.get(key)
        if found is None:
            found = self._rows[key] = Counted()
        return found
