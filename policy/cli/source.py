"""``linkage source``: cutting a document into clauses, and attaching it to a pack."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from policy.cli.attached import DEFAULT_SOURCES, SourcesOption
from policy.cli.guard import FINDINGS, CommandError
from policy.cli.language import say
from policy.cli.options import DEFAULT_RULES, Format, FormatOption, Lang, LangOption, RulesOption, before

if TYPE_CHECKING:
    from policy.decide.snapshot import Snapshot
    from policy.pack.model import Pack

app = typer.Typer(
    help=say("原文：切分条款、接入规则包", "documents: cut into clauses, attach to a pack"),
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.callback()(before)


class ImportFormat(StrEnum):
    """A table for people, JSON for programs, or a register of clauses to go on with."""

    TEXT = "text"
    JSON = "json"
    YAML = "yaml"


FileArgument = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help=say(
            "文件的纯文本（.txt 或 .md），- 表示标准输入", "the document as plain text (.txt, .md), or -"
        ),
    ),
]
ImportOption = Annotated[
    ImportFormat,
    typer.Option(
        "--format",
        help=say("表格、JSON，或条款登记（YAML）", "a table, JSON, or a register of clauses (YAML)"),
    ),
]
DistrictArgument = Annotated[
    str, typer.Argument(metavar="DISTRICT", help=say("地区代码", "the district's code"))
]
VersionOption = Annotated[
    str | None,
    typer.Option(
        "--version", help=say("规则包的版本，只有一个时可不写", "version; may be left out if single")
    ),
]
AcceptOption = Annotated[
    bool,
    typer.Option(
        "--accept-stale",
        help=say(
            "有差异也接入，有差异的条款不引用", "attach it although clauses differ; these are not quoted"
        ),
    ),
]


@app.command(
    "import", help=say("把文件切成条款，列出编号和异常", "cut a document into clauses and list them")
)
def import_document(
    file: FileArgument, lang: LangOption = Lang.ZH, output: ImportOption = ImportFormat.TEXT
) -> None:
    from policy.cli.documents import read_document
    from policy.cli.output import print_json
    from policy.cli.source_report import clauses_json, print_clauses
    from policy.documents.scaffold import register
    from policy.text.terminal import print_faults, show

    read = read_document(file)
    if output is ImportFormat.JSON:
        print_json(clauses_json(read, file, lang))
        return
    print_faults(read.faults, lang)
    if output is ImportFormat.YAML:
        show(register(read.document), end="")
    else:
        print_clauses(read, lang)


@app.command("attach", help=say("把原文接入规则包，核对每一条", "attach a document, checking every clause"))
def attach_document(
    district: DistrictArgument,
    file: FileArgument,
    version: VersionOption = None,
    accept: AcceptOption = False,
    rules: RulesOption = DEFAULT_RULES,
    sources: SourcesOption = DEFAULT_SOURCES,
    lang: LangOption = Lang.ZH,
    output: FormatOption = Format.TEXT,
) -> None:
    from policy.cli.documents import read_document
    from policy.cli.loading import load_usable
    from policy.cli.output import print_json
    from policy.cli.source_report import Attachment, attachment_json, print_attachment
    from policy.documents.sources import attach, compare
    from policy.review.ruletest.run import tests_of
    from policy.text.diagnostics import Faults, fault
    from policy.text.terminal import print_faults

    rule_set, snapshot = load_usable(rules, lang)
    pack = _pack(snapshot, district, version)
    read = read_document(file)
    found = compare(pack.clauses, read.document)
    if not found.unchanged:
        raise CommandError("LNK933", path=file, district=pack.district, version=pack.version)
    stored = not found.differences or accept
    if stored:
        attach(sources, pack, read.official.text, read.document)
    tests = tests_of(rule_set, snapshot, Faults())
    attachment = Attachment(pack, found, tests, stored)
    faults = list(read.faults)
    if found.differences:
        faults.append(fault("LNK935" if stored else "LNK934", None, path=file))
    if output is Format.JSON:
        print_json(attachment_json(attachment, faults, lang))
    else:
        print_attachment(attachment, lang)
        print_faults(faults, lang)
    raise typer.Exit(FINDINGS if found.differences else 0)


def _pack(snapshot: Snapshot, district: str, version: str | None) -> Pack:
    """The version meant. Raises CommandError: LNK810, LNK931, LNK932."""
    from policy.text.suggest import suggest

    if district not in snapshot.districts:
        labels = {name: snapshot.vocabulary.label("districts", name, "zh") for name in snapshot.districts}
        meant = suggest(district, snapshot.districts, labels)
        raise CommandError("LNK810", meant, name=district, allowed=", ".join(snapshot.districts))
    packs = {program.pack.version: program.pack for program in snapshot.districts[district].programs}
    allowed = ", ".join(packs)
    if version is None:
        if len(packs) > 1:
            raise CommandError("LNK931", district=district, allowed=allowed)
        return next(iter(packs.values()))
    if version not in packs:
        raise CommandError(
            "LNK932", suggest(version, packs), district=district, name=version, allowed=allowed
        )
    return packs[version]
