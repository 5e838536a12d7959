"""The same inputs give byte-equal decisions under every hash seed and every order of the files."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from policy.decide import decide
from policy.facts.reading import CaseReader
from tests.loading import FIXTURES, SHIPPED, loaded

SEEDS = 12
SHIPPED_SEEDS = 3
"""Of these, how many try the shipped packs, too: these take ten times as long."""


def _shuffled_copy(root: Path, target: Path, seed: int) -> Path:
    """The same files, made in another order, so that the folder lists them in another order."""
    files = sorted(p for p in root.rglob("*") if p.is_file())
    random.Random(seed).shuffle(files)  # noqa: S311 - an order, not a secret
    for file in files:
        copy = target / file.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    return target


def _digests(seed: int, roots: list[Path], repo_root: Path) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
    command = [sys.executable, "-m", "tests.decide.digests", *map(str, roots)]
    done = subprocess.run(command, cwd=repo_root, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def test_hash_seeds_and_file_orders_do_not_matter(tmp_path: Path, repo_root: Path) -> None:
    def one(seed: int) -> str:
        roots = [_shuffled_copy(FIXTURES, tmp_path / f"fixtures{seed}", seed)]
        if seed < SHIPPED_SEEDS:
            roots.append(_shuffled_copy(SHIPPED, tmp_path / f"shipped{seed}", seed))
        return _digests(seed, roots, repo_root)

    with ThreadPoolExecutor(2) as pool:
        outputs = [output.split() for output in pool.map(one, range(SEEDS))]
    assert {len(output) for output in outputs[:SHIPPED_SEEDS]} == {2}
    assert len({output[0] for output in outputs}) == 1
    assert len({output[1] for output in outputs[:SHIPPED_SEEDS]}) == 1


def test_directory_order_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    straight = loaded(FIXTURES)[0].digest
    real = os.scandir

    class Reversed:
        """A directory listing in reverse."""

        def __init__(self, path: object = ".") -> None:
            with real(path) as entries:  # type: ignore[call-overload]
                self._entries = sorted(entries, key=lambda e: e.name, reverse=True)

        def __enter__(self) -> Iterator[object]:
            return iter(self._entries)

        def __iter__(self) -> Iterator[object]:
            return iter(self._entries)

        def __exit__(self, *_: object) -> None:
            self._entries = []

        def close(self) -> None:
            self._entries = []

    monkeypatch.setattr(os, "scandir", Reversed)
    assert loaded.__wrapped__(FIXTURES)[0].digest == straight


def test_deciding_twice_gives_the_same_bytes_and_leaves_the_case_alone() -> None:
    snapshot, tests = loaded(FIXTURES)
    for test in tests:
        district = snapshot.districts[test.district]
        before = test.case.case.SerializeToString(deterministic=True)
        first = decide(district, test.case.case, test.as_of)
        second = decide(district, test.case.case, test.as_of)
        assert first.canonical_bytes == second.canonical_bytes
        assert test.case.case.SerializeToString(deterministic=True) == before


def test_a_reader_keeps_nothing_of_a_case() -> None:
    snapshot, tests = loaded(FIXTURES)
    district = snapshot.districts["qiaonan"]
    fresh = CaseReader(snapshot.vocabulary, district.reader.attributes)
    test = next(t for t in tests if t.district == "qiaonan")
    views = [reader.read(test.case.case, test.as_of) for reader in (fresh, district.reader, fresh)]
    assert len({len(view.events) for view in views}) == 1
