"""What ``linkage source`` prints: the clauses of a document, and how it differs from a pack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policy.cli.documents import ReadDocument
from policy.documents.cut import ClauseText
from policy.documents.sources import Comparison, Difference
from policy.documents.sources.comparing import Change
from policy.pack.citations import Kind, citations_of
from policy.pack.model import Pack
from policy.review.report.screen import Column, screen, table
from policy.review.ruletest.model import RuleTest
from policy.text.diagnostics import Fault, to_dict
from policy.text.terminal import show

_OPENING = 60
_NAMES = 3

_CHANGES: Mapping[Change, tuple[str, str]] = {
    Change.CHANGED: ("内容变了", "changed"),
    Change.MISSING: ("原文没有", "missing"),
    Change.NEW: ("登记没有", "new"),
}


def print_clauses(read: ReadDocument, lang: str) -> None:
    """A table of the units, as the operator's own screen may show them, and their number."""
    console, zh = screen(), lang == "zh"
    titles = ("编号", "序号", "行", "开头") if zh else ("id", "number", "lines", "begins")
    columns = [
        Column(title, ratio, least)
        for title, ratio, least in zip(titles, (1, 1, 0, 5), (10, 8, 7, 20), strict=True)
    ]
    units = read.document.units
    rows = [[unit.id, unit.number, _lines(unit), _opening(unit.text)] for unit in units]
    console.print(table("", columns, rows, console.width))
    show(f"共 {len(units)} 个条款" if zh else f"{len(units)} clauses")


def _lines(unit: ClauseText) -> str:
    first, last = unit.first_line, unit.last_line
    return str(first) if first == last else f"{first}–{last}"


def _opening(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _OPENING else f"{line[: _OPENING - 1]}…"


def clauses_json(read: ReadDocument, path: str, lang: str) -> dict[str, Any]:
    """file, encoding, clauses (with their text) and faults."""
    return {
        "file": path,
        "encoding": read.official.encoding,
        "clauses": [
            {
                "id": unit.id,
                "number": unit.number,
                "path": list(unit.path),
                "first_line": unit.first_line,
                "last_line": unit.last_line,
                "digest": unit.digest,
                "text": unit.text,
            }
            for unit in read.document.units
        ],
        "faults": [to_dict(item, lang) for item in read.faults],
    }


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document beside a pack. ``stored``: whether it was attached; ``tests``: of all districts."""

    pack: Pack
    comparison: Comparison
    tests: Sequence[RuleTest]
    stored: bool

    def affected(self) -> Iterator[tuple[Difference, tuple[str, ...], tuple[str, ...]]]:
        """Each difference, with the rules and the names of the rule tests that rest on the clause."""
        citing = citations_of(self.pack)
        for item in self.comparison.differences:
            rules = tuple(c.name for c in citing.get(item.clause, ()) if c.kind is Kind.RULE)
            tests = sorted(
                {
                    test.name
                    for test in self.tests
                    if test.district == self.pack.district and not set(rules).isdisjoint(test.rules)
                }
            )
            yield item, rules, tuple(tests)


def print_attachment(attachment: Attachment, lang: str) -> None:
    """What differs, a row each, and one line that sums it up."""
    console, zh = screen(), lang == "zh"
    found = attachment.comparison
    if found.differences:
        titles = (
            ("条款", "差异", "受影响的规则", "规则测试")
            if zh
            else ("clause", "change", "rules", "rule tests")
        )
        columns = [
            Column(title, ratio, least)
            for title, ratio, least in zip(titles, (0, 0, 3, 3), (14, 14, 16, 16), strict=True)
        ]
        rows = [
            [f"{item.number}\n{item.clause}", _change(item, lang), "\n".join(rules), _first(tests, zh)]
            for item, rules, tests in attachment.affected()
        ]
        console.print(table("", columns, rows, console.width))
    show(_summary(attachment, lang))


def _first(tests: Sequence[str], zh: bool) -> str:
    """The first few names, and how many there are."""
    if len(tests) <= _NAMES:
        return "\n".join(tests)
    more = f"……共 {len(tests)} 个" if zh else f"… {len(tests)} in all"
    return "\n".join((*tests[:_NAMES], more))


def _summary(attachment: Attachment, lang: str) -> str:
    pack, found = attachment.pack, attachment.comparison
    counts = {kind: sum(item.change is kind for item in found.differences) for kind in Change}
    changed, missing, new = counts[Change.CHANGED], counts[Change.MISSING], counts[Change.NEW]
    if lang == "zh":
        done = "已接入" if attachment.stored else "未接入"
        return (
            f"{done} {pack.district} {pack.version}：一致 {len(found.unchanged)}，变了 {changed}，"
            f"原文没有 {missing}，登记没有 {new}"
        )
    done = "attached to" if attachment.stored else "not attached to"
    return (
        f"{done} {pack.district} {pack.version}: {len(found.unchanged)} unchanged, {changed} changed, "
        f"{missing} missing, {new} new"
    )


def _change(item: Difference, lang: str) -> str:
    zh, en = _CHANGES[item.change]
    if not item.moved_to:
        return zh if lang == "zh" else en
    return f"{zh}\n移到 {item.moved_to}" if lang == "zh" else f"{en}\nnow {item.moved_to}"


def attachment_json(attachment: Attachment, faults: Iterable[Fault], lang: str) -> dict[str, Any]:
    """district, version, attached, unchanged (a count), differences and faults."""
    return {
        "district": attachment.pack.district,
        "version": attachment.pack.version,
        "attached": attachment.stored,
        "unchanged": len(attachment.comparison.unchanged),
        "differences": [
            {
                "clause": item.clause,
                "number": item.number,
                "change": item.change.value,
                "line": item.line,
                "moved_to": item.moved_to,
                "rules": list(rules),
                "tests": list(tests),
            }
            for item, rules, tests in attachment.affected()
        ],
        "faults": [to_dict(item, lang) for item in faults],
    }
