"""The service with a log of plain rows, for benchmarks alone: no leaf, no signature, nothing encrypted.

What proofs cost is measured beside it: everything else, the table and its transactions too, is the same.
``python -m tests.bench.plain_log serve …`` takes the options of ``linkage serve``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from server.cli import main
from server.proof.keys import LogKeys
from server.store import decisions
from server.store.record import LoggedDecision
from server.store.rows import COVERED
from server.store.tables import DECISIONS


def _plain(record: LoggedDecision, _keys: LogKeys) -> dict[str, Any]:
    return {name: getattr(record, name) for name in COVERED}


async def _write(
    _store: decisions.DecisionStore, connection: AsyncConnection, batch: Any, _again: bool
) -> Mapping[str, str]:
    await connection.execute(insert(DECISIONS), batch.rows)
    return {}


if __name__ == "__main__":
    store: Any = decisions
    store.row_of, store.leaf_of = _plain, lambda *_: b""
    store.DecisionStore._write = _write
    main()
