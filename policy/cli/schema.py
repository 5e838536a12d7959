"""``linkage schema KIND``: the JSON Schema of a kind of file, for editors."""

from __future__ import annotations

from typing import Annotated

import typer

from policy.cli.language import say
from policy.cli.options import DEFAULT_RULES, Lang, LangOption, RulesOption
from policy.text.terminal import show

KindArgument = Annotated[
    str,
    typer.Argument(
        metavar="[KIND]",
        help=say("哪一种文件；不写则列出各种", "which kind of file; without it the kinds are listed"),
    ),
]
OfDistrictOption = Annotated[
    str | None,
    typer.Option(
        "--district",
        metavar="DISTRICT",
        help=say("案件只写这个地区的本地事实", "cases tell the own facts of this district alone"),
    ),
]

_MEANT = {
    "pack": ("pack.yaml", "pack.yaml"),
    "rules": ("规则包的其他文件：duties/、clauses.yaml 等", "other files of a pack: duties/, clauses.yaml …"),
    "tests": ("规则测试：tests/ 下的文件", "rule tests: files under tests/"),
    "vocabulary": ("词汇表 vocabulary.yaml", "vocabulary.yaml"),
    "equivalences": ("等同表 equivalences.yaml", "equivalences.yaml"),
    "calendar": ("放假通知：calendar/ 下的文件", "notices of holidays: files under calendar/"),
    "case": ("案件文件", "case files"),
}


def schema(
    kind: KindArgument = "",
    district: OfDistrictOption = None,
    rules: RulesOption = DEFAULT_RULES,
    lang: LangOption = Lang.ZH,
) -> None:
    from policy.cli.guard import CommandError
    from policy.cli.loading import load_usable, unknown_district
    from policy.cli.output import print_json
    from policy.editor.grammar import KINDS
    from policy.editor.json_schema import file_schema
    from policy.text.suggest import suggest

    if not kind:
        for name in KINDS:
            show(f"{name:<14}{_MEANT[name][lang == 'en']}")
        return
    if kind not in KINDS:
        labels = {name: zh for name, (zh, _) in _MEANT.items()}
        raise CommandError("LNK205", suggest(kind, KINDS, labels), value=kind, allowed=", ".join(KINDS))
    rule_set, snapshot = load_usable(rules, lang)
    if district is not None and district not in snapshot.districts:
        unknown_district(snapshot, district, lang)
    packs = [pack for pack in rule_set.packs if district in (None, pack.district)]
    attributes = {name: declared for pack in packs for name, declared in pack.attributes.items()}
    print_json(file_schema(kind, rule_set.vocabulary, attributes, lang))
