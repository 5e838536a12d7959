"""A case as it is kept: what was recorded of it, and the state that followed."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from linkage.v1 import register_pb2
from policy.decide.decision import ENGINE_VERSION
from policy.register import Advanced, CaseState, Folded, folded
from server.register.rows import Told


class Regime(NamedTuple):
    """What states are derived under: rules, by their digest, and the version of the engine that decides.

    Rules of before are in the archive; an engine of before is not there any more.
    """

    rules: str
    engine: str

    @property
    def key(self) -> str:
        """What a case is noted to have been compared with: as long as a digest."""
        return hashlib.sha256(f"{self.engine} {self.rules}".encode()).hexdigest()


@dataclass(frozen=True)
class Kept:
    """A case of the register at one version. Moments are nanoseconds since 1970 UTC.

    ``rules`` is the digest of the rules that ``state`` was derived under, ``lead`` how long before it is due
    a duty was due soon, ``fault`` why it could not be derived again ("": it could). ``waiting``: the rules
    that serve would change something of it, and have not been adopted.
    """

    district: str
    case_id: str
    year: int
    version: int
    opened_at: int
    rules: str
    lead: int
    fault: str
    entries: tuple[register_pb2.CaseEntry, ...]
    state: CaseState
    waiting: bool = False
    data_key: bytes = b""
    """What opens the entries, wrapped; empty where they are not closed."""
    erased_at: int | None = None
    """When it was erased: nothing of it can be read since then, and nothing recorded."""
    engine: str = ENGINE_VERSION
    """The version of the engine that derived the state; "": one from before that was noted."""

    @property
    def regime(self) -> Regime:
        """What its state was derived under."""
        return Regime(self.rules, self.engine)

    @cached_property
    def folded(self) -> Folded:
        """The case that the entries make."""
        return folded(self.entries)

    @property
    def etag(self) -> str:
        """Another one after each change of the case."""
        return etag_of(len(self.entries), self.state.digest)


def etag_of(entries: int, digest: str) -> str:
    """The etag of a case with so many entries and a state of this digest."""
    return hashlib.sha256(f"{entries} {digest}".encode()).hexdigest()[:20]


Beside = Callable[[AsyncConnection], Awaitable[None]]
"""Writes something else in the transaction that writes a case."""


class Writing(NamedTuple):
    """What is to be written of one case in one transaction.

    ``before`` is the case that it was made from; None where it is opened. ``fresh`` are the new entries,
    ``causes`` the ids of those that did each change of the last step; ``made_at`` is the time of writing.
    ``beside`` writes what else belongs to it, in the same transaction; what it raises undoes all of it.
    """

    district: str
    case_id: str
    before: Kept | None
    fresh: Sequence[register_pb2.CaseEntry]
    advanced: Advanced
    causes: Sequence[tuple[str, ...]]
    rules: str
    lead: int
    made_at: int
    who: str = ""
    request_id: str = ""
    beside: Beside | None = None
    engine: str = ENGINE_VERSION

    @property
    def regime(self) -> Regime:
        """What the state was derived under."""
        return Regime(self.rules, self.engine)


class Written(NamedTuple):
    """The case after a transaction, and the changes as the stream has them."""

    kept: Kept
    changes: tuple[Told, ...]
