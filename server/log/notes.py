"""Notes in the log about itself: what was done to it, when and by whom; each is a leaf like a decision's."""

from __future__ import annotations

import getpass
import os
import time
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from server.log.ids import LogIds
from server.proof.entries import Kind
from server.proof.merkle import Frontier
from server.store.ledger import Leaf, Ledger
from server.store.rows import leaf_of
from server.store.tables import NOTES
from server.store.tree import HANDOVER

_ids = LogIds()


class About(StrEnum):
    """What a note tells of. Its detail has ``places``: pairs of the first and the last place, in order."""

    IMPORT = "import"
    """Decisions from before the log had proofs were given their leaves."""
    ERASURE = "erasure"
    """The keys of these decisions were destroyed."""
    HANDOVER = HANDOVER
    """The key that signed up to here handed over to another: ``note``. It is about no places."""
    REMOVAL = "removal"
    """These rows were removed; ``before``: all were older than that."""


async def add_note(
    connection: AsyncConnection,
    ledger: Ledger,
    frontier: Frontier,
    about: About,
    detail: Mapping[str, Any],
) -> None:
    """Adds a note within the transaction of ``ledger.locked``."""
    identity = _ids.next()
    row: dict[str, Any] = {
        "id": identity,
        "made_at": time.time_ns(),
        "made_by": user(),
        "about": about.value,
        "detail": orjson.dumps(detail, option=orjson.OPT_SORT_KEYS).decode(),
    }
    leaf = Leaf(Kind.NOTE, identity, leaf_of(Kind.NOTE, row))
    place = await ledger.add(connection, frontier, [leaf])
    await connection.execute(insert(NOTES).values(row | {"place": place}))


def spans(places: list[int]) -> list[tuple[int, int]]:
    """Places in order as pairs of the first and the last of each run."""
    found: list[tuple[int, int]] = []
    for place in places:
        if found and place == found[-1][1] + 1:
            found[-1] = (found[-1][0], place)
        else:
            found.append((place, place))
    return found


def user() -> str:
    """Who runs this process, as the system knows them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may run under a number that has no name
        return f"uid {os.getuid()}"
