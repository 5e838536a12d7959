"""Which due times are drawn: of every deadline one, of the test that shows most of how it is counted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from policy.decide.decision import Obligation
from policy.program.plan import RulePlan
from policy.program.program import PackProgram
from policy.review.book.counting import cells_of
from policy.review.book.model import Cell, Figure, Fill
from policy.review.deadlines import deadline_text
from policy.review.ruletest.run import Result
from policy.review.wording import Wording
from policy.time.deadline import Due
from policy.time.recurrence import recurrence_text

_Drawn = tuple[tuple[int, ...], Obligation, Due, tuple[Cell, ...]]
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::00)?\+08:00")
"""A moment as programs write it."""
_RECURS = re.compile(r"FREQ=[A-Z0-9=;,+-]+")
"""A recurrence as RFC 5545 writes it."""
_TRIED = 60
"""Due times of one deadline that are looked at."""


class Figures:
    """Hands out each figure once; after that its number."""

    def __init__(self, program: PackProgram, results: Iterable[Result], words: Wording) -> None:
        self._words = words
        self._phrases = {plan.id: deadline_text(words, plan) for plan in program.plans}
        self._best: dict[str, _Drawn] = {}
        self._numbers: dict[str, int] = {}
        for phrase, found in _by_phrase(program, results, self._phrases).items():
            drawn = [(one, due, cells_of(due, words.lang)) for one, due in found]
            ranked = ((_rank(due, cells), one, due, cells) for one, due, cells in drawn)
            self._best[phrase] = min(ranked, key=lambda item: item[0])

    def of(self, plan: RulePlan) -> tuple[Figure | None, int]:
        """The figure of a rule's deadline where it is not handed out yet, else its number (0: none)."""
        phrase = self._phrases[plan.id]
        if phrase not in self._best:
            return None, 0
        if phrase in self._numbers:
            return None, self._numbers[phrase]
        number = self._numbers[phrase] = len(self._numbers) + 1
        return self._drawn(number, phrase), 0

    def _drawn(self, number: int, phrase: str) -> Figure:
        words = self._words
        _, one, due, cells = self._best[phrase]
        return Figure(
            number=number,
            deadline=phrase,
            example=words.text(one.plan.rule.title),
            due=words.due_time(due),
            cells=cells,
            said=words.pick(("；", "; ")).join(_said(due, words)),
        )


def _by_phrase(
    program: PackProgram, results: Iterable[Result], phrases: dict[str, str]
) -> dict[str, list[tuple[Obligation, Due]]]:
    """Due times of this version that tests counted; without those of values that a test only tries."""
    found: dict[str, list[tuple[Obligation, Due]]] = {}
    for result in results:
        for one in result.decision.obligations if result.passed else ():
            if one.program is program and one.due is not None and one.due.at is not None:
                own = found.setdefault(phrases[one.rule], [])
                if len(own) < _TRIED:
                    own.append((one, one.due))
    return found


def _rank(due: Due, cells: tuple[Cell, ...]) -> tuple[int, ...]:
    """Drawn before told, settled before provisional, with days of rest before without, short before long."""
    rests = any(cell.fill is Fill.REST for cell in cells)
    return (not cells, due.provisional, not rests, len(cells), len(due.marks))


def _said(due: Due, words: Wording) -> Iterator[str]:
    """The steps in words, without the one that repeats what the caption says."""
    for code, text in words.steps(due):
        if code != "due":
            plain = _MOMENT.sub(r"\1 \2", text)
            yield _RECURS.sub(lambda found: recurrence_text(found[0], words.lang), plain)
