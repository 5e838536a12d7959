"""The engines behind one protocol: ``compiled`` (default), and those it is checked against."""

from policy.engines.compiled import Compiled
from policy.engines.protocol import Effects, Engine, Hit, Matches

COMPILED: Engine = Compiled()
"""The default engine."""

__all__ = ["COMPILED", "Compiled", "Effects", "Engine", "Hit", "Matches"]
