"""The key that signs the log is changed: services follow, auditors can too, and nobody else."""

import json
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update

from server.log import rotation
from server.log.opening import OpenLog, open_log
from server.log.rotation import chain_of, prepare, rotate
from server.log.verify import Verification, Witness
from server.proof import checkpoints, handovers
from server.proof.keys import KeyFileError, LogKeys, read_keys
from server.proof.merkle import consistent
from server.proof.notes import Verifier
from server.store.archive import RuleArchive
from server.store.decisions import DecisionStore
from server.store.errors import StoreError
from server.store.tables import HEAD, NOTES
from server.store.tree import Tree
from tests.server.log.records import logged, record


class Rotated:
    """A log of two rows under each of three keys, with a witness from the time of each."""

    def __init__(self, url: str, path: Path, log: OpenLog) -> None:
        self.url, self.path, self.log = url, path, log
        self.keys: list[LogKeys] = []
        self.witnesses: list[Witness] = []

    async def more(self, number: int) -> None:
        """Two rows, and what an auditor keeps of them; the keys as the file has them."""
        await logged(self.log, record(10 * number), record(10 * number + 1))
        self.witnesses.append(Witness(str(number), await Tree(self.log.engine).checkpoint()))
        self.keys.append(read_keys(self.path))

    async def findings(self, verifier: Verifier, keys: LogKeys | None = None, *more: Witness) -> list[str]:
        check = Verification(self.log.engine, verifier, keys, [*self.witnesses, *more])
        return [found.code async for found in check.findings()]


@pytest.fixture
async def rotated(any_database: str, tmp_path: Path) -> AsyncIterator[Rotated]:
    path = tmp_path / "keys"
    log = await open_log(any_database, str(path))
    await RuleArchive(log.engine).keep("s" * 64, {"x.yaml": ""}, 1)
    made = Rotated(any_database, path, log)
    await made.more(0)
    for number in (1, 2):
        await rotate(log, path)
        await made.more(number)
    yield made
    await log.engine.dispose()


async def test_whichever_key_an_auditor_has(rotated: Rotated) -> None:
    """Each leads to the others, and witnesses of every time hold."""
    for keys in rotated.keys:
        assert await rotated.findings(keys.verifier) == []
    assert await rotated.findings(rotated.log.keys.verifier, rotated.log.keys) == []
    assert len({str(keys.verifier) for keys in rotated.keys}) == 3
    assert await rotated.findings(LogKeys.made().verifier) == ["LNK868", "LNK891", "LNK891", "LNK891"]


async def test_the_file_has_the_new_key_alone(rotated: Rotated) -> None:
    first, _, last = rotated.keys
    assert last.file_text() == rotated.path.read_text()
    assert last.file_text().count("\n") == 2
    assert rotated.path.stat().st_mode & 0o777 == 0o600
    assert first.sealing == last.sealing  # what opens the rows stays
    store = DecisionStore(rotated.log.engine, last)
    found = await store.get(record(0).id)
    assert found is not None
    assert found.outcome == b"{}"


async def test_proofs_lead_from_the_oldest_witness_to_the_newest(rotated: Rotated) -> None:
    tree = Tree(rotated.log.engine)
    chain, kept = await chain_of(tree)
    assert [each.place for each in kept] == [2, 5]
    assert [each.checkpoint.size for each in chain.handovers] == [2, 5]
    points = [chain.opened(witness.note)[0] for witness in rotated.witnesses]
    assert [point.size for point in points] == [2, 5, 8]
    for old, new in pairwise(points):
        _, hashes, _ = await tree.consistency(old.size, new.size)
        assert consistent(old.size, new.size, old.root, new.root, hashes)


async def test_a_service_that_runs_follows(rotated: Rotated) -> None:
    """Its next write finds that the key has changed, and the new one in the file."""
    store = DecisionStore(rotated.log.engine, read_keys(rotated.path))
    await store.append([record(30)])
    await rotate(rotated.log, rotated.path)
    await store.append([record(31)])
    await store.append([record(32)])
    await store.close()
    assert await rotated.findings(rotated.keys[0].verifier) == []


