"""``linkage explain``: why the rules gave what they gave, and why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from policy.cli.attached import DEFAULT_SOURCES, SourcesOption, sources_of_district
from policy.cli.guard import CommandError
from policy.cli.language import say
from policy.cli.options import (
    DEFAULT_RULES,
    AsOfOption,
    CaseArgument,
    DistrictOption,
    DraftOption,
    Format,
    FormatOption,
    Lang,
    LangOption,
    RulesOption,
)

if TYPE_CHECKING:
    from policy.decide.snapshot import District

RuleOption = Annotated[
    list[str] | None,
    typer.Option(
        "--rule", metavar="ID", help=say("只说明这条规则，可重复", "only this rule; may be repeated")
    ),
]
AllOption = Annotated[
    bool,
    typer.Option(
        "--all", help=say("也列出案件没有触发的规则", "also the rules that nothing in the case triggers")
    ),
]


BodyOption = Annotated[
    str,
    typer.Option(
        "--body",
        metavar="BODY",
        help=say("只说明由这个单位承担的规则", "only rules that lay something on this body"),
    ),
]


def explain(
    case: CaseArgument,
    rule: RuleOption = None,
    every: AllOption = False,
    as_of: AsOfOption = None,
    district: DistrictOption = None,
    rules: RulesOption = DEFAULT_RULES,
    sources: SourcesOption = DEFAULT_SOURCES,
    lang: LangOption = Lang.ZH,
    output: FormatOption = Format.TEXT,
    draft: DraftOption = False,
    body: BodyOption = "",
) -> None:
    from policy.cli.loading import facts_refused, load_usable, question
    from policy.cli.notices import print_notices
    from policy.cli.output import print_json
    from policy.review.explain import explained
    from policy.review.wording import Wording

    _, snapshot = load_usable(rules, lang, draft=draft)
    asked = question(snapshot, case, as_of, district, lang)
    wanted = (*_known(rule or [], asked.district), *_borne(body, asked.district))
    with facts_refused(asked, lang):
        decision, found = explained(
            asked.district, asked.parsed.case, asked.as_of, wanted, every, bool(wanted)
        )
    wording = Wording(asked.district, lang, sources_of_district(sources, asked.district, lang))
    if output is Format.JSON:
        from policy.review.report.as_json import decision_json, explanation_json

        data = [explanation_json(item, wording) for item in found]
        print_json({"decision": decision_json(decision, wording, asked.notices), "explanations": data})
    else:
        from policy.review.report.explanation import print_explanations

        print_explanations(decision, found, wording)
        print_notices(asked, decision, wording)


def _borne(body: str, district: District) -> tuple[str, ...]:
    """The rules that lay something on a body, given by its code or by what the pack calls it.

    Those whose bearer the facts name are left out. Raises CommandError (LNK302).
    """
    from policy.text.messages import Words
    from policy.text.suggest import suggest

    if not body:
        return ()
    packs = [program.pack for program in district.programs]
    names = {code: text.zh for pack in packs for code, text in pack.bodies.items()}
    code = next((code for code, name in names.items() if body in (code, name)), "")
    found = [rule.id for pack in packs for rule in pack.rules if code in rule.bearer.bodies]
    if not found:
        section = Words("单位", "bodies")
        raise CommandError("LNK302", suggest(body, names, names), name=body, section=section, key="bodies")
    return tuple(dict.fromkeys(found))


def _known(wanted: list[str], district: District) -> tuple[str, ...]:
    from policy.text.suggest import suggest

    known = {rule.id for program in district.programs for rule in program.pack.rules}
    for name in wanted:
        if name not in known:
            raise CommandError("LNK821", suggestion=suggest(name, known), name=name)
    return tuple(wanted)
