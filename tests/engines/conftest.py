"""What the suites over every engine share."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from policy.engines import ENGINES, Engine, running
from policy.engines.durable import Durable, durable


@pytest.fixture(scope="module", params=[name for name in ENGINES if name != "compiled"])
def other_engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Each engine but the default."""
    if request.param == "durable" and find_spec("durable") is None:
        pytest.skip("durable-rules is not installed (the extra `durable`)")
    with running(request.param) as engine:
        yield engine


@pytest.fixture(scope="module")
def engine() -> Iterator[Durable]:
    """One durable-rules for all tests of a module, in which nothing fails."""
    with durable() as made:
        yield made


@pytest.fixture
def own() -> Iterator[Durable]:
    """A durable-rules whose process the test may harm."""
    with Durable(seconds=120.0) as made:
        yield made
