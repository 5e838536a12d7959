"""``linkage bulk``: the obligations of many cases, from a file to a file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from policy.cli.guard import CommandError, need
from policy.cli.language import say
from policy.cli.options import (
    DEFAULT_RULES,
    AsOfOption,
    DistrictOption,
    Format,
    FormatOption,
    Lang,
    LangOption,
    RulesOption,
)
from policy.cli.period import FromOption, ToOption, YearOption, period_of

if TYPE_CHECKING:
    from policy.bulk.job import Order, Outcome
    from policy.decide.snapshot import Snapshot

DEFAULT_BATCH = 4_096
MAX_BATCH = 1_000_000


class BulkEngine(StrEnum):
    """What decides; ``auto``: the native core where it is installed. Others are too slow for files."""

    AUTO = "auto"
    NATIVE = "native"
    COMPILED = "compiled"


CasesArgument = Annotated[
    Path | None,
    typer.Argument(
        metavar="CASES", help=say("案件文件：.parquet、.jsonl 或 .jsonl.gz", ".parquet, .jsonl or .jsonl.gz")
    ),
]
OutOption = Annotated[
    Path | None,
    typer.Option("-o", "--out", metavar="OUT", help=say("结果文件（parquet）", "the result, parquet")),
]
BadOption = Annotated[
    Path | None,
    typer.Option(
        "--bad",
        metavar="FILE",
        help=say(
            "不能判断的行及原因（JSON Lines），默认在结果旁边", "rows refused and why; default: beside OUT"
        ),
    ),
]
WorkersOption = Annotated[
    int,
    typer.Option("--workers", min=0, max=1024, help=say("进程数；0 为全部核心", "processes; 0: all cores")),
]
BatchOption = Annotated[
    int, typer.Option("--batch", min=1, max=MAX_BATCH, help=say("每批的案件数", "cases in a batch"))
]
ResumeOption = Annotated[
    bool | None,
    typer.Option(
        "--resume/--restart",
        help=say(
            "只接着做未完成的，或重新开始并替换结果；默认有未完成的就接着做",
            "only go on, or begin again and replace the result; default: go on where there is something",
        ),
    ),
]
OnOption = Annotated[
    str | None,
    typer.Option(
        "--on",
        metavar="MASTER",
        help=say("在 Spark 上做，如 spark://host:7077", "on Spark, such as spark://host:7077"),
    ),
]
EngineOption = Annotated[BulkEngine, typer.Option("--engine", help=say("用来判断的引擎", "what decides"))]
IdsOption = Annotated[
    bool, typer.Option("--ids/--no-ids", help=say("是否写出义务的编号", "whether to name obligations"))
]
SchemaOption = Annotated[
    bool,
    typer.Option(
        "--schema", help=say("列出输入和结果的各列，不做别的", "show both tables' columns, and stop")
    ),
]


def bulk(
    cases: CasesArgument = None,
    out: OutOption = None,
    as_of: AsOfOption = None,
    district: DistrictOption = None,
    bad: BadOption = None,
    workers: WorkersOption = 0,
    batch: BatchOption = DEFAULT_BATCH,
    resume: ResumeOption = None,
    on: OnOption = None,
    engine: EngineOption = BulkEngine.AUTO,
    ids: IdsOption = True,
    schema: SchemaOption = False,
    year: YearOption = None,
    start: FromOption = None,
    end: ToOption = None,
    rules: RulesOption = DEFAULT_RULES,
    lang: LangOption = Lang.ZH,
    output: FormatOption = Format.TEXT,
) -> None:
    need("pyarrow", "bulk")
    from policy.bulk.report import print_schemas, print_summary, summary
    from policy.cli.loading import load_usable
    from policy.cli.output import print_json

    if schema:
        print_schemas(lang)
        return
    if cases is None or out is None:
        wrong = say("须给出 CASES 和 -o OUT", "CASES and -o OUT are needed")
        raise CommandError("LNK906", command="linkage bulk", detail=wrong)
    _, snapshot = load_usable(rules, lang)
    period = None
    if year is not None or start is not None or end is not None:
        period = period_of("bulk", year, start, end, lang)
        if as_of is not None or not ids:
            wrong = say("考核不用 --as-of，也不能用 --no-ids", "no --as-of and no --no-ids with a period")
            raise CommandError("LNK906", command="linkage bulk", detail=wrong)
    order = _order(
        snapshot, cases, out, bad, rules, as_of, district, engine, lang, batch, workers, ids, resume
    )._replace(period=period)
    outcome = _done(order, snapshot, on, lang)
    if output is Format.JSON:
        print_json(summary(order, outcome))
    else:
        print_summary(order, outcome, lang)
    raise typer.Exit(int(bool(outcome.counts.bad or outcome.counts.errors or outcome.counts.conflicts)))


def _order(
    snapshot: Snapshot,
    cases: Path,
    out: Path,
    bad: Path | None,
    rules: Path,
    as_of: str | None,
    district: str | None,
    engine: BulkEngine,
    lang: Lang,
    batch: int,
    workers: int,
    ids: bool,
    resume: bool | None,
) -> Order:
    from datetime import UTC, datetime

    from policy.bulk.job import Order
    from policy.cli.loading import moment, unknown_district
    from policy.native import cores_allowed
    from policy.time.moment import nanos_of

    if district is not None and district not in snapshot.districts:
        unknown_district(snapshot, district, lang)
    return Order(
        cases=cases,
        out=out,
        bad=Path(f"{out}.bad.jsonl") if bad is None else bad,
        rules=rules,
        district=district or "",
        as_of=None if as_of is None else moment(as_of, lang),
        now=nanos_of(datetime.now(UTC)),
        engine=_chosen(engine),
        lang=lang.value,
        batch=batch,
        workers=workers or cores_allowed(),
        ids=ids,
        resume=resume,
    )


def _chosen(engine: BulkEngine) -> str:
    """The engine's name. Raises CommandError (LNK612, LNK613) where the core is asked for and not there."""
    from policy.native import why_not

    missing = why_not()
    if engine is BulkEngine.NATIVE and missing:
        raise CommandError(missing)
    if engine is BulkEngine.AUTO:
        return BulkEngine.COMPILED if missing else BulkEngine.NATIVE
    return engine.value


def _done(order: Order, snapshot: Snapshot, on: str | None, lang: Lang) -> Outcome:
    from policy.bulk.errors import BulkError
    from policy.bulk.job import run
    from policy.bulk.report import watching
    from policy.cli.assess_files import told

    try:
        if on is None:
            with watching(lang) as watch:
                return run(order, snapshot, watch)
        for package in ("pyspark", "pandas"):
            need(package, "spark")
        from policy.bulk.spark import on_spark

        with on_spark(on) as spread, watching(lang) as watch:
            return run(order, snapshot, watch, spread)
    except BulkError as error:
        raise told(error) from error
