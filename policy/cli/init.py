"""``linkage init``: the frame of a new pack, from its document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from policy.cli.guard import CommandError
from policy.cli.language import say
from policy.cli.options import DEFAULT_RULES, Lang, LangOption, RulesOption

if TYPE_CHECKING:
    from policy.documents.carrying import Carried
    from policy.documents.cut import Document
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


StartsOption = Annotated[
    str,
    typer.Option(
        "--starts",
        metavar="DATE",
        help=say(
            "新版本施行之日；给出后也沿用旧版本的规则测试，日期后移整数年",
            "first day of a further version; with it rule tests come along, whole years later",
        ),
    ),
]


def init(
    district: DistrictArgument,
    file: FromOption,
    title: TitleOption = "",
    name: NameOption = "",
    version: VersionOption = "",
    starts: StartsOption = "",
    rules: RulesOption = DEFAULT_RULES,
    lang: LangOption = Lang.ZH,
) -> None:
    from policy.cli.documents import read_document
    from policy.documents.scaffold import pack_files
    from policy.text.terminal import print_faults, show

    target = _target(rules, district, version)
    first_day = _day(starts)
    read = read_document(file)
    made = None
    if target != rules / district:
        made = _carried(rules, district, read.document, version, title, first_day)
    files = pack_files(read.document, district, version, title) if made is None else made.files
    _write(rules, target, files, district, name)
    print_faults(read.faults, lang)
    count = len(read.document.units)
    if made is not None:
        _tell(target, made, count, lang)
    elif lang == "zh":
        show(f"已建立 {target}：pack.yaml 和 clauses.yaml，{count} 个条款待归类")
        show(f"下一步：填写标有【待填写】的各处，给每个条款归类，随时运行 linkage check {target}")
    else:
        show(f"made {target}: pack.yaml and clauses.yaml; clauses to be classified: {count}")
        show(f"next: fill in what is marked, classify every clause, and run linkage check {target} as you go")


def _day(text: str) -> date | None:
    """The day of ``--starts``. Raises ``CommandError`` (LNK428)."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise CommandError("LNK428", value=text) from error


def _carried(
    rules: Path, district: str, document: Document, version: str, title: str, starts: date | None
) -> Carried | None:
    """What the latest version of the district gives a further one; None where there is none to be read."""
    from policy.documents.carrying import carried, earlier_version
    from policy.pack import read_split
    from policy.pack.load import vocabulary_of
    from policy.text.diagnostics import Faults

    files = read_split(rules, Faults())
    vocabulary = None if files is None else vocabulary_of(files.issued, Faults())
    if files is None or vocabulary is None:
        return None
    earlier = earlier_version(files.issued, vocabulary, district)
    return None if earlier is None else carried(document, earlier, version, title, starts)


def _tell(target: Path, made: Carried, count: int, lang: str) -> None:
    """What came along, and what is left to do."""
    from policy.text.terminal import show

    zh = lang == "zh"
    join = ("、" if zh else ", ").join
    show(
        f"已建立 {target}：{count} 个条款中，文字没变的 {made.same} 个，类别、摘要和引用它们的规则已沿用"
        if zh
        else f"made {target}: of {count} clauses {made.same} stayed, with class, summary and what cites them"
    )
    for words, names in (
        (("编号变了", "other number"), [f"{old} → {new}" for old, new in made.moved]),
        (("文字变了", "other words"), made.changed),
        (("新增", "new"), made.new),
        (("没有了", "gone"), made.gone),
    ):
        if names:
            show(f"  {words[not zh]}{'：' if zh else ': '}{join(names)}")
    if made.tests:
        show(
            f"规则测试 {made.tests} 个文件已沿用，日期后移了整数年；有的期限会因此不同，逐个核对"
            if zh
            else f"rule tests: {made.tests} files, whole years later; some due times will differ, check each"
        )
    else:
        show(
            "规则测试没有沿用：用 --starts 给出施行之日才沿用"
            if zh
            else "rule tests did not come along: give the first day with --starts"
        )
    if zh:
        show(
            f"下一步：{made.open} 处依据要对照新条款重新填写；运行 linkage check {target}，再用 linkage diff"
        )
    else:
        show(f"next: citations to be filled in: {made.open}; run linkage check {target}, then linkage diff")


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
