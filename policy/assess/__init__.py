"""How departments did: the bodies of a district over a period, as its document asks it to be counted.

In: a district, an assessment of its pack, cases, a period.
Out: an ``Appraisal``: a row of figures for each body assessed, and for each of its units where the assessment
tells them apart; points, grade and rank where the pack fixes them; and what follows.

    period (when a duty counts), tally (for whom), figures (how much) --> scoring --> consequences
"""

from policy.assess.assess import Appraisal, appraise, assessed
from policy.assess.cases import CaseRefused
from policy.assess.figures import Figure, Member, Row
from policy.assess.period import year_of
from policy.assess.scoring import Score

__all__ = [
    "Appraisal",
    "CaseRefused",
    "Figure",
    "Member",
    "Row",
    "Score",
    "appraise",
    "assessed",
    "year_of",
]
