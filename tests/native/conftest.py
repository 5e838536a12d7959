"""The native core, where it is installed: without it these tests are left out."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pytest

from policy.native import Core, core_of, installed
from tests.loading import loaded


@lru_cache(maxsize=32)
def _core(root: Path, code: str) -> Core | None:
    return core_of(loaded(root)[0].districts[code])


@pytest.fixture(scope="session")
def core() -> Callable[[Path, str], Core | None]:
    """The core of a district of a rules folder."""
    if installed() is None:
        pytest.skip("the native core is not installed (make native; takes cargo)")
    return _core
