"""Cases as files of every form that ``linkage bulk`` reads, and results as plain rows."""

import gzip
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from google.protobuf.json_format import MessageToDict

from linkage.v1 import facts_pb2
from policy.bulk.convert import table_of
from policy.bulk.schema import AS_OF, CASE, MOMENT, finding_schema
from policy.decide.decision import Decision, canonical
from policy.time.moment import moment_text, nanos_of


class Asked(NamedTuple):
    """A case, the moment to decide it for, and its district."""

    case: facts_pb2.Case
    as_of: int
    district: str


def as_columns(asked: Sequence[Asked], **names: Any) -> pa.Table:
    """A table with a column a field."""
    table = pa.Table.from_batches([table_of(item.case for item in asked)])
    return table.append_column(AS_OF, _moments(asked))


def as_messages(asked: Sequence[Asked]) -> pa.Table:
    """A table of serialised messages."""
    return pa.table({CASE: [item.case.SerializeToString() for item in asked], AS_OF: _moments(asked)})


def as_json(asked: Sequence[Asked]) -> pa.Table:
    """A table of cases in JSON, names as protobuf writes them."""
    cases = [orjson.dumps(MessageToDict(item.case)).decode() for item in asked]
    return pa.table({CASE: cases, AS_OF: _moments(asked)})


def _moments(asked: Sequence[Asked]) -> pa.Array:
    return pa.array([item.as_of for item in asked], pa.int64()).cast(MOMENT)


def lines(asked: Iterable[Asked]) -> bytes:
    """JSON Lines, each with its moment."""
    return b"".join(line(item) + b"\n" for item in asked)


def line(item: Asked) -> bytes:
    """One line of JSON."""
    case = MessageToDict(item.case, preserving_proto_field_name=True)
    return orjson.dumps({"case": case, "as_of": moment_text(item.as_of)})


def written(folder: Path, form: str, asked: Sequence[Asked]) -> Path:
    """The cases in a file of the form: columns, messages, json, lines, gz."""
    if form in ("lines", "gz"):
        path = folder / ("cases.jsonl" if form == "lines" else "cases.jsonl.gz")
        path.write_bytes(lines(asked) if form == "lines" else gzip.compress(lines(asked), 1))
        return path
    path = folder / f"{form}.parquet"
    table = {"columns": as_columns, "messages": as_messages, "json": as_json}[form](asked)
    pq.write_table(table, path, row_group_size=300)
    return path


def read(path: Path) -> list[dict[str, Any]]:
    """A result as plain rows, moments as nanoseconds."""
    return plain(pq.read_table(path))


def plain(table: pa.Table) -> list[dict[str, Any]]:
    """Findings as plain rows, moments as nanoseconds."""
    fields = [
        pa.field(f.name, pa.int64() if pa.types.is_timestamp(f.type) else f.type)
        for f in finding_schema("id" in table.schema.names)
    ]
    columns = [
        table.column(f.name).cast(pa.int64()) if f.type == pa.int64() else table.column(f.name)
        for f in fields
    ]
    rows: list[dict[str, Any]] = pa.table(columns, names=[f.name for f in fields]).to_pylist()
    return rows


def _sums(amount: dict[str, Any] | None, numbers: list[tuple[Any, ...]]) -> dict[str, Any]:
    found = {f"amount_{key}_fen": amount and amount[key] for key in ("at_least", "at_most")}
    found |= {"amount_fen": amount and amount["fen"], "amount_missing": amount and list(amount["missing"])}
    texts = []
    for exactly, low, high, missing in numbers:
        bounds = ("" if bound is None else bound for bound in (low, high))
        texts.append("?" if missing else str(exactly) if exactly is not None else "{}..{}".format(*bounds))
    return found | {"quantities": texts}


def _before(steps: Any) -> Any:
    """The steps before the first extension."""
    codes = [code for code, _ in steps]
    return steps[: min(codes.index(code) for code in ("extended", "extended_by_law") if code in codes)]


def _last_day(steps: Any) -> str | None:
    code, values = steps[-1]
    return str(values[0]) if code == "ends" else None


def expected(row: int, decision: Decision) -> list[dict[str, Any]]:
    """What a result should say of a decision, worked out from its canonical form."""
    said = canonical(decision)
    head = {"row": row, "case": said["case"], "district": said["district"], "as_of": said["as_of"]}
    blank = dict.fromkeys(finding_schema().names) | head
    rules = {p.pack.version: {r.id: r for r in p.pack.rules} for p in decision.receipt.packs}
    rows = []
    for o in said["obligations"]:
        due, rule = o["due"], rules[o["version"]][o["rule"]]
        state, at, event, violated, missing = o["state"]
        rows.append(
            blank
            | {
                name: o[name] or None
                for name in ("bearer_party", "bearer_unit", "counterparty_party", "about")
            }
            | {
                name: list(o[name])
                for name in ("bearers", "counterparties", "bound", "due_missing", "missing", "basis")
            }
            | {name: o[name] for name in ("id", "rule", "action", "trigger", "triggered_at", "arose_at")}
            | {"kind": "obligation", "pack_version": o["version"], "bearing": str(rule.bearing)}
            | {"modality": str(o["modality"]), "force": str(o["force"])}
            | {"due_kind": due and str(due["kind"]), "due_at": due and due["at"] and nanos_of(due["at"])}
            | {"due_ends": due and due["at"] and _last_day(due["steps"])}
            | {"stands_still": bool(due and due["steps"] and due["steps"][-1][0] == "stands_still")}
            | {"original_ends": due and due.get("original") and _last_day(_before(due["steps"]))}
            | {"original_due": due and due.get("original") and nanos_of(due["original"])}
            | {"provisional": bool(due and due["provisional"]), "state": str(state), "state_at": at}
            | _sums(o["amount"], o["numbers"])
            | {"state_event": event or None, "violated_at": violated, "state_missing": list(missing)}
        )
    for (rule_id, bound, missing), entry in zip(said["undetermined"], decision.undetermined, strict=True):
        found = {"kind": "undetermined", "pack_version": entry.program.pack.version, "rule": rule_id}
        rows.append(blank | found | {"bound": list(bound), "missing": list(missing)})
    for code, reason, rule_id, bound in said["errors"]:
        found = {"kind": "error", "rule": rule_id or None, "code": code, "reason": reason}
        rows.append(blank | found | {"bound": list(bound)})
    for conflict in decision.conflicts:
        first, second = conflict
        found = {"kind": "conflict", "rule": first.rule, "id": first.id}
        rows.append(blank | found | {"other_id": second.id, "other_rule": second.rule})
    return rows
