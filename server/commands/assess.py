"""``linkage assess``: as ``policy.cli.assess`` has it, and of the cases of the register."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from typing import TYPE_CHECKING

from policy.cli.assess import Wanted, show_assessed
from policy.cli.guard import CommandError
from server.commands.common import coded_errors
from server.commands.reading import register_read
from server.register.cases import registered_cases
from server.settings.config import Settings

if TYPE_CHECKING:
    from linkage.v1 import facts_pb2
    from policy.assess import Appraisal
    from policy.cli.assess_files import Appraising
    from policy.decide.snapshot import District, Snapshot
    from policy.pack.assessment import Assessment
    from policy.program.program import PackProgram

Period = tuple[int, int]


def assess_register(wanted: Wanted, settings: Settings) -> None:
    """Assesses the cases of a district as they stand in the register, its own file among them.

    Raises ``CommandError``: what keeps the register from being read, LNK039 for a case that today's rules
    do not know any more.
    """

    def begun(_: Snapshot, district: District, periods: list[Period], within: ExitStack) -> Appraising:
        with coded_errors(settings.rules, wanted.lang):
            cases = asyncio.run(_cases(settings, district.code))
        return _appraising(district, cases)

    show_assessed(wanted, begun)


def _appraising(district: District, cases: list[facts_pb2.Case]) -> Appraising:
    from policy.assess import appraise
    from policy.facts.reading import FactsError

    def make(
        program: PackProgram, assessment: Assessment, period: Period, confirmed: int | None
    ) -> Appraisal:
        try:
            return appraise(district, program, assessment, cases, *period, confirmed)
        except FactsError as error:
            raise CommandError("LNK039", stored=error.violations[0].code) from error

    return make


async def _cases(settings: Settings, district: str) -> list[facts_pb2.Case]:
    async with register_read(settings) as keeper:
        return [case async for case in registered_cases(keeper, district)]
