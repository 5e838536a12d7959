"""The columnar engine: a whole batch of cases decided at once, on arrays.

    record batch --tables--> columns of integers --rules--> frames of bindings --expressions--> which hold
                                                               |
                       findings <--output-- states <--life-- due times <--dues

Every answer it gives is the one that ``policy.decide`` gives. What arrays cannot settle with certainty makes
the case *doubtful*: it has no findings here, and the scalar engine decides it.
"""

from policy.bulk.columns.engine import Columns

__all__ = ["Columns"]
