"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from policy.cli.language import LANG_VARIABLE, say

RULES_VARIABLE = "LINKAGE_RULES"
DEFAULT_RULES = Path("rules")


class Lang(StrEnum):
    """Languages that people are answered in."""

    ZH = "zh"
    EN = "en"


AnyLang = Annotated[Lang | None, typer.Option("--lang", help=say("语言", "language"))]


class Format(StrEnum):
    """For people or for programs."""

    TEXT = "text"
    JSON = "json"


class EngineName(StrEnum):
    """The engines of ``policy.engines``, and the native core, by name."""

    COMPILED = "compiled"
    EXPLAIN = "explain"
    CEL = "cel"
    DURABLE = "durable"
    NATIVE = "native"


def _version(wanted: bool) -> None:
    if wanted:
        from policy.cli.version import version_text
        from policy.text.terminal import show

        show(version_text())
        raise typer.Exit


VersionOption = Annotated[
    bool,
    typer.Option(
        "--version",
        is_eager=True,
        callback=_version,
        help=say("显示版本、引擎和规则的摘要", "show the version, the engine and the rules' digest"),
    ),
]


def before(context: typer.Context, lang: AnyLang = None, version: VersionOption = False) -> None:
    """``--lang`` before the command: what a group of commands does with it. ``--version`` ends there."""
    if lang is not None:
        context.meta[LANG_VARIABLE] = lang


def _own(context: typer.Context, lang: Lang) -> Lang:
    """The language of a command: its own ``--lang``, else the one before it, else ``lang``."""
    source = context.get_parameter_source("lang")
    if source is not None and source.name == "COMMANDLINE":
        return lang
    return Lang(context.meta.get(LANG_VARIABLE, lang))


LangOption = Annotated[
    Lang,
    typer.Option("--lang", envvar=LANG_VARIABLE, callback=_own, help=say("语言", "language")),
]
FormatOption = Annotated[
    Format, typer.Option("--format", help=say("给人看的文字，或给程序的 JSON", "text for people or JSON"))
]
EngineOption = Annotated[
    EngineName,
    typer.Option(
        "--engine",
        help=say("用来判断的引擎；结果都一样，其余的较慢", "what decides: the same answers, others slower"),
    ),
]
RulesOption = Annotated[
    Path, typer.Option("--rules", envvar=RULES_VARIABLE, help=say("规则文件夹", "the rules folder"))
]
DraftOption = Annotated[
    bool,
    typer.Option(
        "--draft",
        help=say(
            "用草案（status: draft），不用现行规则", "by the drafts (status: draft), not the rules in force"
        ),
    ),
]
CaseArgument = Annotated[
    str,
    typer.Argument(
        metavar="CASE", help=say("案件文件（YAML 或 JSON），- 表示标准输入", "case file (YAML, JSON), or -")
    ),
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="TIME",
        help=say(
            "判断的时点，如 2024-03-02T12:00:00+08:00；默认为此刻", "the moment to decide for; default: now"
        ),
    ),
]
DistrictOption = Annotated[
    str | None,
    typer.Option("--district", help=say("地区代码，代替案件中写的", "district, in place of the case's")),
]
