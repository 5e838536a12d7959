"""``linkage vocabulary``: codes by a word. ``linkage facts``: what the rules of a district read of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from policy.cli.language import say
from policy.cli.options import DEFAULT_RULES, Format, FormatOption, Lang, LangOption, RulesOption
from policy.text.terminal import show

if TYPE_CHECKING:
    from policy.decide.snapshot import Snapshot

WordArgument = Annotated[
    str,
    typer.Argument(
        metavar="[WORD]",
        help=say("代码、名称或其中一部分，如 查封", "a code, a label, or a part of one, such as seize"),
    ),
]
KindOption = Annotated[
    str,
    typer.Option(
        "--kind", metavar="KIND", help=say("只找这一种，如 events", "of this kind alone, such as events")
    ),
]
OfDistrictOption = Annotated[
    str | None,
    typer.Option(
        "--district", metavar="DISTRICT", help=say("只看这个地区的规则", "rules of this district alone")
    ),
]
DistrictArgument = Annotated[
    str, typer.Argument(metavar="DISTRICT", help=say("地区代码", "the district's code"))
]


def vocabulary(
    word: WordArgument = "",
    kind: KindOption = "",
    district: OfDistrictOption = None,
    rules: RulesOption = DEFAULT_RULES,
    lang: LangOption = Lang.ZH,
    output: FormatOption = Format.TEXT,
) -> None:
    from policy.cli.guard import CommandError
    from policy.cli.loading import load_usable, unknown_district
    from policy.cli.output import print_json
    from policy.pack.vocabulary import SECTIONS
    from policy.review.report.screen import screen
    from policy.review.report.words import codes_found, codes_json, codes_table, kinds_table
    from policy.text.suggest import suggest

    if kind and kind not in SECTIONS:
        labels = {name: zh for name, (zh, _) in SECTIONS.items()}
        raise CommandError("LNK205", suggest(kind, SECTIONS, labels), value=kind, allowed=", ".join(SECTIONS))
    _, snapshot = load_usable(rules, lang)
    if district is not None and district not in snapshot.districts:
        unknown_district(snapshot, district, lang)
    chosen = [snapshot.districts[district]] if district else list(snapshot.districts.values())
    found = codes_found(snapshot, word, kind, chosen)
    if output is Format.JSON:
        print_json({"codes": codes_json(found)})
        return
    console = screen()
    if not word and not kind:
        console.print(kinds_table(snapshot, lang, console.width))
        return
    if not found:
        raise CommandError("LNK715", name=word)
    console.print(codes_table(found, lang, console.width))
    if word == found[0].code:
        _show_rules(found[0].rules, snapshot, lang)


def facts(
    district: DistrictArgument,
    word: WordArgument = "",
    rules: RulesOption = DEFAULT_RULES,
    lang: LangOption = Lang.ZH,
    output: FormatOption = Format.TEXT,
) -> None:
    from policy.cli.guard import CommandError
    from policy.cli.loading import load_usable, unknown_district
    from policy.cli.output import print_json
    from policy.review.report.screen import screen
    from policy.review.report.words import facts_found, facts_json, facts_table
    from policy.review.wording import Wording

    _, snapshot = load_usable(rules, lang)
    if district not in snapshot.districts:
        unknown_district(snapshot, district, lang)
    chosen = snapshot.districts[district]
    found = facts_found(chosen, word)
    if output is Format.JSON:
        print_json({"district": district, "facts": facts_json(found)})
        return
    if not found:
        raise CommandError("LNK715", name=word)
    console = screen()
    console.print(facts_table(found, Wording(chosen, lang), console.width))
    if word == found[0].path:
        _show_rules(found[0].rules, snapshot, lang)


def _show_rules(rules: tuple[str, ...], snapshot: Snapshot, lang: str) -> None:
    """What was named exactly is used by these."""
    from policy.review.report.words import rules_of

    for line in rules_of(rules, snapshot, lang):
        show(line)
