"""``linkage impact --log`` and ``--register``: what other rules would change of the cases of a service.

Both read the database and write nothing. Facts are opened in memory alone, with the keys of the log.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager

import pyarrow as pa

from policy.bulk.columns_in import Layout
from policy.bulk.reader import Batches
from policy.bulk.schema import AS_OF, CASE, MOMENT, ROW
from policy.cli.guard import CommandError, need
from policy.cli.impact import Wanted, check, compared, counted, impact_of, tell, tell_case
from policy.cli.language import say
from policy.cli.loading import moment
from policy.review.impact.totals import Batch, CaseImpact, Refused
from server.commands.adopting import previewed
from server.commands.auditing import opened
from server.commands.common import coded_errors
from server.commands.saved import Saved
from server.register.previewing import Compared as CaseCompared
from server.settings.config import Settings
from server.store.decisions import DecisionStore

_NO_PACK = "LNK810"


def impact_of_log(wanted: Wanted, settings: Settings) -> None:
    """The last decision on each case of the log, decided again under both sides, as of when it was made.

    Raises ``CommandError`` and typer.Exit.
    """
    need("pyarrow", "bulk")
    check(wanted)
    both = compared(wanted)
    with coded_errors(settings.rules, wanted.lang), _logged(settings, both.only) as cases:
        if not cases.units:
            raise CommandError("LNK427", district=both.only or ", ".join(sorted(both.rules[1].districts)))
        impact_of(wanted, both, cases)


class LoggedCases:
    """The cases of a log as ``policy.cli.impact`` takes them; a row is its place among them, from 1."""

    layout = Layout.MESSAGES

    def __init__(self, runner: asyncio.Runner, store: DecisionStore, ids: list[str]) -> None:
        self._runner, self._store, self._ids = runner, store, ids
        self.units = len(ids)
        self.done = 0

    def batches(self, size: int) -> Batches:
        """All of them, in the order in which they were last decided."""
        for number, start in enumerate(range(0, self.units, size)):
            records = self._runner.run(self._store.these(self._ids[start : start + size]))
            rows = pa.array(range(start + 1, start + 1 + len(records)), pa.int64())
            facts = pa.array([record.facts for record in records], pa.large_binary())
            moments = pa.array([record.as_of for record in records], pa.int64()).cast(MOMENT)
            self.done += len(records)
            yield number, pa.RecordBatch.from_arrays([rows, facts, moments], names=[ROW, CASE, AS_OF])


@contextmanager
def _logged(settings: Settings, district: str) -> Iterator[LoggedCases]:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        try:
            log = runner.run(stack.enter_async_context(opened(settings)))
            store = DecisionStore(log.engine, log.keys)
            yield LoggedCases(runner, store, runner.run(store.latest(district)))
        finally:
            runner.run(stack.aclose())


def impact_of_register(wanted: Wanted, settings: Settings) -> None:
    """What ``linkage register preview`` finds, told as for a file; the old side is what each case is under.

    Raises ``CommandError`` and typer.Exit.
    """
    check(wanted)
    if wanted.old:
        detail = say(
            "登记的案件各按自己的规则比较，不用 --old", "--register needs no --old: each case has its rules"
        )
        raise CommandError("LNK906", command="linkage impact", detail=detail)
    both = compared(wanted)
    districts = sorted(both.rules[1].districts)
    now = time.time_ns() if wanted.as_of is None else moment(wanted.as_of, wanted.lang)
    with coded_errors(settings.rules, wanted.lang):
        totals, found = asyncio.run(previewed(settings, both.rules[1], districts, now, Saved(None, {})))
    if not totals.cases:
        raise CommandError("LNK427", district=both.only or ", ".join(sorted(both.rules[1].districts)))
    batch = _batch(totals.cases, found)
    if wanted.case:
        opened_case = next((one for one in batch.found if one.case == wanted.case), None)
        if opened_case is None:
            raise CommandError("LNK252", name=wanted.case)
        tell_case(wanted, both, opened_case)
    tell(wanted, both, counted(wanted, both, iter([batch])))


def _batch(cases: int, found: list[CaseCompared]) -> Batch:
    """What a preview found, as one batch; obligations of which nothing is owed are no shifts."""
    elsewhere = sum(one.fault == _NO_PACK for one in found)
    refused = tuple(Refused(0, one.fault) for one in found if one.fault and one.fault != _NO_PACK)
    shifted = tuple(CaseImpact(0, one.case_id, one.district, one.duties) for one in found if one.duties)
    return Batch(cases, elsewhere, refused, shifted)
