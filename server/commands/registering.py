"""``linkage register verify``: the register replayed, the first difference of each case named."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import Connection, inspect

from policy.cli.guard import CommandError
from policy.cli.options import Format
from policy.cli.output import print_json
from policy.text.characters import printable
from policy.text.diagnostics import fault
from policy.text.terminal import show, show_fault
from server.commands.common import coded_errors
from server.log.opening import key_file
from server.proof.keys import KeyFileError, LogKeys, read_keys
from server.register.keeping import Keeper
from server.register.rules import Snapshots
from server.register.verifying import Difference, differences
from server.settings.config import Settings
from server.store.archive import RuleArchive
from server.store.database import database_file
from server.store.readonly import ReadOnly, read_only
from server.store.register import CASES, FIGURES, KEYS, RULES

_TABLES = (CASES, RULES, FIGURES, KEYS)
"""Those by which a register of an older version is told."""
MOST_SHOWN = 20
"""Differences that are shown; all are counted."""


def verify(settings: Settings, lang: str, output: Format) -> int:
    """Derives every case again; the exit code: 0 where everything stored follows from what was recorded.

    The database is read, and nothing is written. Raises ``CommandError``.
    """
    with coded_errors(settings.rules, lang):
        cases, found = asyncio.run(_found(settings))
    if output is Format.JSON:
        print_json({"cases": cases, "differences": [each._asdict() for each in found]})
    else:
        _show(cases, found, lang)
    return int(bool(found))


@asynccontextmanager
async def reading(settings: Settings, opens: bool = False) -> AsyncIterator[tuple[ReadOnly, LogKeys | None]]:
    """The database with its register, to be read, and its keys; None where they are not there.

    ``opens``: entries are to be read, for which they must be. Raises ``CommandError`` and ``StoreError``.
    """
    file = database_file(settings.database)
    if file is not None and not file.is_file():
        raise CommandError("LNK958", path=str(file))
    async with read_only(settings.database) as database:
        async with database.engine.connect() as connection:
            columns = await connection.run_sync(_columns)
        if CASES.name not in columns:
            raise CommandError("LNK045")
        if any(not set(table.c.keys()) <= columns.get(table.name, set()) for table in _TABLES):
            raise CommandError("LNK090")
        keys = None
        try:
            keys = read_keys(key_file(settings.database, settings.log.keys))
        except KeyFileError as error:
            if opens:
                raise CommandError(error.code, path=str(error.path)) from error
        yield database, keys


def _columns(connection: Connection) -> dict[str, set[str]]:
    """The names of the tables that there are of these, each with those of its columns."""
    look = inspect(connection)
    return {
        table.name: {each["name"] for each in look.get_columns(table.name)}
        for table in _TABLES
        if look.has_table(table.name)
    }


async def _found(settings: Settings) -> tuple[int, list[Difference]]:
    async with reading(settings, opens=True) as (database, keys):
        keeper, snapshots = Keeper(database.engine, keys=keys), Snapshots(RuleArchive(database.engine))
        found, cases = [], 0
        async for each in differences(keeper, snapshots):
            cases += each is None or bool(each.case_id and each.code != "LNK041")
            if each is not None:
                found.append(each)
        database.check()
        return cases, found


def _show(cases: int, found: list[Difference], lang: str) -> None:
    for each in found[:MOST_SHOWN]:
        where = " ".join(filter(None, (each.district, each.case_id, each.obligation)))
        show(printable(where))
        args = {
            "what": each.what,
            "stored": each.stored,
            "found": each.found,
            "digest": each.found or each.stored,
        }
        show_fault(fault(each.code, None, "", **{name: printable(text) for name, text in args.items()}), lang)
    counts = Counter(each.code for each in found)
    listed = ", ".join(f"{code} {count:,}" for code, count in sorted(counts.items()))
    zh = f"共 {cases:,} 个案件：" + (
        f"不一致 {len(found):,} 处（{listed}）" if found else "所存的与重放的一致"
    )
    en = f"{cases:,} cases: " + (f"{len(found):,} differences ({listed})" if found else "all as replayed")
    show(en if lang == "en" else zh)
