"""Messages as a table of cases: the reverse of reading one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from linkage.v1 import facts_pb2
from policy.bulk.schema import case_schema
from policy.facts.views import TIMESTAMP, is_list

_NANO = 1_000_000_000
_MOST = 2**63 - 1


def table_of(cases: Iterable[facts_pb2.Case]) -> pa.RecordBatch:
    """The cases in the columns of ``case_schema``, in order.

    A moment beyond nanoseconds becomes the nearest that they can hold, as in ``columns_in``.
    """
    schema = case_schema()
    structs = pa.array([_plain(case) for case in cases], pa.struct(list(schema)))
    return pa.RecordBatch.from_arrays(structs.flatten(), schema=schema)


def _plain(message: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for field, value in message.ListFields():
        if field.message_type is None:
            plain[field.name] = list(value) if is_list(field) else value
        elif field.message_type.GetOptions().map_entry:
            plain[field.name] = [(key, _plain(value[key])) for key in sorted(value)]
        elif field.message_type.full_name == TIMESTAMP:
            plain[field.name] = max(-_MOST, min(value.seconds * _NANO + value.nanos, _MOST))
        else:
            plain[field.name] = [_plain(item) for item in value] if is_list(field) else _plain(value)
    return plain
