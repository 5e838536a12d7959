"""An assessment as Python reads it: decimals, aware datetimes, figures by their names; the message beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from linkage.v1 import assessment_service_pb2 as api
from linkage_client.moments import moment_of
from linkage_client.views import Coded


@dataclass(frozen=True, repr=False)
class Scorecard:
    """How one department, or one of its units, did."""

    message: api.Scorecard

    def __repr__(self) -> str:
        return f"<Scorecard {self.message.body.code} {self.message.unit}>"

    @property
    def body(self) -> Coded:
        """The department."""
        return Coded(self.message.body.code, self.message.body.name)

    @property
    def unit(self) -> str:
        """Which of its units; empty where the document tells none apart."""
        return self.message.unit

    @property
    def name(self) -> str:
        """How the district calls it."""
        return self.message.name

    @cached_property
    def figures(self) -> Mapping[str, api.Figure]:
        """Its figures by their ids: ``duties``, and those of the document."""
        return {one.id: one for one in self.message.figures}

    def value(self, figure: str) -> Decimal | None:
        """The value of a figure; None where there was nothing to measure. Raises ``KeyError``."""
        return decimal_of(self.figures[figure].value)

    @property
    def score(self) -> Decimal | None:
        """The score; None where there is none: see ``Assessment.missing_parameters``."""
        return decimal_of(self.message.score.value)

    @property
    def grade(self) -> Coded | None:
        """Its grade, where there are grades."""
        grade = self.message.score.grade
        return Coded(grade.code, grade.name) if self.message.score.HasField("grade") else None

    @property
    def rank(self) -> int | None:
        """1 is best, and equal scores share a rank; None where there is no score."""
        return self.message.score.rank or None


@dataclass(frozen=True, repr=False)
class Assessment:
    """One assessment of a district over a period."""

    message: api.Assessment

    def __repr__(self) -> str:
        return f"<Assessment {self.id} rows={len(self.message.scorecards)}>"

    @property
    def id(self) -> str:
        """Its id in the pack."""
        return self.message.id

    @property
    def title(self) -> str:
        """What it is called."""
        return self.message.title

    @property
    def start(self) -> datetime:
        """The first moment of the period."""
        return moment_of(self.message.period_start)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return moment_of(self.message.period_end)

    @cached_property
    def scorecards(self) -> tuple[Scorecard, ...]:
        """A row for each department or unit: by rank where there is one."""
        return tuple(Scorecard(one) for one in self.message.scorecards)

    @property
    def missing_parameters(self) -> Mapping[str, str]:
        """What nobody has fixed, and without which there is no score: by name, what it means."""
        return {one.name: one.means for one in self.message.missing_parameters}

    @property
    def consequences(self) -> tuple[api.AssessmentConsequence, ...]:
        """What follows: duties of those who must act on the results."""
        return tuple(self.message.consequences)

    @cached_property
    def obligations(self) -> Mapping[str, api.CountedObligation]:
        """Every obligation behind a figure, by its id."""
        return {one.id: one for one in self.message.obligations}

    @property
    def appeal_until(self) -> datetime | None:
        """Until when one may object; None where no time is fixed, or the results are not confirmed."""
        appeal = self.message.appeal
        return moment_of(appeal.until) if appeal.HasField("until") else None


@dataclass(frozen=True, repr=False)
class Assessed:
    """The answer: every assessment of the district that was asked for."""

    message: api.AssessResponse

    def __repr__(self) -> str:
        return f"<Assessed {self.message.receipt.assessment_digest[:12]}>"

    @cached_property
    def assessments(self) -> tuple[Assessment, ...]:
        """One for each assessment of the pack; none where its document asks for no counts."""
        return tuple(Assessment(one) for one in self.message.assessments)

    @property
    def receipt(self) -> api.AssessmentReceipt:
        """What it was made from."""
        return self.message.receipt


def decimal_of(text: str) -> Decimal | None:
    """The number of a decimal's text; None of an empty one."""
    return Decimal(text) if text else None
