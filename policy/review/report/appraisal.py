"""A district's yearly assessment as a table: a row for each unit, a column for each count of the document."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from policy.assess import Appraisal, Row
from policy.review.report.screen import Column, screen, table
from policy.review.wording import Wording


def print_appraisal(appraisal: Appraisal, wording: Wording, console: Console | None = None) -> None:
    """Prints the counts, and what the document says follows from the assessment."""
    console = console or screen()
    pick, assessment = wording.pick, appraisal.assessment
    basis = wording.basis(appraisal.program, assessment.basis)
    console.print(f"{wording.text(assessment.title)}（{basis}）", soft_wrap=True)
    opened = appraisal.undetermined
    console.print(
        pick(
            (
                f"案件 {appraisal.cases} 件；另有 {opened} 条规则因缺少事实未计",
                f"{appraisal.cases} cases; {opened} rules not counted for lack of facts",
            )
        ),
        soft_wrap=True,
    )
    columns = [Column(pick(("单位", "department")), 2, 14), Column(pick(("义务", "duties")), 0, 6)]
    columns += [Column(wording.text(count.means), 1, 10) for count in assessment.counts]
    rows = [
        [_unit(appraisal, row, wording), str(row.duties), *map(str, row.counts)] for row in appraisal.rows
    ]
    console.print(table("", columns, rows, console.width))
    for title, clauses, _ in assessment.outcomes:
        numbers = wording.basis(appraisal.program, clauses)
        console.print(
            pick(
                (
                    f"可据以：{wording.text(title)}（{numbers}）",
                    f"may lead to: {wording.text(title)} ({numbers})",
                )
            )
        )


def appraisal_json(appraisal: Appraisal, wording: Wording) -> dict[str, Any]:
    """The counts as plain data."""
    ids = [count.id for count in appraisal.assessment.counts]
    program = appraisal.program
    return {
        "assessment": appraisal.assessment.id,
        "title": wording.text(appraisal.assessment.title),
        "pack_version": appraisal.program.pack.version,
        "cases": appraisal.cases,
        "undetermined": appraisal.undetermined,
        "rows": [
            {
                "body": {"code": row.body, "name": wording.body(program, row.body)},
                "unit": row.unit,
                "duties": row.duties,
                "counts": [{"id": name, "count": count} for name, count in zip(ids, row.counts, strict=True)],
            }
            for row in appraisal.rows
        ],
        "outcomes": [
            {
                "title": wording.text(title),
                "action": {"code": action, "name": wording.code("actions", action)} if action else None,
                "basis": list(clauses),
            }
            for title, clauses, action in appraisal.assessment.outcomes
        ],
    }


def _unit(appraisal: Appraisal, row: Row, wording: Wording) -> str:
    """A subject as its district calls it, and which of its units."""
    name = wording.body(appraisal.program, row.body)
    if not row.unit:
        return name
    unit = wording.body(appraisal.program, row.unit)
    return wording.pick((f"{name}（{unit}）", f"{name} ({unit})"))
