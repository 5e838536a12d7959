"""Assesses a district's departments over a year: a table, what is behind a figure, and what follows.

python assess.py ADDRESS DISTRICT YEAR CASES.jsonl
"""

import json
import sys
from pathlib import Path

from linkage_client import Client

address, district, year, cases = sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])

with Client(address, language="en") as linkage, cases.open(encoding="utf-8") as rows:
    for found in linkage.assess(district, map(json.loads, rows), year).assessments:
        print(found.title, f"({found.message.cases} cases)")
        for row in found.scorecards:
            if row.value("duties"):
                figures = ", ".join(f"{name} {figure.text}" for name, figure in row.figures.items())
                print(f"  {row.name}: {figures}; score {row.score}")
                for item in row.figures["overdue"].behind:
                    duty = found.obligations[item.obligation]
                    print(f"    overdue: {duty.title} ({item.case}, due {duty.due})")
        for follows in found.consequences:
            print(f"  {follows.bearer.name}: {follows.title} ({follows.body.name})")
        for name, means in found.missing_parameters.items():
            print(f"  no score without {name}: {means}")
