"""Options that several commands of the server share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from policy.cli.language import say

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", envvar="LINKAGE_CONFIG", help=say("设置文件（YAML）", "settings file")),
]
AddressOption = Annotated[str | None, typer.Option("--address", help=say("监听地址", "host:port"))]
RulesOption = Annotated[str | None, typer.Option("--rules", help=say("规则文件夹", "the rules folder"))]
SourcesOption = Annotated[
    str | None,
    typer.Option("--sources", help=say("存放接入原文的文件夹", "folder of the attached documents")),
]
DatabaseOption = Annotated[
    str | None, typer.Option("--database", help=say("数据库，如 sqlite:///linkage.sqlite3", "database URL"))
]
LogOption = Annotated[
    str | None,
    typer.Option(
        "--database",
        "--log",
        metavar="URL",
        help=say("决定日志和登记的数据库，如 sqlite:///linkage.sqlite3", "database URL of log and register"),
    ),
]
WorkersOption = Annotated[
    str | None,
    typer.Option("--workers", metavar="N", help=say("共用一个端口的进程数", "processes that share the port")),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help=say("任何一项设置", "any setting, docs/operations.md")),
]
