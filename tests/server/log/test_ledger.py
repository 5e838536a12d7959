"""The tree grows with the rows, whoever writes; proofs hold against every earlier checkpoint."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update

from server.log.opening import OpenLog
from server.log.verify import Witness
from server.proof import checkpoints
from server.proof.bundles import Bundle
from server.proof.handovers import Chain
from server.proof.keys import LogKeys
from server.proof.merkle import consistent
from server.proof.notes import NoteError
from server.store.decisions import DecisionStore
from server.store.errors import StoreError
from server.store.record import Call
from server.store.tables import HEAD, LEAVES, NODES
from server.store.tree import NoProof, Tree
from tests.server.log.records import findings, logged, record


async def test_places_have_no_gaps_with_several_writers(log: OpenLog) -> None:
    async def writer(number: int) -> None:
        store = DecisionStore(log.engine, log.keys)
        for group in range(6):
            start = 1000 * number + 10 * group
            await store.append([record(start + i) for i in range(1 + (number + group) % 4)])
        await store.close()

    await asyncio.gather(*map(writer, range(4)))
    async with log.engine.connect() as connection:
        places = (await connection.execute(select(LEAVES.c.place).order_by(LEAVES.c.place))).scalars().all()
    assert places == list(range(len(places)))
    assert len(places) == await DecisionStore(log.engine, log.keys).count() > 48
    assert await findings(log) == []


async def test_proofs_across_a_kept_node(log: OpenLog) -> None:
    tree, verifier = Tree(log.engine), log.keys.verifier
    notes = [await tree.checkpoint()]
    for start in range(0, 700, 100):
        await logged(log, *(record(number) for number in range(start, start + 100)))
        notes.append(await tree.checkpoint())
    points = [checkpoints.opened(verifier, note) for note in notes]
    assert [point.size for point in points] == list(range(0, 701, 100))
    for first in points:
        for second in points:
            if first.size <= second.size:
                size, hashes, newest = await tree.consistency(first.size, second.size)
                assert consistent(first.size, size, first.root, second.root, hashes)
                assert newest == notes[-1]
    for number in (0, 255, 256, 511, 512, 699):
        proof = await tree.inclusion(record(number).id)
        bundle = Bundle(proof.entry, proof.place, proof.hashes, proof.checkpoint)
        assert Bundle.of_text(bundle.text) == bundle._replace(hashes=tuple(bundle.hashes))
        assert bundle.checked(Chain(verifier)).size == 700
        with pytest.raises(NoteError):
            bundle._replace(entry=bundle.entry.replace(b"c", b"x", 1)).checked(Chain(verifier))
        with pytest.raises(NoteError):
            bundle.checked(Chain(LogKeys.made().verifier))
    assert (await tree.inclusion(record(150).id, 200)).size == 200
    assert await findings(log, *(Witness(str(n), note) for n, note in enumerate(notes))) == []
    async with log.engine.begin() as connection:
        await connection.execute(update(NODES).values(hash=bytes(32)))
    assert await findings(log) == ["LNK892", "LNK892"]


@pytest.mark.parametrize(("identity", "size"), [("none", 0), ("0", 2), ("0", -1), ("1", 1)])
async def test_there_is_no_such_proof(log: OpenLog, identity: str, size: int) -> None:
    await logged(log, record(0, id="0"))
    with pytest.raises(NoProof):
        await Tree(log.engine).inclusion(identity, size)


@pytest.mark.parametrize(("first", "second"), [(2, 0), (-1, 0), (1, 2), (0, -1)])
async def test_there_is_no_such_tree(log: OpenLog, first: int, second: int) -> None:
    await logged(log, record(0))
    with pytest.raises(NoProof):
        await Tree(log.engine).consistency(first, second)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE log_head SET size = 1", "LNK875"),
        ("UPDATE log_head SET frontier = log_head.frontier || log_head.frontier", "LNK875"),
        ("UPDATE log_head SET checkpoint = 'x'", "LNK875"),
        ("DELETE FROM log_head", "LNK875"),
    ],
)
async def test_nothing_is_added_to_a_head_that_was_altered(log: OpenLog, change: str, code: str) -> None:
    await logged(log, record(0), record(1))
    async with log.engine.begin() as connection:
        await connection.execute(text(change))
    for _ in range(2):
        with pytest.raises(StoreError, match=code):
            await logged(log, record(2))
    assert await DecisionStore(log.engine, log.keys).count() == 2


async def test_a_log_that_becomes_shorter_under_the_service_is_refused(log: OpenLog) -> None:
    store = DecisionStore(log.engine, log.keys)
    await store.append([record(0)])
    async with log.engine.connect() as connection:
        older: Any = (await connection.execute(select(HEAD))).one()._asdict()
    await store.append([record(1)])
    async with log.engine.begin() as connection:
        await connection.execute(update(HEAD).values(older))
        await connection.execute(delete(LEAVES).where(LEAVES.c.place == 1))
    with pytest.raises(StoreError, match="LNK876"):
        await store.append([record(2)])
    await store.close()


async def test_a_call_with_a_key_is_logged_once(log: OpenLog) -> None:
    store = DecisionStore(log.engine, log.keys)
    call, other = Call("k" * 64, "r"), Call("l" * 64, "r")
    assert await store.append([record(0, call=call), record(1), record(2, call=call)]) == {
        record(2).id: record(0).id
    }
    assert await store.append([record(3, call=call), record(4, call=other)]) == {record(3).id: record(0).id}
    assert await store.append([record(5, call=other)]) == {record(5).id: record(4).id}
    assert await store.call(call.id) == (record(0).id, "r")
    assert await store.call("m" * 64) is None
    assert [found.id async for found in store.scan()] == [record(n).id for n in (0, 1, 4)]
    assert await findings(log) == []
    await store.close()


async def test_a_log_opens_with_its_own_keys_alone(log: OpenLog) -> None:
    await logged(log, record(0, facts=b"secret"))
    other = DecisionStore(log.engine, LogKeys.made())
    found = await other.get(record(0).id)
    assert found is not None
    assert (found.facts, found.erased) == (b"", False)
    with pytest.raises(StoreError, match="LNK874"):
        await other.append([record(1)])
    async with log.engine.connect() as connection:
        rows = (await connection.execute(text("SELECT facts, outcome FROM decisions"))).all()
    assert b"secret" not in rows[0][0]


async def test_what_was_rolled_back_is_not_remembered(log: OpenLog) -> None:
    store = DecisionStore(log.engine, log.keys)
    call = Call("k" * 64, "r")
    await store.append([record(0, call=call)])
    for _ in range(3):
        with pytest.raises(StoreError):
            await store.append([record(1), record(0)])
        assert await store.append([record(2, call=call)]) == {record(2).id: record(0).id}
    await store.append([record(3)])
    await store.append([record(4)])
    await logged(log, record(5))  # somebody else
    await store.append([record(6)])
    await store.append([record(7)])
    await store.append([record(8)])
    assert await findings(log) == []
    assert [found.id async for found in store.scan()] == [record(n).id for n in (0, 3, 4, 5, 6, 7, 8)]
    await store.close()


DAMAGE = ("case_id", "district", "caller", "rules", "facts", "outcome", "received_at", "as_of", "digest")


@pytest.mark.parametrize("value", ["CAST(x'ff00fe' AS TEXT)", "x'ff00fe'", "''", "1.5", "'text'"])
async def test_whatever_stands_in_a_column_the_rows_beside_it_are_checked(log: OpenLog, value: str) -> None:
    if log.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL keeps to the types of its columns")
    await logged(log, *(record(number) for number in range(12)))
    async with log.engine.begin() as connection:
        for number, column in enumerate(DAMAGE):
            await connection.execute(text(f"UPDATE decisions SET {column} = {value} WHERE place = {number}"))  # noqa: S608
        await connection.execute(text(f"UPDATE decisions SET data_key = {value} WHERE place = 9"))  # noqa: S608
        await connection.execute(text(f"UPDATE log_leaves SET hash = {value} WHERE place = 10"))  # noqa: S608
    told = await findings(log)
    wanted = ["LNK881"] * len(DAMAGE) + ["LNK889", "LNK884", "LNK886"]
    same = 2 if value == "''" else 0  # of these records, caller and rules are empty as they are
    assert told == wanted[same:]
