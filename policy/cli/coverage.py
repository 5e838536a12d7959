"""``linkage coverage``: each clause, its rules, their tests; what is not accounted for, and a threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from policy.cli.attached import DEFAULT_SOURCES, SourcesOption, sources_of
from policy.cli.guard import CommandError
from policy.cli.language import say
from policy.cli.options import DEFAULT_RULES, DraftOption, Format, FormatOption, Lang, LangOption, RulesOption

if TYPE_CHECKING:
    from policy.decide.snapshot import District, Snapshot

DistrictArgument = Annotated[
    str | None,
    typer.Argument(metavar="[DISTRICT]", help=say("地区代码；不写则为全部", "a district; default: all")),
]
MinOption = Annotated[
    float,
    typer.Option(
        "--min",
        min=0,
        max=100,
        metavar="PERCENT",
        help=say("要求有着落的操作性条款的百分比", "operative clauses that must be accounted for"),
    ),
]
ManyOption = Annotated[
    int,
    typer.Option(
        "--many",
        min=1,
        metavar="N",
        help=say("多于 N 条规则引用的条款单独列出", "list clauses cited by more rules"),
    ),
]
GapsOption = Annotated[
    bool,
    typer.Option("--gaps", help=say("只列没有着落的条款", "only the clauses that are not accounted for")),
]

#: Errors that this command is there to show.
_SHOWN = ("LNK505",)


def coverage(
    district: DistrictArgument = None,
    minimum: MinOption = 100.0,
    many: ManyOption = 10,
    gaps: GapsOption = False,
    rules: RulesOption = DEFAULT_RULES,
    sources: SourcesOption = DEFAULT_SOURCES,
    lang: LangOption = Lang.ZH,
    output: FormatOption = Format.TEXT,
    draft: DraftOption = False,
) -> None:
    from policy.cli.coverage_report import Report
    from policy.cli.loading import load_usable
    from policy.review.coverage import coverage_of
    from policy.review.ruletest.assessed import Outcome, assessed_tests_of, run_assessed
    from policy.review.ruletest.run import run_test, tests_of
    from policy.text.diagnostics import Faults

    rule_set, snapshot = load_usable(rules, lang, _SHOWN, draft)
    chosen = _districts(snapshot, district)
    codes = {found.code for found in chosen}
    faults = Faults()
    tests = [test for test in tests_of(rule_set, snapshot, faults) if test.district in codes]
    results: list[Outcome] = [run_test(snapshot, test) for test in tests]
    years = [test for test in assessed_tests_of(rule_set, snapshot, faults) if test.district in codes]
    results += filter(None, [run_assessed(snapshot, test, faults) for test in years])
    programs = [program for found in chosen for program in found.programs]
    attached = sources_of(sources, [program.pack for program in programs], lang)
    measured = [
        coverage_of(program, results, attached.comparisons.get((program.pack.district, program.pack.version)))
        for program in programs
    ]
    failed = sum(not result.passed for result in results)
    report = Report(tuple(measured), minimum, many, gaps, failed, faults, str(rules))
    report.show(output, lang)
    raise typer.Exit(int(report.failed))


def _districts(snapshot: Snapshot, wanted: str | None) -> list[District]:
    from policy.text.suggest import suggest

    if wanted is None:
        return list(snapshot.districts.values())
    if wanted not in snapshot.districts:
        labels = {name: snapshot.vocabulary.label("districts", name, "zh") for name in snapshot.districts}
        meant = suggest(wanted, snapshot.districts, labels)
        raise CommandError("LNK810", meant, name=wanted, allowed=", ".join(snapshot.districts))
    return [snapshot.districts[wanted]]
