"""Group commit: what goes in comes out once, or its sender is told."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.log import writer as module
from server.log.writer import IDLE_TURNS, GroupWriter, LogClosed, LogFull
from server.store.errors import StoreError
from server.store.record import Call, LoggedDecision
from tests.server.waiting import until


def record(number: int) -> LoggedDecision:
    return LoggedDecision(f"{number:026d}", 0, "d", "c", 0, b"", "s", b"", "")


class Disk:
    """Stands for the database: notes the groups; the first ``failing`` writes fail, all wait for ``slow``."""

    def __init__(self, failing: int = 0, slow: asyncio.Event | None = None) -> None:
        self.groups: list[list[str]] = []
        self.failing = failing
        self.slow = slow
        self.waiting = False

    async def write(self, records: Sequence[LoggedDecision]) -> Mapping[str, str]:
        if self.slow is not None:
            self.waiting = True
            await self.slow.wait()
        await asyncio.sleep(0)
        if self.failing:
            self.failing -= 1
            raise StoreError("LNK962")
        self.groups.append([item.id for item in records])
        return {}

    @property
    def ids(self) -> list[str]:
        return [item for group in self.groups for item in group]


@given(st.integers(0, 60), st.integers(1, 20))
def test_count_in_is_count_out_in_order(count: int, group: int) -> None:
    async def check() -> None:
        disk = Disk()
        writer = GroupWriter(disk.write, capacity=100, group=group)
        writer.start()
        futures = [writer.submit(record(i)) for i in range(count)]
        await writer.close()
        assert all(future is not None and future.done() for future in futures)
        assert disk.ids == [record(i).id for i in range(count)]
        assert all(len(found) <= group for found in disk.groups)
        assert writer.written == count

    asyncio.run(check())


async def test_all_that_wait_share_a_group() -> None:
    slow = asyncio.Event()
    disk = Disk(slow=slow)
    writer = GroupWriter(disk.write, capacity=100, group=50)
    writer.start()
    first = writer.submit(record(0))
    await until(lambda: disk.waiting)
    rest = [writer.submit(record(i)) for i in range(1, 30)]
    slow.set()
    await asyncio.gather(first, *rest)  # type: ignore[arg-type]
    assert [len(group) for group in disk.groups] == [1, 29]
    await writer.close()


async def test_calls_under_way_join_the_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GATHER_SECONDS", 120.0)  # a slow machine gathers as long as it takes
    disk = Disk()
    writer = GroupWriter(disk.write, capacity=100, group=50)
    writer.start()

    async def call(number: int) -> None:
        for _ in range(number % IDLE_TURNS):  # some take a few turns of the loop longer than others
            await asyncio.sleep(0)
        written = writer.submit(record(number))
        assert written is not None
        await written

    await asyncio.gather(*(call(i) for i in range(30)))
    assert [len(group) for group in disk.groups] == [30]
    await writer.close()


async def test_a_group_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GATHER_SECONDS", 0.0)
    disk = Disk()
    writer = GroupWriter(disk.write, capacity=1000, group=1000)
    writer.start()
    kept = []
    for number in range(20):
        kept.append(writer.submit(record(number)))
        await asyncio.sleep(0)
    await asyncio.gather(*kept)  # type: ignore[arg-type]
    assert len(disk.groups) > 1
    await writer.close()


async def test_full_queue_refuses_at_once() -> None:
    slow = asyncio.Event()
    writer = GroupWriter(Disk(slow=slow).write, capacity=3, group=1)
    writer.start()
    kept = [writer.submit(record(0))]
    await asyncio.sleep(0)
    kept += [writer.submit(record(i)) for i in range(1, 4)]
    with pytest.raises(LogFull):
        writer.submit(record(9))
    slow.set()
    await asyncio.gather(*kept)  # type: ignore[arg-type]
    assert not writer.full
    await writer.close()


async def test_large_records_fill_the_queue_too() -> None:
    slow = asyncio.Event()
    disk = Disk(failing=1, slow=slow)
    writer = GroupWriter(disk.write, capacity=100, group=1, capacity_bytes=200, acknowledge=False)
    writer.start()
    large = [record(i)._replace(facts=b"x" * 60, outcome=b"y" * 40) for i in range(5)]
    writer.submit(large[0])
    await asyncio.sleep(0)  # it is being written, and waits no more
    writer.submit(large[1])
    writer.submit(large[2])
    with pytest.raises(LogFull):
        writer.submit(record(3))
    slow.set()
    await until(lambda: len(disk.ids) == 3)
    writer.submit(large[3])
    assert not writer.full
    await writer.close()
    assert disk.ids == [item.id for item in large[:4]]


async def test_failed_write_is_told_and_the_next_one_works() -> None:
    disk = Disk(failing=1)
    writer = GroupWriter(disk.write, capacity=10, group=10)
    writer.start()
    lost = writer.submit(record(0))
    assert lost is not None
    with pytest.raises(StoreError, match="LNK962"):
        await lost
    kept = writer.submit(record(1))
    assert kept is not None
    await kept
    assert disk.ids == [record(1).id]
    await writer.close()


async def test_a_call_with_a_key_is_waited_for_whatever_the_setting() -> None:
    """Of a write that failed, what somebody waits for is told, and the rest is tried again."""
    disk = Disk(failing=1)
    writer = GroupWriter(disk.write, capacity=10, group=10, acknowledge=False)
    writer.start()
    keyed = record(1)._replace(call=Call("k", "r"))
    assert writer.submit(record(0)) is None
    told = writer.submit(keyed)
    assert writer.submit(record(2)) is None
    assert told is not None
    with pytest.raises(StoreError, match="LNK962"):
        await told
    again = writer.submit(keyed)
    assert again is not None
    assert await again == keyed.id
    await writer.close()
    assert disk.ids == [record(0).id, record(2).id, keyed.id]
    assert writer.lost == 0


async def test_writer_outlives_an_error_that_nobody_foresaw() -> None:
    class Broken(Disk):
        async def write(self, records: Sequence[LoggedDecision]) -> Mapping[str, str]:
            if not self.groups:
                self.groups.append([])
                raise TypeError
            return await super().write(records)

    disk = Broken()
    writer = GroupWriter(disk.write, capacity=10, group=10)
    writer.start()
    lost = writer.submit(record(0))
    assert lost is not None
    with pytest.raises(StoreError, match="LNK965"):
        await lost
    kept = writer.submit(record(1))
    assert kept is not None
    await kept
    assert disk.ids == [record(1).id]
    await writer.close()


async def test_sender_who_left_does_not_stop_the_write() -> None:
    slow = asyncio.Event()
    disk = Disk(slow=slow)
    writer = GroupWriter(disk.write, capacity=10, group=10)
    writer.start()
    gone, kept = writer.submit(record(0)), writer.submit(record(1))
    assert gone is not None
    assert kept is not None
    gone.cancel()
    slow.set()
    await kept
    assert disk.ids == [record(0).id, record(1).id]
    await writer.close()


async def test_closed_writer_refuses() -> None:
    writer = GroupWriter(Disk().write, capacity=10, group=10)
    writer.start()
    await writer.close()
    with pytest.raises(LogClosed):
        writer.submit(record(0))


async def test_without_acknowledgement_a_write_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.001)
    disk = Disk(failing=3)
    writer = GroupWriter(disk.write, capacity=10, group=10, acknowledge=False)
    writer.start()
    assert [writer.submit(record(i)) for i in range(4)] == [None] * 4
    await until(lambda: len(disk.ids) == 4)
    assert disk.ids == [record(i).id for i in range(4)]
    await writer.close()
    assert writer.lost == 0


async def test_without_acknowledgement_what_is_lost_at_the_end_is_counted() -> None:
    writer = GroupWriter(Disk(failing=100).write, capacity=10, group=2, acknowledge=False)
    writer.start()
    for i in range(5):
        writer.submit(record(i))
    await writer.close()
    assert (writer.written, writer.lost) == (0, 5)
