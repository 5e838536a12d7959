"""``linkage gather``: events of ordinary cases on the district's own file, where thresholds are counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from policy.cli.guard import CommandError
from policy.cli.language import say
from policy.cli.options import DEFAULT_RULES, Lang, LangOption, RulesOption

if TYPE_CHECKING:
    from policy.decide.snapshot import District


def gather(
    district: Annotated[str, typer.Argument(metavar="DISTRICT", help=say("地区代码", "a district"))],
    cases: Annotated[
        list[str],
        typer.Argument(
            metavar="CASE...",
            help=say(
                "案件文件，或装着它们的文件夹；本区卷宗可在其中",
                "case files or folders, the district's own file among them",
            ),
        ),
    ],
    event: Annotated[
        list[str] | None,
        typer.Option(
            "--event",
            metavar="TYPE",
            help=say(
                "收集哪些事件；默认为规则要数的事件", "which events; default: those that the rules count"
            ),
        ),
    ] = None,
    rules: RulesOption = DEFAULT_RULES,
    lang: LangOption = Lang.ZH,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help=say("写到这个文件", "write to this file"))
    ] = None,
) -> None:
    from policy.assess import CaseRefused
    from policy.assess.gather import gathered
    from policy.cli.assess import case_files
    from policy.cli.loading import facts_refused, load_usable, question, refused, unknown_district
    from policy.cli.output import write_text
    from policy.facts.writing import case_json

    _, snapshot = load_usable(rules, lang)
    if district not in snapshot.districts:
        unknown_district(snapshot, district, lang)
    types = _types(snapshot.districts[district], event)
    asked = [question(snapshot, path, None, district, lang, own=True) for path in case_files(cases)]
    for one in asked:
        with facts_refused(one, lang):
            one.district.reader.read(one.parsed.case, one.as_of)
    try:
        made = gathered((one.parsed.case for one in asked), district, types)
    except CaseRefused as error:
        refused(asked[error.position], error.code, lang, **error.details)
    text: dict[str, Any] = case_json(made)
    write_text(json.dumps(text, ensure_ascii=False, indent=2) + "\n", out)


def _types(district: District, given: list[str] | None) -> frozenset[str]:
    """The types that are gathered. Raises CommandError (LNK302, LNK906)."""
    from policy.assess.gather import counted_types
    from policy.text.diagnostics import Words

    if not given:
        found = counted_types(district)
        if not found:
            none = (
                "规则没有要数的事件；用 --event 写明收集哪些",
                "the rules count no events: name some with --event",
            )
            raise CommandError("LNK906", command="linkage gather", detail=say(*none))
        return found
    vocabulary = district.vocabulary
    for name in given:
        if name not in vocabulary.codes("events"):
            section = Words("事件", "events")
            meant = vocabulary.suggest("events", name)
            raise CommandError("LNK302", meant, name=name, section=section, key="events")
    return frozenset(given)
