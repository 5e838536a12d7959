"""The cases of an assessment: each once, and of the district that is assessed."""

from __future__ import annotations

from collections.abc import Iterable

from linkage.v1 import facts_pb2


class CaseRefused(ValueError):
    """A case that cannot be counted: the fault ``code`` (LNK827, LNK828), of the case ``position``."""

    def __init__(self, code: str, position: int, **args: str) -> None:
        super().__init__(f"{code}: case {position}")
        self.code, self.position, self.details = code, position, args


def distinct(cases: Iterable[facts_pb2.Case], district: str) -> list[facts_pb2.Case]:
    """The cases, each once: the same one given twice is one.

    Raises ``CaseRefused`` for one of another district, and for two of one id that differ.
    """
    found: dict[str, facts_pb2.Case] = {}
    for position, case in enumerate(cases):
        if case.district not in ("", district):
            raise CaseRefused("LNK828", position, name=case.district, district=district)
        if found.setdefault(case.id, case) != case:
            raise CaseRefused("LNK827", position, name=case.id)
    return list(found.values())
