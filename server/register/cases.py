"""The cases of a district as they stand, one after another: what an assessment of the register counts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import groupby

from google.protobuf.message import DecodeError
from sqlalchemy import select, tuple_

from linkage.v1 import facts_pb2, register_pb2
from policy.register.entries import folded
from server.register.keeping import Keeper
from server.store.errors import NotKept
from server.store.register import ENTRIES, KEYS

_PAGE = 200
"""Cases that are read at once."""


async def registered_cases(keeper: Keeper, district: str) -> AsyncIterator[facts_pb2.Case]:
    """The facts of every case of a district, in the order of their ids; its own file is one of them.

    Each as it stands when its page is read; one that was erased is left out. Raises ``NotKept``, with LNK964
    for an entry that does not read.
    """
    after = ""
    while True:
        query = (
            select(ENTRIES.c.case_id)
            .where(ENTRIES.c.district == district, ENTRIES.c.case_id > after)
            .distinct()
            .order_by(ENTRIES.c.case_id)
            .limit(_PAGE)
        )
        async with keeper.reading() as connection:
            ids = list((await connection.execute(query)).scalars())
            if not ids:
                return
            own = (KEYS.c.district == ENTRIES.c.district) & (KEYS.c.case_id == ENTRIES.c.case_id)
            told = (
                select(ENTRIES.c.case_id, ENTRIES.c.number, ENTRIES.c.content, KEYS.c.data_key)
                .outerjoin(KEYS, own)
                .where(
                    KEYS.c.erased_at.is_(None),
                    tuple_(ENTRIES.c.district, ENTRIES.c.case_id) >= tuple_(district, ids[0]),
                    tuple_(ENTRIES.c.district, ENTRIES.c.case_id) <= tuple_(district, ids[-1]),
                )
                .order_by(ENTRIES.c.case_id, ENTRIES.c.number)
            )
            rows = (await connection.execute(told)).all()
        for case_id, entries in groupby(rows, key=lambda row: row.case_id):
            closed = list(entries)
            numbered = [(row.number, row.content) for row in closed]
            contents = keeper.seals.opened(district, case_id, closed[0].data_key or b"", numbered)
            try:
                yield folded([register_pb2.CaseEntry.FromString(content) for content in contents]).case
            except DecodeError as error:
                raise NotKept("LNK964") from error
        after = ids[-1]
