"""The root of a repository: whose keys count, how many must sign, and what rules must reach.

Persons hold the keys of TUF's roles ``root`` and ``targets``, two of them at least for whatever is signed;
the desk holds that of ``snapshot`` and ``timestamp``, which says only what is newest, until when. So who has
nothing but the desk's key, or that of one person, can publish nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from securesystemslib.signer import Key
from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp

from policy.text.messages import Words
from server.publishing.errors import PublishingError
from server.publishing.keys import holder

LEAST = 2
"""Persons who sign, at least: nobody publishes alone."""

TERMS = "x-linkage-terms"
"""The field of the root's metadata with what is asked of a publication; signed with the root."""

BY_PERSONS = (Root.type, Targets.type)
BY_DESK = (Snapshot.type, Timestamp.type)

_TOO_FEW = Words(
    "至少要两个人的密钥，并且至少两人签署才算", "it takes keys of two persons, and that two of them sign"
)
_TWICE = Words("同一个人或同一把密钥写了两次", "one person, or one key, is there twice")
_NO_DESK = Words("发布台要有一把密钥，并且不是任何个人的", "the desk has one key, which is no person's")
_NO_TERMS = Words("没有写明发布的条件", "it does not say what is asked of a publication")


class Terms(NamedTuple):
    """What is asked: how many of a hundred changes the tests of each district notice at least, in how many
    places rules are changed to see that (0: all), and for how many days a publication counts as fresh."""

    floor: float = 90.0
    places: int = 500
    fresh_days: int = 35

    def plain(self) -> dict[str, Any]:
        """As it is signed: TUF's canonical JSON has no fractions, so the floor is in tenths."""
        return {"fresh_days": self.fresh_days, "least_noticed": round(self.floor * 10), "places": self.places}


def new_root(persons: Sequence[Key], desk: Key, terms: Terms, version: int, expires: Any) -> Metadata[Root]:
    """A root of these persons, unsigned. Raises ``PublishingError`` (LNK458)."""
    root = Root(version=version, expires=expires, consistent_snapshot=True)
    root.unrecognized_fields[TERMS] = terms.plain()
    for role in BY_PERSONS:
        root.roles[role].threshold = LEAST
        for key in persons:
            root.add_key(key, role)
    for role in BY_DESK:
        root.add_key(desk, role)
    check_root(root)
    if len(persons_of(root)) != len(persons):
        raise PublishingError("LNK458", reason=_TWICE)
    return Metadata(root)


def check_root(root: Root) -> None:
    """Whether a root asks for two persons. Raises ``PublishingError`` (LNK458)."""
    terms_of(root)
    for role in BY_PERSONS:
        keys = [root.keys[keyid] for keyid in root.roles[role].keyids]
        if root.roles[role].threshold < LEAST or len(keys) < LEAST:
            raise PublishingError("LNK458", reason=_TOO_FEW)
        values = {str(key.keyval) for key in keys}
        if len({holder(key) for key in keys}) < len(keys) or len(values) < len(keys):
            raise PublishingError("LNK458", reason=_TWICE)
    mine = {keyid for role in BY_PERSONS for keyid in root.roles[role].keyids}
    desks = {keyid for role in BY_DESK for keyid in root.roles[role].keyids}
    if len(desks) != 1 or desks & mine:
        raise PublishingError("LNK458", reason=_NO_DESK)


def terms_of(root: Root) -> Terms:
    """What a root asks of a publication. Raises ``PublishingError`` (LNK458)."""
    try:
        said = root.unrecognized_fields[TERMS]
        return Terms(int(said["least_noticed"]) / 10, int(said["places"]), int(said["fresh_days"]))
    except (KeyError, TypeError, ValueError) as error:
        raise PublishingError("LNK458", reason=_NO_TERMS) from error


def persons_of(root: Root) -> dict[str, str]:
    """The persons who may sign publications: their names by the ids of their keys."""
    return {keyid: holder(root.keys[keyid]) for keyid in root.roles[Targets.type].keyids}


def desk_of(root: Root) -> str:
    """The id of the desk's key."""
    return root.roles[Timestamp.type].keyids[0]


def holders(keys: Iterable[Key]) -> tuple[str, ...]:
    """The names of those whose keys these are, sorted."""
    return tuple(sorted(holder(key) for key in keys))


def sound(root: Metadata[Root], before: Metadata[Root] | None) -> bool:
    """Whether two persons of a root, and two of the one before it, signed it."""
    result = root.signed.get_root_verification_result(
        None if before is None else before.signed, root.signed_bytes, root.signatures
    )
    return bool(result)
