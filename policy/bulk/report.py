"""What a bulk job shows: how far it is, what came out, which columns there are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from policy.bulk.job import Order, Outcome, Watch
from policy.bulk.job import Progress as Done
from policy.bulk.schema import case_schema, finding_schema
from policy.text.diagnostics import Words
from policy.text.terminal import show

_WORKING = Words("判断", "deciding")
_RATE = Words("{cases:,} 个案件，每秒 {rate:,.0f} 个", "{cases:,} cases, {rate:,.0f} a second")
_READ = Words(
    "读入案件 {read:,}：已判断 {decided:,}，不能判断 {bad:,}",
    "{read:,} cases: {decided:,} decided, {bad:,} refused",
)
_SAID = Words(
    "义务 {obligations:,}，无法判断 {undetermined:,}，规则出错 {errors:,}，冲突 {conflicts:,}",
    "{obligations:,} obligations, {undetermined:,} undetermined, {errors:,} errors, {conflicts:,} conflicts",
)
_RESUMED = Words(
    "其中 {resumed:,} 个案件在上次运行中已经完成", "{resumed:,} of the cases had been done by an earlier run"
)
_OUT = Words("结果：{path}", "result: {path}")
_BAD = Words("不能判断的行及原因：{path}", "rows refused, and why: {path}")
_IN_COLUMNS = Words(
    "输入的列（可另有 as_of: timestamp[ns, tz=UTC]）",
    "columns of cases (and as_of: timestamp[ns, tz=UTC], if wanted)",
)
_OUT_COLUMNS = Words("结果的列", "columns of findings")


@contextmanager
def watching(lang: str) -> Iterator[Watch]:
    """A progress bar on standard error, where that is a terminal."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[said]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        bar = progress.add_task(_WORKING.get(lang), total=None, said="")
        began = monotonic()
        before: list[int] = []

        def watch(done: Done) -> None:
            # What an earlier run did, or waits to be counted, says nothing of this run's speed.
            if not before:
                before.append(done.counts.read)
            seconds = max(monotonic() - began, 0.001)
            rate = (done.counts.read - before[0]) / seconds
            said = _RATE.get(lang).format(cases=done.counts.read, rate=rate)
            progress.update(bar, total=done.total, completed=done.units, said=said)

        yield watch


def summary(order: Order, outcome: Outcome) -> dict[str, Any]:
    """The outcome as plain data."""
    return {
        "out": str(order.out),
        "bad_rows": str(order.bad) if outcome.counts.bad else None,
        **outcome.counts._asdict(),
        "resumed": outcome.resumed,
    }


def print_summary(order: Order, outcome: Outcome, lang: str) -> None:
    """The outcome for people."""
    counts = outcome.counts._asdict()
    show(_READ.get(lang).format(**counts))
    if outcome.resumed:
        show(_RESUMED.get(lang).format(resumed=outcome.resumed))
    show(_SAID.get(lang).format(**counts))
    show(_OUT.get(lang).format(path=order.out))
    if outcome.counts.bad:
        show(_BAD.get(lang).format(path=order.bad))


def print_schemas(lang: str) -> None:
    """The columns of both tables with their types."""
    for title, schema in ((_IN_COLUMNS, case_schema()), (_OUT_COLUMNS, finding_schema())):
        show(f"{title.get(lang)}:")
        for field in schema:
            show(f"  {field.name}: {field.type}")
