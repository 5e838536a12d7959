"""Each night: decides all cases, and hands on as tasks what is new or has changed since the last night."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from linkage_client import Answer, Client, once_per, start_of_day

night, (cases, state, tasks) = start_of_day(date.fromisoformat(sys.argv[1])), map(Path, sys.argv[2:])
last, now, new = json.loads(state.read_text("utf-8")) if state.exists() else {}, {}, []


def entries(answer: Answer) -> Iterator[tuple[str, str, Mapping[str, object]]]:
    """What there is to know of a case, by ids that stay: how it stands, and the task."""
    if answer.error:
        yield "undecided", str(answer.error), {"what": str(answer.error)}
        return
    for duty in answer.result().obligations:
        who, clause = [body.name for body in duty.bearers], duty.clauses[0].number
        task = {"who": who, "what": duty.title, "clause": clause, "is": duty.state}
        yield duty.id, f"{duty.state} {duty.due}", {**task, "by": duty.due or duty.due_word}
    for rule in answer.result().undetermined:
        missing = [fact.label for fact in rule.missing]
        yield f"{rule.rule} {missing}", "unclear", {"what": rule.title, "missing": missing}


linkage = Client(os.environ["LINKAGE"], token=os.getenv("LINKAGE_TOKEN"), ca=os.getenv("LINKAGE_CA"))
with linkage, cases.open(encoding="utf-8") as rows:
    for answer in linkage.evaluate_many(map(json.loads, rows), as_of=night, key=once_per(f"nightly {night}")):
        case, before, found = answer.case_id, last.get(answer.case_id, {}), list(entries(answer))
        now[case] = (before if answer.error else {}) | {id: stands for id, stands, _ in found}
        new += [{"case": case, "id": id, **task} for id, stands, task in found if before.get(id) != stands]
        new += [{"case": case, "id": id, "is": "gone"} for id in before if id not in now[case]]
tasks.write_text("".join(json.dumps(task, default=str, ensure_ascii=False) + "\n" for task in new), "utf-8")
state.with_suffix(".new").write_text(json.dumps(now), "utf-8")
state.with_suffix(".new").replace(state)  # last and at once: a night that fails is simply run again
