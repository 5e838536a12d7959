"""The engine ``durable``: another Rete, durable-rules, decides the conditions of the same typed tree.

    rule, term, matcher --book, patterns--> small rulesets --+
    case view --inquiry, attributes--> messages -------------+--process--> worker: what fired --> true, false
                                                                           neither --> three-valued engine

durable-rules decides comparisons, memberships, ``and``/``or``/``not``, and what is within quantifiers and
terms. Values (lookups, arithmetic, periods) are given to it; effects, missing facts and evaluation errors are
the three-valued engine's. docs/durable.md lists who decides what, and what durable-rules must be kept from.
"""

from policy.engines.durable.engine import Durable, durable
from policy.engines.durable.process import DurableError

__all__ = ["Durable", "DurableError", "durable"]
