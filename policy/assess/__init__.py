"""How departments did: the bodies of a district over a period, as its document asks it to be counted.

In: a district, an assessment of its pack, cases, a period.
Out: an ``Appraisal``: a row of counts for each body assessed, and for each of its units where the assessment
tells them apart.
"""

from policy.assess.assess import Appraisal, Row, appraise

__all__ = ["Appraisal", "Row", "appraise"]
