"""A register filled with random cases of a small district, and what a reader of every duty would count."""

from __future__ import annotations

import random
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format

from linkage.v1 import board_service_pb2 as board_api
from linkage.v1 import board_service_pb2_grpc as board_stubs
from tests.server.migrated import migrated_file
from tests.server.register.conftest import (
    CASE,
    DAY,
    HOUR,
    NANO,
    RULES,
    Clock,
    Registered,
    Starting,
    any_database,
    asked,
    folder_of_keys,
    postgres,
    pytest_addoption,
    seized,
    start_register,
    update_golden,
)

__all__ = [
    "any_database",
    "folder_of_keys",
    "postgres",
    "pytest_addoption",
    "start_register",
    "update_golden",
]

YEAR_END = 1_735_660_800 * NANO
"""The first moment of 2025 in Shanghai."""
Filled = Callable[..., Any]


@pytest.fixture(scope="session")
def board_rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rules of the register's tests, an assessment, a joint duty, and the traffic police as an organ."""
    root = tmp_path_factory.mktemp("board") / "rules"
    shutil.copytree(RULES, root)
    shutil.copy(Path(__file__).parent / "assessment.yaml", root / "qiaonan")
    pack = root / "qiaonan" / "pack.yaml"
    text = pack.read_text(encoding="utf-8")
    pack.write_text(text.replace("bodies:\n", "bodies:\n  public_security: {name: 区公安分局}\n", 1))
    vocabulary = root / "vocabulary.yaml"
    text = vocabulary.read_text(encoding="utf-8")
    vocabulary.write_text(
        text.replace("en: traffic police}", "en: traffic police, part_of: public_security}")
    )
    return root


@pytest.fixture
async def empty(start_register: Starting, any_database: str, board_rules: Path) -> AsyncIterator[Registered]:
    """A register without a case, on each kind of database in turn."""
    async with start_register(any_database, rules=str(board_rules)) as found:
        yield found


@pytest.fixture
async def on_sqlite(start_register: Starting, tmp_path: Path, board_rules: Path) -> AsyncIterator[Registered]:
    """A register without a case, on SQLite: for what hangs on no database."""
    async with start_register(migrated_file(tmp_path / "r.sqlite3"), rules=str(board_rules)) as found:
        yield found


def moment(nanos: int) -> str:
    """A moment as JSON has it."""
    whole = datetime.fromtimestamp(nanos // NANO, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{whole}.{nanos % NANO:09d}Z"


async def get_board(registered: Registered, **fields: Any) -> Any:
    """A board, of a request in the form of JSON."""
    request = json_format.ParseDict({"district": "qiaonan", **fields}, board_api.GetBoardRequest())
    return (await board_stubs.BoardServiceStub(registered.channel).GetBoard(request)).board


async def get_behind(registered: Registered, figure: str, **fields: Any) -> list[Any]:
    """Everything behind a figure, by pages of nine."""
    found: list[Any] = []
    token = ""
    stub = board_stubs.BoardServiceStub(registered.channel)
    while True:
        told = {"district": "qiaonan", "figure": figure, "page_size": 9, "page_token": token, **fields}
        request = json_format.ParseDict(told, board_api.ListBoardObligationsRequest())
        page = await stub.ListBoardObligations(request)
        found += page.obligations
        token = page.next_page_token
        if not token:
            return found


BODIES = {"tax": "tax", "marriage": "civil_affairs", "survey": "residents_committee"}
"""Who is asked, by what for."""


async def fill(
    registered: Registered, seed: int, days: int = 40, cases: int = 12, back: bool = True, name: str = ""
) -> None:
    """Random cases of so many days: seizures, requests, acts in time, late and never, returns, objections.

    Everything is told at the end of them. ``back``: with acts that take back what was so before.
    """
    dice = random.Random(seed)  # noqa: S311 - made-up cases
    start = registered.clock.now
    registered.clock.now += days * DAY
    for number in range(cases):
        case = f"c{name}{number}"
        told: list[tuple[int, dict[str, Any]]] = []
        for step in range(dice.randrange(2, 5)):
            told += _happens(dice, f"{case}-{step}", start, registered.clock.now, back)
        if number == 0:  # due today, and due soon
            told.append((0, seized("soon", moment(registered.clock.now - 20 * HOUR))))
        await registered.open(id=case, **CASE)
        entries = [entry for at, entry in sorted(told, key=lambda one: one[0]) if at <= registered.clock.now]
        await registered.record(*entries, case_id=case)
    await registered.tick()


def _happens(dice: random.Random, key: str, start: int, end: int, back: bool) -> Iterator[Any]:
    """A seizure, a request, an interference, and what is done about it; entries with their times."""
    at = start + dice.randrange(1, (end - start) // HOUR) * HOUR + dice.randrange(3600) * NANO
    kind = dice.choice(["seized", "tax", "marriage", "survey"] * 3 + ["interference", "suspended"])
    if kind == "interference":
        yield _event(f"e{key}", "vehicle_seized", at, "tax")
        yield _event(f"i{key}", kind, at + dice.randrange(1, 99) * HOUR, "party_committee")
        return
    if kind == "suspended":
        if back:
            what = dice.choice(["case_suspended", "case_resumed", "case_completed"])
            yield _event(f"s{key}", what, at, "court")
        return
    if kind == "seized":
        rule, body, done = "qiaonan.vehicle.notify", "traffic_police", "court_notified"
        yield at, seized(f"e{key}", moment(at))
        if dice.random() < 0.5:
            yield _event(f"j{key}", "answered", at + dice.randrange(150) * HOUR, "tax", about=f"e{key}")
    else:
        rule, body, done = f"qiaonan.query.{kind}", BODIES[kind], "answered"
        more = {}
        if kind == "survey":
            rule, more = "qiaonan.survey", {"unit": f"street-{dice.randrange(2)}"}
        matter = "tax_query" if kind == "tax" else "marriage_query"
        yield at, asked(f"e{key}", matter, body, moment(at), **more)
    named = {"rule": rule, "about": f"e{key}"}
    for act, effect in (("a", "accepted"), ("b", "returned"), ("o", "objected"), ("u", "suspended")):
        at += dice.randrange(1, 50) * HOUR
        if dice.random() < 0.35 and (back or effect != "suspended"):
            yield _event(f"{act}{key}", f"obligation_{effect}", at, body, **named)
    if dice.random() < 0.65:
        at += dice.randrange(1, 300) * HOUR
        yield _event(f"d{key}", done, at, body, about=f"e{key}")
        if dice.random() < 0.5:
            verdict = "rejected" if back and dice.random() < 0.5 else "confirmed"
            yield _event(f"v{key}", f"obligation_{verdict}", at + HOUR, "court", **named)


def _event(key: str, kind: str, at: int, actor: str, **more: Any) -> tuple[int, dict[str, Any]]:
    event = {"id": key, "type": kind, "at": moment(at), "actor": actor, **more}
    return at, {"id": key, "event": event}


__all__ += ["DAY", "Clock"]
