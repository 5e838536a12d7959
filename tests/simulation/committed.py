"""What the database has committed, as it was told it: the account that everything else is compared with.

It does not read the tables: it hears of each row as it is committed, in the order of the commits, and finds
at once what must never be committed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from linkage.v1 import register_pb2
from policy.time.moment import NANO
from server.notices.delivering import HOLD_SECONDS
from server.store.metadata import METADATA
from tests.simulation.tables import Effect
from tests.simulation.world import World

_COLUMNS = {table.name: tuple(column.name for column in table.columns) for table in METADATA.sorted_tables}


class Batch(NamedTuple):
    """What one transaction recorded of a case, and when that was for the service, ns."""

    entries: tuple[register_pb2.CaseEntry, ...]
    as_of: int
    lead: int


class Committed:
    """What was committed in one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.entries: set[tuple[str, str]] = set()
        """Case and id of each entry."""
        self.batches: dict[str, list[Batch]] = {}
        """By case, in order."""
        self.stream: list[Mapping[str, Any]] = []
        """The changes of the district, in order."""
        self.begun: dict[str, int] = {}
        """By subscription: the position from which on it is told."""
        self.dead: dict[str, set[int]] = defaultdict(set)
        """By subscription: what was ever given up."""

    def hear(self, _: str, effects: Sequence[Effect]) -> None:
        """One commit."""
        fresh: dict[str, list[Mapping[str, Any]]] = {}
        cases: dict[str, Mapping[str, Any]] = {}
        for table, values, before in effects:
            if table == "register_cases" and values is not None:
                row = dict(zip(_COLUMNS[table], values, strict=True))
                cases[row["case_id"]] = row
            elif table == "register_entries":
                if values is None or before is not None:
                    self._world.is_wrong("an entry was changed")
                    continue
                row = dict(zip(_COLUMNS[table], values, strict=True))
                fresh.setdefault(row["case_id"], []).append(row)
            elif table == "register_changes":
                self._change(values, before)
            elif table == "notice_subscriptions" and values is not None and before is None:
                self.begun[values[0]] = values[2]
            elif table == "notice_deliveries" and values is not None:
                row = dict(zip(_COLUMNS[table], values, strict=True))
                self._delivery(row, before)
        for case, rows in fresh.items():
            self._batch(case, rows, cases.get(case))

    def _delivery(self, row: Mapping[str, Any], before: Any) -> None:
        name = f"{row['subscription']} {row['position']}"
        if row["state"] == "dead":
            self.dead[row["subscription"]].add(row["position"])
        if before is None:
            return
        was = dict(zip(_COLUMNS["notice_deliveries"], before, strict=True))
        if was["state"] == "delivered" != row["state"]:
            self._world.is_wrong(f"{name} was delivered and is {row['state']}")
        taken = row["holder"] and row["attempts"] != was["attempts"]
        if taken and was["holder"] and row["next_at"] - round(HOLD_SECONDS * NANO) < was["next_at"]:
            self._world.is_wrong(f"{name} is in the hands of {was['holder']} and of {row['holder']}")

    def _batch(self, case: str, rows: Sequence[Mapping[str, Any]], kept: Mapping[str, Any] | None) -> None:
        if kept is None:
            self._world.is_wrong(f"{case} has new entries and is as it was")
            return
        for row in rows:
            if (case, row["entry"]) in self.entries:
                self._world.is_wrong(f"{case} {row['entry']} was recorded twice")
            self.entries.add((case, row["entry"]))
        entries = tuple(register_pb2.CaseEntry.FromString(row["content"]) for row in rows)
        self.batches.setdefault(case, []).append(Batch(entries, kept["as_of"], kept["lead"]))

    def _change(self, values: Any, before: Any) -> None:
        if values is None or before is not None:
            self._world.is_wrong("a change that was told is another now")
            return
        row = dict(zip(_COLUMNS["register_changes"], values, strict=True))
        if row["position"] != len(self.stream) + 1:
            self._world.is_wrong(f"position {row['position']} was committed after {len(self.stream)}")
        self.stream.append(row)
