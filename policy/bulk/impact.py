"""What other rules would change of many cases: each decided under both, on every core.

batches of cases --decided under both--> Batch (what would be otherwise) --Totals--> by body and rule
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache
from typing import NamedTuple

import pyarrow as pa

from linkage.v1 import facts_pb2
from policy.bulk.cases import Attributes, RawCase, cases_of
from policy.bulk.columns_in import Layout, mirrored, moments
from policy.bulk.errors import BulkError
from policy.bulk.pool import begin, uninterrupted
from policy.bulk.reader import Batches
from policy.bulk.sides import Deciding, Side, rules_of_side
from policy.bulk.work import sent
from policy.facts.reading import FactsError
from policy.review.impact.shifts import Difference, difference_of
from policy.review.impact.totals import Batch, CaseImpact, Refused

_AHEAD = 3


class Ask(NamedTuple):
    """What holds for every case; moments are nanoseconds since 1970 UTC, as in ``runner.Settings``.

    ``district`` takes the place of what cases say; ``only``: cases of other districts are not compared.
    """

    old: Side
    new: Side
    district: str
    only: str
    as_of: int | None
    now: int


class Opened(NamedTuple):
    """One case, and what of it would be otherwise."""

    case: facts_pb2.Case
    as_of: int
    impact: CaseImpact


class _Both:
    """The districts that both sides have, ready to decide."""

    def __init__(self, ask: Ask) -> None:
        old, new = (rules_of_side(side, ask.only) for side in (ask.old, ask.new))
        shared = old.districts.keys() & new.districts.keys()
        self.districts = {
            code: (Deciding(old.districts[code]), Deciding(new.districts[code])) for code in shared
        }
        self.attributes: Attributes = {
            code: {**before.district.reader.attributes, **after.district.reader.attributes}
            for code, (before, after) in self.districts.items()
        }


@lru_cache(maxsize=1)
def _both(ask: Ask) -> _Both:
    return _Both(ask)


def impact_of(ask: Ask, batch: pa.RecordBatch, layout: Layout) -> Batch:
    """Every case of a batch under both sides."""
    both = _both(ask)
    elsewhere = settled = waiting = 0
    found: list[CaseImpact] = []
    refused: list[Refused] = []
    for raw in _cases(ask, batch, layout):
        if raw.case is None:
            refused.append(Refused(raw.row, min(fault.code for fault in raw.faults)))
            continue
        if not raw.case.district:
            refused.append(Refused(raw.row, "LNK801"))
            continue
        if raw.case.district not in both.districts:
            elsewhere += 1
            continue
        try:
            made = _difference(both, raw.case, _moment(ask, raw))
        except FactsError as error:
            refused.append(Refused(raw.row, min(each.code for each in error.violations)))
            continue
        settled, waiting = settled + made.settled, waiting + made.waiting
        if made.shifts:
            found.append(CaseImpact(raw.row, raw.case.id, raw.case.district, made.shifts))
    return Batch(len(batch), elsewhere, tuple(refused), tuple(found), settled, waiting)


def _cases(ask: Ask, batch: pa.RecordBatch, layout: Layout) -> Iterator[RawCase]:
    source = mirrored(batch) if layout is Layout.COLUMNS else batch
    for raw in cases_of(source, layout, _both(ask).attributes, ask.district, moments(batch)):
        if raw.case is not None and ask.district:
            raw.case.district = ask.district
        yield raw


def _moment(ask: Ask, raw: RawCase) -> int:
    return ask.as_of if ask.as_of is not None else ask.now if raw.as_of is None else raw.as_of


def _difference(both: _Both, case: facts_pb2.Case, as_of: int) -> Difference:
    data = case.SerializeToString(deterministic=True)
    before, after = both.districts[case.district]
    return difference_of(before.canonical(case, data, as_of), after.canonical(case, data, as_of))


def opened(ask: Ask, batches: Batches, layout: Layout, name: str) -> Opened | None:
    """The first case of that id, alone; None where no case of the districts compared has it.

    Raises ``FactsError`` where a side does not read it.
    """
    both = _both(ask)
    for _, batch in batches:
        for raw in _cases(ask, batch, layout):
            if raw.case is not None and raw.case.id == name and raw.case.district in both.districts:
                as_of = _moment(ask, raw)
                shifts = _difference(both, raw.case, as_of).shifts
                return Opened(raw.case, as_of, CaseImpact(raw.row, name, raw.case.district, shifts))
    return None


def impacts(ask: Ask, batches: Batches, layout: Layout, workers: int) -> Iterator[Batch]:
    """The batches in order, on so many processes. Raises ``BulkError`` (LNK984): a process died."""
    if workers == 1:
        for _, batch in batches:
            yield impact_of(ask, batch, layout)
        return
    waiting: deque[Future[Batch]] = deque()
    # Spawned and not forked: Arrow has threads, which a fork would not survive.
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), begin)
    try:
        for _, batch in batches:
            with uninterrupted():
                waiting.append(pool.submit(_impact_of_sent, ask, sent(batch), layout))
            if len(waiting) >= workers * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise BulkError("LNK984") from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _impact_of_sent(ask: Ask, data: bytes, layout: Layout) -> Batch:
    with pa.ipc.open_stream(data) as stream:
        return impact_of(ask, stream.read_next_batch(), layout)
