"""One case under several districts, side by side: a table for the terminal, a page for the browser.

Comparison --sheet_of--> Sheet --+--> rich table
                                 +--> HTML (comparison.html.j2)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.text import Text

from policy.decide.decision import Obligation
from policy.review.amounts import amount_lines
from policy.review.compare import Cell, Comparison, Difference, Row
from policy.review.report.screen import Column, screen, table
from policy.review.report.templates import rendered
from policy.review.wording import Wording

_DIFFERENCES = {
    Difference.MEASURE: ("对照基准", "the measure"),
    Difference.SAME: ("相同", "same"),
    Difference.OTHER_BEARER: ("主体不同", "another bearer"),
    Difference.STRICTER: ("期限更严", "stricter deadline"),
    Difference.LOOSER: ("期限更宽", "looser deadline"),
    Difference.OTHER_DEADLINE: ("期限表述不同", "another deadline"),
    Difference.OTHER_FORCE: ("效力不同", "another force"),
    Difference.OTHER_AMOUNT: ("金额或数量不同", "another amount"),
    Difference.ABSENT: ("无此义务", "no such duty"),
    Difference.ADDED: ("仅此有", "only here"),
    Difference.UNDETERMINED: ("缺少事实", "facts missing"),
}
_STYLES = {
    Difference.STRICTER: "red",
    Difference.LOOSER: "yellow",
    Difference.OTHER_BEARER: "cyan",
    Difference.OTHER_DEADLINE: "yellow",
    Difference.OTHER_FORCE: "magenta",
    Difference.OTHER_AMOUNT: "yellow",
    Difference.ABSENT: "dim",
    Difference.ADDED: "green",
    Difference.UNDETERMINED: "magenta",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One obligation of a district, in words."""

    bearer: str
    title: str
    force: str
    basis: str
    due: str
    state: str
    sums: tuple[str, ...]
    """The amount with its working, and the numbers of things; empty where there are none."""


@dataclass(frozen=True, slots=True)
class Side:
    """One district's side of a row: its entries, and (code, words) of how it differs."""

    entries: tuple[Entry, ...]
    differences: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One duty: what is to be done, about what, and each district's side."""

    duty: str
    subject: str
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole comparison in one language."""

    heading: str
    districts: tuple[str, ...]
    notes: tuple[str, ...]
    """A line for each district: its document, its authority, how many duties and open rules."""
    lines: tuple[Line, ...]


def sheet_of(comparison: Comparison, lang: str) -> Sheet:
    """The comparison in words, "zh" or "en"."""
    words = [
        Wording(district, lang).within(decision)
        for district, decision in zip(comparison.districts, comparison.decisions, strict=True)
    ]
    names = tuple(w.code("districts", d.code) for w, d in zip(words, comparison.districts, strict=True))
    decision = comparison.decisions[0]
    as_of = words[0].moment(decision.receipt.as_of)
    heading = words[0].pick((f"案件 {decision.case}　截至 {as_of}", f"Case {decision.case}, as of {as_of}"))
    notes = tuple(_note(comparison, position, words[position], name) for position, name in enumerate(names))
    return Sheet(heading, names, notes, tuple(_line(row, words) for row in comparison.rows))


def _note(comparison: Comparison, position: int, words: Wording, name: str) -> str:
    decision = comparison.decisions[position]
    packs = comparison.districts[position].programs
    titles = words.pick(("、", ", ")).join(words.text(p.pack.title) for p in packs)
    reported = any(p.pack.authority == "reported" for p in packs)
    kind = words.pick(("（报道，不具约束力）", " (reported practice, binds no one)")) if reported else ""
    counts = (len(decision.obligations), len(decision.undetermined))
    return words.pick(
        (
            f"{name}：{titles}{kind}；{counts[0]} 项，另有 {counts[1]} 条缺少事实",
            f"{name}: {titles}{kind}; {counts[0]} duties, {counts[1]} rules undetermined",
        )
    )


def _line(row: Row, words: list[Wording]) -> Line:
    sample = next((o, w) for cell, w in zip(row.cells, words, strict=True) for o in cell.obligations)
    duty = f"{sample[1].modality(sample[0])} {words[0].code('actions', row.action)}"
    sides = tuple(_side(cell, w) for cell, w in zip(row.cells, words, strict=True))
    return Line(duty, words[0].path(row.trigger), sides)


def _side(cell: Cell, words: Wording) -> Side:
    marks = tuple((d.value, words.pick(_DIFFERENCES[d])) for d in cell.differences)
    return Side(tuple(_entry(o, words) for o in cell.obligations), marks)


def _entry(obligation: Obligation, words: Wording) -> Entry:
    rule = obligation.plan.rule
    return Entry(
        words.bearer(obligation),
        words.text(rule.title),
        words.force(obligation),
        words.basis(obligation.program, obligation.basis),
        words.due(obligation),
        words.state(obligation),
        tuple(amount_lines(obligation, words)),
    )


def print_comparison(comparison: Comparison, lang: str, console: Console | None = None) -> None:
    """Prints the comparison as a table, a column for each district."""
    console = console or screen()
    sheet = sheet_of(comparison, lang)
    console.print(sheet.heading, soft_wrap=True)
    for note in sheet.notes:
        console.print(note, soft_wrap=True, style="dim")
    first = Column("事项" if lang == "zh" else "duty", 1, 8)
    columns = (first, *(Column(name, 2, 12) for name in sheet.districts))
    rows = [
        (Text(f"{line.duty}\n{line.subject}"), *(_cell(side) for side in line.sides)) for line in sheet.lines
    ]
    console.print(table("", columns, rows, console.width))


def _cell(side: Side) -> Text:
    text = Text()
    for code, words in side.differences:
        text.append(f"【{words}】", _STYLES.get(Difference(code), ""))
    for entry in side.entries:
        text.append(f"\n{entry.bearer}：{entry.title}\n")
        text.append(f"{entry.basis}　{entry.due}　{entry.state}", "dim")
        text.append("".join(f"\n{sum_}" for sum_ in entry.sums), "dim")
    return text


def comparison_html(comparison: Comparison, lang: str) -> str:
    """The comparison as one HTML page that needs nothing else."""
    return rendered("report/comparison.html.j2", sheet=sheet_of(comparison, lang), lang=lang)


def comparison_json(comparison: Comparison, lang: str) -> dict[str, Any]:
    """The comparison as plain data: decisions of each district, and a row for each duty."""
    from policy.review.report.as_json import decision_json

    return {
        "decisions": [
            decision_json(decision, Wording(district, lang))
            for district, decision in zip(comparison.districts, comparison.decisions, strict=True)
        ],
        "rows": [
            {
                "action": row.action,
                "modality": row.modality,
                "trigger": row.trigger,
                "cells": [
                    {
                        "district": district.code,
                        "obligations": [o.id for o in cell.obligations],
                        "differences": [d.value for d in cell.differences],
                    }
                    for district, cell in zip(comparison.districts, row.cells, strict=True)
                ],
            }
            for row in comparison.rows
        ],
    }
