"""The Merkle tree of RFC 9162, section 2.1: its hashes, its growth, its proofs.

    leaf = sha256(0x00 || entry)      node = sha256(0x01 || left || right)

A tree of n leaves is made of perfect subtrees, one for each bit of n: ``Frontier`` keeps their roots, so
that adding leaves costs one hash each and never a look back. Proofs are lists of ranges of leaves, of which
``Hashes`` tells the roots. The algorithms are those of the RFC, word for word; nothing here is our own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

HASH_BYTES = 32
EMPTY = sha256(b"").digest()
"""The root of the tree without leaves."""

STORED_LEVELS = 8
"""Roots of perfect subtrees are kept for every eighth level: one for 256 leaves, one for 65,536 and so on."""


class Node(NamedTuple):
    """The root of a perfect subtree: of the ``number``-th 2**level leaves."""

    level: int
    number: int
    hash: bytes


class Range(NamedTuple):
    """Leaves ``begin`` to ``end`` - 1, and ``begin`` a multiple of a power of two not below the length."""

    begin: int
    end: int


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a leaf."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The tree as it grows: ``hashes`` are the roots of its perfect subtrees, the largest first."""

    __slots__ = ("hashes", "size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        """Raises ``ValueError`` where a tree of that size has another number of subtrees."""
        self.size = size
        self.hashes = list(hashes)
        if len(self.hashes) != size.bit_count():
            raise ValueError(size)

    @classmethod
    def of_bytes(cls, size: int, data: bytes) -> Frontier:
        """The frontier that ``to_bytes`` gave. Raises ``ValueError``."""
        if len(data) % HASH_BYTES:
            raise ValueError(len(data))
        return cls(size, (data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)))

    def to_bytes(self) -> bytes:
        """The hashes one after the other."""
        return b"".join(self.hashes)

    def append(self, leaf: bytes) -> list[Node]:
        """Adds the hash of a leaf; the nodes that this completes, as far as they are kept."""
        kept = []
        self.hashes.append(leaf)
        level = 0
        while self.size >> level & 1:
            right = self.hashes.pop()
            self.hashes[-1] = node_hash(self.hashes[-1], right)
            level += 1
            if level % STORED_LEVELS == 0:
                kept.append(Node(level, self.size >> level, self.hashes[-1]))
        self.size += 1
        return kept

    def root(self) -> bytes:
        """The root of the tree."""
        return folded(self.hashes)


def folded(hashes: Sequence[bytes]) -> bytes:
    """The root over roots of perfect subtrees, the largest first."""
    if not hashes:
        return EMPTY
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root of the tree over these hashes of leaves."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The ranges whose roots prove leaf ``index`` in the tree of ``size`` leaves; the nearest first.

    RFC 9162, 2.1.3.1. Raises ``ValueError`` where there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(index)
    begin, end = 0, size
    found = []
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            found.append(Range(middle, end))
            end = middle
        else:
            found.append(Range(begin, middle))
            begin = middle
    return found[::-1]


def consistency_ranges(first: int, second: int) -> list[Range]:
    """The ranges whose roots prove that the tree of ``second`` leaves begins with that of ``first``.

    RFC 9162, 2.1.4.1; empty where ``first`` is 0 or ``second``. Raises ``ValueError`` where first > second.
    """
    if not 0 <= first <= second:
        raise ValueError(first)
    if first in (0, second):
        return []
    begin, end = 0, second
    found = []
    whole = True  # the subtree at hand begins with the first leaf: its root is known to whoever knows the old
    while end != first:
        middle = begin + _split(end - begin)
        if first <= middle:
            found.append(Range(middle, end))
            end = middle
        else:
            found.append(Range(begin, middle))
            begin = middle
            whole = False
    if not whole:
        found.append(Range(begin, end))
    return found[::-1]


def _split(count: int) -> int:
    """The largest power of two smaller than ``count``, which is at least 2."""
    return 1 << (count - 1).bit_length() - 1


Subtree = Callable[[int, int], bytes]
"""The root of the perfect subtree (level, number)."""


def perfect(wanted: Range) -> list[tuple[int, int]]:
    """The perfect subtrees (level, number) that a range is made of, the largest first."""
    begin, rest = wanted.begin, wanted.end - wanted.begin
    found = []
    while rest:
        level = rest.bit_length() - 1
        found.append((level, begin >> level))
        begin += 1 << level
        rest -= 1 << level
    return found


def proof_of(ranges: Iterable[Range], subtree: Subtree) -> list[bytes]:
    """The roots of the ranges, which are the hashes of the proof."""
    return [folded([subtree(level, number) for level, number in perfect(each)]) for each in ranges]


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether ``proof`` shows the hash of leaf ``index`` in the tree with this size and root.

    RFC 9162, 2.1.3.2.
    """
    if not 0 <= index < size:
        return False
    number, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if number & 1 or number == last:
            found = node_hash(sibling, found)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        number, last = number >> 1, last >> 1
    return last == 0 and found == root


def consistent(
    first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether ``proof`` shows that the second tree begins with the leaves of the first.

    RFC 9162, 2.1.4.2; every tree begins with the empty one.
    """
    if first == second:
        return not proof and first_root == second_root
    if first == 0:
        return not proof and first_root == EMPTY
    if not 0 < first < second or not proof:
        return False
    path = list(proof) if first & (first - 1) else [first_root, *proof]
    number, last = first - 1, second - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        number, last = number >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root
