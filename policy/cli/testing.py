"""``linkage test``: runs the rule tests, shows what differs, and measures what they cover."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from policy.cli.guard import CommandError
from policy.cli.language import say
from policy.cli.options import (
    DEFAULT_RULES,
    DraftOption,
    EngineName,
    EngineOption,
    Lang,
    LangOption,
    RulesOption,
)

if TYPE_CHECKING:
    from policy.review.ruletest.model import RuleTest


class TestFormat(StrEnum):
    """For people, for programs, for build servers."""

    __test__ = False  # pytest: not a test class

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"


PathsArgument = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[PATHS]...",
        help=say(
            "规则文件夹、地区代码，或其中的测试文件、文件夹",
            "rules folder, codes of districts, or test files and folders within it",
        ),
    ),
]
WordOption = Annotated[
    str,
    typer.Option(
        "-k",
        metavar="WORD",
        help=say("只运行名称、规则或文件名含此字的", "only tests whose name, rules or file contain it"),
    ),
]
OutputOption = Annotated[
    TestFormat, typer.Option("--format", help=say("文字、JSON 或 JUnit XML", "text, JSON or JUnit XML"))
]


CoverageOption = Annotated[
    bool, typer.Option("--coverage", help=say("列出测试没有覆盖的", "list what the tests do not cover"))
]


def _minimum(name: str, zh: str, en: str) -> Any:
    text = say(f"要求的{zh}覆盖率", f"{en} coverage to ask for")
    return typer.Option(name, min=0, max=100, metavar="PERCENT", help=text)


MutateOption = Annotated[
    bool,
    typer.Option(
        "--mutate",
        help=say(
            "逐处改动规则，列出没有测试发现的改动",
            "change the rules place by place, list what no test notices",
        ),
    ),
]
ChangesOption = Annotated[
    int,
    typer.Option(
        "--changes",
        min=0,
        metavar="N",
        help=say("每个地区至多试 N 处改动，均匀抽取；0 为全部", "try at most N changes a district; 0: all"),
    ),
]
MostOption = Annotated[
    int,
    typer.Option("--most", min=0, metavar="N", help=say("至多列出 N 处改动", "list at most N changes")),
]
JobsOption = Annotated[
    int,
    typer.Option(
        "--jobs", min=0, metavar="N", help=say("几个进程；0 为每核一个", "processes; 0: one a core")
    ),
]
MinRules = Annotated[float, _minimum("--min-rules", "规则", "rule")]
MinOutcomes = Annotated[float, _minimum("--min-outcomes", "结果", "outcome")]
MinConditions = Annotated[float, _minimum("--min-conditions", "条件", "condition")]
MinClauses = Annotated[float, _minimum("--min-clauses", "条款", "clause")]
MinNoticed = Annotated[
    float,
    typer.Option(
        "--min-noticed",
        min=0,
        max=100,
        metavar="PERCENT",
        help=say("要求测试发现的改动的百分比", "changes that tests must notice"),
    ),
]


def run_tests(
    paths: PathsArgument = None,
    rules: RulesOption = DEFAULT_RULES,
    word: WordOption = "",
    coverage: CoverageOption = False,
    min_rules: MinRules = 0.0,
    min_outcomes: MinOutcomes = 0.0,
    min_conditions: MinConditions = 0.0,
    min_clauses: MinClauses = 0.0,
    mutate: MutateOption = False,
    changes: ChangesOption = 500,
    most: MostOption = 20,
    jobs: JobsOption = 0,
    min_noticed: MinNoticed = 0.0,
    engine: EngineOption = EngineName.COMPILED,
    lang: LangOption = Lang.ZH,
    output: OutputOption = TestFormat.TEXT,
    draft: DraftOption = False,
) -> None:
    from policy.cli.engine import engine_for
    from policy.cli.loading import load_usable
    from policy.cli.places import place
    from policy.cli.testing_report import Report
    from policy.review.ruletest.assessed import assessed_tests_of, run_assessed
    from policy.review.ruletest.coverage import Coverage
    from policy.review.ruletest.run import run_all, selected, tests_of
    from policy.text.diagnostics import Faults

    wanted = {
        "rules": min_rules,
        "outcomes": min_outcomes,
        "conditions": min_conditions,
        "clauses": min_clauses,
    }
    root, files = place(paths or (), rules)
    rule_set, snapshot = load_usable(root, lang, draft=draft)
    if mutate:
        if draft:
            detail = say(
                "--mutate 只用于现行规则，不能加 --draft", "--mutate is for rules in force, without --draft"
            )
            raise CommandError("LNK906", command="linkage test", detail=detail)
        from policy.cli.mutating import Trials
        from policy.cli.mutating import mutate as command

        trials = Trials(changes, most, jobs, min_noticed)
        raise typer.Exit(command(rule_set, root, files, word, trials, lang, output))
    faults = Faults()
    tests = selected(tests_of(rule_set, snapshot, faults), files, word)
    years = selected(assessed_tests_of(rule_set, snapshot, faults), files, word)
    if not (tests or years) and not faults.errors:
        raise CommandError("LNK709", name=word) if word else CommandError("LNK708", path=str(root))
    measured = (
        Coverage(snapshot, {test.district for test in tests}) if coverage or any(wanted.values()) else None
    )
    watch = measured.watch if measured else None
    with engine_for(engine) as deciding:
        results = run_all(snapshot, _progress(tests), faults, watch, deciding)
    made = [run_assessed(snapshot, test, faults) for test in years]
    ratios = measured.ratios() if measured else ()
    report = Report(snapshot, root, (*results, *filter(None, made)), faults, ratios, wanted, coverage)
    report.show(output, lang)
    raise typer.Exit(int(report.failed))


def _progress(tests: Sequence[RuleTest]) -> Iterator[RuleTest]:
    """The tests, with a bar on standard error while somebody watches."""
    if not sys.stderr.isatty() or not sys.stdout.isatty():
        yield from tests
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(tests, description="", console=Console(stderr=True), transient=True)
