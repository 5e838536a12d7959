"""Rules made ready to run: from checked packs to compiled programs.

In: a pack, whose expressions are still text.
Out: a ``PackProgram``: typed rules, the trigger index, generated Python with a line map, deadlines ready to
     count (dues).

Pack --typer--> typed.TypedPack -> trigger.Trigger + codegen.Generated
                                            --build--> plan.RulePlan, program.PackProgram
"""

from policy.program.build import program_of, with_pack
from policy.program.plan import MatcherPlan, RulePlan
from policy.program.program import FALLBACK, PackProgram

__all__ = ["FALLBACK", "MatcherPlan", "PackProgram", "RulePlan", "program_of", "with_pack"]
