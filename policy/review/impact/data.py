"""What other rules would change of many cases, for programs and for tables."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from policy.decide.snapshot import Snapshot
from policy.register import Shift
from policy.review.impact.shifts import what_of
from policy.review.impact.totals import CaseImpact, Totals
from policy.review.impact.words import Names
from policy.time.moment import moment_text

Writes = Callable[[CaseImpact], None]


def impact_json(totals: Totals, sides: tuple[Snapshot, Snapshot], names: Names) -> dict[str, Any]:
    """Everything that was counted."""
    return {
        "rules": sides[0].digest,
        "new_rules": sides[1].digest,
        "cases": totals.read,
        "compared": totals.compared,
        "differing": totals.differing,
        "elsewhere": totals.elsewhere,
        "refused": totals.refused,
        "refused_rows": [one._asdict() for one in totals.rows],
        "undetermined": {"new": totals.waiting, "gone": totals.settled},
        "departments": [
            {
                "district": district,
                "body": body,
                "name": names.body(district, body),
                "count": counts.total(),
                "effects": {what.value: count for what, count in sorted(counts.items())},
                "rules": [
                    {
                        "rule": key.rule,
                        "title": names.rule(district, key.rule),
                        "effect": key.what.value,
                        "count": count.number,
                        "moved_seconds": [
                            None if ns is None else ns / 1e9 for ns in (count.least, count.most)
                        ],
                        "cases": [case.case for case in count.cases],
                    }
                    for key, count in totals.of_body(district, body)
                ],
            }
            for (district, body), counts in totals.by_body()
        ],
    }


def case_json(one: CaseImpact) -> dict[str, Any]:
    """A case that differs, as plain data."""
    return {
        "row": one.row,
        "case": one.case,
        "district": one.district,
        "obligations": [shift_json(shift) for shift in one.shifts],
    }


def shift_json(shift: Shift) -> dict[str, Any]:
    """A duty that would be another, as plain data."""
    due = [None if moment is None else moment_text(moment) for moment in shift.due]
    return {
        "effect": what_of(shift).value,
        "obligation": shift.obligation,
        "rule": shift.rule,
        "bodies": list(shift.bodies),
        "due_before": due[0],
        "due": due[1],
        "state_before": shift.state[0],
        "state": shift.state[1],
    }


@contextmanager
def writing(path: Path, names: Names) -> Iterator[Writes]:
    """What takes the cases that differ into a file: a line each (.jsonl), or a row for each duty (.csv)."""
    lines = path.suffix == ".jsonl"
    # The mark at the beginning tells spreadsheets that it is UTF-8.
    with path.open(
        "w", encoding="utf-8" if lines else "utf-8-sig", newline="" if not lines else None
    ) as file:
        yield _lines(file) if lines else _rows(file, names)


def _lines(file: IO[str]) -> Writes:
    def write(one: CaseImpact) -> None:
        file.write(json.dumps(case_json(one), ensure_ascii=False) + "\n")

    return write


_COLUMNS = (
    *("row", "case", "district", "bodies", "names", "rule", "title", "effect"),
    *("due_before", "due", "state_before", "state"),
)


def _rows(file: IO[str], names: Names) -> Writes:
    table = csv.DictWriter(file, _COLUMNS, extrasaction="ignore")
    table.writeheader()

    def write(one: CaseImpact) -> None:
        for shift in one.shifts:
            cells = shift_json(shift) | {
                "row": one.row,
                "case": one.case,
                "district": one.district,
                "bodies": " ".join(shift.bodies),
                "names": names.bodies(one.district, shift),
                "title": names.rule(one.district, shift.rule),
            }
            table.writerow({name: _plain(value) for name, value in cells.items()})

    return write


def _plain(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula is marked as a text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t")) else value