async def test_a_machine_without_the_new_file_writes_nothing(rotated: Rotated, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text(rotated.path.read_text())
    other.chmod(0o600)
    store = DecisionStore(rotated.log.engine, read_keys(other))
    await store.append([record(30)])
    new = await prepare(rotated.log, rotated.path)
    assert (await prepare(rotated.log, rotated.path)) == new  # it waits there
    await rotate(rotated.log, rotated.path)
    with pytest.raises(StoreError, match="LNK874"):
        await store.append([record(31)])
    with pytest.raises(StoreError, match="LNK874"):
        await open_log(rotated.url, str(other))
    other.write_text(rotated.path.read_text())
    await store.append([record(31)])  # without a restart
    await store.close()
    assert await rotated.findings(rotated.keys[0].verifier) == []


async def test_a_machine_that_has_the_new_key_beforehand_goes_on(rotated: Rotated, tmp_path: Path) -> None:
    await prepare(rotated.log, rotated.path)
    other = tmp_path / "other"
    other.write_text(rotated.path.read_text())
    other.chmod(0o600)
    store = DecisionStore(rotated.log.engine, read_keys(other))
    await store.append([record(30)])
    await rotate(rotated.log, rotated.path)
    await store.append([record(31)])
    await store.close()
    again = await open_log(rotated.url, str(other))
    assert again.keys.verifier == rotated.log.keys.verifier
    await again.engine.dispose()


@pytest.mark.parametrize("step", ["add_note", "replace_keys"])
async def test_a_change_that_is_broken_off(
    rotated: Rotated, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the log, or between the log and the file: whoever opens it finds its key, and can go on."""
    before, calls = rotated.log.keys.verifier, list[int]()
    real: Any = getattr(rotation, step)

    def failing(*arguments: object) -> object:
        calls.append(1)
        if step == "add_note" or len(calls) == 2:  # first the new key is put beside the old one
            raise KeyFileError("LNK873", rotated.path)
        return real(*arguments)

    monkeypatch.setattr(rotation, step, failing)
    with pytest.raises(KeyFileError):
        await rotate(rotated.log, rotated.path)
    monkeypatch.undo()
    held = [each.signer.verifier for each in read_keys(rotated.path).signing]
    again = await open_log(rotated.url, str(rotated.path))
    assert again.keys.verifier == (before if step == "add_note" else held[1])
    await logged(again, record(30))
    made = await rotate(again, rotated.path)
    assert made.old == again.keys.verifier or made.new == again.keys.verifier
    assert [each.signer.verifier for each in read_keys(rotated.path).signing] == [made.new]
    assert made.new not in (before, *(keys.verifier for keys in rotated.keys))
    assert await rotated.findings(rotated.keys[0].verifier) == []
    await again.engine.dispose()


async def test_two_who_change_it_at_once(rotated: Rotated) -> None:
    """The second one finds another key than the one that it was to replace."""
    slow = await open_log(rotated.url, str(rotated.path))
    await prepare(slow, rotated.path)
    made = await rotate(rotated.log, rotated.path)
    assert made.new in [each.signer.verifier for each in slow.keys.signing]
    again = await rotate(slow, rotated.path)
    assert again.old == made.new
    assert await rotated.findings(rotated.keys[0].verifier) == []
    await slow.engine.dispose()


async def forged(rotated: Rotated, **values: Any) -> None:
    place = select(NOTES.c.place).where(NOTES.c.about == "handover").order_by(NOTES.c.place).limit(1)
    async with rotated.log.engine.begin() as connection:
        first = (await connection.execute(place)).scalar_one()
        await connection.execute(update(NOTES).where(NOTES.c.place == first).values(values))


async def test_what_somebody_does_to_handovers_is_found(rotated: Rotated) -> None:
    newest, oldest = rotated.log.keys.verifier, rotated.keys[0].verifier
    thief = LogKeys.made().signing[0]._replace(name=newest.name).signer
    async with rotated.log.engine.connect() as connection:
        note = (await connection.execute(select(NOTES.c.detail).order_by(NOTES.c.place))).scalars().first()
    await forged(rotated, detail='{"note": "", "places": []}')
    assert (await rotated.findings(newest, rotated.log.keys))[0] == "LNK867"
    # A thief of the oldest key hands it over to a key of theirs.
    stolen = handovers.made(rotated.keys[0].signer, thief, 2, b"\0" * 32).note
    await forged(rotated, detail=json.dumps({"note": stolen, "places": []}))
    for key in (newest, oldest):
        assert "LNK881" in await rotated.findings(key, rotated.log.keys)
        assert (await rotated.findings(key))[0] in ("LNK867", "LNK868")
    await forged(rotated, detail=note)
    assert await rotated.findings(newest, rotated.log.keys) == []
    async with rotated.log.engine.begin() as connection:
        await connection.execute(delete(NOTES))
    found = await rotated.findings(oldest)
    assert found[0] == "LNK868"
    assert found.count("LNK880") == 2


async def test_an_old_key_that_signs_again_is_found(rotated: Rotated) -> None:
    """Somebody has got hold of it: what it signed after its handover says so."""
    tree = Tree(rotated.log.engine)
    size = (await tree.head()).size
    late = Witness("late", checkpoints.signed(rotated.keys[0].signer, size, b"\0" * 32))
    assert await rotated.findings(rotated.log.keys.verifier, None, late) == ["LNK829", "LNK888"]


async def test_a_log_of_another_key_is_told_as_that(any_database: str, tmp_path: Path) -> None:
    log = await open_log(any_database, str(tmp_path / "keys"))
    await RuleArchive(log.engine).keep("s" * 64, {"x.yaml": ""}, 1)
    await logged(log, record(0))
    check = Verification(log.engine, LogKeys.made().verifier)
    assert [found.code async for found in check.findings()] == ["LNK868"]
    async with log.engine.begin() as connection:
        await connection.execute(update(HEAD).values(verifier=str(LogKeys.made().verifier)))
    with pytest.raises(StoreError, match="LNK874"):
        await logged(log, record(1))
    assert [found.code async for found in Verification(log.engine, log.keys.verifier).findings()] == []
    async with log.engine.begin() as connection:
        await connection.execute(text("UPDATE log_head SET verifier = 'x'"))
    assert [found.code async for found in Verification(log.engine, log.keys.verifier).findings()] == []
    await log.engine.dispose()
