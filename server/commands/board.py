"""``linkage board`` and ``linkage circular``: the words of the command line; the work is in ``boarding``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from policy.cli.language import say
from policy.cli.options import Lang, LangOption
from server.board.kinds import By, Every
from server.commands.options import ConfigOption, DatabaseOption, RulesOption, SetOption

DistrictArgument = Annotated[str, typer.Argument(metavar="DISTRICT", help=say("地区代码", "a district"))]
AtOption = Annotated[
    str | None,
    typer.Option(
        "--at", metavar="TIME", help=say("看哪一时刻；默认现在", "the moment looked at; default: now")
    ),
]
OutOption = Annotated[
    Path | None, typer.Option("-o", "--out", help=say("写到这个文件", "write to this file"))
]


class BoardForm(StrEnum):
    """A screen, data for programs, tables for an office."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


class CircularForm(StrEnum):
    """Markdown, or a page to print."""

    TEXT = "text"
    HTML = "html"


def board(
    district: DistrictArgument,
    by: Annotated[
        By, typer.Option("--by", help=say("按单位、内设单位、条款或事项", "what rows are of"))
    ] = By.BODY,
    since: Annotated[
        str | None,
        typer.Option(
            "--since", metavar="DAY", help=say("期间从哪一天、月、年起", "first day, month or year")
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            "--until", metavar="DAY", help=say("到哪一天、月、年止（含）", "the last one, included")
        ),
    ] = None,
    at: AtOption = None,
    every: Annotated[
        Every | None, typer.Option("--trend", help=say("按日、周、月的走势", "a trend by day, week, month"))
    ] = None,
    body: Annotated[
        str, typer.Option("--body", metavar="BODY", help=say("只看这一单位", "of this body"))
    ] = "",
    unit: Annotated[
        str, typer.Option("--unit", metavar="UNIT", help=say("只看这一内设单位", "of this unit"))
    ] = "",
    rank: Annotated[
        str,
        typer.Option("--rank", metavar="FIGURE", help=say("按哪项指标排名；none 不排", "rank by; none: not")),
    ] = "in_time_rate",
    figure: Annotated[
        str,
        typer.Option(
            "--open", metavar="FIGURE", help=say("列出一项指标背后的义务", "what is behind a figure")
        ),
    ] = "",
    live: Annotated[bool, typer.Option("--live", help=say("不断刷新", "redraw again and again"))] = False,
    seconds: Annotated[
        float, typer.Option("--every", min=0.5, max=3600.0, help=say("几秒刷新一次", "seconds between"))
    ] = 5.0,
    width: Annotated[
        int | None, typer.Option("--width", min=40, max=400, help=say("画多宽", "how wide to draw"))
    ] = None,
    output: Annotated[
        BoardForm, typer.Option("--format", help=say("表格、JSON、csv、xlsx", "table, JSON, csv, xlsx"))
    ] = BoardForm.TEXT,
    out: OutOption = None,
    config: ConfigOption = None,
    rules: RulesOption = None,
    database: DatabaseOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.boarding import Showing, Wanted, open_figure, show_board, watch_board
    from server.commands.given import settings_of

    settings = settings_of(config, {"rules": rules, "database": database}, pairs or [], lang)
    wanted = Wanted(district, by, since, until, at, every, body, unit, "" if rank == "none" else rank)
    showing = Showing(settings, lang, width)
    if figure:
        open_figure(showing, wanted, figure, as_json=output is BoardForm.JSON)
    elif live:
        watch_board(showing, wanted, seconds)
    else:
        show_board(showing, wanted, output.value, out)


def circular(
    district: DistrictArgument,
    year: Annotated[int, typer.Option("--year", metavar="YEAR", help=say("年度", "the calendar year"))],
    month: Annotated[
        int, typer.Option("--month", metavar="MONTH", min=0, max=12, help=say("月份；不写是全年", "1 to 12"))
    ] = 0,
    at: AtOption = None,
    output: Annotated[
        CircularForm,
        typer.Option("--format", help=say("文字（Markdown）或可打印的网页", "Markdown, or a page")),
    ] = CircularForm.TEXT,
    out: OutOption = None,
    config: ConfigOption = None,
    rules: RulesOption = None,
    database: DatabaseOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.boarding import Showing, draft_circular
    from server.commands.given import settings_of

    settings = settings_of(config, {"rules": rules, "database": database}, pairs or [], lang)
    showing = Showing(settings, lang, None)
    draft_circular(showing, district, (year, month), at, output is CircularForm.HTML, out)
