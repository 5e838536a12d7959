"""How departments did: the bodies of a district over a period, as its document asks it to be counted.

In: a district, an assessment of its pack, cases, a period.
Out: an ``Appraisal``: a row of figures for each body assessed, and for each of its units where the assessment
tells them apart; points, grade and rank where the pack fixes them; and what follows.

    period (when a duty counts), counting (for whom, of one case) --> tally, figures (how much, of all)
        --> scoring --> consequences

What one case adds is plain data where it is to go to another process or into a file (``plain``).
"""

from policy.assess.assess import Appraisal, appraisal, appraise, assessed, counted
from policy.assess.cases import CaseRefused
from policy.assess.counting import CaseCount, Counting, Entry
from policy.assess.digest import digest_of, facts_digest_of
from policy.assess.figures import Figure, Member, Row
from policy.assess.period import Span, span_of, year_of
from policy.assess.plain import (
    Duty,
    count_of,
    day_end,
    is_still,
    obligation_of,
    original_end,
    plain_count,
    plain_duty,
)
from policy.assess.scoring import Score

__all__ = [
    "Appraisal",
    "CaseCount",
    "CaseRefused",
    "Counting",
    "Duty",
    "Entry",
    "Figure",
    "Member",
    "Row",
    "Score",
    "Span",
    "appraisal",
    "appraise",
    "assessed",
    "count_of",
    "counted",
    "day_end",
    "digest_of",
    "facts_digest_of",
    "is_still",
    "obligation_of",
    "original_end",
    "plain_count",
    "plain_duty",
    "span_of",
    "year_of",
]
