"""The two tables of bulk decisions: cases in, findings out.

Cases mirror ``linkage.v1.Case`` field by field, generated from its descriptor: a message is a struct, a
repeated field a list, a map a map, a Timestamp a moment of nanoseconds in UTC, every string text, every
64-bit integer an int64. Null is what "not set" is in the message: the fact is unknown; a null list is empty.

Findings have a row for each thing a decision says, in the decision's own order, told apart by ``kind``.
What does not apply is null. Text columns are dictionary-encoded; a dictionary's values need not be distinct,
and their order means nothing.
"""

from __future__ import annotations

from functools import cache

import pyarrow as pa
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from linkage.v1 import facts_pb2
from policy.facts.views import TIMESTAMP, is_list

MOMENT = pa.timestamp("ns", tz="UTC")
"""A moment in a table of cases."""
SHANGHAI_MOMENT = pa.timestamp("ns", tz="Asia/Shanghai")
"""A moment in a table of findings: nanoseconds since 1970 UTC as well, shown in the zone of the deadlines."""
CODE = pa.dictionary(pa.int32(), pa.utf8())
"""Text of findings."""
CODES = pa.list_(CODE)
NANOS = pa.list_(pa.int64())

ROW = "row"
"""Where the case stands in what was read, from 1: the row of a table, the line of JSON Lines."""
AS_OF = "as_of"
"""An input's own moments to decide for; optional."""
CASE = "case"
"""A single column that holds whole cases: serialised ``linkage.v1.Case`` (binary) or its JSON (text)."""

OBLIGATION, UNDETERMINED, ERROR, CONFLICT = "obligation", "undetermined", "error", "conflict"
COUNTED, ADDED = "counted", "added"
"""Of a job for the assessments of a period: a case that one counts, and what it adds to one row of it."""
KINDS = (OBLIGATION, UNDETERMINED, ERROR, CONFLICT, COUNTED, ADDED)
"""The values of the findings' column ``kind``, in the order in which one case's findings stand."""

_SCALARS = {
    FieldDescriptor.CPPTYPE_STRING: pa.utf8(),
    FieldDescriptor.CPPTYPE_BOOL: pa.bool_(),
    FieldDescriptor.CPPTYPE_INT64: pa.int64(),
    FieldDescriptor.CPPTYPE_DOUBLE: pa.float64(),
}


@cache
def case_schema() -> pa.Schema:
    """The columns of a table of cases, in the order of the fields of ``linkage.v1.Case``."""
    return pa.schema(_fields(facts_pb2.DESCRIPTOR.message_types_by_name["Case"]))


@cache
def batch_schema() -> pa.Schema:
    """A batch of cases that is ready to be read: ``row``, then the columns of ``case_schema``."""
    return pa.schema([pa.field(ROW, pa.int64(), nullable=False), *case_schema()])


def _fields(descriptor: Descriptor) -> list[pa.Field]:
    return [pa.field(field.name, _type(field)) for field in descriptor.fields]


def _type(field: FieldDescriptor) -> pa.DataType:
    message = field.message_type
    if message is not None and message.GetOptions().map_entry:
        key, value = message.fields
        return pa.map_(_type(key), _type(value))
    if message is None:
        inner = _SCALARS[field.cpp_type]
    elif message.full_name == TIMESTAMP:
        inner = MOMENT
    else:
        inner = pa.struct(_fields(message))
    return pa.list_(inner) if is_list(field) else inner


@cache
def finding_schema(ids: bool = True) -> pa.Schema:
    """The columns of a table of findings. Without ``ids`` there is no ``id``, and ``other_id`` is null.

    Which kinds fill a column stands beside it: o obligation, u undetermined, e error, c conflict, n counted,
    a added.
    """
    return pa.schema([field for field in _FINDING if ids or field.name != "id"])


