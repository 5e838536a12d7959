"""``linkage notices``: the words of the command line; the work is in ``notifying``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from policy.cli.language import say
from policy.cli.options import Format, FormatOption, Lang, LangOption, before
from server.commands.options import ConfigOption, DatabaseOption, SetOption

app = typer.Typer(no_args_is_help=True, help=say("通知", "notices to those who subscribe"))
app.callback()(before)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help=say("订阅的名称", "the subscription"))]
SubscriptionsOption = Annotated[
    str | None, typer.Option("--subscriptions", help=say("订阅文件", "file of the subscriptions"))
]


def _settings(
    config: Path | None, database: str | None, file: str | None, pairs: list[str] | None, lang: str
) -> Any:
    from server.commands.given import settings_of

    return settings_of(config, {"database": database, "notices.subscriptions": file}, pairs or [], lang)


@app.command("list", help=say("各订阅的进度、待发、未达和最近的失败", "how each subscription does"))
def list_command(
    config: ConfigOption = None,
    database: DatabaseOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
    output: FormatOption = Format.TEXT,
) -> None:
    from server.commands.notifying import list_standings as command

    command(_settings(config, database, None, pairs, lang), lang, output)


@app.command("dead", help=say("列出未能送达的通知", "notices that were given up"))
def dead_command(
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help=say("只列这个订阅的", "of this one alone"))
    ] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help=say("最多几条", "at most so many"))] = 100,
    config: ConfigOption = None,
    database: DatabaseOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
    output: FormatOption = Format.TEXT,
) -> None:
    from server.commands.notifying import list_dead as command

    command(_settings(config, database, None, pairs, lang), name, limit, lang, output)


@app.command("replay", help=say("重发：几条、全部未达的、或自某时起的", "sends notices anew"))
def replay_command(
    name: NameArgument,
    places: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[DISTRICT/POSITION]...", help=say("地区/位置，如 liwan/42", "such as liwan/42")
        ),
    ] = None,
    dead: Annotated[bool, typer.Option("--dead", help=say("全部未达的", "all that were given up"))] = False,
    since: Annotated[
        str, typer.Option("--since", metavar="TIME", help=say("自何时起的变化", "changes written since then"))
    ] = "",
    config: ConfigOption = None,
    database: DatabaseOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.notifying import Replay
    from server.commands.notifying import replay as command

    wanted = Replay(name, tuple(places or ()), dead, since)
    command(_settings(config, database, None, pairs, lang), wanted, lang)


@app.command("test", help=say("给一个订阅送一条空通知", "sends a trial, which says nothing"))
def trial_command(
    name: NameArgument,
    config: ConfigOption = None,
    subscriptions: SubscriptionsOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.notifying import trial as command

    command(_settings(config, None, subscriptions, pairs, lang), name, lang)
