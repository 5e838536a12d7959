"""Whatever is done to the database of a log is found, with the row named: a case of tampering.yaml each.

Every case is tried on both kinds of database, and again as an auditor would check it who has no secret key.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import delete, insert, select, text, update

from server.log.opening import OpenLog
from server.log.verify import Finding, Verification, Witness
from server.proof.entries import Kind
from server.store.archive import RuleArchive
from server.store.decisions import DecisionStore
from server.store.record import LoggedDecision
from server.store.rows import COVERED, NOTE_COVERED, leaf_of
from server.store.tables import DECISIONS, HEAD, LEAVES, NOTES
from tests.server.log.records import logged
from tests.server.logs import open_keyed

CASES = yaml.safe_load((Path(__file__).parent / "tampering.yaml").read_text(encoding="utf-8"))
SIZE, SEEN = 12, (8, 12)


def record(number: int) -> LoggedDecision:
    facts, outcome = b"facts", b"{}"
    asked = (10**18 + number, "d", f"c{number}", number)
    made = LoggedDecision(f"{number:X}", *asked, facts, "s" * 64, outcome, "d" * 64)
    return made._replace(caller="court", request_id="call", rules="d.rule", bodies="police")


class Tampered:
    """A log of twelve decisions, with what somebody does to it."""

    def __init__(self, log: OpenLog) -> None:
        self.log = log
        self.heads: dict[int, Any] = {}
        self.witnesses: list[Witness] = []

    async def logged(self, count: int) -> None:
        """Logs more decisions; each has a transaction of its own."""
        store = DecisionStore(self.log.engine, self.log.keys)
        start = max(self.heads, default=0)
        for number in range(start, start + count):
            await store.append([record(number + 1000 * len(self.witnesses))])
            async with self.log.engine.connect() as connection:
                head = (await connection.execute(select(HEAD))).one()
            self.heads[head.size] = head._asdict()
            if head.size in SEEN and len(self.witnesses) < len(SEEN):
                self.witnesses.append(Witness(str(head.size), head.checkpoint))
        await store.close()

    async def do(self, step: str) -> None:
        name, *numbers = step.split()
        if name.islower():
            await getattr(self, f"_{name}")(*map(int, numbers))
        else:
            async with self.log.engine.begin() as connection:
                await connection.execute(text(step.replace(":", r"\:")))

    async def _cut(self, size: int) -> None:
        async with self.log.engine.begin() as connection:
            for table in (DECISIONS, LEAVES):
                await connection.execute(delete(table).where(table.c.place >= size))
            await connection.execute(update(HEAD).values(self.heads[size]))
        self.heads = {size: self.heads[size]}

    async def _log(self, count: int) -> None:
        await self.logged(count)

    async def _rehash(self, place: int) -> None:
        async with self.log.engine.begin() as connection:
            leaf = (await connection.execute(select(LEAVES).where(LEAVES.c.place == place))).one()
            table, names = (NOTES, NOTE_COVERED) if leaf.kind == "note" else (DECISIONS, COVERED)
            columns = select(*(table.c[name] for name in names)).where(table.c.id == leaf.entry)
            row = (await connection.execute(columns)).one()
            made = leaf_of(Kind(leaf.kind), dict(row._mapping))
            await connection.execute(update(LEAVES).where(LEAVES.c.place == place).values(hash=made))

    async def _renumber(self, first: int, by: int) -> None:
        async with self.log.engine.begin() as connection:
            for table in (LEAVES, DECISIONS):
                far = table.c.place + 1000
                await connection.execute(update(table).where(table.c.place >= first).values(place=far))
                near = table.c.place - 1000 + by
                await connection.execute(update(table).where(table.c.place >= 1000).values(place=near))

    async def findings(self, secret: bool) -> list[Finding]:
        keys = self.log.keys if secret else None
        check = Verification(self.log.engine, self.log.keys.verifier, keys, self.witnesses)
        return [found async for found in check.findings()]


def short(found: Finding) -> str:
    """A finding as the cases write it."""
    code, args = found.code, {name: str(value).replace(",", "") for name, value in found.args.items()}
    if code == "LNK870":
        sign = "" if "later" in str(found.args["way"]) else "-"
        return f"{code} {args['place']} {sign}{args['count']}"
    if code == "LNK887":
        return f"{code} {args['file']} {args['now']}-{args['last']}"
    if "first" in args:
        return f"{code} {args['first']}-{args['last']}"
    return " ".join((code, args.get("place") or args.get("id") or args.get("file") or "")).strip()


@pytest.fixture
async def tampered(any_database: str) -> AsyncIterator[Tampered]:
    log = await open_keyed(any_database)
    await RuleArchive(log.engine).keep("s" * 64, {"x.yaml": ""}, 1)
    made = Tampered(log)
    await made.logged(SIZE)
    yield made
    await log.engine.dispose()


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
async def test_every_change_is_found(tampered: Tampered, case: dict[str, Any]) -> None:
    for step in case.get("do", ()):
        await tampered.do(step)
    assert [short(found) for found in await tampered.findings(secret=True)] == case["finds"]
    # Without the keys the seals tell nothing: what they alone name, the signatures still find.
    told = [short(found) for found in await tampered.findings(secret=False)]
    assert bool(told) == (bool(case["finds"]) and not case.get("only_with_keys", False))


def test_every_finding_has_a_case() -> None:
    tried = {each.split()[0] for case in CASES for each in case["finds"]}
    assert {f"LNK{number}" for number in (870, *range(880, 891), 893)} - tried == set()


@pytest.mark.parametrize(
    ("about", "detail"), [("nothing", "{}"), ("removal", "?"), ("erasure", '{"places": [1]}')]
)
async def test_a_note_of_somebody_else_hides_nothing(log: OpenLog, about: str, detail: str) -> None:
    """Without the secret keys a note is as good as its hash, whatever it says."""
    await logged(log, *(record(number) for number in range(3)))
    row = {"id": "N" * 26, "made_at": 1, "made_by": "x", "about": about, "detail": detail}
    leaf = {"place": 3, "kind": "note", "entry": row["id"], "hash": leaf_of(Kind.NOTE, row), "seal": b""}
    async with log.engine.begin() as connection:
        await connection.execute(insert(LEAVES).values(leaf))
        await connection.execute(insert(NOTES).values(row | {"place": 3}))
        await connection.execute(delete(DECISIONS).where(DECISIONS.c.place == 1))
    check = Verification(log.engine, log.keys.verifier)
    assert [found.code async for found in check.findings()] == ["LNK882", "LNK880", "LNK885"]
