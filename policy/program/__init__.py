"""Rules made ready to run: from checked packs to compiled programs.

In: a pack, whose expressions are still text.
Out: a ``PackProgram``: typed rules, the trigger index, generated Python with a line map, deadlines ready to
     count (dues).

Pack -> typed.TypedPack -> trigger.Trigger + codegen.Generated -> build.PackProgram
"""

from policy.program.build import FALLBACK, MatcherPlan, PackProgram, RulePlan, program_of, with_pack

__all__ = ["FALLBACK", "MatcherPlan", "PackProgram", "RulePlan", "program_of", "with_pack"]
