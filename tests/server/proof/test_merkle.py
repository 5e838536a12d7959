"""The Merkle tree: the RFC's own definitions, tried against what grows and what proves."""

import random
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.proof.merkle import (
    EMPTY,
    STORED_LEVELS,
    Frontier,
    consistency_ranges,
    consistent,
    included,
    inclusion_ranges,
    leaf_hash,
    node_hash,
    perfect,
    proof_of,
    root_of,
)

# The inputs and roots of the test of Certificate Transparency's reference implementation.
INPUTS = [
    bytes.fromhex(text)
    for text in "- 00 10 2021 3031 40414243 5051525354555657 606162636465666768696a6b6c6d6e6f".replace(
        "-", ""
    ).split(" ")
]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def defined(leaves: list[bytes]) -> bytes:
    """The root as section 2.1.1 defines it."""
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(defined(leaves[:split]), defined(leaves[split:]))


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(count)]


def prover(all_leaves: list[bytes]):  # type: ignore[no-untyped-def]
    def subtree(level: int, number: int) -> bytes:
        return defined(all_leaves[number << level : (number + 1) << level])

    return subtree


@pytest.mark.parametrize("size", ROOTS)
def test_known_roots(size: int) -> None:
    assert root_of(map(leaf_hash, INPUTS[:size])).hex() == ROOTS[size]


def test_the_empty_tree() -> None:
    assert root_of([]) == EMPTY == sha256().digest()


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 9, 100])
def test_a_tree_that_grew_has_the_defined_root(size: int) -> None:
    made = leaves(size)
    grown = Frontier()
    for leaf in made:
        grown.append(leaf)
        again = Frontier.of_bytes(grown.size, grown.to_bytes())
        assert again.root() == grown.root()
    assert grown.root() == defined(made)


def test_kept_nodes_are_roots_of_perfect_subtrees() -> None:
    made = leaves(2 << STORED_LEVELS)
    grown = Frontier()
    kept = [node for leaf in made for node in grown.append(leaf)]
    size = 1 << STORED_LEVELS
    assert [(node.level, node.number) for node in kept] == [(STORED_LEVELS, 0), (STORED_LEVELS, 1)]
    assert [node.hash for node in kept] == [defined(made[:size]), defined(made[size:])]


def test_every_small_inclusion() -> None:
    for size in range(1, 20):
        made = leaves(size)
        for index in range(size):
            proof = proof_of(inclusion_ranges(index, size), prover(made))
            assert included(made[index], index, size, proof, defined(made))
            assert not included(made[index], (index + 1) % size, size, proof, defined(made)) or size == 1
            assert not included(leaf_hash(b"x"), index, size, proof, defined(made))
            assert not included(made[index], index, size, [*proof, EMPTY], defined(made))
            assert not proof or not included(made[index], index, size, proof[:-1], defined(made))


def test_every_small_consistency() -> None:
    made = leaves(20)
    roots = [defined(made[:size]) for size in range(21)]
    for second in range(21):
        for first in range(second + 1):
            proof = proof_of(consistency_ranges(first, second), prover(made))
            assert consistent(first, second, roots[first], roots[second], proof)
            assert not consistent(first, second, roots[first], leaf_hash(b"x"), proof) or first == 0
            assert not consistent(first, second, leaf_hash(b"x"), roots[second], proof)
            if proof:
                assert not consistent(first, second, roots[first], roots[second], proof[:-1])
                assert not consistent(first, second, roots[first], roots[second], [*proof, EMPTY])


@given(st.integers(1, 10**12), st.integers(0, 2**32))
def test_proofs_of_large_trees_are_short_and_of_perfect_subtrees(size: int, seed: int) -> None:
    index = random.Random(seed).randrange(size)  # noqa: S311
    for ranges in (inclusion_ranges(index, size), consistency_ranges(index, size)):
        assert len(ranges) <= size.bit_length() + 1
        for each in ranges:
            parts = perfect(each)
            assert sum(1 << level for level, _ in parts) == each.end - each.begin
            assert parts[0][1] << parts[0][0] == each.begin


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_leaves_that_are_not_there(index: int, size: int) -> None:
    assert not included(EMPTY, index, size, [], EMPTY)
    with pytest.raises(ValueError, match=str(index)):
        inclusion_ranges(index, size)


def test_frontiers_that_are_none() -> None:
    with pytest.raises(ValueError, match="3"):
        Frontier(3, [EMPTY])
    with pytest.raises(ValueError, match="31"):
        Frontier.of_bytes(1, bytes(31))
    with pytest.raises(ValueError, match="3"):
        consistency_ranges(3, 2)
    assert not consistent(3, 2, EMPTY, EMPTY, [EMPTY])
