"""``linkage packs``: the districts' packs, and of one district its clauses, rules or bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from policy.cli.language import say
from policy.cli.options import DEFAULT_RULES, Format, FormatOption, Lang, LangOption, RulesOption

if TYPE_CHECKING:
    from policy.decide.snapshot import District, Snapshot
    from policy.program.program import PackProgram


DistrictArgument = Annotated[
    str | None,
    typer.Argument(metavar="[DISTRICT]", help=say("地区代码；不写则为全部", "a district; default: all")),
]
ClausesOption = Annotated[bool, typer.Option("--clauses", help=say("列出条款", "list the clauses"))]
BodiesOption = Annotated[bool, typer.Option("--bodies", help=say("列出单位", "list the bodies"))]
# Not --rules: that names the folder, as everywhere.
ListRulesOption = Annotated[bool, typer.Option("--list-rules", help=say("列出规则", "list the rules"))]


def packs(
    district: DistrictArgument = None,
    clauses: ClausesOption = False,
    list_rules: ListRulesOption = False,
    bodies: BodiesOption = False,
    rules: RulesOption = DEFAULT_RULES,
    lang: LangOption = Lang.ZH,
    output: FormatOption = Format.TEXT,
) -> None:
    from policy.cli.loading import load_usable
    from policy.cli.output import print_json
    from policy.review.report.packs import pack_json

    _, snapshot = load_usable(rules, lang)
    chosen = [
        (found, program) for found in _districts(snapshot, district, lang) for program in found.programs
    ]
    wanted = [name for name, on in (("clauses", clauses), ("rules", list_rules), ("bodies", bodies)) if on]
    if output is Format.JSON:
        data = [pack_json(found, program, wanted, lang) for found, program in chosen]
        print_json({"snapshot_digest": snapshot.digest, "packs": data})
    else:
        _print_tables(chosen, wanted, lang)


def _districts(snapshot: Snapshot, wanted: str | None, lang: str) -> list[District]:
    from policy.cli.loading import unknown_district

    if wanted is None:
        return list(snapshot.districts.values())
    if wanted not in snapshot.districts:
        unknown_district(snapshot, wanted, lang)
    return [snapshot.districts[wanted]]


def _print_tables(chosen: list[tuple[District, PackProgram]], parts: list[str], lang: str) -> None:
    from policy.review.report.packs import bodies_table, clauses_table, packs_table, rules_table
    from policy.review.report.screen import screen
    from policy.review.wording import Wording

    console = screen()
    if not parts:
        console.print(packs_table(chosen, lang, console.width))
    tables = {"clauses": clauses_table, "rules": rules_table, "bodies": bodies_table}
    for district, program in chosen:
        for part in parts:
            console.print(tables[part](program, Wording(district, lang), console.width))
