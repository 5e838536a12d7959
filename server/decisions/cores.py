"""The districts of one set of rules in the native core, and who answers in it.

snapshot --load, or at first use--> Core of a district --answers--> NativeAnswers in a language
"""

from __future__ import annotations

from collections.abc import Callable

from policy.decide.snapshot import District, Snapshot
from policy.native import Core, core_of
from server.convert.answers import Answers
from server.convert.native import NativeAnswers
from server.settings.logs import Level, event


class Cores:
    """The cores of a snapshot's districts; ``answers`` gives the converter of a district in a language."""

    def __init__(self, snapshot: Snapshot, answers: Callable[[District, str], Answers]) -> None:
        self._snapshot = snapshot
        self._words = answers
        self._cores: dict[str, Core | None] = {}
        self._answers: dict[tuple[str, str], NativeAnswers] = {}

    def load(self) -> None:
        """Makes the core of every district now, which takes as long as deciding a hundred cases."""
        for code in self._snapshot.districts:
            self.core(code)

    def core(self, code: str) -> Core | None:
        """The core of a district, made at its first use; None where none is installed."""
        if code not in self._cores:
            self._cores[code] = core_of(self._snapshot.districts[code])
        return self._cores[code]

    def answers(self, code: str, lang: str) -> NativeAnswers | None:
        """Who answers in a language for a district, made at its first use; None where there is no core."""
        found = self._answers.get((code, lang))
        if found is None and (core := self.core(code)) is not None:
            words = self._words(self._snapshot.districts[code], lang)
            found = self._answers[code, lang] = NativeAnswers(core, words)
        return found

    def report(self) -> None:
        """Logs which districts the core decides."""
        carried = (code for code, core in self._cores.items() if core is not None)
        event(Level.INFO, "native_core", districts=",".join(carried))
