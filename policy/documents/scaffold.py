"""A new pack from a document: its register of clauses filled in, everything else waiting for a reader."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from policy.documents.cut import ClauseText, Document
from policy.pack.read_sections import UNCLASSIFIED
from policy.pack.read_vocabulary import read_vocabulary
from policy.pack.reader import TO_FILL_IN
from policy.text import nodes
from policy.text.diagnostics import Faults
from policy.text.source import Source

_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,20}[〔\[［(（]\d{4}[〕\]］)）]\s*\d{1,5}\s*号")
_LONGEST_TITLE = 80

_PACK = """\
# 规则包的框架，由 linkage init 搭成。凡写着{blank}的，对照原文填写；填完一处，运行一次 linkage check。
format: 1
status: draft  # 草案：linkage check {district} 列出还要填写的；定稿后删去这一行，才对外服务
district: {district}
version: {version}  # 版本名，通常用发文日期，如 "2024-02-20"
title: {title}
instrument:
  title: {title}
  number: {number}  # 发文字号；文件没有就删去这一行
  # issuer: 发文机关
  # issued: 2024-02-20
effective:
  from: {blank}  # 施行之日，如 2024-03-01
  basis: {blank}  # 写明施行日期的条款编号，如 ["5.2"]；文件没有写明、由本地认定的，改为 provenance: local

# 规则要用到的单位：左边是 vocabulary.yaml 中 bodies 的代码，右边是文件里的叫法。
bodies:
  court: {{name: {blank}}}
"""
_REGISTER = """\
# 条款登记：编号、序号和摘要值（digest）由程序取自原文，不要改动。
# 每一条请做两件事：把 class 改为它的类别（linkage check 会列出可选的类别），用自己的话写 summary，不抄原文。
# 凡不是 non_normative 的条款，要有规则引用它，或者加一行 no_rule: 为什么写不成规则。
clauses:
"""


def pack_files(document: Document, district: str, version: str = "", title: str = "") -> Mapping[str, bytes]:
    """The files of a new pack, by name. What nobody has said yet stands as TO_FILL_IN, which is a fault."""
    printed_title, number = heading(document)
    chosen = title or printed_title
    head = _PACK.format(
        blank=TO_FILL_IN,
        district=district,
        version=quoted(version) if version else TO_FILL_IN,
        title=quoted(chosen) if chosen else TO_FILL_IN,
        number=quoted(number) if number else TO_FILL_IN,
    )
    texts = {"pack.yaml": head, "clauses.yaml": register(document)}
    return {name: text.encode("utf-8") for name, text in texts.items()}


def register(document: Document) -> str:
    """The register of clauses as YAML, every clause unclassified and without a summary.

    It holds digests and printed numbers, and nothing of the document's text.
    """
    return _REGISTER + "".join(entry(unit) for unit in document.units)


def entry(
    unit: ClauseText,
    class_: str = UNCLASSIFIED,
    summary: str = TO_FILL_IN,
    more: Mapping[str, str] | None = None,
    said: str = "",
) -> str:
    """The entry of one clause; ``more``: other keys, as YAML; ``said``: a comment within it."""
    lines = (
        f"第 {unit.first_line} 行"
        if unit.first_line == unit.last_line
        else f"第 {unit.first_line} 至 {unit.last_line} 行"
    )
    return (
        f"\n  - id: {quoted(unit.id)}  # 原文{lines}\n"
        f"    number: {quoted(unit.number)}\n{said}"
        f"    class: {class_}\n"
        f"    summary: {summary}\n"
        + "".join(f"    {name}: {text}\n" for name, text in (more or {}).items() if text)
        + f"    digest: {unit.digest}\n"
    )


def heading(document: Document) -> tuple[str, str]:
    """The title and the number of issue that the document prints, each "" where that is not clear."""
    units = {unit.id: unit.text.split("\n") for unit in document.units if unit.id in ("cover.title", "title")}
    printed = [line.strip() for lines in units.values() for line in lines]
    number = next((line for line in printed if _NUMBER.fullmatch(line)), "")
    own = [line.strip() for line in units.get("title", ())]
    title = "".join(line for line in own if not _NUMBER.fullmatch(line) and not line.endswith("文件"))
    return (title if len(title) <= _LONGEST_TITLE else ""), number


def with_district(source: Source, district: str, name: str = "") -> str | None:
    """The text of the vocabulary with ``district`` declared, all else as it was, comments included.

    The text itself where it is declared already. None where the file has faults, or is written in a way that
    no line can be added to.
    """
    before = _districts(source)
    if before is None:
        return None
    if district in before:
        return source.text
    text = _inserted(source, declaration(district, name))
    after = _districts(Source(source.name, text), unfinished=not name)
    return text if after is not None and after == before | {district} else None


def declaration(district: str, name: str = "") -> str:
    """The line of the vocabulary that declares a district."""
    english = district.replace("_", " ").title()
    return f"{district}: {{zh: {quoted(name) if name else TO_FILL_IN}, en: {quoted(english)}}}"


def _districts(source: Source, unfinished: bool = False) -> frozenset[str] | None:
    """The districts that a vocabulary declares; None where it has a fault (``unfinished``: but LNK223)."""
    faults = Faults()
    found = read_vocabulary(source, faults)
    allowed = ("LNK223",) if unfinished else ()
    return None if found is None or faults.errors_beyond(allowed) else frozenset(found.codes("districts"))


def _inserted(source: Source, line: str) -> str:
    """The text with a line below the last district, or with a section of its own at the end."""
    root = nodes.parse(source, Faults())
    entries = root.entries if isinstance(root, nodes.Mapping) else ()
    section = next((value for key, value in entries if key.text == "districts"), None)
    if not isinstance(section, nodes.Mapping) or not section.entries:
        return f"{source.text.rstrip()}\n\ndistricts:\n  {line}\n"
    first, (_, last) = section.entries[0][0].span, section.entries[-1]
    lines = source.text.split("\n")
    end = source.position(max(last.span.end - 1, last.span.start))[0]
    lines.insert(end, " " * (first.column - 1) + line)
    return "\n".join(lines)


def quoted(text: str) -> str:
    """A text as YAML in quotation marks."""
    return json.dumps(text, ensure_ascii=False)
