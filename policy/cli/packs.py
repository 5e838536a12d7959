"""``linkage packs``: the districts' packs, and of one district its clauses, rules or bodies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from policy.cli.language import say
from policy.cli.options import DEFAULT_RULES, DraftOption, Format, FormatOption, Lang, LangOption, RulesOption

if TYPE_CHECKING:
    from policy.decide.snapshot import District, Snapshot
    from policy.pack.status import DraftFolder
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
    draft: DraftOption = False,
) -> None:
    from policy.cli.loading import load, load_usable
    from policy.cli.output import print_json
    from policy.review.report.packs import pack_json

    found = load(rules)
    drafts = [one for one in found.drafts if district in (None, one.district)]
    issued = found.snapshot.districts if found.snapshot is not None else {}
    # Where there is nothing but a draft, it need not be asked for.
    draft = draft or (
        found.snapshot is not None
        and bool(drafts)
        and not (issued if district is None else district in issued)
    )
    _, snapshot = load_usable(rules, lang, draft=draft)
    chosen = [
        (found, program) for found in _districts(snapshot, district, lang) for program in found.programs
    ]
    wanted = [name for name, on in (("clauses", clauses), ("rules", list_rules), ("bodies", bodies)) if on]
    if output is Format.JSON:
        data = [pack_json(found, program, wanted, lang) for found, program in chosen]
        named = [{"folder": one.folder, "district": one.district, "version": one.version} for one in drafts]
        print_json({"snapshot_digest": snapshot.digest, "packs": data, "drafts": named})
    else:
        _print_tables(chosen, wanted, lang)
        _print_drafts([] if draft else drafts, lang)


def _print_drafts(drafts: Sequence[DraftFolder], lang: str) -> None:
    """The drafts that are not in the tables."""
    from policy.text.characters import printable
    from policy.text.terminal import show

    for one in drafts:
        of = printable(" ".join(word for word in (one.district, one.version) if word))
        zh = f"草案 {one.folder}（{of}）：没有施行，不对外服务；加 --draft 查看"
        en = f"draft {one.folder} ({of}): not issued, does not serve; --draft shows it"
        show(zh if lang == "zh" else en)


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
