"""``linkage evaluate``: the obligations of one case."""

from __future__ import annotations

import typer

from policy.cli.attached import DEFAULT_SOURCES, SourcesOption, sources_of_district
from policy.cli.options import (
    DEFAULT_RULES,
    AsOfOption,
    CaseArgument,
    DistrictOption,
    DraftOption,
    EngineName,
    EngineOption,
    Format,
    FormatOption,
    Lang,
    LangOption,
    RulesOption,
)


def evaluate(
    case: CaseArgument,
    as_of: AsOfOption = None,
    district: DistrictOption = None,
    rules: RulesOption = DEFAULT_RULES,
    sources: SourcesOption = DEFAULT_SOURCES,
    lang: LangOption = Lang.ZH,
    engine: EngineOption = EngineName.COMPILED,
    output: FormatOption = Format.TEXT,
    draft: DraftOption = False,
) -> None:
    from policy.cli.engine import engine_for
    from policy.cli.loading import facts_refused, load_usable, question
    from policy.cli.notices import print_notices
    from policy.cli.output import print_json
    from policy.review.wording import Wording

    _, snapshot = load_usable(rules, lang, draft=draft)
    asked = question(snapshot, case, as_of, district, lang)
    with facts_refused(asked, lang), engine_for(engine) as deciding:
        decision, _ = deciding(asked.district, asked.parsed.case, asked.as_of)
    wording = Wording(asked.district, lang, sources_of_district(sources, asked.district, lang))
    if output is Format.JSON:
        from policy.review.report.as_json import decision_json

        print_json(decision_json(decision, wording, asked.notices))
    else:
        from policy.review.report.decision import print_decision

        print_decision(decision, wording)
        print_notices(asked, decision, wording)
    raise typer.Exit(int(bool(decision.errors or decision.conflicts)))
