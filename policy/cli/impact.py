"""``linkage impact``: archived cases under the rules in force and under other ones, by department."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple, NoReturn, Protocol

import typer

from policy.cli.guard import CommandError, need
from policy.cli.language import say
from policy.cli.options import (
    DEFAULT_RULES,
    AsOfOption,
    DistrictOption,
    Format,
    FormatOption,
    Lang,
    LangOption,
    RulesOption,
)
from policy.cli.sides import SIDE, meant_by

if TYPE_CHECKING:
    from policy.bulk.columns_in import Layout
    from policy.bulk.impact import Ask, Opened
    from policy.bulk.reader import Batches
    from policy.bulk.sides import Side
    from policy.decide.snapshot import Snapshot
    from policy.review.impact.data import Writes
    from policy.review.impact.totals import Batch, CaseImpact, Totals
    from policy.review.impact.words import Names

NewArgument = Annotated[
    str,
    typer.Argument(
        metavar="NEW",
        help=SIDE + say("；draft 为全部草案", "; draft: every draft"),
    ),
]
CasesOption = Annotated[
    Path | None,
    typer.Option(
        "--cases", metavar="FILE", help=say("案件文件（.jsonl、.jsonl.gz、.parquet）", "file of cases")
    ),
]
OldOption = Annotated[
    str,
    typer.Option(
        "--old",
        metavar="OLD",
        help=say("原规则，写法同 NEW；默认为 --rules，按各自的施行日期", "the old rules, as NEW; --rules"),
    ),
]
OutOption = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--out",
        metavar="FILE",
        help=say(
            "有变化的案件逐个写出（.jsonl）或逐项写出（.csv），或写成网页（.html）",
            "each case (.jsonl) or duty (.csv) that differs, or a page (.html)",
        ),
    ),
]
CaseOption = Annotated[
    str,
    typer.Option(
        "--case", metavar="ID", help=say("打开一个案件，逐项对照，并说明原因", "open a case, duty by duty")
    ),
]
AsIfOption = Annotated[
    bool | None,
    typer.Option(
        "--as-if/--by-dates",
        help=say(
            "规则视同一直施行（写明地区或草案时的默认），还是按各自的施行日期（文件夹的默认）",
            "as if the rules had always been in force (default of a version or a draft), or by their dates",
        ),
    ),
]
JobsOption = Annotated[
    int,
    typer.Option(
        "--workers",
        min=0,
        max=1024,
        metavar="N",
        help=say("进程数；0 为每核一个", "processes; 0: one a core"),
    ),
]
HELP = say("新规则会给已有的案件带来什么变化", "what other rules would change of many cases")
BATCH = 500
_ENDINGS = (".jsonl", ".csv", ".html")


class Wanted(NamedTuple):
    """The words of the command line, but where the cases are."""

    new: str
    old: str
    rules: Path
    district: str
    as_of: str | None
    as_if: bool | None
    case: str
    out: Path | None
    workers: int
    lang: Lang
    output: Format


class Cases(Protocol):
    """Where cases come from, batch by batch; how far that is, in units of its own."""

    @property
    def layout(self) -> Layout:
        """How the cases stand in batches."""

    @property
    def units(self) -> int:
        """Its size."""

    @property
    def done(self) -> int:
        """How much has been read."""

    def batches(self, size: int) -> Batches:
        """All of them."""


class Compared(NamedTuple):
    """Both sides, and their rules."""

    sides: tuple[Side, Side]
    rules: tuple[Snapshot, Snapshot]
    only: str


def impact(
    new: NewArgument,
    cases: CasesOption = None,
    old: OldOption = "",
    rules: RulesOption = DEFAULT_RULES,
    district: DistrictOption = None,
    as_of: AsOfOption = None,
    as_if: AsIfOption = None,
    case: CaseOption = "",
    out: OutOption = None,
    workers: JobsOption = 0,
    lang: LangOption = Lang.ZH,
    output: FormatOption = Format.TEXT,
) -> None:
    if cases is None:
        raise CommandError("LNK906", command="linkage impact", detail=say("须给出 --cases", "give --cases"))
    wanted = Wanted(new, old, rules, district or "", as_of, as_if, case, out, workers, lang, output)
    impact_of_file(wanted, cases)


def impact_of_file(wanted: Wanted, cases: Path) -> None:
    """What becomes of the cases of a file. Raises ``CommandError`` and typer.Exit."""
    need("pyarrow", "bulk")
    from policy.bulk.errors import BulkError
    from policy.bulk.reader import open_cases
    from policy.cli.assess_files import told

    check(wanted, cases)
    try:
        source = open_cases(cases, bool(wanted.district))
    except BulkError as error:
        raise told(error) from error
    impact_of(wanted, compared(wanted), source, wanted.district)


def check(wanted: Wanted, cases: Path | None = None) -> None:
    """Raises ``CommandError`` where what is asked cannot be written down (LNK423, LNK906, LNK989)."""
    out = wanted.out
    if out is None:
        return
    if wanted.case:
        detail = say("--case 和 -o 只能用一样", "--case or -o, not both")
        raise CommandError("LNK906", command="linkage impact", detail=detail)
    if out.suffix not in _ENDINGS:
        raise CommandError("LNK423", path=str(out), allowed=", ".join(_ENDINGS))
    if cases is not None and out.exists() and cases.exists() and out.samefile(cases):
        from policy.text.diagnostics import Words

        raise CommandError("LNK989", path=str(out), reason=Words("它就是输入文件", "it is the input"))


def compared(wanted: Wanted) -> Compared:
    """Both sides. Raises ``CommandError``: LNK240, LNK421, LNK422, LNK620, LNK810, LNK903, LNK907."""
    from policy.bulk.sides import Side

    def side(text: str) -> Side:
        meant = meant_by(text, wanted.rules)
        named = bool(meant.district) or meant.draft
        as_if = named if wanted.as_if is None else wanted.as_if
        return Side(str(meant.root), meant.district, meant.version, meant.draft, as_if)

    new = side(wanted.new)
    old = side(wanted.old) if wanted.old else Side(str(wanted.rules))
    named = {name for name in (new.district, old.district, wanted.district) if name}
    if len(named) > 1:
        raise CommandError("LNK422", names=", ".join(sorted(named)))
    only = "".join(named)
    return Compared((old, new), (_rules(old, only, wanted.lang), _rules(new, only, wanted.lang)), only)


def _rules(side: Side, only: str, lang: str) -> Snapshot:
    from policy.bulk.errors import BulkError
    from policy.bulk.sides import rules_of_side
    from policy.text.diagnostics import PackError, Severity
    from policy.text.suggest import suggest
    from policy.text.terminal import print_faults

    if not (Path(side.root) / "vocabulary.yaml").is_file():
        raise CommandError("LNK903", path=side.root)
    try:
        return rules_of_side(side, only)
    except BulkError as error:
        meant = str(error.details.get("name", ""))
        known = str(error.details.get("allowed", "")).split(", ")
        near = suggest(meant, known) if meant else ""
        raise CommandError(error.code, near, "", **error.details) from error
    except PackError as error:
        faults = [item for item in error.faults if item.severity is Severity.ERROR]
        print_faults(faults, lang, f"{side.root}/")
        raise CommandError("LNK907") from error


def impact_of(wanted: Wanted, both: Compared, cases: Cases, district: str = "") -> None:
    """What becomes of cases, wherever they come from. Raises ``CommandError`` and typer.Exit."""
    from policy.bulk.errors import BulkError
    from policy.bulk.impact import Ask, impacts
    from policy.cli.assess_files import told
    from policy.cli.loading import moment
    from policy.native import cores_allowed
    from policy.time.moment import nanos_of

    at = None if wanted.as_of is None else moment(wanted.as_of, wanted.lang)
    ask = Ask(*both.sides, district, both.only, at, nanos_of(datetime.now(UTC)))
    try:
        if wanted.case:
            _open(wanted, both, ask, cases)
            return
        _say_how(wanted)
        with progress(cases.units) as advance:
            found = impacts(ask, _advancing(cases, advance), cases.layout, wanted.workers or cores_allowed())
            totals = counted(wanted, both, found)
    except BulkError as error:
        raise told(error) from error
    tell(wanted, both, totals)


def _say_how(wanted: Wanted) -> None:
    """That it takes ten times as long where there is no core."""
    from policy.native import why_not
    from policy.text.diagnostics import fault
    from policy.text.terminal import show_fault

    if why_not():
        show_fault(fault("LNK425", None), wanted.lang, stream=sys.stderr)


def tell(wanted: Wanted, both: Compared, totals: Totals) -> NoReturn:
    """Says what was found; raises typer.Exit (1: something differs), ``CommandError`` (LNK424)."""
    from policy.cli.output import print_json
    from policy.review.impact.data import impact_json
    from policy.review.impact.words import Names, print_impact

    names = Names(both.rules, wanted.lang)
    if totals.read and not totals.compared:
        only = both.only or ", ".join(sorted(both.rules[1].districts))
        raise CommandError("LNK424", district=only, count=f"{totals.read:,}", refused=f"{totals.refused:,}")
    _page(wanted, both, totals, names)
    if wanted.output is Format.JSON:
        print_json(impact_json(totals, both.rules, names))
    else:
        print_impact(totals, names)
    raise typer.Exit(int(bool(totals.differing)))


def counted(wanted: Wanted, both: Compared, found: Iterator[Batch]) -> Totals:
    """The counts; each case that differs is written down as it is found."""
    from policy.review.impact.data import writing
    from policy.review.impact.totals import Totals
    from policy.review.impact.words import Names

    totals = Totals()
    with ExitStack() as stack:
        write: Writes | None = None
        if wanted.out is not None and wanted.out.suffix != ".html":
            write = stack.enter_context(writing(wanted.out, Names(both.rules, wanted.lang)))
        for batch in found:
            totals.take(batch)
            if write is not None:
                for one in batch.found:
                    write(one)
    return totals


def _page(wanted: Wanted, both: Compared, totals: Totals, names: Names) -> None:
    if wanted.out is not None and wanted.out.suffix == ".html":
        from policy.cli.output import write_text
        from policy.review.impact.page import impact_html

        old, new = (side.name for side in both.sides)
        write_text(impact_html(totals, names, (old, new)), wanted.out)


def _open(wanted: Wanted, both: Compared, ask: Ask, cases: Cases) -> None:
    """One case: each duty that would be another, and why of the rules that say otherwise."""
    from policy.bulk.impact import opened
    from policy.facts.reading import FactsError

    try:
        found = opened(ask, cases.batches(BATCH), cases.layout, wanted.case)
    except FactsError as error:
        code = min(each.code for each in error.violations)
        raise CommandError("LNK426", name=wanted.case, reason=code) from error
    if found is None:
        raise CommandError("LNK252", name=wanted.case)
    tell_case(wanted, both, found.impact, found)


def tell_case(wanted: Wanted, both: Compared, one: CaseImpact, found: Opened | None = None) -> NoReturn:
    """Says what would be otherwise of a case, with its facts also why; raises typer.Exit."""
    from policy.cli.output import print_json
    from policy.review.impact.data import case_json
    from policy.review.impact.words import Names, print_case

    if wanted.output is Format.JSON:
        print_json(case_json(one))
    else:
        print_case(one, Names(both.rules, wanted.lang))
        if found is not None:
            _explain(found, both, wanted.lang)
    raise typer.Exit(int(bool(one.shifts)))


def _explain(found: Opened, both: Compared, lang: str) -> None:
    """Why, under each side, of the rules whose duty is new or gone: on the side that does not say so."""
    from policy.register import Effect
    from policy.review.explain import explained
    from policy.review.report.explanation import print_explanations
    from policy.review.wording import Wording
    from policy.text.terminal import show

    heads = (
        ("原规则下为什么没有：", "why not under the old rules:"),
        ("新规则下为什么没有：", "why not under the new rules:"),
    )
    for effect, rules, head in zip((Effect.NEW, Effect.GONE), both.rules, heads, strict=True):
        district = rules.districts[found.impact.district]
        known = {rule for program in district.programs for rule in program.by_rule}
        asked = {shift.rule for shift in found.impact.shifts if shift.effect is effect}
        if not asked:
            continue
        show(f"\n{head[lang != 'zh']}")
        for rule in sorted(asked - known):
            show(f"  {rule}  " + ("没有这条规则" if lang == "zh" else "there is no such rule"))
        if there := tuple(sorted(asked & known)):
            print_explanations(
                *explained(district, found.case, found.as_of, there, True), Wording(district, lang)
            )


def _advancing(cases: Cases, advance: Callable[[int], None]) -> Batches:
    for pair in cases.batches(BATCH):
        yield pair
        advance(cases.done)


@contextmanager
def progress(units: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error while somebody watches."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TimeRemainingColumn

    columns = (BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=units)
        yield lambda done: bar.update(task, completed=done)
