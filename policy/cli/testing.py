"""``linkage test``: runs the rule tests, shows what differs, and measures what they cover."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from policy.cli.guard import CommandError
from policy.cli.language import say
from policy.cli.options import (
    DEFAULT_RULES,
    AsOfOption,
    DistrictOption,
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


HtmlOption = Annotated[
    Path | None,
    typer.Option(
        "--html",
        metavar="FILE",
        help=say("把覆盖情况写成网页，逐行标在规则旁边", "coverage as a page, line by line beside the rules"),
    ),
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
MinMcdc = Annotated[float, _minimum("--min-mcdc", "MC/DC ", "MC/DC")]
MinEndings = Annotated[float, _minimum("--min-endings", "结束方式", "ending")]
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


RecordOption = Annotated[
    str,
    typer.Option(
        "--record",
        metavar="CASE",
        help=say("把一个案件写成规则测试，先显示再写入", "make a rule test of a case: shown, then written"),
    ),
]
OutOption = Annotated[
    Path | None,
    typer.Option("-o", "--out", metavar="FILE", help=say("写入的测试文件", "the test file to write to")),
]
NameOption = Annotated[str, typer.Option("--name", help=say("测试的名称", "the test's name"))]
YesOption = Annotated[bool, typer.Option("--yes", help=say("不再询问就写入", "write without asking"))]
WatchOption = Annotated[
    bool, typer.Option("--watch", help=say("文件一改就重新运行", "run again when a file changes"))
]


class _Asked(NamedTuple):
    """What to run, and what to ask of it."""

    root: Path
    files: tuple[str, ...]
    word: str
    coverage: bool
    html: Path | None
    """Where the page goes that shows the coverage line by line."""
    wanted: Mapping[str, float]
    engine: EngineName
    lang: str
    output: TestFormat
    draft: bool


def run_tests(
    paths: PathsArgument = None,
    rules: RulesOption = DEFAULT_RULES,
    word: WordOption = "",
    coverage: CoverageOption = False,
    html: HtmlOption = None,
    min_rules: MinRules = 0.0,
    min_outcomes: MinOutcomes = 0.0,
    min_conditions: MinConditions = 0.0,
    min_mcdc: MinMcdc = 0.0,
    min_endings: MinEndings = 0.0,
    min_clauses: MinClauses = 0.0,
    mutate: MutateOption = False,
    changes: ChangesOption = 500,
    most: MostOption = 20,
    jobs: JobsOption = 0,
    min_noticed: MinNoticed = 0.0,
    record: RecordOption = "",
    out: OutOption = None,
    name: NameOption = "",
    yes: YesOption = False,
    as_of: AsOfOption = None,
    district: DistrictOption = None,
    watch: WatchOption = False,
    engine: EngineOption = EngineName.COMPILED,
    lang: LangOption = Lang.ZH,
    output: OutputOption = TestFormat.TEXT,
    draft: DraftOption = False,
) -> None:
    from policy.cli.loading import load_usable
    from policy.cli.places import place

    root, files = place(paths or (), rules)
    _one_of(mutate=mutate, record=bool(record), watch=watch, draft=draft and mutate)
    if record:
        from policy.cli.recording import Wish
        from policy.cli.recording import record as write

        read = load_usable(root, lang, draft=draft)
        write(root, *read, Wish(record, out, name, yes, as_of, district), lang)
        return
    if mutate:
        from policy.cli.mutating import Trials
        from policy.cli.mutating import mutate as command

        rule_set, _ = load_usable(root, lang)
        trials = Trials(changes, most, jobs, min_noticed)
        raise typer.Exit(command(rule_set, root, files, word, trials, lang, output))
    least = {"rules": min_rules, "outcomes": min_outcomes}
    least |= {"conditions": min_conditions, "mcdc": min_mcdc, "endings": min_endings}
    least |= {"clauses": min_clauses}
    asked = _Asked(root, files, word, coverage, html, least, engine, lang, output, draft)
    if watch:
        _watched(asked)
        return
    raise typer.Exit(int(_failed(asked)))


def _one_of(**given: bool) -> None:
    """Options of which one excludes the others. Raises CommandError (LNK906)."""
    found = [f"--{name}" for name, on in given.items() if on]
    if len(found) > 1:
        detail = say(f"{'、'.join(found)} 不能同时用", f"{', '.join(found)} exclude one another")
        raise CommandError("LNK906", command="linkage test", detail=detail)


def _watched(asked: _Asked) -> None:
    """Runs the tests now and at each change, whatever is wrong meanwhile; ends with Ctrl-C."""
    from policy.cli.watching import changes
    from policy.text.diagnostics import fault
    from policy.text.terminal import show, show_fault

    waiting = changes(asked.root)
    while True:
        try:
            _failed(asked)
        except CommandError as error:
            show_fault(fault(error.code, None, error.suggestion, **error.details), asked.lang)
        waits = "（等待改动，Ctrl-C 结束）" if asked.lang == "zh" else "(waiting for changes, Ctrl-C ends)"
        show(waits, flush=True)
        names = next(waiting)
        show(f"\n—— {'、'.join(names)}" if asked.lang == "zh" else f"\n-- {', '.join(names)}")


def _failed(asked: _Asked) -> bool:
    """Runs the tests and shows what came of them; whether something is to be mended."""
    from policy.cli.engine import engine_for
    from policy.cli.loading import load_usable
    from policy.cli.testing_report import Report
    from policy.review.ruletest.assessed import assessed_tests_of, run_assessed
    from policy.review.ruletest.coverage import Coverage
    from policy.review.ruletest.run import run_all, selected, tests_of
    from policy.text.diagnostics import Faults

    rule_set, snapshot = load_usable(asked.root, asked.lang, draft=asked.draft)
    faults = Faults()
    tests = selected(tests_of(rule_set, snapshot, faults), asked.files, asked.word)
    years = selected(assessed_tests_of(rule_set, snapshot, faults), asked.files, asked.word)
    if not (tests or years) and not faults.errors:
        if asked.word:
            raise CommandError("LNK709", name=asked.word)
        raise CommandError("LNK708", path=str(asked.root))
    measured = None
    if asked.coverage or asked.html or any(asked.wanted.values()):
        measured = Coverage(snapshot, {test.district for test in tests})
    with engine_for(asked.engine) as deciding:
        watch = measured.watch if measured else None
        results = run_all(snapshot, _progress(tests), faults, watch, deciding)
    made = tuple(filter(None, [run_assessed(snapshot, test, faults) for test in years]))
    ratios = measured.ratios() if measured else ()
    report = Report(snapshot, asked.root, (*results, *made), faults, ratios, asked.wanted, asked.coverage)
    report.show(asked.output, asked.lang)
    if measured is not None and asked.html is not None:
        from policy.cli.output import write_text
        from policy.review.ruletest.coverage_page import coverage_html

        write_text(coverage_html(ratios, measured.spans(), asked.lang), asked.html)
    return report.failed


def _progress(tests: Sequence[RuleTest]) -> Iterator[RuleTest]:
    """The tests, with a bar on standard error while somebody watches."""
    if not sys.stderr.isatty() or not sys.stdout.isatty():
        yield from tests
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(tests, description="", console=Console(stderr=True), transient=True)
