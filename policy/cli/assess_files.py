"""Assessing what ``linkage bulk`` reads and writes: a file of many cases, or its findings for a period."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from policy.cli.guard import CommandError
from policy.cli.period import day_of
from policy.text.terminal import show

if TYPE_CHECKING:
    from policy.assess import Appraisal
    from policy.bulk.assessing import Assessable
    from policy.bulk.errors import BulkError
    from policy.decide.snapshot import District, Snapshot
    from policy.pack.assessment import Assessment
    from policy.program.program import PackProgram

SUFFIXES = (".parquet", ".jsonl", ".jsonl.gz")
_SHOWN = 5
"""Rows that could not be decided of which the reason is shown."""

Period = tuple[int, int]
Appraising = Callable[["PackProgram", "Assessment", Period, "int | None"], "Appraisal"]
"""Makes the appraisal of a period, with the moment of its confirmation."""


class Asked(NamedTuple):
    """What is assessed, under which rules, and in which language what is wrong is said."""

    snapshot: Snapshot
    district: District
    rules: Path
    lang: str


def are_bulk(names: Sequence[str]) -> bool:
    """Whether the files are those of ``linkage bulk``."""
    return any(name.endswith(SUFFIXES) for name in names)


def appraising(
    asked: Asked, names: Sequence[str], periods: Sequence[Period], within: ExitStack
) -> Appraising:
    """Gives the appraisals of periods over files. What is made on the way goes with ``within``.

    Raises CommandError: what ``linkage bulk`` raises, LNK731 to LNK734, LNK906.
    """
    from policy.bulk.assessing import receipt_of
    from policy.bulk.errors import BulkError
    from policy.cli.language import say

    paths = [Path(name) for name in names]
    try:
        if any(path.suffix == ".parquet" and path.is_file() and receipt_of(path) for path in paths):
            found = _findings(asked, paths)
        elif len(paths) == 1:
            found = _counted(asked, paths[0], periods, within)
        else:
            one = say("parquet、jsonl 的案件文件一次给一个", "one parquet or jsonl file of cases at a time")
            raise CommandError("LNK906", command="linkage assess", detail=one)
    except BulkError as error:
        raise told(error) from error
    for period in periods:
        if period not in found:
            made = ", ".join(_said(each) for each in found)
            raise CommandError("LNK733", asked=_said(period), made=made)

    def make(
        program: PackProgram, assessment: Assessment, period: Period, confirmed: int | None
    ) -> Appraisal:
        from policy.assess import CaseRefused, span_of

        file = found[period]
        try:
            span = span_of(assessment, *period)
            return file.appraisal(asked.district, program, assessment, span, confirmed)
        except CaseRefused as error:
            row = say(f"第 {error.position} 行", f"row {error.position}")
            raise CommandError(error.code, "", f"{paths[0]}: {row}", **error.details) from error

    return make


def told(error: BulkError) -> CommandError:
    """A ``BulkError`` as commands say it."""
    details = dict(error.details)
    return CommandError(error.code, str(details.pop("suggestion", "")), "", **details)


def _findings(asked: Asked, paths: Sequence[Path]) -> Mapping[Period, Assessable]:
    from policy.bulk.assessing import Assessable

    found = {}
    for path in paths:
        file = Assessable(path)
        file.check(asked.snapshot)
        found[file.period] = file
    return found


def _counted(
    asked: Asked, path: Path, periods: Sequence[Period], within: ExitStack
) -> Mapping[Period, Assessable]:
    """Counts a file of cases for each period, on every core."""
    from policy.bulk.assessing import Assessable

    found = {}
    folder = Path(within.enter_context(TemporaryDirectory(prefix="linkage-assess-")))
    for number, period in enumerate(periods):
        out = folder / f"{number}.parquet"
        _count(asked, path, period, out)
        found[period] = Assessable(out)
    return found


def _count(asked: Asked, path: Path, period: Period, out: Path) -> None:
    from policy.bulk.job import Order, run
    from policy.bulk.report import watching
    from policy.cli.bulk import DEFAULT_BATCH
    from policy.native import cores_allowed
    from policy.time.moment import nanos_of

    order = Order(
        cases=path,
        out=out,
        bad=out.with_suffix(".bad.jsonl"),
        rules=asked.rules,
        district=asked.district.code,
        as_of=None,
        now=nanos_of(datetime.now(UTC)),
        engine="compiled",
        lang=asked.lang,
        batch=DEFAULT_BATCH,
        workers=cores_allowed(),
        ids=True,
        resume=None,
        period=period,
        own=True,
    )
    with watching(asked.lang) as watch:
        outcome = run(order, asked.snapshot, watch)
    if outcome.counts.bad:
        for line in _first(order.bad):
            show(line, stream=sys.stderr)
        raise CommandError("LNK735", path=str(path), count=str(outcome.counts.bad))


def _first(bad: Path) -> Iterator[str]:
    """The first reasons why cases could not be decided."""
    from policy.cli.language import say

    with bad.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number == _SHOWN:
                yield "…"
                return
            found = json.loads(line)
            row = say(f"第 {found['row']} 行", f"row {found['row']}")
            field = found.get("field") or found.get("column") or ""
            meant = found.get("suggestion", "")
            near = say(f"（是不是“{meant}”？）", f" (did you mean “{meant}”?)") if meant else ""
            yield f"{row} {field}: {found['message']}{near} [{found['code']}]"


def _said(period: Period) -> str:
    """A period in days."""
    return f"{day_of(period[0])} – {day_of(period[1] - 1)}"