_FINDING = (
    pa.field(ROW, pa.int64(), nullable=False),  # all, of the case
    pa.field("case", CODE, nullable=False),  # all, its id
    pa.field("district", CODE, nullable=False),  # all
    pa.field(AS_OF, SHANGHAI_MOMENT, nullable=False),  # all, the moment decided for
    pa.field("kind", CODE, nullable=False),  # all, one of KINDS
    pa.field("pack_version", CODE),  # ou
    pa.field("rule", CODE),  # oue (null: no version governs), c the first one's
    pa.field("id", pa.utf8()),  # o, c the first obligation's, a what is counted (an event: its path)
    pa.field("modality", CODE),  # o
    pa.field("force", CODE),  # o
    pa.field("bearing", CODE),  # o: sole, joint, several
    pa.field("bearers", CODES),  # o, body codes; empty where the bearer is a party or unknown
    pa.field("bearer_party", CODE),  # o
    pa.field("bearer_unit", CODE),  # o
    pa.field("counterparties", CODES),  # o
    pa.field("counterparty_party", CODE),  # o
    pa.field("action", CODE),  # o
    pa.field("about", CODE),  # o
    pa.field("bound", CODES),  # oue, paths of the bound elements in the order of the rule's `each`
    pa.field("trigger", CODE),  # o, the path of the one that triggers
    pa.field("triggered_at", SHANGHAI_MOMENT),  # o
    pa.field("arose_at", SHANGHAI_MOMENT),  # o
    pa.field("due_kind", CODE),  # o: numeric, fixed, recurring, qualitative; null: no deadline, or missing
    pa.field("due_at", SHANGHAI_MOMENT),  # o, null where the deadline has no moment
    pa.field("due_ends", CODE),  # o, the day at whose 24:00 it is due, where that is how it was counted
    pa.field("stands_still", pa.bool_()),  # o, whether its clock stands still
    pa.field("original_ends", CODE),  # o, of original_due as due_ends of due_at
    pa.field("provisional", pa.bool_()),  # o, false without a due time
    pa.field("original_due", SHANGHAI_MOMENT),  # o, when it was due before it was extended; else null
    pa.field("due_missing", CODES),  # o
    pa.field("amount_fen", pa.int64()),  # o, CNY; null: no amount, or one that is missing or only bounded
    pa.field("amount_at_least_fen", pa.int64()),  # o
    pa.field("amount_at_most_fen", pa.int64()),  # o
    pa.field("amount_missing", CODES),  # o
    pa.field("quantities", CODES),  # o, how many of each thing: 3, 2.., ..5, 2..5, ? (missing)
    pa.field("state", CODE),  # o
    pa.field("state_at", SHANGHAI_MOMENT),  # o
    pa.field("state_event", CODE),  # o
    pa.field("state_missing", CODES),  # o
    pa.field("violated_at", SHANGHAI_MOMENT),  # o
    pa.field("missing", CODES),  # o, u the facts that would settle it
    pa.field("basis", CODES),  # o, the clauses of the rule and of the grounds that held
    pa.field("code", CODE),  # e
    pa.field("reason", CODE),  # e
    pa.field("other_id", pa.utf8()),  # c the second obligation's
    pa.field("other_rule", CODE),  # c
    pa.field("assessment", CODE),  # na, its id
    pa.field("facts_digest", pa.utf8()),  # n, sha256 of the case
    pa.field("open", pa.int64()),  # n, rules and duties that facts kept open
    pa.field("assessed", CODE),  # a, the body whose row it is
    pa.field("assessed_unit", CODE),  # a, and which of its units
    pa.field("figures", CODES),  # a, what it counts under
    pa.field("durations", CODES),  # a, what of it was measured
    pa.field("nanos", NANOS),  # a, and how long each took
    pa.field("own_file", pa.binary()),  # n, of the district's own file: the case itself, as bytes
)


@cache
def stored_schema(ids: bool = True) -> pa.Schema:
    """``finding_schema`` as files say it: lists hold plain text, as not every reader knows other lists."""
    return pa.schema(
        [
            pa.field(f.name, pa.list_(pa.utf8()) if f.type == CODES else f.type, f.nullable)
            for f in finding_schema(ids)
        ]
    )
