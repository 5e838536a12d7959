"""``linkage register``: the words of the command line; the work is in ``registering``."""

from __future__ import annotations

import typer

from policy.cli.language import say
from policy.cli.options import Format, FormatOption, Lang, LangOption, before
from server.commands.options import ConfigOption, DatabaseOption, SetOption

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
