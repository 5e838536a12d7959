"""From checked packs to compiled programs.

Pack -> typed.TypedPack -> trigger.Trigger + codegen.Generated -> build.PackProgram
"""

from policy.program.build import FALLBACK, MatcherPlan, PackProgram, RulePlan, program_of

__all__ = ["FALLBACK", "MatcherPlan", "PackProgram", "RulePlan", "program_of"]
