"""``linkage assess``: how the bodies of a district performed over a period, as its document counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from policy.cli.guard import CommandError, need
from policy.cli.language import say
from policy.cli.options import DEFAULT_RULES, Lang, LangOption, RulesOption
from policy.cli.period import (
    FromOption,
    Period,
    ToOption,
    YearOption,
    confirmed_at,
    day_of,
    period_before,
    period_of,
)
from policy.text.terminal import print_faults, show
from policy.time.moment import nanos_of

if TYPE_CHECKING:
    from policy.assess import Appraisal, Span
    from policy.cli.assess_files import Appraising
    from policy.cli.loading import Question
    from policy.decide.snapshot import District, Snapshot
    from policy.pack.assessment import Assessment
    from policy.program.program import PackProgram
    from policy.review.wording import Wording

_SUFFIXES = (".yaml", ".yml", ".json")


class Form(StrEnum):
    """A table, data, a book for an office, or a page to print."""

    TEXT = "text"
    JSON = "json"
    XLSX = "xlsx"
    HTML = "html"


DistrictArgument = Annotated[str, typer.Argument(metavar="DISTRICT", help=say("地区代码", "a district"))]
CasesArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="CASE...",
        help=say(
            "案件文件，或装着它们的文件夹；或 linkage bulk 的输入、结果",
            "case files, folders; or those of linkage bulk",
        ),
    ),
]
ConfirmedOption = Annotated[
    str | None,
    typer.Option(
        "--confirmed",
        metavar="TIME",
        help=say("结果何时确认；后续事项的期限从此起算", "when the results were confirmed"),
    ),
]
LastOption = Annotated[
    bool,
    typer.Option("--last", help=say("与上一期间比较（同一批案件）", "compare with the period before")),
]
FigureOption = Annotated[
    str,
    typer.Option("--open", metavar="FIGURE", help=say("列出一项指标背后的义务", "what is behind a figure")),
]
BodyOption = Annotated[
    str,
    typer.Option("--body", metavar="BODY", help=say("只看这一单位", "of this body or unit alone")),
]
FormOption = Annotated[
    Form,
    typer.Option(
        "--format", help=say("表格、JSON、xlsx 或可打印的网页", "table, JSON, xlsx or a page to print")
    ),
]
OutOption = Annotated[
    Path | None, typer.Option("-o", "--out", help=say("写到这个文件", "write to this file"))
]


class Wanted(NamedTuple):
    """What is to be assessed, and how it is shown."""

    district: str
    year: int | None
    start: str | None
    end: str | None
    confirmed: str | None
    last: bool
    figure: str
    body: str
    rules: Path
    lang: Lang
    output: Form
    out: Path | None


Begun = Callable[["Snapshot", "District", "list[Period]", ExitStack], "Appraising"]
"""Makes what makes the appraisals of periods; what is made on the way goes with the stack."""


def assess(
    district: DistrictArgument,
    cases: CasesArgument,
    year: YearOption = None,
    start: FromOption = None,
    end: ToOption = None,
    confirmed: ConfirmedOption = None,
    last: LastOption = False,
    figure: FigureOption = "",
    body: BodyOption = "",
    rules: RulesOption = DEFAULT_RULES,
    lang: LangOption = Lang.ZH,
    output: FormOption = Form.TEXT,
    out: OutOption = None,
) -> None:
    wanted = Wanted(district, year, start, end, confirmed, last, figure, body, rules, lang, output, out)
    assess_files(wanted, cases)


def assess_files(wanted: Wanted, cases: list[str]) -> None:
    """Assesses files of cases, and shows what comes of it. Raises ``CommandError``, ``typer.Exit``."""

    def begun(snapshot: Snapshot, district: District, periods: list[Period], within: ExitStack) -> Appraising:
        return _appraising(snapshot, district, cases, periods, wanted.rules, wanted.lang, within)

    show_assessed(wanted, begun)


def show_assessed(wanted: Wanted, begun: Begun) -> None:
    """Assesses what ``begun`` makes appraisals of, and shows it. Raises ``CommandError``, ``typer.Exit``."""
    from policy.assess import assessed, span_of
    from policy.cli.loading import load_usable, unknown_district
    from policy.review.wording import Wording

    lang = wanted.lang
    _, snapshot = load_usable(wanted.rules, lang)
    if wanted.district not in snapshot.districts:
        unknown_district(snapshot, wanted.district, lang)
    found = snapshot.districts[wanted.district]
    period = period_of("assess", wanted.year, wanted.start, wanted.end, lang)
    periods = [period, period_before(wanted.year, period)] if wanted.last else [period]
    settled = confirmed_at(wanted.confirmed, period, lang)
    pairs = []
    with ExitStack() as within:
        make = begun(snapshot, found, periods, within)
        chosen = assessed(found, period[1])
        _warn_early([span_of(one, *period) for _, one in chosen], lang)
        for program, assessment in chosen:
            made = [make(program, assessment, each, settled) for each in periods]
            pairs.append((made[0], made[1] if wanted.last else None))
        shown = Wording(found, lang)
        _shown(pairs, found, shown, wanted.figure, wanted.body, wanted.output, wanted.out, lang)


def _warn_early(spans: list[Span], lang: str) -> None:
    """Warns of a period whose cut-off has not come (LNK737)."""
    from policy.text.diagnostics import fault

    now = nanos_of(datetime.now(UTC))
    if ends := [span.cut_off for span in spans if span.cut_off > now]:
        print_faults([fault("LNK737", None, end=day_of(max(ends) - 1))], lang)


def _appraising(
    snapshot: Snapshot,
    district: District,
    names: list[str],
    periods: list[Period],
    rules: Path,
    lang: str,
    within: ExitStack,
) -> Appraising:
    """What makes the appraisals: of case files, or of files of many cases."""
    from policy.cli.assess_files import Asked, appraising, are_bulk
    from policy.cli.loading import question

    if are_bulk(names):
        need("pyarrow", "bulk")
        return appraising(Asked(snapshot, district, rules, lang), names, periods, within)
    asked = [question(snapshot, path, None, district.code, lang, own=True) for path in case_files(names)]

    def make(
        program: PackProgram, assessment: Assessment, period: Period, confirmed: int | None
    ) -> Appraisal:
        return _appraised(district, program, assessment, asked, period, confirmed, lang)

    return make


def _shown(
    pairs: list[tuple[Appraisal, Appraisal | None]],
    district: District,
    wording: Wording,
    figure: str,
    body: str,
    output: Form,
    out: Path | None,
    lang: Lang,
) -> None:
    """Shows the appraisals in the form that is asked for."""
    from policy.cli.output import print_json
    from policy.review.report.appraisal import appraisal_json, print_appraisal

    if figure:
        _show_behind([now for now, _ in pairs], figure, body, wording)
        return
    if output is Form.XLSX or output is Form.HTML:
        _write(output, pairs, district, lang, out)
        return
    if output is Form.JSON:
        data = [appraisal_json(now, wording, before) for now, before in pairs]
        print_json({"assessments": data})
        return
    if not pairs:
        none = ("这个地区的文件没有可计数的考核规定。", "The district's document asks for no counts.")
        show(wording.pick(none))
    for now, before in pairs:
        print_appraisal(now, wording, before)


def case_files(given: list[str]) -> Iterator[str]:
    """The case files; of a folder all of its YAML and JSON files, in order of their names."""
    for name in given:
        path = Path(name)
        if not path.is_dir():
            yield name
            continue
        inside = sorted(one for one in path.rglob("*") if one.suffix in _SUFFIXES and one.is_file())
        if not inside:
            raise _wrong(f"文件夹 {name} 里没有案件文件", f"there are no case files in the folder {name}")
        yield from map(str, inside)


def _appraised(
    district: District,
    program: PackProgram,
    assessment: Assessment,
    asked: list[Question],
    span: tuple[int, int],
    confirmed: int | None,
    lang: str,
) -> Appraisal:
    from policy.assess import CaseRefused, appraise
    from policy.assess.period import span_of
    from policy.cli.loading import facts_refused, refused

    cut_off = span_of(assessment, *span).cut_off
    for one in asked:
        with facts_refused(one, lang):
            district.reader.read(one.parsed.case, cut_off)
    try:
        return appraise(district, program, assessment, (one.parsed.case for one in asked), *span, confirmed)
    except CaseRefused as error:
        refused(asked[error.position], error.code, lang, **error.details)


def _write(
    form: Form,
    found: list[tuple[Appraisal, Appraisal | None]],
    district: District,
    lang: Lang,
    out: Path | None,
) -> None:
    """The page, or the book, which only a file can hold. Raises CommandError (LNK902, LNK906)."""
    from policy.cli.output import write_bytes, write_text

    if form is Form.HTML:
        from policy.review.report.appraisal_page import appraisal_html

        write_text(appraisal_html(found, district, lang), out)
        return
    if out is None:
        raise _wrong("xlsx 要用 -o 写明文件", "an xlsx needs a file, -o")
    from policy.review.report.appraisal_book import appraisal_xlsx

    write_bytes(appraisal_xlsx(found, district, lang), out)


def _show_behind(found: list[Appraisal], figure: str, body: str, wording: Wording) -> None:
    from policy.review.report.appraisal import figures_of, print_behind
    from policy.text.suggest import suggest

    shown = [print_behind(one, figure, body, wording) for one in found]
    if not any(shown):
        known = sorted({name for one in found for name in figures_of(one)})
        if figure in known:
            raise _wrong(f"考核中没有单位“{body}”", f"the assessment has no body “{body}”")
        allowed = ", ".join(known)
        raise CommandError("LNK532", suggest(figure, known), name=figure, allowed=allowed)


def _wrong(zh: str, en: str) -> CommandError:
    return CommandError("LNK906", command="linkage assess", detail=say(zh, en))
