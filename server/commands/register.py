"""``linkage register``: the words of the command line; the work is in ``registering``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from policy.cli.language import say
from policy.cli.options import Format, FormatOption, Lang, LangOption, before
from server.commands.options import ConfigOption, DatabaseOption, RulesOption, SetOption

app = typer.Typer(no_args_is_help=True, help=say("案件登记", "the register of cases"))
app.callback()(before)


@app.command("verify", help=say("重放全部案件，与所存的逐项比较", "replay every case, and compare"))
def verify(
    config: ConfigOption = None,
    database: DatabaseOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
    output: FormatOption = Format.TEXT,
) -> None:
    from server.commands.given import settings_of
    from server.commands.registering import verify as command

    raise typer.Exit(command(settings_of(config, {"database": database}, pairs or [], lang), lang, output))


DistrictsOption = Annotated[
    list[str] | None,
    typer.Option("--district", help=say("只看这个地区，可重复；默认全部", "of this district; repeatable")),
]
YesOption = Annotated[bool, typer.Option("--yes", help=say("不再询问", "do not ask"))]


def _settings(
    config: Path | None, database: str | None, rules: str | None, pairs: list[str] | None, lang: str
) -> Any:
    from server.commands.given import settings_of

    return settings_of(config, {"database": database, "rules": rules}, pairs or [], lang)


@app.command(
    "preview",
    help=say("换成这些规则，未了的义务会有哪些变化", "what these rules would change of open obligations"),
)
def preview(
    rules: RulesOption = None,
    districts: DistrictsOption = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", metavar="TIME", help=say("按哪个时点比较；默认此刻", "as things stand then; now")
        ),
    ] = None,
    save: Annotated[
        Path | None,
        typer.Option(
            "--save",
            metavar="FILE",
            help=say("随做随存；中断后再给同一个文件就接着做", "kept there; goes on from it when run again"),
        ),
    ] = None,
    config: ConfigOption = None,
    database: DatabaseOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
    output: FormatOption = Format.TEXT,
) -> None:
    from server.commands.adopting import preview as command
    from server.commands.times import time_of

    settings = _settings(config, database, rules, pairs, lang)
    moment = None if as_of is None else time_of("--as-of", as_of)
    raise typer.Exit(command(settings, districts or [], moment, save, lang, output))


@app.command(
    "adopt",
    help=say("采用这些规则：等候的案件改按它们", "adopt these rules: the cases that wait move to them"),
)
def adopt(
    rules: RulesOption = None,
    districts: DistrictsOption = None,
    yes: YesOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.adopting import asking, decide
    from server.register.adoptions import Outcome

    settings = _settings(config, database, rules, pairs, lang)
    decide(settings, districts or [], Outcome.ADOPTED, asking(yes), lang)


@app.command(
    "reject",
    help=say("否决这些规则：案件留在原来的规则下", "reject these rules: the cases stay where they are"),
)
def reject(
    rules: RulesOption = None,
    districts: DistrictsOption = None,
    yes: YesOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.adopting import asking, decide
    from server.register.adoptions import Outcome

    settings = _settings(config, database, rules, pairs, lang)
    decide(settings, districts or [], Outcome.REJECTED, asking(yes), lang)


@app.command("status", help=say("各地区的规则是否待采用", "whether rules wait for their adoption"))
def status(
    config: ConfigOption = None,
    database: DatabaseOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
    output: FormatOption = Format.TEXT,
) -> None:
    from server.commands.adopting import status as command

    raise typer.Exit(command(_settings(config, database, None, pairs, lang), lang, output))


@app.command(
    "calendar", help=say("一个单位的义务日历（.ics）", "what a body has to do, as a calendar (.ics)")
)
def calendar(
    district: Annotated[str, typer.Argument(metavar="DISTRICT", help=say("地区代码", "a district"))],
    out: Annotated[Path, typer.Option("-o", "--out", help=say("写到这个文件", "the file"))],
    body: Annotated[str | None, typer.Option("--body", help=say("单位", "a body"))] = None,
    events: Annotated[
        bool, typer.Option("--events", help=say("用日程代替待办", "events instead of to-dos"))
    ] = False,
    config: ConfigOption = None,
    rules: RulesOption = None,
    database: DatabaseOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.calendaring import write_calendar
    from server.commands.given import settings_of

    settings = settings_of(config, {"rules": rules, "database": database}, pairs or [], lang)
    write_calendar(settings, district, body or "", events, out, lang)
