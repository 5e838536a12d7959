"""``linkage assess``: how the bodies of a district performed over a period, as its document counts."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from policy.cli.guard import CommandError
from policy.cli.language import say
from policy.cli.options import DEFAULT_RULES, Lang, LangOption, RulesOption
from policy.text.terminal import show

if TYPE_CHECKING:
    from policy.assess import Appraisal
    from policy.cli.loading import Question
    from policy.decide.snapshot import District
    from policy.pack.assessment import Assessment
    from policy.program.build import PackProgram
    from policy.review.wording import Wording

_Moment = "2024-01-01T00:00:00+08:00"
FIRST_YEAR, LAST_YEAR = 2000, 2098
_SUFFIXES = (".yaml", ".yml", ".json")


class Form(StrEnum):
    """A table, data, a book for an office, or a page to print."""

    TEXT = "text"
    JSON = "json"
    XLSX = "xlsx"
    HTML = "html"


def assess(
    district: Annotated[str, typer.Argument(metavar="DISTRICT", help=say("地区代码", "a district"))],
    cases: Annotated[
        list[str],
        typer.Argument(metavar="CASE...", help=say("案件文件，或装着它们的文件夹", "case files, or folders")),
    ],
    year: Annotated[
        int | None,
        typer.Option(
            "--year",
            metavar="YEAR",
            min=FIRST_YEAR,
            max=LAST_YEAR,
            help=say("考核年度", "the calendar year that is assessed"),
        ),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option("--from", metavar="TIME", help=say(f"期间开始，如 {_Moment}", "begin of the period")),
    ] = None,
    end: Annotated[
        str | None,
        typer.Option("--to", metavar="TIME", help=say("期间结束（不含）", "end of the period, excluded")),
    ] = None,
    confirmed: Annotated[
        str | None,
        typer.Option(
            "--confirmed",
            metavar="TIME",
            help=say("结果何时确认；后续事项的期限从此起算", "when the results were confirmed"),
        ),
    ] = None,
    last: Annotated[
        bool,
        typer.Option("--last", help=say("与上一期间比较（同一批案件）", "compare with the period before")),
    ] = False,
    figure: Annotated[
        str,
        typer.Option(
            "--open", metavar="FIGURE", help=say("列出一项指标背后的义务", "what is behind a figure")
        ),
    ] = "",
    body: Annotated[
        str,
        typer.Option("--body", metavar="BODY", help=say("只看这一单位", "of this body or unit alone")),
    ] = "",
    rules: RulesOption = DEFAULT_RULES,
    lang: LangOption = Lang.ZH,
    output: Annotated[
        Form,
        typer.Option(
            "--format", help=say("表格、JSON、xlsx 或可打印的网页", "table, JSON, xlsx or a page to print")
        ),
    ] = Form.TEXT,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help=say("写到这个文件", "write to this file"))
    ] = None,
) -> None:
    from policy.assess import assessed
    from policy.cli.loading import load_usable, moment, question, unknown_district
    from policy.cli.output import print_json
    from policy.review.report.appraisal import appraisal_json, print_appraisal
    from policy.review.wording import Wording

    _, snapshot = load_usable(rules, lang)
    if district not in snapshot.districts:
        unknown_district(snapshot, district, lang)
    found = snapshot.districts[district]
    since, until = _period(year, start, end, lang)
    asked = [question(snapshot, path, None, district, lang, own=True) for path in case_files(cases)]
    settled = None if confirmed is None else moment(confirmed, lang, "--confirmed")
    wording = Wording(found, lang)
    pairs = []
    for program, assessment in assessed(found, until):
        spans = [(since, until), _before(year, since, until)]
        made = [
            _appraised(found, program, assessment, asked, span, settled, lang)
            for span in (spans if last else spans[:1])
        ]
        pairs.append((made[0], made[1] if last else None))
    if figure:
        _show_behind([now for now, _ in pairs], figure, body, wording)
        return
    if output is Form.XLSX or output is Form.HTML:
        _write(output, pairs, found, lang, out)
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


def _period(year: int | None, start: str | None, end: str | None, lang: str) -> tuple[int, int]:
    """The first moment of the period, and the first after it. Raises CommandError (LNK906)."""
    from policy.assess import year_of
    from policy.cli.loading import moment

    if year is not None and start is None and end is None:
        return year_of(year)
    if year is not None or start is None or end is None:
        raise _wrong("写 --year，或者同时写 --from 和 --to", "give --year, or both --from and --to")
    since, until = moment(start, lang, "--from"), moment(end, lang, "--to")
    if until <= since:
        raise _wrong("--to 须晚于 --from", "--to must be later than --from")
    return since, until


def _before(year: int | None, since: int, until: int) -> tuple[int, int]:
    """The period before: the calendar year, or the same length of time."""
    from policy.assess import year_of

    return year_of(year - 1) if year is not None else (2 * since - until, since)


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
