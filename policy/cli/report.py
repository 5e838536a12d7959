"""``linkage report``: a pack as a page for people who read no YAML, to be read and signed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from policy.cli.attached import DEFAULT_SOURCES, SourcesOption, sources_of_district
from policy.cli.guard import CommandError
from policy.cli.language import say
from policy.cli.options import DEFAULT_RULES, DraftOption, Lang, LangOption, RulesOption

if TYPE_CHECKING:
    from policy.decide.snapshot import District
    from policy.program.program import PackProgram

DistrictArgument = Annotated[
    str, typer.Argument(metavar="DISTRICT", help=say("地区代码", "a district's code"))
]
VersionOption = Annotated[
    str,
    typer.Option(
        "--version", metavar="VERSION", help=say("哪个版本；不写为最新", "which version; default: latest")
    ),
]
OutOption = Annotated[
    Path, typer.Option("-o", "--out", help=say("写入的 .html 文件", "the .html file to write"))
]


def report(
    district: DistrictArgument,
    out: OutOption,
    version: VersionOption = "",
    rules: RulesOption = DEFAULT_RULES,
    sources: SourcesOption = DEFAULT_SOURCES,
    lang: LangOption = Lang.ZH,
    draft: DraftOption = False,
) -> None:
    from policy.cli.loading import load_usable, unknown_district
    from policy.cli.output import write_text
    from policy.review.report.pack_book import book_of, pack_html
    from policy.review.ruletest.coverage import Coverage
    from policy.review.ruletest.run import run_all, tests_of
    from policy.text.diagnostics import Faults

    if out.suffix.lower() != ".html":
        found = out.suffix or out.name
        raise CommandError(
            "LNK906",
            command="linkage report",
            detail=say(
                f"只写 .html，不写“{found}”；要 PDF，用浏览器打开后打印为 PDF",
                f"it writes .html, not “{found}”; for a PDF open it in a browser and print",
            ),
        )
    rule_set, snapshot = load_usable(rules, lang, draft=draft)
    if district not in snapshot.districts:
        unknown_district(snapshot, district, lang)
    chosen = snapshot.districts[district]
    program = _program(chosen, version)
    faults = Faults()
    tests = [test for test in tests_of(rule_set, snapshot, faults) if test.district == district]
    measured = Coverage(snapshot, {district})
    results = run_all(snapshot, tests, faults, measured.watch)
    attached = sources_of_district(sources, chosen, lang)
    book = book_of(chosen, program, attached, results, measured.ratios(), lang)
    write_text(pack_html(book), out)


def _program(district: District, version: str) -> PackProgram:
    if not version:
        return district.programs[-1]
    if version not in district.by_version:
        allowed = ", ".join(district.by_version)
        raise CommandError("LNK620", name=version, district=district.code, allowed=allowed)
    return district.by_version[version]
