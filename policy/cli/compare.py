"""``linkage compare``: one case under several districts, side by side."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from policy.cli.language import say
from policy.cli.options import DEFAULT_RULES, AsOfOption, CaseArgument, Lang, LangOption, RulesOption


class Form(StrEnum):
    """A table, a page, or data."""

    TEXT = "text"
    HTML = "html"
    JSON = "json"


def compare(
    case: CaseArgument,
    districts: Annotated[
        str,
        typer.Option(
            "--districts",
            help=say("地区代码，逗号分隔，第一个为基准；默认全部", "codes, the first is the measure"),
        ),
    ] = "",
    as_of: AsOfOption = None,
    rules: RulesOption = DEFAULT_RULES,
    lang: LangOption = Lang.ZH,
    output: Annotated[
        Form, typer.Option("--format", help=say("表格、网页或 JSON", "table, page or JSON"))
    ] = Form.TEXT,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help=say("写到这个文件", "write to this file"))
    ] = None,
) -> None:
    from policy.cli.loading import facts_refused, load_usable, question, unknown_district
    from policy.cli.output import print_json, write_text
    from policy.review.compare import compare as compared

    _, snapshot = load_usable(rules, lang)
    codes = [code.strip() for code in districts.split(",") if code.strip()] or list(snapshot.districts)
    for code in codes:
        if code not in snapshot.districts:
            unknown_district(snapshot, code, lang)
    asked = question(snapshot, case, as_of, codes[0], lang)
    with facts_refused(asked, lang):
        result = compared(snapshot, asked.parsed.case, codes, asked.as_of)
    if output is Form.JSON:
        from policy.review.report.comparison import comparison_json

        print_json(comparison_json(result, lang))
    elif output is Form.HTML:
        from policy.review.report.comparison import comparison_html

        write_text(comparison_html(result, lang), out)
    else:
        from policy.review.report.comparison import print_comparison

        print_comparison(result, lang)
