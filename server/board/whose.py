"""For which row the duties of a bearer count: as an assessment of the district has it, else whole bodies.

A bearer counts for the subject of an assessment for which it counts there; where no assessment says anything
of it, for the body that it is an organ of. To a department its own bodies are the rows.
"""

from __future__ import annotations

from collections.abc import Mapping

from policy.assess import assessed
from policy.assess.counting import subjects_by_bearer
from policy.decide.snapshot import District
from policy.pack.vocabulary import Vocabulary


class Whose:
    """The rows of a district's board at the end of a period; ``own`` as ``Asked`` has it."""

    def __init__(self, district: District, end: int, own: frozenset[str] | None) -> None:
        self._vocabulary = district.vocabulary
        self._own = own
        self._found: dict[str, str] = {}
        members: dict[str, int] = {}
        for _, assessment in assessed(district, end):
            for subject in assessment.subjects:
                members.setdefault(subject, len(members))
            for bearer, subject in (subjects_by_bearer(assessment, self._vocabulary) or {}).items():
                self._found.setdefault(bearer, subject)
        self.order: Mapping[str, int] = members
        """The bodies assessed, in the order of the document."""
        if own is not None:
            # An organ of one of them counts for the nearest.
            organs = {body: self._vocabulary.organs(body) for body in own}
            wide = sorted(own, key=lambda body: (-len(organs[body]), body))
            self._found = {organ: body for body in wide for organ in organs[body]}

    def row(self, bearer: str) -> str | None:
        """The body whose row it is; None: its duties are not to be seen."""
        found = self._found.get(bearer)
        if found is None and self._own is None:
            return whole(bearer, self._vocabulary)
        return found

    def rows(self, bearers: str) -> tuple[str, ...]:
        """The bodies for which a duty of these bearers counts, each once."""
        found = dict.fromkeys(self.row(each) for each in bearers.split())
        return tuple(body for body in found if body is not None)

    def bearers(self, body: str) -> tuple[str, ...]:
        """Those whose duties count for a body."""
        return tuple(each for each in self._vocabulary.codes("bodies") if self.row(each) == body)


def whole(body: str, vocabulary: Vocabulary) -> str:
    """The body that this one is, at last, an organ of."""
    codes = vocabulary.codes("bodies")
    while (found := codes.get(body)) is not None and found.part_of:
        body = found.part_of
    return body
