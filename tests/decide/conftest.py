"""What the tests of this folder share: where it is installed, the native core makes every decision, too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.golden import pytest_addoption, update_golden
from tests.native.beside import Beside, beside_the_core

__all__ = ["beside", "pytest_addoption", "update_golden"]


@pytest.fixture(scope="module", autouse=True)
def beside() -> Iterator[Beside]:
    """The decisions of a module, compared with those of the core."""
    with beside_the_core() as made:
        yield made
