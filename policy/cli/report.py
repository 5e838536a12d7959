"""``linkage report``: a pack as a book for people who read no YAML, to be read and signed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from policy.cli.attached import DEFAULT_SOURCES, SourcesOption, sources_of_district
from policy.cli.guard import CommandError, need
from policy.cli.language import say
from policy.cli.options import DEFAULT_RULES, DraftOption, Lang, LangOption, RulesOption

if TYPE_CHECKING:
    from policy.decide.snapshot import District
    from policy.program.program import PackProgram
    from policy.review.book import Book
    from policy.review.book.measures import Noticed

DistrictArgument = Annotated[
    str, typer.Argument(metavar="DISTRICT", help=say("地区代码", "a district's code"))
]
VersionOption = Annotated[
    str,
    typer.Option(
        "--version", metavar="VERSION", help=say("哪个版本；不写为最新", "which version; default: latest")
    ),
]
OutOption = Annotated[
    Path,
    typer.Option(
        "-o",
        "--out",
        metavar="FILE",
        help=say("写入的 .html、.pdf 或 .docx 文件", "the .html, .pdf or .docx file to write"),
    ),
]
MutationOption = Annotated[
    Path | None,
    typer.Option(
        "--mutation",
        metavar="FILE",
        help=say(
            "linkage test --mutate --format json 的结果", "what linkage test --mutate --format json printed"
        ),
    ),
]
_EXTRAS = {".html": (), ".pdf": ("weasyprint", "pdf"), ".docx": ("docx", "word")}
"""What a file may end with, and the package and the extra that writing it takes."""


def report(
    district: DistrictArgument,
    out: OutOption,
    version: VersionOption = "",
    rules: RulesOption = DEFAULT_RULES,
    sources: SourcesOption = DEFAULT_SOURCES,
    mutation: MutationOption = None,
    lang: LangOption = Lang.ZH,
    draft: DraftOption = False,
) -> None:
    from policy.cli.loading import load_usable, unknown_district
    from policy.cli.output import write_bytes
    from policy.review.book import book_of
    from policy.review.ruletest.coverage import Coverage
    from policy.review.ruletest.run import run_all, tests_of
    from policy.text.diagnostics import Faults

    _writable(out)
    rule_set, snapshot = load_usable(rules, lang, draft=draft)
    if district not in snapshot.districts:
        unknown_district(snapshot, district, lang)
    chosen = snapshot.districts[district]
    program = _program(chosen, version)
    noticed = None if mutation is None else _noticed(mutation, district, program.pack.version)
    faults = Faults()
    tests = [test for test in tests_of(rule_set, snapshot, faults) if test.district == district]
    measured = Coverage(snapshot, {district})
    results = run_all(snapshot, tests, faults, measured.watch)
    attached = sources_of_district(sources, chosen, lang)
    book = book_of(chosen, program, attached, results, measured.ratios(), noticed, lang)
    write_bytes(_made(book, out.suffix.lower()), out)


def _writable(out: Path) -> None:
    """Raises CommandError before any work is done: LNK481 (ending), LNK908 (a folder), LNK980 (a package)."""
    ending = out.suffix.lower()
    if ending not in _EXTRAS:
        raise CommandError("LNK481", found=out.suffix or out.name)
    if out.is_dir():
        raise CommandError("LNK908", file=str(out), reason=say("是文件夹", "it is a folder"))
    if _EXTRAS[ending]:
        need(*_EXTRAS[ending])


def _made(book: Book, ending: str) -> bytes:
    """The book in the format of a file's ending. Raises CommandError (LNK482, LNK483)."""
    if ending == ".docx":
        from policy.review.book.word import docx_of

        return docx_of(book)
    from policy.review.book.page import page_of

    page = page_of(book)
    if ending == ".html":
        return page.encode()
    from policy.review.book.printing import FontMissing, LibraryMissing, pdf_of

    try:
        return pdf_of(page)
    except LibraryMissing as error:
        raise CommandError("LNK482", reason=str(error)) from error
    except FontMissing as error:
        raise CommandError("LNK483") from error


def _noticed(path: Path, district: str, version: str) -> Noticed:
    """What was measured. Raises CommandError: LNK902 (not read), LNK484 (no result), LNK485 (of others)."""
    from policy.review.book.measures import MutationError, noticed_of
    from policy.text.source import os_reason

    try:
        data = path.read_bytes()
    except OSError as error:
        raise CommandError("LNK902", path=str(path), reason=os_reason(error)) from error
    try:
        return noticed_of(data, district, version)
    except MutationError as error:
        if error.districts:
            found = ", ".join(error.districts)
            raise CommandError("LNK485", path=str(path), district=district, found=found) from error
        raise CommandError("LNK484", path=str(path)) from error


def _program(district: District, version: str) -> PackProgram:
    if not version:
        return district.programs[-1]
    if version not in district.by_version:
        allowed = ", ".join(district.by_version)
        raise CommandError("LNK620", name=version, district=district.code, allowed=allowed)
    return district.by_version[version]
