"""Fields of answers that the views of a decision share: names of bodies, missing facts."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from linkage.v1 import decision_pb2
from policy.decide.decision import Obligation
from policy.pack.deadline import DeadlineForm
from policy.pack.model import Bearing
from policy.program.dues import DuePlan
from policy.program.plan import RulePlan
from policy.program.program import PackProgram
from policy.review.wording import Wording
from server.convert.wire import delimited, tag, text
from server.convert.words import COUNTED, body, coded

_MISSING = decision_pb2.MissingFact
_PATH, _LABEL = tag(_MISSING, "path"), tag(_MISSING, "label")
_BEARERS = tag(decision_pb2.Obligation, "bearers")
_OF_THEIR_OWN = frozenset((Bearing.SEVERAL, Bearing.EACH_UNIT))
"""How several bear where each has a duty of its own."""


class Pieces:
    """Fields of the answers of one district, in the language of ``words``; what repeats itself is kept."""

    def __init__(self, words: Wording, programs: Iterable[PackProgram]) -> None:
        self._words = words
        self._programs = {program.pack.version: program for program in programs}
        self._labels: dict[str, str] = {}
        self._kept = lru_cache(maxsize=1024)(self._made)

    def bodies(self, version: str, field: bytes, codes: tuple[str, ...]) -> bytes:
        """The field with each of the bodies, as the pack of that version calls them."""
        return self._kept(version, field, codes)

    def _made(self, version: str, field: bytes, codes: tuple[str, ...]) -> bytes:
        bodies = [body(self._words, self._programs[version], code) for code in codes]
        return b"".join([delimited(field, item.SerializeToString()) for item in bodies])

    def bearers(self, o: Obligation) -> bytes:
        """Who bears it, where the case says so; nothing where the rule names them itself."""
        if o.bearers and not names_bearers(o.plan):
            return self.bodies(o.program.pack.version, _BEARERS, o.bearers)
        return b""

    def missing(self, field: bytes, paths: Iterable[str]) -> list[bytes]:
        """The field with each of the missing facts."""
        return [delimited(field, text(_PATH, path) + text(_LABEL, self._label(path))) for path in paths]

    def _label(self, path: str) -> str:
        """A fact in words. What names no element of a case, as flags.major_complex, is the same in every
        case and looked up once; ids, which are citizens' data, are never kept."""
        if "[" in path:
            return self._words.fact(path)
        label = self._labels.get(path)
        if label is None:
            label = self._labels[path] = self._words.fact(path)
        return label


def names_bearers(plan: RulePlan) -> bool:
    """Whether every obligation of the rule has the bearers that the rule itself names."""
    return bool(plan.rule.bearer.bodies) and plan.rule.bearing not in _OF_THEIR_OWN


def deadline(words: Wording, plan: DuePlan) -> decision_pb2.Due:
    """What a rule says of its deadline before any case: the kind, and the word of a qualitative one."""
    word = plan.source.word
    bounded = plan.no_later_than is not None or plan.no_earlier_than is not None
    counted = plan.needs_start or bounded or plan.source.form in (DeadlineForm.ON, DeadlineForm.AT)
    return decision_pb2.Due(
        kind=COUNTED[plan.source.form] if counted else decision_pb2.DEADLINE_KIND_QUALITATIVE,
        word=coded(words, "deadline_words", word) if word else None,
    )
