"""``linkage assess``: how the bodies of a district performed over a period, as its document counts."""

from __future__ import annotations

from typing import Annotated

import typer

from policy.cli.language import say
from policy.cli.options import DEFAULT_RULES, Format, FormatOption, Lang, LangOption, RulesOption
from policy.text.terminal import show

_Moment = "2024-01-01T00:00:00+08:00"


def assess(
    district: Annotated[str, typer.Argument(metavar="DISTRICT", help=say("地区代码", "a district"))],
    cases: Annotated[list[str], typer.Argument(metavar="CASE...", help=say("案件文件", "case files"))],
    start: Annotated[
        str,
        typer.Option("--from", metavar="TIME", help=say(f"期间开始，如 {_Moment}", "begin of the period")),
    ],
    end: Annotated[
        str,
        typer.Option(
            "--to", metavar="TIME", help=say("期间结束（不含），也是计数的时点", "its end, excluded")
        ),
    ],
    rules: RulesOption = DEFAULT_RULES,
    lang: LangOption = Lang.ZH,
    output: FormatOption = Format.TEXT,
) -> None:
    from policy.assess import appraise
    from policy.cli.guard import CommandError
    from policy.cli.loading import facts_refused, load_usable, moment, question, unknown_district
    from policy.cli.output import print_json
    from policy.review.report.appraisal import appraisal_json, print_appraisal
    from policy.review.wording import Wording

    _, snapshot = load_usable(rules, lang)
    if district not in snapshot.districts:
        unknown_district(snapshot, district, lang)
    found = snapshot.districts[district]
    since, until = moment(start, lang), moment(end, lang)
    if until <= since:
        wrong = say("--to 须晚于 --from", "--to must be later than --from")
        raise CommandError("LNK906", command="linkage assess", detail=wrong)
    asked = [question(snapshot, path, end, district, lang) for path in cases]
    appraisals = []
    for program in found.programs:
        for assessment in program.pack.assessments:
            counted = []
            for one in asked:
                with facts_refused(one, lang):
                    found.reader.read(one.parsed.case, until)
                counted.append(one.parsed.case)
            appraisals.append(appraise(found, program, assessment, counted, since, until))
    wording = Wording(found, lang)
    if output is Format.JSON:
        print_json({"assessments": [appraisal_json(item, wording) for item in appraisals]})
        return
    if not appraisals:
        show(
            wording.pick(
                ("这个地区的文件没有可计数的考核规定。", "The district's document asks for no counts.")
            )
        )
    for item in appraisals:
        print_appraisal(item, wording)
