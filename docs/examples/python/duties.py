"""Decides a case and shows who must do what; shows why another one is refused; streams three."""

import sys

from linkage_client import Client, Refused, shanghai

SEIZED = {"id": "e1", "type": "vehicle_seized", "at": shanghai(2024, 3, 2, 9, 30), "actor": "traffic_police"}
CASE = {"id": "c-1", "district": "liwan", "kind": "enforcement", "events": [SEIZED]}
NOON = shanghai(2024, 3, 2, 12)

with Client(sys.argv[1], language="en") as linkage:
    for duty in linkage.evaluate(CASE, as_of=NOON).obligations:
        print(", ".join(body.name for body in duty.bearers), duty.title, sep=": ")
        print(f"  clause {duty.clauses[0].number}, due {duty.due}, {duty.state}")

    try:
        linkage.evaluate({**CASE, "kind": "lawsuit"}, as_of=NOON)
    except Refused as error:
        for wrong in error.violations:
            print(f"refused: {wrong.field}: {wrong.description} [{wrong.code}]")

    three = [CASE, {**CASE, "id": "c-2", "district": "atlantis"}, {**CASE, "id": "c-3", "events": []}]
    for answer in linkage.stream(three, as_of=NOON):
        if answer.error:
            print(f"{answer.case_id}: {answer.error.reason} at {answer.error.violations[0].field}")
        else:
            print(f"{answer.case_id}: {len(answer.result().obligations)} duties")
