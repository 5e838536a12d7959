"""``linkage contacts``: the words of the command line; the work is in ``contacting``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from policy.cli.language import say
from policy.cli.options import Format, FormatOption, Lang, LangOption, before
from server.commands.options import ConfigOption, DatabaseOption, RulesOption, SetOption

app = typer.Typer(no_args_is_help=True, help=say("各单位的联系人", "the contacts of bodies"))
app.callback()(before)

DistrictArgument = Annotated[str, typer.Argument(metavar="DISTRICT", help=say("地区代码", "a district"))]
BodyOption = Annotated[
    str | None, typer.Option("--body", help=say("只要这个单位（连同所属）", "of a body and its organs alone"))
]


@app.command("list", help=say("在任的联系人", "who is in office"))
def listing(
    district: DistrictArgument,
    body: BodyOption = None,
    at: Annotated[str | None, typer.Option("--at", help=say("在任的时刻", "in office at this time"))] = None,
    past: Annotated[bool, typer.Option("--all", help=say("连同已离任的", "those who left, too"))] = False,
    roles: Annotated[
        bool, typer.Option("--roles", help=say("改为列出联系人的种类", "list the kinds of contact instead"))
    ] = False,
    config: ConfigOption = None,
    rules: RulesOption = None,
    database: DatabaseOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
    output: FormatOption = Format.TEXT,
) -> None:
    from server.commands.contacting import Asked, show_contacts, show_roles
    from server.commands.given import settings_of

    settings = settings_of(config, {"rules": rules, "database": database}, pairs or [], lang)
    asked = Asked(settings, district, body or "", lang, output)
    if roles:
        show_roles(asked)
    else:
        show_contacts(asked, at, past)


@app.command("import", help=say("按附件的样式导入名单（.xlsx）", "take a list in the annex's shape (.xlsx)"))
def importing(
    district: DistrictArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=say("名单", "the list"))],
    check: Annotated[
        bool, typer.Option("--check", help=say("只检查，不登记", "look only, record nothing"))
    ] = False,
    role: Annotated[
        str | None,
        typer.Option("--role", help=say("名单没有写种类时的种类", "the kind, where it gives none")),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", help=say("没有写任职起的，从何时起", "in office since, by default")),
    ] = None,
    submitted: Annotated[
        str | None,
        typer.Option(
            "--submitted", help=say("这份名单就是回执：何时报送", "it is the receipt: handed in when")
        ),
    ] = None,
    config: ConfigOption = None,
    rules: RulesOption = None,
    database: DatabaseOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
    output: FormatOption = Format.TEXT,
) -> None:
    from server.commands.contacting import Asked, take_list
    from server.commands.given import settings_of

    settings = settings_of(config, {"rules": rules, "database": database}, pairs or [], lang)
    asked = Asked(settings, district, "", lang, output)
    raise typer.Exit(take_list(asked, file, role or "", since, submitted, check))


@app.command(
    "export", help=say("按附件的样式导出名单（.xlsx）", "give the list in the annex's shape (.xlsx)")
)
def exporting(
    district: DistrictArgument,
    out: Annotated[Path, typer.Option("-o", "--out", help=say("写到这个文件", "the file"))],
    body: BodyOption = None,
    config: ConfigOption = None,
    rules: RulesOption = None,
    database: DatabaseOption = None,
    pairs: SetOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    from server.commands.contacting import Asked, give_list
    from server.commands.given import settings_of

    settings = settings_of(config, {"rules": rules, "database": database}, pairs or [], lang)
    give_list(Asked(settings, district, body or "", lang, Format.TEXT), out)
