"""``linkage init``: the frame of a new pack, from its document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from policy.cli.guard import CommandError
from policy.cli.language import say
from policy.cli.options import DEFAULT_RULES, Lang, LangOption, RulesOption

if TYPE_CHECKING:
    from policy.text.source import Source

RESERVED = ("calendar", "tests")
_VERSION_FOLDER = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]*")

DistrictArgument = Annotated[
    str,
    typer.Argument(
        metavar="DISTRICT", help=say("地区代码，如 qiaodong", "the district's code, such as qiaodong")
    ),
]
FromOption = Annotated[
    str, typer.Option("--from", metavar="FILE", help=say("文件的纯文本", "the document as plain text"))
]
TitleOption = Annotated[
    str, typer.Option("--title", help=say("规则包的标题；默认取文件标题", "title; default: the document's"))
]
NameOption = Annotated[
    str, typer.Option("--name", help=say("地区的中文名称，写入词汇表", "the district's name in Chinese"))
]
VersionOption = Annotated[
    str,
    typer.Option("--version", help=say("版本名，如 2024-02-20", "name of the version, such as 2024-02-20")),
]


def init(
    district: DistrictArgument,
    file: FromOption,
    title: TitleOption = "",
    name: NameOption = "",
    version: VersionOption = "",
    rules: RulesOption = DEFAULT_RULES,
    lang: LangOption = Lang.ZH,
) -> None:
    from policy.cli.documents import read_document
    from policy.documents.scaffold import pack_files
    from policy.text.terminal import print_faults, show

    target = _target(rules, district, version)
    read = read_document(file)
    files = pack_files(read.document, district, version, title)
    _write(rules, target, files, district, name)
    print_faults(read.faults, lang)
    count = len(read.document.units)
    if lang == "zh":
        show(f"已建立 {target}：pack.yaml 和 clauses.yaml，{count} 个条款待归类")
        show(f"下一步：填写标有【待填写】的各处，给每个条款归类，随时运行 linkage check {target}")
    else:
        show(f"made {target}: pack.yaml and clauses.yaml; clauses to be classified: {count}")
        show(f"next: fill in what is marked, classify every clause, and run linkage check {target} as you go")


def _target(rules: Path, district: str, version: str) -> Path:
    """The folder to make; a further version of a district has one inside the district's."""
    from policy.pack.vocabulary import CODE, MAX_CODE

    if not (rules / "vocabulary.yaml").is_file():
        raise CommandError("LNK903", path=str(rules))
    if not CODE.fullmatch(district) or len(district) > MAX_CODE or district in RESERVED:
        raise CommandError("LNK942", value=district)
    target = rules / district
    if target.exists() and version:
        if not _VERSION_FOLDER.fullmatch(version) or version in RESERVED:
            raise CommandError("LNK942", value=version)
        target = target / version
    return target


def _write(rules: Path, target: Path, files: Mapping[str, bytes], district: str, name: str) -> None:
    """Declares the district and makes its folder: both, or neither."""
    from policy.text.files import write_folder, write_whole
    from policy.text.source import read_source

    vocabulary = rules / "vocabulary.yaml"
    before = vocabulary.read_bytes()
    after = _declared(read_source(vocabulary, vocabulary.name), before, district, name)
    _refuse_existing(target)
    if after != before:
        write_whole(vocabulary, after)
    try:
        write_folder(target, files)
    except BaseException as error:
        if after != before:
            write_whole(vocabulary, before)
        if isinstance(error, FileExistsError):
            _refuse_existing(target)
        raise


def _refuse_existing(target: Path) -> None:
    if target.exists() or target.is_symlink():
        raise CommandError("LNK941", path=str(target))


def _declared(source: Source, before: bytes, district: str, name: str) -> bytes:
    """The vocabulary's bytes with the district declared, line ends as they were."""
    from policy.documents.scaffold import declaration, with_district

    text = with_district(source, district, name)
    if text is None:
        raise CommandError("LNK943", line=declaration(district, name))
    if text == source.text:
        return before
    return (text.replace("\n", "\r\n") if b"\r\n" in before else text).encode("utf-8")
