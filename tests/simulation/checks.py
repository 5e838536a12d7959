"""What must hold when nothing fails any more and everything is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, cast

from linkage.v1 import register_pb2
from policy.decide.snapshot import Snapshot
from policy.register import folded
from policy.register.advance import NOTHING, Asked, Told, advanced
from server.register.keeping import Keeper
from server.register.kept import Kept
from server.register.rows import told_of
from server.register.verifying import differences
from tests.simulation.committed import Batch, Committed
from tests.simulation.receivers import Receiver
from tests.simulation.service import DISTRICT, rules
from tests.simulation.watchers import Watcher
from tests.simulation.world import World


class Snapshots(NamedTuple):
    """In the place of the archive's."""

    snapshot: Snapshot

    async def of(self, _: str) -> Snapshot:
        """The rules of the simulation."""
        return self.snapshot


async def check_register(
    world: World, keeper: Keeper, committed: Committed, told: Mapping[tuple[str, str], str]
) -> None:
    """Says what is wrong with the register."""
    snapshot = rules().snapshot
    async for wrong in differences(keeper, cast(Any, Snapshots(snapshot))):
        if wrong is not None:
            world.is_wrong(f"not what follows: {tuple(wrong)}")
    counted = Counter(name for names in [_entries(committed)] for name in names)
    for name, known in told.items():
        if known == "kept" and counted[name] != 1:
            world.is_wrong(f"{name} was acknowledged and is there {counted[name]} times")
        if known == "refused" and counted[name]:
            world.is_wrong(f"{name} was refused and is there")
    for case, batches in committed.batches.items():
        kept = await keeper.get(DISTRICT, case)
        if kept is None:
            world.is_wrong(f"{case} is gone")
            continue
        _check_stream(world, committed, batches, kept)
        if kept.state.next_at is not None and kept.state.next_at <= world.now():
            world.is_wrong(f"{case} was due at {kept.state.next_at} and nobody looked")


def _entries(committed: Committed) -> Iterator[tuple[str, str]]:
    for case, batches in committed.batches.items():
        for batch in batches:
            for entry in batch.entries:
                yield case, entry.id


def _check_stream(world: World, committed: Committed, batches: list[Batch], kept: Kept) -> None:
    """The stream of a case is what follows from what was recorded, and when: nothing more, nothing less."""
    stored = [
        (row["at"], row["why"], row["kind"], row["obligation"])
        for row in committed.stream
        if row["case_id"] == kept.case_id
    ]
    wanted = list(expected(batches, kept))
    if stored == wanted:
        return
    more, less = Counter(stored) - Counter(wanted), Counter(wanted) - Counter(stored)
    for what, which in (("too much", more), ("missing", less)):
        for change, count in which.items():
            world.is_wrong(f"{kept.case_id}: {what} in the stream ({count}): {change}")
    if not more and not less:
        world.is_wrong(f"{kept.case_id}: the stream is in another order")


def expected(batches: list[Batch], kept: Kept) -> Iterator[tuple[int, str, str, str]]:
    """The changes of a case by the pure function alone: when, why, what, of which obligation."""
    district = rules().snapshot.districts[kept.district]
    entries: tuple[register_pb2.CaseEntry, ...] = ()
    state, before = None, NOTHING
    for batch in (*batches, Batch((), kept.state.as_of, kept.lead)):
        entries = (*entries, *batch.entries)
        case = folded(entries)
        after = Told(case.facts, case.handlers)
        whole = False
        while not whole:
            found = advanced(district, Asked(before, after, state, True, batch.as_of, batch.lead))
            for step in found.steps:
                for change in step.changes:
                    yield step.at, step.why.value, change.kind.value, change.duty.id
            state, whole = found.state, found.whole
        before = after


def check_watchers(world: World, committed: Committed, watchers: Iterable[Watcher]) -> None:
    """Each has seen everything that is to be seen, once, in order."""
    stream = [told_of(row) for row in committed.stream]
    for watcher in watchers:
        wanted = [told.position for told in stream if watcher.wants(told)]
        seen = [told.position for told in watcher.seen]
        if seen != wanted:
            world.is_wrong(f"{watcher.name} was to see {wanted} and saw {seen}")


def check_receivers(world: World, committed: Committed, receivers: Iterable[Receiver]) -> None:
    """Each was told all that it is to be told, of each obligation in order, unless something was given up."""
    stream = [told_of(row) for row in committed.stream]
    for receiver in receivers:
        name = receiver.name
        begun = committed.begun.get(name, len(stream))
        wanted = {told.position for told in stream[begun:] if receiver.wants(told)}
        missing = wanted - receiver.taken.keys()
        if missing:
            world.is_wrong(f"{name} was not told {sorted(missing)}")
        if more := receiver.taken.keys() - wanted:
            world.is_wrong(f"{name} was told {sorted(more)}, of before it began")
        last: dict[str, int] = {}
        for position, told in receiver.taken.items():
            if last.get(told.obligation, 0) > position and position not in committed.dead[name]:
                world.is_wrong(f"{name} was told {position} after {last[told.obligation]} of one obligation")
            last[told.obligation] = max(position, last.get(told.obligation, 0))
