"""Every publication that there was, each verified, and bound to the one before it by its digest."""

from __future__ import annotations

from typing import NamedTuple

from policy.text.messages import Words
from server.publishing.desk import ISSUED_AT
from server.publishing.errors import PublishingError
from server.publishing.record import Approved, approved, digest_of
from server.publishing.repository import Repository, State

_BROKEN = Words("后一次发布接续的不是它", "it is not the one that the next publication goes on from")


class Entry(NamedTuple):
    """A publication, and when the desk issued it (RFC 3339)."""

    publication: Approved
    issued_at: str


def history(store: Repository) -> list[Entry]:
    """The publications, newest first. Raises ``PublishingError``: LNK456, LNK470 where one does not hold."""
    state = store.state()
    if state.targets is None or state.snapshot is None:
        return []
    issued = state.snapshot.signed.unrecognized_fields.get(ISSUED_AT, {})
    entries: list[Entry] = []
    wanted = ""
    for number in range(state.targets.signed.version, 0, -1):
        if entries and digest_of(store.targets_bytes(number)) != wanted:
            raise PublishingError("LNK470", file=f"{number}.targets.json", reason=_BROKEN)
        found = _under_its_root(store, state, number)
        wanted = found.record.previous
        entries.append(Entry(found, str(issued.get(str(number), ""))))
    return entries


def publication(store: Repository, number: int) -> Approved:
    """One of them. Raises ``PublishingError`` as ``history`` does."""
    return _under_its_root(store, store.state(), number)


def _under_its_root(store: Repository, state: State, number: int) -> Approved:
    """A publication under the newest root that it holds under: its signers may have left since."""
    targets = store.targets(number)
    failure: PublishingError | None = None
    for root in reversed(state.roots):
        try:
            return approved(root.signed, targets)
        except PublishingError as error:
            failure = failure or error
    raise failure or PublishingError("LNK456", path=str(store.path))
